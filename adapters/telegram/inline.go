package telegram

import (
	"bufio"
	"bytes"
	"html"
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
	markup "github.com/yuin/goldmark/renderer/html"
)

func (r *reader) inlines(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		r.inline(n)
	}
}

func (r *reader) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		value := n.Segment.Value(r.source)
		switch {
		case n.HardLineBreak():
			r.say(plain(value))
			r.owed++
		case n.SoftLineBreak():
			r.say(plain(value) + " ")
		default:
			r.say(plain(value))
		}
	case *ast.String:
		r.say(plain(n.Value))
	case *ast.CodeSpan:
		var code []byte
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			if t, ok := c.(*ast.Text); ok {
				code = append(code, t.Segment.Value(r.source)...)
			}
		}
		r.within(mark{tag: "code"}, func() { r.say(strings.ReplaceAll(string(code), "\n", " ")) })
	case *ast.Emphasis:
		r.within(mark{tag: [...]string{"i", "b"}[n.Level-1]}, func() { r.inlines(n) })
	case *ast.Link:
		r.link(n, n.Destination)
	case *ast.Image:
		r.link(n, n.Destination)
	case *ast.AutoLink:
		address := n.URL(r.source)
		if n.AutoLinkType == ast.AutoLinkEmail {
			r.say(string(n.Label(r.source)))
			return
		}
		r.within(mark{tag: "a", attr: safe(address)}, func() { r.say(string(n.Label(r.source))) })
	case *ast.RawHTML:
		for i := range n.Segments.Len() {
			segment := n.Segments.At(i)
			r.say(strings.ReplaceAll(string(segment.Value(r.source)), "\n", " "))
		}
	default:
		r.inlines(n)
	}
}

// link says what a link or an image holds, and its address where nobody else
// would.
func (r *reader) link(n ast.Node, destination []byte) {
	before := len(r.out)
	address := plain(destination)
	if mail, isMail := strings.CutPrefix(address, "mailto:"); isMail {
		mail, _, _ = strings.Cut(mail, "?")
		r.inlines(n)
		if label := r.out[before:].text(); label == "" {
			r.say(mail)
		} else if !strings.Contains(label, mail) {
			r.say(" (" + mail + ")")
		}
		return
	}
	r.within(mark{tag: "a", attr: safe([]byte(address))}, func() {
		r.inlines(n)
		if len(r.out) == before {
			r.say(safe([]byte(address)))
		}
	})
}

// safe is an address that Telegram takes and that is no danger, or empty.
func safe(address []byte) string {
	u, err := url.Parse(string(address))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "tg" {
		return ""
	}
	return u.String()
}

// within does something under a mark, unless that stands already, cannot stand
// here, or is a link to nowhere.
func (r *reader) within(m mark, do func()) {
	skip := m.tag == "a" && m.attr == ""
	for _, outer := range r.marks {
		// Telegram allows nothing inside code, and only emphasis to overlap.
		skip = skip || outer.tag == m.tag || outer.tag == "pre" || outer.tag == "a" && m.tag == "code"
	}
	if skip {
		do()
		return
	}
	open := r.marks
	if m.tag == "code" || m.tag == "pre" {
		open = nil
		for _, outer := range r.marks {
			if outer.tag == "blockquote" {
				open = append(open, outer)
			}
		}
	}
	r.lastID++
	m.id = r.lastID
	saved := r.marks
	r.marks = append(open[:len(open):len(open)], m)
	do()
	r.marks = saved
}

// plain resolves backslashes and character references.
func plain(source []byte) string {
	if bytes.IndexByte(source, '\\') < 0 && bytes.IndexByte(source, '&') < 0 {
		return string(source)
	}
	var b bytes.Buffer
	w := bufio.NewWriterSize(&b, len(source)+16)
	markup.DefaultWriter.Write(w, source)
	_ = w.Flush()
	return html.UnescapeString(b.String()) // the writer escapes < > & and " only
}
