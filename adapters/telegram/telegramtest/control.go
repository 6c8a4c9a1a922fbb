package telegramtest

import (
	"context"
	"slices"
	"time"
)

// Call is one request of the bot. getUpdates and getMe are left out, unless a
// [Fault] has broken them.
type Call struct {
	Method string
	Params map[string]string
	Code   int    // of a refusal, zero when it was carried out
	Fault  string // what broke it; with "-after" or "slow" it was carried out
	Time   time.Time
}

func (s *Server) record(method string, p params, fault string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.quiet {
		s.calls = append(s.calls, Call{Method: method, Params: p, Fault: fault, Time: time.Now()})
	}
	s.change()
}

// Quiet stops the writing down of calls and updates, for measurements.
func (s *Server) Quiet() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quiet = true
}

// Calls are the requests so far, in order; of one method when it is named.
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	if method == "" {
		return slices.Clone(s.calls)
	}
	var calls []Call
	for _, c := range s.calls {
		if c.Method == method {
			calls = append(calls, c)
		}
	}
	return calls
}

// Messages are a chat's messages as people see them now, the oldest first.
func (s *Server) Messages(chat int64) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Message
	if c := s.chats[chat]; c != nil {
		for _, m := range c.messages {
			list = append(list, *m)
		}
	}
	return list
}

// Replies are the messages in a chat that came from the bot.
func (s *Server) Replies(chat int64) []Message {
	return slices.DeleteFunc(s.Messages(chat), func(m Message) bool { return !m.FromBot })
}

// Callbacks are the presses so far.
func (s *Server) Callbacks() []Callback {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Callback
	for _, c := range s.callbacks {
		list = append(list, *c)
	}
	return list
}

// Violations are what a correct client would not have done.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// Wait returns when until holds, which it asks at every change, or with the
// error of ctx.
func (s *Server) Wait(ctx context.Context, until func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if until() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// WaitReplies returns once the bot has written at least n messages in a chat.
func (s *Server) WaitReplies(ctx context.Context, chat int64, n int) error {
	return s.Wait(ctx, func() bool { return len(s.Replies(chat)) >= n })
}
