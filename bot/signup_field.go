package bot

import (
	"slices"
	"strings"
)

// readFields reads all the fields that are named, if everything said is one.
func readFields(t *Turn, text string) error {
	words := t.bot.words
	said := words.drop("words-filler", tokens(text))
	if t.says("words-keep", tokens(text)) || t.says("words-confirm", tokens(text)) {
		_, err := pressField(t, "done")
		return err
	}
	if t.says("words-all", said) {
		t.enterFields(fields)
		return nil
	}
	if words.has("words-except", said) {
		return invalid("invalid-fields", nil)
	}
	found, rest, _ := choose(words, "words-field-", fields, said)
	t.tick(found)
	switch {
	case len(found) == 0:
		return invalid("invalid-fields", nil)
	case len(rest) > 0:
		return invalid("invalid-fields-some", Values{"Known": showFields(t, joinFields(t.ticked())), "Unknown": clipTo(strings.Join(rest, ", "), 60)})
	}
	t.enterFields(t.ticked())
	return nil
}

// pressField changes a check mark: "+sport" sets it, "-sport" takes it away,
// "done" ends the choice. So a press that comes twice does no harm.
func pressField(t *Turn, value string) (bool, error) {
	ticked := t.ticked()
	if value == "done" {
		if len(ticked) == 0 {
			return false, invalid("invalid-fields-none", nil)
		}
		t.enterFields(ticked)
		return true, nil
	}
	field := Field(strings.TrimLeft(value, "+-"))
	if !slices.Contains(fields, field) {
		return false, invalid("stale", nil)
	}
	if strings.HasPrefix(value, "-") {
		t.untick(field)
	} else {
		t.tick([]Field{field})
	}
	t.Show(t.question())
	return false, nil
}

// ticked are the fields with a check mark, in their order.
func (t *Turn) ticked() []Field {
	values := t.Conversation.Position.Values
	if marks, begun := values["ticked"]; begun {
		return splitFields(marks)
	}
	return splitFields(values["fields"])
}

func (t *Turn) tick(more []Field) { t.mark(append(t.ticked(), more...)) }

func (t *Turn) untick(field Field) {
	t.mark(slices.DeleteFunc(t.ticked(), func(f Field) bool { return f == field }))
}

// mark notes a choice that has not ended.
func (t *Turn) mark(chosen []Field) {
	t.enter("ticked", joinFields(chosen))
	delete(t.Conversation.Position.Values, "fields")
}

func (t *Turn) enterFields(chosen []Field) {
	t.enter("fields", joinFields(chosen))
	delete(t.Conversation.Position.Values, "ticked")
}

// joinFields writes fields in their order, each once.
func joinFields(chosen []Field) string {
	var list []string
	for _, f := range fields {
		if slices.Contains(chosen, f) {
			list = append(list, string(f))
		}
	}
	return strings.Join(list, ",")
}

func splitFields(list string) (chosen []Field) {
	for f := range strings.SplitSeq(list, ",") {
		if f != "" {
			chosen = append(chosen, Field(f))
		}
	}
	return chosen
}

func fieldButtons(t *Turn) [][]Button {
	var buttons []Button
	for _, f := range fields {
		b := Button{Label: t.Text("field-"+string(f), nil), Data: "/fill fields +" + string(f)}
		if slices.Contains(t.ticked(), f) {
			b = Button{Label: "✓ " + b.Label, Data: "/fill fields -" + string(f)}
		}
		buttons = append(buttons, b)
	}
	return append(pairs(buttons), []Button{{Label: t.Text("button-done", nil), Data: "/fill fields done"}})
}

func showFields(t *Turn, value string) Markdown {
	var names []string
	for _, f := range splitFields(value) {
		names = append(names, t.Text("field-"+string(f), nil))
	}
	return Markdown(strings.Join(names, ", "))
}
