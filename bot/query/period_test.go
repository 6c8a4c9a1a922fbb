package query_test

import "testing"

// today is Sunday, 22 November 2026.
func TestPeriods(t *testing.T) {
	r := reader(t)
	for _, test := range []struct{ lang, text, want string }{
		{"de", "vorgestern", "from:2026-11-20 to:2026-11-20"},
		{"de", "seit gestern", "from:2026-11-21"},
		{"de", "vor drei Tagen", "from:2026-11-19 to:2026-11-19"},
		{"de", "vor zwei Wochen", "from:2026-11-02 to:2026-11-08"},
		{"de", "seit zwei Wochen", "from:2026-11-08"},
		{"de", "seit einem halben Jahr", "from:2026-05-22"},
		{"de", "in den letzten 14 Tagen", "from:2026-11-09 to:2026-11-22"},
		{"de", "der vergangenen drei Monate", "from:2026-08-23 to:2026-11-22"},
		{"de", "vorletzte Woche", "from:2026-11-02 to:2026-11-08"},
		{"de", "im Vormonat", "from:2026-10-01 to:2026-10-31"},
		{"de", "seit Jahresbeginn", "from:2026-01-01"},
		{"de", "diesjährige", "from:2026-01-01 to:2026-12-31"},
		{"de", "am Freitag", "from:2026-11-20 to:2026-11-20"},
		{"de", "letzten Sonntag", "from:2026-11-15 to:2026-11-15"},
		{"de", "Freitag letzter Woche", "from:2026-11-13 to:2026-11-13"},
		{"de", "Montag, 16. November", "from:2026-11-16 to:2026-11-16"},
		{"de", "von Montag bis Mittwoch", "from:2026-11-16 to:2026-11-18"},
		{"de", "am Wochenende", "from:2026-11-21 to:2026-11-22"},
		{"de", "letztes Wochenende", "from:2026-11-14 to:2026-11-15"},
		{"de", "KW45", "from:2026-11-02 to:2026-11-08"},
		{"de", "in KW 45", "from:2026-11-02 to:2026-11-08"},
		{"de", "in der 1. Kalenderwoche 2026", "from:2025-12-29 to:2026-01-04"},
		{"de", "im 2. Quartal", "from:2026-04-01 to:2026-06-30"},
		{"de", "Q3 2025", "from:2025-07-01 to:2025-09-30"},
		{"de", "im ersten Halbjahr", "from:2026-01-01 to:2026-06-30"},
		{"de", "letzten Sommer", "from:2026-06-01 to:2026-08-31"},
		{"de", "im Winter", "from:2025-12-01 to:2026-02-28"},
		{"de", "im Mai letzten Jahres", "from:2025-05-01 to:2025-05-31"},
		{"de", "im Dezember", "from:2025-12-01 to:2025-12-31"},
		{"de", "Anfang Mai", "from:2026-05-01 to:2026-05-10"},
		{"de", "seit Mitte Oktober", "from:2026-10-15"},
		{"de", "Stand Ende Juni", "to:2026-06-30"},
		{"de", "bis Ende Juni", "to:2026-06-30"},
		{"de", "seit Mitte 2025", "from:2025-07-01"},
		{"de", "in der ersten Woche im Mai", "from:2026-05-01 to:2026-05-07"},
		{"de", "am 1. des Monats", "from:2026-11-01 to:2026-11-01"},
		{"de", "seit dem 15.", "from:2026-11-15"},
		{"de", "vom 15. Oktober an", "from:2026-10-15"},
		{"de", "H1 2025", "from:2025-01-01 to:2025-06-30"},
		{"de", "1.3.-15.4.", "from:2026-03-01 to:2026-04-15"},
		{"de", "vom 10.–20. März", "from:2026-03-10 to:2026-03-20"},
		{"de", "12.10.26", "from:2026-10-12 to:2026-10-12"},
		{"de", "05/2026", "from:2026-05-01 to:2026-05-31"},
		{"de", "zwischen Mai und August 2025", "from:2025-05-01 to:2025-08-31"},
		{"de", "von November bis Januar", "from:2025-11-01 to:2026-01-31"},
		{"de", "März 2025 bis Juni", "from:2025-03-01 to:2025-06-30"},
		{"de", "Mai und Juni", "from:2026-05-01 to:2026-06-30"},
		{"de", "März/April", "from:2026-03-01 to:2026-04-30"},
		{"de", "seit Mai bis August", "from:2026-05-01 to:2026-08-31"},
		{"de", "Setpember", "from:2026-09-01 to:2026-09-30"},
		{"fr", "avant-hier", "from:2026-11-20 to:2026-11-20"},
		{"fr", "il y a trois jours", "from:2026-11-19 to:2026-11-19"},
		{"fr", "ces 30 derniers jours", "from:2026-10-24 to:2026-11-22"},
		{"fr", "des deux dernières semaines", "from:2026-11-09 to:2026-11-22"},
		{"fr", "le mois passé", "from:2026-10-01 to:2026-10-31"},
		{"fr", "l'an dernier", "from:2025-01-01 to:2025-12-31"},
		{"fr", "l'année en cours", "from:2026-01-01 to:2026-12-31"},
		{"fr", "depuis le début de l'année", "from:2026-01-01"},
		{"fr", "vendredi dernier", "from:2026-11-20 to:2026-11-20"},
		{"fr", "vendredi de la semaine dernière", "from:2026-11-13 to:2026-11-13"},
		{"fr", "lundi 16 novembre", "from:2026-11-16 to:2026-11-16"},
		{"fr", "la fin de semaine dernière", "from:2026-11-14 to:2026-11-15"},
		{"fr", "la semaine 45", "from:2026-11-02 to:2026-11-08"},
		{"fr", "au deuxième trimestre", "from:2026-04-01 to:2026-06-30"},
		{"fr", "cet été", "from:2026-06-01 to:2026-08-31"},
		{"fr", "l'hiver dernier", "from:2025-12-01 to:2026-02-28"},
		{"fr", "mai de l'année dernière", "from:2025-05-01 to:2025-05-31"},
		{"fr", "jusqu'à la fin août", "to:2026-08-31"},
		{"fr", "la première quinzaine de mai", "from:2026-05-01 to:2026-05-15"},
		{"fr", "dès le 15 mars", "from:2026-03-15"},
		{"fr", "du 15 octobre et après", "from:2026-10-15"},
		{"fr", "à partir d'octobre", "from:2026-10-01"},
		{"fr", "du 20 décembre au 10 janvier", "from:2025-12-20 to:2026-01-10"},
		{"fr", "entre le 1er et le 15 mars", "from:2026-03-01 to:2026-03-15"},
		{"fr", "mars-avril", "from:2026-03-01 to:2026-04-30"},
		{"fr", "antérieures à juin", "to:2026-05-31"},
	} {
		if got := r.Read(test.text, test.lang, today); got.String() != test.want || len(got.Unknown) > 0 {
			t.Errorf("%q is %q and %q, not %q", test.text, got.String(), got.Unknown, test.want)
		}
	}
}

// What cannot be asked for is told, and no filter is made of it.
func TestNotUnderstood(t *testing.T) {
	r := reader(t)
	for _, test := range []struct{ lang, text, want, unknown string }{
		{"de", "Vereine ohne Sport und Kultur", "kind:association", "ohne Sport"},
		{"de", "Anmeldungen seit den Sommerferien", "", "seit den Sommerferien"},
		{"de", "Anmeldungen vor dem Roundtable", "", "vor dem Roundtable"},
		{"de", "Anmeldungen aus den letzten Wochen", "", "den letzten Wochen"},
		{"de", "Anmeldungen im Mai und im Juli", "from:2026-05-01 to:2026-05-31", "im Juli"},
		{"de", "Schulen seit 31.2.", "kind:school", "seit 31.2."},
		{"de", "Schulen seit 31. Februar", "kind:school", "seit 31 Februar"},
		{"de", "Liste der Museen seit dem 31. Juni 2025", "kind:museum", "seit dem 31 Juni 2025"},
		{"de", "Anmeldungen am 30. Februar", "", "30 Februar"},
		{"fr", "écoles depuis le 31 novembre", "kind:school", "depuis le 31 novembre"},
		{"de", "die letzten 5 Anmeldungen", "", "5"},
		{"de", "älteste Anmeldungen", "", "älteste"},
		{"de", "Anmeldungen im ersten Monat", "", "ersten"},
		{"de", "Anmeldungen pro Monat", "", "pro"},
		{"fr", "inscriptions depuis la rentrée", "", "depuis la rentrée"},
		{"fr", "inscriptions par mois", "", "par mois"},
		{"fr", "inscriptions de ce matin", "", "ce matin"},
		{"fr", "les inscriptions de ces dernières semaines", "", "de ces dernières semaines"},
	} {
		got := r.Read(test.text, test.lang, today)
		if got.String() != test.want || len(got.Unknown) == 0 || got.Unknown[0] != test.unknown || !got.Asked {
			t.Errorf("%q is %q and %q, not %q and %q", test.text, got.String(), got.Unknown, test.want, test.unknown)
		}
	}
}

// Who is not handled yet is new.
func TestNotHandledIsNew(t *testing.T) {
	r := reader(t)
	for lang, texts := range map[string][]string{
		"de": {"Firmen, die wir noch nicht kontaktiert haben", "Welche Firmen wurden nicht angeschrieben?", "noch nicht bearbeitete Firmen"},
		"fr": {"entreprises que nous n'avons pas encore contactées", "entreprises non traitées", "Quelles entreprises n'a-t-on pas encore appelées ?", "Quelles entreprises n'ont jamais été contactées ?"},
	} {
		for _, text := range texts {
			if got := canonical(r.Read(text, lang, today)); got != "list kind:company status:new" {
				t.Errorf("%q is %s", text, got)
			}
		}
	}
}
