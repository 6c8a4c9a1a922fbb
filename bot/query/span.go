package query

import "time"

// span is a stretch of whole days, the last one not included; without an end
// where that is zero.
type span struct {
	from, to time.Time
	own      bool // it names its year, or says otherwise which one it is

	since, until time.Time // what it is read as after these words, where that is something else
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func days(first time.Time, n int) span { return span{from: first, to: first.AddDate(0, 0, n)} }

func months(first time.Time, n int) span { return span{from: first, to: first.AddDate(0, n, 0)} }

// moved is the same stretch so many years later.
func (p span) moved(years int) span {
	return span{from: p.from.AddDate(years, 0, 0), to: p.to.AddDate(years, 0, 0), own: p.own}
}

func (p span) closed() bool { return !p.from.IsZero() && !p.to.IsZero() }

// empty is a span that there is not, as the last day is before the first.
func (p span) empty() bool { return p.closed() && !p.from.Before(p.to) }

// both is what two spans have in common.
func (p span) both(q span) span {
	if p.from.Before(q.from) {
		p.from = q.from
	}
	if p.to.IsZero() || !q.to.IsZero() && q.to.Before(p.to) {
		p.to = q.to
	}
	return p
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
