package telegram_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"exchangebot/adapters/telegram"
	"exchangebot/adapters/telegram/telegramtest"
	"exchangebot/bot"
)

// hands is a sink that holds on to what it is given.
type hands struct {
	mu   sync.Mutex
	got  []string // texts, in the order in which they came
	done map[string]func(error)
}

func (h *hands) sink(u bot.Update, done func(error)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.done == nil {
		h.done = map[string]func(error){}
	}
	h.got = append(h.got, u.Text)
	h.done[u.Text] = done
}

func (h *hands) settle(err error, texts ...string) {
	for _, text := range texts {
		h.mu.Lock()
		done := h.done[text]
		h.mu.Unlock()
		done(err)
	}
}

func (h *hands) list() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Join(h.got, " ")
}

func TestPollingConfirmsOnlyWhatIsDone(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		h := &hands{}
		r.run(h.sink)
		for i, text := range []string{"a", "b", "c"} {
			r.api.SendText(int64(i+1), text)
		}
		r.settle(time.Second)
		h.settle(nil, "b", "c")
		r.settle(time.Minute)
		if r.api.Pending() != 3 || h.list() != "a b c" {
			t.Errorf("%d pending, got %q", r.api.Pending(), h.list())
		}
		r.api.SendText(4, "d")
		r.settle(time.Second)
		if h.list() != "a b c d" {
			t.Errorf("a slow turn holds up the others: %q", h.list())
		}
		h.settle(nil, "a")
		r.settle(time.Second)
		if r.api.Pending() != 1 {
			t.Errorf("%d pending", r.api.Pending())
		}
		h.settle(nil, "d")
		r.settle(time.Second)
		if r.api.Pending() != 0 || h.list() != "a b c d" {
			t.Errorf("%d pending, got %q", r.api.Pending(), h.list())
		}
		r.clean()
	})
}

func TestPollingHandsAFailedUpdateAgainInOrder(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		h := &hands{}
		r.run(h.sink)
		r.api.SendText(1, "a")
		r.settle(time.Second)
		h.settle(errStore, "a")
		r.api.SendText(1, "b")
		r.api.SendText(2, "c")
		r.settle(400 * time.Millisecond)
		if h.list() != "a c" {
			t.Errorf("b passes a: %q", h.list())
		}
		r.settle(2 * time.Second)
		if h.list() != "a c a b" {
			t.Errorf("got %q", h.list())
		}
		h.settle(nil, "c", "a", "b")
		r.settle(time.Second)
		if r.api.Pending() != 0 {
			t.Errorf("%d pending", r.api.Pending())
		}
		r.clean()
	})
}

func TestPollingWaitsWhileTheWindowIsFull(t *testing.T) {
	polls := 0
	var mu sync.Mutex
	bubble(t, func(t *testing.T, r *rig) {
		h := &hands{}
		r.run(h.sink)
		for i := range 150 {
			r.api.SendText(int64(i+1), fmt.Sprint(i))
		}
		r.settle(time.Second)
		mu.Lock()
		before := polls
		mu.Unlock()
		r.settle(time.Hour)
		mu.Lock()
		if polls > before+1 || len(h.got) != 100 {
			t.Errorf("%d polls in an hour, %d updates in hand", polls-before, len(h.got))
		}
		mu.Unlock()
		h.settle(nil, strings.Fields(h.list())...)
		r.settle(time.Second)
		h.settle(nil, strings.Fields(h.list())[100:]...)
		r.settle(time.Second)
		if len(h.got) != 150 || r.api.Pending() != 0 {
			t.Errorf("%d updates, %d pending", len(h.got), r.api.Pending())
		}
		r.clean()
	}, func(cfg *telegram.Config) {
		next := cfg.Transport
		cfg.Transport = roundTrip(func(q *http.Request) (*http.Response, error) {
			if strings.HasSuffix(q.URL.Path, "/getUpdates") {
				mu.Lock()
				polls++
				mu.Unlock()
			}
			return next.RoundTrip(q)
		})
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestPollingConfirmsAtTheEnd(t *testing.T) {
	for _, idle := range []time.Duration{0, 10 * time.Millisecond, time.Minute} {
		bubble(t, func(t *testing.T, r *rig) {
			h := &hands{}
			r.run(h.sink)
			r.api.SendText(1, "a")
			r.api.SendText(2, "b")
			r.settle(10 * time.Millisecond)
			h.settle(nil, "a")
			r.settle(idle)
			go func() {
				time.Sleep(time.Second) // the turn under way ends after Run is told to
				h.settle(nil, "b")
			}()
			r.stop()
			if n := r.api.Pending(); n != 0 {
				t.Errorf("%v: %d will come again", idle, n)
			}
			r.clean()
		})
	}
}

func TestPollingDoesNotWaitForeverForATurn(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		h := &hands{}
		r.run(h.sink)
		r.api.SendText(1, "a")
		r.settle(time.Second)
		start := time.Now()
		r.stop()
		if took := time.Since(start); took > 6*time.Second {
			t.Errorf("took %v", took)
		}
		if r.api.Pending() != 1 {
			t.Error("confirmed what is not done")
		}
	})
}

func TestPollingSurvivesFaults(t *testing.T) {
	for _, kind := range []string{"500", "502", "429", "reset", "reset-after", "garbage", "garbage-after", "409"} {
		bubble(t, func(t *testing.T, r *rig) {
			r.api.Inject(telegramtest.Fault{Method: "getUpdates", Kind: kind, Count: 3, RetryAfter: 5})
			r.run(r.echo)
			r.api.SendText(1, "a")
			r.settle(2 * time.Minute)
			if diff := cmp.Diff([]string{"a"}, r.said(1)); diff != "" {
				t.Errorf("%s: %s", kind, diff)
			}
			if kind == "409" && !strings.Contains(r.logs.String(), "another program") {
				t.Errorf("log: %s", r.logs)
			}
			r.clean()
		})
	}
}

func TestPollingTakesAWebhookAway(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.run(r.echo)
		r.stop() // leaves its webhook set
		r.api.SendText(1, "a")
		polling, err := telegram.New(telegram.Config{Token: telegramtest.Token, APIURL: "http://api.test", Transport: r.api.Transport()})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := polling.Run(ctx, r.echo); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{"a"}, r.said(1)); diff != "" {
			t.Error(diff)
		}
		r.clean()
	}, webhook)
}

func TestPollingIgnoresWhatIsNotForTheBot(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		h := &hands{}
		r.run(h.sink)
		r.api.SendTo(-5, 1, "talk")
		r.api.Push(1, "callback_query", map[string]any{"id": "77", "from": map[string]any{"id": 1}, "inline_message_id": "x", "data": "y"})
		r.api.Push(1, "message", map[string]any{"chat": "not a chat"})
		r.settle(time.Second)
		if h.list() != "" || r.api.Pending() != 0 {
			t.Errorf("got %q, %d pending", h.list(), r.api.Pending())
		}
		if n := len(r.api.Calls("answerCallbackQuery")); n != 1 {
			t.Errorf("%d answers to the press", n)
		}
	})
}

func TestAlbumIsOneUpdate(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		h := &hands{}
		r.run(h.sink)
		for range 5 {
			r.api.Push(1, "message", map[string]any{
				"message_id": 1, "date": 1, "chat": map[string]any{"id": 1, "type": "private"}, "from": map[string]any{"id": 1},
				"media_group_id": "album", "photo": []any{map[string]any{"file_id": "x"}},
			})
		}
		r.settle(time.Second)
		if len(h.got) != 1 {
			t.Errorf("%d updates", len(h.got))
		}
		h.settle(errStore, "")
		r.settle(time.Minute)
		h.settle(nil, "")
		r.settle(time.Second)
		if len(h.got) != 2 || r.api.Pending() != 0 {
			t.Errorf("%d updates, %d pending", len(h.got), r.api.Pending())
		}
	})
}

// After a week without updates Telegram may number them from anywhere.
func TestPollingFollowsANewNumbering(t *testing.T) {
	var offsets []string
	bubble(t, func(t *testing.T, r *rig) {
		h := &hands{}
		r.run(h.sink)
		h.settle(nil, "old")
		r.settle(time.Second)
		h.settle(nil, "new")
		r.settle(time.Second)
		if diff := cmp.Diff([]string{"", "501", "3", "4"}, offsets); diff != "" || h.list() != "old new" {
			t.Errorf("got %q, offsets %s", h.list(), diff)
		}
	}, func(cfg *telegram.Config) {
		next := cfg.Transport
		cfg.Transport = roundTrip(func(q *http.Request) (*http.Response, error) {
			if !strings.HasSuffix(q.URL.Path, "/getUpdates") {
				return next.RoundTrip(q)
			}
			var p struct{ Offset json.Number }
			_ = json.NewDecoder(q.Body).Decode(&p)
			if n := len(offsets); n == 0 || offsets[n-1] != p.Offset.String() {
				offsets = append(offsets, p.Offset.String())
			}
			answer := map[string]string{
				"":    update(500, "old"),
				"501": update(3, "new"),
				"3":   update(3, "new"),
			}[p.Offset.String()]
			if answer == "" {
				<-q.Context().Done()
				return nil, q.Context().Err()
			}
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(`{"ok":true,"result":[` + answer + `]}`))}, nil
		})
	})
}

func update(id int, text string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":1,%s,%s,"text":%q}}`, id, ann, private, text)
}
