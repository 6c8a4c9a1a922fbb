package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	// maxDraws is how often a page is drawn anew that others draw as well, or
	// that somebody waits for while Slack fails; then after drawAgain.
	maxDraws  = 3
	drawAgain = 2 * time.Second
)

// page is a home page as it was drawn last, by whichever replica. Its fields
// are never renamed.
type page struct {
	Hash  string    `json:"hash"` // empty: not known, as Slack's answer was lost
	Drawn time.Time `json:"drawn"`
}

// redraw draws the open pages again after changes, until ctx ends.
func (c *Channel) redraw(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.stale:
		}
		if sleep(ctx, refreshAfter) != nil {
			return
		}
		select {
		case <-c.stale: // what was said meanwhile is seen now
		default:
		}
		if err := c.redrawAll(ctx); err != nil && ctx.Err() == nil {
			c.log.WarnContext(ctx, "home pages not drawn again", "error", err)
		}
	}
}

func (c *Channel) redrawAll(ctx context.Context) error {
	list, err := c.cfg.Store.Documents(ctx, bot.DocumentQuery{Kind: bot.DocumentHome, Limit: maxHome})
	if err != nil {
		return err
	}
	for _, d := range list {
		if time.Since(d.At) < homeFor {
			c.drawHome(ctx, d.Key, "", time.Time{})
		} else if err := c.cfg.Store.DeleteDocument(ctx, d); err != nil && !errors.Is(err, bot.ErrConflict) {
			return err
		}
	}
	return nil
}

// drawHome draws a person's page, unless somebody else has drawn it since it
// was read: then what they could not know yet is drawn anew. hash is that of
// the page when it was opened; empty, and without a time: it was before.
func (c *Channel) drawHome(ctx context.Context, user, hash string, opened time.Time) {
	if c.cfg.Desk == nil {
		return
	}
	staff := c.staff(ctx, user)
	refused := "" // the hash that was not that of the page any more
	for draws := 1; ; draws++ {
		d, stored, err := c.pageOf(ctx, user)
		if err == nil {
			if (hash == "" || stored.Drawn.After(opened)) && stored.Hash != refused {
				hash = stored.Hash
			}
			tried := hash
			hash, err = c.publish(ctx, user, hash, c.cfg.Desk.Home(ctx, staff))
			if is(err, stale) && draws < maxDraws {
				refused = tried
				continue
			}
			if (is(err, temporary) || is(err, limited)) && !opened.IsZero() && draws < maxDraws && sleep(ctx, drawAgain) == nil {
				if isLost(err) { // it may have been drawn
					refused = cmp.Or(refused, tried)
				}
				continue
			}
		}
		if staff.May() && (err == nil || isLost(err)) { // nobody else's page changes
			if !opened.IsZero() {
				d.At = opened.UTC()
			}
			err = errors.Join(err, c.keepPage(ctx, d, page{hash, time.Now().UTC()}))
		}
		if err != nil && !errors.Is(err, bot.ErrConflict) && ctx.Err() == nil {
			c.log.WarnContext(ctx, "home page not drawn", "error", err)
		}
		return
	}
}

func (c *Channel) pageOf(ctx context.Context, user string) (d *bot.Document, p page, err error) {
	d, err = c.cfg.Store.Document(ctx, bot.DocumentHome, user)
	if err == nil && d.Version > 0 {
		err = json.Unmarshal([]byte(d.Data), &p)
	}
	if err != nil {
		return d, p, fmt.Errorf("read home page: %w", err)
	}
	return d, p, nil
}

func (c *Channel) keepPage(ctx context.Context, d *bot.Document, p page) error {
	data, err := json.Marshal(p)
	if err == nil {
		d.Data = string(data)
		err = c.cfg.Store.SaveDocument(ctx, d)
	}
	if err != nil {
		return fmt.Errorf("save home page: %w", err)
	}
	return nil
}

// publish shows a page and returns its hash.
func (c *Channel) publish(ctx context.Context, user, hash string, v bot.View) (string, error) {
	blocks := v.Blocks
	if len(blocks) == 0 {
		blocks = []bot.Block{{Text: bot.Escape(cmp.Or(v.Text, "…"))}}
	}
	request := slackapi.PublishViewContextRequest{UserID: user, View: slackapi.HomeTabViewRequest{
		Type: slackapi.VTHomeTab, Blocks: slackapi.Blocks{BlockSet: drawBlocks(blocks, maxViewBlocks)},
	}}
	if hash != "" {
		request.Hash = &hash
	}
	p := c.try(ctx, call{method: "views.publish", do: func(ctx context.Context) error {
		shown, err := c.api.PublishViewContext(ctx, request)
		if err == nil {
			hash = shown.View.Hash
		}
		return err
	}})
	if p != nil {
		return "", p
	}
	return hash, nil
}
