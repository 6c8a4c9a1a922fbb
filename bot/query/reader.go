package query

import (
	"slices"
	"strconv"
	"strings"
)

// Reader reads queries. It is safe for concurrent use.
type Reader struct {
	lexicon
	languages []string
	keys      map[string]string // what a key may be called: the canonical one
	order     map[Facet][]string
	known     map[string]map[string]*entry // every word of an entry, by language
	near      map[byte][]string            // those of three letters and more, by the first
	own       map[string]bool              // words that are no slips of those
}

// NewReader makes a reader of the values of each facet, in their order, of the
// first status being that of what nobody has handled yet, and of the words in
// each language: for values (list "kind-museum"), for the keys ("key-kind") and
// for the rest.
func NewReader(values map[Facet][]string, languages []string, words Words) *Reader {
	r := &Reader{lexicon: lexicon{whole: map[string][]*entry{}, begin: map[string][]*entry{}, end: map[string][]*entry{}}, keys: map[string]string{}, order: values, languages: languages, known: map[string]map[string]*entry{}, near: map[byte][]string{}, own: map[string]bool{}}
	for _, lang := range languages {
		rank := 0
		// In the order in which a word with two meanings is read: a kind is what
		// people mean most, then a status.
		for _, f := range []Facet{Kind, Status, Language, City, Field} {
			rank++
			for _, value := range values[f] {
				r.add(words(lang, string(f)+"-"+value), entry{list: value, lang: lang, facet: f, rank: rank})
			}
		}
		// What says nothing comes before parts of periods that are none.
		for _, list := range slices.Concat(marks, fillers, besides, periodLists, frameLists) {
			rank++
			r.add(words(lang, list), entry{list: list, lang: lang, rank: rank})
		}
		r.addNumbers(words, lang, rank)
		for _, key := range []string{string(Field), string(Kind), string(City), string(Status), string(Language), keyFrom, keyTo, keyWord} {
			r.keys[key] = key
			for word := range strings.SplitSeq(words(lang, "key-"+key), ",") {
				r.keys[fold(strings.TrimSpace(word))] = key
			}
		}
		for word := range strings.SplitSeq(words(lang, listOwn), ",") {
			r.own[fold(strings.TrimSpace(word))] = true
		}
		for pair := range strings.SplitSeq(words(lang, listMeans), ",") {
			word, means, _ := strings.Cut(pair, "=")
			r.add(word, entry{list: listMeans, lang: lang, rank: -1, means: strings.Fields(fold(means))})
		}
	}
	r.learn()
	return r
}

// addNumbers adds numbers, of which each says itself first: "14 vierzehn".
func (r *Reader) addNumbers(words Words, lang string, rank int) {
	for _, list := range []string{listNumber, listOrdinal} {
		for text := range strings.SplitSeq(words(lang, list), ",") {
			digits, names, _ := strings.Cut(strings.TrimSpace(text), " ")
			number, err := strconv.Atoi(digits)
			if err != nil {
				continue
			}
			for name := range strings.SplitSeq(names, "/") {
				r.add(name, entry{list: list, lang: lang, rank: rank + 1, number: number})
			}
		}
	}
}
