package query

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// token is one word of a text.
type token struct {
	text   string // as it was written
	fold   string // as it is compared
	quoted bool
	key    string // of "key:value", folded
}

// tokenForm finds quotations, keys with a value, dates, words and numbers.
var tokenForm = regexp.MustCompile(`["„“”«»]\s*([^"„“”«»]+?)\s*["“”«»]|([\p{L}_]+)[:=](["„“«][^"“”»]*["“”»]|[^\s,;]+)|\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./](?:\d{4})?|[\p{L}\p{M}\p{N}]+`)

func tokens(text string) []token {
	var list []token
	for _, m := range tokenForm.FindAllStringSubmatch(norm.NFC.String(text), -1) {
		switch {
		case m[1] != "":
			for _, word := range strings.Fields(m[1]) {
				list = append(list, token{text: word, fold: fold(word), quoted: true})
			}
		case m[2] != "":
			value := strings.Trim(m[3], `"„“”«»?!.`)
			list = append(list, token{text: m[0], fold: fold(value), key: fold(m[2])})
		default:
			list = append(list, token{text: m[0], fold: fold(m[0])})
		}
	}
	return list
}

// fold brings a text into the form in which words are compared: lower case,
// without accents, ß and œ in two letters.
func fold(text string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(text)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'ß':
			b.WriteString("ss")
		case r == 'œ':
			b.WriteString("oe")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// near reports whether two words differ by one letter, and begin with the same.
func near(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < 5 || len(y)-len(x) > 1 || x[0] != y[0] {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if len(x) == len(y) {
		swapped := i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] && string(x[i+2:]) == string(y[i+2:])
		return i == len(x) || string(x[i+1:]) == string(y[i+1:]) || swapped
	}
	return string(x[i:]) == string(y[i+1:])
}
