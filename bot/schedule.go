package bot

import (
	"fmt"
	"time"
)

// ClockChange is what a change of the clock makes of a local time.
type ClockChange string

// The changes: in spring an hour is left out, in autumn one comes twice.
const (
	ClockSkips  ClockChange = "skips"  // there is no such time: the clock has gone on by as much as it skips
	ClockRepeat ClockChange = "repeat" // it comes twice: the first counts
)

const scheduleForm = "2006-01-02T15:04"

// The hours, by the local clock, between which people are written to.
const (
	DayBegins = 8
	DayEnds   = 21
)

// NewSchedule is the time at which the clock of a city shows a date, such as
// "2027-03-29", and a time of day, such as "09:00".
func NewSchedule(date, clock string, city City) Schedule {
	return Schedule{Local: date + "T" + clock, City: city}
}

// Now reports whether it goes out at once.
func (s Schedule) Now() bool { return s.Local == "" }

// Resolve is the time that is meant, in UTC, after the rules for clocks that
// are known today; change says what a change of the clock made of it.
func (s Schedule) Resolve() (at time.Time, change ClockChange, err error) {
	local, err := time.Parse(scheduleForm, s.Local) // as if it were UTC
	if err != nil {
		return at, "", fmt.Errorf("read schedule: %w", err)
	}
	zone, err := s.City.Zone()
	if err != nil {
		return at, "", err
	}
	// time.Date does not promise which of two times it takes.
	offset := func(at time.Time) time.Duration {
		_, seconds := at.In(zone).Zone()
		return time.Duration(seconds) * time.Second
	}
	before, after := offset(local.Add(-24*time.Hour)), offset(local.Add(24*time.Hour))
	first, second := local.Add(-before), local.Add(-after)
	fits := func(at time.Time) bool { return at.In(zone).Format(scheduleForm) == s.Local }
	switch {
	case first.Equal(second):
		return first, "", nil
	case fits(first) && fits(second):
		return first, ClockRepeat, nil
	case fits(first):
		return first, "", nil
	case fits(second):
		return second, "", nil
	}
	return first, ClockSkips, nil
}

// Zone is how clocks go in a city; an error for one that is no single place.
func (c City) Zone() (*time.Location, error) {
	names := map[City]string{Duesseldorf: "Europe/Berlin", Montreal: "America/Toronto"}
	if names[c] == "" {
		return nil, fmt.Errorf("city %q has no clock", c)
	}
	zone, err := time.LoadLocation(names[c])
	if err != nil {
		return nil, fmt.Errorf("read the clock of %s: %w", c, err)
	}
	return zone, nil
}

// ByDay reports whether people in a city may be written to at a time without
// being woken.
func (c City) ByDay(at time.Time) bool {
	zone, err := c.Zone()
	if err != nil {
		return true
	}
	hour := at.In(zone).Hour()
	return DayBegins <= hour && hour < DayEnds
}

// Clocks are the cities by whose clocks announcements are scheduled.
func Clocks() []City { return []City{Duesseldorf, Montreal} }
