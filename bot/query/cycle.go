package query

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// cycle is what comes every year or every week: the one that is k away from
// this year's or this week's, and whether it is one that there is.
type cycle struct {
	at     func(k int) span
	yearly bool
}

// choose is the one that is meant: without a word, the latest that has begun;
// the last is the latest that is over.
func (s *run) choose(c cycle, word string) span {
	k := 0
	switch word {
	case listThis:
	case listNext:
		for !c.at(k).from.After(s.today) {
			k++
		}
	case listLast, listBefore2:
		for c.at(k).to.After(s.today) {
			k--
		}
		if word == listBefore2 {
			k--
		}
	default:
		for c.at(k).from.After(s.today) {
			k--
		}
	}
	return c.at(k)
}

// cyclic reads "May", "last May", "mai 2025", "summer", "Monday", "week 20".
func (s *run) cyclic(i int) (span, int) {
	start, word := i, ""
	c, n := s.cycle(i) // first of all, for "cet été"
	if at, m := s.oneOf(which, i); n == 0 && m > 0 {
		word = which[at]
		i += m
		c, n = s.cycle(i)
	}
	if m := s.is(listMonth, i); n == 0 && m > 0 && word == "" { // "le mois de mai"
		i += m + s.skip(i+m)
		c, n = s.cycle(i)
	}
	if n == 0 {
		return span{}, 0
	}
	i += n
	if !c.yearly {
		if p, n := s.date(i + s.skip(i)); n > 0 { // "lundi 16 novembre"
			return p, i + s.skip(i) + n - start
		}
		if a, n := s.amount(i); n > 0 && a.unit == listWeek && a.which != "" && a.count == 0 && !a.plural { // "Freitag letzter Woche"
			return own(c.at(a.away())), i + n - start
		}
	} else if year, n := s.year(i); n > 0 && word == "" {
		p := c.at(year - s.today.Year())
		p.own = true
		return p, i + n - start
	}
	if at, n := s.trailing(i); n > 0 && word == "" {
		word = at
		i += n
	}
	p := s.choose(c, word)
	p.own = word != ""
	return p, i - start
}

// trailing reads "dernier" after what it belongs to.
func (s *run) trailing(i int) (string, int) {
	if i < len(s.words) {
		for _, m := range s.at[i] {
			if slices.Contains(which, m.list) && m.lang == "fr" {
				return m.list, m.n
			}
		}
	}
	return "", 0
}

// cycle reads what comes every year or every week.
func (s *run) cycle(i int) (cycle, int) {
	year := s.today.Year()
	monday := s.today.AddDate(0, 0, -(int(s.today.Weekday())+6)%7)
	if m, n := s.oneOf(monthNames, i); n > 0 {
		return cycle{func(k int) span { return months(date(year+k, time.Month(m+1), 1), 1) }, true}, n
	}
	if m, n := s.oneOf(seasonNames, i); n > 0 {
		return cycle{func(k int) span { return months(date(year+k, time.Month(3*m+3), 1), 3) }, true}, n
	}
	if d, n := s.oneOf(dayNames, i); n > 0 {
		return cycle{func(k int) span { return days(monday.AddDate(0, 0, d+7*k), 1) }, false}, n
	}
	if n := s.is(listWeekend, i); n > 0 {
		return cycle{func(k int) span { return days(monday.AddDate(0, 0, 5+7*k), 2) }, false}, n
	}
	if q, n := s.numbered(listQuarter, i); n > 0 && q <= 4 {
		return cycle{func(k int) span { return months(date(year+k, time.Month(3*q-2), 1), 3) }, true}, n
	}
	if h, n := s.numbered(listHalfYear, i); n > 0 && h <= 2 {
		return cycle{func(k int) span { return months(date(year+k, time.Month(6*h-5), 1), 6) }, true}, n
	}
	if w, n := s.numbered(listWeekNo, i); n > 0 && w <= 53 {
		return cycle{func(k int) span { // the week with 4 January is the first (ISO 8601)
			fourth := date(year+k, 1, 4)
			return days(fourth.AddDate(0, 0, 7*(w-1)-(int(fourth.Weekday())+6)%7), 7)
		}, true}, n
	}
	return cycle{}, 0
}

// initials stand for a part of the year before its number.
var initials = map[string][]string{listQuarter: {"q", "t"}, listHalfYear: {"h", "s"}, listWeekNo: {"kw", "s"}}

// numbered reads "2. Quartal", "Q2", "Woche 20", "20e semaine".
func (s *run) numbered(list string, i int) (int, int) {
	if number, n := s.ordinal(i); n > 0 {
		if m := s.is(list, i+n); m > 0 {
			return number, n + m
		}
	}
	m := s.is(list, i)
	if m == 0 && list == listWeekNo { // not "2 weeks", but "week 20"
		m = s.is(listWeek, i)
	}
	if m > 0 {
		if number, n := s.number(i + m); n > 0 {
			return number, m + n
		}
	}
	if i < len(s.words) { // "T3", "KW20"
		letters := strings.TrimRight(s.words[i].fold, "0123456789")
		if number, err := strconv.Atoi(s.words[i].fold[len(letters):]); err == nil && number > 0 && slices.Contains(initials[list], letters) {
			return number, 1
		}
	}
	return 0, 0
}
