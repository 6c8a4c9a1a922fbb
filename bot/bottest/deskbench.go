package bottest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"exchangebot/bot"
)

// FillDesk stores 100,000 volunteers and 1,000,000 counted questions of a year
// in an empty store.
func FillDesk(b *testing.B, s bot.Store) {
	b.Helper()
	const volunteers, days, topics = 100_000, 365, 30
	fillVolunteers(b, s, volunteers)
	for d := range days {
		var counts []bot.Count
		for topic := range topics {
			for i, event := range []bot.Event{bot.EventAnswered, bot.EventHelped, bot.EventUnhelpful} {
				day := time.Now().AddDate(0, 0, -d).UTC().Format(time.DateOnly)
				counts = append(counts, bot.Count{Day: day, Event: event, Topic: fmt.Sprint("topic-", topic), Language: bot.German, N: int64(92 / (1 + 9*i))})
			}
		}
		c := &bot.Conversation{Chat: bot.NewChatID("bench", fmt.Sprint(d))}
		if err := s.SaveConversation(b.Context(), c, counts...); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDesk measures what staff wait for, over all that [FillDesk] stores.
// s is empty, and the desk is of a bot that keeps all in it.
func BenchmarkDesk(b *testing.B, s bot.Store, desk *bot.Desk) {
	FillDesk(b, s)
	staff := bot.Staff{ID: "bench:1", Name: "Clara", Locale: "de", Staff: true}
	for name, line := range map[string]string{
		"signups": "signups museum sport", "signups by words": "signups museum goethe", "stats": "stats",
		"stats of all": "stats seit 2016 bis 2099",
	} {
		if r := desk.Command(b.Context(), staff, line); name == "stats of all" && !strings.Contains(r.View.Text, "100.000") {
			b.Fatalf("not all are counted: %s", r.View.Text)
		}
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if r := desk.Command(b.Context(), staff, line); r.View == nil || len(r.View.Blocks) < 2 {
					b.Fatalf("no answer: %+v", r)
				}
				took = append(took, time.Since(start))
			}
			report(b, took)
		})
	}
}
