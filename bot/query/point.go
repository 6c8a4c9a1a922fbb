package query

import (
	"slices"
	"strconv"
	"time"
)

// The lists of the words that periods are named by.
const (
	listAt        = "at"        // stands before a period and says nothing
	listToday     = "today"     // and the next two: the days before it
	listDay       = "day"       // units
	listWeek      = "week"      //
	listMonth     = "month"     //
	listQuarter   = "quarter"   //
	listHalfYear  = "half-year" //
	listYear      = "year"      //
	listPlural    = "plural"    // tells that there are several, unknown how many
	listThis      = "this"
	listLast      = "last"
	listBefore2   = "before-last"
	listNext      = "next"
	listHalf      = "half"      // half a year
	listNumber    = "number"    // "14 vierzehn/fourteen"
	listOrdinal   = "ordinal"   // likewise: the first, the second
	listHalves    = "halves"    // of a month or a year: the first half
	listBeginning = "beginning" // of a month or a year
	listMiddle    = "middle"    //
	listEnd       = "end"       //
	listWeekend   = "weekend"
	listWeekNo    = "week-number" // "week 20"
)

var (
	monthNames  = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}
	seasonNames = []string{"spring", "summer", "autumn", "winter"}
	dayNames    = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
	recent      = []string{listToday, "yesterday", "before-yesterday"}
	units       = []string{listDay, listWeek, listMonth, listQuarter, listHalfYear, listYear}
	which       = []string{listThis, listLast, listBefore2, listNext}
	edges       = []string{listBeginning, listMiddle, listEnd}
	periodLists = slices.Concat(monthNames, seasonNames, dayNames, recent, units, which, edges, []string{listAt, listPlural, listHalf, listHalves, listWeekend, listWeekNo, listLater, listDaytime})
)

// point reads a day, a week, a month, a part of a year or a year.
func (s *run) point(i int) (span, int) {
	k := s.skip(i)
	if back, n := s.oneOf(recent, i+k); n > 0 {
		p := days(s.today.AddDate(0, 0, -back), 1)
		p.own = true
		return p, k + n
	}
	for _, read := range []func(int) (span, int){s.edge, s.date, s.weekOf, s.part, s.relative, s.cyclic, s.wholeYear} {
		if p, n := read(i + k); n > 0 {
			return p, k + n
		}
	}
	return span{}, 0
}

// The bounds within which what belongs together stands, so that the time for
// reading grows with the text and not faster.
const (
	maxSkip     = 4  // words without meaning in a row
	maxGap      = 25 // words between the parts of an entry
	maxCompound = 40 // letters
)

// skip is how many words without meaning stand before a point in time.
func (s *run) skip(i int) int {
	n := 0
	for range maxSkip {
		k := s.is(listAt, i+n)
		if k == 0 || s.at[i+n][0].length() > k { // "l'été"
			break
		}
		n += k
	}
	return n
}

// year reads the year of a month: "2025", "des Jahres 2025", "letzten Jahres".
func (s *run) year(i int) (int, int) {
	start := i
	i += s.skip(i)
	if a, n := s.amount(i); n > 0 && a.unit == listYear && a.which != "" && a.count == 0 {
		return s.calendar(a).from.Year(), i + n - start
	}
	i += s.is(listYear, i)
	if i >= len(s.words) || len(s.words[i].fold) != 4 {
		return 0, 0
	}
	year, err := strconv.Atoi(s.words[i].fold)
	if err != nil || year < 2000 || year > 2099 {
		return 0, 0
	}
	return year, i + 1 - start
}

// wholeYear reads "2025", "das Jahr 2025".
func (s *run) wholeYear(i int) (span, int) {
	year, n := s.year(i)
	if n == 0 {
		return span{}, 0
	}
	p := months(date(year, 1, 1), 12)
	p.own = true
	return p, n
}

// edge reads "Anfang Mai", "la fin de l'année": a third of it.
func (s *run) edge(i int) (span, int) {
	third, n := s.oneOf(edges, i)
	if n == 0 || s.at[i][0].length() > n { // "fin de semaine"
		return span{}, 0
	}
	p, m := s.whole(i + n)
	if m == 0 {
		return span{}, 0
	}
	cut := func(k int) time.Time {
		switch length := (p.to.Year()-p.from.Year())*12 + int(p.to.Month()-p.from.Month()); {
		case k == 3:
			return p.to
		case length > 1:
			return p.from.AddDate(0, length*k/3, 0)
		case length == 1:
			return p.from.AddDate(0, 0, 10*k)
		}
		return p.from.AddDate(0, 0, 2*k)
	}
	e := span{from: cut(third), to: cut(third + 1), own: p.own}
	if third == 1 {
		e.since, e.until = halfway(p), halfway(p)
		if e.since.Day() == 16 {
			e.since = e.since.AddDate(0, 0, -1)
		}
	}
	return e, n + m
}

// halfway is where the second half of a month or a year begins.
func halfway(p span) time.Time {
	if p.to.After(p.from.AddDate(0, 2, 0)) {
		return p.from.AddDate(0, 6, 0)
	}
	return p.from.AddDate(0, 0, 15)
}

// part reads "die erste Woche im Mai", "la première moitié de mai".
func (s *run) part(i int) (span, int) {
	number, n := s.ordinal(i)
	if n == 0 {
		return span{}, 0
	}
	week := s.is(listWeek, i+n)
	half := s.is(listHalves, i+n)
	n += week + half
	p, m := s.whole(i + n)
	switch {
	case m == 0 || week+half == 0:
		return span{}, 0
	case week > 0:
		return days(p.from.AddDate(0, 0, 7*(number-1)), 7).both(p), n + m
	}
	if number == 1 {
		return span{from: p.from, to: halfway(p)}, n + m
	}
	return span{from: halfway(p), to: p.to}, n + m
}

// weekOf reads "die Woche vom 9. November": from Monday to Sunday.
func (s *run) weekOf(i int) (span, int) {
	n := s.is(listWeek, i)
	if n == 0 {
		return span{}, 0
	}
	k := s.skip(i + n)
	p, m := s.date(i + n + k)
	if m == 0 || !p.to.Equal(p.from.AddDate(0, 0, 1)) {
		return span{}, 0
	}
	return days(p.from.AddDate(0, 0, -(int(p.from.Weekday())+6)%7), 7), n + k + m
}

// whole reads what can have a beginning and an end: a month, a year, this week.
func (s *run) whole(i int) (span, int) {
	k := s.skip(i)
	for _, read := range []func(int) (span, int){s.cyclic, s.wholeYear, s.relative} {
		if p, n := read(i + k); n > 0 {
			return p, k + n
		}
	}
	if a, n := s.amount(i + k); n > 0 && a.count == 0 && !a.plural { // "Anfang des Monats"
		return s.calendar(a), k + n
	}
	return span{}, 0
}
