package bot

import (
	"cmp"
	"context"
	"time"
)

// SubscriberState is whether a chat gets announcements. Its values are stored.
type SubscriberState string

// The states of a subscriber.
const (
	Subscribed   SubscriberState = "subscribed"
	Unsubscribed SubscriberState = "unsubscribed" // by their own word: they get none, not as volunteers either
	Lost         SubscriberState = "lost"         // blocked the bot, or is no more; asked when they come back
)

// Subscriber is a chat that has said whether it wants announcements. It is
// stored: fields are never renamed without a migration.
type Subscriber struct {
	Chat     ChatID          `json:"chat"`
	Version  int64           `json:"version"` // 0: not stored yet; counted up by the store
	State    SubscriberState `json:"state"`
	Language Language        `json:"language"`         // in which they are written to
	Fields   []Field         `json:"fields,omitempty"` // of interest, in the order of [Fields]; none: all
	Since    time.Time       `json:"since"`            // when State was last changed; UTC, in whole milliseconds
	Update   string          `json:"update,omitempty"` // the id of the update that changed State; empty: none did
}

// SubscriberStore keeps subscribers.
type SubscriberStore interface {
	// Subscriber reads a chat's; of one that is not stored, Version is 0 and
	// only Chat is set.
	Subscriber(ctx context.Context, chat ChatID) (*Subscriber, error)

	// SaveSubscriber stores s if the stored version is still s.Version (0:
	// none is stored) and counts s.Version up. Otherwise it stores nothing and
	// returns [ErrConflict].
	SaveSubscriber(ctx context.Context, s *Subscriber) error

	// DeleteSubscriber forgets a chat's. Deleting one that is not stored is no error.
	DeleteSubscriber(ctx context.Context, chat ChatID) error

	// Subscribers lists those of a query, sorted by Chat, byte by byte.
	Subscribers(ctx context.Context, q SubscriberQuery) ([]*Subscriber, error)

	// TallySubscribers counts those of a query, whose After and Limit mean
	// nothing, by channel and language, sorted by both.
	TallySubscribers(ctx context.Context, q SubscriberQuery) ([]Reached, error)
}

// SubscriberQuery says which subscribers are wanted. Several conditions mean
// all of them, several values of one mean any of them.
type SubscriberQuery struct {
	State     SubscriberState // empty: [Subscribed]
	Fields    []Field         // who is interested in one of them, or in all; empty: anybody
	Languages []Language      // empty: any
	Channels  []string        // names of channels; empty: any
	Before    time.Time       // Since at the latest; zero: any

	After ChatID // those that sort after it
	Limit int    // how many at most
}

// Wanted is the state of those that the query wants.
func (q SubscriberQuery) Wanted() SubscriberState { return cmp.Or(q.State, Subscribed) }

// Reached is how many people are reached through one channel in one language.
type Reached struct {
	Channel  string   `json:"channel"`
	Language Language `json:"language"`
	N        int64    `json:"n"`
}
