package bot

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"
)

var (
	errAllSent    = errors.New("announcement is all sent")
	errNotSending = errors.New("announcement is not to be sent")
	errNotMine    = errors.New("another replica sends")
)

// pausing is why an announcement pauses by itself.
type pausing struct{ reason string }

func (p *pausing) Error() string { return p.reason }

const (
	maxRow     = 50  // failures one after the other
	enough     = 50  // outcomes, to tell a share by
	maxWorkers = 500 // calls under way
)

// sender sends one announcement. Its workers make the calls; one goroutine,
// that of run, hands out who is next and counts what came of it.
type sender struct {
	bot        *Bot
	of         *Announcement // as it was when the sender began
	announcers map[string]Announcer
	messages   map[Language]Message
	window     window

	ctx   context.Context // for what is handed out: ends with the reason
	stop  context.CancelCauseFunc
	calls context.Context // for what is under way
	group sync.WaitGroup

	mu     sync.Mutex
	a      *Announcement // as far as it is listed
	listed chan struct{} // holds a value when a has changed

	opened   chan *batch // the next to send; closed after the last
	jobs     chan job
	outcomes chan outcome
	due      chan job // is to be tried again

	// Of run.
	batches  []*batch
	row      int // failures one after the other
	tried    int
	failures int
}

func (b *Bot) newSender(ctx, calls context.Context, a *Announcement) *sender {
	s := &sender{
		bot: b, announcers: b.announcers(), messages: map[Language]Message{}, calls: calls, of: a, a: a, listed: make(chan struct{}, 1),
		opened: make(chan *batch), jobs: make(chan job), outcomes: make(chan outcome), due: make(chan job),
	}
	s.ctx, s.stop = context.WithCancelCause(ctx)
	for _, announcer := range s.announcers {
		s.window.rate += announcer.Rate()
	}
	s.window.now = b.now
	for _, lang := range b.texts.Languages() {
		s.messages[lang] = b.announced(a, lang)
	}
	return s
}

// recall counts what came of it before a pause or a crash: a share that fails
// is one of all, as staff see it. Another round counts alone.
func (s *sender) recall() error {
	if s.of.Round > 0 {
		return nil
	}
	p, err := s.bot.progress(s.ctx, s.of)
	s.failures = int(p.failed())
	s.tried = s.failures + int(p.Sent)
	return err
}

// run returns why nothing more is to be sent, when nothing is under way.
func (s *sender) run() error {
	for _, do := range []func() error{s.watch, s.list, s.open} {
		s.group.Go(func() {
			if err := do(); err != nil {
				s.stop(err)
			}
		})
	}
	for range s.workers() {
		s.group.Go(s.work)
	}
	s.hand()
	close(s.jobs)
	s.group.Wait()
	for _, o := range s.batches {
		if err := o.close(); err != nil {
			s.stop(err)
		}
	}
	return context.Cause(s.ctx)
}

// workers is how many it takes to keep the rates up while a claim and its call
// take half a second. Most of them wait for the rates: how many have claimed
// somebody is for the window to say. No more than these are called at once when
// a store that was slow has claimed them all.
func (s *sender) workers() int { return int(math.Min(s.window.rate/2+4, maxWorkers)) }

// hand hands out the recipients until all have an outcome, or ctx ends and
// nothing is under way.
func (s *sender) hand() {
	var q queue
	for opened := s.opened; ; {
		next, jobs := q.next(), s.jobs
		if next.batch == nil {
			jobs = nil
		}
		if opened == nil && q.empty() {
			s.stop(errAllSent)
			return
		}
		more := opened
		if q.full() {
			more = nil
		}
		done := s.ctx.Done()
		if s.ctx.Err() != nil {
			if q.called == 0 {
				return
			}
			more, jobs, done = nil, nil, nil
		}
		select {
		case <-done:
		case o, ok := <-more:
			if !ok {
				opened = nil
				continue
			}
			s.batches = append(s.batches, o)
			if !q.add(o) {
				s.shut(o)
			}
		case jobs <- next:
			q.taken()
		case j := <-s.due:
			q.again = append(q.again, j)
		case o := <-s.outcomes:
			if o.letter != letterWaiting {
				s.count(o.letter)
			} else {
				s.later(o)
			}
			if q.settled(o) {
				s.shut(o.batch)
			}
		}
	}
}

// later has a job handed out again.
func (s *sender) later(o outcome) {
	time.AfterFunc(o.after, func() {
		select {
		case s.due <- o.job:
		case <-s.ctx.Done():
		}
	})
}

// count pauses the announcement when too much fails.
func (s *sender) count(l letter) {
	if l == letterWithdrawn {
		return
	}
	s.tried++
	s.row++
	s.failures++
	if l == letterSent {
		s.row = 0
		s.failures--
	}
	switch {
	case s.row >= maxRow:
		s.stop(&pausing{PauseRow})
	case s.tried >= enough && s.failures*5 > s.tried && !s.of.Insisted:
		s.stop(&pausing{PauseFailing})
	}
}

// shut forgets, when a batch is done, who was in it.
func (s *sender) shut(o *batch) {
	for i := range s.batches {
		if s.batches[i] == o {
			s.batches = append(s.batches[:i], s.batches[i+1:]...)
			break
		}
	}
	s.group.Go(func() {
		if err := o.close(); err != nil {
			s.stop(err)
		} else if err := s.bot.trim(s.calls, s.of, o.key); err != nil {
			s.bot.log.DebugContext(s.calls, "batch not trimmed yet", "error", err)
		}
	})
}

func (s *sender) announcement() *Announcement {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.a
}

// list lists the audience as fast as the store does, until all are.
func (s *sender) list() error {
	for a := s.announcement(); !a.Listed && s.ctx.Err() == nil; {
		next, err := s.bot.list(s.ctx, a)
		if err != nil {
			return err
		}
		a = next
		s.mu.Lock()
		s.a = a
		s.mu.Unlock()
		select {
		case s.listed <- struct{}{}:
		default:
		}
	}
	return nil
}

// open opens one batch after the other that has somebody waiting.
func (s *sender) open() error {
	done, err := s.bot.doneBatches(s.ctx, s.of)
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		for a := s.announcement(); n >= a.Batches; a = s.announcement() {
			if a.Listed {
				close(s.opened)
				return nil
			}
			select {
			case <-s.listed:
			case <-s.ctx.Done():
				return nil
			}
		}
		if done[n] {
			continue
		}
		o, err := s.bot.openBatch(s.ctx, s.calls, s.of, n)
		if err != nil {
			return err
		}
		select {
		case s.opened <- o:
		case <-s.ctx.Done():
			return o.close()
		}
	}
}

// watch ends the sending when the announcement is not to be sent any more, or
// not by this replica.
func (s *sender) watch() error {
	tick := time.NewTicker(castEvery)
	defer tick.Stop()
	var shown time.Time
	for {
		if now := s.bot.now(); now.Sub(shown) >= progressRest || now.Before(shown) {
			shown = now
			if err := s.bot.due(s.ctx, DocumentProgress, s.of.ID); err != nil {
				s.bot.log.DebugContext(s.ctx, "progress not shown", "error", err)
			}
		}
		select {
		case <-s.ctx.Done():
			return nil
		case <-tick.C:
		case <-s.bot.wake[DocumentAnnouncement]:
		}
		// A store that is away tells nothing, and lets nobody be claimed either.
		mine, err := s.bot.lease(s.ctx, DocumentAnnouncement, castLease)
		if err == nil && !mine {
			return errNotMine
		}
		a, err := s.bot.announcement(s.ctx, s.of.ID)
		if err == nil && (a == nil || a.State != Sending) {
			return errNotSending
		}
	}
}
