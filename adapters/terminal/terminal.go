// Package terminal is the channel of a person at a terminal: for trying the
// bot out, without a token and without a network.
package terminal

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"exchangebot/bot"
)

// maxLine is the longest line that is read, in bytes.
const maxLine = 1 << 20

// Channel reads one message a line and writes what the bot says. A line that
// is only a number presses the button of that number.
type Channel struct {
	in     io.Reader
	out    io.Writer
	locale string

	mu       sync.Mutex
	said     int
	keyboard [][]bot.Button // the newest one
	under    string         // the id of the message it stands under
}

// New makes a channel for somebody whose device is set to locale.
func New(in io.Reader, out io.Writer, locale string) *Channel {
	return &Channel{in: in, out: out, locale: locale}
}

// Name implements [bot.Channel].
func (c *Channel) Name() string { return "terminal" }

// Ready implements [bot.Channel].
func (c *Channel) Ready() error { return nil }

// Run implements [bot.Channel]. It also ends, without an error, where the
// input ends.
func (c *Channel) Run(ctx context.Context, sink bot.Sink) error {
	started := time.Now()
	for n, line := range c.lines(ctx) {
		u := bot.Update{
			ID:     fmt.Sprintf("%d-%d", started.UnixNano(), n),
			Chat:   bot.NewChatID(c.Name(), "me"),
			Text:   strings.ToValidUTF8(line, "\uFFFD"),
			Locale: c.locale,
			Time:   time.Now(),
		}
		if press, ok := c.press(line); ok {
			u.Kind, u.Press = bot.KindPress, press
			u.Press.ID = u.ID
		}
		done := make(chan error, 1)
		sink(u, func(err error) { done <- err })
		if err := <-done; err != nil {
			return err
		}
	}
	return nil
}

// lines reads the input in the background, so that a program that is told to
// stop does not wait for a person to type.
func (c *Channel) lines(ctx context.Context) func(yield func(int, string) bool) {
	lines := make(chan string)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(c.in)
		scanner.Buffer(nil, maxLine)
		for scanner.Scan() {
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return func(yield func(int, string) bool) {
		for n := 0; ; n++ {
			c.prompt()
			select {
			case line, open := <-lines:
				if !open || !yield(n, line) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

func (c *Channel) prompt() { fmt.Fprint(c.out, "\n> ") }

// press is the button whose number was typed, if it was.
func (c *Channel) press(line string) (bot.Press, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	number, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return bot.Press{}, false
	}
	for _, row := range c.keyboard {
		for _, b := range row {
			if number--; number == 0 && b.Data != "" {
				return bot.Press{Data: b.Data, Message: c.under, Buttons: c.keyboard}, true
			}
		}
	}
	return bot.Press{}, false
}

// Send implements [bot.Channel]. A terminal cannot change what it has shown:
// an edited message is shown again, and of a picture its address.
func (c *Channel) Send(_ context.Context, _ bot.ChatID, m bot.Message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var b strings.Builder
	if m.Picture != "" {
		b.WriteString("\n" + m.Picture + "\n")
	}
	if m.Text != "" {
		b.WriteString("\n" + Render(m.Text) + "\n")
	}
	if m.File != nil {
		fmt.Fprintf(&b, "\n%s:\n%s\n", m.File.Name, m.File.Data)
	}
	if m.Press == "" {
		c.keyboard = m.Buttons
		if c.under = m.Edit; m.Edit == "" {
			c.said++
			c.under = strconv.Itoa(c.said)
		}
	}
	if m.Press == "" {
		writeKeyboard(&b, m.Buttons) // numbered anew
	}
	if _, err := io.WriteString(c.out, b.String()); err != nil {
		return fmt.Errorf("write to terminal: %w", err)
	}
	return nil
}

func writeKeyboard(b *strings.Builder, rows [][]bot.Button) {
	number := 0
	for _, row := range rows {
		b.WriteString("\n ")
		for _, button := range row {
			number++
			fmt.Fprintf(b, " (%d) %s ", number, button.Label)
			if button.URL != "" {
				b.WriteString(button.URL + " ")
			}
		}
	}
	if number > 0 {
		b.WriteString("\n")
	}
}
