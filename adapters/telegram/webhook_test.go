package telegram_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"exchangebot/adapters/telegram/telegramtest"
	"exchangebot/bot"
)

// post delivers something to the webhook, which answers with a status.
func (r *rig) post(secret, body string) int {
	q, _ := http.NewRequestWithContext(r.t.Context(), http.MethodPost, "https://bot.test/telegram/webhook", strings.NewReader(body))
	if secret != "" {
		q.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	}
	res, err := telegramtest.Direct(r.Channel).RoundTrip(q)
	if err != nil {
		r.t.Error(err)
		return 0
	}
	defer res.Body.Close()
	return res.StatusCode
}

func TestWebhookAnswers(t *testing.T) {
	ok := message(ann, private, `"text":"hi"`)
	for _, c := range []struct {
		name, secret, body string
		err                error // of the turn
		want, turns        int
	}{
		{"an update", "s3cret", ok, nil, 200, 1},
		{"a failed turn", "s3cret", ok, errStore, 500, 1},
		{"no secret", "", ok, nil, 401, 0},
		{"a wrong secret", "s3cret2", ok, nil, 401, 0},
		{"broken JSON", "s3cret", ok[:50], nil, 400, 0},
		{"no update", "s3cret", `{"ok":true}`, nil, 400, 0},
		{"nothing", "s3cret", ``, nil, 400, 0},
		{"too much", "s3cret", strings.Repeat(" ", 2<<20), nil, 413, 0},
		{"an unknown kind", "s3cret", `{"update_id":1,"from_the_future":{}}`, nil, 200, 0},
		{"a chat member of an unknown kind", "s3cret", `{"update_id":1,"my_chat_member":{"new_chat_member":{"status":"ghost"}}}`, nil, 200, 0},
		{"talk in a group", "s3cret", message(ann, group, `"text":"hi"`), nil, 200, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				turns := 0
				r.run(func(u bot.Update, done func(error)) {
					turns++
					done(c.err)
				})
				if got := r.post(c.secret, c.body); got != c.want || turns != c.turns {
					t.Errorf("status %d after %d turns", got, turns)
				}
				if strings.Contains(r.logs.String(), "hi") && strings.Contains(r.logs.String(), `"text"`) {
					t.Errorf("the log quotes a citizen: %s", r.logs)
				}
			}, webhook)
		})
	}
}

func TestWebhookIsSetOnce(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.run(r.echo)
		want := telegramtest.Webhook{
			URL: "https://bot.test/telegram/webhook", Secret: "s3cret", MaxConnections: 40,
			Allowed: []string{"message", "edited_message", "callback_query", "my_chat_member"},
		}
		if diff := cmp.Diff(want, r.api.Webhook()); diff != "" {
			t.Error(diff)
		}
		if err := r.Ready(); err != nil {
			t.Error(err)
		}
		r.settle(time.Hour)
		if n := len(r.api.Calls("setWebhook")); n != 1 {
			t.Errorf("set %d times", n)
		}
		// Somebody, perhaps this bot in its last run, has set another secret.
		for range 10 {
			r.post("other", message(ann, private, `"text":"hi"`))
			r.settle(20 * time.Second)
		}
		if n := len(r.api.Calls("setWebhook")) - 1; n < 1 || n > 5 {
			t.Errorf("set anew %d times in 200 s", n)
		}
		r.clean()
	}, webhook)
}

func TestWebhookIsSetInSpiteOf429(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.api.Inject(telegramtest.Fault{Method: "setWebhook", Kind: "429", Count: 2, RetryAfter: 3})
		r.run(r.echo)
		if r.Ready() == nil {
			t.Error("ready without a webhook")
		}
		r.settle(7 * time.Second)
		if r.api.Webhook().URL == "" || r.Ready() != nil {
			t.Errorf("not set: %v", r.Ready())
		}
		r.clean()
	}, webhook)
}

func TestWebhookConfirmsOnlyWhatIsDone(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		h := &hands{}
		r.run(h.sink)
		r.api.SendText(1, "a")
		r.api.SendText(2, "b")
		r.settle(time.Second)
		h.settle(nil, "b")
		r.settle(time.Second)
		if r.api.Pending() != 1 {
			t.Errorf("%d pending", r.api.Pending())
		}
		h.settle(errStore, "a")
		r.settle(time.Second)
		if len(h.got) != 3 || r.api.Pending() != 1 {
			t.Errorf("got %q, %d pending", h.list(), r.api.Pending())
		}
		h.settle(nil, "a")
		r.settle(time.Second)
		if r.api.Pending() != 0 {
			t.Errorf("%d pending", r.api.Pending())
		}
		r.clean()
	}, webhook)
}

func TestWebhookRepetitionWaitsForTheSameTurn(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		h := &hands{}
		r.run(h.sink)
		answers := make(chan int, 3)
		for range 3 {
			go func() { answers <- r.post("s3cret", message(ann, private, `"text":"a"`)) }()
		}
		synctest.Wait()
		if len(answers) > 0 || h.list() != "a" {
			t.Errorf("%d answers, got %q", len(answers), h.list())
		}
		h.settle(nil, "a")
		for range 3 {
			if got := <-answers; got != 200 {
				t.Errorf("status %d", got)
			}
		}
	}, webhook)
}

func TestWebhookBeforeAndAfterRun(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		if got := r.post("s3cret", message(ann, private, `"text":"a"`)); got != 503 {
			t.Errorf("before: %d", got)
		}
		h := &hands{}
		r.run(h.sink)
		answer := make(chan int, 1)
		go func() { answer <- r.post("s3cret", message(ann, private, `"text":"a"`)) }()
		synctest.Wait()
		go func() {
			time.Sleep(time.Second)
			h.settle(nil, "a")
		}()
		r.stop()
		if got := <-answer; got != 200 {
			t.Errorf("a turn under way: %d", got)
		}
		if got := r.post("s3cret", message(ann, private, `"text":"b"`)); got != 503 {
			t.Errorf("after: %d", got)
		}
	}, webhook)
}

func TestWebhookIsClosedWhilePolling(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.run(r.echo)
		if got := r.post("", message(ann, private, `"text":"a"`)); got != 404 {
			t.Errorf("status %d", got)
		}
	})
}

// A citizen's update goes in, the exact requests come out.
func TestConversation(t *testing.T) {
	press := `{"update_id":42,"callback_query":{"id":"1",` + ann + `,"message":{"message_id":3,` + private + `,"text":"?"},"data":"y"}}`
	const preview = `{"is_disabled":true}`
	for _, c := range []struct {
		name, update string
		replies      []bot.Message
		want         []telegramtest.Call
	}{
		{"an answer with buttons", message(ann, private, `"text":"Was?"`),
			[]bot.Message{{Text: "**So** & so.", Buttons: [][]bot.Button{{{Label: "Ja", Data: "y"}, {Label: "Mehr", URL: "https://x.org"}}}}},
			[]telegramtest.Call{{Method: "sendMessage", Params: map[string]string{
				"chat_id": "7", "text": "<b>So</b> &amp; so.", "parse_mode": "HTML", "link_preview_options": preview,
				"reply_markup": `{"inline_keyboard":[[{"text":"Ja","callback_data":"y"},{"text":"Mehr","url":"https://x.org"}]]}`,
			}}}},
		{"a press that edits", press,
			[]bot.Message{{Press: "1", Text: "Danke!"}, {Edit: "3", Text: "Neu", Buttons: [][]bot.Button{{{Label: "Ja", Data: "y"}}}}},
			[]telegramtest.Call{
				{Method: "answerCallbackQuery", Params: map[string]string{"callback_query_id": "1", "text": "Danke!"}},
				{Method: "editMessageText", Params: map[string]string{
					"chat_id": "7", "message_id": "3", "text": "Neu", "parse_mode": "HTML", "link_preview_options": preview,
					"reply_markup": `{"inline_keyboard":[[{"text":"Ja","callback_data":"y"}]]}`,
				}},
			}},
		{"a press that takes the buttons away", press,
			[]bot.Message{{Press: "1"}, {Edit: "3"}},
			[]telegramtest.Call{
				{Method: "answerCallbackQuery", Params: map[string]string{"callback_query_id": "1"}},
				{Method: "editMessageReplyMarkup", Params: map[string]string{"chat_id": "7", "message_id": "3"}},
			}},
		{"a topic of a forum", message(ann, group, `"message_thread_id":77,"is_topic_message":true,"text":"/help"`),
			[]bot.Message{{Text: "Hi"}},
			[]telegramtest.Call{{Method: "sendMessage", Params: map[string]string{
				"chat_id": "-1005", "message_thread_id": "77", "text": "Hi", "parse_mode": "HTML", "link_preview_options": preview,
			}}}},
		{"nothing to say", message(ann, private, `"text":"Was?"`), []bot.Message{{}, {Text: " "}, {Buttons: [][]bot.Button{{{Label: "x", Data: "y"}}}}, {Edit: "x"}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				r.api.SendText(7, "Hallo")
				r.api.SendTo(-1005, 7, "Hallo")
				if err := r.Send(t.Context(), "telegram:7", bot.Message{Text: "?", Buttons: [][]bot.Button{{{Label: "Ja", Data: "y"}, {Label: "Nein", Data: "y2"}}}}); err != nil {
					t.Fatal(err)
				}
				if _, err := r.api.Press(7, "Ja"); err != nil {
					t.Fatal(err)
				}
				before := len(r.api.Calls(""))
				r.run(func(u bot.Update, done func(error)) {
					if u.ID != "42" {
						done(nil)
						return
					}
					go func() {
						for _, m := range c.replies {
							if err := r.Send(t.Context(), u.Chat, m); err != nil {
								t.Error(err)
							}
						}
						done(nil)
					}()
				})
				if got := r.post("s3cret", c.update); got != 200 {
					t.Errorf("status %d", got)
				}
				var got []telegramtest.Call
				for _, call := range r.api.Calls("")[before:] {
					if !strings.Contains(call.Method, "Webhook") {
						got = append(got, telegramtest.Call{Method: call.Method, Params: call.Params, Code: call.Code})
					}
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Error(diff)
				}
				r.clean()
			}, webhook)
		})
	}
}
