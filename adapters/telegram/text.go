package telegram

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// rich is text, in runs that look the same.
type rich []run

type run struct {
	text  string
	marks []mark // the outermost first
}

// mark is a tag of Telegram's. Two that stand beside each other differ in id.
type mark struct {
	tag  string
	attr string // the address of a link, the language of code; may be empty
	id   int
}

// shared is how many marks, from the outermost, are the same.
func shared(a, b []mark) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func (t rich) text() string {
	var b strings.Builder
	for _, r := range t {
		b.WriteString(r.text)
	}
	return b.String()
}

var escape = strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;")

// languageForm is what may follow "language-" in a tag.
var languageForm = regexp.MustCompile(`^[A-Za-z0-9+#_.-]+$`)

func (t rich) html() string {
	var b strings.Builder
	var open []mark
	closeTo := func(n int) {
		for len(open) > n {
			m := open[len(open)-1]
			if m.tag == "pre" && languageForm.MatchString(m.attr) {
				b.WriteString("</code>")
			}
			b.WriteString("</" + m.tag + ">")
			open = open[:len(open)-1]
		}
	}
	for _, r := range t {
		closeTo(shared(open, r.marks))
		for _, m := range r.marks[len(open):] {
			switch {
			case m.tag == "a":
				b.WriteString(`<a href="` + strings.ReplaceAll(escape.Replace(m.attr), `"`, "&quot;") + `">`)
			case m.tag == "pre" && languageForm.MatchString(m.attr):
				b.WriteString(`<pre><code class="language-` + m.attr + `">`)
			default:
				b.WriteString("<" + m.tag + ">")
			}
			open = append(open, m)
		}
		b.WriteString(escape.Replace(r.text))
	}
	closeTo(0)
	return b.String()
}

// slice is the text between two offsets in bytes.
func (t rich) slice(from, to int) rich {
	var part rich
	at := 0
	for _, r := range t {
		start, end := max(from-at, 0), min(to-at, len(r.text))
		if start < end {
			part = append(part, run{r.text[start:end], r.marks})
		}
		at += len(r.text)
	}
	return part
}

// visible is t without the white space at both ends; nothing, if nobody would
// see anything else.
func (t rich) visible() rich {
	whole := t.text()
	if blank(whole) {
		return nil
	}
	return t.slice(len(whole)-len(strings.TrimLeft(whole, "\n")), len(strings.TrimRight(whole, " \t\n")))
}

// units is the length of t as Telegram counts it.
func (t rich) units() int {
	n := 0
	for _, r := range t {
		for _, c := range r.text {
			n += units(c)
		}
	}
	return n
}

// split cuts t into texts of at most limit UTF-16 units: at the end of a
// paragraph, or else of a sentence, or else of a word. What cannot be seen is
// left out.
func (t rich) split(limit int) []rich {
	whole := t.text()
	var parts []rich
	for from := 0; from < len(whole); {
		for from < len(whole) && whole[from] == '\n' {
			from++
		}
		n := cut(whole[from:], limit)
		if from+n < len(whole) {
			n = t.outside(from, from+n, limit) - from
		}
		end := from + len(strings.TrimRight(whole[from:from+n], " \t\n"))
		if !blank(whole[from:end]) {
			parts = append(parts, t.slice(from, end))
		}
		from += n
		for from > 0 && from < len(whole) && whole[from] == ' ' {
			from++
		}
	}
	return parts
}

// outside moves a cut that falls into a short link, emphasis or piece of code
// to its start.
func (t rich) outside(from, to, limit int) int {
	at := 0
	var start int
	var last mark
	for _, r := range t {
		var m mark
		for _, candidate := range r.marks {
			if candidate.tag != "blockquote" && candidate.tag != "pre" {
				m = candidate
				break
			}
		}
		if m != last {
			start, last = at, m
		}
		if at < to && to < at+len(r.text) || at == to && start < at {
			if m.id != 0 && start > from && to-start < limit/2 {
				return start
			}
			return to
		}
		at += len(r.text)
	}
	return to
}

// cut is the number of bytes of s to take for a text of at most limit units.
func cut(s string, limit int) int {
	most, used := 0, 0
	for i, c := range s {
		if used += units(c); used > limit {
			break
		}
		most = i + utf8.RuneLen(c)
	}
	if most == len(s) {
		return most
	}
	least := most / 4 // a shorter message is worse than a cut in a worse place
	if i := strings.LastIndex(s[:most], "\n\n"); i > least {
		return i
	}
	for i := most; i > least; i-- {
		if s[i] == '\n' || s[i] == ' ' && sentenceEnd(s[:i]) {
			return i
		}
	}
	for i := most; i > least; i-- {
		if s[i] == ' ' {
			return i
		}
	}
	for i := most; i > most/2; i-- {
		if utf8.RuneStart(s[i]) && graphemeStart(s, i) {
			return i
		}
	}
	return most
}

// sentenceEnd tells whether s ends a sentence rather than with "z. B." or "3.".
func sentenceEnd(s string) bool {
	s = strings.TrimRight(s, `"'”“«»)]`)
	body := strings.TrimRight(s, ".!?…")
	if len(body) == len(s) {
		return false
	}
	word := body[strings.LastIndexAny(body, " \n")+1:]
	return utf8.RuneCountInString(strings.TrimFunc(word, func(c rune) bool { return !unicode.IsLetter(c) })) > 2
}

// graphemeStart tells whether s may be cut before the rune at i. It knows what
// people write (accents, emoji of several runes, flags, Hangul), not all of
// Unicode's annex 29; it is asked only where 4096 units hold no space.
func graphemeStart(s string, i int) bool {
	const joiner = '\u200d'
	next, _ := utf8.DecodeRuneInString(s[i:])
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	switch {
	case next == joiner, before == joiner, unicode.Is(unicode.M, next),
		next >= 0x1F3FB && next <= 0x1F3FF, // skin tones
		next >= 0xE0020 && next <= 0xE007F, // flags of regions
		next >= 0x1160 && next <= 0x11FF:   // Hangul vowels and finals
		return false
	case flag(next) && flag(before):
		count := 0
		for rest := s[:i]; ; count++ {
			c, n := utf8.DecodeLastRuneInString(rest)
			if !flag(c) {
				break
			}
			rest = rest[:len(rest)-n]
		}
		return count%2 == 0
	}
	return true
}

func flag(c rune) bool { return c >= 0x1F1E6 && c <= 0x1F1FF }

// units is how many UTF-16 units a rune takes.
func units(c rune) int {
	if c > 0xFFFF {
		return 2
	}
	return 1
}

// blank tells whether nobody would see anything: Telegram refuses such a text.
func blank(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool {
		return !unicode.IsSpace(c) && !unicode.In(c, unicode.C, unicode.M) &&
			!strings.ContainsRune("\u115f\u1160\u2800\u3164\ufffc\uffa0", c)
	}) < 0
}

// shorten cuts a plain text to limit UTF-16 units, at the end of a word where
// there is one.
func shorten(s string, limit int) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	if cut(s, limit) == len(s) {
		return s
	}
	return strings.TrimRight(s[:cut(s, limit-1)], " .,;:–-") + "…"
}
