package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"
	"time"

	"exchangebot/bot"
)

// slow is after how long somebody who waits is told that it takes longer.
const slow = time.Second

// here is where somebody did something, and sees what comes of it.
type here struct {
	place
	person   string
	at       time.Time // when it was done
	answerTo string    // a response_url; may be empty
	pressed  bool      // answerTo belongs to a message with buttons, and may replace it
	trigger  string    // opens a window; may be empty
	repeat   repeat    // does it once more; may be empty
	window   window    // that a button stood in, or that waits
	inside   bool      // on the home page or in a window: what comes is shown in one as well
}

// repeat is a button that does something once more.
type repeat struct{ action, data string }

// command does what stands behind the slash command.
func (c *Channel) command(ctx context.Context, k command, at time.Time) {
	if c.cfg.Desk == nil {
		return
	}
	h := here{place: place{channel: k.Channel}, person: k.User, at: at, answerTo: k.ResponseURL, trigger: k.Trigger, repeat: repeat{lineAction, k.Text}}
	staff := c.staff(ctx, k.User)
	r := c.patiently(ctx, &h, staff, func() bot.Response { return c.cfg.Desk.Command(ctx, staff, k.Text) })
	c.show(ctx, h, r)
}

// pressable tells whether a button is the desk's.
func pressable(action string) bool {
	return strings.HasPrefix(action, deskAction) || strings.HasPrefix(action, lineAction) || strings.HasPrefix(action, formAction)
}

// press does what stands behind a button of the desk's.
func (c *Channel) press(ctx context.Context, i *interaction, at time.Time) {
	if c.cfg.Desk == nil {
		return
	}
	action, data := i.Actions[0].ID, strings.ToValidUTF8(i.Actions[0].Value, "\uFFFD")
	h := here{person: i.User.ID, at: at, trigger: i.Trigger, answerTo: i.ResponseURL, pressed: true, repeat: repeat{action, data}}
	h.place = place{cmp.Or(i.Channel.ID, i.Container.Channel), i.Container.Thread}
	switch i.View.Type {
	case "home":
		h.inside, h.window.title = true, unescape.Replace(i.Actions[0].Text.Text)
	case "modal":
		_, h.answerTo = readMetadata(i.View.Metadata)
		h.inside, h.pressed = true, false
		h.window = window{id: i.View.ID, hash: i.View.Hash, title: i.View.Title.Text, stays: i.View.Callback == viewWindow}
	}
	staff := c.staff(ctx, i.User.ID)
	r := c.patiently(ctx, &h, staff, func() bot.Response { return c.pressed(ctx, staff, action, data) })
	c.show(ctx, h, r)
}

func (c *Channel) pressed(ctx context.Context, staff bot.Staff, action, data string) bot.Response {
	switch {
	case strings.HasPrefix(action, lineAction):
		return c.cfg.Desk.Command(ctx, staff, data)
	case strings.HasPrefix(action, formAction):
		var entered bot.Submission
		_ = json.Unmarshal([]byte(data), &entered) // what cannot be read is a form that there is not
		return c.cfg.Desk.Reopen(ctx, staff, entered)
	}
	return c.cfg.Desk.Press(ctx, staff, data)
}

// patiently waits for an answer and, where that takes long, says so.
func (c *Channel) patiently(ctx context.Context, h *here, staff bot.Staff, do func() bot.Response) bot.Response {
	answered := make(chan bot.Response, 1)
	go func() {
		defer c.turnstile.pass()()
		answered <- do()
	}()
	timer := time.NewTimer(slow)
	defer timer.Stop()
	select {
	case r := <-answered:
		return r
	case <-timer.C:
	}
	say := c.phrases(ctx, staff)
	switch {
	case h.inside:
		waiting := *h
		waiting.window.stays = true // nothing that was entered is taken away for it
		if c.open(ctx, &waiting, c.slip(*h, say.Working, say)) == nil {
			*h, h.window.stays = waiting, false
		}
	case h.answerTo != "":
		c.report(ctx, "working", c.respond(ctx, *h, plainMessage(say.Working), false))
	default:
		c.report(ctx, "working", c.whisper(ctx, h.place, h.person, plainMessage(say.Working)))
	}
	return <-answered
}

// phrases are what the channel says by itself, in a person's language.
func (c *Channel) phrases(ctx context.Context, staff bot.Staff) bot.Phrases {
	return c.cfg.Desk.Phrases(ctx, staff)
}

// speaker is a person as far as their language is known: without rights.
func (c *Channel) speaker(user string) bot.Staff {
	return bot.Staff{ID: name + ":" + user, Locale: c.people.known(user).locale}
}

// report logs what could not be shown.
func (c *Channel) report(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		c.log.WarnContext(ctx, "staff do not see an answer", "what", what, "error", err)
	}
}
