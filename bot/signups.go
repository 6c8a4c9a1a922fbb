package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"exchangebot/bot/query"
)

const (
	deskPatience = storePatience // for a call at the desk
	slowPatience = time.Minute   // for one that has much to do
	signUpsPage  = 10            // how many sign-ups are listed at once
	maxNotes     = 2000          // characters
)

// listSignUps lists those that the words ask for.
func listSignUps(ctx context.Context, v *visit, rest string) (Response, error) {
	r := v.read(rest)
	if len(r.Unknown) > 0 {
		return v.notUnderstood(r), nil
	}
	return v.answerReading(ctx, r)
}

// countSignUps counts them instead.
func countSignUps(ctx context.Context, v *visit, rest string) (Response, error) {
	r := v.read(rest)
	r.Count = true
	return v.answerReading(ctx, r)
}

// findSignUps looks for words as they are, whatever else they mean.
func findSignUps(ctx context.Context, v *visit, rest string) (Response, error) {
	words := tokens(rest)
	if len(words) == 0 {
		return *v.tell("desk-find-what", nil), nil
	}
	found, err := v.find(ctx, strings.ToUpper(rest))
	if err != nil {
		return Response{}, err
	}
	if found != nil {
		return Response{View: &View{Text: found.Reference, Blocks: []Block{{Card: v.card(found)}}}}, v.audit(ctx, AuditRead, "find", found.Reference)
	}
	return v.answerReading(ctx, query.Reading{Query: query.Query{Words: words}})
}

// pageSignUps is the page of a list that follows a mark: "1795… K7M4QX kind:school".
func pageSignUps(ctx context.Context, v *visit, rest string) (Response, error) {
	parts := strings.SplitN(rest, " ", 3)
	if len(parts) < 2 {
		return *v.tell("stale", nil), nil
	}
	return v.list(ctx, v.read(strings.Join(parts[2:], " ")), parts[0]+" "+parts[1])
}

// answerReading does what a query asks for, and says how it was read.
func (v *visit) answerReading(ctx context.Context, r query.Reading) (Response, error) {
	switch {
	case len(r.Unknown) > 0:
		return v.notUnderstood(r), nil
	case r.Count:
		return v.count(ctx, r)
	}
	return v.list(ctx, r, "")
}

func (v *visit) count(ctx context.Context, r query.Reading) (Response, error) {
	tally, err := v.bot.store.TallyVolunteers(ctx, volunteerQuery(r.Query))
	if err != nil {
		return Response{}, err
	}
	view := v.view(v.say("desk-count", Values{"Count": int(tally.Total)}))
	view.Blocks = append(view.Blocks, Block{Note: v.readAs(r.Query)})
	view.Blocks = append(view.Blocks, v.corrections(r)...)
	return Response{View: view}, nil
}

// list shows a page of sign-ups, newest first.
func (v *visit) list(ctx context.Context, r query.Reading, after string) (Response, error) {
	r.Count = false
	q := volunteerQuery(r.Query)
	q.After, q.Limit = after, signUpsPage
	page, err := v.bot.store.Volunteers(ctx, q)
	if err != nil {
		return Response{}, err
	}
	var references []string
	list := &List{}
	for _, p := range page.Volunteers {
		references = append(references, p.Reference)
		list.Items = append(list.Items, Item{Text: v.line(p), Button: &Button{Label: v.say("desk-button-open", nil), Data: "record " + p.Reference}})
	}
	if err := v.audit(ctx, AuditRead, "signups", references...); err != nil {
		return Response{}, err
	}
	id := "desk-list"
	switch {
	case len(list.Items) == 0 && after == "":
		id = "desk-list-empty"
	case after != "":
		id = "desk-list-more"
	}
	view := v.view(v.say(id, nil))
	view.Blocks = append(view.Blocks, Block{Note: v.readAs(r.Query)})
	if len(list.Items) > 0 {
		view.Blocks = append(view.Blocks, Block{List: list})
	}
	var turn []Button
	if after != "" {
		turn = append(turn, Button{Label: v.say("desk-button-newest", nil), Data: strings.TrimSpace("signups " + r.String())})
	}
	if page.Next != "" {
		turn = append(turn, Button{Label: v.say("desk-button-older", nil), Data: strings.TrimSpace("page " + page.Next + " " + r.String())})
	}
	if turn != nil {
		view.Blocks = append(view.Blocks, Block{Buttons: turn})
	}
	if after == "" {
		view.Blocks = append(view.Blocks, v.corrections(r)...)
	}
	return Response{View: view}, nil
}

// line is a sign-up in a list.
func (v *visit) line(p *Volunteer) string {
	name := p.Organisation
	if name == "" {
		name = p.Name
	}
	if p.Status == StatusWithdrawn {
		name = "–"
	}
	return v.say("desk-line", Values{"Reference": p.Reference, "Name": name, "Kind": Markdown(v.valueName(query.Kind, string(p.Kind))), "City": v.cityOf(p),
		"Fields": Markdown(v.fieldNames(p)), "Status": Markdown(v.valueName(query.Status, string(p.Status))), "Date": p.Created})
}

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

// find is the sign-up of a reference; nil when there is none.
func (v *visit) find(ctx context.Context, reference string) (*Volunteer, error) {
	return v.bot.findVolunteer(ctx, reference)
}

func (b *Bot) findVolunteer(ctx context.Context, reference string) (*Volunteer, error) {
	if !isReference(reference) {
		return nil, nil
	}
	page, err := b.store.Volunteers(ctx, VolunteerQuery{Reference: reference, Limit: 1})
	if err != nil || len(page.Volunteers) == 0 {
		return nil, err
	}
	return page.Volunteers[0], nil
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
		return *v.tell("desk-gone", Values{"Reference": rest}), nil
	}
	return Response{Form: v.recordForm(p)}, v.audit(ctx, AuditRead, "record", p.Reference)
}

func (v *visit) recordForm(p *Volunteer) *Form {
	form := &Form{ID: fmt.Sprintf("record %s %d", p.Reference, p.Version), Title: p.Reference, Cancel: v.say("desk-button-close", nil)}
	form.Blocks = []Block{{Card: &Card{Title: v.plain("desk-card-title", Values{"Reference": p.Reference}), Fields: v.properties(p)}}}
	for _, free := range []Pair{{"offers", p.Offers}, {"seeks", p.Seeks}} {
		if free.Value != "" {
			form.Blocks = append(form.Blocks, Block{Text: "**" + v.say("label-"+free.Label, nil) + "**\n\n" + escapeLines(free.Value)})
		}
	}
	form.Blocks = append(form.Blocks, Block{Note: v.say("desk-record-note", Values{"Created": p.Created, "Changed": p.Changed, "Channel": p.Source.Channel})})
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

// saveRecord stores status and notes, unless somebody else has changed the
// record since it was opened: then both versions are shown.
func saveRecord(ctx context.Context, v *visit, rest string, form Submission) (Response, error) {
	reference, version, _ := strings.Cut(rest, " ")
	p, err := v.find(ctx, reference)
	if err != nil {
		return Response{}, err
	}
	status, notes := Status(form.first("status")), form.first("notes")
	switch {
	case p == nil || p.Status == StatusWithdrawn:
		return *v.tell("desk-gone", Values{"Reference": reference}), nil
	case !staffMaySet(status):
		return Response{Errors: map[string]string{"status": v.say("desk-status-unknown", nil)}}, nil
	case len([]rune(notes)) > maxNotes:
		return Response{Errors: map[string]string{"notes": v.plain("invalid-long", Values{"Max": maxNotes, "Length": len([]rune(notes))})}}, nil
	case p.Status == status && p.Notes == notes: // by this very form, delivered again, or by a colleague
		return Response{Notice: v.say("desk-saved", nil)}, nil
	case fmt.Sprint(p.Version) != version:
		return v.meanwhile(p, status, notes), nil
	}
	if err := v.audit(ctx, AuditChanged, "record", p.Reference); err != nil {
		return Response{}, err
	}
	was := *p
	p.Status, p.Notes = status, notes
	if err := v.bot.change(ctx, p); err != nil {
		if errors.Is(err, ErrConflict) {
			return v.meanwhile(&was, status, notes), nil
		}
		return Response{}, err
	}
	return Response{Notice: v.say("desk-saved", nil)}, nil
}

func staffMaySet(s Status) bool {
	return s == StatusNew || s == StatusContacted || s == StatusActive || s == StatusDeclined
}

// meanwhile opens the record as it is now, with what the person has entered.
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
		return v.bot.change(ctx, p)
	})
	return r, err
}
