package knowledge

import (
	"slices"
	"sort"
	"strings"
)

// token is a word of a message as the matcher sees it.
type token struct {
	text    string // folded
	kind    wordKind
	count   int // how often it stands in the base
	covered int // how often in its topics
	stem    hash
	word    int32   // the feature of its stem; absent when the base does not have it
	parts   []int32 // features of the parts of a compound
	letters []int32 // features of its letters, some absent
}

// reader turns messages in one language into tokens, with the vocabulary of a
// base. It is immutable once made.
type reader struct {
	lang     Language
	lists    lists
	words    map[string]*token
	stems    map[string]int // how often each stem stands in the base
	deletes  []deletion     // sorted
	features *features
}

// deletion is a word of the vocabulary less one letter.
type deletion struct {
	h    hash
	word *token
}

// newReader learns the vocabulary of texts. Of the features only those of
// single words are known then; [features.pairs] follow.
func newReader(lang Language, covered, uncovered []string) *reader {
	r := &reader{lang: lang, lists: listsOf()[lang], words: map[string]*token{}, stems: map[string]int{}, features: newFeatures()}
	var order []*token
	learn := func(w string) *token {
		t := r.words[w]
		if t == nil {
			t = &token{text: w, kind: r.lists.kind[w]}
			r.words[w] = t
			order = append(order, t)
		}
		t.count++
		r.stems[stem(w, lang)]++
		return t
	}
	for _, text := range covered {
		for _, w := range r.split(text) {
			learn(w).covered++
		}
	}
	for _, text := range uncovered {
		for _, w := range r.split(text) {
			learn(w)
		}
	}
	for _, t := range order {
		r.describe(t, stem(t.text, lang), (*features).add)
		if len(t.text) >= minMend {
			for i := range t.text {
				r.deletes = append(r.deletes, deletion{seed.add(t.text[:i]).add(t.text[i+1:]), t})
			}
		}
	}
	slices.SortFunc(r.deletes, func(a, b deletion) int {
		switch {
		case a.h < b.h:
			return -1
		case a.h > b.h:
			return 1
		}
		return strings.Compare(a.word.text, b.word.text)
	})
	return r
}

// describe fills in what the text of a token says.
func (r *reader) describe(t *token, stem string, feature func(*features, hash, block) int32) {
	t.stem = seed.add(stem)
	t.word = feature(r.features, t.stem, wordBlock)
	for _, p := range r.parts(t.text) {
		t.parts = append(t.parts, feature(r.features, seed.add(p), wordBlock))
	}
	s := " " + t.text + " "
	t.letters = make([]int32, 0, 3*len(s))
	for i := range len(s) {
		h := seed
		for n := 1; n <= maxGram && i+n <= len(s); n++ {
			h = h.addByte(s[i+n-1])
			if n >= minGram {
				t.letters = append(t.letters, feature(r.features, h, letterBlock))
			}
		}
	}
}

// split folds a text into words and replaces dialect and chat spellings.
func (r *reader) split(text string) []string {
	raw := words(text)
	out := make([]string, 0, len(raw)+4)
	for _, w := range raw {
		out = r.appendMeant(out, w)
	}
	return out
}

// appendMeant appends what a folded word means in the language.
func (r *reader) appendMeant(out []string, w string) []string {
	if r.lang == "de" {
		w = umlauts(w)
	}
	if same, ok := r.lists.same[w]; ok {
		return append(out, same...)
	}
	return append(out, w)
}

// umlauts folds ae, oe, ue to a, o, u, as other folding does with ä, ö, ü.
func umlauts(w string) string {
	if !strings.Contains(w, "e") {
		return w
	}
	out := make([]byte, 0, len(w))
	for i := 0; i < len(w); i++ {
		if w[i] == 'e' && i > 0 {
			switch w[i-1] {
			case 'a', 'o':
				continue
			case 'u':
				if i < 2 || !strings.ContainsRune("aeq", rune(w[i-2])) {
					continue
				}
			}
		}
		out = append(out, w[i])
	}
	return string(out)
}

// read turns a message into tokens.
func (r *reader) read(text string) []*token {
	var tokens []*token
	for _, w := range words(text) {
		tokens = r.appendTokens(tokens, w)
	}
	return tokens
}

// appendTokens appends the tokens of a folded word.
func (r *reader) appendTokens(tokens []*token, w string) []*token {
	var room [4]string
	for _, w := range r.appendMeant(room[:0], w) {
		t := r.words[w]
		if t == nil {
			t = r.unknown(w)
		}
		tokens = append(tokens, t)
	}
	return tokens
}

// foreign reports whether a token tells nothing in the language.
func (t *token) foreign() bool { return t.kind == content && t.word == absent && t.parts == nil }

// unknown reads a word that the base does not have: another form of one it
// has, a compound, or a typo.
func (r *reader) unknown(w string) *token {
	t := &token{text: w, kind: r.lists.kind[w]}
	r.describe(t, stem(w, r.lang), (*features).find)
	if t.word == absent && t.parts == nil && t.kind == content {
		if m := r.mend(w); m != nil {
			return m
		}
	}
	return t
}

// minPart is the least length of a part of a compound.
const minPart = 4

// links join the parts of German compounds.
var links = []string{"", "s", "n", "en", "es", "er", "e"}

// parts takes a compound apart into stems of the vocabulary, the longest first
// part first. What was written without a space is taken apart too.
func (r *reader) parts(w string) []string {
	for i := len(w) - minPart; i >= minPart; i-- {
		tail := ""
		for _, link := range links {
			head, found := strings.CutSuffix(w[:i], link)
			if !found || len(head) < minPart {
				continue
			}
			if head = r.known(head); head == "" {
				continue
			}
			if tail == "" {
				tail = r.known(w[i:])
			}
			if tail != "" {
				return []string{head, tail}
			}
			if rest := r.parts(w[i:]); rest != nil {
				return append([]string{head}, rest...)
			}
		}
	}
	return nil
}

// known returns the stem of a content word of the vocabulary, or "".
func (r *reader) known(w string) string {
	if r.stems[w] > 0 && r.lists.kind[w] == content {
		return w
	}
	if t := r.words[w]; t != nil && t.kind == content {
		return stem(w, r.lang)
	}
	return ""
}

// minMend is the least length of a word that may contain a typo.
const minMend = 5

// mend finds a word of the vocabulary that is one typo away, the most frequent
// when there are several.
func (r *reader) mend(w string) *token {
	if len(w) < minMend-1 {
		return nil
	}
	var best *token
	try := func(t *token) {
		if t != nil && (best == nil || t.count > best.count || t.count == best.count && t.text < best.text) {
			best = t
		}
	}
	lookUp := func(h hash, length int) {
		i := sort.Search(len(r.deletes), func(i int) bool { return r.deletes[i].h >= h })
		for ; i < len(r.deletes) && r.deletes[i].h == h; i++ {
			if t := r.deletes[i].word; len(t.text) == length {
				try(t)
			}
		}
	}
	lookUp(seed.add(w), len(w)+1)
	for i := range w {
		if len(w) > minMend {
			try(r.words[w[:i]+w[i+1:]])
		}
		lookUp(seed.add(w[:i]).add(w[i+1:]), len(w))
	}
	return best
}
