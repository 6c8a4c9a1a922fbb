package knowledge_test

import (
	"strings"
	"testing"

	"exchangebot/bot/knowledge"
)

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "---", "---\n---\n", good, none, "---\r\ntitle: a\r\n---\r\nb", "---\n&a [*a]\n---\n[x](y)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, file string) {
		b, err := knowledge.Load(files("de/card.md", good, "de/fuzz.md", file))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "de") {
				t.Errorf("a problem without a place: %v", err)
			}
			return
		}
		if topic, ok := b.Topic("de", "fuzz"); !ok || topic.Title == "" || topic.Answer == "" {
			t.Errorf("accepted %q as %+v", file, topic)
		}
	})
}

func FuzzMatch(f *testing.F) {
	x := knowledge.Train(library(f))
	for _, s := range badInput() {
		f.Add(s[:min(len(s), 500)])
	}
	f.Add("Hallo, c'est combien l'Ausweis für Leser:innen?")
	f.Fuzz(func(t *testing.T, text string) {
		m := x.Match(text, "de")
		switch {
		case len(m.Candidates) > 10:
			t.Errorf("%d candidates", len(m.Candidates))
		case m.Action != knowledge.None && len(m.Candidates) == 0:
			t.Errorf("%s without candidates", m.Action)
		}
		for _, c := range m.Candidates {
			if !(c.Score >= 0 && c.Score <= 1) {
				t.Errorf("score %v", c.Score)
			}
		}
	})
}

func FuzzDetect(f *testing.F) {
	x := knowledge.Train(library(f))
	for _, s := range badInput() {
		f.Add(s[:min(len(s), 500)], "de")
	}
	f.Add("Merci beaucoup", "fr")
	f.Fuzz(func(t *testing.T, text, prior string) {
		got := x.Detect(text, knowledge.Language(prior))
		if got != "" && got != "de" && got != "fr" {
			t.Errorf("language %q", got)
		}
		if got != x.Detect(text, knowledge.Language(prior)) {
			t.Error("not the same twice")
		}
	})
}
