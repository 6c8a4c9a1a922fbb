package query

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// span is a stretch of whole days, the last one not included. In one that is
// only a day of a month, month and year are to be filled in.
type span struct {
	from, to time.Time
	day      int // of an unknown month
}

// period reads the period that begins at the i-th word; n is how many words it
// takes, 0 when there is none. bad tells that a period is announced and none
// that could be read follows.
func (r *run) period(i int) (s span, n int, bad bool) {
	if k := r.is(listBetween, i); k > 0 {
		if s, m := r.range2(i + k); m > 0 {
			return s, k + m, false
		}
	}
	if s, n := r.range2(i); n > 0 {
		return s, n, false
	}
	for _, list := range []string{listSince, listUntil, listBefore, listAfter} {
		k := r.is(list, i)
		if k == 0 {
			continue
		}
		p, n := r.point(i + k)
		if n == 0 {
			k += r.skip(i + k)
			p, n = r.point(i + k)
		}
		switch {
		case n > 0 && list == listSince:
			return span{from: p.from}, k + n, false
		case n > 0 && list == listUntil:
			return span{to: p.to}, k + n, false
		case n > 0 && list == listBefore:
			return span{to: p.from}, k + n, false
		case n > 0:
			return span{from: p.to}, k + n, false
		}
		if list == listSince {
			if back, n := r.ago(i + k); n > 0 {
				return span{from: back}, k + n, false
			}
		}
		// "von", "nach" and "vor" stand before places and people as well.
		if strings.HasPrefix(r.words[i].fold, "seit") || slices.Contains([]string{"since", "depuis", "until"}, r.words[i].fold) {
			return span{}, k, true
		}
	}
	s, n = r.point(i)
	if s.day > 0 {
		return span{}, 0, false
	}
	return s, n, false
}

// range2 reads two points with a word for "to" between them.
func (r *run) range2(i int) (span, int) {
	start := i
	i += r.skip(i)
	a, n := r.point(i)
	if n == 0 {
		if a, n = r.bareDay(i); n == 0 {
			return span{}, 0
		}
	}
	i += n
	i += r.skip(i)
	k := max(r.is(listAnd, i), r.is(listUntil, i))
	if k == 0 {
		return span{}, 0
	}
	i += k
	i += r.skip(i)
	b, n := r.point(i)
	if n == 0 {
		return span{}, 0
	}
	i += n
	if a.day > 0 { // "1. bis 15. März"
		a.from = time.Date(b.from.Year(), b.from.Month(), a.day, 0, 0, 0, 0, time.UTC)
	}
	for a.from.After(b.from) { // "von November bis Januar"
		a.from = a.from.AddDate(-1, 0, 0)
	}
	if a.from.AddDate(1, 0, 0).Before(b.from) && r.bareMonth(start) {
		a.from = a.from.AddDate(b.from.Year()-a.from.Year(), 0, 0)
	}
	return span{from: a.from, to: b.to}, i - start
}

// bareMonth reports whether the month at i has no year of its own.
func (r *run) bareMonth(i int) bool {
	i += r.skip(i)
	for k := range 3 {
		if i+k < len(r.words) && len(r.words[i+k].fold) == 4 && r.year(i+k) > 0 {
			return false
		}
	}
	return true
}

var (
	articles = []string{"le", "la", "l", "les", "dem", "den", "der", "des", "du", "de", "d", "zum", "zur", "im", "am", "en", "the"}
	units    = []string{"mois", "monat", "jahr", "annee"} // "au mois de mai"
)

// skip is how many words without meaning stand before a point in time.
func (r *run) skip(i int) int {
	n := r.articles(i)
	for i+n < len(r.words) && slices.Contains(units, r.words[i+n].fold) {
		n++
		n += r.articles(i + n)
	}
	return n
}

func (r *run) articles(i int) int {
	n := 0
	for i+n < len(r.words) && slices.Contains(articles, r.words[i+n].fold) {
		n++
	}
	return n
}

// ago reads "3 weeks" as the day that long ago.
func (r *run) ago(i int) (time.Time, int) {
	i0 := i
	i += r.skip(i)
	count, n := r.number(i)
	if n == 0 {
		return time.Time{}, 0
	}
	back, m := r.unit(i+n, -count)
	return back, i - i0 + n + m*min(1, m)
}

// unit reads a unit of time, and is today moved by so many of it.
func (r *run) unit(i, count int) (time.Time, int) {
	for list, move := range map[string][3]int{listDay: {0, 0, 1}, listWeek: {0, 0, 7}, listMonth: {0, 1, 0}, listYear: {1, 0, 0}} {
		if n := r.is(list, i); n > 0 {
			return r.today.AddDate(count*move[0], count*move[1], count*move[2]), n
		}
	}
	return time.Time{}, 0
}

func (r *run) number(i int) (int, int) {
	if i >= len(r.words) {
		return 0, 0
	}
	if n, err := strconv.Atoi(r.words[i].fold); err == nil && n > 0 && n < 1000 {
		return n, 1
	}
	for at, words := range r.reader.numbers {
		if slices.Contains(words, r.words[i].fold) {
			return at%12 + 1, 1
		}
	}
	return 0, 0
}

// point reads a day, a week, a month or a year.
func (r *run) point(i int) (span, int) {
	if i >= len(r.words) {
		return span{}, 0
	}
	if n := r.is(listToday, i); n > 0 {
		return days(r.today, 1), n
	}
	if n := r.is("yesterday", i); n > 0 && (r.lang == "fr" || r.words[i].fold != "hier") {
		return days(r.today.AddDate(0, 0, -1), 1), n
	}
	if s, n := r.relative(i); n > 0 {
		return s, n
	}
	if day, n := r.date(i); n > 0 {
		return days(day, 1), n
	}
	if month := r.month(i); month > 0 {
		year, n := r.year(i+1), 2
		if year == 0 {
			year, n = r.today.Year(), 1
			if month > r.today.Month() {
				year--
			}
		}
		first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
		return span{from: first, to: first.AddDate(0, 1, 0)}, n
	}
	if year := r.year(i); year > 0 {
		first := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		return span{from: first, to: first.AddDate(1, 0, 0)}, 1
	}
	return span{}, 0
}

func days(first time.Time, n int) span { return span{from: first, to: first.AddDate(0, 0, n)} }

// relative reads "last week", "this month", "the last 30 days".
func (r *run) relative(i int) (span, int) {
	n := r.articles(i)
	this, last := r.is(listThis, i+n), r.is(listLast, i+n)
	switch {
	case this > 0:
		if s, m := r.calendar(i+n+this, 0); m > 0 {
			return s, n + this + m
		}
	case last > 0:
		if count, m := r.number(i + n + last); m > 0 {
			if back, k := r.unit(i+n+last+m, -count); k > 0 {
				return span{from: back.AddDate(0, 0, 1), to: r.today.AddDate(0, 0, 1)}, n + last + m + k
			}
		}
		if s, m := r.calendar(i+n+last, -1); m > 0 {
			return s, n + last + m
		}
	}
	if count, m := r.number(i + n); m > 0 { // "les 30 derniers jours"
		if last := r.is(listLast, i+n+m); last > 0 {
			if back, k := r.unit(i+n+m+last, -count); k > 0 {
				return span{from: back.AddDate(0, 0, 1), to: r.today.AddDate(0, 0, 1)}, n + m + last + k
			}
		}
	}
	if _, m := r.unit(i+n, 0); m > 0 { // "la semaine dernière"
		if last := r.is(listLast, i+n+m); last > 0 {
			s, _ := r.calendar(i+n, -1)
			return s, n + m + last
		}
	}
	return span{}, 0
}

// calendar reads a unit, and is the whole one so many from today's.
func (r *run) calendar(i, move int) (span, int) {
	y, m, d := r.today.Date()
	date := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	if n := r.is(listWeek, i); n > 0 {
		return days(r.today.AddDate(0, 0, 7*move-(int(r.today.Weekday())+6)%7), 7), n
	}
	if n := r.is(listMonth, i); n > 0 {
		return span{from: date(y, m+time.Month(move), 1), to: date(y, m+time.Month(move)+1, 1)}, n
	}
	if n := r.is(listYear, i); n > 0 {
		return span{from: date(y+move, 1, 1), to: date(y+move+1, 1, 1)}, n
	}
	if n := r.is(listDay, i); n > 0 {
		return days(date(y, m, d+move), 1), n
	}
	return span{}, 0
}

// date reads a day: 2026-05-01, 1.5.2026, 1.5., 1/5/2026, 1. Mai, 1er mai 2026.
func (r *run) date(i int) (time.Time, int) {
	word := r.words[i].fold
	if day, err := time.Parse(time.DateOnly, word); err == nil {
		return day, 1
	}
	if parts := strings.FieldsFunc(word, func(c rune) bool { return c == '.' || c == '/' }); len(parts) > 1 {
		d, _ := strconv.Atoi(parts[0])
		m, _ := strconv.Atoi(parts[1])
		year := 0
		if len(parts) == 3 {
			year, _ = strconv.Atoi(parts[2])
		}
		day, ok := r.day(year, time.Month(m), d)
		if !ok {
			return time.Time{}, 0
		}
		return day, 1
	}
	d := dayNumber(word)
	if d == 0 || i+1 >= len(r.words) {
		return time.Time{}, 0
	}
	month := r.month(i + 1)
	year := r.year(i + 2)
	day, ok := r.day(year, month, d)
	switch {
	case !ok:
		return time.Time{}, 0
	case year > 0:
		return day, 3
	}
	return day, 2
}

// bareDay reads the day of a month that is named later.
func (r *run) bareDay(i int) (span, int) {
	if i < len(r.words) {
		if d := dayNumber(r.words[i].fold); d > 0 {
			return span{day: d}, 1
		}
	}
	return span{}, 0
}

func dayNumber(word string) int {
	d, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSuffix(word, "er"), "ter"))
	if err != nil || d < 1 || d > 31 {
		return 0
	}
	return d
}

// day is a day that there is; without a year, the latest that is not to come.
func (r *run) day(year int, month time.Month, d int) (time.Time, bool) {
	at := year
	if at == 0 {
		at = r.today.Year()
	}
	day := time.Date(at, month, d, 0, 0, 0, 0, time.UTC)
	if day.Month() != month || day.Day() != d {
		return time.Time{}, false
	}
	if year == 0 && day.After(r.today) {
		day = day.AddDate(-1, 0, 0)
	}
	return day, true
}

func (r *run) month(i int) time.Month {
	for at, list := range months {
		if r.is(list, i) > 0 {
			return time.Month(at + 1)
		}
	}
	return 0
}

func (r *run) year(i int) int {
	if i >= len(r.words) || len(r.words[i].fold) != 4 {
		return 0
	}
	year, err := strconv.Atoi(r.words[i].fold)
	if err != nil || year < 2000 || year > 2099 {
		return 0
	}
	return year
}
