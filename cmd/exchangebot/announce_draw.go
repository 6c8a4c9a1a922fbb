package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"exchangebot/adapters/terminal"
	"exchangebot/bot"
)

// plain is CommonMark as a terminal shows it.
func plain(markdown string) string { return terminal.Render(markdown) }

// draw shows a view in a terminal, one block under the other.
func draw(w io.Writer, v bot.View) {
	for _, block := range v.Blocks {
		switch {
		case block.Heading != "":
			fmt.Fprintf(w, "\n== %s ==\n", block.Heading)
		case block.Text != "":
			fmt.Fprintf(w, "%s\n", plain(block.Text))
		case block.Note != "":
			fmt.Fprintf(w, "%s\n", plain(block.Note))
		case block.Card != nil:
			drawCard(w, block.Card)
		case block.Table != nil:
			drawTable(w, block.Table)
		}
	}
}

func drawCard(w io.Writer, c *bot.Card) {
	fmt.Fprintln(w, c.Title)
	for _, p := range c.Fields {
		fmt.Fprintf(w, "  %s: %s\n", p.Label, p.Value)
	}
	for _, text := range []string{c.Text, c.Note} {
		if text != "" {
			fmt.Fprintln(w, " ", strings.ReplaceAll(plain(text), "\n", "\n  "))
		}
	}
}

func drawTable(w io.Writer, t *bot.Table) {
	fmt.Fprintln(w, t.Title)
	rows := append([][]string{t.Header}, t.Rows...)
	widths := make([]int, len(t.Header))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		line := " "
		for i, cell := range row {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i < len(t.Numbers) && t.Numbers[i] {
				line += " " + space + cell
			} else {
				line += " " + cell + space
			}
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}
