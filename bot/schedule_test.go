package bot_test

import (
	"testing"
	"time"

	"exchangebot/bot"
)

func TestASchedule(t *testing.T) {
	for _, c := range []struct {
		date, clock string
		city        bot.City
		want        string // empty: an error
		change      bot.ClockChange
	}{
		{"2027-03-29", "09:00", bot.Duesseldorf, "2027-03-29T07:00Z", ""},
		{"2027-03-27", "09:00", bot.Duesseldorf, "2027-03-27T08:00Z", ""},
		{"2027-03-29", "09:00", bot.Montreal, "2027-03-29T13:00Z", ""},
		{"2027-03-28", "02:30", bot.Duesseldorf, "2027-03-28T01:30Z", bot.ClockSkips}, // 03:30 there
		{"2027-03-28", "01:59", bot.Duesseldorf, "2027-03-28T00:59Z", ""},
		{"2027-03-28", "03:00", bot.Duesseldorf, "2027-03-28T01:00Z", ""},
		{"2027-10-31", "02:30", bot.Duesseldorf, "2027-10-31T00:30Z", bot.ClockRepeat},
		{"2027-10-31", "03:00", bot.Duesseldorf, "2027-10-31T02:00Z", ""},
		{"2027-03-14", "02:30", bot.Montreal, "2027-03-14T07:30Z", bot.ClockSkips},
		{"2027-11-07", "01:30", bot.Montreal, "2027-11-07T05:30Z", bot.ClockRepeat},
		{"2027-11-07", "02:00", bot.Montreal, "2027-11-07T07:00Z", ""},
		{"2027-13-07", "02:00", bot.Montreal, "", ""},
		{"2027-11-07", "25:00", bot.Montreal, "", ""},
		{"2027-11-07", "02:00", bot.Elsewhere, "", ""},
	} {
		at, change, err := bot.NewSchedule(c.date, c.clock, c.city).Resolve()
		if got := at.Format("2006-01-02T15:04Z"); (err == nil) != (c.want != "") || err == nil && (got != c.want || change != c.change) {
			t.Errorf("%s %s %s: %s %q (%v), want %s %q", c.date, c.clock, c.city, got, change, err, c.want, c.change)
		}
	}
}

func TestNightIsNight(t *testing.T) {
	at := time.Date(2027, 1, 5, 6, 59, 0, 0, time.UTC)
	for _, c := range []struct {
		city  bot.City
		after time.Duration
		want  bool
	}{
		{bot.Duesseldorf, 0, false}, {bot.Duesseldorf, time.Minute, true}, {bot.Montreal, time.Minute, false},
		{bot.Duesseldorf, 13*time.Hour + time.Minute, false}, {bot.Montreal, 13 * time.Hour, true}, {bot.Elsewhere, 0, true},
	} {
		if got := c.city.ByDay(at.Add(c.after)); got != c.want {
			t.Errorf("%s in %s: by day is %v", at.Add(c.after), c.city, got)
		}
	}
}
