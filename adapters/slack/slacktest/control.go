package slacktest

import (
	"context"
	"slices"
	"time"
)

// Call is one call of the bot's.
type Call struct {
	Method string
	Args   map[string]any
	Error  string // of a refusal; empty when it was carried out
	Fault  string // what broke it before it was carried out
	Time   time.Time
}

func (s *Server) record(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Time = time.Now()
	s.calls = append(s.calls, c)
	s.change()
}

// Calls are those so far, in order; of one method when it is named.
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.calls), func(c Call) bool { return method != "" && c.Method != method })
}

// Messages are what a person sees in a channel now, the oldest first.
func (s *Server) Messages(channel, user string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Message
	if c := s.channels[channel]; c != nil {
		for _, m := range c.messages {
			if m.Only == "" || m.Only == user {
				list = append(list, *m)
			}
		}
	}
	return list
}

// Replies are the messages that a person sees from the bot.
func (s *Server) Replies(channel, user string) []Message {
	return slices.DeleteFunc(s.Messages(channel, user), func(m Message) bool { return m.User != BotUser })
}

// Modal is what a person has open on top; nil: nothing.
func (s *Server) Modal(user string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := s.modals[user]
	if len(open) == 0 {
		return nil
	}
	return s.views[open[len(open)-1]].json()
}

// HomeView is a person's home page; nil: none was published.
func (s *Server) HomeView(user string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.views[s.homes[user]]
	if v == nil {
		return nil
	}
	return v.json()
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

// WaitReplies returns once a person sees at least n messages from the bot.
func (s *Server) WaitReplies(ctx context.Context, channel, user string, n int) error {
	return s.Wait(ctx, func() bool { return len(s.Replies(channel, user)) >= n })
}

// Forgive forgets the violations so far, which the test has looked at.
func (s *Server) Forgive() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violations = nil
}
