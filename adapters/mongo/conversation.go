package mongo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	mongodriver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"exchangebot/bot"
)

// conversation is a [bot.Conversation] as it is stored. What is not searched
// for stays the JSON that it is in the other store.
type conversation struct {
	Chat    bot.ChatID `bson:"_id"`
	Version int64      `bson:"version"`
	Changed time.Time  `bson:"changed"`
	Open    time.Time  `bson:"open,omitempty"` // when an open dialogue was last touched
	Doc     string     `bson:"doc"`
}

// Conversation implements [bot.ConversationStore].
func (s *Store) Conversation(ctx context.Context, chat bot.ChatID) (*bot.Conversation, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	c := &bot.Conversation{Chat: chat}
	var stored conversation
	err := s.conversations.FindOne(ctx, bson.D{{Key: "_id", Value: chat}}).Decode(&stored)
	if errors.Is(err, mongodriver.ErrNoDocuments) {
		return c, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(stored.Doc), c)
	}
	if err != nil {
		return nil, fmt.Errorf("read conversation: %w", err)
	}
	return c, nil
}

// SaveConversation implements [bot.ConversationStore]. The counts are added
// soon afterwards.
func (s *Store) SaveConversation(ctx context.Context, c *bot.Conversation, counts ...bot.Count) error {
	next := *c
	next.Version++
	doc, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("save conversation: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := s.replace(ctx, c.Version, conversation{c.Chat, next.Version, c.Changed, c.OpenSince(), string(doc)}); err != nil {
		return fmt.Errorf("save conversation: %w", err)
	}
	c.Version = next.Version
	s.counter.add(counts)
	return nil
}

// replace stores c where version is stored.
func (s *Store) replace(ctx context.Context, version int64, c conversation) error {
	if version == 0 {
		_, err := s.conversations.InsertOne(ctx, c)
		if mongodriver.IsDuplicateKeyError(err) {
			return bot.ErrConflict // the driver's error would name the chat
		}
		return err
	}
	filter := bson.D{{Key: "_id", Value: c.Chat}, {Key: "version", Value: version}}
	result, err := s.conversations.ReplaceOne(ctx, filter, c)
	if err == nil && result.MatchedCount == 0 {
		return bot.ErrConflict
	}
	return err
}

// DeleteConversation implements [bot.ConversationStore].
func (s *Store) DeleteConversation(ctx context.Context, chat bot.ChatID) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if _, err := s.conversations.DeleteOne(ctx, bson.D{{Key: "_id", Value: chat}}); err != nil {
		return fmt.Errorf("delete conversation: %w", err)
	}
	return nil
}

// Conversations implements [bot.ConversationStore].
func (s *Store) Conversations(ctx context.Context, q bot.ConversationQuery) ([]bot.ChatID, error) {
	if q.Limit <= 0 { // to the server: without limit
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	key, bound := "_id", bson.D{{Key: "$gt", Value: q.After}}
	if !q.Open.IsZero() {
		key, bound = "open", bson.D{{Key: "$lt", Value: q.Open}}
	}
	chats, err := s.chats(ctx, bson.D{{Key: key, Value: bound}}, bson.D{{Key: key, Value: 1}}, int64(q.Limit))
	if err != nil {
		return nil, fmt.Errorf("list conversations: %w", err)
	}
	return chats, nil
}

// chats are the ids of the conversations that a filter finds.
func (s *Store) chats(ctx context.Context, filter, sort bson.D, limit int64) ([]bot.ChatID, error) {
	cursor, err := s.conversations.Find(ctx, filter, options.Find().
		SetSort(sort).
		SetLimit(limit).
		SetProjection(bson.D{{Key: "_id", Value: 1}}))
	if err != nil {
		return nil, err
	}
	var found []struct {
		Chat bot.ChatID `bson:"_id"`
	}
	if err := cursor.All(ctx, &found); err != nil {
		return nil, err
	}
	var chats []bot.ChatID
	for _, f := range found {
		chats = append(chats, f.Chat)
	}
	return chats, nil
}

// ExpireConversations implements [bot.ConversationStore].
func (s *Store) ExpireConversations(ctx context.Context, before time.Time, limit int) (int, error) {
	if limit <= 0 { // to the server: without limit
		return 0, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	n, err := s.expire(ctx, before, int64(limit))
	if err != nil {
		return 0, fmt.Errorf("expire conversations: %w", err)
	}
	return int(n), nil
}

func (s *Store) expire(ctx context.Context, before time.Time, limit int64) (int64, error) {
	old := bson.E{Key: "changed", Value: bson.D{{Key: "$lt", Value: before}}}
	chats, err := s.chats(ctx, bson.D{old}, bson.D{{Key: "changed", Value: 1}}, limit)
	if err != nil || len(chats) == 0 {
		return 0, err
	}
	// One that has spoken since it was found is not old any more.
	result, err := s.conversations.DeleteMany(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: chats}}}, old})
	if err != nil {
		return 0, err
	}
	return result.DeletedCount, nil
}
