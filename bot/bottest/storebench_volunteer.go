package bottest

import (
	"sync"
	"testing"
	"time"

	"exchangebot/bot"
)

// fillVolunteers stores n volunteers: every tenth in a field, every third in Montréal.
func fillVolunteers(t testing.TB, s bot.Store, n int) {
	t.Helper()
	const writers = 256
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := w; i < n; i += writers {
				v := Signed(i)
				v.Fields = v.Fields[:1]
				if i%3 == 0 {
					v.City, v.Place = bot.Montreal, ""
				}
				if err := s.SaveVolunteer(t.Context(), v); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// queries are what city staff ask of many volunteers; the last finds nobody,
// and so has to look at all.
var queries = []struct {
	name string
	q    bot.VolunteerQuery
}{
	{"newest", bot.VolunteerQuery{}},
	{"field and city", bot.VolunteerQuery{Fields: bot.Fields()[3:4], Cities: []bot.City{bot.Montreal}}},
	{"kind, status and period", bot.VolunteerQuery{Kinds: []bot.VolunteerKind{bot.School}, Statuses: []bot.Status{bot.StatusNew}, From: day, To: day.AddDate(1, 0, 0)}},
	{"words", bot.VolunteerQuery{Words: []string{"forderverein 777"}}},
	{"e-mail", bot.VolunteerQuery{EmailKeys: []string{bot.EmailKey("anna.777@example.org")}}},
	{"nobody", bot.VolunteerQuery{Fields: bot.Fields()[3:4], Languages: []bot.Language{bot.German}}},
}

// BenchmarkVolunteers measures the first pages of lists over 100,000 volunteers. s is empty.
func BenchmarkVolunteers(b *testing.B, s bot.Store) {
	fillVolunteers(b, s, 100_000)
	for _, query := range queries {
		b.Run(query.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if _, err := s.Volunteers(b.Context(), query.q); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			report(b, took)
		})
	}
}
