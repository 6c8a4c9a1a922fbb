package bot_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

func at(day string) func() time.Time {
	now, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return func() time.Time { return now.Add(12 * time.Hour) }
}

func TestStats(t *testing.T) {
	store := filled(t, 30) // from 2026-11-22 on, one an hour
	count := func(event bot.Event, topic string, n int64) bot.Count {
		return bot.Count{Day: "2026-11-22", Event: event, Topic: topic, Language: bot.German, N: n}
	}
	err := store.SaveConversation(t.Context(), &bot.Conversation{Chat: "test:q"}, count(bot.EventAnswered, "cost", 6), count(bot.EventRefused, "", 2),
		count(bot.EventHelped, "cost", 1), count(bot.EventUnhelpful, "cost", 3), count(bot.EventHelped, "other", 4), count(bot.EventUnhelpful, "rare", 1))
	if err != nil {
		t.Fatal(err)
	}
	desk := newBotAt(t, store, at("2026-11-25")).Desk()
	r := desk.Command(t.Context(), clara, "statistik")
	wantText(t, r, "**30 Anmeldungen**", "**8 Fragen**", "Verstanden als: Zahlen", "75 %", "56 %", "Verein 6 20 %", "Montréal 10 33 %", "[[cost 1 3 75 %]]")
	for _, want := range []string{"30 Anmeldungen", "Verstanden als: Zahlen", "Schulen 6 · Museen 6"} {
		if !strings.Contains(r.View.Text, want) {
			t.Errorf("in plain text: %q, want %q", r.View.Text, want)
		}
	}
	if help := desk.Command(t.Context(), denis, "aide").View.Text; !strings.Contains(help, "/exchange inscriptions\n") || !strings.Contains(help, "/exchange journal") {
		t.Errorf("the help in plain text: %q", help)
	}
	var weeks *bot.Chart
	for _, block := range r.View.Blocks {
		if block.Chart != nil && block.Chart.Kind == bot.ChartLine {
			weeks = block.Chart
		}
	}
	if n := len(weeks.Labels); n < 13 || !slices.Equal(weeks.Series[0].Values[n-2:], []int64{13, 17}) {
		t.Errorf("by week: %+v", weeks)
	}
	wantText(t, r, "**0 Abonnements der Neuigkeiten**")
	wantText(t, desk.Command(t.Context(), denis, "statistiques 2025"), "**0 inscription**", "du 1er janvier 2025 au 31 décembre 2025")
	wantText(t, desk.Command(t.Context(), clara, "stats museen"), "**6 Anmeldungen**", "Art Museum", "Die Filter gelten nur für die Anmeldungen")
	weeks = nil
	for _, block := range desk.Command(t.Context(), clara, "stats 2026").View.Blocks {
		if block.Chart != nil && block.Chart.Kind == bot.ChartLine {
			weeks = block.Chart
		}
	}
	if n := len(weeks.Labels); weeks.Labels[n-1] != "23.11." {
		t.Errorf("by week, of a year that is not over: %+v", weeks)
	}
	titles := func(line string) (titles []string) {
		for _, block := range desk.Command(t.Context(), clara, line).View.Blocks {
			if strings.Contains(block.Note, "Die Filter") {
				t.Errorf("%s: there are no filters, and it says %q", line, block.Note)
			}
			if block.Chart != nil {
				titles = append(titles, block.Chart.Title)
			}
		}
		return titles
	}
	if got := titles("stats"); got[0] != "Anmeldungen je Woche" {
		t.Errorf("all weeks are shown: %q", got)
	}
	if got := titles("stats 2026"); got[0] != "Anmeldungen je Woche, nur die neuesten 20" {
		t.Errorf("some weeks are shown: %q", got)
	}
	wantText(t, desk.Command(t.Context(), clara, "stats seit übermorgen"), "nicht verstanden")
	wantText(t, desk.Command(t.Context(), nobody, "stats"), "nur für die Mitarbeitenden")
}

func TestStatsOfSubscribers(t *testing.T) {
	store := bottest.NewStore()
	for i := range 6 {
		sub := bottest.Subscribing(i)
		if i == 5 {
			sub.State = bot.Lost
		}
		if i == 4 {
			sub.Fields = nil
		}
		if err := store.SaveSubscriber(t.Context(), sub); err != nil {
			t.Fatal(err)
		}
	}
	count := func(event bot.Event, n int64) bot.Count {
		return bot.Count{Day: "2026-11-22", Event: event, Language: bot.German, N: n}
	}
	err := store.SaveConversation(t.Context(), &bot.Conversation{Chat: "test:q"}, count(bot.EventSubscribed, 7), count(bot.EventUnsubscribed, 2))
	if err != nil {
		t.Fatal(err)
	}
	desk := newBotAt(t, store, at("2026-11-25")).Desk()
	wantText(t, desk.Command(t.Context(), clara, "statistik"), "**5 Abonnements der Neuigkeiten**", "7 begonnen, 2 beendet",
		"Kanal und Sprache Test, Deutsch 1 20 %", "Kanal und Sprache Test, Französisch 2 40 %", "Kanal und Sprache West, Deutsch 1 20 %",
		"Bereich Schulen 2 40 %", "Bereich Sport 2 40 %")
	wantText(t, desk.Command(t.Context(), denis, "statistiques 2025"), "**5 abonnements aux nouvelles**", "0 en plus et 0 en moins")
}

func TestExport(t *testing.T) {
	store := filled(t, 3)
	evil := bottest.Signed(7)
	evil.Organisation, evil.Offers = `=HYPERLINK("http://evil";"x")`, "+1;\"zwei\"\nZeilen"
	if err := store.SaveVolunteer(t.Context(), evil); err != nil {
		t.Fatal(err)
	}
	desk := newBotAt(t, store, at("2026-11-25")).Desk()

	r := desk.Command(t.Context(), clara, "export")
	wantText(t, r, "4 Anmeldungen", "[XLSX|export xlsx]")
	if r.File.Name != "anmeldungen-2026-11-25.csv" || !bytes.HasPrefix(r.File.Data, []byte("\xef\xbb\xbf")) {
		t.Errorf("file %s begins with %q", r.File.Name, r.File.Data[:10])
	}
	reader := csv.NewReader(bytes.NewReader(r.File.Data[3:]))
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	if err != nil || len(rows) != 5 || rows[1][2] != "'"+evil.Organisation || rows[1][6] != "'"+evil.Offers || rows[2][3] != "Anna Müller-Côté" || rows[2][9] != "(+49) 211 8991" {
		t.Errorf("rows, error %v: %q", err, rows)
	}

	r = desk.Press(t.Context(), denis, "export xlsx kind:society")
	book, err := excelize.OpenReader(bytes.NewReader(r.File.Data))
	if err != nil {
		t.Fatal(err)
	}
	rows, err = book.GetRows("Sheet1")
	if err != nil || len(rows) != 3 || rows[1][2] != evil.Organisation {
		t.Errorf("rows, error %v: %q", err, rows)
	}
	if formula, err := book.GetCellFormula("Sheet1", "C2"); formula != "" || err != nil {
		t.Errorf("a cell is a formula: %q, %v", formula, err)
	}
	for line, name := range map[string]string{"export xlsx": ".xlsx", "export vereine als XLSX": ".xlsx", "export CSV vereine": ".csv", "export excel, vereine": ".xlsx"} {
		if r := desk.Command(t.Context(), clara, line); r.File == nil || !strings.HasSuffix(r.File.Name, name) {
			t.Errorf("%s: %+v, want a file of %s", line, r.File, name)
		}
	}
	for line, want := range map[string]string{"export pdf vereine": "Genannt haben Sie: PDF", "export csv xlsx": "Genannt haben Sie: CSV, XLSX"} {
		r := desk.Command(t.Context(), clara, line)
		if wantText(t, r, want, "[CSV|export csv", "[XLSX|export xlsx"); r.File != nil {
			t.Errorf("%s: a file nevertheless", line)
		}
	}
	if r := desk.Command(t.Context(), nobody, "export"); r.File != nil {
		t.Error("a stranger gets a file")
	}
	wantText(t, desk.Command(t.Context(), denis, "audit"), "Exportation 4", "Exportation 2 inscriptions · kind:society · ")
}
