package bot

import "strings"

// read finds out which command an update calls: by its name, by a button, or
// by saying so.
func (t *Turn) read() {
	t.awaited, t.Conversation.Awaits = t.Conversation.Awaits, ""
	switch t.Kind {
	case KindPress:
		t.command, t.args, t.called = t.bot.call(t.Press.Data, true)
	case KindText:
		t.command, t.args, t.called = t.bot.call(t.Update.Text, false)
		if t.called {
			break
		}
		if said := t.saidYesOrNo(); t.awaited != "" && said != "" {
			t.command, t.args, t.called = t.bot.commands[t.awaited], []string{said}, true
		} else if name := t.saidCommand(); name != "" {
			t.command, t.args, t.called = t.bot.commands[name], nil, true
		}
	}
	if !t.called || t.command.name != "start" || len(t.args) != 1 {
		return
	}
	// t.me/…?start=signup, or signup_flyer to tell where people come from
	if payload, is := strings.CutPrefix(t.args[0], "signup"); is && strings.Trim(payload[:min(len(payload), 1)], "-_") == "" {
		t.command, t.args = t.bot.commands["signup"], []string{strings.TrimLeft(payload, "-_")}
	} else if code, is := strings.CutPrefix(t.args[0], linkWord); is {
		t.command, t.args = t.bot.commands["link"], []string{code}
	}
}

// saidCommand is the command that a text calls in other words, outside of an
// open dialogue.
func (t *Turn) saidCommand() string {
	p, h := t.Conversation.Position, t.Conversation.Handover
	said, slash := tokens(t.Update.Text), strings.HasPrefix(strings.TrimSpace(t.Update.Text), "/")
	bare, isBare := t.bot.bareCall(t.Update.Text)
	switch {
	case t.Group:
		return ""
	case t.open() != nil && slash && t.says("words-cancel", said): // "/stop"
		return "cancel"
	case t.open() != nil: // the step reads it
		return ""
	case isBare && (h == nil || !h.Talking): // one word may well be what staff have asked for
		return bare.name
	case p != nil && !slash && t.says("words-cancel", said):
		return "cancel"
	case t.says("words-subscribe", said):
		return "subscribe"
	case t.says("words-unsubscribe", said), t.bot.words.wantsNoNews(t.Update.Text):
		return "unsubscribe"
	case p != nil && t.says("words-continue", said), t.bot.words.wantsToSignUp(t.Update.Text):
		return "signup"
	}
	return ""
}

// saidYesOrNo is "yes" or "no" when a text says nothing but that.
func (t *Turn) saidYesOrNo() string {
	said := tokens(t.Update.Text)
	switch {
	case t.Kind != KindText || t.Group:
		return ""
	case t.says("words-yes", said):
		return "yes"
	case t.says("words-no", said):
		return "no"
	}
	return ""
}

// maySayWhetherToStay reports whether a text may answer the question that is
// asked after a long silence: a yes or no, and the first words since.
func (t *Turn) maySayWhetherToStay() bool {
	silentSince := t.bot.now().AddDate(0, -t.bot.periods.Months, 0)
	return !t.called && t.Conversation.Changed.Before(silentSince) && t.saidYesOrNo() != ""
}

// readWhetherToStay takes a yes or no for the answer to that question, when it
// was asked.
func (t *Turn) readWhetherToStay() {
	if !t.maySayWhetherToStay() || t.Volunteer.Version == 0 || !t.Volunteer.Asked.After(t.Conversation.Changed) {
		return
	}
	t.command, t.args, t.called = t.bot.commands["stay"], nil, true
	if t.saidYesOrNo() == "no" {
		t.command.run = (*Turn).leave
	}
}

// needsRecord reports whether the turn may look at the chat's volunteer.
func (t *Turn) needsRecord() bool {
	p := t.Conversation.Position
	return t.called && t.command.record || p != nil && (p.Record || p.Step == "summary")
}

// route answers the turn, in one fixed order: command, open dialogue, staff,
// knowledge, fallback.
func (t *Turn) route() {
	t.Conversation.Gone = t.Kind == KindBlocked
	t.chooseAnswerLanguage()
	t.introduce()
	switch t.Kind {
	case KindBlocked:
		if !t.Group && t.Subscriber.State == Subscribed {
			t.become(Lost)
		}
	case KindPress:
		t.press()
	case KindText:
		t.text()
	case KindOther:
		t.Say(Message{Text: t.Text("unreadable", nil), Buttons: t.ways()})
		t.askAgain()
	}
	t.welcomeBack()
}

// introduce says, at the first contact in private, that people talk to a
// machine (EU AI Act, article 50). The welcome says so itself.
func (t *Turn) introduce() {
	if t.Group || t.Kind == KindBlocked || t.Kind == KindBack {
		return
	}
	t.Conversation.Introduced = true
	if t.First && !(t.called && t.command.name == "start") {
		t.Say(Message{Text: t.Text("hello", nil)})
	}
}

// run does what the command says, in private where it is private.
func (t *Turn) run() {
	if t.Group && t.command.private {
		t.Say(Message{Text: t.Text("only-private", nil)})
		return
	}
	t.command.run(t, t.args)
}

// press runs the command behind a button. Data that the bot does not know, or
// knows no more, does no harm.
func (t *Turn) press() {
	if !t.called {
		t.Acknowledge(t.Text("stale", nil))
		return
	}
	t.run()
	// A topic below the question, or another language: the question follows.
	if t.command.aside && len(t.args) > 0 {
		t.askAgain()
	}
	if len(t.messages) == 0 || t.messages[0].Press == "" {
		t.Acknowledge("")
	}
}

func (t *Turn) text() {
	text := strings.TrimSpace(t.Update.Text)
	isCommand := strings.HasPrefix(text, "/")
	if t.called {
		t.run()
		if t.command.aside {
			t.askAgain()
		}
		return
	}
	if s := t.open(); s != nil && text != "" && !isCommand {
		t.reply(s, text)
		return
	}
	defer t.askAgain()
	switch h := t.Conversation.Handover; {
	case text == "" && t.Group: // called by name, and nothing else
		t.help(nil)
	case text == "":
		t.Say(Message{Text: t.Text("unreadable", nil), Buttons: t.ways()})
	case isCommand && t.Group: // it may be for another bot
	case isCommand:
		t.Say(Message{Text: t.Text("unknown-command", nil), Buttons: t.ways()})
	case h != nil && h.Talking && !t.Group:
		t.talk(text)
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
	t.Say(t.welcome())
}

// welcome says what the bot is, and leads on.
func (t *Turn) welcome() Message {
	buttons := t.ways()
	if !t.Group {
		buttons = append(buttons, []Button{{Label: t.Text("button-signup", nil), Data: "/signup"}})
	}
	return Message{Text: t.Text("welcome", nil), Buttons: append(buttons, t.languageButtons("welcome")...)}
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

// ways are the buttons that lead on from anywhere.
func (t *Turn) ways() [][]Button {
	return [][]Button{{
		{Label: t.Text("button-topics", nil), Data: "/topics"},
		{Label: t.Text("button-help", nil), Data: "/help"},
	}}
}
