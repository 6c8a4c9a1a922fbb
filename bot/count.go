package bot

import "context"

// Event is something that is counted. Its values are stored.
type Event string

const (
	EventAnswered  Event = "answered"  // a question was answered; Topic says with what
	EventSuggested Event = "suggested" // a question was answered with suggestions; no topic
	EventRefused   Event = "refused"   // a question was not covered; no topic
	EventHelped    Event = "helped"    // "that helped", under the answer of Topic
	EventUnhelpful Event = "unhelpful" // "that did not help", likewise
	EventSignedUp  Event = "signed-up" // a sign-up was confirmed; no topic
	EventWithdrawn Event = "withdrawn" // a consent was withdrawn; no topic

	EventSubscribed   Event = "subscribed"   // somebody wants announcements; no topic
	EventUnsubscribed Event = "unsubscribed" // somebody wants none any more, by their own word; no topic

	EventHandedOver Event = "handed-over" // a question was passed on to staff; no topic
)

// Count is how often an event happened on a day. It names nobody.
type Count struct {
	Day      string // in Düsseldorf, such as "2026-11-22"
	Event    Event
	Topic    string
	Language Language
	N        int64
}

// CountStore keeps counts, one for each day, event, topic and language.
// [ConversationStore.SaveConversation] adds to them.
type CountStore interface {
	// Counts lists the counts of the days from first to last, both included,
	// sorted by day, event, topic and language.
	Counts(ctx context.Context, first, last string) ([]Count, error)
}

// Store is all that the bot keeps. It is safe for concurrent use.
type Store interface {
	ConversationStore
	VolunteerStore
	TallyStore
	CountStore
	DocumentStore
	SubscriberStore
	// Ping is nil when the store can be used.
	Ping(ctx context.Context) error
}
