package slack

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What Slack takes in one channel (docs.slack.dev/apis/web-api/rate-limits): a
// message a second, with short bursts above. The hundredth of a second is for
// clocks that do not agree.
const (
	postEvery = 1010 * time.Millisecond
	postBurst = 3
)

// announceRate is how many announcements a second are posted in all. Slack
// takes "several hundred" messages a minute in one workspace, and gives no
// number: these leave enough of the smallest that this can mean to replies.
const announceRate = 3

// pace decides when a message may be posted in a channel.
type pace struct {
	turn  chan struct{} // held by the announcement that goes next
	all   *rate.Limiter // of announcements
	mu    sync.Mutex
	whole map[string]time.Time // when a channel's allowance is whole again
	sweep int                  // how large whole may grow before it is swept
	held  time.Time            // until when nothing is announced
}

func newPace() *pace {
	return &pace{turn: make(chan struct{}, 1), all: rate.NewLimiter(announceRate, 1), whole: map[string]time.Time{}, sweep: 1024}
}

// wait returns when a message may be posted in a channel, or with the error of ctx.
func (p *pace) wait(ctx context.Context, channel string) error {
	for {
		d := p.take(channel, postBurst, time.Now())
		if d == 0 {
			return ctx.Err()
		}
		if err := sleep(ctx, d); err != nil {
			return err
		}
	}
}

// yield is wait for an announcement. In its channel it waits for the whole
// allowance, to leave the rest to replies; for as long, others have their turn.
func (p *pace) yield(ctx context.Context, channel string) error {
	for {
		select {
		case p.turn <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		busy, err := p.next(ctx, channel)
		<-p.turn
		if err != nil || busy == 0 {
			return err
		}
		if err := sleep(ctx, busy); err != nil {
			return err
		}
	}
}

// next waits for the rate of all announcements and takes from the channel's
// allowance, or says how long there will be nothing to take.
func (p *pace) next(ctx context.Context, channel string) (busy time.Duration, err error) {
	for {
		if err := sleep(ctx, p.holding(time.Now())); err != nil {
			return 0, err
		}
		now := time.Now()
		if !p.all.AllowN(now, 1) {
			lack := 1 - p.all.TokensAt(now)
			if err := sleep(ctx, time.Duration(lack/announceRate*float64(time.Second))+time.Microsecond); err != nil {
				return 0, err
			}
			continue
		}
		return p.take(channel, 1, now), nil
	}
}

// silence keeps all announcements back for d.
func (p *pace) silence(d time.Duration, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = later(p.held, now.Add(d))
}

func (p *pace) holding(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(0, p.held.Sub(now))
}

// take takes from a channel's allowance, as if that were of burst messages at
// most, or says how long there will be nothing to take.
func (p *pace) take(channel string, burst int, now time.Time) time.Duration {
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
	if wait := whole.Sub(now) - time.Duration(burst-1)*postEvery; wait > 0 {
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
