package bot

import (
	"context"
	"time"
)

// defaultApproval is how many recipients one person may release for alone.
const defaultApproval = 100

// Release lets a draft go out to as many recipients as were confirmed, at its
// time. repeat: what may have arrived already when the program ended is sent
// again, rather than counted as unknown. Above [Config.Approval] recipients it
// is only proposed. It is refused with [*Incomplete] or [*SizeChanged] where
// that is the reason; the same release twice is one.
func (c *Campaigns) Release(ctx context.Context, id string, by Person, number int64, repeat bool) (*Announcement, error) {
	return c.release(ctx, id, "", by, number, repeat)
}

// release is that of a draft in the version that was seen, if one is named. Of
// another, it returns errMeanwhile.
func (c *Campaigns) release(ctx context.Context, id, seen string, by Person, number int64, repeat bool) (*Announcement, error) {
	return c.edit(ctx, id, func(a *Announcement) error {
		switch {
		case a.Running() && a.Releaser.ID == by.ID && a.Released == number:
			return errUnchanged
		case a.State != Drafted:
			return refuseState(a)
		case seen != "" && a.version() != seen:
			return errMeanwhile
		}
		if err := c.incomplete(a); err != nil {
			return err
		}
		size, err := c.Size(ctx, a.Audience)
		if err != nil {
			return err
		}
		switch n := SumReached(size); {
		case n == 0:
			return a.empty()
		case n != number:
			return &SizeChanged{Confirmed: number, Now: n}
		}
		a.Releaser, a.Released, a.Repeat = by, number, repeat
		if number > c.bot.approval {
			a.State = Proposed
			return nil
		}
		c.bot.start(a)
		return nil
	})
}

// start lets it go out now, or wait for its time.
func (b *Bot) start(a *Announcement) {
	if !a.Schedule.Now() {
		a.State = Scheduled
		return
	}
	a.State, a.Started = Sending, b.moment()
}

// moment is the time of something that happens to an announcement or a subscriber.
func (b *Bot) moment() time.Time { return b.now().UTC().Truncate(time.Millisecond) }

// Approve lets a proposed announcement go out, to however many there are by
// then: that is its Released afterwards. Who wrote or released it is refused
// with [ErrOwnApproval], and so is an audience in which nobody is, with
// [*Incomplete].
func (c *Campaigns) Approve(ctx context.Context, id string, by Person) (*Announcement, error) {
	return c.approve(ctx, id, by, nil)
}

// ApproveFor lets it go out to as many as were confirmed, and refuses any
// other number with [*SizeChanged].
func (c *Campaigns) ApproveFor(ctx context.Context, id string, by Person, number int64) (*Announcement, error) {
	return c.approve(ctx, id, by, &number)
}

func (c *Campaigns) approve(ctx context.Context, id string, by Person, number *int64) (*Announcement, error) {
	return c.edit(ctx, id, func(a *Announcement) error {
		switch {
		case a.Running() && a.Approver.ID == by.ID && by.ID != "":
			return errUnchanged
		case a.State != Proposed:
			return refuseState(a)
		case by.ID == a.Author.ID || by.ID == a.Releaser.ID:
			return ErrOwnApproval
		}
		if err := c.incomplete(a); err != nil {
			return err // its time has passed, for instance
		}
		size, err := c.Size(ctx, a.Audience)
		if err != nil {
			return err
		}
		switch n := SumReached(size); {
		case n == 0:
			return a.empty()
		case number != nil && n != *number:
			return &SizeChanged{Confirmed: *number, Now: n}
		default:
			a.Approver, a.Released = by, n
		}
		c.bot.start(a)
		return nil
	})
}

// Pause lets nothing more of it go out until [Campaigns.Resume]. Calls under
// way are finished.
func (c *Campaigns) Pause(ctx context.Context, id string, _ Person) (*Announcement, error) {
	return c.edit(ctx, id, func(a *Announcement) error {
		switch a.State {
		case Paused:
			return errUnchanged
		case Sending:
			a.pause(c.bot.moment(), "")
			return nil
		}
		return refuseState(a)
	})
}

// Resume goes on with a paused one. Where it had paused by itself, whoever goes
// on knows that much fails, and insists: the share that fails is not held
// against it any more, in this round. Fifty in a row, counted afresh, are.
func (c *Campaigns) Resume(ctx context.Context, id string, _ Person) (*Announcement, error) {
	return c.edit(ctx, id, func(a *Announcement) error {
		switch a.State {
		case Sending:
			return errUnchanged
		case Paused:
			a.Insisted = a.Insisted || a.Pause != ""
			a.State, a.Pause = Sending, ""
			a.rested(a.PausedAt, c.bot.moment())
			return nil
		}
		return refuseState(a)
	})
}

// Cancel ends what was released, for good: who has not got it does not get it.
func (c *Campaigns) Cancel(ctx context.Context, id string, _ Person) (*Announcement, error) {
	return c.edit(ctx, id, func(a *Announcement) error {
		switch {
		case a.State == Cancelled:
			return errUnchanged
		case !a.Running():
			return refuseState(a)
		}
		a.State, a.Ended = Cancelled, c.bot.moment()
		a.rested(a.PausedAt, a.Ended)
		return nil
	})
}

// Again tries a finished one once more with those whom it could not reach for
// reasons that pass, and with the unknown where those are sent to again, until
// it is forgotten who they were: see [Periods].
func (c *Campaigns) Again(ctx context.Context, id string, _ Person) (*Announcement, error) {
	return c.edit(ctx, id, func(a *Announcement) error {
		switch {
		case a.State == Sending && a.Round > 0:
			return errUnchanged
		case a.State != Finished:
			return refuseState(a)
		}
		p, err := c.bot.progress(ctx, a)
		if err != nil {
			return err
		}
		if a.Batches == 0 || c.bot.expired(a) || p.Failed[ReasonUnreachable] == 0 && (!a.Repeat || p.Unknown == 0) {
			return &Refusal{Message: "announce-nothing-again"}
		}
		a.rested(a.Ended, c.bot.moment())
		a.State, a.Ended, a.Result, a.Round, a.Insisted = Sending, time.Time{}, nil, a.Round+1, false
		return nil
	})
}
