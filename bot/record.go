package bot

import (
	"context"
	"fmt"
	"strings"

	"exchangebot/bot/query"
)

func (v *visit) cityOf(p *Volunteer) string {
	if p.City == Elsewhere {
		return p.Place
	}
	return v.valueName(query.City, string(p.City))
}

func (v *visit) fieldNames(p *Volunteer) string {
	var names []string
	for _, f := range p.Fields {
		names = append(names, v.valueName(query.Field, string(f)))
	}
	return strings.Join(names, ", ")
}

// card shows a sign-up in short.
func (v *visit) card(p *Volunteer) *Card {
	c := &Card{Title: v.plain("desk-card-title", Values{"Reference": p.Reference}), Fields: v.properties(p)[:4],
		Note: v.say("desk-card-note", Values{"Date": p.Created, "Status": Markdown(v.valueName(query.Status, string(p.Status)))})}
	if p.Status == StatusWithdrawn {
		return c
	}
	if p.Organisation == "" {
		c.Text = "**" + Escape(p.Name) + "**"
	} else {
		c.Text = "**" + Escape(p.Organisation) + "**"
	}
	c.Buttons = []Button{{Label: v.say("desk-button-open", nil), Data: "record " + p.Reference}}
	for _, status := range []Status{StatusContacted, StatusDeclined} {
		if p.Status != status {
			c.Buttons = append(c.Buttons, Button{Label: v.say("desk-button-"+string(status), nil), Data: fmt.Sprintf("mark %s %s %s", p.Reference, p.Status, status)})
		}
	}
	return c
}

// maxNotes is how many characters the notes on a sign-up may have.
const maxNotes = 2000

// properties are those of a sign-up: first what sorts it, then who it is.
func (v *visit) properties(p *Volunteer) []Pair {
	list := []Pair{
		{v.say("label-kind", nil), v.valueName(query.Kind, string(p.Kind))},
		{v.say("label-city", nil), v.cityOf(p)},
		{v.say("label-fields", nil), v.fieldNames(p)},
		{v.facetName(query.Language), v.valueName(query.Language, string(p.Language))},
	}
	for _, pair := range []Pair{{"organisation", p.Organisation}, {"name", p.Name}, {"email", p.Email}, {"phone", showPhone(p.Phone)}} {
		if pair.Value != "" {
			list = append(list, Pair{v.say("label-"+pair.Label, nil), pair.Value})
		}
	}
	return list
}

// openRecord opens a sign-up with everything; status and notes can be edited.
func openRecord(ctx context.Context, v *visit, rest string) (Response, error) {
	p, err := v.find(ctx, rest)
	if err != nil {
		return Response{}, err
	}
	if p == nil {
		return v.miss("desk-gone", Values{"Reference": rest}), nil
	}
	return Response{Form: v.recordForm(p)}, v.audit(ctx, AuditRead, "record", p.Reference)
}

func (v *visit) recordForm(p *Volunteer) *Form {
	form := &Form{ID: "record " + p.Reference + " " + editionOf(p), Title: p.Reference, Cancel: v.say("desk-button-close", nil)}
	form.Blocks = []Block{{Card: &Card{Title: v.plain("desk-card-title", Values{"Reference": p.Reference}), Fields: v.properties(p)}}}
	for _, free := range []Pair{{"offers", p.Offers}, {"seeks", p.Seeks}} {
		if free.Value != "" {
			form.Blocks = append(form.Blocks, Block{Text: "**" + v.say("desk-"+free.Label, nil) + "**\n\n" + escapeLines(free.Value)})
		}
	}
	form.Blocks = append(form.Blocks, Block{Note: v.say("desk-record-note", Values{"Created": p.Created, "Changed": p.Changed,
		"Channel": channelName(p.Source.Channel), "Consent": p.Consent.Given, "Wording": p.Consent.Wording})})
	if p.Status == StatusWithdrawn {
		form.Blocks = append(form.Blocks, Block{Text: v.say("desk-withdrawn", nil)})
		return form
	}
	form.Submit = v.say("desk-button-save", nil)
	status := Input{Name: "status", Kind: InputChoice, Label: v.facetName(query.Status), Value: []string{string(p.Status)}}
	for _, s := range statuses {
		if s != StatusWithdrawn {
			status.Options = append(status.Options, Option{string(s), v.valueName(query.Status, string(s))})
		}
	}
	form.Inputs = []Input{status, {Name: "notes", Kind: InputText, Label: v.say("desk-notes", nil), Value: []string{p.Notes}, Optional: true, Max: maxNotes}}
	return form
}

// editionOf is the version of a sign-up, with what staff can change in it: its
// version, status and a hash of the notes.
func editionOf(p *Volunteer) string {
	return fmt.Sprintf("%d/%s/%s", p.Version, p.Status, shortHash(p.Notes))
}

// saveRecord stores status and notes, unless somebody else has changed the
// record since it was opened: then both versions are shown.
func saveRecord(ctx context.Context, v *visit, rest string, form Submission) (Response, error) {
	reference, edition, _ := strings.Cut(rest, " ")
	version, shown, _ := strings.Cut(edition, "/")
	was, hash, _ := strings.Cut(shown, "/")
	entered, notes := Status(form.first("status")), form.first("notes")
	switch {
	case !staffMaySet(entered):
		return Response{Errors: map[string]string{"status": v.say("desk-status-unknown", nil)}}, nil
	case len([]rune(notes)) > maxNotes:
		return Response{Errors: map[string]string{"notes": v.plain("invalid-long", Values{"Max": maxNotes, "Length": len([]rune(notes))})}}, nil
	}
	var r Response
	err := again(func() error {
		p, err := v.find(ctx, reference)
		if err != nil {
			return err
		}
		if p == nil || p.Status == StatusWithdrawn {
			r = *v.tell("desk-gone", Values{"Reference": reference})
			return nil
		}
		status, notes := entered, notes
		if string(status) == was { // what the person has not touched stays as others have left it
			status = p.Status
		}
		if shortHash(notes) == hash {
			notes = p.Notes
		}
		switch {
		case p.Status == status && p.Notes == notes: // by this very form, delivered again, or by a colleague
			r = Response{Notice: v.say("desk-saved", nil)}
			return nil
		case fmt.Sprint(p.Version) != version:
			r = v.meanwhile(p, status, notes)
			return v.audit(ctx, AuditRead, "record", p.Reference)
		}
		if err := v.audit(ctx, AuditChanged, "record", p.Reference); err != nil {
			return err
		}
		before := p.Status
		p.Status, p.Notes = status, notes
		r = Response{Notice: v.say("desk-saved", nil)}
		return v.change(ctx, p, before)
	})
	return r, err
}

func staffMaySet(s Status) bool {
	return s == StatusNew || s == StatusContacted || s == StatusActive || s == StatusDeclined
}

// meanwhile opens the record as it is now, with what the person has changed in it.
func (v *visit) meanwhile(p *Volunteer, status Status, notes string) Response {
	form := v.recordForm(p)
	text := v.say("desk-meanwhile", Values{"Status": Markdown(v.valueName(query.Status, string(p.Status))), "Notes": Markdown(escapeLines(p.Notes))})
	form.Blocks = append([]Block{{Text: text}}, form.Blocks...)
	form.Inputs[0].Value, form.Inputs[1].Value = []string{string(status)}, []string{notes}
	return Response{Form: form}
}

// markRecord changes the status by one press, if it is still what it was when
// the button was shown: "K7M4QX new contacted".
func markRecord(ctx context.Context, v *visit, rest string) (Response, error) {
	parts := strings.Fields(rest)
	if len(parts) != 3 || !staffMaySet(Status(parts[2])) {
		return Response{Notice: v.say("stale", nil)}, nil
	}
	var r Response
	err := again(func() error {
		p, err := v.find(ctx, parts[0])
		switch {
		case err != nil:
			return err
		case p == nil || p.Status == StatusWithdrawn:
			r = Response{Notice: v.plain("desk-gone", Values{"Reference": parts[0]})}
			return nil
		case p.Status == Status(parts[2]): // pressed twice, or delivered again
			r = Response{Notice: v.say("desk-saved", nil)}
			return nil
		case p.Status != Status(parts[1]):
			r = Response{Notice: v.plain("desk-changed-already", Values{"Status": Markdown(v.valueName(query.Status, string(p.Status)))})}
			return nil
		}
		if err := v.audit(ctx, AuditChanged, "mark", p.Reference); err != nil {
			return err
		}
		p.Status = Status(parts[2])
		r = Response{Notice: v.say("desk-saved", nil)}
		return v.change(ctx, p, Status(parts[1]))
	})
	return r, err
}
