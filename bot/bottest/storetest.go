package bottest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"exchangebot/bot"
)

// TestStore tests that a store keeps the contract of [bot.Store]. open returns
// a store with nothing in it, which is closed when its test ends.
func TestStore(t *testing.T, open func(t *testing.T) bot.Store) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, bot.Store)
	}{
		{"new", testNew},
		{"round trip", testRoundTrip},
		{"copies", testCopies},
		{"conflict", testConflict},
		{"race to insert", testRace(0)},
		{"race to update", testRace(1)},
		{"counts", testCounts},
		{"counts of a refused save", testRefusedCounts},
		{"counts in parallel", testParallelCounts},
		{"delete", testDelete},
		{"expire", testExpire},
		{"odd text", testOddText},
		{"cancelled", testCancelled},
		{"list", testConversations},
		{"volunteer", testVolunteer},
		{"volunteer conflict", testVolunteerConflict},
		{"volunteer race", testVolunteerRace},
		{"volunteer query", testVolunteerQuery},
		{"silent volunteers", testSilent},
		{"tally", testTally},
		{"document", testDocument},
		{"document conflict", testDocumentConflict},
		{"document race", testDocumentRace},
		{"document deleted at once", testDocumentDeletedAtOnce},
		{"documents", testDocuments},
		{"documents by prefix", testPrefix},
		{"subscriber", testSubscriber},
		{"subscriber conflict", testSubscriberConflict},
		{"subscriber race", testSubscriberRace},
		{"subscribers", testSubscribers},
		{"tally of subscribers", testTallySubscribers},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

var day = time.Date(2026, 11, 22, 10, 30, 0, 123456789, time.UTC)

// Full is a conversation that is new to a store and has something in every field.
func Full(chat bot.ChatID) *bot.Conversation {
	return &bot.Conversation{
		Chat:    chat,
		Created: day,
		Changed: day.Add(time.Hour),
		Chosen:  bot.French,
		Spoken:  bot.German,
		Gone:    true,
		Handled: []string{"1", "2"},
		Pending: []bot.Reply{{
			Update: "2",
			Messages: []bot.Message{
				{
					Text: "**Fünf** « étés »: 5 < 6 & 7 > 6 \u2028\U0001F600",
					Buttons: [][]bot.Button{
						{{Label: "Ja", Data: "yes:1"}, {Label: "Mehr", URL: "https://example.org/?a=1&b=2"}},
						{{Label: "Non", Data: "no"}},
					},
					Edit: "17",
				},
				{Press: "p1"},
			},
		}},
		Spent: []string{"helped:1"},
		Position: &bot.Position{
			Dialogue: "signup",
			Step:     "email",
			Values:   map[string]string{"name": "Anna «É»", "offers": ""},
			Maybe:    "anna@example.org",
			Record:   true,
			Paused:   true,
			Payload:  "flyer",
			Touched:  day.Add(2 * time.Hour),
		},
		Unanswered: []bot.Unanswered{{ID: "4f1c", Text: "Fünf été"}},
		Handover:   &bot.Handover{Question: "4f1c", Talking: true},
	}
}

func load(t *testing.T, s bot.Store, chat bot.ChatID) *bot.Conversation {
	t.Helper()
	c, err := s.Conversation(t.Context(), chat)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func save(t *testing.T, s bot.Store, c *bot.Conversation, counts ...bot.Count) {
	t.Helper()
	if err := s.SaveConversation(t.Context(), c, counts...); err != nil {
		t.Fatal(err)
	}
}

func wantCounts(t *testing.T, s bot.Store, first, last string, want ...bot.Count) {
	t.Helper()
	got, err := s.Counts(t.Context(), first, last)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

func testCancelled(t *testing.T, s bot.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := &bot.Conversation{Chat: "test:1"}
	one := count("2026-11-22", bot.EventAnswered, "cost", bot.German, 1)
	_, readErr := s.Conversation(ctx, "test:1")
	_, expireErr := s.ExpireConversations(ctx, day, 1)
	_, countsErr := s.Counts(ctx, one.Day, one.Day)
	for name, err := range map[string]error{
		"Conversation":        readErr,
		"SaveConversation":    s.SaveConversation(ctx, c, one),
		"DeleteConversation":  s.DeleteConversation(ctx, "test:1"),
		"ExpireConversations": expireErr,
		"Counts":              countsErr,
		"Ping":                s.Ping(ctx),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got error %v, want %v", name, err, context.Canceled)
		}
	}
	if got := load(t, s, "test:1"); c.Version != 0 || got.Version != 0 {
		t.Errorf("a cancelled save stored version %d", got.Version)
	}
	wantCounts(t, s, one.Day, one.Day)
	save(t, s, c, one)
}
