package bot

import (
	"context"
	"errors"
	"strconv"
	"strings"
)

// errMeanwhile says that somebody else has changed a draft since it was opened.
var errMeanwhile = errors.New("changed meanwhile")

// saveAnnouncement keeps what was entered, whatever is wrong with it, and says
// beside each input what is. Where nothing is, it shows what will be sent.
func saveAnnouncement(ctx context.Context, v *visit, rest string, form Submission) (Response, error) {
	id, opened, found := strings.Cut(rest, " ")
	version, _, _ := strings.Cut(opened, "-")
	if !found || !announcementID.MatchString(id) {
		return v.keepOpen("stale", nil), nil
	}
	if err := v.audit(ctx, AuditChanged, "announce", id); err != nil {
		return Response{}, err
	}
	written := v.entered(id, opened, form)
	a, err := v.bot.Campaigns().saveForm(ctx, written, version)
	if errors.Is(err, errMeanwhile) {
		return Response{Form: v.announcedMeanwhile(a, written)}, nil
	}
	if err != nil {
		return v.refused(err, v.keepOpen)
	}
	errs, err := v.announceErrors(ctx, a)
	if err != nil {
		return Response{}, err
	}
	if len(errs) > 0 {
		return Response{Errors: errs}, nil
	}
	review, err := v.review(ctx, a, v.plain("desk-announce-saved", nil))
	return Response{Form: review}, err
}

// announceErrors are the problems, by input.
func (v *visit) announceErrors(ctx context.Context, a *Announcement) (map[string]string, error) {
	errs := map[string]string{}
	for _, p := range v.bot.Campaigns().Problems(a) {
		errs[p.Field] = v.plain(p.Message, p.Values)
	}
	if len(v.bot.Campaigns().Channels()) == 0 { // the form does not ask for one then
		errs["audience"] = errs["channels"]
		delete(errs, "channels")
	}
	if date, clock, _ := strings.Cut(a.Schedule.Local, "T"); !a.Schedule.Now() && (date == "" || clock == "") {
		delete(errs, "date")
		if date == "" {
			errs["date"] = v.plain("desk-announce-date-missing", nil)
		} else {
			errs["time"] = v.plain("desk-announce-time-missing", nil)
		}
	}
	if len(errs) > 0 {
		return errs, nil
	}
	size, err := v.bot.Campaigns().Size(ctx, a.Audience)
	if err == nil && SumReached(size) == 0 {
		errs["audience"] = v.plain("announce-problem-empty", nil)
	}
	return errs, err
}

// announcedMeanwhile opens the form on what is stored now, with what the
// person has entered.
func (v *visit) announcedMeanwhile(stored, written *Announcement) *Form {
	entered := *stored
	entered.write(written)
	form := v.announceForm(&entered)
	form.Blocks = append([]Block{{Text: v.say("desk-announce-meanwhile", Values{"At": Markdown(v.clocks(stored.Changed))})}}, form.Blocks...)
	return form
}

// newID is one that no announcement has.
func (c *Campaigns) newID(ctx context.Context) (string, error) {
	for n := c.bot.now().UnixMilli(); ; n++ {
		id := strconv.FormatInt(n, 36)
		a, err := c.bot.announcement(ctx, id)
		if err != nil || a == nil {
			return id, err
		}
	}
}

// version tells what is shown from what is stored later.
func (a *Announcement) version() string {
	if a.Changed.IsZero() {
		return "0"
	}
	return strconv.FormatInt(a.Changed.UnixMilli(), 36)
}

// saveForm keeps what was entered in a form that showed a version. Of what is
// stored otherwise by then, it returns that, and errMeanwhile.
func (c *Campaigns) saveForm(ctx context.Context, written *Announcement, version string) (*Announcement, error) {
	var stored *Announcement
	err := again(func() (err error) {
		seen := Announcement{}
		stored, err = c.edit(ctx, written.ID, func(a *Announcement) error {
			seen = *a
			switch {
			case a.State != Drafted:
				return refuseState(a)
			case a.Form != written.Form && a.version() != version:
				return errMeanwhile
			case a.Form == written.Form && a.Entered.After(written.Entered):
				return errUnchanged
			}
			a.write(written)
			a.Form, a.Entered = written.Form, written.Entered
			return nil
		})
		switch {
		case errors.Is(err, errMeanwhile):
			stored = &seen
		case errors.Is(err, ErrNoAnnouncement): // new, or discarded meanwhile: nothing that was entered is lost
			stored, err = written, c.create(ctx, written)
		}
		return err
	})
	return stored, err
}
