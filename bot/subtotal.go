package bot

import (
	"maps"
	"strings"
	"sync"
)

// maxSubtotals is how many announcements have theirs remembered.
const maxSubtotals = 32

// subtotal is what the first batches of an announcement add up to, in which
// nothing changes any more in its round.
type subtotal struct {
	round   int
	batches int
	last    *Document // of them
	Progress
}

// subtotals remembers them by announcement, so that whoever watches one reads
// only those of its batches that go out. Its zero value is ready, and it is
// safe for concurrent use.
type subtotals struct {
	mu sync.Mutex
	of map[string]subtotal
}

// get returns one that is the caller's own.
func (m *subtotals) get(a *Announcement) subtotal {
	m.mu.Lock()
	defer m.mu.Unlock()
	known, ok := m.of[a.ID]
	if !ok || known.round != a.Round {
		return subtotal{round: a.Round, Progress: Progress{Failed: map[Reason]int64{}}}
	}
	known.Failed = maps.Clone(known.Failed)
	return known
}

func (m *subtotals) put(a *Announcement, s subtotal) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of == nil || len(m.of) >= maxSubtotals {
		m.of = map[string]subtotal{}
	}
	m.of[a.ID] = s
}

// add counts the next batch, unless something of it or before it is still to come.
func (m *subtotal) add(a *Announcement, d *Document, s *slip) error {
	_, n, err := readBatchKey(d.Key)
	if err != nil || n != m.batches || !s.done(a) {
		return err
	}
	m.count(a, s)
	m.batches, m.last = n+1, &Document{Kind: d.Kind, Key: d.Key, At: d.At}
	return nil
}

// done reports whether nothing of it changes any more in the round.
func (s *slip) done(a *Announcement) bool {
	again := func(r rune) bool { return a.waitsAgain(letter(r)) }
	return !s.open() && (s.Round >= a.Round || !strings.ContainsFunc(s.Letters, again))
}
