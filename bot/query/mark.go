package query

import "slices"

// mark notes what a word says besides the filters.
func (s *run) mark(m match, i int) {
	if m.list == listWhat && s.how == listNo && m.lang == "fr" { // "qui ne parlent que français"
		s.not, s.how = -1, ""
	}
	if s.aside(m, i) {
		return
	}
	s.said[m.list] = true
	switch m.list {
	case listCount, listList, listWish, listFind, listWhich, listThere, listWhat, listHow, listMay:
		switch s.first {
		case "", listMay, listWish: // "Kann ich die Schulen sehen?"
			s.first = m.list
			if m.list == listThere {
				s.first = listWhich
			}
		}
	}
	switch m.list {
	case listCount:
		s.found.Count = true
	case listList, listWish, listWhich, listThere, listWhat, listHow, listMay:
		s.past(listList)
		if m.list == listWish {
			s.wished = i + m.n
		}
	case listFind:
		s.said[listI] = i > 0 && s.is(listI, i-1) > 0 || s.is(listI, i+1) > 0
	case listMine:
		next := i + m.n
		s.said[listSelf] = s.said[listSelf] || next < len(s.at) && len(s.at[next]) > 0 && (s.at[next][0].facet == Kind || s.at[next][0].list == listOne)
	case listInterest, listFor, listPro:
		s.field = m.list
	case listName:
		s.naming, s.named = true, s.named || i+m.n < len(s.words) && len(s.at[i+m.n]) == 0
		before := len(s.strange)
		s.strange = slices.DeleteFunc(s.strange, func(at int) bool { return at == i-1 }) // "die Goethe heißt"
		s.named = s.named || len(s.strange) < before
	case listAsker: // "Der Ausschuss möchte wissen"
		s.found.Words = slices.DeleteFunc(s.found.Words, func(word string) bool { return slices.Contains(s.asides, word) })
		s.asides, s.said[listAside] = nil, false
	case listLiteral: // "mit dem Wort Sport"
		if next := i + m.n; s.not < 0 && next < len(s.words) && s.words[next].plain() && (len(s.at[next]) == 0 || !s.at[next][0].idle()) {
			s.look(s.words[next].fold)
			s.taken[next] = true
		}
		s.naming, s.named = true, true
	case listTitle:
		s.title(m, i)
	case listNot, listExcept, listNo:
		s.negate(m, i)
	case listPeople, listOne, listArrive:
		if s.how != listExcept { // "außer den Anmeldungen aus Montréal"
			s.denied(i, i+m.n-1)
		}
	case listAside:
		before := len(s.found.Words)
		s.look(fold(s.text(i, i+m.n)))
		s.asides = append(s.asides, s.found.Words[before:]...)
	case listHandled, listCannot:
		if !s.denied(i, i+m.n-1) {
			s.unknown(s.text(i, i+m.n))
		}
	}
}

// aside reports whether a word that asks stands within what is said: "Firmen,
// die was mit Sport machen", "Montréaler, die Deutsch können", and does not
// begin it: "Montréal: Was ist neu?"
func (s *run) aside(m match, i int) bool {
	begun := s.first != "" || s.found.String() != "" && i > 0 && !s.words[i-1].colon
	switch m.list {
	case listWhat, listHow:
		return begun
	case listMay:
		return begun && !s.question
	}
	return false
}
