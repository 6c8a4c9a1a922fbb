package bot

import (
	"errors"
	"sync"
)

// errStopping is told to the channels for updates that were not begun before
// the program stopped: they will be delivered again.
var errStopping = errors.New("the bot is stopping")

// lanes run the jobs of one chat one after the other, in the order in which
// they came, and those of different chats side by side. Its zero value is ready.
type lanes struct {
	mu       sync.Mutex
	waiting  map[ChatID][]func(stopping bool)
	stopping bool
	running  sync.WaitGroup
}

// add queues a job and returns at once. The job is told to give up when the
// lanes were stopped before it began.
func (l *lanes) add(chat ChatID, job func(stopping bool)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting == nil {
		l.waiting = map[ChatID][]func(bool){}
	}
	queue, busy := l.waiting[chat]
	l.waiting[chat] = append(queue, job)
	if !busy {
		l.running.Add(1)
		go l.drain(chat)
	}
}

func (l *lanes) drain(chat ChatID) {
	defer l.running.Done()
	for {
		l.mu.Lock()
		queue := l.waiting[chat]
		if len(queue) == 0 {
			delete(l.waiting, chat)
			l.mu.Unlock()
			return
		}
		l.waiting[chat] = queue[1:]
		stopping := l.stopping
		l.mu.Unlock()
		queue[0](stopping)
	}
}

// stop lets the jobs under way finish and has all others give up.
func (l *lanes) stop() {
	l.mu.Lock()
	l.stopping = true
	l.mu.Unlock()
}

// wait returns when no job is left.
func (l *lanes) wait() { l.running.Wait() }
