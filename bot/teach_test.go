package bot_test

import (
	"strings"
	"testing"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// A greeting that staff write anew needs no source, as before.
func TestOverlayOfSmallTalk(t *testing.T) {
	c := newConfig(t, bottest.NewStore(), time.Now)
	text := bot.PublishedText{Title: "T", Answer: "A", Questions: []string{"a", "b", "c"}}
	var published []bot.Published
	for _, topic := range []string{"greeting", "museums", "tower"} {
		published = append(published, bot.Published{Topic: topic, At: time.Now(), Texts: map[bot.Language]bot.PublishedText{bot.German: text, bot.French: text}})
	}
	base, err := bot.Overlay(c.Knowledge.Base(), c.Texts, published)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range published {
		if topic, found := base.Topic(bot.German, p.Topic); !found || topic.Answer != "A" || topic.SmallTalk() != (p.Topic == "greeting") {
			t.Errorf("%s becomes %+v", p.Topic, topic)
		}
	}
}

func TestTeach(t *testing.T) {
	h := newHall(t)
	card := h.asks()
	id := strings.Fields(replyOf(card.View))[1]
	ctx := t.Context()
	form := h.desk.Press(ctx, clara, "teach "+id).Form
	values := map[string][]string{
		"topic":    {"Eiffelturm"},
		"title-de": {"Eiffelturm"}, "text-de": {"Er ist **330 Meter** hoch."}, "questions-de": {form.Inputs[3].Value[0] + "\nHöhe Eiffelturm\nWie groß ist der Eiffelturm?"},
		"title-fr": {"Tour Eiffel"}, "text-fr": {"[330](javascript:x)"}, "questions-fr": {"Quelle est la hauteur de la tour Eiffel ?\nhauteur tour Eiffel"},
	}
	submit := func(who bot.Staff) bot.Response {
		return h.desk.Submit(ctx, who, bot.Submission{Form: form.ID, Values: values})
	}
	if r := submit(clara); r.Errors["text-fr"] == "" || r.Errors["questions-fr"] == "" || len(r.Errors) != 2 {
		t.Errorf("a bad link and two questions: %v", r.Errors)
	}
	values["text-fr"], values["questions-fr"] = nil, []string{"Quelle est la hauteur de la tour Eiffel ?\nhauteur tour Eiffel\nCombien mesure la tour Eiffel ?"}
	if r := submit(clara); len(r.Errors) != 1 || !strings.Contains(r.Errors["text-fr"], "nur einer Sprache") {
		t.Errorf("one language only: %v", r.Errors)
	}
	values["text-fr"] = []string{"Elle mesure **330 mètres**."}
	if r := submit(nobody); r.View == nil || strings.Contains(shown(r.View), "Veröffentlicht") {
		t.Error("a stranger publishes")
	}
	wantText(t, submit(clara), "Veröffentlicht")
	wantText(t, submit(clara), "Veröffentlicht") // once more, by the same form
	h.posted("Zu dieser Frage wurde eine Antwort")
	if m := h.says(question); !strings.Contains(m.Text, "330 Meter") {
		t.Errorf("asked again, the citizen hears %q", m.Text)
	}
	wantText(t, h.desk.Command(ctx, denis, "réponses"), "Tour Eiffel", "publiée par Clara")
	if r := submit(denis); !strings.Contains(r.Errors["topic"], "existe déjà") {
		t.Errorf("a topic that is there: %+v", r)
	}
	if form := h.desk.Command(ctx, denis, "réponses eiffelturm").Form; form == nil || len(form.Inputs) != 6 {
		t.Errorf("the form of a topic: %+v", form)
	}
	form = h.desk.Command(ctx, denis, "réponses eiffelturm").Form
	values["title-de"] = []string{"Der Eiffelturm"}
	for _, who := range []bot.Staff{denis, clara} {
		r := submit(who)
		if _, kept := r.Errors[""]; kept != (who == clara) {
			t.Errorf("two publish at once, %s: %+v", who.Name, r)
		}
	}
	old := buttonOf(&bot.View{Blocks: form.Blocks}, "Retirer")
	wantText(t, h.desk.Press(ctx, denis, old), "Quelqu’un d’autre a modifié")
	if m := h.says(question); !strings.Contains(m.Text, "330 Meter") {
		t.Errorf("what somebody has changed meanwhile is taken back: %q", m.Text)
	}
	form = h.desk.Command(ctx, denis, "réponses eiffelturm").Form
	for range 2 { // pressed twice
		wantText(t, h.desk.Press(ctx, denis, buttonOf(&bot.View{Blocks: form.Blocks}, "Retirer")), "Retiré")
	}
	if m := h.says(question); strings.Contains(m.Text, "330 Meter") {
		t.Errorf("taken back, the citizen hears %q", m.Text)
	}
	// An answer of the files can be replaced, and is restored.
	form = h.desk.Command(ctx, clara, "antworten contact").Form
	if form == nil {
		t.Fatal("a topic of the files does not open")
	}
	wantText(t, h.desk.Command(ctx, clara, "antworten gibtsnicht"), "gibt es nicht")
	near := h.desk.Command(ctx, clara, "antworten Kontakt")
	if wantText(t, near, "passen zu „Kontakt“", "**Kontakt** (`contact`)"); h.desk.Press(ctx, clara, near.View.Blocks[1].List.Items[0].Button.Data).Form == nil {
		t.Error("a topic that is found by its title does not open")
	}
}
