package bottest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"exchangebot/bot"
)

type docKey struct {
	kind bot.DocumentKind
	key  string
}

// Document implements [bot.DocumentStore].
func (s *Store) Document(ctx context.Context, kind bot.DocumentKind, key string) (*bot.Document, error) {
	if err := s.enter(ctx); err != nil {
		return nil, fmt.Errorf("read document: %w", err)
	}
	defer s.mu.Unlock()
	d := s.docs[docKey{kind, key}]
	d.Kind, d.Key = kind, key
	return &d, nil
}

// SaveDocument implements [bot.DocumentStore].
func (s *Store) SaveDocument(ctx context.Context, d *bot.Document) error {
	if err := s.enter(ctx); err != nil {
		return fmt.Errorf("save document: %w", err)
	}
	defer s.mu.Unlock()
	key := docKey{d.Kind, d.Key}
	if s.docs[key].Version != d.Version {
		return bot.ErrConflict
	}
	d.Version++
	stored := *d
	stored.At = d.At.UTC().Truncate(time.Millisecond)
	s.docs[key] = stored
	s.tell()
	return nil
}

func (s *Store) tell() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// AwaitTold waits until staff and citizens have been told all that was due.
func (s *Store) AwaitTold(ctx context.Context) error {
	for {
		s.mu.Lock()
		changed, due := s.changed, 0
		for key := range s.docs {
			if key.kind == bot.DocumentTask || key.kind == bot.DocumentHandover {
				due++
			}
		}
		s.mu.Unlock()
		if due == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%d things were not told: %w", due, ctx.Err())
		}
	}
}

// AwaitSent waits until announcements that are on their way have arrived, and
// the board shows so. Where it only waits for the clock, wind advances that.
func (s *Store) AwaitSent(ctx context.Context, wind func()) error {
	for {
		s.mu.Lock()
		changed, due, open := s.changed, 0, false
		for key, d := range s.docs {
			due += map[bot.DocumentKind]int{bot.DocumentProgress: 1}[key.kind]
			open = open || key.kind == bot.DocumentAnnouncement && d.Open
		}
		s.mu.Unlock()
		if due == 0 {
			return nil
		}
		if !open {
			wind()
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("the board does not show %d announcements: %w", due, ctx.Err())
		}
	}
}

// DeleteDocument implements [bot.DocumentStore].
func (s *Store) DeleteDocument(ctx context.Context, d *bot.Document) error {
	if err := s.enter(ctx); err != nil {
		return fmt.Errorf("delete document: %w", err)
	}
	defer s.mu.Unlock()
	key := docKey{d.Kind, d.Key}
	if stored, ok := s.docs[key]; ok && stored.Version != d.Version {
		return bot.ErrConflict
	}
	delete(s.docs, key)
	s.tell()
	return nil
}

// Documents implements [bot.DocumentStore].
func (s *Store) Documents(ctx context.Context, q bot.DocumentQuery) ([]*bot.Document, error) {
	if err := s.enter(ctx); err != nil {
		return nil, fmt.Errorf("list documents: %w", err)
	}
	defer s.mu.Unlock()
	order := func(a, b *bot.Document) int {
		by := cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Key, b.Key))
		if !q.Oldest {
			by = -by
		}
		return by
	}
	var list []*bot.Document
	for _, d := range s.docs {
		if d.Kind == q.Kind && (q.Chat == "" || d.Chat == q.Chat) && (!q.Open || d.Open) &&
			(q.Prefix == "" || len(d.Key) > len(q.Prefix) && strings.HasPrefix(d.Key, q.Prefix)) && (q.After == nil || order(&d, q.After) > 0) {
			list = append(list, &d)
		}
	}
	slices.SortFunc(list, order)
	return list[:min(len(list), max(q.Limit, 0))], nil
}

// TallyVolunteers implements [bot.TallyStore].
func (s *Store) TallyVolunteers(ctx context.Context, q bot.VolunteerQuery) (bot.Tally, error) {
	tally := bot.NewTally()
	if err := s.enter(ctx); err != nil {
		return tally, fmt.Errorf("count volunteers: %w", err)
	}
	defer s.mu.Unlock()
	all, err := s.all()
	if err != nil {
		return tally, err
	}
	for _, v := range all {
		if !wanted(q, v) {
			continue
		}
		tally.Total++
		tally.Kinds[v.Kind]++
		tally.Cities[v.City]++
		tally.Statuses[v.Status]++
		tally.Languages[v.Language]++
		tally.Weeks[bot.Week(v.Created)]++
		for _, field := range v.Fields {
			tally.Fields[field]++
		}
	}
	return tally, nil
}
