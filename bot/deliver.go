package bot

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	maxTries   = 5               // of a call that fails temporarily
	firstRetry = time.Second     // after which it is made again; each further one takes twice as long
	storeAway  = time.Second     // until somebody is claimed again who could not be
	lostWithin = 5 * time.Second // for noting that somebody is gone
)

// tries are those of one recipient.
type tries struct {
	n       int
	unknown bool // one of the calls may have been made
	backoff *backoff.ExponentialBackOff
}

// next is how long to wait for the next one; false when there were enough.
func (t *tries) next() (time.Duration, bool) {
	if t.backoff == nil {
		t.backoff = &backoff.ExponentialBackOff{InitialInterval: firstRetry, Multiplier: 2, MaxInterval: time.Minute}
		t.backoff.Reset()
	}
	t.n++
	return t.backoff.NextBackOff(), t.n < maxTries
}

var errWithdrawn = errors.New("recipient has withdrawn")

// work makes the calls that are handed out.
func (s *sender) work() {
	for j := range s.jobs {
		o := s.deliver(j)
		if reason, failed := failures[o.letter]; failed && reason.Gone() {
			s.gone(j.recipients[j.i])
		}
		s.outcomes <- o
	}
}

// deliver tries once to reach a recipient, and notes what came of it.
func (s *sender) deliver(j job) outcome {
	r := j.recipients[j.i]
	name, _ := r.Chat.Split()
	announcer := s.announcers[name]
	if announcer == nil {
		return s.failed(j, ReasonUnreachable)
	}
	// Who waits for the rates stops waiting with the sender; a call that is
	// claimed is made to its end.
	ctx, cancel := context.WithCancel(s.calls)
	defer cancel()
	detach := context.AfterFunc(s.ctx, cancel)
	defer detach()
	claimed, claimErr := false, error(nil)
	var entered time.Time
	defer func() { // nobody else is claimed before the outcome is written
		switch {
		case claimed:
			s.window.leave(entered)
		case !entered.IsZero():
			s.window.leave(time.Time{})
		}
	}()
	err := announcer.Announce(ctx, r.Chat, s.messages[r.Language], func() error {
		entered = s.window.enter()
		if !detach() {
			claimErr = context.Canceled
		} else {
			claimErr = s.claim(j, r)
		}
		claimed = claimErr == nil
		return claimErr
	})
	var undelivered *Undelivered
	switch {
	case errors.Is(claimErr, errWithdrawn):
		return s.settle(j, letterWithdrawn)
	case claimErr != nil:
		if errors.Is(claimErr, ErrConflict) {
			s.stop(claimErr)
		}
		return s.wait(j, storeAway)
	case err == nil:
		return s.settle(j, letterSent)
	case errors.As(err, &undelivered):
		s.bot.log.DebugContext(s.calls, "announcement not delivered", "id", s.of.ID, "reason", undelivered.Reason, "error", err)
		return s.failed(j, undelivered.Reason)
	case claimed:
		return s.failed(j, ReasonUnknown)
	case s.ctx.Err() != nil:
		return s.wait(j, 0)
	}
	s.bot.log.WarnContext(s.calls, "announcement not tried", "id", s.of.ID, "error", err)
	return s.failed(j, ReasonUnreachable)
}

// claim notes that a call is about to be made, unless the recipient does not
// want it any more.
func (s *sender) claim(j job, r recipient) error {
	wants, err := s.wants(s.calls, r)
	if err != nil {
		return err
	}
	if !wants {
		return errWithdrawn
	}
	return j.write(s.calls, j.i, letterClaimed).wait()
}

// wants reports whether a recipient wants announcements still.
func (s *sender) wants(ctx context.Context, r recipient) (bool, error) {
	subscriber, err := s.bot.store.Subscriber(ctx, r.Chat)
	if err != nil {
		return false, err
	}
	if !s.of.Audience.Volunteers || subscriber.Version > 0 && subscriber.State != Subscribed {
		return subscriber.State == Subscribed, nil
	}
	v, err := s.bot.store.Volunteer(ctx, r.Chat)
	return err == nil && v.Version > 0 && v.Status != StatusWithdrawn, err
}

// settle notes the last that is to be known of a recipient.
func (s *sender) settle(j job, l letter) outcome {
	j.write(s.calls, j.i, l)
	return outcome{job: j, letter: l}
}

// wait lets a recipient be tried again.
func (s *sender) wait(j job, after time.Duration) outcome {
	if j.letter(j.i) != letterWaiting {
		j.write(s.calls, j.i, letterWaiting)
	}
	return outcome{j, letterWaiting, after}
}

// failed notes that a call has failed: for good, or until it is made again.
func (s *sender) failed(j job, reason Reason) outcome {
	switch {
	case reason == ReasonLimited:
		return s.wait(j, 0) // the channel holds it back
	case reason.Final():
		return s.settle(j, letterOf(reason))
	case reason == ReasonUnknown && !s.of.Repeat:
		return s.settle(j, letterUnknown)
	}
	j.tries.unknown = j.tries.unknown || reason == ReasonUnknown
	after, more := j.tries.next()
	switch {
	case more:
		return s.wait(j, after)
	case j.tries.unknown:
		return s.settle(j, letterUnknown)
	}
	return s.settle(j, letterUnreachable)
}

// gone notes that nobody is there any more: they are asked when they come back.
// Of whoever has deleted their data since the call began, nothing is noted.
func (s *sender) gone(r recipient) {
	ctx, cancel := context.WithTimeout(s.calls, lostWithin)
	defer cancel()
	there, err := s.wants(ctx, r)
	if err == nil && there {
		err = s.bot.lose(ctx, r.Chat, r.Language)
	}
	if err == nil && there {
		err = again(func() error {
			c, err := s.bot.store.Conversation(ctx, r.Chat)
			if err != nil || c.Version == 0 || c.Gone {
				return err
			}
			c.Gone = true
			return s.bot.store.SaveConversation(ctx, c)
		})
	}
	if err != nil {
		s.bot.log.WarnContext(ctx, "not noted that a chat is gone", "error", err)
	}
}
