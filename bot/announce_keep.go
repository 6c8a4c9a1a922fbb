package bot

import (
	"context"
	"errors"
	"reflect"
	"strings"
)

// keepAnnouncement stores the draft as somebody is writing it, and gives back
// the form as it is to look by now. What somebody else has changed meanwhile
// stays: whoever submits the form is told.
func keepAnnouncement(ctx context.Context, v *visit, rest string, form Submission) (Response, error) {
	id, opened, found := strings.Cut(rest, " ")
	version, _, _ := strings.Cut(opened, "-")
	if !found || !announcementID.MatchString(id) {
		return Response{}, nil
	}
	written := v.entered(id, opened, form)
	stored, err := v.bot.announcement(ctx, id)
	if err != nil || same(stored, written) || stored == nil && version != (&Announcement{}).version() { // that was discarded
		return Response{}, err
	}
	if err := v.audit(ctx, AuditChanged, "announce", id); err != nil {
		return Response{}, err
	}
	_, err = v.bot.Campaigns().saveForm(ctx, written, version)
	if errors.Is(err, errMeanwhile) {
		return Response{}, nil
	}
	if err != nil {
		return v.refused(err, v.pass)
	}
	r := v.pass("desk-announce-saved", nil)
	r.Form = v.announceForm(written)
	r.Form.ID = form.Form
	return r, nil
}

// entered is the announcement that stands in a form.
func (v *visit) entered(id, opened string, form Submission) *Announcement {
	a := v.readAnnouncement(form)
	a.ID, a.Author, a.Form, a.Entered = id, v.person(), opened, form.At
	if a.Entered.IsZero() {
		a.Entered = v.bot.now().UTC()
	}
	return a
}

// same tells whether nothing was entered that is not stored; of one that is
// not there, whether nothing was written.
func same(stored, written *Announcement) bool {
	if stored == nil {
		stored = &Announcement{Audience: written.Audience, Schedule: written.Schedule}
	}
	var was, is Announcement
	was.write(stored)
	is.write(written)
	return reflect.DeepEqual(was, is)
}
