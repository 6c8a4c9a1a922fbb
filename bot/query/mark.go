package query

import "slices"

// mark notes what a word says besides the filters.
func (s *run) mark(m match, i int) {
	if s.aside(m) {
		return
	}
	s.said[m.list] = true
	s.said[listWho] = s.said[listWho] || s.is(listWho, i) > 0
	switch m.list {
	case listCount, listList, listWish, listFind, listWhich, listWhat, listHow, listMay:
		switch s.first {
		case "", listMay, listWish: // "Kann ich die Schulen sehen?"
			s.first = m.list
		}
	}
	switch m.list {
	case listCount:
		s.found.Count = true
	case listList, listWish, listWhich, listWhat, listHow, listMay:
		s.past(listList)
	case listFind:
		s.said[listI] = i > 0 && s.is(listI, i-1) > 0 || s.is(listI, i+1) > 0
	case listMine:
		next := i + m.n
		s.said[listSelf] = s.said[listSelf] || next < len(s.at) && len(s.at[next]) > 0 && (s.at[next][0].facet == Kind || s.at[next][0].list == listOne)
	case listInterest, listFor, listPro:
		s.field = m.list
	case listName:
		s.naming = true
		s.strange = slices.DeleteFunc(s.strange, func(at int) bool { return at == i-1 }) // "die Goethe heißt"
	case listNot:
		if s.not < 0 {
			s.not = i
		}
	case listPeople, listOne, listArrive:
		s.denied(i, i+m.n-1)
	case listAside:
		s.look(fold(s.text(i, i+m.n)))
	case listHandled, listCannot:
		if !s.denied(i, i+m.n-1) {
			s.unknown(s.text(i, i+m.n))
		}
	}
}

// aside reports whether a word that asks stands within what is said: "Firmen,
// die was mit Sport machen", "Montréaler, die Deutsch können".
func (s *run) aside(m match) bool {
	begun := s.first != "" || s.found.String() != ""
	switch m.list {
	case listWhat, listHow:
		return begun
	case listMay:
		return begun && !s.question
	}
	return false
}

// denied tells that what stands between is denied, if it is: that cannot be
// had, but of what is not handled yet, which is new.
func (s *run) denied(from, to int) bool {
	if s.not < 0 {
		return false
	}
	if s.is(listHandled, from) > 0 {
		s.add(Status, s.order[Status][0])
		s.not = -1
		return true
	}
	s.unknown(s.text(s.not, to+1))
	s.not = -1
	if n := s.is(listAnd, to+1); n > 0 { // "ohne Sport und Kultur"
		next := to + 1 + n
		next += s.skip(next)
		if next < len(s.at) && len(s.at[next]) > 0 && s.at[next][0].facet != "" {
			s.not = to + 1
		}
	}
	return true
}
