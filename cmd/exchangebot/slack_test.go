package main

import (
	"context"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"exchangebot/adapters/slack/slacktest"
)

// TestSlack talks to the whole program on Slack, in both languages and both
// ways of receiving what happens there.
func TestSlack(t *testing.T) {
	for name, settings := range map[string][]string{
		"sockets": {"SLACK_APP_TOKEN=" + slacktest.AppToken},
		"HTTP":    {"SLACK_SIGNING_SECRET=" + slacktest.Secret},
	} {
		t.Run(name, func(t *testing.T) {
			server := slacktest.New(t)
			address := freeAddress(t)
			if name == "HTTP" {
				server.App = httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: address})
			}
			p := start(t, append([]string{
				"HTTP_ADDR=" + address, "SLACK_BOT_TOKEN=" + slacktest.BotToken, "SLACK_API_URL=" + server.URL(),
				"SLACK_CHANNEL=C0DESK", "SLACK_STAFF=S0OPS", "LOG_LEVEL=debug",
			}, settings...)...)
			p.waitReady()
			onSlack(t, server)
			if code := p.stop(); code != 0 {
				t.Errorf("stopped with %d", code)
			}
			for _, violation := range server.Violations() {
				t.Errorf("violation: %s", violation)
			}
			for _, secret := range []string{slacktest.BotToken, slacktest.AppToken, slacktest.Secret, "Coderre"} {
				if strings.Contains(p.log.String(), secret) {
					t.Errorf("%q is in the log", secret)
				}
			}
		})
	}
}

func onSlack(t *testing.T, server *slacktest.Server) {
	const hans, marie = "U0HANS", "U0MARIE"
	server.AddUser(slacktest.User{ID: hans, Name: "hans", Locale: "de-DE"})
	server.AddUser(slacktest.User{ID: marie, Name: "marie", Locale: "fr-CA"})
	server.AddChannel("C0GEN", hans, marie)
	server.AddChannel("C0DESK", marie)
	server.SetGroup("S0OPS", marie)
	replies := func(channel, user string, n int) []slacktest.Message {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		if err := server.WaitReplies(ctx, channel, user, n); err != nil {
			t.Fatalf("waiting for %d replies in %s: %+v", n, channel, server.Replies(channel, user))
		}
		return server.Replies(channel, user)
	}

	server.Say(hans, "D0HANS", "", "Wer ist Denis Coderre?")
	if got := replies("D0HANS", hans, 2); !strings.Contains(got[1].Text, "Coderre") {
		t.Errorf("the answer: %q", got[1].Text)
	}
	asked := server.Say(marie, "C0GEN", "", "<@"+slacktest.BotUser+"> Qui est Denis Coderre ?")
	if got := replies("C0GEN", marie, 1); got[0].Thread != asked.ID {
		t.Errorf("a mention is answered at %q", got[0].Thread)
	}
	server.Command(marie, "C0GEN", "aide")
	if got := replies("C0GEN", marie, 2); got[1].Only != marie {
		t.Errorf("help is for %q", got[1].Only)
	}
	server.Command(hans, "C0GEN", "signups")
	if got := replies("C0GEN", hans, 2); got[1].Only != hans || len(got[1].Blocks) != 1 {
		t.Errorf("somebody without rights sees %+v", got[1])
	}
}
