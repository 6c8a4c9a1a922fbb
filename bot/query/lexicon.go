package query

import (
	"cmp"
	"slices"
	"strings"
)

// Words gives the words of a list in a language, separated by commas. "Verein+"
// is that word in all its inflections, "*ferien" any word that ends so and
// "interess*" one that begins so, "schrieb+ … an" has other words between, and
// "!dès" is meant with its accents. In the list "means", "Vorjahr=letztes Jahr"
// has one word read as others.
type Words func(lang, list string) string

// The lists that are neither values of a facet nor about time.
const (
	listCount    = "count"      // asks how many
	listList     = "list"       // orders to show
	listWish     = "wish"       // wishes to have something
	listFind     = "find"       // orders to look for what follows
	listWhich    = "which"      // asks which ones
	listThere    = "there"      // asks whether there are any
	listWhat     = "what"       // asks what, which may be about sign-ups
	listHow      = "how"        // asks something else: how, why, where
	listMay      = "modal"      // asks what is allowed or possible
	listSelf     = "self"       // tells of the one who asks
	listMine     = "mine"       // likewise, where somebody who might sign up follows
	listWho      = "who"        // somebody, whether they signed up or not
	listPeople   = "people"     // those who signed up, whatever they are, and that they did
	listArrive   = "arrive"     // that something came in
	listJoin     = "join"       // that somebody takes part
	listLive     = "live"       // that somebody lives somewhere
	listI        = "i"          // the one who asks
	listOne      = "one"        // one sign-up, which may be to come
	listOrigin   = "origin"     // that somebody comes from somewhere
	listInterest = "interest"   // that somebody is interested in the field that follows
	listFor      = "for"        // what follows is a field of interest
	listPro      = "pro"        // likewise, unless something else stands between
	listTogether = "together"   // that somebody works with somebody; then
	listWith     = "with"       // means a field
	listPlace    = "place"      // what follows is a place
	listName     = "name"       // what follows is a name
	listOccasion = "occasion"   // what an answer is needed for
	listLater    = "later"      // when it is needed: to come
	listDaytime  = "daytime"    // likewise, unless it is over already
	listGreet    = "greet"      // begins a salutation, which ends with a comma
	listLiteral  = "literal"    // the word that follows is looked for, whatever it means
	listTitle    = "title"      // what follows is the name of somebody
	listAsker    = "asker"      // tells that whoever stands before wants to know
	listAny      = "any-status" // takes back every status: "egal welcher Status"
	listStill    = "still"      // that something is to be done yet
	listClock    = "clock"      // follows the hour of a day
	listChosen   = "chosen"     // that a value was chosen
	listInName   = "in-name"    // what stands before is a name
	listAs       = "as"         // what stands before is what follows
	listNot      = "not"        // asks for the contrary of what follows
	listExcept   = "except"     // likewise, and of all that belongs to it
	listNo       = "no"         // asks for what cannot be had, unless another word completes it
	listNor      = "nor"        // what follows is denied as well
	listHandled  = "handled"    // what is new is not
	listCannot   = "cannot"     // what cannot be asked for
	listAside    = "aside"      // what else there is to ask about
	listMeans    = "means"      // stands for other words
	listOwn      = "own"        // words of their own, and no slips of those that they come near
	listKey      = "key"        // no list: that a filter is typed
)

var (
	// marks are the lists of the words that say something besides filters.
	marks = []string{listCount, listFind, listList, listWish, listWhich, listThere, listWhat, listHow, listMay, listSelf, listMine, listWho,
		listPeople, listOne, listArrive, listJoin, listLive, listInterest, listFor, listPro, listTogether, listName, listLiteral, listTitle, listAsker, listNot, listExcept, listNo,
		listHandled, listCannot, listAside, listAny}
	// besides are those of words that may be anything else as well.
	besides = []string{listGreet, listNor, listStill, listClock, listChosen, listOccasion, listAs, listInName, listI, listWith, listPlace, listOrigin}
	// fillers are the lists of the words that say nothing of what is wanted;
	// those of verbs make a sentence.
	verbs   = []string{"verb", "auxiliary", listTogether, listJoin}
	fillers = []string{"article", "pronoun", "preposition", "conjunction", "adverb", "auxiliary", "verb", "noun", "courtesy"}
)

// entry is one of a list: some words in a row.
type entry struct {
	words  []string
	list   string
	lang   string
	facet  Facet    // of a value; list is the value then
	rank   int      // which entry wins where several fit as well: the lowest
	number int      // of a number
	means  []string // what it is read as
}

// endings are those that a noun, an adjective or a participle may have in a
// language. That makes words which there are not; nobody writes them.
var endings = map[string][]string{
	"de": {"", "e", "n", "s", "t", "m", "r", "en", "em", "er", "es", "te", "ten"},
	"fr": {"", "e", "s", "es"},
}

// fits reports whether a word is one that an entry of a language names.
func fits(want, word, lang string) bool {
	if base, ok := strings.CutSuffix(want, "+"); ok {
		rest, ok := strings.CutPrefix(word, base)
		return ok && slices.Contains(endings[lang], rest)
	}
	if suffix, ok := strings.CutPrefix(want, "*"); ok {
		return strings.HasSuffix(word, suffix) && word != suffix
	}
	if prefix, ok := strings.CutSuffix(want, "*"); ok {
		return strings.HasPrefix(word, prefix)
	}
	return want == word
}

// match is an entry that fits; n is how many words it takes, tail the index of
// another one further on.
type match struct {
	*entry
	n, tail int
}

// at is the entry where it begins at the i-th word; n is 0 where it does not.
func (e *entry) at(words []token, i int) match {
	m := match{entry: e, tail: -1}
	for k, want := range e.words {
		if want == "…" { // the rest ends the sentence, or a part of it: "wir schrieben sie im Mai an"
			for end := i + k; end < min(len(words), i+maxGap-1); end++ {
				over := words[end].stop || end == len(words)-1
				if (over || words[end].comma) && words[end].plain() && fits(e.words[k+1], words[end].fold, e.lang) {
					m.n, m.tail = k, end
				}
				if over || m.tail >= 0 {
					break
				}
			}
			return m
		}
		if i+k >= len(words) || !words[i+k].plain() || !words[i+k].fits(want, e.lang) {
			return m
		}
	}
	m.n = len(e.words)
	return m
}

func (t token) fits(want, lang string) bool {
	if exact, ok := strings.CutPrefix(want, "!"); ok {
		return strings.ToLower(t.text) == exact
	}
	return fits(want, t.fold, lang)
}

func (t token) plain() bool { return !t.quoted && t.key == "" }

// lexicon finds entries by their first word.
type lexicon struct {
	whole      map[string][]*entry
	named      []*entry            // those of whole, each once
	begin, end map[string][]*entry // whose first word is the beginning or the end of one
}

// add adds the entries of a list.
func (l *lexicon) add(text string, like entry) {
	for entryText := range strings.SplitSeq(text, ",") {
		e := like
		if exact, ok := strings.CutPrefix(strings.TrimSpace(entryText), "!"); ok {
			e.words = []string{"!" + exact}
			l.whole[fold(exact)] = append(l.whole[fold(exact)], &e)
			l.named = append(l.named, &e)
			continue
		}
		e.words = strings.FieldsFunc(fold(entryText), func(r rune) bool { return strings.ContainsRune(" '’-.\n", r) })
		if len(e.words) == 0 {
			continue
		}
		first, inflected := strings.CutSuffix(e.words[0], "+")
		if suffix, ok := strings.CutPrefix(first, "*"); ok {
			l.end[suffix] = append(l.end[suffix], &e)
			continue
		}
		if prefix, ok := strings.CutSuffix(first, "*"); ok {
			l.begin[prefix] = append(l.begin[prefix], &e)
			continue
		}
		l.named = append(l.named, &e)
		if inflected {
			for _, ending := range endings[e.lang] {
				l.whole[first+ending] = append(l.whole[first+ending], &e)
			}
		} else {
			l.whole[first] = append(l.whole[first], &e)
		}
	}
}

// find is what begins at the i-th word, what fits best first: more words, whole
// ones, then by the list.
func (l *lexicon) find(words []token, i int) []match {
	var found []match
	if !words[i].plain() {
		return nil
	}
	for _, list := range [][]*entry{l.whole[words[i].fold], l.partial(words[i].fold)} {
		for _, e := range list {
			if m := e.at(words, i); m.n > 0 {
				found = append(found, m)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.length(), a.length()), cmp.Compare(a.vague(), b.vague()), cmp.Compare(a.rank, b.rank))
	})
	return found
}

// partial are the entries whose first word is a part of this one.
func (l *lexicon) partial(word string) (list []*entry) {
	for n := 1; n <= len(word); n++ {
		list = append(append(list, l.begin[word[:n]]...), l.end[word[n:]]...)
	}
	return list
}

func (e *entry) idle() bool { return slices.Contains(fillers, e.list) }

func (m match) length() int {
	if m.tail >= 0 {
		return m.n + 1
	}
	return m.n
}

func (e *entry) vague() int {
	for _, w := range e.words {
		if strings.Contains(w, "*") {
			return 1
		}
	}
	return 0
}
