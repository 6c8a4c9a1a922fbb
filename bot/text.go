package bot

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"exchangebot/bot/knowledge"
)

// Texts says the bot's messages in each language it speaks. It is safe for
// concurrent use.
type Texts struct {
	languages  []Language
	localizers map[Language]*i18n.Localizer
	printers   map[Language]*message.Printer
}

// Values fill a message. Strings are escaped, so that they mean themselves in
// CommonMark; [Markdown] is not. Integers and times are written as the language
// writes them. "Count" chooses the plural form.
type Values map[string]any

// Markdown is CommonMark that is safe to show.
type Markdown string

// NewTexts takes the messages of a bundle in the given languages, the first of
// which is spoken when nothing tells otherwise.
func NewTexts(bundle *i18n.Bundle, languages ...Language) *Texts {
	t := &Texts{languages, map[Language]*i18n.Localizer{}, map[Language]*message.Printer{}}
	for _, lang := range languages {
		t.localizers[lang] = i18n.NewLocalizer(bundle, string(lang))
		t.printers[lang] = message.NewPrinter(language.Make(string(lang)))
	}
	return t
}

// Languages lists the languages spoken, the default first.
func (t *Texts) Languages() []Language { return t.languages }

// Speaks reports whether there are messages in lang.
func (t *Texts) Speaks(lang Language) bool { return slices.Contains(t.languages, lang) }

// ForLocale is the language spoken to a person whose device is set to locale,
// such as "fr-CA".
func (t *Texts) ForLocale(locale string) Language {
	base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(locale, "_", "-")), "-")
	if t.Speaks(Language(base)) {
		return Language(base)
	}
	return t.languages[0]
}

// Say fills the message called id. It panics when there is none: messages are
// part of the program, and a test holds their names against the code.
func (t *Texts) Say(lang Language, id string, values Values) string {
	config := i18n.LocalizeConfig{MessageID: id}
	if values != nil {
		data := maps.Clone(values)
		for name, value := range data {
			data[name] = t.format(lang, value)
		}
		config.TemplateData = data
		config.PluralCount = values["Count"]
	}
	text, err := t.localizers[lang].Localize(&config)
	if err != nil && config.PluralCount != nil { // the same of every number, or of one for which the language has a form that is rare
		config.PluralCount = nil
		text, err = t.localizers[lang].Localize(&config)
	}
	if err != nil {
		panic(fmt.Sprintf("message %q in %q: %v", id, lang, err))
	}
	return text
}

func (t *Texts) format(lang Language, value any) any {
	switch v := value.(type) {
	case string:
		return Escape(v)
	case Markdown:
		return string(v)
	case int, int64:
		return t.printers[lang].Sprint(v)
	case time.Time:
		return t.Say(lang, "date", Values{"Day": Markdown(fmt.Sprint(v.Day())), "Month": t.month(lang, v), "Year": year(v)})
	}
	return value
}

// Answer is a topic's approved text, with its date and source where it has them.
func (t *Texts) Answer(topic knowledge.Topic) string {
	if topic.SmallTalk() {
		return topic.Answer
	}
	lang := topic.Language
	if !t.Speaks(lang) {
		lang = t.languages[0]
	}
	return topic.Answer + "\n\n" + t.Say(lang, "as-of", Values{"Date": t.asOf(lang, topic.AsOf), "Source": topic.Source})
}

// asOf writes a knowledge base's date, "2016-05" or "2016-05-31". What is
// neither is left as it is.
func (t *Texts) asOf(lang Language, date string) Markdown {
	if day, err := time.Parse(time.DateOnly, date); err == nil {
		return Markdown(t.format(lang, day).(string))
	}
	if month, err := time.Parse("2006-01", date); err == nil {
		return Markdown(t.Say(lang, "date-month", Values{"Month": t.month(lang, month), "Year": year(month)}))
	}
	return Markdown(Escape(date))
}

func (t *Texts) month(lang Language, date time.Time) Markdown {
	return Markdown(t.Say(lang, fmt.Sprintf("month-%d", date.Month()), nil))
}

// year keeps a year from being grouped as a number is.
func year(date time.Time) Markdown { return Markdown(fmt.Sprint(date.Year())) }

// Escape makes a value mean itself in CommonMark, in which every ASCII
// punctuation may follow a backslash (section 2.4). Runs of white space
// become one space, so that no line of it starts a block.
func Escape(value string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(value), " ") {
		if strings.ContainsRune("\\`*_{}[]()<>#+-.!&|~=", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
