package bottest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf16"

	"exchangebot/bot"
)

// Crowd is whom announcements reach: the far side of a platform, which all the
// [Announcer]s of several processes share. It notes who breaks the contract.
type Crowd struct {
	mu       sync.Mutex
	store    bot.DocumentStore
	answer   func(bot.ChatID) (taken bool, err error)
	got      map[bot.ChatID][]time.Time
	calls    []time.Time
	problems []error
}

// NewCrowd returns one that takes every message. A call is refused unless its
// claim stands in the store; a nil store lets them all pass.
func NewCrowd(store bot.DocumentStore) *Crowd {
	return &Crowd{store: store, got: map[bot.ChatID][]time.Time{}}
}

// Answer lets f say what comes of every call: whether the message arrives, and
// what is answered. f may block.
func (c *Crowd) Answer(f func(bot.ChatID) (taken bool, err error)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answer = f
}

// Got is when a chat got its messages.
func (c *Crowd) Got(chat bot.ChatID) []time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.got[chat]
}

// Reached is how many chats got something.
func (c *Crowd) Reached() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.got)
}

// Calls is when calls were made, also those that failed.
func (c *Crowd) Calls() []time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]time.Time(nil), c.calls...)
}

// Problems are the breaches of the contract.
func (c *Crowd) Problems() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return errors.Join(c.problems...)
}

// call is one that has reached the platform.
func (c *Crowd) call(ctx context.Context, chat bot.ChatID, m bot.Message) error {
	problem := check(m)
	if c.store != nil {
		problem = errors.Join(problem, claimed(context.WithoutCancel(ctx), c.store, chat))
	}
	c.mu.Lock()
	answer := c.answer
	c.calls = append(c.calls, time.Now())
	if problem != nil {
		c.problems = append(c.problems, fmt.Errorf("%s: %w", chat, problem))
	}
	c.mu.Unlock()
	if problem != nil {
		return &bot.Undelivered{Reason: bot.ReasonRejected, Err: problem}
	}
	taken, err := true, error(nil)
	if answer != nil {
		taken, err = answer(chat)
	}
	if taken {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.got[chat] = append(c.got[chat], time.Now())
	}
	return err
}

// claimed is nil when the store says of a recipient that a call is under way.
func claimed(ctx context.Context, store bot.DocumentStore, chat bot.ChatID) error {
	q := bot.DocumentQuery{Kind: bot.DocumentAudience, Open: true, Limit: 1000}
	rolls, err := store.Documents(ctx, q)
	if err != nil {
		return nil // the store has gone away since, and tells nobody
	}
	for _, d := range rolls {
		if !strings.Contains(d.Data, `"`+string(chat)+`"`) {
			continue
		}
		var roll struct {
			Recipients []struct {
				Chat bot.ChatID `json:"chat"`
			} `json:"recipients"`
		}
		var slip struct {
			Letters string `json:"letters"`
		}
		batch, err := store.Document(ctx, bot.DocumentBatch, d.Key)
		if err != nil {
			return nil
		}
		if err = json.Unmarshal([]byte(d.Data), &roll); err == nil && batch.Version > 0 {
			err = json.Unmarshal([]byte(batch.Data), &slip)
		}
		if err != nil {
			return err
		}
		for i, r := range roll.Recipients {
			if r.Chat == chat && i < len(slip.Letters) && slip.Letters[i] == 'c' {
				return nil
			}
		}
	}
	return errors.New("called without a stored claim")
}

// Announcer is a [Channel] that is a [bot.Announcer] as well.
type Announcer struct {
	*Channel
	name  string
	rate  float64
	crowd *Crowd

	mu   sync.Mutex
	next time.Time // when the rate allows a call
}

// NewAnnouncer returns one of that name that reaches a crowd of its own with
// so many calls a second at most.
func NewAnnouncer(name string, rate float64) *Announcer { return NewCrowd(nil).Announcer(name, rate) }

// Announcer returns one of that name that reaches the crowd with so many calls
// a second at most.
func (c *Crowd) Announcer(name string, rate float64) *Announcer {
	return &Announcer{Channel: NewChannel(), name: name, rate: rate, crowd: c}
}

// Name implements [bot.Channel].
func (a *Announcer) Name() string { return a.name }

// Rate implements [bot.Announcer].
func (a *Announcer) Rate() float64 { return a.rate }

// What a message may hold, in UTF-16 units.
const textLimit, captionLimit = 4096, 1024

// Preview implements [bot.Announcer].
func (a *Announcer) Preview(m bot.Message) bot.Preview { return preview(m) }

func preview(m bot.Message) bot.Preview {
	p := bot.Preview{Text: m.Text, Length: len(utf16.Encode([]rune(m.Text))), Limit: textLimit}
	if m.Picture != "" {
		p.Limit = captionLimit
	}
	return p
}

// Announce implements [bot.Announcer].
func (a *Announcer) Announce(ctx context.Context, chat bot.ChatID, m bot.Message, claim func() error) error {
	if err := a.wait(ctx); err != nil {
		return err
	}
	if err := claim(); err != nil {
		return err
	}
	return a.crowd.call(ctx, chat, m)
}

func (a *Announcer) wait(ctx context.Context) error {
	a.mu.Lock()
	now := time.Now()
	if a.next.Before(now) {
		a.next = now
	}
	wait := a.next.Sub(now)
	a.next = a.next.Add(time.Duration(float64(time.Second) / a.rate))
	a.mu.Unlock()
	select {
	case <-time.After(wait):
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Hold keeps everything back for so long, as a platform does that was called
// too often.
func (a *Announcer) Hold(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if until := time.Now().Add(d); a.next.Before(until) {
		a.next = until
	}
}
