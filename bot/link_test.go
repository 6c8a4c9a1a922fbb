package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"exchangebot/bot"
)

// running serves the announcer's chats until the test ends.
func (a *admins) running() {
	a.Helper()
	ctx, cancel := context.WithCancel(a.Context())
	done := make(chan error, 1)
	go func() { done <- a.bot.Run(ctx, a.announcer) }()
	a.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			a.Error(err)
		}
	})
}

// writes has somebody write in a chat, and returns what they see last.
func (a *admins) writes(id string, chat bot.ChatID, text string) string {
	a.Helper()
	u := bot.Update{ID: id, Chat: chat, Kind: bot.KindText, Text: text, Locale: "de", Group: strings.HasPrefix(string(chat), "test:-")}
	if err := <-a.announcer.Deliver(u); err != nil {
		a.Fatal(err)
	}
	list := a.announcer.Messages(chat)
	return list[len(list)-1].Text
}

// code is what the desk tells the person to write.
func (a *admins) code(who bot.Staff) string {
	a.Helper()
	_, code, _ := strings.Cut(answer(a.Press(a.Context(), who, "announce-link")), "`/start ")
	code, _, _ = strings.Cut(code, "`")
	if code == "" {
		a.Fatal("the desk tells no code")
	}
	return "/start " + code
}

func TestTestSend(t *testing.T) {
	a, ctx := newAdmins(t, 5), t.Context()
	a.running()
	a.writes("0", alice, "Hallo") // it runs
	id := a.drafted(boss)
	r := a.Press(ctx, boss, "announce-test "+id)
	wantSaid(t, r, "gilt 15 Minuten und nur einmal", "noch kein eigener Chat verknüpft", "[Wenn verknüpft: Test an mich|announce-test "+id+"]")
	wantSaid(t, a.Command(ctx, boss, "ich"), "noch kein eigener Chat", "announce-link")
	if said := answer(a.Command(ctx, clara, "ich")); strings.Contains(said, "announce-link") {
		t.Errorf("staff who write no announcements are asked for a chat: %s", said)
	}
	if said := a.writes("1", alice, a.code(boss)); !strings.Contains(said, "mit **Clara** verknüpft") {
		t.Fatalf("it says %q", said)
	}
	wantSaid(t, a.Command(ctx, boss, "ich"), "Ihren Chat auf Test", "announce-unlink")
	before := len(a.announcer.Messages(alice))
	wantSaid(t, a.Press(ctx, boss, "announce-test "+id), "Der Test ist verschickt", "Freigeben …")
	got := a.announcer.Messages(alice)[before:]
	if len(got) != 4 || !strings.Contains(got[0].Text, "Nur ein Test") || got[1].Text != "Kommen Sie **alle**!" || got[3].Text != "Venez **tous**\u00a0!" {
		t.Errorf("the test is %+v", got)
	}
	if said := a.writes("2", alice, "/meinedaten"); !strings.Contains(said, "mit einem Konto der Mitarbeitenden verknüpft") {
		t.Errorf("what is stored about the chat: %s", said)
	}
	wantSaid(t, a.Press(ctx, boss, "announce-unlink"), "nicht mehr verknüpft")
	if said := a.writes("3", alice, "/meinedaten"); strings.Contains(said, "Mitarbeitenden") {
		t.Errorf("what is not stored any more: %s", said)
	}
	wantSaid(t, a.Press(ctx, boss, "announce-test "+id), "/start link_")
	a.wantNoted("Clara changed announce-link", "Clara changed announce-test "+id, "Clara changed announce-unlink")
}

// A code links one chat, once, in private, for a quarter of an hour.
func TestLinkCodes(t *testing.T) {
	bob := bot.NewChatID("test", "bob")
	for name, test := range map[string]struct {
		do   func(a *admins, code string) string // what is said at last
		want string
		as   bot.ChatID // whose chat is linked then
	}{
		"said":             {func(a *admins, code string) string { return a.writes("1", alice, code) }, "verknüpft", alice},
		"in small letters": {func(a *admins, code string) string { return a.writes("1", alice, strings.ToLower(code)) }, "verknüpft", alice},
		"delivered again": {func(a *admins, code string) string {
			a.writes("1", alice, code)
			return a.writes("2", alice, code)
		}, "verknüpft", alice},
		"said elsewhere as well": {func(a *admins, code string) string {
			a.writes("1", alice, code)
			return a.writes("2", bob, code)
		}, "gilt nicht", alice},
		"too late": {func(a *admins, code string) string {
			a.now = a.now.Add(15 * time.Minute)
			return a.writes("1", alice, code)
		}, "gilt nicht", ""},
		"invented":   {func(a *admins, _ string) string { return a.writes("1", alice, "/start link_ABC") }, "gilt nicht", ""},
		"in a group": {func(a *admins, code string) string { return a.writes("1", "test:-1", code) }, "Hier lesen mehrere mit", ""},
		"deleted": {func(a *admins, code string) string {
			a.writes("1", alice, code)
			a.writes("2", alice, "/delete")
			return a.writes("3", alice, "Ja")
		}, "Gelöscht", ""},
		"another chat, with another code": {func(a *admins, code string) string {
			a.writes("1", alice, code)
			return a.writes("2", bob, a.code(boss))
		}, "verknüpft", bob},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAdmins(t, 1)
			a.running()
			if said := test.do(a, a.code(boss)); !strings.Contains(said, test.want) {
				t.Errorf("it says %q", said)
			}
			docs, err := a.store.Documents(t.Context(), bot.DocumentQuery{Kind: bot.DocumentStaff, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			got := bot.ChatID("")
			for _, d := range docs {
				got = d.Chat
				if d.Chat != "" && !strings.Contains(d.Data, string(d.Chat)) || d.Chat == "" && strings.Contains(d.Data, "test:a") {
					t.Errorf("it is kept as %s", d.Data)
				}
			}
			if got != test.as {
				t.Errorf("linked is %q", got)
			}
			wantSaid(t, a.Press(t.Context(), boss, "announce-link"), "/start link_") // a new one, at any time
		})
	}
}

// A code is kept no longer than it is good for.
func TestCodesAreForgotten(t *testing.T) {
	a := newAdmins(t, 0)
	for want := 1; want >= 0; want-- {
		if want == 1 {
			a.code(boss)
		}
		a.now = a.now.Add(10 * time.Minute)
		if _, err := a.bot.Retain(t.Context(), a.announcer); err != nil {
			t.Fatal(err)
		}
		docs, err := a.store.Documents(t.Context(), bot.DocumentQuery{Kind: bot.DocumentCode, Limit: 10})
		if err != nil || len(docs) != want {
			t.Errorf("%d codes instead of %d (%v)", len(docs), want, err)
		}
	}
}
