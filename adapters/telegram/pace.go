package telegram

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What Telegram forgives in one chat (core.telegram.org/bots/faq): a message a
// second to a person, three of them at once; twenty a minute to a group, which
// five at once and then one every four seconds keep in any minute. The
// hundredth of a second is for clocks that do not agree.
const (
	personEvery, personBurst = 1010 * time.Millisecond, 3
	groupEvery, groupBurst   = 4 * time.Second, 5
)

// pace decides when a message may go out. Everything that is sent passes
// through wait, so that here is the place to let replies pass announcements.
type pace struct {
	all   *rate.Limiter
	chats bool // whether single chats are limited

	mu    sync.Mutex
	whole map[int64]time.Time // when a chat's allowance is whole again
	sweep int                 // how large whole may grow before it is swept
	held  time.Time           // until when Telegram wants to hear nothing
}

// newPace allows perSecond messages in all. At most a third of a second's
// worth goes out at once: what the network bunches up must not look like more
// to Telegram.
func newPace(perSecond float64, chats bool) *pace {
	burst := min(max(int(perSecond/3), 1), 20)
	return &pace{
		all:   rate.NewLimiter(rate.Limit(perSecond), burst),
		chats: chats,
		whole: map[int64]time.Time{},
		sweep: 1024,
	}
}

// wait returns when a message may be sent to a chat, or with the error of ctx.
// For chat zero, what is sent counts against no rate and waits only while
// Telegram wants to hear nothing. arrived wants to have counted.
func (p *pace) wait(ctx context.Context, chat int64) (counted time.Time, err error) {
	for chat != 0 && p.chats {
		at, d := p.take(chat, time.Now())
		if d == 0 {
			counted = at
			break
		}
		if err := sleep(ctx, d); err != nil {
			return counted, err
		}
	}
	for {
		if err := sleep(ctx, p.holding(time.Now())); err != nil {
			return counted, err
		}
		if chat == 0 {
			return counted, nil
		}
		r := p.all.Reserve()
		if err := sleep(ctx, r.Delay()); err != nil {
			r.Cancel()
			return counted, err
		}
		if p.holding(time.Now()) == 0 {
			return counted, nil
		}
	}
}

func every(chat int64) (interval time.Duration, burst int) {
	if chat < 0 {
		return groupEvery, groupBurst
	}
	return personEvery, personBurst
}

// take takes from a chat's allowance and says as of when, or else how long
// there will be nothing to take. It promises nothing for later, since arrived
// may put that off.
func (p *pace) take(chat int64, now time.Time) (counted time.Time, wait time.Duration) {
	interval, burst := every(chat)
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
	whole := later(p.whole[chat], now)
	if wait := whole.Sub(now) - time.Duration(burst-1)*interval; wait > 0 {
		return whole, wait
	}
	p.whole[chat] = whole.Add(interval)
	return whole, 0
}

// arrived puts a chat's allowance off: Telegram has counted a message when it
// came, which may have been as late as its answer.
func (p *pace) arrived(chat int64, counted, now time.Time) {
	late := now.Sub(counted)
	if chat == 0 || !p.chats || late <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.whole[chat] = later(p.whole[chat], counted).Add(late)
}

// hold keeps everything back for d.
func (p *pace) hold(d time.Duration, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = later(p.held, now.Add(d))
}

func (p *pace) holding(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(0, p.held.Sub(now))
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
