package slack

import (
	"runtime"
	"slices"
	"sync"
	"time"
)

// lanes run the jobs of one chat one after the other, in their order, and those
// of different chats side by side. Its zero value is ready.
type lanes struct {
	mu      sync.Mutex
	waiting map[string][]queued
}

// queued is a job that waits for its turn.
type queued struct {
	order string               // before those with a later one; empty: behind all that wait
	ready func() time.Duration // how long to wait until it is asked again; 0: the job may begin
	do    func()
}

// add queues a job and returns at once.
func (l *lanes) add(chat string, job queued) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting == nil {
		l.waiting = map[string][]queued{}
	}
	queue, busy := l.waiting[chat]
	at := len(queue)
	for at > 0 && job.order != "" && queue[at-1].order > job.order {
		at--
	}
	l.waiting[chat] = slices.Insert(queue, at, job)
	if !busy {
		go l.drain(chat)
	}
}

func (l *lanes) drain(chat string) {
	for {
		l.mu.Lock()
		queue := l.waiting[chat]
		if len(queue) == 0 {
			delete(l.waiting, chat)
			l.mu.Unlock()
			return
		}
		first := queue[0]
		l.mu.Unlock()
		if wait := first.ready(); wait > 0 {
			time.Sleep(wait)
			continue // what comes before it may have come meanwhile
		}
		l.mu.Lock()
		first = l.waiting[chat][0]
		l.waiting[chat] = slices.Delete(l.waiting[chat], 0, 1)
		l.mu.Unlock()
		first.do()
	}
}

// seen knows what was delivered already, and spares the store the question.
// Its zero value is ready.
type seen struct {
	mu       sync.Mutex
	new, old map[string]struct{}
	turned   time.Time
}

// add is false for an id that was added within the last minutes.
func (s *seen) add(id string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.new == nil || now.Sub(s.turned) > rememberFor {
		s.new, s.old, s.turned = map[string]struct{}{}, s.new, now
	}
	_, isNew := s.new[id]
	_, isOld := s.old[id]
	s.new[id] = struct{}{}
	return !isNew && !isOld
}

// forget lets an id come again.
func (s *seen) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.new, id)
	delete(s.old, id)
}

// turnstile lets few pass at a time, so that a crowd of commands leaves the
// processor time to acknowledge what else comes. Nobody waits long before it:
// some take a minute, for which nobody else can be kept.
type turnstile chan struct{}

// crowded is how long somebody waits at a turnstile.
const crowded = 100 * time.Millisecond

func newTurnstile() turnstile { return make(turnstile, max(1, runtime.GOMAXPROCS(0)-1)) }

// pass returns when there is room, or after a while. leave is called at the end.
func (t turnstile) pass() (leave func()) {
	timer := time.NewTimer(crowded)
	defer timer.Stop()
	select {
	case t <- struct{}{}:
		return func() { <-t }
	case <-timer.C:
		return func() {}
	}
}
