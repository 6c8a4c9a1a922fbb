package bot

import (
	"context"
	"strings"
)

// habits are what is kept about a member of staff.
type habits struct {
	Language  Language `json:"language,omitempty"`  // chosen; empty: as their channel says
	Confirmed bool     `json:"confirmed,omitempty"` // knows that words in a thread reach the citizen
	Chat      ChatID   `json:"chat,omitempty"`      // theirs, where announcements are tested
}

// aboutMe tells a person what the desk knows about them.
func aboutMe(_ context.Context, v *visit, _ string) (Response, error) {
	role := "desk-role-staff"
	if v.Admin {
		role = "desk-role-admin"
	}
	view := v.view(v.say("desk-me", Values{"Name": v.Name, "Role": Markdown(v.say(role, nil)), "Language": Markdown(v.say("language-name", nil))}))
	view.Blocks = append(view.Blocks, Block{Buttons: v.languageChoices()})
	view.Blocks = append(view.Blocks, v.linked()...)
	return Response{View: view}, nil
}

func (v *visit) languageChoices() []Button {
	var buttons []Button
	for _, lang := range v.bot.texts.Languages() {
		buttons = append(buttons, Button{Label: v.bot.texts.Say(lang, "language-name", nil), Data: "language " + string(lang)})
	}
	return append(buttons, Button{Label: v.say("button-language-automatic", nil), Data: "language " + automatic})
}

// chooseDeskLanguage keeps the language in which a person is answered.
func chooseDeskLanguage(ctx context.Context, v *visit, rest string) (Response, error) {
	chosen, said := Language(strings.ToLower(rest)), tokens(rest)
	for _, lang := range v.bot.texts.Languages() {
		if _, is := v.bot.words.is("words-language-"+string(lang), said); is {
			chosen = lang
		}
	}
	if !v.bot.texts.Speaks(chosen) && rest != automatic {
		view := v.view(v.say("desk-language", nil))
		view.Blocks = append(view.Blocks, Block{Buttons: v.languageChoices()})
		return Response{View: view}, nil
	}
	err := v.keep(ctx, func(h *habits) {
		if h.Language = chosen; rest == automatic {
			h.Language = ""
		}
	})
	if err != nil {
		return Response{}, err
	}
	if v.language = v.habits.Language; v.language == "" {
		v.language = v.bot.texts.ForLocale(v.Locale)
	}
	return *v.tell("desk-language-chosen", Values{"Language": v.languageName(v.language)}), nil
}

// keep changes what is kept about the person.
func (v *visit) keep(ctx context.Context, change func(*habits)) error {
	return v.bot.editHabits(ctx, v.ID, func(h *habits) {
		change(h)
		v.habits = *h
	})
}
