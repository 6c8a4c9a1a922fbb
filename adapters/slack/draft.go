package slack

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

// A form of drafts is kept while somebody fills it in. Slack tells of every
// change then, with all that stands in the form; and when it is closed, though
// its documents do not say with what
// (docs.slack.dev/reference/interaction-payloads/view-interactions-payload).

// typingPause is for how long nothing was entered when that is stored.
const typingPause = 2 * time.Second

// typed is what stands in forms, by their view, and is not stored yet. Its zero
// value is ready.
type typed struct {
	mu  sync.Mutex
	all map[string]bot.Submission
}

func (t *typed) set(view string, s bot.Submission) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all == nil {
		t.all = map[string]bot.Submission{}
	}
	if !t.all[view].At.After(s.At) {
		t.all[view] = s
	}
}

// take is what waits, unless something was entered after at; a zero at takes
// whatever does.
func (t *typed) take(view string, at time.Time) (s bot.Submission, is bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s, is = t.all[view]; !is || !at.IsZero() && s.At.After(at) {
		return s, false
	}
	delete(t.all, view)
	return s, true
}

// dispatch has Slack tell what is entered as soon as it is.
func dispatch(b *slackapi.InputBlock) {
	b.DispatchAction = true
	if text, is := b.Element.(*slackapi.PlainTextInputBlockElement); is {
		text.DispatchActionConfig = &slackapi.DispatchActionConfig{TriggerActionsOn: []string{"on_character_entered"}}
	}
}

// whole is what stands in a form, and false where the payload leaves some of it out.
func whole(i *interaction, at time.Time) (bot.Submission, bool) {
	form, _ := readMetadata(i.View.Metadata)
	for _, in := range inputs(i.View.Blocks) {
		if _, is := i.View.State.Values[in.block][in.name]; !is {
			return bot.Submission{}, false
		}
	}
	return bot.Submission{Form: form, Values: submission(i), At: at}, true
}

// types keeps what somebody enters, when they pause.
func (c *Channel) types(ctx context.Context, i *interaction, at time.Time) {
	s, is := whole(i, at)
	if !is || c.cfg.Desk == nil {
		return
	}
	c.typed.set(i.View.ID, s)
	timer := time.NewTimer(typingPause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.work.over:
	case <-ctx.Done():
	}
	if s, is := c.typed.take(i.View.ID, at); is {
		c.remark(ctx, i, c.cfg.Desk.Keep(ctx, c.staff(ctx, i.User.ID), s).Form)
	}
}

// remark shows in a form that somebody fills in what is said of it by now.
// What they type meanwhile stays, for the inputs keep their names.
func (c *Channel) remark(ctx context.Context, i *interaction, f *bot.Form) {
	form, answerTo := readMetadata(i.View.Metadata)
	if f == nil || f.ID != form {
		return
	}
	v := drawForm(f, answerTo)
	drawn, err := json.Marshal(v.Blocks)
	if err != nil || slices.Equal(inputs(drawn), inputs(i.View.Blocks)) {
		return
	}
	p := c.try(ctx, call{method: "views.update", do: func(ctx context.Context) error {
		_, err := c.api.UpdateViewContext(ctx, v, "", i.View.Hash, i.View.ID)
		return err
	}})
	if p != nil && p.kind != stale { // a newer one is shown
		c.report(ctx, "form", p)
	}
}

// closed keeps what stood in a form that somebody has closed.
func (c *Channel) closed(ctx context.Context, i *interaction, at time.Time) {
	last, was := c.typed.take(i.View.ID, time.Time{})
	s, is := whole(i, at)
	if !is {
		s, is = last, was
	}
	if !is || c.cfg.Desk == nil {
		return
	}
	_, answerTo := readMetadata(i.View.Metadata)
	r := c.cfg.Desk.Keep(ctx, c.staff(ctx, i.User.ID), s)
	c.show(ctx, here{person: i.User.ID, at: at, answerTo: answerTo}, bot.Response{Notice: r.Notice})
}
