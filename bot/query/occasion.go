package query

// occasion reads what or whom the answer is needed for, and when: "für die
// Sitzung am Montag", "für Frau Schmitz". None of that is about the sign-ups,
// unless it is theirs: "Anmeldungen für die Sitzung".
func (s *run) occasion(i int) int {
	next := i + s.is(listPro, i)
	if next == i {
		return 0
	}
	for range maxSkip {
		next += max(s.is("article", next), s.is("pronoun", next), s.is(listMine, next), s.is(listNext, next))
	}
	theirs := s.is(listPeople, i-1)+s.is(listOne, i-1) > 0
	n := s.is(listOccasion, next)
	if n == 0 && !theirs { // "für Frau Schmitz", and not "Anmeldung für Frau Schmitz"
		n = s.is(listTitle, next)
	}
	if n == 0 {
		return 0
	}
	next += n
	for next < len(s.at) && len(s.at[next]) == 0 && s.words[next].capital() && !s.words[next-1].stop && !s.words[next-1].comma {
		next++
	}
	for k := next; k <= next+maxSkip; { // "zur Vorbereitung der Sitzung"
		if n := s.is(listOccasion, k); n > 0 {
			next = k + n
			break
		}
		n := max(s.is("article", k), s.is("pronoun", k), s.is("preposition", k), s.is(listMine, k))
		if n == 0 {
			break
		}
		k += n
	}
	for range maxSkip {
		next += s.when(next)
	}
	if theirs {
		s.unknown(s.text(i, next))
	}
	return next - i
}

// when is how many words say when something takes place: "am Montag", "morgen",
// "um 14 Uhr".
func (s *run) when(i int) int {
	if _, n := s.period(i); n > 0 {
		return n
	}
	k := s.skip(i)
	if n := max(s.is(listLater, i+k), s.is(listDaytime, i+k)); n > 0 {
		return k + n
	}
	k += s.is("preposition", i+k)
	if _, n := s.number(i + k); n > 0 && s.is(listClock, i+k+n) > 0 {
		return k + n + s.is(listClock, i+k+n)
	}
	return 0
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

// salutation reads whom a text is addressed to: "Liebe Exchange-Hilfe, …".
func (s *run) salutation(i int) int {
	if i > 0 || s.is(listGreet, 0) == 0 {
		return 0
	}
	for k, word := range s.words[:min(len(s.words), maxSkip)] {
		switch {
		case len(s.at[k]) == 0 && !word.capital():
			return 0
		case word.comma:
			return k + 1
		}
	}
	return 0
}
