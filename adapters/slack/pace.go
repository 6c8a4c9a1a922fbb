package slack

import (
	"context"
	"sync"
	"time"
)

// What Slack takes in one channel (docs.slack.dev/apis/web-api/rate-limits): a
// message a second, with short bursts above. The hundredth of a second is for
// clocks that do not agree.
const (
	postEvery = 1010 * time.Millisecond
	postBurst = 3
)

// pace decides when a message may be posted in a channel.
type pace struct {
	mu    sync.Mutex
	whole map[string]time.Time // when a channel's allowance is whole again
	sweep int                  // how large whole may grow before it is swept
}

func newPace() *pace { return &pace{whole: map[string]time.Time{}, sweep: 1024} }

// wait returns when a message may be posted in a channel, or with the error of ctx.
func (p *pace) wait(ctx context.Context, channel string) error {
	for {
		d := p.take(channel, time.Now())
		if d == 0 {
			return ctx.Err()
		}
		if err := sleep(ctx, d); err != nil {
			return err
		}
	}
}

// take takes from a channel's allowance, or says how long there will be nothing to take.
func (p *pace) take(channel string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.whole) >= p.sweep {
		for id, at := range p.whole {
			if !at.After(now) {
				delete(p.whole, id)
			}
		}
		p.sweep = max(1024, 2*len(p.whole))
	}
	whole := later(p.whole[channel], now)
	if wait := whole.Sub(now) - (postBurst-1)*postEvery; wait > 0 {
		return wait
	}
	p.whole[channel] = whole.Add(postEvery)
	return 0
}

// hold keeps a channel's messages back for d.
func (p *pace) hold(channel string, d time.Duration, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.whole[channel] = later(p.whole[channel], now.Add(d+(postBurst-1)*postEvery))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// sleep waits for d, or returns the error of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
