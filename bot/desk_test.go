package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

var (
	clara  = bot.Staff{ID: "test:clara", Name: "Clara", Locale: "de-DE", Staff: true}
	denis  = bot.Staff{ID: "test:denis", Name: "Denis", Locale: "fr-CA", Admin: true}
	nobody = bot.Staff{ID: "test:nobody", Name: "Nobody", Locale: "de-DE"}
)

// shown is all that a view shows, block by block.
func shown(v *bot.View) string {
	if v == nil {
		return ""
	}
	var b strings.Builder
	for _, block := range v.Blocks {
		b.WriteString(block.Heading + block.Text + block.Note + "\n")
		if block.List != nil {
			for _, item := range block.List.Items {
				b.WriteString(item.Text + "\n")
			}
		}
		if block.Table != nil {
			fmt.Fprintln(&b, block.Table.Title, block.Table.Header, block.Table.Rows)
		}
		if block.Chart != nil {
			fmt.Fprintln(&b, block.Chart.Labels, block.Chart.Series)
		}
		if block.Card != nil {
			fmt.Fprintln(&b, block.Card.Title, block.Card.Text, block.Card.Fields, block.Card.Note)
		}
		for _, button := range block.Buttons {
			b.WriteString("[" + button.Label + "|" + button.Data + "] ")
		}
	}
	return b.String()
}

// filled is a store with so many volunteers.
func filled(t testing.TB, n int) *bottest.Store {
	t.Helper()
	s := bottest.NewStore()
	for i := range n {
		v := bottest.Signed(i)
		if i%3 == 0 {
			v.City, v.Place = bot.Montreal, ""
		}
		if err := s.SaveVolunteer(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func wantText(t *testing.T, r bot.Response, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if got := shown(r.View); !strings.Contains(got, want) {
			t.Errorf("it says:\n%s\nwant %q in it", got, want)
		}
	}
}

func TestDeskCommands(t *testing.T) {
	desk := newBot(t, filled(t, 30)).Desk()
	for _, test := range []struct {
		who  bot.Staff
		line string
		want []string
	}{
		{clara, "", []string{"/exchange anmeldungen", "/exchange suche", "Sie können filtern", "Museum"}},
		{denis, "aide", []string{"/exchange inscriptions", "/exchange journal", "Vous pouvez filtrer", "- Type\u00a0: Association, "}},
		{clara, "anmeldungen", []string{"**30 Anmeldungen**, die neuesten zuerst", "Verstanden als: Anmeldungen auflisten", "Ältere »|page "}},
		{clara, "signups museums montréal since march", []string{"Art Museum · Stadt Montréal · seit 1. März 2026", "Gemeint war: Bereich Museen|signups field:museums city:montreal from:2026-03-01"}},
		{denis, "inscriptions écoles nouvelles depuis le 1er mai", []string{"Type École · Statut nouvelle · depuis le 1er mai 2025"}},
		{clara, "anmeldungen montreall", []string{"Verstanden als: Anmeldungen auflisten · Stadt Montréal"}},
		{clara, "anmeldungen seit den Ferien", []string{"Das habe ich nicht verstanden: seit den Ferien", "Sie können filtern nach"}},
		{clara, "anmeldungen stadt:atlantis schule", []string{"nicht verstanden: stadt:atlantis", "Ohne das suchen|signups kind:school"}},
		{clara, "zahlen stadt:atlantis schulen seit mai", []string{"nicht verstanden: stadt:atlantis", "Verstanden als: Zahlen · Art", "Ohne das suchen|stats kind:school"}},
		{clara, "export xlsx stadt:atlantis schule", []string{"Verstanden als: Anmeldungen als Datei · Art Schule", "Ohne das suchen|export xlsx kind:school"}},
		{clara, "count stadt:atlantis schule", []string{"kenne ich nicht"}},
		{clara, "anmeldungen seit gestern abend", []string{"nicht verstanden: abend"}},
		{clara, "anmeldungen nicht für Sport", []string{"nicht verstanden: nicht"}},
		{clara, "suche förderverein 7", []string{"mit dem Wort „förderverein“ · mit dem Wort „7“"}},
		{clara, "find " + bottest.Signed(4).Reference, []string{"Anmeldung " + bottest.Signed(4).Reference}},
		{clara, "suche " + bottest.Signed(4).Email, []string{bottest.Signed(4).Organisation[:8], "**" + bottest.Signed(4).Reference + "**"}},
		{clara, "signups schulen Köln", []string{"mit dem Wort „Köln“", "[✕ Schule|signups word:Köln]"}},
		{clara, "signups Læsø", []string{"mit dem Wort „Læsø“"}},
		{clara, "signups word:Förderverein word:7", []string{"**5 Anmeldungen**", "mit dem Wort „Förderverein“"}},
		{denis, "chercher nirgendwo", []string{"Aucune inscription", "ni sur leur nom, ni sur ce qu’elles proposent"}},
		{clara, "suche", []string{"Wonach soll ich suchen?"}},
		{clara, "anmeldugen", []string{"„anmeldugen“ kenne ich nicht", "[anmeldungen|signups]", "/exchange anmeldungen"}},
		{clara, "museen montréal", []string{"[Anmeldungen danach filtern|signups kind:museum city:montreal]"}},
		{clara, "zahlen museen seit mai Köln", []string{"Gemeint war: Bereich Museen|stats field:museums from:2025-05-01 word:Köln", "[✕ Museum|stats from:2025-05-01 word:Köln]", "„Köln“|stats kind:museum from:2025-05-01]"}},
		{clara, "exprot csv Schulen", []string{"[export csv Schulen|export csv Schulen]"}},
		{clara, "ich", []string{"Clara", "Sachbearbeitung", "Deutsch"}},
		{clara, "protokoll", []string{"nur Administratorinnen"}},
		{nobody, "anmeldungen", []string{"nur für die Mitarbeitenden"}},
		{nobody, "", []string{"nur für die Mitarbeitenden"}},
	} {
		t.Run(test.who.Name+" "+test.line, func(t *testing.T) {
			r := desk.Command(t.Context(), test.who, test.line)
			wantText(t, r, test.want...)
			if r.View == nil || r.View.Text == "" {
				t.Error("there is no text to fall back on")
			}
		})
	}
}

// buttonOf is what a button in a row of a view says; empty where there is none.
func buttonOf(v *bot.View, label string) string {
	for _, block := range v.Blocks {
		for _, b := range block.Buttons {
			if b.Label == label {
				return b.Data
			}
		}
	}
	return ""
}

func TestDeskPages(t *testing.T) {
	desk := newBot(t, filled(t, 25)).Desk()
	seen := map[string]bool{}
	var pages []string
	r := desk.Command(t.Context(), clara, "anmeldungen")
	for page := 1; ; page++ {
		next := buttonOf(r.View, "Ältere »")
		pages = append(pages, shown(r.View))
		wantText(t, r, "[Nur zählen|count ]")
		for _, block := range r.View.Blocks {
			if block.List != nil {
				for _, item := range block.List.Items {
					seen[item.Button.Data] = true
				}
			}
		}
		if next == "" {
			if page != 3 {
				t.Errorf("%d pages, want 3", page)
			}
			break
		}
		if r = desk.Press(t.Context(), clara, next); !r.Replace {
			t.Error("the page does not take the place of the one before")
		}
	}
	if len(seen) != 25 {
		t.Errorf("%d of 25 are listed", len(seen))
	}
	for page := 1; page >= 0; page-- {
		if r = desk.Press(t.Context(), clara, buttonOf(r.View, "« Neuere")); shown(r.View) != pages[page] {
			t.Errorf("turned back, it says:\n%s\nwant page %d:\n%s", shown(r.View), page+1, pages[page])
		}
	}
	if buttonOf(desk.Command(t.Context(), clara, "anmeldungen 1999").View, "Nur zählen") != "" {
		t.Error("none are there to be counted, and a button offers to")
	}
}

func TestDeskAsk(t *testing.T) {
	desk := newBot(t, filled(t, 30)).Desk()
	r, asked := desk.Ask(t.Context(), denis, "Combien d'associations de Montréal ?")
	if !asked {
		t.Fatal("a question about the sign-ups is not taken for one")
	}
	wantText(t, r, "**2 inscriptions**", "compter les inscriptions · Type Association · Ville Montréal")
	for _, who := range []bot.Staff{clara, denis} {
		word := map[bot.Staff]string{clara: "Hilfe!", denis: "aide"}[who]
		r, asked := desk.Ask(t.Context(), who, word)
		if wantText(t, r, "/exchange "); !asked {
			t.Errorf("%q is not answered to staff", word)
		}
	}
	if _, asked := desk.Ask(t.Context(), nobody, "Hilfe"); asked {
		t.Error("a stranger gets the help of staff")
	}
	if _, asked := desk.Ask(t.Context(), clara, "Was kostet die Teilnahme?"); asked {
		t.Error("a citizen's question is taken for a query")
	}
	if _, asked := desk.Ask(t.Context(), nobody, "Zeig mir die neuen Schulen"); asked {
		t.Error("a stranger's words are taken for a query")
	}
}

// Two people who edit the same record do not overwrite each other.
func TestDeskEditing(t *testing.T) {
	store := filled(t, 3)
	desk, ctx := newBot(t, store).Desk(), t.Context()
	ref := bottest.Signed(1).Reference
	first, second := desk.Press(ctx, clara, "record "+ref).Form, desk.Press(ctx, denis, "record "+ref).Form
	if first == nil || second == nil || len(first.Inputs) != 2 {
		t.Fatalf("no form: %+v", first)
	}
	enter := func(status, notes string) map[string][]string {
		return map[string][]string{"status": {status}, "notes": {notes}}
	}
	if r := desk.Submit(ctx, nobody, bot.Submission{Form: first.ID, Values: enter("declined", "")}); r.View == nil {
		t.Error("a stranger is not refused")
	}
	if r := desk.Submit(ctx, clara, bot.Submission{Form: first.ID, Values: enter("withdrawn", "")}); r.Errors["status"] == "" {
		t.Error("staff withdraw a consent")
	}
	if r := desk.Submit(ctx, clara, bot.Submission{Form: first.ID, Values: enter("active", strings.Repeat("x", 2001))}); r.Errors["notes"] == "" {
		t.Error("notes without end are taken")
	}
	for range 2 { // delivered twice
		if r := desk.Submit(ctx, clara, bot.Submission{Form: first.ID, Values: enter("active", "Clara")}); r.Notice == "" {
			t.Fatalf("not saved: %+v", r)
		}
	}
	r := desk.Submit(ctx, denis, bot.Submission{Form: second.ID, Values: enter("declined", "Denis")})
	if r.Form == nil || r.Form.Inputs[1].Value[0] != "Denis" || !strings.Contains(r.Form.Blocks[0].Text, "Clara") {
		t.Fatalf("the second person does not see what the first one did: %+v", r)
	}
	if v, _ := store.Volunteer(ctx, bottest.Signed(1).Chat); v.Notes != "Clara" || v.Status != bot.StatusActive {
		t.Errorf("stored: %s %s", v.Status, v.Notes)
	}
	if r := desk.Submit(ctx, denis, bot.Submission{Form: r.Form.ID, Values: enter("declined", "Denis")}); r.Notice == "" {
		t.Errorf("the second try is not saved: %+v", r)
	}
	if v, _ := store.Volunteer(ctx, bottest.Signed(1).Chat); v.Notes != "Denis" {
		t.Errorf("stored: %s", v.Notes)
	}
	if r := desk.Press(ctx, clara, "mark "+ref+" active contacted"); !strings.Contains(r.Notice, "abgelehnt") {
		t.Errorf("a button of an earlier status works: %+v", r)
	}
}

// Who changes one thing in a record does not undo what a colleague has changed
// in another, however late they notice it.
func TestDeskEditingApart(t *testing.T) {
	ref := bottest.Signed(1).Reference
	enter := func(form *bot.Form, status, notes string) bot.Submission {
		return bot.Submission{Form: form.ID, Values: map[string][]string{"status": {status}, "notes": {notes}}}
	}
	for name, late := range map[string]func(*bot.Desk, bot.Submission) bot.Response{
		"sent": func(d *bot.Desk, s bot.Submission) bot.Response { return d.Submit(t.Context(), denis, s) },
		"opened anew": func(d *bot.Desk, s bot.Submission) bot.Response {
			return d.Submit(t.Context(), denis, bot.Submission{Form: d.Reopen(t.Context(), denis, s).Form.ID, Values: s.Values})
		},
	} {
		store := filled(t, 3)
		desk, ctx := newBot(t, store).Desk(), t.Context()
		form := desk.Press(ctx, denis, "record "+ref).Form
		status, notes := form.Inputs[0].Value[0], form.Inputs[1].Value[0]
		desk.Submit(ctx, clara, enter(form, status, "Ab neun Uhr"))
		shown := late(desk, enter(form, "active", notes)).Form
		if shown == nil || shown.Inputs[0].Value[0] != "active" || shown.Inputs[1].Value[0] != "Ab neun Uhr" {
			t.Fatalf("%s: the colleague's notes are not shown: %+v", name, shown)
		}
		if r := desk.Submit(ctx, denis, enter(shown, "active", "Ab neun Uhr")); r.Notice == "" {
			t.Errorf("%s: not saved: %+v", name, r)
		}
		if v := signed(t, store, 1); v.Status != bot.StatusActive || v.Notes != "Ab neun Uhr" {
			t.Errorf("%s: stored are %s and %q", name, v.Status, v.Notes)
		}
	}
}

func TestAudit(t *testing.T) {
	desk, ctx := newBot(t, filled(t, 3)).Desk(), t.Context()
	ref := bottest.Signed(2).Reference
	desk.Command(ctx, nobody, "anmeldungen")
	desk.Press(ctx, clara, "record "+ref)
	desk.Press(ctx, clara, "mark "+ref+" active contacted")
	desk.Press(ctx, clara, "mark "+ref+" "+string(bottest.Signed(2).Status)+" declined")
	desk.Command(ctx, clara, "audit")
	r := desk.Command(ctx, denis, "audit")
	wantText(t, r, "Nobody refusé Liste des inscriptions", "Clara lu Inscription "+ref, "Clara modifié Statut d’une inscription "+ref, "Clara refusé Journal")
	for _, word := range []string{"Müller", "Förderverein", "example.org"} {
		if strings.Contains(shown(r.View), word) {
			t.Errorf("the audit log says what was seen: %s", word)
		}
	}
}

// Of an export it is noted which records it holds, and who reads the log can ask
// for one of them.
func TestAuditExport(t *testing.T) {
	store := filled(t, 20)
	desk, ctx := newBot(t, store).Desk(), t.Context()
	first, last := bottest.Signed(0).Reference, bottest.Signed(19).Reference
	desk.Command(ctx, clara, "export csv seit 2020")
	desk.Command(ctx, clara, "export csv nirgendwo")
	desk.Press(ctx, clara, "record "+first)
	r := desk.Command(ctx, denis, "audit")
	wantText(t, r, "Exportation 20 inscriptions · from:2020-01-01 · "+last, "… (+5)", "Exportation 0 inscription]")
	r = desk.Command(ctx, denis, "audit "+strings.ToLower(first))
	wantText(t, r, "Clara lu Inscription "+first, "Exportation 20 inscriptions")
	if got := shown(r.View); strings.Contains(got, "Journal") || strings.Contains(got, "Exportation 0") {
		t.Errorf("asked for one record, the log shows %s", got)
	}
	wantText(t, desk.Command(ctx, denis, "audit "+first), "Denis lu Journal "+first)
	wantText(t, desk.Command(ctx, denis, "journal hier"), "n’est pas un numéro d’inscription")
	for range 40 {
		desk.Command(ctx, clara, "signups")
	}
	next := func(r bot.Response, i int) bot.Response { // the i-th button of the page
		buttons := r.View.Blocks[len(r.View.Blocks)-1].Buttons
		return desk.Press(ctx, denis, buttons[i].Data)
	}
	second := next(desk.Command(ctx, denis, "audit"), 0)
	wantText(t, second, "Qui a fait quoi", "Clara lu")
	wantText(t, next(second, 0), "Qui a fait quoi", "Clara lu")
}

func TestDeskLanguage(t *testing.T) {
	store := filled(t, 1)
	desk, ctx := newBot(t, store).Desk(), t.Context()
	wantText(t, desk.Command(ctx, clara, "langue fr"), "je vous réponds ici en **français**")
	wantText(t, newBot(t, store).Desk().Command(ctx, clara, "aide"), "Voici ce que vous pouvez faire")
	wantText(t, desk.Command(ctx, clara, "sprache Deutsch"), "Deutsch")
	wantText(t, desk.Press(ctx, clara, "language auto"), "Deutsch")
}

// serve runs a bot on channels until the test ends.
func serve(t *testing.T, b *bot.Bot, channels ...bot.Channel) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	b.Hurry()
	go func() { done <- b.Run(ctx, channels...) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func await(t *testing.T, board *bottest.Board, what string, wanted func([]bottest.Posted) bool) []bottest.Posted {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	posts, err := board.Await(ctx, wanted)
	if err != nil {
		t.Fatalf("%s does not appear; the board shows %+v", what, posts)
	}
	return posts
}

// Staff are told once, in order, also when the board was away meanwhile.
func TestCards(t *testing.T) {
	store, board := filled(t, 3), bottest.NewBoard()
	b := newBotAt(t, store, time.Now)
	serve(t, b, board)
	desk, ctx := b.Desk(), t.Context()
	board.Deliver(bot.Update{ID: "1", Chat: "test:9", Kind: bot.KindText, Text: "Hallo"}) // it runs
	board.Away(errors.New("away"))
	for i := range 3 {
		v := bottest.Signed(i)
		for _, status := range []bot.Status{"contacted", "declined", "new"} {
			desk.Press(ctx, clara, fmt.Sprintf("mark %s %s %s", v.Reference, v.Status, status))
		}
	}
	board.LosePost(errors.New("answer lost"))
	board.Away(nil)
	posts := await(t, board, "a card for each", func(p []bottest.Posted) bool { return len(p) == 3 })
	for i, p := range posts {
		if want := bottest.Signed(i).Reference + " · "; !strings.Contains(p.View.Text, want) || strings.Count(p.View.Text, " · ") != 3 {
			t.Errorf("card %d says in plain text %q", i, p.View.Text)
		}
		if want := bottest.Signed(i).Reference; !strings.Contains(shown(&p.View), want) {
			t.Errorf("card %d is not that of %s: %s", i, want, shown(&p.View))
		}
	}
	v, err := store.Volunteer(ctx, bottest.Signed(1).Chat)
	if err != nil {
		t.Fatal(err)
	}
	board.Deliver(bot.Update{ID: "2", Chat: v.Chat, Kind: bot.KindText, Text: "/withdraw"})
	posts = await(t, board, "the withdrawal", func(p []bottest.Posted) bool { return len(p) == 4 })
	if p := posts[3]; p.Thread != posts[1].ID || !strings.Contains(p.View.Text, "widerrufen") || strings.Contains(shown(&posts[1].View), "Förderverein") {
		t.Errorf("withdrawn: %+v, the card shows %s", p, shown(&posts[1].View))
	}
	board.Deliver(bot.Update{ID: "3", Chat: v.Chat, Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: "/delete yes"}})
	await(t, board, "the deletion", func(p []bottest.Posted) bool { return strings.Contains(p[1].View.Text, "gelöscht") })
}

// signed is the n-th volunteer of a store.
func signed(t *testing.T, store bot.Store, n int) *bot.Volunteer {
	t.Helper()
	v, err := store.Volunteer(t.Context(), bottest.Signed(n).Chat)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
