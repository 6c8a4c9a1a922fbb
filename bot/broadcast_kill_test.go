package bot_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

var seeds = flag.Int("seeds", 40, "how many random courses of an announcement are tried")

// TestKilledAnywhereNobodyIsReachedTwice lets announcements run their course
// on one or two processes that are killed at random calls of the store and of
// the platform, with answers that are lost, people who leave and staff who
// intervene.
func TestKilledAnywhereNobodyIsReachedTwice(t *testing.T) {
	for seed := range *seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { newFate(t, uint64(seed)).run() })
		})
	}
}

// fate decides by chance what happens to an announcement.
type fate struct {
	*testing.T
	mu    sync.Mutex
	rand  *rand.Rand
	store *bottest.Store
	crowd *bottest.Crowd
	staff *bot.Campaigns

	people, replicas int
	repeat, cancels  bool
	stalls           bool // processes stand still for longer than their lease, and do not know
	kills            int  // that may still happen
	killed, lost     int
	left             map[bot.ChatID]time.Time
}

func newFate(t *testing.T, seed uint64) *fate {
	f := &fate{T: t, rand: rand.New(rand.NewPCG(seed, 0)), store: bottest.NewStore(), left: map[bot.ChatID]time.Time{}}
	f.crowd = bottest.NewCrowd(f.store)
	if f.stalls = f.oneIn(2); f.stalls { // what was claimed before may be another's by now
		f.crowd = bottest.NewCrowd(nil)
	}
	f.crowd.Answer(f.answer)
	f.people, f.replicas, f.repeat, f.cancels = 1+f.upTo(120), 1+f.upTo(2), f.oneIn(3), f.oneIn(6)
	f.kills = f.upTo(12)
	b := newBotAt(t, f.store, time.Now)
	b.Know(f.crowd.Announcer("test", 100))
	f.staff = b.Campaigns()
	subscribe(t, f.store, f.people)
	return f
}

func (f *fate) upTo(n int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.rand.IntN(n)
}

func (f *fate) oneIn(n int) bool { return f.upTo(n) == 0 }

// pause takes up to so long.
func (f *fate) pause(most time.Duration) { time.Sleep(time.Duration(f.upTo(int(most)))) }

// answer is what the platform does with a call.
func (f *fate) answer(bot.ChatID) (taken bool, err error) {
	f.pause(20 * time.Millisecond)
	switch n := f.upTo(100); {
	case n < 3:
		return false, undelivered(bot.ReasonUnreachable)
	case n < 5:
		f.mu.Lock()
		f.lost++
		f.mu.Unlock()
		return f.oneIn(2), undelivered(bot.ReasonUnknown)
	case n < 7:
		return false, undelivered(bot.ReasonLimited)
	case n < 10:
		return false, undelivered([]bot.Reason{bot.ReasonBlocked, bot.ReasonDeactivated, bot.ReasonNotFound, bot.ReasonRejected}[f.upTo(4)])
	}
	return true, nil
}

func (f *fate) run() {
	ctx := f.Context()
	a := written()
	err := f.staff.Save(ctx, a)
	if err == nil {
		a, err = f.staff.Release(ctx, a.ID, releaser, int64(f.people), f.repeat)
	}
	if err == nil && a.State == bot.Proposed {
		a, err = f.staff.Approve(ctx, a.ID, approver)
	}
	if err != nil {
		f.Fatal(err)
	}
	living, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	for range f.replicas {
		group.Go(func() { f.live(living) })
	}
	group.Go(func() { f.leave(living) })
	f.watch(a.ID)
	stop()
	group.Wait()
	f.judge(a.ID)
}

// watch intervenes now and then until the announcement is over.
func (f *fate) watch(id string) {
	again := f.oneIn(2)
	for start := time.Now(); ; {
		f.pause(2 * time.Second)
		a, err := f.staff.Announcement(f.Context(), id)
		switch {
		case err != nil:
			f.Fatal(err)
		case a.State == bot.Finished && again:
			again = false
			_, err = f.staff.Again(f.Context(), id, releaser)
		case a.Over():
			time.Sleep(10 * time.Second) // what is under way is finished
			return
		case time.Since(start) > 30*time.Minute:
			f.Fatalf("stuck: %+v", a)
		case f.cancels && f.oneIn(3):
			_, err = f.staff.Cancel(f.Context(), id, releaser)
		case a.State == bot.Paused:
			_, err = f.staff.Resume(f.Context(), id, releaser)
		case f.oneIn(8):
			_, err = f.staff.Pause(f.Context(), id, releaser)
		}
		if _, _, refused := bot.Explain(err); err != nil && !refused { // it may be over by now
			f.Error(err)
		}
	}
}

// leave lets people go.
func (f *fate) leave(ctx context.Context) {
	for {
		f.pause(400 * time.Millisecond)
		if ctx.Err() != nil {
			return
		}
		chat := chatOf(f.upTo(f.people))
		s, err := f.store.Subscriber(f.Context(), chat)
		if err == nil && s.State == bot.Subscribed {
			if f.oneIn(2) {
				err = f.store.DeleteSubscriber(f.Context(), chat)
			} else {
				s.State = bot.Unsubscribed
				err = f.store.SaveSubscriber(f.Context(), s)
			}
			f.left[chat] = time.Now()
		}
		if err != nil && !errors.Is(err, bot.ErrConflict) {
			f.Error(err)
		}
	}
}

// live runs one process after the other.
func (f *fate) live(ctx context.Context) {
	for ctx.Err() == nil {
		p := &process{fate: f, Store: f.store, left: -1}
		f.mu.Lock()
		if f.kills > 0 {
			f.kills--
			p.left = f.rand.IntN(250)
		}
		f.mu.Unlock()
		b := newBotAt(f.T, p, time.Now)
		b.Batches(10)
		b.Know(&mortal{f.crowd.Announcer("test", 100), p})
		dying, die := context.WithCancel(ctx)
		p.die = die
		if err := b.Broadcast(dying); err != nil {
			f.Error(err)
		}
		die()
		f.pause(3 * time.Second)
	}
}

// judge compares what the report says with what people got.
func (f *fate) judge(id string) {
	if err := f.crowd.Problems(); err != nil {
		f.Error(err)
	}
	a, err := f.staff.Announcement(f.Context(), id)
	if err != nil {
		f.Fatal(err)
	}
	p, err := f.staff.Progress(f.Context(), id)
	if err != nil {
		f.Fatal(err)
	}
	sum, over := p.Waiting+p.Sent+p.Unknown+p.Withdrawn, a.State == bot.Finished
	for _, n := range p.Failed {
		sum += n
	}
	reached := int64(f.crowd.Reached())
	const workers = 100/2 + 4
	switch most := int64(f.lost + f.killed*workers); {
	case sum != p.Total || over && (p.Waiting > 0 || p.Total+int64(len(f.left)) < int64(f.people)):
		f.Errorf("%+v does not add up for %d people", p, f.people)
	case reached < p.Sent || reached > p.Sent+p.Unknown && !f.repeat:
		f.Errorf("%d reached: %+v", reached, p)
	case p.Unknown > most:
		f.Errorf("%d unknown after %d lost answers and %d kills", p.Unknown, f.lost, f.killed)
	}
	for i := range f.people {
		chat := chatOf(i)
		got := f.crowd.Got(chat)
		if len(got) > 1 && !f.repeat {
			f.Errorf("%s got it %d times", chat, len(got))
		}
		// Whom a call was under way for when they left gets it still.
		if at := f.left[chat]; !f.stalls && !at.IsZero() && len(got) > 0 && got[len(got)-1].Sub(at) > 100*time.Millisecond {
			f.Errorf("%s got it %v after leaving", chat, got[len(got)-1].Sub(at))
		}
	}
}

// process is the life of one program: after so many calls of the store and of
// the platform it is dead, and nothing it does has any effect.
type process struct {
	*fate
	bot.Store
	left    int // calls; negative: it is not killed
	dead    bool
	stalled time.Time // until when it stands still
	die     context.CancelFunc
}

var errDead = errors.New("the process is dead")

// step says of a call whether it takes place, and whether its answer arrives.
func (p *process) step() (takes, answers bool) {
	p.pause(3 * time.Millisecond)
	p.mu.Lock()
	if p.stalls && p.rand.IntN(300) == 0 {
		p.stalled = time.Now().Add(7 * time.Second)
		p.killed++ // for all that others see
	}
	wait := time.Until(p.stalled)
	p.mu.Unlock()
	time.Sleep(wait)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead {
		return false, false
	}
	if p.left--; p.left == 0 {
		p.dead = true
		p.killed++
		p.die()
		return p.rand.IntN(2) == 0, false
	}
	return true, true
}

// call does one call of the store; some fail, and the answers of some are lost.
func call[T any](p *process, do func() (T, error)) (result T, err error) {
	takes, answers := p.step()
	if answers && p.oneIn(60) {
		takes, answers = p.oneIn(2), false
	}
	if takes {
		result, err = do()
	}
	if !answers {
		var none T
		return none, errDead
	}
	return result, err
}

func (p *process) Document(ctx context.Context, kind bot.DocumentKind, key string) (*bot.Document, error) {
	return call(p, func() (*bot.Document, error) { return p.Store.Document(ctx, kind, key) })
}

func (p *process) Documents(ctx context.Context, q bot.DocumentQuery) ([]*bot.Document, error) {
	return call(p, func() ([]*bot.Document, error) { return p.Store.Documents(ctx, q) })
}

func (p *process) SaveDocument(ctx context.Context, d *bot.Document) error {
	version, err := call(p, func() (int64, error) {
		saved := *d
		err := p.Store.SaveDocument(ctx, &saved)
		return saved.Version, err
	})
	if err == nil {
		d.Version = version
	}
	return err
}

func (p *process) DeleteDocument(ctx context.Context, d *bot.Document) error {
	_, err := call(p, func() (bool, error) { return true, p.Store.DeleteDocument(ctx, d) })
	return err
}

func (p *process) Subscriber(ctx context.Context, chat bot.ChatID) (*bot.Subscriber, error) {
	return call(p, func() (*bot.Subscriber, error) { return p.Store.Subscriber(ctx, chat) })
}

func (p *process) Subscribers(ctx context.Context, q bot.SubscriberQuery) ([]*bot.Subscriber, error) {
	return call(p, func() ([]*bot.Subscriber, error) { return p.Store.Subscribers(ctx, q) })
}

func (p *process) SaveSubscriber(ctx context.Context, s *bot.Subscriber) error {
	_, err := call(p, func() (bool, error) { return true, p.Store.SaveSubscriber(ctx, s) })
	return err
}

// mortal is the announcer of a process.
type mortal struct {
	*bottest.Announcer
	p *process
}

func (m *mortal) Announce(ctx context.Context, chat bot.ChatID, message bot.Message, claim func() error) error {
	var takes, answers bool
	err := m.Announcer.Announce(ctx, chat, message, func() error {
		if err := claim(); err != nil {
			return err
		}
		if takes, answers = m.p.step(); !takes {
			return errDead
		}
		return nil
	})
	if takes && !answers {
		return errDead
	}
	return err
}
