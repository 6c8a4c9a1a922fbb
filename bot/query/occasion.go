package query

// occasion reads what the answer is needed for, and when that is: "für die
// Sitzung am Montag". Neither is about the sign-ups, unless it is theirs:
// "Anmeldungen für die Sitzung".
func (s *run) occasion(i int) int {
	next := i + s.is(listPro, i)
	if next == i {
		return 0
	}
	for range maxSkip {
		next += max(s.is("article", next), s.is("pronoun", next), s.is(listMine, next), s.is(listNext, next))
	}
	n := s.is(listOccasion, next)
	if n == 0 {
		return 0
	}
	next += n
	if _, n := s.period(next); n > 0 {
		next += n
	} else if k := s.skip(next); max(s.is(listLater, next+k), s.is(listDaytime, next+k)) > 0 {
		next += k + max(s.is(listLater, next+k), s.is(listDaytime, next+k))
	}
	if s.is(listPeople, i-1) > 0 {
		s.unknown(s.text(i, next))
	}
	return next - i
}

// deadline reads when the answer is needed: "Ich brauche bis Freitag", "für
// morgen".
func (s *run) deadline(i int) int {
	k := max(s.is(listUntil, i), s.is(listPro, i))
	before := k > 0
	k += s.skip(i + k)
	later := s.is(listLater, i+k)
	_, n := s.oneOf(dayNames, i+k)
	n = max(n, later, s.is(listToday, i+k), s.is(listDaytime, i+k))
	wished := s.wished == i && i > 0 || before && s.is(listWish, i+k+n) > 0
	if n == 0 || !wished && (later == 0 || !before || s.is(listPeople, i-1) > 0) {
		return 0
	}
	return k + n
}
