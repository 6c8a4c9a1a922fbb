package bot

import (
	"slices"
	"strings"

	"exchangebot/bot/knowledge"
)

// isAside reports whether a text in an open dialogue asks something instead of
// answering. Where almost anything may be the answer, it has to be clear.
func (t *Turn) isAside(s *step, text string) bool {
	marked, worded := t.bot.words.asks(text)
	long := len(tokens(text)) > 2
	switch {
	case s.long:
		return (marked || worded) && (t.whyStep(s, text) != nil || isOneQuestion(text) && worded && t.bot.sureOf(text, t.asked()))
	case worded && marked:
		return true
	case s.free:
		return (marked || worded) && (t.whyStep(s, text) != nil || t.bot.sureOf(text, t.asked())) || t.greets(text)
	}
	return (marked || worded) && long || t.greets(text)
}

// isOneQuestion reports a text that is one sentence and ends with a question mark.
func isOneQuestion(text string) bool {
	sentence := strings.TrimRight(strings.TrimSpace(text), "?？؟ \u00a0\u202f")
	return len(sentence) < len(strings.TrimSpace(text)) && !strings.ContainsAny(sentence, ".!?？؟\n")
}

// greets reports small talk of a few words.
func (t *Turn) greets(text string) bool {
	if len(tokens(text)) > 3 {
		return false
	}
	match := t.bot.knowledge.Load().Match(text, t.asked())
	if match.Action != knowledge.Answer {
		return false
	}
	topic, found := t.base().Topic(t.Language, match.Candidates[0].Topic)
	return found && topic.SmallTalk() && slices.ContainsFunc(topic.Questions, func(q string) bool {
		return slices.Equal(tokens(q), tokens(text))
	})
}

// sureOf reports whether the knowledge base answers a text.
func (b *Bot) sureOf(text string, asked Language) bool {
	match := b.knowledge.Load().Match(text, asked)
	return match.Action == knowledge.Answer
}

// aside answers a question in the middle, and asks again.
func (t *Turn) aside(s *step, text string) {
	if about := t.whyStep(s, text); about != nil {
		t.Say(Message{Text: t.Text("why-"+about.name, nil)})
	} else {
		t.ask(text)
	}
	t.askAgain()
}

// whyStep is the step that people ask the use of; nil when they do not.
func (t *Turn) whyStep(s *step, text string) *step {
	words := t.bot.words
	said := tokens(text)
	if !words.has("words-why", said) || len(said) > 12 {
		return nil
	}
	named, rest := t.namedSteps(said)
	switch {
	case len(named) > 0:
		return named[0]
	case len(words.drop("words-filler", words.drop("words-this", words.drop("words-all", words.drop("words-why", rest))))) == 0:
		return s
	}
	return nil
}

// namedSteps are the steps that the words name.
func (t *Turn) namedSteps(said []string) (named []*step, rest []string) {
	d := t.bot.dialogues[t.Conversation.Position.Dialogue]
	var names []string
	for _, s := range d.steps {
		names = append(names, s.name)
	}
	found, rest, _ := choose(t.bot.words, "words-step-", names, said)
	for _, name := range found {
		s, _ := d.find(name)
		named = append(named, s)
	}
	return named, rest
}

// editWord is the step that people say they want to change.
func (t *Turn) editWord(said []string) *step {
	words := t.bot.words
	if len(said) > 8 || !words.has("words-edit", said) {
		return nil
	}
	named, rest := t.namedSteps(words.drop("words-edit", said))
	if len(named) != 1 || len(words.drop("words-filler", rest)) > 0 || !named[0].applies(t.Conversation.Position) {
		return nil
	}
	return named[0]
}

// askAgain asks the open step once more, after something else was said. Who
// comes back after a while is asked whether to go on.
func (t *Turn) askAgain() {
	s := t.open()
	if s == nil {
		return
	}
	if t.isAway() {
		t.Say(t.resumeOffer())
		return
	}
	m := t.question()
	if s.again != "" {
		m.Text = t.Text(s.again, nil)
	}
	m.Text = t.Text("back-to-signup", nil) + " " + m.Text
	t.Say(m)
}

func (t *Turn) isAway() bool { return t.bot.now().Sub(t.Conversation.Position.Touched) > away }

// resumeOffer says that something unfinished is there.
func (t *Turn) resumeOffer() Message {
	return Message{Text: t.Text("signup-resume", nil), Buttons: [][]Button{{
		{Label: t.Text("button-continue", nil), Data: "/signup"},
		{Label: t.Text("button-discard", nil), Data: "/discard"},
	}}}
}
