package slack

import (
	"cmp"
	"context"
	"time"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

// What a modal shows, as its callback_id.
const (
	formWindow = "form"
	viewWindow = "view"
)

// triggerFor is how long a trigger_id is tried: it lives for 3 s, of which
// some have gone by on the way (docs.slack.dev/interactivity/handling-user-interaction).
const triggerFor = 2500 * time.Millisecond

// window is a modal. Its zero value is none yet.
type window struct {
	id, hash string // of the view on top
	title    string // for what comes into it
	stays    bool   // what opens is put on top of it, and it is seen again behind that
}

// open shows a modal: in the place of the one in which h is, on top of that,
// or as the first one. h is in it then.
func (c *Channel) open(ctx context.Context, h *here, v slackapi.ModalViewRequest) *problem {
	method := "views.open"
	switch {
	case h.window.id != "" && !h.window.stays:
		method = "views.update"
	case h.window.id != "":
		method = "views.push"
	}
	if method != "views.update" && (h.trigger == "" || time.Since(h.at) > triggerFor) {
		return &problem{kind: expired, text: "trigger_id is too old"}
	}
	var shown *slackapi.ViewResponse
	p := c.try(ctx, call{method: method, do: func(ctx context.Context) (err error) {
		switch method {
		case "views.update":
			shown, err = c.api.UpdateViewContext(ctx, v, "", h.window.hash, h.window.id)
		case "views.push":
			shown, err = c.api.PushViewContext(ctx, h.trigger, v)
		default:
			shown, err = c.api.OpenViewContext(ctx, h.trigger, v)
		}
		return err
	}})
	if p != nil {
		return p
	}
	h.window.id, h.window.hash, h.trigger = shown.View.ID, shown.View.Hash, ""
	return nil
}

// showForm opens a form. Whoever does not get to see it is told so.
func (c *Channel) showForm(ctx context.Context, h here, f *bot.Form) {
	answerTo := h.answerTo
	p := c.open(ctx, &h, drawForm(f, answerTo))
	if p == nil || p.kind == stale { // what the same person has done since shows what is newer
		return
	}
	c.report(ctx, "form", p)
	say := c.phrases(ctx, c.speaker(h.person))
	m := plainMessage(say.Unopened)
	if h.repeat.action != "" && len(h.repeat.data) <= maxValue {
		m.blocks = []slackapi.Block{slackapi.NewSectionBlock(words(say.Unopened, maxSection), nil, nil), slackapi.NewActionBlock("", h.repeat.button(say.Again))}
	}
	c.report(ctx, "form", c.tell(ctx, h, m, false))
}

// button does the same once more, with the press that is fresh then.
func (r repeat) button(label string) *slackapi.ButtonBlockElement {
	return slackapi.NewButtonBlockElement(r.action, r.data, words(label, maxLabel))
}

// showInside shows in a window what is no form. It is false when there is
// none: then it is said by a message.
func (c *Channel) showInside(ctx context.Context, h here, r bot.Response) bool {
	say := c.phrases(ctx, c.speaker(h.person))
	var v slackapi.ModalViewRequest
	switch {
	case r.View != nil:
		v = c.drawWindow(h, r.View, say)
		h.window.stays = h.window.stays && !r.Replace
	case r.Notice != "":
		v = c.slip(h, r.Notice, say)
	case h.window.id != "" && h.trigger == "": // it waits
		v = c.slip(h, say.Done, say)
	default:
		return true
	}
	p := c.open(ctx, &h, v)
	if p == nil || p.kind == stale {
		return true
	}
	c.report(ctx, "window", p)
	return false
}

// drawWindow makes a modal of a view.
func (c *Channel) drawWindow(h here, v *bot.View, say bot.Phrases) slackapi.ModalViewRequest {
	blocks := v.Blocks
	if len(blocks) == 0 {
		blocks = []bot.Block{{Text: bot.Escape(cmp.Or(v.Text, "…"))}}
	}
	return slackapi.ModalViewRequest{
		Type:            slackapi.VTModal,
		Title:           words(h.window.title, maxTitle),
		Close:           words(say.Close, maxTitle),
		CallbackID:      viewWindow,
		PrivateMetadata: metadata("", h.answerTo),
		Blocks:          slackapi.Blocks{BlockSet: drawBlocks(blocks, maxViewBlocks)},
	}
}

// slip is a modal that says one thing.
func (c *Channel) slip(h here, text string, say bot.Phrases) slackapi.ModalViewRequest {
	return c.drawWindow(h, &bot.View{Text: text}, say)
}
