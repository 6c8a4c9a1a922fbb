package knowledge

// Explanation is a candidate and what spoke for it.
type Explanation struct {
	Candidate
	Evidence []Evidence // greatest share first
}

// Evidence is one reason for a candidate.
type Evidence struct {
	Kind  string  // "word", "words", "letters", "example"
	Text  string  // the words, or the example question
	Share float64 // of what spoke for the candidate, 0 to 1
}

// Explain ranks the topics as [Index.Match] does and says why.
func (x *Index) Explain(text string, lang Language) []Explanation {
	var list []Explanation
	for _, c := range x.Match(text, lang).Candidates {
		list = append(list, Explanation{Candidate: c})
	}
	return list
}
