package bot

import (
	"context"
	"strings"
)

// openCancel asks whether what was released is to end.
func openCancel(ctx context.Context, v *visit, id string) (Response, error) {
	a, none, err := v.announcement(ctx, id)
	if err != nil || none != nil {
		return orNone(none), err
	}
	if !a.Running() {
		return v.pass("announce-is-"+string(a.State), nil), nil
	}
	sure := "desk-cancel-sure"
	if !a.Started.IsZero() {
		sure = "desk-cancel-sending"
	}
	return Response{Form: &Form{ID: "announce-cancel " + id + " " + a.version(), Title: v.plain("desk-cancel", nil), Submit: v.say("desk-button-cancel-yes", nil), Cancel: v.say("desk-button-close", nil),
		Blocks: []Block{{Text: v.say(sure, Values{"Title": v.titleOf(a)})}}}}, nil
}

func cancelAnnouncement(ctx context.Context, v *visit, rest string, _ Submission) (Response, error) {
	id, _, _ := strings.Cut(rest, " ")
	return v.steer(ctx, "announce-cancel", id, v.bot.Campaigns().Cancel)
}

func pauseAnnouncement(ctx context.Context, v *visit, id string) (Response, error) {
	return v.steer(ctx, "announce-pause", id, v.bot.Campaigns().Pause)
}

func resumeAnnouncement(ctx context.Context, v *visit, id string) (Response, error) {
	return v.steer(ctx, "announce-resume", id, v.bot.Campaigns().Resume)
}

func repeatAnnouncement(ctx context.Context, v *visit, id string) (Response, error) {
	return v.steer(ctx, "announce-again", id, v.bot.Campaigns().Again)
}

// steer does one thing to what goes out. The card on the board shows what came
// of it; who pressed is told in a line that passes.
func (v *visit) steer(ctx context.Context, what, id string, do func(context.Context, string, Person) (*Announcement, error)) (Response, error) {
	if err := v.audit(ctx, AuditChanged, what, id); err != nil {
		return Response{}, err
	}
	a, err := do(ctx, id, v.person())
	if err != nil {
		return v.refused(err, v.pass)
	}
	return v.pass("desk-steered", Values{"Title": v.titleOf(a), "State": Markdown(v.stateOf(a))}), nil
}

// openDiscard asks whether a draft is to go.
func openDiscard(ctx context.Context, v *visit, id string) (Response, error) {
	a, none, err := v.announcement(ctx, id)
	if err != nil || none != nil {
		return orNone(none), err
	}
	if a.State != Drafted {
		return v.pass("announce-is-"+string(a.State), nil), nil
	}
	return Response{Form: &Form{ID: "announce-discard " + id + " " + a.version(), Title: v.plain("desk-discard", nil), Submit: v.say("desk-button-discard", nil), Cancel: v.say("desk-button-close", nil),
		Blocks: []Block{{Text: v.say("desk-discard-sure", Values{"Title": v.titleOf(a)})}}}}, nil
}

// discardAnnouncement deletes a draft.
func discardAnnouncement(ctx context.Context, v *visit, rest string, _ Submission) (Response, error) {
	id, _, _ := strings.Cut(rest, " ")
	if err := v.audit(ctx, AuditChanged, "announce-discard", id); err != nil {
		return Response{}, err
	}
	if err := v.bot.Campaigns().Discard(ctx, id, v.person()); err != nil {
		return v.refused(err, v.pass)
	}
	return v.pass("desk-discarded", nil), nil
}
