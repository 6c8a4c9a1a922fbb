package slack_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"exchangebot/adapters/slack"
	"exchangebot/adapters/slack/slacktest"
	"exchangebot/bot"
)

// socketRig is a rig with real sockets, and so in real time.
func socketRig(t *testing.T) *rig {
	r := newRig(t, func(cfg *slack.Config) { cfg.AppToken = slacktest.AppToken })
	r.run(r.echo)
	r.waitSockets(2)
	return r
}

func (r *rig) waitSockets(n int) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 20*time.Second)
	defer cancel()
	if r.api.Wait(ctx, func() bool { return r.api.Sockets() >= n }) != nil {
		r.t.Fatalf("%d sockets, want %d\n%s", r.api.Sockets(), n, r.logs)
	}
}

func TestSockets(t *testing.T) {
	r := socketRig(t)
	for i := range 4 {
		if a := r.api.Say(ann, annDM, "", fmt.Sprint("Frage ", i)).Ack; !a.OK {
			t.Errorf("not acknowledged: %+v", a)
		}
	}
	r.waitReplies(annDM, ann, 4)
	if err := r.Ready(); err != nil {
		t.Errorf("not ready: %v", err)
	}
	if a := r.api.Command(ann, "C0GEN", "help"); !a.OK {
		t.Errorf("not acknowledged: %+v", a)
	}
	r.end()
}

// TestSocketsBreak writes while the sockets are replaced, cut and refused.
func TestSocketsBreak(t *testing.T) {
	r := socketRig(t)
	r.api.Inject(slacktest.Fault{Method: "apps.connections.open", Kind: "500"})
	for i := range 12 {
		user := fmt.Sprint("U0X", i)
		chat := r.api.AddUser(slacktest.User{ID: user, Name: user, Locale: "de-DE"})
		said := make(chan struct{})
		go func() {
			defer close(said)
			r.api.Say(user, chat, "", "hallo")
		}()
		switch i {
		case 2:
			r.api.Disconnect()
		case 5, 7:
			r.api.Drop()
		}
		<-said
	}
	for i := range 12 {
		r.waitReplies(fmt.Sprint("D0X", i), fmt.Sprint("U0X", i), 1)
	}
	r.waitSockets(2)
	for i := range 12 {
		if got := r.api.Replies(fmt.Sprint("D0X", i), fmt.Sprint("U0X", i)); len(got) != 1 {
			t.Errorf("user %d has %d replies", i, len(got))
		}
	}
	r.end()
}

// TestReplicas has two processes with two sockets each answer once.
func TestReplicas(t *testing.T) {
	r := socketRig(t)
	second, err := slack.New(slack.Config{BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, APIURL: r.api.URL(), Desk: r.desk, Store: r.store})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() {
		over <- second.Run(ctx, func(u bot.Update, done func(error)) { go func() { done(r.echo(u)) }() })
	}()
	r.waitSockets(4)
	for i := range 8 {
		user := fmt.Sprint("U0Y", i)
		r.api.Say(user, r.api.AddUser(slacktest.User{ID: user}), "", "hallo")
	}
	for i := range 8 {
		if got := r.waitReplies(fmt.Sprint("D0Y", i), fmt.Sprint("U0Y", i), 1); len(got) != 1 {
			t.Errorf("%d replies", len(got))
		}
	}
	stop()
	if err := <-over; err != nil {
		t.Error(err)
	}
	r.end()
}
