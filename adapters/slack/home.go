package slack

import (
	"context"
	"sync"
	"time"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

const (
	// homeFor is how long a home page counts as open: Slack does not tell when
	// it is closed.
	homeFor = time.Hour
	maxHome = 200
	// refreshAfter gathers changes, and spares Slack and the store.
	refreshAfter = 3 * time.Second
)

// homes are the home pages that people have opened lately. Its zero value is
// ready.
type homes struct {
	mu     sync.Mutex
	opened map[string]time.Time
	stale  chan struct{}
}

func (h *homes) signal() chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stale == nil {
		h.stale = make(chan struct{}, 1)
	}
	return h.stale
}

func (h *homes) refresh() {
	select {
	case h.signal() <- struct{}{}:
	default: // said already
	}
}

func (h *homes) open(user string, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.opened == nil || len(h.opened) >= maxHome {
		h.opened = map[string]time.Time{}
	}
	h.opened[user] = now
}

// users are those whose page is open, as far as one knows.
func (h *homes) users(now time.Time) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []string
	for user, at := range h.opened {
		if now.Sub(at) > homeFor {
			delete(h.opened, user)
			continue
		}
		list = append(list, user)
	}
	return list
}

// redraw draws the open pages again after changes, until ctx ends.
func (c *Channel) redraw(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.homes.signal():
		}
		if sleep(ctx, refreshAfter) != nil {
			return
		}
		select {
		case <-c.homes.signal(): // what was said meanwhile is seen now
		default:
		}
		for _, user := range c.homes.users(time.Now()) {
			c.drawHome(ctx, user)
		}
	}
}

func (c *Channel) openHome(user string) {
	c.homes.open(user, time.Now())
	c.drawHome(c.work, user)
}

func (c *Channel) drawHome(ctx context.Context, user string) {
	if c.cfg.Desk == nil {
		return
	}
	v := c.cfg.Desk.Home(ctx, c.staff(ctx, user))
	blocks := v.Blocks
	if len(blocks) == 0 {
		blocks = []bot.Block{{Text: firstOf(v.Text, "…")}}
	}
	p := c.try(ctx, call{method: "views.publish", do: func(ctx context.Context) error {
		_, err := c.api.PublishViewContext(ctx, slackapi.PublishViewContextRequest{UserID: user, View: slackapi.HomeTabViewRequest{
			Type: slackapi.VTHomeTab, Blocks: slackapi.Blocks{BlockSet: drawBlocks(blocks, maxViewBlocks)},
		}})
		return err
	}})
	if p != nil && ctx.Err() == nil {
		c.log.WarnContext(ctx, "home page not drawn", "error", p)
	}
}
