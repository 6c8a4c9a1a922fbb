package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

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

// tokens are the words of a text, folded. The marks that inclusive German and
// French put into a word ("Bürger:in", "citoyen·ne") part it.
func tokens(text string) []string {
	return strings.FieldsFunc(fold(text), func(r rune) bool { return !isWordRune(r) })
}

func isShortHash(s string) bool { return len(s) == 16 && strings.Trim(s, "0123456789abcdef") == "" }

// shortHash names a text: 16 hexadecimal digits.
func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
