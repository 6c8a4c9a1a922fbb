package telegram

import (
	"strings"

	"exchangebot/bot"
)

// Preview implements [bot.Announcer].
func (c *Channel) Preview(m bot.Message) bot.Preview {
	text := read(m.Text).visible()
	return bot.Preview{Text: text.commonMark(), Length: text.units(), Limit: limit(m)}
}

// commonMark writes t so that it looks everywhere as it does in Telegram: what
// became of lists and headings are lines that no longer mean any. Where
// CommonMark has no way to write emphasis, such as within words, there is none.
func (t rich) commonMark() string {
	marked := writeCommonMark(t)
	if alike(read(marked), t) {
		return marked
	}
	bare := make(rich, len(t))
	for i, r := range t {
		bare[i] = run{text: r.text}
	}
	return writeCommonMark(bare)
}

// alike compares what is seen, but for white space.
func alike(a, b rich) bool {
	look := strings.NewReplacer("\u00a0", "", " ", "", "\t", "", "\n", "")
	return look.Replace(a.html()) == look.Replace(b.html())
}

func writeCommonMark(t rich) string {
	var b strings.Builder
	var before *line
	for _, l := range t.lines() {
		if before != nil {
			b.WriteString(before.end(l))
		}
		l.write(&b, before)
		before = &l
	}
	if before != nil && before.pre {
		b.WriteString("\n" + before.prefix() + fence)
	}
	return b.String()
}

// line is a line of a text: its runs have no marks but those within a line.
type line struct {
	runs       rich
	quote, pre bool
	block      int // the id of the quote or the code
	language   string
}

// fence is longer than any that a text may hold in earnest.
const fence = "``````"

func (l line) prefix() string {
	if l.quote {
		return "> "
	}
	return ""
}

// blank tells whether l is an empty line between blocks.
func (l line) blank() bool { return len(l.runs) == 0 && l.block == 0 }

// end is what stands between two lines.
func (l line) end(next line) string {
	end := "\n"
	switch {
	case l.block != next.block && !l.blank() && !next.blank():
		end = "\n\n"
	case l.block == next.block && !l.pre && len(l.runs) > 0 && len(next.runs) > 0:
		end = "  \n"
	}
	if l.pre && l.block != next.block {
		return "\n" + l.prefix() + fence + end
	}
	return end
}

func (l line) write(b *strings.Builder, before *line) {
	b.WriteString(l.prefix())
	if l.pre {
		if before == nil || before.block != l.block {
			b.WriteString(fence + l.language + "\n" + l.prefix())
		}
		b.WriteString(l.runs.text())
		return
	}
	var open []mark
	closeTo := func(n int) {
		for len(open) > n {
			b.WriteString(closing(open[len(open)-1]))
			open = open[:len(open)-1]
		}
	}
	spaces, indented := "", true // CommonMark wants spaces outside of emphasis
	for _, r := range l.runs {
		text := strings.TrimLeft(r.text, " \t")
		spaces += r.text[:len(r.text)-len(text)]
		if text == "" {
			continue
		}
		closeTo(shared(open, r.marks))
		if indented { // and shows none at the start of a line
			spaces, indented = strings.Repeat("\u00a0", len(spaces)), false
		}
		b.WriteString(spaces)
		for _, m := range r.marks[len(open):] {
			b.WriteString(opening(m))
			open = append(open, m)
		}
		if len(open) > 0 && open[len(open)-1].tag == "code" {
			b.WriteString(codeSpan(text))
			spaces = ""
			continue
		}
		bare := strings.TrimRight(text, " \t")
		b.WriteString(punctuation.Replace(bare))
		spaces = text[len(bare):]
	}
	closeTo(0)
}

// lines cuts t at its line ends and tells the marks of blocks from the others.
func (t rich) lines() []line {
	lines := []line{{}}
	for _, r := range t {
		for i, text := range strings.Split(r.text, "\n") {
			if i > 0 {
				lines = append(lines, line{})
			}
			l := &lines[len(lines)-1]
			var marks []mark
			for _, m := range r.marks {
				switch m.tag {
				case "blockquote":
					l.quote, l.block = true, m.id
				case "pre":
					l.pre, l.block, l.language = true, m.id, m.attr
				default:
					marks = append(marks, m)
				}
			}
			if text != "" {
				l.runs = append(l.runs, run{text, marks})
			}
		}
	}
	return lines
}

// punctuation makes a text mean itself.
var punctuation = func() *strings.Replacer {
	var pairs []string
	for _, c := range "\\`*_{}[]()<>#+-.!&|~=" {
		pairs = append(pairs, string(c), `\`+string(c))
	}
	return strings.NewReplacer(pairs...)
}()

func opening(m mark) string {
	switch m.tag {
	case "b":
		return "**"
	case "i":
		return "*"
	case "a":
		return "["
	}
	return ""
}

func closing(m mark) string {
	switch m.tag {
	case "b":
		return "**"
	case "i":
		return "*"
	case "a":
		return "](<" + strings.NewReplacer("<", `\<`, ">", `\>`, `\`, `\\`, "&", `\&`).Replace(m.attr) + ">)"
	}
	return ""
}

// codeSpan writes code behind more backticks than it holds beside each other.
func codeSpan(code string) string {
	ticks := "`"
	for strings.Contains(code, ticks) {
		ticks += "`"
	}
	if strings.HasPrefix(code, "`") || strings.HasSuffix(code, "`") || strings.HasPrefix(code, " ") && strings.HasSuffix(code, " ") {
		code = " " + code + " "
	}
	return ticks + code + ticks
}
