package bot

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Question is one that a citizen has passed on to the city's staff, with all
// that is said about it until it is closed. It is stored as a [Document]:
// fields are never renamed without a migration.
type Question struct {
	ID       string    `json:"id"`
	Chat     ChatID    `json:"chat,omitempty"` // empty: the citizen has deleted their data
	Language Language  `json:"language"`
	Asked    time.Time `json:"asked"`
	Closed   time.Time `json:"closed,omitzero"`
	By       string    `json:"by,omitempty"`   // who closed it, or answered last
	Post     string    `json:"post,omitempty"` // the card on the board
	Shown    string    `json:"shown,omitempty"`
	Said     []Said    `json:"said"`             // the first is the question itself
	Drafts   []Draft   `json:"drafts,omitempty"` // wait for the word of whoever wrote them
}

// Said is one thing that somebody says about a question.
type Said struct {
	ID   string    `json:"id"` // unique in the question
	From Speaker   `json:"from"`
	Name string    `json:"name,omitempty"` // of the member of staff
	Text string    `json:"text"`           // of a note: the message's id
	At   time.Time `json:"at"`
	Told bool      `json:"told,omitempty"` // the other side has it
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
	ID   string `json:"id"`
	By   string `json:"by"` // [Staff.ID]
	Text string `json:"text"`
}

// maxSaid bounds a question; what was told long ago is left out of it.
const maxSaid = 200

// text is the question itself; empty when it was deleted.
func (q *Question) text() string {
	if len(q.Said) == 0 {
		return ""
	}
	return q.Said[0].Text
}

// say adds something, once.
func (q *Question) say(s Said) {
	if slices.ContainsFunc(q.Said, func(old Said) bool { return old.ID == s.ID }) {
		return
	}
	if len(q.Said) >= maxSaid && q.Said[1].Told {
		q.Said = slices.Delete(q.Said, 1, 2)
	}
	q.Said = append(q.Said, s)
}

// note tells staff something.
func (q *Question) note(message string, at time.Time) {
	q.say(Said{ID: message + "-" + at.Format(time.RFC3339Nano), From: Clerk, Text: message, At: at})
}

// answered reports whether staff have said something.
func (q *Question) answered() bool {
	return slices.ContainsFunc(q.Said, func(s Said) bool { return s.From == CityHall })
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
// may run several times; when it returns false, nothing is stored. A question
// that is not there is new, with only its ID set.
func (b *Bot) editQuestion(ctx context.Context, id string, change func(*Question) bool) error {
	if err := b.storeQuestion(ctx, id, change); err != nil {
		return err
	}
	return b.due(ctx, DocumentHandover, id)
}

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

// questionsOf are the latest that a chat has passed on.
func (b *Bot) questionsOf(ctx context.Context, chat ChatID) ([]Question, error) {
	docs, err := b.store.Documents(ctx, DocumentQuery{Kind: DocumentQuestion, Chat: chat, Limit: tasksAtOnce})
	if err != nil {
		return nil, fmt.Errorf("read questions: %w", err)
	}
	questions := make([]Question, len(docs))
	for i, d := range docs {
		if err := d.read(&questions[i]); err != nil {
			return nil, err
		}
	}
	return questions, nil
}

// forgetQuestions takes out of a citizen's questions all that is theirs. Staff
// are told so, and see it nowhere any more.
func (b *Bot) forgetQuestions(ctx context.Context, chat ChatID) error {
	for {
		list, err := b.store.Documents(ctx, DocumentQuery{Kind: DocumentQuestion, Chat: chat, Limit: tasksAtOnce})
		if err != nil || len(list) == 0 {
			return err
		}
		for _, d := range list {
			err := b.editQuestion(ctx, d.Key, func(q *Question) bool {
				now := b.now().UTC()
				q.Chat, q.Drafts, q.Closed = "", nil, now
				for i := range q.Said {
					if q.Said[i].From != Clerk {
						q.Said[i].Text, q.Said[i].Told = "", true
					}
				}
				q.note("desk-question-deleted", now)
				return true
			})
			if err != nil {
				return fmt.Errorf("forget question: %w", err)
			}
		}
	}
}

// expireQuestions deletes those that were closed some time ago.
func (b *Bot) expireQuestions(ctx context.Context, done *Retention) error {
	before := b.now().Add(-b.periods.unfinished())
	q := DocumentQuery{Kind: DocumentQuestion, Oldest: true, Limit: retainAtOnce}
	for ctx.Err() == nil {
		list, err := b.store.Documents(ctx, q)
		if err != nil || len(list) == 0 || !list[0].At.Before(before) {
			return err
		}
		for _, d := range list {
			q.After = d
			var question Question
			if err := d.read(&question); err != nil {
				return err
			}
			if d.Open || !d.At.Before(before) {
				continue
			}
			if err := b.forgetThread(ctx, question.Post); err != nil {
				return err
			}
			if err := b.store.DeleteDocument(ctx, d); err != nil {
				return fmt.Errorf("expire question: %w", err)
			}
			done.Questions++
		}
	}
	return ctx.Err()
}
