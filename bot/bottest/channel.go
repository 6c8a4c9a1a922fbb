package bottest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"unicode/utf8"

	"exchangebot/bot"
)

// Channel is a [bot.Channel] in memory. It keeps what people would see, and
// refuses what no platform takes.
type Channel struct {
	mu    sync.Mutex
	sink  bot.Sink
	ready chan struct{} // closed when Run has begun
	chats map[bot.ChatID][]*Shown
	next  int
	fail  func(bot.ChatID, bot.Message) error
}

// Shown is one message as people see it.
type Shown struct {
	ID string
	bot.Message
}

// NewChannel returns a channel without chats.
func NewChannel() *Channel {
	return &Channel{ready: make(chan struct{}), chats: map[bot.ChatID][]*Shown{}}
}

// Fail lets Send ask f before it does anything; nil lets it work again.
func (c *Channel) Fail(f func(bot.ChatID, bot.Message) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail = f
}

// Name implements [bot.Channel].
func (c *Channel) Name() string { return "test" }

// Ready implements [bot.Channel].
func (c *Channel) Ready() error { return nil }

// Run implements [bot.Channel]. It can be run again after it ended.
func (c *Channel) Run(ctx context.Context, sink bot.Sink) error {
	c.mu.Lock()
	c.sink = sink
	close(c.ready)
	c.mu.Unlock()
	<-ctx.Done()
	c.mu.Lock()
	c.ready = make(chan struct{})
	c.mu.Unlock()
	return nil
}

// Deliver hands an update to the running bot. What comes out of the channel
// it returns is what the bot would confirm it with.
func (c *Channel) Deliver(u bot.Update) <-chan error {
	c.mu.Lock()
	ready := c.ready
	c.mu.Unlock()
	<-ready
	result := make(chan error, 1)
	c.sink(u, func(err error) { result <- err })
	return result
}

// Send implements [bot.Channel].
func (c *Channel) Send(ctx context.Context, chat bot.ChatID, m bot.Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	fail := c.fail
	c.mu.Unlock()
	if fail != nil { // it may block
		if err := fail(chat, m); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := check(m); err != nil {
		return fmt.Errorf("%w: %w", bot.ErrRejected, err)
	}
	if m.Press != "" {
		c.chats[chat] = append(c.chats[chat], &Shown{Message: m})
		return nil
	}
	if m.Edit != "" {
		i := slices.IndexFunc(c.chats[chat], func(s *Shown) bool { return s.ID == m.Edit })
		if i < 0 {
			return fmt.Errorf("%w: no message %s to edit", bot.ErrRejected, m.Edit)
		}
		old := c.chats[chat][i]
		if m.Text == "" {
			old.Buttons = m.Buttons
		} else {
			old.Message = m
		}
		return nil
	}
	c.next++
	c.chats[chat] = append(c.chats[chat], &Shown{ID: strconv.Itoa(c.next), Message: m})
	return nil
}

func check(m bot.Message) error {
	if m.Text == "" && m.Edit == "" && m.Press == "" && m.File == nil {
		return errors.New("nothing to say")
	}
	if m.File != nil && (m.Edit != "" || m.Press != "" || m.File.Name == "" || m.File.MediaType == "" || len(m.File.Data) > 1<<20) {
		return errors.New("a file that cannot be sent")
	}
	if m.Press != "" && len([]rune(m.Text)) > 200 { // core.telegram.org/bots/api#answercallbackquery
		return errors.New("a notice that is too long")
	}
	for _, row := range m.Buttons {
		if len(row) == 0 {
			return errors.New("an empty row of buttons")
		}
		for _, b := range row {
			if b.Label == "" || (b.Data == "") == (b.URL == "") || len(b.Data) > 64 || !utf8.ValidString(b.Label) {
				return fmt.Errorf("button %q cannot be shown", b.Label)
			}
		}
	}
	return nil
}

// Messages are what a chat shows now, oldest first. Notices, which pass, have
// no ID.
func (c *Channel) Messages(chat bot.ChatID) []Shown {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []Shown
	for _, s := range c.chats[chat] {
		list = append(list, *s)
	}
	return list
}
