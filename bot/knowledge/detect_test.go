package knowledge_test

import (
	"testing"

	"exchangebot/bot/knowledge"
)

func TestDetect(t *testing.T) {
	x := knowledge.Train(library(t))
	tests := []struct {
		text        string
		prior, want knowledge.Language
	}{
		{"Wann habt ihr auf?", "", "de"},
		{"Wann habt ihr auf?", "fr", "de"},
		{"Ausweis", "fr", "de"},
		{"Ausweiss", "fr", "de"},
		{"gibt's das auch in Köln", "", "de"},
		{"wat jibbet neues", "fr", "de"},
		{"Danke!", "fr", "de"},
		{"Quand ouvrez-vous ?", "", "fr"},
		{"Quand ouvrez-vous ?", "de", "fr"},
		{"la carte", "de", "fr"},
		{"ca coute combien", "de", "fr"},
		{"prêté", "de", "fr"},
		{"chu perdu pis tanné", "de", "fr"},
		{"Merci beaucoup", "de", "fr"},
		{"Coderre", "de", "de"},
		{"Coderre", "fr", "fr"},
		{"Montréal Düsseldorf", "", ""},
		{"ok", "de", "de"},
		{"ok", "fr", "fr"},
		{"Where is the nearest pharmacy?", "de", ""},
		{"¿Dónde está la farmacia?", "fr", ""},
		{"Bugün hava nasıl olacak?", "de", ""},
		{"我想买一张火车票", "de", ""},
		{"Где можно купить хлеб?", "fr", ""},
		{"", "de", ""},
		{"🎉🎉🎉", "fr", ""},
		{"12 34", "", ""},
	}
	for _, test := range tests {
		t.Run(test.text+" after "+string(test.prior), func(t *testing.T) {
			if got := x.Detect(test.text, test.prior); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
