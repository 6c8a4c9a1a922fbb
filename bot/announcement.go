package bot

import (
	"time"
)

// Announcement is one message to many, written by admins. It is stored as a
// [Document]: fields are never renamed without a migration.
type Announcement struct {
	ID       string              `json:"id"`
	Title    string              `json:"title"` // what staff call it; nobody else sees it
	Texts    map[Language]string `json:"texts"` // CommonMark, as in the knowledge base; one for each language spoken
	Link     string              `json:"link,omitempty"`
	Labels   map[Language]string `json:"labels,omitempty"`  // of the button that opens Link; missing: a general one
	Picture  string              `json:"picture,omitempty"` // its https address
	Audience Audience            `json:"audience"`
	Schedule Schedule            `json:"schedule,omitzero"`
	Repeat   bool                `json:"repeat,omitempty"` // what may have arrived already is sent again

	State    AnnouncementState `json:"state"`
	Pause    string            `json:"pause,omitempty"`    // why it was paused by itself: see [PauseFailing]
	Insisted bool              `json:"insisted,omitempty"` // somebody went on after that: what share fails stops it no more
	Author   Person            `json:"author"`
	Releaser Person            `json:"releaser,omitzero"`
	Approver Person            `json:"approver,omitzero"`
	Released int64             `json:"released,omitempty"` // the number of recipients that was confirmed

	Form    string    `json:"form,omitempty"`   // in which it was changed last, where it was in one
	Entered time.Time `json:"entered,omitzero"` // and when that was entered
	Created time.Time `json:"created"`
	Changed time.Time `json:"changed"`
	Started time.Time `json:"started,omitzero"` // the audience is that of this moment
	Ended   time.Time `json:"ended,omitzero"`
	// PausedAt is since when it is paused; zero: it is not. Rested is how long it
	// was before, or over until it was sent once more.
	PausedAt time.Time     `json:"pausedAt,omitzero"`
	Rested   time.Duration `json:"rested,omitempty"`

	Batches int   `json:"batches,omitempty"` // of recipients, listed so far
	Total   int64 `json:"total,omitempty"`   // recipients in them
	Listed  bool  `json:"listed,omitempty"`  // all recipients are
	// Cursor is where the listing goes on, for whoever lists.
	Cursor string `json:"cursor,omitempty"`
	// Round is how often those that had failed temporarily were set waiting again.
	Round int `json:"round,omitempty"`
	// Result is what came of it, when it was finished or its batches are forgotten.
	Result *Progress `json:"result,omitempty"`
}

// Running reports whether it has been released and is not over.
func (a *Announcement) Running() bool {
	return a.State == Proposed || a.State == Scheduled || a.State == Sending || a.State == Paused
}

// Due reports whether an announcement is to be sent by now.
func (a *Announcement) Due(now time.Time) bool {
	if a.State != Scheduled {
		return a.State == Sending
	}
	at, _, err := a.Schedule.Resolve()
	return err == nil && !at.After(now)
}

// Over reports whether nothing more goes out.
func (a *Announcement) Over() bool { return a.State == Finished || a.State == Cancelled }

// Took is how long one that is over was being sent, without its pauses.
func (a *Announcement) Took() time.Duration { return max(0, a.Ended.Sub(a.Started)-a.Rested) }

// pause stops it, for a reason where it does so by itself.
func (a *Announcement) pause(now time.Time, reason string) {
	a.State, a.Pause, a.PausedAt = Paused, reason, now
}

// rested notes that it was not being sent since a time; zero: it was.
func (a *Announcement) rested(since, now time.Time) {
	if !since.IsZero() && now.After(since) {
		a.Rested += now.Sub(since)
	}
	a.PausedAt = time.Time{}
}

// AnnouncementState is how far an announcement has come. Its values are stored.
type AnnouncementState string

// The states of an announcement.
const (
	Drafted   AnnouncementState = "draft"
	Proposed  AnnouncementState = "proposed"  // released, and waits for a second admin
	Scheduled AnnouncementState = "scheduled" // released, and waits for its time
	Sending   AnnouncementState = "sending"
	Paused    AnnouncementState = "paused"
	Finished  AnnouncementState = "finished"
	Cancelled AnnouncementState = "cancelled" // after it was released; a draft is discarded
)

// Person is who did something with an announcement.
type Person struct {
	ID   string `json:"id"` // as in [Staff.ID], or "cli:" and a name
	Name string `json:"name"`
}

// Audience is who gets an announcement. Several conditions mean all of them,
// several values of one mean any of them, none means anybody.
type Audience struct {
	Volunteers bool            `json:"volunteers,omitempty"` // instead of subscribers: who signed up and has not unsubscribed
	Fields     []Field         `json:"fields,omitempty"`
	Kinds      []VolunteerKind `json:"kinds,omitempty"`  // of volunteers alone
	Cities     []City          `json:"cities,omitempty"` // of volunteers alone
	Languages  []Language      `json:"languages,omitempty"`
	Channels   []string        `json:"channels,omitempty"`
}

// Schedule is when an announcement goes out, by the clock of one of the
// cities: a change of that clock in between keeps what it shows.
// Its zero value means at once.
type Schedule struct {
	Local string `json:"local,omitempty"` // such as "2027-03-29T09:00"
	City  City   `json:"city,omitempty"`
}

// Why an announcement pauses by itself. They are stored, and name messages.
const (
	PauseFailing = "announce-pause-failing" // more than a fifth of what was tried fails
	PauseRow     = "announce-pause-row"     // fifty in a row have failed
)

// Progress is how far the sending has come. The numbers other than Total add
// up to Total.
type Progress struct {
	Total     int64            `json:"total"`
	Waiting   int64            `json:"waiting"` // not tried yet, or to be tried again; of a cancelled one: not sent to any more
	Sent      int64            `json:"sent"`
	Failed    map[Reason]int64 `json:"failed"`    // for good, or too often
	Unknown   int64            `json:"unknown"`   // the call was under way when the program ended, or its answer was lost
	Withdrawn int64            `json:"withdrawn"` // unsubscribed, or deleted their data, after the audience was fixed
}
