package slack

import (
	"cmp"
	"context"
	"crypto/rand"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

const (
	// maxAnswers is how many messages one answer may take: Slack takes five
	// for each command or press (docs.slack.dev/interactivity/handling-user-interaction).
	maxAnswers = 3
	// answerFor is how long a response_url is good for, with a margin.
	answerFor = 29 * time.Minute
)

// show shows a person what came of something that they did.
func (c *Channel) show(ctx context.Context, h here, r bot.Response) {
	if r.Form != nil { // first: it does not wait
		c.showForm(ctx, h, r.Form)
	}
	if r.File != nil {
		text := ""
		if r.View != nil && !strings.HasPrefix(h.channel, "D") { // there the view follows it
			text = r.View.Text
		}
		err := c.toPerson(ctx, h.person, func(where place) error { return c.file(ctx, where, r.File, text) })
		if c.report(ctx, "file", err); err != nil { // which the view says that it comes
			r.View, r.Notice = nil, c.phrases(ctx, c.speaker(h.person)).Failed
		}
	}
	if h.inside && r.Form == nil && c.showInside(ctx, h, r) {
		return
	}
	if r.View != nil {
		c.report(ctx, "view", c.showView(ctx, h, *r.View, r.Replace))
	}
	if notice := oneLine(r.Notice); notice != "" {
		c.report(ctx, "notice", c.tell(ctx, h, plainMessage(notice), false))
	}
}

// plainMessage is one without blocks.
func plainMessage(text string) message {
	return message{text: fallback(cmp.Or(text, "…"))}
}

// showView shows a view in messages.
func (c *Channel) showView(ctx context.Context, h here, v bot.View, replace bool) error {
	replace = replace && h.pressed && h.answerTo != ""
	most := maxAnswers
	if replace {
		most = 1
	}
	for _, m := range drawMessages(v, most) {
		if err := c.tell(ctx, h, m, replace); err != nil {
			return err
		}
	}
	return nil
}

// tell shows a message to one person: where they are if Slack lets the bot
// speak there, else in their own chat with it.
func (c *Channel) tell(ctx context.Context, h here, m message, replace bool) error {
	private := strings.HasPrefix(h.channel, "D")
	if h.answerTo != "" && (!private || replace || !h.pressed) {
		err := c.respond(ctx, h, m, replace)
		if err == nil || !is(err, expired) {
			return err
		}
	}
	if h.channel != "" && !private {
		err := c.whisper(ctx, h.place, h.person, m)
		if err == nil || !is(err, gone) {
			return err
		}
	}
	if private {
		return c.post(ctx, h.place, rand.Text(), m)
	}
	return c.toPerson(ctx, h.person, func(where place) error {
		return c.post(ctx, where, rand.Text(), m)
	})
}

// toPerson does something in a person's own chat with the bot.
func (c *Channel) toPerson(ctx context.Context, user string, do func(place) error) error {
	where := place{}
	err := c.send(ctx, call{method: "conversations.open", do: func(ctx context.Context) error {
		opened, _, _, err := c.api.OpenConversationContext(ctx, &slackapi.OpenConversationParameters{Users: []string{user}})
		if err == nil {
			where.channel = opened.ID
		}
		return err
	}})
	if err != nil {
		return err
	}
	return do(where)
}

// respond answers through a response_url. It is an expired problem when that
// is not good any more.
func (c *Channel) respond(ctx context.Context, h here, m message, replace bool) error {
	tooLate := &problem{kind: expired, text: "response_url is too old"}
	left := answerFor - time.Since(h.at)
	if left <= 0 {
		return tooLate
	}
	w := &slackapi.WebhookMessage{Text: m.text, ResponseType: slackapi.ResponseTypeEphemeral, ReplaceOriginal: replace}
	if m.blocks != nil {
		w.Blocks = &slackapi.Blocks{BlockSet: m.blocks}
	}
	within, cancel := context.WithTimeout(ctx, left)
	defer cancel()
	err := c.send(within, call{method: "response_url", do: func(ctx context.Context) error {
		err := slackapi.PostWebhookCustomHTTPContext(ctx, h.answerTo, c.client, w)
		if p := judge(err); p != nil && p.kind == unauthorized { // 404: used or expired
			return slackapi.SlackErrorResponse{Err: "expired_trigger_id"}
		}
		return err
	}})
	if within.Err() != nil && ctx.Err() == nil {
		return tooLate
	}
	return err
}
