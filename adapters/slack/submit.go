package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

// A submitted form has 3 s to be acknowledged.
const (
	submitPatience = 1800 * time.Millisecond // for what it says next
	phraseWithin   = 700 * time.Millisecond  // to say that it takes longer, in the language that the store knows
)

// submit takes a form that was filled in. It is acknowledged as closed only
// when it is taken: until then it stays open, with all that was entered.
func (c *Channel) submit(ctx context.Context, i *interaction, answer func(any)) {
	if c.cfg.Desk == nil {
		answer(nil)
		return
	}
	form, answerTo := readMetadata(i.View.Metadata)
	h := here{person: i.User.ID, at: time.Now(), answerTo: answerTo, inside: answerTo == ""}
	h.window = window{id: i.View.ID, hash: i.View.Hash, title: i.View.Title.Text}
	in := inputs(i.View.Blocks)
	pending := func() any {
		ctx, cancel := context.WithTimeout(ctx, phraseWithin)
		defer cancel()
		return complain(in, map[string]string{"": c.phrases(ctx, c.speaker(h.person)).Pending})
	}
	c.typed.take(i.View.ID, time.Time{})
	taking := i.View.ID + " " + form  // the form that comes next in the same modal is another one
	if !c.pending.add(taking, h.at) { // it was submitted before, and is still being worked on
		answer(pending())
		return
	}
	defer c.pending.forget(taking)
	answered := make(chan bot.Response, 1)
	go func() {
		staff := c.staff(ctx, i.User.ID)
		answered <- c.cfg.Desk.Submit(ctx, staff, bot.Submission{Form: form, Values: submission(i)})
	}()
	timer := time.NewTimer(submitPatience)
	defer timer.Stop()
	select {
	case r := <-answered:
		rest := r
		if next := c.next(ctx, h, in, &rest); next == nil || fits(next) {
			answer(next)
			h.window, h.inside = window{}, false
			c.show(ctx, h, rest)
			return
		}
		answered <- r
	case <-timer.C:
	}
	answer(pending())
	r := <-answered
	if len(in) > 0 {
		c.late(ctx, h, i, r)
		return
	}
	r.Notice, r.Errors = cmp.Or(complaints(r.Errors), r.Notice), nil
	h.window, h.inside = window{}, false
	c.show(ctx, h, r)
}

// complaints are all that is wrong with a form, in one text.
func complaints(errs map[string]string) string {
	return strings.Join(slices.Sorted(maps.Values(errs)), " ")
}

// next is what Slack does with a submitted modal, and takes it out of r; nil
// closes the modal.
func (c *Channel) next(ctx context.Context, h here, in []input, r *bot.Response) any {
	var v slackapi.ModalViewRequest
	if len(in) == 0 && len(r.Errors) > 0 { // nothing could be lost, and there is no place to say it
		r.Notice, r.Errors = complaints(r.Errors), nil
	}
	switch {
	case len(r.Errors) > 0:
		return complain(in, r.Errors)
	case r.Form != nil:
		v = drawForm(r.Form, h.answerTo)
	case h.inside && (r.View != nil || r.Notice != ""):
		v = c.outcome(ctx, h, *r)
	default:
		return nil
	}
	r.Form = nil
	if h.inside {
		r.View, r.Notice = nil, ""
	}
	return slackapi.NewUpdateViewSubmissionResponse(&v)
}

// outcome is a modal that says what came of a form.
func (c *Channel) outcome(ctx context.Context, h here, r bot.Response) slackapi.ModalViewRequest {
	say := c.phrases(ctx, c.speaker(h.person))
	if r.View != nil {
		return c.drawWindow(h, r.View, say)
	}
	return c.slip(h, cmp.Or(r.Notice, say.Done), say)
}

// fits tells whether an acknowledgement is short enough for a socket.
func fits(payload any) bool {
	data, err := json.Marshal(payload)
	return err == nil && len(data) < maxAck-500
}

// input is what a person fills in, as the modal has it.
type input struct{ block, name, label, hint string }

// inputs are those of a view.
func inputs(blocks json.RawMessage) []input {
	var list []struct {
		Type    string    `json:"type"`
		ID      string    `json:"block_id"`
		Label   plainText `json:"label"`
		Hint    plainText `json:"hint"`
		Element struct {
			Action string `json:"action_id"`
		} `json:"element"`
	}
	_ = json.Unmarshal(blocks, &list) // what cannot be read has none
	var in []input
	for _, b := range list {
		if b.Type == "input" {
			in = append(in, input{b.ID, b.Element.Action, b.Label.Text, b.Hint.Text})
		}
	}
	return in
}

// complain keeps a modal open and shows at its inputs what is wrong; at the
// first one also what is wrong with all of it. Nil, which closes the modal:
// there is nothing in it that could be lost.
func complain(in []input, errs map[string]string) any {
	wrong := map[string]string{}
	for n, input := range in {
		text := errs[input.name]
		if n == 0 {
			text = strings.TrimSpace(errs[""] + " " + text)
		}
		if text != "" {
			wrong[input.block] = shorten(oneLine(text), maxHint)
		}
	}
	if len(in) == 0 {
		return nil
	}
	if len(wrong) == 0 {
		wrong[in[0].block] = "…"
	}
	return slackapi.NewErrorsViewSubmissionResponse(wrong)
}
