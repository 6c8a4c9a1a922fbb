package mongo_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"exchangebot/adapters/mongo"
	"exchangebot/adapters/mongo/mongotest"
	"exchangebot/bot"
)

// impatient finds soon that there is no server.
func impatient() *options.ClientOptions {
	return options.Client().SetServerSelectionTimeout(100 * time.Millisecond)
}

var one = bot.Count{Day: "2026-11-22", Event: bot.EventAnswered, Topic: "cost", Language: bot.German, N: 1}

func wantCount(t *testing.T, s bot.Store, want int64) {
	t.Helper()
	got, err := s.Counts(t.Context(), one.Day, one.Day)
	if err != nil {
		t.Fatal(err)
	}
	var n int64
	for _, c := range got {
		n += c.N
	}
	if n != want {
		t.Errorf("got %d counted, want %d", n, want)
	}
}

func TestOpenWhileDown(t *testing.T) {
	p := mongotest.NewProxy(t)
	p.Down()
	s := open(t, p.URI(), mongotest.Database(t), impatient())
	defer s.Close()
	if err := s.Ping(t.Context()); err == nil {
		t.Error("ping of a server that is down succeeds")
	}
	if _, err := s.Conversation(t.Context(), "test:1"); err == nil {
		t.Error("read from a server that is down succeeds")
	}
	p.Up()
	waitReady(t, s)
	if err := s.SaveConversation(t.Context(), &bot.Conversation{Chat: "test:1"}, one); err != nil {
		t.Error(err)
	}
	wantCount(t, s, 1)
}

func TestOutage(t *testing.T) {
	p := mongotest.NewProxy(t)
	s := openClosing(t, p.URI(), mongotest.Database(t), impatient())
	c := &bot.Conversation{Chat: "test:1"}
	if err := s.SaveConversation(t.Context(), c, one); err != nil {
		t.Fatal(err)
	}
	wantCount(t, s, 1)
	p.Down()
	for range 3 {
		if err := s.SaveConversation(t.Context(), c, one); err == nil || errors.Is(err, bot.ErrConflict) || c.Version != 1 {
			t.Errorf("save in an outage: error %v, version %d", err, c.Version)
		}
	}
	p.Up()
	waitReady(t, s)
	if err := s.SaveConversation(t.Context(), c, one); err != nil {
		t.Fatal(err)
	}
	wantCount(t, s, 2)
}

// Counts that could not be sent are added when the server is there again.
func TestCountsWait(t *testing.T) {
	p := mongotest.NewProxy(t)
	var s bot.Store
	var once sync.Once
	downAfterInsert := &event.CommandMonitor{Succeeded: func(ctx context.Context, e *event.CommandSucceededEvent) {
		if e.CommandName != "insert" {
			return
		}
		once.Do(func() {
			p.Down()
			// Until then, the driver tries connections that it does not know to be broken.
			for !errors.As(s.Ping(ctx), new(topology.ServerSelectionError)) && ctx.Err() == nil {
			}
		})
	}}
	s = openClosing(t, p.URI(), mongotest.Database(t), impatient().SetMonitor(downAfterInsert))
	if err := s.SaveConversation(t.Context(), &bot.Conversation{Chat: "test:1"}, one); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Counts(t.Context(), one.Day, one.Day); err == nil {
		t.Error("counts that were not added are not missed")
	}
	p.Up()
	for s.Ping(t.Context()) != nil && t.Context().Err() == nil {
	}
	wantCount(t, s, 1)
}

// Where nobody knows whether counts were added, they are not added again.
func TestLostAnswerToCounts(t *testing.T) {
	p := mongotest.NewProxy(t)
	s := openClosing(t, p.URI(), mongotest.Database(t))
	p.LoseAnswer("update") // a conversation's first save is an insert
	if err := s.SaveConversation(t.Context(), &bot.Conversation{Chat: "test:1"}, one); err != nil {
		t.Fatal(err)
	}
	wantCount(t, s, 1)
	if err := s.SaveConversation(t.Context(), &bot.Conversation{Chat: "test:2"}, one); err != nil {
		t.Fatal(err)
	}
	wantCount(t, s, 2)
}

// A save whose answer is lost is there, so that saving it again is a conflict;
// where the server knows a repeated command, the driver finds that out itself.
func TestLostAnswerToSave(t *testing.T) {
	for _, test := range []struct {
		name    string
		command string
		stored  int
	}{
		{"insert", "insert", 0},
		{"update", "update", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := mongotest.NewProxy(t)
			s := openClosing(t, p.URI(), mongotest.Database(t))
			c := &bot.Conversation{Chat: "test:1"}
			for range test.stored {
				if err := s.SaveConversation(t.Context(), c); err != nil {
					t.Fatal(err)
				}
			}
			c.Handled = []string{"17"}
			p.LoseAnswer(test.command)
			if s.SaveConversation(t.Context(), c) != nil {
				if err := s.SaveConversation(t.Context(), c); !errors.Is(err, bot.ErrConflict) {
					t.Errorf("save again: got error %v, want %v", err, bot.ErrConflict)
				}
			}
			got, err := s.Conversation(t.Context(), "test:1")
			if err != nil {
				t.Fatal(err)
			}
			if got.Version != int64(test.stored)+1 || len(got.Handled) != 1 {
				t.Errorf("stored: %+v", got)
			}
		})
	}
}

// What is counted is added before the store closes.
func TestCloseAddsCounts(t *testing.T) {
	uri, database := mongotest.URI(t), mongotest.Database(t)
	s := open(t, uri, database)
	waitReady(t, s)
	c := &bot.Conversation{Chat: "test:1"}
	for range 20 {
		if err := s.SaveConversation(t.Context(), c, one); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wantCount(t, openClosing(t, uri, database), 20)
}

func TestWrongURI(t *testing.T) {
	for _, uri := range []string{"", "localhost", "postgres://host/db", "mongodb://user:secret/x@host", "mongodb://user:secret@host:port", "mongodb://user:secr%et@host"} {
		s := mongo.New(uri, "test", slog.New(slog.DiscardHandler))
		err := s.Open(t.Context())
		if err == nil {
			t.Errorf("%q is opened", uri)
			_ = s.Close()
			continue
		}
		if strings.Contains(err.Error(), "secr") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}
