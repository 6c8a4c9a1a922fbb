package query

import "slices"

// asked reports whether the text is about the sign-ups. How sure that is
// depends on the filters and on the words for those who sign up; how sure it
// has to be, on what the text is: who is told to show somebody, or asked for
// their number, is asked about nothing else; who is asked which ones there are
// may be asked about the world, where words remain that are no filter; and how,
// why and where are questions of citizens.
func (s *run) asked() bool {
	sure, likely := s.evidence()
	clear := len(s.strange) == 0
	some := s.found.String() != ""
	switch {
	case s.bare():
		return true
	case s.named && s.said[listOne] && !s.said[listSelf]: // "Wo ist die Anmeldung von Frau Dubois?"
		return true
	case s.said[listSelf], s.said[listAside], s.first == listHow, s.first == listMay:
		return false
	case s.first == listFind && !s.said[listI] && len(s.found.Words) > 0 && len(s.strange) < 4: // "Such Fortuna"
		return true
	case s.first == listList:
		return sure || likely
	case s.found.Count && clear && !some && !s.anywhere("noun") && !s.anywhere("verb"): // "Wie viele haben wir insgesamt?"
		return true
	case s.found.Count, s.first == listWhich:
		return clear && (sure || likely)
	case s.first == listWish, s.first == listFind:
		return sure || likely && clear
	case s.first == listWhat:
		return clear && some && (s.said[listPeople] || s.dated() && (sure || likely) || len(s.found.Values[Status]) > 0 && s.anywhere(listStill))
	}
	// "Ist Fortuna angemeldet?"
	names := (s.said[listPeople] || s.said[listOne]) && !slices.ContainsFunc(s.strange, func(i int) bool { return !s.words[i].capital() })
	return (clear || names) && (sure || likely && !s.sentence())
}

// bare reports whether the text is nothing but filters, at least two or a day
// to begin with: "Montréal, Mobilität", "seit 15.03.".
func (s *run) bare() bool {
	facets := 0
	for _, list := range s.found.Values {
		facets += min(1, len(list))
	}
	if s.dated() {
		facets++
		if s.found.To.IsZero() {
			facets++
		}
	}
	if s.found.Count { // "Wie viele heute?"
		facets++
	}
	if handled := len(s.found.Values[Status]) > 0 && !slices.Contains(s.found.Values[Status], s.order[Status][0]); handled || len(s.found.Values[Status]) > 1 { // no citizen names these
		facets++
	}
	if len(s.found.Values[Field]) > 0 && s.said[listFor] { // "Thema Museen"
		facets++
	}
	return facets > 1 && s.plain && len(s.found.Words)+len(s.found.Unknown) == 0
}

func (s *run) dated() bool { return !s.found.From.IsZero() || !s.found.To.IsZero() }

// evidence weighs what the text names.
func (s *run) evidence() (sure, likely bool) {
	has := func(f Facet) bool { return len(s.found.Values[f]) > 0 }
	people := s.said[listPeople] || s.said[listOne] && (s.found.String() != "" || len(s.found.Unknown) > 0 || s.first == listList)
	asks, who := s.first == listCount || s.first == listList || s.first == listWhich, s.said[listWho]
	sure = s.said[listKey] || people || s.named && (has(Kind) || who || s.said[listTitle]) || s.said[listArrive] && s.dated() || s.said[listInterest] && has(Field) ||
		has(Kind) && (has(Field) || has(Status) || has(Language) || s.dated())
	likely = has(Kind) || s.found.Count && has(Language) || len(s.but[City]) > 1 ||
		who && (has(Language) || has(Field) || s.dated()) ||
		(who || asks) && (has(Status) || len(s.but) > 0 || s.refused) ||
		has(Field) && asks && (s.said[listFor] || s.said[listPro] || s.said[listJoin]) ||
		has(City) && (has(Language) || s.origin() || who && (s.said[listJoin] || s.said[listLive] && s.first == "")) ||
		len(s.found.Words) > 0 && s.origin() && who && s.first == listWhich // "Wer kommt aus Köln?"
	return sure, likely
}

// origin reports whether somebody comes from somewhere.
func (s *run) origin() bool { return s.anywhere(listOrigin) }

// anywhere reports whether an entry of the list stands somewhere.
func (s *run) anywhere(list string) bool {
	for i := range s.at {
		if s.is(list, i) > 0 {
			return true
		}
	}
	return false
}

// sentence reports whether the text says something about those who it names,
// or asks that, and does not just name them: "Die Museen wollen kooperieren".
func (s *run) sentence() bool {
	for i, found := range s.at {
		switch {
		case len(found) == 0:
		case slices.Contains(verbs, found[0].list) && s.is("courtesy", i) == 0:
			return true
		case found[0].facet != "" && !s.question:
			return false
		}
	}
	return false
}
