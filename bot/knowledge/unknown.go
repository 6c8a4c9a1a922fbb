package knowledge

import (
	"cmp"
	"slices"
	"sort"
	"strings"
)

// unknown reads a word that the base does not have: another form of one it
// has, a compound, or a typo.
func (r *reader) unknown(w string) *token {
	t := &token{text: w, kind: r.lists.kind[w]}
	r.describe(t, stem(w, r.lang), (*features).find)
	if t.strange() {
		if mended := r.mend(w); mended != nil {
			return mended
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
		for _, link := range links {
			head, found := strings.CutSuffix(w[:i], link)
			if !found || len(head) < minPart {
				continue
			}
			if head = r.known(head); head == "" {
				continue
			}
			if tail := r.known(w[i:]); tail != "" {
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

// minMend is the least length of a word that may stand for another.
const minMend = 5

// deletion is a word of the vocabulary less one letter.
type deletion struct {
	h    hash
	word *token
}

func deletionsOf(words []*token) []deletion {
	letters := 0
	for _, t := range words {
		letters += len(t.text)
	}
	list := make([]deletion, 0, letters)
	for _, t := range words {
		if len(t.text) < minMend {
			continue
		}
		for i := range t.text {
			list = append(list, deletion{seed.add(t.text[:i]).add(t.text[i+1:]), t})
		}
	}
	slices.SortFunc(list, func(a, b deletion) int {
		if c := cmp.Compare(a.h, b.h); c != 0 {
			return c
		}
		return strings.Compare(a.word.text, b.word.text)
	})
	return list
}

// mend finds a word of the vocabulary that is one letter left out, added,
// changed or moved away, the most frequent when there are several. Few people
// mistake the first letter.
func (r *reader) mend(w string) *token {
	if len(w) < minMend-1 {
		return nil
	}
	var best *token
	try := func(t *token) {
		if t != nil && t.text[0] == w[0] && (best == nil || t.count > best.count || t.count == best.count && t.text < best.text) {
			best = t
		}
	}
	lookUp := func(h hash, length int) {
		i := sort.Search(len(r.deletions), func(i int) bool { return r.deletions[i].h >= h })
		for ; i < len(r.deletions) && r.deletions[i].h == h; i++ {
			if t := r.deletions[i].word; len(t.text) == length {
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
