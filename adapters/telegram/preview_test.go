package telegram_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"exchangebot/adapters/telegram"
	"exchangebot/adapters/telegram/telegramtest"
	"exchangebot/bot"
)

func channel(tb testing.TB) *telegram.Channel {
	c, err := telegram.New(telegram.Config{Token: telegramtest.Token})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func TestPreview(t *testing.T) {
	const picture = "https://x.org/p.jpg"
	c := channel(t)
	for _, x := range []struct {
		name, text, picture string
		want                bot.Preview
	}{
		{"text", "One\nline.\n\nTwo.", "", bot.Preview{Text: `One line\.` + "\n\n" + `Two\.`, Length: 15, Limit: 4096}},
		{"with a picture", "One", picture, bot.Preview{Text: "One", Length: 3, Limit: 1024}},
		{"nothing", " \u200b", "", bot.Preview{Limit: 4096}},
		{"emphasis", "**a *b* c** and ***d***", "", bot.Preview{Text: "**a *b* c** and ***d***", Length: 11, Limit: 4096}},
		{"emoji", "😀", "", bot.Preview{Text: "😀", Length: 2, Limit: 4096}},
		{"heading", "# A\ntext", "", bot.Preview{Text: "**A**  \ntext", Length: 6, Limit: 4096}},
		{"list", "To do:\n- one\n  - **two**\n\n3. x", "", bot.Preview{Text: "To do:  \n• one  \n\u00a0\u00a0• **two**\n\n3\\. x", Length: 26, Limit: 4096}},
		{"table", "| a | b |\n| - | - |", "", bot.Preview{Text: `\| a \| b \| \| \- \| \- \|`, Length: 19, Limit: 4096}},
		{"quote and code", "> a `b``c`\n>\n> d\n\n```go\nx\n\n*y*\n```\ne", "", bot.Preview{Text: "> a ```b``c```\n> \n> d\n\n``````go\nx\n\n*y*\n``````\n\ne", Length: 20, Limit: 4096}},
		{"code stands alone", "**a `b` c**", "", bot.Preview{Text: "**a** `b` **c**", Length: 5, Limit: 4096}},
		{"links", "[a (b)](https://x.org/?a=<b>&c) ![m](https://x.org/m.png) <a@b.org>", "", bot.Preview{Text: `[a \(b\)](<https://x.org/?a=\<b\>\&c>) [m](<https://x.org/m.png>) a@b\.org`, Length: 15, Limit: 4096}},
	} {
		t.Run(x.name, func(t *testing.T) {
			if diff := cmp.Diff(x.want, c.Preview(bot.Message{Text: x.text, Picture: x.picture})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPreviewFits(t *testing.T) {
	c := channel(t)
	for _, x := range []struct {
		n    int
		pic  string
		want bool
	}{
		{0, "", false}, {4096, "", true}, {4097, "", false}, {1024, "https://x.org/p.jpg", true}, {1025, "https://x.org/p.jpg", false},
	} {
		m := bot.Message{Text: "**" + strings.Repeat("x", x.n) + "**", Picture: x.pic}
		if x.n == 0 {
			m.Text = ""
		}
		if got := c.Preview(m).Fits(); got != x.want {
			t.Errorf("%d %s: %t", x.n, x.pic, got)
		}
	}
}

// squeeze leaves out white space: a preview indents with another.
var squeeze = strings.NewReplacer(" ", "", "\u00a0", "", "\t", "", "\n", "")

func FuzzPreview(f *testing.F) {
	for _, seed := range []string{
		"", "# A\n\n- **b** *c* `d` [e](https://x.org)\n  1. f\n\n> g\n\n```h\ni\n```", "<b>&amp;</i>", "a**\"b\"**c",
		"[a](mailto:b@c.d) ![](x) <https://y.z>", "***a** b*", "> - `a\n>   b`", "a\\\n\\\n    b", "``` \n``````\n```", "- - a",
		"[**a`b`**](https://x.org/\"<>&)", "**a. **b", "```a\"b\nc", "[a][b]\n\n[b]: <tg://c>", "a\n> b\n\n    c\n\n    d",
	} {
		f.Add(seed)
	}
	c := channel(f)
	f.Fuzz(func(t *testing.T, s string) {
		p := c.Preview(bot.Message{Text: s})
		if !p.Fits() {
			return
		}
		sent, again := telegram.Render(s), telegram.Render(p.Text)
		if len(sent) != 1 || len(again) != 1 {
			t.Fatalf("%d messages, its preview %q %d", len(sent), p.Text, len(again))
		}
		said, _, _ := telegramtest.ParseHTML(sent[0])
		seen, _, _ := telegramtest.ParseHTML(again[0])
		if telegramtest.Units(said) != p.Length {
			t.Errorf("%d units, said to be %d", telegramtest.Units(said), p.Length)
		}
		if squeeze.Replace(said) != squeeze.Replace(seen) {
			t.Errorf("preview %q shows\n%q, not\n%q", p.Text, seen, said)
		}
	})
}
