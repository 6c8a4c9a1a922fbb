package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"exchangebot/adapters/mongo/mongotest"
	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

const (
	oldKey = "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE="
	newKey = "MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI="
)

// openSealed opens the store as the program does.
func openSealed(t *testing.T, c Config) store {
	t.Helper()
	s := newStore(&c, slog.New(slog.DiscardHandler))
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := awaitStore(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSealedStores(t *testing.T) {
	for name, config := range map[string]func(t *testing.T) Config{
		"embedded": func(t *testing.T) Config { return Config{DataDir: t.TempDir(), DataKey: oldKey} },
		"MongoDB": func(t *testing.T) Config {
			return Config{MongodbURI: mongotest.URI(t), MongodbDatabase: mongotest.Database(t), DataKey: oldKey}
		},
	} {
		t.Run(name, func(t *testing.T) {
			bottest.TestStore(t, func(t *testing.T) bot.Store { return openSealed(t, config(t)) })
		})
	}
}

// Nothing of a volunteer and of what they are saying can be read in the files
// of the embedded store, not even in its log and its free pages.
func TestTheFileHoldsNothingReadable(t *testing.T) {
	dir := t.TempDir()
	s := openSealed(t, Config{DataDir: dir, DataKey: newKey + "," + oldKey})
	for n := range 50 {
		v, c := bottest.Signed(n), bottest.Full(bottest.Signed(n).Chat)
		for range 3 {
			if err := s.SaveVolunteer(t.Context(), v); err != nil {
				t.Fatal(err)
			}
			if err := s.SaveConversation(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
	}
	entries, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(entries) < 2 {
		t.Fatalf("files %v, error %v", entries, err)
	}
	for _, file := range entries {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"Anna", "Müller", "@example.org", "2118991", "drop table", "Tanz", "Rückruf", "Fünf", "anna."} {
			if strings.Contains(string(data), word) {
				t.Errorf("%s holds %q", filepath.Base(file), word)
			}
		}
		if strings.Contains(filepath.Base(file), "wal") && !strings.Contains(string(data), "Förderverein") {
			t.Error("the test looks at the wrong file: what staff search by is not in it")
		}
	}
}

func TestRotateKey(t *testing.T) {
	dir := t.TempDir()
	for n, key := range []string{"", oldKey} {
		s := openSealed(t, Config{DataDir: dir, DataKey: key})
		if err := s.SaveVolunteer(t.Context(), bottest.Signed(n)); err != nil {
			t.Fatal(err)
		}
		if err := s.SaveConversation(t.Context(), bottest.Full(bottest.Signed(n).Chat)); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	code := run(context.Background(), []string{"rotate-key", "--data-dir", dir, "--data-key", newKey + "," + oldKey}, streams{strings.NewReader(""), &out, &out})
	if code != 0 || !strings.Contains(out.String(), "2 volunteers, 2 conversations") {
		t.Fatalf("exit code %d: %s", code, out.String())
	}
	s := openSealed(t, Config{DataDir: dir, DataKey: newKey})
	for n := range 2 {
		if v, err := s.Volunteer(t.Context(), bottest.Signed(n).Chat); err != nil || v.Email != bottest.Signed(n).Email {
			t.Errorf("volunteer %d after the rotation: error %v", n, err)
		}
	}
}

// Started without the key, the program says so instead of serving.
func TestAMissingKeyIsNamed(t *testing.T) {
	dir := t.TempDir()
	s := newStore(&Config{DataDir: dir, DataKey: oldKey}, slog.New(slog.DiscardHandler))
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveVolunteer(t.Context(), bottest.Signed(1)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"check", "serve"} {
		for _, key := range []string{"", newKey} {
			var out strings.Builder
			args := []string{command, "--data-dir", dir, "--data-key", key, "--http-addr", "127.0.0.1:0", "--knowledge", brief}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			code := run(ctx, args, streams{strings.NewReader(""), &out, &out})
			cancel()
			if code != 1 || !regexp.MustCompile(`DATA_KEY: the key [0-9a-f]{8} with which data was encrypted is missing`).MatchString(out.String()) {
				t.Errorf("%s with the key %q: exit code %d: %s", command, key, code, out.String())
			}
		}
	}
}

// A database may be away at the start, so the missing key is only logged.
func TestAMissingKeyOfADatabaseIsLogged(t *testing.T) {
	c := Config{MongodbURI: mongotest.URI(t), MongodbDatabase: mongotest.Database(t), DataKey: oldKey}
	if err := openSealed(t, c).SaveVolunteer(t.Context(), bottest.Signed(1)); err != nil {
		t.Fatal(err)
	}
	p := start(t, "MONGODB_URI="+c.MongodbURI, "MONGODB_DATABASE="+c.MongodbDatabase)
	p.waitFor(func() bool { return strings.Contains(p.log.String(), "with which data was encrypted is missing") })
}
