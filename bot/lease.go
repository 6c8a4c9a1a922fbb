package bot

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"
)

// What only one replica may do at a time, it does for as long as its lease
// lasts. The clocks of two may differ: one whose clock is behind waits no longer
// than one whose clock is right, and one that is ahead by more than a lease
// takes it over once.

// tenure is which replica does the tasks of a lane.
type tenure struct {
	Holder string    `json:"holder"`
	Until  time.Time `json:"until"` // by its clock
}

// tenures are the last ones of others that this replica has seen. Its zero value
// is ready, and it is safe for concurrent use.
type tenures struct {
	mu   sync.Mutex
	seen map[DocumentKind]seenTenure
}

type seenTenure struct {
	until time.Time // as it says
	since time.Time // when it was first seen, by this replica's clock
}

// stale reports whether a tenure should have been renewed since it was first
// seen, whatever its clock says.
func (s *tenures) stale(kind DocumentKind, t tenure, lasts time.Duration, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[DocumentKind]seenTenure{}
	}
	if !s.seen[kind].until.Equal(t.Until) {
		s.seen[kind] = seenTenure{t.Until, now}
	}
	return now.Sub(s.seen[kind].since) > lasts
}

// lease reports whether this replica does the tasks of a lane, and no other one
// for half as long as it lasts. One that has not asked for all of that is taken
// for dead.
func (b *Bot) lease(ctx context.Context, kind DocumentKind, lasts time.Duration) (bool, error) {
	var t tenure
	d, err := loadDocument(ctx, b.store, DocumentLease, string(kind), &t)
	if err != nil {
		return false, err
	}
	now := b.now().UTC()
	switch left := t.Until.Sub(now); {
	case t.Holder == b.replica && left > lasts/2:
		return true, nil
	case t.Holder != b.replica && left > 0 && !b.tenures.stale(kind, t, lasts, now):
		return false, nil
	}
	d.At = now
	err = saveDocument(ctx, b.store, d, tenure{b.replica, now.Add(lasts)})
	if errors.Is(err, ErrConflict) {
		return false, nil
	}
	return err == nil, err
}

// release lets another replica go on at once.
func (b *Bot) release(kind DocumentKind) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	d, err := b.store.Document(ctx, DocumentLease, string(kind))
	var t tenure
	if err != nil || d.Version == 0 || json.Unmarshal([]byte(d.Data), &t) != nil || t.Holder != b.replica {
		return
	}
	if err := b.store.DeleteDocument(ctx, d); err != nil {
		b.log.WarnContext(ctx, "lease not released", "error", err)
	}
}

// Attended reports whether some process sends announcements at the moment.
func (c *Campaigns) Attended(ctx context.Context) (bool, error) {
	var t tenure
	_, err := loadDocument(ctx, c.bot.store, DocumentLease, string(DocumentAnnouncement), &t)
	now := c.bot.now()
	return t.Until.After(now) && !c.bot.tenures.stale(DocumentAnnouncement, t, castLease, now), err
}
