package bot

import "context"

// Announcer is a [Channel] that carries announcements. Its replies always pass
// them: an announcement that waits for its time keeps no reply waiting for
// more than one message's share of the rate.
type Announcer interface {
	Channel

	// Announce tries once to say one message in a chat. It waits until the
	// platform's rates allow it, then calls claim, then makes the call, unless
	// claim has failed: then it returns that error, and the chat has nothing.
	// Nil says that the platform has taken the message; what else comes of the
	// call is an [*Undelivered]: one that ctx ends is [ReasonUnknown]. It is safe
	// for concurrent use.
	Announce(ctx context.Context, chat ChatID, m Message, claim func() error) error

	// Rate is how many messages a second go out at most.
	Rate() float64

	// Preview is how people will see m, and how long that is.
	Preview(m Message) Preview
}

// Preview is a message as a channel shows it.
type Preview struct {
	Text   string // CommonMark, of no more than what the channel can show
	Length int    // as the platform counts it
	Limit  int    // the longest that goes out as one message
}

// Fits reports whether the message can be sent at all.
func (p Preview) Fits() bool { return p.Length > 0 && p.Length <= p.Limit }

// Reason is why an announcement did not arrive. Its values are stored.
type Reason string

// The reasons.
const (
	ReasonBlocked     Reason = "blocked"     // the person has blocked the bot
	ReasonDeactivated Reason = "deactivated" // the account is no more
	ReasonNotFound    Reason = "not-found"   // there is no such chat
	ReasonRejected    Reason = "rejected"    // the platform will not take this message
	ReasonUnreachable Reason = "unreachable" // the platform failed, or was not there
	ReasonUnknown     Reason = "unknown"     // the call was made, and its answer was lost
	ReasonLimited     Reason = "limited"     // the platform wants to hear nothing for a while
	ReasonCancelled   Reason = "cancelled"   // the announcement was cancelled before; no [Announcer] says so
)

// Undelivered is the error of an [Announcer] for a message that did not
// arrive, or may not have.
type Undelivered struct {
	Reason Reason
	Err    error // for the log: says nothing of the chat nor of the message
}

func (u *Undelivered) Error() string { return u.Err.Error() }
func (u *Undelivered) Unwrap() error { return u.Err }

// Final reports whether trying again can change nothing.
func (r Reason) Final() bool {
	return r == ReasonBlocked || r == ReasonDeactivated || r == ReasonNotFound || r == ReasonRejected
}

// Gone reports whether nobody is there any more to write to.
func (r Reason) Gone() bool { return r.Final() && r != ReasonRejected }
