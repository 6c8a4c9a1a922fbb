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

// lists are the general words of a language.
type lists struct {
	kind map[string]wordKind
	same map[string][]string // dialect, chat spelling: what is meant
}

var listsOf = sync.OnceValue(func() map[Language]lists {
	all := map[Language]lists{}
	entries, _ := wordFiles.ReadDir("words")
	for _, e := range entries {
		data, _ := wordFiles.ReadFile("words/" + e.Name())
		all[Language(strings.TrimSuffix(e.Name(), ".txt"))] = parseLists(string(data))
	}
	return all
})

func parseLists(data string) lists {
	l := lists{map[string]wordKind{}, map[string][]string{}}
	sections := map[string]wordKind{"[function]": function, "[question]": question, "[filler]": filler}
	section := content
	for line := range strings.Lines(data) {
		line = strings.TrimSpace(line)
		from, to, isPair := strings.Cut(line, "=")
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = sections[line]
		case isPair:
			if key := words(from); len(key) == 1 {
				l.same[key[0]] = words(to)
			}
		default:
			for _, w := range words(line) {
				if l.kind[w] == content {
					l.kind[w] = section
				}
			}
		}
	}
	for w := range l.kind {
		delete(l.same, w)
	}
	return l
}
