package slack_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exchangebot/adapters/slack/slacktest"
	"exchangebot/bot"
)

func newRecorder() *httptest.ResponseRecorder { return httptest.NewRecorder() }

// TestRepeats sends a message through every fault: it comes once.
func TestRepeats(t *testing.T) {
	for _, kind := range []string{"429", "500", "503-after", "reset", "reset-after", "garbage", "garbage-after", "internal_error", "invalid_auth", "hang"} {
		t.Run(kind, func(t *testing.T) {
			bubble(t, func(r *rig) {
				r.run(r.echo)
				synctest.Wait()
				r.api.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: kind, RetryAfter: 3})
				ctx, cancel := context.WithTimeout(r.t.Context(), 2*time.Minute)
				defer cancel()
				start := time.Now()
				if err := r.Send(ctx, "slack:"+annDM, bot.Message{Text: "hallo"}); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start); kind == "429" && took < 3*time.Second {
					t.Errorf("sent again after %v", took)
				}
				if got := r.api.Replies(annDM, ann); len(got) != 1 {
					t.Errorf("sent %d times", len(got))
				}
			})
		})
	}
}

// TestRepeatsOnce loses the answer to a message, and the first looks for it
// as well.
func TestRepeatsOnce(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		synctest.Wait()
		r.api.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: "reset-after"})
		r.api.Inject(slacktest.Fault{Method: "conversations.history", Kind: "500", Count: 2})
		if err := r.Send(r.t.Context(), "slack:"+annDM, bot.Message{Text: "hallo"}); err != nil {
			t.Fatal(err)
		}
		if got := r.api.Replies(annDM, ann); len(got) != 1 {
			t.Errorf("sent %d times", len(got))
		}
	})
}

// TestDocumentThatDoesNotArrive loses what was uploaded, without a word.
func TestDocumentThatDoesNotArrive(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		synctest.Wait()
		r.api.Inject(slacktest.Fault{Method: "upload", Kind: "garbage"})
		if err := r.Send(r.t.Context(), "slack:"+annDM, bot.Message{File: &bot.File{Name: "data.json", Data: []byte("{}")}}); err != nil {
			t.Fatal(err)
		}
		if got := r.api.Replies(annDM, ann); len(got) != 1 || len(got[0].Files) != 1 {
			t.Errorf("sent %+v", got)
		}
		r.api.Forgive()
	})
}

func TestGivesUp(t *testing.T) {
	for kind, want := range map[string]error{"channel_not_found": bot.ErrGone, "is_archived": bot.ErrGone, "msg_too_long": bot.ErrRejected} {
		bubble(t, func(r *rig) {
			r.run(r.echo)
			synctest.Wait()
			r.api.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: kind})
			if err := r.Send(r.t.Context(), "slack:"+annDM, bot.Message{Text: "hallo"}); !errors.Is(err, want) {
				t.Errorf("%s: %v", kind, err)
			}
		})
	}
}

func TestThreadThatIsGone(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		synctest.Wait()
		err := r.Send(r.t.Context(), "slack:C0GEN/1500000000.000001", bot.Message{Text: "hallo"})
		if !errors.Is(err, bot.ErrGone) || len(r.api.Replies("C0GEN", ann)) != 0 {
			t.Errorf("%v, and said %v", err, r.api.Replies("C0GEN", ann))
		}
		clear := r.api.Violations()
		if len(clear) != 1 || !strings.Contains(clear[0], "thread_not_found") {
			t.Errorf("violations %v", clear)
		}
		r.api.Forgive()
	})
}

func TestPace(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		synctest.Wait()
		start := time.Now()
		for range 10 {
			if err := r.Send(r.t.Context(), "slack:"+annDM, bot.Message{Text: "hallo"}); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took < 7*time.Second || took > 8*time.Second {
			t.Errorf("ten messages took %v", took)
		}
		for _, c := range r.api.Calls("chat.postMessage") {
			if c.Error != "" {
				t.Errorf("refused: %s", c.Error)
			}
		}
	})
}

func TestSendShapes(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		synctest.Wait()
		send := func(m bot.Message) {
			t.Helper()
			if err := r.Send(r.t.Context(), "slack:"+annDM, m); err != nil {
				t.Fatal(err)
			}
		}
		long := strings.Repeat("Ein Satz, der *recht* lang ist. ", 1000)
		send(bot.Message{Text: long, Buttons: [][]bot.Button{{{Label: strings.Repeat("lang ", 40), Data: "/x"}, {Label: "Seite", URL: "https://example.org"}}}})
		if got := r.api.Replies(annDM, ann); len(got) < 3 || strings.Contains(text(got[0].Blocks), "actions") || !strings.Contains(text(got[len(got)-1].Blocks), "actions") {
			t.Errorf("a long text comes in %d messages", len(got))
		}
		send(bot.Message{Text: "kurz", Buttons: [][]bot.Button{{{Label: "A", Data: "a"}}, {{Label: "B", Data: "b"}}}})
		list := r.api.Replies(annDM, ann)
		last := list[len(list)-1]
		send(bot.Message{Edit: last.ID, Buttons: [][]bot.Button{{{Label: "C", Data: "c"}}}})
		list = r.api.Replies(annDM, ann)
		if got := text(list[len(list)-1].Blocks); !strings.Contains(got, `"C"`) || strings.Contains(got, `"A"`) || !strings.Contains(got, "kurz") {
			t.Errorf("after changing the buttons: %s", got)
		}
		send(bot.Message{Edit: "1500000000.000001", Text: "neu statt nirgends"})
		if got := r.api.Replies(annDM, ann); got[len(got)-1].Text != "neu statt nirgends" {
			t.Errorf("an edit of nothing: %+v", got[len(got)-1])
		}
		send(bot.Message{Press: ann + "/1.2", Text: "Notiz"})
		if got := r.api.Replies(annDM, ann); got[len(got)-1].Only != ann {
			t.Errorf("a notice: %+v", got[len(got)-1])
		}
		send(bot.Message{File: &bot.File{Name: "data.json", Data: []byte("{}")}, Text: "**Ihre Daten**"})
		got := r.api.Replies(annDM, ann)
		if m := got[len(got)-1]; len(m.Files) != 1 || m.Files[0].Data != "{}" || m.Text != "Ihre Daten" {
			t.Errorf("a file: %+v", m)
		}
		r.api.Forgive() // the edit of nothing
	})
}
