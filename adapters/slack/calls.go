package slack

import (
	"regexp"
	"unicode/utf8"
)

// calls are the words that the bot takes as commands. Its texts put a slash
// before them; but of a message that begins with one, Slack's own client thinks
// that it is a slash command, and sends it to nobody. So they are shown without,
// as something to be typed.
type calls map[string]bool

func newCalls(words []string) calls {
	known := calls{}
	for _, word := range words {
		known[word] = true
	}
	return known
}

var called = regexp.MustCompile(`/[a-z0-9_]+`)

// bare takes the slashes off.
func (k calls) bare(t rich) rich {
	var out rich
	for _, r := range t {
		from := 0
		for _, at := range called.FindAllStringIndex(r.text, -1) {
			if r.style.link != "" || !k.at(r.text, at[0], at[1]) {
				continue
			}
			word := run{r.text[at[0]+1 : at[1]], r.style}
			word.style.code = true
			out = append(out, run{r.text[from:at[0]], r.style}, word)
			from = at[1]
		}
		if from < len(r.text) {
			out = append(out, run{r.text[from:], r.style})
		}
	}
	return out
}

// at tells whether a command stands there, and no part of an address or of
// another word.
func (k calls) at(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	after, _ := utf8.DecodeRuneInString(s[to:])
	return k[s[from+1:to]] && !joins(before) && !joins(after)
}

func joins(c rune) bool {
	return c != utf8.RuneError && (wordy(c) || c == '/' || c == '-' || c == '_' || c == ':')
}
