package knowledge

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxText is how much of a message is read, in bytes: about what Telegram
// delivers at once (4,096 characters). The rest is ignored.
const maxText = 4 << 10

const (
	maxWords = 300 // of a message that are read
	maxWord  = 48  // bytes of one word that are read
)

// clip cuts a message to what is read of it.
func clip(text string) string {
	if len(text) <= maxText {
		return text
	}
	text = text[:maxText]
	for len(text) > 0 && !utf8.RuneStart(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	return text[:max(0, len(text)-1)]
}

// plainLetters replaces what Unicode does not take apart.
var plainLetters = map[rune]string{'ß': "ss", 'œ': "oe", 'æ': "ae", 'ø': "o", 'ł': "l", 'đ': "d", 'ı': "i"}

// words splits a text into lower-case words without accents. Inclusive
// endings are dropped: Bürger:innen and citoyen·ne·s are burger and citoyen.
func words(text string) []string {
	text = clip(text)
	if !ascii(text) {
		text = norm.NFKD.String(strings.ToValidUTF8(text, " "))
	}
	var out []string
	var word []byte
	runes := []rune(text + " ")
	for i := 0; i < len(runes) && len(out) < maxWords; i++ {
		r := unicode.ToLower(runes[i])
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			if len(word) < maxWord {
				word = appendPlain(word, r)
			}
		case len(word) == 0:
		default:
			if n := inclusive(runes[i:]); n > 0 {
				i += n - 1
				break
			}
			out = append(out, string(word))
			word = word[:0]
		}
	}
	return out
}

func appendPlain(word []byte, r rune) []byte {
	if s, ok := plainLetters[r]; ok {
		return append(word, s...)
	}
	return utf8.AppendRune(word, r)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// endings are the feminine and plural endings that inclusive spellings append.
var endings = map[string]bool{
	"in": true, "innen": true, "e": true, "s": true, "es": true, "ne": true, "nes": true, "le": true, "les": true,
	"te": true, "tes": true, "fe": true, "ve": true, "ves": true, "rice": true, "rices": true, "trice": true, "trices": true,
	"euse": true, "euses": true, "ere": true, "eres": true, "fem": true,
}

// inclusive returns how many runes at the start of s, which follows a letter,
// are an inclusive ending such as :innen, ·ne·s, (e)s.
func inclusive(s []rune) int {
	n := 0
	for n < len(s) && strings.ContainsRune(":*_·•.(/-‧", s[n]) {
		end := n + 1
		var ending strings.Builder
		for end < len(s) && unicode.IsLetter(s[end]) && end-n <= 7 {
			ending.WriteRune(unicode.ToLower(s[end]))
			end++
			for end < len(s) && unicode.Is(unicode.Mn, s[end]) {
				end++
			}
		}
		if !endings[ending.String()] {
			break
		}
		if s[n] == '(' && end < len(s) && s[end] == ')' {
			end++
			if end < len(s) && s[end] == 's' {
				end++
			}
		}
		n = end
	}
	if n < len(s) && (unicode.IsLetter(s[n]) || unicode.IsNumber(s[n])) {
		return 0
	}
	return n
}

// sentences splits a text where one sentence ends and another may begin.
func sentences(text string) []string {
	var out []string
	start := 0
	cut := func(end int) {
		if s := strings.TrimSpace(text[start:end]); s != "" {
			out = append(out, s)
		}
		start = end
	}
	for i, r := range text {
		switch r {
		case '.', '!', '?', '…', '\n', ';':
			end := i + utf8.RuneLen(r)
			if r == '\n' || end == len(text) || text[end] == ' ' || text[end] == '\n' || text[end] == '\t' {
				cut(end)
			}
		}
	}
	cut(len(text))
	return out
}
