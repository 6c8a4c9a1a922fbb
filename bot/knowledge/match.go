package knowledge

import (
	"cmp"
	"math"
	"slices"
)

// Action is what to do with a message.
type Action string

const (
	Answer  Action = "answer"  // sure of one topic
	Suggest Action = "suggest" // two or three topics are close: ask which is meant
	None    Action = "none"    // not covered: say so
)

// Candidate is a topic that a message may be about.
type Candidate struct {
	Topic string
	Score float64 // 0 to 1: how likely the topic is the right one
}

// Match is what a matcher makes of a message.
type Match struct {
	Action     Action
	Candidates []Candidate // best first; with Suggest, the first two or three are to be offered
}

// Index finds topics in a [Base]. It is immutable and safe for concurrent use.
type Index struct {
	base   *Base
	models map[Language]*model
}

// Train learns from the questions, titles and answers of a base. The same base
// gives the same index.
func Train(b *Base) *Index {
	x := &Index{base: b, models: map[Language]*model{}}
	for _, lang := range b.Languages() {
		x.models[lang] = newModel(b, lang)
	}
	return x
}

// Base is what the index was trained on.
func (x *Index) Base() *Base { return x.base }

// Match ranks the topics for a message written in lang.
func (x *Index) Match(text string, lang Language) Match {
	m := x.models[lang]
	if m == nil {
		return Match{Action: None}
	}
	return m.match(text)
}

type example struct {
	topic    int // -1: none
	features map[string]float64
}

type model struct {
	lang     Language
	topics   []Topic
	examples []example
	idf      map[string]float64
	vocab    map[string]int
}

func newModel(b *Base, lang Language) *model {
	m := &model{lang: lang, topics: b.Topics(lang), idf: map[string]float64{}, vocab: map[string]int{}}
	add := func(topic int, text string) {
		for _, w := range words(text) {
			m.vocab[w]++
		}
		m.examples = append(m.examples, example{topic, features(text, lang)})
	}
	for i, t := range m.topics {
		add(i, t.Title)
		for _, q := range t.Questions {
			add(i, q)
		}
	}
	for _, q := range b.None(lang).Questions {
		add(-1, q)
	}
	df := map[string]float64{}
	for _, e := range m.examples {
		for f := range e.features {
			df[f]++
		}
	}
	for f, n := range df {
		m.idf[f] = math.Log(1 + float64(len(m.examples))/n)
	}
	for _, e := range m.examples {
		m.weigh(e.features)
	}
	return m
}

func features(text string, lang Language) map[string]float64 {
	f := map[string]float64{}
	last := "^"
	for _, w := range words(text) {
		s := stem(w, lang)
		f["w"+s]++
		f["b"+last+" "+s]++
		last = s
		r := []rune(" " + w + " ")
		for n := 3; n <= 5; n++ {
			for i := 0; i+n <= len(r); i++ {
				f["c"+string(r[i:i+n])] += 0.3
			}
		}
	}
	return f
}

func (m *model) weigh(f map[string]float64) {
	sum := 0.0
	for k, v := range f {
		idf, known := m.idf[k]
		if !known {
			idf = math.Log(1 + float64(len(m.examples)))
		}
		v = (1 + math.Log(v+1)) * idf
		if k[0] == 'c' {
			v *= 0.4
		}
		f[k] = v
		sum += v * v
	}
	for k := range f {
		f[k] /= math.Sqrt(sum)
	}
}

func (m *model) match(text string) Match {
	f := features(text, m.lang)
	m.weigh(f)
	best := make([]float64, len(m.topics))
	none := 0.0
	for _, e := range m.examples {
		sim := 0.0
		for k, v := range f {
			sim += v * e.features[k]
		}
		if e.topic < 0 {
			none = max(none, sim)
		} else {
			best[e.topic] = max(best[e.topic], sim)
		}
	}
	list := make([]Candidate, len(m.topics))
	for i, t := range m.topics {
		list[i] = Candidate{t.ID, best[i]}
	}
	slices.SortStableFunc(list, func(a, b Candidate) int { return cmp.Compare(b.Score, a.Score) })
	switch {
	case len(list) == 0 || list[0].Score < 0.2 || none > list[0].Score:
		return Match{None, list}
	case len(list) > 1 && list[0].Score < 0.5 && list[1].Score > 0.8*list[0].Score:
		return Match{Suggest, list}
	}
	return Match{Answer, list}
}

// Detect tells which of the base's languages a message is written in, or ""
// when it is none of them or cannot be told. prior is the language of the
// chat so far, or "".
func (x *Index) Detect(text string, prior Language) Language {
	best, score, second := prior, 0.0, 0.0
	for _, lang := range x.base.Languages() {
		s := 0.0
		for _, w := range words(text) {
			if x.models[lang].vocab[w] > 0 {
				s++
			}
		}
		switch {
		case s > score:
			best, score, second = lang, s, score
		case s > second:
			second = s
		}
	}
	if score == second {
		return prior
	}
	return best
}
