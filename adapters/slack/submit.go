package slack

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

// submitPatience is how long a submitted form waits for what it says next.
const submitPatience = 1800 * time.Millisecond

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
		return complain(in, map[string]string{"": c.phrases(ctx, c.speaker(ctx, h.person)).Pending})
	}
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
		if next := c.next(ctx, h, in, &r); next == nil || fits(next) {
			answer(next)
			h.window, h.inside = window{}, false
			c.show(ctx, h, r)
			return
		}
		answered <- r
	case <-timer.C:
	}
	answer(pending())
	c.late(ctx, h, i, <-answered)
}

// next is what Slack does with a submitted modal, and takes it out of r; nil
// closes the modal.
func (c *Channel) next(ctx context.Context, h here, in []input, r *bot.Response) any {
	var v slackapi.ModalViewRequest
	if len(in) == 0 && len(r.Errors) > 0 { // nothing could be lost, and there is no place to say it
		r.Notice, r.Errors = strings.Join(slices.Sorted(maps.Values(r.Errors)), " "), nil
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
	say := c.phrases(ctx, c.speaker(ctx, h.person))
	if r.View != nil {
		return c.drawWindow(h, r.View, say)
	}
	return c.slip(h, firstOf(r.Notice, say.Done), say)
}

// fits tells whether an acknowledgement is short enough for a socket.
func fits(payload any) bool {
	data, err := json.Marshal(payload)
	return err == nil && len(data) < maxAck-500
}

// input is what a person fills in, as the modal has it.
type input struct{ block, name, label string }

// inputs are those of a view.
func inputs(blocks json.RawMessage) []input {
	var list []struct {
		Type    string    `json:"type"`
		ID      string    `json:"block_id"`
		Label   plainText `json:"label"`
		Element struct {
			Action string `json:"action_id"`
		} `json:"element"`
	}
	_ = json.Unmarshal(blocks, &list) // what cannot be read has none
	var in []input
	for _, b := range list {
		if b.Type == "input" {
			in = append(in, input{b.ID, b.Element.Action, b.Label.Text})
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

// late shows what has come of a form in the modal that waits for it. Where
// somebody has closed that, nothing of what they entered is lost either.
func (c *Channel) late(ctx context.Context, h here, i *interaction, r bot.Response) {
	var v slackapi.ModalViewRequest
	switch {
	case len(r.Errors) > 0:
		v = marked(i, r.Errors)
	case r.Form != nil:
		v = drawForm(r.Form, h.answerTo)
	default:
		v = c.outcome(ctx, h, r)
	}
	p := c.open(ctx, &h, v)
	switch {
	case p == nil:
		r.View, r.Notice = nil, ""
	case len(r.Errors) > 0 || r.Form != nil:
		c.report(ctx, "form", p)
		c.report(ctx, "form", c.giveBack(ctx, h, i, r.Errors))
	}
	r.Form, h.window, h.inside = nil, window{}, false
	c.show(ctx, h, r)
}

// marked is the modal as it is, with what is wrong under each input. What was
// typed stays in inputs that keep their ids.
func marked(i *interaction, errs map[string]string) slackapi.ModalViewRequest {
	old := i.View
	v := slackapi.ModalViewRequest{Type: slackapi.VTModal, Title: words(old.Title.Text, maxTitle), Close: words(old.Close.Text, maxTitle),
		Submit: words(old.Submit.Text, maxTitle), CallbackID: old.Callback, PrivateMetadata: old.Metadata}
	var blocks slackapi.Blocks
	_ = json.Unmarshal(old.Blocks, &blocks) // the bot has made them
	if text := errs[""]; text != "" {
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, warning(text))
	}
	for _, b := range blocks.BlockSet {
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, b)
		if in, is := b.(*slackapi.InputBlock); is {
			for _, known := range inputs(old.Blocks) {
				if text := errs[known.name]; text != "" && known.block == in.BlockID {
					v.Blocks.BlockSet = append(v.Blocks.BlockSet, warning(text))
				}
			}
		}
	}
	v.Blocks.BlockSet = v.Blocks.BlockSet[:min(len(v.Blocks.BlockSet), maxViewBlocks)]
	return v
}

func warning(text string) slackapi.Block { return note("⚠️ " + shorten(oneLine(text), maxHint)) }

// giveBack shows a person what they entered and what was wrong with it, and
// opens the form again on a press.
func (c *Channel) giveBack(ctx context.Context, h here, i *interaction, errs map[string]string) error {
	say := c.phrases(ctx, c.speaker(ctx, h.person))
	form, _ := readMetadata(i.View.Metadata)
	values := submission(i)
	v := bot.View{Text: say.Unsaved, Blocks: []bot.Block{{Text: bot.Escape(say.Unsaved)}}}
	names := make([]string, 0, len(errs))
	for name := range errs {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		v.Blocks = append(v.Blocks, bot.Block{Note: bot.Escape("⚠️ " + oneLine(errs[name]))})
	}
	for _, in := range inputs(i.View.Blocks) {
		if typed := strings.Join(values[in.name], ", "); typed != "" {
			v.Blocks = append(v.Blocks, bot.Block{Text: "**" + bot.Escape(oneLine(in.label)) + "**"}, bot.Block{Text: quoted(typed)})
		}
	}
	messages := drawMessages(v, maxAnswers)
	data, err := json.Marshal(bot.Submission{Form: form, Values: values})
	if err != nil || len(data) > maxValue {
		data, err = json.Marshal(bot.Submission{Form: form})
	}
	if err == nil && len(data) <= maxValue {
		last := &messages[len(messages)-1]
		last.blocks = append(last.blocks, slackapi.NewActionBlock("", repeat{formAction, string(data)}.button(say.Again)))
	}
	for _, m := range messages {
		if err := c.tell(ctx, h, m, false); err != nil {
			return err
		}
	}
	return nil
}

// quoted is what somebody typed, line by line.
func quoted(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = bot.Escape(line); line != "" {
			lines = append(lines, "> "+line)
		}
	}
	return strings.Join(lines, "\\\n")
}
