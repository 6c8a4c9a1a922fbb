// Package query reads what city staff ask about the sign-ups, typed as filters
// or said in plain words, in German, French or a mix. It is pure: it knows the
// words it is given, and what day it is, and does no I/O.
package query

import (
	"slices"
	"strings"
	"time"
)

// Facet is a property that sign-ups are filtered by. Its values are the keys
// of the canonical form, such as "kind:museum".
type Facet string

// The facets with a fixed set of values.
const (
	Field    Facet = "field"
	Kind     Facet = "kind"
	City     Facet = "city"
	Status   Facet = "status"
	Language Facet = "language"
)

// Facets lists them in the order in which a query names them.
func Facets() []Facet { return []Facet{Field, Kind, City, Status, Language} }

// The other keys of the canonical form.
const (
	keyFrom = "from"
	keyTo   = "to"
	keyWord = "word"
)

// Query is what is wanted. Several values of a facet mean any of them, several
// facets all of them.
type Query struct {
	Count    bool               // only how many there are
	Values   map[Facet][]string // in the order of the vocabulary
	From, To time.Time          // from the beginning of From to before To; zero: without that end
	Words    []string           // folded; each of them
}

// With is the query with another value of a facet.
func (q Query) With(f Facet, value string) Query {
	q.Values = q.copy()
	if !slices.Contains(q.Values[f], value) {
		q.Values[f] = append(q.Values[f], value)
	}
	return q
}

// Without is the query without a value of a facet.
func (q Query) Without(f Facet, value string) Query {
	q.Values = q.copy()
	q.Values[f] = slices.DeleteFunc(q.Values[f], func(v string) bool { return v == value })
	return q
}

func (q Query) copy() map[Facet][]string {
	values := map[Facet][]string{}
	for f, list := range q.Values {
		values[f] = slices.Clone(list)
	}
	return values
}

// String is the canonical form: [Reader.Read] reads it back as the same query.
// Its last day is the last one that is wanted.
func (q Query) String() string {
	var parts []string
	for _, f := range Facets() {
		for _, value := range q.Values[f] {
			parts = append(parts, string(f)+":"+value)
		}
	}
	if !q.From.IsZero() {
		parts = append(parts, keyFrom+":"+q.From.Format(time.DateOnly))
	}
	if !q.To.IsZero() {
		parts = append(parts, keyTo+":"+q.To.AddDate(0, 0, -1).Format(time.DateOnly))
	}
	for _, word := range q.Words {
		parts = append(parts, keyWord+":"+word)
	}
	return strings.Join(parts, " ")
}

// Reading is what a text was understood as.
type Reading struct {
	Query
	// Asked tells that the text is a question or an order about the sign-ups,
	// and not about anything else.
	Asked bool
	// Unknown is what was not understood, as it was written.
	Unknown []string
	// Either are the words that could have been a kind as well as a field.
	Either []Either
}

// Either is a word with two meanings, and the one it was read with.
type Either struct {
	Kind, Field string
	AsKind      bool
}

// Other is the query with the word's other meaning.
func (e Either) Other(q Query) Query {
	if e.AsKind {
		return q.Without(Kind, e.Kind).With(Field, e.Field)
	}
	return q.Without(Field, e.Field).With(Kind, e.Kind)
}
