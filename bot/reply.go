package bot

import (
	"context"
	"fmt"
	"strings"
)

// openReply opens a form to answer a question in.
func openReply(ctx context.Context, v *visit, id string) (Response, error) {
	q, err := v.bot.question(ctx, id)
	if err != nil {
		return Response{}, err
	}
	if q == nil || q.Chat == "" {
		return *v.tell("desk-question-deleted", nil), nil
	}
	form := &Form{ID: "reply " + id + " " + fmt.Sprint(len(q.Said)), Title: v.plain("desk-reply", nil), Submit: v.say("desk-button-send-short", nil), Cancel: v.say("desk-button-close", nil)}
	for _, s := range q.Said[max(0, len(q.Said)-10):] {
		if s.From != Clerk {
			form.Blocks = append(form.Blocks, Block{Text: v.spoken(s)})
		}
	}
	form.Inputs = []Input{{Name: "text", Kind: InputText, Label: v.say("desk-reply-label", nil), Max: maxPassedOn}}
	return Response{Form: form}, v.audit(ctx, AuditRead, "reply", id)
}

// spoken is something that was said, with who said it.
func (v *visit) spoken(s Said) string {
	who := v.say("desk-citizen", nil)
	if s.From == CityHall {
		who = Escape(s.Name)
	}
	return "**" + who + ":** " + quoteLines(s.Text)
}

// sendReply sends what was entered there: "<question> <how much was said before>".
func sendReply(ctx context.Context, v *visit, rest string, form Submission) (Response, error) {
	id, before, _ := strings.Cut(rest, " ")
	text := form.first("text")
	if text == "" {
		return Response{Errors: map[string]string{"text": v.plain("invalid-free", nil)}}, nil
	}
	if err := v.audit(ctx, AuditChanged, "reply", id); err != nil {
		return Response{}, err
	}
	r := Response{Notice: v.plain("desk-sent", nil)}
	err := v.bot.editQuestion(ctx, id, func(q *Question) bool {
		if q.Chat == "" {
			r = *v.tell("desk-question-deleted", nil)
			return false
		}
		v.answer(q, "form-"+v.ID+"-"+before, text)
		return true
	})
	return r, err
}

// closeQuestion ends the conversation about a question.
func closeQuestion(ctx context.Context, v *visit, id string) (Response, error) {
	if err := v.audit(ctx, AuditChanged, "close", id); err != nil {
		return Response{}, err
	}
	err := v.bot.editQuestion(ctx, id, func(q *Question) bool {
		if len(q.Said) == 0 || !q.Closed.IsZero() {
			return false
		}
		q.Closed, q.By = v.bot.now().UTC(), v.Name
		q.note("desk-question-closed", q.Closed)
		return true
	})
	return Response{Notice: v.say("desk-saved", nil)}, err
}
