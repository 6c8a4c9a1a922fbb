package knowledge_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"exchangebot/bot/knowledge"
)

const good = `---
title: Ausweis
questions:
  - Was kostet der Ausweis?
  - Wie bekomme ich einen Ausweis?
  - Wo gibt es Ausweise?
  - Brauche ich einen Ausweis?
  - Ausweis verloren
as-of: 2016-05
source: Eine Zeitung
---
Der **Ausweis** ist [kostenlos](https://example.org).
`

const none = "---\ntitle: Nein\nquestions:\n  - Wie wird das Wetter?\n---\nDas weiß ich nicht.\n"

func files(nameAndText ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(nameAndText); i += 2 {
		fsys[nameAndText[i]] = &fstest.MapFile{Data: []byte(nameAndText[i+1])}
	}
	return fsys
}

func TestLoad(t *testing.T) {
	b, err := knowledge.Load(files("de/card.md", good, "de/none.md", none, "de/hours.md", strings.ReplaceAll(good, "Ausweis", "Uhrzeit"), "README.md", "x", "de/.draft.md", "x"))
	if err != nil {
		t.Fatal(err)
	}
	if w := b.Warnings(); len(w) > 0 {
		t.Errorf("warnings: %v", w)
	}
	card, ok := b.Topic("de", "card")
	want := knowledge.Topic{
		ID: "card", Language: "de", Title: "Ausweis", AsOf: "2016-05", Source: "Eine Zeitung", File: "de/card.md",
		Questions: []string{"Was kostet der Ausweis?", "Wie bekomme ich einen Ausweis?", "Wo gibt es Ausweise?", "Brauche ich einen Ausweis?", "Ausweis verloren"},
		Answer:    "Der **Ausweis** ist [kostenlos](https://example.org).",
	}
	if diff := cmp.Diff(want, card); !ok || diff != "" {
		t.Errorf("topic differs:\n%s", diff)
	}
	if len(b.Topics("de")) != 2 || b.None("de").Title != "Nein" {
		t.Errorf("topics %v, none %v", b.Topics("de"), b.None("de"))
	}
}

func TestLoadProblems(t *testing.T) {
	replace := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	tests := []struct {
		name string
		fsys fstest.MapFS
		want []string // beginnings of the problems, in their order
	}{
		{"nothing", fstest.MapFS{}, []string{"no answers found"}},
		{"no front matter", files("de/a.md", "Hallo"), []string{"de/a.md:1: the file must begin"}},
		{"front matter without an end", files("de/a.md", "---\ntitle: x\n"), []string{"de/a.md:1: the file must begin"}},
		{"broken front matter", files("de/a.md", replace("title: Ausweis", "title: [")), []string{"de/a.md:3: the front matter cannot be read"}},
		{"list as front matter", files("de/a.md", "---\n- a\n---\nb"), []string{"de/a.md:1: title", "de/a.md:2: the front matter must be"}},
		{"unknown field", files("de/a.md", replace("source:", "sauce:")), []string{"de/a.md:9: source is missing", "de/a.md:10: unknown field"}},
		{"twice", files("de/a.md", replace("as-of: 2016-05", "title: Karte")), []string{"de/a.md:9: title stands here twice", "de/a.md:10: as-of is missing"}},
		{"no title", files("de/a.md", replace("title: Ausweis", "title:")), []string{"de/a.md:2: title is empty"}},
		{"no answer", files("de/a.md", good[:strings.LastIndex(good, "Der")]), []string{"de/a.md:12: the answer is empty"}},
		{"bad date", files("de/a.md", replace("2016-05", "Mai")), []string{"de/a.md:9: as-of"}},
		{"broken link", files("de/a.md", replace("https://", "")), []string{"de/a.md:12: broken link"}},
		{"questions not a list", files("de/a.md", "---\ntitle: a\nquestions: b\n---\nc"), []string{"de/a.md:3: a list is expected"}},
		{"empty question", files("de/a.md", "---\ntitle: a\nquestions:\n  -\n---\nc"), []string{"de/a.md:4: an entry"}},
		{"related to nothing", files("de/a.md", replace("as-of", "related: [b]\nas-of")), []string{`de/a.md:9: related topic "b" does not exist`}},
		{"translation missing", files("de/a.md", good, "fr/b.md", good), []string{"de/a.md:1: the translation fr/a.md", "fr/b.md:1: the translation de/b.md"}},
		{"every file at once", files("de/a.md", "x", "de/b.md", "y"), []string{"de/a.md:1", "de/b.md:1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := knowledge.Load(test.fsys)
			var problems knowledge.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("got %v", err)
			}
			// What only disappoints is told along, and tested by itself.
			check(t, slices.DeleteFunc(problems, func(p knowledge.Problem) bool {
				return p.Line == 0 && p.File == "de" || p.Line == 0 && p.File == "fr" || strings.Contains(p.Text, "seldom found")
			}), test.want)
		})
	}
	if _, err := knowledge.Load(files("de/a.md", strings.Replace(good, "title: Ausweis", "title:", 1), "de/b.md", good)); err == nil ||
		!strings.Contains(err.Error(), "title is empty") || !strings.Contains(err.Error(), "stands in de/a.md already") {
		t.Errorf("a mistake and a disappointment: %v", err)
	}
	if _, err := knowledge.Load(files("de/a.md", good), "fr"); err == nil || !strings.Contains(err.Error(), "fr: there is no such folder") {
		t.Errorf("a language without a folder: %v", err)
	}
}

func TestLoadWarnings(t *testing.T) {
	tests := []struct {
		name string
		fsys fstest.MapFS
		want []string
	}{
		{"one topic", files("de/a.md", good, "de/none.md", none), []string{"de: there is one topic only"}},
		{"no none.md", files("de/a.md", good, "de/b.md", strings.ReplaceAll(good, "Ausweis", "Uhr")), []string{"de: there is no none.md"}},
		{"few questions", files("de/a.md", good, "de/b.md", none, "de/none.md", strings.ReplaceAll(none, "Wetter", "Spiel")), []string{"de/b.md:3: 1 example questions"}},
		{"no questions", files("de/a.md", good, "de/b.md", "---\ntitle: a\n---\nb", "de/none.md", none), []string{"de/b.md: 0 example questions"}},
		{"identical topics", files("de/a.md", good, "de/b.md", good, "de/none.md", none), []string{"de/b.md:4: the question", "de/b.md:5", "de/b.md:6", "de/b.md:7", "de/b.md:8"}},
		{"long name", files("de/"+strings.Repeat("a", 60)+".md", good, "de/b.md", strings.ReplaceAll(good, "Ausweis", "Uhr"), "de/none.md", none), []string{"de/aaa"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b, err := knowledge.Load(test.fsys)
			if err != nil {
				t.Fatal(err)
			}
			check(t, b.Warnings(), test.want)
		})
	}
}

func check(t *testing.T, got knowledge.Problems, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d:\n%v\nwant %d: %q", len(got), got, len(want), want)
	}
	for i, p := range got {
		if !strings.HasPrefix(p.String(), want[i]) {
			t.Errorf("got %q, want %q", p, want[i])
		}
	}
}
