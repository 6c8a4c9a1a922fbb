package bot_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"exchangebot/adapters/sqlite"
	"exchangebot/bot"
)

// nowhere is a channel that hears everything at once and says nothing.
type nowhere struct{ sink chan bot.Sink }

func (nowhere) Name() string { return "nowhere" }
func (nowhere) Ready() error { return nil }
func (n nowhere) Run(ctx context.Context, sink bot.Sink) error {
	n.sink <- sink
	<-ctx.Done()
	return nil
}
func (nowhere) Send(context.Context, bot.ChatID, bot.Message) error { return nil }

// serving starts a bot on the embedded store, as shipped.
func serving(b *testing.B) bot.Sink {
	b.Helper()
	store := sqlite.New(b.TempDir())
	if err := store.Open(b.Context()); err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	n := nowhere{make(chan bot.Sink)}
	config := newConfig(b, store, time.Now)
	config.Reference = nil // each volunteer their own
	running := bot.New(config)
	go func() { done <- running.Run(ctx, n) }()
	b.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			b.Error(err)
		}
		if err := store.Close(); err != nil {
			b.Error(err)
		}
	})
	return <-n.sink
}

// asks are what citizens of 1,000 chats ask in turn.
var asks = []string{"Worum geht es bei dem Austausch?", "Qui peut participer ?", "Wie weit ist Montréal weg?", "Was kostet ein Flug?"}

func ask(n int64) bot.Update {
	return bot.Update{
		ID:   strconv.FormatInt(n, 10),
		Chat: bot.NewChatID("nowhere", fmt.Sprint(n%1000)),
		Text: asks[n%int64(len(asks))],
	}
}

// BenchmarkTurn is one question at a time: text in, answer chosen,
// conversation on disk, reply handed to the channel.
func BenchmarkTurn(b *testing.B) {
	sink := serving(b)
	took := make([]time.Duration, 0, b.N)
	done := make(chan error)
	n := int64(0)
	for b.Loop() {
		n++
		start := time.Now()
		sink(ask(n), func(err error) { done <- err })
		if err := <-done; err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

// BenchmarkTurns is 1,000 chats that ask at once.
func BenchmarkTurns(b *testing.B) {
	sink := serving(b)
	var n atomic.Int64
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		done := make(chan error)
		for pb.Next() {
			sink(ask(n.Add(1)), func(err error) { done <- err })
			if err := <-done; err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
}
