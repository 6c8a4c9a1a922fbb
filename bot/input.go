package bot

import (
	"regexp"
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

// maxMarks is how many marks one letter may carry: Vietnamese has two, pointed
// Hebrew four; more of them only cover the lines around.
const maxMarks = 4

// digitsForm is what makes a name a number: a year has four digits.
var digitsForm = regexp.MustCompile(`\p{Nd}{5}`)

// nameMarks writes the ways to type an apostrophe or a hyphen as one.
var nameMarks = strings.NewReplacer("´", "’", "`", "’", "‘", "’", "ʼ", "’", "\u2010", "-", "\u2011", "-")

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
	case digitsForm.MatchString(name), phoneForm.MatchString(name):
		return "", invalid("invalid-name-phone", nil)
	}
	return name, nil
}

func oddInName(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Nl) && !strings.ContainsRune(" .,-–'’·・׳״()/&\u200c\u200d\"“”„", r)
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
	text = nameMarks.Replace(strings.Join(strings.Fields(text), " "))
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
	text = norm.NFC.String(plain(strings.ReplaceAll(text, "\r\n", "\n")))
	// An emoji may be several runes held together by what is refused alone.
	text = strings.TrimSpace(strings.ReplaceAll(text, "\ufe0f", ""))
	if strings.ContainsFunc(text, isHidden) || hasIdleJoiner(text) {
		return "", invalid("invalid-hidden", nil)
	}
	if isCovered(text) {
		return "", invalid("invalid-marks", nil)
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M) }) {
		if isMixed(word) {
			return "", invalid("invalid-mixed", Values{"Word": word})
		}
	}
	return text, nil
}

// styled are copies of letters whose only use in a name is to look like
// another: superscript, letterlike, Roman, ligated, full-width, mathematical.
var styled = &unicode.RangeTable{
	R16: []unicode.Range16{{0x1d2c, 0x1d6a, 1}, {0x2100, 0x214f, 1}, {0x2160, 0x217f, 1}, {0xfb00, 0xfb06, 1}, {0xff01, 0xff9f, 1}},
	R32: []unicode.Range32{{0x1d400, 0x1d7ff, 1}},
}

// plain replaces styled letters by what they are a copy of, and spaces that do
// not break by others. Signs such as ™ and ℃ stay.
func plain(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\u00a0' || r == '\u202f':
			b.WriteByte(' ')
		case unicode.Is(styled, r) && !unicode.Is(unicode.So, r):
			b.WriteString(norm.NFKC.String(string(r)))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
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

// joining are the scripts in which a joiner changes what is read.
var joining = []*unicode.RangeTable{unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi,
	unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar, unicode.Tibetan}

// hasIdleJoiner reports a joiner that is neither between letters of scripts
// that need it nor in an emoji.
func hasIdleJoiner(text string) bool {
	before, joined := ' ', false
	for _, r := range text {
		switch {
		case r == '\u200c' || r == '\u200d':
			if !unicode.In(before, joining...) && !unicode.IsSymbol(before) {
				return true
			}
			joined = true
		case unicode.Is(unicode.Inherited, r): // a mark of the letter before
		case joined && unicode.IsLetter(r) && !unicode.In(r, joining...):
			return true
		default:
			before, joined = r, false
		}
	}
	return false
}

// isCovered reports a letter with too many marks.
func isCovered(text string) bool {
	marks := 0
	for _, r := range text {
		if marks++; !unicode.IsMark(r) {
			marks = 0
		}
		if marks > maxMarks {
			return true
		}
	}
	return false
}

// lookAlikes are scripts with letters that look like those of another of them.
var lookAlikes = []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee, unicode.Coptic, unicode.Lisu,
	unicode.Canadian_Aboriginal, unicode.Deseret, unicode.Osage, unicode.Tifinagh, unicode.Gothic, unicode.Old_Italic}

// isMixed reports a word whose letters are of two scripts that have look-alikes
// of each other, such as a Cyrillic а in a Latin word (UTS #39, section 5.1).
func isMixed(word string) bool {
	scripts := 0
	for _, script := range lookAlikes {
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
