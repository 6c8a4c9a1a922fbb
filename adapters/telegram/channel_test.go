package telegram_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"exchangebot/adapters/telegram"
	"exchangebot/adapters/telegram/telegramtest"
	"exchangebot/bot"
)

// rig is a channel on the fake platform, in a bubble where time is fake too.
type rig struct {
	*telegram.Channel
	t    *testing.T
	api  *telegramtest.Server
	logs *logs
	stop context.CancelFunc
	over chan error // the result of Run
}

type logs struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.String()
}

// bubble runs a test on a new rig that is not running yet.
func bubble(t *testing.T, test func(*testing.T, *rig), change ...func(*telegram.Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		api := telegramtest.New(t)
		r := &rig{t: t, api: api, logs: &logs{}, over: make(chan error, 1), stop: func() {}}
		cfg := telegram.Config{
			Token:     telegramtest.Token,
			APIURL:    "http://api.test",
			Transport: api.Transport(),
			Logger:    slog.New(slog.NewTextHandler(r.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
		}
		for _, f := range change {
			f(&cfg)
		}
		c, err := telegram.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		r.Channel = c
		api.Deliver.Transport = telegramtest.Direct(c)
		test(t, r)
		r.stop()
		if strings.Contains(r.logs.String(), "TEST-TOKEN") {
			t.Errorf("the token is in the log:\n%s", r.logs)
		}
	})
}

func webhook(cfg *telegram.Config) {
	cfg.WebhookURL, cfg.WebhookSecret = "https://bot.test", "s3cret"
}

// run starts the channel; it is stopped at the end of the test at the latest.
func (r *rig) run(sink bot.Sink) {
	ctx, cancel := context.WithCancel(r.t.Context())
	var once sync.Once
	r.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-r.over; err != nil {
				r.t.Errorf("run: %v", err)
			}
		})
	}
	go func() { r.over <- r.Run(ctx, sink) }()
	synctest.Wait()
}

// echo says again what it hears.
func (r *rig) echo(u bot.Update, done func(error)) {
	go func() { done(r.Send(context.Background(), u.Chat, bot.Message{Text: u.Text})) }()
}

// settle lets everything happen that takes no longer than d.
func (r *rig) settle(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (r *rig) clean() {
	r.t.Helper()
	if v := r.api.Violations(); len(v) > 0 {
		r.t.Errorf("violations: %q", v)
	}
}

func (r *rig) said(chat int64) []string {
	var list []string
	for _, m := range r.api.Replies(chat) {
		list = append(list, m.Text)
	}
	return list
}

func TestNewNamesEveryMistake(t *testing.T) {
	_, err := telegram.New(telegram.Config{
		Token: "secret token", APIURL: "nowhere", WebhookURL: "x", WebhookSecret: "sp ace", Rate: -1,
		Profiles: []telegram.Profile{{Language: "deutsch", Name: strings.Repeat("x", 65), Commands: []telegram.Command{{Name: "Hilfe!"}}}},
	})
	for _, want := range []string{
		"TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "TELEGRAM_WEBHOOK_URL", "TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_RATE",
		"two letters", "name is longer", `"Hilfe!"`, "description of /Hilfe!",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "secret token") || strings.Contains(err.Error(), "sp ace") {
		t.Errorf("a secret is told: %v", err)
	}
}

func TestReady(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		if r.Ready() == nil {
			t.Error("ready before it runs")
		}
		r.run(r.echo)
		if err := r.Ready(); err != nil {
			t.Errorf("not ready at once: %v", err)
		}
		r.api.Inject(telegramtest.Fault{Kind: "502", Count: -1})
		r.settle(2 * time.Minute)
		if r.Ready() == nil {
			t.Error("ready while Telegram is down")
		}
		r.api.Heal()
		r.settle(time.Minute)
		if err := r.Ready(); err != nil {
			t.Errorf("not ready again: %v", err)
		}
		if n := strings.Count(r.logs.String(), "cannot be reached"); n != 1 {
			t.Errorf("logged %d times:\n%s", n, r.logs)
		}
		if n := strings.Count(r.logs.String(), "can be reached again"); n != 1 {
			t.Errorf("logged %d times:\n%s", n, r.logs)
		}
		r.clean()
	})
}

// A call that fails now and then is no outage: nothing is logged, and the
// replica stays ready.
func TestAFewFailuresAreNoOutage(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.run(r.echo)
		for range 20 {
			r.api.Inject(telegramtest.Fault{Kind: "500", Count: 2})
			for range 60 {
				r.settle(time.Second)
				if err := r.Ready(); err != nil {
					t.Fatalf("not ready: %v", err)
				}
			}
		}
		if logs := r.logs.String(); strings.Contains(logs, "reached") {
			t.Errorf("logged:\n%s", logs)
		}
		r.clean()
	})
}

func TestWrongToken(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.run(r.echo)
		r.settle(time.Minute)
		if err := r.Ready(); err == nil || !strings.Contains(err.Error(), "TELEGRAM_BOT_TOKEN") {
			t.Errorf("ready: %v", err)
		}
		if !strings.Contains(r.logs.String(), "TELEGRAM_BOT_TOKEN") {
			t.Errorf("log: %s", r.logs)
		}
		if n := len(r.api.Violations()); n > 4 {
			t.Errorf("%d attempts in a minute", n)
		}
	}, func(cfg *telegram.Config) { cfg.Token = "123456:WRONG" })
}

func TestProfile(t *testing.T) {
	profiles := []telegram.Profile{
		{Name: "Exchange", Description: "Welcome", About: "A bot", Commands: []telegram.Command{{"help", "Help"}}},
		{Language: "de", Name: "Austausch", Description: "Willkommen", About: "Ein Bot", Commands: []telegram.Command{{"hilfe", "Hilfe"}, {"themen", "Themen"}}},
	}
	set := func(cfg *telegram.Config) { cfg.Profiles = profiles }
	bubble(t, func(t *testing.T, r *rig) {
		r.api.Inject(telegramtest.Fault{Method: "setMyName", Kind: "429", RetryAfter: 3600})
		r.api.Inject(telegramtest.Fault{Method: "setMyDescription", Kind: "400"})
		r.run(r.echo)
		r.api.SendText(7, "hello")
		r.settle(time.Second)
		if got := r.said(7); len(got) != 1 {
			t.Errorf("the profile holds up an answer: %q", got)
		}
		r.settle(2 * time.Hour)
		if got := r.api.ProfileText("name", "de"); got != "Austausch" {
			t.Errorf("name %q", got)
		}
		if got := r.api.ProfileText("description", ""); got != "" {
			t.Errorf("description %q", got)
		}
		if got := strings.Join(r.api.ProfileCommands("de"), " "); got != "hilfe themen" {
			t.Errorf("commands %q", got)
		}
		sets := len(r.api.Calls(""))
		again, err := telegram.New(telegram.Config{Token: telegramtest.Token, APIURL: "http://api.test", Transport: r.api.Transport(), Profiles: profiles[1:]})
		if err != nil {
			t.Fatal(err)
		}
		r.stop()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := again.Run(ctx, r.echo); err != nil {
			t.Error(err)
		}
		for _, c := range r.api.Calls("")[sets:] {
			if strings.HasPrefix(c.Method, "setMy") {
				t.Errorf("%s although nothing has changed", c.Method)
			}
		}
		r.clean()
	}, set)
}

var errStore = errors.New("store is down")
