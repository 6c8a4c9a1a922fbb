package telegram_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"exchangebot/adapters/telegram"
	"exchangebot/adapters/telegram/telegramtest"
	"exchangebot/bot"
)

// claimed is a claim that always succeeds.
func claimed() error { return nil }

// reason is why an announcement failed, or "" when it did not.
func reason(t *testing.T, err error) bot.Reason {
	t.Helper()
	var u *bot.Undelivered
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &u):
		t.Fatalf("no reason: %v", err)
	}
	return u.Reason
}

// TestAnnounceRequests holds what is sent against testdata/announce: a message
// as it is stored, and the exact request, or the reason for none.
func TestAnnounceRequests(t *testing.T) {
	files, err := filepath.Glob("testdata/announce/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				var x struct {
					Chat    bot.ChatID        `json:"chat"`
					Message bot.Message       `json:"message"`
					Reason  bot.Reason        `json:"reason"`
					Method  string            `json:"method"`
					Params  map[string]string `json:"params"`
				}
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(data, &x); err != nil {
					t.Fatal(err)
				}
				r.api.Meet(7, 1)
				r.api.SendTo(-5, 7, "hello")
				claims := 0
				err = r.Announce(t.Context(), x.Chat, x.Message, func() error { claims++; return nil })
				if got := reason(t, err); got != x.Reason {
					t.Fatalf("%q: %v", got, err)
				}
				calls := r.api.Calls("")
				if x.Method == "" {
					if len(calls) > 0 || claims > 0 {
						t.Errorf("%d calls, %d claims", len(calls), claims)
					}
					return
				}
				if len(calls) != 1 || claims != 1 || calls[0].Method != x.Method {
					t.Fatalf("%d claims, calls %+v", claims, calls)
				}
				if diff := cmp.Diff(x.Params, calls[0].Params); diff != "" {
					t.Error(diff)
				}
				r.clean()
			})
		})
	}
}

func TestAnnounceReasons(t *testing.T) {
	fault := func(f telegramtest.Fault) func(*rig) { return func(r *rig) { r.api.Inject(f) } }
	for _, c := range []struct {
		name  string
		upset func(*rig)
		want  bot.Reason
		said  int
	}{
		{"nothing wrong", func(*rig) {}, "", 1},
		{"blocked", func(r *rig) { r.api.Block(7, true, false) }, bot.ReasonBlocked, 0},
		{"deactivated", func(r *rig) { r.api.Deactivate(7) }, bot.ReasonDeactivated, 0},
		{"deactivated, as it was said before", fault(telegramtest.Fault{Kind: "400", Text: "Bad Request: user is deactivated"}), bot.ReasonDeactivated, 0},
		{"a group that is no more", fault(telegramtest.Fault{Kind: "403", Text: "Forbidden: the group chat was deactivated"}), bot.ReasonDeactivated, 0},
		{"chat not found", fault(telegramtest.Fault{Kind: "400", Text: "Bad Request: chat not found"}), bot.ReasonNotFound, 0},
		{"peer id", fault(telegramtest.Fault{Kind: "400", Text: "Bad Request: PEER_ID_INVALID"}), bot.ReasonNotFound, 0},
		{"never started", fault(telegramtest.Fault{Kind: "403", Text: "Forbidden: bot can't initiate conversation with a user"}), bot.ReasonNotFound, 0},
		{"kicked", fault(telegramtest.Fault{Kind: "403", Text: "Forbidden: bot was kicked from the supergroup chat"}), bot.ReasonBlocked, 0},
		{"rejected", fault(telegramtest.Fault{Kind: "400", Text: "Bad Request: can't parse entities"}), bot.ReasonRejected, 0},
		{"limited", fault(telegramtest.Fault{Kind: "429"}), bot.ReasonLimited, 0},
		{"500", fault(telegramtest.Fault{Kind: "500"}), bot.ReasonUnreachable, 0},
		{"502", fault(telegramtest.Fault{Kind: "502"}), bot.ReasonUnreachable, 0},
		{"a wrong token", fault(telegramtest.Fault{Kind: "401"}), bot.ReasonUnreachable, 0},
		{"a picture out of reach", fault(telegramtest.Fault{Kind: "400", Text: "Bad Request: failed to get HTTP URL content"}), bot.ReasonUnreachable, 0},
		{"reset", fault(telegramtest.Fault{Kind: "reset"}), bot.ReasonUnknown, 0}, // nobody can know that it was not said
		{"reset after", fault(telegramtest.Fault{Kind: "reset-after"}), bot.ReasonUnknown, 1},
		{"garbage", fault(telegramtest.Fault{Kind: "garbage"}), bot.ReasonUnknown, 0},
		{"garbage after", fault(telegramtest.Fault{Kind: "garbage-after"}), bot.ReasonUnknown, 1},
		{"no answer", fault(telegramtest.Fault{Kind: "hang"}), bot.ReasonUnknown, 0},
		{"slow", fault(telegramtest.Fault{Kind: "slow", Delay: 10 * time.Second}), "", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				r.api.Meet(7, 1)
				c.upset(r)
				err := r.Announce(t.Context(), "telegram:7", bot.Message{Text: "my words"}, claimed)
				if got := reason(t, err); got != c.want || len(r.said(7)) != c.said {
					t.Errorf("%v, said %q", err, r.said(7))
				}
				if n := len(r.api.Calls("")); n != 1 {
					t.Errorf("%d calls", n)
				}
				for _, s := range []string{fmt.Sprint(err), r.logs.String()} {
					if strings.Contains(s, "my words") || strings.Contains(s, "TEST-TOKEN") {
						t.Errorf("tells too much: %s", s)
					}
				}
				r.clean()
			})
		})
	}
}

func TestAnnounceNoticesAWrongToken(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.run(r.echo)
		r.api.Meet(7, 1)
		r.api.Inject(telegramtest.Fault{Method: "sendMessage", Kind: "401"})
		_ = r.Announce(t.Context(), "telegram:7", bot.Message{Text: "a"}, claimed)
		if r.Ready() == nil {
			t.Error("ready")
		}
	})
}

func TestAnnounceFollowsAGroup(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.api.SendTo(-5, 7, "hello")
		r.api.Migrate(-5, -1005)
		for _, want := range []bot.Reason{bot.ReasonUnreachable, ""} {
			if got := reason(t, r.Announce(t.Context(), "telegram:-5", bot.Message{Text: "a"}, claimed)); got != want {
				t.Errorf("%q, not %q", got, want)
			}
		}
		if diff := cmp.Diff([]string{"a"}, r.said(-1005)); diff != "" {
			t.Error(diff)
		}
		r.clean()
	})
}

func TestAnnounceClaims(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.api.Meet(7, 1)
		lost := errors.New("lease is lost")
		if err := r.Announce(t.Context(), "telegram:7", bot.Message{Text: "a"}, func() error { return lost }); !errors.Is(err, lost) {
			t.Error(err)
		}
		ended, end := context.WithCancel(t.Context())
		end()
		err := r.Announce(ended, "telegram:7", bot.Message{Text: "a"}, func() error { t.Error("claimed"); return nil })
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		// Telegram asks for silence while the claim is being stored.
		err = r.Announce(t.Context(), "telegram:7", bot.Message{Text: "a"}, func() error {
			r.api.Inject(telegramtest.Fault{Kind: "429", RetryAfter: 20})
			go func() { _ = r.Send(t.Context(), "telegram:7", bot.Message{Text: "b"}) }()
			synctest.Wait()
			return nil
		})
		if got := reason(t, err); got != bot.ReasonLimited || len(r.api.Calls("")) != 1 {
			t.Errorf("%v, %d calls", err, len(r.api.Calls("")))
		}
		r.settle(time.Minute)
		r.clean()
	})
}

func TestAnnounceCutOff(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.api.Meet(7, 1)
		r.api.Inject(telegramtest.Fault{Kind: "slow", Delay: 4 * time.Second})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if err := r.Announce(ctx, "telegram:7", bot.Message{Text: "a"}, claimed); reason(t, err) != bot.ReasonUnknown {
			t.Error(err)
		}
	})
}

// announce announces to n people from the id first on, all at once, and says
// in what time.
func (r *rig) announce(first, n int) time.Duration {
	r.api.Meet(int64(first), n)
	start := time.Now()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if err := r.Announce(r.t.Context(), person(first+i), bot.Message{Text: "news"}, claimed); err != nil {
				r.t.Error(err)
			}
		})
	}
	all.Wait()
	return time.Since(start)
}

func person(id int) bot.ChatID { return bot.NewChatID("telegram", strconv.Itoa(id)) }

func TestAnnounceRates(t *testing.T) {
	for _, c := range []struct {
		rate     float64
		n        int
		min, max time.Duration
	}{
		{30, 3001, 99800 * time.Millisecond, 100 * time.Second},
		{1000, 3001, 2900 * time.Millisecond, 3 * time.Second},
		{0.5, 10, 18 * time.Second, 20 * time.Second},
	} {
		t.Run(fmt.Sprint(c.rate), func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				if r.Rate() != c.rate {
					t.Errorf("rate %v", r.Rate())
				}
				if took := r.announce(1, c.n); took < c.min || took > c.max {
					t.Errorf("took %v", took)
				}
				r.clean()
			}, func(cfg *telegram.Config) { cfg.Rate = c.rate })
		})
	}
}

func TestAnnounceToOneChat(t *testing.T) {
	for chat, min := range map[bot.ChatID]time.Duration{"telegram:7": 9 * time.Second, "telegram:-5": 36 * time.Second} {
		bubble(t, func(t *testing.T, r *rig) {
			r.api.SendTo(-5, 7, "hello")
			start := time.Now()
			var all sync.WaitGroup
			for range 10 {
				all.Go(func() {
					if err := r.Announce(t.Context(), chat, bot.Message{Text: "a"}, claimed); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if took := time.Since(start); took < min || took > 2*min {
				t.Errorf("%s: %v", chat, took)
			}
			r.clean()
		})
	}
}

// A reply goes out at once while a thousand announcements wait, and so do
// several; more of them go out as if there were no announcements.
func TestRepliesPassAnnouncements(t *testing.T) {
	for _, rate := range []float64{30, 1000} {
		bubble(t, func(t *testing.T, r *rig) {
			over := make(chan struct{})
			go func() { r.announce(1000, 2000); close(over) }()
			for i := range 20 {
				time.Sleep(79 * time.Millisecond)
				r.api.Meet(int64(i+1), 1)
				start := time.Now()
				if err := r.Send(t.Context(), person(i+1), bot.Message{Text: "reply"}); err != nil {
					t.Error(err)
				}
				if waited := time.Since(start); waited > 0 {
					t.Errorf("at %v a second, reply %d has waited %v", rate, i, waited)
				}
			}
			<-over
			r.clean()
		}, func(cfg *telegram.Config) { cfg.Rate = rate })
	}
}

func TestManyRepliesPassAnnouncements(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.api.Meet(1, 100)
		go r.announce(1000, 300)
		r.settle(3 * time.Second)
		before := len(r.api.Calls(""))
		// Five of them find something to take; the others have all of the rate.
		if took := r.broadcast(95, person1); took != 3*time.Second {
			t.Errorf("the replies took %v", took)
		}
		for _, call := range r.api.Calls("")[before:] {
			if call.Params["text"] == "news" {
				t.Error("an announcement has passed a reply")
			}
		}
		r.settle(time.Minute)
		r.clean()
	})
}

func person1(i int) bot.ChatID { return person(i + 1) }

// A person who writes to the bot while an announcement reaches them is
// answered as if it had not.
func TestRepliesPassAnnouncementsInTheirChat(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.api.Meet(7, 1)
		for i := range 6 {
			if i%3 == 0 {
				go func() { _ = r.Announce(t.Context(), "telegram:7", bot.Message{Text: "news"}, claimed) }()
			}
			r.settle(2100 * time.Millisecond)
			start := time.Now()
			for range 2 {
				if err := r.Send(t.Context(), "telegram:7", bot.Message{Text: "reply"}); err != nil {
					t.Error(err)
				}
			}
			if waited := time.Since(start); waited > 100*time.Millisecond {
				t.Errorf("replies have waited %v", waited)
			}
		}
		r.settle(time.Minute)
		r.clean()
	})
}

func TestNothingIsAnnouncedDuringRetryAfter(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.api.Meet(1, 101)
		r.api.Inject(telegramtest.Fault{Kind: "429", RetryAfter: 20, Skip: 30})
		start := time.Now()
		var all sync.WaitGroup
		limited := 0
		for i := range 100 {
			all.Go(func() {
				if reason(t, r.Announce(t.Context(), person1(i), bot.Message{Text: "news"}, claimed)) == bot.ReasonLimited {
					limited++
				}
			})
		}
		r.settle(2 * time.Second)
		all.Go(func() { _ = r.Send(t.Context(), person(101), bot.Message{Text: "reply"}) })
		all.Wait()
		calls := r.api.Calls("")
		if limited != 1 || len(calls) != 101 {
			t.Errorf("%d limited, %d calls", limited, len(calls))
		}
		asked := calls[30].Time
		for _, call := range calls[31:] {
			if call.Time.Sub(asked) < 20*time.Second {
				t.Errorf("a call after %v", call.Time.Sub(asked))
			}
		}
		if took := time.Since(start); took > 25*time.Second {
			t.Errorf("took %v", took)
		}
		if n := strings.Count(r.logs.String(), "hear nothing"); n != 1 {
			t.Errorf("logged %d times", n)
		}
		r.clean()
	})
}

// A store that has claimed nothing for two seconds, and then all that it was
// asked for at once, is not Telegram's business; and no claim waits for a call.
func TestClaimsThatComeTogetherAreCalledTogether(t *testing.T) {
	for _, rate := range []float64{30, 300} {
		bubble(t, func(t *testing.T, r *rig) {
			people := int(10 * rate)
			r.api.Meet(1, people)
			var all sync.WaitGroup
			var next, waiting atomic.Int64
			for range int(rate/2 + 4) {
				all.Go(func() {
					for i := next.Add(1); i <= int64(people); i = next.Add(1) {
						var claimed time.Time
						err := r.Announce(t.Context(), person(int(i)), bot.Message{Text: "news"}, func() error {
							time.Sleep(time.Until(time.Now().Truncate(2 * time.Second).Add(2 * time.Second)))
							claimed = time.Now()
							return nil
						})
						if err != nil {
							t.Error(err)
						}
						if time.Since(claimed) > 0 {
							waiting.Add(1)
						}
					}
				})
			}
			all.Wait()
			if n := waiting.Load(); n > 0 {
				t.Errorf("%d waited once they were claimed", n)
			}
			r.clean()
		}, func(cfg *telegram.Config) { cfg.Rate = rate })
	}
}

// What no server has got cannot have arrived; what one has got can.
func TestAnnounceWithoutAnAnswer(t *testing.T) {
	refused := errors.New("connection refused")
	dial := func(f func(context.Context) (net.Conn, error)) *http.Transport {
		return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return f(ctx) }}
	}
	served := func(serve func(net.Conn)) *http.Transport {
		return dial(func(context.Context) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go serve(theirs)
			return ours, nil
		})
	}
	for name, c := range map[string]struct {
		transport *http.Transport
		want      bot.Reason
	}{
		"nobody there": {dial(func(context.Context) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: refused}
		}), bot.ReasonUnreachable},
		"nobody known": {dial(func(context.Context) (net.Conn, error) {
			return nil, &net.DNSError{Err: "no such host"}
		}), bot.ReasonUnreachable},
		"no connection in time": {dial(func(ctx context.Context) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}), bot.ReasonUnreachable},
		"nothing read": {served(func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 1)) // and never more
		}), bot.ReasonUnknown},
		"closed instead of an answer": {served(func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 1<<16))
			_ = conn.Close()
		}), bot.ReasonUnknown},
		"half an answer": {served(func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 1<<16))
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"ok\":true")
			_ = conn.Close()
		}), bot.ReasonUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				err := r.Announce(t.Context(), "telegram:7", bot.Message{Text: "a"}, claimed)
				if got := reason(t, err); got != c.want {
					t.Errorf("%q: %v", got, err)
				}
				c.transport.CloseIdleConnections()
			}, func(cfg *telegram.Config) { cfg.Transport = c.transport })
		})
	}
}

// TestAnnounceStorm announces through all that goes wrong, tries again what may
// be tried again, and counts what has arrived.
func TestAnnounceStorm(t *testing.T) {
	for seed := range uint64(3) {
		bubble(t, func(t *testing.T, r *rig) {
			const n = 2000
			r.api.Seed(seed)
			r.api.Meet(1, n)
			for i := 1; i <= n; i += 33 {
				r.api.Block(int64(i), true, false)
			}
			for kind, chance := range map[string]float64{"500": 0.02, "reset": 0.005, "reset-after": 0.005, "429": 0.002} {
				r.api.Inject(telegramtest.Fault{Method: "sendMessage", Kind: kind, Chance: chance, Count: -1})
			}
			outcome := make([]bot.Reason, n+1)
			jobs := make(chan int, n)
			for i := 1; i <= n; i++ {
				jobs <- i
			}
			var left, workers sync.WaitGroup
			left.Add(n)
			for range 20 {
				workers.Go(func() {
					for i := range jobs {
						outcome[i] = reason(t, r.Announce(t.Context(), person(i), bot.Message{Text: "news"}, claimed))
						if again := outcome[i]; again == bot.ReasonUnreachable || again == bot.ReasonLimited {
							jobs <- i
							continue
						}
						left.Done()
					}
				})
			}
			left.Wait()
			close(jobs)
			workers.Wait()
			count := map[bot.Reason]int{}
			for i := 1; i <= n; i++ {
				count[outcome[i]]++
				got := len(r.said(int64(i)))
				switch blocked := i%33 == 1; {
				case outcome[i] == bot.ReasonUnknown && got <= 1:
				case outcome[i] == bot.ReasonBlocked && blocked && got == 0:
				case outcome[i] == "" && !blocked && got == 1:
				default:
					t.Errorf("%d: %q, has got %d", i, outcome[i], got)
				}
			}
			if count[bot.ReasonUnknown] == 0 || count[bot.ReasonBlocked] == 0 {
				t.Errorf("not much of a storm: %v", count)
			}
			r.clean()
		})
	}
}
