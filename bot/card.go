package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"exchangebot/bot/query"
)

// place is where a sign-up's card stands on the board, and what it showed last.
type place struct {
	Post    string    `json:"post"`
	Shown   string    `json:"shown"` // the view
	Changed time.Time `json:"changed"`
	Status  Status    `json:"status"`
	Set     statusSet `json:"set,omitzero"`
}

// statusSet is who of the staff has set which status of a sign-up last.
type statusSet struct {
	Status Status    `json:"status"`
	By     string    `json:"by"` // [Staff.Name]
	At     time.Time `json:"at"`
}

// change stores what the person has changed in a sign-up whose status was
// another before, perhaps, and has its card follow.
func (v *visit) change(ctx context.Context, p *Volunteer, before Status) error {
	if err := v.bot.store.SaveVolunteer(ctx, p); err != nil {
		return fmt.Errorf("save volunteer: %w", err)
	}
	err := again(func() error {
		var at place
		d, err := loadDocument(ctx, v.bot.store, DocumentCard, p.Reference, &at)
		if err != nil || d.Version == 0 || p.Status == before { // a card is begun by who tells of the sign-up
			return err
		}
		at.Set = statusSet{p.Status, v.Name, v.bot.now().UTC()}
		return saveDocument(ctx, v.bot.store, d, at)
	})
	if err != nil {
		return err
	}
	return v.bot.due(ctx, DocumentTask, p.Reference)
}

// clerk speaks to all of the staff at once.
func (b *Bot) clerk() *visit { return &visit{bot: b, language: b.boardSpeaks} }

// tellSignUp brings the card of a sign-up up to date, and says in its thread
// what the citizen has changed.
func (b *Bot) tellSignUp(ctx context.Context, board Board, reference string) error {
	var at place
	d, err := loadDocument(ctx, b.store, DocumentCard, reference, &at)
	if err != nil {
		return err
	}
	first := d.Version == 0
	if first { // and only then read the sign-up: whoever deletes it from now on knows of a card
		d.At = b.now().UTC()
		if err := saveDocument(ctx, b.store, d, at); err != nil {
			return err
		}
	}
	p, err := b.findVolunteer(ctx, reference)
	switch {
	case err != nil:
		return err
	case p == nil && first:
		return b.store.DeleteDocument(ctx, d)
	case p == nil:
		return b.tellDeleted(ctx, board, reference, d, at)
	}
	clerk := b.clerk()
	view := clerk.signUpCard(p, at.Set)
	was, isNew := at, at.Post == ""
	at.Shown = digest(view)
	if isNew {
		at.Post, err = board.Post(ctx, Post{Key: cardKey(reference), View: *view, Since: p.Created})
	} else if at.Shown != was.Shown {
		err = board.Update(ctx, at.Post, *view)
	}
	if err != nil && (isNew || !errors.Is(err, ErrGone)) { // a card that somebody has removed is not missed
		return err
	}
	if news := clerk.changes(p, was); news != "" && !isNew {
		key := cardKey(reference) + ":" + strconv.FormatInt(p.Changed.UnixMilli(), 10)
		if _, err := board.Post(ctx, Post{Key: key, Thread: at.Post, View: View{Text: news}, Since: p.Changed}); err != nil && !errors.Is(err, ErrGone) {
			return err
		}
	}
	at.Changed, at.Status, d.At = p.Changed, p.Status, p.Created
	if at == was {
		return nil
	}
	return saveDocument(ctx, b.store, d, at)
}

func cardKey(reference string) string { return "signup:" + reference }

// tellDeleted takes from a card what it showed. One that may have been posted
// just before a crash is found by its key.
func (b *Bot) tellDeleted(ctx context.Context, board Board, reference string, d *Document, at place) error {
	view := b.clerk().view(b.clerk().say("desk-told-deleted", Values{"Reference": reference}))
	var err error
	if at.Post == "" {
		at.Post, err = board.Post(ctx, Post{Key: cardKey(reference), View: *view, Since: d.At})
	}
	if err == nil {
		err = board.Update(ctx, at.Post, *view)
	}
	if err != nil && !errors.Is(err, ErrGone) {
		return err
	}
	return b.store.DeleteDocument(ctx, d)
}

// changes says what a citizen has done since the card was shown last.
func (v *visit) changes(p *Volunteer, was place) string {
	switch {
	case p.Status == StatusWithdrawn && was.Status != StatusWithdrawn:
		return v.say("desk-told-withdrawn", nil)
	case p.Changed.After(was.Changed):
		return v.say("desk-told-changed", nil)
	}
	return ""
}

func (v *visit) signUpCard(p *Volunteer, set statusSet) *View {
	text := v.plain("desk-told-new", Values{"Reference": p.Reference, "Kind": Markdown(v.valueName(query.Kind, string(p.Kind))),
		"City": v.cityOf(p), "Status": Markdown(v.valueName(query.Status, string(p.Status)))})
	card := v.card(p)
	if set.Status == p.Status {
		card.Note += " · " + v.say("desk-card-set", Values{"Name": set.By, "At": Markdown(v.clocks(set.At))})
	}
	view := &View{Text: text, Blocks: []Block{{Card: card}}}
	if p.Status == StatusWithdrawn {
		view.Blocks = append(view.Blocks, Block{Note: v.say("desk-withdrawn", nil)})
	}
	return view
}

// digest tells one view from another.
func digest(view *View) string {
	data, err := json.Marshal(view)
	if err != nil {
		panic(err) // nothing in it can be refused
	}
	return shortHash(string(data))
}
