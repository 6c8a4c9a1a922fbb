package slack

import (
	"context"
	"encoding/json"
	"strings"
	"time"
)

// errand is what a delivery asks for, to be done once however often it is
// delivered.
type errand struct {
	id      string // the same when it is delivered again; empty: it may be done again, and is not stored
	kind    string // of the delivery
	payload any    // what is to be stored of it
	at      time.Time
	lane    string // errands of one lane are begun in the order in which they came; empty: one of its own
	order   string // in its lane; empty: that in which they came
	// do returns soon, or when it is over. It calls done once: with false when
	// the channel stops before the errand is done.
	do func(ctx context.Context, done func(bool))
}

// read tells what a delivery asks for; do is nil where that is nothing.
func (c *Channel) read(kind string, payload json.RawMessage, at time.Time) (e errand, readable bool) {
	e = errand{kind: kind, at: at}
	switch kind {
	case "events_api":
		var event event
		if json.Unmarshal(payload, &event) != nil {
			return e, false
		}
		c.readEvent(&e, &event)
	case "slash_commands":
		var k command
		if json.Unmarshal(payload, &k) != nil || k.User == "" {
			return e, false
		}
		e.id, e.payload = "command "+k.Trigger, k
		e.do = finishing(func(ctx context.Context) { c.command(ctx, k, at) })
	case "interactive":
		var i interaction
		if json.Unmarshal(payload, &i) != nil || i.User.ID == "" {
			return e, false
		}
		switch {
		case i.View.Keeps && i.View.Callback == formWindow && i.Type == "view_closed":
			e.id, e.payload, e.lane = "closed "+i.View.ID, i, "form "+i.View.ID
			e.do = finishing(func(ctx context.Context) { c.closed(ctx, &i, at) })
		case i.Type == "block_actions" && i.View.Keeps && len(i.Actions) > 0 && !pressable(i.Actions[0].ID):
			e.do = finishing(func(ctx context.Context) { c.types(ctx, &i, at) })
		case i.Type == "block_actions":
			c.readPress(&e, &i)
		}
	default:
		return e, false
	}
	return e, true
}

// finishing is what is over when it returns, unless ctx ends.
func finishing(do func(context.Context)) func(context.Context, func(bool)) {
	return func(ctx context.Context, done func(bool)) {
		do(ctx)
		done(ctx.Err() == nil)
	}
}

func (c *Channel) readEvent(e *errand, event *event) {
	if event.Type == "app_rate_limited" {
		c.log.Warn("slack has left out events: there were too many in an hour")
	}
	in := &event.Event
	if in.Type == "app_home_opened" && in.Tab != "messages" && in.User != "" {
		e.lane = "home " + in.User
		e.do = finishing(func(ctx context.Context) { c.drawHome(ctx, in.User, in.View.Hash, e.at) })
		return
	}
	s, forUs := decodeMessage(event, *c.me.Load(), c.cfg.Board)
	if forUs {
		e.id, e.payload, e.lane = "event "+event.ID, event, string(s.update.Chat)
		if s.board {
			e.order = in.TS
		}
		e.do = func(ctx context.Context, done func(bool)) { c.said(ctx, s, e.at, done) }
	}
}

func (c *Channel) readPress(e *errand, i *interaction) {
	i.View.State.Values, i.View.Blocks = nil, nil // nobody's business before they are submitted
	e.id, e.payload = "press "+i.Trigger, i
	if u, forUs := decodePress(i); forUs {
		e.lane = string(u.Chat)
		e.do = func(ctx context.Context, done func(bool)) {
			u.Locale = c.person(ctx, i.User.ID).locale
			c.hand(ctx, u, done)
		}
		return
	}
	if len(i.Actions) > 0 && pressable(i.Actions[0].ID) {
		e.do = finishing(func(ctx context.Context) { c.press(ctx, i, e.at) })
	}
}

// submitted is the form that a delivery brings; nil: it brings none.
func submitted(d delivery) *interaction {
	var i interaction
	if d.kind != "interactive" || !strings.Contains(string(d.payload), "view_submission") || json.Unmarshal(d.payload, &i) != nil || i.Type != "view_submission" || i.User.ID == "" {
		return nil
	}
	return &i
}
