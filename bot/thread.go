package bot

import (
	"context"
	"errors"
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
