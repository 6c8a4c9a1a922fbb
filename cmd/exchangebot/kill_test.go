package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"exchangebot/adapters/mongo/mongotest"
	"exchangebot/adapters/sqlite"
	"exchangebot/adapters/telegram/telegramtest"
	"exchangebot/bot"
)

// asked is what each citizen of the kill test writes, and how the reply to
// each message is told from the others.
var killQuestions = []struct{ message, reply string }{
	{"/language fr", "désormais en français"},
	{"/language de", "ab jetzt auf Deutsch"},
	{"Wie weit ist Montréal weg?", "5.700 Kilometer"},
}

const (
	killChats = 167 // times three messages: 501 updates
	// inFlight is how many updates can be between their reply and their
	// confirmation when the program dies: getUpdates hands out 100 at a time,
	// and a webhook has 40 connections.
	inFlight = 100
)

// TestKilledInTheMiddle kills the program with SIGKILL while it answers, three
// times, and finds every update answered, in order, and handled once.
func TestKilledInTheMiddle(t *testing.T) {
	for name, settings := range map[string]func(testing.TB, *telegramtest.Server) []string{
		"polling": func(_ testing.TB, s *telegramtest.Server) []string { return telegramSettings(s) },
		"webhook": webhookSettings,
	} {
		t.Run(name, func(t *testing.T) {
			server := telegramtest.New(t)
			server.Limit(telegramtest.Limits{})
			dir := t.TempDir()
			all := append(settings(t, server), "DATA_DIR="+dir, "TELEGRAM_RATE=300")
			p := start(t, all...)
			p.waitReady()
			for _, q := range killQuestions {
				for user := range int64(killChats) {
					server.SendText(user+1, q.message)
				}
			}
			kills := 0
			for _, replies := range []int{50, 200, 400} {
				p.waitFor(func() bool { return countReplies(server) >= replies })
				p.kill()
				kills++
				p = start(t, all...)
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if err := server.Wait(ctx, func() bool { return server.Pending() == 0 }); err != nil {
				t.Fatalf("%d updates are left: %v", server.Pending(), err)
			}
			p.waitReady() // where nothing was left, it may hardly have begun
			if code := p.stop(); code != 0 {
				t.Errorf("stopped with %d", code)
			}
			twice := 0
			for user := range int64(killChats) {
				twice += inOrder(t, server.Replies(user+1))
			}
			if twice > kills*inFlight {
				t.Errorf("%d replies came twice after %d kills", twice, kills)
			}
			t.Logf("%d of %d replies came twice after %d kills", twice, killChats*len(killQuestions), kills)
			handledOnce(t, dir)
			// Two programs never poll side by side here, but the platform may
			// notice a killed poller only when the next one comes.
			for _, v := range server.Violations() {
				if !strings.Contains(v, "getUpdates") {
					t.Errorf("violation: %s", v)
				}
			}
		})
	}
}

func countReplies(server *telegramtest.Server) int {
	n := 0
	for user := range int64(killChats) {
		n += len(server.Replies(user + 1))
	}
	return n
}

// inOrder checks that a citizen got the reply to each message, in their order,
// and counts the replies that came more than once.
func inOrder(t *testing.T, replies []telegramtest.Message) (twice int) {
	t.Helper()
	next := 0
	for _, r := range replies {
		switch {
		case strings.Contains(r.Text, "automatische Assistent"), strings.Contains(r.Text, "assistant automatique"):
			// said once more at the first contact, with the reply to it
		case next < len(killQuestions) && strings.Contains(r.Text, killQuestions[next].reply):
			next++
		case next > 0 && slices.ContainsFunc(killQuestions[:next], func(q struct{ message, reply string }) bool { return strings.Contains(r.Text, q.reply) }):
			twice++
		default:
			t.Errorf("an unexpected reply: %q", r.Text)
		}
	}
	if next < len(killQuestions) {
		t.Errorf("no reply to %q", killQuestions[next].message)
	}
	return twice
}

// handledOnce looks into the store that the program has left: each of a chat's
// updates made one version, and each question was counted once.
func handledOnce(t *testing.T, dir string) {
	t.Helper()
	store := sqlite.New(dir)
	if err := store.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for user := range killChats {
		c, err := store.Conversation(t.Context(), bot.NewChatID("telegram", fmt.Sprint(user+1)))
		if err != nil || c.Version != int64(len(killQuestions)) || len(c.Handled) != len(killQuestions) {
			t.Errorf("chat %d: version %d, %d updates handled (%v)", user+1, c.Version, len(c.Handled), err)
		}
	}
	today := time.Now().UTC() // in Düsseldorf, by whose days is counted, it may be tomorrow
	counts, err := store.Counts(t.Context(), today.AddDate(0, 0, -1).Format(time.DateOnly), today.AddDate(0, 0, 1).Format(time.DateOnly))
	total := int64(0)
	for _, count := range counts {
		total += count.N
	}
	if err != nil || total != killChats {
		t.Errorf("%d questions counted (%v), %d were asked", total, err, killChats)
	}
}

// TestATurnSurvivesOnMongo kills the program on the MongoDB store.
func TestATurnSurvivesOnMongo(t *testing.T) {
	server := telegramtest.New(t)
	settings := append(telegramSettings(server), "MONGODB_URI="+mongotest.URI(t), "MONGODB_DATABASE="+mongotest.Database(t))
	p := start(t, settings...)
	p.waitReady()
	for user := range int64(20) {
		server.SendText(user+1, "/language fr")
	}
	p.waitFor(func() bool { return countReplies(server) >= 5 })
	p.kill()
	start(t, settings...)
	for user := range int64(20) {
		waitReplies(t, server, user+1, 1)
	}
}
