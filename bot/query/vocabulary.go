package query

import (
	"slices"
	"strings"
)

// Words gives the words of a list, separated by commas, in every language:
// "*verein" is any word that ends so, "interess*" one that begins so. The
// lists are those of [Lists].
type Words func(list string) string

// The lists that are not values of a facet.
const (
	listCount   = "count"   // asks how many
	listList    = "list"    // orders to show
	listFind    = "find"    // orders to look for what follows
	listWhich   = "which"   // asks which ones
	listPeople  = "people"  // those who signed up, whatever they are
	listFor     = "for"     // what follows is a field of interest
	listName    = "name"    // what follows is a name
	listFiller  = "filler"  // says nothing about what is wanted
	listNot     = "not"     // asks for the contrary, which cannot be had
	listSince   = "since"   // and a point in time
	listUntil   = "until"   // likewise: up to its end
	listBefore  = "before"  // likewise: up to its beginning
	listAfter   = "after"   // likewise: from its end
	listBetween = "between" // likewise, and a second one
	listAnd     = "and"     // before that
	listLast    = "last"
	listThis    = "this"
	listDay     = "day"
	listWeek    = "week"
	listMonth   = "month"
	listYear    = "year"
	listToday   = "today"
	listNumber  = "number" // from one to twelve
)

// months are the lists of the names of the months, in their order.
var months = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

var plainLists = append([]string{listCount, listList, listFind, listWhich, listPeople, listFor, listName, listFiller, listNot, listSince, listUntil, listBefore,
	listAfter, listBetween, listAnd, listLast, listThis, listDay, listWeek, listMonth, listYear, listToday, "yesterday"}, months...)

// phrase is one entry of a list: some words in a row.
type phrase struct {
	words []string
	list  string
	facet Facet // of a value; list is the value then
}

// at is how many of the words from the i-th on are the phrase; 0 when they are not.
func (p phrase) at(words []token, i int) int {
	if i+len(p.words) > len(words) {
		return 0
	}
	for n, want := range p.words {
		if t := words[i+n]; t.quoted || t.key != "" || !fits(want, t.fold) {
			return 0
		}
	}
	return len(p.words)
}

func fits(want, word string) bool {
	if suffix, ok := strings.CutPrefix(want, "*"); ok {
		return strings.HasSuffix(word, suffix)
	}
	if prefix, ok := strings.CutSuffix(want, "*"); ok {
		return strings.HasPrefix(word, prefix)
	}
	return want == word
}

// readPhrases reads the entries of a list.
func readPhrases(text, list string, facet Facet) []phrase {
	var phrases []phrase
	for entry := range strings.SplitSeq(text, ",") {
		words := strings.FieldsFunc(fold(entry), func(r rune) bool { return strings.ContainsRune(" '’-.\n", r) })
		if len(words) > 0 {
			phrases = append(phrases, phrase{words, list, facet})
		}
	}
	return phrases
}

// longestFirst lets the phrase of more words win, then the whole word over the
// beginning or the end of one.
func longestFirst(phrases []phrase) {
	weight := func(p phrase) int {
		n := 100 * len(p.words)
		for _, w := range p.words {
			if strings.Contains(w, "*") {
				n--
			}
		}
		return n
	}
	slices.SortStableFunc(phrases, func(a, b phrase) int { return weight(b) - weight(a) })
}
