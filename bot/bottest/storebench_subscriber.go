package bottest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"exchangebot/bot"
)

// fillSubscribers stores n.
func fillSubscribers(b *testing.B, s bot.Store, n int) {
	b.Helper()
	const writers = 256
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := w; i < n; i += writers {
				if err := s.SaveSubscriber(b.Context(), Subscribing(i)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// BenchmarkSubscribers measures over so many subscribers what an announcement
// asks for: a page of its audience, and the audience counted. s is empty.
func BenchmarkSubscribers(b *testing.B, s bot.Store, n int) {
	fillSubscribers(b, s, n)
	all := bot.SubscriberQuery{Before: Subscribing(n).Since, Limit: 500}
	some := all
	some.Fields, some.Languages, some.Channels = bot.Fields()[:1], []bot.Language{bot.French}, []string{"west"}
	for _, audience := range []struct {
		name string
		q    bot.SubscriberQuery
	}{{"all", all}, {"some", some}} {
		b.Run("page of "+audience.name, func(b *testing.B) {
			q := audience.q
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				list, err := s.Subscribers(b.Context(), q)
				if err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
				if q.After = ""; len(list) == q.Limit {
					q.After = list[len(list)-1].Chat
				}
			}
			report(b, took)
		})
		b.Run("tally of "+audience.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if _, err := s.TallySubscribers(b.Context(), audience.q); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			report(b, took)
		})
	}
}

// BenchmarkDocuments measures changes of documents of 1 kB, by one and by
// several at a time, each with its own: as the batches of an announcement are
// while it is sent. s is empty.
func BenchmarkDocuments(b *testing.B, s bot.Store) {
	for _, writers := range []int{1, 4, 16} {
		b.Run(fmt.Sprintf("save by %d", writers), func(b *testing.B) {
			took := make([][]time.Duration, writers)
			var wg sync.WaitGroup
			b.ResetTimer()
			for w := range writers {
				wg.Go(func() {
					d := &bot.Document{Kind: bot.DocumentBatch, Key: fmt.Sprintf("%d/%07d", writers, w), At: day, Open: true}
					var err error
					if d, err = s.Document(b.Context(), d.Kind, d.Key); err != nil {
						b.Error(err)
						return
					}
					d.At = day
					for i := w; i < b.N; i += writers {
						d.Data = strings.Repeat(string(rune('a'+i%26)), 1000)
						start := time.Now()
						if err := s.SaveDocument(b.Context(), d); err != nil {
							b.Error(err)
							return
						}
						took[w] = append(took[w], time.Since(start))
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "saves/s")
			var all []time.Duration
			for _, t := range took {
				all = append(all, t...)
			}
			report(b, all)
		})
	}
}
