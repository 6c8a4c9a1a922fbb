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

// Thread takes what somebody wrote in a thread. mine is false when the thread
// does not belong to a question: nothing was done then.
func (d *Desk) Thread(ctx context.Context, s Staff, m ThreadMessage) (r Response, mine bool) {
	id, err := d.bot.questionAt(ctx, m.Thread)
	if err != nil {
		d.bot.log.ErrorContext(ctx, "thread not read", "error", err)
		return *d.visit(ctx, s).tell("desk-try-again", nil), true
	}
	if id == "" {
		return Response{}, false
	}
	v, refusal := d.enter(ctx, s, "thread", id)
	if refusal != nil {
		return *refusal, true
	}
	return v.do(ctx, deskCommand{name: "thread", run: func(ctx context.Context, v *visit, _ string) (Response, error) {
		if m.Change != "" {
			return v.amend(ctx, id, m)
		}
		return v.write(ctx, id, m)
	}}, ""), true
}

// questionAt is the id of the question whose card a post is; empty: it is none.
// As long as something is still to be told, it may be one of which the bot does
// not know yet that it stands there: the board knows.
func (b *Bot) questionAt(ctx context.Context, post string) (id string, err error) {
	var at thread
	_, err = loadDocument(ctx, b.store, DocumentCard, threadKey(post), &at)
	board := b.board.Load()
	if err != nil || at.Question != "" || board == nil {
		return at.Question, err
	}
	due, err := b.store.Documents(ctx, DocumentQuery{Kind: DocumentHandover, Limit: 1})
	if err != nil || len(due) == 0 {
		return "", err
	}
	key, err := (*board).Key(ctx, post)
	if err != nil {
		return "", fmt.Errorf("look at post: %w", err)
	}
	return questionOf(key), nil
}

// write takes what was written in the thread. What begins with // stays
// internal; the first lines of a person wait until they say that they are for
// the citizen, and so do those that a colleague has just come before, and those
// that call somebody by name.
func (v *visit) write(ctx context.Context, id string, m ThreadMessage) (Response, error) {
	text, internal := outward(m.Text)
	switch n := len([]rune(text)); {
	case text == "" && internal:
		return Response{Notice: v.plain("desk-internal", nil)}, nil
	case text == "" && m.Files:
		return Response{Notice: v.plain("desk-files", nil)}, nil
	case text == "":
		return Response{}, nil
	case n > maxPassedOn:
		return Response{Notice: v.plain("desk-too-long", Values{"Length": n, "Max": maxPassedOn})}, nil
	}
	q, err := v.bot.question(ctx, id)
	if err != nil {
		return Response{}, err
	}
	if why := q.gone(); why != "" {
		return v.miss(why, nil), nil
	}
	if !q.knows(m.ID) {
		if err := v.audit(ctx, AuditChanged, "thread", id); err != nil {
			return Response{}, err
		}
	}
	var r Response
	err = v.bot.editQuestion(ctx, id, func(q *Question) bool {
		r = Response{}
		if q.knows(m.ID) || q.gone() != "" {
			return false
		}
		if internal {
			r.Notice = v.plain("desk-internal-lines", nil)
		}
		if m.Files {
			r.Notice = strings.TrimSpace(r.Notice + " " + v.plain("desk-files", nil))
		}
		warning := v.colleague(q, v.bot.now().Add(-atOnce))
		if m.Calls && warning == "" {
			warning = v.say("desk-calls", nil)
		}
		if q.blocked() {
			warning = strings.TrimSpace(v.say("desk-blocked", nil) + "\n\n" + warning)
		}
		if v.habits.Confirmed && warning == "" {
			v.answer(q, m.ID, text)
			return true
		}
		d := Draft{ID: m.ID, By: v.ID, Name: v.Name, Text: text, At: v.bot.now().UTC()}
		q.Drafts = append(q.Drafts, d)
		r.View = v.askToSend(q, d, warning)
		return true
	})
	return r, err
}

// outward is what is meant for the citizen, without the lines that begin with //.
func outward(text string) (out string, internal bool) {
	var lines []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "//") {
			internal = true
		} else {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "")), internal
}

// colleague says that somebody else has answered since, and nobody after them,
// or is about to; empty when nobody is.
func (v *visit) colleague(q *Question, since time.Time) string {
	for _, s := range slices.Backward(q.Said) {
		if s.From != CityHall {
			continue
		}
		if s.By != v.ID && s.At.After(since) {
			return v.say("desk-colleague", Values{"Name": s.Name})
		}
		break
	}
	for _, d := range q.Drafts {
		if d.By != v.ID && d.At.After(since) {
			return v.say("desk-colleague-writes", Values{"Name": d.Name})
		}
	}
	return ""
}

// answer says something to the citizen, and opens the question again where it
// was closed.
func (v *visit) answer(q *Question, id, text string) {
	q.say(Said{ID: id, From: CityHall, By: v.ID, Name: v.Name, Text: text, At: v.bot.now().UTC()})
	q.By, q.Closed = v.Name, time.Time{}
}

// askToSend shows a draft, and asks whether it is for the citizen: with the
// warning, if there is one, and what a person has to know who sends their first.
func (v *visit) askToSend(q *Question, d Draft, warning string) *View {
	if !v.habits.Confirmed {
		warning = strings.TrimSpace(warning + "\n\n" + v.say("desk-confirm", nil))
	}
	view := v.view(warning)
	view.Blocks = append(view.Blocks, Block{Text: "> " + strings.ReplaceAll(quoteLines(d.Text), "\n", "\n> ")}, Block{Buttons: []Button{
		{Label: v.say("desk-button-send", nil), Data: "send " + q.ID + " " + d.ID},
		{Label: v.say("desk-button-internal", nil), Data: "drop " + q.ID + " " + d.ID},
	}})
	return view
}

// sendDraft sends what the person wrote in a thread: "<question> <message>".
// Where a colleague has answered meanwhile, it asks once more.
func sendDraft(ctx context.Context, v *visit, rest string) (Response, error) {
	sent := false
	r, err := v.draft(ctx, "send", rest, func(q *Question, d *Draft) (done bool, r Response) {
		sent = false
		if warning := v.colleague(&Question{Said: q.Said}, d.At); warning != "" {
			d.At = v.bot.now().UTC()
			return false, Response{View: v.askToSend(q, *d, warning)}
		}
		v.answer(q, d.ID, d.Text)
		sent = true
		return true, *v.tell("desk-sent", nil)
	})
	if err == nil && sent && !v.habits.Confirmed {
		err = v.keep(ctx, func(h *habits) { h.Confirmed = true })
	}
	return r, err
}

// dropDraft keeps it internal.
func dropDraft(ctx context.Context, v *visit, rest string) (Response, error) {
	return v.draft(ctx, "drop", rest, func(*Question, *Draft) (bool, Response) {
		return true, *v.tell("desk-internal", nil)
	})
}

// draft does something with one, and takes it out of the question that it
// waits in, unless that is not done yet.
func (v *visit) draft(ctx context.Context, what, rest string, do func(*Question, *Draft) (done bool, r Response)) (Response, error) {
	id, message, _ := strings.Cut(rest, " ")
	if err := v.audit(ctx, AuditChanged, what, id); err != nil {
		return Response{}, err
	}
	var r Response
	err := v.bot.editQuestion(ctx, id, func(q *Question) bool {
		i := slices.IndexFunc(q.Drafts, func(d Draft) bool { return d.ID == message && d.By == v.ID })
		switch {
		case q.gone() != "":
			r = v.miss(q.gone(), nil)
			return false
		case i < 0 && q.knows(message): // pressed twice
			r = *v.tell("desk-sent", nil)
			return false
		case i < 0:
			r = *v.tell("stale", nil)
			return false
		}
		done := false
		if done, r = do(q, &q.Drafts[i]); done {
			q.Drafts = slices.Delete(q.Drafts, i, i+1)
		}
		return true
	})
	return r, err
}
