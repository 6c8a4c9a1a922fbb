package query_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"exchangebot/bot/query"
)

// names are what each value is called, without those names that stand for
// several values, or for several words.
func names(t testing.TB, lang string) map[query.Facet]map[string][]string {
	t.Helper()
	list, count := words(t), map[string]int{}
	all := map[query.Facet]map[string][]string{}
	for _, f := range query.Facets() {
		all[f] = map[string][]string{}
		for _, value := range values[f] {
			for name := range strings.SplitSeq(list(lang, string(f)+"-"+value), ",") {
				if name = strings.TrimSuffix(strings.TrimSpace(name), "+"); !strings.ContainsAny(name, "…+") {
					all[f][value] = append(all[f][value], name)
					count[string(f)+name]++
				}
			}
		}
		for value, names := range all[f] {
			all[f][value] = slices.DeleteFunc(names, func(name string) bool { return count[string(f)+name] > 1 })
		}
	}
	return all
}

// Whatever a value may be called is read as it, alone and between other words.
func TestEveryNameOfAValue(t *testing.T) {
	r := reader(t)
	for _, lang := range languages {
		for f, all := range names(t, lang) {
			for value, names := range all {
				for _, name := range names {
					got := r.Read(name, lang, today)
					twin := len(got.Either) == 1 && got.Either[0].Field == value
					if len(got.Unknown)+len(got.Words) > 0 || !slices.Contains(got.Values[f], value) && !twin {
						t.Errorf("%s %q is %s, not %s:%s", lang, name, canonical(got), f, value)
					}
				}
			}
		}
	}
}

// Filters may be typed in any order.
func TestTypedInAnyOrder(t *testing.T) {
	r := reader(t)
	random := rand.New(rand.NewPCG(1, 2))
	periods := map[string][]string{
		"de": {"seit März", "im Mai 2025", "letzte Woche", "bis 30.6.2026", "von Januar bis März", "vom 1. bis 15. Mai", "seit gestern", "Q2 2025", "in den letzten 14 Tagen"},
		"fr": {"depuis mars", "en mai 2025", "la semaine dernière", "jusqu'au 30 juin 2026", "de janvier à mars", "du 1er au 15 mai", "depuis hier", "les 14 derniers jours"},
	}
	called := map[string]map[query.Facet]map[string][]string{"de": names(t, "de"), "fr": names(t, "fr")}
	for n := range 3000 {
		lang := languages[n%2]
		want := query.Query{}
		var parts []string
		for _, f := range []query.Facet{query.Kind, query.City, query.Status, query.Language} {
			if random.IntN(2) == 0 {
				value := values[f][random.IntN(len(values[f]))]
				names := called[lang][f][value]
				parts = append(parts, names[random.IntN(len(names))])
				want = want.With(f, value)
			}
		}
		period := periods[lang][random.IntN(len(periods[lang]))]
		p := r.Read(period, lang, today)
		want.From, want.To = p.From, p.To
		parts = append(parts, period, "„Fortuna“")
		want.Words = []string{"fortuna"}
		random.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		text := strings.Join(parts, ", ")
		if got := r.Read(text, lang, today); got.Query.String() != want.String() || len(got.Unknown) > 0 {
			t.Errorf("%s %q is %s, not %s", lang, text, canonical(got), want.String())
		}
	}
}

// A word that nobody knows is never left out, wherever it stands.
func TestNoWordIsLeftOut(t *testing.T) {
	r := reader(t)
	for _, lang := range languages {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			for _, q := range labelled(t, "testdata/tuned."+lang+".tsv") {
				split := strings.Fields(q.text)
				for i := range len(split) + 1 {
					text := strings.Join(slices.Insert(slices.Clone(split), i, "xyrbolt"), " ")
					got := r.Read(text, lang, today)
					if all := fmt.Sprint(got.Unknown, got.Words); !strings.Contains(all, "xyrbolt") {
						t.Errorf("%q: xyrbolt is in neither of %s", text, all)
					}
				}
			}
		})
	}
}

// A name is looked for as it is, however near it comes to another word.
func TestNamesAreKept(t *testing.T) {
	r := reader(t)
	for text, want := range map[string]string{
		"Vereine aus Neuss": "list kind:association word:neuss", "vereine aus neuss": "none", "Vereine aus Mettmann": "list kind:association word:mettmann",
		"Firma Lange": "list kind:company word:lange", "Firma Klein": "list kind:company word:klein", "Firma Schreiber": "list kind:company word:schreiber", "such Weiß": "list word:weiss",
		"Zeig mir die Firmen, die spenden": "list kind:company word:spenden", "Anmeldung Schulze": "list word:schulze", "Museum K20": "list kind:museum word:k20",
		"entreprise Fournier": "list kind:company word:fournier", "associations de Dionne": "list kind:association word:dionne",
	} {
		if got := canonical(r.Read(text, "", today)); got != want {
			t.Errorf("%q is %s, not %s", text, got, want)
		}
	}
}

// What citizens ask about the exchange is hardly ever taken for a question of
// staff, though much of it names schools, museums and associations.
func TestCitizensQuestions(t *testing.T) {
	r := reader(t)
	for _, lang := range languages {
		taken, questions := 0, labelled(t, "../knowledge/testdata/questions."+lang+".tsv")
		for _, q := range questions {
			_, text, _ := strings.Cut(q.text, "\t")
			if got := r.Read(text, lang, today); got.Asked {
				taken++
				t.Logf("%s\n got %s", text, canonical(got))
			}
		}
		if 100*taken > 3*len(questions) {
			t.Errorf("%d of %d questions in %s are taken for a query", taken, len(questions), lang)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	r := reader(b)
	for b.Loop() {
		r.Read("Wie viele Sportvereine aus Montréal haben sich zwischen dem 1. und 15. März für Migration oder Enregie gemeldet?", "de", today)
	}
}

func BenchmarkNewReader(b *testing.B) {
	list := words(b)
	b.ReportAllocs()
	for b.Loop() {
		query.NewReader(values, languages, list)
	}
}
