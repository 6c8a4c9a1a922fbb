package bot

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// forget deletes all that names a citizen. Whatever else comes to be stored by
// chat is deleted here as well, the conversation last: as long as it is there,
// an update that was not finished finds its way back here.
func (b *Bot) forget(ctx context.Context, chat ChatID) error {
	if err := b.store.DeleteSubscriber(ctx, chat); err != nil {
		return fmt.Errorf("delete subscriber: %w", err)
	}
	if err := b.unlink(ctx, chat); err != nil {
		return err
	}
	return b.forgetVolunteer(ctx, chat)
}

// forgetVolunteer deletes the same but for the announcements that somebody has
// subscribed to: they go on until they are ended.
func (b *Bot) forgetVolunteer(ctx context.Context, chat ChatID) error {
	v, err := b.store.Volunteer(ctx, chat)
	if err != nil {
		return fmt.Errorf("read volunteer: %w", err)
	}
	if err := b.forgetRecipient(ctx, chat, v.Reference); err != nil {
		return err
	}
	if err := b.forgetRecord(ctx, v); err != nil {
		return err
	}
	if err := b.forgetQuestions(ctx, chat); err != nil {
		return err
	}
	if err := b.store.DeleteConversation(ctx, chat); err != nil {
		return fmt.Errorf("delete conversation: %w", err)
	}
	return nil
}

// forgetRecord deletes a sign-up, and has staff told who have its card. That is
// due before, too: after a crash in between nobody would know whose card it was.
func (b *Bot) forgetRecord(ctx context.Context, v *Volunteer) error {
	if v.Version == 0 {
		return nil
	}
	tell := func() error {
		card, err := b.store.Document(ctx, DocumentCard, v.Reference)
		switch {
		case err != nil:
			return err
		case card.Version > 0:
			return b.due(ctx, DocumentTask, v.Reference)
		}
		return b.drop(ctx, DocumentTask, v.Reference)
	}
	if err := tell(); err != nil {
		return err
	}
	if err := b.store.DeleteVolunteer(ctx, v.Chat); err != nil {
		return fmt.Errorf("delete volunteer: %w", err)
	}
	return tell()
}

// drop deletes a document, whoever has changed it meanwhile.
func (b *Bot) drop(ctx context.Context, kind DocumentKind, key string) error {
	return again(func() error {
		d, err := b.store.Document(ctx, kind, key)
		if err != nil || d.Version == 0 {
			return err
		}
		return b.store.DeleteDocument(ctx, d)
	})
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
				q.forget(b.now().UTC(), "desk-question-deleted")
				return true
			})
			if err != nil {
				return fmt.Errorf("forget question: %w", err)
			}
		}
	}
}

// forget leaves of a question where it stood, and why it is no more.
func (q *Question) forget(now time.Time, why string) {
	q.Chat, q.Drafts, q.Closed, q.Why = "", nil, now, why
	for i := range q.Said {
		if q.Said[i].From != Clerk {
			q.Said[i].Text, q.Said[i].Told = "", true
		}
	}
	q.note(why, now)
}

// expireQuestions forgets the words of questions that were closed some time
// ago, or of which nothing was heard for as long as a chat is kept; and what
// is left of them, some time later.
func (b *Bot) expireQuestions(ctx context.Context, done *Retention) error {
	before, silent := b.now().Add(-b.periods.unfinished()), b.now().AddDate(0, -b.periods.Months, 0)
	q := DocumentQuery{Kind: DocumentQuestion, Oldest: true, Limit: retainAtOnce}
	for d, err := range EachDocument(ctx, b.store, q) {
		if err != nil || !d.At.Before(before) {
			return err
		}
		var question Question
		if err := d.read(&question); err != nil {
			return err
		}
		switch {
		case d.Open && !question.heard().Before(silent):
			continue
		case question.Chat != "":
			err = b.expireQuestion(ctx, &question)
			done.Questions++
		default:
			err = b.dropQuestion(ctx, d, &question)
		}
		if err != nil {
			return fmt.Errorf("expire question: %w", err)
		}
	}
	return nil
}

// expireQuestion lets the chat go on without it first: what the citizen writes
// meanwhile begins a new one.
func (b *Bot) expireQuestion(ctx context.Context, expired *Question) error {
	if err := b.letGo(ctx, expired); err != nil {
		return err
	}
	return b.editQuestion(ctx, expired.ID, func(q *Question) bool {
		if len(q.Said) != len(expired.Said) || q.Chat == "" {
			return false
		}
		q.forget(b.now().UTC(), "desk-question-expired")
		return true
	})
}

func (b *Bot) dropQuestion(ctx context.Context, d *Document, q *Question) error {
	if err := b.drop(ctx, DocumentCard, threadKey(q.Post)); err != nil {
		return err
	}
	if err := b.store.DeleteDocument(ctx, d); !errors.Is(err, ErrConflict) {
		return err
	}
	return nil // it goes on, after all
}

// expireAudit deletes what was done at the desk some time ago.
func (b *Bot) expireAudit(ctx context.Context, done *Retention) error {
	return b.expireDocuments(ctx, DocumentAudit, b.now().AddDate(0, -b.periods.AuditMonths, 0), &done.Audited)
}

// expireTasks deletes what there was nobody to be told of.
func (b *Bot) expireTasks(ctx context.Context, done *Retention) error {
	var errs []error
	for _, l := range taskLanes() {
		errs = append(errs, b.expireDocuments(ctx, l.kind, b.now().Add(-b.periods.unfinished()), &done.Untold))
	}
	return errors.Join(errs...)
}

func (b *Bot) expireDocuments(ctx context.Context, kind DocumentKind, before time.Time, count *int) error {
	for d, err := range EachDocument(ctx, b.store, DocumentQuery{Kind: kind, Oldest: true, Limit: retainAtOnce}) {
		if err != nil || !d.At.Before(before) {
			return err
		}
		// Another replica may be at it, too.
		if err := b.store.DeleteDocument(ctx, d); err != nil && !errors.Is(err, ErrConflict) {
			return fmt.Errorf("expire %s: %w", kind, err)
		}
		*count++
	}
	return nil
}
