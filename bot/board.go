package bot

import (
	"context"
	"time"
)

// Board is a [Channel] on which staff are told what happens, in one place that
// all of them read. The bot finds it among its channels.
type Board interface {
	// Post shows p and returns the platform's id of it, when the platform has
	// taken it. A Key that was posted already is not posted again, even where
	// the answer to the first call was lost: that post shows the View from now
	// on, unless it stands in a thread, and its id is returned. Rates are
	// obeyed, and what failed temporarily is not repeated: the caller does, with
	// the same Key. [ErrRejected] is final; [ErrGone] says that the thread is no
	// more.
	Post(ctx context.Context, p Post) (id string, err error)

	// Update puts v in the place of a post. [ErrGone] says that it is no more.
	Update(ctx context.Context, id string, v View) error

	// Key is what a post at the top was posted with. Somebody may have answered
	// it before the call that posted it returns, or though its answer was lost.
	// Empty: the bot has not posted it, or it is no more.
	Key(ctx context.Context, id string) (key string, err error)

	// Refresh says that something has changed which home pages show. Those
	// that people have open are drawn again soon; it returns at once.
	Refresh()
}

// MaybeBoard is a [Board] that may lack a place to post in.
type MaybeBoard interface {
	Board

	// HasBoard reports whether there is one. Without, nothing is posted nor
	// updated: what there is to tell waits until there is.
	HasBoard() bool
}

// Post is something new on a [Board].
type Post struct {
	Key    string // the same when it is posted again, otherwise unique
	Thread string // the id of the post that it stands under; empty: at the top
	View   View
	// Since is when there was first something to post: what was posted before
	// has another Key. Zero: nobody knows.
	Since time.Time
}
