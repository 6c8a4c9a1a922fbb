package eval

import (
	"cmp"
	"maps"
	"slices"

	"exchangebot/bot/knowledge"
)

// Offered is how many topics a suggestion shows.
const Offered = 3

// NearMiss is the kind of message that is close to a topic without being
// covered; its refusals are also counted by themselves.
const NearMiss = "near-miss"

// Figures count what became of messages, and say the same as shares from 0 to
// 1. A share of nothing is 1 when it is good and 0 when it is bad.
type Figures struct {
	Covered  int `json:"covered"`  // messages that a topic answers
	Right    int `json:"right"`    // of those: the right topic answered, or first of a suggestion
	Found    int `json:"found"`    // of those: the right topic answered, or anywhere in a suggestion
	Wrong    int `json:"wrong"`    // of those: another topic answered with confidence
	Declined int `json:"declined"` // of those: told that it is not covered

	Uncovered int `json:"uncovered"` // messages that no topic answers
	Refused   int `json:"refused"`   // of those: not answered, though perhaps asked back
	Plainly   int `json:"plainly"`   // of those: told that it is not covered

	Accuracy    float64 `json:"accuracy"`     // Right of Covered
	FoundRate   float64 `json:"found_rate"`   // Found of Covered
	WrongRate   float64 `json:"wrong_rate"`   // Wrong of Covered
	RefusalRate float64 `json:"refusal_rate"` // Refused of Uncovered
}

// Group is the figures of one kind or one topic.
type Group struct {
	Name string `json:"name"`
	Figures
}

// Confusion is a pair of topics of which the first was expected and the second
// came first. Either may be [knowledge.NoneID].
type Confusion struct {
	Expected string `json:"expected"`
	Got      string `json:"got"`
	Count    int    `json:"count"`
}

// Miss is a message that did not get the right topic first.
type Miss struct {
	Case
	Action     knowledge.Action        `json:"action"`
	Candidates []knowledge.Explanation `json:"candidates"` // the five best
}

// Report is what a measurement found.
type Report struct {
	Language   knowledge.Language `json:"language"`
	Figures                       // of all messages
	NearMiss   Figures            `json:"near_miss"` // of the kind [NearMiss]
	Kinds      []Group            `json:"kinds"`     // by name; empty when no case has a kind
	Topics     []Group            `json:"topics"`    // worst accuracy first
	Confusions []Confusion        `json:"confusions"`
	Misses     []Miss             `json:"misses"`
}

// tally collects a report.
type tally struct {
	Report
	kinds, topics map[string]*Figures
	confusions    map[Confusion]int
}

func newTally(lang knowledge.Language) *tally {
	return &tally{Report{Language: lang}, map[string]*Figures{}, map[string]*Figures{}, map[Confusion]int{}}
}

func (t *tally) add(x *knowledge.Index, c Case) {
	m := x.Match(c.Text, t.Language)
	got := knowledge.NoneID
	if m.Action != knowledge.None && len(m.Candidates) > 0 {
		got = m.Candidates[0].Topic
	}
	t.Figures.add(c, m)
	if c.Kind != "" {
		at(t.kinds, c.Kind).add(c, m)
	}
	at(t.topics, c.Expected[0]).add(c, m)
	if c.Kind == NearMiss {
		t.NearMiss.add(c, m)
	}
	if c.accepts(got) {
		return
	}
	t.confusions[Confusion{Expected: c.Expected[0], Got: got}]++
	best := x.Explain(c.Text, t.Language)
	t.Misses = append(t.Misses, Miss{c, m.Action, best[:min(5, len(best))]})
}

func at(groups map[string]*Figures, name string) *Figures {
	if groups[name] == nil {
		groups[name] = &Figures{}
	}
	return groups[name]
}

func (f *Figures) add(c Case, m knowledge.Match) {
	if !c.covered() {
		f.Uncovered++
		if m.Action != knowledge.Answer {
			f.Refused++
		}
		if m.Action == knowledge.None {
			f.Plainly++
		}
		return
	}
	f.Covered++
	first := func(n int) bool {
		return slices.ContainsFunc(m.Candidates[:min(n, len(m.Candidates))], func(k knowledge.Candidate) bool { return c.accepts(k.Topic) })
	}
	switch {
	case m.Action == knowledge.None && c.accepts(knowledge.NoneID):
		f.Right++
		f.Found++
	case m.Action == knowledge.None:
		f.Declined++
	case first(1):
		f.Right++
		f.Found++
	case m.Action == knowledge.Answer:
		f.Wrong++
	case first(Offered):
		f.Found++
	}
}

func (f *Figures) rate() {
	share := func(n, of int, nothing float64) float64 {
		if of == 0 {
			return nothing
		}
		return float64(n) / float64(of)
	}
	f.Accuracy = share(f.Right, f.Covered, 1)
	f.FoundRate = share(f.Found, f.Covered, 1)
	f.WrongRate = share(f.Wrong, f.Covered, 0)
	f.RefusalRate = share(f.Refused, f.Uncovered, 1)
}

func (t *tally) report() Report {
	t.Figures.rate()
	t.NearMiss.rate()
	t.Kinds, t.Topics = groups(t.kinds), groups(t.topics)
	slices.SortStableFunc(t.Topics, func(a, b Group) int { return cmp.Compare(a.quality(), b.quality()) })
	for c, n := range t.confusions {
		c.Count = n
		t.Confusions = append(t.Confusions, c)
	}
	slices.SortFunc(t.Confusions, func(a, b Confusion) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Expected, b.Expected), cmp.Compare(a.Got, b.Got))
	})
	return t.Report
}

func (g Group) quality() float64 {
	if g.Covered == 0 {
		return g.RefusalRate
	}
	return g.Accuracy
}

func groups(m map[string]*Figures) []Group {
	var list []Group
	for _, name := range slices.Sorted(maps.Keys(m)) {
		m[name].rate()
		list = append(list, Group{name, *m[name]})
	}
	return list
}
