package knowledge

import (
	"cmp"
	"maps"
	"slices"
)

// Explanation is a candidate and what spoke for it.
type Explanation struct {
	Candidate
	Evidence []Evidence // at most six, greatest share first
}

// Evidence is one reason for a candidate.
type Evidence struct {
	Kind  string  // "word", "words" for two in a row, or "example"
	Text  string  // the words as they were read, or the example of the base
	Share float64 // of all that spoke for the candidate, 0 to 1
}

// maxEvidence is how many reasons are given for a candidate.
const maxEvidence = 6

// Explain ranks the topics as [Index.Match] does and says why. Words are shown
// as they were read: folded, mended, and without what is dialect.
func (x *Index) Explain(text string, lang Language) []Explanation {
	m := x.models[lang]
	if m == nil {
		return nil
	}
	list, text := m.understand(text, x.others[lang])
	reading := m.read(text, x.others[lang])
	defer m.rooms.Put(reading.room)
	explanations := make([]Explanation, len(list))
	for i, c := range list {
		class := m.classes[c.Topic]
		e := evidence{}
		e.collect(m, reading.tokens, class, 1-reading.share)
		if reading.other != nil && reading.foreign[class] >= 0 {
			e.collect(reading.other, reading.mixed, reading.foreign[class], reading.share)
		}
		explanations[i] = Explanation{c, e.best()}
	}
	return explanations
}

// evidence adds up what reasons contributed; their shares come last.
type evidence map[Evidence]float64

// collect adds what tokens say for a class of a model, of which share counts.
func (e evidence) collect(m *model, tokens []*token, class int, share float64) {
	l := m.learned
	r := l.newRoom()
	r.terms = m.reader.features.appendTerms(nil, tokens, (*features).find)
	r.doc = l.weights.vector(r.terms, r.sum, nil)
	value := map[int32]float64{}
	for _, f := range r.doc {
		v := share * float64(f.value)
		if l.linear != nil {
			v *= float64(l.linear.weight(f.id, class))
		} else if !l.near.classHas(class, f.id) {
			v = 0
		}
		value[f.id] = v
	}
	add := func(kind, text string, features ...int32) {
		for _, f := range features {
			e[Evidence{Kind: kind, Text: text}] += value[f]
			delete(value, f) // a feature of two words is told of the first
		}
	}
	for i, t := range tokens {
		add("word", t.text, t.word)
		add("word", t.text, t.parts...)
		add("word", t.text, t.letters...)
		if i > 0 {
			pair := tokens[i-1].stem.with(t.stem)
			add("words", tokens[i-1].text+" "+t.text, m.reader.features.find(pair, pairBlock))
		}
	}
	nearest, best := int32(-1), float32(0)
	for _, i := range l.near.search(r.doc, r.sim, nil) {
		if l.near.class[i] == class && r.sim[i] > best {
			nearest, best = i, r.sim[i]
		}
	}
	if nearest >= 0 {
		e[Evidence{Kind: "example", Text: m.texts[nearest]}] += share * nearWeight * float64(best)
	}
}

// best lists what spoke most for the candidate, with its shares.
func (e evidence) best() []Evidence {
	maps.DeleteFunc(e, func(_ Evidence, v float64) bool { return v <= 0 })
	var list []Evidence
	for reason, v := range e {
		reason.Share = v
		list = append(list, reason)
	}
	slices.SortFunc(list, func(a, b Evidence) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text))
	})
	total := 0.0
	for _, reason := range list {
		total += reason.Share
	}
	list = list[:min(len(list), maxEvidence)]
	for i := range list {
		list[i].Share /= total
	}
	return list
}
