package main

import (
	"context"
	"slices"
	"testing"
	"time"

	"exchangebot/adapters/mongo/mongotest"
	"exchangebot/adapters/telegram/telegramtest"
	"exchangebot/bot"
)

// broadcasting is the program as it is shipped, with an announcement to send,
// and the limits of Telegram on.
type broadcasting struct {
	*testing.B
	server  *telegramtest.Server
	program *process
	hall    *hall
	id      string
	began   time.Time
	most    float64 // MB that were resident
}

func newBroadcasting(b *testing.B, config Config, recipients int, rate string) *broadcasting {
	b.Helper()
	c := &broadcasting{B: b, server: telegramtest.New(b)}
	c.server.Quiet()
	c.server.Meet(1, recipients)
	config.TelegramBotToken, config.TelegramAPIURL, config.TelegramRate = telegramtest.Token, c.server.URL(), rate
	c.hall = newHall(b, &config)
	c.hall.subscribe(recipients)
	settings := append(webhookSettings(b, c.server), "TELEGRAM_RATE="+rate, "DATA_DIR="+config.DataDir)
	if config.MongodbURI != "" {
		settings = append(settings, "MONGODB_URI="+config.MongodbURI, "MONGODB_DATABASE="+config.MongodbDatabase)
	}
	c.program = startProgram(b, shipped(b), settings...)
	c.program.waitReady()
	return c
}

// release starts the announcement, and waits for its first message.
func (c *broadcasting) release() {
	c.began = time.Now()
	c.id = c.hall.release(false)
	ctx, cancel := context.WithTimeout(c.Context(), patience)
	defer cancel()
	if err := c.server.WaitReplies(ctx, 1, 1); err != nil {
		c.Fatal(err)
	}
	c.ReportMetric(float64(time.Since(c.began).Milliseconds()), "ms-to-first")
}

// watch lets time pass while the program sends, and reports how many messages
// a second it sends, but for the first and the last moments.
func (c *broadcasting) watch(most time.Duration) {
	var begin, end time.Time
	var first, last int64
	for start := time.Now(); time.Since(start) < most; time.Sleep(250 * time.Millisecond) {
		p, err := c.hall.campaigns.Progress(c.Context(), c.id)
		if err != nil {
			c.Fatal(err)
		}
		c.most = max(c.most, c.program.resident(c.B))
		now := time.Now()
		switch {
		case begin.IsZero() && now.Sub(start) > 2*time.Second:
			begin, first = now, p.Sent
		case p.Waiting > 0:
			end, last = now, p.Sent
		case p.Total > 0:
			most = 0
		}
	}
	c.ReportMetric(float64(last-first)/end.Sub(begin).Seconds(), "messages/s")
	c.ReportMetric(c.most, "MB-resident")
}

// ask has a citizen ask a question now and then until ctx ends, and reports
// how long they wait for the answer.
func (c *broadcasting) ask(ctx context.Context, every time.Duration) {
	var took []time.Duration
	for user := int64(10_000_000); ctx.Err() == nil; user++ {
		start := time.Now()
		c.server.SendText(user, question)
		if c.server.WaitReplies(ctx, user, 1) == nil {
			took = append(took, time.Since(start))
		}
		time.Sleep(every)
	}
	slices.Sort(took)
	c.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms-answer")
	c.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms-answer")
}

// during asks questions while something goes on: few, for their answers count
// against the rate, and Telegram takes 30 a second that are not paid for. Every
// zero asks none.
func (c *broadcasting) during(every time.Duration, do func()) {
	if every == 0 {
		do()
		return
	}
	ctx, cancel := context.WithCancel(c.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.ask(ctx, every)
	}()
	do()
	cancel()
	<-done
}

// BenchmarkBroadcast sends announcements at the rates that Telegram allows,
// while citizens ask questions. On MongoDB the figure is that of the stand-in:
// FerretDB 1.24 looks through a collection to find one document by its _id, for
// it asks for another expression than its index is made of, and so spends 8 ms
// on each of 5,000 recipients who is asked for. A save of a batch takes 1.6 ms.
func BenchmarkBroadcast(b *testing.B) {
	for _, size := range []struct {
		rate       string
		recipients int
		every      time.Duration
	}{{"30", 1200, 0}, {"1000", 20_000, 100 * time.Millisecond}} {
		b.Run("embedded at "+size.rate, func(b *testing.B) {
			for b.Loop() {
				c := newBroadcasting(b, Config{DataDir: b.TempDir()}, size.recipients, size.rate)
				c.during(size.every, func() {
					c.release()
					c.watch(time.Minute)
				})
				c.hall.finished(c.id, time.Minute)
				noViolations(b, c.server)
			}
		})
	}
	b.Run("MongoDB at 1000", func(b *testing.B) {
		for b.Loop() {
			const recipients = 5000
			proxy := mongotest.NewProxy(b)
			c := newBroadcasting(b, Config{DataDir: b.TempDir(), MongodbURI: proxy.URI(), MongodbDatabase: mongotest.Database(b)}, recipients, "1000")
			writes := func() int { return proxy.Count("insert") + proxy.Count("update") + proxy.Count("delete") }
			before := writes()
			c.release()
			c.watch(time.Minute)
			c.hall.finished(c.id, time.Minute)
			b.ReportMetric(float64(writes()-before)/recipients, "writes/recipient")
			noViolations(b, c.server)
		}
	})
}

// BenchmarkBroadcastToAMillion is how soon the first of them is reached, and
// what stays resident while they are listed and sent to.
func BenchmarkBroadcastToAMillion(b *testing.B) {
	for b.Loop() {
		c := newBroadcasting(b, Config{DataDir: b.TempDir()}, 1_000_000, "1000")
		c.during(100*time.Millisecond, func() {
			c.release()
			c.watch(40 * time.Second)
		})
		if _, err := c.hall.campaigns.Cancel(b.Context(), c.id, bot.Person{ID: "test:1"}); err != nil {
			b.Fatal(err)
		}
		a, err := c.hall.campaigns.Announcement(b.Context(), c.id)
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("listed %d of 1,000,000 within 40 s", a.Total)
	}
}
