package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"exchangebot/bot/query"
)

// deskWord finds a command by its name or one of its words.
func (b *Bot) deskWord(word string) (deskCommand, bool) {
	c, known := b.deskWords[fold(strings.TrimPrefix(word, "/"))]
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

// What stands behind a mistyped command goes with the one that is meant: that
// is so close, and there is room for it on a button.
const (
	maxMistyped = 2   // letters that are wrong
	maxBehind   = 300 // bytes
)

// unknownCommand names the commands that are closest, and an example. Words
// that are a query by themselves are one.
func (v *visit) unknownCommand(line string) Response {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	type near struct {
		name     string
		distance int
	}
	var list []near
	for known, c := range v.bot.deskWords {
		if c.admin && !v.Admin {
			continue
		}
		d := query.Distance(fold(word), known)
		if i := slices.IndexFunc(list, func(n near) bool { return n.name == c.name }); i < 0 {
			list = append(list, near{c.name, d})
		} else {
			list[i].distance = min(list[i].distance, d)
		}
	}
	slices.SortFunc(list, func(a, b near) int { return cmp.Or(a.distance-b.distance, cmp.Compare(a.name, b.name)) })
	var buttons []Button
	for _, n := range list[:min(3, len(list))] {
		b := Button{Label: v.word(n.name), Data: n.name}
		if n.distance <= maxMistyped && rest != "" && len(rest) <= maxBehind {
			b = Button{Label: b.Label + " " + rest, Data: b.Data + " " + rest}
		}
		buttons = append(buttons, b)
	}
	if reading := v.read(line); len(reading.Unknown) == 0 && len(reading.String()) > 0 {
		buttons = append([]Button{{Label: v.say("desk-button-signups", nil), Data: "signups " + reading.String()}}, buttons...)
	}
	text := v.say("desk-unknown", Values{"Word": word, "Example": Markdown("`/exchange " + v.word("signups") + " " + v.say("desk-example", nil) + "`")})
	view := v.view(text)
	view.Blocks = append(view.Blocks, Block{Buttons: buttons[:min(5, len(buttons))]})
	return Response{View: view}
}

// deskHelp teaches the commands, each with an example.
func deskHelp(_ context.Context, v *visit, _ string) (Response, error) {
	view := v.view(v.say("desk-help", nil))
	var lines, words []string
	for _, c := range deskCommands() {
		if c.hidden || c.admin && !v.Admin {
			continue
		}
		words = append(words, "/exchange "+v.word(c.name))
		lines = append(lines, fmt.Sprintf("- `/exchange %s` – %s", v.word(c.name), v.say("desk-help-"+c.name, nil)))
	}
	view.Text += "\n\n" + strings.Join(words, "\n")
	view.Blocks = append(view.Blocks, Block{Text: strings.Join(lines, "\n")}, Block{Text: v.say("desk-help-words", nil)}, Block{Note: v.filters()},
		Block{Buttons: []Button{{Label: v.say("desk-button-newest", nil), Data: "signups"}, {Label: v.say("desk-button-new", nil), Data: "signups status:new"}}})
	return Response{View: view}, nil
}
