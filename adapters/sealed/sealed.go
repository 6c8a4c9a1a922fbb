// Package sealed encrypts what names people before another store keeps it:
// of a volunteer the name, the address, the number and the free texts; of a
// conversation what was entered in a dialogue, what was asked in vain and the replies under way; of
// every other document all that it holds.
//
// It uses XChaCha20-Poly1305 of golang.org/x/crypto, whose nonces of 192 bits
// may be drawn by chance for as many values as there will ever be. Tink and age
// would do as well: Tink brings key sets that need tools of their own, and age
// is made for files, with a header of 200 bytes for each value.
//
// Each value is bound to its record and field: moved to another, it does not
// open. What was stored before there was a key stays readable, and is encrypted
// when it is next stored or by [Store.Rotate]. A store without keys keeps
// everything readable; what was sealed before is an error then, as with any
// other [MissingKeyError], and never handed out as it is.
package sealed

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"exchangebot/bot"
)

// Store is a [bot.Store] that seals what it hands on.
type Store struct {
	bot.Store
	keys Keys
}

var _ bot.Store = (*Store)(nil)

// New seals with keys what inner keeps.
func New(inner bot.Store, keys Keys) *Store { return &Store{inner, keys} }

// secret is what is encrypted of a conversation.
type secret struct {
	Pending    []bot.Reply       `json:"pending,omitempty"`
	Values     map[string]string `json:"values,omitempty"`
	Maybe      string            `json:"maybe,omitempty"`
	Unanswered []bot.Unanswered  `json:"unanswered,omitempty"`
}

// Conversation implements [bot.ConversationStore].
func (s *Store) Conversation(ctx context.Context, chat bot.ChatID) (*bot.Conversation, error) {
	c, err := s.Store.Conversation(ctx, chat)
	if err != nil || c.Sealed == "" {
		return c, err
	}
	id, sealed, _ := strings.Cut(c.Sealed, ":")
	k, err := s.keys.find(id)
	var data []byte
	if err == nil {
		data, err = k.open(sealed, "conversation "+string(chat))
	}
	var open secret
	if err == nil {
		err = json.Unmarshal(data, &open)
	}
	if err != nil {
		return nil, fmt.Errorf("read conversation: %w", err)
	}
	c.Sealed, c.Pending, c.Unanswered = "", open.Pending, open.Unanswered
	if c.Position != nil {
		c.Position.Values, c.Position.Maybe = open.Values, open.Maybe
	}
	return c, nil
}

// SaveConversation implements [bot.ConversationStore].
func (s *Store) SaveConversation(ctx context.Context, c *bot.Conversation, counts ...bot.Count) error {
	sealed, err := s.seal(c)
	if err != nil {
		return fmt.Errorf("save conversation: %w", err)
	}
	if err := s.Store.SaveConversation(ctx, sealed, counts...); err != nil {
		return err
	}
	c.Version = sealed.Version
	return nil
}

// seal returns a copy of c in which nothing personal can be read, if there is a key.
func (s *Store) seal(c *bot.Conversation) (*bot.Conversation, error) {
	sealed := *c
	if len(s.keys) == 0 {
		sealed.Sealed = ""
		return &sealed, nil
	}
	open := secret{Pending: c.Pending, Unanswered: c.Unanswered}
	if c.Position != nil {
		p := *c.Position
		open.Values, open.Maybe = p.Values, p.Maybe
		p.Values, p.Maybe = nil, ""
		sealed.Position = &p
	}
	sealed.Pending, sealed.Unanswered, sealed.Sealed = nil, nil, ""
	if len(open.Pending) == 0 && len(open.Unanswered) == 0 && open.Values == nil && open.Maybe == "" {
		return &sealed, nil
	}
	data, err := json.Marshal(open)
	if err != nil {
		return nil, err
	}
	sealed.Sealed = s.keys[0].id + ":" + s.keys[0].seal(data, "conversation "+string(c.Chat))
	return &sealed, nil
}

// sealedFields are those of a volunteer that are encrypted, by their stored name.
func sealedFields(v *bot.Volunteer) map[string]*string {
	return map[string]*string{"name": &v.Name, "offers": &v.Offers, "seeks": &v.Seeks, "email": &v.Email, "phone": &v.Phone, "notes": &v.Notes}
}

func about(chat bot.ChatID, field string) string { return "volunteer " + field + " " + string(chat) }

// Volunteer implements [bot.VolunteerStore].
func (s *Store) Volunteer(ctx context.Context, chat bot.ChatID) (*bot.Volunteer, error) {
	v, err := s.Store.Volunteer(ctx, chat)
	if err != nil {
		return nil, err
	}
	return v, s.openVolunteer(v)
}

// openVolunteer decrypts a volunteer in place.
func (s *Store) openVolunteer(v *bot.Volunteer) error {
	if v.Sealed == "" {
		return nil
	}
	k, err := s.keys.find(v.Sealed)
	if err != nil {
		return fmt.Errorf("read volunteer: %w", err)
	}
	for field, value := range sealedFields(v) {
		if *value == "" {
			continue
		}
		data, err := k.open(*value, about(v.Chat, field))
		if err != nil {
			return fmt.Errorf("read volunteer: %s: %w", field, err)
		}
		*value = string(data)
	}
	v.Sealed, v.EmailKey = "", bot.EmailKey(v.Email)
	return nil
}

// SaveVolunteer implements [bot.VolunteerStore].
func (s *Store) SaveVolunteer(ctx context.Context, v *bot.Volunteer) error {
	if len(s.keys) == 0 {
		return s.Store.SaveVolunteer(ctx, v)
	}
	sealed := *v
	k := s.keys[0]
	for field, value := range sealedFields(&sealed) {
		if *value != "" {
			*value = k.seal([]byte(*value), about(v.Chat, field))
		}
	}
	if sealed.EmailKey != "" {
		sealed.EmailKey = k.keyed(sealed.EmailKey)
	}
	sealed.Sealed = k.id
	if err := s.Store.SaveVolunteer(ctx, &sealed); err != nil {
		return err
	}
	v.Version = sealed.Version
	return nil
}

// Volunteers implements [bot.VolunteerStore]. An e-mail address is looked for
// by its keyed hash, of every key, and as it is where it was stored readable.
func (s *Store) Volunteers(ctx context.Context, q bot.VolunteerQuery) (bot.VolunteerPage, error) {
	q.EmailKeys = s.emailKeys(q.EmailKeys)
	page, err := s.Store.Volunteers(ctx, q)
	if err != nil {
		return bot.VolunteerPage{}, err
	}
	return page, s.openVolunteers(page.Volunteers)
}

// emailKeys are the forms in which addresses may be stored.
func (s *Store) emailKeys(emails []string) []string {
	keys := emails
	for _, email := range emails {
		for _, k := range s.keys {
			keys = append(keys[:len(keys):len(keys)], k.keyed(email))
		}
	}
	return keys
}

// SilentVolunteers implements [bot.VolunteerStore]. It lists those that do not
// open as well, without what is sealed: one must not hide the others, and
// [Store.Volunteer] says what is wrong with it.
func (s *Store) SilentVolunteers(ctx context.Context, before time.Time, after *bot.Volunteer, limit int) ([]*bot.Volunteer, error) {
	list, err := s.Store.SilentVolunteers(ctx, before, after, limit)
	if err != nil {
		return nil, err
	}
	for i, v := range list {
		if err := s.openVolunteer(v); err != nil {
			list[i] = &bot.Volunteer{Chat: v.Chat, Reference: v.Reference, Seen: v.Seen}
		}
	}
	return list, nil
}

func (s *Store) openVolunteers(list []*bot.Volunteer) error {
	for _, v := range list {
		if err := s.openVolunteer(v); err != nil {
			return err
		}
	}
	return nil
}
