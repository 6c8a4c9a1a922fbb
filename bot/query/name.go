package query

import (
	"maps"
	"slices"
)

// look has words looked for as they are.
func (s *run) look(text string) {
	for _, word := range wordForm.FindAllString(text, -1) {
		if !slices.Contains(s.found.Words, word) {
			s.found.Words = append(s.found.Words, word)
		}
	}
}

// called reads a name that is told to be one after it: "mit Neue Energie im
// Namen", "die Goethe im Namen tragen".
func (s *run) called(i int) int {
	first, most := i, 1
	if n := s.is(listWith, i); n > 0 && s.is(listName, i) == 0 {
		first, most = i+n, maxSkip
	} else if !s.words[i].capital() {
		return 0
	}
	for k := first + 1; k <= first+most; k++ {
		if n := s.is(listInName, k); n > 0 {
			if s.denied(i, k+n-1) {
				return k + n - i
			}
			for _, word := range s.words[first:k] {
				s.look(word.fold)
			}
			s.named = true
			return k + n - i
		}
	}
	return 0
}

// title reads who is meant after "Frau", unless somebody is greeted.
func (s *run) title(m match, i int) {
	next := i + m.n
	named := next < len(s.words) && s.words[next].capital() && !s.words[next-1].comma
	greeted := i > 0 && len(s.at[i-1]) > 0 && !s.words[i-1].comma && !s.words[i-1].stop && s.at[i-1][0].list == "courtesy"
	switch {
	case greeted && named:
		s.taken[next] = true
	case greeted:
	case named:
		s.naming, s.named = true, true
	default:
		s.unknown(s.text(i, next))
	}
}

// quotation has what is quoted looked for, but for a value that is named as
// one: "Status „in Kontakt“".
func (s *run) quotation(i int) int {
	n := 0
	for i+n < len(s.words) && s.words[i+n].quoted {
		n++
	}
	key := i - 1
	for key > 0 && s.is("auxiliary", key)+s.is("adverb", key)+s.is(listStill, key) > 0 { // "Status ist noch „neu“"
		key--
	}
	if key >= 0 && s.words[key].plain() && s.pair(s.words[key].fold, fold(s.text(i, i+n))) {
		return n
	}
	if k := s.is(listAs, i+n); k > 0 && i+n+k < len(s.words) && s.pair(s.words[i+n+k].fold, fold(s.text(i, i+n))) { // "„Anderes“ als Interesse"
		return n + k + 1
	}
	if s.is(listChosen, i-1) > 0 || s.is(listChosen, i+n) > 0 { // "hat „Anderes“ gewählt"
		for _, key := range slices.Sorted(maps.Keys(s.keys)) {
			if f := s.keys[key]; f != keyWord && f != keyFrom && f != keyTo && s.pair(key, fold(s.text(i, i+n))) {
				return n
			}
		}
	}
	for _, word := range s.words[i : i+n] {
		s.look(word.fold)
	}
	s.named = true
	return n
}
