package query

import (
	"slices"
	"strings"
	"time"
)

// run is one text being read.
type run struct {
	*Reader
	words []token
	at    [][]match // what may begin at each word
	lang  string
	today time.Time
	found Reading

	taken    []bool             // words that belong to one before them
	said     map[string]bool    // the lists of the words that are no filters
	first    string             // whether it is first of all an order or a question, and which one
	field    string             // the list that lets a word with two meanings be a field here
	naming   bool               // words are part of a name
	named    bool               // a name was given
	asides   []string           // words that tell of something else
	wished   int                // where what is wished may begin
	plain    bool               // nothing but filters so far, and words between them
	not      int                // where a negation is, whose word is to come; -1: none
	how      string             // the list of that negation
	refused  bool               // a value is denied whose contrary cannot be had
	but      map[Facet][]string // the values that are denied
	butAt    map[Facet]string   // how that was written
	question bool
	strange  []int // words that are in no list, and probably no names
}

// Read reads a text of a language (the empty one: not known). today is the
// beginning of the day that it is.
//
// Every word is a filter, or known to say nothing, or looked for as it is, or
// told to be unknown.
func (r *Reader) Read(text, lang string, today time.Time) Reading {
	s := r.run(tokens(text), lang, today)
	s.question = strings.HasSuffix(strings.TrimSpace(text), "?")
	for i := 0; i < len(s.words); {
		n := s.step(i)
		if i += n; s.words[i-1].stop || i == len(s.words) {
			s.denied(len(s.words), i-1)
			s.naming, s.field = false, ""
		}
	}
	s.settle()
	for f, list := range s.found.Values {
		slices.SortStableFunc(list, func(a, b string) int { return slices.Index(r.order[f], a) - slices.Index(r.order[f], b) })
	}
	s.found.Asked = s.asked()
	return s.found
}

func (r *Reader) run(words []token, lang string, today time.Time) *run {
	lang = r.language(words, lang)
	s := &run{Reader: r, words: r.spell(words, lang), lang: lang, today: today.UTC().Truncate(24 * time.Hour), said: map[string]bool{}, not: -1, plain: true, but: map[Facet][]string{}, butAt: map[Facet]string{},
		found: Reading{Query: Query{Values: map[Facet][]string{}}}}
	s.at, s.taken = make([][]match, len(s.words)), make([]bool, len(s.words))
	for i := range s.words {
		s.at[i] = r.find(s.words, i)
		longest := 0
		for _, m := range s.at[i] {
			if m.lang == lang {
				longest = max(longest, m.length())
			}
		}
		// Words mean something else in the other language: "hier", "art", "an".
		s.at[i] = slices.DeleteFunc(s.at[i], func(m match) bool {
			return m.lang != lang && (m.length() <= longest || m.vague() > 0 && m.idle() && s.words[i].capital()) // "Mettmann"
		})
	}
	return s
}

// is is how many words from the i-th on are an entry of the list.
func (s *run) is(list string, i int) int {
	if i >= 0 && i < len(s.at) {
		for _, m := range s.at[i] {
			if m.list == list && m.facet == "" {
				return m.n
			}
		}
	}
	return 0
}

// oneOf is which of the lists begins at i.
func (s *run) oneOf(lists []string, i int) (at, n int) {
	if i < len(s.at) {
		for _, m := range s.at[i] {
			if at := slices.Index(lists, m.list); at >= 0 && m.facet == "" {
				return at, m.n
			}
		}
	}
	return 0, 0
}

// step reads what begins at the i-th word, and tells how many words it took.
func (s *run) step(i int) int {
	word := s.words[i]
	switch {
	case s.taken[i]:
		return 1
	case word.key != "":
		s.said[listKey] = true
		if !s.pair(word.key, word.fold) {
			s.unknown(word.text)
		}
		return 1
	case word.quoted:
		return s.quotation(i)
	case s.naming && word.capital() && s.is("article", i)+s.is(listTitle, i) == 0: // "namens Neue Energie"
		s.look(word.fold)
		return 1
	}
	if n := max(s.salutation(i), s.occasion(i), s.deadline(i)); n > 0 {
		return n
	}
	if p, n := s.period(i); n > 0 {
		if !s.denied(i, i+n-1) {
			s.within(p, s.text(i, i+n))
		}
		s.past("")
		return n
	}
	if n := s.called(i); n > 0 {
		return n
	}
	if n := s.announced(i); n > 0 {
		s.unknown(s.text(i, i+n))
		return n
	}
	if len(s.at[i]) == 0 {
		s.other(i)
		return 1
	}
	m := s.at[i][0]
	s.said[listWho] = s.said[listWho] || s.is(listWho, i) > 0
	s.plain = s.plain && (m.facet != "" || s.is(listOrigin, i)+s.is(listPlace, i) > 0 || slices.Contains([]string{"article", "conjunction", "courtesy", "adverb", listFor, listPro, listCount}, m.list))
	s.naming = s.naming && (m.list == "auxiliary" || word.capital()) // "dont le nom est La Fontaine"
	found := i > 0 && s.is(listFind, i-1) > 0
	if (found || s.titled(i-1)) && word.capital() && strings.ToUpper(word.text) != word.text && m.facet == "" && slices.Contains([]string{"verb", "adverb", listCannot}, m.list) && m.n == 1 { // "Firma Lange"
		s.other(i)
		return 1
	}
	if m.tail >= 0 {
		s.taken[m.tail] = true
	}
	switch {
	case s.not >= 0 && s.is(listHandled, i) > 0: // "n'a-t-on pas encore appelées"
		s.denied(i, i+m.n-1)
	case m.facet != "":
		s.value(m, i)
	case slices.Contains(marks, m.list):
		s.mark(m, i)
	case !m.idle() && !slices.Contains(besides, m.list) && !slices.Contains(frameLists, m.list): // a part of a period that is none
		s.unknown(s.text(i, i+m.n))
	}
	return m.n
}

// past tells that something stands between a word for a field and what follows.
func (s *run) past(list string) {
	s.naming = false
	if s.field == listPro || list == listList {
		s.field = ""
	}
}

// text is what was written.
func (s *run) text(from, to int) string {
	var parts []string
	for _, word := range s.words[from:to] {
		if len(parts) == 0 || parts[len(parts)-1] != word.text {
			parts = append(parts, word.text)
		}
	}
	return strings.Join(parts, " ")
}

func (s *run) add(f Facet, value string) { s.found.Query = s.found.Query.With(f, value) }

func (s *run) unknown(text string) { s.found.Unknown = append(s.found.Unknown, text) }

// other takes a word that is in no list: it is looked for, unless it is a
// number or the day that there is not.
func (s *run) other(i int) {
	word := s.words[i]
	name := i > 0 && len(s.at[i-1]) == 0 && len(s.found.Words) > 0 || word.capital() && s.titled(i-1) // "Fortuna 95", "Museum K20"
	switch {
	case s.not >= 0:
		s.denied(i, i)
	case s.naming:
		s.look(word.fold)
	case s.compound(i):
	case strings.ContainsAny(word.fold, "0123456789") && !name && (len(word.fold) < 4 || strings.ContainsAny(word.fold, "./-")):
		s.unknown(word.text)
	default:
		s.look(word.fold)
		if !word.capital() || !s.placed(i-1) && !s.titled(i-1) {
			s.strange = append(s.strange, i)
		}
	}
}

// placed reports whether a word for where from stands at i: "aus Köln", and
// where sign-ups are named, "von der Caritas".
func (s *run) placed(i int) bool {
	if i > 0 && (s.said[listPeople] || len(s.found.Values[Kind]) > 0) && s.is(listAt, i) > 0 && s.is(listPlace, i) == 0 {
		i--
	}
	return s.is(listPlace, i) > 0
}

// titled reports whether the word after i is the proper name of a kind, or a
// part of it: "Schule Albert Einstein", "Curie-Schule". In a longer question
// it is so only where sign-ups are named: "Où est l'école Curie ?" is asked of
// the world.
func (s *run) titled(i int) bool {
	isKind := func(i int) bool {
		return i >= 0 && i < len(s.at) && slices.ContainsFunc(s.at[i], func(m match) bool { return m.facet == Kind })
	}
	if s.question && len(s.words) > 3 && !s.said[listOne] && !s.said[listPeople] {
		return false
	}
	if isKind(i+2) && s.words[i+2].joined {
		return true
	}
	for i >= 0 && len(s.at[i]) == 0 && s.words[i].capital() && !s.words[i].stop && !s.words[i].comma {
		i--
	}
	return isKind(i) && !s.words[i].stop && !s.words[i].comma
}
