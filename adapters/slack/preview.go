package slack

import (
	"strings"

	"exchangebot/bot"
)

// Preview implements [bot.Announcer]. Slack says only that too much is too
// much: the length is that of the text as it is sent, in bytes.
func (c *Channel) Preview(m bot.Message) bot.Preview {
	preview := bot.Preview{Limit: maxReply}
	text := c.readable(m.Text)
	for _, part := range text.split(maxSection) {
		preview.Length += len(part)
	}
	if preview.Length > 0 {
		preview.Text = text.commonMark()
	}
	return preview
}

// commonMark writes t so that it looks everywhere as it does on Slack: what
// became of lists and headings are lines that no longer mean any. Where
// CommonMark has no way to write emphasis, such as within words, there is none.
func (t rich) commonMark() string {
	marked := t.write(func(r run) string { return r.style.wrap(r.text) })
	if alike(read(marked), t) {
		return marked
	}
	return t.write(func(r run) string { return punctuation.Replace(r.text) })
}

// alike compares what is seen, but for white space.
func alike(a, b rich) bool {
	look := func(t rich) string {
		t = append(rich(nil), t...)
		for i := range t {
			t[i].text = strings.Join(strings.Fields(t[i].text), "")
		}
		var seen rich
		for _, r := range t {
			if r.text != "" {
				seen = append(seen, r)
			}
		}
		return seen.mrkdwn()
	}
	return look(a) == look(b)
}

// write joins what words makes of the runs of t, whose texts it is given
// without white space at their ends.
func (t rich) write(words func(run) string) string {
	var b strings.Builder
	text, quoted, spaces := false, false, "" // of the line so far
	for _, r := range t.merged() {
		for i, line := range strings.Split(r.text, "\n") {
			if i > 0 {
				if text {
					b.WriteString("  ")
				}
				b.WriteString("\n")
				text, quoted, spaces = false, false, ""
			}
			bare := strings.Trim(line, " \t\u00a0")
			if bare == "" {
				spaces += line
				continue
			}
			before, after, _ := strings.Cut(line, bare)
			spaces += before
			if !text {
				spaces = strings.Repeat("\u00a0", len([]rune(spaces)))
			}
			if r.style.quote && !quoted && !text {
				b.WriteString("> ")
				quoted = true
			}
			b.WriteString(spaces + words(run{bare, r.style}))
			text, spaces = true, after
		}
	}
	return strings.TrimRight(b.String(), " \n")
}

// punctuation makes a text mean itself.
var punctuation = func() *strings.Replacer {
	var pairs []string
	for _, c := range "\\`*_{}[]()<>#+-.!&|~=" {
		pairs = append(pairs, string(c), `\`+string(c))
	}
	return strings.NewReplacer(pairs...)
}()

// wrap writes words in a style.
func (s style) wrap(words string) string {
	if s.code {
		ticks := "`"
		for strings.Contains(words, ticks) {
			ticks += "`"
		}
		if strings.HasPrefix(words, "`") || strings.HasSuffix(words, "`") {
			words = " " + words + " "
		}
		words = ticks + words + ticks
	} else {
		words = punctuation.Replace(words)
	}
	if s.link != "" {
		words = "[" + words + "](<" + strings.NewReplacer(`\`, `\\`, "&", `\&`).Replace(s.link) + ">)"
	}
	if s.italic {
		words = "*" + words + "*"
	}
	if s.bold {
		words = "**" + words + "**"
	}
	return words
}
