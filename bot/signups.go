package bot

import (
	"context"
	"slices"
	"strings"

	"exchangebot/bot/query"
)

// signUpsPage is how many sign-ups are listed at once.
const signUpsPage = 10

// listSignUps lists those that the words ask for.
func listSignUps(ctx context.Context, v *visit, rest string) (Response, error) {
	r := v.read(rest)
	if len(r.Unknown) > 0 {
		return v.notUnderstood("signups", r), nil
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
	words := typedWords(rest)
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
	if email, err := readEmail(rest); err == nil {
		return v.findByEmail(ctx, email)
	}
	return v.answerReading(ctx, query.Reading{Query: query.Query{Words: words}})
}

// findByEmail lists who has signed up with an address: the newest, if there are many.
func (v *visit) findByEmail(ctx context.Context, email string) (Response, error) {
	page, err := v.bot.store.Volunteers(ctx, VolunteerQuery{EmailKeys: []string{EmailKey(email)}, Limit: signUpsPage})
	if err != nil {
		return Response{}, err
	}
	if len(page.Volunteers) == 0 {
		return *v.tell("desk-list-empty", nil), v.audit(ctx, AuditRead, "find")
	}
	list, references := v.lines(page.Volunteers)
	id := "desk-list-all"
	if page.Next != "" {
		id = "desk-list"
	}
	view := v.view(v.say(id, Values{"Count": len(references)}))
	view.Blocks = append(view.Blocks, Block{List: list})
	return Response{View: view}, v.audit(ctx, AuditRead, "find", references...)
}

// pageSignUps is the page of a list that follows a mark, "1795… K7M4QX
// kind:school", or with the marks of the pages between the first one and it,
// "1795… K7M4QX ~1796…-P2Q4RT kind:school".
func pageSignUps(ctx context.Context, v *visit, rest string) (Response, error) {
	parts := strings.Fields(rest)
	if len(parts) < 2 {
		return *v.tell("stale", nil), nil
	}
	marks, words := []string{strings.Join(parts[:2], "-")}, parts[2:]
	if len(words) > 0 && strings.HasPrefix(words[0], "~") {
		marks, words = append(strings.Split(words[0][1:], "~"), marks...), words[1:]
	}
	return v.list(ctx, v.read(strings.Join(words, " ")), marks)
}

// answerReading does what a query asks for, and says how it was read.
func (v *visit) answerReading(ctx context.Context, r query.Reading) (Response, error) {
	switch {
	case len(r.Unknown) > 0 && r.Count:
		return v.notUnderstood("count", r), nil
	case len(r.Unknown) > 0:
		return v.notUnderstood("signups", r), nil
	case r.Count:
		return v.count(ctx, r)
	}
	return v.list(ctx, r, nil)
}

func (v *visit) count(ctx context.Context, r query.Reading) (Response, error) {
	tally, err := v.bot.store.TallyVolunteers(ctx, volunteerQuery(r.Query))
	if err != nil {
		return Response{}, err
	}
	view := v.view(v.say("desk-count", Values{"Count": int(tally.Total)}))
	view.Blocks = append(view.Blocks, Block{Note: v.readAs("count", r.Query)})
	view.Blocks = append(view.Blocks, v.corrections(r, tally.Total == 0)...)
	return Response{View: view}, nil
}

// list shows a page of sign-ups, newest first. marks are those that the pages
// from the second one to this one follow.
func (v *visit) list(ctx context.Context, r query.Reading, marks []string) (Response, error) {
	r.Count = false
	q := volunteerQuery(r.Query)
	q.Limit = signUpsPage
	if len(marks) > 0 {
		q.After = strings.ReplaceAll(marks[len(marks)-1], "-", " ")
	}
	page, err := v.bot.store.Volunteers(ctx, q)
	if err != nil {
		return Response{}, err
	}
	list, references := v.lines(page.Volunteers)
	if err := v.audit(ctx, AuditRead, "signups", references...); err != nil {
		return Response{}, err
	}
	id, total := "desk-list-all", int64(len(list.Items))
	switch {
	case len(marks) > 0:
		id = "desk-list-more"
	case len(list.Items) == 0:
		id = "desk-list-empty"
	case page.Next != "":
		tally, err := v.bot.store.TallyVolunteers(ctx, volunteerQuery(r.Query))
		if err != nil {
			return Response{}, err
		}
		total = tally.Total
	}
	view := v.view(v.say(id, Values{"Count": int(total)}))
	view.Blocks = append(view.Blocks, Block{Note: v.readAs("list", r.Query)})
	switch {
	case len(list.Items) > 0:
		view.Blocks = append(view.Blocks, Block{List: list})
	case len(r.Words) > 0:
		view.Blocks = append(view.Blocks, Block{Note: v.say("desk-find-empty", nil)})
	}
	if turn := v.turnPages(r.Query, marks, page.Next); turn != nil {
		view.Blocks = append(view.Blocks, Block{Buttons: turn})
	}
	view.Blocks = append(view.Blocks, v.corrections(r, len(list.Items) == 0 && len(marks) == 0)...)
	return Response{View: view}, nil
}

// turnPages are the buttons that lead from one page to others.
func (v *visit) turnPages(q query.Query, marks []string, next string) []Button {
	var turn []Button
	if len(marks) > 1 {
		turn = append(turn, Button{Label: v.say("desk-button-newest", nil), Data: pageCall(q, nil)})
	}
	if len(marks) > 0 {
		turn = append(turn, Button{Label: v.say("desk-button-newer", nil), Data: pageCall(q, marks[:len(marks)-1])})
	}
	if next != "" {
		turn = append(turn, Button{Label: v.say("desk-button-older", nil), Data: pageCall(q, append(slices.Clone(marks), strings.ReplaceAll(next, " ", "-")))})
	}
	return turn
}

// maxTrail is how many pages back a button remembers: there is room for no more.
const maxTrail = 40

// pageCall is what shows the page that follows the last of the marks.
func pageCall(q query.Query, marks []string) string {
	if len(marks) == 0 {
		return strings.TrimSpace("signups " + q.String())
	}
	call := "page " + strings.ReplaceAll(marks[len(marks)-1], "-", " ")
	if between := marks[max(0, len(marks)-1-maxTrail) : len(marks)-1]; len(between) > 0 {
		call += " ~" + strings.Join(between, "~")
	}
	return strings.TrimSpace(call + " " + q.String())
}

// lines are sign-ups as a list, and their references.
func (v *visit) lines(volunteers []*Volunteer) (list *List, references []string) {
	list = &List{}
	for _, p := range volunteers {
		references = append(references, p.Reference)
		list.Items = append(list.Items, Item{Text: v.line(p), Button: &Button{Label: v.say("desk-button-open", nil), Data: "record " + p.Reference}})
	}
	return list, references
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
