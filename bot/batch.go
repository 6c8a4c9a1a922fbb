package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// batch is a batch of recipients that is open: it is being sent. Its letters
// are on disk before anything comes of them. What changes while a save is
// under way is stored by the next one, together.
type batch struct {
	bot        *Bot
	key        string
	recipients []recipient
	round      int
	left       int // how many have no outcome yet; the sender's

	mu      sync.Mutex
	doc     *Document
	letters []byte
	next    *saving // of what has changed; nil when nothing has
	busy    bool    // a save is under way
	lost    error   // [ErrConflict]: another sender has it
	saves   sync.WaitGroup
}

// saving is a save that several wait for.
type saving struct {
	done chan struct{} // closed when err is known
	err  error
}

// openBatch reads a batch. What was claimed when its sender ended is unknown,
// or is sent to again if the announcement says so.
func (b *Bot) openBatch(ctx, saving context.Context, a *Announcement, n int) (*batch, error) {
	var of roll
	var s slip
	key := batchKey(a.ID, n)
	if _, err := loadDocument(ctx, b.store, DocumentAudience, key, &of); err != nil {
		return nil, err
	}
	d, err := loadDocument(ctx, b.store, DocumentBatch, key, &s)
	if err != nil {
		return nil, err
	}
	d.At = a.Started
	o := &batch{bot: b, key: key, recipients: of.Recipients, round: a.Round, doc: d, letters: []byte(s.Letters)}
	for len(o.letters) < len(o.recipients) {
		o.letters = append(o.letters, byte(letterWaiting))
	}
	if len(o.letters) > len(o.recipients) {
		return nil, fmt.Errorf("read %s: more letters than recipients", DocumentBatch)
	}
	for i, l := range o.letters {
		switch l := letter(l); {
		case l == letterClaimed && a.Repeat, s.Round < a.Round && a.waitsAgain(l) && !o.recipients[i].erased():
			o.letters[i] = byte(letterWaiting)
		case l == letterClaimed:
			o.letters[i] = byte(letterUnknown)
		}
		if letter(o.letters[i]) == letterWaiting && o.recipients[i].erased() {
			o.letters[i] = byte(letterWithdrawn)
		}
		if letter(o.letters[i]) == letterWaiting {
			o.left++
		}
	}
	if d.Version > 0 && (string(o.letters) != s.Letters || s.Round < a.Round) || o.left == 0 {
		o.mu.Lock()
		o.change(saving)
		o.mu.Unlock()
	}
	return o, nil
}

// write sets a letter, and has it stored before long.
func (o *batch) write(ctx context.Context, i int, l letter) *saving {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.letters[i] = byte(l)
	return o.change(ctx)
}

// letter is how a recipient stands.
func (o *batch) letter(i int) letter {
	o.mu.Lock()
	defer o.mu.Unlock()
	return letter(o.letters[i])
}

func (o *batch) change(ctx context.Context) *saving {
	if o.next == nil {
		o.next = &saving{done: make(chan struct{})}
	}
	if !o.busy {
		o.busy = true
		o.saves.Go(func() { o.save(ctx) })
	}
	return o.next
}

// wait returns when the letter is on disk.
func (s *saving) wait() error {
	<-s.done
	return s.err
}

// save stores what has changed until nothing has.
func (o *batch) save(ctx context.Context) {
	for {
		o.mu.Lock()
		current := o.next
		o.next = nil
		if current == nil {
			o.busy = false
			o.mu.Unlock()
			return
		}
		s := slip{Letters: string(o.letters), Round: o.round, By: o.bot.replica}
		err := o.lost
		o.mu.Unlock()
		if err == nil {
			err = o.store(ctx, s)
		}
		if errors.Is(err, ErrConflict) {
			o.mu.Lock()
			o.lost = err
			o.mu.Unlock()
		}
		current.err = err
		close(current.done)
	}
}

// saveRetry is at most how long a save that failed waits to be tried again.
const saveRetry = time.Second

// store saves the letters, and does not give up before ctx does: nobody else
// knows what became of them.
func (o *batch) store(ctx context.Context, s slip) error {
	data, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("save %s: %w", DocumentBatch, err)
	}
	o.doc.Data, o.doc.Open = string(data), s.open()
	version := o.doc.Version
	for wait := saveRetry / 32; ; wait = min(2*wait, saveRetry) {
		err := o.bot.store.SaveDocument(ctx, o.doc)
		if errors.Is(err, ErrConflict) {
			err = o.saved(ctx, version)
		}
		if err == nil || errors.Is(err, ErrConflict) || ctx.Err() != nil {
			return err
		}
		o.bot.log.WarnContext(ctx, "batch not saved yet, trying again", "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// saved finds out whether a save that has met another version is that version:
// its answer was lost.
func (o *batch) saved(ctx context.Context, version int64) error {
	stored, err := o.bot.store.Document(ctx, DocumentBatch, o.key)
	switch {
	case err != nil:
		return err
	case stored.Version != version+1 || stored.Data != o.doc.Data:
		return ErrConflict
	}
	o.doc.Version = stored.Version
	return nil
}

// close returns when all is stored that was written.
func (o *batch) close() error {
	o.saves.Wait()
	return o.lost
}
