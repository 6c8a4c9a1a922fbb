package telegram_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"exchangebot/adapters/telegram"
	"exchangebot/adapters/telegram/telegramtest"
)

func TestRender(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"paragraphs", "One\nline.\n\nTwo.", "One line.\n\nTwo."},
		{"emphasis", "**bold** and *italic* and ***both***", "<b>bold</b> and <i>italic</i> and <i><b>both</b></i>"},
		{"heading", "# A **B**\ntext", "<b>A B</b>\ntext"},
		{"hard break", "a  \nb\\\nc", "a\nb\nc"},
		{"escapes", `\*no\* &auml; 1 < 2 & "3" > 2`, `*no* ä 1 &lt; 2 &amp; "3" &gt; 2`},
		{"an escaped reference", `\&amp;`, "&amp;amp;"},
		{"bullets", "To do:\n- one\n- **two**\n  - three\n\n    more\n- four", "To do:\n• one\n• <b>two</b>\n  • three\n\n    more\n• four"},
		{"numbers", "Steps:\n\n9. a\n10. b\n    - c", "Steps:\n\n9. a\n10. b\n    • c"},
		{"loose list", "- a\n\n- b", "• a\n\n• b"},
		{"item of two paragraphs", "- a\n\n  b", "• a\n\n  b"},
		{"code", "`a<b` and\n\n```go\nx := 1\n\ny\n```", "<code>a&lt;b</code> and\n\n<pre><code class=\"language-go\">x := 1\n\ny</code></pre>"},
		{"code stands alone", "**a `b` c** [`d`](https://x.org)", `<b>a </b><code>b</code><b> c</b> <a href="https://x.org">d</a>`},
		{"two pieces of code", "    a\n\n<!-- -->\n\n    b", "<pre>a</pre>\n\n&lt;!-- --&gt;\n\n<pre>b</pre>"},
		{"quote", "> a\n>\n> > b\n\nc", "<blockquote>a\n\nb</blockquote>\n\nc"},
		{"link", "[a *b*](https://x.org/?a=1&b=2)", `<a href="https://x.org/?a=1&amp;b=2">a <i>b</i></a>`},
		{"link without words", "[](https://x.org)", `<a href="https://x.org">https://x.org</a>`},
		{"bad links", "[a](javascript:x) [b](/c) [d](ftp://x.org) <data:x>", "a b d data:x"},
		{"tg link", "[a](tg://resolve?domain=x)", `<a href="tg://resolve?domain=x">a</a>`},
		{"mail", "[Write](mailto:a@b.org?subject=x), [a@b.org](mailto:a@b.org), <a@b.org>", "Write (a@b.org), a@b.org, a@b.org"},
		{"address", "<https://x.org>", `<a href="https://x.org">https://x.org</a>`},
		{"image", "![a map](https://x.org/m.png) ![local](m.png)", `<a href="https://x.org/m.png">a map</a> local`},
		{"html", "a <b>b</b>\n\n<script>\nx\n</script>", "a &lt;b&gt;b&lt;/b&gt;\n\n&lt;script&gt;\nx\n&lt;/script&gt;"},
		{"rule", "a\n\n---\n\nb", "a\n\n———\n\nb"},
		{"control characters", "a\x00\x07b\r\nc", "ab c"},
		{"invalid UTF-8", "a\xffb", "a\ufffdb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{c.want}, telegram.Render(c.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRenderNothing(t *testing.T) {
	for _, text := range []string{"", " \n\t", "\u200b\u2060", "&nbsp;", "[](x)", "\u2800"} {
		if got := telegram.Render(text); got != nil {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestSplit(t *testing.T) {
	word := strings.Repeat("x", 99) + " "
	sentence := strings.Repeat("word ", 19) + "end. " // 100
	family := "👨‍👩‍👧"                                 // 8 units
	link := "[" + strings.Repeat("l", 50) + "](https://x.org)"
	for _, c := range []struct {
		name, text string
		want       []int // units of the parts
	}{
		{"fits", strings.Repeat("x", 4096), []int{4096}},
		{"paragraphs", strings.Repeat(strings.Repeat("x", 998)+"\n\n", 9), []int{3998, 3998, 998}},
		{"sentences", strings.Repeat(sentence, 60), []int{3999, 1999}},
		{"words", strings.Repeat(word, 50), []int{3999, 999}},
		{"a word that is too long anyway", "Hello " + strings.Repeat("x", 4096), []int{4096, 6}},
		{"no space", strings.Repeat("x", 5000), []int{4096, 904}},
		{"surrogates", "x" + strings.Repeat("😀", 4096), []int{4095, 4096, 2}},
		{"graphemes", "x" + strings.Repeat(family, 600), []int{1 + 8*511, 8 * 89}},
		{"flags", "x" + strings.Repeat("🇩🇪", 1100), []int{1 + 4*1023, 4 * 77}},
		{"a link is left whole", strings.Repeat("x", 4070) + link + " y", []int{4070, 52}},
		{"emphasis over all", "**" + strings.Repeat("word ", 1000) + "end**", []int{4094, 908}},
		{"abbreviations", strings.Repeat("x", 3000) + " End. " + strings.Repeat("z. B. ", 300), []int{3005, 1799}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []int
			for _, part := range telegram.Render(c.text) {
				text, _, err := telegramtest.ParseHTML(part)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, telegramtest.Units(text))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzRender(f *testing.F) {
	for _, seed := range []string{
		"", "# A\n\n- **b** *c* `d` [e](https://x.org)\n  1. f\n\n> g\n\n```h\ni\n```", "<b>&amp;</i>",
		"[a](mailto:b@c.d) ![](x) <https://y.z>", "***a** b*", strings.Repeat("👨‍👩‍👧 ", 900), "> - `a\n>   b`",
		"[**a`b`**](https://x.org/\"<>&)", strings.Repeat("**a. **b ", 800), "```a\"b\nc", "[a][b]\n\n[b]: <tg://c>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, part := range telegram.Render(s) {
			text, _, err := telegramtest.ParseHTML(part)
			if err != nil {
				t.Fatalf("%q: %v", part, err)
			}
			if n := telegramtest.Units(text); n == 0 || n > 4096 {
				t.Fatalf("%d units", n)
			}
			if strings.TrimSpace(text) == "" || !utf8.ValidString(text) {
				t.Fatalf("%q", text)
			}
		}
	})
}

func BenchmarkRender(b *testing.B) {
	const answer = "The exchange of **volunteers** between the two cities takes place *every summer*.\n\n" +
		"What you need:\n\n- a valid passport\n- two weeks of time\n- a letter to [the office](https://example.org/office)\n\n" +
		"You can ask at any time. As of May 2016, source: example.org."
	b.ReportAllocs()
	for b.Loop() {
		telegram.Render(answer)
	}
}
