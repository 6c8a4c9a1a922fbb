package telegram

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	tgbot "github.com/go-telegram/bot"

	"exchangebot/bot"
)

const (
	maxConnections = 40 // Telegram's default: more answer no more a second, and each costs memory
	checkEvery     = time.Minute
)

// listen sets the webhook and keeps it set until ctx ends.
func (c *Channel) listen(ctx context.Context, sink bot.Sink) {
	c.hook.begin(sink)
	defer c.hook.end(c.cfg.Grace)
	c.setWebhook(ctx, false)
	check := time.NewTicker(checkEvery)
	defer check.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.hook.wrong:
			// Telegram does not tell which secret is set: the wrong one may be
			// that of the run before. Somebody else's must not set it all the time.
			c.setWebhook(ctx, true)
			if sleep(ctx, checkEvery) != nil {
				return
			}
		case <-check.C:
			if c.health.ready() != nil {
				c.setWebhook(ctx, false)
			}
		}
	}
}

// setWebhook sets the webhook where it differs from what it should be, or anyway.
func (c *Channel) setWebhook(ctx context.Context, anyway bool) {
	want := &tgbot.SetWebhookParams{
		URL:            strings.TrimRight(c.cfg.WebhookURL, "/") + WebhookPath,
		SecretToken:    c.cfg.WebhookSecret,
		MaxConnections: maxConnections,
		AllowedUpdates: allowedUpdates,
	}
	differs := false
	err := c.insist(ctx, "getWebhookInfo", func(ctx context.Context) error {
		info, err := c.tg.GetWebhookInfo(ctx)
		differs = anyway || err == nil && (info.URL != want.URL || info.MaxConnections != want.MaxConnections ||
			!slices.Equal(info.AllowedUpdates, want.AllowedUpdates) || strings.Contains(info.LastErrorMessage, "401"))
		return err
	})
	if err == nil && differs {
		err = c.insist(ctx, "setWebhook", func(ctx context.Context) error {
			_, err := c.tg.SetWebhook(ctx, want)
			return err
		})
	}
	switch {
	case ctx.Err() != nil:
	case err != nil:
		c.log.ErrorContext(ctx, "webhook is not set: check TELEGRAM_WEBHOOK_URL", "error", err)
		c.health.receives(errors.New("telegram: webhook is not set"))
	default:
		c.health.receives(nil)
	}
}
