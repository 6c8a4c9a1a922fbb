package slack

import (
	"context"
	"sync"
	"time"

	"exchangebot/bot"
)

// said answers a message.
func (c *Channel) said(ctx context.Context, s said, at time.Time, done func(bool)) {
	staff := c.staff(ctx, s.user)
	s.update.Locale = staff.Locale
	h := here{person: s.user, place: s.place, at: at}
	if h.thread == s.message {
		h.thread = "" // what one person alone sees does not open a thread, where nobody would find it
	}
	if c.cfg.Desk != nil && (s.update.Text != "" || s.board && s.files) {
		if s.board {
			text, calls := spoken(s.text, *c.me.Load(), func(user string) string { return c.person(ctx, user).name })
			message := bot.ThreadMessage{ID: s.channel + "/" + s.message, Thread: s.channel + "/" + s.thread, Text: text, Calls: calls, Files: s.files}
			if r, mine := c.cfg.Desk.Thread(ctx, staff, message); mine {
				c.show(ctx, h, r)
				done(ctx.Err() == nil)
				return
			}
		}
		if s.mention && s.update.Text != "" {
			if r, asked := c.cfg.Desk.Ask(ctx, staff, s.update.Text); asked {
				c.show(ctx, h, r)
				done(ctx.Err() == nil)
				return
			}
		}
	}
	if !s.mention {
		done(true)
		return
	}
	c.hand(ctx, s.update, done)
}

// hand has the bot take its turn, and again where that has failed.
func (c *Channel) hand(ctx context.Context, u bot.Update, done func(bool)) {
	wait := newBackOff(time.Second, 30*time.Second)
	var attempt func()
	attempt = func() {
		var once sync.Once
		c.sink(u, func(err error) {
			once.Do(func() {
				if err == nil {
					done(true)
					return
				}
				if c.work.stopping() {
					done(false)
					return
				}
				go func() {
					if sleep(ctx, wait.NextBackOff()) != nil || c.work.stopping() {
						done(false)
						return
					}
					attempt()
				}()
			})
		})
	}
	attempt()
}
