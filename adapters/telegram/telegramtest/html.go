package telegramtest

import (
	"cmp"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
)

// Entity is a piece of a text that looks different, counted in UTF-16 units.
type Entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
	URL    string `json:"url,omitempty"`
}

var tags = map[string]string{
	"b": "bold", "i": "italic", "u": "underline", "s": "strikethrough",
	"code": "code", "pre": "pre", "a": "text_link", "blockquote": "blockquote",
}

// ParseHTML reads a text as Telegram does with parse_mode HTML, and is
// stricter in three ways: only the documented spelling of the simple tags is
// known, nothing but &lt; &gt; &amp; &quot; follows an ampersand, and what
// Telegram drops without a word (a link to nowhere, an entity without text,
// nested code and quotes) is an error.
func ParseHTML(s string) (string, []Entity, error) {
	type open struct {
		tag, url string
		at       int
	}
	var text strings.Builder
	var entities []Entity
	var stack []open
	units := 0
	within := func(tags ...string) bool {
		return slices.ContainsFunc(stack, func(o open) bool { return slices.Contains(tags, o.tag) })
	}
	for i := 0; i < len(s); {
		switch s[i] {
		case '&':
			n := strings.IndexByte(s[i:], ';') + 1
			if n == 0 || !slices.Contains([]string{"&lt;", "&gt;", "&amp;", "&quot;"}, s[i:i+n]) {
				return "", nil, fmt.Errorf("can't parse entities: bare ampersand at byte offset %d", i)
			}
			text.WriteString(html.UnescapeString(s[i : i+n]))
			units++
			i += n
		case '>':
			return "", nil, fmt.Errorf("can't parse entities: bare > at byte offset %d", i)
		case '<':
			end := strings.IndexByte(s[i:], '>')
			if end < 0 {
				return "", nil, fmt.Errorf("can't parse entities: Unclosed start tag at byte offset %d", i)
			}
			name := s[i+1 : i+end]
			if closed, isEnd := strings.CutPrefix(name, "/"); isEnd {
				if len(stack) == 0 || stack[len(stack)-1].tag != closed {
					return "", nil, fmt.Errorf("can't parse entities: Unmatched end tag at byte offset %d", i)
				}
				top := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				if units == top.at {
					return "", nil, fmt.Errorf("can't parse entities: empty tag %q at byte offset %d", closed, i)
				}
				entities = append(entities, Entity{tags[closed], top.at, units - top.at, top.url})
				i += end + 1
				continue
			}
			tag, attr, _ := strings.Cut(name, " ")
			if tags[tag] == "" {
				return "", nil, fmt.Errorf("can't parse entities: Unsupported start tag %q at byte offset %d", tag, i)
			}
			link, err := attribute(tag, attr)
			if err != nil {
				return "", nil, fmt.Errorf("can't parse entities: %w at byte offset %d", err, i)
			}
			languageOf := tag == "code" && attr != "" && len(stack) > 0 && stack[len(stack)-1].tag == "pre"
			if within("code", "pre") && !languageOf || within(tag) || (tag == "code" || tag == "pre") && within("a", "b", "i", "u", "s") {
				return "", nil, fmt.Errorf("can't parse entities: tag %q must not stand here, at byte offset %d", tag, i)
			}
			stack = append(stack, open{tag, link, units})
			i += end + 1
		default:
			n := strings.IndexAny(s[i:], "<>&")
			if n < 0 {
				n = len(s) - i
			}
			text.WriteString(s[i : i+n])
			units += Units(s[i : i+n])
			i += n
		}
	}
	if len(stack) > 0 {
		return "", nil, fmt.Errorf("can't parse entities: Can't find end tag corresponding to start tag %q", stack[len(stack)-1].tag)
	}
	slices.SortStableFunc(entities, func(a, b Entity) int {
		return cmp.Or(a.Offset-b.Offset, b.Length-a.Length)
	})
	return text.String(), entities, nil
}

// attribute checks what stands behind a tag's name.
func attribute(tag, attr string) (link string, err error) {
	value, quoted := strings.CutSuffix(attr, `"`)
	switch {
	case tag == "a":
		value, isLink := strings.CutPrefix(value, `href="`)
		u, err := url.Parse(html.UnescapeString(value))
		if !isLink || !quoted || err != nil || !slices.Contains([]string{"http", "https", "tg"}, u.Scheme) || u.Host == "" {
			return "", fmt.Errorf("link without an address")
		}
		return u.String(), nil
	case tag == "code" && strings.HasPrefix(attr, `class="language-`) && quoted, attr == "":
		return "", nil
	}
	return "", fmt.Errorf("unknown attribute in the tag %q", tag)
}

// Units is the length of a text as Telegram counts it.
func Units(s string) int { return len(utf16.Encode([]rune(s))) }
