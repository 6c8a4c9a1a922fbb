package slack

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

// submit takes a form that was filled in, and acknowledges it with what comes
// of it where that is known in time.
func (c *Channel) submit(i *interaction, answer func(any)) {
	ctx := c.work
	form, answerTo := readMetadata(i.View.Metadata)
	if c.cfg.Desk == nil {
		answer(nil)
		return
	}
	h := here{person: i.User.ID, answerTo: answerTo, view: i.View.ID}
	answered := make(chan bot.Response, 1)
	go func() {
		staff := c.staff(ctx, i.User.ID)
		answered <- c.cfg.Desk.Submit(ctx, staff, bot.Submission{Form: form, Values: submission(i)})
	}()
	timer := time.NewTimer(submitPatience)
	defer timer.Stop()
	select {
	case r := <-answered:
		if now := nextView(form, answerTo, r); now == nil || fits(now) {
			answer(now)
			r.Form, r.Errors = nil, nil
			h.view = ""
			c.show(ctx, h, r)
			return
		}
		answered <- r
	case <-timer.C:
	}
	answer(slackapi.NewUpdateViewSubmissionResponse(c.wait(ctx, i)))
	c.late(ctx, h, i, <-answered)
}

// nextView is what Slack does with a submitted modal; nil: it closes it.
func nextView(form, answerTo string, r bot.Response) any {
	if len(r.Errors) > 0 {
		wrong := map[string]string{}
		for input, text := range r.Errors {
			wrong[inputBlock(form, input)] = shorten(firstOf(oneLine(text), "…"), maxHint)
		}
		return slackapi.NewErrorsViewSubmissionResponse(wrong)
	}
	if r.Form != nil {
		v := drawForm(r.Form, answerTo)
		return slackapi.NewUpdateViewSubmissionResponse(&v)
	}
	return nil
}

// fits tells whether an acknowledgement is short enough for a socket.
func fits(payload any) bool {
	data, err := json.Marshal(payload)
	return err == nil && len(data) < maxAck-500
}

// wait is what a modal shows while the form that was in it is being worked on.
func (c *Channel) wait(ctx context.Context, i *interaction) *slackapi.ModalViewRequest {
	text := firstOf(c.cfg.Desk.Working(ctx, bot.Staff{ID: name + ":" + i.User.ID, Locale: c.person(ctx, i.User.ID).locale}), "…")
	return &slackapi.ModalViewRequest{
		Type:            slackapi.VTModal,
		Title:           words(i.View.Title.Text, maxTitle),
		PrivateMetadata: i.View.Metadata,
		Blocks:          slackapi.Blocks{BlockSet: []slackapi.Block{note(text)}},
	}
}

// late shows what has come of a form in the modal that waits for it.
func (c *Channel) late(ctx context.Context, h here, i *interaction, r bot.Response) {
	if r.Form != nil {
		c.report(ctx, "form", c.openForm(ctx, h, r.Form))
		r.Form = nil
	} else {
		blocks := []bot.Block{{Text: "✓"}}
		if len(r.Errors) > 0 {
			blocks = nil
			names := make([]string, 0, len(r.Errors))
			for input := range r.Errors {
				names = append(names, input)
			}
			slices.Sort(names)
			for _, input := range names {
				blocks = append(blocks, bot.Block{Card: &bot.Card{Fields: []bot.Pair{{Label: input, Value: r.Errors[input]}}}})
			}
		}
		done := c.wait(ctx, i)
		done.Blocks.BlockSet = drawBlocks(blocks, maxViewBlocks)
		p := c.try(ctx, call{method: "views.update", do: func(ctx context.Context) error {
			_, err := c.api.UpdateViewContext(ctx, *done, "", "", h.view)
			return err
		}})
		if p != nil {
			c.report(ctx, "form", p)
		}
	}
	h.view = ""
	c.show(ctx, h, r)
}
