package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"exchangebot/bot/knowledge"
)

// Language is a two-letter ISO 639-1 code; empty means not known.
type Language = knowledge.Language

// The languages of the exchange. The first is spoken when nothing tells otherwise.
const (
	German Language = "de"
	French Language = "fr"
)

// Conversation is where a chat stands. It is stored as JSON: fields are never
// renamed without a migration.
type Conversation struct {
	Chat    ChatID    `json:"chat"`
	Version int64     `json:"version"` // 0: not stored yet; counted up by the store
	Created time.Time `json:"created"`
	Changed time.Time `json:"changed"` // the last turn

	Chosen Language `json:"chosen,omitempty"` // by the citizen, explicitly
	Spoken Language `json:"spoken,omitempty"` // of the last message that could be told
	Gone   bool     `json:"gone,omitempty"`   // has blocked the bot, until they write again

	Introduced bool `json:"introduced,omitempty"` // the bot has said that it is a machine

	Handled []string `json:"handled,omitempty"` // ids of the latest updates, oldest first
	Pending []Reply  `json:"pending,omitempty"` // not known to be sent, oldest first
	Spent   []string `json:"spent,omitempty"`   // buttons that count once and were pressed, oldest first

	Position *Position `json:"position,omitempty"` // in an open dialogue
	Awaits   string    `json:"awaits,omitempty"`   // the command whose yes or no the next update may say

	Unanswered []Unanswered `json:"unanswered,omitempty"` // the latest questions, oldest first
	Handover   *Handover    `json:"handover,omitempty"`   // a question that was passed on

	// Sealed holds Pending, Position and Unanswered encrypted. Outside the stores it is
	// always empty.
	Sealed string `json:"sealed,omitempty"`
}

// OpenSince is when an open dialogue was last touched; zero when none is open.
func (c *Conversation) OpenSince() time.Time {
	if c.Position == nil {
		return time.Time{}
	}
	return c.Position.Touched
}

// Position is where a dialogue stands: which step it waits for, and what was
// entered so far.
type Position struct {
	Dialogue string            `json:"dialogue"`
	Step     string            `json:"step"`
	Values   map[string]string `json:"values,omitempty"` // by step; empty: skipped; missing: not asked yet
	Maybe    string            `json:"maybe,omitempty"`  // an answer that waits for a yes or no
	Record   bool              `json:"record,omitempty"` // the values are those of a stored record
	Paused   bool              `json:"paused,omitempty"` // put aside by the citizen
	Payload  string            `json:"payload,omitempty"`
	Touched  time.Time         `json:"touched"` // when something was last entered
}

// Reply is what the bot says to one update.
type Reply struct {
	Update   string    `json:"update"`
	Messages []Message `json:"messages"`
}

// How much a conversation remembers: more updates than a platform can have
// under way in one chat (Telegram hands out 100 at a time).
const (
	maxHandled = 128
	maxPending = 16
	maxSpent   = 64
)

// remember keeps the newest max entries of list, with entry as the last.
func remember[T any](list []T, entry T, max int) []T {
	list = append(list, entry)
	if len(list) > max {
		list = slices.Delete(list, 0, len(list)-max)
	}
	return list
}

// ErrConflict says that somebody else stored a newer version meanwhile.
var ErrConflict = errors.New("version conflict")

// ConversationStore keeps conversations. A method that returns an error other
// than [ErrConflict] may succeed when it is tried again.
type ConversationStore interface {
	// Conversation reads a chat's conversation; one that was never stored has
	// Version 0 and only its Chat set.
	Conversation(ctx context.Context, chat ChatID) (*Conversation, error)

	// SaveConversation stores c if the stored version is still c.Version
	// (0: none is stored), counts c.Version up and adds counts. Otherwise it
	// stores nothing and returns [ErrConflict]. When it returns nil, c
	// survives a crash of the machine; of counts, a store without
	// transactions may lose the last few in a crash, and never adds one twice.
	SaveConversation(ctx context.Context, c *Conversation, counts ...Count) error

	// DeleteConversation forgets a chat. Deleting one that is not stored is no error.
	DeleteConversation(ctx context.Context, chat ChatID) error

	// Conversations lists the chats of a query.
	Conversations(ctx context.Context, q ConversationQuery) ([]ChatID, error)

	// ExpireConversations deletes at most limit conversations that were last
	// changed before the given time, oldest first, and tells how many.
	ExpireConversations(ctx context.Context, before time.Time, limit int) (int, error)
}

// ConversationQuery says which conversations are wanted.
type ConversationQuery struct {
	// Open wants those with a [Position] touched before, the oldest first;
	// when it is zero, all are wanted, sorted by Chat.
	Open  time.Time
	After ChatID // of all, those that sort after it, byte by byte
	Limit int    // how many at most
}
