package telegramtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exchangebot/adapters/telegram/telegramtest"
)

type reply struct {
	OK          bool            `json:"ok"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Result      json.RawMessage `json:"result"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

func call(t *testing.T, s *telegramtest.Server, method, body string) reply {
	t.Helper()
	return callAs(t, s, telegramtest.Token, method, body)
}

func callAs(t *testing.T, s *telegramtest.Server, token, method, body string) reply {
	t.Helper()
	r, _ := http.NewRequest(http.MethodPost, "http://api.test/bot"+token+"/"+method, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	res, err := s.Transport().RoundTrip(r)
	if err != nil {
		return reply{Description: err.Error()}
	}
	defer res.Body.Close()
	var a reply
	if err := json.NewDecoder(res.Body).Decode(&a); err != nil {
		return reply{Code: res.StatusCode, Description: err.Error()}
	}
	return a
}

// unlimited has one person, 7, to whom the bot has sent message 2 with a button.
func unlimited(t *testing.T) *telegramtest.Server {
	s := telegramtest.New(t)
	s.Limit(telegramtest.Limits{})
	s.SendText(7, "hello")
	call(t, s, "sendMessage", `{"chat_id":7,"text":"hi","reply_markup":{"inline_keyboard":[[{"text":"Yes","callback_data":"yes"}]]}}`)
	return s
}

func TestRefusals(t *testing.T) {
	keyboard := func(button string) string {
		return `{"chat_id":7,"text":"a","reply_markup":{"inline_keyboard":[[` + button + `]]}}`
	}
	long := strings.Repeat("x", 4096)
	for _, c := range []struct{ method, body, want string }{
		{"sendMessage", `{"chat_id":7,"text":"ok"}`, ""},
		{"sendMessage", `{"chat_id":7,"text":"<b>` + long + `</b>","parse_mode":"HTML"}`, ""},
		{"sendMessage", `{"chat_id":7,"text":"` + long + `x"}`, "message is too long"},
		{"sendMessage", `{"chat_id":7,"text":"` + strings.Repeat("😀", 2049) + `"}`, "message is too long"},
		{"sendMessage", `{"chat_id":7}`, `parameter "text" is required`},
		{"sendMessage", `{"chat_id":7,"text":" \n "}`, "message text is empty"},
		{"sendMessage", `{"chat_id":99,"text":"a"}`, "chat not found"},
		{"sendMessage", `{"chat_id":7,"text":"a","colour":"red"}`, `unknown parameter "colour"`},
		{"sendMessage", `{"chat_id":7,"text":"a <x>","parse_mode":"HTML"}`, `Unsupported start tag "x"`},
		{"sendMessage", `{"chat_id":7,"text":"<b>a","parse_mode":"HTML"}`, "Can't find end tag"},
		{"sendMessage", `{"chat_id":7,"text":"<b>a</i>","parse_mode":"HTML"}`, "Unmatched end tag"},
		{"sendMessage", `{"chat_id":7,"text":"a & b","parse_mode":"HTML"}`, "bare ampersand"},
		{"sendMessage", `{"chat_id":7,"text":"a > b","parse_mode":"HTML"}`, "bare >"},
		{"sendMessage", `{"chat_id":7,"text":"<a href=\"mailto:a@b.c\">a</a>","parse_mode":"HTML"}`, "link without an address"},
		{"sendMessage", `{"chat_id":7,"text":"<b><code>a</code></b>","parse_mode":"HTML"}`, "must not stand here"},
		{"sendMessage", `{"chat_id":7,"text":"<pre><code class=\"language-go\">a</code></pre>","parse_mode":"HTML"}`, ""},
		{"sendMessage", `{"chat_id":7,"text":"a","parse_mode":"Markdown"}`, "unsupported parse_mode"},
		{"sendMessage", keyboard(`{"text":"b","callback_data":"` + long[:65] + `"}`), "BUTTON_DATA_INVALID"},
		{"sendMessage", keyboard(`{"text":"","callback_data":"x"}`), "text must be non-empty"},
		{"sendMessage", keyboard(`{"text":"b"}`), "one action is needed"},
		{"sendMessage", keyboard(`{"text":"b","url":"javascript:x"}`), "Wrong HTTP URL"},
		{"sendPhoto", `{"chat_id":7,"photo":"https://x.org/p.jpg"}`, ""},
		{"sendPhoto", `{"chat_id":7,"photo":"https://x.org/p.jpg","caption":"<b>` + long[:1024] + `</b>","parse_mode":"HTML"}`, ""},
		{"sendPhoto", `{"chat_id":7,"photo":"https://x.org/p.jpg","caption":"` + long[:1025] + `"}`, "caption is too long"},
		{"sendPhoto", `{"chat_id":7,"photo":"https://x.org/p.jpg","text":"a"}`, "unknown parameter"},
		{"sendPhoto", `{"chat_id":7,"photo":"http://x.org/p.jpg"}`, "wrong file identifier/HTTP URL specified"},
		{"sendPhoto", `{"chat_id":7}`, `parameter "photo" is required`},
		{"editMessageText", `{"chat_id":7,"message_id":2,"text":"hi","reply_markup":{"inline_keyboard":[[{"text":"Yes","callback_data":"yes"}]]}}`, "message is not modified"},
		{"editMessageText", `{"chat_id":7,"message_id":2,"text":"hi"}`, ""},
		{"editMessageReplyMarkup", `{"chat_id":7,"message_id":2}`, ""},
		{"editMessageText", `{"chat_id":7,"message_id":99,"text":"hi"}`, "message to edit not found"},
		{"editMessageText", `{"chat_id":7,"message_id":1,"text":"hi"}`, "message can't be edited"},
		{"answerCallbackQuery", `{"callback_query_id":"5"}`, "query is too old"},
		{"setMyCommands", `{"commands":[{"command":"Start","description":"x"}]}`, "BOT_COMMAND_INVALID"},
		{"setMyName", `{"name":"` + long[:65] + `"}`, "name is too long"},
		{"setWebhook", `{"url":"http://hook.test/","secret_token":"sp ace"}`, "secret token"},
		{"sendDance", `{}`, "method not found"},
	} {
		got := call(t, unlimited(t), c.method, c.body)
		if got.OK != (c.want == "") || !strings.Contains(got.Description, c.want) {
			t.Errorf("%s %.100s: got %q, want %q", c.method, c.body, got.Description, c.want)
		}
	}
}

func TestWrongToken(t *testing.T) {
	s := telegramtest.New(t)
	if got := callAs(t, s, "1:X", "getMe", ""); got.Code != 401 || len(s.Violations()) != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestPeopleWhoAreGone(t *testing.T) {
	s := unlimited(t)
	s.Block(7, true, false)
	if got := call(t, s, "sendMessage", `{"chat_id":7,"text":"a"}`); got.Code != 403 {
		t.Errorf("blocked: %+v", got)
	}
	s.Block(7, false, false)
	s.Deactivate(7)
	if got := call(t, s, "sendMessage", `{"chat_id":7,"text":"a"}`); !strings.Contains(got.Description, "deactivated") {
		t.Errorf("deactivated: %+v", got)
	}
	s.Migrate(-5, -1005)
	if got := call(t, s, "sendMessage", `{"chat_id":-5,"text":"a"}`); got.Parameters.MigrateTo != -1005 {
		t.Errorf("migrated: %+v", got)
	}
}

func TestRates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := telegramtest.New(t)
		s.SendText(7, "hello")
		for n, want := range []int{0, 0, 0, 429, 429} {
			if got := call(t, s, "sendMessage", `{"chat_id":7,"text":"a"}`); got.Code != want || want != 0 && got.Parameters.RetryAfter != 1 {
				t.Errorf("message %d: %+v", n, got)
			}
		}
		if n := len(s.Violations()); n != 2 {
			t.Errorf("%d violations: %v", n, s.Violations())
		}
		time.Sleep(time.Second)
		if got := call(t, s, "sendMessage", `{"chat_id":7,"text":"a"}`); !got.OK {
			t.Errorf("after the wait: %+v", got)
		}
	})
}

func TestPolling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := telegramtest.New(t)
		first := s.SendText(7, "one")
		s.SendText(7, "two")
		count := func(body string) int {
			var list []json.RawMessage
			_ = json.Unmarshal(call(t, s, "getUpdates", body).Result, &list)
			return len(list)
		}
		if n := count(`{}`); n != 2 {
			t.Errorf("first time: %d", n)
		}
		if n := count(`{}`); n != 2 {
			t.Errorf("unconfirmed: %d", n)
		}
		offset, _ := json.Marshal(map[string]int64{"offset": first + 1})
		if n := count(string(offset)); n != 1 || s.Pending() != 1 {
			t.Errorf("confirmed: %d", n)
		}
		s.Redeliver(first)
		if n := count(`{}`); n != 2 {
			t.Errorf("redelivered: %d", n)
		}
		go call(t, s, "getUpdates", `{"offset":999999999,"timeout":50}`)
		synctest.Wait()
		if call(t, s, "getUpdates", `{}`); len(s.Violations()) != 1 {
			t.Errorf("second poller: %v", s.Violations())
		}
	})
}

func TestWebhookDelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := telegramtest.New(t)
		var got []string
		s.Deliver.Transport = telegramtest.Direct(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var body bytes.Buffer
			_, _ = body.ReadFrom(r.Body)
			got = append(got, body.String())
			if r.Header.Get("X-Telegram-Bot-Api-Secret-Token") != "s3" {
				t.Error("secret is missing")
			}
			if len(got) < 3 {
				w.WriteHeader(http.StatusInternalServerError)
			}
		}))
		if a := call(t, s, "setWebhook", `{"url":"http://hook.test/","secret_token":"s3"}`); !a.OK {
			t.Fatal(a.Description)
		}
		if a := call(t, s, "getUpdates", `{}`); a.Code != 409 {
			t.Errorf("polling beside the webhook: %+v", a)
		}
		s.SendText(7, "one")
		if err := s.Wait(t.Context(), func() bool { return s.Pending() == 0 }); err != nil || len(got) != 3 || got[0] != got[2] {
			t.Errorf("%v: delivered %q", err, got)
		}
	})
}

func TestPressAndAnswer(t *testing.T) {
	s := unlimited(t)
	if _, err := s.Press(7, "Yes"); err != nil {
		t.Fatal(err)
	}
	call(t, s, "answerCallbackQuery", `{"callback_query_id":"1","text":"ok"}`)
	call(t, s, "answerCallbackQuery", `{"callback_query_id":"1"}`)
	if c := s.Callbacks(); c[0].Notice != "ok" || c[0].Answers != 2 || len(s.Violations()) != 1 {
		t.Errorf("%+v, %v", c[0], s.Violations())
	}
}

func TestFaults(t *testing.T) {
	for kind, sent := range map[string]int{"500": 0, "502": 0, "429": 0, "reset": 0, "garbage": 0, "reset-after": 1, "500-after": 1} {
		s := unlimited(t)
		s.Inject(telegramtest.Fault{Method: "sendMessage", Kind: kind})
		if a := call(t, s, "sendMessage", `{"chat_id":7,"text":"a"}`); a.OK || len(s.Replies(7)) != 1+sent {
			t.Errorf("%s: %+v, %d messages", kind, a, len(s.Replies(7)))
		}
		if a := call(t, s, "sendMessage", `{"chat_id":7,"text":"b"}`); !a.OK {
			t.Errorf("after %s: %+v", kind, a)
		}
	}
}

func TestFaultsByChance(t *testing.T) {
	hits := func(seed uint64) (n int) {
		s := unlimited(t)
		s.Seed(seed)
		s.Inject(telegramtest.Fault{Method: "sendMessage", Kind: "500", Count: -1, Chance: 0.1})
		for range 1000 {
			if a := call(t, s, "sendMessage", `{"chat_id":7,"text":"a"}`); !a.OK {
				n++
			}
		}
		return n
	}
	if a, b, c := hits(1), hits(1), hits(2); a < 70 || a > 130 || a != b || a == c {
		t.Errorf("%d, %d again, %d by another seed", a, b, c)
	}
}

func TestPaidBroadcasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := telegramtest.New(t)
		s.Meet(1, 100)
		count := func(params string) (n int) {
			for i := range 50 {
				if call(t, s, "sendMessage", fmt.Sprintf(`{"chat_id":%d,"text":"a"%s}`, i+1, params)).OK {
					n++
				}
				time.Sleep(time.Millisecond)
			}
			return n
		}
		if n := count(`,"allow_paid_broadcast":true`); n != 50 {
			t.Errorf("%d that are paid for", n)
		}
		if n := count(""); n != 30 {
			t.Errorf("%d that are not", n)
		}
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := telegramtest.New(t).WaitReplies(ctx, 7, 1); err == nil {
		t.Error("no error")
	}
}
