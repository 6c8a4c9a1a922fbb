package bottest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"exchangebot/bot"
)

// TestStoreLarge tests a store with a number of conversations, ten thousand or
// more in thousands. s is empty.
func TestStoreLarge(t *testing.T, s bot.Store, chats int) {
	const writers = 256
	chat := func(i int) bot.ChatID { return bot.NewChatID("test", fmt.Sprint(i)) }
	one := count("2026-11-22", bot.EventAnswered, "cost", bot.German, 1)

	// Chat i was changed in second i, and they are stored in no such order.
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := w; i < chats; i += writers {
				j := i * 7919 % chats
				c := &bot.Conversation{Chat: chat(j), Changed: day.Add(time.Duration(j) * time.Second)}
				var counts []bot.Count
				if j%100 == 0 {
					counts = append(counts, one)
				}
				if err := s.SaveConversation(t.Context(), c, counts...); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	one.N = int64(chats) / 100
	wantCounts(t, s, one.Day, one.Day, one)

	for i := 0; i < chats; i += 997 {
		c := load(t, s, chat(i))
		if c.Version != 1 || c.Chat != chat(i) {
			t.Fatalf("chat %d: read version %d of %s", i, c.Version, c.Chat)
		}
		save(t, s, c)
	}

	const old, batch = 5000, 1000
	before := day.Add(old * time.Second)
	for range old / batch {
		if n, err := s.ExpireConversations(t.Context(), before, batch); err != nil || n != batch {
			t.Fatalf("expired %d, error %v; want %d", n, err, batch)
		}
	}
	if n, err := s.ExpireConversations(t.Context(), before, batch); err != nil || n != 0 {
		t.Errorf("expired %d more, error %v", n, err)
	}
	for i, stored := range map[int]bool{0: false, old - 1: false, old: true, chats - 1: true} {
		if got := load(t, s, chat(i)).Version > 0; got != stored {
			t.Errorf("chat %d is stored: %t, want %t", i, got, stored)
		}
	}
}
