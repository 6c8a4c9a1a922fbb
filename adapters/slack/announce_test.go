package slack_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"exchangebot/adapters/slack"
	"exchangebot/adapters/slack/slacktest"
	"exchangebot/bot"
)

var news = bot.Message{Text: "**News**", Buttons: [][]bot.Button{{{Label: "Unsubscribe", Data: "/unsubscribe"}}}}

func claimed() error { return nil }

// reason is why an announcement failed, or "" when it did not.
func reason(t *testing.T, err error) bot.Reason {
	t.Helper()
	var u *bot.Undelivered
	if err != nil && !errors.As(err, &u) {
		t.Fatalf("no reason: %v", err)
	}
	if u == nil {
		return ""
	}
	return u.Reason
}

func TestAnnounceReasons(t *testing.T) {
	for _, c := range []struct {
		kind string
		want bot.Reason
		said int
	}{
		{"", "", 1},
		{"429", bot.ReasonLimited, 0},
		{"500", bot.ReasonUnreachable, 0},
		{"503-after", "", 1},
		{"reset", bot.ReasonUnreachable, 0},
		{"reset-after", "", 1},
		{"garbage-after", "", 1},
		{"hang", bot.ReasonUnreachable, 0},
		{"internal_error", bot.ReasonUnreachable, 0},
		{"invalid_auth", bot.ReasonUnreachable, 0},
		{"user_disabled", bot.ReasonDeactivated, 0},
		{"is_archived", bot.ReasonDeactivated, 0},
		{"channel_not_found", bot.ReasonNotFound, 0},
		{"not_in_channel", bot.ReasonBlocked, 0},
		{"messages_tab_disabled", bot.ReasonRejected, 0},
		{"msg_too_long", bot.ReasonRejected, 0},
	} {
		t.Run(c.kind, func(t *testing.T) {
			bubble(t, func(r *rig) {
				r.run(r.echo)
				synctest.Wait()
				if c.kind != "" {
					r.api.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: c.kind})
				}
				claims := 0
				err := r.Announce(r.t.Context(), "slack:"+annDM, news, func() error { claims++; return nil })
				if got := reason(t, err); got != c.want || claims != 1 {
					t.Errorf("%v after %d claims", err, claims)
				}
				if n := len(r.api.Replies(annDM, ann)); n != c.said {
					t.Errorf("said %d times", n)
				}
				if err != nil && strings.Contains(err.Error(), "News") {
					t.Errorf("tells too much: %v", err)
				}
			})
		})
	}
}

// Where Slack cannot be asked whether a message is there, nobody knows.
func TestAnnounceUnknown(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		synctest.Wait()
		r.api.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: "reset-after"})
		r.api.Inject(slacktest.Fault{Method: "conversations.history", Kind: "500"})
		if err := r.Announce(r.t.Context(), "slack:"+annDM, news, claimed); reason(t, err) != bot.ReasonUnknown {
			t.Error(err)
		}
	})
}

func TestAnnounceClaims(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		synctest.Wait()
		never := func() error { t.Error("claimed"); return nil }
		for chat, m := range map[bot.ChatID]bot.Message{
			"slack:" + annDM: {Text: strings.Repeat("word ", 2001)}, "slack:": news, "telegram:7": news,
		} {
			if reason(t, r.Announce(r.t.Context(), chat, m, never)) == "" {
				t.Errorf("%s: sent", chat)
			}
		}
		ended, end := context.WithCancel(r.t.Context())
		end()
		if err := r.Announce(ended, "slack:"+annDM, news, never); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		// Slack asks for silence while the claim is being stored.
		r.api.AddUser(slacktest.User{ID: "U1000", Name: "x"})
		err := r.Announce(r.t.Context(), "slack:"+annDM, news, func() error {
			r.api.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: "429", RetryAfter: 20})
			if err := r.Announce(r.t.Context(), "slack:D1000", news, claimed); reason(t, err) != bot.ReasonLimited {
				t.Error(err)
			}
			return nil
		})
		if reason(t, err) != bot.ReasonLimited || len(r.api.Replies(annDM, ann)) > 0 {
			t.Error(err)
		}
		lost := errors.New("lease is lost")
		if err := r.Announce(r.t.Context(), "slack:"+annDM, news, func() error { return lost }); !errors.Is(err, lost) || len(r.api.Replies(annDM, ann)) > 0 {
			t.Error(err)
		}
	})
}

func TestAnnounceInAThreadThatIsGone(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		synctest.Wait()
		err := r.Announce(r.t.Context(), "slack:C0GEN/1500000000.000001", news, claimed)
		if reason(t, err) != bot.ReasonNotFound || len(r.api.Replies("C0GEN", ann)) > 0 {
			t.Error(err)
		}
		r.api.Forgive()
	})
}

func TestAnnouncePace(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		synctest.Wait()
		const n = 60
		for i := range n {
			r.api.AddUser(slacktest.User{ID: fmt.Sprintf("U1%03d", i), Name: "x"})
		}
		r.api.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: "429", RetryAfter: 10, Skip: 30})
		start := time.Now()
		var all sync.WaitGroup
		limited := 0
		for i := range n {
			all.Go(func() {
				if reason(t, r.Announce(r.t.Context(), bot.NewChatID("slack", fmt.Sprintf("D1%03d", i)), news, claimed)) == bot.ReasonLimited {
					limited++
				}
			})
		}
		time.Sleep(time.Second)
		asked := time.Now()
		if err := r.Send(r.t.Context(), "slack:"+annDM, news); err != nil || time.Since(asked) > 0 {
			t.Errorf("a reply: %v after %v", err, time.Since(asked))
		}
		all.Wait()
		if took := time.Since(start); limited != 1 || took < 29*time.Second || took > 31*time.Second {
			t.Errorf("%d limited, took %v at %v a second", limited, took, r.Rate())
		}
	})
}

func TestAnnouncePicture(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		synctest.Wait()
		m := bot.Message{Text: "See **this**", Picture: "https://example.org/p.jpg"}
		if err := r.Announce(r.t.Context(), "slack:"+annDM, m, claimed); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(r.api.Replies(annDM, ann)[0].Blocks); !strings.Contains(got, "image_url:https://example.org/p.jpg") || !strings.Contains(got, "alt_text:See this") {
			t.Error(got)
		}
	})
}

func TestPreview(t *testing.T) {
	c := newRig(t).Channel
	for text, want := range map[string]string{
		"One\nline.\n\nTwo.":              "One line\\.\n\nTwo\\.",
		"# A\ntext":                       "**A**  \ntext",
		"- one\n  - **two**":              "• one  \n\u00a0\u00a0• **two**",
		"> a\n>\n> b\n\n`c` *d*":          "> a\n\n> b\n\n`c` *d*",
		"[a *b*](https://x.org/?a=1&b=2)": `[a](<https://x.org/?a=1\&b=2>) *[b](<https://x.org/?a=1\&b=2>)*`,
		" \u200b":                         "",
	} {
		if diff := cmp.Diff(want, strings.ReplaceAll(c.Preview(bot.Message{Text: text}).Text, "  \n\n", "\n\n")); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
	for n, want := range map[int]bool{0: false, 1: true, 2000: true, 2001: false} {
		if p := c.Preview(bot.Message{Text: strings.Repeat("word ", n)}); p.Fits() != want {
			t.Errorf("%d words: %d of %d", n, p.Length, p.Limit)
		}
	}
}

func FuzzPreview(f *testing.F) {
	for _, seed := range []string{
		"", "# A\n\n- **b** *c* `d` [e](https://x.org)\n  1. f\n\n> g\n\n```h\ni\n```", "<b>&amp;</i>", "a**\"b\"**c", "0 \\\\\\\n0",
		"[a](mailto:b@c.d) ![](x) <https://y.z>", "***a** b*", "> - `a\n>   b`", "a\\\n\\\n    b", "[**a`b`**](https://x.org/\"<>&)",
	} {
		f.Add(seed)
	}
	c, err := slack.New(slack.Config{BotToken: slacktest.BotToken, AppToken: slacktest.AppToken})
	if err != nil {
		f.Fatal(err)
	}
	squeeze := strings.NewReplacer(" ", "", "\u00a0", "", "\t", "", "\n", "")
	f.Fuzz(func(t *testing.T, s string) {
		p := c.Preview(bot.Message{Text: s})
		if said, seen := slack.Plain(s), slack.Plain(p.Text); p.Fits() && squeeze.Replace(said) != squeeze.Replace(seen) {
			t.Errorf("preview %q shows\n%q, not\n%q", p.Text, seen, said)
		}
	})
}
