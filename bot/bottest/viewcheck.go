package bottest

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"exchangebot/bot"
)

// CheckView tells what in a view breaks the limits that [bot.View] and its
// parts promise to those who draw it; nil when nothing does.
func CheckView(v bot.View) error {
	c := checks{}
	c.that(v.Text != "", "a view without text")
	c.blocks(v.Blocks)
	return errors.Join(c.problems...)
}

// CheckForm does the same for a form.
func CheckForm(f bot.Form) error {
	c := checks{}
	c.that(f.ID != "" && len(f.ID) <= 1500, "a form's id of %d bytes", len(f.ID))
	c.that(short(f.Title, 24) && short(f.Cancel, 24) && (f.Submit == "" || short(f.Submit, 24)), "form %q: %q %q", f.Title, f.Submit, f.Cancel)
	c.blocks(f.Blocks)
	for _, in := range f.Inputs {
		c.that(in.Name != "" && in.Label != "" && len(in.Options) <= 100, "input %q %q", in.Name, in.Label)
		for _, o := range in.Options {
			c.that(o.Value != "" && short(o.Label, 75), "option %q %q", o.Value, o.Label)
		}
		for _, value := range in.Value {
			c.that(utf8.RuneCountInString(value) <= max(in.Max, 3000), "input %s shows %d characters", in.Name, len(value))
		}
	}
	return errors.Join(c.problems...)
}

// short is a text that is not empty, of so many characters at most.
func short(text string, most int) bool {
	n := utf8.RuneCountInString(text)
	return 0 < n && n <= most
}

type checks struct{ problems []error }

func (c *checks) that(ok bool, format string, args ...any) {
	if !ok {
		c.problems = append(c.problems, fmt.Errorf(format, args...))
	}
}

func (c *checks) blocks(blocks []bot.Block) {
	for i, b := range blocks {
		c.that(b.Heading == "" || short(b.Heading, 150), "a heading of %d bytes", len(b.Heading))
		c.that(b.Heading+b.Text+b.Note != "" || b.Card != nil || b.List != nil || b.Table != nil || b.Chart != nil || b.Buttons != nil, "block %d holds nothing", i)
		c.buttons(b.Buttons)
		if b.Card != nil {
			c.that(b.Card.Title != "" && len(b.Card.Fields) <= 10, "card %q with %d fields", b.Card.Title, len(b.Card.Fields))
			for _, f := range b.Card.Fields {
				c.that(f.Label != "" && f.Value != "", "card %q: field %q without a value", b.Card.Title, f.Label)
			}
			c.buttons(b.Card.Buttons)
		}
		if b.List != nil {
			c.that(0 < len(b.List.Items) && len(b.List.Items) <= 15, "a list of %d", len(b.List.Items))
			for _, item := range b.List.Items {
				if item.Button != nil {
					c.buttons([]bot.Button{*item.Button})
				}
			}
		}
		if b.Table != nil {
			c.table(b.Table)
		}
		if b.Chart != nil {
			c.that(b.Chart.Title != "" && 0 < len(b.Chart.Labels) && len(b.Chart.Labels) <= 20 && len(b.Chart.Series) <= 5, "chart %q: %d labels", b.Chart.Title, len(b.Chart.Labels))
			for _, s := range b.Chart.Series {
				c.that(len(s.Values) == len(b.Chart.Labels), "chart %q: %d values for %d labels", b.Chart.Title, len(s.Values), len(b.Chart.Labels))
			}
		}
	}
}

func (c *checks) table(t *bot.Table) {
	c.that(t.Title != "" && 0 < len(t.Header) && len(t.Header) <= 10 && len(t.Rows) <= 90, "table %q: %d columns, %d rows", t.Title, len(t.Header), len(t.Rows))
	for _, row := range t.Rows {
		c.that(len(row) == len(t.Header), "table %q: %d cells in a row of %d columns", t.Title, len(row), len(t.Header))
	}
}

func (c *checks) buttons(row []bot.Button) {
	c.that(len(row) <= 5, "%d buttons in a row", len(row))
	for _, b := range row {
		c.that(short(b.Label, 75) && (b.Data == "") != (b.URL == "") && len(b.Data) <= 1500, "button %q %q", b.Label, b.Data)
	}
}
