package bottest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"unicode/utf16"

	"exchangebot/bot"
)

// Announcer is a [Channel] that is a [bot.Announcer] as well: it keeps its
// word, and holds the bot to the other side of the contract.
type Announcer struct {
	*Channel
	name string
	rate float64

	mu    sync.Mutex
	calls map[bot.ChatID]int
	do    func(ctx context.Context, chat bot.ChatID, m bot.Message) error
}

// NewAnnouncer returns one of that name that sends so many a second at most.
func NewAnnouncer(name string, rate float64) *Announcer {
	return &Announcer{Channel: NewChannel(), name: name, rate: rate, calls: map[bot.ChatID]int{}}
}

// Name implements [bot.Channel].
func (a *Announcer) Name() string { return a.name }

// Rate implements [bot.Announcer].
func (a *Announcer) Rate() float64 { return a.rate }

// limit is the longest text; a caption is shorter.
const limit, captionLimit = 4096, 1024

// Preview implements [bot.Announcer].
func (a *Announcer) Preview(m bot.Message) bot.Preview {
	p := bot.Preview{Text: m.Text, Length: len(utf16.Encode([]rune(m.Text))), Limit: limit}
	if m.Picture != "" {
		p.Limit = captionLimit
	}
	return p
}

// Answer lets every call be answered by do, which may block; nil lets all of
// them succeed.
func (a *Announcer) Answer(do func(ctx context.Context, chat bot.ChatID, m bot.Message) error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.do = do
}

// Calls are how often each chat was called.
func (a *Announcer) Calls(chat bot.ChatID) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.calls[chat]
}

// Announce implements [bot.Announcer].
func (a *Announcer) Announce(ctx context.Context, chat bot.ChatID, m bot.Message, claim func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := claim(); err != nil {
		return err
	}
	a.mu.Lock()
	do := a.do
	a.calls[chat]++
	a.mu.Unlock()
	if do != nil {
		if err := do(ctx, chat, m); err != nil {
			return err
		}
	}
	if err := a.Send(ctx, chat, m); err != nil {
		reason := bot.ReasonUnknown
		if errors.Is(err, bot.ErrRejected) {
			reason = bot.ReasonRejected
		}
		return &bot.Undelivered{Reason: reason, Err: fmt.Errorf("announce: %w", err)}
	}
	return nil
}
