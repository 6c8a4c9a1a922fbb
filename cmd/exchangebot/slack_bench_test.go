package main

import (
	"context"
	"log/slog"
	"net"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"exchangebot/adapters/slack/slacktest"
	"exchangebot/adapters/sqlite"
	"exchangebot/bot/bottest"
)

// BenchmarkSlack runs the whole program on Slack, on the embedded store with
// 100,000 volunteers and 1,000,000 counted questions, in both modes. "commands"
// sends 100 of them a second, and measures their acknowledgements; the others
// measure from a command to its posted answer, one after the other.
func BenchmarkSlack(b *testing.B) {
	dir := b.TempDir()
	store := sqlite.New(dir)
	if err := store.Open(b.Context()); err != nil {
		b.Fatal(err)
	}
	bottest.FillDesk(b, store)
	if err := store.Close(); err != nil {
		b.Fatal(err)
	}
	for _, mode := range []string{"sockets", "HTTP"} {
		b.Run(mode, func(b *testing.B) {
			server := onSlackAt(b, dir, mode)
			b.Run("commands", func(b *testing.B) { acknowledged(b, server, "help") })
			b.Run("heavy", func(b *testing.B) { acknowledged(b, server, "signups museum sport") })
			for name, line := range map[string]string{"signups": "signups museum sport", "stats": "stats", "stats of all": "stats seit 2016 bis 2099"} {
				b.Run(name, func(b *testing.B) { answered(b, server, line) })
			}
		})
	}
}

// onSlackAt runs the whole program in this process on a fake Slack.
func onSlackAt(b *testing.B, dir, mode string) *slacktest.Server {
	b.Helper()
	server := slacktest.New(b)
	server.AddUser(slacktest.User{ID: "U0CLARA", Name: "clara", Locale: "de-DE"})
	c := &Config{SlackBotToken: slacktest.BotToken, SlackAPIURL: server.URL(), SlackStaff: "U0CLARA", DataDir: dir, HTTPAddr: freeAddress(b)}
	if mode == "HTTP" {
		c.SlackSigningSecret = slacktest.Secret
		server.App = httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: c.HTTPAddr})
	} else {
		c.SlackAppToken = slacktest.AppToken
	}
	library := openLibrary("")
	index, err := library.train()
	if err != nil {
		b.Fatal(err)
	}
	p, err := newProgram(c, slog.New(slog.DiscardHandler), library, index)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- p.run(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			b.Error(err)
		}
	})
	for conn, err := net.Dial("tcp", c.HTTPAddr); ; conn, err = net.Dial("tcp", c.HTTPAddr) {
		if err == nil {
			_ = conn.Close()
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	for !server.Command("U0CLARA", "D0CLARA", "help").OK { // until it runs
		time.Sleep(10 * time.Millisecond)
	}
	return server
}

// acknowledged sends 100 commands a second.
func acknowledged(b *testing.B, server *slacktest.Server, line string) {
	var mu sync.Mutex
	var took []time.Duration
	var all sync.WaitGroup
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for b.Loop() {
		<-tick.C
		all.Go(func() {
			a := server.Command("U0CLARA", "D0CLARA", line)
			mu.Lock()
			defer mu.Unlock()
			if took = append(took, a.Took); !a.OK {
				b.Error("not acknowledged")
			}
		})
	}
	all.Wait()
	percentiles(b, took)
}

// answered sends commands one after the other and waits for each answer to be complete.
func answered(b *testing.B, server *slacktest.Server, line string) {
	messages := func() int { return len(server.Calls("response_url")) }
	settled := func() (n int) { // when all that was sent before is answered
		for n = -1; n != messages(); time.Sleep(2 * time.Second) {
			n = messages()
		}
		return n
	}
	before := settled()
	server.Command("U0CLARA", "D0CLARA", line)
	parts := settled() - before // of each answer
	answer := func() time.Duration {
		ctx, cancel := context.WithTimeout(b.Context(), patience) // else it would hang
		defer cancel()
		before, start := messages(), time.Now()
		server.Command("U0CLARA", "D0CLARA", line)
		if err := server.Wait(ctx, func() bool { return messages() >= before+parts }); err != nil {
			b.Fatal(err)
		}
		return time.Since(start)
	}
	var took []time.Duration
	for b.Loop() {
		took = append(took, answer())
	}
	percentiles(b, took)
}

func percentiles(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	for percent, unit := range map[int]string{50: "p50-ms", 99: "p99-ms"} {
		b.ReportMetric(float64(took[(len(took)-1)*percent/100].Microseconds())/1000, unit)
	}
}
