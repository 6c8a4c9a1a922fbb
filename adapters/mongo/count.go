package mongo

import (
	"context"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"exchangebot/bot"
)

// counted is a [bot.Count] as it is stored.
type counted struct {
	ID       string       `bson:"_id"` // see countID
	Day      string       `bson:"day"`
	Event    bot.Event    `bson:"event"`
	Topic    string       `bson:"topic"`
	Language bot.Language `bson:"language"`
	N        int64        `bson:"n"`
}

// countID names a counter, such as "2026-11-22/answered/cost/de".
func countID(c bot.Count) string {
	return strings.Join([]string{c.Day, string(c.Event), c.Topic, string(c.Language)}, "/")
}

// Counts implements [bot.CountStore]. What this process has counted is among
// them; what others have, once they have added it.
func (s *Store) Counts(ctx context.Context, first, last string) ([]bot.Count, error) {
	list, err := s.list(ctx, first, last)
	if err != nil {
		return nil, fmt.Errorf("list counts: %w", err)
	}
	return list, nil
}

func (s *Store) list(ctx context.Context, first, last string) ([]bot.Count, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := s.counter.flush(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	days := bson.D{{Key: "day", Value: bson.D{{Key: "$gte", Value: first}, {Key: "$lte", Value: last}}}}
	cursor, err := s.counts.Find(ctx, days, options.Find().SetSort(bson.D{
		{Key: "day", Value: 1}, {Key: "event", Value: 1}, {Key: "topic", Value: 1}, {Key: "language", Value: 1}}))
	if err != nil {
		return nil, err
	}
	var found []counted
	if err := cursor.All(ctx, &found); err != nil {
		return nil, err
	}
	var list []bot.Count
	for _, f := range found {
		list = append(list, bot.Count{Day: f.Day, Event: f.Event, Topic: f.Topic, Language: f.Language, N: f.N})
	}
	return list, nil
}
