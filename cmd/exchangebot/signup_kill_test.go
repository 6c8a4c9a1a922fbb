package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"exchangebot/adapters/mongo/mongotest"
	"exchangebot/adapters/telegram/telegramtest"
	"exchangebot/bot"
)

// killedSignUp is what each citizen writes; the last word sends the sign-up.
func killedSignUp(user int) []string {
	return []string{"/mitmachen", "Verein", fmt.Sprintf("Turnverein Nr. %d", user), "Anna Müller", "Düsseldorf", "Sport und Schulen",
		"Training", "überspringen", fmt.Sprintf("anna.%d@example.org", user), "0211 8991234", "ja", "absenden"}
}

// TestKilledWhileSigningUp kills the program with SIGKILL between any two
// messages of a sign-up, and in the middle of them. Everybody who was told so
// is signed up, once, with what they entered.
func TestKilledWhileSigningUp(t *testing.T) {
	for name, store := range map[string]func(t *testing.T) (Config, []string){
		"embedded": func(t *testing.T) (Config, []string) {
			dir := t.TempDir()
			return Config{DataDir: dir, DataKey: oldKey}, []string{"DATA_DIR=" + dir}
		},
		"MongoDB": func(t *testing.T) (Config, []string) {
			c := Config{MongodbURI: mongotest.URI(t), MongodbDatabase: mongotest.Database(t), DataKey: oldKey}
			return c, []string{"MONGODB_URI=" + c.MongodbURI, "MONGODB_DATABASE=" + c.MongodbDatabase}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := telegramtest.New(t)
			server.Limit(telegramtest.Limits{})
			config, settings := store(t)
			settings = append(settings, append(telegramSettings(server), "TELEGRAM_RATE=300", "DATA_KEY="+oldKey)...)
			const users = 8
			p := start(t, settings...)
			p.waitReady()
			for i := range killedSignUp(0) {
				for user := range users {
					server.SendText(int64(user+1), killedSignUp(user)[i])
				}
				if i%2 == 0 { // between two messages; else while they are answered
					p.waitFor(func() bool { return server.Pending() == 0 })
				} else {
					p.waitFor(func() bool { return server.Pending() < users })
				}
				p.kill()
				p = start(t, settings...)
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if err := server.Wait(ctx, func() bool { return server.Pending() == 0 }); err != nil {
				t.Fatalf("%d updates are left: %v", server.Pending(), err)
			}
			p.waitReady()
			if code := p.stop(); code != 0 {
				t.Errorf("stopped with %d", code)
			}
			wantSignedUp(t, server, config, users)
		})
	}
}

// wantSignedUp looks into the store that the program has left.
func wantSignedUp(t *testing.T, server *telegramtest.Server, config Config, users int) {
	t.Helper()
	store := newStore(&config, slog.New(slog.DiscardHandler))
	if err := store.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := awaitStore(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	for user := range users {
		v, err := store.Volunteer(t.Context(), bot.NewChatID("telegram", fmt.Sprint(user+1)))
		if err != nil {
			t.Fatal(err)
		}
		if v.Organisation != killedSignUp(user)[2] || v.Email != killedSignUp(user)[8] || v.Phone != "+492118991234" || len(v.Fields) != 2 || v.Validate() != nil {
			t.Errorf("user %d: stored is %+v (%v)", user+1, v, v.Validate())
		}
		told := ""
		for _, m := range server.Replies(int64(user + 1)) {
			if strings.Contains(m.Text, "Ihre Nummer ist") {
				told = m.Text
			}
		}
		if !strings.Contains(told, v.Reference) || v.Reference == "" {
			t.Errorf("user %d is told %q, stored is %q", user+1, told, v.Reference)
		}
	}
	page, err := store.Volunteers(t.Context(), bot.VolunteerQuery{From: time.Now().AddDate(0, 0, -1)})
	if err != nil || len(page.Volunteers) != users {
		t.Errorf("%d records of %d users, error %v", len(page.Volunteers), users, err)
	}
}
