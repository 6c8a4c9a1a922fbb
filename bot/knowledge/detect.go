package knowledge

import (
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a word says for a language, found on texts of one to five words.
const (
	listedWord  = 2.0 // grammar, question, politeness
	knownWord   = 1.0 // of the base's topics, and more the more often it stands there
	oftenWord   = 0.4
	mendedWord  = 0.5  // of the base, but for a typo
	accent      = 1.2  // of a letter such as ä or é
	strangeWord = -0.5 // known in no way
	letterScale = 0.7  // of the letters of a word, against the other languages
	clearLead   = 0.8  // over the next language; below it the prior decides
	leastSense  = -0.25
)

// Detect tells which of the base's languages a message is written in, or ""
// when it is none of them or cannot be told. prior is the language of the
// chat so far, or "": it decides when a message, such as a name, fits several.
func (x *Index) Detect(text string, prior Language) Language {
	ws := words(text)
	ws = ws[:min(len(ws), 60)]
	if len(ws) == 0 {
		return ""
	}
	var best, second Language
	score := map[Language]float64{}
	for _, lang := range x.base.Languages() {
		score[lang] = x.models[lang].fits(ws)
		if lang == prior {
			score[lang] += 0.01
		}
	}
	x.letters.compare(ws, score)
	x.letters.accents(text, x.models, score)
	for lang, l := range listsOf() {
		if x.models[lang] == nil {
			score[lang] = l.fits(ws)
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(score)) {
		switch {
		case best == "" || score[lang] > score[best]:
			best, second = lang, best
		case second == "" || score[lang] > score[second]:
			second = lang
		}
	}
	switch {
	case x.models[best] == nil || score[best] < leastSense*float64(len(ws)):
		return ""
	case second != "" && score[best]-score[second] < clearLead && x.models[prior] != nil && score[best]-score[prior] < clearLead:
		return prior
	}
	return best
}

// fits adds up what words say for the language of the model.
func (m *model) fits(ws []string) float64 {
	sum := 0.0
	for _, w := range ws {
		t := m.reader.appendTokens(nil, w)[0]
		_, meant := m.reader.lists.same[w]
		switch {
		case t.kind != content || meant:
			sum += listedWord
		case t.foreign() || t.word != absent && t.covered == 0:
			sum += strangeWord
		case t.text != w && (m.reader.lang != "de" || t.text != umlauts(w)):
			sum += mendedWord
		default:
			sum += knownWord + oftenWord*math.Log(float64(max(1, t.covered)))
		}
	}
	return sum
}

// fits adds up what words say for a language that the base does not have.
func (l lists) fits(ws []string) float64 {
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

// letterModel tells languages apart by three letters in a row, and by letters
// with accents.
type letterModel map[Language]map[hash]float64

// accents adds what letters beyond a to z say, in words that are no names.
func (l letterModel) accents(text string, models map[Language]*model, score map[Language]float64) {
	for _, w := range strings.FieldsFunc(clip(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		known := 0
		for _, m := range models {
			if ts := m.reader.read(w); len(ts) > 0 && ts[0].covered > 0 {
				known++
			}
		}
		if known > 1 && known == len(models) || ascii(w) {
			continue
		}
		for _, r := range strings.ToLower(w) {
			if r < utf8.RuneSelf {
				continue
			}
			h := hash(r)
			mean, seen := 0.0, false
			for lang := range l {
				mean += l.of(lang, h) / float64(len(l))
				seen = seen || l[lang][h] != 0
			}
			for lang := range l {
				if !seen {
					break
				}
				score[lang] += max(-accent, min(accent, l.of(lang, h)-mean))
			}
		}
	}
}

func (l letterModel) of(lang Language, h hash) float64 {
	if p, ok := l[lang][h]; ok {
		return p
	}
	return l[lang][0]
}

func newLetterModel(models map[Language]*model) letterModel {
	all := letterModel{}
	for lang, m := range models {
		counts := map[hash]float64{}
		total := 0.0
		for w, t := range m.reader.words {
			if t.covered > 0 {
				trigrams(w, func(h hash) { counts[h]++; total++ })
			}
		}
		for _, t := range m.topics {
			for _, q := range t.Questions {
				for _, r := range strings.ToLower(q) {
					if r >= utf8.RuneSelf && unicode.IsLetter(r) {
						counts[hash(r)]++
					}
				}
			}
		}
		for h, n := range counts {
			counts[h] = math.Log((n + 0.2) / (total + 500))
		}
		counts[0] = math.Log(0.2 / (total + 500))
		all[lang] = counts
	}
	return all
}

// compare adds to the score of each language how much more likely it makes
// the letters of the words than the average language does.
func (l letterModel) compare(ws []string, score map[Language]float64) {
	for _, w := range ws {
		fit := map[Language]float64{}
		mean := 0.0
		for _, lang := range slices.Sorted(maps.Keys(l)) {
			n := 0.0
			trigrams(w, func(h hash) {
				n++
				fit[lang] += l.of(lang, h)
			})
			fit[lang] /= max(n, 1)
			mean += fit[lang] / float64(len(l))
		}
		for lang, f := range fit {
			score[lang] += letterScale * max(-1, min(1, f-mean))
		}
	}
}

func trigrams(w string, do func(hash)) {
	s := " " + w + " "
	for i := 0; i+3 <= len(s); i++ {
		do(seed.add(s[i : i+3]))
	}
}
