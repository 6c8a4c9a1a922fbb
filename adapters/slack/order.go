package slack

import (
	"context"
	"encoding/json"
	"time"
)

// What people write in a thread is passed on in the order in which they wrote
// it. Slack delivers out of it where a connection breaks: what was under way
// comes again, behind what was written since, and perhaps to another replica.
const (
	unsettled = 10 * time.Second       // after a connection has begun or ended
	settleFor = 2 * time.Second        // how long what is ordered waits then for what comes before it
	beforeFor = 2 * heldFor            // how long it waits for what is stored and comes before it
	askEvery  = 300 * time.Millisecond // whether that is done
)

// ready is for how long an errand has still to wait for its turn.
func (c *Channel) ready(ctx context.Context, e errand) func() time.Duration {
	if e.order == "" {
		return func() time.Duration { return 0 }
	}
	since, settled := time.Now(), true
	if broke := c.broke.Load(); broke != nil && time.Since(*broke) < unsettled {
		settled = false
	}
	return func() time.Duration {
		waited := time.Since(since)
		switch {
		case c.work.stopping() || ctx.Err() != nil:
			return 0
		case !settled && waited < settleFor:
			return settleFor - waited
		case waited < beforeFor && c.inbox.owes(ctx, e):
			return askEvery
		}
		return 0
	}
}

// owes tells whether another replica has still to do what comes before e. A
// store that does not answer keeps nobody waiting.
func (b *inbox) owes(ctx context.Context, e errand) bool {
	ctx, cancel := context.WithTimeout(ctx, keepWithin)
	defer cancel()
	for d, err := range b.open(ctx) {
		if err != nil {
			return false
		}
		var n entry
		if json.Unmarshal([]byte(d.Data), &n) == nil && n.Lane == e.lane && n.Order != "" && n.Order < e.order && !b.holds(d.Key) {
			return true
		}
	}
	return false
}
