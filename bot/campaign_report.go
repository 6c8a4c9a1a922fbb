package bot

import (
	"context"
	"errors"
	"slices"
)

// Progress is how far the sending of an announcement has come.
func (c *Campaigns) Progress(ctx context.Context, id string) (Progress, error) {
	a, err := c.known(ctx, id)
	if err != nil {
		return Progress{}, err
	}
	return c.bot.progress(ctx, a)
}

// Failure is a recipient whom an announcement did not reach, or may not have.
type Failure struct {
	Channel   string
	Language  Language
	Reason    Reason
	Reference string // of the volunteer, if it is one; empty: not known
}

// Failures hands on every one of an announcement, in the order of the
// audience: of a cancelled one also those to whom it was not sent any more.
func (c *Campaigns) Failures(ctx context.Context, id string, yield func(Failure) error) error {
	a, err := c.known(ctx, id)
	if err != nil {
		return err
	}
	next := 0
	begin := func(until int) error { // those of which nothing is stored: nobody in them was tried
		for ; next < until && a.State == Cancelled; next++ {
			if err := c.bot.failuresOf(ctx, a, batchKey(a.ID, next), &slip{Round: a.Round}, yield); err != nil {
				return err
			}
		}
		return nil
	}
	err = c.bot.slips(ctx, id, nil, func(d *Document, s *slip) error {
		_, n, err := readBatchKey(d.Key)
		if err := errors.Join(err, begin(n)); err != nil {
			return err
		}
		next = n + 1
		return c.bot.failuresOf(ctx, a, d.Key, s, yield)
	})
	if err != nil {
		return err
	}
	return begin(a.Batches)
}

// failuresOf hands on those of a batch.
func (b *Bot) failuresOf(ctx context.Context, a *Announcement, key string, s *slip, yield func(Failure) error) error {
	var of roll
	missed := func(l byte) bool { return a.missed(s, letter(l)) != "" }
	if len(s.Letters) > 0 && !slices.ContainsFunc([]byte(s.Letters), missed) {
		return nil
	}
	if _, err := loadDocument(ctx, b.store, DocumentAudience, key, &of); err != nil {
		return err
	}
	for i, r := range of.Recipients {
		l := letterWaiting
		if i < len(s.Letters) {
			l = letter(s.Letters[i])
		}
		reason := a.missed(s, l)
		if reason == "" {
			continue
		}
		channel, _ := r.Chat.Split()
		if err := yield(Failure{channel, r.Language, reason, r.Reference}); err != nil {
			return err
		}
	}
	return nil
}

// missed is why a recipient has nothing, or not for sure; empty: it has got
// it, wants nothing any more, or waits.
func (a *Announcement) missed(s *slip, l letter) Reason {
	switch {
	case a.State == Cancelled && s.waits(a, l):
		return ReasonCancelled
	case l == letterUnknown, l == letterClaimed && a.State != Sending:
		return ReasonUnknown
	}
	return failures[l]
}
