package telegram

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"exchangebot/bot"
)

// maxWindow is how many updates getUpdates tells of at once, and so how many
// can be known before the first of them is confirmed.
const maxWindow = 100

// window holds the updates from the first that is not done to the last that is
// known. Telegram forgets everything below an offset, so an update can be
// confirmed only together with all that came before it.
type window struct {
	sink bot.Sink

	handing sync.Mutex // held while the sink is called, to keep the order

	mu       sync.Mutex
	offset   int64 // everything below is done
	polled   int64 // the offset of the last answer
	list     []*entry
	changed  chan struct{} // holds one signal
	draining bool
}

type entry struct {
	id     int64
	update bot.Update
	state  state
	due    time.Time // of one that failed
	retry  *backoff.ExponentialBackOff
}

type state int

const (
	waiting state = iota
	inHand
	failed
	done
)

func newWindow(sink bot.Sink) *window {
	return &window{sink: sink, changed: make(chan struct{}, 1)}
}

// incoming is an update from Telegram; ignore means that nobody has to see it.
type incoming struct {
	id     int64
	update bot.Update
	ignore bool
}

// add takes an answer of getUpdates and says how much of it is new.
func (w *window) add(batch []incoming) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	// After a week without updates Telegram numbers them anew, from anywhere.
	if len(batch) > 0 && len(w.list) == 0 && batch[len(batch)-1].id < w.offset {
		w.offset = batch[0].id
	}
	count := 0
	for _, in := range batch {
		at, known := slices.BinarySearchFunc(w.list, in.id, func(e *entry, id int64) int { return int(e.id - id) })
		if known || in.id < w.offset {
			continue
		}
		count++
		e := &entry{id: in.id, update: in.update}
		if in.ignore {
			e.state = done
		}
		w.list = slices.Insert(w.list, at, e)
	}
	w.advance()
	return count
}

// hand calls the sink for what waits or has to be tried again. An update waits
// behind an earlier one of its chat that failed.
func (w *window) hand(now time.Time) {
	w.handing.Lock()
	defer w.handing.Unlock()
	for _, e := range w.due(now) {
		w.sink(e.update, func(err error) { w.settle(e, err) })
	}
}

func (w *window) due(now time.Time) []*entry {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.draining {
		return nil
	}
	var list []*entry
	blocked := map[bot.ChatID]bool{}
	for _, e := range w.list {
		ready := e.state == waiting || e.state == failed && !now.Before(e.due)
		switch {
		case ready && !blocked[e.update.Chat]:
			e.state = inHand
			list = append(list, e)
		case e.state == failed:
			blocked[e.update.Chat] = true
		}
	}
	return list
}

func (w *window) settle(e *entry, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e.state != inHand {
		return
	}
	if err == nil {
		e.state = done
		w.advance()
	} else {
		if e.retry == nil {
			e.retry = newBackOff(time.Second, time.Minute)
		}
		pause := e.retry.NextBackOff()
		e.state, e.due = failed, time.Now().Add(pause)
		time.AfterFunc(pause, func() { w.hand(time.Now()) })
	}
	w.signal()
}

// advance moves the offset over what is done; w.mu is held.
func (w *window) advance() {
	n := 0
	for n < len(w.list) && w.list[n].state == done {
		w.offset = w.list[n].id + 1
		n++
	}
	w.list = slices.Delete(w.list, 0, n)
}

func (w *window) signal() {
	select {
	case w.changed <- struct{}{}:
	default:
	}
}

func (w *window) answered(offset int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.polled = offset
}

func (w *window) position() (offset int64, confirmed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.offset, w.offset == w.polled
}

// wait returns when asking Telegram again may bring something new: when
// nothing is in hand, or after pause unless only the same hundred would come.
func (w *window) wait(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	for over := false; ; {
		w.mu.Lock()
		ready := len(w.list) == 0 || over && (len(w.list) < maxWindow || w.offset > w.polled)
		w.mu.Unlock()
		if ready {
			return
		}
		select {
		case <-w.changed:
		case <-timer.C:
			over = true
		case <-ctx.Done():
			return
		}
	}
}

// drain hands out nothing more and returns when nothing is in hand, or when
// ctx ends.
func (w *window) drain(ctx context.Context) {
	for {
		w.mu.Lock()
		w.draining = true
		busy := slices.ContainsFunc(w.list, func(e *entry) bool { return e.state == inHand })
		w.mu.Unlock()
		if !busy {
			return
		}
		select {
		case <-w.changed:
		case <-ctx.Done():
			return
		}
	}
}
