package terminal_test

import (
	"errors"
	"strings"
	"testing"

	"exchangebot/adapters/terminal"
	"exchangebot/bot"
)

func TestRender(t *testing.T) {
	for _, test := range []struct{ markdown, want string }{
		{"", ""},
		{"plain", "plain"},
		{"**bold** and *italic* and `code`", "bold and italic and code"},
		{"one\n\ntwo\nlines", "one\n\ntwo\nlines"},
		{"- a\n- b\n\nafter", "• a\n• b\n\nafter"},
		{"1. a\n2. b", "1. a\n2. b"},
		{"- a\n  - b\n- c", "• a\n  • b\n• c"},
		{"[the city](https://example.org)", "the city (https://example.org)"},
		{"[a@example.org](mailto:a@example.org)", "a@example.org"},
		{"<https://example.org>", "https://example.org"},
		{`4\. \*not\* \<b\>`, "4. *not* <b>"},
		{"fish &amp; chips", "fish & chips"},
		{"# Title\n\ntext", "Title\n\ntext"},
		{"> quoted", "quoted"},
	} {
		if got := terminal.Render(test.markdown); got != test.want {
			t.Errorf("%q\n got %q\nwant %q", test.markdown, got, test.want)
		}
	}
}

func TestAnAnnouncement(t *testing.T) {
	var out strings.Builder
	c := terminal.New(strings.NewReader(""), &out, "fr")
	m := bot.Message{Text: "**News**", Buttons: [][]bot.Button{{{Label: "Stop", Data: "/unsubscribe"}}}}
	if p := c.Preview(m); !p.Fits() || p.Length != 4 {
		t.Errorf("preview %+v", p)
	}
	refused := errors.New("refused")
	if err := c.Announce(t.Context(), "terminal:me", m, func() error { return refused }); !errors.Is(err, refused) || out.Len() > 0 {
		t.Errorf("not claimed: error %v, said %q", err, out.String())
	}
	if err := c.Announce(t.Context(), "terminal:me", m, func() error { return nil }); err != nil || !strings.Contains(out.String(), "News") || !strings.Contains(out.String(), "Stop") {
		t.Errorf("error %v, said %q", err, out.String())
	}
}

func TestAChat(t *testing.T) {
	var out strings.Builder
	c := terminal.New(strings.NewReader("hello\n2\n9\n\xff\n"), &out, "fr")
	var got []bot.Update
	err := c.Run(t.Context(), func(u bot.Update, done func(error)) {
		got = append(got, u)
		if len(got) == 1 {
			message := bot.Message{Text: "**Which?**", Picture: "https://example.org/p.jpg", Buttons: [][]bot.Button{{{Label: "A", Data: "a"}}, {{Label: "B", Data: "b"}}}}
			if err := c.Send(t.Context(), u.Chat, message); err != nil {
				t.Error(err)
			}
		}
		done(nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 4 || got[0].Text != "hello" || got[0].Locale != "fr" || got[0].ID == got[1].ID {
		t.Fatalf("updates: %+v", got)
	}
	if p := got[1].Press; got[1].Kind != bot.KindPress || p.Data != "b" || p.Message == "" || len(p.Buttons) != 2 {
		t.Errorf("the press: %+v", got[1])
	}
	if got[2].Kind != bot.KindText || got[2].Text != "9" {
		t.Errorf("a number without a button: %+v", got[2])
	}
	if got[3].Text != "\uFFFD" {
		t.Errorf("what is not UTF-8: %q", got[3].Text)
	}
	for _, want := range []string{"Which?", "https://example.org/p.jpg", "(1) A", "(2) B"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not shown in %q", want, out.String())
		}
	}
}

func TestButtonsThatChangeAreNumberedAnew(t *testing.T) {
	var out strings.Builder
	c := terminal.New(strings.NewReader(""), &out, "de")
	if err := c.Send(t.Context(), "terminal:me", bot.Message{Edit: "1", Buttons: [][]bot.Button{{{Label: "left", Data: "x"}}}}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "(1) left") {
		t.Errorf("shown: %q", out.String())
	}
}
