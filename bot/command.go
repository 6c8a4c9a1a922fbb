package bot

import "strings"

// command is something that people call by a word or by a button. Its name is
// stored in buttons that people may press years later, so it never changes.
type command struct {
	name       string
	run        func(t *Turn, args []string)
	hidden     bool   // only buttons call it
	private    bool   // not in a group
	record     bool   // it needs the chat's volunteer
	subscriber bool   // it needs the chat's subscriber
	news       bool   // it is about announcements: not offered where the channel carries none
	aside      bool   // an open dialogue goes on after it
	offer      string // the label of the button that offers it under an answer; empty: none does
	unsaved    string // the message when the turn cannot be stored; empty: "try-again"
}

// commands lists them all: first those with a word of their own in each
// language, in the order in which menus and the help show them, then those
// that only buttons call.
func commands() []command {
	return []command{
		{name: "start", run: (*Turn).start, aside: true},
		{name: "help", run: (*Turn).help, aside: true},
		{name: "topics", run: (*Turn).listTopics},
		{name: "signup", run: (*Turn).startSignUp, private: true, record: true, subscriber: true, offer: "button-signup"},
		{name: "subscribe", run: (*Turn).subscribe, private: true, record: true, subscriber: true, news: true, aside: true, offer: "button-subscribe", unsaved: "not-subscribed"},
		{name: "unsubscribe", run: (*Turn).unsubscribe, private: true, record: true, subscriber: true, news: true, aside: true, offer: "button-unsubscribe", unsaved: "not-unsubscribed"},
		{name: "language", run: (*Turn).chooseLanguage, aside: true},
		{name: "settings", run: (*Turn).settings, record: true, subscriber: true},
		{name: "mydata", run: (*Turn).myData, private: true, record: true, subscriber: true, offer: "button-mydata"},
		{name: "withdraw", run: (*Turn).withdraw, private: true, record: true, unsaved: "not-withdrawn"},
		{name: "delete", run: (*Turn).deleteMyData, private: true, offer: "button-delete", unsaved: "not-deleted"},
		{name: "cancel", run: (*Turn).cancel},

		{name: "news", run: (*Turn).news, hidden: true, private: true, record: true, subscriber: true},
		{name: "fill", run: (*Turn).fill, hidden: true, private: true},
		{name: "back", run: (*Turn).back, hidden: true, private: true},
		{name: "skip", run: (*Turn).skip, hidden: true, private: true},
		{name: "keep", run: (*Turn).keep, hidden: true, private: true},
		{name: "edit", run: (*Turn).edit, hidden: true, private: true, record: true},
		{name: "confirm", run: (*Turn).confirm, hidden: true, private: true, record: true, unsaved: "not-saved"},
		{name: "discard", run: (*Turn).discard, hidden: true, private: true},
		{name: "stay", run: (*Turn).stay, hidden: true, private: true, record: true},
		{name: "link", run: (*Turn).link, hidden: true, private: true},
		{name: "handover", run: (*Turn).handover, hidden: true, private: true},
		{name: "assistant", run: (*Turn).assistant, hidden: true, private: true},
		{name: "topic", run: (*Turn).sayTopic, hidden: true, aside: true},
		{name: "open", run: (*Turn).openTopic, hidden: true},
		{name: "other", run: (*Turn).noneOfThese, hidden: true},
		{name: "helped", run: (*Turn).helped, hidden: true},
		{name: "unhelpful", run: (*Turn).unhelpful, hidden: true},
	}
}

// commandWords maps every word that calls a command to it: its name, and its
// word in each language.
func commandWords(texts *Texts) map[string]command {
	words := map[string]command{}
	for _, c := range commands() {
		words[c.name] = c
		if c.hidden {
			continue
		}
		for _, lang := range texts.Languages() {
			words[commandWord(texts, lang, c.name)] = c
		}
	}
	return words
}

func commandWord(texts *Texts, lang Language, name string) string {
	return texts.Say(lang, "command-"+name, nil)
}

// MenuEntry is a command as a platform's menu shows it.
type MenuEntry struct {
	Command string // without the slash
	About   string
}

// Menu lists the commands that everybody may use, in the words of one language.
func Menu(texts *Texts, lang Language) []MenuEntry {
	var entries []MenuEntry
	for _, c := range commands() {
		if !c.hidden {
			entries = append(entries, MenuEntry{commandWord(texts, lang, c.name), texts.Say(lang, "command-"+c.name+"-about", nil)})
		}
	}
	return entries
}

// call finds the command that a text or a button calls, such as "/topics 2".
func (b *Bot) call(line string, press bool) (command, []string, bool) {
	rest, isCall := strings.CutPrefix(strings.TrimSpace(line), "/")
	words := strings.Fields(rest)
	if !isCall || len(words) == 0 {
		return command{}, nil, false
	}
	c, known := b.commands[strings.ToLower(words[0])]
	return c, words[1:], known && (press || !c.hidden)
}

// bareCall finds the command that a text calls by its word alone, as people
// write it where the platform keeps what begins with a slash for itself.
func (b *Bot) bareCall(text string) (command, bool) {
	c, known := b.commands[bareWord(text)]
	return c, known && !c.hidden
}

func bareWord(text string) string {
	return strings.ToLower(strings.TrimRight(strings.TrimSpace(text), " .!"))
}

// wordLanguage is the language whose word for the command a line begins with;
// empty when it is the command's name, which all languages share.
func (b *Bot) wordLanguage(c command, line string) Language {
	word, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "/"), " ")
	for _, lang := range b.texts.Languages() {
		if !strings.EqualFold(word, c.name) && strings.EqualFold(word, commandWord(b.texts, lang, c.name)) {
			return lang
		}
	}
	return ""
}
