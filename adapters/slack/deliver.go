package slack

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"exchangebot/bot"
)

// delivery is what Slack hands over, on whichever way.
type delivery struct {
	kind    string // "events_api", "slash_commands" or "interactive"
	payload json.RawMessage
	// answer acknowledges the delivery, with what Slack is to do next or nil.
	// Only the first call counts.
	answer func(payload any)
}

// take begins what a delivery asks for and returns at once. What is
// acknowledged is stored by then: whoever dies afterwards has lost nothing.
func (c *Channel) take(ctx context.Context, d delivery) {
	var once sync.Once
	acknowledge := d.answer
	d.answer = func(payload any) { once.Do(func() { acknowledge(payload) }) }
	if form := submitted(d); form != nil {
		c.goOn(func() { c.submit(ctx, form, d.answer) })
		return
	}
	e, readable := c.read(d.kind, d.payload, time.Now())
	switch {
	case !readable:
		c.log.WarnContext(ctx, "delivery left out", "kind", d.kind, "bytes", len(d.payload))
		d.answer(nil)
		return
	case e.do == nil || e.id != "" && !c.seen.add(e.id, e.at):
		d.answer(nil)
		return
	case !c.work.begin(): // it comes again, to another process or the next one
		c.seen.forget(e.id)
		return
	}
	kept := make(chan bool, 1)
	go func() {
		kept <- e.id == "" || c.inbox.keep(ctx, e)
		d.answer(nil)
	}()
	c.begun(ctx, e, kept)
}

// resume takes over what another process has left.
func (c *Channel) resume(ctx context.Context, d *bot.Document, n entry) {
	e, readable := c.read(n.Kind, n.Payload, d.At)
	if !readable || e.do == nil {
		c.inbox.done(ctx, d.Key)
		return
	}
	c.seen.add(e.id, time.Now())
	if !c.work.begin() {
		c.inbox.letGo(ctx, d.Key)
		return
	}
	kept := make(chan bool, 1)
	kept <- true
	c.begun(ctx, e, kept)
}

// begun queues an errand, which is done once it is kept.
func (c *Channel) begun(ctx context.Context, e errand, kept <-chan bool) {
	job := func() {
		if !<-kept {
			c.work.end()
			return
		}
		e.do(ctx, func(done bool) {
			defer c.work.end()
			switch {
			case e.id == "":
			case done:
				c.inbox.done(ctx, e.id)
			default:
				c.seen.forget(e.id)
				c.inbox.letGo(ctx, e.id)
			}
		})
	}
	if e.lane == "" {
		go job()
		return
	}
	c.lanes.add(e.lane, queued{e.order, c.ready(ctx, e), job})
}

// goOn runs a job, unless the channel has stopped.
func (c *Channel) goOn(job func()) {
	if !c.work.begin() {
		return
	}
	go func() {
		defer c.work.end()
		job()
	}()
}
