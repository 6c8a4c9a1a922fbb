package slack_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"exchangebot/adapters/slack"
	"exchangebot/adapters/slack/slacktest"
	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// benchmark reports how long acknowledgements take, in milliseconds.
func benchmark(b *testing.B, change func(*slack.Config)) {
	api := slacktest.New(b)
	api.AddUser(slacktest.User{ID: ann, Name: "ann", Locale: "fr-CA"})
	api.AddChannel("C0GEN", ann)
	d := &fakeDesk{}
	d.answer(bot.Response{View: view("Seite")}, 50*time.Millisecond)
	cfg := slack.Config{BotToken: slacktest.BotToken, APIURL: api.URL(), Desk: d, Store: bottest.NewStore(), Logger: slog.New(slog.DiscardHandler)}
	change(&cfg)
	c, err := slack.New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	over := make(chan error, 1)
	go func() { over <- c.Run(ctx, func(_ bot.Update, done func(error)) { done(nil) }) }()
	if err := api.Wait(ctx, func() bool { return api.Sockets() > 0 }); err != nil {
		b.Fatal(err)
	}
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
