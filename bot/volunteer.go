package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// VolunteerKind is who signs up. Its values are stored.
type VolunteerKind string

// The kinds of volunteer, in the order in which they are offered.
const (
	Association VolunteerKind = "association"
	Company     VolunteerKind = "company"
	Society     VolunteerKind = "society" // a civil-society group
	School      VolunteerKind = "school"
	Museum      VolunteerKind = "museum"
	Private     VolunteerKind = "private" // a person without an organisation
)

// City is where a volunteer is. Its values are stored.
type City string

// The cities of the exchange; [Volunteer.Place] names any other.
const (
	Duesseldorf City = "duesseldorf"
	Montreal    City = "montreal"
	Elsewhere   City = "elsewhere"
)

// Field is something a volunteer is interested in. Its values are stored.
type Field string

// Status is how far city staff have come with a volunteer. Its values are stored.
type Status string

const (
	StatusNew       Status = "new"
	StatusContacted Status = "contacted"
	StatusActive    Status = "active"
	StatusDeclined  Status = "declined"
	StatusWithdrawn Status = "withdrawn" // by the volunteer, who took their consent back
)

var (
	kinds    = []VolunteerKind{Association, Company, Society, School, Museum, Private}
	cities   = []City{Duesseldorf, Montreal, Elsewhere}
	fields   = []Field{"schools", "museums", "culture", "sport", "business", "migration", "digital", "energy", "transport", "other"}
	statuses = []Status{StatusNew, StatusContacted, StatusActive, StatusDeclined, StatusWithdrawn}
)

// Kinds lists the kinds of volunteer, in the order in which they are offered.
func Kinds() []VolunteerKind { return slices.Clone(kinds) }

// Cities lists the cities, in the order in which they are offered.
func Cities() []City { return slices.Clone(cities) }

// Fields lists the fields of interest, in the order in which they are offered.
func Fields() []Field { return slices.Clone(fields) }

// Statuses lists the statuses of a volunteer, in the order in which they usually follow.
func Statuses() []Status { return slices.Clone(statuses) }

// Volunteer is somebody who signed up. One chat has at most one. It is stored:
// fields are never renamed without a migration. Times are UTC, in whole milliseconds.
type Volunteer struct {
	Chat      ChatID `json:"chat"`
	Version   int64  `json:"version"`   // 0: not stored yet; counted up by the store
	Reference string `json:"reference"` // short, unique, told to the citizen and to staff

	Kind         VolunteerKind `json:"kind"`
	Organisation string        `json:"organisation,omitempty"` // empty for a private person
	Name         string        `json:"name,omitempty"`         // of the contact
	City         City          `json:"city"`
	Place        string        `json:"place,omitempty"` // the city's name where City is Elsewhere
	Fields       []Field       `json:"fields"`          // in the order of [Fields]
	Offers       string        `json:"offers,omitempty"`
	Seeks        string        `json:"seeks,omitempty"`
	Email        string        `json:"email,omitempty"`
	Phone        string        `json:"phone,omitempty"` // E.164, such as "+492118991"
	Language     Language      `json:"language"`        // in which they are written to

	Source  Source  `json:"source"`
	Consent Consent `json:"consent"`

	Created time.Time `json:"created"`
	Changed time.Time `json:"changed"`
	Seen    time.Time `json:"seen"`             // the last sign of life that is known; see [Periods]
	Asked   time.Time `json:"asked,omitzero"`   // when they were asked whether the record should stay
	Claimed time.Time `json:"claimed,omitzero"` // when a replica began to ask that

	Status Status `json:"status"`
	Notes  string `json:"notes,omitempty"` // of staff

	// EmailKey finds the record by its e-mail address: [EmailKey] of it, or a
	// keyed hash of that where the store is sealed.
	EmailKey string `json:"email_key,omitempty"`
	// Sealed names the key with which Name, Offers, Seeks, Email, Phone and
	// Notes are encrypted. Outside the stores it is always empty.
	Sealed string `json:"sealed,omitempty"`
}

// Source is how a volunteer found the sign-up.
type Source struct {
	Channel string `json:"channel"`           // such as "telegram"
	Payload string `json:"payload,omitempty"` // of the deep link
}

// Consent is what a volunteer agreed to.
type Consent struct {
	Wording   string    `json:"wording"`  // its version: see [ConsentWording]
	Language  Language  `json:"language"` // in which it was read
	Given     time.Time `json:"given"`
	Withdrawn time.Time `json:"withdrawn,omitzero"`
}

// Search is the folded text in which free words are looked for. It holds only
// what is stored readable.
func (v *Volunteer) Search() string {
	return strings.Join([]string{fold(v.Organisation), fold(v.Place), strings.ToLower(v.Reference)}, "\n")
}

// Validate tells what keeps a record from being stored; nil when nothing does.
func (v *Volunteer) Validate() error {
	var problems []error
	check := func(ok bool, what string) {
		if !ok {
			problems = append(problems, fmt.Errorf("volunteer: %s", what))
		}
	}
	valid := func(err error, what string) { check(err == nil, what) }
	check(v.Chat != "", "no chat")
	check(isReference(v.Reference), "no reference")
	check(slices.Contains(kinds, v.Kind), "unknown kind")
	check(slices.Contains(cities, v.City), "unknown city")
	check((v.Place != "") == (v.City == Elsewhere), "a place goes with the city elsewhere, and only with it")
	check(len(v.Fields) > 0, "no field")
	for i, field := range v.Fields {
		check(slices.Contains(fields, field), "unknown field")
		check(!slices.Contains(v.Fields[:i], field), "a field twice")
	}
	check(slices.Contains(statuses, v.Status), "unknown status")
	check(v.Language != "" && v.Source.Channel != "", "no language or no channel")
	check(v.Consent.Wording != "" && v.Consent.Language != "" && !v.Consent.Given.IsZero(), "no consent")
	check(!v.Created.IsZero() && !v.Changed.Before(v.Created) && !v.Seen.IsZero(), "no times")
	check(v.Consent.Withdrawn.IsZero() == (v.Status != StatusWithdrawn), "withdrawn without a time, or a time without")
	if v.Status == StatusWithdrawn {
		check(v.Name+v.Organisation+v.Email+v.Phone+v.Offers+v.Seeks+v.EmailKey == "", "withdrawn, and still says who")
		return errors.Join(problems...)
	}
	check((v.Organisation == "") == (v.Kind == Private), "an organisation goes with every kind but private")
	_, err := readName(v.Name)
	valid(err, "name")
	if v.Organisation != "" {
		_, err = readOrganisation(v.Organisation)
		valid(err, "organisation")
	}
	if v.Place != "" {
		_, err = readPlace(v.Place)
		valid(err, "place")
	}
	for _, text := range []string{v.Offers, v.Seeks} {
		if text != "" {
			_, err = readFree(text)
			valid(err, "free text")
		}
	}
	_, err = readEmail(v.Email)
	valid(err, "e-mail")
	if v.Phone != "" {
		phone, err := readPhone(v.Phone, "")
		check(err == nil && phone == v.Phone, "telephone")
	}
	return errors.Join(problems...)
}

// VolunteerQuery says which volunteers are wanted. Its zero value wants all;
// several values of one field mean any of them, several fields all of them.
type VolunteerQuery struct {
	Fields    []Field
	Kinds     []VolunteerKind
	Cities    []City
	Statuses  []Status
	Languages []Language
	From, To  time.Time // created at From or later, and before To; zero: without that end
	Reference string
	EmailKeys []string // see [Volunteer.EmailKey]
	Words     []string // each of them in [Volunteer.Search]

	After string // the page after this one: [VolunteerPage.Next]; empty: the first
	Limit int    // of the page; 0: 50
}

// PageLimit is how many volunteers a page holds.
func (q VolunteerQuery) PageLimit() int {
	if q.Limit <= 0 {
		return 50
	}
	return q.Limit
}

// VolunteerPage is one page of a list.
type VolunteerPage struct {
	Volunteers []*Volunteer // newest first, by Created, then by Reference
	Next       string       // names the next page; empty: there is none
}

// VolunteerStore keeps volunteers.
type VolunteerStore interface {
	// Volunteer reads the one of a chat; of a chat without, its Version is 0
	// and only its Chat set.
	Volunteer(ctx context.Context, chat ChatID) (*Volunteer, error)

	// SaveVolunteer stores v if the stored version is still v.Version (0: none
	// is stored) and counts v.Version up. Otherwise, or when another has the
	// Reference of a new one, it stores nothing and returns [ErrConflict]. The
	// Reference of a stored one never changes.
	SaveVolunteer(ctx context.Context, v *Volunteer) error

	// DeleteVolunteer forgets the one of a chat. Deleting one that is not stored is no error.
	DeleteVolunteer(ctx context.Context, chat ChatID) error

	// Volunteers lists a page. One that is stored meanwhile does not shift the
	// pages that follow.
	Volunteers(ctx context.Context, q VolunteerQuery) (VolunteerPage, error)

	// SilentVolunteers lists at most limit of those seen before the given
	// time, by Seen, then by Chat, from the one after the given on (nil: the first).
	// One that cannot be decrypted is listed with Chat, Reference and Seen alone.
	SilentVolunteers(ctx context.Context, before time.Time, after *Volunteer, limit int) ([]*Volunteer, error)
}

// PageMark names the place in a list after v, as [VolunteerPage.Next] does.
func PageMark(v *Volunteer) string {
	return fmt.Sprintf("%d %s", v.Created.UnixMilli(), v.Reference)
}

// ReadPageMark is what [PageMark] was made of; ok is false for anything else.
func ReadPageMark(mark string) (created time.Time, reference string, ok bool) {
	var ms int64
	if n, err := fmt.Sscanf(mark, "%d %s", &ms, &reference); n != 2 || err != nil {
		return time.Time{}, "", false
	}
	return time.UnixMilli(ms).UTC(), reference, true
}
