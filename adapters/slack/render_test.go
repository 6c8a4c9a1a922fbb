package slack_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"exchangebot/adapters/slack"
	"exchangebot/adapters/slack/slacktest"
	"exchangebot/bot"
)

func TestRender(t *testing.T) {
	for in, want := range map[string]string{
		"":                                         "",
		"Hallo":                                    "Hallo",
		"**fett** und *kursiv* und `code`":         "*fett* und _kursiv_ und `code`",
		"***beides***":                             "*_beides_*",
		"# Titel\n\nText":                          "*Titel*\n\nText",
		"- eins\n- zwei\n  - drei":                 "• eins\n• zwei\n  • drei",
		"3. drei\n4. vier":                         "3. drei\n4. vier",
		"[Seite](https://example.org/a?b=1&c)":     "<https://example.org/a?b=1&amp;c|Seite>",
		"[Post](mailto:a@example.org)":             "<mailto:a@example.org|Post>",
		"<https://example.org>":                    "<https://example.org|https://example.org>",
		"[böse](javascript:alert)":                 "böse",
		"![Bild](https://example.org/b.png)":       "<https://example.org/b.png|Bild>",
		"a < b & c > d":                            "a &lt; b &amp; c &gt; d",
		"<!channel> und <@U123>":                   "&lt;!channel&gt; und &lt;@U123&gt;",
		`\*kein Stern\*`:                           "*\u2060kein Stern*\u2060",
		"name_mit_strich@example.org":              "name_mit_strich@example.org",
		"wort**teil**wort":                         "wort\u200b*teil*\u200bwort",
		"> Zitat\n> weiter\n\ndanach":              "> Zitat weiter\n\ndanach",
		"```\nx < y\n```":                          "`x &lt; y`",
		"[a|b](https://example.org/x|y)":           "<https://example.org/x%7Cy|a¦b>",
		"erste\nzweite  \ndritte":                  "erste zweite\ndritte",
		"**Ein [Link](https://example.org) fett**": "*Ein* *<https://example.org|Link>* *fett*",
	} {
		if got := strings.Join(slack.Render(in), "¶"); got != want {
			t.Errorf("%q\n  got %q\n want %q", in, got, want)
		}
	}
}

// TestCalls shows commands so that what is typed works: Slack's client keeps
// what begins with a slash.
func TestCalls(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		for in, want := range map[string]string{
			"Mit /themen beginnen, oder **/hilfe**.":               "Mit `themen` beginnen, oder *`hilfe`*.",
			"/themen /hilfe":                                       "`themen` `hilfe`",
			"`/themen`, /unbekannt und /exchange hilfe":            "`themen`, /unbekannt und /exchange hilfe",
			"<https://example.org/themen> a/themen/b /themenwoche": "<https://example.org/themen|https://example.org/themen> a/themen/b /themenwoche",
		} {
			if got := r.says(bot.Message{Text: in}); section(got) != want {
				t.Errorf("%q\n  got %q\n want %q", in, section(got), want)
			}
		}
		got := r.says(bot.Message{Text: "Schreiben Sie **<info@example.org>** & /hilfe"})
		if got.Text != "Schreiben Sie info@example.org &amp; hilfe" {
			t.Errorf("to be read instead: %q", got.Text)
		}
	}, func(c *slack.Config) { c.Commands = []string{"themen", "hilfe"} })
}

// says is what a message looks like.
func (r *rig) says(m bot.Message) slacktest.Message {
	r.t.Helper()
	if err := r.Send(r.t.Context(), "slack:"+annDM, m); err != nil {
		r.t.Fatal(err)
	}
	list := r.api.Replies(annDM, ann)
	return list[len(list)-1]
}

func section(m slacktest.Message) string {
	block, _ := m.Blocks[0].(map[string]any)
	body, _ := block["text"].(map[string]any)
	text, _ := body["text"].(string)
	return text
}

func TestRenderSplits(t *testing.T) {
	long := strings.Repeat("Ein **fetter** Satz mit <Zeichen> & [Link](https://example.org). ", 400)
	parts := slack.Render(long)
	if len(parts) < 5 {
		t.Errorf("%d parts", len(parts))
	}
	words := 0
	for _, p := range parts {
		if n := utf8.RuneCountInString(p); n > 3000 {
			t.Errorf("a part of %d characters", n)
		}
		words += strings.Count(p, "Satz")
	}
	if words != 400 {
		t.Errorf("%d of 400 sentences", words)
	}
}

func FuzzRender(f *testing.F) {
	for _, s := range []string{"**a** _b_ `c` [d](https://e.f)", "> - 1. x\n\n```\ny", "\xff\x00*_~`", strings.Repeat("[x](https://example.org/aaaaaaaaaaaa)", 200)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, p := range slack.Render(s) {
			if n := utf8.RuneCountInString(p); n == 0 || n > 3000 || !utf8.ValidString(p) {
				t.Errorf("a part of %d characters", n)
			}
			if strings.Contains(p, "<!") || strings.Contains(p, "<@") || strings.Contains(p, "<#") {
				t.Errorf("a mention in %q", p)
			}
		}
	})
}
