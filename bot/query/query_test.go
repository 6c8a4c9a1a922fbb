package query_test

import (
	"bufio"
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

func reader(t testing.TB) *query.Reader {
	t.Helper()
	var texts []map[string]any
	for _, lang := range []string{"de", "fr"} {
		var m map[string]any
		if _, err := toml.DecodeFile("../../locales/messages."+lang+".toml", &m); err != nil {
			t.Fatal(err)
		}
		texts = append(texts, m)
	}
	return query.NewReader(values, func(list string) string {
		var all []string
		for _, m := range texts {
			text, _ := m["query-"+list].(string)
			if text == "" {
				t.Errorf("no words for %s", list)
			}
			all = append(all, text)
		}
		return strings.Join(all, ",")
	})
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

// measure reads a labelled set, and tells what was not read exactly right.
func measure(t *testing.T, file, lang string) (right, all int) {
	t.Helper()
	r := reader(t)
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		expected, text, _ := strings.Cut(lines.Text(), "\t")
		if expected == "expected" {
			continue
		}
		all++
		if got := canonical(r.Read(text, lang, today)); got == sorted(expected) {
			right++
		} else {
			t.Logf("%s\n got %s\nwant %s", text, got, sorted(expected))
		}
	}
	t.Logf("%s: %d of %d", file, right, all)
	return right, all
}

func TestLabelledQuestions(t *testing.T) {
	for _, test := range []struct{ file, lang string }{
		{"testdata/tuned.de.tsv", "de"}, {"testdata/tuned.fr.tsv", "fr"},
	} {
		if right, all := measure(t, test.file, test.lang); 100*right < 95*all {
			t.Errorf("%s: %d of %d read exactly right, want 95 %%", test.file, right, all)
		}
	}
}

// TestHeldQuestions measures questions that no word list was written after:
// 36 of 40 in German and 40 of 40 in French are read exactly right.
func TestHeldQuestions(t *testing.T) {
	for _, lang := range []string{"de", "fr"} {
		if right, all := measure(t, "testdata/held."+lang+".tsv", lang); 100*right < 90*all {
			t.Errorf("%s: %d of %d read exactly right, want 90 %%", lang, right, all)
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
