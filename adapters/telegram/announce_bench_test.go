package telegram_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"exchangebot/adapters/telegram"
	"exchangebot/adapters/telegram/telegramtest"
	"exchangebot/bot"
)

var news = bot.Message{
	Text: "# Roundtable\n\nIn **June** the city invites to the *Roundtable Montréal*:\n\n" +
		"- schools\n- museums\n- clubs\n\nMore at [the city's pages](https://example.org/roundtable).",
	Buttons: [][]bot.Button{{{Label: "More", URL: "https://example.org/more"}}, {{Label: "Unsubscribe", Data: "/unsubscribe"}}},
}

// BenchmarkAnnounce sends b.N announcements over HTTP to the fake in the same
// process, with its limits on, while ten people a second are answered. Each
// claim takes as long as a store may. For what is sustained, ask for
// -benchtime 3000x at 30 a second, and 30000x at 1000.
func BenchmarkAnnounce(b *testing.B) {
	for _, rate := range []float64{30, 1000} {
		b.Run(fmt.Sprintf("rate=%v", rate), func(b *testing.B) { benchmarkAnnounce(b, rate) })
	}
}

func benchmarkAnnounce(b *testing.B, rate float64) {
	const claim = 2 * time.Millisecond
	api := telegramtest.New(b)
	api.Quiet()
	c, err := telegram.New(telegram.Config{
		Token: telegramtest.Token, APIURL: api.URL(), Rate: rate, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	api.Meet(1, 1000)
	api.Meet(1001, b.N)
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	var replies []time.Duration
	var all, answers sync.WaitGroup
	answers.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			start := time.Now()
			if err := c.Send(ctx, person(i%1000+1), bot.Message{Text: "**Yes**, it is."}); err == nil {
				replies = append(replies, time.Since(start))
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
	var next, failed atomic.Int64
	b.ResetTimer()
	for range 64 {
		all.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				chat := bot.NewChatID("telegram", strconv.FormatInt(1000+n, 10))
				if c.Announce(ctx, chat, news, func() error { time.Sleep(claim); return nil }) != nil {
					failed.Add(1)
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
	cancel()
	answers.Wait()
	if len(replies) == 0 {
		b.Fatal("nobody was answered")
	}
	slices.Sort(replies)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
	b.ReportMetric(float64(failed.Load()), "failed")
	b.ReportMetric(float64(len(api.Violations())), "violations")
	b.ReportMetric(float64(replies[len(replies)/2].Microseconds())/1000, "reply-p50-ms")
	b.ReportMetric(float64(replies[len(replies)*99/100].Microseconds())/1000, "reply-p99-ms")
}
