package knowledge

import (
	"slices"
	"sync"
)

// model is what was learned of one language. It does not change once made.
type model struct {
	topics   []Topic
	classes  map[string]int // numbers of the topics by id
	hasFacts bool           // not all topics are small talk
	reader   *reader
	texts    []string // of the examples
	learned  *learned
	trust    *confidence
	rooms    sync.Pool // of *room
}

// example is a text of the base and the class that it asks for: the number of
// its topic, or the number of topics when it is not covered.
type example struct {
	class  int
	text   string
	weight float32
	asked  bool // it is how people ask, neither title nor answer
	words  []string
	tokens []*token
	terms  []entry
}

const (
	titleWeight  = 1
	answerWeight = 0.2 // of a sentence of the answer: it has the topic's words, but does not ask
)

// examplesOf lists the texts of topics, topic by topic, and last what is not
// covered.
func examplesOf(topics []Topic, none Topic) []example {
	var list []example
	for i, t := range topics {
		list = append(list, example{class: i, text: t.Title, weight: titleWeight})
		for _, q := range t.Questions {
			list = append(list, example{class: i, text: q, weight: 1, asked: true})
		}
		for _, s := range sentences(t.Answer) {
			list = append(list, example{class: i, text: s, weight: answerWeight})
		}
	}
	for _, q := range none.Questions {
		list = append(list, example{class: len(topics), text: q, weight: 1, asked: true})
	}
	return list
}

// newModel learns one language of a base.
func newModel(topics []Topic, none Topic, lang Language) *model {
	m := &model{topics: topics, classes: map[string]int{}}
	examples := examplesOf(topics, none)
	var covered, uncovered [][]string
	for i, t := range topics {
		m.classes[t.ID] = i
		m.hasFacts = m.hasFacts || !t.SmallTalk()
	}
	for i := range examples {
		e := &examples[i]
		m.texts = append(m.texts, e.text)
		if e.words = words(e.text); e.class < len(topics) {
			covered = append(covered, e.words)
		} else {
			uncovered = append(uncovered, e.words)
		}
	}
	m.reader = newReader(lang, covered, uncovered)
	var terms []entry
	for i := range examples {
		e := &examples[i]
		for _, w := range e.words {
			e.tokens = m.reader.appendTokens(e.tokens, w)
		}
		terms = m.reader.features.appendTerms(terms[:0], e.tokens, (*features).add)
		e.terms = slices.Clone(terms)
	}
	m.trust = m.calibrate(examples)
	m.learned = learn(examples, m.reader.features, len(topics)+1, epochs)
	m.rooms.New = func() any { return m.learned.newRoom() }
	return m
}

// classOf is the class of a topic of this model or another, or -1. What is not
// covered is the same in each.
func (m *model) classOf(class int, of *model) int {
	if class == len(of.topics) {
		return len(m.topics)
	}
	if c, ok := m.classes[of.topics[class].ID]; ok {
		return c
	}
	return -1
}

const (
	folds         = 4   // into which topics and their examples are parted to calibrate
	noneFolds     = 2   // into which the examples of what is not covered are
	enoughSamples = 800 // after which no further fold is used
	strangerShare = 0.5 // weight of a message whose topic was left out
	epochs        = 6   // of training
	foldEpochs    = 3
)

// calibrate learns how far scores can be trusted. It leaves out every fourth
// topic and every fourth example of the others, learns from the rest and asks
// what was left out: the topics stand for all that is not covered.
func (m *model) calibrate(examples []example) *confidence {
	none := len(m.topics)
	var samples []sample
	for fold := 0; fold < folds && len(samples) < enoughSamples; fold++ {
		var kept, held []example
		asked := make([]int, none+1)
		for _, e := range examples {
			out := e.class < none && e.class%folds == fold
			if e.asked {
				asked[e.class]++
				parts := folds
				if e.class == none {
					parts = noneFolds
				}
				out = out || (asked[e.class]+e.class)%parts == fold%parts
			}
			switch {
			case !out:
				kept = append(kept, e)
			case e.asked:
				held = append(held, e)
			}
		}
		l := learn(kept, m.reader.features, none+1, foldEpochs)
		x := reading{learned: l, room: l.newRoom()}
		for _, e := range held {
			x.tokens, x.terms = e.tokens, e.terms
			l.score(x.room)
			if len(x.top) == 0 {
				continue
			}
			s := sample{x.signals(x.top[0]), x.top[0] == e.class, 1}
			if e.class < none && e.class%folds == fold {
				s.weight = strangerShare
			}
			samples = append(samples, s)
		}
	}
	return fitConfidence(samples)
}
