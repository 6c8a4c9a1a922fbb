package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// sign stores a volunteer that was there before the clock of the tests began.
func sign(t *testing.T, store bot.VolunteerStore, n int, change func(*bot.Volunteer)) *bot.Volunteer {
	t.Helper()
	v := bottest.Signed(n)
	v.Chat, v.Status = chatOf(n), bot.StatusNew
	v.Created = time.Now().UTC().Add(-time.Duration(n+1) * time.Minute)
	change(v)
	if err := store.SaveVolunteer(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	return v
}

// documents is how many there are of a kind, and whether a word stands in them.
func documents(t *testing.T, store bot.DocumentStore, kind bot.DocumentKind, word string) (n int, found bool) {
	t.Helper()
	list, err := store.Documents(t.Context(), bot.DocumentQuery{Kind: kind, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		found = found || strings.Contains(d.Data, word)
	}
	return len(list), found
}

func TestAnnouncementsToVolunteers(t *testing.T) {
	casting(t, 0, func(t *testing.T, c *cast) {
		same := func(*bot.Volunteer) {}
		for n := range 60 {
			sign(t, c.store, n, same)
		}
		sign(t, c.store, 60, func(v *bot.Volunteer) { v.Status = bot.StatusWithdrawn })
		sign(t, c.store, 61, func(v *bot.Volunteer) { v.Chat = "pigeon:61" })
		sign(t, c.store, 62, func(v *bot.Volunteer) { v.Language = bot.German })
		for n, state := range []bot.SubscriberState{bot.Unsubscribed, bot.Lost, bot.Subscribed} {
			if err := c.store.SaveSubscriber(t.Context(), &bot.Subscriber{Chat: chatOf(n), State: state, Language: bot.French}); err != nil {
				t.Fatal(err)
			}
		}
		for _, audience := range []struct {
			bot.Audience
			want string
		}{
			{bot.Audience{Volunteers: true}, "[{test de 1} {test fr 58}]"},
			{bot.Audience{Volunteers: true, Languages: []bot.Language{bot.German}}, "[{test de 1}]"},
			{bot.Audience{Volunteers: true, Kinds: []bot.VolunteerKind{bot.Association}}, "[{test fr 11}]"},
			{bot.Audience{Volunteers: true, Fields: []bot.Field{"schools"}, Channels: []string{"test"}}, "[{test fr 11}]"},
			{bot.Audience{Volunteers: true, Cities: []bot.City{bot.Montreal}}, "[]"},
			{bot.Audience{Volunteers: true, Channels: []string{"pigeon"}}, "[]"},
		} {
			if size, err := c.Size(t.Context(), audience.Audience); err != nil || fmt.Sprint(size) != audience.want {
				t.Errorf("%+v: %v instead of %s (%v)", audience.Audience, size, audience.want, err)
			}
		}
		c.crowd.Answer(func(chat bot.ChatID) (bool, error) {
			if chat == chatOf(59) {
				return false, undelivered(bot.ReasonBlocked)
			}
			time.Sleep(100 * time.Millisecond)
			return true, nil
		})
		a := written()
		a.Audience.Volunteers = true
		a = c.release(a, false)
		time.Sleep(200 * time.Millisecond)
		// Later ones are older, and those come last.
		if err := c.store.DeleteVolunteer(t.Context(), chatOf(58)); err != nil {
			t.Fatal(err)
		}
		_, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "59 0 57 0 1", map[bot.Reason]int64{bot.ReasonBlocked: 1})
		err := c.Failures(t.Context(), a.ID, func(f bot.Failure) error {
			if want := (bot.Failure{Channel: "test", Language: bot.French, Reason: bot.ReasonBlocked, Reference: bottest.Signed(59).Reference}); f != want {
				t.Errorf("%+v instead of %+v", f, want)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if s, err := c.store.Subscriber(t.Context(), chatOf(59)); err != nil || s.State != bot.Lost || s.Language != bot.French {
			t.Errorf("who has blocked the bot: %+v (%v)", s, err)
		}
	})
}

func TestWhoGotItIsForgotten(t *testing.T) {
	casting(t, 60, func(t *testing.T, c *cast) {
		reference, only := sign(t, c.store, 6, func(*bot.Volunteer) {}).Reference, sign(t, c.store, 55, func(*bot.Volunteer) {}).Reference
		c.crowd.Answer(func(chat bot.ChatID) (bool, error) {
			switch chat {
			case chatOf(5), chatOf(40):
				return false, undelivered(bot.ReasonUnreachable)
			case chatOf(6), chatOf(55):
				return false, undelivered(bot.ReasonRejected)
			}
			return true, nil
		})
		a := c.release(written(), false)
		c.await(a.ID, bot.Finished)
		for i := range 60 {
			if _, kept := documents(t, c.store, bot.DocumentAudience, string(chatOf(i))); kept != (i == 5 || i == 40) {
				t.Errorf("%s is kept: %v", chatOf(i), kept)
			}
		}
		if _, kept := documents(t, c.store, bot.DocumentAudience, reference); !kept {
			t.Error("the volunteer who was not reached is not known")
		}

		// Nothing is left of whoever deletes their data, and nobody tries again.
		for i, chat := range []bot.ChatID{chatOf(6), chatOf(5), chatOf(55)} {
			u := bot.Update{ID: fmt.Sprint(i), Chat: chat, Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: "/delete yes"}, Time: time.Now()}
			if err := <-c.channel.Deliver(u); err != nil {
				t.Fatal(err)
			}
		}
		for _, what := range []string{string(chatOf(5)), reference, only} {
			if _, kept := documents(t, c.store, bot.DocumentAudience, what); kept {
				t.Errorf("%s is left of who has deleted their data", what)
			}
		}
		c.crowd.Answer(nil)
		if _, err := c.Again(t.Context(), a.ID, releaser); err != nil {
			t.Fatal(err)
		}
		_, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "60 0 57 0 0", map[bot.Reason]int64{bot.ReasonUnreachable: 1, bot.ReasonRejected: 2})

		// What came of it stays, when the audience is forgotten.
		later := newBotAt(t, c.store, func() time.Time { return time.Now().Add(31 * 24 * time.Hour) })
		_, err := later.Campaigns().Again(t.Context(), a.ID, releaser)
		wantRefused(t, err, "announce-nothing-again")
		if done, err := later.Retain(t.Context()); err != nil || done.Announcements != 1 {
			t.Errorf("%+v (%v)", done, err)
		}
		if n, _ := documents(t, c.store, bot.DocumentAudience, ""); n > 0 {
			t.Errorf("%d batches are left", n)
		}
		if n, _ := documents(t, c.store, bot.DocumentBatch, ""); n > 0 {
			t.Errorf("%d batches are left", n)
		}
		wantProgress(t, c.progress(a.ID), "60 0 57 0 0", map[bot.Reason]int64{bot.ReasonUnreachable: 1, bot.ReasonRejected: 2})
		_, err = c.Again(t.Context(), a.ID, releaser)
		wantRefused(t, err, "announce-nothing-again")
	})
}

// meanwhile is a store on which something happens after documents of a kind
// were listed or one was saved, once.
type meanwhile struct {
	bot.Store
	kind bot.DocumentKind
	do   func()
}

func (m *meanwhile) after(kind bot.DocumentKind) {
	if do := m.do; kind == m.kind && do != nil {
		m.do = nil
		do()
	}
}

func (m *meanwhile) Documents(ctx context.Context, q bot.DocumentQuery) ([]*bot.Document, error) {
	defer m.after(q.Kind)
	return m.Store.Documents(ctx, q)
}

func (m *meanwhile) SaveDocument(ctx context.Context, d *bot.Document) error {
	defer m.after(d.Kind)
	return m.Store.SaveDocument(ctx, d)
}

func TestWhatGoesOutAgainIsNotForgotten(t *testing.T) {
	casting(t, 30, func(t *testing.T, c *cast) {
		c.crowd.Answer(func(chat bot.ChatID) (bool, error) {
			if chat == chatOf(7) {
				return false, undelivered(bot.ReasonUnreachable)
			}
			return true, nil
		})
		a := c.release(written(), false)
		c.await(a.ID, bot.Finished)
		c.crowd.Answer(nil)
		store := &meanwhile{c.store, bot.DocumentAnnouncement, func() {
			if _, err := c.Again(t.Context(), a.ID, releaser); err != nil {
				t.Error(err)
			}
		}}
		later := newBotAt(t, store, func() time.Time { return time.Now().Add(31 * 24 * time.Hour) })
		if _, err := later.Retain(t.Context()); err != nil {
			t.Error(err)
		}
		_, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "30 0 30 0 0", nil)
	})
}

func TestWhoDeletesTheirDataWhileItIsSentGetsNothing(t *testing.T) {
	casting(t, 300, func(t *testing.T, c *cast) {
		a := c.release(written(), false)
		time.Sleep(time.Second)
		u := bot.Update{ID: "1", Chat: chatOf(250), Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: "/delete yes"}, Time: time.Now()}
		if err := <-c.channel.Deliver(u); err != nil {
			t.Fatal(err)
		}
		if _, kept := documents(t, c.store, bot.DocumentAudience, string(chatOf(250))); kept {
			t.Error("who has deleted their data is still to be sent to")
		}
		// Not even where they subscribe again: they were not in the audience then.
		again := &bot.Subscriber{Chat: chatOf(250), State: bot.Subscribed, Language: bot.German, Since: time.Now()}
		if err := errors.Join(c.store.DeleteSubscriber(t.Context(), chatOf(250)), c.store.SaveSubscriber(t.Context(), again)); err != nil {
			t.Fatal(err)
		}
		_, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "300 0 299 0 1", nil)
	})
}

// Whoever deletes their data while a call is under way and blocks the bot is
// not noted down anew.
func TestWhoIsGoneAltogetherStaysSo(t *testing.T) {
	for name, volunteers := range map[string]bool{"subscriber": false, "volunteer": true} {
		t.Run(name, func(t *testing.T) {
			casting(t, 0, func(t *testing.T, c *cast) {
				if volunteers {
					sign(t, c.store, 1, func(*bot.Volunteer) {})
				} else {
					subscribe(t, c.store, 2)
				}
				c.crowd.Answer(func(chat bot.ChatID) (bool, error) {
					if chat != chatOf(1) {
						return true, nil
					}
					if err := errors.Join(c.store.DeleteSubscriber(t.Context(), chat), c.store.DeleteVolunteer(t.Context(), chat)); err != nil {
						t.Error(err)
					}
					return false, undelivered(bot.ReasonBlocked)
				})
				a := written()
				a.Audience.Volunteers = volunteers
				a = c.release(a, false)
				_, p := c.await(a.ID, bot.Finished)
				if p.Failed[bot.ReasonBlocked] != 1 {
					t.Errorf("%+v", p)
				}
				if s, err := c.store.Subscriber(t.Context(), chatOf(1)); err != nil || s.Version > 0 {
					t.Errorf("%+v (%v)", s, err)
				}
			})
		})
	}
}
