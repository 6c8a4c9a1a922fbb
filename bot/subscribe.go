package bot

import (
	"cmp"
	"context"
	"fmt"
)

// announces reports whether announcements reach a chat.
func (b *Bot) announces(chat ChatID) bool {
	channels := b.channels.Load()
	if channels == nil {
		return false
	}
	name, _ := chat.Split()
	_, does := (*channels)[name].(Announcer)
	return does
}

// needsSubscriber reports whether the turn looks at the chat's subscriber: a
// group is none, and never becomes one.
func (t *Turn) needsSubscriber() bool {
	return !t.Group && (t.returned || t.Kind == KindBlocked || t.called && t.command.subscriber)
}

// become changes the state of the chat's subscriber. It reports false when
// that was the state already: an update that comes again after it was stored
// finds its own doing, and is answered as the first time.
func (t *Turn) become(state SubscriberState) bool {
	s := t.Subscriber
	if s.State == state {
		return s.Update == t.ID
	}
	if s.Version == 0 || state != Lost {
		s.Language = t.Language
	}
	s.State, s.Since, s.Update = state, t.bot.moment(), t.ID
	t.saveSubscriber = true
	return true
}

// getsAny reports whether the chat may get announcements: as a subscriber, or
// as a volunteer who has not said that they want none.
func (t *Turn) getsAny() bool {
	return t.Subscriber.Version > 0 || t.isVolunteer()
}

func (t *Turn) isVolunteer() bool {
	return t.Volunteer.Version > 0 && t.Volunteer.Status != StatusWithdrawn
}

// subscribe begins announcements; "yes" and "no" answer [Turn.welcomeBack].
func (t *Turn) subscribe(args []string) {
	answers := len(args) == 1 && (args[0] == "yes" || args[0] == "no")
	switch {
	case answers && args[0] == "no":
		t.declineNews()
	case !t.bot.announces(t.Chat):
		t.Say(Message{Text: t.Text("no-news-here", nil), Buttons: t.ways()})
	case t.become(Subscribed):
		t.Count(EventSubscribed, "", t.Language)
		m := Message{Text: t.Text("subscribed", Values{"Fields": t.newsFields()}), Buttons: t.newsWays()}
		if answers {
			t.Show(m)
		} else {
			t.Say(m)
		}
	case t.Kind == KindPress:
		t.Acknowledge(t.Text("subscribed-notice", nil))
	default:
		t.Say(Message{Text: t.Text("subscribed-already", Values{"Fields": t.newsFields()}), Buttons: t.newsWays()})
	}
}

// newsWays lead on for those who get announcements.
func (t *Turn) newsWays() [][]Button {
	return [][]Button{
		{{Label: t.Text("button-news-fields", nil), Data: "/news"}},
		{{Label: t.Text("button-unsubscribe", nil), Data: "/unsubscribe"}},
	}
}

// unsubscribe ends announcements with one press or word. The message whose
// button was pressed stays as it is: it may be an announcement.
func (t *Turn) unsubscribe([]string) {
	again := [][]Button{{{Label: t.Text("button-subscribe", nil), Data: "/subscribe"}}}
	switch {
	case t.getsAny() && t.become(Unsubscribed):
		t.Count(EventUnsubscribed, "", t.Language)
		text := t.Text("unsubscribed", nil)
		if t.isVolunteer() {
			text += "\n\n" + t.Text("unsubscribed-volunteer", nil)
		}
		t.Say(Message{Text: text, Buttons: again})
		if t.Kind == KindPress {
			t.Acknowledge(t.Text("unsubscribed-notice", nil))
		}
	case t.Kind == KindPress:
		t.Acknowledge(t.Text("nothing-to-unsubscribe", nil))
	default:
		t.Say(Message{Text: t.Text("nothing-to-unsubscribe", nil), Buttons: again})
	}
}

// welcomeBack asks those who were gone, once, whether they want announcements
// again. It comes last: a yes or no is read as the answer to it.
func (t *Turn) welcomeBack() {
	c := t.Conversation
	switch {
	case t.awaited == "subscribe" && t.called && t.command.name == "start" && t.open() == nil:
		c.Awaits = "subscribe" // Telegram's clients say it for people who come back
	case t.returned && t.Kind != KindBlocked && t.Subscriber.State == Lost && c.Awaits == "" && !t.forget && t.bot.announces(t.Chat):
		if !c.Introduced {
			c.Introduced = true
			t.Say(Message{Text: t.Text("hello", nil)})
		}
		c.Awaits = "subscribe"
		t.Say(Message{Text: t.Text("news-again", nil), Buttons: [][]Button{{
			{Label: t.Text("button-news-yes", nil), Data: "/subscribe yes"},
			{Label: t.Text("button-news-no", nil), Data: "/subscribe no"},
		}}})
	}
}

// declineNews is the no to that.
func (t *Turn) declineNews() {
	if !t.getsAny() {
		t.stale()
		return
	}
	if t.become(Unsubscribed) {
		t.Count(EventUnsubscribed, "", t.Language)
	}
	t.Show(Message{Text: t.Text("news-declined", nil)})
}

// language is the one that the chat has chosen or spoken; empty: not known yet.
func (c *Conversation) language() Language { return cmp.Or(c.Chosen, c.Spoken) }

// followLanguage lets announcements come in the language in which the chat is
// answered from now on.
func (b *Bot) followLanguage(ctx context.Context, t *Turn) error {
	if t.Conversation.language() == t.was || t.Group || t.forget || t.Kind == KindBlocked {
		return nil
	}
	if err := b.readSubscriber(ctx, t); err != nil {
		return err
	}
	if s := t.Subscriber; s.Version > 0 && s.Language != t.Language {
		s.Language, t.saveSubscriber = t.Language, true
	}
	return nil
}

// readSubscriber reads it where the turn has not done so yet.
func (b *Bot) readSubscriber(ctx context.Context, t *Turn) error {
	if t.Subscriber != nil {
		return nil
	}
	var err error
	if t.Subscriber, err = b.store.Subscriber(ctx, t.Chat); err != nil {
		return &unsavedError{"", fmt.Errorf("read subscriber: %w", err)}
	}
	return nil
}

// lose notes that nobody reads a chat any more. Whoever comes back is asked, in
// their language; lang is that of a volunteer who has never been asked. Empty:
// of whom nothing is stored, nothing is noted.
func (b *Bot) lose(ctx context.Context, chat ChatID, lang Language) error {
	err := again(func() error {
		s, err := b.store.Subscriber(ctx, chat)
		if err != nil || s.State != Subscribed && (s.Version > 0 || lang == "") {
			return err
		}
		s.State, s.Language, s.Since, s.Update = Lost, cmp.Or(s.Language, lang), b.moment(), ""
		return b.store.SaveSubscriber(ctx, s)
	})
	if err != nil {
		return fmt.Errorf("lose subscriber: %w", err)
	}
	return nil
}
