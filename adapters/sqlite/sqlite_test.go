package sqlite_test

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	zsqlite "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

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

func TestLarge(t *testing.T) {
	bottest.TestStoreLarge(t, open(t, t.TempDir()), large)
}

func TestCrash(t *testing.T) {
	bottest.TestStoreCrash(t, t.TempDir, true, func(dir string) (bot.Store, func() error, error) {
		s := sqlite.New(dir)
		return s, s.Close, s.Open(t.Context())
	})
}

func TestReopen(t *testing.T) {
	s := sqlite.New(t.TempDir())
	want := bottest.Full("test:1")
	for version := range int64(3) {
		if err := s.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := s.Conversation(t.Context(), "test:1")
		if err != nil || got.Version != version {
			t.Errorf("opened again: version %d, error %v; want version %d", got.Version, err, version)
		}
		if err := s.SaveConversation(t.Context(), want); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(s.Close(), sqlite.New(t.TempDir()).Close()); err != nil {
		t.Errorf("close what is not open: %v", err)
	}
	if _, err := s.Conversation(t.Context(), "test:1"); !errors.Is(err, sqlite.ErrClosed) {
		t.Errorf("read: got error %v, want %v", err, sqlite.ErrClosed)
	}
	if err := s.SaveConversation(t.Context(), want); !errors.Is(err, sqlite.ErrClosed) {
		t.Errorf("save: got error %v, want %v", err, sqlite.ErrClosed)
	}
	if err := s.Ping(t.Context()); !errors.Is(err, sqlite.ErrClosed) {
		t.Errorf("ping: got error %v, want %v", err, sqlite.ErrClosed)
	}
}

// Closing the store in the middle of saves leaves none without an outcome.
func TestCloseWhileSaving(t *testing.T) {
	s := sqlite.New(t.TempDir())
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	var saved [8]int64
	first := make(chan struct{}, len(saved))
	var wg sync.WaitGroup
	for i := range saved {
		wg.Go(func() {
			c := &bot.Conversation{Chat: bot.NewChatID("test", fmt.Sprint(i))}
			for {
				err := s.SaveConversation(t.Context(), c)
				if err != nil {
					if !errors.Is(err, sqlite.ErrClosed) {
						t.Error(err)
					}
					return
				}
				if saved[i]++; saved[i] == 1 {
					first <- struct{}{}
				}
			}
		})
	}
	<-first
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i, want := range saved {
		c, err := s.Conversation(t.Context(), bot.NewChatID("test", fmt.Sprint(i)))
		if err != nil || c.Version != want {
			t.Errorf("%s: version %d, error %v; want version %d", c.Chat, c.Version, err, want)
		}
	}
}

// Two processes with the same file see and heed each other's saves.
func TestTwoStoresOnOneFile(t *testing.T) {
	dir := t.TempDir()
	first, second := open(t, dir), open(t, dir)
	c := bottest.Full("test:1")
	if err := first.SaveConversation(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	got, err := second.Conversation(t.Context(), "test:1")
	if err != nil || got.Version != 1 {
		t.Fatalf("the other store reads version %d, error %v", got.Version, err)
	}
	if err := second.SaveConversation(t.Context(), got); err != nil {
		t.Fatal(err)
	}
	if err := first.SaveConversation(t.Context(), c); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("got error %v, want %v", err, bot.ErrConflict)
	}
}

// A write that fails takes none of those with it that are committed together.
func TestFailureIsAlone(t *testing.T) {
	s := open(t, t.TempDir())
	started, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := s.Write(t.Context(), func(*zsqlite.Conn) error {
			close(started)
			<-release
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-started // the rest queues up behind it
	const writers = 20
	errs := make([]error, writers)
	bad := errors.New("bad")
	for i := range writers {
		wg.Go(func() {
			if i == writers/2 {
				errs[i] = s.Write(t.Context(), func(conn *zsqlite.Conn) error {
					return errors.Join(bad, sqlitex.Execute(conn, "delete from conversations", nil))
				})
				return
			}
			c := &bot.Conversation{Chat: bot.NewChatID("test", fmt.Sprint(i)), Changed: time.Unix(1, 0)}
			errs[i] = s.SaveConversation(t.Context(), c)
		})
	}
	for s.Waiting() < writers {
		runtime.Gosched()
	}
	close(release)
	wg.Wait()
	for i, err := range errs {
		if failed := errors.Is(err, bad); failed != (i == writers/2) || !failed && err != nil {
			t.Errorf("write %d: error %v", i, err)
		}
	}
	n, err := s.ExpireConversations(t.Context(), time.Now(), 100)
	if err != nil || n != writers-1 {
		t.Errorf("stored are %d, error %v; want %d", n, err, writers-1)
	}
}
