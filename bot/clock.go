package bot

import (
	"time"
	_ "time/tzdata" // a container may have none of its own
)

// Days, and with them weeks and what is counted by the day, are those of
// Düsseldorf, where the staff are. Where a day stands for itself, as in a
// query, it is its midnight in UTC.
var here, there = Duesseldorf.clock(), Montreal.clock()

func (c City) clock() *time.Location {
	zone, err := c.Zone()
	if err != nil {
		panic(err) // the clocks are part of the program
	}
	return zone
}

// dayOf is the day on which something happens.
func dayOf(t time.Time) time.Time {
	year, month, day := t.In(here).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// begin is when a day begins; zero of none.
func begin(day time.Time) time.Time {
	if day.IsZero() {
		return day
	}
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, here).UTC()
}

// Week is the Monday of the week in which something happened, by the clock of
// Düsseldorf, such as "2026-11-16".
func Week(t time.Time) string {
	day := dayOf(t)
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7).Format(time.DateOnly)
}

// clocks says when something was, by the clocks of both cities, for staff on
// either side.
func (v *visit) clocks(t time.Time) string {
	time := func(zone *time.Location) Markdown {
		at := t.In(zone)
		return Markdown(v.say("desk-time", Values{"Hour": at.Hour(), "Minute": Markdown(at.Format("04"))}))
	}
	return v.say("desk-clocks", Values{"Date": t, "Here": time(here), "There": time(there)})
}
