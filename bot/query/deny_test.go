package query_test

import (
	"strings"
	"testing"
)

// What is denied are all other values of its facet, where those are exactly the
// contrary; everything else is told not to be understood (after "?").
func TestDenied(t *testing.T) {
	r := reader(t)
	for _, test := range []struct{ lang, text, want string }{
		{"de", "Schulen, aber nicht aus Montréal", "kind:school city:duesseldorf city:elsewhere"},
		{"de", "weder Vereine noch Firmen", "kind:society kind:school kind:museum kind:private"},
		{"de", "alle außer Firmen, Schulen und Museen", "kind:association kind:society kind:private"},
		{"de", "Vereine außerhalb von Düsseldorf und Montréal", "kind:association city:elsewhere"},
		{"de", "Anmeldungen außerhalb Düsseldorfs", "city:montreal city:elsewhere"},
		{"de", "Schulen, die nicht aus Düsseldorf, sondern aus Montréal kommen", "kind:school city:montreal"},
		{"de", "neue Anmeldungen, aber keine Vereine", "kind:company kind:society kind:school kind:museum kind:private status:new"},
		{"de", "alle Vereine ohne die neuen seit Mai", "kind:association status:contacted status:active status:declined status:withdrawn from:2026-05-01"},
		{"de", "nicht aus Düsseldorf stammende Vereine", "kind:association city:montreal city:elsewhere"},
		{"de", "Nein, die Museen", "kind:museum"},
		{"de", "alle, die nicht kontaktiert sind", "status:new"},
		{"de", "Welche Schulen sprechen kein Deutsch?", "kind:school language:fr"},
		{"de", "Vereine ohne Sport und Kultur", "kind:association ?ohne Sport ?und Kultur"},
		{"de", "alle außer Düsseldorfer Vereinen", "kind:association ?außer Düsseldorfer"},
		{"de", "alle außer Vereinen aus Düsseldorf", "city:duesseldorf ?außer Vereinen"},
		{"de", "alle außer den abgelehnten, die aus Düsseldorf kommen", "city:duesseldorf ?außer den abgelehnten"},
		{"de", "alle außer denen, die nicht neu sind", "?außer denen die nicht neu"},
		{"de", "nicht nur Vereine", "kind:association ?nicht nur"},
		{"de", "Haben wir nicht auch Schulen aus Montréal?", "city:montreal ?nicht auch Schulen"},
		{"de", "Gibt es keine Museen aus Montréal?", "city:montreal ?keine Museen"},
		{"de", "Anmeldungen, die nicht neu und aus Montréal sind", "status:contacted status:active status:declined status:withdrawn ?und aus Montréal"},
		{"de", "weder deutschsprachige noch französischsprachige Anmeldungen", "?noch französischsprachige"},
		{"fr", "toutes les écoles sauf celles de Düsseldorf", "kind:school city:montreal city:elsewhere"},
		{"fr", "tout le monde sauf les entreprises, les écoles et les musées", "kind:association kind:society kind:private"},
		{"fr", "inscriptions qui ne sont ni nouvelles ni refusées", "status:contacted status:active status:withdrawn"},
		{"fr", "qui vient d'ailleurs que Montréal et Düsseldorf ?", "city:elsewhere"},
		{"fr", "associations au lieu d'entreprises", "kind:association"},
		{"fr", "qui ne parle que français", "language:fr"},
		{"fr", "Non, montre les musées", "kind:museum"},
		{"fr", "ceux qui ne s'intéressent pas au sport", "?ne s intéressent pas au sport"},
		{"fr", "tous sauf les écoles montréalaises", "city:montreal ?sauf les écoles"},
		{"fr", "tous sauf les nouvelles écoles", "kind:school ?sauf les nouvelles"},
		{"fr", "tous sauf les refusés qui viennent de Montréal", "city:montreal ?sauf les refusés"},
		{"fr", "particuliers qui ne sont plus actifs", "kind:private ?ne sont plus actifs"},
		{"fr", "il n'y a pas de musées de Montréal ?", "city:montreal ?n y a pas de musées"},
	} {
		r := r.Read(test.text, test.lang, today)
		got := r.Query.String()
		for _, word := range r.Unknown {
			got += " ?" + word
		}
		if got = strings.TrimSpace(got); got != test.want {
			t.Errorf("%q is %q, not %q", test.text, got, test.want)
		}
	}
}

// When the answer is needed is nothing that the sign-ups are asked for by, and
// when they came never left out.
func TestOccasions(t *testing.T) {
	r := reader(t)
	for _, test := range []struct{ lang, text, want string }{
		{"de", "Für die Sitzung am Montag bräuchte ich alle Museen aus Montréal", "kind:museum city:montreal"},
		{"de", "Ich brauche bis Freitag eine Liste der Vereine", "kind:association"},
		{"de", "Ich bräuchte heute noch die neuen Firmen", "kind:company status:new"},
		{"de", "Zeig mir die Vereine, die sich bis Freitag gemeldet haben", "kind:association to:2026-11-20"},
		{"de", "Für Frau Schmitz: alle Museen", "kind:museum"},
		{"de", "Zeig mir die Anmeldung für Frau Schmitz", "word:schmitz"},
		{"de", "Anmeldungen für die Sitzung am Montag", "?für die Sitzung am Montag"},
		{"fr", "il me faut pour vendredi la liste des associations", "kind:association"},
		{"fr", "Pour ma collègue Sophie, les écoles", "kind:school"},
		{"fr", "J'ai besoin d'ici demain des nouvelles entreprises", "kind:company status:new"},
		{"fr", "qui s'est inscrit ce matin", "?ce matin"},
	} {
		r := r.Read(test.text, test.lang, today)
		got := r.Query.String()
		for _, word := range r.Unknown {
			got += " ?" + word
		}
		if got = strings.TrimSpace(got); got != test.want {
			t.Errorf("%q is %q, not %q", test.text, got, test.want)
		}
	}
}
