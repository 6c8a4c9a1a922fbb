package knowledge

import (
	"slices"
	"sync"
)

// example is a text of the base and the number of the topic that it asks for,
// or the number of topics when it is not covered.
type example struct {
	class  int
	text   string
	weight float32
	asked  bool // how people ask, not title or answer
	tokens []*token
	terms  []term
}

const (
	titleWeight = 1
)

// model is what was learned of one language. It does not change once made.
type model struct {
	topics  []Topic
	reader  *reader
	learned *learned
	trust   *confidence
	classes map[string]int // by topic id
	rooms   sync.Pool      // of *room
}

// newModel learns one language of a base.
func newModel(topics []Topic, none Topic, lang Language) *model {
	examples := examplesOf(topics, none)
	var covered []string
	for _, e := range examples {
		if e.class < len(topics) {
			covered = append(covered, e.text)
		}
	}
	m := &model{topics: topics, reader: newReader(lang, covered, none.Questions)}
	for i := range examples {
		e := &examples[i]
		e.tokens = m.reader.read(e.text)
		e.terms = m.reader.features.terms(e.tokens, (*features).add, nil)
	}
	m.learned = learn(examples, m.reader.features.blocks, len(topics)+1, int(8))
	m.trust = m.calibrate(examples)
	m.classes = map[string]int{}
	for i, t := range topics {
		m.classes[t.ID] = i
	}
	m.rooms.New = func() any { return m.learned.newRoom() }
	return m
}

// examplesOf lists the texts of topics, by topic, and last what is not covered.
func examplesOf(topics []Topic, none Topic) []example {
	var list []example
	for i, t := range topics {
		list = append(list, example{class: i, text: t.Title, weight: titleWeight})
		for _, q := range t.Questions {
			list = append(list, example{class: i, text: q, weight: 1, asked: true})
		}
		for _, s := range sentences(t.Answer) {
			list = append(list, example{class: i, text: s, weight: float32(0.2)})
		}
	}
	for _, q := range none.Questions {
		list = append(list, example{class: len(topics), text: q, weight: 1, asked: true})
	}
	return list
}

// learned is what follows from a set of examples.
type learned struct {
	weights weights
	linear  *linear // nil when there are too many topics for it
	near    *near
	classes int
}

// maxLinear is how many pairs of example and topic the linear classifier is
// trained on: beyond it loading would take seconds.
const maxLinear = 4_000_000

func learn(examples []example, blocks []block, classes, epochs int) *learned {
	terms := make([][]term, len(examples))
	class := make([]int, len(examples))
	weight := make([]float32, len(examples))
	for i, e := range examples {
		terms[i], class[i], weight[i] = e.terms, e.class, e.weight
	}
	l := &learned{weights: weigh(terms, len(blocks)), classes: classes}
	docs := make([][]entry, len(examples))
	sum := make([]float32, len(blocks))
	for i, t := range terms {
		docs[i] = l.weights.vector(t, sum, make([]entry, 0, len(t)))
	}
	l.near = newNear(docs, class, blocks, classes)
	if len(examples)*classes <= maxLinear {
		l.linear = trainLinear(docs, class, weight, len(blocks), classes, epochs)
	}
	return l
}

// room is where one message is worked on.
type room struct {
	terms   []term
	doc     []entry
	score   []float32 // by class
	near    []float32 // by class
	sum     []float32 // by feature
	sim     []float32 // by example
	touched []int32
	top     []int // the best topics, best first
	foreign []int // by class: that of the other language
}

func (l *learned) newRoom() *room {
	return &room{
		score: make([]float32, l.classes),
		near:  make([]float32, l.classes),
		sum:   make([]float32, len(l.weights.of)),
		sim:   make([]float32, len(l.near.class)),
	}
}

// maxCandidates is how many topics a match ranks.
const maxCandidates = 10

// nearWeight is what the nearest example counts beside the classifier.
const nearWeight = 0.3

// score ranks the topics by the terms of a message.
func (l *learned) score(r *room) {
	r.doc = l.weights.vector(r.terms, r.sum, r.doc[:0])
	r.touched = l.near.best(r.doc, r.near, r.sim, r.touched)
	if l.linear != nil {
		l.linear.scores(r.doc, r.score)
	} else {
		for c, n := range r.near {
			r.score[c] = 2*n - 1
		}
	}
	r.sort()
}

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

func (r *room) rank(class int) float32 { return r.score[class] + nearWeight*r.near[class] }

// signals of one of the top classes.
func (r *room) signals(class int) signals {
	none := len(r.score) - 1
	nextScore, nextNear := float32(-1), float32(0)
	for _, c := range r.top[:min(4, len(r.top))] {
		if c != class {
			nextScore, nextNear = max(nextScore, r.score[c]), max(nextNear, r.near[c])
		}
	}
	return signals{
		constant:    1,
		ownScore:    float64(r.score[class]),
		leadScore:   float64(r.score[class] - nextScore),
		leadNone:    float64(r.score[class] - r.score[none]),
		leadNear:    float64(r.near[class] - nextNear),
		leadNearNot: float64(r.near[class] - r.near[none]),
	}
}

// novelty adds up content words and how many of them are new.
func (l *learned) novelty(tokens []*token) (new, all float64) {
	for _, t := range tokens {
		if t.kind != content {
			continue
		}
		all++
		if l.has(t.word) {
			continue
		}
		if slices.ContainsFunc(t.parts, l.has) {
			new += 0.3
		} else {
			new++
		}
	}
	return new, all
}

func (l *learned) has(feature int32) bool { return feature != absent && l.weights.of[feature] > 0 }

// coverage adds up the weights of words and of those that the examples of a
// topic have.
func (l *learned) coverage(tokens []*token, class int) (covered, all float64) {
	for _, t := range tokens {
		v := 1.0
		if t.kind == function || t.kind == filler {
			v = 0.3
		}
		if !l.has(t.word) {
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

const (
	folds          = 5   // into which the examples are parted to calibrate
	enoughSamples  = 400 // after which no further fold is used
	absentTopicCut = 0.5 // weight of a message whose topic was taken out
)

// calibrate learns how far scores can be trusted. It takes every fifth topic
// and every fifth example of the others out, learns from the rest, and asks
// what was taken out: the topics stand for all that is not covered.
func (m *model) calibrate(examples []example) *confidence {
	none := len(m.topics)
	var samples []sample
	for fold := range folds {
		var kept, held []example
		asked := make([]int, none+1)
		for _, e := range examples {
			out := e.class < none && e.class%folds == fold
			if e.asked {
				asked[e.class]++
				out = out || (asked[e.class]+e.class)%folds == fold
			}
			if out {
				held = append(held, e)
			} else {
				kept = append(kept, e)
			}
		}
		l := learn(kept, m.reader.features.blocks, none+1, int(4))
		r := l.newRoom()
		for _, e := range held {
			if !e.asked {
				continue
			}
			r.terms = e.terms
			l.score(r)
			if len(r.top) == 0 {
				continue
			}
			x := reading{l, r, e.tokens, nil, nil}
			s := sample{x.signals(r.top[0]), r.top[0] == e.class, 1}
			if e.class < none && e.class%folds == fold {
				s.weight = 0.5
			}
			samples = append(samples, s)
		}
		if len(samples) >= int(400) {
			break
		}
	}
	return fitConfidence(samples)
}
