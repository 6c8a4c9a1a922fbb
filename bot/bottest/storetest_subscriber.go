package bottest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"exchangebot/bot"
)

// Subscribing is a subscriber that is new to a store and has something in every
// field. n makes them differ: later ones sort after it, up to 1,000,000, and
// have subscribed later.
func Subscribing(n int) *bot.Subscriber {
	return &bot.Subscriber{
		Chat:     bot.NewChatID([]string{"test", "west"}[n%2], fmt.Sprintf("%06d", n)),
		State:    bot.Subscribed,
		Language: []bot.Language{bot.German, bot.French, bot.French}[n%3],
		Fields:   []bot.Field{bot.Fields()[n%5], bot.Fields()[n%5+5]},
		Since:    day.Truncate(time.Millisecond).Add(time.Duration(n) * time.Second),
		Update:   fmt.Sprint(n),
	}
}

func saveSubscriber(t *testing.T, s bot.Store, sub *bot.Subscriber) {
	t.Helper()
	if err := s.SaveSubscriber(t.Context(), sub); err != nil {
		t.Fatal(err)
	}
}

func wantSubscriber(t *testing.T, s bot.Store, want *bot.Subscriber) {
	t.Helper()
	got, err := s.Subscriber(t.Context(), want.Chat)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("subscriber (-want +got):\n%s", diff)
	}
}

func testSubscriber(t *testing.T, s bot.Store) {
	ctx := t.Context()
	want := Subscribing(1)
	wantSubscriber(t, s, &bot.Subscriber{Chat: want.Chat})
	if err := s.DeleteSubscriber(ctx, want.Chat); err != nil {
		t.Errorf("delete what is not stored: %v", err)
	}
	for version := range int64(3) {
		if want.Version != version {
			t.Fatalf("after %d saves: version %d", version, want.Version)
		}
		saveSubscriber(t, s, want)
		wantSubscriber(t, s, want)
		want.State, want.Fields, want.Language, want.Update = bot.Lost, nil, bot.German, ""
		want.Since = want.Since.Add(time.Hour)
	}
	saveSubscriber(t, s, Subscribing(2))
	if err := s.DeleteSubscriber(ctx, want.Chat); err != nil {
		t.Fatal(err)
	}
	wantSubscriber(t, s, &bot.Subscriber{Chat: want.Chat})
	if err := s.SaveSubscriber(ctx, want); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("save of what was deleted meanwhile: got error %v, want %v", err, bot.ErrConflict)
	}
	other := Subscribing(2)
	other.Version = 1
	wantSubscriber(t, s, other)
}

func testSubscriberConflict(t *testing.T, s bot.Store) {
	first := Subscribing(1)
	saveSubscriber(t, s, first)
	stale := *first
	saveSubscriber(t, s, first)
	never := Subscribing(2)
	never.Version = 1
	for name, sub := range map[string]*bot.Subscriber{"older version": &stale, "stored already": Subscribing(1), "never stored": never} {
		before := sub.Version
		if err := s.SaveSubscriber(t.Context(), sub); !errors.Is(err, bot.ErrConflict) || sub.Version != before {
			t.Errorf("%s: got error %v and version %d, want %v and %d", name, err, sub.Version, bot.ErrConflict, before)
		}
	}
	wantSubscriber(t, s, first)
}

// testSubscriberRace lets several change one at once: none is lost.
func testSubscriberRace(t *testing.T, s bot.Store) {
	const writers = 8
	chat := Subscribing(1).Chat
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for {
				sub, err := s.Subscriber(t.Context(), chat)
				if err == nil {
					err = s.SaveSubscriber(t.Context(), sub)
				}
				if !errors.Is(err, bot.ErrConflict) {
					if err != nil {
						t.Error(err)
					}
					return
				}
			}
		})
	}
	wg.Wait()
	wantSubscriber(t, s, &bot.Subscriber{Chat: chat, Version: writers, Since: time.Time{}})
}

// subscriberQueries are what announcements ask, of the subscribers that
// storeSubscribers stores.
var subscriberQueries = []struct {
	name string
	q    bot.SubscriberQuery
	want []int
}{
	{"all", bot.SubscriberQuery{}, []int{0, 2, 4, 8, 10, 1, 3, 5, 9, 11}},
	{"language", bot.SubscriberQuery{Languages: []bot.Language{bot.German}}, []int{0, 3, 9}},
	{"languages", bot.SubscriberQuery{Languages: []bot.Language{bot.German, bot.French}}, []int{0, 2, 4, 8, 10, 1, 3, 5, 9, 11}},
	{"channel", bot.SubscriberQuery{Channels: []string{"west"}}, []int{1, 3, 5, 9, 11}},
	{"channels", bot.SubscriberQuery{Channels: []string{"west", "none"}}, []int{1, 3, 5, 9, 11}},
	{"field", bot.SubscriberQuery{Fields: bot.Fields()[8:9]}, []int{8, 3, 5}},
	{"fields", bot.SubscriberQuery{Fields: []bot.Field{bot.Fields()[8], bot.Fields()[1]}}, []int{8, 1, 3, 5, 11}},
	{"before", bot.SubscriberQuery{Before: Subscribing(3).Since}, []int{0, 2, 1, 3}},
	{"several", bot.SubscriberQuery{Fields: bot.Fields()[3:4], Languages: []bot.Language{bot.French, bot.German},
		Channels: []string{"west"}, Before: Subscribing(4).Since}, []int{3}},
	{"unsubscribed", bot.SubscriberQuery{State: bot.Unsubscribed}, []int{6}},
	{"lost", bot.SubscriberQuery{State: bot.Lost, Channels: []string{"west"}, Before: Subscribing(7).Since}, []int{7}},
	{"lost later", bot.SubscriberQuery{State: bot.Lost, Before: Subscribing(6).Since}, nil},
	{"nobody", bot.SubscriberQuery{Languages: []bot.Language{"xx"}}, nil},
}

// storeSubscribers stores twelve, of which 6 has unsubscribed, 7 is lost and 5 wants all.
func storeSubscribers(t *testing.T, s bot.Store) {
	t.Helper()
	for i := range 12 {
		i = i * 7 % 12 // stored in another order than listed
		sub := Subscribing(i)
		switch i {
		case 5:
			sub.Fields = nil
		case 6:
			sub.State = bot.Unsubscribed
		case 7:
			sub.State = bot.Lost
		}
		saveSubscriber(t, s, sub)
	}
}

func testSubscribers(t *testing.T, s bot.Store) {
	storeSubscribers(t, s)
	for _, test := range subscriberQueries {
		var want []bot.ChatID
		for _, n := range test.want {
			want = append(want, Subscribing(n).Chat)
		}
		for _, limit := range []int{2, 50} {
			q := test.q
			q.Limit = limit
			var got []bot.ChatID
			for {
				list, err := s.Subscribers(t.Context(), q)
				if err != nil {
					t.Fatalf("%s: %v", test.name, err)
				}
				for _, sub := range list {
					got = append(got, sub.Chat)
				}
				if len(list) == 0 {
					break
				}
				if len(list) > limit {
					t.Fatalf("%s: %d instead of %d", test.name, len(list), limit)
				}
				q.After = got[len(got)-1]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %d at a time (-want +got):\n%s", test.name, limit, diff)
			}
		}
	}
	list, err := s.Subscribers(t.Context(), bot.SubscriberQuery{Limit: 1})
	want := Subscribing(0)
	want.Version = 1
	if diff := cmp.Diff([]*bot.Subscriber{want}, list); err != nil || diff != "" {
		t.Errorf("listed: error %v (-want +got):\n%s", err, diff)
	}
	if list, err := s.Subscribers(t.Context(), bot.SubscriberQuery{}); err != nil || len(list) > 0 {
		t.Errorf("none wanted: %d, error %v", len(list), err)
	}
}

func testTallySubscribers(t *testing.T, s bot.Store) {
	storeSubscribers(t, s)
	for _, test := range subscriberQueries {
		var want []bot.Reached
		for _, channel := range []string{"test", "west"} {
			for _, language := range []bot.Language{bot.German, bot.French} {
				r := bot.Reached{Channel: channel, Language: language}
				for _, n := range test.want {
					sub := Subscribing(n)
					if name, _ := sub.Chat.Split(); name == channel && sub.Language == language {
						r.N++
					}
				}
				if r.N > 0 {
					want = append(want, r)
				}
			}
		}
		q := test.q
		q.After, q.Limit = "test:000002", 1 // mean nothing
		got, err := s.TallySubscribers(t.Context(), q)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
