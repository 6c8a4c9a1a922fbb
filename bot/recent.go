package bot

import "sync"

// generation bounds what recent remembers: at least as many, at most twice.
const generation = 5_000

// recent remembers which replies this process has sent, so that an update that
// is delivered again is not answered again. Its zero value is ready.
type recent struct {
	mu       sync.Mutex
	new, old map[turnID]struct{}
}

type turnID struct {
	chat   ChatID
	update string
}

func (r *recent) add(id turnID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.new == nil || len(r.new) >= generation {
		r.new, r.old = map[turnID]struct{}{}, r.new
	}
	r.new[id] = struct{}{}
}

func (r *recent) has(id turnID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, isNew := r.new[id]
	_, isOld := r.old[id]
	return isNew || isOld
}
