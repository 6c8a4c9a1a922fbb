package bot_test

import (
	"errors"
	"strings"
	"testing"

	"exchangebot/bot"
)

// taken means that a text is read as an answer.
const taken = ""

func TestReadName(t *testing.T) {
	for text, want := range map[string]string{
		"Anna Müller":               taken,
		"  Jean-Luc   O’Neill ":     taken,
		"d'Artagnan":                taken,
		"安娜":                        taken,
		"Ольга Иванова":             taken,
		"Γιώργος":                   taken,
		"محمد بن علي":               taken,
		"नरेन्द्र":                  taken,
		"می\u200cخواهم":             taken, // with the joiner that Persian needs
		"Ngô Bảo Châu":              taken,
		"Dr. h. c. Eva Groß (Chor)": taken,
		"𝐀𝐧𝐧𝐚 𝐌üller":               taken, // read as plain letters
		strings.Repeat("ä", 100):    taken,
		"Jo":                        taken,
		"J":                         "invalid-short",
		"":                          "invalid-short",
		strings.Repeat("ä", 101):    "invalid-long",
		"12345":                     "invalid-name",
		"--":                        "invalid-name",
		"anna@example.org":          "invalid-name-email",
		"Anna ☎ Müller":             "invalid-name-characters",
		"Anna <b>":                  "invalid-name-characters",
		"https://example.org":       "invalid-name-characters",
		"An\x00na":                  "invalid-hidden",
		"An\u202ena":                "invalid-hidden",
		"Anna\u200b Müller":         "invalid-hidden",
		"An\u00adna":                "invalid-hidden",
		"Anna\ufeff":                "invalid-hidden",
		"Anna \ue000":               "invalid-hidden",
		"Anna \U000e0041":           "invalid-hidden",
		"\u3164\u3164\u3164":        "invalid-hidden",
		"Аnna Müller":               "invalid-mixed", // Cyrillic А
		"Αnna":                      "invalid-mixed", // Greek Α
		"Anna Ольга":                taken,           // two words of one script each
		"ジョン・スミス":                   taken,
		"ｼﾞｮﾝ･ｽﾐｽ":                  taken,
		"צ׳רצ׳יל":                   taken,
		"יו״ר לוי":                  taken,
		"Anne\u2011Marie":           taken,
		"Anne\u2010Marie":           taken,
		"O´Neill":                   taken,
		"O`Neill":                   taken,
		"D‘Angelo":                  taken,
		"Oʼzbek":                    taken,
		"ක්\u200dරිෂාන්":            taken,
		"ℂhris":                     taken, // read as Chris
		"Ludwig 1638":               taken,
		"An\u200dna":                "invalid-hidden",
		"An\u200cna":                "invalid-hidden",
		"Оль\u200dга":               "invalid-hidden",
		"Γιώρ\u200cγος":             "invalid-hidden",
		"Anna\u200d":                "invalid-hidden",
		"محمد\u200cAnna":            "invalid-hidden",
		"ꓮnna":                      "invalid-mixed", // Lisu
		"Ⲁnna":                      "invalid-mixed", // Coptic
		"Ꭺnna":                      "invalid-mixed", // Cherokee
		"ℽeorg":                     "invalid-mixed", // a styled Greek γ
		"Ann" + strings.Repeat("\u0335", 4) + "a": taken,
		"Ann" + strings.Repeat("\u0335", 5) + "a": "invalid-marks",
		"Anna 02118991555":                        "invalid-name-phone",
		"Anna 514 872-0311":                       "invalid-name-phone",
		"Anna ١٢٣٤٥":                              "invalid-name-phone",
	} {
		wantInput(t, "name", text, want, func() error { _, err := bot.ReadName(text); return err })
	}
	for typed, want := range map[string]string{
		" 𝐀𝐧𝐧𝐚  Mu\u0308ller": "Anna Müller", "ℂhris": "Chris", "O´Neill": "O’Neill", "D‘Angelo": "D’Angelo", "O`Neill": "O’Neill", "Anne\u2011Marie": "Anne-Marie",
	} {
		if got, _ := bot.ReadName(typed); got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}

func wantInput(t *testing.T, what, text, want string, read func() error) {
	t.Helper()
	err := read()
	var wrong *bot.InvalidInput
	got := ""
	if errors.As(err, &wrong) {
		got = wrong.Message
	}
	if got != want {
		t.Errorf("%s %q: got %q, want %q", what, text, got, want)
	}
	if wrong != nil && len(text) > 3 && strings.Contains(err.Error(), text) {
		t.Errorf("%s: the error repeats what was entered", what)
	}
}

func TestReadOrganisationAndPlace(t *testing.T) {
	for text, want := range map[string]string{
		"Turnverein Bilk 1893 e.V.": taken, "zakk": taken, "K²": taken, "东方公司": taken, "Was tun?!": taken, "5 & 7": taken,
		"X": "invalid-short", "...": "invalid-organisation", "chor@bilk.example": "invalid-organisation-email", "T\u202eV": "invalid-hidden",
		strings.Repeat("x", 101): "invalid-long",
	} {
		wantInput(t, "organisation", text, want, func() error { _, err := bot.ReadOrganisation(text); return err })
	}
	for text, want := range map[string]string{
		"Köln": taken, "Trois-Rivières": taken, "Saint-Louis-du-Ha! Ha!": "invalid-city", "L’Ancienne-Lorette": taken, "Neuss (Rhein)": taken,
		"40210": "invalid-city", "?": "invalid-short", "!!!": "invalid-city",
	} {
		wantInput(t, "place", text, want, func() error { _, err := bot.ReadPlace(text); return err })
	}
}

func TestReadFree(t *testing.T) {
	for text, want := range map[string]string{
		"Wir singen.\nUnd tanzen! 👨‍👩‍👧 ❤️": taken,
		strings.Repeat("é", 1000):           taken,
		strings.Repeat("é", 1001):           "invalid-long",
		"...":                               "invalid-free",
		"😀😀":                                "invalid-free",
		"20 ℃, 👩🏽‍🚀 und ❤️‍🔥":               taken,
		"Wir\u202e singen":                  "invalid-hidden",
		"Wir \x1b[31m singen":               "invalid-hidden",
		"Wir sіngen":                        "invalid-mixed", // Cyrillic і
		"Привет and hello":                  taken,
	} {
		wantInput(t, "free text", text, want, func() error { _, err := bot.ReadFree(text); return err })
	}
}

func TestReadEmail(t *testing.T) {
	for text, want := range map[string]string{
		"anna@example.org":                       "anna@example.org",
		" Anna.Mueller+bot@Example.ORG. ":        "Anna.Mueller+bot@example.org",
		"meine Adresse ist anna@example.org!":    "anna@example.org",
		"<anna@example.org>":                     "anna@example.org",
		"mailto:anna@example.org":                "anna@example.org",
		"jürgen@müller.example":                  "jürgen@müller.example",
		"anna@bücher.example":                    "anna@bücher.example",
		"анна@пример.рф":                         "анна@пример.рф",
		"anna@xn--bcher-kva.example":             "anna@xn--bcher-kva.example",
		"o'neill@example.ca":                     "o'neill@example.ca",
		"anna@web.de?":                           "anna@web.de",
		"„anna@web.de“…":                         "anna@web.de",
		"[« anna@web.de »]":                      "anna@web.de",
		"mein Name ist Anna Groß, anna@web.de":   "anna@web.de",
		"anna":                                   "!invalid-email",
		"anna at example.org":                    "!invalid-email",
		"anna@":                                  "!invalid-email-incomplete",
		"@example.org":                           "!invalid-email-incomplete",
		"anna@example":                           "!invalid-email-domain",
		"anna@example.1":                         "!invalid-email-domain",
		"anna@-example.org":                      "!invalid-email-domain",
		"anna@exa_mple.org":                      "!invalid-email-domain",
		"anna@example..org":                      "!invalid-email-domain",
		"a..b@example.org":                       "!invalid-email-local",
		".anna@example.org":                      "!invalid-email-local",
		"an@na@example.org":                      "!invalid-email-local",
		strings.Repeat("a", 65) + "@example.org": "!invalid-email-local",
		"anna@example.org, bea@example.org":      "!invalid-email-several",
		"anna@example.org\u200b":                 "!invalid-hidden",
		"аnna@example.org":                       "!invalid-mixed",
		"a@" + strings.Repeat("b.", 130) + "org": "!invalid-email-domain",
	} {
		got, err := bot.ReadEmail(text)
		var wrong *bot.InvalidInput
		if errors.As(err, &wrong) {
			got = "!" + wrong.Message
		}
		// A dot at the end or the start belongs to the sentence.
		if got != want && !(text == ".anna@example.org" && got == "anna@example.org") {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestMeantEmail(t *testing.T) {
	for typed, want := range map[string]string{
		"a@gmial.com": "a@gmail.com", "a@gmal.com": "a@gmail.com", "a@gmaill.com": "a@gmail.com", "a@gnail.com": "a@gmail.com",
		"a@hotmial.com": "a@hotmail.com", "a@outlok.com": "a@outlook.com", "a@t-onlin.de": "a@t-online.de", "a@wbe.de": "a@web.de",
		"a@gmx.dee": "a@gmx.de", "a@videotrn.ca": "a@videotron.ca", "a@example.con": "a@example.com", "a@icloud.co": "a@icloud.com",
		"a@gmail.com": "", "a@web.de": "", "a@example.org": "", "a@gmx.at": "", "a@bücher.example": "", "a@duesseldorf.de": "", "a@ville.quebec": "",
		"a@mail.fr": "", "a@email.com": "", "a@gmx.ca": "", "a@gmx.fr": "", "a@gmail.de": "a@gmail.com", "a@me.com": "", "a@we.com": "",
	} {
		if got := bot.MeantEmail(typed); got != want {
			t.Errorf("%s: got %q, want %q", typed, got, want)
		}
	}
}

func TestEmailKey(t *testing.T) {
	for _, same := range [][2]string{{"Anna@Example.org", "anna@example.ORG"}, {"a@bücher.example", "a@xn--bcher-kva.example"}} {
		if bot.EmailKey(same[0]) != bot.EmailKey(same[1]) {
			t.Errorf("%s and %s have different keys", same[0], same[1])
		}
	}
	if bot.EmailKey("") != "" || bot.EmailKey("a@example.org") == bot.EmailKey("b@example.org") {
		t.Error("different addresses have one key")
	}
}

func TestReadPhone(t *testing.T) {
	for _, test := range []struct {
		text string
		city bot.City
		want string
	}{
		{"0211 8991234", bot.Duesseldorf, "+492118991234"},
		{"0211/899-1234", bot.Duesseldorf, "+492118991234"},
		{"+49 (0) 211 8991234", bot.Duesseldorf, "+492118991234"},
		{"Tel. 0151 12345678, abends", bot.Duesseldorf, "+4915112345678"},
		{"+1 514 872 0311", bot.Duesseldorf, "+15148720311"},
		{"514 872-0311", bot.Montreal, "+15148720311"},
		{"(514) 872-0311", bot.Montreal, "+15148720311"},
		{"1-514-872-0311", bot.Montreal, "+15148720311"},
		{"514.872.0311", bot.Montreal, "+15148720311"},
		{"+ 49 211 8991555", bot.Montreal, "+492118991555"},
		{"+ 1 514 872-0311", bot.Elsewhere, "+15148720311"},
		{"0049 211 8991234", bot.Montreal, "+492118991234"},
		{"+32 2 511 22 33", bot.Elsewhere, "+3225112233"},
		{"02 511 22 33", bot.Elsewhere, "!invalid-phone-code"},
		{"0211 8991234", bot.Montreal, "!invalid-phone-number"},
		{"+49 211", bot.Duesseldorf, "!invalid-phone-number"},
		{"+999 123456789", bot.Duesseldorf, "!invalid-phone-number"},
		{"112", bot.Duesseldorf, "!invalid-phone"},
		{"habe ich nicht", bot.Duesseldorf, "!invalid-phone"},
		{"+49 211 8991234 oder +49 211 8991235", bot.Duesseldorf, "!invalid-phone-several"},
		{"+49 211\u200b 8991234", bot.Duesseldorf, "!invalid-hidden"},
	} {
		got, err := bot.ReadPhone(test.text, test.city)
		var wrong *bot.InvalidInput
		if errors.As(err, &wrong) {
			got = "!" + wrong.Message
		}
		if got != test.want {
			t.Errorf("%q in %s: got %q, want %q", test.text, test.city, got, test.want)
		}
	}
}

func TestPhoneExample(t *testing.T) {
	for city, country := range map[bot.City]string{bot.Duesseldorf: "+49", bot.Montreal: "+1", bot.Elsewhere: "+49", "": "+49"} {
		for _, text := range []string{"habe ich nicht", "+999 123456789", "+49 211 8991234 oder +49 211 8991235"} {
			_, err := bot.ReadPhone(text, city)
			var wrong *bot.InvalidInput
			if !errors.As(err, &wrong) {
				t.Fatalf("%q in %q: got %v", text, city, err)
			}
			example, _ := wrong.Values["Example"].(string)
			if number, err := bot.ReadPhone(example, city); err != nil || !strings.HasPrefix(number, country) {
				t.Errorf("%q in %q: the example %q reads as %q, %v", text, city, example, number, err)
			}
		}
	}
}

func TestWantsToSignUp(t *testing.T) {
	b := newBot(t, nil)
	for text, want := range map[string]bool{
		"Wir wollen mitmachen": true, "wir möchten gern mitmachen!": true, "Ich will mich anmelden": true, "Ich möchte mich als Freiwillige eintragen": true,
		"Unser Verein möchte sich beteiligen": true, "Hallo, ich würde gerne dabei sein.": true, "anmelden bitte": true, "Ich bin dabei!": true,
		"ich moechte teilnehmen": true, "Melden Sie uns bitte an": true, "Wir haben Lust mitzumachen": true, "WIR MACHEN MIT": true,
		"je veux m'inscrire": true, "Je voudrais participer à l’échange": true, "nous souhaitons nous inscrire": true, "On aimerait embarquer dans le projet": true,
		"inscrivez-moi svp": true, "J'aimerais devenir bénévole": true, "Notre école veut participer": true, "je m'inscris": true, "comptez sur nous": true,

		"Wie kann ich mitmachen?": false, "Wer kann mitmachen": false, "Ich möchte wissen, wie man mitmachen kann": false, "Kann ich mitmachen": false,
		"Darf unser Verein mitmachen?": false, "Ich will nicht mitmachen": false, "Wo kann ich mich anmelden?": false, "Die Stadt will sich beteiligen": false,
		"Ich möchte mich für den Newsletter anmelden": false, "Ich möchte mich abmelden": false, "Was bringt es uns, wenn wir mitmachen wollen?": false,
		"Comment participer ?": false, "Qui peut participer": false, "je veux savoir comment m'inscrire": false, "Puis-je m'inscrire": false,
		"je ne veux pas participer": false, "Est-ce que je peux m'inscrire ?": false, "Montréal veut participer": false, "je veux m'inscrire à l'infolettre": false,
		"Hallo": false, "": false, "Danke, bin im Bilde": false,
	} {
		if got := b.WantsToSignUp(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestCutPlace(t *testing.T) {
	b := newBot(t, nil)
	for text, want := range map[string]string{
		"Ich wohne in Köln": "Köln", "aus Paris": "Paris", "Wir kommen aus Neuss": "Neuss", "J'habite à Laval": "Laval", "J’habite La Prairie": "La Prairie",
		"je viens de Gatineau": "Gatineau", "Je viens d’Ottawa": "Ottawa", "L’Ancienne-Lorette": "L’Ancienne-Lorette", "Aus": "Aus", "Québec": "Québec", "Innsbruck": "Innsbruck",
	} {
		if got := b.CutPlace(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestExcepts(t *testing.T) {
	b := newBot(t, nil)
	for text, want := range map[string]bool{
		"keine Privatperson": true, "nicht Sport": true, "alles außer Sport": true, "pas une école": true, "sauf le sport": true,
		"organisme sans but lucratif": false, "Verein": false, "sport, énergie": false,
	} {
		if got := b.Excepts(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestReferences(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		ref := bot.NewReference()
		if len(ref) != 6 || strings.ContainsAny(ref, "0O1IL2Z5S8BUV") {
			t.Fatalf("reference %q", ref)
		}
		seen[ref] = true
	}
	if len(seen) < 990 { // one in 300 runs draws one of them twice
		t.Errorf("%d of 1,000 references differ", len(seen))
	}
}
