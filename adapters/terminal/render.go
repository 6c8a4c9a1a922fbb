package terminal

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Render turns CommonMark into plain text: emphasis is dropped, and a link's
// address follows its words unless it says the same.
func Render(markdown string) string {
	source := []byte(markdown)
	w := &writer{source: source}
	w.blocks(goldmark.DefaultParser().Parse(text.NewReader(source)), "")
	return strings.TrimSpace(w.String())
}

type writer struct {
	strings.Builder
	source []byte
}

// blocks writes the children of a block, each line after the first indented.
func (w *writer) blocks(parent ast.Node, indent string) {
	number := 1
	if list, ok := parent.(*ast.List); ok && list.IsOrdered() {
		number = list.Start
	}
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.List:
			w.blocks(n, indent)
		case *ast.ListItem:
			mark := "• "
			if n.Parent().(*ast.List).IsOrdered() {
				mark = fmt.Sprintf("%d. ", number)
				number++
			}
			w.WriteString(indent + mark)
			w.blocks(n, indent+"  ")
		case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock:
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				w.Write(line.Value(w.source))
			}
			w.WriteString("\n")
		case *ast.TextBlock:
			w.inline(n)
			w.WriteString("\n")
		default:
			if n.Type() == ast.TypeBlock && n.FirstChild() != nil && n.FirstChild().Type() == ast.TypeBlock {
				w.blocks(n, indent+"  ")
				continue
			}
			w.inline(n)
			w.WriteString("\n")
			if parent.Kind() != ast.KindListItem {
				w.WriteString("\n")
			}
		}
	}
	if parent.Kind() == ast.KindList && parent.Parent().Kind() == ast.KindDocument {
		w.WriteString("\n")
	}
}

func (w *writer) inline(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			w.Write(unescape(n.Segment.Value(w.source)))
			if n.HardLineBreak() || n.SoftLineBreak() {
				w.WriteString("\n")
			}
		case *ast.String:
			w.Write(n.Value)
		case *ast.AutoLink:
			w.Write(n.URL(w.source))
		case *ast.RawHTML:
			for i := range n.Segments.Len() {
				segment := n.Segments.At(i)
				w.Write(segment.Value(w.source))
			}
		case *ast.Link:
			before := w.Len()
			w.inline(n)
			address := strings.TrimPrefix(string(n.Destination), "mailto:")
			if w.String()[before:] != address {
				w.WriteString(" (" + address + ")")
			}
		default:
			w.inline(n)
		}
	}
}

// unescape resolves what goldmark leaves in a text for the renderer:
// backslash escapes and character references.
func unescape(value []byte) []byte {
	return util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(value)))
}
