package knowledge_test

import (
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
