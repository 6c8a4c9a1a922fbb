package mongo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	mongodriver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"exchangebot/bot"
)

// subscriber is a [bot.Subscriber] as it is stored; subscriber.schema.json
// describes the same.
type subscriber struct {
	Chat     bot.ChatID          `bson:"_id"`
	Version  int64               `bson:"version"`
	State    bot.SubscriberState `bson:"state"`
	Language bot.Language        `bson:"language"`
	Channel  string              `bson:"channel"` // the chat's, to count by
	Fields   []bot.Field         `bson:"fields,omitempty"`
	Since    time.Time           `bson:"since"`
	Update   string              `bson:"update,omitempty"`
}

func (s subscriber) subscriber() *bot.Subscriber {
	return &bot.Subscriber{Chat: s.Chat, Version: s.Version, State: s.State, Language: s.Language, Fields: s.Fields, Since: s.Since.UTC(), Update: s.Update}
}

// Subscriber implements [bot.SubscriberStore].
func (s *Store) Subscriber(ctx context.Context, chat bot.ChatID) (*bot.Subscriber, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var stored subscriber
	err := s.subscribers.FindOne(ctx, bson.D{{Key: "_id", Value: chat}}).Decode(&stored)
	switch {
	case errors.Is(err, mongodriver.ErrNoDocuments):
		return &bot.Subscriber{Chat: chat}, nil
	case err != nil:
		return nil, fmt.Errorf("read subscriber: %w", err)
	}
	return stored.subscriber(), nil
}

// SaveSubscriber implements [bot.SubscriberStore].
func (s *Store) SaveSubscriber(ctx context.Context, sub *bot.Subscriber) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	channel, _ := sub.Chat.Split()
	next := subscriber{sub.Chat, sub.Version + 1, sub.State, sub.Language, channel, sub.Fields, sub.Since, sub.Update}
	if err := s.replaceSubscriber(ctx, sub.Version, next); err != nil {
		return fmt.Errorf("save subscriber: %w", err)
	}
	sub.Version++
	return nil
}

// replaceSubscriber stores sub where version is stored.
func (s *Store) replaceSubscriber(ctx context.Context, version int64, sub subscriber) error {
	if version == 0 {
		_, err := s.subscribers.InsertOne(ctx, sub)
		if mongodriver.IsDuplicateKeyError(err) {
			return bot.ErrConflict // the driver's error would name the chat
		}
		return err
	}
	result, err := s.subscribers.ReplaceOne(ctx, bson.D{{Key: "_id", Value: sub.Chat}, {Key: "version", Value: version}}, sub)
	if err == nil && result.MatchedCount == 0 {
		return bot.ErrConflict
	}
	return err
}

// DeleteSubscriber implements [bot.SubscriberStore].
func (s *Store) DeleteSubscriber(ctx context.Context, chat bot.ChatID) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if _, err := s.subscribers.DeleteOne(ctx, bson.D{{Key: "_id", Value: chat}}); err != nil {
		return fmt.Errorf("delete subscriber: %w", err)
	}
	return nil
}

// Subscribers implements [bot.SubscriberStore].
func (s *Store) Subscribers(ctx context.Context, q bot.SubscriberQuery) ([]*bot.Subscriber, error) {
	if q.Limit <= 0 { // to the server: without limit
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var found []subscriber
	filter := append(subscriberFilter(q), bson.E{Key: "_id", Value: bson.D{{Key: "$gt", Value: q.After}}})
	cursor, err := s.subscribers.Find(ctx, filter, options.Find().SetLimit(int64(q.Limit)).
		SetSort(bson.D{{Key: "_id", Value: 1}}).
		SetHint(keys("state", "_id"))) // the other index would have to be sorted
	if err == nil {
		err = cursor.All(ctx, &found)
	}
	if err != nil {
		return nil, fmt.Errorf("list subscribers: %w", err)
	}
	var list []*bot.Subscriber
	for _, sub := range found {
		list = append(list, sub.subscriber())
	}
	return list, nil
}

// TallySubscribers implements [bot.SubscriberStore].
func (s *Store) TallySubscribers(ctx context.Context, q bot.SubscriberQuery) ([]bot.Reached, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var found []struct {
		Of struct {
			Channel  string       `bson:"channel"`
			Language bot.Language `bson:"language"`
		} `bson:"_id"`
		N int64 `bson:"n"`
	}
	cursor, err := s.subscribers.Aggregate(ctx, mongodriver.Pipeline{
		{{Key: "$match", Value: subscriberFilter(q)}},
		{{Key: "$group", Value: bson.D{
			{Key: "_id", Value: bson.D{{Key: "channel", Value: "$channel"}, {Key: "language", Value: "$language"}}},
			{Key: "n", Value: bson.D{{Key: "$sum", Value: int64(1)}}}}}},
	})
	if err == nil {
		err = cursor.All(ctx, &found)
	}
	if err != nil {
		return nil, fmt.Errorf("count subscribers: %w", err)
	}
	var list []bot.Reached
	for _, f := range found {
		list = append(list, bot.Reached{Channel: f.Of.Channel, Language: f.Of.Language, N: f.N})
	}
	slices.SortFunc(list, func(a, b bot.Reached) int {
		return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Language, b.Language))
	})
	return list, nil
}

// subscriberFilter is what a query asks for, whatever its page.
func subscriberFilter(q bot.SubscriberQuery) bson.D {
	filter := bson.D{{Key: "state", Value: q.Wanted()}}
	filter = oneOf(filter, "channel", q.Channels)
	filter = oneOf(filter, "language", q.Languages)
	if !q.Before.IsZero() {
		filter = append(filter, bson.E{Key: "since", Value: bson.D{{Key: "$lte", Value: q.Before}}})
	}
	if len(q.Fields) > 0 {
		filter = append(filter, bson.E{Key: "$or", Value: bson.A{
			bson.D{{Key: "fields", Value: bson.D{{Key: "$in", Value: q.Fields}}}},
			bson.D{{Key: "fields", Value: nil}}, // missing: all
		}})
	}
	return filter
}
