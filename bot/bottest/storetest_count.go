package bottest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"exchangebot/bot"
)

func count(day string, event bot.Event, topic string, lang bot.Language, n int64) bot.Count {
	return bot.Count{Day: day, Event: event, Topic: topic, Language: lang, N: n}
}

func testCounts(t *testing.T, s bot.Store) {
	c := &bot.Conversation{Chat: "test:1"}
	save(t, s, c,
		count("2026-11-22", bot.EventAnswered, "cost", bot.German, 1),
		count("2026-11-22", bot.EventAnswered, "cost", bot.German, 2),
		count("2026-11-22", bot.EventAnswered, "cost", bot.French, 1))
	save(t, s, c,
		count("2026-11-22", bot.EventRefused, "", bot.German, 1),
		count("2026-11-21", bot.EventHelped, "cost-more", bot.German, 1),
		count("2026-11-21", bot.EventHelped, "cost", bot.German, 1),
		count("2026-11-23", bot.EventHelped, "cost", bot.German, 0))
	save(t, s, c, count("2026-11-22", bot.EventAnswered, "cost", bot.German, 4))
	want := []bot.Count{
		count("2026-11-21", bot.EventHelped, "cost", bot.German, 1),
		count("2026-11-21", bot.EventHelped, "cost-more", bot.German, 1),
		count("2026-11-22", bot.EventAnswered, "cost", bot.German, 7),
		count("2026-11-22", bot.EventAnswered, "cost", bot.French, 1),
		count("2026-11-22", bot.EventRefused, "", bot.German, 1),
	}
	wantCounts(t, s, "2026-11-01", "2026-11-30", want...)
	wantCounts(t, s, "2026-11-21", "2026-11-21", want[:2]...)
	wantCounts(t, s, "2026-11-22", "2026-11-22", want[2:]...)
	wantCounts(t, s, "2026-11-22", "2026-11-21")
}

func testRefusedCounts(t *testing.T, s bot.Store) {
	one := count("2026-11-22", bot.EventAnswered, "cost", bot.German, 1)
	save(t, s, &bot.Conversation{Chat: "test:1"}, one)
	if err := s.SaveConversation(t.Context(), &bot.Conversation{Chat: "test:1"}, one); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("got error %v, want %v", err, bot.ErrConflict)
	}
	wantCounts(t, s, one.Day, one.Day, one)
}

func testParallelCounts(t *testing.T, s bot.Store) {
	const writers, saves = 8, 100
	one := count("2026-11-22", bot.EventAnswered, "cost", bot.German, 1)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			c := &bot.Conversation{Chat: bot.NewChatID("test", fmt.Sprint(i))}
			for range saves {
				if err := s.SaveConversation(t.Context(), c, one); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	one.N = writers * saves
	wantCounts(t, s, one.Day, one.Day, one)
}
