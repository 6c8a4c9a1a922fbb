package bot_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// told waits until all that was due has been told.
func (h *hall) told() {
	h.Helper()
	ctx, cancel := context.WithTimeout(h.Context(), 30*time.Second)
	defer cancel()
	if err := h.store.AwaitTold(ctx); err != nil {
		h.Fatal(err)
	}
}

// fill has so much said about a question that what was said first, besides the
// question itself, is the next to be left out of it.
func (h *hall) fill(id string, n int) {
	h.Helper()
	d, err := h.store.Document(h.Context(), bot.DocumentQuestion, id)
	var q bot.Question
	if err == nil {
		err = json.Unmarshal([]byte(d.Data), &q)
	}
	q.Said = slices.Delete(q.Said, 1, len(q.Said)-1)
	for len(q.Said) < n {
		q.Said = append(q.Said, bot.Said{ID: fmt.Sprint("filler", len(q.Said)), From: bot.Citizen, Text: "Geheim", Told: true})
	}
	data, _ := json.Marshal(q)
	d.Data = string(data)
	if err == nil {
		err = h.store.SaveDocument(h.Context(), d)
	}
	if err != nil {
		h.Fatal(err)
	}
}

// What a citizen takes along is all that the desk holds about them, and what
// they delete is nowhere any more: not on the board, not in the store.
func TestAllThatTheDeskHoldsIsShownAndDeleted(t *testing.T) {
	h := newHall(t)
	v := bottest.Signed(1)
	v.Chat, v.Notes, v.Source.Channel = citizen, "Geheime Notiz", "test"
	if err := h.store.SaveVolunteer(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	h.desk.Press(t.Context(), clara, fmt.Sprintf("mark %s %s declined", v.Reference, v.Status))
	card := h.asks()
	id := strings.Fields(replyOf(card.View))[1]
	form := h.desk.Press(t.Context(), clara, "reply "+id).Form
	h.desk.Submit(t.Context(), clara, bot.Submission{Form: form.ID, Values: map[string][]string{"text": {"Gern!"}}})
	h.told()
	h.says("Geheimnis 1!")
	h.told()
	h.fill(id, 200) // as much as a question holds at once
	for n := range 3 {
		h.says(fmt.Sprintf("Geheimnis 20%d!", n))
	}
	h.told()
	form = h.desk.Press(t.Context(), clara, "reply "+id).Form
	h.desk.Submit(t.Context(), clara, bot.Submission{Form: form.ID, Values: map[string][]string{"text": {"Antwort Turmhoch"}}})
	h.writes(denis, card, "draft", "Entwurf Turmhoch")
	h.told()
	h.update(bot.Update{Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: "/assistant"}})
	h.says("Was kostet ein Ticket für den Eiffelturm?") // unanswered, and not passed on
	file := h.says("/mydata")
	if !strings.Contains(file.Text, "Eiffelturm in Metern") || !strings.Contains(file.Text, "Frage, auf die ich keine Antwort wusste") {
		t.Errorf("what is stored: %s", file.Text)
	}
	file = h.presses(file, "Als Datei")
	for _, word := range []string{"Eiffelturm in Metern", "Ticket für den Eiffelturm", "Antwort Turmhoch", "Geheimnis 202", "Geheime Notiz", v.Email, v.Reference} {
		if !strings.Contains(string(file.File.Data), word) {
			t.Errorf("the file lacks %q", word)
		}
	}
	h.update(bot.Update{Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: "/delete yes"}})
	h.told()
	for _, p := range h.board.Posts() {
		for _, word := range []string{"Geheim", "Eiffelturm", "Förderverein", "Turmhoch"} {
			if s := shown(&p.View) + p.View.Text; strings.Contains(s, word) {
				t.Errorf("the board still shows %s", s)
			}
		}
	}
	for _, word := range []string{"Geheim", "Eiffelturm", "Förderverein", "Turmhoch", "anna", string(citizen)} {
		if dump := h.store.Dump(); strings.Contains(dump, word) {
			t.Errorf("the store still holds %q: %s", word, dump)
		}
	}
}

// What was told to nobody, as there was no board, is told when there is one.
func TestAQuestionWaitsForTheBoard(t *testing.T) {
	store, board := bottest.NewStore(), bottest.NewBoard()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- newBotAt(t, store, time.Now).Run(ctx, board) }()
	board.Away(errors.New("away"))
	say := func(id string, u bot.Update) {
		u.ID, u.Chat = id, citizen
		if err := <-board.Deliver(u); err != nil {
			t.Fatal(err)
		}
	}
	say("1", bot.Update{Kind: bot.KindText, Text: question})
	m := board.Messages(citizen)[1]
	say("2", bot.Update{Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: m.Buttons[0][0].Data, Message: m.ID, Buttons: m.Buttons}})
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	// Nothing says any more that there is something to tell.
	list, err := store.Documents(t.Context(), bot.DocumentQuery{Kind: bot.DocumentHandover, Limit: 9})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d tasks, error %v", len(list), err)
	}
	if err := store.DeleteDocument(t.Context(), list[0]); err != nil {
		t.Fatal(err)
	}
	next := bottest.NewBoard()
	serve(t, newBotAt(t, store, time.Now), next)
	await(t, next, "the question", func(list []bottest.Posted) bool { return len(list) == 1 })
}

// boardless is a channel that could be a board, and has no place for it.
type boardless struct {
	*bottest.Board
	refreshed chan struct{} // holds a value when home pages are to be drawn again
}

func (boardless) HasBoard() bool { return false }

func (b boardless) Refresh() {
	select {
	case b.refreshed <- struct{}{}:
	default:
	}
}

// Where nobody is told, nothing is offered, and what happens is told later.
func TestNoPlaceForTheBoard(t *testing.T) {
	store, channel := filled(t, 1), bottest.NewBoard()
	b := newBotAt(t, store, time.Now)
	refreshed := make(chan struct{}, 1)
	serve(t, b, boardless{channel, refreshed})
	if err := <-channel.Deliver(bot.Update{ID: "1", Chat: citizen, Kind: bot.KindText, Text: question}); err != nil {
		t.Fatal(err)
	}
	for _, m := range channel.Messages(citizen) {
		if strings.Contains(fmt.Sprint(m.Buttons), "handover") {
			t.Errorf("%q offers to pass it on", m.Text)
		}
	}
	v := bottest.Signed(0)
	b.Desk().Press(t.Context(), clara, fmt.Sprintf("mark %s %s declined", v.Reference, v.Status))
	select {
	case <-refreshed:
	default:
		t.Error("home pages are not drawn again")
	}
	board := bottest.NewBoard()
	serve(t, newBotAt(t, store, time.Now), board)
	await(t, board, "the sign-up", func(list []bottest.Posted) bool { return len(list) == 1 && len(channel.Posts()) == 0 })
}

// contested is a store in which somebody else is always quicker.
type contested struct {
	*bottest.Store
	saves int
}

func (c *contested) SaveDocument(ctx context.Context, d *bot.Document) error {
	if c.saves++; d.Kind == bot.DocumentAudit {
		return c.Store.SaveDocument(ctx, d)
	}
	return bot.ErrConflict
}

func TestWhoIsAlwaysSlowerGivesUp(t *testing.T) {
	inner := filled(t, 1)
	d := &bot.Document{Kind: bot.DocumentQuestion, Key: "q", Open: true, Chat: citizen, At: time.Now(), Data: `{"id":"q","chat":"test:citizen","language":"de","said":[{"id":"q","from":"citizen","text":"?"}]}`}
	if err := inner.SaveDocument(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	store := &contested{Store: inner}
	desk, v := newBotAt(t, store, time.Now).Desk(), bottest.Signed(0)
	for _, data := range []string{"close q", fmt.Sprintf("mark %s %s declined", v.Reference, v.Status), "language fr", "restore contact"} {
		store.saves = 0
		if r := desk.Press(t.Context(), clara, data); data != "restore contact" && (r.View == nil || !strings.Contains(r.View.Text, "nicht geklappt") || r.Replace) {
			t.Errorf("%s: %+v", data, r)
		}
		if store.saves > 1000 {
			t.Errorf("%s: tried %d times", data, store.saves)
		}
	}
}

func TestTheAuditLogIsForgotten(t *testing.T) {
	store, now := filled(t, 1), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	b := newBotAt(t, store, func() time.Time { return now })
	for range 250 { // more than are looked at in one step
		now = now.Add(time.Second)
		b.Desk().Command(t.Context(), clara, "anmeldungen")
	}
	now = now.AddDate(0, 6, 0)
	b.Desk().Command(t.Context(), nobody, "anmeldungen")
	for _, test := range []struct{ months, gone, left int }{{5, 0, 251}, {1, 250, 1}, {6, 1, 0}} {
		now = now.AddDate(0, test.months, 1)
		done, err := b.Retain(t.Context())
		if err != nil || done.Audited != test.gone {
			t.Errorf("%d entries were deleted, want %d; error %v", done.Audited, test.gone, err)
		}
		list, err := store.Documents(t.Context(), bot.DocumentQuery{Kind: bot.DocumentAudit, Limit: 1000})
		if err != nil || len(list) != test.left {
			t.Errorf("%d entries are left, want %d; error %v", len(list), test.left, err)
		}
	}
}
