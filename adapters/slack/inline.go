package slack

import (
	"bufio"
	"bytes"
	"cmp"
	"html"
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
	htmlout "github.com/yuin/goldmark/renderer/html"
)

func (r *reader) inlines(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		r.inline(n)
	}
}

func (r *reader) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		value := resolve(n.Segment.Value(r.source))
		switch {
		case n.HardLineBreak():
			r.say(value)
			r.owed++
		case n.SoftLineBreak():
			r.say(value + " ")
		default:
			r.say(value)
		}
	case *ast.String:
		r.say(resolve(n.Value))
	case *ast.CodeSpan:
		var code []byte
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			if t, ok := c.(*ast.Text); ok {
				code = append(code, t.Segment.Value(r.source)...)
			}
		}
		r.within(func(s *style) { s.code = true }, func() { r.say(strings.ReplaceAll(string(code), "\n", " ")) })
	case *ast.Emphasis:
		r.within(func(s *style) { s.bold, s.italic = s.bold || n.Level == 2, s.italic || n.Level == 1 }, func() { r.inlines(n) })
	case *ast.Link:
		r.link(n, n.Destination)
	case *ast.Image:
		r.link(n, n.Destination)
	case *ast.AutoLink:
		address := string(n.URL(r.source))
		if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(address, "mailto:") {
			address = "mailto:" + address
		}
		r.within(func(s *style) { s.link = safe(address) }, func() { r.say(string(n.Label(r.source))) })
	case *ast.RawHTML:
		for i := range n.Segments.Len() {
			segment := n.Segments.At(i)
			r.say(strings.ReplaceAll(string(segment.Value(r.source)), "\n", " "))
		}
	default:
		r.inlines(n)
	}
}

// link says what a link or an image holds, or else its address.
func (r *reader) link(n ast.Node, destination []byte) {
	address := safe(resolve(destination))
	r.within(func(s *style) { s.link = cmp.Or(s.link, address) }, func() {
		before := len(r.out)
		r.inlines(n)
		if len(r.out) == before {
			r.say(strings.TrimPrefix(address, "mailto:"))
		}
	})
}

// maxLink keeps a link well within a section.
const maxLink = 1000

// safe is an address that Slack takes and that is no danger, or empty.
func safe(address string) string {
	u, err := url.Parse(address)
	web := err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
	if len(address) > maxLink || err != nil || !web && (u.Scheme != "mailto" || u.Opaque == "") {
		return ""
	}
	return strings.NewReplacer("|", "%7C", "<", "%3C", ">", "%3E").Replace(u.String())
}

// resolve replaces backslashes and character references.
func resolve(source []byte) string {
	if bytes.IndexByte(source, '\\') < 0 && bytes.IndexByte(source, '&') < 0 {
		return string(source)
	}
	var b bytes.Buffer
	w := bufio.NewWriterSize(&b, len(source)+16)
	htmlout.DefaultWriter.Write(w, source)
	_ = w.Flush()
	return html.UnescapeString(b.String()) // the writer escapes < > & and " only
}
