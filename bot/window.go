package bot

import (
	"math"
	"sync"
	"time"
)

// window bounds how many recipients are claimed at a time to what it takes to
// keep up the rate: what a crash leaves unknown. It goes by the quickest calls
// of late, so that what piles up behind a slow one is not claimed as well.
type window struct {
	rate float64
	now  func() time.Time

	mu          sync.Mutex
	open        int
	waiting     []chan struct{}
	best, older time.Duration // of the calls since, and before
	since       time.Time
}

const (
	windowSlack  = 2 // times as many as the quickest calls would need
	windowLeast  = 4
	windowMost   = 125 * time.Millisecond // which a call may take without being too slow for the rate
	windowMemory = time.Second
)

// enter waits until one more may be claimed.
func (w *window) enter() (since time.Time) {
	w.mu.Lock()
	if w.open < w.size() && len(w.waiting) == 0 {
		w.open++
		w.mu.Unlock()
		return w.now()
	}
	turn := make(chan struct{})
	w.waiting = append(w.waiting, turn)
	w.mu.Unlock()
	<-turn
	return w.now()
}

// leave lets the next ones in. The call that is over counts from since on;
// zero: there was none.
func (w *window) leave(since time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := w.now(); !since.IsZero() {
		if now.Sub(w.since) > windowMemory {
			w.since, w.older, w.best = now, w.best, 0
		}
		if took := max(now.Sub(since), 1); w.best == 0 || took < w.best {
			w.best = took
		}
	}
	w.open--
	for w.open < w.size() && len(w.waiting) > 0 {
		w.open++
		close(w.waiting[0])
		w.waiting = w.waiting[1:]
	}
}

// size is how many may be claimed.
func (w *window) size() int {
	quickest := min(w.best, w.older)
	if quickest == 0 { // there is only one of them, or none
		quickest = max(w.best, w.older)
	}
	return windowLeast + int(math.Ceil(w.rate*min(windowSlack*quickest, windowMost).Seconds()))
}
