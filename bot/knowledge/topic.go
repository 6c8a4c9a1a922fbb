// Package knowledge finds the approved answer to a message. It is pure: it
// reads a knowledge base from an [fs.FS] once and does no other I/O.
package knowledge

import (
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Language is a two-letter ISO 639-1 code, such as "de". Empty means unknown.
type Language string

// Topic is one approved answer in one language, with the ways people ask for it.
type Topic struct {
	ID        string // the file's name without its ending; the same in every language
	Language  Language
	Title     string   // short: it is shown on buttons
	Questions []string // examples the matcher learns from
	AsOf      string   // "2016-05" or "2016-05-31"; empty for small talk
	Source    string   // empty for small talk, as AsOf
	Related   []string // ids of other topics, in the order in which they are offered
	Offer     []string // names of the bot's commands that fit the answer, to be offered as buttons
	Answer    string   // Markdown
	File      string   // where it was read, for messages to editors
}

// SmallTalk reports whether the topic states no facts: it has no source and is
// not listed when topics are browsed.
func (t Topic) SmallTalk() bool { return t.Source == "" }

// NoneID names the file whose questions are examples of what the knowledge
// base does not cover, and whose answer is what the bot says then.
const NoneID = "none"

// Base is a validated knowledge base. It is immutable and safe for concurrent use.
type Base struct {
	languages []Language
	topics    map[Language][]Topic // sorted by title
	none      map[Language]Topic
	warnings  Problems
}

// Languages lists the languages of the base, sorted.
func (b *Base) Languages() []Language { return b.languages }

// Topics lists the topics of one language, sorted by title, without [NoneID].
// The slice must not be changed.
func (b *Base) Topics(lang Language) []Topic { return b.topics[lang] }

// Topic finds one topic by its id.
func (b *Base) Topic(lang Language, id string) (Topic, bool) {
	i := slices.IndexFunc(b.topics[lang], func(t Topic) bool { return t.ID == id })
	if i < 0 {
		return Topic{}, false
	}
	return b.topics[lang][i], true
}

// None is the answer to what is not covered; its zero value when the base has none.
func (b *Base) None(lang Language) Topic { return b.none[lang] }

// Warnings are the findings that do not keep the base from being used.
func (b *Base) Warnings() Problems { return b.warnings }

// New makes a base of topics, of which those named [NoneID] are examples of
// what is not covered. It reports every problem at once, as [Problems].
func New(topics []Topic) (*Base, error) {
	b := &Base{topics: map[Language][]Topic{}, none: map[Language]Topic{}}
	for _, t := range topics {
		if !slices.Contains(b.languages, t.Language) {
			b.languages = append(b.languages, t.Language)
		}
		if t.ID == NoneID {
			b.none[t.Language] = t
		} else {
			b.topics[t.Language] = append(b.topics[t.Language], t)
		}
	}
	slices.Sort(b.languages)
	for lang, list := range b.topics {
		order := collate.New(language.Make(string(lang)))
		slices.SortStableFunc(list, func(x, y Topic) int {
			return order.CompareString(plain(x.Title), plain(y.Title))
		})
	}
	return b, nil
}
