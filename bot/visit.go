package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// visit is one call of somebody at the desk.
type visit struct {
	Staff
	bot      *Bot
	habits   habits
	document *Document // of the habits
	language Language
	pressed  bool // by a button
}

// habits are what is kept about a member of staff.
type habits struct {
	Language  Language `json:"language,omitempty"`  // chosen; empty: as their channel says
	Confirmed bool     `json:"confirmed,omitempty"` // knows that words in a thread reach the citizen
}

// visit begins one call.
func (d *Desk) visit(ctx context.Context, s Staff) *visit {
	v := &visit{Staff: s, bot: d.bot}
	var err error
	if v.document, err = loadDocument(ctx, d.bot.store, DocumentStaff, s.ID, &v.habits); err != nil {
		d.bot.log.WarnContext(ctx, "habits not read", "error", err)
	}
	v.language = v.habits.Language
	if !d.bot.texts.Speaks(v.language) {
		v.language = d.bot.texts.ForLocale(s.Locale)
	}
	return v
}

// enter begins one call of somebody who needs the rights of staff. Who has
// none gets one sentence, and an entry in the audit log.
func (d *Desk) enter(ctx context.Context, s Staff, what string) (*visit, *Response) {
	v := d.visit(ctx, s)
	if s.May() {
		return v, nil
	}
	return v, v.refuse(ctx, what, "desk-refused")
}

func (v *visit) refuse(ctx context.Context, what, message string) *Response {
	if err := v.audit(ctx, AuditRefused, what); err != nil {
		v.bot.log.ErrorContext(ctx, "refusal not noted", "error", err)
	}
	return v.tell(message, nil)
}

// do runs a command for those who may.
func (v *visit) do(ctx context.Context, c deskCommand, rest string) Response {
	if c.admin && !v.Admin {
		return *v.refuse(ctx, c.name, "desk-admins-only")
	}
	patience := deskPatience
	if c.slow {
		patience = slowPatience
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := c.run(ctx, v, strings.TrimSpace(rest))
	if err != nil {
		v.bot.log.ErrorContext(ctx, "desk command not done", "command", c.name, "error", err)
		return *v.tell("desk-try-again", nil)
	}
	return r
}

func (v *visit) say(id string, values Values) string { return v.bot.texts.Say(v.language, id, values) }

// plain is a message without its marks, for what shows plain text.
func (v *visit) plain(id string, values Values) string { return plainText(v.say(id, values)) }

// tell answers with one message.
func (v *visit) tell(id string, values Values) *Response {
	return &Response{View: v.view(v.say(id, values))}
}

// view is a paragraph of CommonMark.
func (v *visit) view(text string) *View {
	return &View{Text: plainText(text), Blocks: []Block{{Text: text}}}
}

// plainText leaves out the marks of CommonMark.
func plainText(text string) string {
	var b strings.Builder
	escaped := false
	for _, r := range strings.ReplaceAll(text, "**", "") {
		switch {
		case escaped:
			escaped = false
			b.WriteRune(r)
		case r == '\\':
			escaped = true
		case r != '*' && r != '`':
			b.WriteRune(r)
		}
	}
	return b.String()
}

// command finds a command by its name or one of its words.
func (v *visit) command(word string) (deskCommand, bool) {
	c, known := v.bot.deskWords[fold(strings.TrimPrefix(word, "/"))]
	return c, known
}

// deskWords maps every word for a command, and its name, to it.
func deskWords(texts *Texts) map[string]deskCommand {
	words := map[string]deskCommand{}
	for _, c := range deskCommands() {
		if c.hidden {
			continue
		}
		words[c.name] = c
		for _, lang := range texts.Languages() {
			for word := range strings.SplitSeq(texts.Say(lang, "desk-word-"+c.name, nil), ",") {
				words[fold(strings.TrimSpace(word))] = c
			}
		}
	}
	return words
}

func deskNames() map[string]deskCommand {
	names := map[string]deskCommand{}
	for _, c := range deskCommands() {
		names[c.name] = c
	}
	return names
}

// word is what a command is called in the person's language.
func (v *visit) word(name string) string {
	word, _, _ := strings.Cut(v.say("desk-word-"+name, nil), ",")
	return word
}

// unknownCommand names the commands that are closest, and an example. Words
// that are a query by themselves are one.
func (v *visit) unknownCommand(line string) Response {
	word, _, _ := strings.Cut(line, " ")
	type near struct {
		name     string
		distance int
	}
	var list []near
	for known, c := range v.bot.deskWords {
		if c.admin && !v.Admin {
			continue
		}
		d := distance(fold(word), known)
		if i := slices.IndexFunc(list, func(n near) bool { return n.name == c.name }); i < 0 {
			list = append(list, near{c.name, d})
		} else {
			list[i].distance = min(list[i].distance, d)
		}
	}
	slices.SortFunc(list, func(a, b near) int { return cmp.Or(a.distance-b.distance, cmp.Compare(a.name, b.name)) })
	var buttons []Button
	for _, n := range list[:min(3, len(list))] {
		buttons = append(buttons, Button{Label: v.word(n.name), Data: n.name})
	}
	if reading := v.read(line); len(reading.Unknown) == 0 && len(reading.String()) > 0 {
		buttons = append([]Button{{Label: v.say("desk-button-signups", nil), Data: "signups " + reading.String()}}, buttons...)
	}
	text := v.say("desk-unknown", Values{"Word": word, "Example": Markdown("`/exchange " + v.word("signups") + " " + v.say("desk-example", nil) + "`")})
	view := v.view(text)
	view.Blocks = append(view.Blocks, Block{Buttons: buttons[:min(5, len(buttons))]})
	return Response{View: view}
}

// distance is how many letters have to be changed, added or left out.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(y)]
}

// deskHelp teaches the commands, each with an example.
func deskHelp(_ context.Context, v *visit, _ string) (Response, error) {
	view := v.view(v.say("desk-help", nil))
	var lines []string
	for _, c := range deskCommands() {
		if c.hidden || c.admin && !v.Admin {
			continue
		}
		lines = append(lines, fmt.Sprintf("- `/exchange %s` – %s", v.word(c.name), v.say("desk-help-"+c.name, nil)))
	}
	view.Blocks = append(view.Blocks, Block{Text: strings.Join(lines, "\n")}, Block{Text: v.say("desk-help-words", nil)}, Block{Note: v.filters()},
		Block{Buttons: []Button{{Label: v.say("desk-button-newest", nil), Data: "signups"}, {Label: v.say("desk-button-new", nil), Data: "signups status:new"}}})
	return Response{View: view}, nil
}

// aboutMe tells a person what the desk knows about them.
func aboutMe(_ context.Context, v *visit, _ string) (Response, error) {
	role := "desk-role-staff"
	if v.Admin {
		role = "desk-role-admin"
	}
	view := v.view(v.say("desk-me", Values{"Name": v.Name, "Role": Markdown(v.say(role, nil)), "Language": Markdown(v.say("language-name", nil))}))
	view.Blocks = append(view.Blocks, Block{Buttons: v.languageChoices()})
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
	return *v.tell("desk-language-chosen", Values{"Language": Markdown(v.say("language-name", nil))}), nil
}

// keep changes what is kept about the person.
func (v *visit) keep(ctx context.Context, change func(*habits)) error {
	return again(func() (err error) {
		if v.document, err = loadDocument(ctx, v.bot.store, DocumentStaff, v.ID, &v.habits); err != nil {
			return err
		}
		change(&v.habits)
		v.document.At = v.bot.now().UTC()
		return saveDocument(ctx, v.bot.store, v.document, v.habits)
	})
}
