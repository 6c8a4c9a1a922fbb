package sealed_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"exchangebot/adapters/sealed"
	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

var (
	first  = base64.StdEncoding.EncodeToString([]byte(strings.Repeat("1", sealed.KeySize)))
	second = base64.StdEncoding.EncodeToString([]byte(strings.Repeat("2", sealed.KeySize)))
)

func keys(t testing.TB, text string) sealed.Keys {
	t.Helper()
	keys, err := sealed.ParseKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestStore(t *testing.T) {
	bottest.TestStore(t, func(t *testing.T) bot.Store { return sealed.New(bottest.NewStore(), keys(t, first)) })
}

func TestParseKeys(t *testing.T) {
	for _, text := range []string{first, first + "," + second, " " + first + "\n" + second + "\n"} {
		if _, err := sealed.ParseKeys(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"", " ,", "secret", first[:20], first + "," + first, first + ",geheim"} {
		_, err := sealed.ParseKeys(text)
		if err == nil {
			t.Errorf("%q is taken", text)
			continue
		}
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
			if strings.Contains(err.Error(), word) {
				t.Errorf("the error repeats the key: %v", err)
			}
		}
	}
}

// personal is everything in a full volunteer and conversation that must not be readable.
var personal = []string{"Anna", "Müller", "anna.1@example.org", "2118991", "drop table", "Tanz", "Rückruf", "Fünf", "été"}

func TestNothingPersonalIsReadable(t *testing.T) {
	inner := bottest.NewStore()
	s := sealed.New(inner, keys(t, first))
	v, c := bottest.Signed(1), bottest.Full("test:1")
	v.Organisation, v.Place = "", ""
	if err := s.SaveVolunteer(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveConversation(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	d := &bot.Document{Kind: bot.DocumentQuestion, Key: "1", Data: `{"text":"Rückruf, Anna"}`}
	if err := s.SaveDocument(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	dump := inner.Dump()
	for _, word := range personal {
		if strings.Contains(dump, word) {
			t.Errorf("%q is stored readable", word)
		}
	}
	if v.Name != "Anna Müller-Côté" || v.Sealed != "" || c.Sealed != "" || len(c.Pending) == 0 || c.Position.Values == nil {
		t.Error("a save changes what it was given")
	}
}

func TestValuesAreBoundToTheirPlace(t *testing.T) {
	inner := bottest.NewStore()
	s := sealed.New(inner, keys(t, first))
	ctx := t.Context()
	for n := range 2 {
		if err := s.SaveVolunteer(ctx, bottest.Signed(n)); err != nil {
			t.Fatal(err)
		}
	}
	change := func(f func(v, other *bot.Volunteer)) error {
		v, _ := inner.Volunteer(ctx, bottest.Signed(0).Chat)
		other, _ := inner.Volunteer(ctx, bottest.Signed(1).Chat)
		f(v, other)
		if err := inner.SaveVolunteer(ctx, v); err != nil {
			t.Fatal(err)
		}
		_, err := s.Volunteer(ctx, v.Chat)
		return err
	}
	before, _ := inner.Volunteer(ctx, bottest.Signed(0).Chat)
	for name, f := range map[string]func(v, other *bot.Volunteer){
		"of another record": func(v, other *bot.Volunteer) { v.Name = other.Name },
		"of another field":  func(v, _ *bot.Volunteer) { v.Name = v.Notes },
		"changed":           func(v, _ *bot.Volunteer) { v.Name = v.Name[:len(v.Name)-2] + "AA" },
		"cut":               func(v, _ *bot.Volunteer) { v.Name = v.Name[:10] },
		"readable":          func(v, _ *bot.Volunteer) { v.Name = "Eve" },
		"of no key":         func(v, _ *bot.Volunteer) { v.Sealed = "00000000" },
	} {
		if err := change(f); err == nil {
			t.Errorf("%s: it is read all the same", name)
		}
		if err := change(func(v, _ *bot.Volunteer) { v.Name, v.Sealed = before.Name, before.Sealed }); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRotate(t *testing.T) {
	ctx := t.Context()
	inner := bottest.NewStore()
	plain, old := bot.Store(inner), sealed.New(inner, keys(t, first))
	for n := range 4 {
		s := plain
		if n > 0 {
			s = old
		}
		if err := s.SaveVolunteer(ctx, bottest.Signed(n)); err != nil {
			t.Fatal(err)
		}
		if err := s.SaveConversation(ctx, bottest.Full(bottest.Signed(n).Chat)); err != nil {
			t.Fatal(err)
		}
	}
	both := sealed.New(inner, keys(t, second+","+first))
	wantAll := func(s bot.Store) {
		t.Helper()
		for n := range 4 {
			want := bottest.Signed(n)
			got, err := s.Volunteer(ctx, want.Chat)
			if err != nil {
				t.Fatal(err)
			}
			got.Version = 0
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("volunteer %d (-want +got):\n%s", n, diff)
			}
			page, err := s.Volunteers(ctx, bot.VolunteerQuery{EmailKeys: []string{want.EmailKey}})
			if err != nil || len(page.Volunteers) != 1 {
				t.Errorf("volunteer %d by e-mail: %d found, error %v", n, len(page.Volunteers), err)
			}
			c, err := s.Conversation(ctx, want.Chat)
			if err != nil {
				t.Fatal(err)
			}
			c.Version = 0
			if diff := cmp.Diff(bottest.Full(want.Chat), c); diff != "" {
				t.Errorf("conversation %d (-want +got):\n%s", n, diff)
			}
		}
	}
	wantAll(both)
	for _, want := range []sealed.Rotated{{Volunteers: 4, Conversations: 4}, {}} {
		got, err := both.Rotate(ctx)
		if err != nil || got != want {
			t.Errorf("rotated %+v, error %v, want %+v", got, err, want)
		}
	}
	wantAll(sealed.New(inner, keys(t, second)))
	if _, err := old.Volunteer(ctx, bottest.Signed(0).Chat); err == nil || !strings.Contains(err.Error(), "DATA_KEY") {
		t.Errorf("read with the old key: %v", err)
	}
}

// contested is a store in which somebody else is always quicker.
type contested struct{ *bottest.Store }

func (contested) SaveVolunteer(context.Context, *bot.Volunteer) error { return bot.ErrConflict }

func TestRotateGivesUp(t *testing.T) {
	inner := bottest.NewStore()
	if err := inner.SaveVolunteer(t.Context(), bottest.Signed(0)); err != nil {
		t.Fatal(err)
	}
	if _, err := sealed.New(contested{inner}, keys(t, first)).Rotate(t.Context()); err == nil || !strings.Contains(err.Error(), "conflicts") {
		t.Errorf("the rotation ends with %v", err)
	}
}
