package bot

import (
	"slices"
	"strings"

	"exchangebot/bot/knowledge"
)

// maxSuggestions is how many topics are offered when several are close.
const maxSuggestions = 3

func (t *Turn) base() *knowledge.Base { return t.bot.knowledge.Load().Base() }

// ask answers a question from the knowledge base, or says that it cannot. The
// question is understood in the language it is written in, and answered in
// that of the turn.
func (t *Turn) ask(question string) {
	match := t.bot.knowledge.Load().Match(question, t.asked())
	var topics []knowledge.Topic
	for _, candidate := range match.Candidates {
		if topic, found := t.base().Topic(t.Language, candidate.Topic); found && len(topics) < maxSuggestions {
			topics = append(topics, topic)
		}
	}
	switch {
	case match.Action == knowledge.Answer && len(topics) > 0:
		t.Count(EventAnswered, topics[0].ID, t.Language)
		t.Say(t.answer(topics[0]))
	case match.Action == knowledge.Suggest && len(topics) > 0:
		t.Count(EventSuggested, "", t.Language)
		t.unanswered(question)
		t.Say(Message{Text: t.Text("suggest", nil), Buttons: t.suggestions(topics)})
	default:
		t.Count(EventRefused, "", t.Language)
		t.Say(t.noAnswer(t.unanswered(question)))
	}
}

func (t *Turn) suggestions(topics []knowledge.Topic) [][]Button {
	var rows [][]Button
	for _, topic := range topics {
		rows = append(rows, []Button{{Label: topic.Title, Data: "/open " + topic.ID}})
	}
	return append(rows, []Button{{Label: t.Text("button-other", nil), Data: "/other"}})
}

// noneOfThese is what a citizen presses whose question was not among the suggestions.
func (t *Turn) noneOfThese([]string) {
	if list := t.Conversation.Unanswered; len(list) > 0 && t.bot.staffed() {
		t.Show(t.noAnswer(t.handoverButton(list[len(list)-1].ID)))
		return
	}
	t.Show(t.noAnswer(nil))
}

// noAnswer says plainly that the knowledge base does not cover a question, and
// offers to pass it on, where it can be.
func (t *Turn) noAnswer(handover []Button) Message {
	text := t.base().None(t.Language).Answer
	if text == "" {
		text = t.Text("no-answer", nil)
	}
	buttons := t.ways()
	if handover != nil {
		buttons = append([][]Button{handover}, buttons...)
	}
	return Message{Text: text, Buttons: buttons}
}

// answer is a topic's approved text with its date and source, a question
// whether it helped, and the related topics.
func (t *Turn) answer(topic knowledge.Topic) Message {
	m := Message{Text: t.bot.texts.Answer(topic)}
	if !topic.SmallTalk() {
		vote := " " + string(t.Language) + " " + topic.ID
		m.Buttons = append(m.Buttons, []Button{
			{Label: t.Text("button-helped", nil), Data: "/helped" + vote},
			{Label: t.Text("button-unhelpful", nil), Data: "/unhelpful" + vote},
		})
	}
	var offers []Button
	for _, name := range topic.Offer {
		if c, known := t.bot.commands[name]; known && c.offer != "" && !t.Group && (!c.news || t.bot.announces(t.Chat)) {
			offers = append(offers, Button{Label: t.Text(c.offer, nil), Data: "/" + name})
		}
	}
	if offers != nil {
		m.Buttons = append(m.Buttons, offers)
	}
	for _, id := range topic.Related {
		if related, found := t.base().Topic(t.Language, id); found {
			m.Buttons = append(m.Buttons, []Button{{Label: related.Title, Data: "/topic " + id}})
		}
	}
	return m
}

// sayTopic answers with a topic below the message whose button was pressed,
// and takes that button away.
func (t *Turn) sayTopic(args []string) {
	topic, found := t.topic(args)
	if !found || !t.spend(t.Press.Data) {
		t.Acknowledge(t.Text("stale", nil))
		return
	}
	t.removeButtons("/topic " + topic.ID)
	t.Say(t.answer(topic))
}

// openTopic answers with a topic in the place of the list or the suggestions
// it was chosen from; a page leads back to the list.
func (t *Turn) openTopic(args []string) {
	topic, found := t.topic(args)
	if !found {
		t.Acknowledge(t.Text("stale", nil))
		return
	}
	// The message is another one now: what was pressed under it counts no more.
	t.Conversation.Spent = slices.DeleteFunc(t.Conversation.Spent, func(spent string) bool {
		return strings.HasPrefix(spent, t.Press.Message+" /topic ")
	})
	m := t.answer(topic)
	if len(args) > 1 {
		m.Buttons = append(m.Buttons, []Button{{Label: t.Text("button-back-to-topics", nil), Data: "/topics " + args[1]}})
	}
	t.Show(m)
}

func (t *Turn) topic(args []string) (knowledge.Topic, bool) {
	if len(args) == 0 {
		return knowledge.Topic{}, false
	}
	return t.base().Topic(t.Language, args[0])
}

func (t *Turn) helped(args []string) {
	if t.vote(EventHelped, args) {
		t.Acknowledge(t.Text("thanks-helped", nil))
	}
}

func (t *Turn) unhelpful(args []string) {
	if t.vote(EventUnhelpful, args) {
		t.Acknowledge(t.Text("thanks-unhelpful", nil))
		t.Say(Message{Text: t.Text("unhelpful", nil), Buttons: t.ways()})
	}
}

// vote counts one opinion for each answer, and takes its buttons away.
func (t *Turn) vote(event Event, args []string) bool {
	known := len(args) == 2 && t.bot.texts.Speaks(Language(args[0]))
	if known {
		_, known = t.base().Topic(Language(args[0]), args[1])
	}
	if !known || !t.spend("vote "+args[0]+" "+args[1]) {
		t.Acknowledge(t.Text("stale", nil))
		return false
	}
	t.Count(event, args[1], Language(args[0]))
	t.removeButtons("/helped", "/unhelpful")
	return true
}

// spend makes sure that a button under a message counts once, however often
// it is pressed.
func (t *Turn) spend(what string) bool {
	spent := t.Press.Message + " " + what
	if slices.Contains(t.Conversation.Spent, spent) {
		return false
	}
	t.Conversation.Spent = remember(t.Conversation.Spent, spent, maxSpent)
	return true
}

// removeButtons takes the buttons that make one of the given calls from the
// message whose button was pressed. Where the platform does not tell its
// buttons, they stay.
func (t *Turn) removeButtons(calls ...string) {
	if t.Press.Buttons == nil {
		return
	}
	var left [][]Button
	for _, row := range t.Press.Buttons {
		row = slices.DeleteFunc(slices.Clone(row), func(b Button) bool {
			return slices.ContainsFunc(calls, func(call string) bool { return strings.HasPrefix(b.Data+" ", call+" ") })
		})
		if len(row) > 0 {
			left = append(left, row)
		}
	}
	t.Say(Message{Edit: t.Press.Message, Buttons: left})
}
