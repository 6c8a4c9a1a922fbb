package bot

import (
	"context"
	"slices"
)

// Progress is how far the sending of an announcement has come.
func (c *Campaigns) Progress(ctx context.Context, id string) (Progress, error) {
	a, err := c.bot.announcement(ctx, id)
	if err != nil {
		return Progress{}, err
	}
	if a == nil {
		return Progress{}, ErrNoAnnouncement
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

// Failures hands on every one of an announcement, in the order of the audience.
func (c *Campaigns) Failures(ctx context.Context, id string, yield func(Failure) error) error {
	a, err := c.bot.announcement(ctx, id)
	if err != nil {
		return err
	}
	if a == nil {
		return ErrNoAnnouncement
	}
	return c.bot.slips(ctx, id, func(d *Document, s *slip) error {
		if !slices.ContainsFunc([]byte(s.Letters), a.failed) {
			return nil
		}
		var of roll
		if _, err := loadDocument(ctx, c.bot.store, DocumentAudience, d.Key, &of); err != nil {
			return err
		}
		for i, r := range of.Recipients[:min(len(of.Recipients), len(s.Letters))] {
			if !a.failed(s.Letters[i]) {
				continue
			}
			reason, ok := failures[letter(s.Letters[i])]
			if !ok {
				reason = ReasonUnknown
			}
			channel, _ := r.Chat.Split()
			if err := yield(Failure{channel, r.Language, reason, r.Reference}); err != nil {
				return err
			}
		}
		return nil
	})
}

// failed reports whether a letter says that the recipient has nothing for sure.
func (a *Announcement) failed(l byte) bool {
	_, failed := failures[letter(l)]
	return failed || letter(l) == letterUnknown || letter(l) == letterClaimed && a.State != Sending
}
