package bot

import (
	"context"
	"strings"
)

// Phrases are what a channel says by itself to somebody at the desk, in their
// language: plain text all.
type Phrases struct {
	Working  string // an answer takes a moment longer
	Pending  string // a submitted form takes longer; what was entered stays in it
	Done     string // it is done, and there is no more to say
	Unopened string // a form did not open; Again does what should have opened it
	Unsaved  string // what was entered is not saved; it follows, and Again opens the form with it
	Failed   string // what was wanted is not done, such as sending a file
	Again    string // a button's label
	Close    string // likewise, at most 24 characters
}

// Phrases are those for a person, who needs no rights to hear them.
func (d *Desk) Phrases(ctx context.Context, s Staff) Phrases {
	v := d.visit(ctx, s)
	return Phrases{
		Working: v.plain("desk-working", nil), Pending: v.plain("desk-pending", nil), Done: v.plain("desk-done", nil),
		Unopened: v.plain("desk-unopened", nil), Unsaved: v.plain("desk-unsaved", nil),
		Failed: v.plain("desk-try-again", nil), Again: v.plain("desk-button-again", nil), Close: v.plain("desk-button-close", nil),
	}
}

// Reopen opens a form that was not taken once more, as it is now, with what
// was entered into it.
func (d *Desk) Reopen(ctx context.Context, s Staff, entered Submission) Response {
	r := d.Press(ctx, s, formLine(entered.Form))
	if r.Form == nil {
		return r
	}
	for i, input := range r.Form.Inputs {
		if value, is := entered.Values[input.Name]; is {
			r.Form.Inputs[i].Value = value
		}
	}
	if strings.HasPrefix(entered.Form, "record ") {
		r.Form.ID = entered.Form // it tells what the person has changed from what others have
	}
	return r
}

// formLine is the press that opens a form: its id without the version, which
// is the last word. An answer opens by its topic, or by the question that it
// is made from.
func formLine(id string) string {
	words := strings.Fields(id)
	switch {
	case len(words) == 4 && words[0] == "teach" && words[2] != "-":
		return "answers " + words[2]
	case len(words) < 2:
		return id
	case words[0] == "teach":
		return strings.Join(words[:2], " ")
	}
	return strings.Join(words[:len(words)-1], " ")
}
