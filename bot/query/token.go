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
	joined bool   // a hyphen or a dash stands before it
	either bool   // a slash does
	stop   bool   // a sentence ends with it
	comma  bool   // a comma, or a bracket, follows
	colon  bool   // a colon does
}

var (
	// wordForm finds words and numbers: a mark belongs to the letter before it.
	wordForm = regexp.MustCompile(`[\p{L}\p{N}][\p{L}\p{M}\p{N}]*`)
	// tokenForm finds quotations, keys with a value, dates, words and numbers.
	tokenForm = regexp.MustCompile(`["„“”«»]\s*([^"„“”«»]+?)\s*["“”«»]|([\p{L}_]+)[:=](["„“«][^"“”»]*["“”»]|[^\s,;]+)` +
		`|\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{4}\b|\d{1,2}[./]\d{1,2}(?:[./]\d{4}|[./]\d{2}\b|[./])?|\d{1,2}-\d{1,2}-\d{4}|` + wordForm.String())
	// inclusive finds the endings that name women as well: "Bürger*innen",
	// "inscrit·e·s", "inscrit(e)s". A word is read without them.
	inclusive = regexp.MustCompile(`(\p{Lu}\p{L}+)[*:_/]-?in(?:nen)?([^\p{L}\p{N}]|$)|(\p{L})(?:(?:[·•]\p{L}{1,5})+|\.(?:n?e|le)(?:\.?s)?|\(e?s?\)s?)([^\p{L}\p{N}]|$)`)
)

func tokens(text string) []token {
	text = inclusive.ReplaceAllString(norm.NFC.String(text), "$1$2$3$4")
	var list []token
	last := 0
	for last < len(text) {
		m := tokenForm.FindStringSubmatchIndex(text[last:])
		if m == nil {
			break
		}
		rest := text[last:]
		part := func(n int) string { return rest[m[2*n]:m[2*n+1]] }
		gap, whole := rest[:m[0]], part(0)
		joined := strings.ContainsAny(gap, "-–—") && len(list) > 0
		if len(list) > 0 && strings.ContainsAny(gap, ".!?;\n") && !isNumber(list[len(list)-1].fold) {
			list[len(list)-1].stop = true
		}
		if len(list) > 0 {
			list[len(list)-1].comma = strings.ContainsAny(gap, ",()")
			list[len(list)-1].colon = strings.Contains(gap, ":")
		}
		last += m[1]
		switch {
		case m[2] >= 0:
			for _, word := range strings.Fields(part(1)) {
				list = append(list, token{text: word, fold: fold(word), quoted: true})
			}
		case m[4] >= 0:
			list = append(list, token{text: whole, fold: fold(strings.Trim(part(3), `"„“”«»?!.`)), key: fold(part(2))})
		default:
			list = append(list, token{text: whole, fold: fold(whole), joined: joined, either: strings.Contains(gap, "/")})
		}
	}
	return list
}

func isNumber(word string) bool { return strings.Trim(word, "0123456789") == "" }

// fold brings a text into the form in which words are compared: lower case,
// without accents, ß, œ and æ in two letters.
func fold(text string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(text)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'ß':
			b.WriteString("ss")
		case r == 'œ':
			b.WriteString("oe")
		case r == 'æ':
			b.WriteString("ae")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// capital reports whether a word is written like a name.
func (t token) capital() bool {
	for _, r := range t.text {
		return unicode.IsUpper(r)
	}
	return false
}
