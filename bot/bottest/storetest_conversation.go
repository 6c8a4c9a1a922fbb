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

func testNew(t *testing.T, s bot.Store) {
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	got := load(t, s, "test:1")
	if diff := cmp.Diff(&bot.Conversation{Chat: "test:1"}, got); diff != "" {
		t.Errorf("conversation that was never stored (-want +got):\n%s", diff)
	}
	wantCounts(t, s, "0000-00-00", "9999-99-99")
}

func testRoundTrip(t *testing.T, s bot.Store) {
	want := Full("test:1")
	for version := range int64(3) {
		if want.Version != version {
			t.Fatalf("after %d saves: version %d", version, want.Version)
		}
		save(t, s, want)
		if diff := cmp.Diff(want, load(t, s, "test:1")); diff != "" {
			t.Fatalf("stored and read back (-want +got):\n%s", diff)
		}
		want.Handled = append(want.Handled, fmt.Sprint(version+3))
		want.Changed = want.Changed.Add(time.Minute)
	}
	// What was there and is empty now is gone.
	empty := &bot.Conversation{Chat: "test:1", Version: want.Version}
	save(t, s, empty)
	if diff := cmp.Diff(empty, load(t, s, "test:1")); diff != "" {
		t.Errorf("emptied (-want +got):\n%s", diff)
	}
	save(t, s, Full("test:2"))
	if diff := cmp.Diff(empty, load(t, s, "test:1")); diff != "" {
		t.Errorf("after another chat was stored (-want +got):\n%s", diff)
	}
}

func testCopies(t *testing.T, s bot.Store) {
	c := Full("test:1")
	save(t, s, c)
	c.Handled[0] = "changed after the save"
	load(t, s, "test:1").Pending[0].Messages[0].Text = "changed after the read"
	want := Full("test:1")
	want.Version = 1
	if diff := cmp.Diff(want, load(t, s, "test:1")); diff != "" {
		t.Errorf("the store shares memory (-want +got):\n%s", diff)
	}
}

func testConflict(t *testing.T, s bot.Store) {
	save(t, s, Full("test:1"))
	first, second := load(t, s, "test:1"), load(t, s, "test:1")
	first.Spoken, second.Spoken = bot.German, bot.French
	save(t, s, first)
	for _, c := range []*bot.Conversation{second, Full("test:1"), {Chat: "test:1", Version: 3}, {Chat: "test:new", Version: 1}} {
		before := c.Version
		if err := s.SaveConversation(t.Context(), c); !errors.Is(err, bot.ErrConflict) {
			t.Errorf("save of %s with version %d: got error %v, want %v", c.Chat, before, err, bot.ErrConflict)
		}
		if c.Version != before {
			t.Errorf("a refused save changed version %d to %d", before, c.Version)
		}
	}
	if diff := cmp.Diff(first, load(t, s, "test:1")); diff != "" {
		t.Errorf("after refused saves (-want +got):\n%s", diff)
	}
	if got := load(t, s, "test:new"); got.Version != 0 {
		t.Errorf("a refused save stored version %d", got.Version)
	}
}

func testOddText(t *testing.T, s bot.Store) {
	for i, text := range []string{"", "'; drop table conversations; --", "$set", "a\x00b", "\u200f\u202e", "{\"$oid\": \"x\"}", "a.b/c"} {
		chat := bot.NewChatID("test", fmt.Sprintf("%d %s", i, text))
		want := &bot.Conversation{Chat: chat, Handled: []string{text}}
		save(t, s, want)
		if diff := cmp.Diff(want, load(t, s, chat)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func testDelete(t *testing.T, s bot.Store) {
	if err := s.DeleteConversation(t.Context(), "test:1"); err != nil {
		t.Errorf("delete what is not stored: %v", err)
	}
	old := Full("test:1")
	save(t, s, old)
	save(t, s, Full("test:2"))
	if err := s.DeleteConversation(t.Context(), "test:1"); err != nil {
		t.Fatal(err)
	}
	if got := load(t, s, "test:1"); got.Version != 0 || len(got.Handled) != 0 {
		t.Errorf("deleted, yet stored: %+v", got)
	}
	if got := load(t, s, "test:2"); got.Version != 1 {
		t.Errorf("another chat was deleted: %+v", got)
	}
	if err := s.SaveConversation(t.Context(), old); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("save of what was deleted meanwhile: got error %v, want %v", err, bot.ErrConflict)
	}
	save(t, s, Full("test:1"))
}

func testExpire(t *testing.T, s bot.Store) {
	ctx := t.Context()
	expire := func(before time.Time, limit, want int) {
		t.Helper()
		got, err := s.ExpireConversations(ctx, before, limit)
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("expire before %v, at most %d: got %d, want %d", before, limit, got, want)
		}
	}
	left := func(want ...int) {
		t.Helper()
		var got []int
		for i := range 10 {
			if load(t, s, bot.NewChatID("test", fmt.Sprint(i))).Version > 0 {
				got = append(got, i)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("left (-want +got):\n%s", diff)
		}
	}
	// Stored in another order than they were changed; chat i was changed on day i.
	for i := range 10 {
		i = i * 7 % 10
		c := &bot.Conversation{Chat: bot.NewChatID("test", fmt.Sprint(i)), Changed: day.AddDate(0, 0, 20)}
		save(t, s, c)
		c.Changed = day.AddDate(0, 0, i)
		save(t, s, c)
	}
	expire(day, 100, 0)
	expire(day.AddDate(0, 0, 9), 0, 0)
	expire(day.AddDate(0, 0, 9), -1, 0)
	left(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	expire(day.AddDate(0, 0, 9), 3, 3)
	left(3, 4, 5, 6, 7, 8, 9)
	expire(day.AddDate(0, 0, 5), 100, 2)
	left(5, 6, 7, 8, 9)
	expire(day.AddDate(1, 0, 0), 5, 5)
	left()
}

// testRace lets writers save the same version at once: one of them wins.
func testRace(stored int64) func(*testing.T, bot.Store) {
	return func(t *testing.T, s bot.Store) {
		const rounds, writers = 10, 8
		for round := range rounds {
			chat := bot.NewChatID("test", fmt.Sprint(round))
			for range stored {
				save(t, s, load(t, s, chat))
			}
			errs := make([]error, writers)
			start := make(chan struct{})
			var wg sync.WaitGroup
			for i := range writers {
				c := &bot.Conversation{Chat: chat, Version: stored, Handled: []string{fmt.Sprint(i)}}
				wg.Go(func() {
					<-start
					errs[i] = s.SaveConversation(t.Context(), c)
				})
			}
			close(start)
			wg.Wait()
			var won []string
			for i, err := range errs {
				switch {
				case err == nil:
					won = append(won, fmt.Sprint(i))
				case !errors.Is(err, bot.ErrConflict):
					t.Errorf("writer %d: got error %v, want %v", i, err, bot.ErrConflict)
				}
			}
			got := load(t, s, chat)
			if diff := cmp.Diff(won, got.Handled); diff != "" || len(won) != 1 || got.Version != stored+1 {
				t.Fatalf("writers %v won; stored is version %d by %v", won, got.Version, got.Handled)
			}
		}
	}
}
