package slack

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"exchangebot/bot"
)

// What Slack delivers is stored before it is acknowledged, and done once: by
// the replica that has stored it or, if that dies, by the one that finds it
// later. What is done is remembered, without what it was, for as long as Slack
// may deliver it again.

const (
	keepWithin  = 2 * time.Second  // to be stored; an acknowledgement has 3 s
	tendEvery   = 3 * time.Second  // how often the inbox is looked through
	heldFor     = 10 * time.Second // after which a replica that is silent is taken for dead
	rememberFor = 15 * time.Minute // Slack delivers for the last time after five minutes
	maxTries    = 5                // what kills every replica that does it is given up
	tendAtOnce  = 100
	forgetEvery = 20 // rounds
)

// inbox keeps what is acknowledged and not done yet.
type inbox struct {
	store   bot.DocumentStore
	log     *slog.Logger
	replica string

	mu   sync.Mutex
	held map[string]bool // what this replica does, by id; true: done, which is still to be stored
}

// entry is what is stored of a delivery. Its fields are never renamed.
type entry struct {
	Kind    string          `json:"kind,omitempty"`
	Payload json.RawMessage `json:"payload,omitempty"` // as far as it is needed
	Lane    string          `json:"lane,omitempty"`    // with Order only
	Order   string          `json:"order,omitempty"`
	Holder  string          `json:"holder,omitempty"`
	Until   time.Time       `json:"until,omitzero"`
	Tries   int             `json:"tries,omitempty"`
}

func newInbox(store bot.DocumentStore, log *slog.Logger) *inbox {
	return &inbox{store: store, log: log, replica: rand.Text(), held: map[string]bool{}}
}

// keep stores an errand, and is false when it was stored before. One that
// cannot be stored is done nevertheless: then the desk and the bot say that
// the store is away, to somebody who waits for an answer.
func (b *inbox) keep(ctx context.Context, e errand) bool {
	ctx, cancel := context.WithTimeout(ctx, keepWithin)
	defer cancel()
	payload, err := json.Marshal(e.payload)
	if err == nil {
		d := &bot.Document{Kind: bot.DocumentInbox, Key: e.id, Open: true, At: e.at.UTC()}
		n := entry{Kind: e.kind, Payload: payload, Order: e.order, Holder: b.replica, Until: time.Now().Add(heldFor), Tries: 1}
		if e.order != "" {
			n.Lane = e.lane
		}
		err = b.save(ctx, d, n)
	}
	if errors.Is(err, bot.ErrConflict) {
		return false
	}
	if err != nil {
		b.log.WarnContext(ctx, "delivery not stored before it is done", "kind", e.kind, "error", err)
	}
	b.mark(e.id, false) // with an error as well: it may be stored all the same
	return true
}

func (b *inbox) mark(id string, done bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held[id] = done
}

func (b *inbox) drop(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.held, id)
}

func (b *inbox) holds(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, held := b.held[id]
	return held
}

// done remembers that an errand is over, and nothing else of it.
func (b *inbox) done(ctx context.Context, id string) {
	b.mark(id, true)
	err := b.edit(ctx, id, func(d *bot.Document, n *entry) bool {
		d.Open, *n = false, entry{}
		return true
	})
	if err == nil {
		b.drop(id)
	}
}

// letGo leaves an errand to another replica.
func (b *inbox) letGo(ctx context.Context, id string) {
	b.drop(id)
	err := b.edit(ctx, id, func(_ *bot.Document, n *entry) bool {
		n.Until = time.Time{}
		return true
	})
	if err != nil {
		b.log.WarnContext(ctx, "delivery not left to others yet", "error", err)
	}
}

// edit changes what is stored of an errand, as long as this replica holds it
// and change reports that there is something to store.
func (b *inbox) edit(ctx context.Context, id string, change func(*bot.Document, *entry) bool) error {
	ctx, cancel := context.WithTimeout(ctx, keepWithin)
	defer cancel()
	for {
		d, err := b.store.Document(ctx, bot.DocumentInbox, id)
		if err != nil {
			return err
		}
		var n entry
		if json.Unmarshal([]byte(d.Data), &n) != nil || n.Holder != b.replica {
			return nil
		}
		if !change(d, &n) {
			return nil
		}
		if err := b.save(ctx, d, n); !errors.Is(err, bot.ErrConflict) {
			return err
		}
	}
}

func (b *inbox) save(ctx context.Context, d *bot.Document, n entry) error {
	data, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("store delivery: %w", err)
	}
	d.Data = string(data)
	return b.store.SaveDocument(ctx, d)
}

// tend keeps what this replica does, takes over what another one has left,
// and forgets what was done long ago, until ctx ends.
func (b *inbox) tend(ctx context.Context, resume func(*bot.Document, entry)) {
	for round := 0; ; round++ {
		err := errors.Join(b.renew(ctx), b.takeOver(ctx, resume))
		if round%forgetEvery == 0 {
			err = errors.Join(err, b.forget(ctx))
		}
		if err != nil && ctx.Err() == nil {
			b.log.WarnContext(ctx, "deliveries not looked through", "error", err)
		}
		if sleep(ctx, tendEvery) != nil {
			return
		}
	}
}

func (b *inbox) renew(ctx context.Context) error {
	b.mu.Lock()
	held := maps.Clone(b.held)
	b.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(held)) {
		if held[id] {
			b.done(ctx, id)
			continue
		}
		err := b.edit(ctx, id, func(_ *bot.Document, n *entry) bool {
			now := time.Now()
			due := n.Until.Sub(now) < heldFor/2
			n.Until = now.Add(heldFor)
			return due
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *inbox) takeOver(ctx context.Context, resume func(*bot.Document, entry)) error {
	for d, err := range b.open(ctx) {
		if err != nil {
			return err
		}
		var n entry
		if json.Unmarshal([]byte(d.Data), &n) != nil || n.Until.After(time.Now()) || b.holds(d.Key) {
			continue
		}
		n.Holder, n.Until, n.Tries = b.replica, time.Now().Add(heldFor), n.Tries+1
		if err := b.save(ctx, d, n); errors.Is(err, bot.ErrConflict) {
			continue // to another replica
		} else if err != nil {
			return err
		}
		b.mark(d.Key, false)
		if n.Tries > maxTries {
			b.log.ErrorContext(ctx, "delivery given up", "kind", n.Kind, "tries", n.Tries)
			b.done(ctx, d.Key)
			continue
		}
		resume(d, n)
	}
	return nil
}

// open goes through all that is still to be done, by whichever replica.
func (b *inbox) open(ctx context.Context) iter.Seq2[*bot.Document, error] {
	return bot.EachDocument(ctx, b.store, bot.DocumentQuery{Kind: bot.DocumentInbox, Open: true, Oldest: true, Limit: tendAtOnce})
}

func (b *inbox) forget(ctx context.Context) error {
	for d, err := range bot.EachDocument(ctx, b.store, bot.DocumentQuery{Kind: bot.DocumentInbox, Oldest: true, Limit: tendAtOnce}) {
		if err != nil || time.Since(d.At) < rememberFor {
			return err
		}
		if d.Open {
			continue
		}
		if err := b.store.DeleteDocument(ctx, d); err != nil && !errors.Is(err, bot.ErrConflict) {
			return err
		}
	}
	return nil
}
