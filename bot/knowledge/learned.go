package knowledge

import "slices"

// learned is what follows from a set of examples. It does not change once made.
type learned struct {
	weights weights
	linear  *linear // nil when there are too many topics for it
	near    *near
	classes int // topics, and one for what is not covered
}

// maxLinear is how many pairs of example and class the linear classifier is
// trained on: beyond it loading would take seconds, and the nearest example
// decides alone.
const maxLinear = 2_000_000

func learn(examples []example, f *features, classes, epochs int) *learned {
	terms := make([][]entry, len(examples))
	class := make([]int, len(examples))
	weight := make([]float32, len(examples))
	for i, e := range examples {
		terms[i], class[i], weight[i] = e.terms, e.class, e.weight
	}
	l := &learned{weights: weigh(terms, f), classes: classes}
	docs := make([][]entry, len(examples))
	sum := make([]float32, len(f.blocks))
	var doc []entry
	for i := range docs {
		doc = l.weights.vector(terms[i], sum, doc[:0])
		docs[i] = slices.Clone(doc)
	}
	isLinear := len(examples)*classes <= maxLinear
	l.near = newNear(docs, class, classes, f, !isLinear)
	if isLinear {
		l.linear = trainLinear(docs, class, weight, len(f.blocks), classes, epochs)
	}
	return l
}

// room is where one message is worked on.
type room struct {
	tokens  []*token
	terms   []entry
	doc     []entry
	rows    []entry   // doc, by rows of the classifier
	score   []float32 // by class
	near    []float32 // by class: the nearest example
	sum     []float32 // by feature
	sim     []float32 // by example
	found   []int32
	top     []int // the best topics, best first
	foreign []int // by class: that of another language, or -1
}

func (l *learned) newRoom() *room {
	return &room{
		score: make([]float32, l.classes, l.classes+lane),
		near:  make([]float32, l.classes),
		sum:   make([]float32, len(l.weights.of)),
		sim:   make([]float32, len(l.near.class)),
	}
}

// score ranks the topics by the terms of a message.
func (l *learned) score(r *room) {
	r.doc = l.weights.vector(r.terms, r.sum, r.doc[:0])
	r.found = l.near.best(r.doc, r.near, r.sim, r.found)
	if l.linear != nil {
		r.rows = l.linear.appendRows(r.rows[:0], r.doc)
		l.linear.scores(r.rows, r.score)
	} else {
		for c, n := range r.near {
			r.score[c] = 2*n - 1
		}
	}
	r.sort()
}

const (
	maxCandidates = 10  // topics that a match ranks
	nearWeight    = 0.3 // of the nearest example beside the classifier
)

func (r *room) rank(class int) float32 { return r.score[class] + nearWeight*r.near[class] }

// sort fills in the best topics.
func (r *room) sort() {
	r.top = r.top[:0]
	for c := range len(r.score) - 1 {
		i := len(r.top)
		for i > 0 && r.rank(c) > r.rank(r.top[i-1]) {
			i--
		}
		if i == maxCandidates {
			continue
		}
		if len(r.top) == maxCandidates {
			r.top = r.top[:maxCandidates-1]
		}
		r.top = slices.Insert(r.top, i, c)
	}
}

// bias is the score of a class when nothing speaks for or against it.
func (l *learned) bias(class int) float32 {
	if l.linear == nil {
		return -1
	}
	return l.linear.bias(class)
}

// novelty counts content words, and those of them that are new.
func (l *learned) novelty(tokens []*token) (new, all float64) {
	for _, t := range tokens {
		if t.kind != content {
			continue
		}
		all++
		switch {
		case l.weights.has(t.word):
		case slices.ContainsFunc(t.parts, l.weights.has):
			new += 0.3
		default:
			new++
		}
	}
	return new, all
}

// coverage adds up the weights of words, and of those that the examples of a
// topic have.
func (l *learned) coverage(tokens []*token, class int) (covered, all float64) {
	for _, t := range tokens {
		v := 1.0
		if t.kind == function || t.kind == filler {
			v = 0.3
		}
		if !l.weights.has(t.word) {
			all += v * float64(l.weights.absent)
			continue
		}
		v *= float64(l.weights.of[t.word])
		all += v
		if l.near.classHas(class, t.word) {
			covered += v
		}
	}
	return covered, all
}
