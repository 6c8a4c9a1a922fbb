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
	forDesk := false
	if c.cfg.Desk != nil && (s.update.Text != "" || s.board && s.files || s.change != "") {
		r := c.patiently(ctx, &h, staff, func() (r bot.Response) {
			r, forDesk = c.forDesk(ctx, staff, s)
			return r
		})
		c.show(ctx, h, r)
	}
	if forDesk || !s.mention {
		done(ctx.Err() == nil)
		return
	}
	c.hand(ctx, s.update, done)
}

// forDesk has the desk take a message, if it is for staff.
func (c *Channel) forDesk(ctx context.Context, staff bot.Staff, s said) (r bot.Response, is bool) {
	if s.board {
		text, calls := spoken(s.text, *c.me.Load(), func(user string) string { return c.person(ctx, user).name })
		message := bot.ThreadMessage{ID: s.channel + "/" + s.message, Thread: s.channel + "/" + s.thread, Text: text, Calls: calls, Files: s.files, Change: s.change}
		r, is = c.cfg.Desk.Thread(ctx, staff, message)
	}
	if s.mention && !is && s.update.Text != "" {
		r, is = c.cfg.Desk.Ask(ctx, staff, s.update.Text)
	}
	return r, is
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
