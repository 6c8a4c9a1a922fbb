package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	tgbot "github.com/go-telegram/bot"

	"exchangebot/bot"
)

// What polling waits for. Telegram allows 50 s; while something is in hand,
// getUpdates answers at once with what is known already.
const (
	pollTimeout  = 50 * time.Second
	pollMargin   = 15 * time.Second // for the answer to come, above pollTimeout
	shortPause   = 50 * time.Millisecond
	longPause    = 250 * time.Millisecond
	conflictWait = 5 * time.Second
	// settling is how long Telegram may take to notice that a request was
	// cancelled: one that comes earlier is a second poller to it.
	settling = 300 * time.Millisecond
)

// poll hands on updates until ctx ends, and then confirms what is done.
func (c *Channel) poll(ctx context.Context, sink bot.Sink) {
	if c.leaveWebhook(ctx) != nil {
		return
	}
	w := newWindow(sink)
	fail := newBackOff(500*time.Millisecond, 5*time.Second)
	pause := shortPause
	cancelled := false
	timeout := time.Duration(0) // at first, to learn at once whether it works
	for ctx.Err() == nil {
		offset, _ := w.position()
		start := time.Now()
		batch, p := c.getUpdates(ctx, offset, maxWindow, timeout)
		if ctx.Err() != nil {
			cancelled = true
			if time.Since(start) > time.Second {
				w.answered(offset) // it has long been read
			}
			break
		}
		if p != nil {
			c.pollFailed(ctx, p, fail.NextBackOff())
			timeout = 0
			continue
		}
		hasty := timeout > 0 && time.Since(start) < shortPause
		timeout = pollTimeout
		fail.Reset()
		c.health.receives(nil)
		w.answered(offset)
		news := w.add(c.incoming(ctx, batch))
		w.hand(time.Now())
		if pause = min(2*pause, longPause); news > 0 {
			pause = shortPause
		} else if hasty { // whatever the server does, never ask without a pause
			_ = sleep(ctx, shortPause)
		}
		w.wait(ctx, pause)
	}
	c.confirm(context.WithoutCancel(ctx), w, cancelled)
}

// pollFailed waits as the problem asks.
func (c *Channel) pollFailed(ctx context.Context, p *problem, pause time.Duration) {
	switch p.kind {
	case conflict:
		c.log.ErrorContext(ctx, "another program takes the updates of this bot: stop it, or give this one a TELEGRAM_BOT_TOKEN of its own")
		c.health.receives(errors.New("telegram: another program takes the updates of this bot"))
		pause += conflictWait
	case limited:
		pause = max(p.retry, time.Second)
	case unauthorized:
		pause = slowly
	case temporary: // logged once by health
	default:
		c.log.ErrorContext(ctx, "telegram refuses to give updates", "error", p)
	}
	_ = sleep(ctx, pause) // the loop sees the end of ctx
}

// leaveWebhook makes polling possible where a webhook was set before. What
// waits to be delivered stays.
func (c *Channel) leaveWebhook(ctx context.Context) error {
	set := false
	err := c.insist(ctx, "getWebhookInfo", func(ctx context.Context) error {
		info, err := c.tg.GetWebhookInfo(ctx)
		set = err == nil && info.URL != ""
		return err
	})
	if set {
		err = c.insist(ctx, "deleteWebhook", func(ctx context.Context) error {
			_, err := c.tg.DeleteWebhook(ctx, &tgbot.DeleteWebhookParams{})
			return err
		})
	}
	if err != nil && ctx.Err() == nil {
		c.log.WarnContext(ctx, "webhook left as it is", "error", err)
	}
	return ctx.Err()
}

// incoming decodes a batch.
func (c *Channel) incoming(ctx context.Context, batch []json.RawMessage) []incoming {
	var list []incoming
	for _, raw := range batch {
		u, err := parse(raw)
		if err != nil {
			c.log.ErrorContext(ctx, "update left out", "error", err)
		}
		if u == nil {
			continue
		}
		in := incoming{id: u.ID}
		var forUs bool
		in.update, forUs = c.decode(ctx, u)
		in.ignore = !forUs
		list = append(list, in)
	}
	return list
}

// confirm waits for the turns under way and tells Telegram what is done, so
// that the next start sees nothing twice.
func (c *Channel) confirm(ctx context.Context, w *window, cancelled bool) {
	if cancelled {
		_ = sleep(ctx, settling)
	}
	graced, cancel := context.WithTimeout(ctx, c.cfg.Grace)
	defer cancel()
	w.drain(graced)
	offset, confirmed := w.position()
	if confirmed {
		return
	}
	last, stop := context.WithTimeout(ctx, 2*time.Second)
	defer stop()
	if _, p := c.getUpdates(last, offset, 1, 0); p != nil {
		c.log.WarnContext(ctx, "some updates that are done will come again", "error", p)
	}
}

// getUpdates is the one call that the library does not offer.
func (c *Channel) getUpdates(ctx context.Context, offset int64, limit int, timeout time.Duration) ([]json.RawMessage, *problem) {
	updates, p := c.askUpdates(ctx, offset, limit, timeout)
	if ctx.Err() == nil {
		c.health.met("getUpdates", p)
	}
	return updates, p
}

func (c *Channel) askUpdates(ctx context.Context, offset int64, limit int, timeout time.Duration) ([]json.RawMessage, *problem) {
	ctx, cancel := context.WithTimeout(ctx, timeout+pollMargin)
	defer cancel()
	body, _ := json.Marshal(struct {
		Offset  int64    `json:"offset,omitempty"`
		Limit   int      `json:"limit"`
		Timeout int      `json:"timeout"`
		Allowed []string `json:"allowed_updates"`
	}{offset, limit, int(timeout.Seconds()), allowedUpdates})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.cfg.APIURL+"/bot"+c.cfg.Token+"/getUpdates", bytes.NewReader(body))
	if err != nil {
		return nil, network(err, exchange{})
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := c.client.Do(r)
	if err != nil {
		return nil, network(err, exchange{})
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, network(err, exchange{})
	}
	var a struct {
		Result      []json.RawMessage `json:"result"`
		Description string            `json:"description"`
		Parameters  struct {
			RetryAfter int `json:"retry_after"`
		} `json:"parameters"`
	}
	err = json.Unmarshal(answer, &a)
	if res.StatusCode != http.StatusOK {
		return nil, refusal(res.StatusCode, strings.TrimSpace(a.Description), a.Parameters.RetryAfter, 0)
	}
	if err != nil {
		return nil, network(err, exchange{})
	}
	return a.Result, nil
}
