package knowledge

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxText is how much of a message is read, in bytes: more than Telegram
// delivers at once (4,096 characters of mostly one byte). The rest is ignored.
const maxText = 6 << 10

// maxWord is how much of one word is read, in characters.
const maxWord = 40

// words splits a text into lower-case words without accents.
func words(text string) []string {
	if len(text) > maxText {
		text = text[:maxText]
	}
	text = strings.ToValidUTF8(text, " ")
	var out []string
	var word strings.Builder
	n := 0
	end := func() {
		if n > 0 {
			out = append(out, word.String())
			word.Reset()
			n = 0
		}
	}
	for _, r := range norm.NFKD.String(text) {
		r = unicode.ToLower(r)
		switch {
		case unicode.Is(unicode.Mn, r):
		case !unicode.IsLetter(r) && !unicode.IsNumber(r):
			end()
		case n >= maxWord:
		case r == 'ß':
			word.WriteString("ss")
			n += 2
		case r == 'œ':
			word.WriteString("oe")
			n += 2
		case r == 'æ':
			word.WriteString("ae")
			n += 2
		default:
			word.WriteRune(r)
			n++
		}
	}
	end()
	return out
}
