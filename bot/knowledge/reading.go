package knowledge

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// reading is a message, or a sentence of it, as a model understands it.
type reading struct {
	*room
	learned *learned
	other   *model   // of another language, when the message mixes two
	mixed   []*token // the words of that language
	share   float64  // of those words
}

const (
	minMixed     = 2  // words that only another language's model knows, for it to be asked
	maxSentences = 12 // that are read by themselves
)

// understand ranks the topics for a message, by the whole of it or by the
// sentence that is surest, and returns that text too. If sentences ask, only
// those count. Small talk counts only where there is nothing else, for people
// greet, tell a story, ask and thank in one message.
func (m *model) understand(text string, others []*model) ([]Candidate, string) {
	text = clip(text)
	best := m.rank(text, others)
	parts := sentences(text)
	if len(parts) < 2 {
		return best, text
	}
	asks := func(s string) bool { return strings.HasSuffix(s, "?") }
	if slices.ContainsFunc(parts, asks) {
		parts = slices.DeleteFunc(parts, func(s string) bool { return !asks(s) })
	}
	parts = parts[:min(len(parts), maxSentences)]
	lists := make([][]Candidate, len(parts))
	onlyTalk := true
	for i, s := range parts {
		lists[i] = m.rank(s, others)
		onlyTalk = onlyTalk && (len(lists[i]) == 0 || lists[i][0].Score >= suggestFrom && m.isTalk(lists[i][0]))
	}
	from := text
	if !onlyTalk {
		best = slices.DeleteFunc(best, m.isTalk)
	}
	for i, list := range lists {
		if !onlyTalk {
			list = slices.DeleteFunc(list, m.isTalk)
		}
		if len(list) > 0 && (len(best) == 0 || list[0].Score > best[0].Score) {
			best, from = list, parts[i]
		}
	}
	return best, from
}

// isTalk reports whether a candidate is small talk, in a base that has more.
func (m *model) isTalk(c Candidate) bool {
	return m.hasFacts && m.topics[m.classes[c.Topic]].SmallTalk()
}

// rank says how likely each of the best topics is the right one for a text.
func (m *model) rank(text string, others []*model) []Candidate {
	x := m.read(text, others)
	defer m.rooms.Put(x.room)
	if len(x.tokens)+len(x.mixed) == 0 {
		return nil
	}
	list := make([]Candidate, len(x.top))
	for i, c := range x.top {
		list[i] = Candidate{m.topics[c].ID, m.trust.of(x.signals(c))}
	}
	slices.SortStableFunc(list, func(a, b Candidate) int { return cmp.Compare(b.Score, a.Score) })
	return list
}

// read scores a text; others are the models of the other languages. The room
// of the reading is to be put back.
func (m *model) read(text string, others []*model) *reading {
	x := &reading{room: m.rooms.Get().(*room), learned: m.learned}
	x.tokens = x.tokens[:0]
	var strange []string // words, and beside them where their tokens are
	var at []int
	for _, w := range words(text) {
		n := len(x.tokens)
		x.tokens = m.reader.appendTokens(x.tokens, w)
		if x.tokens[n].strange() {
			strange, at = append(strange, w), append(at, n)
		}
	}
	x.mix(strange, at, others)
	x.terms = m.reader.features.appendTerms(x.terms[:0], x.tokens, (*features).find)
	m.learned.score(x.room)
	if x.other != nil {
		m.blend(x)
	}
	return x
}

// mix finds the language that knows most of the strange words, whose tokens
// are at the places of at, and gives those words to it.
func (x *reading) mix(strange []string, at []int, others []*model) {
	var places []int
	for _, o := range others {
		var mixed []*token
		var found []int
		for i, w := range strange {
			n := len(mixed)
			mixed = o.reader.appendTokens(mixed, w)
			if mixed[n].strange() {
				mixed = mixed[:n]
			} else {
				found = append(found, at[i])
			}
		}
		isEnough := len(mixed) >= minMixed || len(found) == len(x.tokens)
		if isEnough && len(mixed) > len(x.mixed) {
			x.other, x.mixed, places = o, mixed, found
		}
	}
	for i := len(places) - 1; i >= 0; i-- {
		x.tokens = slices.Delete(x.tokens, places[i], places[i]+1)
	}
	x.share = float64(len(x.mixed)) / float64(max(1, len(x.mixed)+len(x.tokens)))
}

// blend adds what the other language says, as if the features of both were
// those of one message of length 1.
func (m *model) blend(x *reading) {
	o := x.other
	r := o.rooms.Get().(*room)
	defer o.rooms.Put(r)
	r.terms = o.reader.features.appendTerms(r.terms[:0], x.mixed, (*features).find)
	o.learned.score(r)
	a, b := float32(math.Sqrt(1-x.share)), float32(math.Sqrt(x.share))
	x.foreign = x.foreign[:0]
	for c := range x.score {
		k := o.classOf(c, m)
		x.foreign = append(x.foreign, k)
		if k < 0 {
			continue
		}
		bias := m.learned.bias(c)
		x.score[c] = bias + a*(x.score[c]-bias) + b*(r.score[k]-o.learned.bias(k))
		x.near[c] = a*x.near[c] + b*r.near[k]
	}
	x.sort()
}

// signals tell how far the message speaks for a class.
func (x *reading) signals(class int) signals {
	none := len(x.score) - 1
	nextScore, nextNear := float32(-1), float32(0)
	for _, c := range x.top[:min(4, len(x.top))] {
		if c != class {
			nextScore, nextNear = max(nextScore, x.score[c]), max(nextNear, x.near[c])
		}
	}
	new, words := x.learned.novelty(x.tokens)
	covered, all := x.learned.coverage(x.tokens, class)
	if x.other != nil {
		n, w := x.other.learned.novelty(x.mixed)
		new, words = new+n, words+w
		if k := x.foreign[class]; k >= 0 {
			c, a := x.other.learned.coverage(x.mixed, k)
			covered, all = covered+c, all+a
		}
	}
	return signals{
		constant:  1,
		ownScore:  float64(x.score[class]),
		leadScore: float64(x.score[class] - nextScore),
		leadNone:  float64(x.score[class] - x.score[none]),
		leadNear:  float64(x.near[class] - nextNear),
		nearNone:  float64(x.near[class] - x.near[none]),
		novelty:   new / (words + 0.5),
		coverage:  covered / (all + 0.01),
	}
}
