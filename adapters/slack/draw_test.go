package slack_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"exchangebot/adapters/slack"
	"exchangebot/adapters/slack/slacktest"
	"exchangebot/bot"
)

// update is the flag of bottest: the golden files are written.
func update() bool { return flag.Lookup("update").Value.String() == "true" }

// desks is one view of every kind.
func desks() map[string]bot.View {
	return map[string]bot.View{
		"card": {Text: "Neue Anmeldung: Club_de <Hockey>", Blocks: []bot.Block{{Card: &bot.Card{
			Title: "Club_de <Hockey> & Co", Fields: []bot.Pair{{Label: "Stadt", Value: "Montréal"}, {Label: "Leer"}},
			Text: "Wir möchten **mitmachen**.", Note: "seit *heute*",
			Buttons: []bot.Button{{Label: "Öffnen", Data: "open 7"}, {Label: "Seite", URL: "https://example.org"}, {Label: "", Data: "x"}},
		}}}},
		"list": {Text: "2 Anmeldungen", Blocks: []bot.Block{
			{Heading: "Anmeldungen"},
			{List: &bot.List{Items: []bot.Item{{Text: "**Museum** · Montréal", Button: &bot.Button{Label: "Öffnen", Data: "open 1"}}, {Text: "Schule"}}}},
			{Buttons: []bot.Button{{Label: "Weiter", Data: "signups page 2"}}}, {Note: "Seite 1 von 2"},
		}},
		"table": {Text: "Zahlen", Blocks: []bot.Block{
			{Table: &bot.Table{Title: "Nach Stadt", Header: []string{"Stadt", "Zahl"}, Rows: [][]string{{"Montréal", "12"}, {"", "3"}, {"kurz"}}, Numbers: []bool{false, true}}},
			{Table: &bot.Table{Title: "Zweite", Header: []string{"A"}, Rows: [][]string{{"b"}}}},
		}},
		"chart": {Text: "Verlauf", Blocks: []bot.Block{
			{Chart: &bot.Chart{Kind: bot.ChartLine, Title: "Wochen", Labels: []string{"1. Mai", "8. Mai"}, Series: []bot.Series{{Name: "neu", Values: []int64{3, 5}}}}},
			{Chart: &bot.Chart{Kind: bot.ChartPie, Title: "Teile", Labels: []string{"a", "b", "ein Name, der viel zu lang ist", "ein Name, der viel zu lang war", "e", "f", "g", "h"}, Series: []bot.Series{{Values: []int64{1, 0, 3, 4, 5, 6, 7, 8}}}}},
			{Chart: &bot.Chart{Kind: bot.ChartBar, Title: "Dritter", Labels: []string{"x", "yy"}, Series: []bot.Series{{Name: "s", Values: []int64{2}}}}},
			{Chart: &bot.Chart{Kind: bot.ChartPie, Title: "Nichts", Labels: []string{"x"}, Series: []bot.Series{{Values: []int64{0}}}}},
		}},
	}
}

func TestDraw(t *testing.T) {
	for name, v := range desks() {
		blocks, texts := slack.DrawMessages(v, 3)
		golden(t, name+".json", map[string]any{"messages": blocks, "texts": texts, "home": slack.DrawHome(v)})
	}
	form := bot.Form{ID: "signup 7 v3", Title: "Club de hockey sur glace de Montréal", Submit: "Speichern", Cancel: "Abbrechen",
		Blocks: desks()["card"].Blocks,
		Inputs: []bot.Input{
			{Name: "status", Kind: bot.InputChoice, Label: "Status", Value: []string{"new"}, Options: []bot.Option{{Value: "new", Label: "neu"}, {Value: "active", Label: "aktiv"}}},
			{Name: "fields", Kind: bot.InputChoices, Label: "Bereiche", Value: []string{"sport"}, Options: []bot.Option{{Value: "sport", Label: "Sport"}}, Optional: true},
			{Name: "title", Kind: bot.InputLine, Label: "Titel", Max: 60},
			{Name: "notes", Kind: bot.InputText, Label: "Notizen", Hint: "nur für Mitarbeitende", Value: []string{"ruft zurück"}, Optional: true},
			{Name: "date", Kind: bot.InputDate, Label: "Tag", Value: []string{"2027-03-29"}},
			{Name: "time", Kind: bot.InputTime, Label: "Uhrzeit", Value: []string{"09:00"}, Optional: true},
			{Name: "never", Kind: bot.InputDate, Label: "Kein Tag", Value: []string{"heute"}},
			{Name: "none", Kind: bot.InputChoice, Label: "Nichts zu wählen"},
		}}
	golden(t, "form.json", slack.DrawForm(&form))
	golden(t, "form-read.json", slack.DrawForm(&bot.Form{ID: "x", Title: "Lesen", Cancel: "Zu", Blocks: desks()["table"].Blocks}))
	golden(t, "manifest.json", json.RawMessage(slack.Manifest{Name: "Bot", Description: "Ein Bot", Command: "/exchange", About: "Hilfe", Usage: "help"}.JSON()))
	golden(t, "manifest-http.json", json.RawMessage(slack.Manifest{Name: "Bot", Description: "Ein Bot", Command: "/exchange", About: "Hilfe", Usage: "help", URL: "https://bot.example.org/"}.JSON()))
}

func golden(t *testing.T, name string, v any) {
	t.Helper()
	got, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	path := filepath.Join("testdata", name)
	if update() {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(got) != string(want) {
		t.Errorf("%s differs (%v), -update writes it:\n%s", name, err, got)
	}
}

// TestPageOfTheAuditLog draws as many of the longest entries as stand on one
// page: what did not fit would stand on no other.
func TestPageOfTheAuditLog(t *testing.T) {
	table := &bot.Table{Title: "Protokoll", Header: []string{"Wann", "Wer", "Was", "Womit", "Welche"}}
	for range 15 {
		table.Rows = append(table.Rows, []string{"2026-11-24 12:00:00", strings.Repeat("e", 80), "abgewiesen", strings.Repeat("w", 60), strings.Repeat("K7M4QX ", 40)})
	}
	blocks, _ := slack.DrawMessages(bot.View{Text: "Protokoll", Blocks: []bot.Block{{Heading: "Protokoll"}, {Table: table}, {Buttons: []bot.Button{{Label: "Ältere »", Data: "audit 1"}}}}}, 3)
	if got := text(blocks); len(blocks) != 1 || strings.Contains(got, "… (+") || strings.Count(got, "abgewiesen") != 15 || !strings.Contains(got, "Ältere") {
		t.Errorf("%d messages: %s", len(blocks), got)
	}
}

// TestTablesInOneMessage draws as text what a message has no room for, with its title once.
func TestTablesInOneMessage(t *testing.T) {
	blocks, _ := slack.DrawMessages(desks()["table"], 1)
	data, err := json.Marshal(blocks)
	if got := string(data); err != nil || len(blocks) != 1 || strings.Count(got, `"table"`) != 1 || strings.Count(got, "*Zweite*") != 1 {
		t.Errorf("%v: %d messages: %s", err, len(blocks), got)
	}
}

// TestLimits draws what is far too much: Slack takes all of it.
func TestLimits(t *testing.T) {
	long := strings.Repeat("sehr lang & <breit> ", 400)
	var rows [][]string
	var items []bot.Item
	var buttons []bot.Button
	var labels []string
	var values []int64
	for i := range 60 {
		rows = append(rows, []string{long, fmt.Sprint(i), ""})
		items = append(items, bot.Item{Text: long, Button: &bot.Button{Label: long, Data: fmt.Sprint(i)}})
		buttons = append(buttons, bot.Button{Label: long, Data: fmt.Sprint(i)})
		labels, values = append(labels, long), append(values, int64(i))
	}
	huge := bot.View{Text: long, Blocks: []bot.Block{
		{Heading: long}, {Text: long}, {Note: long}, {List: &bot.List{Items: items}}, {Buttons: buttons},
		{Table: &bot.Table{Title: long, Header: []string{long, "n", "leer"}, Rows: rows}},
		{Chart: &bot.Chart{Title: long, Labels: labels[:20], Series: []bot.Series{{Name: long, Values: values}, {Name: long}}}},
		{Chart: &bot.Chart{Title: long, Labels: labels, Series: []bot.Series{{Name: long, Values: values}}}},
		{Card: &bot.Card{Title: long, Fields: []bot.Pair{{Label: long, Value: long}}, Text: long, Note: long, Buttons: buttons}},
		{},
	}}
	huge.Blocks = append(huge.Blocks, huge.Blocks...)
	for _, b := range huge.Blocks[:10] {
		taken(t, bot.View{Text: "eins", Blocks: []bot.Block{b}})
	}
	taken(t, huge)
	taken(t, bot.View{Text: "nur Text"})
	taken(t, bot.View{Text: strings.Repeat("&", 3000)})
}

func taken(t *testing.T, v bot.View) {
	t.Helper()
	blocks, texts := slack.DrawMessages(v, 3)
	if len(blocks) > 3 {
		t.Errorf("%d messages", len(blocks))
	}
	for i := range blocks {
		for _, problem := range slacktest.Check("message", blocks[i]) {
			t.Error(problem)
		}
		if n := len([]rune(texts[i])); n == 0 || n > 4000 {
			t.Errorf("a text of %d characters", n)
		}
		if data, _ := json.Marshal(blocks[i]); len(data) > 13_000 && len(v.Blocks) > 1 {
			t.Errorf("blocks of %d bytes", len(data))
		}
	}
	for _, problem := range slacktest.Check("home", slack.DrawHome(v)) {
		t.Error(problem)
	}
}
