package bot

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"
)

// Announcements are sent by one replica at a time, so that the platforms'
// rates hold over all of them, and one after the other, in the order in which
// they were started. The others stand by; what they answer to citizens comes on
// top of the rates.

const (
	castEvery    = 500 * time.Millisecond // how often is looked for what other processes change
	castLease    = 4 * time.Second        // after which a sender that is silent is taken for dead
	castAtOnce   = 100                    // announcements that are looked at
	progressRest = 3 * time.Second        // between two updates of what staff see
)

// Broadcast sends the announcements that are released, on the channels that
// are known, until ctx ends. Then the calls under way are finished. [Bot.Run]
// does it as well.
func (b *Bot) Broadcast(ctx context.Context) error {
	calls, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, abort) })()
	tick := time.NewTicker(castEvery)
	defer tick.Stop()
	for {
		held, err := b.broadcastDue(ctx, calls)
		if held {
			b.release(DocumentAnnouncement)
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			b.log.WarnContext(ctx, "announcements not sent yet, trying again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-b.wake[DocumentAnnouncement]:
		}
	}
}

// broadcastDue sends what is due, if no other replica does, and reports
// whether it was this one's turn. What one announcement suffers from keeps
// none of the others waiting.
func (b *Bot) broadcastDue(ctx, calls context.Context) (held bool, err error) {
	list, err := b.dueAnnouncements(ctx)
	for _, a := range list {
		mine, leaseErr := b.lease(ctx, DocumentAnnouncement, castLease)
		if leaseErr != nil || !mine {
			return held, errors.Join(err, leaseErr)
		}
		held = true
		a, beginErr := b.begin(ctx, a)
		if beginErr != nil {
			err = errors.Join(err, beginErr)
			continue
		}
		sendErr := b.send(ctx, calls, a)
		if ctx.Err() != nil || errors.Is(sendErr, errNotMine) {
			return held, err
		}
		err = errors.Join(err, sendErr)
	}
	return held, err
}

// dueAnnouncements lists what is to be sent now, in its order.
func (b *Bot) dueAnnouncements(ctx context.Context) ([]*Announcement, error) {
	list, err := b.announcements(ctx, DocumentQuery{Kind: DocumentAnnouncement, Open: true, Oldest: true, Limit: castAtOnce})
	if err != nil {
		return nil, err
	}
	starts := map[string]time.Time{}
	list = slices.DeleteFunc(list, func(a *Announcement) bool {
		starts[a.ID] = a.Started
		if a.State == Scheduled {
			starts[a.ID], _, _ = a.Schedule.Resolve()
		}
		return !a.Due(b.now())
	})
	slices.SortFunc(list, func(x, y *Announcement) int {
		return cmp.Or(starts[x.ID].Compare(starts[y.ID]), cmp.Compare(x.ID, y.ID))
	})
	return list, nil
}

// begin starts what was scheduled; its audience is that of this moment. One
// that has grown beyond what a single person may release waits for a second
// one after all, and goes out as soon as that one approves.
func (b *Bot) begin(ctx context.Context, a *Announcement) (*Announcement, error) {
	if a.State != Scheduled {
		return a, nil
	}
	return b.editAnnouncement(ctx, a.ID, func(a *Announcement) error {
		if a.State != Scheduled {
			return errUnchanged
		}
		if a.Approver.ID == "" {
			size, err := b.audienceSize(ctx, a.Audience)
			if err != nil {
				return err
			}
			if n := SumReached(size); n > b.approval {
				a.State, a.Released, a.Schedule = Proposed, n, Schedule{}
				return nil
			}
		}
		a.State, a.Started = Sending, b.moment()
		return nil
	})
}

// send sends one announcement until all of it is sent, or it is not to be sent
// any more, or not by this replica.
func (b *Bot) send(ctx, calls context.Context, a *Announcement) error {
	if a.State != Sending {
		return nil
	}
	b.log.InfoContext(ctx, "announcement: sending", "id", a.ID)
	s := b.newSender(ctx, calls, a)
	if err := s.recall(); err != nil {
		return err
	}
	err := s.run()
	if why := (*pausing)(nil); errors.As(err, &why) {
		err = b.pauseFor(ctx, a.ID, why.reason)
	}
	switch {
	case ctx.Err() != nil:
		return nil
	case errors.Is(err, errAllSent):
		err = b.finish(ctx, a.ID)
	case errors.Is(err, errNotSending):
		return b.due(ctx, DocumentProgress, a.ID) // what was under way has come to an end since the card was drawn
	}
	return err
}

// pauseFor pauses an announcement for a reason. Where nobody is left to be sent
// to, it returns errAllSent instead.
func (b *Bot) pauseFor(ctx context.Context, id, reason string) error {
	_, err := b.editAnnouncement(ctx, id, func(a *Announcement) error {
		if a.State != Sending {
			return errUnchanged
		}
		p, err := b.progress(ctx, a)
		if err == nil && a.Listed && p.Waiting == 0 {
			err = errAllSent
		}
		a.pause(b.moment(), reason)
		return err
	})
	if err == nil {
		b.log.WarnContext(ctx, "announcement: paused", "id", id, "reason", reason)
	}
	return err
}

// finish notes what came of an announcement that is all sent.
func (b *Bot) finish(ctx context.Context, id string) error {
	if err := b.sweep(ctx, id); err != nil {
		return err
	}
	a, err := b.editAnnouncement(ctx, id, func(a *Announcement) error {
		if a.State != Sending {
			return errUnchanged
		}
		a.State, a.Ended = Finished, b.moment()
		p, err := b.progress(ctx, a)
		a.Result = &p
		return err
	})
	if err == nil && a.Result != nil {
		b.log.InfoContext(ctx, "announcement: sent", "id", a.ID, "recipients", a.Result.Total, "sent", a.Result.Sent,
			"unknown", a.Result.Unknown, "took", a.Took())
	}
	return err
}
