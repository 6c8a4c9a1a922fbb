package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"exchangebot/adapters/mongo/mongotest"
	"exchangebot/adapters/telegram/telegramtest"
)

// stores are what every whole-program test runs on.
func stores(t *testing.T, test func(t *testing.T, settings []string)) {
	t.Run("embedded", func(t *testing.T) { test(t, []string{"DATA_DIR=" + t.TempDir()}) })
	t.Run("mongo", func(t *testing.T) {
		test(t, []string{"MONGODB_URI=" + mongotest.URI(t), "MONGODB_DATABASE=" + mongotest.Database(t)})
	})
}

// TestAConversation talks to the whole program, in both languages and both
// ways of receiving updates.
func TestAConversation(t *testing.T) {
	for name, settings := range map[string]func(testing.TB, *telegramtest.Server) []string{
		"polling": func(_ testing.TB, s *telegramtest.Server) []string { return telegramSettings(s) },
		"webhook": webhookSettings,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stores(t, func(t *testing.T, store []string) {
				server := telegramtest.New(t)
				p := start(t, append(append(settings(t, server), store...), "KNOWLEDGE=")...) // all of it
				p.waitReady()
				converse(t, server)
				if code := p.stop(); code != 0 {
					t.Errorf("stopped with %d", code)
				}
				noViolations(t, server)
				for _, secret := range []string{telegramtest.Token, "a-test-secret", "Denis", "Coderre"} {
					if strings.Contains(p.log.String(), secret) {
						t.Errorf("%q is in the log", secret)
					}
				}
			})
		})
	}
}

func converse(t *testing.T, server *telegramtest.Server) {
	const hans, marie = 1, 2
	server.Speak(marie, "fr")
	server.SendText(hans, "Wer ist Denis Coderre?")
	replies := waitReplies(t, server, hans, 2)
	if !strings.Contains(replies[0].Text, "automatische Assistent") || !strings.Contains(replies[1].Text, "Stand: Mai 2016") {
		t.Errorf("the first contact: %v", replies)
	}
	if _, err := server.Press(hans, "👍 Das hat geholfen"); err != nil {
		t.Fatal(err)
	}
	server.SendText(marie, "/start")
	replies = waitReplies(t, server, marie, 1)
	if !strings.Contains(replies[0].Text, "Bienvenue") {
		t.Errorf("the welcome: %v", replies)
	}
	for _, button := range []string{"📋 Sujets", "Suivant »"} {
		if _, err := server.Press(marie, button); err != nil {
			t.Fatal(err)
		}
		if err := server.Wait(t.Context(), func() bool { return slices.ContainsFunc(server.Replies(marie), shows("« Précédent", "Suivant »")) }); err != nil {
			t.Fatal(err)
		}
	}
	server.SendText(marie, "c'est loin Düsseldorf?")
	if replies = waitReplies(t, server, marie, 2); !strings.Contains(replies[1].Text, "5\u202f700") {
		t.Errorf("the distance: %q", replies[1].Text)
	}
	if err := server.Wait(t.Context(), func() bool {
		return !slices.ContainsFunc(server.Callbacks(), func(c telegramtest.Callback) bool { return c.Answers == 0 })
	}); err != nil {
		t.Fatal(err)
	}
}

// shows tells whether a message has one of the buttons.
func shows(labels ...string) func(telegramtest.Message) bool {
	return func(m telegramtest.Message) bool {
		for _, row := range m.Buttons {
			for _, b := range row {
				if slices.Contains(labels, b.Text) {
					return true
				}
			}
		}
		return false
	}
}

func TestAChangedAnswerIsTakenOver(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../locales/knowledge")); err != nil {
		t.Fatal(err)
	}
	server := telegramtest.New(t)
	p := start(t, append(telegramSettings(server), "KNOWLEDGE="+dir)...)
	p.waitReady()
	file := filepath.Join(dir, "de", "palermo.md")
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	change := func(from, to string) {
		if err := os.WriteFile(file, []byte(strings.Replace(string(old), from, to, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	change("title:", "titel:")
	p.waitFor(func() bool { return strings.Contains(p.log.String(), "de/palermo.md:2: unknown field") })
	server.SendText(1, "/start palermo")
	if replies := waitReplies(t, server, 1, 2); !strings.Contains(replies[1].Text, "Palermo") {
		t.Errorf("the old answer does not stay: %q", replies[1].Text)
	}
	change("\n---\n", "\n---\nNeu: Das gilt ab heute.\n\n")
	p.waitFor(func() bool { return strings.Contains(p.log.String(), "knowledge base taken over") })
	server.SendText(1, "/start palermo")
	if replies := waitReplies(t, server, 1, 3); !strings.Contains(replies[2].Text, "Neu: Das gilt ab heute.") {
		t.Errorf("the answer is not the new one: %q", replies[2].Text)
	}
}

func TestADatabaseThatIsAwayIsNoCrash(t *testing.T) {
	proxy := mongotest.NewProxy(t)
	proxy.Down()
	server := telegramtest.New(t)
	p := start(t, append(telegramSettings(server), "MONGODB_URI="+proxy.URI(), "MONGODB_DATABASE="+mongotest.Database(t))...)
	p.waitFor(func() bool { status, _ := p.get("/healthz"); return status == http.StatusOK })
	p.waitStatus(http.StatusServiceUnavailable)
	server.SendText(1, "/language fr")
	if replies := waitReplies(t, server, 1, 1); !strings.Contains(replies[0].Text, "gleich noch einmal") {
		t.Errorf("while the database is away: %q", replies[0].Text)
	}
	proxy.Up()
	p.waitReady()
	server.SendText(1, "/language fr")
	if replies := waitReplies(t, server, 1, 3); !strings.Contains(replies[2].Text, "français") {
		t.Errorf("when it is back: %q", replies[1].Text)
	}
	noViolations(t, server)
}

func TestABadTokenIsNamed(t *testing.T) {
	server := telegramtest.New(t)
	p := start(t, "TELEGRAM_BOT_TOKEN=999:NOT-IT", "TELEGRAM_API_URL="+server.URL())
	p.waitFor(func() bool { return strings.Contains(p.log.String(), "check TELEGRAM_BOT_TOKEN") })
	if status, body := p.get("/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(body, "telegram") {
		t.Errorf("/readyz: %d %s", status, body)
	}
	if strings.Contains(p.log.String(), "999:NOT-IT") {
		t.Error("the token is in the log")
	}
}

// Who is told to stop before anything is served has met no problem.
func TestStoppedWhileStarting(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var said bytes.Buffer
	code := run(ctx, []string{"serve", "--knowledge", brief, "--data-dir", t.TempDir(), "--http-addr", "127.0.0.1:0"}, streams{nil, &said, &said})
	if code != 0 || strings.Contains(said.String(), "exchangebot:") {
		t.Errorf("stopped with %d: %s", code, &said)
	}
}
