package slack_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exchangebot/adapters/slack"
	"exchangebot/adapters/slack/slacktest"
	"exchangebot/bot"
)

// dies stops a channel in the middle of what it has in hand, of which it tells
// nobody any more.
func (r *rig) dies() {
	r.store.Fail(errors.New("the machine is off"))
	r.end()
	r.store.Fail(nil)
}

// posted puts a card with a button on the board, as the bot would.
func (r *rig) posted(key string) (id, message string) {
	r.t.Helper()
	synctest.Wait()
	id, err := r.Post(r.t.Context(), bot.Post{Key: key, View: *view("Karte")})
	if err != nil {
		r.t.Fatal(err)
	}
	_, message, _ = strings.Cut(id, "/")
	return id, message
}

// replicas are two channels on one store.
func replicas(t *testing.T, test func(first, second *rig)) {
	synctest.Test(t, func(t *testing.T) {
		first := newRig(t)
		second := newReplica(t, first.api, first.store)
		first.api.App = first
		test(first, second)
		second.end()
	})
}

// TestNothingIsLost has a process die between the acknowledgement and the end
// of what it has acknowledged. Another one does that.
func TestNothingIsLost(t *testing.T) {
	for name, do := range map[string]func(r *rig) slacktest.Ack{
		"message": func(r *rig) slacktest.Ack { return r.api.Say(ann, annDM, "", "hallo").Ack },
		"thread reply": func(r *rig) slacktest.Ack {
			_, head := r.posted("q1")
			return r.api.Say(ann, desk, head, "Ja, gern.").Ack
		},
		"command": func(r *rig) slacktest.Ack { return r.api.Command(ann, "C0GEN", "signups") },
		"press": func(r *rig) slacktest.Ack {
			r.posted("q1")
			a, err := r.api.Press(ann, desk, "Weiter")
			if err != nil {
				t.Error(err)
			}
			return a
		},
	} {
		t.Run(name, func(t *testing.T) {
			replicas(t, func(first, second *rig) {
				block := make(chan struct{})
				first.desk.answer(bot.Response{}, 0)
				first.desk.block = block
				first.run(func(bot.Update) error { <-block; return errors.New("dead") })
				if a := do(first); !a.OK || a.Took > 3*time.Second {
					t.Fatalf("acknowledged %+v", a)
				}
				synctest.Wait()
				first.dies()
				first.api.App = second
				second.desk.answer(bot.Response{Notice: "gesehen"}, 0)
				second.run(second.echo)
				time.Sleep(time.Minute)
				if n := len(second.got()) + second.desk.asked(); n != 1 {
					t.Errorf("done %d times after the crash", n)
				}
				if n := second.kept(); n != 0 {
					t.Errorf("%d deliveries are still kept", n)
				}
				close(block)
			})
		})
	}
}

// slowStore takes a second to store a delivery.
type slowStore struct{ bot.DocumentStore }

func (s slowStore) SaveDocument(ctx context.Context, d *bot.Document) error {
	time.Sleep(time.Second)
	return s.DocumentStore.SaveDocument(ctx, d)
}

// TestStoresBeforeAcknowledging has a process whose store is slow: what is
// acknowledged is stored all the same.
func TestStoresBeforeAcknowledging(t *testing.T) {
	bubble(t, func(r *rig) {
		r.desk.block = make(chan struct{})
		r.run(r.echo)
		if a := r.api.Command(ann, "C0GEN", "signups"); !a.OK || r.kept() != 1 {
			t.Errorf("a command is acknowledged %+v, and %d deliveries are kept", a, r.kept())
		}
		close(r.desk.block)
		synctest.Wait()
	}, func(cfg *slack.Config) { cfg.Store = slowStore{cfg.Store} })
}

// TestOnceOverReplicas delivers the same to another process, when the first
// one has done it and while it does.
func TestOnceOverReplicas(t *testing.T) {
	replicas(t, func(first, second *rig) {
		first.run(func(u bot.Update) error { time.Sleep(2 * time.Second); return first.echo(u) })
		second.run(second.echo)
		event := map[string]any{"type": "message", "channel": annDM, "channel_type": "im", "user": ann, "text": "hallo", "ts": "1500000000.000100"}
		for range 2 {
			for _, r := range []*rig{first, second} {
				synctest.Wait()
				first.api.App = r
				if a := first.api.Event(event, "Ev1"); !a.OK {
					t.Errorf("not acknowledged: %+v", a)
				}
			}
			time.Sleep(time.Minute)
		}
		if n := len(first.got()) + len(second.got()); n != 1 || len(first.api.Replies(annDM, ann)) != 1 {
			t.Errorf("handled %d times", n)
		}
		first.end()
	})
}
