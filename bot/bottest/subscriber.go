package bottest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"exchangebot/bot"
)

// Subscriber implements [bot.SubscriberStore].
func (s *Store) Subscriber(ctx context.Context, chat bot.ChatID) (*bot.Subscriber, error) {
	if err := s.enter(ctx); err != nil {
		return nil, fmt.Errorf("read subscriber: %w", err)
	}
	defer s.mu.Unlock()
	sub := s.subs[chat]
	sub.Chat, sub.Fields = chat, slices.Clone(sub.Fields)
	return &sub, nil
}

// SaveSubscriber implements [bot.SubscriberStore].
func (s *Store) SaveSubscriber(ctx context.Context, sub *bot.Subscriber) error {
	if err := s.enter(ctx); err != nil {
		return fmt.Errorf("save subscriber: %w", err)
	}
	defer s.mu.Unlock()
	if s.subs[sub.Chat].Version != sub.Version {
		return bot.ErrConflict
	}
	sub.Version++
	stored := *sub
	stored.Since = sub.Since.UTC().Truncate(time.Millisecond)
	stored.Fields = append([]bot.Field(nil), sub.Fields...) // none is nil
	s.subs[sub.Chat] = stored
	return nil
}

// DeleteSubscriber implements [bot.SubscriberStore].
func (s *Store) DeleteSubscriber(ctx context.Context, chat bot.ChatID) error {
	if err := s.enter(ctx); err != nil {
		return fmt.Errorf("delete subscriber: %w", err)
	}
	defer s.mu.Unlock()
	delete(s.subs, chat)
	return nil
}

// Subscribers implements [bot.SubscriberStore].
func (s *Store) Subscribers(ctx context.Context, q bot.SubscriberQuery) ([]*bot.Subscriber, error) {
	if err := s.enter(ctx); err != nil {
		return nil, fmt.Errorf("list subscribers: %w", err)
	}
	defer s.mu.Unlock()
	var list []*bot.Subscriber
	for chat, sub := range s.subs {
		if chat > q.After && wantedSubscriber(q, sub) {
			sub.Fields = slices.Clone(sub.Fields)
			list = append(list, &sub)
		}
	}
	slices.SortFunc(list, func(a, b *bot.Subscriber) int { return cmp.Compare(a.Chat, b.Chat) })
	return list[:min(len(list), max(q.Limit, 0))], nil
}

// TallySubscribers implements [bot.SubscriberStore].
func (s *Store) TallySubscribers(ctx context.Context, q bot.SubscriberQuery) ([]bot.Reached, error) {
	if err := s.enter(ctx); err != nil {
		return nil, fmt.Errorf("count subscribers: %w", err)
	}
	defer s.mu.Unlock()
	counted := map[bot.Reached]int64{} // by one without its N
	for chat, sub := range s.subs {
		if wantedSubscriber(q, sub) {
			channel, _ := chat.Split()
			counted[bot.Reached{Channel: channel, Language: sub.Language}]++
		}
	}
	var list []bot.Reached
	for r, n := range counted {
		r.N = n
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b bot.Reached) int {
		return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Language, b.Language))
	})
	return list, nil
}

func wantedSubscriber(q bot.SubscriberQuery, sub bot.Subscriber) bool {
	channel, _ := sub.Chat.Split()
	return sub.State == q.Wanted() &&
		(len(q.Fields) == 0 || len(sub.Fields) == 0 || slices.ContainsFunc(q.Fields, func(f bot.Field) bool { return slices.Contains(sub.Fields, f) })) &&
		(len(q.Languages) == 0 || slices.Contains(q.Languages, sub.Language)) &&
		(len(q.Channels) == 0 || slices.Contains(q.Channels, channel)) &&
		(q.Before.IsZero() || !sub.Since.After(q.Before))
}
