package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

// HasBoard implements [bot.MaybeBoard].
func (c *Channel) HasBoard() bool { return c.cfg.Board != "" }

// Post implements [bot.Board]. Without a channel for the board it refuses.
func (c *Channel) Post(ctx context.Context, p bot.Post) (string, error) {
	where := place{channel: c.cfg.Board}
	if p.Thread != "" {
		var err error
		if where, err = splitPost(p.Thread); err != nil {
			return "", err
		}
	}
	if where.channel == "" {
		return "", fmt.Errorf("%w: there is no channel for it", bot.ErrRejected)
	}
	if c.me.Load() == nil {
		return "", c.health.ready()
	}
	id, err := c.postOnce(ctx, where, p)
	if where.thread != "" {
		return id, err
	}
	if is(err, gone) { // the channel of the board: somebody has to put that right, and what is to be told waits
		err = errors.New("SLACK_CHANNEL: " + err.Error()) // not [bot.ErrGone], for which nobody would try again
		c.health.board(err)
	} else if err == nil {
		c.health.board(nil)
	}
	return id, err
}

func (c *Channel) postOnce(ctx context.Context, where place, p bot.Post) (string, error) {
	id, err := c.find(ctx, c.once, where, p.Key, p.Since)
	if err != nil {
		return "", fmt.Errorf("look for post: %w", err)
	}
	if id != "" {
		post := where.channel + "/" + id
		if where.thread != "" { // what is said there stays as it is
			return post, nil
		}
		if err := c.Update(ctx, post, p.View); err != nil && !errors.Is(err, bot.ErrGone) {
			return "", err
		}
		return post, nil
	}
	if err := c.pace.wait(ctx, where.channel); err != nil {
		return "", err
	}
	m := drawMessages(p.View, 1)[0]
	err = c.once(ctx, call{method: "chat.postMessage", channel: where.channel, do: func(ctx context.Context) (err error) {
		_, id, err = c.api.PostMessageContext(ctx, where.channel, options(where, p.Key, m)...)
		return err
	}})
	if err != nil {
		return "", fmt.Errorf("post: %w", err)
	}
	return where.channel + "/" + id, nil
}

// Update implements [bot.Board].
func (c *Channel) Update(ctx context.Context, id string, v bot.View) error {
	where, err := splitPost(id)
	if err != nil {
		return err
	}
	m := drawMessages(v, 1)[0]
	p := c.try(ctx, call{method: "chat.update", do: func(ctx context.Context) error {
		_, _, _, err := c.api.UpdateMessageContext(ctx, where.channel, where.thread, slackapi.MsgOptionText(m.text, false), slackapi.MsgOptionBlocks(m.blocks...))
		return err
	}})
	switch {
	case p == nil:
		return nil
	case p.kind == uneditable:
		return fmt.Errorf("update post: %w", bot.ErrGone)
	}
	return fmt.Errorf("update post: %w", p)
}

// Key implements [bot.Board].
func (c *Channel) Key(ctx context.Context, id string) (string, error) {
	where, err := splitPost(id)
	me := c.me.Load()
	if err != nil || me == nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	key := ""
	err = c.send(ctx, call{method: "conversations.replies", do: func(ctx context.Context) error {
		list, _, _, err := c.api.GetConversationRepliesContext(ctx, &slackapi.GetConversationRepliesParameters{
			ChannelID: where.channel, Timestamp: where.thread, Limit: 1, IncludeAllMetadata: true,
		})
		if err == nil && len(list) > 0 && list[0].Timestamp == where.thread {
			key = keyOf(list[0], *me)
		}
		return err
	}})
	if err != nil && !is(err, gone) {
		return "", fmt.Errorf("look for key: %w", err)
	}
	return key, nil
}

// splitPost reads a post's id as the place of its thread.
func splitPost(id string) (place, error) {
	channel, ts, found := strings.Cut(id, "/")
	if !found || channel == "" || ts == "" {
		return place{}, fmt.Errorf("%w: the post is none of Slack's", bot.ErrRejected)
	}
	return place{channel, ts}, nil
}

// Refresh implements [bot.Board].
func (c *Channel) Refresh() {
	select {
	case c.stale <- struct{}{}:
	default: // said already
	}
}
