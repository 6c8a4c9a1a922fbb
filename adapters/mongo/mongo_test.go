package mongo_test

import (
	"log/slog"
	"os"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"exchangebot/adapters/mongo"
	"exchangebot/adapters/mongo/mongotest"
	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

func TestMain(m *testing.M) { os.Exit(mongotest.Main(m)) }

// open opens the store in a database at uri.
func open(t testing.TB, uri, database string, opts ...*options.ClientOptions) *mongo.Store {
	t.Helper()
	s := mongo.New(uri, database, slog.New(slog.NewTextHandler(t.Output(), nil)), opts...)
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// openClosing opens the store and lets it close without an error at the end.
func openClosing(t testing.TB, uri, database string, opts ...*options.ClientOptions) *mongo.Store {
	t.Helper()
	s := open(t, uri, database, opts...)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	waitReady(t, s)
	return s
}

// waitReady waits until the store can be used.
func waitReady(t testing.TB, s *mongo.Store) {
	t.Helper()
	for {
		err := s.Ping(t.Context())
		if err == nil {
			return
		}
		if t.Context().Err() != nil {
			t.Fatal(err)
		}
	}
}

func TestStore(t *testing.T) {
	bottest.TestStore(t, func(t *testing.T) bot.Store {
		return openClosing(t, mongotest.URI(t), mongotest.Database(t))
	})
}

func TestCrash(t *testing.T) {
	place := func() string { return mongotest.URI(t) + " " + mongotest.Database(t) }
	bottest.TestStoreCrash(t, place, false, func(place string) (bot.Store, func() error, error) {
		uri, database, _ := strings.Cut(place, " ")
		s := open(t, uri, database)
		waitReady(t, s)
		return s, s.Close, nil
	})
}

func BenchmarkStore(b *testing.B) {
	bottest.BenchmarkStore(b, openClosing(b, mongotest.URI(b), mongotest.Database(b)))
}

func BenchmarkSubscribers(b *testing.B) {
	bottest.BenchmarkSubscribers(b, openClosing(b, mongotest.URI(b), mongotest.Database(b)), 20_000)
}

func BenchmarkDocuments(b *testing.B) {
	bottest.BenchmarkDocuments(b, openClosing(b, mongotest.URI(b), mongotest.Database(b)))
}
