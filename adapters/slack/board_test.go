package slack_test

import (
	"errors"
	"testing"
	"testing/synctest"

	"exchangebot/adapters/slack/slacktest"
	"exchangebot/bot"
)

func TestPostOnce(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		synctest.Wait()
		r.api.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: "reset-after"})
		if _, err := r.Post(r.t.Context(), bot.Post{Key: "k1", View: *view("Karte")}); err == nil {
			t.Error("a lost answer is no error")
		}
		id, err := r.Post(r.t.Context(), bot.Post{Key: "k1", View: *view("Karte")})
		if err != nil {
			t.Fatal(err)
		}
		again, err := r.Post(r.t.Context(), bot.Post{Key: "k1", View: *view("Karte")})
		if err != nil || again != id || len(r.api.Replies(desk, ann)) != 1 {
			t.Errorf("%v: %q and %q, posted %d times", err, id, again, len(r.api.Replies(desk, ann)))
		}
		reply, err := r.Post(r.t.Context(), bot.Post{Key: "k2", Thread: id, View: bot.View{Text: "Nachfrage"}})
		if err != nil {
			t.Fatal(err)
		}
		if again, err := r.Post(r.t.Context(), bot.Post{Key: "k2", Thread: id, View: bot.View{Text: "Nachfrage"}}); err != nil || again != reply {
			t.Errorf("%v: %q and %q", err, again, reply)
		}
		if err := r.Update(r.t.Context(), id, *view("Karte, neu")); err != nil {
			t.Error(err)
		}
		got := r.api.Replies(desk, ann)
		if got[0].Text != "Karte, neu" || len(got) != 2 || got[1].Thread != got[0].ID || got[1].Text != "Nachfrage" {
			t.Errorf("%+v", got)
		}
		r.api.Delete(desk, got[0].ID)
		if err := r.Update(r.t.Context(), id, *view("x")); !errors.Is(err, bot.ErrGone) {
			t.Errorf("update of what is gone: %v", err)
		}
		if _, err := r.Post(r.t.Context(), bot.Post{Key: "k3", Thread: id, View: *view("x")}); !errors.Is(err, bot.ErrGone) {
			t.Errorf("post in a thread that is gone: %v", err)
		}
		if _, err := r.Post(r.t.Context(), bot.Post{Key: "k3", Thread: "nonsense", View: *view("x")}); !errors.Is(err, bot.ErrRejected) {
			t.Errorf("post in nonsense: %v", err)
		}
		r.api.Forgive()
	})
}
