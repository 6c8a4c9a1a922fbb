package slack

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

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
		Submit: words(old.Submit.Text, maxTitle), CallbackID: old.Callback, PrivateMetadata: old.Metadata, NotifyOnClose: old.Keeps}
	var blocks slackapi.Blocks
	_ = json.Unmarshal(old.Blocks, &blocks) // the bot has made them
	if text := errs[""]; text != "" {
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, warning("", text))
	}
	for _, b := range blocks.BlockSet {
		if strings.HasPrefix(b.ID(), warned) { // of the last time
			continue
		}
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, b)
		for _, in := range inputs(old.Blocks) {
			if text := errs[in.name]; text != "" && in.block == b.ID() {
				v.Blocks.BlockSet = append(v.Blocks.BlockSet, warning(in.name, text))
			}
		}
	}
	v.Blocks.BlockSet = v.Blocks.BlockSet[:min(len(v.Blocks.BlockSet), maxViewBlocks)]
	return v
}

// warned is how the ids of warnings begin.
const warned = "warning."

func warning(about, text string) slackapi.Block {
	return slackapi.NewContextBlock(shorten(warned+about, 255), slackapi.NewTextBlockObject(slackapi.PlainTextType, "⚠️ "+shorten(oneLine(text), maxHint), false, false))
}

// giveBack shows a person what they entered and what was wrong with it, and
// opens the form again on a press.
func (c *Channel) giveBack(ctx context.Context, h here, i *interaction, errs map[string]string) error {
	say := c.phrases(ctx, c.speaker(h.person))
	form, _ := readMetadata(i.View.Metadata)
	values := submission(i)
	v := bot.View{Text: say.Unsaved, Blocks: []bot.Block{{Text: bot.Escape(say.Unsaved)}}}
	for _, name := range slices.Sorted(maps.Keys(errs)) {
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
