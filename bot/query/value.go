package query

import (
	"slices"
	"strings"
	"time"
)

// value takes the value that words stand for. A kind that is named like a
// field is one only where no field is expected.
func (s *run) value(m match, i int) {
	if s.is(listExcept, i) > 0 && i+m.n < len(s.at) && len(s.at[i+m.n]) > 0 && s.at[i+m.n][0].facet == m.facet { // "außerhalb Düsseldorfs"
		s.negate(match{entry: &entry{list: listExcept}, n: m.n}, i)
		return
	}
	if s.deny(m, i) {
		return
	}
	twin := s.twin(i)
	switch {
	case m.facet == Kind && twin != "":
		asField := s.field != "" || s.worksWith(i) || s.chosen(i) || s.alongside(i)
		s.found.Either = append(s.found.Either, Either{Kind: m.list, Field: twin, AsKind: !asField})
		if asField {
			s.naming = false
			s.add(Field, twin)
			return
		}
	case m.facet == Kind && s.worksWith(i): // "Firmen, die mit Vereinen zusammenarbeiten"
		s.unknown(s.text(i, i+m.n))
		return
	case m.facet == Kind:
		s.field = ""
	}
	for _, same := range s.same(i) {
		s.add(same.facet, same.list)
	}
	if m.facet != Field && m.facet != Kind {
		s.past("")
	}
	s.naming = false
}

// chosen reports whether the value at i is told further on to be an interest,
// alone or with others: "Kultur oder Museen als Interesse".
func (s *run) chosen(i int) bool {
	for i < len(s.at) && len(s.at[i]) > 0 && !s.words[i].stop {
		if n := s.is(listAs, i); n > 0 {
			k := i + n
			k += s.is("article", k)
			return s.is(listInterest, k)+s.is(listFor, k) > 0
		}
		m := s.at[i][0]
		if m.facet != Field && s.twin(i) == "" && s.is(listAnd, i)+s.is("article", i) == 0 {
			return false
		}
		i += m.n
	}
	return false
}

// alongside reports whether an interest stands before the value at i, in one
// list with it: "Kultur oder Museen".
func (s *run) alongside(i int) bool {
	if i--; s.is("article", i) > 0 && s.is(listAnd, i) == 0 {
		i--
	}
	if s.is(listAnd, i) == 0 || i == 0 || len(s.at[i-1]) == 0 {
		return false
	}
	return s.at[i-1][0].facet == Field && len(s.found.Values[Kind]) == 0
}

// same are the values of a facet that the words at i stand for: "beide Städte".
func (s *run) same(i int) []match {
	first := s.at[i][0]
	return slices.DeleteFunc(slices.Clone(s.at[i]), func(m match) bool {
		return m.facet != first.facet || m.length() != first.length() || m.vague() != first.vague()
	})
}

// twin is the field that a word for a kind means as well.
func (s *run) twin(i int) string {
	for _, m := range s.at[i] {
		if m.facet == Field && m.length() == s.at[i][0].length() {
			return m.list
		}
	}
	return ""
}

// worksWith reports whether those at i are who somebody works with: "Firmen,
// die mit Vereinen zusammenarbeiten". Of a kind that is a field as well it goes
// without saying after another one: "Firmen, die was mit Schulen machen".
func (s *run) worksWith(i int) bool {
	other := len(s.found.Values[Kind]) > 0
	if !s.anywhere(listTogether) && !(other && s.twin(i) != "") {
		return false
	}
	for i--; i >= 0 && len(s.at[i]) > 0; i-- {
		if s.is(listWith, i) > 0 {
			return other || len(s.found.Values[Status]) > 0 || s.said[listPeople] || s.said[listWho] || s.found.Count
		}
		if s.at[i][0].facet == "" && !s.at[i][0].idle() {
			return false
		}
	}
	return false
}

// compound reads a German compound of a word for those who sign up or for a
// field, and a value before it: "Sportvereine", "Museumsanmeldungen",
// "Maianmeldungen", "Energiebereich". What is no value is looked for.
func (s *run) compound(i int) bool {
	word := s.words[i].fold
	if head, before, ok := s.head(word); ok {
		facets := []Facet{Field, Status, Language, City}
		_, interested := s.one(word[len(before):], func(m match) bool { return m.list == listInterest })
		if !interested && slices.Contains([]string{listPeople, listWho, listArrive, listList, listCount}, head.list) {
			facets = []Facet{Kind, Field, Status, Language, City}
		}
		known := s.modifier(before, facets)
		switch {
		case head.facet == Kind:
			s.field = ""
			s.add(Kind, head.list)
			if !known {
				s.look(before)
			}
			return true
		case known:
			s.mark(head, i)
			s.said[listFor] = s.said[listFor] || head.list == listList // "Sportliste"
			return true
		}
	}
	if i+1 < len(s.words) && s.words[i+1].joined { // "Schul-Anmeldungen"
		return s.modifier(word, []Facet{Kind, Field, Status, Language, City})
	}
	return false
}

// head takes a compound apart: the word for those who sign up or for a field
// that it ends with, and what is before that.
func (r *Reader) head(word string) (match, string, bool) {
	for cut := 3; cut <= len(word)-4 && len(word) <= maxCompound; cut++ {
		m, ok := r.one(word[cut:], func(m match) bool {
			return m.lang == "de" && (m.facet == Kind || slices.Contains([]string{listPeople, listWho, listArrive, listFor, listInterest, listList, listCount}, m.list))
		})
		if ok {
			return m, strings.TrimRight(word[:cut], "-"), true
		}
	}
	return match{}, "", false
}

// modifier adds the value that the first part of a compound stands for.
func (s *run) modifier(word string, facets []Facet) bool {
	if e, ok := s.attribute(word, facets); ok {
		s.add(e.facet, e.list)
		return true
	}
	inner := s.run([]token{{text: word, fold: word}}, "de", s.today)
	p, n := inner.cyclic(0)
	if n > 0 {
		s.within(p, word)
	}
	return n > 0
}

// attribute is the value that the first part of a compound stands for, with or
// without what joins it to the second. As a value stands there, less is needed
// to take it for a slip of the pen: "Sprotvereine".
func (r *Reader) attribute(word string, facets []Facet) (*entry, bool) {
	forms := []string{word, word + "e", word + "en"}
	for _, link := range []string{"s", "es", "n", "en", "er", "e"} {
		if base, ok := strings.CutSuffix(word, link); ok {
			forms = append(forms, base)
		}
	}
	for _, f := range facets {
		for _, form := range forms {
			if m, ok := r.one(form, func(m match) bool { return m.facet == f && m.lang == "de" }); ok {
				return m.entry, true
			}
		}
	}
	for _, form := range forms {
		if len(form) < 5 {
			continue
		}
		for _, other := range r.near[form[0]] {
			e := r.known["de"][other]
			if e != nil && slices.Contains(facets, e.facet) && len(e.words) == 1 && (sound(form) == sound(other) || Distance(form, other) == 1 && (swapped(form, other) || len(form) != len(other))) {
				return e, true
			}
		}
	}
	return nil, false
}

// one is an entry of one word.
func (r *Reader) one(word string, good func(match) bool) (match, bool) {
	for _, m := range r.find([]token{{text: word, fold: word}}, 0) {
		if m.vague() == 0 && good(m) {
			return m, true
		}
	}
	return match{}, false
}

// pair reads a key with its value, and reports whether that is one.
func (s *run) pair(key, value string) bool {
	f := Facet(s.keys[key])
	switch {
	case f == "":
		return false
	case f == keyWord:
		for _, v := range tokens(value) {
			s.look(v.fold)
		}
		return true
	case slices.Contains(s.order[f], value):
		s.add(f, value)
		return true
	}
	switch f {
	case keyFrom, keyTo:
		inner := s.run(tokens(value), s.lang, s.today)
		p, n := inner.point(0)
		if n == 0 || n != len(inner.words) {
			return false
		}
		if f == keyFrom {
			p.to = time.Time{}
		} else {
			p.from = time.Time{}
		}
		s.within(p, value)
		return true
	default:
		for _, text := range []string{value, key + " " + value} { // "intérêt : autre"
			inner := s.run(tokens(text), s.lang, s.today)
			for _, m := range slices.Concat(inner.at...) {
				if m.facet == f && m.n == len(inner.words) {
					s.add(f, m.list)
					return true
				}
			}
		}
		return false
	}
}
