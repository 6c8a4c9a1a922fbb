package slack_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"exchangebot/adapters/slack"
	"exchangebot/adapters/slack/slacktest"
	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// BenchmarkAcknowledge measures slash commands at 100 a second, each of which
// keeps the desk busy for 50 ms, in milliseconds.
func BenchmarkAcknowledge(b *testing.B) {
	b.Run("sockets", func(b *testing.B) { acknowledge(b, slack.Config{AppToken: slacktest.AppToken}) })
	b.Run("HTTP", func(b *testing.B) { acknowledge(b, slack.Config{SigningSecret: slacktest.Secret}) })
}

func acknowledge(b *testing.B, cfg slack.Config) {
	api := slacktest.New(b)
	api.AddUser(slacktest.User{ID: ann, Name: "ann", Locale: "fr-CA"})
	api.AddChannel("C0GEN", ann)
	d := &fakeDesk{}
	d.answer(bot.Response{View: view("Seite")}, 50*time.Millisecond)
	cfg.BotToken, cfg.APIURL, cfg.Desk, cfg.Store, cfg.Logger = slacktest.BotToken, api.URL(), d, bottest.NewStore(), slog.New(slog.DiscardHandler)
	c, err := slack.New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	if cfg.AppToken == "" {
		app := httptest.NewServer(c)
		defer app.Close()
		address, err := url.Parse(app.URL)
		if err != nil {
			b.Fatal(err)
		}
		api.App = httputil.NewSingleHostReverseProxy(address)
	}
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	over := make(chan error, 1)
	go func() { over <- c.Run(ctx, func(_ bot.Update, done func(error)) { done(nil) }) }()
	if err := api.Wait(ctx, func() bool { return api.App != nil || api.Sockets() > 0 }); err != nil {
		b.Fatal(err)
	}
	api.Command(ann, "C0GEN", "signups") // it runs
	var mu sync.Mutex
	var took []time.Duration
	var all sync.WaitGroup
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for b.Loop() {
		<-tick.C
		all.Go(func() {
			a := api.Command(ann, "C0GEN", "signups")
			mu.Lock()
			defer mu.Unlock()
			if took = append(took, a.Took); !a.OK {
				b.Error("not acknowledged")
			}
		})
	}
	all.Wait()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	stop()
	<-over
}
