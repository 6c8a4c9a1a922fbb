package telegram

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var commandForm = regexp.MustCompile(`^/[A-Za-z0-9_]{1,32}(@[A-Za-z0-9_]+)?`)

// address tells whether a text speaks to the bot: with a command that is not
// another bot's, or with its name. The name is taken out where it is only that.
func address(text, username string) (string, bool) {
	if command := commandForm.FindString(text); command != "" {
		bare, other, named := strings.Cut(command, "@")
		switch rest := text[len(command):]; {
		case startsWord(rest): // "/etc-like" text
		case !named:
			return text, true
		case strings.EqualFold(other, username):
			return bare + rest, true
		default:
			return text, false
		}
	}
	var b strings.Builder
	found := false
	for rest := text; ; {
		start, end := mention(rest, username)
		if start < 0 {
			b.WriteString(rest)
			break
		}
		found = true
		b.WriteString(strings.TrimRight(rest[:start], " "))
		rest = rest[end:]
		if b.Len() == 0 {
			rest = strings.TrimLeft(rest, " ,:;.!–-\n\t")
		} else if trimmed := strings.TrimLeft(rest, " "); trimmed != "" && startsWord(trimmed) {
			rest = " " + trimmed
		}
	}
	if !found {
		return text, false
	}
	return strings.TrimSpace(b.String()), true
}

// mention finds @username as a word of its own.
func mention(text, username string) (start, end int) {
	if username == "" {
		return -1, -1
	}
	for from := 0; ; {
		at := strings.IndexByte(text[from:], '@')
		if at < 0 {
			return -1, -1
		}
		start, end = from+at, from+at+1+len(username)
		from = start + 1
		if end > len(text) || !strings.EqualFold(text[start+1:end], username) {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		if !wordRune(before) && !startsWord(text[end:]) {
			return start, end
		}
	}
}

func startsWord(s string) bool {
	c, _ := utf8.DecodeRuneInString(s)
	return s != "" && wordRune(c)
}

func wordRune(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) }
