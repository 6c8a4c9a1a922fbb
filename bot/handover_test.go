package bot_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// hall is a city hall and one citizen, on one board.
type hall struct {
	*testing.T
	store *bottest.Store
	board *bottest.Board
	desk  *bot.Desk
	n     int
}

const citizen = bot.ChatID("test:citizen")

func newHall(t *testing.T) *hall {
	h := &hall{T: t, store: bottest.NewStore(), board: bottest.NewBoard()}
	c := newConfig(t, h.store, time.Now)
	var err error
	if c.Knowledge, err = fewTopics(); err != nil {
		t.Fatal(err)
	}
	b := bot.New(c)
	serve(t, b, h.board)
	h.desk = b.Desk()
	return h
}

// update lets the citizen do something, and returns what the chat shows last.
func (h *hall) update(u bot.Update) bottest.Shown {
	h.Helper()
	h.n++
	u.ID, u.Chat, u.Time = fmt.Sprint(h.n), citizen, time.Now()
	if err := <-h.board.Deliver(u); err != nil {
		h.Error(err)
	}
	list := h.board.Messages(citizen)
	if len(list) == 0 {
		return bottest.Shown{}
	}
	return list[len(list)-1]
}

func (h *hall) says(text string) bottest.Shown {
	return h.update(bot.Update{Kind: bot.KindText, Text: text})
}

func (h *hall) presses(m bottest.Shown, label string) bottest.Shown {
	h.Helper()
	for _, row := range m.Buttons {
		for _, b := range row {
			if strings.Contains(b.Label, label) {
				return h.update(bot.Update{Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: b.Data, Message: m.ID, Buttons: m.Buttons}})
			}
		}
	}
	h.Fatalf("there is no %q under %q", label, m.Text)
	return m
}

// posted waits for a post that contains the text.
func (h *hall) posted(what string) bottest.Posted {
	h.Helper()
	has := func(p bottest.Posted) bool { return strings.Contains(shown(&p.View)+p.View.Text, what) }
	posts := await(h.T, h.board, what, func(list []bottest.Posted) bool {
		for _, p := range list {
			if has(p) {
				return true
			}
		}
		return false
	})
	for _, p := range posts {
		if has(p) {
			return p
		}
	}
	return bottest.Posted{}
}

// hears checks that the citizen's chat shows a message once, when all is told.
func (h *hall) hears(what string) {
	h.Helper()
	h.told()
	n := 0
	for _, m := range h.board.Messages(citizen) {
		n += strings.Count(m.Text, what)
	}
	if n != 1 {
		h.Fatalf("%q is said %d times", what, n)
	}
}

func (h *hall) writes(who bot.Staff, card bottest.Posted, id, text string) bot.Response {
	h.Helper()
	r, mine := h.desk.Thread(h.Context(), who, bot.ThreadMessage{ID: id, Thread: card.ID, Text: text})
	if !mine {
		h.Errorf("%s writes in no thread of a question", id)
	}
	return r
}

const question = "Wie hoch ist der Eiffelturm in Metern?"

func (h *hall) asks() bottest.Posted {
	h.Helper()
	m := h.says(question)
	m = h.presses(m, "Frage weitergeben")
	if !strings.Contains(m.Text, "bei den Mitarbeitenden der Stadt") {
		h.Fatalf("the citizen hears %q", m.Text)
	}
	card := h.posted("Eiffelturm")
	h.told() // and where it stands is stored: the thread is known by it
	return card
}

func TestHandover(t *testing.T) {
	h := newHall(t)
	card := h.asks()
	wantText(t, h.desk.Command(t.Context(), clara, "fragen"), "Eiffelturm", "offen")

	// Not before the first answer is confirmed, and once.
	for range 2 {
		h.writes(clara, card, "m1", "330 Meter.")
	}
	r := h.writes(denis, card, "m2", "// unter uns: er steht in Paris")
	if !strings.Contains(r.Notice, "interne") {
		t.Errorf("an internal line: %+v", r)
	}
	wantText(t, h.writes(nobody, card, "m3", "Ich weiß es auch"), "nur für die Mitarbeitenden")
	id := strings.Fields(replyOf(card.View))[1]
	for range 2 {
		wantText(t, h.desk.Press(t.Context(), clara, "send "+id+" m1"), "geschickt")
	}
	h.hears("330 Meter\\.")
	h.posted("Zugestellt (Antwort von Clara)")

	// A colleague who answers at the same time sees it.
	wantText(t, h.writes(denis, card, "m4", "300 m, sans antenne."), "Clara vient de répondre")
	h.desk.Press(t.Context(), denis, "drop "+id+" m4")

	// What the citizen says now comes into the thread.
	if m := h.says("Danke! Und mit Antenne?"); !strings.Contains(m.Text, "An die Stadt weitergegeben") {
		t.Errorf("the citizen hears %q", m.Text)
	}
	if p := h.posted("mit Antenne"); p.Thread != card.ID {
		t.Errorf("it stands at %q", p.Thread)
	}
	if r := h.writes(clara, card, "m5", "Ja, *genau*."); r.View != nil {
		t.Errorf("asked again: %s", shown(r.View))
	}
	h.hears(`Ja, \*genau\*`)

	// The end.
	h.desk.Press(t.Context(), clara, "close "+id)
	h.hears("beantworte wieder ich")
	h.posted("abgeschlossen von Clara")
	wantText(t, h.desk.Command(t.Context(), clara, "fragen"), "keine Frage offen")
	if m := h.says("Und in Kilometern?"); strings.Contains(m.Text, "weitergegeben") {
		t.Errorf("a closed conversation goes on: %q", m.Text)
	}
	for _, m := range h.board.Messages(citizen) {
		if strings.Contains(m.Text, "Paris") || strings.Contains(m.Text, "antenne") {
			t.Errorf("the citizen reads %q", m.Text)
		}
	}
}

// replyOf is what the button to reply on a view's card does.
func replyOf(v bot.View) string {
	for _, block := range v.Blocks {
		if block.Card != nil {
			for _, b := range block.Card.Buttons {
				if b.Label == "Antworten" {
					return b.Data
				}
			}
		}
	}
	return " "
}

func TestHandoverDeleted(t *testing.T) {
	h := newHall(t)
	card := h.asks()
	id := strings.Fields(replyOf(card.View))[1]
	form := h.desk.Press(t.Context(), clara, "reply "+id).Form
	if r := h.desk.Submit(t.Context(), clara, bot.Submission{Form: form.ID, Values: map[string][]string{"text": {"330"}}}); r.Notice == "" {
		t.Errorf("not sent: %+v", r)
	}
	h.hears("330")
	h.says("Mein Geheimnis")
	h.posted("Geheimnis")
	h.update(bot.Update{Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: "/delete yes"}})
	h.posted("hat ihre Daten gelöscht")
	await(h.T, h.board, "a board without the words", func(list []bottest.Posted) bool {
		n := 0
		for _, p := range list {
			n += strings.Count(p.View.Text, "(gelöscht)")
		}
		return n == 2
	})
	for _, p := range h.board.Posts() {
		if s := shown(&p.View) + p.View.Text; strings.Contains(s, "Geheimnis") || strings.Contains(s, "Eiffelturm") {
			t.Errorf("the board still shows %s", s)
		}
	}
	if dump := h.store.Dump(); strings.Contains(dump, "Geheimnis") || strings.Contains(dump, "Eiffelturm") || strings.Contains(dump, string(citizen)) {
		t.Errorf("the store still holds the citizen's words: %s", dump)
	}
	wantText(t, h.writes(clara, card, "m9", "Hallo?"), "hat ihre Daten gelöscht")
}

func TestHandoverBlocked(t *testing.T) {
	h := newHall(t)
	card := h.asks()
	h.update(bot.Update{Kind: bot.KindBlocked})
	h.posted("hat den Bot blockiert")
	h.board.Fail(func(bot.ChatID, bot.Message) error { return bot.ErrGone })
	h.writes(clara, card, "m1", "Hallo?")
	id := strings.Fields(replyOf(card.View))[1]
	h.desk.Press(t.Context(), clara, "send "+id+" m1")
	await(t, h.board, "a second note", func(list []bottest.Posted) bool {
		n := 0
		for _, p := range list {
			n += strings.Count(p.View.Text, "hat den Bot blockiert")
		}
		return n == 2
	})
}

// Nothing is lost, and nothing said twice, when the board is away for a while.
func TestHandoverOutage(t *testing.T) {
	h := newHall(t)
	h.board.Away(errors.New("away"))
	m := h.says(question)
	h.presses(m, "Frage weitergeben")
	h.board.LosePost(errors.New("answer lost"))
	h.board.Away(nil)
	h.posted("Eiffelturm")
	h.told()
	if n := len(h.board.Posts()); n != 1 {
		t.Errorf("%d posts, want 1", n)
	}
}

// Somebody answers under a card of which the bot does not know yet that it was
// posted: the answer of that call is lost.
func TestHandoverAtOnce(t *testing.T) {
	h := newHall(t)
	h.board.LosePost(errors.New("answer lost"))
	h.presses(h.says(question), "Frage weitergeben")
	card := h.posted("Eiffelturm")
	h.writes(clara, card, "m1", "330 Meter")
	if _, mine := h.desk.Thread(t.Context(), clara, bot.ThreadMessage{ID: "m2", Thread: "elsewhere", Text: "330 Meter"}); mine {
		t.Error("a thread of nobody's is a question's")
	}
	id := strings.Fields(replyOf(card.View))[1]
	h.desk.Press(t.Context(), clara, "send "+id+" m1")
	h.hears("330 Meter")
	h.posted("beantwortet von Clara")
	if n := len(h.board.Posts()); n != 2 {
		t.Errorf("%d posts, want the card and that it is delivered", n)
	}
}

// The citizen reads an answer once, however often the board has to be told.
func TestHandoverSentOnce(t *testing.T) {
	h := newHall(t)
	card := h.asks()
	id := strings.Fields(replyOf(card.View))[1]
	h.writes(clara, card, "m1", "330 Meter")
	h.desk.Press(t.Context(), clara, "send "+id+" m1")
	h.hears("330 Meter")
	h.board.LosePost(errors.New("answer lost"))
	h.writes(clara, card, "m2", "mit Antenne")
	h.hears("mit Antenne")
	h.board.LosePost(errors.New("answer lost"))
	h.desk.Press(t.Context(), clara, "close "+id)
	h.hears("beantworte wieder ich")
}

// What names a colleague may be for them, and files reach nobody.
func TestHandoverCalls(t *testing.T) {
	h := newHall(t)
	card := h.asks()
	id := strings.Fields(replyOf(card.View))[1]
	h.writes(clara, card, "m1", "330 Meter")
	h.desk.Press(t.Context(), clara, "send "+id+" m1")
	post := func(m bot.ThreadMessage) bot.Response {
		m.Thread = card.ID
		r, _ := h.desk.Thread(t.Context(), clara, m)
		return r
	}
	wantText(t, post(bot.ThreadMessage{ID: "m2", Text: "@Denis kannst du?", Calls: true}), "jemanden mit @", "drop "+id+" m2")
	for _, text := range []string{"", "Siehe den Plan"} {
		if r := post(bot.ThreadMessage{ID: "m3" + text, Text: text, Files: true}); !strings.Contains(r.Notice, "Dateien gebe ich nicht weiter") {
			t.Errorf("%q with a file: %+v", text, r)
		}
	}
	h.hears("Siehe den Plan")
	for _, m := range h.board.Messages(citizen) {
		if strings.Contains(m.Text, "kannst du") {
			t.Errorf("the citizen reads %q", m.Text)
		}
	}
}

// What somebody edits or removes in the thread changes what waits for their
// word, and nothing that was passed on.
func TestHandoverAmended(t *testing.T) {
	h := newHall(t)
	card := h.asks()
	id := strings.Fields(replyOf(card.View))[1]
	amend := func(id string, change bot.Change, text string) bot.Response {
		r, mine := h.desk.Thread(t.Context(), clara, bot.ThreadMessage{ID: id, Thread: card.ID, Text: text, Change: change})
		if !mine {
			t.Errorf("%s is in no thread of a question", id)
		}
		return r
	}
	h.writes(clara, card, "m1", "300 Meter")
	wantText(t, amend("m1", bot.Edited, "330 Meter"), "330 Meter", "send "+id+" m1")
	h.writes(clara, card, "m2", "Weiß ich nicht.")
	if r := amend("m2", bot.Removed, ""); !strings.Contains(r.Notice, "bleibt intern") {
		t.Errorf("a removed draft: %+v", r)
	}
	wantText(t, h.desk.Press(t.Context(), clara, "send "+id+" m2"), "gilt nicht mehr")
	h.desk.Press(t.Context(), clara, "send "+id+" m1")
	h.hears("330 Meter")
	for _, r := range []bot.Response{amend("m1", bot.Edited, "331 Meter"), amend("m1", bot.Removed, "")} {
		if !strings.Contains(r.Notice, "schon weitergegeben") {
			t.Errorf("what was passed on: %+v", r)
		}
	}
	if r := amend("m9", bot.Edited, "Hallo"); !strings.Contains(r.Notice, "bleibt das intern") {
		t.Errorf("what was internal: %+v", r)
	}
	for what, r := range map[string]bot.Response{"nothing new": amend("m1", bot.Edited, "330 Meter\n// intern"), "still internal": amend("m9", bot.Edited, "// Hallo"),
		"somebody else": func() bot.Response {
			r, _ := h.desk.Thread(t.Context(), denis, bot.ThreadMessage{ID: "m9", Thread: card.ID, Change: bot.Removed})
			return r
		}()} {
		if r.Notice != "" || r.View != nil {
			t.Errorf("%s: %+v", what, r)
		}
	}
	h.hears("330 Meter")
}

// A second question has a card of its own, and leaves the first one open.
func TestSecondHandover(t *testing.T) {
	h := newHall(t)
	first := h.asks()
	h.presses(h.says("Wie schwer ist der Eisberg der Titanic?"), "Frage weitergeben")
	if second := h.posted("Eisberg"); second.Thread != "" || second.ID == first.ID {
		t.Errorf("the second question stands at %+v", second)
	}
	wantText(t, h.desk.Command(t.Context(), clara, "fragen"), "Eiffelturm", "Eisberg")

	// Of both it is said that nobody reads an answer any more, and that somebody does.
	for _, step := range []struct {
		kind bot.Kind
		want string
	}{{bot.KindBlocked, "nicht mehr erreichbar"}, {bot.KindBack, "offen"}} {
		h.update(bot.Update{Kind: step.kind})
		h.told()
		n := 0
		for _, p := range h.board.Posts() {
			n += strings.Count(shown(&p.View), "· "+step.want+" ·")
		}
		if n != 2 {
			t.Errorf("%d cards say %q, want 2", n, step.want)
		}
	}

	// Who is answered about both hears which one is closed.
	var ids []string
	for _, card := range []bottest.Posted{first, h.posted("Eisberg")} {
		id := strings.Fields(replyOf(card.View))[1]
		form := h.desk.Press(t.Context(), clara, "reply "+id).Form
		h.desk.Submit(t.Context(), clara, bot.Submission{Form: form.ID, Values: map[string][]string{"text": {"Viel"}}})
		h.told()
		ids = append(ids, id)
	}
	h.hears("zu Ihrer Frage „" + question)
	h.desk.Press(t.Context(), clara, "close "+ids[0])
	h.hears("Die Stadt hat Ihre Frage „" + question + "“ abgeschlossen.")
}

// Where nobody is there to be asked, nothing is offered.
func TestNoHandover(t *testing.T) {
	channel := bottest.NewChannel()
	b := newBotAt(t, bottest.NewStore(), time.Now)
	ctx := t.Context()
	go func() { _ = b.Run(ctx, channel) }()
	<-channel.Deliver(bot.Update{ID: "1", Chat: citizen, Kind: bot.KindText, Text: question})
	for _, m := range channel.Messages(citizen) {
		if strings.Contains(fmt.Sprint(m.Buttons), "handover") {
			t.Errorf("%q offers to pass it on", m.Text)
		}
	}
}

// What is internal stays so in the window, too, and of two windows side by
// side both count.
func TestReplyWindow(t *testing.T) {
	h := newHall(t)
	id := strings.Fields(replyOf(h.asks().View))[1]
	first, second := h.desk.Press(t.Context(), clara, "reply "+id).Form, h.desk.Press(t.Context(), clara, "reply "+id).Form
	send := func(form *bot.Form, text string) bot.Response {
		return h.desk.Submit(t.Context(), clara, bot.Submission{Form: form.ID, Values: map[string][]string{"text": {text}}})
	}
	if r := send(first, "// nur für uns"); r.Errors["text"] == "" {
		t.Errorf("internal lines alone: %+v", r)
	}
	for range 2 { // delivered twice
		if r := send(first, "// bitte prüfen\n330 Meter"); !strings.Contains(r.Notice, "bleiben intern") {
			t.Errorf("nobody hears of the internal line: %+v", r)
		}
	}
	if r := send(second, "Mit Antenne"); r.Notice == "" {
		t.Errorf("the second window: %+v", r)
	}
	h.hears("330 Meter")
	h.hears("Mit Antenne")
	for _, m := range h.board.Messages(citizen) {
		if strings.Contains(m.Text, "prüfen") {
			t.Errorf("the citizen reads %q", m.Text)
		}
	}
}

// Who writes their first words just after a colleague hears both: that
// somebody was faster, and where their words go.
func TestFirstWords(t *testing.T) {
	h := newHall(t)
	card := h.asks()
	id := strings.Fields(replyOf(card.View))[1]
	form := h.desk.Press(t.Context(), denis, "reply "+id).Form
	h.desk.Submit(t.Context(), denis, bot.Submission{Form: form.ID, Values: map[string][]string{"text": {"330 m"}}})
	h.hears("330 m")
	wantText(t, h.writes(clara, card, "m1", "330 Meter"), "Denis hat", "erreicht sie in ihrem Chat")

	// What did not come to be sent has taught nobody.
	h.desk.Press(t.Context(), clara, "drop "+id+" m1")
	h.desk.Press(t.Context(), clara, "send "+id+" m1")
	wantText(t, h.writes(clara, card, "m2", "Also 330 Meter"), "erreicht sie in ihrem Chat")
}
