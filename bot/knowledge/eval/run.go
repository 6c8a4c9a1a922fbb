package eval

import (
	"fmt"

	"exchangebot/bot/knowledge"
)

// maxFolds bounds how often [CrossValidate] trains.
const maxFolds = 10

// Run measures an index on cases written in lang.
func Run(x *knowledge.Index, lang knowledge.Language, cases []Case) Report {
	t := newTally(lang)
	for _, c := range cases {
		t.add(x, c)
	}
	return t.report()
}

// CrossValidate asks a base its own questions, each put to an index that was
// not trained on it. Up to ten questions a topic this leaves one of each topic
// out at a time; with more, every tenth. Nothing is random.
func CrossValidate(b *knowledge.Base, lang knowledge.Language) Report {
	topics := b.Topics(lang)
	if none := b.None(lang); none.ID != "" {
		topics = append(topics[:len(topics):len(topics)], none)
	}
	folds := 0
	for _, t := range topics {
		folds = max(folds, min(maxFolds, len(t.Questions)))
	}
	t := newTally(lang)
	for fold := range folds {
		kept := make([]knowledge.Topic, len(topics))
		var cases []Case
		for i, topic := range topics {
			kept[i] = topic
			kept[i].Questions = nil
			for j, q := range topic.Questions {
				if j%folds == fold {
					cases = append(cases, Case{Expected: []string{topic.ID}, Text: q})
				} else {
					kept[i].Questions = append(kept[i].Questions, q)
				}
			}
		}
		part, err := knowledge.New(kept)
		if err != nil {
			panic(fmt.Sprintf("a part of a valid base is valid: %v", err))
		}
		x := knowledge.Train(part)
		for _, c := range cases {
			t.add(x, c)
		}
	}
	return t.report()
}
