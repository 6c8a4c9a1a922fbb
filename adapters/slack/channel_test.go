package slack_test

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

	"exchangebot/adapters/slack"
	"exchangebot/adapters/slack/slacktest"
	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

const (
	ann   = "U0ANN"
	annDM = "D0ANN"
	desk  = "C0DESK"
)

// rig is a channel on the fake platform.
type rig struct {
	*slack.Channel
	t     *testing.T
	api   *slacktest.Server
	desk  *fakeDesk
	store *bottest.Store
	logs  *logs
	stop  context.CancelFunc
	over  chan error // the result of Run

	mu      sync.Mutex
	updates []bot.Update
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

func newRig(t *testing.T, change ...func(*slack.Config)) *rig {
	t.Helper()
	api := slacktest.New(t)
	api.AddUser(slacktest.User{ID: ann, Name: "ann", Locale: "fr-CA"})
	api.AddUser(slacktest.User{ID: "U0OUT", Name: "out", Locale: "de-DE"})
	api.AddChannel(desk, ann)
	api.AddChannel("C0GEN", ann, "U0OUT")
	api.SetGroup("S0OPS", ann)
	return newReplica(t, api, bottest.NewStore(), change...)
}

// newReplica is one more channel on the same platform and store. What Slack
// delivers by HTTP goes to the last one.
func newReplica(t *testing.T, api *slacktest.Server, store *bottest.Store, change ...func(*slack.Config)) *rig {
	t.Helper()
	r := &rig{t: t, api: api, desk: &fakeDesk{}, store: store, logs: &logs{}, over: make(chan error, 1), stop: func() {}}
	cfg := slack.Config{
		BotToken: slacktest.BotToken,
		Board:    desk,
		Staff:    []string{"S0OPS"},
		Desk:     r.desk,
		Store:    r.store,
		Logger:   slog.New(slog.NewTextHandler(r.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&cfg)
	}
	if cfg.AppToken == "" {
		cfg.SigningSecret, cfg.APIURL, cfg.Transport = slacktest.Secret, "http://slack.test/api/", r.api.Transport()
	} else {
		cfg.APIURL = r.api.URL()
	}
	c, err := slack.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r.Channel = c
	if cfg.AppToken == "" {
		r.api.App = c
	}
	return r
}

// bubble runs a test on a rig that takes deliveries by HTTP, where time is fake.
func bubble(t *testing.T, test func(*rig), change ...func(*slack.Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, change...)
		test(r)
		r.end()
	})
}

// run starts the channel with a sink that notes down what comes and answers
// with reply.
func (r *rig) run(reply func(bot.Update) error) {
	ctx, stop := context.WithCancel(r.t.Context())
	r.stop = stop
	go func() {
		r.over <- r.Run(ctx, func(u bot.Update, done func(error)) {
			r.mu.Lock()
			r.updates = append(r.updates, u)
			r.mu.Unlock()
			go func() { done(reply(u)) }()
		})
	}()
}

// end stops the channel and fails the test where Slack was not content.
func (r *rig) end() {
	r.t.Helper()
	r.stop()
	select {
	case err := <-r.over:
		if err != nil {
			r.t.Errorf("Run: %v", err)
		}
	case <-time.After(time.Minute):
		r.t.Error("Run does not end")
	}
	for _, v := range r.api.Violations() {
		r.t.Errorf("violation: %s", v)
	}
	for _, secret := range []string{slacktest.BotToken, slacktest.AppToken, slacktest.Secret, "Wie weit"} {
		if strings.Contains(r.logs.String(), secret) {
			r.t.Errorf("%q is in the log:\n%s", secret, r.logs)
		}
	}
}

// kept is how many deliveries are stored to be done.
func (r *rig) kept() int {
	list, err := r.store.Documents(r.t.Context(), bot.DocumentQuery{Kind: bot.DocumentInbox, Open: true, Limit: 1000})
	if err != nil {
		r.t.Error(err)
	}
	return len(list)
}

func (r *rig) got() []bot.Update {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]bot.Update(nil), r.updates...)
}

// echo answers each update with its text or its button.
func (r *rig) echo(u bot.Update) error {
	return r.Send(r.t.Context(), u.Chat, bot.Message{Text: "you said: " + u.Text + u.Press.Data, Edit: u.Press.Message, Buttons: [][]bot.Button{{{Label: "Again", Data: "/again"}}}})
}

func (r *rig) waitReplies(channel, user string, n int) []slacktest.Message {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 30*time.Second)
	defer cancel()
	if err := r.api.WaitReplies(ctx, channel, user, n); err != nil {
		r.t.Fatalf("waiting for %d replies, there are %+v\n%s", n, r.api.Replies(channel, user), r.logs)
	}
	return r.api.Replies(channel, user)
}

func TestAnswersInPlace(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		if a := r.api.Say(ann, annDM, "", "Wie weit ist es?"); !a.Ack.OK {
			t.Errorf("not acknowledged: %+v", a)
		}
		if got := r.waitReplies(annDM, ann, 1)[0]; got.Text != "you said: Wie weit ist es?" || got.Thread != "" {
			t.Errorf("reply %+v", got)
		}
		asked := r.api.Say(ann, "C0GEN", "", "<@"+slacktest.BotUser+">: quels &amp; <https://example.org|musées> ?")
		if got := r.waitReplies("C0GEN", ann, 1)[0]; got.Thread != asked.ID {
			t.Errorf("a mention is answered at %q, not in its thread %q", got.Thread, asked.ID)
		}
		r.api.Say(ann, "C0GEN", "", "talk among people")
		if _, err := r.api.Press(ann, annDM, "Again"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := r.api.Replies(annDM, ann); len(got) != 1 || got[0].Text != "you said: /again" {
			t.Errorf("after a press: %+v", got)
		}
		updates := r.got()
		if len(updates) != 3 {
			t.Fatalf("%d updates: %+v", len(updates), updates)
		}
		if u := updates[1]; u.Text != "quels & musées (https://example.org) ?" || !u.Group || u.Locale != "fr-CA" || u.Chat != bot.ChatID("slack:C0GEN/"+asked.ID) {
			t.Errorf("mention: %+v", u)
		}
		if p := updates[2].Press; p.Data != "/again" || len(p.Buttons) != 1 || p.Buttons[0][0].Label != "Again" {
			t.Errorf("press: %+v", p)
		}
	})
}

func TestHandlesOnce(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		event := map[string]any{"type": "message", "channel": annDM, "channel_type": "im", "user": ann, "text": "hallo", "ts": "1500000000.000100"}
		for range 3 {
			if a := r.api.Event(event, "Ev1"); !a.OK {
				t.Errorf("not acknowledged: %+v", a)
			}
		}
		r.waitReplies(annDM, ann, 1)
		synctest.Wait()
		if n := len(r.got()); n != 1 {
			t.Errorf("handled %d times", n)
		}
	})
}

func TestNeverAnswersItself(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		synctest.Wait()
		for _, e := range []map[string]any{
			{"type": "message", "channel": annDM, "channel_type": "im", "user": slacktest.BotUser, "text": "me", "ts": "1.1"},
			{"type": "message", "channel": annDM, "channel_type": "im", "bot_id": "B1", "user": ann, "text": "a program", "ts": "1.2"},
			{"type": "message", "subtype": "message_changed", "hidden": true, "channel": annDM, "channel_type": "im", "ts": "1.3"},
			{"type": "message", "subtype": "message_changed", "user": ann, "channel": annDM, "channel_type": "im", "ts": "1.3"},
			{"type": "message", "subtype": "message_deleted", "channel": annDM, "channel_type": "im", "ts": "1.4"},
			{"type": "reaction_added", "user": ann},
			{},
		} {
			if a := r.api.Event(e, ""); !a.OK {
				t.Errorf("not acknowledged: %+v", e)
			}
		}
		synctest.Wait()
		if got := r.got(); len(got) != 0 {
			t.Errorf("taken for a question: %+v", got)
		}
	})
}

func TestAcknowledgesInTime(t *testing.T) {
	bubble(t, func(r *rig) {
		release := make(chan struct{})
		r.run(func(u bot.Update) error {
			<-release
			return r.echo(u)
		})
		said := r.api.Say(ann, annDM, "", "hallo")
		if !said.Ack.OK || said.Ack.Took > time.Second || r.kept() != 1 {
			t.Errorf("a slow turn is acknowledged %+v, and %d deliveries are kept", said.Ack, r.kept())
		}
		close(release)
		r.waitReplies(annDM, ann, 1)
		synctest.Wait()
		if n := r.kept(); n != 0 {
			t.Errorf("%d deliveries are kept after they are done", n)
		}
	})
}

func TestTakesTheTurnAgain(t *testing.T) {
	bubble(t, func(r *rig) {
		failures := 2
		r.run(func(u bot.Update) error {
			if failures--; failures >= 0 {
				return errors.New("the store is away")
			}
			return r.echo(u)
		})
		r.api.Say(ann, annDM, "", "hallo")
		r.waitReplies(annDM, ann, 1)
		if n := len(r.got()); n != 3 {
			t.Errorf("%d attempts", n)
		}
	})
}

func TestRefusesWhatIsNotSigned(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		synctest.Wait()
		event := map[string]any{"type": "url_verification", "challenge": "c"}
		for what, request := range map[string]struct {
			secret string
			age    time.Duration
			want   int
		}{
			"right":    {slacktest.Secret, 0, 200},
			"late":     {slacktest.Secret, 4 * time.Minute, 200},
			"old":      {slacktest.Secret, 6 * time.Minute, 401},
			"future":   {slacktest.Secret, -6 * time.Minute, 401},
			"mistaken": {"another", 0, 401},
		} {
			w := newRecorder()
			r.ServeHTTP(w, slacktest.Request("events_api", event, request.secret, time.Now().Add(-request.age)))
			if w.Code != request.want {
				t.Errorf("%s: status %d, want %d", what, w.Code, request.want)
			}
			if w.Code == 200 && !strings.Contains(w.Body.String(), `"challenge":"c"`) {
				t.Errorf("%s: answer %q", what, w.Body)
			}
		}
	})
}

func TestReady(t *testing.T) {
	bubble(t, func(r *rig) {
		r.api.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: "token_revoked", Count: 1})
		if r.Ready() == nil {
			t.Error("ready before Slack was reached")
		}
		r.run(r.echo)
		synctest.Wait()
		if err := r.Ready(); err != nil {
			t.Errorf("not ready: %v", err)
		}
		r.api.Say(ann, annDM, "", "hallo")
		synctest.Wait()
		if err := r.Ready(); err == nil || !strings.Contains(err.Error(), "token_revoked") || strings.Contains(err.Error(), "slack") {
			t.Errorf("with a revoked token: %v", err)
		}
		time.Sleep(time.Minute)
		r.waitReplies(annDM, ann, 1)
		synctest.Wait()
		if err := r.Ready(); err != nil {
			t.Errorf("not ready again: %v", err)
		}
	})
}

func TestConfigProblems(t *testing.T) {
	_, err := slack.New(slack.Config{BotToken: "nonsense", AppToken: "nonsense", APIURL: "nowhere", Board: "#general", Staff: []string{"ann"}})
	for _, want := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_API_URL", "SLACK_CHANNEL", "SLACK_STAFF"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not among %v", want, err)
		}
	}
	if _, err := slack.New(slack.Config{BotToken: "xoxb-1"}); err == nil || !strings.Contains(err.Error(), "SLACK_APP_TOKEN") {
		t.Errorf("with a bot token alone: %v", err)
	}
}
