package slack

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"exchangebot/bot"
)

// What comes is acknowledged within 3 s (docs.slack.dev/apis/events-api).
const (
	// patience is how long an event waits for its turn to be over before it is
	// acknowledged. A crash until then brings it again.
	patience = 1500 * time.Millisecond
	// submitPatience is how long a submitted form waits for what it says next.
	submitPatience = 1800 * time.Millisecond
)

// delivery is what Slack hands over, on whichever way.
type delivery struct {
	kind    string // "events_api", "slash_commands" or "interactive"
	payload json.RawMessage
	// answer acknowledges the delivery, with what Slack is to do next or nil.
	// Only the first call counts.
	answer func(payload any)
}

// take begins what a delivery asks for and returns at once.
func (c *Channel) take(ctx context.Context, d delivery) {
	var once sync.Once
	acknowledge := d.answer
	d.answer = func(payload any) { once.Do(func() { acknowledge(payload) }) }
	switch d.kind {
	case "events_api":
		var e event
		if json.Unmarshal(d.payload, &e) != nil {
			c.drop(ctx, d)
			return
		}
		c.event(ctx, &e, d.answer)
	case "slash_commands":
		d.answer(nil)
		var k command
		if json.Unmarshal(d.payload, &k) != nil || k.User == "" {
			c.drop(ctx, d)
			return
		}
		if c.seen.add("command "+k.Trigger, time.Now()) {
			c.goOn(func() { c.command(k) })
		}
	case "interactive":
		var i interaction
		if json.Unmarshal(d.payload, &i) != nil || i.User.ID == "" {
			c.drop(ctx, d)
			return
		}
		c.interaction(&i, d.answer)
	default:
		c.drop(ctx, d)
	}
}

// drop acknowledges what nothing can be done about.
func (c *Channel) drop(ctx context.Context, d delivery) {
	c.log.WarnContext(ctx, "delivery left out", "kind", d.kind, "bytes", len(d.payload))
	d.answer(nil)
}

// goOn runs a job behind an acknowledgement, unless the channel has stopped.
func (c *Channel) goOn(job func()) {
	if !c.begin() {
		return
	}
	go func() {
		defer c.inHand.Done()
		job()
	}()
}

func (c *Channel) event(ctx context.Context, e *event, answer func(any)) {
	if e.Type == "app_rate_limited" {
		c.log.WarnContext(ctx, "slack has left out events: there were too many in an hour")
	}
	if e.Event.Type == "app_home_opened" && e.Event.Tab != "messages" && e.Event.User != "" {
		answer(nil)
		if c.seen.add("event "+e.ID, time.Now()) {
			c.goOn(func() { c.openHome(e.Event.User) })
		}
		return
	}
	s, forUs := decodeMessage(e, *c.me.Load(), c.cfg.Board)
	if !forUs || !c.seen.add("event "+e.ID, time.Now()) {
		answer(nil)
		return
	}
	if !c.begin() { // it comes again, to another process or the next one
		c.seen.forget("event " + e.ID)
		return
	}
	timer := time.AfterFunc(patience, func() { answer(nil) })
	c.lanes.add(string(s.update.Chat), func() {
		c.said(s, func(done bool) {
			timer.Stop()
			if done {
				answer(nil)
			} else {
				c.seen.forget("event " + e.ID)
			}
			c.inHand.Done()
		})
	})
}

// said answers a message. done is called once: with false when the channel
// stops before the message is dealt with.
func (c *Channel) said(s said, done func(bool)) {
	ctx := c.work
	staff := c.staff(ctx, s.user)
	s.update.Locale = staff.Locale
	h := here{person: s.user, place: s.place}
	if h.thread == s.message {
		h.thread = "" // what one person alone sees does not open a thread, where nobody would find it
	}
	if c.cfg.Desk != nil && s.update.Text != "" {
		if s.board {
			message := bot.ThreadMessage{ID: s.channel + "/" + s.message, Thread: s.channel + "/" + s.thread, Text: s.update.Text}
			if r, mine := c.cfg.Desk.Thread(ctx, staff, message); mine {
				c.show(ctx, h, r)
				done(ctx.Err() == nil)
				return
			}
		}
		if s.mention {
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
	c.hand(s.update, done)
}

// hand has the bot take its turn, and again where that has failed.
func (c *Channel) hand(u bot.Update, done func(bool)) {
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
				if c.stopping() {
					done(false)
					return
				}
				go func() {
					if sleep(c.work, wait.NextBackOff()) != nil || c.stopping() {
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

func (c *Channel) stopping() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

func (c *Channel) interaction(i *interaction, answer func(any)) {
	again := !c.seen.add("interaction "+i.Trigger, time.Now())
	switch {
	case again:
		answer(nil)
	case i.Type == "view_submission":
		if !c.begin() {
			return
		}
		go func() {
			defer c.inHand.Done()
			c.submit(i, answer)
		}()
	case i.Type == "block_actions":
		answer(nil)
		if u, forUs := decodePress(i); forUs {
			if c.begin() {
				c.lanes.add(string(u.Chat), func() {
					u.Locale = c.staff(c.work, i.User.ID).Locale
					c.hand(u, func(bool) { c.inHand.Done() })
				})
			}
			return
		}
		c.goOn(func() { c.press(i) })
	default:
		answer(nil)
	}
}
