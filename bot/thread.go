package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

var errChannelOff = errors.New("the citizen's channel is off")

// atOnce is how soon after one colleague's answer another one's needs a word.
const atOnce = 2 * time.Minute

// thread is which question a post of the board belongs to.
type thread struct {
	Question string `json:"question"`
}

func threadKey(post string) string { return "thread/" + post }

// forgetThread forgets where a question stood on the board.
func (b *Bot) forgetThread(ctx context.Context, post string) error {
	return again(func() error {
		d, err := b.store.Document(ctx, DocumentCard, threadKey(post))
		if err != nil {
			return err
		}
		return b.store.DeleteDocument(ctx, d)
	})
}

// Thread takes what somebody wrote in a thread. mine is false when the thread
// does not belong to a question: nothing was done then.
func (d *Desk) Thread(ctx context.Context, s Staff, m ThreadMessage) (r Response, mine bool) {
	var at thread
	if _, err := loadDocument(ctx, d.bot.store, DocumentCard, threadKey(m.Thread), &at); err != nil {
		d.bot.log.ErrorContext(ctx, "thread not read", "error", err)
		return *d.visit(ctx, s).tell("desk-try-again", nil), true
	}
	if at.Question == "" {
		return Response{}, false
	}
	v, refusal := d.enter(ctx, s, "thread")
	if refusal != nil {
		return *refusal, true
	}
	return v.do(ctx, deskCommand{name: "thread", run: func(ctx context.Context, v *visit, _ string) (Response, error) {
		return v.write(ctx, at.Question, m)
	}}, ""), true
}

// write takes a line of the thread: one that begins with // stays internal,
// the first one of a person waits until they say that it is for the citizen,
// and so does one that a colleague's answer has just come before.
func (v *visit) write(ctx context.Context, id string, m ThreadMessage) (Response, error) {
	text := strings.TrimSpace(m.Text)
	if strings.HasPrefix(text, "//") {
		return Response{Notice: v.plain("desk-internal", nil)}, nil
	}
	var r Response
	err := v.bot.editQuestion(ctx, id, func(q *Question) bool {
		r = Response{}
		known := slices.ContainsFunc(q.Said, func(s Said) bool { return s.ID == m.ID }) || slices.ContainsFunc(q.Drafts, func(d Draft) bool { return d.ID == m.ID })
		colleague := v.colleague(q)
		switch {
		case known || text == "":
			return false
		case q.Chat == "" || len(q.Said) == 0:
			r = *v.tell("desk-question-deleted", nil)
			return false
		case v.habits.Confirmed && colleague == "":
			v.answer(q, m.ID, text)
			return true
		}
		q.Drafts = append(q.Drafts, Draft{m.ID, v.ID, text})
		r = v.askToSend(q, m.ID, text, colleague)
		return true
	})
	if err == nil && r.View == nil {
		err = v.audit(ctx, AuditChanged, "thread", id)
	}
	return r, err
}

// colleague is who else has answered just now.
func (v *visit) colleague(q *Question) string {
	for _, s := range slices.Backward(q.Said) {
		if s.From == CityHall {
			if s.Name != v.Name && v.bot.now().Sub(s.At) < atOnce {
				return s.Name
			}
			return ""
		}
	}
	return ""
}

// answer says something to the citizen, and opens the question again where it
// was closed.
func (v *visit) answer(q *Question, id, text string) {
	q.say(Said{ID: id, From: CityHall, Name: v.Name, Text: cut(text, maxPassedOn), At: v.bot.now().UTC()})
	q.By, q.Closed = v.Name, time.Time{}
}

func (v *visit) askToSend(q *Question, id, text, colleague string) Response {
	say := v.say("desk-confirm", nil)
	if colleague != "" {
		say = v.say("desk-colleague", Values{"Name": colleague})
	}
	view := v.view(say)
	view.Blocks = append(view.Blocks, Block{Text: "> " + strings.ReplaceAll(quoteLines(text), "\n", "\n> ")}, Block{Buttons: []Button{
		{Label: v.say("desk-button-send", nil), Data: "send " + q.ID + " " + id},
		{Label: v.say("desk-button-internal", nil), Data: "drop " + q.ID + " " + id},
	}})
	return Response{View: view}
}

// sendDraft sends what the person wrote in a thread: "<question> <message>".
func sendDraft(ctx context.Context, v *visit, rest string) (Response, error) {
	r, err := v.draft(ctx, rest, func(q *Question, d Draft) { v.answer(q, d.ID, d.Text) })
	if err == nil && !v.habits.Confirmed && r.View != nil {
		err = v.keep(ctx, func(h *habits) { h.Confirmed = true })
	}
	if err == nil {
		id, _, _ := strings.Cut(rest, " ")
		err = v.audit(ctx, AuditChanged, "send", id)
	}
	return r, err
}

// dropDraft keeps it internal.
func dropDraft(ctx context.Context, v *visit, rest string) (Response, error) {
	_, err := v.draft(ctx, rest, func(*Question, Draft) {})
	return *v.tell("desk-internal", nil), err
}

// draft takes one out of the question that it waits in, and does something with it.
func (v *visit) draft(ctx context.Context, rest string, do func(*Question, Draft)) (Response, error) {
	id, message, _ := strings.Cut(rest, " ")
	r := *v.tell("desk-sent", nil)
	err := v.bot.editQuestion(ctx, id, func(q *Question) bool {
		i := slices.IndexFunc(q.Drafts, func(d Draft) bool { return d.ID == message && d.By == v.ID })
		if i < 0 {
			if !slices.ContainsFunc(q.Said, func(s Said) bool { return s.ID == message }) {
				r = *v.tell("stale", nil)
			}
			return false
		}
		d := q.Drafts[i]
		q.Drafts = slices.Delete(q.Drafts, i, i+1)
		do(q, d)
		return true
	})
	return r, err
}

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

// listQuestions lists the open ones, the oldest first: they have waited longest.
func listQuestions(ctx context.Context, v *visit, rest string) (Response, error) {
	q := DocumentQuery{Kind: DocumentQuestion, Open: true, Oldest: true, Limit: signUpsPage + 1}
	if rest != "" {
		after, err := v.bot.store.Document(ctx, DocumentQuestion, rest)
		if err != nil {
			return Response{}, err
		}
		if after.Version > 0 {
			q.After = after
		}
	}
	list, ids, next, err := v.questions(ctx, q)
	if err != nil {
		return Response{}, err
	}
	message := "desk-questions"
	if len(list.Items) == 0 {
		message = "desk-questions-none"
	}
	view := v.view(v.say(message, nil))
	if len(list.Items) > 0 {
		view.Blocks = append(view.Blocks, Block{List: list})
	}
	if next != "" {
		view.Blocks = append(view.Blocks, Block{Buttons: []Button{{Label: v.say("button-next", nil), Data: "questions " + next}}})
	}
	return Response{View: view}, v.audit(ctx, AuditRead, "questions", ids...)
}

// questions lists those of a query whose limit is one more than wanted; next
// names the last one where there are more.
func (v *visit) questions(ctx context.Context, q DocumentQuery) (list *List, ids []string, next string, err error) {
	docs, err := v.bot.store.Documents(ctx, q)
	if err != nil {
		return nil, nil, "", err
	}
	list = &List{}
	for _, d := range docs[:min(len(docs), q.Limit-1)] {
		var question Question
		if err := d.read(&question); err != nil {
			return nil, nil, "", err
		}
		status := "desk-question-open"
		if question.answered() {
			status = "desk-question-answered"
		}
		text := v.say("desk-question-line", Values{"Date": question.Asked, "Text": cut(question.text(), 200), "Status": Markdown(v.say(status, Values{"Name": question.By}))})
		list.Items = append(list.Items, Item{Text: text, Button: &Button{Label: v.say("desk-button-reply", nil), Data: "reply " + question.ID}})
		ids = append(ids, question.ID)
	}
	if len(docs) == q.Limit {
		next = docs[q.Limit-2].Key
	}
	return list, ids, next, nil
}
