package main

import (
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"exchangebot/adapters/mongo/mongotest"
	"exchangebot/adapters/telegram/telegramtest"
	"exchangebot/bot"
	"exchangebot/locales"
)

// The size of [TestKilledWhileBroadcasting]. What it is held to in full:
//
//	go test ./cmd/exchangebot -run KilledWhileBroadcasting -timeout 30m -recipients 5000 -kills 10 -rate 30
var (
	chaosRecipients = flag.Int("recipients", 400, "how many get the announcement during which programs are killed")
	chaosKills      = flag.Int("kills", 2, "how often one is killed")
	chaosRate       = flag.Int("rate", 200, "messages a second")
	chaosRepeat     = flag.Bool("repeat", false, "whether the unknown are sent to again")
	chaosSeed       = flag.Uint64("chaos", 1, "decides when")
)

// TestKilledWhileBroadcasting kills the program with SIGKILL at random moments
// of an announcement, on a platform where 2 % of the calls fail, 1 % of the
// connections break, some calls are too many, and 3 % of the people have
// blocked the bot. Everybody else gets it once, and the report adds up.
//
// Those whose call was under way at a kill, or whose connection broke after
// the request was written, are unknown: nobody can tell whether Telegram had
// taken the message, and they are sent nothing more unless that was chosen at
// release. That a connection broke is the same to the program whether before
// or after the message was taken; here, both happen.
func TestKilledWhileBroadcasting(t *testing.T) {
	for name, store := range map[string]func(*testing.T) (Config, int){
		"embedded": func(t *testing.T) (Config, int) { return Config{DataDir: t.TempDir()}, 1 },
		"MongoDB, two replicas": func(t *testing.T) (Config, int) {
			return Config{DataDir: t.TempDir(), MongodbURI: mongotest.URI(t), MongodbDatabase: mongotest.Database(t)}, 2
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, replicas := store(t)
			newChaos(t, config, replicas).run()
		})
	}
}

// chaos is an announcement under bad conditions.
type chaos struct {
	*testing.T
	server   *telegramtest.Server
	config   Config
	hall     *hall
	rand     *rand.Rand
	programs []*process
	started  []*process // those that were killed as well
	blocked  map[int64]bool
}

func newChaos(t *testing.T, config Config, replicas int) *chaos {
	c := &chaos{T: t, server: telegramtest.New(t), rand: rand.New(rand.NewPCG(*chaosSeed, uint64(replicas))), blocked: map[int64]bool{}}
	c.server.Limit(telegramtest.Limits{All: telegramtest.Real.All})
	c.server.Seed(*chaosSeed)
	config.TelegramBotToken, config.TelegramAPIURL, config.TelegramRate = telegramtest.Token, c.server.URL(), fmt.Sprint(*chaosRate)
	c.config, c.hall = config, newHall(t, &config)
	c.hall.subscribe(*chaosRecipients)
	c.server.Meet(1, *chaosRecipients)
	for user := range int64(*chaosRecipients) {
		if c.rand.IntN(100) < 3 {
			c.blocked[user+1] = true
			c.server.Block(user+1, true, false)
		}
	}
	for kind, chance := range map[string]float64{"500": 0.02, "reset": 0.005, "reset-after": 0.005, "429": 0.001} {
		c.server.Inject(telegramtest.Fault{Method: "sendMessage", Kind: kind, Count: -1, Chance: chance})
	}
	for range replicas {
		c.programs = append(c.programs, nil)
	}
	return c
}

func (c *chaos) run() {
	for i := range c.programs {
		c.start(i)
	}
	for _, p := range c.programs {
		p.waitReady()
	}
	id := c.hall.release(*chaosRepeat)
	began := time.Now()
	for kill := range *chaosKills {
		// Spread over the announcement, though not to its end, for some are never
		// called; and at any moment of a call. Asking the store for how many it
		// are by then would make it slow.
		part := max(1, *chaosRecipients*3/4 / *chaosKills)
		due := kill*part + c.rand.IntN(part)
		c.programs[0].waitFor(func() bool { return len(c.server.Calls("sendMessage")) >= due })
		time.Sleep(time.Duration(c.rand.IntN(int(time.Second) / *chaosRate)))
		victim := c.victim(kill)
		c.programs[victim].kill()
		c.start(victim)
	}
	p := c.hall.finished(id, time.Duration(*chaosRecipients / *chaosRate)*time.Second+time.Minute)
	c.Logf("%d kills, %v: %+v", *chaosKills, time.Since(began).Round(time.Second), p)
	for _, p := range c.programs {
		if code := p.stop(); code != 0 {
			c.Errorf("stopped with %d", code)
		}
	}
	c.judge(p)
}

// victim is the program to kill: every other time the one that sends, if it is
// known, or else any.
func (c *chaos) victim(kill int) int {
	for i, p := range c.programs {
		if kill%2 == 0 && sendings(p) > 0 {
			return i
		}
	}
	return c.rand.IntN(len(c.programs))
}

// sendings is how often a program has begun to send.
func sendings(p *process) int { return strings.Count(p.log.String(), "announcement: sending") }

// start starts a program in the place of one that was killed. Each has its
// own webhook: two may not poll.
func (c *chaos) start(i int) {
	c.Helper()
	settings := append(webhookSettings(c, c.server), "TELEGRAM_RATE="+c.config.TelegramRate, "DATA_DIR="+c.config.DataDir)
	if c.config.MongodbURI != "" {
		settings = append(settings, "MONGODB_URI="+c.config.MongodbURI, "MONGODB_DATABASE="+c.config.MongodbDatabase)
	}
	c.programs[i] = start(c, settings...)
	c.started = append(c.started, c.programs[i])
}

// takeovers is how often the sending was begun where another sender had ended:
// after a kill, or because that one was too slow to keep its lease.
func (c *chaos) takeovers() int {
	begun := 0
	for _, p := range c.started {
		begun += sendings(p)
	}
	return begun - 1
}

// judge compares the report with what people have.
func (c *chaos) judge(p bot.Progress) {
	var none, reached, twice int64
	for user := range int64(*chaosRecipients) {
		switch n := len(c.server.Replies(user + 1)); {
		case n > 0:
			reached++
			twice += int64(min(n-1, 1))
		case !c.blocked[user+1]:
			none++
		}
	}
	var resets, faults int64
	for _, call := range c.server.Calls("sendMessage") {
		if call.Fault != "" {
			faults++
		}
		if call.Fault == "reset" || call.Fault == "reset-after" {
			resets++
		}
	}
	if *chaosKills > 0 && c.takeovers() < 1 || faults == 0 || len(c.blocked) == 0 {
		c.Errorf("not much of a chaos: %d takeovers, %d faults, %d blocked", c.takeovers(), faults, len(c.blocked))
	}
	sum := p.Waiting + p.Sent + p.Unknown + p.Withdrawn
	for _, n := range p.Failed {
		sum += n
	}
	// However slow the store is, a sender claims no more than that: see the window.
	underWay := int64(c.takeovers() * (5 + *chaosRate/8))
	switch most := resets + underWay; {
	case sum != p.Total || p.Total != int64(*chaosRecipients) || p.Waiting != 0 || p.Withdrawn > underWay: // of those found blocked at a kill
		c.Errorf("%+v does not add up to %d", p, *chaosRecipients)
	case none > p.Unknown+p.Failed[bot.ReasonUnreachable] || reached < p.Sent || reached > p.Sent+p.Unknown:
		c.Errorf("%d have nothing, %d something: %+v", none, reached, p)
	case !*chaosRepeat && (twice > 0 || p.Unknown > most), *chaosRepeat && twice > most:
		c.Errorf("%d have it twice, %d are unknown after %d broken connections and %d takeovers", twice, p.Unknown, resets, c.takeovers())
	}
	if n := p.Failed[bot.ReasonBlocked]; n > int64(len(c.blocked)) || n < int64(len(c.blocked))-p.Unknown-p.Withdrawn {
		c.Errorf("%d blocked the bot, counted are %d", len(c.blocked), n)
	}
	c.Logf("%d broken connections, %d takeovers, %d unknown, %d twice, %d with nothing", resets, c.takeovers(), p.Unknown, twice, none)
}

// hall is a city hall beside the programs: it has the store open as well.
type hall struct {
	testing.TB
	store     store
	campaigns *bot.Campaigns
}

// newHall opens the store that the programs use.
func newHall(t testing.TB, config *Config) *hall {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	texts, err := locales.Texts()
	if err != nil {
		t.Fatal(err)
	}
	index, err := openLibrary(brief).train(locales.Languages()...)
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{TB: t, store: newStore(config, log)}
	if err := h.store.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.store.Close() })
	if err := awaitStore(t.Context(), h.store); err != nil {
		t.Fatal(err)
	}
	channel, err := newTelegram(config, log, texts)
	if err != nil {
		t.Fatal(err)
	}
	b := bot.New(bot.Config{Store: h.store, Texts: texts, Knowledge: index, Log: log, Now: time.Now, Approval: 1e9})
	b.Know(channel)
	h.campaigns = b.Campaigns()
	return h
}

// subscribe stores so many subscribers, whose chats are those of the users
// from 1 on.
func (h *hall) subscribe(n int) {
	h.Helper()
	const writers = 256
	group, ctx := errgroup.WithContext(h.Context())
	for w := range writers {
		group.Go(func() error {
			for user := w; user < n; user += writers {
				if err := h.store.SaveSubscriber(ctx, subscriber(user+1)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		h.Fatal(err)
	}
}

// subscriber is one whose chat is that of a user on Telegram; every other
// reads French.
func subscriber(user int) *bot.Subscriber {
	return &bot.Subscriber{Chat: bot.NewChatID("telegram", fmt.Sprint(user)), State: bot.Subscribed, Language: locales.Languages()[user%2], Since: time.Now().UTC()}
}

// release lets an announcement go out to all subscribers.
func (h *hall) release(repeat bool) (id string) {
	h.Helper()
	author := bot.Person{ID: "test:1", Name: "Clara"}
	a := &bot.Announcement{Title: "Einladung", Author: author, Texts: map[bot.Language]string{bot.German: "Kommen Sie **alle**!", bot.French: "Venez **tous** !"}}
	if err := h.campaigns.Save(h.Context(), a); err != nil {
		h.Fatal(err)
	}
	size, err := h.campaigns.Size(h.Context(), a.Audience)
	if err != nil {
		h.Fatal(err)
	}
	if _, err := h.campaigns.Release(h.Context(), a.ID, author, bot.SumReached(size), repeat); err != nil {
		h.Fatal(err)
	}
	return a.ID
}

// finished returns what came of an announcement when it is all sent.
func (h *hall) finished(id string, most time.Duration) bot.Progress {
	h.Helper()
	deadline := time.Now().Add(most)
	for {
		a, err := h.campaigns.Announcement(h.Context(), id)
		if err != nil {
			h.Fatal(err)
		}
		p, err := h.campaigns.Progress(h.Context(), id)
		if err != nil {
			h.Fatal(err)
		}
		if a.State == bot.Finished {
			return p
		}
		if time.Now().After(deadline) {
			h.Fatalf("it is %s %s: %+v", a.State, a.Pause, p)
		}
		time.Sleep(100 * time.Millisecond)
	}
}
