package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Question is one that a citizen has passed on to the city's staff, with all
// that is said about it until it is closed. It is stored as a [Document]:
// fields are never renamed without a migration.
type Question struct {
	ID       string    `json:"id"`
	Chat     ChatID    `json:"chat,omitempty"` // empty: nothing is kept of it any more; see Why
	Language Language  `json:"language"`
	Asked    time.Time `json:"asked"`
	Closed   time.Time `json:"closed,omitzero"`
	By       string    `json:"by,omitempty"`    // who closed it, or answered last
	Why      string    `json:"why,omitempty"`   // the message that says why there is no Chat; empty: desk-question-deleted
	Post     string    `json:"post,omitempty"`  // the card on the board
	Cards    int       `json:"cards,omitempty"` // how many there were before it, which somebody has removed
	Shown    string    `json:"shown,omitempty"`
	Said     []Said    `json:"said"`             // the first is the question itself
	Left     []string  `json:"left,omitempty"`   // where on the board that stands which Said has no room for
	Drafts   []Draft   `json:"drafts,omitempty"` // wait for the word of whoever wrote them
}

// Said is one thing that somebody says about a question.
type Said struct {
	ID   string    `json:"id"` // unique in the question
	From Speaker   `json:"from"`
	By   string    `json:"by,omitempty"`   // of staff: [Staff.ID]
	Name string    `json:"name,omitempty"` // likewise: [Staff.Name]
	Text string    `json:"text"`           // of a note: the message's id
	At   time.Time `json:"at"`
	Sent bool      `json:"sent,omitempty"` // the citizen has it, and staff may not know that yet
	Told bool      `json:"told,omitempty"` // the other side has it, and that is said on the board
	Post string    `json:"post,omitempty"` // where it stands on the board
}

// Speaker is who says something about a question. Its values are stored.
type Speaker string

// The speakers.
const (
	Citizen  Speaker = "citizen"
	CityHall Speaker = "staff"
	Clerk    Speaker = "note" // the bot, to staff
)

// Draft is what a member of staff wrote in a thread and has not sent yet.
type Draft struct {
	ID   string    `json:"id"`
	By   string    `json:"by"` // [Staff.ID]
	Name string    `json:"name,omitempty"`
	Text string    `json:"text"`
	At   time.Time `json:"at,omitzero"` // when it was written, or the person told last that a colleague has answered
}

// What bounds a question: what was told long ago is left out of it.
const (
	maxSaid = 200
	maxLeft = 5000
)

// text is the question itself; empty when it was deleted.
func (q *Question) text() string {
	if len(q.Said) == 0 {
		return ""
	}
	return q.Said[0].Text
}

// reminder is as much of the question as its citizen knows it by.
func (q *Question) reminder() string { return cut(strings.Join(strings.Fields(q.text()), " "), 80) }

// say adds something, once.
func (q *Question) say(s Said) {
	if slices.ContainsFunc(q.Said, func(old Said) bool { return old.ID == s.ID }) {
		return
	}
	if len(q.Said) >= maxSaid && q.Said[1].Told {
		if old := q.Said[1]; old.From != Clerk && old.Post != "" {
			q.Left = remember(q.Left, old.Post, maxLeft)
		}
		q.Said = slices.Delete(q.Said, 1, 2)
	}
	q.Said = append(q.Said, s)
}

// note tells staff something.
func (q *Question) note(message string, at time.Time) {
	q.say(Said{ID: message + "-" + at.Format(time.RFC3339Nano), From: Clerk, Text: message, At: at})
}

// gone is the message that says why nothing can be done about a question any
// more; empty when something can. A question may be nil: there is none.
func (q *Question) gone() string {
	switch {
	case q != nil && len(q.Said) > 0 && q.Chat != "":
		return ""
	case q != nil && q.Why != "":
		return q.Why
	}
	return "desk-question-deleted"
}

// heard is when something was said last.
func (q *Question) heard() time.Time {
	last := q.Asked
	for _, s := range q.Said {
		if s.At.After(last) {
			last = s.At
		}
	}
	return last
}

// knows reports whether something was said or drafted already.
func (q *Question) knows(id string) bool {
	return slices.ContainsFunc(q.Said, func(s Said) bool { return s.ID == id }) || slices.ContainsFunc(q.Drafts, func(d Draft) bool { return d.ID == id })
}

// answered reports whether staff have said something.
func (q *Question) answered() bool {
	return slices.ContainsFunc(q.Said, func(s Said) bool { return s.From == CityHall })
}

// unreached is the note that says why what staff said last did not reach the
// citizen, or the next will not; empty when nothing is known against it.
func (q *Question) unreached() string {
	for _, s := range slices.Backward(q.Said) {
		switch {
		case s.Text == "desk-question-blocked" && s.From == Clerk, s.Text == "desk-question-rejected" && s.From == Clerk:
			return s.Text
		case s.From == Citizen, s.From == CityHall && s.Told, s.Text == "desk-question-back" && s.From == Clerk:
			return ""
		}
	}
	return ""
}

// blocked reports whether the citizen has blocked the bot.
func (q *Question) blocked() bool { return q.unreached() == "desk-question-blocked" }

// status is the message that says how a question stands, with the name that it holds.
func (q *Question) status() (id string, values Values) {
	id = "desk-question-open"
	for _, s := range q.Said {
		switch {
		case s.From == CityHall:
			id = "desk-question-answered"
		case s.From == Citizen && id != "desk-question-open":
			id = "desk-question-goes-on"
		}
	}
	switch {
	case !q.Closed.IsZero():
		id = "desk-question-done"
	case q.blocked():
		id = "desk-question-unreachable"
	case q.unreached() != "":
		id = "desk-question-unsent"
	}
	return id, Values{"Name": q.By}
}

// question reads one; nil when there is none.
func (b *Bot) question(ctx context.Context, id string) (*Question, error) {
	q := new(Question)
	d, err := loadDocument(ctx, b.store, DocumentQuestion, id, q)
	if err != nil || d.Version == 0 {
		return nil, err
	}
	return q, nil
}

// editQuestion changes one, and has staff and citizen told what is new. change
// may run several times; when it returns false, nothing is stored: who tries
// once more what was stored, and only not told, gets it told. A question that
// is not there is new, with only its ID set.
func (b *Bot) editQuestion(ctx context.Context, id string, change func(*Question) bool) error {
	if err := b.storeQuestion(ctx, id, change); err != nil {
		return err
	}
	return b.due(ctx, DocumentHandover, id)
}

// storeQuestion changes one in the same way, and has nobody told.
func (b *Bot) storeQuestion(ctx context.Context, id string, change func(*Question) bool) error {
	return again(func() error {
		q := &Question{ID: id}
		d, err := loadDocument(ctx, b.store, DocumentQuestion, id, q)
		if err != nil || !change(q) {
			return err
		}
		d.Chat, d.Open, d.At = q.Chat, q.Closed.IsZero(), q.Asked
		if !q.Closed.IsZero() {
			d.At = q.Closed
		}
		return saveDocument(ctx, b.store, d, q)
	})
}

// eachQuestion goes through those of a chat, or of all when it is empty, from
// the oldest on.
func (b *Bot) eachQuestion(ctx context.Context, chat ChatID, do func(Question) error) error {
	q := DocumentQuery{Kind: DocumentQuestion, Chat: chat, Oldest: true, Limit: tasksAtOnce}
	for d, err := range EachDocument(ctx, b.store, q) {
		if err != nil {
			return err
		}
		var question Question
		if err := d.read(&question); err != nil {
			return err
		}
		if err := do(question); err != nil {
			return err
		}
	}
	return nil
}

// questionsOf are all that a chat has passed on.
func (b *Bot) questionsOf(ctx context.Context, chat ChatID) (list []Question, err error) {
	err = b.eachQuestion(ctx, chat, func(q Question) error {
		list = append(list, q)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read questions: %w", err)
	}
	return list, nil
}

// resumeQuestions has told what nobody was told: as there was no board then, or
// the program ended in between.
func (b *Bot) resumeQuestions(ctx context.Context) error {
	return b.eachQuestion(ctx, "", func(q Question) error {
		if q.Post != "" && !slices.ContainsFunc(q.Said, func(s Said) bool { return !s.Told }) {
			return nil
		}
		return b.due(ctx, DocumentHandover, q.ID)
	})
}
