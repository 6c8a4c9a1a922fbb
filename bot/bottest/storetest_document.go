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

func paper(n int) *bot.Document {
	return &bot.Document{
		Kind: bot.DocumentQuestion,
		Key:  fmt.Sprintf("key $%d «é»", n),
		Chat: bot.NewChatID("test", fmt.Sprint(n%2)),
		Open: n%3 == 0,
		At:   day.Truncate(time.Millisecond).Add(time.Duration(n/2) * time.Hour), // two at a time
		Data: `{"text":"Fünf « étés » \u0000 < 6"}`,
	}
}

func saveDocument(t *testing.T, s bot.Store, d *bot.Document) {
	t.Helper()
	if err := s.SaveDocument(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

func loadDocument(t *testing.T, s bot.Store, d *bot.Document) *bot.Document {
	t.Helper()
	got, err := s.Document(t.Context(), d.Kind, d.Key)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func testDocument(t *testing.T, s bot.Store) {
	want := paper(3)
	if diff := cmp.Diff(&bot.Document{Kind: want.Kind, Key: want.Key}, loadDocument(t, s, want)); diff != "" {
		t.Errorf("document that was never stored (-want +got):\n%s", diff)
	}
	if err := s.DeleteDocument(t.Context(), want); err != nil {
		t.Errorf("delete what is not stored: %v", err)
	}
	other := paper(3)
	other.Kind = bot.DocumentAudit // the same key, of another kind
	saveDocument(t, s, other)
	for version := range int64(3) {
		if want.Version != version {
			t.Fatalf("after %d saves: version %d", version, want.Version)
		}
		saveDocument(t, s, want)
		if diff := cmp.Diff(want, loadDocument(t, s, want)); diff != "" {
			t.Fatalf("stored and read back (-want +got):\n%s", diff)
		}
		want.Open, want.Chat, want.Data = !want.Open, "", `{}`
		want.At = want.At.Add(time.Hour)
	}
	if err := s.DeleteDocument(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	if got := loadDocument(t, s, want); got.Version != 0 {
		t.Errorf("deleted, yet stored: %+v", got)
	}
	if got := loadDocument(t, s, other); got.Version != 1 {
		t.Errorf("another was deleted: %+v", got)
	}
}

func testDocumentConflict(t *testing.T, s bot.Store) {
	first := paper(1)
	saveDocument(t, s, first)
	stale := *first
	saveDocument(t, s, first)
	for name, err := range map[string]error{
		"insert again": s.SaveDocument(t.Context(), paper(1)),
		"stale save":   s.SaveDocument(t.Context(), &stale),
		"stale delete": s.DeleteDocument(t.Context(), &stale),
	} {
		if !errors.Is(err, bot.ErrConflict) {
			t.Errorf("%s: got error %v, want %v", name, err, bot.ErrConflict)
		}
	}
	if got := loadDocument(t, s, first); got.Version != 2 {
		t.Errorf("version %d is stored, want 2", got.Version)
	}
}

func testDocumentRace(t *testing.T, s bot.Store) {
	const writers = 8
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for {
				d, err := s.Document(t.Context(), bot.DocumentTask, "one")
				if err == nil {
					err = s.SaveDocument(t.Context(), d)
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
	if got := loadDocument(t, s, &bot.Document{Kind: bot.DocumentTask, Key: "one"}); got.Version != writers {
		t.Errorf("%d writers made version %d", writers, got.Version)
	}
}

// testDocumentDeletedAtOnce has several delete the same: whoever finds it gone is content.
func testDocumentDeletedAtOnce(t *testing.T, s bot.Store) {
	for n := range 20 {
		d := paper(n)
		saveDocument(t, s, d)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := s.DeleteDocument(t.Context(), d); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
}

func testDocuments(t *testing.T, s bot.Store) {
	for _, n := range []int{4, 0, 2, 5, 1, 3} {
		saveDocument(t, s, paper(n))
	}
	closed := paper(0)
	closed.Version, closed.Open = 1, false
	saveDocument(t, s, closed)
	another := paper(9)
	another.Kind = bot.DocumentAudit
	saveDocument(t, s, another)
	for _, test := range []struct {
		name string
		q    bot.DocumentQuery
		want []int
	}{
		{"newest first", bot.DocumentQuery{Limit: 9}, []int{5, 4, 3, 2, 1, 0}},
		{"oldest first", bot.DocumentQuery{Limit: 3, Oldest: true}, []int{0, 1, 2}},
		{"of a chat", bot.DocumentQuery{Limit: 9, Chat: "test:1"}, []int{5, 3, 1}},
		{"open", bot.DocumentQuery{Limit: 9, Open: true}, []int{3}},
		{"after", bot.DocumentQuery{Limit: 2, After: paper(3)}, []int{2, 1}},
		{"after, oldest first", bot.DocumentQuery{Limit: 9, Oldest: true, After: paper(2)}, []int{3, 4, 5}},
		{"none wanted", bot.DocumentQuery{}, nil},
	} {
		test.q.Kind = bot.DocumentQuestion
		list, err := s.Documents(t.Context(), test.q)
		if err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, d := range list {
			got = append(got, d.Key)
		}
		for _, n := range test.want {
			want = append(want, paper(n).Key)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// testPrefix lists documents by what their keys begin with.
func testPrefix(t *testing.T, s bot.Store) {
	for i, key := range []string{"a/2", "b/1", "a/1", "a", "a/", "a/3", "ab/1", "a0", "É/1", "É/é", "É0", "A/1", "a%1", "a_1"} {
		d := paper(0)
		d.Kind, d.Key, d.Open, d.At = bot.DocumentBatch, key, key != "a/1", d.At.Add(time.Duration(i/3)*time.Hour)
		saveDocument(t, s, d)
	}
	other := paper(0) // of another kind
	other.Key = "a/4"
	saveDocument(t, s, other)
	after := paper(0)
	after.Key = "a/1"
	for _, test := range []struct {
		name string
		q    bot.DocumentQuery
		want []string
	}{
		{"oldest first", bot.DocumentQuery{Prefix: "a/", Oldest: true}, []string{"a/1", "a/2", "a/3"}},
		{"newest first", bot.DocumentQuery{Prefix: "a/"}, []string{"a/3", "a/2", "a/1"}},
		{"open", bot.DocumentQuery{Prefix: "a/", Open: true}, []string{"a/3", "a/2"}},
		{"of a chat", bot.DocumentQuery{Prefix: "a/", Chat: paper(0).Chat}, []string{"a/3", "a/2", "a/1"}},
		{"of another chat", bot.DocumentQuery{Prefix: "a/", Chat: paper(1).Chat}, nil},
		{"after", bot.DocumentQuery{Prefix: "a/", Oldest: true, After: after}, []string{"a/2", "a/3"}},
		{"not of letters", bot.DocumentQuery{Prefix: "a%"}, []string{"a%1"}},
		{"beyond ASCII", bot.DocumentQuery{Prefix: "É/"}, []string{"É/é", "É/1"}},
		{"of nothing", bot.DocumentQuery{Prefix: "c"}, nil},
	} {
		test.q.Kind, test.q.Limit = bot.DocumentBatch, 9
		list, err := s.Documents(t.Context(), test.q)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range list {
			got = append(got, d.Key)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func testTally(t *testing.T, s bot.Store) {
	want := bot.NewTally()
	for i := range 40 {
		v := Signed(i * 12)
		if i < 4 { // around the end of a week in Düsseldorf, in winter and in summer
			v.Created = time.Date(2026, time.Month(1+i%2*6), 4+i%2, 22+i/2, 30, 0, 0, time.UTC)
		}
		saveVolunteer(t, s, v)
		if v.Kind == bot.School || v.Kind == bot.Museum {
			continue
		}
		want.Total++
		want.Kinds[v.Kind]++
		want.Cities[v.City]++
		want.Statuses[v.Status]++
		want.Languages[v.Language]++
		want.Weeks[bot.Week(v.Created)]++
		for _, field := range v.Fields {
			want.Fields[field]++
		}
	}
	q := bot.VolunteerQuery{Kinds: []bot.VolunteerKind{bot.Association, bot.Company, bot.Society}, Limit: 1}
	got, err := s.TallyVolunteers(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tally (-want +got):\n%s", diff)
	}
	empty, err := s.TallyVolunteers(t.Context(), bot.VolunteerQuery{Reference: "777777"})
	if diff := cmp.Diff(bot.NewTally(), empty); err != nil || diff != "" {
		t.Errorf("tally of nobody: error %v (-want +got):\n%s", err, diff)
	}
}
