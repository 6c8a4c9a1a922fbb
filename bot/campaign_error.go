package bot

import (
	"errors"
	"fmt"
)

// Refusal is why something cannot be done with an announcement.
type Refusal struct {
	Message string // its id in the locales
	Values  Values
}

func (r *Refusal) Error() string { return "refused: " + r.Message }

var (
	// ErrNoAnnouncement says that there is none of that id.
	ErrNoAnnouncement = &Refusal{Message: "announce-none"}
	// ErrOwnApproval says that a second person has to approve.
	ErrOwnApproval = &Refusal{Message: "announce-own-approval"}
)

// refuseState says that an announcement has come too far for something, or not
// far enough.
func refuseState(a *Announcement) error {
	return &Refusal{Message: "announce-is-" + string(a.State)}
}

// Problem is something that keeps an announcement from being released.
type Problem struct {
	Field   string // the input that it stands beside
	Message string // its id in the locales
	Values  Values
}

// Incomplete is the error of an announcement that has a [Problem].
type Incomplete struct{ Problems []Problem }

func (i *Incomplete) Error() string {
	return fmt.Sprintf("announcement has %d problems", len(i.Problems))
}

// SizeChanged is the error of a release for another number of recipients than
// there are by now.
type SizeChanged struct{ Confirmed, Now int64 }

func (s *SizeChanged) Error() string {
	return fmt.Sprintf("confirmed for %d recipients, and there are %d", s.Confirmed, s.Now)
}

// Explain is the message that tells people why something was refused; ok is
// false for any other error.
func Explain(err error) (message string, values Values, ok bool) {
	var refusal *Refusal
	var incomplete *Incomplete
	var changed *SizeChanged
	switch {
	case errors.As(err, &refusal):
		return refusal.Message, refusal.Values, true
	case errors.As(err, &changed):
		return "announce-size-changed", Values{"Confirmed": changed.Confirmed, "Count": changed.Now}, true
	case errors.As(err, &incomplete) && len(incomplete.Problems) > 0:
		return incomplete.Problems[0].Message, incomplete.Problems[0].Values, true
	}
	return "", nil, false
}
