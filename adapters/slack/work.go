package slack

import (
	"sync"
	"time"
)

// work counts what is in hand, until nothing new is taken any more.
type work struct {
	over   chan struct{} // closed then
	mu     sync.Mutex
	inHand sync.WaitGroup
}

func newWork() *work { return &work{over: make(chan struct{})} }

// begin is false when nothing new is taken any more. Otherwise what was begun
// calls end when it is over.
func (w *work) begin() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopping() {
		return false
	}
	w.inHand.Add(1)
	return true
}

func (w *work) end() { w.inHand.Done() }

func (w *work) stopping() bool {
	select {
	case <-w.over:
		return true
	default:
		return false
	}
}

// settle takes nothing new and waits for what is in hand, for grace at most.
func (w *work) settle(grace time.Duration) {
	w.mu.Lock()
	if !w.stopping() {
		close(w.over)
	}
	w.mu.Unlock()
	idle := make(chan struct{})
	go func() {
		w.inHand.Wait()
		close(idle)
	}()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-idle:
	case <-timer.C:
	}
}
