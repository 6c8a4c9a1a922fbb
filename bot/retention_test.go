package bot_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// watched is a store in which something happens, or fails, at a call.
type watched struct {
	bot.Store
	listed    func()                      // after volunteers were listed
	volunteer func(chat bot.ChatID) error // before one is read
	read      func(chat bot.ChatID) error // before a conversation is read
}

func (w watched) SilentVolunteers(ctx context.Context, before time.Time, after *bot.Volunteer, limit int) ([]*bot.Volunteer, error) {
	list, err := w.Store.SilentVolunteers(ctx, before, after, limit)
	if w.listed != nil && len(list) > 0 {
		w.listed()
	}
	return list, err
}

func (w watched) Volunteer(ctx context.Context, chat bot.ChatID) (*bot.Volunteer, error) {
	if w.volunteer != nil {
		if err := w.volunteer(chat); err != nil {
			return nil, err
		}
	}
	return w.Store.Volunteer(ctx, chat)
}

func (w watched) Conversation(ctx context.Context, chat bot.ChatID) (*bot.Conversation, error) {
	if w.read != nil {
		if err := w.read(chat); err != nil {
			return nil, err
		}
	}
	return w.Store.Conversation(ctx, chat)
}

var retained = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// silent stores volunteers who were asked and did not answer.
func silent(t *testing.T, store bot.Store, count int) {
	t.Helper()
	for n := range count {
		v := bottest.Signed(n)
		v.Seen, v.Asked = retained.AddDate(-3, 0, n), retained.AddDate(0, -3, 0)
		if err := store.SaveVolunteer(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
}

func TestASignUpInTheMiddleOfRetentionSurvives(t *testing.T) {
	chat := bottest.Signed(0).Chat
	for name, status := range map[string]bot.Status{"silent": bot.StatusNew, "withdrawn": bot.StatusWithdrawn} {
		// The sign-up comes after the list, or after the volunteer was read.
		for _, when := range []string{"listed", "read"} {
			t.Run(name+" "+when, func(t *testing.T) {
				inner := bottest.NewStore()
				silent(t, inner, 1)
				v, err := inner.Volunteer(t.Context(), chat)
				if err != nil {
					t.Fatal(err)
				}
				if v.Status = status; status == bot.StatusWithdrawn {
					v.Consent.Withdrawn = retained.AddDate(0, -2, 0)
				}
				if err := inner.SaveVolunteer(t.Context(), v); err != nil {
					t.Fatal(err)
				}
				signUp := func() {
					v.Status, v.Seen, v.Asked, v.Consent.Withdrawn = bot.StatusNew, retained, time.Time{}, time.Time{}
					if err := inner.SaveVolunteer(t.Context(), v); err != nil {
						t.Error(err)
					}
				}
				store, reads := watched{Store: inner}, 0
				if when == "listed" {
					store.listed = signUp
				} else {
					store.volunteer = func(bot.ChatID) error {
						if reads++; reads == 2 { // right before deleting
							signUp()
						}
						return nil
					}
				}
				got, err := newBotAt(t, store, func() time.Time { return retained }).Retain(t.Context(), bottest.NewChannel())
				if err != nil || got != (bot.Retention{}) {
					t.Errorf("done %+v, error %v", got, err)
				}
				if v, err := inner.Volunteer(t.Context(), chat); err != nil || v.Version != 3 || !v.Seen.Equal(retained) {
					t.Errorf("after the round: version %d, error %v", v.Version, err)
				}
			})
		}
	}
}

func TestOneThatFailsHoldsUpNoOther(t *testing.T) {
	broken := errors.New("broken")
	inner, channel := bottest.NewStore(), bottest.NewChannel()
	const count = 250 // more than are looked at in one step
	silent(t, inner, count)
	v := bottest.Signed(count)
	v.Seen, v.Asked, v.Claimed = retained.AddDate(0, -25, 0), time.Time{}, time.Time{}
	if err := inner.SaveVolunteer(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	channel.Fail(func(bot.ChatID, bot.Message) error { return broken })
	open := map[bot.ChatID]bool{}
	for n := range count {
		c := bottest.Full(bot.NewChatID("open", bottest.Signed(n).Reference))
		c.Changed, c.Position.Touched = retained, retained.AddDate(0, -3, n%9)
		open[c.Chat] = n%9 == 0 // the oldest, which are listed first
		if err := inner.SaveConversation(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	store := watched{
		Store: inner,
		volunteer: func(chat bot.ChatID) error {
			if chat == bottest.Signed(0).Chat {
				return broken
			}
			return nil
		},
		read: func(chat bot.ChatID) error {
			if open[chat] {
				return broken
			}
			return nil
		},
	}
	const oldest = (count + 8) / 9
	want := bot.Retention{Unfinished: count - oldest, Deleted: count - 1, Failed: oldest + 2}
	got, err := newBotAt(t, store, func() time.Time { return retained }).Retain(t.Context(), channel)
	if err != nil || got != want {
		t.Errorf("done %+v, error %v, want %+v", got, err, want)
	}
}
