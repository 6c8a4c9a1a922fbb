package slacktest_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"exchangebot/adapters/slack/slacktest"
)

// post calls a method with JSON and returns what Slack says is wrong.
func post(t *testing.T, s *slacktest.Server, method string, body map[string]any) (result map[string]any, wrong string) {
	t.Helper()
	data, _ := json.Marshal(body)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://slack.test/api/"+method, strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+slacktest.BotToken)
	res, err := s.Transport().RoundTrip(r)
	if err != nil {
		return nil, "broken"
	}
	defer func() { _ = res.Body.Close() }()
	answer, _ := io.ReadAll(res.Body)
	if json.Unmarshal(answer, &result) != nil {
		return nil, "unreadable"
	}
	wrong, _ = result["error"].(string)
	return result, wrong
}

func workspace(t *testing.T) *slacktest.Server {
	s := slacktest.New(t)
	s.AddUser(slacktest.User{ID: "U1", Name: "ann", Locale: "de-DE"})
	s.AddChannel("C1", "U1")
	return s
}

type list = []any

func button(label, id string) map[string]any {
	return map[string]any{"type": "button", "action_id": id, "text": map[string]any{"type": "plain_text", "text": label}}
}

func section(text string) map[string]any {
	return map[string]any{"type": "section", "text": map[string]any{"type": "mrkdwn", "text": text}}
}

func TestRefusals(t *testing.T) {
	many := list{}
	for range 51 {
		many = append(many, section("x"))
	}
	options := list{map[string]any{"value": "", "text": map[string]any{"type": "plain_text", "text": "x"}}}
	for name, test := range map[string]struct {
		body map[string]any
		want string
	}{
		"fine":            {map[string]any{"channel": "C1", "text": "x", "blocks": list{section("x")}}, ""},
		"no such channel": {map[string]any{"channel": "C2", "text": "x"}, "channel_not_found"},
		"nothing":         {map[string]any{"channel": "C1"}, "no_text"},
		"too many":        {map[string]any{"channel": "C1", "text": "x", "blocks": many}, "invalid_blocks"},
		"too long":        {map[string]any{"channel": "C1", "text": "x", "blocks": list{section(strings.Repeat("x", 3001))}}, "invalid_blocks"},
		"long text":       {map[string]any{"channel": "C1", "text": strings.Repeat("x", 40_001)}, "msg_too_long"},
		"empty section":   {map[string]any{"channel": "C1", "text": "x", "blocks": list{section("")}}, "invalid_blocks"},
		"long button":     {map[string]any{"channel": "C1", "text": "x", "blocks": list{map[string]any{"type": "actions", "elements": list{button(strings.Repeat("x", 76), "a")}}}}, "invalid_blocks"},
		"same action":     {map[string]any{"channel": "C1", "text": "x", "blocks": list{map[string]any{"type": "actions", "elements": list{button("x", "a"), button("y", "a")}}}}, "invalid_blocks"},
		"empty actions":   {map[string]any{"channel": "C1", "text": "x", "blocks": list{map[string]any{"type": "actions", "elements": list{}}}}, "invalid_blocks"},
		"input":           {map[string]any{"channel": "C1", "text": "x", "blocks": list{map[string]any{"type": "input"}}}, "invalid_blocks"},
		"two tables":      {map[string]any{"channel": "C1", "text": "x", "blocks": list{table(), table()}}, "invalid_blocks"},
		"bad option":      {map[string]any{"channel": "C1", "text": "x", "blocks": list{map[string]any{"type": "section", "text": section("x")["text"], "accessory": map[string]any{"type": "static_select", "options": options}}}}, "invalid_blocks"},
		"unknown":         {map[string]any{"channel": "C1", "text": "x", "blocks": list{map[string]any{"type": "nonsense"}}}, "invalid_blocks"},
	} {
		s := workspace(t)
		_, wrong := post(t, s, "chat.postMessage", test.body)
		if wrong != test.want || (wrong == "") != (len(s.Violations()) == 0) {
			t.Errorf("%s: %q, violations %q", name, wrong, s.Violations())
		}
	}
}

func table() map[string]any {
	return map[string]any{"type": "table", "rows": list{list{map[string]any{"type": "raw_text", "text": "x"}}}}
}

// TestNoticed does what Slack takes and a correct client would not do.
func TestNoticed(t *testing.T) {
	s := workspace(t)
	head := s.Say("U1", "C1", "", "hallo").ID
	reply := s.Say("U1", "C1", head, "noch etwas").ID
	large := list{}
	for range 5 {
		large = append(large, section(strings.Repeat("x", 2800)))
	}
	for want, body := range map[string]map[string]any{
		"without the text":  {"blocks": list{section("x")}},
		"may be too many":   {"text": "x", "blocks": large},
		"at the top":        {"text": "x", "thread_ts": "1.000001"},
		"what stands in it": {"text": "x", "thread_ts": reply},
	} {
		s.Forgive()
		body["channel"] = "C1"
		if _, wrong := post(t, s, "chat.postMessage", body); wrong != "" {
			t.Errorf("%q is refused: %s", want, wrong)
		}
		if got := s.Violations(); len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("violations %q, want one of %q", got, want)
		}
	}
}

// TestToldOnRequest asks for what Slack tells only to those who want it.
func TestToldOnRequest(t *testing.T) {
	s := workspace(t)
	post(t, s, "chat.postMessage", map[string]any{"channel": "C1", "text": "x", "metadata": map[string]any{"event_type": "mark"}})
	for _, test := range []struct {
		method, flag, told string
		body               map[string]any
	}{
		{"conversations.history", "include_all_metadata", "event_type", map[string]any{"channel": "C1"}},
		{"users.info", "include_locale", "de-DE", map[string]any{"user": "U1"}},
	} {
		for _, wanted := range []bool{false, true} {
			test.body[test.flag] = wanted
			result, wrong := post(t, s, test.method, test.body)
			if data, _ := json.Marshal(result); wrong != "" || strings.Contains(string(data), test.told) != wanted {
				t.Errorf("%s with %v: %q %s", test.method, test.body, wrong, data)
			}
		}
	}
}

// app is a bot that acknowledges after a while, and knows the trigger of the
// last command.
type app struct {
	slow    time.Duration
	trigger string
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	time.Sleep(a.slow)
	if id := r.FormValue("trigger_id"); id != "" {
		a.trigger = id
	}
}

func TestTriggersAndHashes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, a := workspace(t), &app{}
		s.App, _ = a, s.Transport()
		modal := map[string]any{"type": "modal", "title": map[string]any{"type": "plain_text", "text": "T"}, "blocks": list{section("x")}}
		open := func(wait time.Duration, view map[string]any, want string) map[string]any {
			t.Helper()
			s.Command("U1", "C1", "open")
			time.Sleep(wait)
			result, wrong := post(t, s, "views.open", map[string]any{"trigger_id": a.trigger, "view": view})
			if wrong != want {
				t.Errorf("opened: %q, want %q", wrong, want)
			}
			opened, _ := result["view"].(map[string]any)
			return opened
		}
		open(4*time.Second, modal, "expired_trigger_id")
		open(0, map[string]any{"type": "modal", "title": map[string]any{"type": "plain_text", "text": strings.Repeat("x", 25)}, "blocks": list{}}, "invalid_arguments")
		view := open(0, modal, "")
		if _, wrong := post(t, s, "views.open", map[string]any{"trigger_id": a.trigger, "view": modal}); wrong != "exchanged_trigger_id" {
			t.Errorf("opened twice: %q", wrong)
		}
		for _, want := range []string{"", "hash_conflict"} {
			if _, wrong := post(t, s, "views.update", map[string]any{"view_id": view["id"], "hash": view["hash"], "view": modal}); wrong != want {
				t.Errorf("updated: %q, want %q", wrong, want)
			}
		}
	})
}

func TestLateAcknowledgement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, a := workspace(t), &app{slow: 4 * time.Second}
		s.App, _ = a, s.Transport()
		if ack := s.Command("U1", "C1", "x"); ack.OK {
			t.Error("taken for acknowledged")
		}
		if got := s.Violations(); len(got) != 1 || !strings.Contains(got[0], "not acknowledged in time") {
			t.Errorf("violations %q", got)
		}
	})
}

func TestFaults(t *testing.T) {
	for kind, want := range map[string]string{"500": "unreadable", "reset": "broken", "garbage": "unreadable", "429": "ratelimited", "fatal_error": "fatal_error", "reset-after": "broken"} {
		s := workspace(t)
		s.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: kind, Skip: 1})
		for i, expected := range []string{"", want, ""} {
			if _, wrong := post(t, s, "chat.postMessage", map[string]any{"channel": "C1", "text": "x"}); wrong != expected {
				t.Errorf("%s: call %d: %q", kind, i, wrong)
			}
		}
		done := 2
		if strings.HasSuffix(kind, "-after") {
			done = 3
		}
		if n := len(s.Replies("C1", "U1")); n != done {
			t.Errorf("%s: carried out %d times", kind, n)
		}
	}
}

// TestRedelivery breaks a socket before the acknowledgement: the next one
// brings the event again.
func TestRedelivery(t *testing.T) {
	s := workspace(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	dial := func() *websocket.Conn {
		r, _ := http.NewRequestWithContext(ctx, http.MethodPost, s.URL()+"apps.connections.open", nil)
		r.Header.Set("Authorization", "Bearer "+slacktest.AppToken)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var opened struct {
			URL string `json:"url"`
		}
		if err := json.NewDecoder(res.Body).Decode(&opened); err != nil {
			t.Fatal(err)
		}
		ws, hello, err := websocket.DefaultDialer.DialContext(ctx, opened.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = hello.Body.Close()
		return ws
	}
	read := func(ws *websocket.Conn) (e struct {
		ID      string `json:"envelope_id"`
		Type    string `json:"type"`
		Attempt int    `json:"retry_attempt"`
	}) {
		for e.Type != "events_api" {
			if err := ws.ReadJSON(&e); err != nil {
				t.Fatal(err)
			}
		}
		return e
	}
	first := dial()
	if s.Wait(ctx, func() bool { return s.Sockets() == 1 }) != nil {
		t.Fatal("no socket")
	}
	go s.Say("U1", "C1", "", "hallo")
	if e := read(first); e.Attempt != 0 {
		t.Errorf("attempt %d", e.Attempt)
	}
	_ = first.Close()
	if s.Wait(ctx, func() bool { return s.Sockets() == 0 }) != nil {
		t.Fatal("the socket stays")
	}
	second := dial()
	e := read(second)
	if e.Attempt != 1 {
		t.Errorf("attempt %d", e.Attempt)
	}
	if err := second.WriteJSON(map[string]any{"envelope_id": e.ID}); err != nil {
		t.Fatal(err)
	}
	if err := second.WriteJSON(map[string]any{"envelope_id": e.ID}); err != nil {
		t.Fatal(err)
	}
	if s.Wait(ctx, func() bool { return len(s.Violations()) == 1 }) != nil {
		t.Errorf("acknowledged twice: %q", s.Violations())
	}
}
