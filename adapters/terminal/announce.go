package terminal

import (
	"context"
	"unicode/utf8"

	"exchangebot/bot"
)

var _ bot.Announcer = (*Channel)(nil)

// Announce implements [bot.Announcer]. There is one person, and nothing to wait for.
func (c *Channel) Announce(ctx context.Context, chat bot.ChatID, m bot.Message, claim func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := claim(); err != nil {
		return err
	}
	if err := c.Send(ctx, chat, m); err != nil {
		return &bot.Undelivered{Reason: bot.ReasonUnknown, Err: err}
	}
	c.prompt()
	return nil
}

// Rate implements [bot.Announcer].
func (c *Channel) Rate() float64 { return 1000 }

// Preview implements [bot.Announcer].
func (c *Channel) Preview(m bot.Message) bot.Preview {
	return bot.Preview{Text: m.Text, Length: utf8.RuneCountInString(Render(m.Text)), Limit: maxLine}
}
