package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// rollsAtOnce is how many rolls are read at once.
const rollsAtOnce = 20

// rolls hands on the stored batches of recipients that still say who one of
// them is: of one announcement, or of all where id is empty.
func (b *Bot) rolls(ctx context.Context, id string, yield func(d *Document) error) error {
	q := DocumentQuery{Kind: DocumentAudience, Open: true, Oldest: true, Limit: rollsAtOnce}
	if id != "" {
		q.Prefix = id + "/"
	}
	for d, err := range EachDocument(ctx, b.store, q) {
		if err != nil {
			return err
		}
		if err := yield(d); err != nil {
			return err
		}
	}
	return nil
}

// editRoll changes a batch of recipients, unless change returns false. One
// that holds nobody any more is closed.
func (b *Bot) editRoll(ctx context.Context, key string, change func(*roll) bool) error {
	return again(func() error {
		var of roll
		d, err := loadDocument(ctx, b.store, DocumentAudience, key, &of)
		if err != nil || d.Version == 0 || !change(&of) {
			return err
		}
		d.Open = slices.ContainsFunc(of.Recipients, func(r recipient) bool { return !r.erased() || r.Reference != "" })
		return saveDocument(ctx, b.store, d, &of)
	})
}

// trim forgets who was in a batch that is done, but for those who may be sent
// to again. Volunteers who were not reached are known by their reference.
func (b *Bot) trim(ctx context.Context, a *Announcement, key string) error {
	var s slip
	d, err := loadDocument(ctx, b.store, DocumentBatch, key, &s)
	if err != nil || d.Version == 0 || s.open() {
		return err
	}
	var failed error
	err = b.editRoll(ctx, key, func(of *roll) bool {
		changed := false
		for i := range of.Recipients[:min(len(of.Recipients), len(s.Letters))] {
			r, l := &of.Recipients[i], s.Letters[i]
			if r.erased() || a.waitsAgain(letter(l)) {
				continue
			}
			if a.missed(&s, letter(l)) != "" && r.Reference == "" {
				v, err := b.store.Volunteer(ctx, r.Chat)
				if failed = err; err != nil {
					return false
				}
				r.Reference = v.Reference
			}
			r.erase()
			of.Next, changed = "", true
		}
		return changed
	})
	return errors.Join(err, failed)
}

// sweep trims what a sender that was stopped has left.
func (b *Bot) sweep(ctx context.Context, id string) error {
	a, err := b.announcement(ctx, id)
	if err != nil || a == nil {
		return err
	}
	return b.rolls(ctx, id, func(d *Document) error { return b.trim(ctx, a, d.Key) })
}

// doneBatches are the numbers of those in which nobody waits.
func (b *Bot) doneBatches(ctx context.Context, a *Announcement) (map[int]bool, error) {
	done := map[int]bool{}
	err := b.slips(ctx, a.ID, nil, func(d *Document, s *slip) error {
		_, n, err := readBatchKey(d.Key)
		if err != nil {
			return err
		}
		done[n] = s.done(a)
		return nil
	})
	return done, err
}

// forgetRecipient takes a chat out of all audiences, and a volunteer's reference.
func (b *Bot) forgetRecipient(ctx context.Context, chat ChatID, reference string) error {
	return b.rolls(ctx, "", func(d *Document) error {
		// Few rolls hold the chat, and reading one takes longer than this.
		if !strings.Contains(d.Data, string(chat)) && (reference == "" || !strings.Contains(d.Data, reference)) {
			return nil
		}
		past, err := b.listedPast(ctx, d.Key)
		if err != nil {
			return err
		}
		return b.editRoll(ctx, d.Key, func(of *roll) bool {
			changed := false
			for i := range of.Recipients {
				if r := &of.Recipients[i]; r.Chat == chat || reference != "" && r.Reference == reference {
					r.erase()
					r.Reference, changed = "", true
				}
			}
			if of.Next == string(chat) && past {
				of.Next, changed = "", true
			}
			return changed
		})
	})
}

// listedPast reports whether nobody needs to know any more where the listing
// goes on after a batch.
func (b *Bot) listedPast(ctx context.Context, key string) (bool, error) {
	id, n, err := readBatchKey(key)
	if err != nil {
		return false, err
	}
	a, err := b.announcement(ctx, id)
	return err == nil && (a == nil || a.Over() || n < a.Batches), err
}

// readBatchKey is what [batchKey] was made of.
func readBatchKey(key string) (id string, n int, err error) {
	id, number, _ := strings.Cut(key, "/")
	if n, err = strconv.Atoi(number); err != nil {
		err = fmt.Errorf("read the number of a batch: %w", err)
	}
	return id, n, err
}

// expireAnnouncements forgets whom those were sent to that have been over for
// some time; what came of them stays.
func (b *Bot) expireAnnouncements(ctx context.Context, done *Retention) error {
	for d, err := range EachDocument(ctx, b.store, DocumentQuery{Kind: DocumentAnnouncement, Oldest: true, Limit: retainAtOnce}) {
		if err != nil {
			return err
		}
		a := new(Announcement)
		if err := d.read(a); err != nil {
			return err
		}
		if !b.expired(a) || a.Batches == 0 {
			continue
		}
		if err := b.forgetAudience(ctx, a.ID); err != nil {
			return err
		}
		done.Announcements++
	}
	return nil
}

// expired reports whether an announcement has been over for so long that nobody
// needs to know any more whom it was sent to: it is not tried again either.
func (b *Bot) expired(a *Announcement) bool {
	return a.Over() && a.Ended.Before(b.now().Add(-b.periods.unfinished()))
}

// forgetAudience deletes the batches of an expired announcement, when its
// result is kept.
func (b *Bot) forgetAudience(ctx context.Context, id string) error {
	a, err := b.editAnnouncement(ctx, id, func(a *Announcement) error {
		if !b.expired(a) {
			return errUnchanged
		}
		p, err := b.progress(ctx, a)
		a.Result, a.Cursor = &p, ""
		return err
	})
	if err != nil || !b.expired(a) { // it goes out again
		return err
	}
	for _, kind := range []DocumentKind{DocumentAudience, DocumentBatch} {
		for d, err := range EachDocument(ctx, b.store, DocumentQuery{Kind: kind, Prefix: id + "/", Limit: rollsAtOnce}) {
			if err != nil {
				return err
			}
			if err := b.store.DeleteDocument(ctx, d); err != nil && !errors.Is(err, ErrConflict) {
				return fmt.Errorf("delete batch: %w", err)
			}
		}
	}
	_, err = b.editAnnouncement(ctx, id, func(a *Announcement) error {
		a.Batches = 0
		return nil
	})
	return err
}
