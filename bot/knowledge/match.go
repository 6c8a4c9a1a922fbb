package knowledge

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
	base *Base
}

// Train learns from the questions, titles and answers of a base. The same base
// gives the same index.
func Train(b *Base) *Index { return &Index{base: b} }

// Base is what the index was trained on.
func (x *Index) Base() *Base { return x.base }

// Detect tells which of the base's languages a message is written in, or ""
// when it is none of them or cannot be told. prior is the language of the
// chat so far, or "".
func (x *Index) Detect(text string, prior Language) Language { return prior }

// Match ranks the topics for a message written in lang.
func (x *Index) Match(text string, lang Language) Match { return Match{Action: None} }
