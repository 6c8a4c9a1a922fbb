package telegram

import (
	"context"
	"math"
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

// pace decides when a message may go out. Replies pass through wait, and take
// whatever the rates allow; announcements pass through yield, one at a time,
// and leave a share of each allowance untouched. So a reply finds something to
// take while a thousand announcements wait, and where nothing is left, all
// replies that wait go first.
type pace struct {
	all   *rate.Limiter
	spare float64       // how much of all's burst announcements leave alone
	turn  chan struct{} // held by the announcement that goes next
	chats bool          // whether single chats are limited

	mu    sync.Mutex
	whole map[int64]time.Time // when a chat's allowance is whole again
	sweep int                 // how large whole may grow before it is swept
	held  time.Time           // until when Telegram wants to hear nothing
}

// newPace allows perSecond messages in all. At most a third of a second's
// worth goes out at once, and of a high rate less: what the network bunches up
// must not look like more to Telegram. Nothing at all would lose what falls due
// while the machine is busy with something else.
func newPace(perSecond float64, chats bool) *pace {
	burst := int(max(1, min(perSecond/3, max(20, perSecond/15))))
	return &pace{
		all:   rate.NewLimiter(rate.Limit(perSecond), burst),
		spare: float64(burst / 2),
		turn:  make(chan struct{}, 1),
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
		_, burst := every(chat)
		at, d := p.take(chat, burst, time.Now())
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

// yield is wait for an announcement. In its own chat it waits for the whole
// allowance, to leave the rest to replies.
func (p *pace) yield(ctx context.Context, chat int64) (counted time.Time, err error) {
	for {
		var busy time.Duration
		err := inTurn(ctx, p.turn, func() (err error) {
			counted, busy, err = p.next(ctx, chat)
			return err
		})
		if err != nil || busy == 0 {
			return counted, err
		}
		if err := sleep(ctx, busy); err != nil {
			return counted, err
		}
	}
}

// next waits for all rates but the chat's: for as long as that is busy, others
// have their turn.
func (p *pace) next(ctx context.Context, chat int64) (counted time.Time, busy time.Duration, err error) {
	for {
		now := time.Now()
		if wait := max(p.holding(now), lack(p.all, p.spare+1, now)); wait > 0 {
			if err := sleep(ctx, wait); err != nil {
				return counted, 0, err
			}
			continue
		}
		if p.chats {
			if counted, busy = p.take(chat, 1, now); busy > 0 {
				return counted, busy, nil
			}
		}
		return counted, 0, sleep(ctx, p.all.ReserveN(now, 1).DelayFrom(now))
	}
}

// inTurn does something while nobody else does who needs the same turn.
func inTurn(ctx context.Context, turn chan struct{}, do func() error) error {
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
		return do()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lack is how long it takes until a limiter holds n. Unlike a reservation, it
// is asked again after the wait: what comes late is not made up for by more
// than the limiter's burst.
func lack(l *rate.Limiter, n float64, now time.Time) time.Duration {
	return max(0, time.Duration(math.Ceil((n-l.TokensAt(now))/float64(l.Limit())*1e9)))
}

func every(chat int64) (interval time.Duration, burst int) {
	if chat < 0 {
		return groupEvery, groupBurst
	}
	return personEvery, personBurst
}

// take takes from a chat's allowance, as if that were of burst messages at
// most, and says as of when, or else how long there will be nothing to take.
// It promises nothing for later, since arrived may put that off.
func (p *pace) take(chat int64, burst int, now time.Time) (counted time.Time, wait time.Duration) {
	interval, _ := every(chat)
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

// hold keeps everything back for d, and reports whether nothing was so before.
func (p *pace) hold(d time.Duration, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	free := !p.held.After(now)
	p.held = later(p.held, now.Add(d))
	return free
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
