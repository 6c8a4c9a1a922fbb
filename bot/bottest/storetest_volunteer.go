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

// Signed is a volunteer that is new to a store and has something in every
// field. n makes them differ: later ones are newer.
func Signed(n int) *bot.Volunteer {
	at := day.Truncate(time.Millisecond).Add(time.Duration(n) * time.Hour)
	email := fmt.Sprintf("anna.%d@example.org", n)
	return &bot.Volunteer{
		Chat:         bot.NewChatID("test", fmt.Sprint(n)),
		Reference:    reference(n),
		Kind:         bot.Kinds()[n%5],
		Organisation: fmt.Sprintf("Förderverein %d «L’Été» $set", n),
		Name:         "Anna Müller-Côté",
		City:         bot.Elsewhere,
		Place:        "Trois-Rivières",
		Fields:       []bot.Field{bot.Fields()[n%10], bot.Fields()[(n+3)%10]},
		Offers:       "Musik\nund *Tanz* \U0001F600",
		Seeks:        "'; drop table volunteers; --",
		Email:        email,
		Phone:        "+492118991",
		Language:     bot.French,
		Source:       bot.Source{Channel: "test", Payload: "flyer"},
		Consent:      bot.Consent{Wording: "2026-11", Language: bot.French, Given: at},
		Created:      at,
		Changed:      at.Add(time.Minute),
		Seen:         at.Add(time.Hour),
		Asked:        at.Add(2 * time.Hour),
		Claimed:      at.Add(3 * time.Hour),
		Status:       bot.Statuses()[n%4],
		Notes:        "Rückruf am Montag",
		EmailKey:     bot.EmailKey(email),
	}
}

// reference is the one of the volunteer n: as they are drawn, but in order.
func reference(n int) string {
	const letters = "34679ACDEFGHJKMNPQRTWXY"
	var ref [6]byte
	for i := range ref {
		ref[len(ref)-1-i] = letters[n%len(letters)]
		n /= len(letters)
	}
	return string(ref[:])
}

func loadVolunteer(t *testing.T, s bot.Store, chat bot.ChatID) *bot.Volunteer {
	t.Helper()
	v, err := s.Volunteer(t.Context(), chat)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func saveVolunteer(t *testing.T, s bot.Store, v *bot.Volunteer) {
	t.Helper()
	if err := s.SaveVolunteer(t.Context(), v); err != nil {
		t.Fatal(err)
	}
}

func testVolunteer(t *testing.T, s bot.Store) {
	ctx := t.Context()
	if diff := cmp.Diff(&bot.Volunteer{Chat: "test:1"}, loadVolunteer(t, s, "test:1")); diff != "" {
		t.Errorf("volunteer that was never stored (-want +got):\n%s", diff)
	}
	if err := s.DeleteVolunteer(ctx, "test:1"); err != nil {
		t.Errorf("delete what is not stored: %v", err)
	}
	want := Signed(1)
	for version := range int64(3) {
		if want.Version != version {
			t.Fatalf("after %d saves: version %d", version, want.Version)
		}
		saveVolunteer(t, s, want)
		if diff := cmp.Diff(want, loadVolunteer(t, s, want.Chat)); diff != "" {
			t.Fatalf("stored and read back (-want +got):\n%s", diff)
		}
		want.Notes += "."
		want.Fields = want.Fields[:1]
		want.Asked, want.Claimed, want.Phone = time.Time{}, time.Time{}, ""
	}
	saveVolunteer(t, s, Signed(2))
	if err := s.DeleteVolunteer(ctx, want.Chat); err != nil {
		t.Fatal(err)
	}
	if got := loadVolunteer(t, s, want.Chat); got.Version != 0 || got.Name != "" {
		t.Errorf("deleted, yet stored: %+v", got)
	}
	if err := s.SaveVolunteer(ctx, want); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("save of what was deleted meanwhile: got error %v, want %v", err, bot.ErrConflict)
	}
	if got := loadVolunteer(t, s, Signed(2).Chat); got.Version != 1 {
		t.Errorf("another volunteer was deleted: %+v", got)
	}
	saveVolunteer(t, s, Signed(1))
}

func testVolunteerConflict(t *testing.T, s bot.Store) {
	saveVolunteer(t, s, Signed(1))
	saveVolunteer(t, s, Signed(2))
	first := loadVolunteer(t, s, Signed(1).Chat)
	stale := *first
	first.Notes = "first"
	saveVolunteer(t, s, first)
	sameReference := Signed(3)
	sameReference.Reference = Signed(2).Reference
	for name, v := range map[string]*bot.Volunteer{
		"older version":        &stale,
		"stored already":       Signed(1),
		"never stored":         {Chat: "test:new", Version: 1, Reference: reference(9)},
		"reference of another": sameReference,
	} {
		before := v.Version
		if err := s.SaveVolunteer(t.Context(), v); !errors.Is(err, bot.ErrConflict) || v.Version != before {
			t.Errorf("%s: got error %v and version %d, want %v and %d", name, err, v.Version, bot.ErrConflict, before)
		}
	}
	if diff := cmp.Diff(first, loadVolunteer(t, s, first.Chat)); diff != "" {
		t.Errorf("after refused saves (-want +got):\n%s", diff)
	}
}

// testVolunteerRace lets several sign up in one chat at once: one of them wins.
func testVolunteerRace(t *testing.T, s bot.Store) {
	for round := range 5 {
		errs := make([]error, 8)
		start := make(chan struct{})
		var wg sync.WaitGroup
		for i := range errs {
			v := Signed(round)
			v.Reference = reference(100*round + i + 10)
			wg.Go(func() {
				<-start
				errs[i] = s.SaveVolunteer(t.Context(), v)
			})
		}
		close(start)
		wg.Wait()
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, bot.ErrConflict):
				t.Errorf("got error %v, want %v", err, bot.ErrConflict)
			}
		}
		if won != 1 {
			t.Fatalf("%d of 8 stored the record of one chat", won)
		}
	}
}

// numbers are which volunteers a list holds.
func numbers(list []*bot.Volunteer) []string {
	var got []string
	for _, v := range list {
		_, n := v.Chat.Split()
		got = append(got, n)
	}
	return got
}

func testVolunteerQuery(t *testing.T, s bot.Store) {
	for i := range 12 {
		i = i * 7 % 12 // stored in another order than created
		v := Signed(i)
		if i%2 == 0 {
			v.City, v.Place, v.Language = bot.Montreal, "", bot.German
		}
		if i == 11 { // at the same time as another
			v.Created = Signed(10).Created
		}
		saveVolunteer(t, s, v)
	}
	for _, test := range []struct {
		name string
		q    bot.VolunteerQuery
		want []string
	}{
		{"all", bot.VolunteerQuery{}, []string{"11", "10", "9", "8", "7", "6", "5", "4", "3", "2", "1", "0"}},
		{"limit", bot.VolunteerQuery{Limit: 2}, []string{"11", "10"}},
		{"field", bot.VolunteerQuery{Fields: []bot.Field{bot.Fields()[3]}}, []string{"10", "3", "0"}},
		{"fields", bot.VolunteerQuery{Fields: []bot.Field{bot.Fields()[3], bot.Fields()[2]}}, []string{"10", "9", "3", "2", "0"}},
		{"field and city", bot.VolunteerQuery{Fields: []bot.Field{bot.Fields()[3]}, Cities: []bot.City{bot.Montreal}}, []string{"10", "0"}},
		{"kinds", bot.VolunteerQuery{Kinds: []bot.VolunteerKind{bot.Association, bot.Museum}}, []string{"10", "9", "5", "4", "0"}},
		{"status", bot.VolunteerQuery{Statuses: []bot.Status{bot.StatusDeclined}}, []string{"11", "7", "3"}},
		{"language", bot.VolunteerQuery{Languages: []bot.Language{bot.German}}, []string{"10", "8", "6", "4", "2", "0"}},
		{"period", bot.VolunteerQuery{From: Signed(3).Created, To: Signed(6).Created}, []string{"5", "4", "3"}},
		{"reference", bot.VolunteerQuery{Reference: reference(7)}, []string{"7"}},
		{"e-mail", bot.VolunteerQuery{EmailKeys: []string{bot.EmailKey("Anna.7@Example.org"), "x"}}, []string{"7"}},
		{"words", bot.VolunteerQuery{Words: []string{"forderverein 4", "ete"}}, []string{"4"}},
		{"place", bot.VolunteerQuery{Words: []string{"rivieres"}}, []string{"11", "9", "7", "5", "3", "1"}},
		{"nothing", bot.VolunteerQuery{Words: []string{"%"}}, nil},
	} {
		page, err := s.Volunteers(t.Context(), test.q)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if diff := cmp.Diff(test.want, numbers(page.Volunteers)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		if more := test.q.Limit > 0; more != (page.Next != "") {
			t.Errorf("%s: next page %q", test.name, page.Next)
		}
	}
	testPages(t, s)
}

// testPages reads page after page while another signs up.
func testPages(t *testing.T, s bot.Store) {
	q := bot.VolunteerQuery{Limit: 5, Languages: []bot.Language{bot.German}}
	var got []string
	for {
		page, err := s.Volunteers(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, numbers(page.Volunteers)...)
		if q.After == "" {
			v := Signed(50)
			v.Language = bot.German
			saveVolunteer(t, s, v)
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"10", "8", "6", "4", "2", "0"}, got); diff != "" {
		t.Errorf("page after page (-want +got):\n%s", diff)
	}
}

func testSilent(t *testing.T, s bot.Store) {
	for i := range 6 {
		v := Signed(i)
		if i == 3 { // seen at the same time as another
			v.Seen = Signed(2).Seen
		}
		saveVolunteer(t, s, v)
	}
	var after *bot.Volunteer
	var got []string
	for {
		list, err := s.SilentVolunteers(t.Context(), Signed(5).Seen, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			break
		}
		got = append(got, numbers(list)...)
		after = list[len(list)-1]
	}
	if diff := cmp.Diff([]string{"0", "1", "2", "3", "4"}, got); diff != "" {
		t.Errorf("silent volunteers (-want +got):\n%s", diff)
	}
	if list, err := s.SilentVolunteers(t.Context(), day.AddDate(1, 0, 0), nil, 0); err != nil || len(list) > 0 {
		t.Errorf("none wanted: %d, error %v", len(list), err)
	}
}

func testConversations(t *testing.T, s bot.Store) {
	for i := range 6 {
		c := &bot.Conversation{Chat: bot.NewChatID("test", fmt.Sprint(i))}
		if i%2 == 1 {
			c.Position = &bot.Position{Dialogue: "signup", Step: "name", Values: map[string]string{"kind": "school"}, Touched: day.AddDate(0, 0, i)}
		}
		save(t, s, c)
		if i == 5 { // closed again
			c.Position = nil
			save(t, s, c)
		}
	}
	for _, test := range []struct {
		q    bot.ConversationQuery
		want []bot.ChatID
	}{
		{bot.ConversationQuery{Limit: 3}, []bot.ChatID{"test:0", "test:1", "test:2"}},
		{bot.ConversationQuery{Limit: 9, After: "test:2"}, []bot.ChatID{"test:3", "test:4", "test:5"}},
		{bot.ConversationQuery{Limit: 9, Open: day.AddDate(1, 0, 0)}, []bot.ChatID{"test:1", "test:3"}},
		{bot.ConversationQuery{Limit: 9, Open: day.AddDate(0, 0, 3)}, []bot.ChatID{"test:1"}},
		{bot.ConversationQuery{Limit: 1, Open: day.AddDate(1, 0, 0)}, []bot.ChatID{"test:1"}},
		{bot.ConversationQuery{}, nil},
	} {
		got, err := s.Conversations(t.Context(), test.q)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", test.q, diff)
		}
	}
}
