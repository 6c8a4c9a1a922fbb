package knowledge

import (
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What speaks for a language, found on messages of one to five words.
const (
	listedWord  = 2.0   // a word of grammar, question or politeness
	knownWord   = 1.0   // a word of the base's topics,
	oftenWord   = 0.4   // and for each time that it stands there e times as often
	mendedWord  = 0.2   // a word of the base, but for a typo
	strangeWord = -0.5  // any other word
	letterShare = 0.7   // the letters of a word, by how much likelier they are than on average
	letterMost  = 1.0   // at most
	accentMost  = 0.9   // a letter such as ä or é, at most
	otherWord   = -1.0  // a word with no three letters in a row that the base has
	clearLead   = 0.8   // over the next language; below it the prior decides
	leastLead   = 0.1   // without a prior
	leastSense  = -0.25 // of a word on average,
	leastSum    = -1.2  // and of all: a strange name may stand alone
)

// maxDetect is how many words of a message are looked at to tell its language.
const maxDetect = 40

// Detect tells which of the base's languages a message is written in, or ""
// when it is none of them or cannot be told. prior is the language of the
// chat so far, or "": it decides when a message, such as a name, fits several.
func (x *Index) Detect(text string, prior Language) Language {
	ws := words(text)
	ws = ws[:min(len(ws), maxDetect)]
	if len(ws) == 0 {
		return ""
	}
	score := map[Language]float64{}
	for lang, l := range listsOf() {
		score[lang] = l.fit(ws) - clearLead // the base's languages are likelier
	}
	for lang, m := range x.models {
		score[lang] = m.fit(ws)
	}
	x.letters.addWords(score, ws)
	x.addAccents(score, text)
	var best, next Language
	for _, lang := range slices.Sorted(maps.Keys(score)) {
		switch {
		case best == "" || score[lang] > score[best]:
			best, next = lang, best
		case next == "" || score[lang] > score[next]:
			next = lang
		}
	}
	isClose := func(lang Language) bool { return score[best]-score[lang] < clearLead }
	switch {
	case score[best] < min(leastSum, leastSense*float64(len(ws))):
		return ""
	case x.models[prior] != nil && isClose(prior):
		return prior
	case x.models[best] == nil:
		return ""
	case prior == "" && next != "" && score[best]-score[next] < leastLead:
		return ""
	}
	return best
}

// fit adds up what words say for the language of the model.
func (m *model) fit(ws []string) float64 {
	sum := 0.0
	for _, w := range ws {
		t := m.reader.appendTokens(nil, w)[0]
		switch {
		case t.kind != content || m.reader.lists.same[w] != nil:
			sum += listedWord
		case t.strange() || t.word >= 0 && t.covered == 0:
			sum += strangeWord
		case m.reader.appendMeant(nil, w)[0] != t.text:
			sum += mendedWord
		default:
			sum += knownWord + oftenWord*math.Log(float64(max(1, t.covered)))
		}
	}
	return sum
}

// fit adds up what words say for a language that the base does not have.
func (l lists) fit(ws []string) float64 {
	sum := 0.0
	for _, w := range ws {
		if l.kind[w] != content || l.same[w] != nil {
			sum += listedWord
		} else {
			sum += strangeWord
		}
	}
	return sum
}

// letterModel says, by language, how likely three letters in a row are, or one
// letter with an accent; as logarithms.
type letterModel struct {
	languages []Language
	of        map[Language]map[hash]float64
}

// unseen is the key of what a language does not have.
const unseen hash = 0

func newLetterModel(models map[Language]*model) letterModel {
	l := letterModel{slices.Sorted(maps.Keys(models)), map[Language]map[hash]float64{}}
	for lang, m := range models {
		count := map[hash]float64{}
		total := 500.0 // so that a small base is not too sure
		for w, t := range m.reader.words {
			if t.covered > 0 {
				trigrams(w, func(h hash) { count[h]++; total++ })
			}
		}
		for _, t := range m.topics {
			for _, q := range t.Questions {
				for _, r := range strings.ToLower(q) {
					if r >= utf8.RuneSelf && unicode.IsLetter(r) {
						count[hash(r)]++
					}
				}
			}
		}
		for h, n := range count {
			count[h] = math.Log((n + 0.2) / total)
		}
		count[unseen] = math.Log(0.2 / total)
		l.of[lang] = count
	}
	return l
}

func trigrams(w string, do func(hash)) {
	s := " " + w + " "
	for i := 0; i+3 <= len(s); i++ {
		do(seed.add(s[i : i+3]))
	}
}

// lead sets how much likelier each language makes h than the average language.
// It reports whether any has it.
func (l letterModel) lead(h hash, lead []float64) bool {
	mean, seen := 0.0, false
	for i, lang := range l.languages {
		p, ok := l.of[lang][h]
		if !ok {
			p = l.of[lang][unseen]
		}
		lead[i] = p
		mean += p / float64(len(lead))
		seen = seen || ok
	}
	for i := range lead {
		lead[i] -= mean
	}
	return seen
}

// addWords adds what the letters of words say.
func (l letterModel) addWords(score map[Language]float64, ws []string) {
	lead, sum := make([]float64, len(l.languages)), make([]float64, len(l.languages))
	for _, w := range ws {
		clear(sum)
		n, seen := 0.0, false
		trigrams(w, func(h hash) {
			n++
			seen = l.lead(h, lead) || seen
			for i := range sum {
				sum[i] += lead[i]
			}
		})
		for i, lang := range l.languages {
			score[lang] += letterShare * max(-letterMost, min(letterMost, sum[i]/n))
			if !seen {
				score[lang] += otherWord
			}
		}
	}
}

// addAccents adds what letters beyond a to z say, but in words that all
// languages know: names.
func (x *Index) addAccents(score map[Language]float64, text string) {
	lead := make([]float64, len(x.letters.languages))
	for _, w := range strings.FieldsFunc(clip(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if ascii(w) || x.isName(w) {
			continue
		}
		for _, r := range strings.ToLower(w) {
			if r < utf8.RuneSelf || !x.letters.lead(hash(r), lead) {
				continue
			}
			for i, lang := range x.letters.languages {
				score[lang] += max(-accentMost, min(accentMost, lead[i]))
			}
		}
	}
}

func (x *Index) isName(w string) bool {
	for _, m := range x.models {
		if ts := m.reader.read(w); len(ts) == 0 || ts[0].covered == 0 {
			return false
		}
	}
	return len(x.models) > 1
}
