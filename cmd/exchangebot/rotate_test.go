package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"exchangebot/adapters/mongo/mongotest"
	"exchangebot/adapters/sealed"
	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// errInterrupted is what an operator sees who stops a rotation.
var errInterrupted = errors.New("interrupted")

// interrupted is a store that is written to so many times, and no more.
type interrupted struct {
	bot.Store
	left int
}

func (s *interrupted) write(do func() error) error {
	if s.left--; s.left < 0 {
		return errInterrupted
	}
	return do()
}

func (s *interrupted) SaveVolunteer(ctx context.Context, v *bot.Volunteer) error {
	return s.write(func() error { return s.Store.SaveVolunteer(ctx, v) })
}

func (s *interrupted) SaveConversation(ctx context.Context, c *bot.Conversation, counts ...bot.Count) error {
	return s.write(func() error { return s.Store.SaveConversation(ctx, c, counts...) })
}

func (s *interrupted) SaveDocument(ctx context.Context, d *bot.Document) error {
	return s.write(func() error { return s.Store.SaveDocument(ctx, d) })
}

// TestRotation stores something of every sort, some of it before there was a
// key, gives it another key, with interruptions, and reads it without the
// first one.
func TestRotation(t *testing.T) {
	opened := func(t *testing.T, c Config) bot.Store {
		s := newStore(&c, slog.New(slog.DiscardHandler)).inner
		if err := s.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		if err := awaitStore(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, open := range map[string]func(t *testing.T) bot.Store{
		"memory":   func(*testing.T) bot.Store { return bottest.NewStore() },
		"embedded": func(t *testing.T) bot.Store { return opened(t, Config{DataDir: t.TempDir()}) },
		"MongoDB": func(t *testing.T) bot.Store {
			return opened(t, Config{MongodbURI: mongotest.URI(t), MongodbDatabase: mongotest.Database(t)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			inner := open(t)
			old, both, next := sealed.New(inner, parsed(t, oldKey)), parsed(t, newKey+","+oldKey), parsed(t, newKey)
			storeAll(t, 0, inner)
			storeAll(t, 1, old)
			total, runs := sealed.Rotated{}, 0
			for err := errInterrupted; err != nil; runs++ {
				var done sealed.Rotated
				done, err = sealed.New(&interrupted{inner, 7}, both).Rotate(t.Context())
				if err != nil && !errors.Is(err, errInterrupted) || runs > 100 {
					t.Fatal(err)
				}
				total.Volunteers += done.Volunteers
				total.Conversations += done.Conversations
				total.Documents += done.Documents
				wantStored(t, sealed.New(inner, both))
			}
			if want := (sealed.Rotated{Volunteers: 2, Conversations: 2, Documents: 2 * len(bot.DocumentKinds())}); total != want || runs < 4 {
				t.Errorf("encrypted anew in %d runs: %+v, want %+v", runs, total, want)
			}
			wantStored(t, sealed.New(inner, next))
			if err := sealed.New(inner, next).Check(t.Context()); err != nil {
				t.Errorf("check with the new key alone: %v", err)
			}
			if missing := (*sealed.MissingKeyError)(nil); !errors.As(old.Check(t.Context()), &missing) {
				t.Error("the old key still opens what is stored")
			}
			if done, err := sealed.New(inner, next).Rotate(t.Context()); done != (sealed.Rotated{}) || err != nil {
				t.Errorf("once more: %+v, error %v", done, err)
			}
		})
	}
}

func parsed(t *testing.T, text string) sealed.Keys {
	t.Helper()
	keys, err := sealed.ParseKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// subscriberOf and documentOf are the n-th of what [storeAll] stores.
func subscriberOf(n int) *bot.Subscriber {
	return &bot.Subscriber{Chat: bottest.Signed(n).Chat, State: bot.Subscribed, Language: bot.French, Since: bottest.Signed(n).Created}
}

func documentOf(kind bot.DocumentKind, n int) *bot.Document {
	at := bottest.Signed(n).Created.Truncate(time.Millisecond)
	return &bot.Document{Kind: kind, Key: "key/" + bottest.Signed(n).Reference, Chat: bottest.Signed(n).Chat, Open: true, At: at, Data: `{"text":"` + string(kind) + `, Anna Müller"}`}
}

// storeAll stores the n-th of every sort.
func storeAll(t *testing.T, n int, s bot.Store) {
	t.Helper()
	ctx := t.Context()
	err := errors.Join(s.SaveVolunteer(ctx, bottest.Signed(n)), s.SaveConversation(ctx, bottest.Full(bottest.Signed(n).Chat)), s.SaveSubscriber(ctx, subscriberOf(n)))
	for _, kind := range bot.DocumentKinds() {
		err = errors.Join(err, s.SaveDocument(ctx, documentOf(kind, n)))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// wantStored checks that all of it can be read, each by its key and in its list.
func wantStored(t *testing.T, s bot.Store) {
	t.Helper()
	ctx := t.Context()
	for n := range 2 {
		chat := bottest.Signed(n).Chat
		v, err := s.Volunteer(ctx, chat)
		same(t, "volunteer", bottest.Signed(n), v, err)
		page, err := s.Volunteers(ctx, bot.VolunteerQuery{EmailKeys: []string{bottest.Signed(n).EmailKey}})
		same(t, "volunteer by e-mail", 1, len(page.Volunteers), err)
		c, err := s.Conversation(ctx, chat)
		same(t, "conversation", bottest.Full(chat), c, err)
		sub, err := s.Subscriber(ctx, chat)
		same(t, "subscriber", subscriberOf(n), sub, err)
		for _, kind := range bot.DocumentKinds() {
			want := documentOf(kind, n)
			d, err := s.Document(ctx, kind, want.Key)
			same(t, "document", want, d, err)
			list, err := s.Documents(ctx, bot.DocumentQuery{Kind: kind, Chat: chat, Limit: 10})
			if listed := slices.ContainsFunc(list, func(d *bot.Document) bool { return d.Data == want.Data }); len(list) != 1 || !listed || err != nil {
				t.Errorf("%s: %d listed, error %v", kind, len(list), err)
			}
		}
	}
}

// same compares what was stored with what is read, whichever version it is.
func same(t *testing.T, what string, want, got any, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	unversioned := gocmp.FilterPath(func(p gocmp.Path) bool { return p.Last().String() == ".Version" }, gocmp.Ignore())
	if diff := gocmp.Diff(want, got, unversioned); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
