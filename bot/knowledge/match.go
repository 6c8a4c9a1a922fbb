package knowledge

import (
	"slices"
	"strings"
	"sync"
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
	base    *Base
	models  map[Language]*model
	letters letterModel
}

// Train learns from the questions, titles and answers of a base. The same base
// gives the same index.
func Train(b *Base) *Index {
	x := &Index{base: b, models: map[Language]*model{}}
	var done sync.WaitGroup
	models := make([]*model, len(b.Languages()))
	for i, lang := range b.Languages() {
		done.Go(func() { models[i] = newModel(b.Topics(lang), b.None(lang), lang) })
	}
	done.Wait()
	for i, lang := range b.Languages() {
		x.models[lang] = models[i]
	}
	x.letters = newLetterModel(x.models)
	return x
}

// Base is what the index was trained on.
func (x *Index) Base() *Base { return x.base }

// Match ranks the topics for a message written in lang, at most ten.
func (x *Index) Match(text string, lang Language) Match {
	m := x.models[lang]
	if m == nil {
		return Match{Action: None}
	}
	list := x.rank(m, text)
	switch {
	case len(list) == 0 || list[0].Score < 0.3:
		return Match{None, list}
	case list[0].Score < 0.6:
		return Match{Suggest, list}
	}
	return Match{Answer, list}
}

func (x *Index) rank(m *model, text string) []Candidate {
	text = clip(text)
	var others []*model
	{
		for _, o := range x.models {
			if o != m {
				others = append(others, o)
			}
		}
	}
	best := m.rank(text, others)
	parts := sentences(text)
	if len(parts) < 2 {
		return best
	}
	asks := slices.ContainsFunc(parts, func(s string) bool { return strings.HasSuffix(s, "?") })
	for _, s := range parts[:min(len(parts), 12)] {
		if asks && !strings.HasSuffix(s, "?") {
			continue
		}
		list := m.rank(s, others)
		if len(list) > 0 && list[0].Score > best[0].Score {
			best = list
		}
	}
	return best
}

func (m *model) rank(text string, others []*model) []Candidate {
	x := m.read(text, others)
	defer m.rooms.Put(x.room)
	list := make([]Candidate, len(x.top))
	for i, c := range x.top {
		list[i] = Candidate{m.topics[c].ID, m.trust.of(x.signals(c))}
	}
	return list
}
