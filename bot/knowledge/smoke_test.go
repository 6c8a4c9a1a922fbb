package knowledge_test

import (
	"testing"

	"exchangebot/bot/knowledge"
)

func TestMatch(t *testing.T) {
	b, err := knowledge.New([]knowledge.Topic{
		{ID: "museums", Language: "de", Title: "Museen", Questions: []string{"Was machen die Museen?"}},
		{ID: "schools", Language: "de", Title: "Schulen", Questions: []string{"Gibt es Schüleraustausch?"}},
		{ID: "museums", Language: "fr", Title: "Musées", Questions: []string{"Que font les musées ?"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	x := knowledge.Train(b)
	if m := x.Match("was machen museen", "de"); m.Action != knowledge.Answer || m.Candidates[0].Topic != "museums" {
		t.Errorf("%+v", m)
	}
	if got := x.Detect("que font les musees", "de"); got != "fr" {
		t.Errorf("language %q", got)
	}
}
