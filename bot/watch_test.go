package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// wall is a board that notes when it was written on.
type wall struct {
	*bottest.Board
	mu        sync.Mutex
	at        []time.Time
	refreshed int
}

func (w *wall) Refresh() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refreshed++
}

// Name lets its chats stand beside those of the announcer.
func (w *wall) Name() string { return "wall" }

func (w *wall) Post(ctx context.Context, p bot.Post) (string, error) {
	id, err := w.Board.Post(ctx, p)
	w.wrote(err)
	return id, err
}

func (w *wall) Update(ctx context.Context, id string, v bot.View) error {
	err := w.Board.Update(ctx, id, v)
	w.wrote(err)
	return err
}

func (w *wall) wrote(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil {
		w.at = append(w.at, time.Now())
	}
}

// card is what the only one on it shows.
func (w *wall) card() string {
	posts := w.Posts()
	if len(posts) != 1 {
		return ""
	}
	return shown(&posts[0].View)
}

// watching runs a test in which admins watch an announcement to so many
// subscribers, at twenty a second, from the moment in which it is approved.
// answer is what comes of each call; nil: it arrives.
func watching(t *testing.T, subscribers int, answer func(bot.ChatID) (bool, error), test func(a *admins, w *wall, crowd *bottest.Crowd, id string)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		a := &admins{T: t, store: bottest.NewStore()}
		subscribe(t, a.store, subscribers)
		w, crowd := &wall{Board: bottest.NewBoard()}, bottest.NewCrowd(a.store)
		crowd.Answer(answer)
		a.announcer = crowd.Announcer("test", 20)
		a.bot = newBotAt(t, a.store, time.Now)
		a.bot.Batches(50)
		a.Desk = a.bot.Desk()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- a.bot.Run(ctx, a.announcer, w) }()
		synctest.Wait()
		id := a.drafted(boss)
		a.enter(boss, a.Press(ctx, boss, "announce-release "+id).Form, nil)
		a.awaitCard(w, fmt.Sprintf("soll an %d Personen gehen", subscribers), "geschrieben von Clara", "[Ansehen und zustimmen|announce-approve "+id+"]")
		a.enter(denis, a.Press(ctx, denis, "announce-approve "+id).Form, nil)
		test(a, w, crowd, id)
		cancel()
		if err := errors.Join(<-done, crowd.Problems()); err != nil {
			t.Error(err)
		}
		if w.refreshed > 0 {
			t.Errorf("home pages, which show no announcement, are drawn %d times", w.refreshed)
		}
		for i, at := range w.at[1:] {
			if pause := at.Sub(w.at[i]); pause < 3*time.Second {
				t.Errorf("the card was drawn again after %v", pause)
			}
		}
	})
}

// awaitCard waits until the card shows all of it.
func (a *admins) awaitCard(w *wall, wants ...string) {
	a.Helper()
	for range 600 {
		card := w.card()
		if !slices.ContainsFunc(wants, func(want string) bool { return !strings.Contains(card, want) }) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	a.Fatalf("the card shows\n%s\nwant in it %q", w.card(), wants)
}

func TestWatching(t *testing.T) {
	some := func(chat bot.ChatID) (bool, error) {
		switch {
		case strings.HasSuffix(string(chat), "7"):
			return false, &bot.Undelivered{Reason: bot.ReasonBlocked, Err: errors.New("blocked")}
		case strings.HasSuffix(string(chat), "03"):
			return false, &bot.Undelivered{Reason: bot.ReasonUnreachable, Err: errors.New("away")}
		}
		return true, nil
	}
	watching(t, 240, some, func(a *admins, w *wall, crowd *bottest.Crowd, id string) {
		ctx := a.Context()
		a.awaitCard(w, "wird gesendet", "zugestimmt hat Denis", " von 240 gesendet", "20 Nachrichten in der Sekunde, noch weniger als eine Minute", "haben den Bot blockiert", "█")

		wantSaid(t, a.Press(ctx, boss, "announce-pause "+id), "Einladung: angehalten.")
		time.Sleep(time.Second)
		calls := len(crowd.Calls())
		a.awaitCard(w, "ist angehalten", "Von Hand angehalten.", "[Fortsetzen|announce-resume "+id+"]", "[Liste (CSV)|")
		time.Sleep(time.Minute)
		if n := len(crowd.Calls()) - calls; n != 0 {
			a.Errorf("%d calls while it was paused", n)
		}
		wantSaid(t, a.Press(ctx, denis, "announce-resume "+id), "Einladung\u00a0: en cours d’envoi.")
		wantSaid(t, a.Press(ctx, denis, "announce-again "+id), "Impossible")
		a.awaitCard(w, "ist gesendet", "█` 100 %", "**213** von 240 gesendet", "24 haben den Bot blockiert", "3 waren vorübergehend nicht erreichbar", " Sekunden", "[Noch einmal an 3, die vorübergehend")

		file := a.Press(ctx, boss, "announce-failures "+id).File
		lines := strings.Split(strings.TrimSpace(string(file.Data)), "\r\n")
		if len(lines) != 1+27 || lines[0] != "\ufeffKanal;Sprache;Grund;Nummer der Anmeldung" || lines[1] != "Test;Französisch;nicht erreichbar (vorübergehend);" || lines[2] != "Test;Deutsch;hat den Bot blockiert;" {
			t.Errorf("the list: %q", lines[:3])
		}
		crowd.Answer(nil)
		time.Sleep(time.Hour)
		wantSaid(t, a.Press(ctx, boss, "announce-again "+id), "Einladung: wird gesendet.")
		a.awaitCard(w, "ist gesendet", "**216** von 240 gesendet", " Sekunden") // but for the minute and the hour
		if strings.Contains(w.card(), "Noch einmal") {
			t.Errorf("again and again: %s", w.card())
		}
		wantSaid(t, a.Press(ctx, boss, "announce-open "+id), "**216** von 240 gesendet", "[Liste (CSV)|", "[Kopieren|")
		wantSaid(t, a.Command(ctx, boss, "ankündigungen"), "**Einladung** · gesendet · 240 Personen")
		a.wantNoted("Clara changed announce-pause "+id, "Denis changed announce-resume "+id, "Clara read announce-failures "+id+" 27", "Clara changed announce-again "+id)
	})
}

// It stops when most of it comes to nothing, and says why.
func TestPausesByItself(t *testing.T) {
	none := func(bot.ChatID) (bool, error) {
		return false, &bot.Undelivered{Reason: bot.ReasonRejected, Err: errors.New("no")}
	}
	watching(t, 200, none, func(a *admins, w *wall, crowd *bottest.Crowd, id string) {
		a.awaitCard(w, "Von selbst angehalten", "50 Nachrichten hintereinander", "hat der Chatdienst abgelehnt", "[Fortsetzen|")
		crowd.Answer(nil)
		a.Press(a.Context(), boss, "announce-resume "+id)
		a.awaitCard(w, "ist gesendet", "hat der Chatdienst abgelehnt")
	})
}

// Cancelling asks once, and is final. The report says of everybody what came of it.
func TestCancelling(t *testing.T) {
	watching(t, 200, nil, func(a *admins, w *wall, crowd *bottest.Crowd, id string) {
		ctx := a.Context()
		time.Sleep(4 * time.Second)
		r := a.Press(ctx, boss, "announce-cancel "+id)
		for _, form := range []*bot.Form{r.Form, a.Press(ctx, elodie, "announce-cancel "+id).Form} {
			if err := bottest.CheckForm(*form); err != nil {
				t.Error(err)
			}
		}
		wantSaid(t, r, "endet endgültig")
		for range 2 { // delivered twice
			wantSaid(t, a.enter(boss, r.Form, nil), "Einladung: abgebrochen.")
		}
		time.Sleep(time.Second)
		calls := len(crowd.Calls())
		time.Sleep(time.Minute)
		if n := len(crowd.Calls()); n != calls || n >= 150 {
			t.Errorf("%d calls, %d when it was cancelled", n, calls)
		}
		a.awaitCard(w, "wurde abgebrochen", fmt.Sprintf("**%d** von 200 gesendet", calls), fmt.Sprintf("%d werden nicht mehr gesendet", 200-calls), "[Liste (CSV)|")
		if strings.Contains(w.card(), "stehen noch aus") || strings.Contains(w.card(), "unklar") {
			t.Errorf("the card shows\n%s", w.card())
		}
		file := a.Press(ctx, boss, "announce-failures "+id).File
		lines := strings.Split(strings.TrimSpace(string(file.Data)), "\r\n")
		if len(lines) != 1+200-calls || lines[1] != "Test;Deutsch;nicht mehr gesendet (abgebrochen);" && lines[1] != "Test;Französisch;nicht mehr gesendet (abgebrochen);" {
			t.Errorf("%d lines of %d: %q", len(lines), 1+200-calls, lines[:2])
		}
		wantSaid(t, a.Press(ctx, boss, "announce-resume "+id), "wurde abgebrochen")
		wantSaid(t, a.Press(ctx, boss, "announce-cancel "+id), "wurde abgebrochen")
	})
}

// One that was cancelled before everybody was listed says so, and its numbers
// are of those who were.
func TestCancelledWhileListing(t *testing.T) {
	a, ctx := newAdmins(t, 0), t.Context()
	for _, d := range []*bot.Document{
		{Kind: bot.DocumentAnnouncement, Key: "abcd1234", Data: `{"id":"abcd1234","title":"Fest","state":"cancelled","released":900,` +
			`"started":"2026-03-02T08:00:00Z","ended":"2026-03-02T08:00:01Z","batches":2,"total":4}`},
		{Kind: bot.DocumentAudience, Key: "abcd1234/0000000", Data: `{"recipients":[{"chat":"test:1","language":"de"},{"chat":"test:2","language":"fr"}]}`},
		{Kind: bot.DocumentAudience, Key: "abcd1234/0000001", Data: `{"recipients":[{"chat":"test:3","language":"de"},{"chat":"test:4","language":"fr"}]}`},
		{Kind: bot.DocumentBatch, Key: "abcd1234/0000001", Data: `{"letters":"sb"}`}, // begun before the first one
	} {
		if err := a.store.SaveDocument(ctx, d); err != nil {
			t.Fatal(err)
		}
	}
	wantSaid(t, a.Press(ctx, boss, "announce-open abcd1234"), "**1** von 4 gesendet", "2 werden nicht mehr gesendet", "eine Person hat den Bot blockiert",
		"Erfasst waren **4 Personen**, freigegeben war die Ankündigung für 900")
	file := a.Press(ctx, boss, "announce-failures abcd1234").File
	want := "Test;Deutsch;nicht mehr gesendet (abgebrochen);\r\nTest;Französisch;nicht mehr gesendet (abgebrochen);\r\nTest;Französisch;hat den Bot blockiert;"
	if got := strings.TrimSpace(string(file.Data)); !strings.HasSuffix(got, want) {
		t.Errorf("the list: %q", got)
	}
}

// A list that is too long for a file says how many it leaves out.
func TestFailuresWithoutEnd(t *testing.T) {
	a, ctx := newAdmins(t, 0), t.Context()
	const n = bot.MaxFailures + 1
	people := strings.Repeat(`,{"chat":"test:","language":"de"}`, n)[1:]
	for _, d := range []*bot.Document{
		{Kind: bot.DocumentAnnouncement, Key: "abcd1234", Data: `{"id":"abcd1234","title":"Fest","state":"finished","batches":1,"total":100001}`},
		{Kind: bot.DocumentAudience, Key: "abcd1234/0000000", Data: `{"recipients":[` + people + `]}`},
		{Kind: bot.DocumentBatch, Key: "abcd1234/0000000", Data: `{"letters":"` + strings.Repeat("r", n) + `"}`},
	} {
		if err := a.store.SaveDocument(ctx, d); err != nil {
			t.Fatal(err)
		}
	}
	r := a.Press(ctx, boss, "announce-failures abcd1234")
	wantSaid(t, r, "**100.001 Personen**", "die ersten 100.000")
	if rows := strings.Count(string(r.File.Data), "\r\n") - 1; rows != bot.MaxFailures {
		t.Errorf("%d rows", rows)
	}
}

// A board that is away is told later; one whose card was removed misses nothing.
func TestBoardIsAway(t *testing.T) {
	watching(t, 200, nil, func(a *admins, w *wall, crowd *bottest.Crowd, id string) {
		w.Away(errors.New("away"))
		time.Sleep(20 * time.Second)
		if crowd.Reached() != 200 {
			t.Errorf("%d of 200 are reached", crowd.Reached())
		}
		w.Away(nil)
		a.awaitCard(w, "ist gesendet", "**200** von 200")
	})
}

// What is scheduled says when, in both cities, and starts by itself.
func TestScheduled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(13 * time.Hour) // from midnight UTC on 1 January 2000, while nobody looks at the clock
		a := &admins{T: t, store: bottest.NewStore()}
		subscribe(t, a.store, 5)
		w, crowd := &wall{Board: bottest.NewBoard()}, bottest.NewCrowd(a.store)
		a.announcer = crowd.Announcer("test", 20)
		a.bot = newBotAt(t, a.store, time.Now)
		a.Desk = a.bot.Desk()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- a.bot.Run(ctx, a.announcer, w) }()
		synctest.Wait()
		r := a.enter(boss, a.Command(ctx, boss, "announce").Form, invitation(map[string]string{"date": "2000-01-01", "time": "10:00", "city": "montreal"}))
		id := strings.Fields(r.Form.ID)[1]
		wantSaid(t, a.enter(boss, a.Press(ctx, boss, "announce-release "+id).Form, nil), "ist geplant und geht am Samstag, dem 1. Januar 2000, um 10:00 Uhr (Montréal) an 5 Personen")
		a.awaitCard(w, "ist geplant und geht am Samstag, dem 1. Januar 2000, um 10:00 Uhr (Montréal) an 5 Personen", "{Wann, in Düsseldorf Samstag, 1. Januar 2000, 16:00 Uhr}", "{Wann, in Montréal Samstag, 1. Januar 2000, 10:00 Uhr}", "[Abbrechen …|")
		time.Sleep(time.Hour)
		if crowd.Reached() != 0 {
			t.Error("it does not wait")
		}
		time.Sleep(time.Hour + 10*time.Second)
		a.awaitCard(w, "ist gesendet", "**5** von 5 gesendet")
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
