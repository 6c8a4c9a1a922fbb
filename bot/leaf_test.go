package bot_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// TestLeaves turns the pages of each list to its end and back.
func TestLeaves(t *testing.T) {
	for _, test := range []struct {
		who              bot.Staff
		line, next, back string
		kind             bot.DocumentKind
		data             string
		pages            int
	}{
		{clara, "fragen", "Weiter »", "« Zurück", bot.DocumentQuestion, `{"id": %q, "chat": "test:citizen", "asked": "2026-11-22T12:00:00Z", "said": [{"id": "x", "text": %q}]}`, 4},
		{clara, "antworten", "Ältere »", "« Neuere", bot.DocumentAnswer, `{"topic": %q, "by": %q, "texts": {"de": {}, "fr": {}}}`, 3},
		{denis, "journal", "Plus anciennes\u00a0»", "«\u00a0Plus récentes", bot.DocumentAudit, `{"staff": %q, "name": %q, "action": "read", "what": "help"}`, 2},
	} {
		store := bottest.NewStore()
		for i := range 35 {
			key := fmt.Sprint("key ", i)
			d := &bot.Document{Kind: test.kind, Key: key, Chat: citizen, Open: true, At: time.Date(2026, 11, 22, 12, 0, i/2, 0, time.UTC), Data: fmt.Sprintf(test.data, key, key)}
			if err := store.SaveDocument(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		desk := newBot(t, store).Desk()
		r := desk.Command(t.Context(), test.who, test.line)
		turn := func(label string) bool {
			data := buttonOf(r.View, label)
			if data != "" {
				r = desk.Press(t.Context(), test.who, data)
			}
			return data != ""
		}
		rows := func() string {
			for _, block := range r.View.Blocks {
				if block.Table != nil {
					return fmt.Sprint(block.Table.Rows)
				} else if block.List != nil {
					return fmt.Sprint(len(block.List.Items), block.List.Items[0].Text)
				}
			}
			return ""
		}
		forth := []string{rows()}
		for turn(test.next) {
			forth = append(forth, rows())
		}
		back := []string{rows()}
		for turn(test.back) {
			back = append(back, rows())
		}
		slices.Reverse(back)
		if test.kind == bot.DocumentAudit { // the first page has grown: who reads the list is noted
			forth, back = forth[1:], back[1:]
		}
		if !slices.Equal(forth, back) || len(forth) != test.pages {
			t.Errorf("%s: %d pages\n%q\nback\n%q", test.line, len(forth), forth, back)
		}
	}
}
