package bot

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// reviewVolunteers looks at those of whom nothing is known for so long that
// they may be due.
func (b *Bot) reviewVolunteers(ctx context.Context, channels map[string]Channel, done *Retention) error {
	soonest := b.now().Add(-min(b.periods.unfinished(), b.now().Sub(b.now().AddDate(0, -b.periods.Months, 0))))
	var after *Volunteer
	for ctx.Err() == nil {
		list, err := b.store.SilentVolunteers(ctx, soonest, after, retainAtOnce)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, listed := range list {
			// The list is as old as the reviews before, and may be incomplete.
			v, err := b.store.Volunteer(ctx, listed.Chat)
			if err == nil && v.Version != 0 {
				err = b.review(ctx, channels, v, done)
			}
			if err := b.failed(ctx, err, done, "volunteer not reviewed", "reference", listed.Reference); err != nil {
				return err
			}
		}
		after = list[len(list)-1]
	}
	return ctx.Err()
}

// review does what is due for one volunteer, if anything is.
func (b *Bot) review(ctx context.Context, channels map[string]Channel, v *Volunteer, done *Retention) error {
	now := b.now().UTC().Truncate(time.Millisecond)
	if v.Status == StatusWithdrawn {
		if now.Sub(v.Consent.Withdrawn) < b.periods.unfinished() {
			return nil
		}
		if err := b.unchanged(ctx, v); err != nil {
			return err
		}
		if err := b.forgetRecord(ctx, v); err != nil {
			return err
		}
		done.Withdrawn++
		return nil
	}
	due := v.Seen.AddDate(0, b.periods.Months, 0)
	if now.Before(due) {
		return nil
	}
	c, err := b.store.Conversation(ctx, v.Chat)
	if err != nil {
		return err
	}
	if seen := c.Changed.UTC().Truncate(time.Millisecond); seen.After(v.Seen) && !c.Gone {
		seenAt := *v
		seenAt.Seen, seenAt.Asked, seenAt.Claimed = seen, time.Time{}, time.Time{}
		if err := b.store.SaveVolunteer(ctx, &seenAt); err != nil {
			return err
		}
		return b.reviewAgain(ctx, channels, &seenAt, done)
	}
	if !v.Asked.IsZero() {
		if now.Before(v.Asked.AddDate(0, 0, b.periods.GraceDays)) {
			return nil
		}
		if err := b.unchanged(ctx, v); err != nil {
			return err
		}
		if err := b.forgetVolunteer(ctx, v.Chat); err != nil {
			return err
		}
		done.Deleted++
		return nil
	}
	return b.askToStay(ctx, channels, v, now, done)
}

// unchanged is asked right before a volunteer is deleted. It returns
// [ErrConflict] when they did something meanwhile, such as signing up anew.
func (b *Bot) unchanged(ctx context.Context, v *Volunteer) error {
	stored, err := b.store.Volunteer(ctx, v.Chat)
	if err == nil && stored.Version != v.Version {
		err = ErrConflict
	}
	return err
}

// reviewAgain looks once more at one whose last sign of life was found.
func (b *Bot) reviewAgain(ctx context.Context, channels map[string]Channel, v *Volunteer, done *Retention) error {
	if b.now().Before(v.Seen.AddDate(0, b.periods.Months, 0)) {
		return nil
	}
	return b.review(ctx, channels, v, done)
}

// askToStay asks a volunteer once. A replica claims them first; one that dies
// between asking and noting it is the only reason for asking twice.
func (b *Bot) askToStay(ctx context.Context, channels map[string]Channel, v *Volunteer, now time.Time, done *Retention) error {
	name, _ := v.Chat.Split()
	channel, on := channels[name]
	if !on {
		done.Unreachable++
		return nil
	}
	if now.Sub(v.Claimed) < claimFor {
		return nil
	}
	s, err := b.store.Subscriber(ctx, v.Chat)
	if err != nil {
		return err
	}
	v.Claimed = now
	if err := b.store.SaveVolunteer(ctx, v); err != nil {
		return err
	}
	err = channel.Send(ctx, v.Chat, b.stayQuestion(v, s))
	if err != nil && !errors.Is(err, ErrGone) && !errors.Is(err, ErrRejected) {
		return fmt.Errorf("ask to stay: %w", err)
	}
	v.Asked = now
	if err := b.store.SaveVolunteer(ctx, v); err != nil {
		return err
	}
	done.Asked++
	return nil
}

func (b *Bot) stayQuestion(v *Volunteer, s *Subscriber) Message {
	say := func(id string) string {
		return b.texts.Say(b.texts.ForLocale(string(v.Language)), id, Values{"Reference": v.Reference, "Months": b.periods.Months, "Days": b.periods.GraceDays})
	}
	text := say("stay")
	if s.State == Subscribed {
		text += " " + say("stay-news")
	}
	return Message{Text: text, Buttons: [][]Button{
		{{Label: say("button-stay"), Data: "/stay"}},
		{{Label: say("button-delete"), Data: "/delete"}},
	}}
}

// stay keeps a volunteer who was asked.
func (t *Turn) stay([]string) {
	v := t.Volunteer
	if v.Version == 0 || v.Status == StatusWithdrawn {
		t.stale()
		return
	}
	v.Seen, v.Asked, v.Claimed = t.bot.now().UTC().Truncate(time.Millisecond), time.Time{}, time.Time{}
	t.save = true
	t.Show(Message{Text: t.Text("stayed", Values{"Reference": v.Reference}), Buttons: [][]Button{{{Label: t.Text("button-mydata", nil), Data: "/mydata"}}}})
}
