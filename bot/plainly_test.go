package bot_test

import (
	"strings"
	"testing"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// What is said at the desk in plain words about anything but sign-ups.
func TestPlainWords(t *testing.T) {
	h := newHall(t)
	for i := range 30 {
		if err := h.store.SaveVolunteer(t.Context(), bottest.Signed(i)); err != nil {
			t.Fatal(err)
		}
	}
	h.asks()
	for _, test := range []struct {
		who  bot.Staff
		text string
		want string // empty: it is a question as citizens ask it
	}{
		{clara, "Zeig mir die offenen Fragen", "Eiffelturm"},
		{clara, "Welche Fragen sind noch offen?", "Eiffelturm"},
		{clara, "fragen", "Eiffelturm"},
		{denis, "Montre-moi les questions ouvertes", "Eiffelturm"},
		{denis, "Quelles questions sont ouvertes ?", "Eiffelturm"},
		{clara, "Statistik für Mai", "Verstanden als: Zahlen · vom 1. Mai"},
		{clara, "Gib mir bitte die Zahlen seit März", "Verstanden als: Zahlen · "},
		{clara, "Wie viele Fragen wurden diese Woche gestellt?", "Verstanden als: Zahlen · "},
		{denis, "les statistiques de mai", "Compris"},
		{denis, "Combien de questions ont été posées cette semaine ?", "Compris"},
		{denis, "Combien de questions posées en mai ?", "Compris"},
		{denis, "Le nombre de questions posées ce mois-ci", "Compris"},
		{clara, "Exportiere alle Museen als CSV", "Anmeldungen als Datei · Art Museum"},
		{denis, "Exporte les musées en XLSX", "Type Musée"},
		{denis, "Peux-tu me sortir la liste des écoles en Excel ?", "inscriptions en fichier · Type École"},
		{clara, "Zeig mir die neuen Schulen als Excel", "Anmeldungen als Datei · Art Schule · Status neu"},
		{clara, "Was ist Excel?", ""},
		{clara, "Fragen kostet nichts, oder?", ""},
		{clara, "Welche Fragen kann ich stellen?", ""},
		{clara, "Zahlen wir Eintritt?", ""},
		{nobody, "Zeig mir die offenen Fragen", ""},
		{nobody, "Statistik für Mai", ""},
	} {
		r, asked := h.desk.Ask(t.Context(), test.who, test.text)
		if asked != (test.want != "") {
			t.Errorf("%q: taken for a question to the desk: %t", test.text, asked)
		} else if asked {
			wantText(t, r, test.want)
			for _, word := range []string{"mit dem Wort", "avec le mot"} {
				if strings.Contains(shown(r.View), word) {
					t.Errorf("%q: reads a word to look for: %s", test.text, shown(r.View))
				}
			}
		}
	}
}
