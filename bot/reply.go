package bot

import (
	"context"
	"slices"
	"strings"
	"time"
)

// openReply opens a form to answer a question in.
func openReply(ctx context.Context, v *visit, id string) (Response, error) {
	q, err := v.bot.question(ctx, id)
	if err != nil {
		return Response{}, err
	}
	if why := q.gone(); why != "" {
		return v.miss(why, nil), nil
	}
	return Response{Form: v.replyForm(q)}, v.audit(ctx, AuditRead, "reply", id)
}

// repliesShown is how much of what was said the form shows, the newest last.
const repliesShown = 10

// replyForm shows what was said. Its ID names the last of it.
func (v *visit) replyForm(q *Question) *Form {
	form := &Form{ID: "reply " + q.ID + " " + q.Said[len(q.Said)-1].ID, Title: v.plain("desk-reply", nil),
		Submit: v.say("desk-button-send-short", nil), Cancel: v.say("desk-button-close", nil)}
	if q.blocked() {
		form.Blocks = append(form.Blocks, Block{Text: v.say("desk-question-blocked", nil)})
	}
	spoken := slices.DeleteFunc(slices.Clone(q.Said), func(s Said) bool { return s.From == Clerk })
	for _, s := range spoken[max(0, len(spoken)-repliesShown):] {
		form.Blocks = append(form.Blocks, Block{Text: v.spoken(s)})
	}
	form.Inputs = []Input{{Name: "text", Kind: InputText, Label: v.say("desk-reply-label", nil), Max: maxPassedOn}}
	return form
}

// spoken is something that was said, with who said it.
func (v *visit) spoken(s Said) string {
	who := v.say("desk-citizen", nil)
	if s.From == CityHall {
		who = Escape(s.Name)
	}
	return v.say("desk-said", Values{"Name": Markdown(who), "Text": Markdown(quoteLines(s.Text))})
}

// sendReply sends what was entered there: "<question> <what was said last>".
// Where a colleague has answered since, it shows the form once more, with that.
func sendReply(ctx context.Context, v *visit, rest string, form Submission) (Response, error) {
	id, before, _ := strings.Cut(rest, " ")
	text, internal := outward(form.first("text"))
	switch n := len([]rune(text)); {
	case text == "" && internal:
		return Response{Errors: map[string]string{"text": v.plain("desk-internal", nil)}}, nil
	case text == "":
		return Response{Errors: map[string]string{"text": v.plain("desk-reply-empty", nil)}}, nil
	case n > maxPassedOn:
		return Response{Errors: map[string]string{"text": v.plain("desk-too-long", Values{"Length": n, "Max": maxPassedOn})}}, nil
	}
	if err := v.audit(ctx, AuditChanged, "reply", id); err != nil {
		return Response{}, err
	}
	var r Response
	err := v.bot.editQuestion(ctx, id, func(q *Question) bool {
		key := "form-" + v.ID + "-" + before + "-" + shortHash(text) // of two windows side by side, each counts
		r = Response{Notice: v.plain("desk-sent", nil)}
		if internal {
			r.Notice = v.plain("desk-internal-lines", nil)
		}
		switch warning := v.colleague(q.after(before), time.Time{}); {
		case q.gone() != "":
			r = v.miss(q.gone(), nil)
			return false
		case q.knows(key): // delivered again
			return false
		case warning != "":
			f := v.replyForm(q)
			f.Blocks = append([]Block{{Text: warning}}, f.Blocks...)
			f.Inputs[0].Value = []string{form.first("text")}
			r = Response{Form: f}
			return false
		}
		v.answer(q, key, text)
		return true
	})
	return r, err
}

// after is a question with only what was said after something.
func (q *Question) after(id string) *Question {
	i := slices.IndexFunc(q.Said, func(s Said) bool { return s.ID == id })
	return &Question{Said: q.Said[i+1:]}
}

// closeQuestion ends the conversation about a question.
func closeQuestion(ctx context.Context, v *visit, id string) (Response, error) {
	if err := v.audit(ctx, AuditChanged, "close", id); err != nil {
		return Response{}, err
	}
	var r Response
	err := v.bot.editQuestion(ctx, id, func(q *Question) bool {
		r = Response{Notice: v.plain("desk-closed", nil)}
		switch {
		case q.gone() != "":
			r = v.miss(q.gone(), nil)
			return false
		case !q.Closed.IsZero():
			return false
		}
		q.Closed, q.By = v.bot.now().UTC(), v.Name
		q.note("desk-question-closed", q.Closed)
		return true
	})
	return r, err
}
