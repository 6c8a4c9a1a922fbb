// Package bottest is what tests of the bot share: fakes of its ports, and the
// contract tests that every store must pass.
package bottest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"exchangebot/bot"
)

// Store is a [bot.Store] in memory that can be told to fail. What goes in and
// comes out is copied through JSON, as a real store would.
type Store struct {
	mu       sync.Mutex
	chats    map[bot.ChatID][]byte
	versions map[bot.ChatID]int64 // of chats
	people   map[bot.ChatID][]byte
	taken    map[string]bot.ChatID // by reference: whose it is
	counts   map[bot.Count]int64   // by a count without its N
	docs     map[docKey]bot.Document
	subs     map[bot.ChatID]bot.Subscriber
	changed  chan struct{} // closed, and made anew, when a document was stored or deleted
	down     error
	frozen   error // for saving volunteers
	lost     error
}

// NewStore returns an empty store.
func NewStore() *Store {
	return &Store{chats: map[bot.ChatID][]byte{}, versions: map[bot.ChatID]int64{}, people: map[bot.ChatID][]byte{}, taken: map[string]bot.ChatID{}, counts: map[bot.Count]int64{},
		docs: map[docKey]bot.Document{}, changed: make(chan struct{}), subs: map[bot.ChatID]bot.Subscriber{}}
}

// Fail lets every call return err, and do nothing, until Fail(nil).
func (s *Store) Fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = err
}

// LoseAnswer lets the next save that is stored return err all the same, as
// when the connection breaks before the database's answer.
func (s *Store) LoseAnswer(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = err
}

// enter locks the store, or tells why it cannot be used.
func (s *Store) enter(ctx context.Context) error {
	s.mu.Lock()
	err := ctx.Err()
	if err == nil {
		err = s.down
	}
	if err != nil {
		s.mu.Unlock()
	}
	return err
}

// Conversation implements [bot.ConversationStore].
func (s *Store) Conversation(ctx context.Context, chat bot.ChatID) (*bot.Conversation, error) {
	if err := s.enter(ctx); err != nil {
		return nil, fmt.Errorf("read conversation: %w", err)
	}
	data := s.chats[chat] // never changed in place
	s.mu.Unlock()
	return decode(chat, data)
}

func (s *Store) read(chat bot.ChatID) (*bot.Conversation, error) {
	return decode(chat, s.chats[chat])
}

func decode(chat bot.ChatID, data []byte) (*bot.Conversation, error) {
	c := &bot.Conversation{Chat: chat}
	if data == nil {
		return c, nil
	}
	if err := json.Unmarshal(data, c); err != nil {
		return nil, fmt.Errorf("read conversation: %w", err)
	}
	return c, nil
}

// SaveConversation implements [bot.ConversationStore].
func (s *Store) SaveConversation(ctx context.Context, c *bot.Conversation, counts ...bot.Count) error {
	next := *c
	next.Version++
	data, err := json.Marshal(next)
	if err == nil {
		err = s.enter(ctx)
	}
	if err != nil {
		return fmt.Errorf("save conversation: %w", err)
	}
	defer s.mu.Unlock()
	if s.versions[c.Chat] != c.Version {
		return bot.ErrConflict
	}
	s.chats[c.Chat], s.versions[c.Chat] = data, next.Version
	for _, count := range counts {
		n := count.N
		count.N = 0
		s.counts[count] += n
	}
	if err := s.lost; err != nil {
		s.lost = nil
		return fmt.Errorf("save conversation: %w", err)
	}
	c.Version = next.Version
	return nil
}

// DeleteConversation implements [bot.ConversationStore].
func (s *Store) DeleteConversation(ctx context.Context, chat bot.ChatID) error {
	if err := s.enter(ctx); err != nil {
		return fmt.Errorf("delete conversation: %w", err)
	}
	defer s.mu.Unlock()
	delete(s.chats, chat)
	delete(s.versions, chat)
	return nil
}

// ExpireConversations implements [bot.ConversationStore].
func (s *Store) ExpireConversations(ctx context.Context, before time.Time, limit int) (int, error) {
	if err := s.enter(ctx); err != nil {
		return 0, fmt.Errorf("expire conversations: %w", err)
	}
	defer s.mu.Unlock()
	var old []*bot.Conversation
	for chat := range s.chats {
		c, err := s.read(chat)
		if err != nil {
			return 0, err
		}
		if c.Changed.Before(before) {
			old = append(old, c)
		}
	}
	slices.SortFunc(old, func(a, b *bot.Conversation) int { return a.Changed.Compare(b.Changed) })
	old = old[:min(len(old), max(limit, 0))]
	for _, c := range old {
		delete(s.chats, c.Chat)
		delete(s.versions, c.Chat)
	}
	return len(old), nil
}

// Counts implements [bot.CountStore].
func (s *Store) Counts(ctx context.Context, first, last string) ([]bot.Count, error) {
	if err := s.enter(ctx); err != nil {
		return nil, fmt.Errorf("list counts: %w", err)
	}
	defer s.mu.Unlock()
	var list []bot.Count
	for count, n := range s.counts {
		if n != 0 && first <= count.Day && count.Day <= last {
			count.N = n
			list = append(list, count)
		}
	}
	slices.SortFunc(list, func(a, b bot.Count) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Event, b.Event),
			cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Language, b.Language))
	})
	return list, nil
}

// Ping implements [bot.Store].
func (s *Store) Ping(ctx context.Context) error {
	if err := s.enter(ctx); err != nil {
		return fmt.Errorf("ping store: %w", err)
	}
	s.mu.Unlock()
	return nil
}
