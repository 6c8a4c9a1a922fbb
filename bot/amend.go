package bot

import (
	"context"
	"slices"
)

// amend takes what somebody does to a message of theirs in the thread. What
// has waited for their word goes on waiting with its new text, or does no more;
// what was passed on already stays as it was, and what was internal stays so,
// which they are told.
func (v *visit) amend(ctx context.Context, id string, m ThreadMessage) (Response, error) {
	q, err := v.bot.question(ctx, id)
	if err != nil || q.gone() != "" {
		return Response{}, err
	}
	text, _ := outward(m.Text)
	for _, s := range q.Said {
		if s.ID != m.ID {
			continue
		}
		if m.Change == Removed || s.Text != text {
			return Response{Notice: v.plain("desk-passed-on", nil)}, nil
		}
		return Response{}, nil
	}
	waits := func(d Draft) bool { return d.ID == m.ID && d.By == v.ID }
	if !slices.ContainsFunc(q.Drafts, waits) {
		// It was internal and does not look so any more; in a thread that has
		// been cut, it may have been passed on.
		if m.Change == Edited && text != "" && len(q.Said) < maxSaid {
			return Response{Notice: v.plain("desk-internal-still", nil)}, nil
		}
		return Response{}, nil
	}
	if err := v.audit(ctx, AuditChanged, "thread", id); err != nil {
		return Response{}, err
	}
	var r Response
	err = v.bot.editQuestion(ctx, id, func(q *Question) bool {
		r = Response{}
		i := slices.IndexFunc(q.Drafts, waits)
		switch {
		case i < 0: // sent or dropped just now
			return false
		case m.Change == Removed || text == "":
			q.Drafts = slices.Delete(q.Drafts, i, i+1)
			r.Notice = v.plain("desk-internal", nil)
			return true
		case len([]rune(text)) > maxPassedOn:
			r.Notice = v.plain("desk-too-long", Values{"Length": len([]rune(text)), "Max": maxPassedOn})
			return false
		case q.Drafts[i].Text == text:
			return false
		}
		q.Drafts[i].Text = text
		warning := ""
		if m.Calls {
			warning = v.say("desk-calls", nil)
		}
		r.View = v.askToSend(q, q.Drafts[i], warning)
		return true
	})
	return r, err
}
