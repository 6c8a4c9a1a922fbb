package bottest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"exchangebot/bot"
)

// Volunteer implements [bot.VolunteerStore].
func (s *Store) Volunteer(ctx context.Context, chat bot.ChatID) (*bot.Volunteer, error) {
	if err := s.enter(ctx); err != nil {
		return nil, fmt.Errorf("read volunteer: %w", err)
	}
	data := s.people[chat] // never changed in place
	s.mu.Unlock()
	return decodeVolunteer(chat, data)
}

func (s *Store) volunteer(chat bot.ChatID) (*bot.Volunteer, error) {
	return decodeVolunteer(chat, s.people[chat])
}

func decodeVolunteer(chat bot.ChatID, data []byte) (*bot.Volunteer, error) {
	v := &bot.Volunteer{Chat: chat}
	if data != nil {
		if err := json.Unmarshal(data, v); err != nil {
			return nil, fmt.Errorf("read volunteer: %w", err)
		}
	}
	return v, nil
}

// SaveVolunteer implements [bot.VolunteerStore].
func (s *Store) SaveVolunteer(ctx context.Context, v *bot.Volunteer) error {
	if err := s.enter(ctx); err != nil {
		return fmt.Errorf("save volunteer: %w", err)
	}
	defer s.mu.Unlock()
	if s.frozen != nil {
		return fmt.Errorf("save volunteer: %w", s.frozen)
	}
	stored, err := s.volunteer(v.Chat)
	if err != nil {
		return err
	}
	if chat, taken := s.taken[v.Reference]; stored.Version != v.Version || taken && chat != v.Chat {
		return bot.ErrConflict
	}
	next := *v
	next.Version++
	data, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("save volunteer: %w", err)
	}
	s.people[v.Chat], s.taken[v.Reference] = data, v.Chat
	v.Version = next.Version
	return nil
}

func (s *Store) all() ([]*bot.Volunteer, error) {
	var list []*bot.Volunteer
	for chat := range s.people {
		v, err := s.volunteer(chat)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// FreezeVolunteers lets volunteers not be saved, with err, while everything
// else goes on, until FreezeVolunteers(nil).
func (s *Store) FreezeVolunteers(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frozen = err
}

// DeleteVolunteer implements [bot.VolunteerStore].
func (s *Store) DeleteVolunteer(ctx context.Context, chat bot.ChatID) error {
	if err := s.enter(ctx); err != nil {
		return fmt.Errorf("delete volunteer: %w", err)
	}
	defer s.mu.Unlock()
	v, err := s.volunteer(chat)
	if err != nil {
		return err
	}
	delete(s.people, chat)
	delete(s.taken, v.Reference)
	return nil
}

// Volunteers implements [bot.VolunteerStore].
func (s *Store) Volunteers(ctx context.Context, q bot.VolunteerQuery) (bot.VolunteerPage, error) {
	if err := s.enter(ctx); err != nil {
		return bot.VolunteerPage{}, fmt.Errorf("list volunteers: %w", err)
	}
	defer s.mu.Unlock()
	all, err := s.all()
	if err != nil {
		return bot.VolunteerPage{}, err
	}
	newestFirst := func(a, b *bot.Volunteer) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.Reference, a.Reference))
	}
	all = slices.DeleteFunc(all, func(v *bot.Volunteer) bool { return !wanted(q, v) })
	if created, reference, ok := bot.ReadPageMark(q.After); ok {
		mark := &bot.Volunteer{Created: created, Reference: reference}
		all = slices.DeleteFunc(all, func(v *bot.Volunteer) bool { return newestFirst(v, mark) <= 0 })
	}
	slices.SortFunc(all, newestFirst)
	page := bot.VolunteerPage{Volunteers: all}
	if limit := q.PageLimit(); len(all) > limit {
		page.Volunteers = all[:limit]
		page.Next = bot.PageMark(all[limit-1])
	}
	return page, nil
}

func wanted(q bot.VolunteerQuery, v *bot.Volunteer) bool {
	return (len(q.Fields) == 0 || slices.ContainsFunc(q.Fields, func(f bot.Field) bool { return slices.Contains(v.Fields, f) })) &&
		(len(q.Kinds) == 0 || slices.Contains(q.Kinds, v.Kind)) &&
		(len(q.Cities) == 0 || slices.Contains(q.Cities, v.City)) &&
		(len(q.Statuses) == 0 || slices.Contains(q.Statuses, v.Status)) &&
		(len(q.Languages) == 0 || slices.Contains(q.Languages, v.Language)) &&
		(q.From.IsZero() || !v.Created.Before(q.From)) &&
		(q.To.IsZero() || v.Created.Before(q.To)) &&
		(q.Reference == "" || q.Reference == v.Reference) &&
		(len(q.EmailKeys) == 0 || slices.Contains(q.EmailKeys, v.EmailKey)) &&
		!slices.ContainsFunc(q.Words, func(w string) bool { return !strings.Contains(v.Search(), w) })
}

// SilentVolunteers implements [bot.VolunteerStore].
func (s *Store) SilentVolunteers(ctx context.Context, before time.Time, after *bot.Volunteer, limit int) ([]*bot.Volunteer, error) {
	if err := s.enter(ctx); err != nil {
		return nil, fmt.Errorf("list silent volunteers: %w", err)
	}
	defer s.mu.Unlock()
	all, err := s.all()
	if err != nil {
		return nil, err
	}
	oldestFirst := func(a, b *bot.Volunteer) int {
		return cmp.Or(a.Seen.Compare(b.Seen), cmp.Compare(a.Chat, b.Chat))
	}
	all = slices.DeleteFunc(all, func(v *bot.Volunteer) bool {
		return !v.Seen.Before(before) || after != nil && oldestFirst(v, after) <= 0
	})
	slices.SortFunc(all, oldestFirst)
	return all[:min(len(all), max(limit, 0))], nil
}

// Conversations implements [bot.ConversationStore].
func (s *Store) Conversations(ctx context.Context, q bot.ConversationQuery) ([]bot.ChatID, error) {
	if err := s.enter(ctx); err != nil {
		return nil, fmt.Errorf("list conversations: %w", err)
	}
	defer s.mu.Unlock()
	var list []*bot.Conversation
	for chat := range s.chats {
		c, err := s.read(chat)
		if err != nil {
			return nil, err
		}
		since := c.OpenSince()
		if q.Open.IsZero() && chat > q.After || !since.IsZero() && since.Before(q.Open) {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b *bot.Conversation) int {
		if q.Open.IsZero() {
			return cmp.Compare(a.Chat, b.Chat)
		}
		return a.OpenSince().Compare(b.OpenSince())
	})
	var chats []bot.ChatID
	for _, c := range list[:min(len(list), max(q.Limit, 0))] {
		chats = append(chats, c.Chat)
	}
	return chats, nil
}

// Dump is everything that is stored, as text.
func (s *Store) Dump() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for _, docs := range []map[bot.ChatID][]byte{s.chats, s.people} {
		for _, doc := range docs {
			b.Write(doc)
		}
	}
	for _, doc := range s.docs {
		b.WriteString(doc.Key + string(doc.Chat) + doc.Data)
	}
	for chat, sub := range s.subs {
		fmt.Fprintln(&b, chat, sub.State, sub.Language, sub.Fields)
	}
	return b.String()
}
