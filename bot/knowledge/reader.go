package knowledge

import "strings"

// token is a word of a message as the matcher sees it.
type token struct {
	text    string // folded
	kind    wordKind
	count   int // how often it stands in the base
	covered int // how often in its topics, that is, not in what is not covered
	stem    hash
	word    int32   // the feature of its stem
	parts   []int32 // features of the parts of a compound, and of meanings
	letters []int32 // features of its letters
}

// strange reports whether a token tells nothing in the language of its reader.
func (t *token) strange() bool { return t.kind == content && t.word < 0 && t.parts == nil }

// reader turns messages in one language into tokens, with the vocabulary of a
// base. It does not change once made.
type reader struct {
	lang      Language
	lists     lists
	words     map[string]*token
	stems     map[string]int // how often each stem stands in the base
	deletions []deletion     // sorted
	features  *features
}

// newReader learns the vocabulary of the words of texts that topics answer and
// of texts that none does. Of the features only those of single words are known
// then.
func newReader(lang Language, covered, uncovered [][]string) *reader {
	r := &reader{lang: lang, lists: listsOf()[lang], words: map[string]*token{}, stems: map[string]int{}, features: newFeatures()}
	var order []*token
	learn := func(text []string) []string {
		ws := r.meant(text)
		for _, w := range ws {
			t := r.words[w]
			if t == nil {
				t = &token{text: w, kind: r.lists.kind[w]}
				r.words[w] = t
				order = append(order, t)
			}
			t.count++
		}
		return ws
	}
	for _, text := range covered {
		for _, w := range learn(text) {
			r.words[w].covered++
		}
	}
	for _, text := range uncovered {
		learn(text)
	}
	stems := make([]string, len(order))
	for i, t := range order {
		stems[i] = stem(t.text, lang)
		r.stems[stems[i]] += t.count
	}
	for i, t := range order {
		r.describe(t, stems[i], (*features).add)
	}
	r.deletions = deletionsOf(order)
	return r
}

// describe fills in the features of a token.
func (r *reader) describe(t *token, stem string, number numbering) {
	t.stem = seed.add(stem)
	t.word = number(r.features, t.stem, wordBlock)
	for _, p := range r.parts(t.text) {
		t.parts = append(t.parts, number(r.features, seed.add(p), wordBlock))
	}
	for _, meaning := range r.lists.alike[stem] {
		t.parts = append(t.parts, number(r.features, meaning, wordBlock))
	}
	s := " " + t.text + " "
	t.letters = make([]int32, 0, 3*len(s))
	for i := range len(s) {
		h := seed
		for n := 1; n <= maxGram && i+n <= len(s); n++ {
			h = h.addByte(s[i+n-1])
			if n >= minGram {
				t.letters = append(t.letters, number(r.features, h, letterBlock))
			}
		}
	}
}

// meant folds words and replaces dialect and chat spellings.
func (r *reader) meant(words []string) []string {
	out := make([]string, 0, len(words)+4)
	for _, w := range words {
		out = r.appendMeant(out, w)
	}
	return out
}

// appendMeant appends what a folded word means in the language.
func (r *reader) appendMeant(out []string, w string) []string {
	w = fold(w, r.lang)
	if same, ok := r.lists.same[w]; ok {
		return append(out, same...)
	}
	return append(out, w)
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

// read turns a message into tokens.
func (r *reader) read(text string) (tokens []*token) {
	for _, w := range words(text) {
		tokens = r.appendTokens(tokens, w)
	}
	return tokens
}

// fold spells a word that [words] returned as its language does without
// accents: in German, ae, oe and ue become a, o and u, as ä, ö and ü did.
func fold(w string, lang Language) string {
	if lang != "de" || !strings.Contains(w, "e") {
		return w
	}
	out := make([]byte, 0, len(w))
	for i := range len(w) {
		if w[i] == 'e' && i > 0 {
			switch w[i-1] {
			case 'a', 'o':
				continue
			case 'u': // but not in bauen, neue, Quelle
				if i < 2 || !strings.ContainsRune("aeq", rune(w[i-2])) {
					continue
				}
			}
		}
		out = append(out, w[i])
	}
	return string(out)
}
