package knowledge_test

import (
	"strings"
	"testing"

	"exchangebot/bot/knowledge"
)

// library is a small base that has nothing to do with the real one.
func library(t testing.TB) *knowledge.Base {
	t.Helper()
	return base(t,
		topic("de", "hours", "Öffnungszeiten", `
			Wann habt ihr geöffnet?
			Wie sind die Öffnungszeiten der Bibliothek?
			Bis wann kann ich abends kommen?
			Ist am Sonntag offen?
			Um wie viel Uhr macht die Bücherei auf?
			Habt ihr samstags geschlossen?`),
		topic("de", "card", "Ausweis", `
			Wie bekomme ich einen Bibliotheksausweis?
			Ich möchte mich anmelden, was brauche ich dazu?
			Was kostet der Ausweis?
			Mein Ausweis ist weg, was nun?
			Brauchen Kinder einen eigenen Ausweis?
			Wo kann ich Mitglied werden?`),
		topic("de", "late", "Mahngebühren", `
			Was passiert, wenn ich ein Buch zu spät zurückgebe?
			Wie hoch sind die Mahngebühren?
			Ich habe die Leihfrist vergessen
			Muss ich für verspätete Bücher Strafe zahlen?
			Kann ich die Ausleihe verlängern?
			Gebühren für die Rückgabe nach der Frist`),
		topic("de", "hello", "Begrüßung", `
			Hallo
			Guten Tag
			Moin
			Grüß Gott
			Hi, wie geht's?`),
		topic("de", knowledge.NoneID, "Nicht bekannt", `
			Wie wird das Wetter morgen?
			Was kostet ein Flug nach Rom?
			Wer hat gestern das Spiel gewonnen?
			Kannst du mir ein Gedicht schreiben?
			Du bist blöd
			Wo gibt es gute Pizza?`),
		topic("fr", "hours", "Horaires", `
			Quand êtes-vous ouverts ?
			Quels sont les horaires de la bibliothèque ?
			Jusqu'à quelle heure puis-je venir le soir ?
			C'est ouvert le dimanche ?
			À quelle heure ouvre la médiathèque ?
			Vous fermez le samedi ?`),
		topic("fr", "card", "Carte", `
			Comment obtenir une carte de lecteur ?
			Je voudrais m'inscrire, que faut-il ?
			Combien coûte la carte ?
			J'ai perdu ma carte, que faire ?
			Les enfants ont-ils besoin de leur propre carte ?
			Où puis-je devenir membre ?`),
		topic("fr", "late", "Retards", `
			Que se passe-t-il si je rends un livre en retard ?
			De combien sont les amendes ?
			J'ai oublié la date de retour
			Dois-je payer pour des livres en retard ?
			Puis-je prolonger mon emprunt ?
			Frais pour un retour après la date`),
		topic("fr", "hello", "Salutation", `
			Bonjour
			Salut
			Bonsoir
			Coucou
			Bonjour, comment ça va ?`),
		topic("fr", knowledge.NoneID, "Inconnu", `
			Quel temps fera-t-il demain ?
			Combien coûte un vol pour Rome ?
			Qui a gagné le match hier ?
			Peux-tu écrire un poème ?
			Tu es bête
			Où trouver une bonne pizza ?`),
	)
}

func topic(lang knowledge.Language, id, title, questions string) knowledge.Topic {
	t := knowledge.Topic{ID: id, Language: lang, Title: title, Answer: title + "."}
	if id != "hello" {
		t.AsOf, t.Source = "2016-05", "Aushang"
	}
	for line := range strings.Lines(questions) {
		if line = strings.TrimSpace(line); line != "" {
			t.Questions = append(t.Questions, line)
		}
	}
	return t
}

func base(t testing.TB, topics ...knowledge.Topic) *knowledge.Base {
	t.Helper()
	b, err := knowledge.New(topics)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
