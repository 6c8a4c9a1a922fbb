package query

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// amount is "the last three weeks", "this month", "two days".
type amount struct {
	which  string // empty: none
	count  int    // 0: none
	unit   string
	half   bool
	plural bool // several, unknown how many
}

func (s *run) amount(i int) (a amount, n int) {
	start := i
	for range maxSkip {
		i += s.skip(i)
		if at, n := s.oneOf(which, i); n > 0 {
			a.which = which[at] // "ces derniers"
			a.plural = a.plural || s.is(listPlural, i) > 0
			i += n
		} else if count, n := s.number(i); n > 0 && a.count == 0 {
			a.count = count
			i += n
		} else if n := s.is(listHalf, i); n > 0 && !a.half {
			a.half = true
			i += n
		} else {
			break
		}
	}
	unit, n := s.oneOf(units, i)
	if n == 0 {
		return amount{}, 0
	}
	a.unit, a.plural = units[unit], a.plural || s.is(listPlural, i) > 0
	i += n
	if word, n := s.trailing(i); n > 0 && (a.which == "" || a.which == listThis) {
		a.which, a.plural = word, a.plural || s.is(listPlural, i) > 0
		i += n
	}
	a.plural = a.plural && a.count == 0
	return a, i - start
}

// step is a unit in months and days.
func (a amount) step() (months, days int) {
	switch {
	case a.half && a.unit == listYear, a.unit == listHalfYear:
		return 6, 0
	case a.unit == listDay:
		return 0, 1
	case a.unit == listWeek:
		return 0, 7
	case a.unit == listMonth:
		return 1, 0
	case a.unit == listQuarter:
		return 3, 0
	}
	return 12, 0
}

// ago is the day so long before today.
func (a amount) ago(today time.Time) time.Time {
	months, days := a.step()
	count := max(a.count, 1)
	return today.AddDate(0, -months*count, -days*count)
}

// calendar is the unit of the calendar that is meant: last week from Monday on.
func (s *run) calendar(a amount) span { return s.away(a, a.away()) }

// away is how many units from this one it is.
func (a amount) away() int {
	return map[string]int{listLast: -1, listBefore2: -2, listNext: 1}[a.which]
}

func (s *run) away(a amount, k int) span {
	year, month, _ := s.today.Date()
	switch length, _ := a.step(); {
	case a.unit == listDay:
		return days(s.today.AddDate(0, 0, k), 1)
	case a.unit == listWeek:
		return days(s.today.AddDate(0, 0, 7*k-(int(s.today.Weekday())+6)%7), 7)
	default:
		first := date(year, time.Month((int(month)-1)/length*length+1), 1)
		return months(first.AddDate(0, length*k, 0), length)
	}
}

// relative reads "last week", "this month", "the last 30 days".
func (s *run) relative(i int) (span, int) {
	a, n := s.amount(i)
	switch {
	case n == 0 || a.which == "" || a.plural:
		return span{}, 0
	case a.which == listLast && (a.count > 0 || a.half):
		return span{from: a.ago(s.today).AddDate(0, 0, 1), to: s.today.AddDate(0, 0, 1), own: true}, n
	case a.count > 1:
		return span{}, 0
	}
	p := s.calendar(a)
	p.own = true
	return p, n
}

// number reads "14", "vierzehn", "quinze".
func (s *run) number(i int) (int, int) { return s.numeral(listNumber, i) }

// ordinal reads "2.", "zweites", "2e", "deuxième".
func (s *run) ordinal(i int) (int, int) { return s.numeral(listOrdinal, i) }

func (s *run) numeral(list string, i int) (int, int) {
	if i >= len(s.words) || !s.words[i].plain() {
		return 0, 0
	}
	word := s.words[i].fold
	if digits := strings.TrimRight(word, "abcdefghijklmnopqrstuvwxyz"); list == listOrdinal && slices.Contains([]string{"er", "eme", "e", "ere", "ter", "te", "ten", "tes"}, word[len(digits):]) {
		word = digits
	}
	if isNumber(word) && word != "" && len(word) < 4 {
		n, _ := strconv.Atoi(word)
		return n, min(n, 1) // there is no 0th
	}
	for _, m := range s.at[i] {
		if m.list == list {
			return m.number, m.n
		}
	}
	return 0, 0
}

// date reads a day: 2026-05-01, 1.5.2026, 1.5.26, 1/5/2026, 1. Mai, 1er mai 2026.
func (s *run) date(i int) (span, int) {
	if i >= len(s.words) || !s.words[i].plain() {
		return span{}, 0
	}
	if parts := numbersOf(s.words[i].fold); len(parts) > 1 {
		if len(parts) == 2 && parts[1] >= 2000 { // 05/2026
			if parts[0] < 1 || parts[0] > 12 {
				return span{}, 0
			}
			return own(months(date(parts[1], time.Month(parts[0]), 1), 1)), 1
		}
		parts = append(parts, 0)
		if parts[0] > 31 { // 2026-05-01
			parts[0], parts[2] = parts[2], parts[0]
		}
		if parts[2] > 0 && parts[2] < 100 {
			parts[2] += 2000
		}
		return s.day(parts[2], time.Month(parts[1]), parts[0], 1)
	}
	d, n := s.ordinal(i)
	if n == 0 { // "le vingt février"
		d, n = s.number(i)
	}
	if n == 0 {
		return span{}, 0
	}
	if a, m := s.amount(i + n); m > 0 && s.skip(i+n) > 0 && a.unit == listMonth && a.count == 0 && !a.plural && d <= 31 { // "am 1. des Monats", and not "erster Monat"
		p := s.calendar(a)
		return own(days(p.from.AddDate(0, 0, d-1), 1).both(p)), n + m
	}
	month, m := s.oneOf(monthNames, i+n)
	if m == 0 {
		return span{}, 0
	}
	year, k := s.year(i + n + m)
	return s.day(year, time.Month(month+1), d, n+m+k)
}

// numbersOf takes a date apart.
func numbersOf(word string) []int {
	var parts []int
	for part := range strings.FieldsFuncSeq(word, func(c rune) bool { return c == '.' || c == '/' || c == '-' }) {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil
		}
		parts = append(parts, n)
	}
	if len(parts) == 3 && !slices.Contains(parts[:2], 0) || len(parts) == 2 {
		return parts
	}
	return nil
}

func own(p span) span { p.own = true; return p }

// day is a day that there is; without a year, the latest that is not to come.
func (s *run) day(year int, month time.Month, d, n int) (span, int) {
	at := year
	if at == 0 {
		at = s.today.Year()
	}
	if year == 0 && date(at, month, d).After(s.today) {
		at--
	}
	day := date(at, month, d)
	if day.Month() != month || day.Day() != d {
		return span{}, 0
	}
	p := days(day, 1)
	p.own = year > 0
	return p, n
}
