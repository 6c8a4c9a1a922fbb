package slack

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// maxSection is the length of a section's text, in characters
// (docs.slack.dev/reference/block-kit/blocks/section-block).
const maxSection = 3000

// Render turns CommonMark into Slack's mrkdwn, split into as many sections as
// it takes. A text of which nothing can be seen gives none.
//
// mrkdwn knows little: headings become bold, lists become lines, images become
// links, and HTML in the text is shown as it is written. Links lead to http,
// https and mailto only.
func Render(commonMark string) []string {
	return read(commonMark).split(maxSection)
}

// Plain is what is to be read in a CommonMark text, without any marks.
func Plain(commonMark string) string { return read(commonMark).plain() }

// parser may be used by many at once.
var parser = goldmark.DefaultParser()

func read(commonMark string) rich {
	r := &reader{source: []byte(strings.ToValidUTF8(commonMark, "\uFFFD"))}
	r.blocks(parser.Parse(text.NewReader(r.source)))
	return r.out
}

// reader walks the tree of a text and writes down what is to be seen.
type reader struct {
	source []byte
	out    rich
	style  style
	owed   int    // line ends before the next text
	indent string // at the start of every line
	fresh  bool   // behind the marker of a list item
}

func (r *reader) blocks(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		r.gap(n.HasBlankPreviousLines())
		r.block(n)
	}
}

func (r *reader) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		r.within(func(s *style) { s.bold = true }, func() { r.inlines(n) })
	case *ast.Paragraph, *ast.TextBlock:
		r.inlines(n)
	case *ast.Blockquote:
		r.within(func(s *style) { s.quote = true }, func() { r.blocks(n) })
	case *ast.List:
		r.list(n)
	case *ast.FencedCodeBlock:
		r.lines(n.Lines())
	case *ast.CodeBlock:
		r.lines(n.Lines())
	case *ast.HTMLBlock:
		r.lines(n.Lines())
		if n.HasClosure() {
			r.gap(false)
			r.say(strings.TrimRight(string(n.ClosureLine.Value(r.source)), "\n"))
		}
	case *ast.ThematicBreak:
		r.say("———")
	}
}

func (r *reader) list(l *ast.List) {
	number, outer := l.Start, r.indent
	for item := l.FirstChild(); item != nil; item = item.NextSibling() {
		marker := "• "
		if l.IsOrdered() {
			marker = strconv.Itoa(number) + ". "
			number++
		}
		r.fresh = false
		r.gap(!l.IsTight && item.HasBlankPreviousLines())
		r.say(marker)
		r.fresh = true
		r.indent = outer + strings.Repeat(" ", utf8.RuneCountInString(marker))
		r.blocks(item)
		r.indent = outer
	}
	r.fresh = false
}

func (r *reader) lines(segments *text.Segments) {
	var code strings.Builder
	for i := range segments.Len() {
		line := segments.At(i)
		code.Write(line.Value(r.source))
	}
	r.within(func(s *style) { *s = style{code: true, quote: s.quote} }, func() {
		for i, line := range strings.Split(strings.TrimRight(code.String(), "\n"), "\n") {
			if i > 0 {
				r.owed++
			}
			r.say(line)
		}
	})
}

func (r *reader) gap(blank bool) {
	if r.fresh {
		return
	}
	r.owed = max(r.owed, 1)
	if blank {
		r.owed = max(r.owed, 2)
	}
}

// within does something in a style that is changed for as long.
func (r *reader) within(change func(*style), do func()) {
	saved := r.style
	change(&r.style)
	do()
	r.style = saved
}

// say writes visible text in the style that stands, behind the line ends that
// are owed.
func (r *reader) say(s string) {
	s = strings.Map(func(c rune) rune {
		if c < ' ' && c != '\t' || c == '\x7f' {
			return -1
		}
		return c
	}, s)
	if s == "" {
		return
	}
	if r.owed > 0 && len(r.out) > 0 {
		between := style{quote: r.style.quote && r.out[len(r.out)-1].style.quote}
		r.out = append(r.out, run{strings.Repeat("\n", r.owed), between})
		if r.indent != "" {
			r.out = append(r.out, run{r.indent, style{quote: r.style.quote}})
		}
	}
	r.owed, r.fresh = 0, false
	r.out = append(r.out, run{s, r.style})
}
