package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

type update struct {
	id   int64
	chat int64
	body json.RawMessage
}

// queue is what the bot has not confirmed yet.
type queue struct {
	next    int64
	pending []update // for polling, by id
	history []update
	allowed []string
	poller  chan struct{} // closed when another takes its place
	hook    *hook
	setAt   time.Time
}

// push makes an update, unless allowed_updates leaves its kind out, which
// gives zero; s.mu is held.
func (s *Server) push(chat int64, kind string, payload any) int64 {
	q := &s.updates
	if q.allowed != nil && !slices.Contains(q.allowed, kind) {
		return 0
	}
	j, err := json.Marshal(payload)
	if err != nil {
		panic("telegramtest: " + err.Error())
	}
	u := update{q.next, chat, fmt.Appendf(nil, `{"update_id":%d,%q:%s}`, q.next, kind, j)}
	q.next++
	if !s.quiet {
		q.history = append(q.history, u)
	}
	s.enqueue(u)
	return u.id
}

func (s *Server) enqueue(u update) {
	if s.updates.hook != nil {
		s.hookPush(u)
	} else {
		s.updates.pending = append(s.updates.pending, u)
	}
	s.change()
}

// Redeliver sends an update once more, as if its confirmation had been lost.
func (s *Server) Redeliver(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.updates.history {
		if u.id == id {
			s.enqueue(u)
			return
		}
	}
	panic("telegramtest: no such update")
}

// Pending is how many updates the bot has not confirmed.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h := s.updates.hook; h != nil {
		return h.count
	}
	return len(s.updates.pending)
}

func (s *Server) getUpdates(ctx context.Context, p params) (any, *failure) {
	conflict := func(desc, problem string) (any, *failure) {
		s.note("getUpdates", problem)
		return nil, &failure{code: 409, desc: "Conflict: " + desc}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q := &s.updates
	offset, limit, timeout := p.number("offset"), int(p.number("limit")), p.number("timeout")
	if limit < 0 || limit > 100 || timeout > 50 {
		s.note("getUpdates", "limit over 100 or timeout over 50")
	}
	if limit == 0 {
		limit = 100
	}
	if q.hook != nil {
		return conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first", "getUpdates while a webhook is set")
	}
	if q.poller != nil {
		s.note("getUpdates", "two getUpdates at once")
		close(q.poller)
	}
	s.setAllowed(p)
	mine := make(chan struct{})
	q.poller = mine
	defer func() {
		if q.poller == mine {
			q.poller = nil
		}
	}()
	over := time.NewTimer(time.Duration(timeout) * time.Second)
	defer over.Stop()
	for last := timeout == 0; ; {
		before := len(q.pending)
		q.pending = slices.DeleteFunc(q.pending, func(u update) bool { return u.id < offset })
		if len(q.pending) < before {
			s.change()
		}
		if n := min(limit, len(q.pending)); n > 0 || last {
			result := make([]json.RawMessage, 0, n)
			for _, u := range q.pending[:n] {
				result = append(result, u.body)
			}
			return result, nil
		}
		changed := s.changed
		s.mu.Unlock()
		var ended, gone bool
		select {
		case <-changed:
		case <-over.C:
			last = true
		case <-mine:
			ended = true
		case <-ctx.Done():
			gone = true
		}
		s.mu.Lock()
		if ended {
			return nil, &failure{code: 409, desc: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}
		}
		last = last || gone || s.closed
	}
}

// setAllowed takes allowed_updates from a request; s.mu is held.
func (s *Server) setAllowed(p params) {
	if p["allowed_updates"] == "" {
		return
	}
	s.updates.allowed = nil
	if err := json.Unmarshal([]byte(p["allowed_updates"]), &s.updates.allowed); err != nil {
		s.note("getUpdates", "allowed_updates is no list")
	}
}
