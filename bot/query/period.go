package query

// The lists of the words that stand before a point in time.
const (
	listSince   = "since"   // from it on
	listUntil   = "until"   // up to its end
	listBefore  = "before"  // up to its beginning
	listAfter   = "after"   // from its end on
	listAgo     = "ago"     // so long ago
	listFrom    = "from"    // another one follows, after listTo, or
	listOnward  = "onward"  // this: from it on
	listTo      = "to"      //
	listBetween = "between" // another one follows, after listAnd
	listAnd     = "and"     //
)

var frameLists = []string{listSince, listUntil, listBefore, listAfter, listAgo, listFrom, listOnward, listTo, listBetween, listAnd}

// period reads the period that begins at the i-th word; n is how many words it
// takes, 0 when there is none.
func (s *run) period(i int) (p span, n int) {
	if p, n := s.stretch(i); n > 0 {
		return p, n
	}
	if _, n := s.oneOf(recent, i); n > 0 { // "avant-hier"
		return s.point(i)
	}
	for _, list := range []string{listSince, listUntil, listBefore, listAfter, listAgo} {
		k := s.is(list, i)
		if k == 0 {
			continue
		}
		a, m := s.amount(i + k)
		long := m > 0 && a.which == "" && !a.plural
		switch {
		case long && list == listSince:
			return span{from: a.ago(s.today)}, k + m
		case long && list == listAgo:
			return s.away(a, -max(a.count, 1)), k + m
		}
		p, m := s.point(i + k)
		if m == 0 && list != listAgo {
			p, m = s.bareDay(i + k)
		}
		switch {
		case m == 0 || list == listAgo:
		case list == listSince:
			return span{from: latest(p.from, p.since)}, k + m
		case list == listUntil && !p.until.IsZero():
			return span{to: p.until}, k + m
		case list == listUntil:
			return span{to: p.to}, k + m
		case list == listBefore:
			return span{to: p.from}, k + m
		default:
			return span{from: p.to}, k + m
		}
	}
	return s.point(i)
}

// announced is how many words announce a period where none that can be read
// follows: "depuis la rentrée".
func (s *run) announced(i int) int {
	if a, n := s.amount(i); n > 0 && a.plural && a.which != "" {
		return n // "the last weeks"
	}
	if n := s.impossible(i); n > 0 {
		return n
	}
	for _, list := range []string{listSince, listUntil, listBefore, listAfter} {
		k := s.is(list, i)
		if k == 0 || s.at[i][0].length() > k {
			continue
		}
		if skipped := s.skip(i + k); s.impossible(i+k+skipped) > 0 {
			return k + skipped + s.impossible(i+k+skipped)
		}
		// "bis", "vor" and "nach" stand before people and places as well, and
		// "ab" after them.
		_, weak := s.oneOf(fillers, i)
		skipped := s.skip(i + k)
		next, n, unread, place := i+k+skipped, 1, true, false
		if next >= len(s.words) {
			n, unread = 0, false
		} else if len(s.at[next]) > 0 {
			m := s.at[next][0]
			n, unread, place = m.n, m.list == listCannot || m.list == listAside, m.facet == City
		}
		if weak == 0 && !place || weak > 0 && skipped > 0 && unread {
			return next + n - i
		}
	}
	return 0
}

// impossible is how many words name a day that its month does not have: "31.
// Februar".
func (s *run) impossible(i int) int {
	_, n := s.ordinal(i)
	if n == 0 {
		return 0
	}
	_, m := s.oneOf(monthNames, i+n)
	if m == 0 {
		return 0
	}
	if _, d := s.date(i); d > 0 {
		return 0
	}
	_, k := s.year(i + n + m)
	return n + m + k
}

// stretch reads two points with a word for "to" between them.
func (s *run) stretch(i int) (span, int) {
	start := i
	between, from := s.is(listBetween, i), s.is(listFrom, i)
	i += max(between, from)
	a, n := s.point(i)
	day := 0
	if n == 0 {
		k := s.skip(i)
		if day, n = s.dayOfMonth(i + k); n == 0 {
			return span{}, 0
		}
		n += k
	}
	i += n
	if m := s.is(listOnward, i); m > 0 && from > 0 && day == 0 { // "von Oktober an"
		return span{from: a.from}, i + m - start
	}
	to, and := max(s.is(listTo, i), s.is(listUntil, i)), s.is(listAnd, i)
	dash := to == 0 && i < len(s.words) && s.words[i].joined // "10.–20. März"
	i += max(to, and)
	b, n := s.point(i)
	if n == 0 || to+and == 0 && !dash && !s.words[i].either {
		return span{}, 0
	}
	i += n
	switch {
	case day > 0: // "1. bis 15. März"
		a = days(date(b.from.Year(), b.from.Month(), day), 1)
	case !b.own && a.own && b.from.Before(a.from): // "März 2025 bis Juni"
		b = b.moved(a.from.Year() - b.from.Year())
		if b.from.Before(a.from) {
			b = b.moved(1)
		}
	case !b.own && a.own && a.from.AddDate(1, 0, 0).Before(b.from):
		b = b.moved(a.from.Year() - b.from.Year())
	case !a.own: // "November bis Januar", "Mai bis Juli 2025"
		for a.from.After(b.from) {
			a = a.moved(-1)
		}
		for !a.from.AddDate(1, 0, 0).After(b.from) {
			a = a.moved(1)
		}
	}
	p := span{from: a.from, to: b.to, own: true}
	if between == 0 && to == 0 && !dash && !a.to.Equal(b.from) || p.empty() { // "im Mai und im Juli"
		return span{}, 0
	}
	return p, i - start
}

// bareDay reads the day of a month that is not named: "seit dem 15."
func (s *run) bareDay(i int) (span, int) {
	k := s.skip(i)
	d, n := s.dayOfMonth(i + k)
	if n == 0 || k == 0 || s.impossible(i+k) > 0 {
		return span{}, 0
	}
	year, month, _ := s.today.Date()
	if d > s.today.Day() {
		month--
	}
	p := date(year, month, d)
	if p.Day() != d {
		return span{}, 0
	}
	return days(p, 1), k + n
}

func (s *run) dayOfMonth(i int) (int, int) {
	d, n := s.ordinal(i)
	if n == 0 { // "le quinze"
		d, n = s.number(i)
	}
	if n == 0 || d > 31 {
		return 0, 0
	}
	return d, n
}

// within narrows the period. What does not go with what was said before is not
// understood.
func (s *run) within(p span, text string) {
	both := p.both(span{from: s.found.From, to: s.found.To})
	if p.empty() || both.empty() {
		s.unknown(text)
		return
	}
	s.found.From, s.found.To = both.from, both.to
}
