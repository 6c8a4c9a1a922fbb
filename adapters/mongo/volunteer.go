package mongo

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	mongodriver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"exchangebot/bot"
)

// volunteer is a [bot.Volunteer] as it is stored; volunteer.schema.json
// describes the same.
type volunteer struct {
	Chat         bot.ChatID        `bson:"_id"`
	Version      int64             `bson:"version"`
	Reference    string            `bson:"reference"`
	Kind         bot.VolunteerKind `bson:"kind"`
	Organisation string            `bson:"organisation"`
	Name         string            `bson:"name"`
	City         bot.City          `bson:"city"`
	Place        string            `bson:"place"`
	Fields       []bot.Field       `bson:"fields"`
	Offers       string            `bson:"offers"`
	Seeks        string            `bson:"seeks"`
	Email        string            `bson:"email"`
	EmailKey     string            `bson:"email_key"`
	Phone        string            `bson:"phone"`
	Language     bot.Language      `bson:"language"`
	Source       source            `bson:"source"`
	Consent      consent           `bson:"consent"`
	Created      time.Time         `bson:"created"`
	Changed      time.Time         `bson:"changed"`
	Seen         time.Time         `bson:"seen"`
	Asked        time.Time         `bson:"asked,omitempty"`
	Claimed      time.Time         `bson:"claimed,omitempty"`
	Status       bot.Status        `bson:"status"`
	Notes        string            `bson:"notes"`
	Search       string            `bson:"search"`
	Week         string            `bson:"week"` // of Created, to count by
	Sealed       string            `bson:"sealed,omitempty"`
}

type source struct {
	Channel string `bson:"channel"`
	Payload string `bson:"payload"`
}

type consent struct {
	Wording   string       `bson:"wording"`
	Language  bot.Language `bson:"language"`
	Given     time.Time    `bson:"given"`
	Withdrawn time.Time    `bson:"withdrawn,omitempty"`
}

func newVolunteer(v *bot.Volunteer) volunteer {
	return volunteer{
		Chat: v.Chat, Version: v.Version, Reference: v.Reference, Kind: v.Kind, Organisation: v.Organisation, Name: v.Name,
		City: v.City, Place: v.Place, Fields: v.Fields, Offers: v.Offers, Seeks: v.Seeks, Email: v.Email, EmailKey: v.EmailKey,
		Phone: v.Phone, Language: v.Language, Source: source(v.Source), Consent: consent(v.Consent), Created: v.Created,
		Changed: v.Changed, Seen: v.Seen, Asked: v.Asked, Claimed: v.Claimed, Status: v.Status, Notes: v.Notes,
		Search: v.Search(), Week: bot.Week(v.Created), Sealed: v.Sealed,
	}
}

func (v volunteer) volunteer() *bot.Volunteer {
	return &bot.Volunteer{
		Chat: v.Chat, Version: v.Version, Reference: v.Reference, Kind: v.Kind, Organisation: v.Organisation, Name: v.Name,
		City: v.City, Place: v.Place, Fields: v.Fields, Offers: v.Offers, Seeks: v.Seeks, Email: v.Email, EmailKey: v.EmailKey,
		Phone: v.Phone, Language: v.Language, Source: bot.Source(v.Source),
		Consent: bot.Consent{Wording: v.Consent.Wording, Language: v.Consent.Language, Given: v.Consent.Given.UTC(), Withdrawn: utc(v.Consent.Withdrawn)},
		Created: v.Created.UTC(), Changed: v.Changed.UTC(), Seen: v.Seen.UTC(), Asked: utc(v.Asked), Claimed: utc(v.Claimed),
		Status: v.Status, Notes: v.Notes, Sealed: v.Sealed,
	}
}

// utc keeps the zero time what it is.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

// Volunteer implements [bot.VolunteerStore].
func (s *Store) Volunteer(ctx context.Context, chat bot.ChatID) (*bot.Volunteer, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var stored volunteer
	err := s.volunteers.FindOne(ctx, bson.D{{Key: "_id", Value: chat}}).Decode(&stored)
	switch {
	case errors.Is(err, mongodriver.ErrNoDocuments):
		return &bot.Volunteer{Chat: chat}, nil
	case err != nil:
		return nil, fmt.Errorf("read volunteer: %w", err)
	}
	return stored.volunteer(), nil
}

// SaveVolunteer implements [bot.VolunteerStore].
func (s *Store) SaveVolunteer(ctx context.Context, v *bot.Volunteer) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	next := newVolunteer(v)
	next.Version++
	if err := s.replaceVolunteer(ctx, v.Version, next); err != nil {
		return fmt.Errorf("save volunteer: %w", err)
	}
	v.Version = next.Version
	return nil
}

// replaceVolunteer stores v where version is stored.
func (s *Store) replaceVolunteer(ctx context.Context, version int64, v volunteer) error {
	var matched int64 = 1
	var err error
	if version == 0 {
		_, err = s.volunteers.InsertOne(ctx, v)
	} else {
		var result *mongodriver.UpdateResult
		result, err = s.volunteers.ReplaceOne(ctx, bson.D{{Key: "_id", Value: v.Chat}, {Key: "version", Value: version}}, v)
		if err == nil {
			matched = result.MatchedCount
		}
	}
	if matched == 0 || mongodriver.IsDuplicateKeyError(err) {
		return bot.ErrConflict // the driver's error would name the chat
	}
	return err
}

// DeleteVolunteer implements [bot.VolunteerStore].
func (s *Store) DeleteVolunteer(ctx context.Context, chat bot.ChatID) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if _, err := s.volunteers.DeleteOne(ctx, bson.D{{Key: "_id", Value: chat}}); err != nil {
		return fmt.Errorf("delete volunteer: %w", err)
	}
	return nil
}

// Volunteers implements [bot.VolunteerStore].
func (s *Store) Volunteers(ctx context.Context, q bot.VolunteerQuery) (bot.VolunteerPage, error) {
	limit := q.PageLimit()
	list, err := s.listVolunteers(ctx, volunteerFilter(q), options.Find().SetLimit(int64(limit)+1).
		SetSort(bson.D{{Key: "created", Value: -1}, {Key: "reference", Value: -1}}))
	if err != nil {
		return bot.VolunteerPage{}, fmt.Errorf("list volunteers: %w", err)
	}
	page := bot.VolunteerPage{Volunteers: list}
	if len(list) > limit {
		page.Volunteers = list[:limit]
		page.Next = bot.PageMark(list[limit-1])
	}
	return page, nil
}

// SilentVolunteers implements [bot.VolunteerStore].
func (s *Store) SilentVolunteers(ctx context.Context, before time.Time, after *bot.Volunteer, limit int) ([]*bot.Volunteer, error) {
	if limit <= 0 { // to the server: without limit
		return nil, ctx.Err()
	}
	filter := bson.D{{Key: "seen", Value: bson.D{{Key: "$lt", Value: before}}}}
	if after != nil {
		filter = append(filter, bson.E{Key: "$or", Value: bson.A{
			bson.D{{Key: "seen", Value: bson.D{{Key: "$gt", Value: after.Seen}}}},
			bson.D{{Key: "seen", Value: after.Seen}, {Key: "_id", Value: bson.D{{Key: "$gt", Value: after.Chat}}}},
		}})
	}
	list, err := s.listVolunteers(ctx, filter, options.Find().SetLimit(int64(limit)).
		SetSort(bson.D{{Key: "seen", Value: 1}, {Key: "_id", Value: 1}}))
	if err != nil {
		return nil, fmt.Errorf("list silent volunteers: %w", err)
	}
	return list, nil
}

func (s *Store) listVolunteers(ctx context.Context, filter bson.D, opts *options.FindOptionsBuilder) ([]*bot.Volunteer, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	cursor, err := s.volunteers.Find(ctx, filter, opts)
	if err != nil {
		return nil, err
	}
	var found []volunteer
	if err := cursor.All(ctx, &found); err != nil {
		return nil, err
	}
	var list []*bot.Volunteer
	for _, v := range found {
		list = append(list, v.volunteer())
	}
	return list, nil
}

func volunteerFilter(q bot.VolunteerQuery) bson.D {
	filter := bson.D{}
	filter = oneOf(filter, "fields", q.Fields)
	filter = oneOf(filter, "kind", q.Kinds)
	filter = oneOf(filter, "city", q.Cities)
	filter = oneOf(filter, "status", q.Statuses)
	filter = oneOf(filter, "language", q.Languages)
	filter = oneOf(filter, "email_key", q.EmailKeys)
	if q.Reference != "" {
		filter = append(filter, bson.E{Key: "reference", Value: q.Reference})
	}
	var all bson.A
	for _, word := range q.Words {
		all = append(all, bson.D{{Key: "search", Value: bson.Regex{Pattern: regexp.QuoteMeta(word)}}})
	}
	created := bson.D{}
	if !q.From.IsZero() {
		created = append(created, bson.E{Key: "$gte", Value: q.From})
	}
	if !q.To.IsZero() {
		created = append(created, bson.E{Key: "$lt", Value: q.To})
	}
	if at, reference, ok := bot.ReadPageMark(q.After); ok {
		created = append(created, bson.E{Key: "$lte", Value: at})
		all = append(all, bson.D{{Key: "$or", Value: bson.A{
			bson.D{{Key: "created", Value: bson.D{{Key: "$lt", Value: at}}}},
			bson.D{{Key: "reference", Value: bson.D{{Key: "$lt", Value: reference}}}},
		}}})
	}
	if len(created) > 0 {
		filter = append(filter, bson.E{Key: "created", Value: created})
	}
	if len(all) > 0 {
		filter = append(filter, bson.E{Key: "$and", Value: all})
	}
	return filter
}

// oneOf wants a field to be one of values, if there are any. One value is
// asked for by itself: then the index gives the order as well.
func oneOf[T any](filter bson.D, field string, values []T) bson.D {
	switch len(values) {
	case 0:
		return filter
	case 1:
		return append(filter, bson.E{Key: field, Value: values[0]})
	}
	return append(filter, bson.E{Key: field, Value: bson.D{{Key: "$in", Value: values}}})
}
