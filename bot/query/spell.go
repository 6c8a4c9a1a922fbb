package query

import (
	"regexp"
	"slices"
	"strings"
)

// learn collects the words that slips of the pen are measured against.
func (r *Reader) learn() {
	for _, lang := range r.languages {
		r.known[lang] = map[string]*entry{}
	}
	for _, e := range r.named {
		for _, word := range e.words {
			base, inflected := strings.CutSuffix(strings.TrimPrefix(word, "!"), "+")
			base = fold(base)
			for _, ending := range endings[e.lang] {
				if ending == "" || inflected {
					r.learnWord(base+ending, e)
				}
			}
		}
	}
	for _, words := range r.near {
		slices.Sort(words)
	}
}

func (r *Reader) learnWord(word string, e *entry) {
	known := r.known[e.lang][word]
	if known == nil && len(word) >= 3 {
		r.near[word[0]] = append(r.near[word[0]], word)
	}
	if known == nil || len(e.words) == 1 && (len(known.words) > 1 || known.idle() && !e.idle() || known.idle() == e.idle() && e.rank < known.rank) {
		r.known[e.lang][word] = e
	}
}

// language is the one that more words are of, or the given one.
func (r *Reader) language(words []token, lang string) string {
	votes := map[string]int{}
	for _, word := range words {
		only := ""
		for _, other := range r.languages {
			switch {
			case r.known[other][word.fold] == nil:
			case only == "":
				only = other
			default:
				only = "several"
			}
		}
		votes[only]++
	}
	for _, other := range r.languages {
		if votes[other] > votes[lang] {
			lang = other
		}
	}
	return lang
}

// spell puts words right: what stands for other ones, umlauts in two letters,
// slips of the pen. Names are left as they are.
func (r *Reader) spell(words []token, lang string) []token {
	var out []token
	for i, word := range words {
		if !word.plain() {
			out = append(out, word)
			continue
		}
		named := i > 0 && slices.ContainsFunc(r.find(words, i-1), func(m match) bool { return m.list == listName || m.list == listTitle })
		if !named && !r.knows(word.fold) {
			whole := word.fold
			if i > 0 {
				whole = r.completed(words[i-1].fold, whole, lang)
			}
			if whole == word.fold {
				whole = r.right(word, lang, i == 0 || words[i-1].stop)
			}
			word.fold = whole
		}
		if part, month, ok := r.monthPart(word.fold, lang); ok {
			out = append(out, token{text: word.text, fold: part, joined: word.joined}, token{text: word.text, fold: month, stop: word.stop, comma: word.comma})
			continue
		}
		means := r.whole[word.fold]
		if at := slices.IndexFunc(means, func(e *entry) bool { return e.list == listMeans && len(e.words) == 1 }); at >= 0 {
			for n, other := range means[at].means {
				out = append(out, token{text: word.text, fold: other, joined: word.joined && n == 0, stop: word.stop && n+1 == len(means[at].means), comma: word.comma && n+1 == len(means[at].means)})
			}
			continue
		}
		out = append(out, word)
	}
	return out
}

func (r *Reader) knows(word string) bool {
	return r.own[word] || r.elsewhere(word) != nil || strings.ContainsAny(word, "0123456789") || len(r.partial(word)) > 0
}

var doubled = regexp.MustCompile(`aa|ee|ii|oo|uu`)

var umlauts = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u")

// right is the word that was probably meant, or the word itself. What may be a
// name is not taken for a word that says nothing.
func (r *Reader) right(word token, lang string, first bool) string {
	if plain := umlauts.Replace(word.fold); r.knows(plain) {
		return plain
	}
	if e := r.known[lang][word.fold[1:]]; lang == "fr" && !word.capital() && strings.ContainsAny(word.fold[:1], "dl") && e != nil && (e.facet != "" || slices.Contains(recent, e.list)) { // "décoles"
		return word.fold[1:]
	}
	if e := r.known[lang][once(word.fold)]; e != nil && !e.idle() && !word.capital() && doubled.MatchString(word.fold) { // "neeu", and not "Neuss"
		return once(word.fold)
	}
	if _, before, ok := r.head(word.fold); ok {
		if _, ok := r.attribute(before, Facets()); ok {
			return word.fold
		}
	}
	if len(word.fold) < 3 || len(word.fold) < 5 && word.capital() {
		return word.fold
	}
	if whole, ok := r.rightHead(word.fold); ok {
		return whole
	}
	best, meaning, least := word.fold, "", 0
	for _, other := range r.near[word.fold[0]] {
		e, d := r.likeness(word, other, lang)
		if (word.capital() || len(word.fold) > len(other)) && !first && slices.Contains([]string{listList, listFor, listInterest, listJoin, listArrive, listSince, listWho}, e.list) { // "Fournier" is not "fournir", nor "spenden" "senden"
			continue
		}
		switch {
		case d == 0 || least > 0 && d > least:
		case least == 0 || d < least:
			best, meaning, least = other, e.list, d
		case e.list != meaning: // it may be either
			best = word.fold
		}
	}
	return best
}

// likeness is the entry of another word, and how far a word is from it; 0 when
// it is probably not meant. Of two as near, what texts are most often about is
// meant, and a letter is forgotten more often than added.
func (r *Reader) likeness(word token, other, lang string) (*entry, int) {
	e, abroad := r.known[lang][other], 0
	if e == nil {
		e, abroad = r.elsewhere(other), 1
	}
	d := slips(word.fold, other, e.common())
	if d == 0 || len(e.words) > 1 || (e.idle() || len(other) < 5) && word.capital() || abroad > 0 && len(other) < 7 {
		return e, 0
	}
	d = 100*d + 10*Distance(word.fold, other) + abroad
	if !e.common() {
		d += 6
	} else if e.facet != Kind && e.list != listPeople {
		d += 4
	}
	if len(other) < len(word.fold) {
		d += 2
	}
	return e, d
}

// completed is the word that was probably meant where the one before begins an
// entry of two, or the word itself: "wie vile".
func (r *Reader) completed(before, word, lang string) string {
	for _, e := range r.whole[before] {
		if len(e.words) != 2 || e.lang != lang || len(word) < 4 {
			continue
		}
		base, inflected := strings.CutSuffix(e.words[1], "+")
		for _, ending := range endings[lang] {
			if whole := base + ending; (ending == "" || inflected) && len(whole) > 3 && whole[0] == word[0] && Distance(word, whole) == 1 {
				return whole
			}
		}
	}
	return word
}

// rightHead puts the second part of a German compound right where the first one
// is a value: "Kulturverine".
func (r *Reader) rightHead(word string) (string, bool) {
	for cut := 4; cut <= len(word)-6 && len(word) <= maxCompound; cut++ {
		for _, other := range r.near[word[cut]] {
			if e := r.known["de"][other]; e != nil && (e.facet == Kind || e.list == listPeople || e.list == listWho) && len(e.words) == 1 && slips(word[cut:], other, true) > 0 {
				if _, ok := r.attribute(word[:cut], []Facet{Field, Status, Language, City}); ok {
					return word[:cut] + other, true
				}
			}
		}
	}
	return "", false
}

// monthPart takes apart a German compound of a month and a part of it:
// "Oktoberhälfte".
func (r *Reader) monthPart(word, lang string) (part, month string, ok bool) {
	is := func(word string, lists []string) bool {
		_, ok := r.one(word, func(m match) bool { return m.lang == lang && slices.Contains(lists, m.list) })
		return ok
	}
	for cut := 3; lang == "de" && cut <= len(word)-4 && len(word) <= maxCompound; cut++ {
		if is(word[:cut], monthNames) && is(word[cut:], append(edges, listWeek, listHalves)) {
			return word[cut:], word[:cut], true
		}
	}
	return "", "", false
}

// common reports whether it is what texts are most often about.
func (e *entry) common() bool {
	return e.facet != "" || slices.Contains(frequent, e.list)
}

var frequent = slices.Concat([]string{listPeople, listCount, listList, listWhich, listWho, listInterest, listFor, listJoin, listArrive, listSince}, monthNames, dayNames, units, which, recent)

// elsewhere is the entry of a word in any language.
func (r *Reader) elsewhere(word string) *entry {
	for _, lang := range r.languages {
		if e := r.known[lang][word]; e != nil {
			return e
		}
	}
	return nil
}
