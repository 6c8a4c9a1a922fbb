package slack_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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
		id, err := r.Post(r.t.Context(), bot.Post{Key: "k1", View: *view("Karte, neuer")})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.api.Replies(desk, ann); got[0].Text != "Karte, neuer" {
			t.Errorf("a card whose answer was lost shows %q", got[0].Text)
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
		said := r.api.Say(ann, desk, "", "unter uns")
		r.api.Inject(slacktest.Fault{Method: "conversations.replies", Kind: "500"})
		for at, want := range map[string]string{id: "k1", desk + "/" + said.ID: "", desk + "/1.000001": ""} {
			if key, err := r.Key(r.t.Context(), at); err != nil || key != want {
				t.Errorf("%v: the key of %s is %q, want %q", err, at, key, want)
			}
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

// TestPostOnceInACrowd looks for a post behind many others, in the channel and
// in a thread.
func TestPostOnceInACrowd(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		time.Sleep(time.Hour)
		due := time.Now()
		head, err := r.Post(r.t.Context(), bot.Post{Key: "head", View: *view("Karte"), Since: due})
		if err != nil {
			t.Fatal(err)
		}
		_, thread, _ := strings.Cut(head, "/")
		posts := []bot.Post{{Key: "k1", View: *view("Karte"), Since: due}, {Key: "k2", Thread: head, View: *view("Nachfrage"), Since: due}}
		r.api.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: "reset-after", Count: len(posts)})
		for _, p := range posts {
			if _, err := r.Post(r.t.Context(), p); err == nil {
				t.Error("a lost answer is no error")
			}
		}
		r.desk.answer(bot.Response{}, 0)
		for range 450 {
			time.Sleep(time.Second)
			r.api.Say(ann, desk, "", "unter uns")
			r.api.Say(ann, desk, thread, "// unter uns")
		}
		for _, p := range posts {
			first, err := r.Post(r.t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			p.Since = time.Time{} // nobody knows
			if again, err := r.Post(r.t.Context(), p); err != nil || again != first {
				t.Errorf("%v: %q and %q", err, first, again)
			}
		}
		if got := r.api.Replies(desk, ann); len(got) != 3 {
			t.Errorf("posted %d times", len(got))
		}
		calls := len(r.api.Calls("conversations.history"))
		if _, err := r.Post(r.t.Context(), bot.Post{Key: "k3", View: *view("Karte"), Since: time.Now()}); err != nil {
			t.Fatal(err)
		}
		if n := len(r.api.Calls("conversations.history")) - calls; n != 2 {
			t.Errorf("read %d pages of a channel in which little can be meant", n)
		}
	})
}

// TestBoardThatIsGone says what is wrong, and loses nothing.
func TestBoardThatIsGone(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		synctest.Wait()
		r.api.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: "is_archived"})
		p := bot.Post{Key: "k1", View: *view("Karte")}
		if _, err := r.Post(r.t.Context(), p); err == nil || errors.Is(err, bot.ErrGone) || errors.Is(err, bot.ErrRejected) {
			t.Errorf("in a channel that is archived: %v", err)
		}
		if err := r.Ready(); err == nil || !strings.Contains(err.Error(), "SLACK_CHANNEL: post: is_archived") {
			t.Errorf("not told: %v", err)
		}
		if _, err := r.Post(r.t.Context(), p); err != nil || r.Ready() != nil {
			t.Errorf("afterwards: %v, %v", err, r.Ready())
		}
	})
}
