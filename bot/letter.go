package bot

import (
	"context"
	"maps"
	"strings"
)

// letter is what is known of one recipient's delivery. Letters are stored.
type letter byte

const (
	letterWaiting     letter = 'w' // not tried yet, or to be tried again
	letterClaimed     letter = 'c' // a call is about to be made, or is under way
	letterSent        letter = 's'
	letterBlocked     letter = 'b'
	letterDeactivated letter = 'd'
	letterNotFound    letter = 'n'
	letterRejected    letter = 'r'
	letterUnreachable letter = 'u' // tried too often
	letterUnknown     letter = '?' // the call may have been made
	letterWithdrawn   letter = '-' // unsubscribed, or deleted their data
)

var failures = map[letter]Reason{
	letterBlocked: ReasonBlocked, letterDeactivated: ReasonDeactivated, letterNotFound: ReasonNotFound,
	letterRejected: ReasonRejected, letterUnreachable: ReasonUnreachable,
}

// letterOf is how a failure for good is written.
func letterOf(reason Reason) letter {
	for l, r := range failures {
		if r == reason {
			return l
		}
	}
	return letterUnknown
}

// slip is what came of a batch, as it is stored: one letter for each of its
// recipients. One that is not stored yet has nothing but waiting ones.
type slip struct {
	Letters string `json:"letters"`
	Round   int    `json:"round,omitempty"` // of [Announcement.Round], in which it was opened last
	By      string `json:"by"`              // the replica that wrote it
}

// open reports whether something is still to come of it.
func (s *slip) open() bool {
	return strings.ContainsAny(s.Letters, string(letterWaiting)+string(letterClaimed))
}

// waits reports whether a letter counts as waiting.
func (s *slip) waits(a *Announcement, l letter) bool {
	switch {
	case l == letterWaiting:
		return true
	case l == letterClaimed:
		return a.State == Sending
	}
	return s.Round < a.Round && a.State != Cancelled && a.waitsAgain(l)
}

// waitsAgain reports whether a letter of an earlier round counts as waiting.
func (a *Announcement) waitsAgain(l letter) bool {
	return l == letterUnreachable || a.Repeat && l == letterUnknown
}

// count adds the letters of a batch to the progress of its announcement.
func (p *Progress) count(a *Announcement, s *slip) {
	for _, l := range []byte(s.Letters) {
		l := letter(l)
		p.Total++
		switch reason, failed := failures[l]; {
		case s.waits(a, l):
			p.Waiting++
		case l == letterSent:
			p.Sent++
		case l == letterWithdrawn:
			p.Withdrawn++
		case failed:
			p.Failed[reason]++
		default:
			p.Unknown++
		}
	}
}

// slipsAtOnce is how many of them are read at once.
const slipsAtOnce = 200

// slips hands on all that are stored of an announcement, in their order, from
// the one after a document on; nil: from the first.
func (b *Bot) slips(ctx context.Context, id string, after *Document, yield func(d *Document, s *slip) error) error {
	q := DocumentQuery{Kind: DocumentBatch, Prefix: id + "/", Oldest: true, Limit: slipsAtOnce, After: after}
	for d, err := range EachDocument(ctx, b.store, q) {
		if err != nil {
			return err
		}
		s := new(slip)
		if err := d.read(s); err != nil {
			return err
		}
		if err := yield(d, s); err != nil {
			return err
		}
	}
	return nil
}

// progress counts how far the sending has come.
func (b *Bot) progress(ctx context.Context, a *Announcement) (Progress, error) {
	if a.Result != nil {
		return *a.Result, nil
	}
	done := b.subtotals.get(a)
	p := done.Progress
	p.Failed = maps.Clone(p.Failed)
	err := b.slips(ctx, a.ID, done.last, func(d *Document, s *slip) error {
		p.count(a, s)
		return done.add(a, d, s)
	})
	if err != nil {
		return Progress{}, err
	}
	b.subtotals.put(a, done)
	if p.Total < a.Total { // the rest was not begun
		p.Waiting += a.Total - p.Total
		p.Total = a.Total
	}
	return p, nil
}
