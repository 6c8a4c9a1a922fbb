package query_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"exchangebot/bot/query"
)

var today = time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)

var values = map[query.Facet][]string{
	query.Field:    {"schools", "museums", "culture", "sport", "business", "migration", "digital", "energy", "transport", "other"},
	query.Kind:     {"association", "company", "society", "school", "museum", "private"},
	query.City:     {"duesseldorf", "montreal", "elsewhere"},
	query.Status:   {"new", "contacted", "active", "declined", "withdrawn"},
	query.Language: {"de", "fr"},
}

var languages = []string{"de", "fr"}

// words are those of the message files.
func words(t testing.TB) query.Words {
	t.Helper()
	texts := map[string]map[string]any{}
	for _, lang := range languages {
		var m map[string]any
		if _, err := toml.DecodeFile("../../locales/messages."+lang+".toml", &m); err != nil {
			t.Fatal(err)
		}
		texts[lang] = m
	}
	return func(lang, list string) string {
		text, _ := texts[lang]["query-"+list].(string)
		if text == "" {
			t.Errorf("no words for %s in %s", list, lang)
		}
		return text
	}
}

var shared *query.Reader

// reader is one for all tests: it takes longer to make than to use.
func reader(t testing.TB) *query.Reader {
	if shared == nil {
		shared = query.NewReader(values, languages, words(t))
	}
	return shared
}

// canonical is how the labelled sets name what was read.
func canonical(r query.Reading) string {
	verb := "list "
	switch {
	case !r.Asked:
		return "none"
	case r.Count:
		verb = "count "
	}
	text := verb + r.Query.String()
	for _, word := range r.Unknown {
		text += " ?" + word
	}
	return sorted(text)
}

func sorted(text string) string {
	words := strings.Fields(text)
	slices.Sort(words[1:])
	return strings.Join(words, " ")
}

type question struct{ expected, text string }

// labelled reads a set of questions, after a line that names the columns.
func labelled(t testing.TB, file string) []question {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []question
	for line := range strings.Lines(string(data)) {
		expected, text, _ := strings.Cut(strings.TrimSpace(line), "\t")
		list = append(list, question{expected, text})
	}
	return list[1:]
}

// measure tells what of a labelled set was not read exactly right.
func measure(t *testing.T, file, lang string) (right, all int) {
	t.Helper()
	r := reader(t)
	questions := labelled(t, file)
	for _, q := range questions {
		if got := canonical(r.Read(q.text, lang, today)); got == sorted(q.expected) {
			right++
		} else if strings.Contains(file, "tuned") {
			t.Logf("%s\n got %s\nwant %s", q.text, got, sorted(q.expected))
		}
	}
	t.Logf("%s: %d of %d", file, right, len(questions))
	return right, len(questions)
}

// TestLabelledQuestions measures the questions that the word lists were written
// after ("tuned"), and those that nobody saw before the lists were done
// ("held"): of their first half, 116 of 120 in German and 119 of 120 in French
// are read exactly right; of their second, written later, 118 and 120. Misses of
// a held set are not for mending: who does that needs a fresh one.
//
// Six more sets in other styles were read before their misses were mended and
// they became tuned ones, in German 109 of 120, then 47, 52, 53, 53 and 58 of
// 60, and in French 111, then 53, 55, 53, 56 and 59. In three of these 840 a
// filter was left out without a word; most misses were taken for no query.
func TestLabelledQuestions(t *testing.T) {
	for _, lang := range languages {
		for _, part := range []string{"tuned", "held"} {
			if right, all := measure(t, "testdata/"+part+"."+lang+".tsv", lang); 100*right < 95*all {
				t.Errorf("%s %s: %d of %d read exactly right, want 95 %%", part, lang, right, all)
			}
		}
	}
}

// What was read says itself as what it was read as.
func TestCanonicalForm(t *testing.T) {
	r := reader(t)
	for _, text := range []string{"museums montréal since march", "Schulen seit 1. Mai neu", "Sportvereine „Fortuna 95“ von März bis Mai", "nouvelles écoles francophones 2025"} {
		first := r.Read(text, "de", today).Query.String()
		if again := r.Read(first, "", today); again.Query.String() != first || len(again.Unknown) > 0 {
			t.Errorf("%q is %q, and read again %q", text, first, again.Query.String())
		}
	}
}

func FuzzRead(f *testing.F) {
	r := reader(f)
	f.Add("Wie viele Vereine haben sich zwischen dem 1. und 15. März für Sport gemeldet? „x“ field:sport seit 31.2.")
	f.Fuzz(func(t *testing.T, text string) {
		first := r.Read(text, "de", today)
		if again := r.Read(first.Query.String(), "", today); again.Query.String() != first.Query.String() {
			t.Errorf("%q is %q, and read again %q", text, first.Query.String(), again.Query.String())
		}
	})
}
