package bot

import (
	"slices"
	"strings"
)

// chooseAnswerLanguage decides in which language the turn is answered: an
// explicit choice, else that of the message itself, else that of the chat so
// far, else that of the sender's device.
func (t *Turn) chooseAnswerLanguage() {
	c := t.Conversation
	spoken := Language("")
	if s := t.open(); s != nil && t.Kind == KindText && !t.called {
		spoken = t.spokenInDialogue(s)
	} else {
		spoken = t.bot.spoken(t.Update, c.Spoken)
	}
	if spoken != "" {
		c.Spoken = spoken
	}
	switch {
	case c.Chosen != "":
		t.Language = c.Chosen
	case c.Spoken != "":
		t.Language = c.Spoken
	default:
		t.Language = t.bot.texts.ForLocale(t.Locale)
	}
}

// spoken is the language an update is written in, as far as it can be told.
func (b *Bot) spoken(u Update, prior Language) Language {
	if u.Kind != KindText {
		return ""
	}
	if c, _, isCommand := b.call(u.Text, false); isCommand {
		return b.wordLanguage(c, u.Text)
	}
	if strings.HasPrefix(strings.TrimSpace(u.Text), "/") {
		return "" // a command of nobody's tells nothing
	}
	if c, is := b.bareCall(u.Text); is {
		return b.wordLanguage(c, bareWord(u.Text))
	}
	for _, list := range []string{"words-subscribe", "words-unsubscribe"} {
		if lang, is := b.words.is(list, tokens(u.Text)); is {
			return lang // empty: "stop" is said everywhere
		}
	}
	if lang := b.knowledge.Load().Detect(u.Text, prior); b.texts.Speaks(lang) {
		return lang
	}
	return ""
}

// longText is how many words of an answer tell its language.
const longText = 8

// spokenInDialogue is the language of a text in an open dialogue. A name says
// nothing about it, nor does a list of places: only a question, a longer text,
// or a word that one language alone has for a button or an answer.
func (t *Turn) spokenInDialogue(s *step) Language {
	text := t.Update.Text
	words := tokens(text)
	marked, worded := t.bot.words.asks(text)
	if (marked || worded) && len(words) > 2 || s.long && len(words) >= longText {
		if lang := t.bot.knowledge.Load().Detect(text, t.Conversation.Spoken); t.bot.texts.Speaks(lang) {
			return lang
		}
	}
	for _, list := range []string{"words-back", "words-skip", "words-cancel", "words-keep", "words-confirm", "words-yes", "words-no", "words-edit"} {
		if lang, is := t.bot.words.is(list, words); is {
			return lang
		}
	}
	if s.name == "kind" && len(words) < 8 {
		_, _, lang := choose(t.bot.words, "words-kind-", kinds, words)
		return lang
	}
	return ""
}

// asked is the language in which a question is understood.
func (t *Turn) asked() Language {
	if t.Conversation.Spoken != "" {
		return t.Conversation.Spoken
	}
	return t.Language
}

// guessLanguage serves when the conversation cannot be read.
func (b *Bot) guessLanguage(u Update) Language {
	if lang := b.spoken(u, ""); lang != "" {
		return lang
	}
	return b.texts.ForLocale(u.Locale)
}

// automatic is the argument of /language that takes an explicit choice back.
const automatic = "auto"

// chooseLanguage shows the languages, or chooses the one named.
func (t *Turn) chooseLanguage(args []string) {
	c := t.Conversation
	id := "language"
	if len(args) > 0 {
		switch lang := Language(args[0]); {
		case t.bot.texts.Speaks(lang):
			c.Chosen, t.Language, id = lang, lang, "language-chosen"
		case args[0] == automatic:
			c.Chosen, id = "", "language-automatic"
			t.chooseAnswerLanguage()
		}
	}
	m := Message{Text: t.Text(id, nil), Buttons: append(t.languageButtons(""), t.automaticButton())}
	if len(args) > 1 && args[1] == "welcome" {
		m = t.welcome()
	}
	if t.Kind == KindPress && slices.EqualFunc(m.Buttons, t.Press.Buttons, slices.Equal) { // it is so already
		t.Acknowledge(plainText(t.Text(id, nil)))
		return
	}
	t.Show(m)
}

// languageButtons offers each language in its own words; from names the place
// that is shown again afterwards.
func (t *Turn) languageButtons(from string) [][]Button {
	var row []Button
	for _, lang := range t.bot.texts.Languages() {
		label := t.bot.texts.Say(lang, "language-name", nil)
		if lang == t.Conversation.Chosen {
			label = "✓ " + label
		}
		data := "/language " + string(lang)
		if from != "" {
			data += " " + from
		}
		row = append(row, Button{Label: label, Data: data})
	}
	return [][]Button{row}
}

func (t *Turn) automaticButton() []Button {
	label := t.Text("button-language-automatic", nil)
	if t.Conversation.Chosen == "" {
		label = "✓ " + label
	}
	return []Button{{Label: label, Data: "/language " + automatic}}
}

// settings shows what can be set, and how it is set now.
func (t *Turn) settings([]string) {
	id := "settings-automatic"
	if t.Conversation.Chosen != "" {
		id = "settings-chosen"
	}
	name := t.Text("language-name", nil)
	m := Message{Text: t.Text(id, Values{"Language": name}), Buttons: [][]Button{{{Label: t.Text("button-language", nil), Data: "/language"}}}}
	if !t.Group && t.bot.announces(t.Chat) {
		m.Text += "\n\n" + t.Text("settings-news-"+t.newsState(), Values{"Fields": t.newsFields()})
		m.Buttons = append(m.Buttons, []Button{{Label: t.Text("button-news", nil), Data: "/news"}})
	}
	m.Buttons = append(m.Buttons, []Button{{Label: t.Text("button-mydata", nil), Data: "/mydata"}, {Label: t.Text("button-delete", nil), Data: "/delete"}})
	t.Show(m)
}
