package slack

import (
	"cmp"
	"regexp"
	"strings"
)

// control is what Slack puts between angle brackets: a mention, a link, a
// date (docs.slack.dev/messaging/formatting-message-text).
var control = regexp.MustCompile(`<([^<>]*)>`)

var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// plain is what a person has written, without the name of the bot where that
// was only the address, with other names and links written out.
func plain(text string, me identity) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	return tidy(writeOut(text, me, nil))
}

// spoken is what somebody has written for a person who is not in Slack:
// without the marks of its formatting, with the names of those it mentions.
// calls reports that there are some, or that the bot is called.
func spoken(text string, me identity, nameOf func(user string) string) (out string, calls bool) {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
	var kept []string
	text = control.ReplaceAllStringFunc(text, func(s string) string {
		calls = calls || strings.HasPrefix(s, "<@") || strings.HasPrefix(s, "<!") && !strings.HasPrefix(s, "<!date")
		kept = append(kept, writeOut(s, me, nameOf))
		return "\x00" // a mark in an address is none
	})
	text = strings.ReplaceAll(text, "```", "")
	for _, mark := range marks {
		for mark.MatchString(text) {
			text = mark.ReplaceAllString(text, "$1$2$3")
		}
	}
	for _, s := range kept {
		text = strings.Replace(text, "\x00", s, 1)
	}
	return tidy(text), calls
}

// marks are those of bold, italic, struck and literal words.
var marks = []*regexp.Regexp{mark(`\*`), mark(`_`), mark(`~`), mark("`")}

func mark(m string) *regexp.Regexp {
	return regexp.MustCompile(`(^|[^\p{L}\p{N}` + m + `])` + m + `([^\s` + m + `](?:[^\n` + m + `]*[^\s` + m + `])?)` + m + `($|[^\p{L}\p{N}` + m + `])`)
}

func tidy(text string) string {
	return strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(unescape.Replace(text)), ",:"))
}

func writeOut(text string, me identity, nameOf func(user string) string) string {
	return control.ReplaceAllStringFunc(text, func(s string) string {
		body, label, labelled := strings.Cut(s[1:len(s)-1], "|")
		switch {
		case body == "@"+me.user:
			return ""
		case strings.HasPrefix(body, "@") || strings.HasPrefix(body, "!"):
			if label == "" {
				label = strings.TrimLeft(body, "@!")
				if nameOf != nil && strings.HasPrefix(body, "@") {
					label = cmp.Or(nameOf(label), label)
				}
			}
			return "@" + strings.TrimPrefix(label, "@")
		case strings.HasPrefix(body, "#"):
			if label == "" {
				label = body[1:]
			}
			return "#" + label
		}
		body = strings.TrimPrefix(body, "mailto:")
		body = strings.TrimPrefix(body, "tel:")
		if labelled && label != body && !strings.Contains(body, label) {
			return label + " (" + body + ")"
		}
		if labelled {
			return label
		}
		return body
	})
}
