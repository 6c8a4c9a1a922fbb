package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Unanswered is a question that the bot could not answer, as long as it can
// still be passed on.
type Unanswered struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Handover is the question that a chat has passed on to the city's staff.
type Handover struct {
	Question string `json:"question"`          // its id
	Talking  bool   `json:"talking,omitempty"` // staff have answered: what the citizen writes goes to them
}

const (
	maxUnanswered = 4
	maxPassedOn   = 3000 // characters of one message
)

// unanswered remembers a question that has no answer, and is the button that
// passes it on; nil where there is nobody to pass it to.
func (t *Turn) unanswered(question string) []Button {
	if !t.bot.staffed() || t.Group {
		return nil
	}
	c := t.Conversation
	id := shortHash(string(t.Chat) + "\n" + t.ID)
	c.Unanswered = slices.DeleteFunc(c.Unanswered, func(u Unanswered) bool { return u.ID == id })
	c.Unanswered = remember(c.Unanswered, Unanswered{id, cut(question, maxPassedOn)}, maxUnanswered)
	return t.handoverButton(id)
}

func (t *Turn) handoverButton(id string) []Button {
	return []Button{{Label: t.Text("button-handover", nil), Data: "/handover " + id}}
}

// cut is the beginning of a text of so many characters at most.
func cut(text string, max int) string {
	if runes := []rune(text); len(runes) > max {
		return string(runes[:max-1]) + "…"
	}
	return text
}

// handover passes a question on that the bot could not answer.
func (t *Turn) handover(args []string) {
	c := t.Conversation
	i := slices.IndexFunc(c.Unanswered, func(u Unanswered) bool { return len(args) == 1 && u.ID == args[0] })
	if i < 0 || !t.bot.staffed() {
		t.stale()
		return
	}
	asked := c.Unanswered[i]
	c.Unanswered = slices.Delete(c.Unanswered, i, i+1)
	c.Handover = &Handover{Question: asked.ID} // one that is open already keeps its own card
	t.pass(asked.ID, asked.Text)
	t.removeButtons("/handover")
	t.Count(EventHandedOver, "", t.Language)
	t.Say(Message{Text: t.Text("handed-over", Values{"Question": asked.Text})})
}

// pass has something that the citizen says stored with their question.
func (t *Turn) pass(id, text string) {
	t.passed = append(t.passed, Said{ID: id, From: Citizen, Text: text, At: t.bot.now().UTC()})
}

func (b *Bot) assistantButton(lang Language) [][]Button {
	return [][]Button{{{Label: b.texts.Say(lang, "button-assistant", nil), Data: "/assistant"}}}
}

// talk passes on what the citizen writes to staff who have answered.
func (t *Turn) talk(text string) {
	if n := len([]rune(text)); n > maxPassedOn {
		t.Say(Message{Text: t.Text("invalid-long", Values{"Length": n, "Max": maxPassedOn})})
		return
	}
	t.pass("u-"+t.ID, text)
	t.Say(Message{Text: t.Text("passed-on", nil), Buttons: t.bot.assistantButton(t.Language)})
}

// assistant lets the bot answer again; the question stays open. What the button
// stands under stays: it may be what staff have said.
func (t *Turn) assistant([]string) {
	if t.Conversation.Handover == nil {
		t.stale()
		return
	}
	t.Conversation.Handover.Talking = false
	if t.Kind == KindPress {
		t.removeButtons("/assistant")
	}
	t.Say(Message{Text: t.Text("assistant-again", nil), Buttons: t.ways()})
}

// keepReached tells staff, who may be about to answer, that nobody will read
// it, or that somebody will again: of every open question of the chat.
func (b *Bot) keepReached(ctx context.Context, t *Turn) error {
	note := "desk-question-blocked"
	switch {
	case t.Group || t.Kind != KindBlocked && t.Kind != KindBack:
		return nil
	case t.Kind == KindBack:
		note = "desk-question-back"
	}
	list, err := b.store.Documents(ctx, DocumentQuery{Kind: DocumentQuestion, Chat: t.Chat, Open: true, Limit: tasksAtOnce})
	if err != nil {
		return fmt.Errorf("list questions: %w", err)
	}
	for _, d := range list {
		err := b.editQuestion(ctx, d.Key, func(q *Question) bool {
			if q.gone() != "" || !q.Closed.IsZero() || q.blocked() == (t.Kind == KindBlocked) {
				return false
			}
			q.say(Said{ID: note + "-" + t.ID, From: Clerk, Text: note, At: b.now().UTC()})
			return true
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// keepPassed stores what the turn passes on to staff.
func (b *Bot) keepPassed(ctx context.Context, t *Turn) error {
	h := t.Conversation.Handover
	if h == nil || len(t.passed) == 0 {
		return nil
	}
	return b.editQuestion(ctx, h.Question, func(q *Question) bool {
		if len(q.Said) == 0 {
			q.Chat, q.Language, q.Asked = t.Chat, t.Language, b.now().UTC()
		}
		if q.Chat == "" {
			return false // it was forgotten just now, which the turn will find out as it is stored
		}
		q.Closed = time.Time{} // whoever says more about it opens it again
		for _, s := range t.passed {
			q.say(s)
		}
		return true
	})
}

// reach says something of the staff in the citizen's chat, and lets the chat
// know that they talk, or do no more.
func (b *Bot) reach(ctx context.Context, q *Question, m Message, talking bool) error {
	name, _ := q.Chat.Split()
	channels := b.channels.Load()
	if channels == nil || (*channels)[name] == nil {
		return errChannelOff
	}
	if err := (*channels)[name].Send(ctx, q.Chat, m); err != nil {
		return err
	}
	if !talking {
		return b.letGo(ctx, q)
	}
	return again(func() error {
		c, err := b.store.Conversation(ctx, q.Chat)
		if err != nil || c.Version == 0 {
			return err
		}
		c.Handover = &Handover{Question: q.ID, Talking: true}
		return b.store.SaveConversation(ctx, c)
	})
}

// letGo lets a chat know that the question which it has passed on is over.
func (b *Bot) letGo(ctx context.Context, q *Question) error {
	return again(func() error {
		c, err := b.store.Conversation(ctx, q.Chat)
		if err != nil || c.Handover == nil || c.Handover.Question != q.ID {
			return err
		}
		c.Handover = nil
		return b.store.SaveConversation(ctx, c)
	})
}

// replyOf is what staff say, as the citizen reads it. It says so when what they
// write next goes to the staff, unlike before.
func (b *Bot) replyOf(ctx context.Context, q *Question, s Said) (Message, error) {
	c, err := b.store.Conversation(ctx, q.Chat)
	if err != nil {
		return Message{}, err
	}
	m := Message{Text: b.texts.Say(q.Language, "staff-reply", Values{"Text": Markdown(quoteLines(s.Text))})}
	talking := c.Handover != nil && *c.Handover == Handover{q.ID, true}
	filling := c.Position != nil && !c.Position.Paused // what they write belongs there
	if !talking && !filling {
		m.Text += "\n\n" + b.texts.Say(q.Language, "staff-listen", Values{"Question": q.reminder()})
		m.Buttons = b.assistantButton(q.Language)
	}
	return m, nil
}

// quoteLines makes a text of several paragraphs mean itself.
func quoteLines(text string) string {
	var paragraphs []string
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p := escapeLines(paragraph); p != "" {
			paragraphs = append(paragraphs, p)
		}
	}
	return strings.Join(paragraphs, "\n\n")
}
