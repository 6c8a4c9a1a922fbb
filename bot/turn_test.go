package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

var alice = bot.NewChatID("test", "alice")

// running starts a bot on the store and stops it with the test.
func running(t *testing.T, store bot.Store, channel *bottest.Channel) (stop func()) {
	t.Helper()
	return runningWith(t, channel, store, func(*bot.Config) {})
}

// runningWith is running with another configuration.
func runningWith(t *testing.T, channel *bottest.Channel, store bot.Store, change func(*bot.Config)) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	config := newConfig(t, store, func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) })
	change(&config)
	b := bot.New(config)
	go func() { done <- b.Run(ctx, channel) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	}
	t.Cleanup(stop)
	return stop
}

func text(id, what string) bot.Update {
	return bot.Update{ID: id, Chat: alice, Text: what, Locale: "de"}
}

// said is how many messages a chat shows, notices left out.
func said(channel *bottest.Channel, chat bot.ChatID) int {
	n := 0
	for _, m := range channel.Messages(chat) {
		if m.Press == "" {
			n++
		}
	}
	return n
}

func TestAnUpdateDeliveredTwiceIsHandledOnce(t *testing.T) {
	channel, store := bottest.NewChannel(), bottest.NewStore()
	running(t, store, channel)
	for range 3 {
		if err := <-channel.Deliver(text("1", "/start")); err != nil {
			t.Fatal(err)
		}
	}
	if n := said(channel, alice); n != 1 {
		t.Errorf("%d replies to one update", n)
	}
	c, err := store.Conversation(t.Context(), alice)
	if err != nil || c.Version != 1 {
		t.Errorf("version %d after one update (%v)", c.Version, err)
	}
}

func TestAStoredTurnIsSaidAgainAfterACrash(t *testing.T) {
	channel, store := bottest.NewChannel(), bottest.NewStore()
	crash := errors.New("crash")
	channel.Fail(func(bot.ChatID, bot.Message) error { return crash })
	stop := running(t, store, channel)
	if err := <-channel.Deliver(text("1", "/start")); !errors.Is(err, crash) {
		t.Fatalf("an update whose reply was not sent is confirmed: %v", err)
	}
	stop()
	channel.Fail(nil)
	running(t, store, channel)
	for _, u := range []bot.Update{text("2", "/help"), text("1", "/start"), text("2", "/help")} {
		if err := <-channel.Deliver(u); err != nil {
			t.Fatal(err)
		}
	}
	if n := said(channel, alice); n != 2 {
		t.Errorf("%d replies to two updates", n)
	}
	c, _ := store.Conversation(t.Context(), alice)
	if c.Version != 2 {
		t.Errorf("version %d after two updates: a turn was applied twice", c.Version)
	}
}

func TestOneChatInOrderOthersBeside(t *testing.T) {
	channel := bottest.NewChannel()
	running(t, bottest.NewStore(), channel)
	bob := bot.NewChatID("test", "bob")
	var results []<-chan error
	for i := range 50 {
		u := text(fmt.Sprint(i), fmt.Sprintf("/language %s", []string{"de", "fr"}[i%2]))
		results = append(results, channel.Deliver(u))
		u.Chat = bob
		results = append(results, channel.Deliver(u))
	}
	for _, r := range results {
		if err := <-r; err != nil {
			t.Fatal(err)
		}
	}
	for _, chat := range []bot.ChatID{alice, bob} {
		for i, m := range channel.Messages(chat)[1:] { // after the introduction
			if french := strings.Contains(m.Text, "français"); french != (i%2 == 1) {
				t.Fatalf("message %d of %s out of order: %s", i, chat, m.Text)
			}
		}
	}
}

// slowStore loses every race for a version at first, as when another replica
// serves the same chat.
type slowStore struct {
	*bottest.Store
	lost int
}

func (s *slowStore) SaveConversation(ctx context.Context, c *bot.Conversation, counts ...bot.Count) error {
	if s.lost > 0 {
		s.lost--
		other, err := s.Conversation(ctx, c.Chat)
		if err != nil {
			return err
		}
		other.Handled = append(other.Handled, fmt.Sprint("other", s.lost))
		if err := s.Store.SaveConversation(ctx, other); err != nil {
			return err
		}
	}
	return s.Store.SaveConversation(ctx, c, counts...)
}

func TestALostRaceIsTakenAgain(t *testing.T) {
	channel := bottest.NewChannel()
	store := &slowStore{bottest.NewStore(), 3}
	running(t, store, channel)
	if err := <-channel.Deliver(text("1", "/language fr")); err != nil {
		t.Fatal(err)
	}
	c, _ := store.Conversation(t.Context(), alice)
	if c.Chosen != bot.French || c.Version != 4 || said(channel, alice) != 2 {
		t.Errorf("chosen %q, version %d, said %d", c.Chosen, c.Version, said(channel, alice))
	}
}

func TestAStoreThatIsAwayIsToldAndRecovers(t *testing.T) {
	channel, store := bottest.NewChannel(), bottest.NewStore()
	running(t, store, channel)
	store.Fail(errors.New("no connection"))
	if err := <-channel.Deliver(text("1", "/language fr")); err != nil {
		t.Fatal(err)
	}
	store.Fail(nil)
	shown := channel.Messages(alice)
	if len(shown) != 1 || !strings.Contains(shown[0].Text, "versuchen Sie es gleich noch einmal") {
		t.Fatalf("the citizen is told %v", shown)
	}
	c, _ := store.Conversation(t.Context(), alice)
	if c.Version != 0 {
		t.Error("something is half stored")
	}
	if err := <-channel.Deliver(text("2", "/language fr")); err != nil || said(channel, alice) != 3 {
		t.Errorf("after the outage: %v, %d said", err, said(channel, alice))
	}
}

func TestWhoBlocksTheBotIsGoneUntilTheyWrite(t *testing.T) {
	channel, store := bottest.NewChannel(), bottest.NewStore()
	running(t, store, channel)
	gone := func() bool {
		c, err := store.Conversation(t.Context(), alice)
		if err != nil {
			t.Fatal(err)
		}
		return c.Gone
	}
	channel.Fail(func(bot.ChatID, bot.Message) error { return fmt.Errorf("blocked: %w", bot.ErrGone) })
	if err := <-channel.Deliver(text("1", "/start")); err != nil || !gone() {
		t.Errorf("a refused reply: %v, gone %v", err, gone())
	}
	channel.Fail(nil)
	if err := <-channel.Deliver(text("2", "/start")); err != nil || gone() {
		t.Errorf("written again: %v, gone %v", err, gone())
	}
	if err := <-channel.Deliver(bot.Update{ID: "3", Chat: alice, Kind: bot.KindBlocked}); err != nil || !gone() {
		t.Errorf("blocked: %v, gone %v", err, gone())
	}
	if err := <-channel.Deliver(bot.Update{ID: "4", Chat: alice, Kind: bot.KindBack}); err != nil || gone() {
		t.Errorf("back: %v, gone %v", err, gone())
	}
	if n := said(channel, alice); n != 1 {
		t.Errorf("%d messages said, want only the answer to the second /start", n)
	}
}

func TestARejectedMessageDoesNotStopTheOthers(t *testing.T) {
	channel, store := bottest.NewChannel(), bottest.NewStore()
	running(t, store, channel)
	first := true
	channel.Fail(func(bot.ChatID, bot.Message) error {
		if first {
			first = false
			return bot.ErrRejected
		}
		return nil
	})
	if err := <-channel.Deliver(text("1", "Worum geht es?")); err != nil || said(channel, alice) != 1 {
		t.Errorf("%v, %d said", err, said(channel, alice))
	}
}

func TestStoppingFinishesTheTurnInHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		channel, store := bottest.NewChannel(), bottest.NewStore()
		sending, release := make(chan struct{}), make(chan struct{})
		channel.Fail(func(bot.ChatID, bot.Message) error {
			close(sending)
			<-release
			return nil
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		b := newBot(t, store)
		go func() { done <- b.Run(ctx, channel) }()
		inHand := channel.Deliver(text("1", "/start"))
		<-sending
		queued := channel.Deliver(text("2", "/start"))
		cancel()
		synctest.Wait()
		select {
		case <-done:
			t.Fatal("stopped with a turn in hand")
		default:
		}
		close(release)
		if err := <-inHand; err != nil {
			t.Errorf("the turn in hand: %v", err)
		}
		if err := <-queued; err == nil {
			t.Error("a turn that was not begun is confirmed")
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestVotesCountOnce(t *testing.T) {
	channel, store := bottest.NewChannel(), bottest.NewStore()
	running(t, store, channel)
	if err := <-channel.Deliver(text("1", "/start palermo")); err != nil {
		t.Fatal(err)
	}
	shown := channel.Messages(alice)
	answer := shown[len(shown)-1]
	for i := range 3 {
		press := bot.Press{ID: fmt.Sprint("p", i), Data: answer.Buttons[0][i%2].Data, Message: answer.ID, Buttons: answer.Buttons}
		if err := <-channel.Deliver(bot.Update{ID: fmt.Sprint("v", i), Chat: alice, Kind: bot.KindPress, Press: press}); err != nil {
			t.Fatal(err)
		}
	}
	counts, err := store.Counts(t.Context(), "2026-03-01", "2026-03-01")
	want := bot.Count{Day: "2026-03-01", Event: bot.EventHelped, Topic: "palermo", Language: bot.German, N: 1}
	if err != nil || len(counts) != 1 || counts[0] != want {
		t.Errorf("counted %+v (%v), want %+v", counts, err, want)
	}
}

// FuzzTurn sends the bot whatever people and strangers can send.
func FuzzTurn(f *testing.F) {
	for _, seed := range []string{"", " ", "/", "/start palermo", "/topics -1", "/open palermo 99", "/language xx welcome",
		strings.Repeat("😀", 4096), "\u202e\u200f", "\xff\xfe", "/helped de palermo", "=x"} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	channel := bottest.NewChannel()
	ctx, cancel := context.WithCancel(context.Background())
	f.Cleanup(cancel)
	b := newBot(f, bottest.NewStore())
	go b.Run(ctx, channel) //nolint:errcheck // it ends with the test
	n := 0
	f.Fuzz(func(t *testing.T, data string, press bool) {
		n++
		chat := bot.NewChatID("test", fmt.Sprint(n))
		u := bot.Update{ID: "1", Chat: chat, Text: strings.ToValidUTF8(data, "\uFFFD")}
		if press {
			u = bot.Update{ID: "1", Chat: chat, Kind: bot.KindPress, Press: bot.Press{ID: "1", Data: data, Message: "0"}}
		}
		if err := <-channel.Deliver(u); err != nil {
			t.Fatal(err)
		}
		shown := channel.Messages(chat)
		if len(shown) == 0 && !press {
			t.Errorf("no word to %q", data)
		}
		for _, m := range shown {
			if strings.Contains(m.Text, "gleich noch einmal") {
				t.Errorf("%q stops the bot", data)
			}
		}
	})
}
