package sealed

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"exchangebot/bot"
)

// Rotated is what [Store.Rotate] has done.
type Rotated struct {
	Volunteers, Conversations, Documents int // encrypted anew with the first key
}

const rotateAtOnce = 500

// Rotate encrypts with the first key what is not: sealed with another one, or
// stored before there was any. It can be stopped and begun again, and the
// service may run meanwhile, with the same keys. Afterwards only the first
// key is needed.
func (s *Store) Rotate(ctx context.Context) (Rotated, error) {
	var done Rotated
	if !s.HasKeys() {
		return done, errors.New("rotate: there is no key")
	}
	if err := s.rotateVolunteers(ctx, &done); err != nil {
		return done, fmt.Errorf("rotate volunteers: %w", err)
	}
	if err := s.rotateConversations(ctx, &done); err != nil {
		return done, fmt.Errorf("rotate conversations: %w", err)
	}
	for _, kind := range bot.DocumentKinds() {
		if err := s.rotateDocuments(ctx, kind, &done); err != nil {
			return done, fmt.Errorf("rotate documents: %w", err)
		}
	}
	return done, nil
}

func (s *Store) rotateVolunteers(ctx context.Context, done *Rotated) error {
	q := bot.VolunteerQuery{Limit: rotateAtOnce}
	for {
		page, err := s.Store.Volunteers(ctx, q)
		if err != nil {
			return err
		}
		for _, v := range page.Volunteers {
			if v.Sealed == s.keys[0].id {
				continue
			}
			err := again(func() error {
				v, err := s.Volunteer(ctx, v.Chat)
				if err != nil || v.Version == 0 {
					return err
				}
				return s.SaveVolunteer(ctx, v)
			})
			if err != nil {
				return err
			}
			done.Volunteers++
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

func (s *Store) rotateConversations(ctx context.Context, done *Rotated) error {
	q := bot.ConversationQuery{Limit: rotateAtOnce}
	for {
		chats, err := s.Conversations(ctx, q)
		if err != nil || len(chats) == 0 {
			return err
		}
		for _, chat := range chats {
			stored, err := s.Store.Conversation(ctx, chat)
			if err != nil {
				return err
			}
			sealed := strings.HasPrefix(stored.Sealed, s.keys[0].id+":")
			readable := len(stored.Pending) > 0 || len(stored.Unanswered) > 0 || stored.Position != nil && len(stored.Position.Values) > 0
			if sealed || stored.Sealed == "" && !readable {
				continue
			}
			err = again(func() error {
				c, err := s.Conversation(ctx, chat)
				if err != nil || c.Version == 0 {
					return err
				}
				return s.SaveConversation(ctx, c)
			})
			if err != nil {
				return err
			}
			done.Conversations++
		}
		q.After = chats[len(chats)-1]
	}
}

func (s *Store) rotateDocuments(ctx context.Context, kind bot.DocumentKind, done *Rotated) error {
	// From the oldest on: what is stored meanwhile is sealed with the first key.
	for d, err := range bot.EachDocument(ctx, s.Store, bot.DocumentQuery{Kind: kind, Limit: rotateAtOnce, Oldest: true}) {
		if err != nil {
			return err
		}
		if d.Sealed == s.keys[0].id {
			continue
		}
		err = again(func() error {
			d, err := s.Document(ctx, kind, d.Key)
			if err != nil || d.Version == 0 {
				return err
			}
			return s.SaveDocument(ctx, d)
		})
		if err != nil {
			return err
		}
		done.Documents++
	}
	return nil
}

// againAtMost is how often a record is tried that others keep changing.
const againAtMost = 100

// again does what somebody else was quicker with once more. What they store is
// sealed with the first key as well, if they have the same keys.
func again(do func() error) error {
	for range againAtMost {
		if err := do(); !errors.Is(err, bot.ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("given up after %d conflicts: begin again", againAtMost)
}
