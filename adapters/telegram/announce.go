package telegram

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"exchangebot/bot"
)

// freeRate is how many messages a second Telegram takes from a bot in all for
// nothing. Announcements above it cost a tenth of a Star each, and Telegram
// wants to be told that this is meant (core.telegram.org/bots/faq#broadcasting-to-users).
const freeRate = 30

var _ bot.Announcer = (*Channel)(nil)

// Announce implements [bot.Announcer]. Nothing waits between the claim and the
// call, for a kill would leave it unknown: claims that are stored together are
// called together. The caller has no more of them under way than half a
// second's worth, which Telegram forgives.
func (c *Channel) Announce(ctx context.Context, chat bot.ChatID, m bot.Message, claim func() error) error {
	id, thread, err := splitChat(chat)
	if err != nil {
		return &bot.Undelivered{Reason: bot.ReasonNotFound, Err: err}
	}
	k, err := c.announcement(c.moved(id), thread, m)
	if err != nil {
		return &bot.Undelivered{Reason: bot.ReasonRejected, Err: err}
	}
	counted, err := c.pace.yield(ctx, k.chat)
	if err != nil {
		return fmt.Errorf("wait to announce: %w", err)
	}
	if err := claim(); err != nil {
		return err
	}
	if c.pace.holding(time.Now()) > 0 {
		return &bot.Undelivered{Reason: bot.ReasonLimited, Err: errors.New("telegram wants to hear nothing for a while")}
	}
	p := c.try(ctx, k)
	now := time.Now()
	c.pace.arrived(k.chat, counted, now)
	if p == nil || p.done {
		return nil
	}
	switch p.kind {
	case limited:
		c.hold(ctx, k.method, p.retry, now)
	case migrated:
		c.move(k.chat, p.migrate)
	}
	return &bot.Undelivered{Reason: p.reason(), Err: p}
}

// announcement is the one call that says m.
func (c *Channel) announcement(id int64, thread int, m bot.Message) (call, error) {
	text := c.drawings.draw(m.Text)
	switch {
	case text.units == 0:
		return call{}, errors.New("announcement is empty")
	case text.units > limit(m):
		return call{}, errors.New("announcement is too long for one message")
	case m.Picture != "" && !secure(m.Picture):
		return call{}, errPicture
	}
	paid := c.cfg.Rate > freeRate
	keys := newKeyboard(c.log, m.Buttons)
	if m.Picture != "" {
		return c.photo(id, thread, m.Picture, text.html, keys, paid), nil
	}
	return c.message(id, thread, text.html, keys, paid), nil
}

// drawing is a text that goes out as one message.
type drawing struct {
	html  string
	units int
}

// drawings keeps the last texts that were drawn, since thousands of people get
// the same one. Its zero value is empty.
type drawings struct {
	mu   sync.Mutex
	list map[string]drawing
}

func (d *drawings) draw(commonMark string) drawing {
	d.mu.Lock()
	defer d.mu.Unlock()
	drawn, known := d.list[commonMark]
	if !known {
		text := read(commonMark).visible()
		drawn = drawing{text.html(), text.units()}
		if d.list == nil || len(d.list) >= 16 {
			d.list = map[string]drawing{}
		}
		d.list[commonMark] = drawn
	}
	return drawn
}

// limit is how long the text of m may be.
func limit(m bot.Message) int {
	if m.Picture != "" {
		return maxCaption
	}
	return maxText
}

// Rate implements [bot.Announcer].
func (c *Channel) Rate() float64 { return c.cfg.Rate }
