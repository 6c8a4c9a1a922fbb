package bottest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"exchangebot/bot"
)

// typical is a conversation of some 1.5 kB.
func typical(chat bot.ChatID) *bot.Conversation {
	c := Full(chat)
	for i := range 60 {
		c.Handled = append(c.Handled, fmt.Sprint(1_000_000_000+i))
	}
	c.Pending[0].Messages[0].Text = strings.Repeat("Lorem ipsum. ", 20)
	return c
}

// BenchmarkStore measures saves of conversations of 1.5 kB, one at a time and
// by 64 goroutines over 1,000 chats, each with one count, and reads. It
// reports the median and the 99th percentile in microseconds. s is empty.
func BenchmarkStore(b *testing.B, s bot.Store) {
	const chats, writers = 1000, 64
	one := count("2026-11-22", bot.EventAnswered, "cost", bot.German, 1)
	all := make([]*bot.Conversation, chats)
	fill := sync.OnceFunc(func() {
		for i := range all {
			all[i] = typical(bot.NewChatID("test", fmt.Sprint(i)))
			if err := s.SaveConversation(b.Context(), all[i], one); err != nil {
				b.Fatal(err)
			}
		}
	})
	save := func(b *testing.B, i int) time.Duration {
		start := time.Now()
		if err := s.SaveConversation(b.Context(), all[i], one); err != nil {
			b.Error(err)
		}
		return time.Since(start)
	}
	b.Run("save", func(b *testing.B) {
		fill()
		var took []time.Duration
		for i := 0; b.Loop(); i++ {
			took = append(took, save(b, i%chats))
		}
		report(b, took)
	})
	b.Run("save parallel", func(b *testing.B) {
		fill()
		took := make([][]time.Duration, writers)
		var left atomic.Int64
		left.Store(int64(b.N))
		b.ResetTimer()
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := w; left.Add(-1) >= 0; i += writers {
					if i >= chats {
						i = w
					}
					took[w] = append(took[w], save(b, i))
				}
			})
		}
		wg.Wait()
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "saves/s")
		report(b, slices.Concat(took...))
	})
	b.Run("read", func(b *testing.B) {
		fill()
		var took []time.Duration
		for i := 0; b.Loop(); i++ {
			start := time.Now()
			if _, err := s.Conversation(b.Context(), all[i%chats].Chat); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(start))
		}
		report(b, took)
	})
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	for _, percent := range []int{50, 99} {
		d := took[(len(took)-1)*percent/100]
		b.ReportMetric(float64(d.Nanoseconds())/1000, fmt.Sprintf("p%d-us", percent))
	}
}
