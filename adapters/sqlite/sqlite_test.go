package sqlite_test

import (
	"testing"

	"exchangebot/adapters/sqlite"
	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

func open(t testing.TB, dir string) *sqlite.Store {
	t.Helper()
	s := sqlite.New(dir)
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestStore(t *testing.T) {
	bottest.TestStore(t, func(t *testing.T) bot.Store { return open(t, t.TempDir()) })
}
