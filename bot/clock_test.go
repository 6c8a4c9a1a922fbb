package bot_test

import (
	"testing"
	"time"

	"exchangebot/bot"
)

func TestWeeksAreThoseOfTheCity(t *testing.T) {
	for at, want := range map[string]string{
		"2026-01-04T22:59:59Z": "2025-12-29", // Sunday, in winter
		"2026-01-04T23:00:00Z": "2026-01-05",
		"2026-07-05T21:59:59Z": "2026-06-29", // Sunday, in summer
		"2026-07-05T22:00:00Z": "2026-07-06",
		"2026-11-22T12:00:00Z": "2026-11-16",
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := bot.Week(when); got != want {
			t.Errorf("%s is in the week of %s, want %s", at, got, want)
		}
	}
}

// Shortly after midnight in Düsseldorf it is still yesterday in UTC.
func TestTodayIsThatOfTheCity(t *testing.T) {
	now := time.Date(2026, 11, 21, 23, 30, 0, 0, time.UTC)
	store := filled(t, 3) // from 2026-11-22 08:30 on
	early := signed(t, store, 0)
	early.Created = now.Add(-time.Minute)
	if err := store.SaveVolunteer(t.Context(), early); err != nil {
		t.Fatal(err)
	}
	desk := newBotAt(t, store, func() time.Time { return now }).Desk()
	wantText(t, desk.Command(t.Context(), clara, "anmeldungen heute"), early.Reference, "am 22. November 2026")
	wantText(t, desk.Command(t.Context(), denis, "inscriptions hier"), "Aucune inscription ne correspond")
	home := desk.Home(t.Context(), clara)
	wantText(t, bot.Response{View: &home}, "22. November 2026", "**3** neue Anmeldungen heute")
}
