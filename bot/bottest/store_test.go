package bottest_test

import (
	"errors"
	"testing"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

func TestStore(t *testing.T) {
	bottest.TestStore(t, func(*testing.T) bot.Store { return bottest.NewStore() })
}

func TestStoreFails(t *testing.T) {
	s := bottest.NewStore()
	outage := errors.New("outage")
	c := &bot.Conversation{Chat: "test:1"}

	s.Fail(outage)
	if err := s.SaveConversation(t.Context(), c); !errors.Is(err, outage) || c.Version != 0 {
		t.Errorf("save in an outage: error %v, version %d", err, c.Version)
	}
	if err := s.Ping(t.Context()); !errors.Is(err, outage) {
		t.Errorf("ping in an outage: error %v", err)
	}

	s.Fail(nil)
	s.LoseAnswer(outage)
	if err := s.SaveConversation(t.Context(), c); !errors.Is(err, outage) || c.Version != 0 {
		t.Errorf("save whose answer is lost: error %v, version %d", err, c.Version)
	}
	if err := s.SaveConversation(t.Context(), c); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("save again: got error %v, want %v", err, bot.ErrConflict)
	}
}
