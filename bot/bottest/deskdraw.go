package bottest

import (
	"fmt"
	"slices"
	"strings"

	"exchangebot/bot"
)

// page writes what staff see as lines that begin with a mark.
type page struct {
	*strings.Builder
	mark string
}

func (p page) line(format string, args ...any) {
	for line := range strings.Lines(fmt.Sprintf(format, args...)) {
		fmt.Fprintln(p, strings.TrimRight(p.mark+" "+line, "\n "))
	}
}

// view writes a view; one without blocks is its text.
func (p page) view(v bot.View) {
	if len(v.Blocks) == 0 {
		p.line("%s", v.Text)
	}
	p.blocks(v.Blocks)
}

func (p page) blocks(blocks []bot.Block) {
	for _, b := range blocks {
		if b.Heading != "" {
			p.line("# %s", b.Heading)
		}
		p.text(b.Text)
		p.note(b.Note)
		if b.Card != nil {
			p.line("## %s", b.Card.Title)
			p.text(b.Card.Text)
			for _, f := range b.Card.Fields {
				p.line("%s: %s", f.Label, f.Value)
			}
			p.note(b.Card.Note)
			p.buttons(b.Card.Buttons)
		}
		if b.List != nil {
			for _, item := range b.List.Items {
				button := ""
				if item.Button != nil {
					button = " [" + item.Button.Label + "]"
				}
				p.line("- %s%s", item.Text, button)
			}
		}
		if b.Table != nil {
			p.line("## %s", b.Table.Title)
			for _, row := range append([][]string{b.Table.Header}, b.Table.Rows...) {
				p.line("| %s |", strings.Join(row, " | "))
			}
		}
		if b.Chart != nil {
			p.chart(b.Chart)
		}
		p.buttons(b.Buttons)
	}
}

func (p page) text(text string) {
	if text != "" {
		p.line("%s", text)
	}
}

func (p page) note(text string) {
	if text != "" {
		p.line("(%s)", text)
	}
}

func (p page) buttons(row []bot.Button) {
	var labels []string
	for _, b := range row {
		labels = append(labels, "["+b.Label+"]")
	}
	p.text(strings.Join(labels, " "))
}

// chart writes the values that are not 0.
func (p page) chart(c *bot.Chart) {
	for _, s := range c.Series {
		var parts []string
		for i, n := range s.Values {
			if n != 0 {
				parts = append(parts, fmt.Sprintf("%s %d", c.Labels[i], n))
			}
		}
		p.line("%s (%s): %s", c.Title, c.Kind, strings.Join(parts, ", "))
	}
}

// shownLines are written of what stands in an input; of others how many there are.
const shownLines = 8

// form writes a form with what stands in its inputs.
func (p page) form(f bot.Form) {
	p.line("{ %s }", f.Title)
	p.blocks(f.Blocks)
	for _, in := range f.Inputs {
		value := strings.Join(in.Value, ", ")
		if lines := strings.Split(value, "\n"); len(lines) > shownLines {
			value = fmt.Sprintf("%s\n… %d more", strings.Join(lines[:shownLines], "\n"), len(lines)-shownLines)
		}
		value = strings.ReplaceAll(value, "\n", `\n`)
		if len(in.Options) > 0 {
			var labels []string
			for _, o := range in.Options {
				label := o.Label
				if slices.Contains(in.Value, o.Value) {
					label = "*" + label + "*"
				}
				labels = append(labels, label)
			}
			value = strings.Join(labels, " ")
		}
		p.line("%s = %s", in.Label, value)
		p.note(in.Hint)
	}
	buttons := []bot.Button{{Label: f.Cancel}}
	if f.Submit != "" {
		buttons = append([]bot.Button{{Label: f.Submit}}, buttons...)
	}
	p.buttons(buttons)
}
