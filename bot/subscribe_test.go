package bot_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// newsroom is a bot on a channel that carries announcements, or not.
type newsroom struct {
	t       *testing.T
	store   bot.Store
	channel *bottest.Channel
	bot     *bot.Bot
	next    int
}

func openNewsroom(t *testing.T, store bot.Store, carries bool) *newsroom {
	t.Helper()
	announcer := bottest.NewAnnouncer("test", 30)
	var channel bot.Channel = announcer
	if !carries {
		channel = announcer.Channel
	}
	n := &newsroom{t: t, store: store, channel: announcer.Channel, bot: newBot(t, store)}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- n.bot.Run(ctx, channel) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return n
}

// deliver hands over an update of Alice's, and returns what she sees by then
// and did not see before.
func (n *newsroom) deliver(u bot.Update) string {
	n.t.Helper()
	u.Chat, u.Locale = alice, "de"
	before := len(n.channel.Messages(alice))
	if err := <-n.channel.Deliver(u); err != nil {
		n.t.Errorf("update %s: %v", u.ID, err)
	}
	var b strings.Builder
	for _, m := range n.channel.Messages(alice)[before:] {
		b.WriteString(m.Text + "\n")
		for _, row := range m.Buttons {
			for _, button := range row {
				b.WriteString("[" + button.Data + "]")
			}
		}
	}
	return b.String()
}

func (n *newsroom) update(u bot.Update) string {
	n.t.Helper()
	n.next++
	u.ID = "update-" + string(rune('a'+n.next))
	return n.deliver(u)
}

func (n *newsroom) say(text string) string {
	n.t.Helper()
	return n.update(bot.Update{Text: text})
}

func (n *newsroom) want(got string, wants ...string) {
	n.t.Helper()
	for _, want := range wants {
		if !strings.Contains(got, want) {
			n.t.Errorf("it says:\n%s\nwant %q in it", got, want)
		}
	}
}

func (n *newsroom) subscriber() *bot.Subscriber {
	n.t.Helper()
	s, err := n.store.Subscriber(n.t.Context(), alice)
	if err != nil {
		n.t.Fatal(err)
	}
	return s
}

func (n *newsroom) wantState(state bot.SubscriberState) {
	n.t.Helper()
	if s := n.subscriber(); s.State != state {
		n.t.Errorf("state %q, want %q", s.State, state)
	}
}

// forgetful loses the conversation of a turn once, after its subscriber is stored.
type forgetful struct {
	*bottest.Store
	loses bool
}

func (f *forgetful) SaveConversation(ctx context.Context, c *bot.Conversation, counts ...bot.Count) error {
	if f.loses {
		f.loses = false
		return errors.New("crash")
	}
	return f.Store.SaveConversation(ctx, c, counts...)
}

// A turn that ends between its two writes is answered, when it comes again, as
// it would have been, and counted once.
func TestATurnThatComesAgainSubscribesOnce(t *testing.T) {
	store := &forgetful{Store: bottest.NewStore()}
	n := openNewsroom(t, store, true)
	for _, test := range []struct {
		update bot.Update
		state  bot.SubscriberState
		want   string
		event  bot.Event
	}{
		{bot.Update{ID: "1", Text: "/abonnieren"}, bot.Subscribed, "**Gern!**", bot.EventSubscribed},
		{bot.Update{ID: "2", Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: "/unsubscribe"}}, bot.Unsubscribed, "**Abbestellt.**", bot.EventUnsubscribed},
	} {
		store.loses = true
		if got := n.deliver(test.update); strings.Contains(got, test.want) {
			t.Errorf("said before it is stored: %s", got)
		}
		n.wantState(test.state)
		n.want(n.deliver(test.update), test.want)
		counts, err := store.Counts(t.Context(), "2026-03-01", "2026-03-01")
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(counts, func(c bot.Count) bool { return c.Event == test.event && c.N == 1 }) {
			t.Errorf("%s is not counted once: %v", test.event, counts)
		}
	}
}

func TestAChannelWithoutAnnouncements(t *testing.T) {
	n := openNewsroom(t, bottest.NewStore(), false)
	n.want(n.say("/abonnieren"), "keine Neuigkeiten schicken", "internationales@duesseldorf.de")
	n.wantState("")
	n.want(n.update(bot.Update{Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: "/news on"}}), "keine Neuigkeiten schicken")
	n.wantState("")
	for _, text := range []string{"/settings", "Gibt es einen Newsletter?"} {
		if got := n.say(text); strings.Contains(got, "[/news]") || strings.Contains(got, "[/subscribe]") {
			t.Errorf("%s offers announcements: %s", text, got)
		}
	}
}

func TestAGroupIsNoSubscriber(t *testing.T) {
	n := openNewsroom(t, bottest.NewStore(), true)
	group := func(u bot.Update) string {
		u.Group = true
		return n.update(u)
	}
	n.want(group(bot.Update{Text: "/abonnieren"}), "privaten Chat")
	if got := group(bot.Update{Text: "/settings"}); strings.Contains(got, "Neuigkeiten") {
		t.Errorf("settings: %s", got)
	}
	if got := group(bot.Update{Text: "Gibt es einen Newsletter?"}); strings.Contains(got, "[/subscribe]") {
		t.Errorf("answer: %s", got)
	}
	group(bot.Update{Kind: bot.KindBlocked})
	group(bot.Update{Text: "/help"})
	if s := n.subscriber(); s.Version != 0 {
		t.Errorf("stored: %+v", s)
	}
}

func TestWhoCannotBeReachedIsAskedWhenTheyAreBack(t *testing.T) {
	n := openNewsroom(t, bottest.NewStore(), true)
	n.say("/abonnieren")
	n.channel.Fail(func(bot.ChatID, bot.Message) error { return bot.ErrGone })
	n.say("/hilfe")
	n.wantState(bot.Lost)
	n.channel.Fail(nil)
	n.want(n.say("/hilfe"), "wieder bekommen?", "[/subscribe yes][/subscribe no]")
	n.wantState(bot.Lost)
	n.want(n.say("Ja"), "**Gern!**")
	n.wantState(bot.Subscribed)
}

// Whoever wants to delete everything is asked about that alone.
func TestBackToDelete(t *testing.T) {
	n := openNewsroom(t, bottest.NewStore(), true)
	n.say("/abonnieren")
	n.update(bot.Update{Kind: bot.KindBlocked})
	if got := n.say("/loeschen"); strings.Contains(got, "/subscribe") {
		t.Errorf("asked: %s", got)
	}
	n.want(n.say("ja"), "**Gelöscht.**")
	if s := n.subscriber(); s.Version != 0 {
		t.Errorf("stored: %+v", s)
	}
}

func TestMyDataHoldsTheSubscription(t *testing.T) {
	n := openNewsroom(t, bottest.NewStore(), true)
	n.say("/abonnieren")
	n.update(bot.Update{Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: "/news +sport"}})
	n.update(bot.Update{Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: "/mydata file"}})
	for _, m := range n.channel.Messages(alice) {
		if m.File == nil {
			continue
		}
		var file struct {
			Announcements *bot.Subscriber `json:"announcements"`
		}
		if err := json.Unmarshal(m.File.Data, &file); err != nil {
			t.Fatal(err)
		}
		s := file.Announcements
		if s == nil || s.State != bot.Subscribed || s.Language != bot.German || !slices.Equal(s.Fields, []bot.Field{"sport"}) || s.Since.IsZero() {
			t.Errorf("in the file: %+v", s)
		}
		return
	}
	t.Error("no file was sent")
}

// A question in another language changes that of the announcements, as it does
// that of the answers; an explicit choice stays.
func TestAnnouncementsComeInTheLanguageOfTheAnswers(t *testing.T) {
	n := openNewsroom(t, bottest.NewStore(), true)
	n.say("/abonnieren")
	for _, test := range []struct {
		say  string
		want bot.Language
	}{
		{"Comment puis-je participer à l’échange ?", bot.French},
		{"/language de", bot.German},
		{"Comment puis-je participer à l’échange ?", bot.German},
		{"/langue fr", bot.French},
	} {
		n.say(test.say)
		if got := n.subscriber().Language; got != test.want {
			t.Errorf("after %q: %s", test.say, got)
		}
	}
}

// A volunteer who never subscribed gets what goes to volunteers, until they say no.
func TestAVolunteerUnsubscribesAndStaysOne(t *testing.T) {
	store := bottest.NewStore()
	v := bottest.Signed(1)
	v.Chat = alice
	if err := store.SaveVolunteer(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	n := openNewsroom(t, store, true)
	n.want(n.say("/settings"), "nur, was die Stadt den Angemeldeten mitteilt")
	n.want(n.update(bot.Update{Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: "/unsubscribe", Message: "1"}}), "**Abbestellt.**", "Anmeldung zum Austausch bleibt bestehen")
	n.wantState(bot.Unsubscribed)
	n.want(n.say("/settings"), "Neuigkeiten: nicht abonniert")
	if got, err := store.Volunteer(t.Context(), alice); err != nil || got.Version != 1 {
		t.Errorf("the record: %+v, error %v", got, err)
	}
}

func TestSubscribersWithoutAStore(t *testing.T) {
	store := bottest.NewStore()
	n := openNewsroom(t, store, true)
	store.Fail(errors.New("down"))
	n.want(n.say("/abonnieren"), "Abonniert ist **noch nichts**")
	n.want(n.update(bot.Update{Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: "/unsubscribe", Message: "1"}}), "Abbestellt ist **noch nichts**")
	store.Fail(nil)
	n.wantState("")
}

// People unsubscribe in their own words. What may mean something else does not.
func TestUnsubscribingInOwnWords(t *testing.T) {
	for text, ends := range map[string]bool{
		"je ne veux plus recevoir de nouvelles":                       true,
		"Ne plus recevoir de nouvelles":                               true,
		"Bonjour, je ne souhaite plus recevoir vos messages, merci.":  true,
		"je veux plus recevoir ces notifications":                     true,
		"Arrêtez de m’envoyer des nouvelles s’il vous plaît":          true,
		"J’aimerais me désabonner de l’infolettre":                    true,
		"Je ne veux plus de vos annonces":                             true,
		"Keine Nachrichten mehr bekommen":                             true,
		"Je ne veux plus rien recevoir.":                              true,
		"Ich möchte nichts mehr bekommen":                             true,
		"abbestellen":                                                 true,
		"Abbestellen!":                                                true,
		"Ich möchte bitte keine Neuigkeiten mehr von Ihnen erhalten.": true,
		"Bitte schicken Sie mir keine Nachrichten mehr":               true,
		"Ich würde gern den Newsletter abbestellen, danke":            true,
		"Melden Sie mich bitte vom Newsletter ab":                     true,
		"/stop":        true,
		"/STOP":        true,
		"/stopp":       true,
		"/unsubscribe": true,
		"Warum bekomme ich keine Nachrichten mehr?":                     false,
		"Ich bekomme keine Nachrichten mehr":                            false,
		"Je ne reçois plus de nouvelles":                                false,
		"Je voudrais plus de nouvelles":                                 false,
		"Je veux recevoir des nouvelles":                                false,
		"Comment ne plus recevoir de nouvelles ?":                       false,
		"Ich möchte Neuigkeiten bekommen":                               false,
		"Ich möchte mich abmelden":                                      false,
		"Gibt es keine Neuigkeiten mehr aus Montréal":                   false,
		"Ich möchte keine Nachrichten mehr über Sport, nur über Museen": false,
		"Je ne veux plus recevoir de nouvelles sur le sport":            false,
		"Il n’y a plus de nouvelles de l’échange":                       false,
		"Ich habe keine Informationen mehr":                             false,
		"Wie kann ich die Neuigkeiten abbestellen":                      false,
		"Ich will nicht mehr mitmachen":                                 false,
		"Ich suche Nachrichten, die nicht mehr auf der Website sind":    false,
		"/stopwatch": false,
	} {
		n := openNewsroom(t, bottest.NewStore(), true)
		n.say("/abonnieren")
		n.say(text)
		want := bot.Subscribed
		if ends {
			want = bot.Unsubscribed
		}
		if s := n.subscriber(); s.State != want {
			t.Errorf("%q: %s", text, s.State)
		}
	}
}

// In the middle of signing up, stopping with a slash ends that, as the word does.
func TestStopWhileSigningUp(t *testing.T) {
	n := openNewsroom(t, bottest.NewStore(), true)
	n.say("/abonnieren")
	n.say("/mitmachen")
	n.want(n.say("/stop"), "Anmeldung angehalten")
	n.wantState(bot.Subscribed)
	n.say("/stop")
	n.wantState(bot.Unsubscribed)
}

// Retention ends no subscription, not even of a volunteer who is forgotten;
// that somebody wants none is forgotten in the end.
func TestRetentionOfSubscribers(t *testing.T) {
	store := bottest.NewStore()
	silent(t, store, 3)
	long := retained.AddDate(-3, 0, 0)
	for chat, s := range map[bot.ChatID]bot.Subscriber{
		bottest.Signed(0).Chat: {State: bot.Subscribed, Since: long},
		bottest.Signed(1).Chat: {State: bot.Unsubscribed, Since: long},
		"test:reader":          {State: bot.Subscribed, Since: long},
		"test:ended":           {State: bot.Unsubscribed, Since: long},
		"test:lost":            {State: bot.Lost, Since: long},
		"test:lately":          {State: bot.Lost, Since: retained.AddDate(-1, 0, 0)},
		"test:volunteer":       {State: bot.Unsubscribed, Since: long},
	} {
		s.Chat = chat
		if err := store.SaveSubscriber(t.Context(), &s); err != nil {
			t.Fatal(err)
		}
	}
	active := bottest.Signed(9)
	active.Chat, active.Seen = "test:volunteer", retained
	if err := store.SaveVolunteer(t.Context(), active); err != nil {
		t.Fatal(err)
	}
	done, err := newBotAt(t, store, func() time.Time { return retained }).Retain(t.Context(), bottest.NewChannel())
	if err != nil || done.Deleted != 3 || done.Subscribers != 3 || done.Failed != 0 {
		t.Errorf("done %+v, error %v", done, err)
	}
	for chat, want := range map[bot.ChatID]bot.SubscriberState{
		bottest.Signed(0).Chat: bot.Subscribed, bottest.Signed(1).Chat: "", "test:reader": bot.Subscribed, "test:ended": "", "test:lost": "",
		"test:lately": bot.Lost, "test:volunteer": bot.Unsubscribed,
	} {
		if s, err := store.Subscriber(t.Context(), chat); err != nil || s.State != want {
			t.Errorf("%s: state %q, error %v; want %q", chat, s.State, err, want)
		}
	}
}
