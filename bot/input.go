package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// InvalidInput says why an answer cannot be taken: Message is the id of a
// message that gives the reason and an example.
type InvalidInput struct {
	Message string
	Values  Values
}

// Error implements error, for logs: without what was entered.
func (e *InvalidInput) Error() string { return "invalid input: " + e.Message }

func invalid(message string, values Values) error { return &InvalidInput{message, values} }

// Lengths in characters, by the issue that asked for the sign-up.
const (
	minName = 2
	maxName = 100
	maxFree = 1000
)

// readName reads the name of a person, in any script.
func readName(text string) (string, error) {
	name, err := readLine(text)
	switch {
	case err != nil:
		return "", err
	case strings.Contains(name, "@"):
		return "", invalid("invalid-name-email", nil)
	case countOf(name, unicode.IsLetter) < minName:
		return "", invalid("invalid-name", nil)
	case strings.ContainsFunc(name, oddInName):
		return "", invalid("invalid-name-characters", nil)
	}
	return name, nil
}

func oddInName(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Nl) && !strings.ContainsRune(" .,-–'’ʼ·()/&\u200c\u200d\"“”„", r)
}

// readOrganisation reads the name of an organisation.
func readOrganisation(text string) (string, error) {
	name, err := readLine(text)
	switch {
	case err != nil:
		return "", err
	case emailForm.MatchString(name):
		return "", invalid("invalid-organisation-email", nil)
	case countOf(name, isWordRune) < minName:
		return "", invalid("invalid-organisation", nil)
	}
	return name, nil
}

// readPlace reads the name of a city.
func readPlace(text string) (string, error) {
	name, err := readLine(text)
	switch {
	case err != nil:
		return "", err
	case countOf(name, unicode.IsLetter) < minName, strings.ContainsFunc(name, oddInName), len(strings.Fields(name)) > 8:
		return "", invalid("invalid-city", nil)
	}
	return name, nil
}

// readLine reads what a name has in common: one line of 2 to 100 characters.
func readLine(text string) (string, error) {
	text, err := readable(text)
	if err != nil {
		return "", err
	}
	text = strings.Join(strings.Fields(text), " ")
	switch n := utf8.RuneCountInString(text); {
	case n < minName:
		return "", invalid("invalid-short", Values{"Min": minName})
	case n > maxName:
		return "", invalid("invalid-long", Values{"Max": maxName, "Length": n})
	}
	return text, nil
}

// readFree reads a text of up to 1,000 characters, in lines.
func readFree(text string) (string, error) {
	text, err := readable(text)
	if err != nil {
		return "", err
	}
	switch n := utf8.RuneCountInString(text); {
	case countOf(text, isWordRune) < minName:
		return "", invalid("invalid-free", nil)
	case n > maxFree:
		return "", invalid("invalid-long", Values{"Max": maxFree, "Length": n})
	}
	return text, nil
}

// readable brings a text into one form (NFC, plain letters instead of the
// styled copies of them) and refuses what cannot be seen or pretends to be
// something else.
func readable(text string) (string, error) {
	text = norm.NFC.String(strings.Map(plainRune, strings.ReplaceAll(text, "\r\n", "\n")))
	// An emoji may be several runes held together by what is refused alone.
	text = strings.TrimSpace(strings.ReplaceAll(text, "\ufe0f", ""))
	for _, r := range text {
		if isHidden(r) {
			return "", invalid("invalid-hidden", nil)
		}
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M) }) {
		if isMixed(word) {
			return "", invalid("invalid-mixed", Values{"Word": word})
		}
	}
	return text, nil
}

// plainRune replaces the full-width and mathematical copies of letters, whose
// only use in a name is to look like another.
func plainRune(r rune) rune {
	if r == '\u00a0' || r == '\u202f' {
		return ' '
	}
	if 0xff01 <= r && r <= 0xff5e || 0x1d400 <= r && r <= 0x1d7ff {
		plain := []rune(norm.NFKC.String(string(r)))
		return plain[0]
	}
	return r
}

// isHidden reports what has no place in a text that people read: control
// characters, marks that change the direction or show nothing, characters that
// are private or not assigned. The joiners that Persian and Indic scripts and
// emoji need are kept.
func isHidden(r rune) bool {
	switch {
	case r == '\n' || r == '\u200c' || r == '\u200d':
		return false
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp):
		return true
	case strings.ContainsRune("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\ufffd", r): // blank or joining letters, the replacement character
		return true
	}
	return !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z)
}

// isMixed reports a word whose letters are of two scripts that have look-alikes
// of each other, such as a Cyrillic а in a Latin word (UTS #39, section 5.1).
func isMixed(word string) bool {
	scripts := 0
	for _, script := range []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee} {
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(script, r) }) {
			scripts++
		}
	}
	return scripts > 1
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

func countOf(text string, f func(rune) bool) int {
	n := 0
	for _, r := range text {
		if f(r) {
			n++
		}
	}
	return n
}
