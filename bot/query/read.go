package query

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// Reader reads queries. It is safe for concurrent use.
type Reader struct {
	phrases map[string][]phrase // those of the plain lists, the longest first
	values  []phrase            // those of the facets, likewise
	keys    map[string]string   // what a key may be called: the canonical one
	numbers [][]string          // the words for one, two, …
	order   map[Facet][]string
	kinds   map[string]string // of the values of Field that are called like one of Kind: that one
}

// NewReader makes a reader of the values of each facet, in their order, of
// words for them (list "kind-museum"), for the keys (list "key-kind") and for
// the rest.
func NewReader(values map[Facet][]string, words Words) *Reader {
	r := &Reader{phrases: map[string][]phrase{}, keys: map[string]string{}, order: values, kinds: map[string]string{}}
	for _, list := range plainLists {
		r.phrases[list] = readPhrases(words(list), list, "")
		longestFirst(r.phrases[list])
	}
	for number := range strings.SplitSeq(words(listNumber), ",") {
		r.numbers = append(r.numbers, strings.Split(fold(strings.TrimSpace(number)), "/"))
	}
	for _, key := range []string{string(Field), string(Kind), string(City), string(Status), string(Language), keyFrom, keyTo, keyWord} {
		r.keys[key] = key
		for _, p := range readPhrases(words("key-"+key), "", "") {
			r.keys[p.words[0]] = key
		}
	}
	// In the order in which a word with two meanings is read: a kind is what
	// people mean most, then a status.
	for _, f := range []Facet{Kind, Status, Language, City, Field} {
		for _, value := range values[f] {
			r.values = append(r.values, readPhrases(words(string(f)+"-"+value), value, f)...)
		}
	}
	longestFirst(r.values)
	return r
}

// run is one text being read.
type run struct {
	reader  *Reader
	words   []token
	lang    string
	today   time.Time
	found   Reading
	wanted  bool // an order or a question how many: clear without anything else
	find    bool // an order to look for something
	which   bool // a question which, or who
	people  bool // somebody who signed up is named
	field   bool // a word with two meanings is a field here, as an interest was named
	naming  bool // words are part of a name
	strange []string
}

// Read reads a text of a language (the empty one: not known). today is the
// beginning of the day that it is.
//
// Words that are no filter are looked for as they are. Where filters are typed,
// nothing is left out but words without any meaning.
func (r *Reader) Read(text, lang string, today time.Time) Reading {
	s := &run{reader: r, words: tokens(text), lang: lang, today: today.UTC().Truncate(24 * time.Hour), found: Reading{Query: Query{Values: map[Facet][]string{}}}}
	for i := 0; i < len(s.words); {
		i += s.step(i)
	}
	for f, list := range s.found.Values {
		slices.SortStableFunc(list, func(a, b string) int {
			return slices.Index(r.order[f], a) - slices.Index(r.order[f], b)
		})
	}
	s.found.Asked = s.asked()
	return s.found
}

// asked reports whether the text is about the sign-ups. Who is told to show
// somebody, or asked for their number, is asked about nothing else; who is
// asked which ones there are may be asked about the world, where words remain
// that are no filter.
func (s *run) asked() bool {
	values := len(s.found.Values[Kind])+len(s.found.Values[Status]) > 0
	rest := len(s.strange) + len(s.found.Unknown)
	interest := s.field && len(s.found.Values[Field]) > 0
	switch about := s.people || values || interest; {
	case s.find && !s.which && len(s.strange) > 0 && len(s.strange) < 4: // "Such Fortuna"
		return true
	case s.wanted && !s.found.Count:
		return about || len(s.found.Values[Field])+len(s.found.Values[City]) > 0 && rest == 0
	case s.found.Count || s.which:
		return about && rest == 0
	default:
		return about && rest == 0
	}
}

// is is how many words from the i-th on are a phrase of the list.
func (s *run) is(list string, i int) int {
	for _, p := range s.reader.phrases[list] {
		if n := p.at(s.words, i); n > 0 {
			return n
		}
	}
	return 0
}

// step reads what begins at the i-th word, and tells how many words it took.
func (s *run) step(i int) int {
	word := s.words[i]
	switch {
	case word.key != "":
		s.pair(word)
		return 1
	case word.quoted:
		s.look(word.fold)
		return 1
	}
	if p, n, bad := s.period(i); n > 0 {
		if bad {
			s.unknown(word.text + " …")
			return n
		}
		s.within(p)
		s.naming = false
		return n
	}
	// The longest phrase wins, whatever its list; then what says something.
	best, length := phrase{}, 0
	for _, p := range s.reader.values {
		if n := p.at(s.words, i); n > length {
			best, length = p, n
		}
	}
	for _, list := range []string{listCount, listFind, listList, listWhich, listPeople, listName, listNot, listFor} {
		if n := s.is(list, i); n > length || n == length && n > 0 && best.words != nil && strings.Contains(best.words[0], "*") {
			best, length = phrase{list: list}, n
		}
	}
	if n := s.is(listFiller, i); n > length || length == 0 && n > 0 {
		return n
	}
	switch {
	case length == 0 && s.naming:
		s.look(word.fold)
		return 1
	case length == 0:
		s.other(word)
		return 1
	case best.facet != "":
		s.naming = false
		s.value(best, word)
	default:
		s.mark(best.list, i, length)
	}
	return length
}

// mark notes what a word says besides the values.
func (s *run) mark(list string, i, n int) {
	switch list {
	case listCount:
		s.wanted, s.found.Count = true, true
	case listList:
		s.wanted = true
	case listFind:
		s.wanted, s.find = true, i == 0
	case listWhich:
		s.which = true
	case listPeople:
		s.people = true
	case listFor:
		s.field = true
	case listName:
		s.naming = true
	case listNot:
		s.unknown(s.words[i+n-1].text)
	}
}

// value takes the value that a phrase stands for. A kind that is named like a
// field is one only where a field is expected.
func (s *run) value(p phrase, word token) {
	twin := s.twin(p, word)
	switch {
	case p.facet == Kind && twin != "":
		s.found.Either = append(s.found.Either, Either{Kind: p.list, Field: twin, AsKind: !s.field})
		if s.field {
			s.add(Field, twin)
			return
		}
	case p.facet == Kind:
		s.field = false
	}
	s.add(p.facet, p.list)
	suffix, isCompound := strings.CutPrefix(p.words[0], "*")
	if !isCompound || len(p.words) > 1 {
		return
	}
	if stem := strings.TrimSuffix(word.fold, suffix); len(stem) > 2 {
		for _, f := range s.reader.values {
			if f.facet == Field && f.at([]token{{fold: stem}}, 0) > 0 {
				s.add(Field, f.list) // "Sportvereine"
				return
			}
		}
		s.look(stem)
	}
}

// twin is the field that a word for a kind means as well.
func (s *run) twin(p phrase, word token) string {
	for _, f := range s.reader.values {
		if f.facet == Field && p.facet == Kind && len(p.words) == 1 && len(f.words) == 1 && f.at([]token{word}, 0) > 0 {
			return f.list
		}
	}
	return ""
}

func (s *run) add(f Facet, value string) { s.found.Query = s.found.Query.With(f, value) }

func (s *run) unknown(text string) { s.found.Unknown = append(s.found.Unknown, text) }

// look has words looked for as they are.
func (s *run) look(text string) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M, unicode.N) }) {
		if !slices.Contains(s.found.Words, word) {
			s.found.Words = append(s.found.Words, word)
		}
	}
}

// other takes a word that is in no list: it is looked for, unless it is
// probably a slip of the pen.
func (s *run) other(word token) {
	s.strange = append(s.strange, word.text)
	if strings.ContainsAny(word.fold, "./") { // a day that there is not
		s.unknown(word.text)
		return
	}
	for _, p := range s.reader.values {
		if len(p.words) == 1 && near(strings.Trim(p.words[0], "*"), word.fold) && !strings.Contains(p.words[0], "*") {
			s.unknown(word.text)
			return
		}
	}
	s.look(word.fold)
}

// within narrows the period.
func (s *run) within(p span) {
	if !p.from.IsZero() {
		s.found.From = p.from
	}
	if !p.to.IsZero() {
		s.found.To = p.to
	}
}

// pair reads a key with its value.
func (s *run) pair(word token) {
	key := s.reader.keys[word.key]
	values := tokens(word.fold)
	switch {
	case key == keyWord:
		for _, v := range values {
			s.look(v.fold)
		}
		return
	case key == keyFrom || key == keyTo:
		inner := &run{reader: s.reader, words: values, lang: s.lang, today: s.today}
		if p, n := inner.point(0); n > 0 && n == len(values) {
			if key == keyFrom {
				s.found.From = p.from
			} else {
				s.found.To = p.to
			}
			return
		}
	case key != "":
		if slices.Contains(s.reader.order[Facet(key)], word.fold) {
			s.add(Facet(key), word.fold)
			return
		}
		for _, p := range s.reader.values {
			if n := p.at(values, 0); p.facet == Facet(key) && n > 0 && n == len(values) {
				s.add(p.facet, p.list)
				return
			}
		}
	}
	s.unknown(word.text)
}
