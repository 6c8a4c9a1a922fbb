package sealed

import (
	"context"
	"fmt"
	"strings"

	"exchangebot/bot"
)

// checked is how many volunteers, how many conversations, and how many documents
// of a kind Check looks at.
const checked = 200

// HasKeys reports whether what is stored is sealed.
func (s *Store) HasKeys() bool { return len(s.keys) > 0 }

// Check looks whether what is stored was sealed with keys that are here, in a
// sample: the newest volunteers and documents, and some conversations. The first
// that was not is a [*MissingKeyError].
func (s *Store) Check(ctx context.Context) error {
	page, err := s.Store.Volunteers(ctx, bot.VolunteerQuery{Limit: checked})
	if err != nil {
		return fmt.Errorf("check keys: %w", err)
	}
	for _, v := range page.Volunteers {
		if err := s.checkKey(v.Sealed); err != nil {
			return err
		}
	}
	chats, err := s.Store.Conversations(ctx, bot.ConversationQuery{Limit: checked})
	if err != nil {
		return fmt.Errorf("check keys: %w", err)
	}
	for _, chat := range chats {
		c, err := s.Store.Conversation(ctx, chat)
		if err != nil {
			return fmt.Errorf("check keys: %w", err)
		}
		id, _, _ := strings.Cut(c.Sealed, ":")
		if err := s.checkKey(id); err != nil {
			return err
		}
	}
	for _, kind := range bot.DocumentKinds() {
		docs, err := s.Store.Documents(ctx, bot.DocumentQuery{Kind: kind, Limit: checked})
		if err != nil {
			return fmt.Errorf("check keys: %w", err)
		}
		for _, d := range docs {
			if err := s.checkKey(d.Sealed); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) checkKey(id string) error {
	if id == "" {
		return nil
	}
	_, err := s.keys.find(id)
	return err
}
