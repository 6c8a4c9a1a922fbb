package slack

import (
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
	text = control.ReplaceAllStringFunc(text, func(s string) string {
		body, label, labelled := strings.Cut(s[1:len(s)-1], "|")
		switch {
		case body == "@"+me.user:
			return ""
		case strings.HasPrefix(body, "@") || strings.HasPrefix(body, "!"):
			if label == "" {
				label = strings.TrimLeft(body, "@!")
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
	return strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(unescape.Replace(text)), ",:"))
}
