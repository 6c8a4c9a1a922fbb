package knowledge

import (
	"embed"
	"strings"
	"sync"
)

//go:embed words/*.txt
var wordFiles embed.FS

// wordKind is what a general word list says of a word.
type wordKind uint8

const (
	content  wordKind = iota
	function          // grammar
	question          // asks: who, when
	filler            // greeting, politeness, chat
)

// lists are the general words of a language. What a list does not say is empty.
type lists struct {
	kind  map[string]wordKind
	same  map[string][]string // dialect or chat spelling: the words that are meant
	alike map[string][]hash   // stem: features of meanings that it shares with others
}

var listsOf = sync.OnceValue(func() map[Language]lists {
	all := map[Language]lists{}
	entries, _ := wordFiles.ReadDir("words")
	for _, e := range entries {
		data, _ := wordFiles.ReadFile("words/" + e.Name())
		lang := Language(strings.TrimSuffix(e.Name(), ".txt"))
		all[lang] = parseLists(string(data), lang)
	}
	return all
})

// parseLists reads sections named in brackets: words apart by spaces, in
// [same] lines of "spelling = words", in [alike] lines of words that mean about
// the same. A word keeps the first kind that it is given.
func parseLists(data string, lang Language) lists {
	l := lists{map[string]wordKind{}, map[string][]string{}, map[string][]hash{}}
	kinds := map[string]wordKind{"[function]": function, "[question]": question, "[filler]": filler}
	folded := func(text string) []string {
		ws := words(text)
		for i, w := range ws {
			ws[i] = fold(w, lang)
		}
		return ws
	}
	section := ""
	for line := range strings.Lines(data) {
		line = strings.TrimSpace(line)
		from, to, _ := strings.Cut(line, "=")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = line
		case section == "[same]":
			if spelling := folded(from); len(spelling) == 1 && l.kind[spelling[0]] == content {
				l.same[spelling[0]] = folded(to)
			}
		case section == "[alike]":
			for _, w := range folded(line) {
				s := stem(w, lang)
				l.alike[s] = append(l.alike[s], seed.add("alike ").add(line))
			}
		default:
			for _, w := range folded(line) {
				if l.kind[w] == content {
					l.kind[w] = kinds[section]
				}
			}
		}
	}
	return l
}
