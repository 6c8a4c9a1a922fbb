package slack

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

var _ bot.Announcer = (*Channel)(nil)

// Announce implements [bot.Announcer]. Where the answer of Slack is lost, the
// message is looked for: what is not there has not arrived.
func (c *Channel) Announce(ctx context.Context, chat bot.ChatID, m bot.Message, claim func() error) error {
	where, err := splitChat(chat)
	if err != nil {
		return &bot.Undelivered{Reason: bot.ReasonNotFound, Err: err}
	}
	list := c.drawReply(m)
	if len(list) != 1 {
		return &bot.Undelivered{Reason: bot.ReasonRejected, Err: errors.New("announcement is empty, or too long for one message")}
	}
	if where.thread != "" {
		if p := c.try(ctx, c.lookUp(where)); p != nil {
			return c.undelivered(p, p.reason())
		}
	}
	if err := c.pace.yield(ctx, where.channel); err != nil {
		return fmt.Errorf("wait to announce: %w", err)
	}
	if err := claim(); err != nil {
		return err
	}
	if c.pace.holding(time.Now()) > 0 {
		return &bot.Undelivered{Reason: bot.ReasonLimited, Err: errors.New("slack wants to hear nothing for a while")}
	}
	key, begun := rand.Text(), time.Now()
	p := c.try(ctx, call{method: "chat.postMessage", channel: where.channel, do: func(ctx context.Context) error {
		_, _, err := c.single().PostMessageContext(ctx, where.channel, options(where, key, list[0])...)
		return err
	}})
	switch {
	case p == nil:
		return nil
	case p.kind != temporary || !p.maybeDone:
		return c.undelivered(p, p.reason())
	case c.me.Load() == nil || sleep(ctx, time.Second) != nil:
		return c.undelivered(p, bot.ReasonUnknown)
	}
	switch found, unseen := c.find(ctx, c.once, where, key, begun); {
	case unseen != nil:
		return c.undelivered(p, bot.ReasonUnknown)
	case found != "":
		return nil
	}
	return c.undelivered(p, bot.ReasonUnreachable)
}

// undelivered keeps announcements back where Slack has limited one.
func (c *Channel) undelivered(p *problem, reason bot.Reason) error {
	if p.kind == limited {
		c.pace.silence(p.retry, time.Now())
	}
	return &bot.Undelivered{Reason: reason, Err: p}
}

// single is the library without its repetitions.
func (c *Channel) single() *slackapi.Client {
	return slackapi.New(c.cfg.BotToken, slackapi.OptionAPIURL(c.cfg.APIURL), slackapi.OptionHTTPClient(c.client))
}

// reason is what a problem means to who announces, as far as nothing was lost.
func (p *problem) reason() bot.Reason {
	switch p.kind {
	case limited:
		return bot.ReasonLimited
	case temporary, unauthorized:
		return bot.ReasonUnreachable
	case gone:
		switch p.text {
		case "user_disabled", "is_archived":
			return bot.ReasonDeactivated
		case "not_in_channel":
			return bot.ReasonBlocked
		case "messages_tab_disabled", "restricted_action", "cannot_dm_bot":
			return bot.ReasonRejected // for which nobody is to be struck off the list
		}
		return bot.ReasonNotFound
	}
	return bot.ReasonRejected
}

// Rate implements [bot.Announcer].
func (c *Channel) Rate() float64 { return announceRate }
