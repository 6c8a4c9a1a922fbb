package bottest

import (
	"context"
	"errors"

	"exchangebot/bot"
)

// voice is a board whose chats get announcements as well.
type voice struct{ *Board }

// Rate implements [bot.Announcer].
func (voice) Rate() float64 { return 30 }

// Preview implements [bot.Announcer].
func (voice) Preview(m bot.Message) bot.Preview { return preview(m) }

// Announce implements [bot.Announcer].
func (v voice) Announce(ctx context.Context, chat bot.ChatID, m bot.Message, claim func() error) error {
	if err := claim(); err != nil {
		return err
	}
	err := v.Send(ctx, chat, m)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, bot.ErrGone):
		return &bot.Undelivered{Reason: bot.ReasonBlocked, Err: err}
	}
	return &bot.Undelivered{Reason: bot.ReasonRejected, Err: err}
}
