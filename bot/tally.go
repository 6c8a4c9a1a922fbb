package bot

import "context"

// Tally is how many volunteers there are of each sort. One with several fields
// of interest counts in each of them.
type Tally struct {
	Total     int64
	Fields    map[Field]int64
	Kinds     map[VolunteerKind]int64
	Cities    map[City]int64
	Statuses  map[Status]int64
	Languages map[Language]int64
	Weeks     map[string]int64 // by [Week]
}

// NewTally is one in which nobody is counted.
func NewTally() Tally {
	return Tally{Fields: map[Field]int64{}, Kinds: map[VolunteerKind]int64{}, Cities: map[City]int64{},
		Statuses: map[Status]int64{}, Languages: map[Language]int64{}, Weeks: map[string]int64{}}
}

// TallyStore counts volunteers.
type TallyStore interface {
	// TallyVolunteers counts those of a query, whose After and Limit mean nothing.
	TallyVolunteers(ctx context.Context, q VolunteerQuery) (Tally, error)
}
