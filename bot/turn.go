package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"
)

// storePatience is how long a turn waits for the store before the citizen is
// told to try again.
const storePatience = 5 * time.Second

// Turn is one update being answered: handlers read the update, change the
// conversation and say what to reply. Nothing has an effect before all of it
// is stored.
type Turn struct {
	Update
	Conversation *Conversation
	Volunteer    *Volunteer  // the chat's, where the turn needs it; Version 0: there is none
	Subscriber   *Subscriber // likewise
	Language     Language    // in which the citizen is answered
	First        bool        // the first contact with this chat

	bot            *Bot
	command        command // what the update calls, if anything
	args           []string
	called         bool
	awaited        string   // what [Conversation].Awaits was before this update
	was            Language // what [Conversation.language] was before this update
	returned       bool     // the chat was gone or forgotten, and is no group
	messages       []Message
	counts         []Count
	noted          []string   // what was understood besides, to be told with the next question
	save           bool       // Volunteer is stored with the turn
	saveSubscriber bool       // likewise
	leaves         bool       // the citizen does not want to stay
	forget         bool       // all that names the citizen is deleted, instead of storing the turn
	passed         []Said     // to staff, about the chat's question
	questions      []Question // all that the chat has passed on, where they are shown
	code           *linkCode  // of a member of staff, that the update says; nil: none
	links          bool       // the chat is theirs
	linked         []string   // members of staff whose chat it is, where that is shown
	unsaved        string     // the message when the turn cannot be stored; empty: that of the command
}

// handle brings one update from its arrival to its end: the turn is stored
// together with its replies, then they are sent. Nil lets the channel confirm it.
func (b *Bot) handle(ctx context.Context, channel Channel, u Update) error {
	start := time.Now()
	conversation, reply, err := b.take(ctx, u)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		b.log.ErrorContext(ctx, "turn not stored", "channel", channel.Name(), "update", u.ID, "error", err)
		return b.apologise(ctx, channel, u, err)
	}
	if err := b.deliver(ctx, channel, conversation, reply); err != nil {
		return err
	}
	b.log.DebugContext(ctx, "turn done", "channel", channel.Name(), "update", u.ID, "replies", len(reply.Messages), "took", time.Since(start))
	return nil
}

// take finds the stored reply to an update, or makes and stores it.
func (b *Bot) take(ctx context.Context, u Update) (*Conversation, Reply, error) {
	ctx, cancel := context.WithTimeout(ctx, storePatience)
	defer cancel()
	for {
		c, err := b.store.Conversation(ctx, u.Chat)
		if err != nil {
			return nil, Reply{}, err
		}
		if slices.Contains(c.Handled, u.ID) {
			return c, b.unsent(c, u.ID), nil
		}
		if c.Version == 0 && b.sent.has(turnID{u.Chat, u.ID}) {
			return c, Reply{Update: u.ID}, nil // it was the one that deleted the chat
		}
		t, err := b.newTurn(ctx, c, u)
		if err != nil {
			return nil, Reply{}, err
		}
		if err := b.answer(t); err != nil {
			return nil, Reply{}, err
		}
		if err := b.followLanguage(ctx, t); err != nil {
			return nil, Reply{}, err
		}
		reply := Reply{Update: u.ID, Messages: t.messages}
		err = b.keep(ctx, t, reply)
		if err == nil {
			return c, reply, nil
		}
		if !errors.Is(err, ErrConflict) {
			return nil, Reply{}, &unsavedError{t.unsaved, err}
		}
	}
}

// newTurn reads what the turn needs.
func (b *Bot) newTurn(ctx context.Context, c *Conversation, u Update) (*Turn, error) {
	t := &Turn{Update: u, Conversation: c, First: !c.Introduced, bot: b, was: c.language(), returned: !u.Group && (c.Gone || c.Version == 0)}
	if p := c.Position; p != nil && b.now().Sub(p.Touched) > b.periods.unfinished() {
		c.Position, c.Pending = nil, nil // the job that forgets it has not come by yet
	}
	t.read()
	if t.needsSubscriber() {
		if err := b.readSubscriber(ctx, t); err != nil {
			return nil, err
		}
	}
	if t.called && t.command.name == "link" && !t.Group {
		var err error
		if t.code, err = b.code(ctx, u.Chat, t.args); err != nil {
			return nil, &unsavedError{"", err}
		}
	}
	if !t.needsRecord() && !t.maySayWhetherToStay() {
		return t, nil
	}
	var err error
	if t.Volunteer, err = b.store.Volunteer(ctx, u.Chat); err != nil {
		return nil, &unsavedError{"", fmt.Errorf("read volunteer: %w", err)}
	}
	if t.called && t.command.name == "mydata" {
		if t.questions, err = b.questionsOf(ctx, u.Chat); err != nil {
			return nil, &unsavedError{"", err}
		}
		if t.linked, err = b.linkedTo(ctx, u.Chat); err != nil {
			return nil, &unsavedError{"", err}
		}
	}
	t.readWhetherToStay()
	return t, nil
}

// keep stores the turn: first the subscriber and the volunteer, then the
// conversation with the replies. When that is not reached, the update comes
// again, and the handlers make of what is stored what they made of it before.
//
// A turn that forgets is not stored. When it comes again, it finds nothing
// and says the same.
func (b *Bot) keep(ctx context.Context, t *Turn, reply Reply) error {
	if t.forget {
		return b.forget(ctx, t.Chat)
	}
	if t.saveSubscriber {
		if err := b.store.SaveSubscriber(ctx, t.Subscriber); err != nil {
			return fmt.Errorf("save subscriber: %w", err)
		}
	}
	if t.save {
		if err := t.Volunteer.Validate(); err != nil {
			return fmt.Errorf("save volunteer: %w", err)
		}
		if err := b.store.SaveVolunteer(ctx, t.Volunteer); err != nil {
			return fmt.Errorf("save volunteer: %w", err)
		}
		if err := b.due(ctx, DocumentTask, t.Volunteer.Reference); err != nil {
			return err
		}
	}
	if err := b.keepLink(ctx, t); err != nil {
		return fmt.Errorf("link chat: %w", err)
	}
	if err := b.keepPassed(ctx, t); err != nil {
		return fmt.Errorf("pass on to staff: %w", err)
	}
	if err := b.keepReached(ctx, t); err != nil {
		return fmt.Errorf("tell staff who is reached: %w", err)
	}
	b.record(t.Conversation, t.Update, reply)
	if t.leaves {
		t.Conversation.Changed = t.Volunteer.Seen // no sign of life: the days that were told go on
	}
	if err := b.store.SaveConversation(ctx, t.Conversation, t.counts...); err != nil {
		return fmt.Errorf("save conversation: %w", err)
	}
	return nil
}

// unsavedError says that a turn is not stored, and what is told then.
type unsavedError struct {
	message string // empty: that of the command
	err     error
}

func (e *unsavedError) Error() string { return e.err.Error() }
func (e *unsavedError) Unwrap() error { return e.err }

// unsent is what is left to say to an update that was handled before.
func (b *Bot) unsent(c *Conversation, update string) Reply {
	i := slices.IndexFunc(c.Pending, func(r Reply) bool { return r.Update == update })
	if i < 0 || b.sent.has(turnID{c.Chat, update}) {
		return Reply{Update: update}
	}
	return c.Pending[i]
}

// record notes in the conversation that the update is handled and what is
// to be said to it, and forgets replies that are known to be sent.
func (b *Bot) record(c *Conversation, u Update, reply Reply) {
	c.Handled = remember(c.Handled, u.ID, maxHandled)
	c.Pending = slices.DeleteFunc(c.Pending, func(r Reply) bool { return b.sent.has(turnID{c.Chat, r.Update}) })
	if len(reply.Messages) > 0 {
		c.Pending = remember(c.Pending, reply, maxPending)
	}
	c.Changed = b.now().UTC()
	if c.Version == 0 {
		c.Created = c.Changed
	}
}

// answer lets the route decide what to say. A panic in a handler costs that
// turn, not the program.
func (b *Bot) answer(t *Turn) (err error) {
	defer func() {
		if p := recover(); p != nil {
			b.log.Error("handler panicked", "update", t.ID, "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = errors.New("handler panicked")
		}
	}()
	t.route()
	return nil
}

// deliver sends a stored reply. Whoever cannot be reached any more is marked as gone.
func (b *Bot) deliver(ctx context.Context, channel Channel, c *Conversation, reply Reply) error {
	for _, m := range reply.Messages {
		err := channel.Send(ctx, c.Chat, m)
		switch {
		case errors.Is(err, ErrGone):
			b.markGone(ctx, c)
			return nil
		case errors.Is(err, ErrRejected):
			b.log.ErrorContext(ctx, "reply rejected", "channel", channel.Name(), "update", reply.Update, "error", err)
		case err != nil:
			return fmt.Errorf("send reply: %w", err)
		}
	}
	b.sent.add(turnID{c.Chat, reply.Update})
	return nil
}

// markGone is noted at the next opportunity if it cannot be stored now.
func (b *Bot) markGone(ctx context.Context, c *Conversation) {
	if c.Version == 0 {
		return // nothing is stored of the chat, and so it stays
	}
	c.Gone, c.Pending = true, nil
	if err := b.store.SaveConversation(ctx, c); err != nil && !errors.Is(err, ErrConflict) {
		b.log.WarnContext(ctx, "gone chat not marked", "error", err)
	}
	if err := b.lose(ctx, c.Chat, ""); err != nil {
		b.log.WarnContext(ctx, "gone chat still subscribed", "error", err)
	}
}

// apologise tells the citizen that the turn could not be stored. Told so, they
// try again themselves, and the update is done with.
func (b *Bot) apologise(ctx context.Context, channel Channel, u Update, cause error) error {
	if u.Kind == KindBlocked || u.Kind == KindBack {
		return errors.New("turn not stored")
	}
	id := b.excuse(u, cause)
	messages := []Message{{Text: b.texts.Say(b.guessLanguage(u), id, nil)}}
	switch {
	case u.Kind == KindPress && id == "try-again":
		messages[0].Press = u.Press.ID
	case u.Kind == KindPress: // too important for a notice that passes
		messages = append([]Message{{Press: u.Press.ID}}, messages...)
	}
	for _, m := range messages {
		err := channel.Send(ctx, u.Chat, m)
		if errors.Is(err, ErrGone) || errors.Is(err, ErrRejected) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// excuse is the message that fits what was not done.
func (b *Bot) excuse(u Update, cause error) string {
	if unsaved := (*unsavedError)(nil); errors.As(cause, &unsaved) && unsaved.message != "" {
		return unsaved.message
	}
	line := u.Text
	if u.Kind == KindPress {
		line = u.Press.Data
	}
	if c, _, called := b.call(line, u.Kind == KindPress); called && c.unsaved != "" {
		return c.unsaved
	}
	return "try-again"
}

// Text is a message in the turn's language.
func (t *Turn) Text(id string, values Values) string {
	return t.bot.texts.Say(t.Language, id, values)
}

// Say replies with a message.
func (t *Turn) Say(m Message) { t.messages = append(t.messages, m) }

// Show puts a message in the place of the one whose button was pressed, or
// says it when the turn is no press.
func (t *Turn) Show(m Message) {
	if t.Kind == KindPress {
		m.Edit = t.Press.Message
	}
	t.Say(m)
}

// Acknowledge ends the waiting of a pressed button, with a short plain notice or without.
func (t *Turn) Acknowledge(notice string) {
	t.messages = append([]Message{{Press: t.Press.ID, Text: notice}}, t.messages...)
}

// Count counts an event, once the turn is stored.
func (t *Turn) Count(event Event, topic string, lang Language) {
	t.counts = append(t.counts, Count{Day: dayOf(t.bot.now()).Format(time.DateOnly), Event: event, Topic: topic, Language: lang, N: 1})
}
