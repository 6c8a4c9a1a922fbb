package telegramtest

import (
	"fmt"
	"math"
	"time"
)

// Limits are how many messages the bot may send; zero is no limit.
type Limits struct {
	All   float64 // a second in all, with a burst of as many
	Paid  float64 // a second of those that are paid for, with a burst of as many
	Chat  float64 // a second in a private chat, with a burst of three
	Group float64 // a minute in a group
}

// Real are the limits that Telegram names.
var Real = Limits{All: 30, Paid: 1000, Chat: 1, Group: 20}

// Limit replaces the limits, which are [Real] at first.
func (s *Server) Limit(l Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = l
	s.all, s.paid = bucket{}, bucket{}
	for _, c := range s.chats {
		c.sent = bucket{}
	}
}

type bucket struct {
	tokens float64
	last   time.Time
	until  time.Time // nothing is taken before
}

// take is zero, or for how long nothing will be taken.
func (b *bucket) take(now time.Time, rate, burst float64) time.Duration {
	if rate == 0 {
		return 0
	}
	if b.last.IsZero() {
		b.tokens = burst
	}
	b.tokens = math.Min(burst, b.tokens+now.Sub(b.last).Seconds()*rate)
	b.last = now
	if b.tokens >= 1 {
		b.tokens--
		return 0
	}
	wait := time.Duration(math.Ceil((1-b.tokens)/rate)) * time.Second
	b.until = now.Add(wait)
	return wait
}

// allow counts one message; s.mu is held.
func (s *Server) allow(c *chat, method string, p params) *failure {
	now := time.Now()
	all, perSecond := &s.all, s.limits.All
	if p["allow_paid_broadcast"] == "true" {
		all, perSecond = &s.paid, s.limits.Paid
	}
	for _, b := range []*bucket{&c.sent, all} {
		if wait := b.until.Sub(now); wait > 0 {
			s.note(method, "sent before retry_after was over")
			return tooMany(wait)
		}
	}
	rate, burst := s.limits.Chat, 3.0
	if c.group() {
		rate, burst = s.limits.Group/60, s.limits.Group
	}
	wait := c.sent.take(now, rate, burst)
	if wait == 0 {
		wait = all.take(now, perSecond, perSecond)
	}
	if wait > 0 {
		s.note(method, "too many messages")
		return tooMany(wait)
	}
	return nil
}

func tooMany(wait time.Duration) *failure {
	n := int(math.Ceil(wait.Seconds()))
	return &failure{code: 429, desc: fmt.Sprintf("Too Many Requests: retry after %d", n), retry: n}
}
