package knowledge_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"exchangebot/bot/knowledge"
)

func TestFormat(t *testing.T) {
	want := knowledge.Topic{
		ID: "tower", Language: "de", Title: "Türme: „hoch“ & # 1", Questions: []string{"Wie hoch?", "- was", "yes", "a: b"},
		AsOf: "2026-11-22", Source: "Stadt", Offer: []string{"signup"}, Answer: "**330** Meter.\n\n- [mehr](https://example.org/)", File: "de/tower.md",
	}
	base, err := knowledge.Load(fstest.MapFS{"de/tower.md": {Data: knowledge.Format(want)}})
	if err != nil {
		t.Fatal(err)
	}
	got, _ := base.Topic("de", "tower")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("written and read (-want +got):\n%s", diff)
	}
	if problems := knowledge.Check(want); len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	want.Answer = "[x](javascript:alert)"
	if problems := knowledge.Check(want); len(problems) != 1 {
		t.Errorf("a bad link: %v", problems)
	}
}

// FuzzFormat holds what staff can publish against what is read of it once it
// is exported: a title in a line, an answer, and a question in every line.
func FuzzFormat(f *testing.F) {
	for _, s := range []string{
		"Wie hoch?\n- was\nyes\n~\nnull\n2026-11\na: b\n#\n'\"\n\"a\"\n'", "---\n---\nx", "a\n---\nb", "😀 «\u00a0été\u00a0» \u2028 \u0085 \ufeff", "\t\r\n\\ %{}[]&*!|>@`", "\x00\x1b\x7f", "\xff\xfe", "? a\n: b\n!!binary a\n<<\n...",
	} {
		f.Add(s, s, s)
	}
	f.Fuzz(func(t *testing.T, title, answer, questions string) {
		line := func(s string) string { return strings.TrimSpace(strings.ToValidUTF8(s, "\ufffd")) }
		want := knowledge.Topic{ID: "tower", Language: "de", Title: line(title), AsOf: "2026-11-22", Source: "Stadt", Answer: line(answer), File: "de/tower.md"}
		for question := range strings.Lines(questions) {
			if question = line(question); question != "" {
				want.Questions = append(want.Questions, question)
			}
		}
		if problems := knowledge.Check(want); len(problems) > 0 {
			if broken := strings.Contains(problems.Error(), "broken link"); want.Title != "" && want.Answer != "" && !broken {
				t.Errorf("it cannot be published: %v", problems)
			}
			return
		}
		base, err := knowledge.Load(fstest.MapFS{"de/tower.md": {Data: knowledge.Format(want)}})
		if err != nil {
			t.Fatal(err)
		}
		got, _ := base.Topic("de", "tower")
		want.Answer = strings.ReplaceAll(want.Answer, "\r\n", "\n") // as in every file
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("written and read (-want +got):\n%s", diff)
		}
	})
}
