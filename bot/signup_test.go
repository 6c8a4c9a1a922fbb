package bot_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
	"exchangebot/locales"
)

// TestConsentWording holds the wordings that people agreed to. A changed text
// is a new version: change bot.ConsentWording, and add it here.
func TestConsentWording(t *testing.T) {
	texts, err := locales.Texts()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{
		"2026-11 de": "3c93bd2510b85705",
		"2026-11 fr": "e887447a63b6b9d3",
	}
	for _, lang := range locales.Languages() {
		text := texts.Say(lang, "consent", bot.Values{"Months": 24})
		sum := sha256.Sum256([]byte(text))
		version := bot.ConsentWording + " " + string(lang)
		if got := hex.EncodeToString(sum[:8]); got != known[version] {
			t.Errorf("the consent %s reads differently now (%s)", version, got)
		}
		if !strings.Contains(text, bot.ConsentWording) {
			t.Errorf("the consent in %s does not name its version", lang)
		}
	}
}

// toSummary are the messages of a sign-up up to the summary.
var toSummary = []string{"/mitmachen", "Privatperson", "Anna Müller", "Düsseldorf", "Sport", "nichts", "nichts", "anna@example.org", "nichts", "ja"}

// write delivers texts one after the other.
func write(t testing.TB, channel *bottest.Channel, texts ...string) {
	t.Helper()
	for i, what := range texts {
		if err := <-channel.Deliver(text(fmt.Sprint("a", i), what)); err != nil {
			t.Fatalf("%q: %v", what, err)
		}
	}
}

func pressing(id, data string) bot.Update {
	return bot.Update{ID: id, Chat: alice, Kind: bot.KindPress, Press: bot.Press{ID: id, Data: data, Message: "1"}}
}

func readVolunteer(t testing.TB, s bot.Store) *bot.Volunteer {
	t.Helper()
	v, err := s.Volunteer(t.Context(), alice)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// halfStore stores a volunteer and then, as in a crash, no conversation.
type halfStore struct {
	*bottest.Store
	crash error
}

func (s *halfStore) SaveConversation(ctx context.Context, c *bot.Conversation, counts ...bot.Count) error {
	if s.crash != nil && c.Position == nil && len(c.Handled) > 1 {
		return s.crash
	}
	return s.Store.SaveConversation(ctx, c, counts...)
}

func TestAConfirmationInACrashMakesOneRecord(t *testing.T) {
	channel, store := bottest.NewChannel(), &halfStore{Store: bottest.NewStore()}
	stop := running(t, store, channel)
	write(t, channel, toSummary...)
	store.crash = errors.New("crash")
	if err := <-channel.Deliver(pressing("c1", "/confirm")); err != nil {
		t.Fatal(err)
	}
	first := readVolunteer(t, store)
	if first.Version != 1 {
		t.Fatalf("version %d before the crash", first.Version)
	}
	shown := channel.Messages(alice)
	if last := shown[len(shown)-1].Text; !strings.Contains(last, "noch nicht gespeichert") {
		t.Errorf("the citizen is told %q", last)
	}
	store.crash = nil
	stop()
	running(t, store, channel)
	for _, id := range []string{"c2", "c3"} {
		if err := <-channel.Deliver(pressing(id, "/confirm")); err != nil {
			t.Fatal(err)
		}
	}
	v := readVolunteer(t, store)
	if v.Reference != first.Reference || v.Email != "anna@example.org" || !v.Created.Equal(first.Created) {
		t.Errorf("stored %+v, first %+v", v, first)
	}
	page, err := store.Volunteers(t.Context(), bot.VolunteerQuery{})
	if err != nil || len(page.Volunteers) != 1 {
		t.Errorf("%d records, error %v", len(page.Volunteers), err)
	}
}

func TestReferencesThatAreTakenAreDrawnAgain(t *testing.T) {
	channel, store := bottest.NewChannel(), bottest.NewStore()
	if err := store.SaveVolunteer(t.Context(), &bot.Volunteer{Chat: "test:other", Reference: "AAAAAA"}); err != nil {
		t.Fatal(err)
	}
	draws := []string{"AAAAAA", "AAAAAA", "CCCCCC"}
	runningWith(t, channel, store, func(c *bot.Config) {
		c.Reference = func() string {
			ref := draws[0]
			draws = draws[1:]
			return ref
		}
	})
	write(t, channel, append(toSummary, "absenden")...)
	if v := readVolunteer(t, store); v.Reference != "CCCCCC" {
		t.Errorf("reference %q", v.Reference)
	}
}

func TestWhatIsDeletedIsGone(t *testing.T) {
	channel, store := bottest.NewChannel(), bottest.NewStore()
	stop := running(t, store, channel)
	write(t, channel, append(toSummary, "absenden", "/meinedaten", "/mydata file", "/loeschen")...)
	if !strings.Contains(store.Dump(), "Anna") {
		t.Fatal("nothing was stored")
	}
	yes := pressing("yes", "/delete yes")
	for range 2 { // delivered twice to one process
		if err := <-channel.Deliver(yes); err != nil {
			t.Fatal(err)
		}
	}
	if dump := store.Dump(); dump != "" {
		t.Errorf("left: %s", dump)
	}
	stop()
	running(t, store, channel)
	if err := <-channel.Deliver(yes); err != nil { // and to another
		t.Fatal(err)
	}
	if dump := store.Dump(); dump != "" {
		t.Errorf("left after it came again: %s", dump)
	}
	shown := channel.Messages(alice)
	receipts := 0
	for _, m := range shown {
		if strings.Contains(m.Text, "**Gelöscht.**") {
			receipts++
		}
	}
	if receipts != 1 {
		t.Errorf("%d receipts", receipts)
	}
}

func TestAnOutageInTheMiddleOfDeletingIsTold(t *testing.T) {
	channel, store := bottest.NewChannel(), bottest.NewStore()
	running(t, store, channel)
	write(t, channel, "/mitmachen")
	store.Fail(errors.New("down"))
	if err := <-channel.Deliver(pressing("yes", "/delete yes")); err != nil {
		t.Fatal(err)
	}
	shown := channel.Messages(alice)
	if last := shown[len(shown)-1].Text; !strings.Contains(last, "noch nicht alles") {
		t.Errorf("the citizen is told %q", last)
	}
}

func TestMyDataAsAFileHoldsEverything(t *testing.T) {
	channel, store := bottest.NewChannel(), bottest.NewStore()
	running(t, store, channel)
	write(t, channel, append(toSummary, "absenden", "/mydata file")...)
	shown := channel.Messages(alice)
	file := shown[len(shown)-1].File
	if file == nil || file.Name != "meine-daten.json" || file.MediaType != "application/json" {
		t.Fatalf("file %+v", file)
	}
	var content struct {
		Chat   bot.ChatID
		SignUp bot.Volunteer `json:"sign_up"`
	}
	if err := json.Unmarshal(file.Data, &content); err != nil {
		t.Fatal(err)
	}
	if content.Chat != alice || content.SignUp.Email != "anna@example.org" || content.SignUp.Consent.Wording != bot.ConsentWording {
		t.Errorf("it holds %s", file.Data)
	}
}

func TestPersonalDataStaysOutOfGroups(t *testing.T) {
	channel, store := bottest.NewChannel(), bottest.NewStore()
	running(t, store, channel)
	for i, what := range []string{"/mitmachen", "/meinedaten", "/loeschen", "/widerrufen", "/start signup"} {
		u := text(fmt.Sprint(i), what)
		u.Group = true
		if err := <-channel.Deliver(u); err != nil {
			t.Fatal(err)
		}
		shown := channel.Messages(alice)
		if last := shown[len(shown)-1].Text; !strings.Contains(last, "privaten Chat") {
			t.Errorf("%s: %q", what, last)
		}
	}
	if c, _ := store.Conversation(t.Context(), alice); c.Position != nil {
		t.Error("a dialogue is open in a group")
	}
}

// Called by name and asked nothing, the bot says what it can do.
func TestCalledInAGroup(t *testing.T) {
	channel, store := bottest.NewChannel(), bottest.NewStore()
	running(t, store, channel)
	u := text("1", "")
	u.Group = true
	if err := <-channel.Deliver(u); err != nil {
		t.Fatal(err)
	}
	shown := channel.Messages(alice)
	if last := shown[len(shown)-1].Text; !strings.Contains(last, "/themen") {
		t.Errorf("it says %q", last)
	}
}

func TestDeepLinksTellWherePeopleComeFrom(t *testing.T) {
	for payload, want := range map[string]string{"signup": "", "signup_flyer-3": "flyer-3", "signup-qr": "qr"} {
		channel, store := bottest.NewChannel(), bottest.NewStore()
		running(t, store, channel)
		write(t, channel, append([]string{"/start " + payload}, append(toSummary[1:], "absenden")...)...)
		if v := readVolunteer(t, store); v.Version == 0 || v.Source != (bot.Source{Channel: "test", Payload: want}) {
			t.Errorf("%s: version %d, source %+v", payload, v.Version, v.Source)
		}
	}
}

func TestRetention(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	store, channel := bottest.NewStore(), bottest.NewChannel()
	b := newBotAt(t, store, func() time.Time { return now })
	seen := func(n int, months int) {
		v := bottest.Signed(n)
		v.Seen, v.Asked, v.Claimed = now.AddDate(0, -months, 0), time.Time{}, time.Time{}
		if err := store.SaveVolunteer(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 300 { // more than are looked at in one step
		seen(n, 25)
	}
	for n := 300; n < 310; n++ {
		seen(n, 20)
	}
	retain := func(want bot.Retention) {
		t.Helper()
		got, err := b.Retain(t.Context(), channel)
		if err != nil || got != want {
			t.Errorf("got %+v, error %v, want %+v", got, err, want)
		}
	}
	// The job is stopped in the middle, and goes on with the rest.
	ctx, cancel := context.WithCancel(t.Context())
	sent := 0
	channel.Fail(func(bot.ChatID, bot.Message) error {
		if sent++; sent == 100 {
			cancel()
		}
		return nil
	})
	if got, err := b.Retain(ctx, channel); err == nil || got.Asked != 99 {
		t.Errorf("stopped in the middle: %+v, error %v", got, err)
	}
	now = now.Add(2 * time.Hour) // the one that was claimed is free again
	retain(bot.Retention{Asked: 201})
	retain(bot.Retention{})
	if sent != 301 {
		t.Errorf("%d asked, one of them twice: want 301 questions", sent)
	}
	// Some react: by a message, and by the button.
	if err := store.SaveConversation(t.Context(), &bot.Conversation{Chat: bottest.Signed(7).Chat, Changed: now}); err != nil {
		t.Fatal(err)
	}
	now = now.AddDate(0, 0, 31)
	retain(bot.Retention{Deleted: 299})
	page, err := store.Volunteers(t.Context(), bot.VolunteerQuery{Limit: 1000})
	if err != nil || len(page.Volunteers) != 11 {
		t.Errorf("%d volunteers are left, error %v", len(page.Volunteers), err)
	}
	// One channel is off.
	now = now.AddDate(0, 6, 0)
	if got, err := b.Retain(t.Context()); err != nil || got != (bot.Retention{Unreachable: 10}) {
		t.Errorf("without a channel: %+v, error %v", got, err)
	}
}

func TestWhatIsDiscardedIsInNoReplyEither(t *testing.T) {
	channel, store := bottest.NewChannel(), bottest.NewStore()
	stop := running(t, store, channel)
	write(t, channel, toSummary...)
	stop() // the next process does not know that the summary was sent
	running(t, store, channel)
	if err := <-channel.Deliver(pressing("d", "/discard")); err != nil {
		t.Fatal(err)
	}
	if dump := store.Dump(); strings.Contains(dump, "Anna") {
		t.Errorf("left: %s", dump)
	}
}
