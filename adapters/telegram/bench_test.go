package telegram_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"time"

	"exchangebot/adapters/telegram"
	"exchangebot/adapters/telegram/telegramtest"
	"exchangebot/bot"
)

// BenchmarkWebhook measures an update's way in and its reply's way out, both
// over HTTP and with the platform in the same process. A rate above zero is
// that of the updates; at zero, two hundred are under way at any time.
func BenchmarkWebhook(b *testing.B) {
	for _, rate := range []int{0, 750} {
		b.Run("rate="+strconv.Itoa(rate), func(b *testing.B) { benchmarkWebhook(b, rate) })
	}
}

func benchmarkWebhook(b *testing.B, rate int) {
	api := telegramtest.New(b)
	api.Limit(telegramtest.Limits{})
	api.Quiet()
	api.Deliver.Transport = &http.Transport{MaxIdleConnsPerHost: 200}
	var c *telegram.Channel
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.ServeHTTP(w, r) }))
	defer web.Close()
	c, err := telegram.New(telegram.Config{
		Token: telegramtest.Token, APIURL: api.URL(), WebhookURL: web.URL, WebhookSecret: "s3cret",
		Rate: 1e6, NoChatLimit: true, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	took := make(chan time.Duration, b.N)
	go func() {
		over <- c.Run(ctx, func(u bot.Update, done func(error)) {
			go func() {
				err := c.Send(ctx, u.Chat, bot.Message{Text: "**You** said: " + u.Text, Buttons: yes})
				sent, _ := strconv.ParseInt(u.Text, 10, 64)
				took <- time.Duration(time.Now().UnixNano() - sent)
				done(err)
			}()
		})
	}()
	if err := api.Wait(ctx, func() bool { return api.Webhook().URL != "" }); err != nil {
		b.Fatal(err)
	}
	slots := make(chan struct{}, 200)
	b.ResetTimer()
	start := time.Now()
	var all []time.Duration
	go func() {
		for i := range b.N {
			if rate > 0 {
				time.Sleep(time.Until(start.Add(time.Duration(i) * time.Second / time.Duration(rate))))
			}
			slots <- struct{}{}
			api.SendText(int64(i%1000+1), strconv.FormatInt(time.Now().UnixNano(), 10))
		}
	}()
	for range b.N {
		all = append(all, <-took)
		<-slots
	}
	b.StopTimer()
	slices.Sort(all)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
	cancel()
	if err := <-over; err != nil {
		b.Fatal(err)
	}
}
