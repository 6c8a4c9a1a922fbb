package telegram

import (
	"context"
	"fmt"
)

// Check asks Telegram once whether it knows the bot. It needs no running channel.
func (c *Channel) Check(ctx context.Context) error {
	p := c.try(ctx, call{method: "getMe", do: func(ctx context.Context, _ int64) error {
		_, err := c.tg.GetMe(ctx)
		return err
	}})
	if p != nil {
		return fmt.Errorf("reach Telegram: %w", p)
	}
	return nil
}
