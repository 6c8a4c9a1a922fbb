package slack

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// rich is text, in runs that look the same.
type rich []run

type run struct {
	text  string
	style style
}

type style struct {
	bold, italic, code, quote bool
	link                      string
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// Characters that take no room: mrkdwn has no other way to say that a
// character is no mark, or that a mark stands inside of a word.
const (
	joiner = "\u2060"
	gap    = "\u200b"
)

// guard keeps the characters of s from being read as marks. Between letters
// they never are, so that names and addresses stay as they are.
func guard(s string) string {
	if !strings.ContainsAny(s, "*_~`") {
		return s
	}
	var b strings.Builder
	last := ' '
	for i, c := range s {
		b.WriteRune(c)
		if strings.ContainsRune("*_~`", c) {
			next, _ := utf8.DecodeRuneInString(s[i+1:])
			if !wordy(last) || !wordy(next) {
				b.WriteString(joiner)
			}
		}
		last = c
	}
	return b.String()
}

func wordy(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }

// split writes t as texts of mrkdwn of at most limit characters.
func (t rich) split(limit int) []string {
	var texts []string
	for _, p := range t.parts(limit) {
		texts = append(texts, p.written())
	}
	return texts
}

func (t rich) written() string { return strings.Trim(t.mrkdwn(), "\n ") }

// plain is what is to be read, without any marks.
func (t rich) plain() string {
	var b strings.Builder
	for _, r := range t {
		b.WriteString(r.text)
	}
	return strings.TrimSpace(b.String())
}

// parts cuts t so that each part is at most limit characters of mrkdwn: at the
// end of a paragraph, or else of a line, a sentence, a word.
func (t rich) parts(limit int) []rich {
	var parts []rich
	for len(t) > 0 {
		head, tail := t.cut(limit)
		written := head.mrkdwn()
		// The marks take some of the room: try less of the text until it fits.
		for room := limit; utf8.RuneCountInString(written) > limit; {
			head, tail = t.cut(max(room, 1))
			written = head.mrkdwn()
			room = min(room-1, room*limit/max(utf8.RuneCountInString(written), 1))
		}
		if visible(written) {
			parts = append(parts, head)
		}
		t = tail
	}
	return parts
}

// cut takes at most limit characters of visible text off t.
func (t rich) cut(limit int) (head, tail rich) {
	var whole strings.Builder
	for _, r := range t {
		whole.WriteString(r.text)
	}
	n := breakAt(whole.String(), limit)
	at := 0
	for _, r := range t {
		split := min(max(n-at, 0), len(r.text))
		if split > 0 {
			head = append(head, run{r.text[:split], r.style})
		}
		if split < len(r.text) {
			tail = append(tail, run{r.text[split:], r.style})
		}
		at += len(r.text)
	}
	return head, tail
}

// breakAt is the number of bytes of s to take for a text of at most limit
// characters.
func breakAt(s string, limit int) int {
	most, used := len(s), 0
	for i := range s {
		if used == limit {
			most = i
			break
		}
		used++
	}
	if most == len(s) {
		return most
	}
	least := most / 4 // a shorter text is worse than a cut in a worse place
	for _, end := range []string{"\n\n", "\n", ". ", " "} {
		if i := strings.LastIndex(s[:most], end); i > least {
			return i + len(end)
		}
	}
	return most
}

// visible tells whether somebody would see anything.
func visible(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return !unicode.IsSpace(c) && !unicode.In(c, unicode.C) }) >= 0
}

// mrkdwn writes t with Slack's marks. A mark stands around words, never
// around spaces or line ends, or Slack would show it as a character.
func (t rich) mrkdwn() string {
	var b strings.Builder
	var last rune // before the next text
	marked, lineStart := false, true
	for _, r := range t.merged() {
		for i, line := range strings.Split(r.text, "\n") {
			if i > 0 {
				b.WriteByte('\n')
				last, marked, lineStart = '\n', false, true
			}
			if lineStart && r.style.quote && (line != "" || i > 0) {
				b.WriteString("> ")
				lineStart = false
			}
			if line == "" {
				continue
			}
			lineStart = false
			words := strings.TrimSpace(line)
			before, after, _ := strings.Cut(line, words)
			first, _ := utf8.DecodeRuneInString(words)
			b.WriteString(before)
			// Slack takes a mark for one only at the edge of a word.
			if before == "" && wordy(last) && r.style.marked() || before == "" && marked && wordy(first) {
				b.WriteString(gap)
			}
			if words != "" {
				b.WriteString(r.style.around(words))
			}
			b.WriteString(after)
			last, _ = utf8.DecodeLastRuneInString(line)
			marked = r.style.marked() && after == ""
		}
	}
	return b.String()
}

func (s style) marked() bool { return s.bold || s.italic || s.code }

// around writes words in a style.
func (s style) around(words string) string {
	switch {
	case s.code:
		words = "`" + escape.Replace(strings.ReplaceAll(words, "`", "'")) + "`"
	case s.link != "":
		words = "<" + escape.Replace(s.link) + "|" + guard(escape.Replace(strings.ReplaceAll(words, "|", "¦"))) + ">"
	default:
		words = guard(escape.Replace(words))
	}
	if s.italic {
		words = "_" + words + "_"
	}
	if s.bold {
		words = "*" + words + "*"
	}
	return words
}

// merged joins neighbours that look the same.
func (t rich) merged() rich {
	var out rich
	for _, r := range t {
		if n := len(out); n > 0 && out[n-1].style == r.style {
			out[n-1].text += r.text
			continue
		}
		out = append(out, r)
	}
	return out
}

// shorten cuts a plain text to limit characters, at the end of a word where
// there is one, with a sign that something is missing.
func shorten(s string, limit int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return strings.TrimRight(s[:breakAt(s, limit-1)], " .,;:–-\n") + "…"
}
