package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"exchangebot/adapters/telegram"
	"exchangebot/adapters/telegram/telegramtest"
	"exchangebot/bot"
)

var yes = [][]bot.Button{{{Label: "Yes", Data: "yes"}}}

func TestSendDocument(t *testing.T) {
	file := &bot.File{Name: "data.json", MediaType: "application/json", Data: []byte(`{"a":1}`)}
	for _, c := range []struct {
		name, text string
		fault      string
		want       []string // the captions and texts
	}{
		{"with a caption", "Your **data**.", "", []string{"Your data."}},
		{"without", "", "", []string{""}},
		{"after a failure", "Your data.", "500", []string{"Your data."}},
		{"with a long text", strings.Repeat("x", 1025), "", []string{"", strings.Repeat("x", 1025)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				r.api.SendText(7, "hello")
				if c.fault != "" {
					r.api.Inject(telegramtest.Fault{Kind: c.fault})
				}
				if err := r.Send(t.Context(), "telegram:7", bot.Message{Text: c.text, File: file, Buttons: yes}); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(c.want, r.said(7)); diff != "" {
					t.Error(diff)
				}
				replies := r.api.Replies(7)
				if diff := cmp.Diff(&telegramtest.File{Name: "data.json", Content: `{"a":1}`}, replies[0].File); diff != "" {
					t.Error(diff)
				}
				if replies[len(replies)-1].Buttons == nil {
					t.Error("no buttons")
				}
				r.clean()
			})
		})
	}
}

func TestSendPicture(t *testing.T) {
	const picture = "https://example.org/p.jpg"
	for _, c := range []struct {
		name, text, picture string
		fault               telegramtest.Fault
		err                 error
		want                []string // the captions and texts
	}{
		{"with a caption", "See **this**.", picture, telegramtest.Fault{}, nil, []string{"See this."}},
		{"without", "", picture, telegramtest.Fault{}, nil, []string{""}},
		{"after a failure", "See.", picture, telegramtest.Fault{Kind: "500"}, nil, []string{"See."}},
		{"with a long text", strings.Repeat("x", 1025), picture, telegramtest.Fault{}, nil, []string{"", strings.Repeat("x", 1025)}},
		{"out of reach", "See.", picture, telegramtest.Fault{Kind: "400", Text: "Bad Request: failed to get HTTP URL content"}, bot.ErrRejected, nil},
		{"no address", "See.", "AgACAgIAAx", telegramtest.Fault{}, bot.ErrRejected, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				r.api.Meet(7, 1)
				if c.fault.Kind != "" {
					r.api.Inject(c.fault)
				}
				if err := r.Send(t.Context(), "telegram:7", bot.Message{Text: c.text, Picture: c.picture, Buttons: yes}); !errors.Is(err, c.err) {
					t.Error(err)
				}
				if diff := cmp.Diff(c.want, r.said(7)); diff != "" {
					t.Error(diff)
				}
				if replies := r.api.Replies(7); len(replies) > 0 && (replies[0].Picture != picture || replies[len(replies)-1].Buttons == nil) {
					t.Errorf("%+v", replies)
				}
				r.clean()
			})
		})
	}
}

func TestSendSplitsLongTexts(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.api.SendText(7, "hello")
		long := strings.Repeat("A sentence of some length. ", 200)
		if err := r.Send(t.Context(), "telegram:7", bot.Message{Text: long, Buttons: yes}); err != nil {
			t.Fatal(err)
		}
		first := r.api.Replies(7)
		if len(first) != 2 || first[0].Buttons != nil || first[1].Buttons == nil {
			t.Fatalf("%d messages", len(first))
		}
		if err := r.Send(t.Context(), "telegram:7", bot.Message{Text: "Now: " + long, Edit: strconv.Itoa(first[0].ID), Buttons: yes}); err != nil {
			t.Fatal(err)
		}
		then := r.api.Replies(7)
		if len(then) != 3 || !strings.HasPrefix(then[0].Text, "Now: ") || then[0].Buttons != nil || then[2].Buttons == nil {
			t.Errorf("%d messages", len(then))
		}
		r.clean()
	})
}

func TestSendLeavesOutBadButtons(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.api.SendText(7, "hello")
		many := make([]bot.Button, 120)
		for i := range many {
			many[i] = bot.Button{Label: "A label that is long enough to be " + strconv.Itoa(i), Data: strings.Repeat("d", 60) + strconv.Itoa(i)}
		}
		rows := [][]bot.Button{{
			{Label: "ok", Data: "ok"}, {Label: "x", Data: strings.Repeat("d", 65)}, {Label: " ", Data: "x"},
			{Label: "x"}, {Label: "x", URL: "javascript:x"}, {Label: "x", URL: "https://"},
		}, {{Label: strings.Repeat("word ", 20), Data: "long"}}, many}
		if err := r.Send(t.Context(), "telegram:7", bot.Message{Text: "?", Buttons: rows}); err != nil {
			t.Fatal(err)
		}
		got := r.api.Replies(7)[0].Buttons
		want := [][]telegramtest.Button{{{Text: "ok", Data: "ok"}}, {{Text: strings.TrimSpace(strings.Repeat("word ", 12)) + "…", Data: "long"}}}
		if diff := cmp.Diff(want, got[:2]); diff != "" {
			t.Error(diff)
		}
		if n := strings.Count(r.logs.String(), "left out"); n < 6 {
			t.Errorf("%d are logged", n)
		}
		r.clean()
	})
}

func TestSendNotice(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.api.SendText(7, "hello")
		_ = r.Send(t.Context(), "telegram:7", bot.Message{Text: "?", Buttons: yes})
		if _, err := r.api.Press(7, "Yes"); err != nil {
			t.Fatal(err)
		}
		if err := r.Send(t.Context(), "telegram:7", bot.Message{Press: "1", Text: strings.Repeat("word ", 60)}); err != nil {
			t.Fatal(err)
		}
		if n := r.api.Callbacks()[0].Notice; telegramtest.Units(n) > 200 || !strings.HasSuffix(n, "word…") {
			t.Errorf("%q", n)
		}
		r.clean()
	})
}

func TestSendEdits(t *testing.T) {
	for _, c := range []struct {
		name    string
		message bot.Message
		fault   string
		want    []string // what stands in the chat
		buttons bool     // under the first
	}{
		{"text and buttons", bot.Message{Edit: "2", Text: "new", Buttons: yes}, "", []string{"new"}, true},
		{"text alone", bot.Message{Edit: "2", Text: "new"}, "", []string{"new"}, false},
		{"buttons alone", bot.Message{Edit: "2", Buttons: yes}, "", []string{"old"}, true},
		{"buttons away", bot.Message{Edit: "2"}, "", []string{"old"}, false},
		{"what cannot be edited is said anew", bot.Message{Edit: "99", Text: "new"}, "", []string{"old", "new"}, true},
		{"an id from elsewhere", bot.Message{Edit: "x", Text: "new"}, "", []string{"old", "new"}, true},
		{"buttons of what cannot be edited", bot.Message{Edit: "99"}, "", []string{"old"}, true},
		{"a lost answer", bot.Message{Edit: "2", Text: "new"}, "reset-after", []string{"new"}, false},
		{"a lost answer to buttons", bot.Message{Edit: "2"}, "reset-after", []string{"old"}, false},
		{"a lost request", bot.Message{Edit: "2", Text: "new"}, "reset", []string{"new"}, false},
		{"a busy server", bot.Message{Edit: "2"}, "500", []string{"old"}, true}, // perhaps it has done it
		{"a busy server that has done it", bot.Message{Edit: "2"}, "500-after", []string{"old"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				r.api.SendText(7, "hello")
				if err := r.Send(t.Context(), "telegram:7", bot.Message{Text: "old", Buttons: [][]bot.Button{{{Label: "No", Data: "no"}}}}); err != nil {
					t.Fatal(err)
				}
				if c.fault != "" {
					r.api.Inject(telegramtest.Fault{Kind: c.fault, Count: 3})
				}
				if err := r.Send(t.Context(), "telegram:7", c.message); err != nil {
					t.Error(err)
				}
				if diff := cmp.Diff(c.want, r.said(7)); diff != "" {
					t.Error(diff)
				}
				if got := r.api.Replies(7)[0].Buttons != nil; got != c.buttons {
					t.Errorf("buttons: %t", got)
				}
				r.clean()
			})
		})
	}
}

func TestSendTheSameEditTwice(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.api.SendText(7, "hello")
		for _, m := range []bot.Message{{Text: "old"}, {Edit: "2", Text: "new"}, {Edit: "2", Text: "new"}, {Edit: "2"}} {
			if err := r.Send(t.Context(), "telegram:7", m); err != nil {
				t.Errorf("%+v: %v", m, err)
			}
		}
	})
}

func TestSendFaults(t *testing.T) {
	for _, c := range []struct {
		fault telegramtest.Fault
		want  error
		said  int
	}{
		{telegramtest.Fault{Kind: "500", Count: 3}, nil, 1},
		{telegramtest.Fault{Kind: "502", Count: 3}, nil, 1},
		{telegramtest.Fault{Kind: "504"}, nil, 1},
		{telegramtest.Fault{Kind: "reset", Count: 3}, nil, 1},
		{telegramtest.Fault{Kind: "garbage"}, nil, 1},
		{telegramtest.Fault{Kind: "hang"}, nil, 1},
		{telegramtest.Fault{Kind: "slow", Delay: 10 * time.Second}, nil, 1},
		{telegramtest.Fault{Kind: "429", RetryAfter: 7, Count: 2}, nil, 1},
		{telegramtest.Fault{Kind: "reset-after"}, nil, 2}, // nobody can know that it was said
		{telegramtest.Fault{Kind: "401"}, nil, 1},
		{telegramtest.Fault{Kind: "403", Text: "Forbidden: bot was blocked by the user"}, bot.ErrGone, 0},
		{telegramtest.Fault{Kind: "400", Text: "Bad Request: chat not found"}, bot.ErrGone, 0},
		{telegramtest.Fault{Kind: "400", Text: "Bad Request: user is deactivated"}, bot.ErrGone, 0},
		{telegramtest.Fault{Kind: "400", Text: `Bad Request: can't parse entities: Unsupported start tag "secret"`}, bot.ErrRejected, 0},
		{telegramtest.Fault{Kind: "413", Text: "Request Entity Too Large"}, bot.ErrRejected, 0},
	} {
		t.Run(c.fault.Kind+" "+c.fault.Text, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				r.api.SendText(7, "hello")
				r.api.Inject(c.fault)
				err := r.Send(t.Context(), "telegram:7", bot.Message{Text: "my words"})
				if !errors.Is(err, c.want) || len(r.said(7)) != c.said {
					t.Errorf("%v, said %q", err, r.said(7))
				}
				for _, s := range []string{fmt.Sprint(err), r.logs.String()} {
					if strings.Contains(s, "secret") || strings.Contains(s, "my words") || strings.Contains(s, "TEST-TOKEN") {
						t.Errorf("tells too much: %s", s)
					}
				}
				r.clean()
			})
		})
	}
}

func TestSendToTheWrongPlace(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		for _, chat := range []bot.ChatID{"", "telegram:", "telegram:x", "slack:7", "telegram:7/x"} {
			if err := r.Send(t.Context(), chat, bot.Message{Text: "a"}); !errors.Is(err, bot.ErrRejected) {
				t.Errorf("%s: %v", chat, err)
			}
		}
	})
}

func TestSendPressIsNeverAnsweredTwice(t *testing.T) {
	for kind, answers := range map[string]int{"500": 1, "502": 1, "429": 1, "reset-after": 1, "garbage-after": 1, "reset": 0, "hang": 0} {
		bubble(t, func(t *testing.T, r *rig) {
			r.api.SendText(7, "hello")
			_ = r.Send(t.Context(), "telegram:7", bot.Message{Text: "?", Buttons: yes})
			if _, err := r.api.Press(7, "Yes"); err != nil {
				t.Fatal(err)
			}
			r.api.Inject(telegramtest.Fault{Kind: kind})
			if err := r.Send(t.Context(), "telegram:7", bot.Message{Press: "1"}); err != nil {
				t.Errorf("%s: %v", kind, err)
			}
			if n := r.api.Callbacks()[0].Answers; n != answers {
				t.Errorf("%s: %d answers", kind, n)
			}
			if err := r.Send(t.Context(), "telegram:7", bot.Message{Press: "unknown"}); err != nil {
				t.Errorf("an old press: %v", err)
			}
		})
	}
}

func TestSendFollowsAGroup(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.api.SendTo(-5, 7, "hello")
		r.api.Migrate(-5, -1005)
		for _, text := range []string{"a", "b"} {
			if err := r.Send(t.Context(), "telegram:-5", bot.Message{Text: text}); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff([]string{"a", "b"}, r.said(-1005)); diff != "" {
			t.Error(diff)
		}
		if n := len(r.api.Calls("sendMessage")); n != 3 {
			t.Errorf("%d calls", n)
		}
		r.clean()
	})
}

func TestSendEndsWithItsContext(t *testing.T) {
	for _, kind := range []string{"500", "429", "hang", "401"} {
		bubble(t, func(t *testing.T, r *rig) {
			r.api.SendText(7, "hello")
			r.api.Inject(telegramtest.Fault{Kind: kind, Count: -1, RetryAfter: 100})
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			start := time.Now()
			if err := r.Send(ctx, "telegram:7", bot.Message{Text: "a"}); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 3*time.Second {
				t.Errorf("%s: %v after %v", kind, err, time.Since(start))
			}
		})
	}
}

// broadcast sends n messages at once and says how long that took.
func (r *rig) broadcast(n int, chat func(int) bot.ChatID) time.Duration {
	start := time.Now()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if err := r.Send(r.t.Context(), chat(i), bot.Message{Text: "a"}); err != nil {
				r.t.Error(err)
			}
		})
	}
	all.Wait()
	return time.Since(start)
}

func TestRates(t *testing.T) {
	for _, c := range []struct {
		name     string
		n        int
		chat     func(int) bot.ChatID
		slow     bool
		min, max time.Duration
	}{
		{"all", 901, func(i int) bot.ChatID { return bot.NewChatID("telegram", strconv.Itoa(i+1)) }, false, 29 * time.Second, 30100 * time.Millisecond},
		{"a person", 10, func(int) bot.ChatID { return "telegram:1" }, false, 7 * time.Second, 7100 * time.Millisecond},
		{"a person far away", 10, func(int) bot.ChatID { return "telegram:1" }, true, 7 * time.Second, 20 * time.Second},
		{"a group", 40, func(int) bot.ChatID { return "telegram:-5" }, false, 120 * time.Second, 145 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				for i := range 901 {
					r.api.SendText(int64(i+1), "hello")
				}
				r.api.SendTo(-5, 1, "hello")
				if c.slow {
					r.api.Inject(telegramtest.Fault{Kind: "slow", Delay: 900 * time.Millisecond})
				}
				if took := r.broadcast(c.n, c.chat); took < c.min || took > c.max {
					t.Errorf("took %v", took)
				}
				r.clean()
			})
		})
	}
}

func TestRateCanBeRaised(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.api.Limit(telegramtest.Limits{})
		r.api.SendText(7, "hello")
		if took := r.broadcast(2000, func(int) bot.ChatID { return "telegram:7" }); took > 2100*time.Millisecond {
			t.Errorf("took %v", took)
		}
	}, func(cfg *telegram.Config) { cfg.Rate, cfg.NoChatLimit = 1000, true })
}

func TestNothingIsSentDuringRetryAfter(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		for i := range 50 {
			r.api.SendText(int64(i+1), "hello")
		}
		_ = r.Send(t.Context(), "telegram:1", bot.Message{Text: "?", Buttons: yes})
		if _, err := r.api.Press(1, "Yes"); err != nil {
			t.Fatal(err)
		}
		r.api.Inject(telegramtest.Fault{Method: "sendMessage", Kind: "429", RetryAfter: 20})
		_ = r.Send(t.Context(), "telegram:2", bot.Message{Press: "unknown"})
		go func() { _ = r.Send(t.Context(), "telegram:2", bot.Message{Text: "a"}) }()
		synctest.Wait()
		limited := time.Now()
		go func() { _ = r.Send(t.Context(), "telegram:1", bot.Message{Press: "1"}) }()
		r.broadcast(48, func(i int) bot.ChatID { return bot.NewChatID("telegram", strconv.Itoa(i+3)) })
		r.settle(time.Second)
		late := 0
		for _, call := range r.api.Calls("") {
			if wait := call.Time.Sub(limited); wait > 0 {
				late++
				if wait < 20*time.Second {
					t.Errorf("%s after %v", call.Method, wait)
				}
			}
		}
		if late != 50 {
			t.Errorf("%d calls", late)
		}
	})
}
