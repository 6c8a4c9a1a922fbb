package slack

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

const (
	// slow is after how long somebody who waits is told that it takes longer.
	slow = time.Second
	// maxAnswers is how many messages one answer may take: Slack takes five
	// for each command or press (docs.slack.dev/interactivity/handling-user-interaction).
	maxAnswers = 3
	// answerFor is how long a response_url is good for, with a margin.
	answerFor = 29 * time.Minute
)

// here is where somebody did something, and sees what comes of it.
type here struct {
	place
	person   string
	answerTo string // a response_url; may be empty
	pressed  bool   // answerTo belongs to a message with buttons, and may replace it
	trigger  string // opens a modal; may be empty
	view     string // the modal that a button stood in, or that waits
	hash     string // of it
}

// command does what stands behind the slash command.
func (c *Channel) command(k command) {
	if c.cfg.Desk == nil {
		return
	}
	ctx := c.work
	h := here{place: place{channel: k.Channel}, person: k.User, answerTo: k.ResponseURL, trigger: k.Trigger}
	staff := c.staff(ctx, k.User)
	r := c.patiently(ctx, h, staff, func() bot.Response { return c.cfg.Desk.Command(ctx, staff, k.Text) })
	c.show(ctx, h, r)
}

// press does what stands behind a button of the desk's.
func (c *Channel) press(i *interaction) {
	if c.cfg.Desk == nil || len(i.Actions) == 0 || !strings.HasPrefix(i.Actions[0].ID, deskAction) {
		return
	}
	ctx := c.work
	h := here{person: i.User.ID, trigger: i.Trigger, answerTo: i.ResponseURL, pressed: true}
	h.place = place{firstOf(i.Channel.ID, i.Container.Channel), i.Container.Thread}
	if i.View.Type == "modal" {
		h.view, h.hash = i.View.ID, i.View.Hash
		_, h.answerTo = readMetadata(i.View.Metadata)
		h.pressed = false
	}
	staff := c.staff(ctx, i.User.ID)
	data := strings.ToValidUTF8(i.Actions[0].Value, "\uFFFD")
	r := c.patiently(ctx, h, staff, func() bot.Response { return c.cfg.Desk.Press(ctx, staff, data) })
	c.show(ctx, h, r)
}

// patiently waits for an answer and, where that takes long, says so.
func (c *Channel) patiently(ctx context.Context, h here, staff bot.Staff, do func() bot.Response) bot.Response {
	answered := make(chan bot.Response, 1)
	go func() { answered <- do() }()
	timer := time.NewTimer(slow)
	defer timer.Stop()
	select {
	case r := <-answered:
		return r
	case <-timer.C:
	}
	if h.answerTo != "" && h.view == "" {
		text := escape.Replace(shorten(firstOf(c.cfg.Desk.Working(ctx, staff), "…"), maxFallback))
		c.report(ctx, "working", c.respond(ctx, h.answerTo, message{text: text}, false))
	}
	return <-answered
}

// show shows a person what came of something that they did.
func (c *Channel) show(ctx context.Context, h here, r bot.Response) {
	if r.Form != nil {
		c.report(ctx, "form", c.openForm(ctx, h, r.Form))
	}
	if r.File != nil {
		text := ""
		if r.View != nil {
			text = r.View.Text
			if strings.HasPrefix(h.channel, "D") { // the same place: it is said with the file
				r.View = nil
			}
		}
		c.report(ctx, "file", c.toPerson(ctx, h.person, func(where place) error { return c.file(ctx, where, r.File, text) }))
	}
	if r.View != nil {
		c.report(ctx, "view", c.showView(ctx, h, *r.View, r.Replace))
	}
	if notice := oneLine(r.Notice); notice != "" {
		c.report(ctx, "notice", c.tell(ctx, h, message{text: escape.Replace(shorten(notice, maxFallback))}, false))
	}
}

// report logs what could not be shown.
func (c *Channel) report(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		c.log.WarnContext(ctx, "staff do not see an answer", "what", what, "error", err)
	}
}

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
		err := c.respond(ctx, h.answerTo, m, replace)
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
		_, err := c.post(ctx, h.place, rand.Text(), m)
		return err
	}
	return c.toPerson(ctx, h.person, func(where place) error {
		_, err := c.post(ctx, where, rand.Text(), m)
		return err
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
func (c *Channel) respond(ctx context.Context, address string, m message, replace bool) error {
	w := &slackapi.WebhookMessage{Text: m.text, ResponseType: slackapi.ResponseTypeEphemeral, ReplaceOriginal: replace}
	if m.blocks != nil {
		w.Blocks = &slackapi.Blocks{BlockSet: m.blocks}
	}
	ctx, cancel := context.WithTimeout(ctx, answerFor)
	defer cancel()
	err := c.send(ctx, call{method: "response_url", do: func(ctx context.Context) error {
		err := slackapi.PostWebhookCustomHTTPContext(ctx, address, c.client, w)
		if p := judge(err); p != nil && p.kind == unauthorized { // 404: used or expired
			return slackapi.SlackErrorResponse{Err: "expired_trigger_id"}
		}
		return err
	}})
	return err
}

// openForm opens a form, in place of the one that the button stood in.
func (c *Channel) openForm(ctx context.Context, h here, f *bot.Form) error {
	v := drawForm(f, h.answerTo)
	p := c.try(ctx, call{method: "views.open", do: func(ctx context.Context) (err error) {
		if h.view != "" {
			_, err = c.api.UpdateViewContext(ctx, v, "", h.hash, h.view)
		} else {
			_, err = c.api.OpenViewContext(ctx, h.trigger, v)
		}
		return err
	}})
	if p == nil || p.kind == stale { // who changed it meanwhile shows what is newer
		return nil
	}
	return p
}
