package query

import "slices"

// negate begins a negation. One within another is none that can be had.
func (s *run) negate(m match, i int) {
	switch whole := m.n < len(s.words)-i && !s.words[i+m.n-1].comma; {
	case s.not == i, i == 0 && !whole: // "ni … ni", "Non, montre les musées"
	case s.not < 0:
		s.not, s.how = i, m.list
		if !whole {
			s.how = listNo
		}
	case m.lang == "fr" && s.how == listNo && m.list == listNot: // "ne … pas"
		s.how = listNot
	default:
		s.how = listNo
	}
}

// denied tells that what stands between is denied, if it is: that cannot be
// had, but of what is not handled yet, which is new.
func (s *run) denied(from, to int) bool {
	if s.not < 0 {
		return false
	}
	if s.is(listHandled, from) > 0 {
		s.add(Status, s.order[Status][0])
		s.not, s.how = -1, ""
		return true
	}
	s.unknown(s.text(s.not, to+1))
	s.further("", to+1)
	return true
}

// deny takes away the value that stands at i, if it is denied: what is wanted
// then are all others of its facet. Of fields there are several to a sign-up,
// so that all others are not the contrary.
func (s *run) deny(m match, i int) bool {
	next := i + m.n
	asField := m.facet == Field || m.facet == Kind && s.twin(i) != "" && (s.field != "" || s.worksWith(i))
	if s.not < 0 || s.is(listHandled, i) > 0 {
		return s.denied(i, next-1)
	}
	if s.how == listNo || asField || s.rhetorical() || s.narrowed(m.facet, i, next) {
		s.refused = true
		return s.denied(i, next-1)
	}
	for _, same := range s.same(i) {
		s.but[m.facet] = append(s.but[m.facet], same.list)
	}
	s.butAt[m.facet] = s.text(s.not, next)
	s.past("")
	s.further(m.facet, next)
	return true
}

// further tells whether what stands at next is denied as well: "ohne Sport und
// Kultur", "weder aus Düsseldorf noch aus Montréal".
func (s *run) further(f Facet, next int) {
	how := s.how
	s.not, s.how = -1, ""
	n := max(s.is(listAnd, next), s.is(listNor, next))
	if n == 0 && (how != listExcept || !s.words[next-1].comma) {
		return
	}
	i := next + n
	for range maxSkip {
		if i < len(s.at) && len(s.at[i]) > 0 && s.at[i][0].facet == "" && !slices.Contains(verbs, s.at[i][0].list) && s.at[i][0].idle() {
			i += s.at[i][0].n
		}
	}
	if i >= len(s.at) || len(s.at[i]) == 0 || s.at[i][0].facet == "" {
		return
	}
	other := s.at[i][0].facet != f
	switch {
	case n == 0 && other: // "außer den neuen, Vereine"
		return
	case how == listNot && other && f != "": // "nicht neu und aus Montréal"
		how = listNo
	}
	s.not, s.how = next, how
}

// rhetorical reports whether the negation asks whether there is somebody:
// "Haben wir nicht auch Schulen?"
func (s *run) rhetorical() bool {
	named := s.found.String() != "" || len(s.but) > 0 || s.said[listWho] || s.said[listPeople] || s.said[listOne]
	if named || s.words[s.not+1].joined { // "Nicht-Düsseldorfer"
		return false
	}
	if s.question && s.first == "" { // "Pas d'écoles ?"
		return true
	}
	return s.said[listThere] || s.first == "" && slices.ContainsFunc(s.at[:s.not+1], func(found []match) bool {
		return slices.ContainsFunc(found, func(m match) bool { return slices.Contains(verbs, m.list) })
	})
}

// narrowed reports whether more than the value from i to next is denied at
// once: "außer Vereinen aus Düsseldorf". No filter is the contrary of that.
func (s *run) narrowed(f Facet, i, next int) bool {
	if s.how != listExcept && f != Kind {
		// "nicht die neuen Schulen", and not "nicht aus Köln stammende Schulen"
		return s.is("article", i-1) > 0 && next < len(s.at) && len(s.at[next]) > 0 && s.at[next][0].facet == Kind
	}
	for next < len(s.words) && !s.words[next-1].stop {
		switch found := s.at[next]; {
		case s.words[next-1].comma:
			next += s.is("article", next) // "außer Vereinen, die …", and not "sauf les écoles, les musées"
			return s.is("article", next-1) > 0 && (next >= len(s.at) || len(s.at[next]) == 0 || s.at[next][0].facet != f)
		case s.is(listAnd, next) > 0, s.is(listNor, next) > 0:
			return false
		default:
			if _, n := s.period(next); n > 0 {
				next += n
				continue
			}
			if len(found) == 0 || found[0].facet != "" || found[0].list == listName || s.is(listWho, next) > 0 {
				return true
			}
			if slices.Contains(verbs, found[0].list) || found[0].list == "conjunction" {
				return false
			}
			next += found[0].n
		}
	}
	return false
}

// settle takes what is denied from what is wanted, and every status where all
// are told to be: "nouveaux inscrits, tous statuts confondus".
func (s *run) settle() {
	if s.said[listAny] {
		delete(s.found.Values, Status)
	}
	for _, f := range Facets() {
		if len(s.but[f]) == 0 {
			continue
		}
		wanted := s.found.Values[f]
		if len(wanted) == 0 {
			wanted = s.order[f]
		}
		left := slices.DeleteFunc(slices.Clone(wanted), func(value string) bool { return slices.Contains(s.but[f], value) })
		if len(left) == 0 {
			s.unknown(s.butAt[f])
			continue
		}
		s.found.Values[f] = left
	}
}
