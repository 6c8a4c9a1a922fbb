package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// openRelease asks for the last word, naming how many people will get it.
func openRelease(ctx context.Context, v *visit, id string) (Response, error) {
	a, none, err := v.announcement(ctx, id)
	if err != nil || none != nil {
		return orNone(none), err
	}
	errs, err := v.announceErrors(ctx, a)
	if err != nil {
		return Response{}, err
	}
	if a.State != Drafted || len(errs) > 0 {
		form, err := v.review(ctx, a, "")
		return Response{Form: form}, err
	}
	form, err := v.releaseForm(ctx, a, "", "leave")
	return Response{Form: form}, err
}

// releaseForm has the number in its version. unknown is what was chosen of
// its input.
func (v *visit) releaseForm(ctx context.Context, a *Announcement, notice, unknown string) (*Form, error) {
	size, err := v.bot.Campaigns().Size(ctx, a.Audience)
	if err != nil {
		return nil, err
	}
	n := SumReached(size)
	form := &Form{ID: fmt.Sprintf("announce-release %s %s-%d", a.ID, a.version(), n), Title: v.plain("desk-release", nil),
		Submit: v.releaseTo(n), Cancel: v.say("desk-button-close", nil)}
	if notice != "" {
		form.Blocks = append(form.Blocks, Block{Text: "**" + Escape(notice) + "**"})
	}
	form.Blocks = append(form.Blocks, Block{Text: v.say("desk-release-sure", Values{"Title": v.titleOf(a), "Count": n,
		"Duration": Markdown(v.lasts(v.bot.Campaigns().Duration(size)))})}, Block{Card: &Card{Title: v.titleOf(a), Fields: v.when(a)}})
	for _, warning := range v.warnings(a) {
		form.Blocks = append(form.Blocks, Block{Text: warning})
	}
	if n > v.bot.approval {
		form.Blocks = append(form.Blocks, Block{Text: v.say("desk-release-approval", Values{"Count": v.bot.approval})})
	}
	form.Inputs = []Input{{Name: "unknown", Kind: InputChoice, Label: v.plain("desk-release-unknown", nil), Hint: v.plain("desk-release-unknown-hint", nil), Value: []string{unknown},
		Options: []Option{{"leave", v.plain("desk-release-leave", nil)}, {"again", v.plain("desk-release-again", nil)}}}}
	return form, nil
}

// maxSubmit is how long the label of a form's button is shown everywhere.
const maxSubmit = 24

// releaseTo is the label that names the number: a large one without its noun,
// so that nothing is cut.
func (v *visit) releaseTo(n int64) string {
	label := v.say("desk-button-release-to", Values{"Count": n})
	if utf8.RuneCountInString(label) > maxSubmit {
		return v.say("desk-button-release-many", Values{"Count": n})
	}
	return label
}

// releaseAnnouncement takes the last word, on what was seen.
func releaseAnnouncement(ctx context.Context, v *visit, rest string, form Submission) (Response, error) {
	id, seen, _ := strings.Cut(rest, " ")
	version, confirmed, _ := strings.Cut(seen, "-")
	if err := v.audit(ctx, AuditChanged, "announce-release", id); err != nil {
		return Response{}, err
	}
	number, _ := strconv.ParseInt(confirmed, 10, 64)
	unknown := cmp.Or(form.first("unknown"), "leave")
	released, err := v.bot.Campaigns().release(ctx, id, version, v.person(), number, unknown == "again")
	if err == nil {
		return *v.tell("desk-released-"+string(released.State), v.standing(released)), nil
	}
	a, none, readErr := v.announcement(ctx, id)
	if readErr != nil || none != nil {
		return orNone(none), readErr
	}
	var changed *SizeChanged
	var incomplete *Incomplete
	var again *Form
	switch {
	case a.State == Drafted && a.version() != version:
		again, err = v.review(ctx, a, v.plain("desk-release-changed", nil))
	case errors.As(err, &changed):
		message, values, _ := Explain(err)
		again, err = v.releaseForm(ctx, a, v.plain(message, values), unknown)
	case errors.As(err, &incomplete):
		again, err = v.review(ctx, a, "")
	default:
		return v.refused(err, v.pass)
	}
	return Response{Form: again}, err
}

// openApproval shows a second admin what they would let out.
func openApproval(ctx context.Context, v *visit, id string) (Response, error) {
	a, none, err := v.announcement(ctx, id)
	if err != nil || none != nil {
		return orNone(none), err
	}
	if a.State == Proposed && (a.Author.ID == v.ID || a.Releaser.ID == v.ID) {
		return v.pass(ErrOwnApproval.Message, nil), v.audit(ctx, AuditRefused, "announce-approve", id)
	}
	form, err := v.approvalForm(ctx, a, "")
	if err != nil {
		return Response{}, err
	}
	return Response{Form: form}, v.audit(ctx, AuditRead, "announce-approve", id)
}

// approvalForm is the review of what is proposed, with the number by now in
// its version. Where there is nobody, it says so and cannot be submitted.
func (v *visit) approvalForm(ctx context.Context, a *Announcement, notice string) (*Form, error) {
	form, err := v.review(ctx, a, notice)
	if err != nil || a.State != Proposed {
		return form, err
	}
	size, err := v.bot.Campaigns().Size(ctx, a.Audience)
	if err != nil {
		return nil, err
	}
	n := SumReached(size)
	if n == 0 {
		form.Blocks = slices.Insert(form.Blocks, 0, Block{Text: "**" + v.say("announce-problem-empty", nil) + "**"})
		return form, nil
	}
	form.Blocks = slices.DeleteFunc(form.Blocks, func(b Block) bool { return b.Buttons != nil }) // the form's own is the one
	form.ID, form.Title = fmt.Sprintf("announce-approve %s %s-%d", a.ID, a.version(), n), v.plain("desk-approve", nil)
	form.Submit = v.say("desk-button-approve-to", Values{"Count": n})
	return form, nil
}

// approveAnnouncement lets out what somebody else has released, to as many as
// the form named.
func approveAnnouncement(ctx context.Context, v *visit, rest string, _ Submission) (Response, error) {
	id, seen, _ := strings.Cut(rest, " ")
	_, confirmed, _ := strings.Cut(seen, "-")
	number, _ := strconv.ParseInt(confirmed, 10, 64)
	a, err := v.bot.Campaigns().ApproveFor(ctx, id, v.person(), number)
	action := AuditChanged
	if errors.Is(err, ErrOwnApproval) {
		action = AuditRefused
	}
	if auditErr := v.audit(ctx, action, "announce-approve", id); auditErr != nil {
		return Response{}, auditErr
	}
	var changed *SizeChanged
	if errors.As(err, &changed) {
		message, values, _ := Explain(err)
		return v.approveAgain(ctx, id, v.plain(message, values))
	}
	if err != nil {
		return v.refused(err, v.pass)
	}
	return *v.tell("desk-released-"+string(a.State), v.standing(a)), nil
}

// approveAgain asks once more, on how it is by now.
func (v *visit) approveAgain(ctx context.Context, id, notice string) (Response, error) {
	a, none, err := v.announcement(ctx, id)
	if err != nil || none != nil {
		return orNone(none), err
	}
	form, err := v.approvalForm(ctx, a, notice)
	return Response{Form: form}, err
}

// testAnnouncement sends it to the person's own chat, which is linked first.
func testAnnouncement(ctx context.Context, v *visit, id string) (Response, error) {
	a, none, err := v.announcement(ctx, id)
	if err != nil || none != nil {
		return orNone(none), err
	}
	if err := v.audit(ctx, AuditChanged, "announce-test", id); err != nil {
		return Response{}, err
	}
	if v.habits.Chat == "" {
		form, err := v.linkForm(ctx, Button{Label: v.say("desk-button-test-now", nil), Data: "announce-test " + id})
		return Response{Form: form}, err
	}
	name, _ := v.habits.Chat.Split()
	notice := v.plain("desk-tested", Values{"Channel": channelName(name)})
	if err := v.bot.Campaigns().Test(ctx, id, v.habits.Chat); err != nil {
		message, values, is := Explain(err)
		if !is {
			return Response{}, err
		}
		notice = v.plain(message, values)
	}
	form, err := v.review(ctx, a, notice)
	return Response{Form: form}, err
}
