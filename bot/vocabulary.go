package bot

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// vocabulary is what citizens say with a word where they could press a button.
// The words are in the message files, by list, separated by commas: "*verein"
// is any word that ends so, "schul*" one that begins so, and "$" the end of
// the text. They are understood in every language at any time.
type vocabulary struct {
	texts *Texts
	lists map[string][]phrase // the longest first
}

type phrase struct {
	words []string
	lang  Language // empty: several languages have it
}

// newVocabulary reads the lists that the program uses.
func newVocabulary(texts *Texts, dialogues map[string]*dialogue) *vocabulary {
	v := &vocabulary{texts, map[string][]phrase{}}
	lists := []string{"words-back", "words-skip", "words-keep", "words-cancel", "words-continue", "words-edit", "words-yes", "words-no", "words-confirm", "words-help",
		"words-question", "words-first", "words-why", "words-filler", "words-this", "words-all", "words-self", "words-want", "words-join",
		"words-not", "words-except", "words-place", "words-signup", "words-subscribe", "words-unsubscribe", "words-no-more", "words-news", "words-beside", "words-polite", "words-language-de", "words-language-fr",
		"words-desk-show", "words-desk-questions", "words-desk-stats", "words-desk-export"}
	for _, kind := range kinds {
		lists = append(lists, "words-kind-"+string(kind))
	}
	for _, city := range cities {
		lists = append(lists, "words-city-"+string(city))
	}
	for _, field := range fields {
		lists = append(lists, "words-field-"+string(field))
	}
	for _, d := range dialogues {
		for _, s := range d.steps {
			lists = append(lists, "words-step-"+s.name)
		}
	}
	for _, list := range lists {
		v.lists[list] = v.read(list)
	}
	return v
}

func (v *vocabulary) read(list string) []phrase {
	var phrases []phrase
	for _, lang := range v.texts.Languages() {
		for _, entry := range strings.Split(v.texts.Say(lang, list, nil), ",") {
			words := strings.FieldsFunc(fold(entry), func(r rune) bool { return !isWordRune(r) && r != '*' && r != '$' })
			i := slices.IndexFunc(phrases, func(p phrase) bool { return slices.Equal(p.words, words) })
			switch {
			case len(words) == 0:
			case i < 0:
				phrases = append(phrases, phrase{words, lang})
			case phrases[i].lang != lang:
				phrases[i].lang = ""
			}
		}
	}
	slices.SortStableFunc(phrases, func(a, b phrase) int { return len(b.words) - len(a.words) })
	return phrases
}

// is reports whether the words are, all together, one phrase of the list, and
// in which language.
func (v *vocabulary) is(list string, words []string) (Language, bool) {
	for _, p := range v.lists[list] {
		if p.at(words, 0) == len(words) && len(words) > 0 {
			return p.lang, true
		}
	}
	return "", false
}

// has reports whether a phrase of the list is among the words.
func (v *vocabulary) has(list string, words []string) bool {
	_, _, found := v.find(list, words)
	return found
}

// find is the first of the longest phrases of the list among the words: from
// one index up to the other.
func (v *vocabulary) find(list string, words []string) (phrase, [2]int, bool) {
	for _, p := range v.lists[list] {
		for i := range words {
			if n := p.at(words, i); n > 0 {
				return p, [2]int{i, i + n}, true
			}
		}
	}
	return phrase{}, [2]int{}, false
}

// at is how many of the words, from the i-th on, are the phrase; 0 when they are not.
func (p phrase) at(words []string, i int) int {
	for n, want := range p.words {
		if want == "$" {
			if i+n != len(words) {
				return 0
			}
			return n
		}
		if i+n >= len(words) || !fits(want, words[i+n]) {
			return 0
		}
	}
	return len(p.words)
}

func fits(want, word string) bool {
	if suffix, ok := strings.CutPrefix(want, "*"); ok {
		return strings.HasSuffix(word, suffix)
	}
	if prefix, ok := strings.CutSuffix(want, "*"); ok {
		return strings.HasPrefix(word, prefix)
	}
	return want == word
}

// choose finds which options people name: those whose list, prefix and option,
// has a phrase among the words. rest is what was not part of one, lang the
// language that only one has the phrases in.
func choose[T ~string](v *vocabulary, prefix string, options []T, words []string) (found []T, rest []string, lang Language) {
	rest = slices.Clone(words)
	for {
		var best phrase
		var at [2]int
		var option T
		for _, o := range options {
			if p, where, ok := v.find(prefix+string(o), rest); ok && len(p.words) > len(best.words) {
				best, at, option = p, where, o
			}
		}
		if best.words == nil {
			return found, rest, lang
		}
		if !slices.Contains(found, option) {
			found = append(found, option)
		}
		if best.lang != "" {
			lang = best.lang
		}
		rest = slices.Delete(rest, at[0], at[1])
	}
}

// drop leaves out the words that say nothing by themselves.
func (v *vocabulary) drop(list string, words []string) []string {
	for {
		_, at, found := v.find(list, words)
		if !found {
			return words
		}
		words = slices.Delete(slices.Clone(words), at[0], at[1])
	}
}

// cut leaves out the phrase of the list that a text begins with, if something
// comes after it.
func (v *vocabulary) cut(list, text string) string {
	text = norm.NFC.String(text)
	words := tokens(text)
	for _, p := range v.lists[list] {
		if n := p.at(words, 0); n > 0 && n < len(words) {
			for range n {
				text = strings.TrimLeftFunc(text, func(r rune) bool { return !isWordRune(r) })
				text = strings.TrimLeftFunc(text, isWordRune)
			}
			return strings.TrimLeftFunc(text, func(r rune) bool { return !isWordRune(r) })
		}
	}
	return text
}

// asks reports whether a text has the form of a question: with a question
// mark, or with the words that begin one.
func (v *vocabulary) asks(text string) (marked, worded bool) {
	words := tokens(text)
	if len(words) == 0 {
		return false, false
	}
	_, at, found := v.find("words-question", words[:min(len(words), 4)])
	return strings.ContainsAny(text, "?？؟"), found && at[0] == 0 || slices.ContainsFunc(v.lists["words-first"], func(p phrase) bool { return p.at(words, 0) > 0 })
}

// wantsToSignUp reports whether people say that they take part. Who asks how,
// who or whether wants an answer instead.
func (v *vocabulary) wantsToSignUp(text string) bool {
	words := tokens(text)
	if marked, worded := v.asks(text); marked || worded || len(words) > 25 {
		return false
	}
	if v.has("words-question", words) || v.has("words-not", words) {
		return false
	}
	return v.has("words-signup", words) || v.has("words-signup", v.drop("words-polite", words)) ||
		v.has("words-self", words) && v.has("words-want", words) && v.has("words-join", words)
}

// wantsNoNews reports whether people say, in whichever order, that they want
// no more of what they have subscribed to, and nothing else: one more word, and
// it may be about something else. Who asks wants an answer instead.
func (v *vocabulary) wantsNoNews(text string) bool {
	words := tokens(text)
	if marked, worded := v.asks(text); marked || worded || len(words) > 20 {
		return false
	}
	if !v.has("words-no-more", words) || !v.has("words-news", words) {
		return false
	}
	for _, list := range []string{"words-no-more", "words-news", "words-beside", "words-polite"} {
		words = v.drop(list, words)
	}
	return len(words) == 0
}
