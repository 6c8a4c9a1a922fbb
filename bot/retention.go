package bot

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Periods say how long what names a citizen is kept. A zero field means its default.
type Periods struct {
	Months         int // without a sign of life, until a volunteer is asked whether to stay; 24
	GraceDays      int // without an answer to that, until they are deleted; 30
	UnfinishedDays int // until an unfinished sign-up is forgotten, what is left of a withdrawn one, a question that staff have closed, and whom an announcement was sent to; 30
	AuditMonths    int // until it is forgotten who did what at the desk; 12
}

func (p Periods) orDefault() Periods {
	for field, def := range map[*int]int{&p.Months: 24, &p.GraceDays: 30, &p.UnfinishedDays: 30, &p.AuditMonths: 12} {
		if *field <= 0 {
			*field = def
		}
	}
	return p
}

func (p Periods) unfinished() time.Duration { return time.Duration(p.UnfinishedDays) * 24 * time.Hour }

// Retention is what one round of the job that forgets has done.
type Retention struct {
	Conversations int // silent ones, deleted
	Unfinished    int // sign-ups, forgotten
	Asked         int // volunteers, whether to stay
	Deleted       int // volunteers, who did not answer
	Withdrawn     int // volunteers, whose time after the withdrawal is over
	Questions     int // passed on and closed, or silent, whose words are forgotten
	Subscribers   int // who wanted or could get no announcements any more, forgotten
	Announcements int // long over, whose recipients were forgotten
	Audited       int // entries of the audit log, deleted
	Untold        int // things that staff were never told, as there was no board
	Unreachable   int // volunteers to be asked on a channel that is off
	Failed        int // conversations and volunteers that were left for the next round
}

const (
	retainFirst  = time.Minute // a start has other things to do
	retainEvery  = time.Hour
	retainAtOnce = 200
	claimFor     = time.Hour // after which a replica that began to ask is taken for dead
)

// retain forgets what is due, in small steps, until ctx ends.
func (b *Bot) retain(ctx context.Context, channels []Channel) error {
	next := time.NewTimer(retainFirst)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-next.C:
			next.Reset(retainEvery)
		}
		done, err := b.Retain(ctx, channels...)
		if err != nil && ctx.Err() == nil {
			b.log.WarnContext(ctx, "retention not finished", "error", err)
		}
		if done != (Retention{}) {
			b.log.InfoContext(ctx, "retention", "conversations", done.Conversations, "unfinished", done.Unfinished,
				"asked", done.Asked, "deleted", done.Deleted, "withdrawn", done.Withdrawn, "questions", done.Questions, "subscribers", done.Subscribers, "announcements", done.Announcements,
				"audited", done.Audited, "untold", done.Untold, "unreachable", done.Unreachable, "failed", done.Failed)
		}
	}
}

// Retain goes once through all that is due. It can be stopped anywhere, and
// several replicas can do it at once: what is done is stored step by step, and
// the next round goes on with the rest. One that fails is logged and counted,
// and keeps none of the others waiting.
func (b *Bot) Retain(ctx context.Context, channels ...Channel) (Retention, error) {
	var done Retention
	byName := namedChannels(channels)
	err := errors.Join(b.forgetUnfinished(ctx, &done), b.reviewVolunteers(ctx, byName, &done), b.forgetSilent(ctx, &done), b.expireQuestions(ctx, &done),
		b.forgetUnsubscribed(ctx, &done), b.expireAnnouncements(ctx, &done), b.expireAudit(ctx, &done), b.expireTasks(ctx, &done), b.expireCodes(ctx))
	return done, err
}

func namedChannels(channels []Channel) map[string]Channel {
	byName := map[string]Channel{}
	for _, channel := range channels {
		byName[channel.Name()] = channel
	}
	return byName
}

// forgetSilent deletes conversations in which nothing has happened for so long
// that a volunteer would be asked.
func (b *Bot) forgetSilent(ctx context.Context, done *Retention) error {
	before := b.now().AddDate(0, -b.periods.Months, 0)
	for ctx.Err() == nil {
		n, err := b.store.ExpireConversations(ctx, before, retainAtOnce)
		done.Conversations += n
		if err != nil || n < retainAtOnce {
			return err
		}
	}
	return ctx.Err()
}

// forgetUnfinished drops sign-ups that nobody went on with.
func (b *Bot) forgetUnfinished(ctx context.Context, done *Retention) error {
	before := b.now().Add(-b.periods.unfinished())
	left := map[ChatID]bool{} // for the next round; they are listed again before the rest
	for ctx.Err() == nil {
		chats, err := b.store.Conversations(ctx, ConversationQuery{Open: before, Limit: retainAtOnce + len(left)})
		if err != nil {
			return err
		}
		chats = slices.DeleteFunc(chats, func(chat ChatID) bool { return left[chat] })
		if len(chats) == 0 {
			return nil
		}
		for _, chat := range chats {
			forgotten, err := b.dropUnfinished(ctx, chat, before)
			if err := b.failed(ctx, err, done, "sign-up not forgotten"); err != nil {
				return err
			}
			if forgotten {
				done.Unfinished++
			} else {
				left[chat] = true
			}
		}
	}
	return ctx.Err()
}

// dropUnfinished reports whether there was something to drop.
func (b *Bot) dropUnfinished(ctx context.Context, chat ChatID, before time.Time) (bool, error) {
	c, err := b.store.Conversation(ctx, chat)
	if err != nil || c.Position == nil || !c.Position.Touched.Before(before) {
		return false, err
	}
	c.Position, c.Pending = nil, nil
	err = b.store.SaveConversation(ctx, c)
	return err == nil, err
}

// failed logs and counts what is left for the next round. It returns an error
// only when the round is to end. A conflict is no failure: the citizen is at it.
func (b *Bot) failed(ctx context.Context, err error, done *Retention, what string, args ...any) error {
	if err == nil || errors.Is(err, ErrConflict) {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	done.Failed++
	b.log.WarnContext(ctx, what, append(args, "error", err)...)
	return nil
}

// forgetUnsubscribed forgets for how long somebody wants or gets no
// announcements: that they have unsubscribed, only once they are no volunteer
// any more, who would get them otherwise.
func (b *Bot) forgetUnsubscribed(ctx context.Context, done *Retention) error {
	before := b.now().AddDate(0, -b.periods.Months, 0)
	for _, state := range []SubscriberState{Unsubscribed, Lost} {
		q := SubscriberQuery{State: state, Before: before, Limit: retainAtOnce}
		for {
			list, err := b.store.Subscribers(ctx, q)
			if err != nil {
				return err
			}
			for _, s := range list {
				forgotten, err := b.forgetSubscriber(ctx, s)
				if err := b.failed(ctx, err, done, "subscriber not forgotten"); err != nil {
					return err
				}
				if forgotten {
					done.Subscribers++
				}
			}
			if len(list) < retainAtOnce {
				break
			}
			q.After = list[len(list)-1].Chat
		}
	}
	return nil
}

// forgetSubscriber reports whether one that was listed is forgotten.
func (b *Bot) forgetSubscriber(ctx context.Context, listed *Subscriber) (bool, error) {
	if listed.State == Unsubscribed {
		if v, err := b.store.Volunteer(ctx, listed.Chat); err != nil || v.Version > 0 {
			return false, err
		}
	}
	s, err := b.store.Subscriber(ctx, listed.Chat)
	if err != nil || s.Version != listed.Version { // they are at it
		return false, err
	}
	err = b.store.DeleteSubscriber(ctx, listed.Chat)
	return err == nil, err
}
