package slack_test

import (
	"context"
	"errors"
	"fmt"
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
func (r *rig) posted() (id, message string) {
	r.t.Helper()
	synctest.Wait()
	id, err := r.Post(r.t.Context(), bot.Post{Key: "q1", View: *view("Karte")})
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
			_, head := r.posted()
			return r.api.Say(ann, desk, head, "Ja, gern.").Ack
		},
		"command": func(r *rig) slacktest.Ack { return r.api.Command(ann, "C0GEN", "signups") },
		"press": func(r *rig) slacktest.Ack {
			r.posted()
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

// TestOrderOverReplicas has a process die with what was written first in a
// thread, of which another one has the second: that waits.
func TestOrderOverReplicas(t *testing.T) {
	replicas(t, func(first, second *rig) {
		block := make(chan struct{})
		first.desk.block = block
		first.run(first.echo)
		_, head := first.posted()
		first.api.Say(ann, desk, head, "eins")
		synctest.Wait()
		first.dies()
		first.api.App = second
		second.run(second.echo)
		second.api.Say(ann, desk, head, "zwei")
		time.Sleep(time.Minute)
		if got := strings.Join(second.desk.all(), "; "); !strings.HasSuffix(got, "eins; thread "+desk+"/"+head+" zwei") {
			t.Errorf("taken as %s", got)
		}
		close(block)
	})
}

// TestOrderAfterCut delivers what was written in a thread the wrong way round,
// as it comes when a socket was cut.
func TestOrderAfterCut(t *testing.T) {
	r := socketRig(t)
	card, err := r.Post(t.Context(), bot.Post{Key: "q1", View: *view("Karte")})
	if err != nil {
		t.Fatal(err)
	}
	_, head, _ := strings.Cut(card, "/")
	r.desk.answer(bot.Response{Notice: "gesehen"}, 0)
	for _, at := range []string{"2500000000.000300", "2500000000.000100", "2500000000.000200"} {
		r.api.Event(map[string]any{"type": "message", "channel": desk, "channel_type": "channel", "user": ann, "text": at, "ts": at, "thread_ts": head}, "")
	}
	r.waitReplies(desk, ann, 4)
	for i, what := range r.desk.all() {
		if !strings.HasSuffix(what, fmt.Sprintf(".000%d00", i+1)) {
			t.Errorf("number %d is %q", i, what)
		}
	}
	r.end()
}

// TestChangedPost edits and removes what was written in a thread.
func TestChangedPost(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		_, head := r.posted()
		at := desk + "/" + head
		said := r.api.Say(ann, desk, head, "330 Meter")
		r.desk.answer(bot.Response{Notice: "schon weitergegeben"}, 0)
		for _, step := range []struct{ text, want string }{{"331 *Meter*", "edited thread " + at + " 331 Meter"}, {"", "removed thread " + at + " "}} {
			if a := r.api.Edit(desk, said.ID, step.text); !a.OK {
				t.Errorf("%q: %+v", step.text, a)
			}
			synctest.Wait()
			if got := r.desk.last(); got != step.want {
				t.Errorf("%q: %q", step.text, got)
			}
		}
		if got := r.api.Replies(desk, ann); got[len(got)-1].Only != ann || got[len(got)-1].Thread != head {
			t.Errorf("told %+v", got)
		}
	})
}
