package knowledge_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"exchangebot/bot/knowledge"
)

func TestMatch(t *testing.T) {
	x := knowledge.Train(library(t))
	tests := []struct {
		name string
		lang knowledge.Language
		text string
		want string // the topic that comes first, or none
	}{
		{"as in the base", "de", "Wie hoch sind die Mahngebühren?", "late"},
		{"paraphrase", "de", "Um welche Uhrzeit öffnet die Bibliothek?", "hours"},
		{"key word", "de", "öffnungszeiten", "hours"},
		{"without umlauts", "de", "oeffnungszeiten buecherei", "hours"},
		{"typo", "de", "Wie hoch sind die Mahngebüren", "late"},
		{"swapped letters", "de", "was kostet der Auswies", "card"},
		{"missing space", "de", "was kostetder ausweis", "card"},
		{"compound", "de", "Buchrückgabefrist", "late"},
		{"dialect", "de", "wat kost dat Ausweis", "card"},
		{"after a greeting", "de", "Hallo, guten Tag, wann habt ihr denn geöffnet?", "hours"},
		{"greeting alone", "de", "Guten Tag!", "hello"},
		{"buried", "de", "Wir sind gestern umgezogen. Die Kinder lesen gern. Wie bekommen wir einen Ausweis? Das wäre schön.", "card"},
		{"small talk around it", "de", "Guten Tag! Wir wohnen neu hier. Mein Ausweis ist weg. Grüß Gott", "card"},
		{"small talk around nothing", "de", "Hallo! Kannst du mir ein Gedicht schreiben? Grüß Gott!", knowledge.NoneID},
		{"only small talk", "de", "Hallo! Wie geht's?", "hello"},
		{"mixed languages", "de", "Quels sont les horaires, bitte?", "hours"},
		{"other language", "de", "Combien coûte la carte ?", "card"},
		{"unrelated", "de", "Wer ist Präsident von Frankreich?", knowledge.NoneID},
		{"near miss", "de", "Was kostet ein Flug nach Paris?", knowledge.NoneID},
		{"nonsense", "de", "qwrtz plömpf xx", knowledge.NoneID},
		{"emoji", "de", "🎉🎉", knowledge.NoneID},
		{"as in the base", "fr", "De combien sont les amendes ?", "late"},
		{"without accents", "fr", "mediatheque: a quelle heure ca ouvre", "hours"},
		{"elision", "fr", "j'voudrais m'inscrire", "card"},
		{"typo", "fr", "combien coute la catre", "card"},
		{"chat spelling", "fr", "c koi les horaires svp", "hours"},
		{"inclusive", "fr", "Les lecteur·rice·s doivent payer un retard ?", "late"},
		{"mixed languages", "fr", "Was kostet la carte?", "card"},
		{"unrelated", "fr", "Raconte-moi une blague", knowledge.NoneID},
		{"language without answers", "en", "opening hours", knowledge.NoneID},
	}
	for _, test := range tests {
		t.Run(string(test.lang)+"/"+test.name, func(t *testing.T) {
			m := x.Match(test.text, test.lang)
			got := knowledge.NoneID
			if m.Action != knowledge.None {
				got = m.Candidates[0].Topic
			}
			if got != test.want && !(test.want == knowledge.NoneID && m.Action == knowledge.Suggest) {
				t.Errorf("%q: %s with %v, want %s", test.text, m.Action, m.Candidates, test.want)
			}
			for i, c := range m.Candidates {
				if c.Score < 0 || c.Score > 1 || i > 0 && c.Score > m.Candidates[i-1].Score {
					t.Errorf("%q: scores are not in order from 1 to 0: %v", test.text, m.Candidates)
				}
			}
		})
	}
}

func TestTrainIsDeterministic(t *testing.T) {
	x, y := knowledge.Train(library(t)), knowledge.Train(library(t))
	for _, lang := range []knowledge.Language{"de", "fr"} {
		for _, topic := range x.Base().Topics(lang) {
			for _, q := range topic.Questions {
				if diff := cmp.Diff(x.Explain(q+" bitte merci", lang), y.Explain(q+" bitte merci", lang)); diff != "" {
					t.Fatalf("%q: two indexes of one base differ:\n%s", q, diff)
				}
			}
		}
	}
}

func TestExplain(t *testing.T) {
	x := knowledge.Train(library(t))
	e := x.Explain("Was kostet der Ausweis für Kinder?", "de")[0]
	if e.Topic != "card" || len(e.Evidence) == 0 {
		t.Fatalf("%+v", e)
	}
	kinds := map[string]bool{}
	for i, reason := range e.Evidence {
		kinds[reason.Kind] = true
		if reason.Text == "" || reason.Share <= 0 || reason.Share > 1 || i > 0 && reason.Share > e.Evidence[i-1].Share {
			t.Errorf("evidence %d of %+v", i, e.Evidence)
		}
	}
	if !kinds["word"] {
		t.Errorf("no word speaks for it: %+v", e.Evidence)
	}
	if got := x.Explain("", "en"); got != nil {
		t.Errorf("explained a language without answers: %v", got)
	}
}

// badInput is what nobody should send.
func badInput() map[string]string {
	random := rand.New(rand.NewPCG(1, 2))
	binary := make([]byte, 1<<20)
	for i := range binary {
		binary[i] = byte(random.Uint32())
	}
	return map[string]string{
		"empty":           "",
		"spaces":          " \t\n ",
		"one letter":      "a",
		"repeated letter": strings.Repeat("a", 1<<20),
		"binary":          string(binary),
		"long":            strings.Repeat("Wann öffnet die Bücherei? ", 1<<20/26),
		"sentences":       strings.Repeat("? ", 1<<19),
		"emoji":           strings.Repeat("🎉", 10_000),
		"accents":         "a" + strings.Repeat("\u0301", 1<<20),
		"half a letter":   strings.Repeat("x", 4<<10-1) + "ü",
		"invalid":         "Aus\xffweis \xc3",
		"zeros":           strings.Repeat("\x00", 4096),
		"right to left":   "\u202eسؤال",
	}
}

func TestBadInput(t *testing.T) {
	x := knowledge.Train(library(t))
	for name, text := range badInput() {
		t.Run(name, func(t *testing.T) {
			for _, lang := range []knowledge.Language{"de", "fr", "en", ""} {
				m := x.Match(text, lang)
				if m.Action != knowledge.None && len(m.Candidates) == 0 {
					t.Errorf("%s without candidates", m.Action)
				}
				if got := x.Detect(text, lang); got != "" && got != "de" && got != "fr" {
					t.Errorf("language %q", got)
				}
			}
			x.Explain(text, "de")
		})
	}
}

func TestOddBases(t *testing.T) {
	card := topic("de", "card", "Ausweis", "Was kostet der Ausweis?\nWie bekomme ich einen Ausweis?")
	twin := card
	twin.ID = "twin"
	tests := []struct {
		name   string
		topics []knowledge.Topic
		action knowledge.Action
	}{
		{"no topic", nil, knowledge.None},
		{"only what is not covered", []knowledge.Topic{topic("de", knowledge.NoneID, "Nein", "Was kostet der Ausweis?")}, knowledge.None},
		{"one topic", []knowledge.Topic{card}, knowledge.Answer},
		{"a topic without questions", []knowledge.Topic{card, topic("de", "hours", "Öffnungszeiten", "")}, knowledge.Answer},
		{"two identical topics", []knowledge.Topic{card, twin}, knowledge.Suggest},
		{"a topic without words", []knowledge.Topic{card, {ID: "blank", Language: "de"}}, knowledge.Answer},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := knowledge.Train(base(t, test.topics...)).Match("Was kostet der Ausweis?", "de")
			if m.Action != test.action {
				t.Errorf("%s with %v, want %s", m.Action, m.Candidates, test.action)
			}
		})
	}
}
