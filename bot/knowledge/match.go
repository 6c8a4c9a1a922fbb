package knowledge

import "sync"

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

// These bounds weigh a wrong answer heavier than a suggestion, and a suggestion
// that is of no use lighter than to deny what is covered.
const (
	answerFrom  = 0.7  // score from which the best topic is answered,
	answerLead  = 0.3  // if it has this lead over the next
	suggestFrom = 0.12 // score from which it is suggested
)

// Index finds topics in a [Base]. It is immutable and safe for concurrent use.
type Index struct {
	base    *Base
	models  map[Language]*model
	others  map[Language][]*model // of all languages but one
	letters letterModel
}

// Train learns from the questions, titles and answers of a base. The same base
// gives the same index.
func Train(b *Base) *Index {
	models := make([]*model, len(b.Languages()))
	var trained sync.WaitGroup
	for i, lang := range b.Languages() {
		trained.Go(func() { models[i] = newModel(b.Topics(lang), b.None(lang), lang) })
	}
	trained.Wait()
	x := &Index{base: b, models: map[Language]*model{}, others: map[Language][]*model{}}
	for i, lang := range b.Languages() {
		x.models[lang] = models[i]
		for j, other := range models {
			if j != i {
				x.others[lang] = append(x.others[lang], other)
			}
		}
	}
	x.letters = newLetterModel(x.models)
	return x
}

// Base is what the index was trained on.
func (x *Index) Base() *Base { return x.base }

// Match ranks the topics for a message written in lang, at most ten. It may be
// mixed with another language of the base. Of a long message only the first
// 4 KiB are read, of those the first 300 words and the first 48 bytes of each.
func (x *Index) Match(text string, lang Language) Match {
	m := x.models[lang]
	if m == nil {
		return Match{Action: None}
	}
	list, _ := m.understand(text, x.others[lang])
	isClear := len(list) == 1 || len(list) > 1 && list[0].Score-list[1].Score >= answerLead
	switch {
	case len(list) == 0 || list[0].Score < suggestFrom:
		return Match{None, list}
	case list[0].Score < answerFrom || !isClear:
		return Match{Suggest, list}
	}
	return Match{Answer, list}
}
