package bot

import "strings"

// route answers the turn, in one fixed order: command, knowledge, fallback.
func (t *Turn) route() {
	t.Conversation.Gone = t.Kind == KindBlocked
	t.chooseAnswerLanguage()
	switch t.Kind {
	case KindPress:
		t.press()
	case KindText:
		t.text()
	case KindOther:
		t.Say(Message{Text: t.Text("unreadable", nil), Buttons: t.ways()})
	}
}

// press runs the command behind a button. Data that the bot does not know, or
// knows no more, does no harm.
func (t *Turn) press() {
	c, args, known := t.bot.call(t.Press.Data, true)
	if !known {
		t.Acknowledge(t.Text("stale", nil))
		return
	}
	c.run(t, args)
	if len(t.messages) == 0 || t.messages[0].Press == "" {
		t.Acknowledge("")
	}
}

func (t *Turn) text() {
	text := strings.TrimSpace(t.Update.Text)
	if c, args, known := t.bot.call(text, false); known {
		c.run(t, args)
		return
	}
	if t.First && !t.Group {
		t.Say(Message{Text: t.Text("hello", nil)})
	}
	switch {
	case text == "":
		t.Say(Message{Text: t.Text("unreadable", nil), Buttons: t.ways()})
	case strings.HasPrefix(text, "/"):
		t.Say(Message{Text: t.Text("unknown-command", nil), Buttons: t.ways()})
	default:
		t.ask(text)
	}
}

// start welcomes; a deep link's payload opens the topic of that id.
func (t *Turn) start(args []string) {
	if len(args) == 1 {
		if topic, found := t.base().Topic(t.Language, args[0]); found {
			if t.First {
				t.Say(Message{Text: t.Text("hello", nil)})
			}
			t.Say(t.answer(topic))
			return
		}
	}
	t.Say(Message{Text: t.Text("welcome", nil), Buttons: append(t.ways(), t.languageButtons("welcome")...)})
}

func (t *Turn) help([]string) {
	var list strings.Builder
	for _, entry := range Menu(t.bot.texts, t.Language) {
		list.WriteString("\n- /" + entry.Command + " – " + Escape(entry.About))
	}
	t.Show(Message{Text: t.Text("help", nil) + "\n" + list.String(), Buttons: [][]Button{{
		{Label: t.Text("button-topics", nil), Data: "/topics"},
		{Label: t.Text("button-language", nil), Data: "/language"},
	}}})
}

func (t *Turn) cancel([]string) {
	t.Say(Message{Text: t.Text("nothing-to-cancel", nil), Buttons: t.ways()})
}

// ways are the buttons that lead on from anywhere.
func (t *Turn) ways() [][]Button {
	return [][]Button{{
		{Label: t.Text("button-topics", nil), Data: "/topics"},
		{Label: t.Text("button-help", nil), Data: "/help"},
	}}
}
