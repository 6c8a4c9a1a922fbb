package mongo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	mongodriver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"exchangebot/bot"
)

// document is a [bot.Document] as it is stored.
type document struct {
	ID      string           `bson:"_id"` // see documentID
	Kind    bot.DocumentKind `bson:"kind"`
	Key     string           `bson:"key"`
	Version int64            `bson:"version"`
	Chat    bot.ChatID       `bson:"chat"`
	Open    bool             `bson:"open"`
	At      time.Time        `bson:"at"`
	Sealed  string           `bson:"sealed"`
	Doc     string           `bson:"doc"`
}

// documentID names a document, such as "question/4f1c".
func documentID(kind bot.DocumentKind, key string) string { return string(kind) + "/" + key }

func (d document) document() *bot.Document {
	return &bot.Document{Kind: d.Kind, Key: d.Key, Version: d.Version, Chat: d.Chat, Open: d.Open, At: d.At.UTC(), Sealed: d.Sealed, Data: d.Doc}
}

// Document implements [bot.DocumentStore].
func (s *Store) Document(ctx context.Context, kind bot.DocumentKind, key string) (*bot.Document, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var stored document
	err := s.documents.FindOne(ctx, bson.D{{Key: "_id", Value: documentID(kind, key)}}).Decode(&stored)
	switch {
	case errors.Is(err, mongodriver.ErrNoDocuments):
		return &bot.Document{Kind: kind, Key: key}, nil
	case err != nil:
		return nil, fmt.Errorf("read document: %w", err)
	}
	return stored.document(), nil
}

// SaveDocument implements [bot.DocumentStore].
func (s *Store) SaveDocument(ctx context.Context, d *bot.Document) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	next := document{documentID(d.Kind, d.Key), d.Kind, d.Key, d.Version + 1, d.Chat, d.Open, d.At, d.Sealed, d.Data}
	if err := s.replaceDocument(ctx, d.Version, next); err != nil {
		return fmt.Errorf("save document: %w", err)
	}
	d.Version++
	return nil
}

// replaceDocument stores d where version is stored.
func (s *Store) replaceDocument(ctx context.Context, version int64, d document) error {
	if version == 0 {
		_, err := s.documents.InsertOne(ctx, d)
		if mongodriver.IsDuplicateKeyError(err) {
			return bot.ErrConflict
		}
		return err
	}
	result, err := s.documents.ReplaceOne(ctx, bson.D{{Key: "_id", Value: d.ID}, {Key: "version", Value: version}}, d)
	if err == nil && result.MatchedCount == 0 {
		return bot.ErrConflict
	}
	return err
}

// DeleteDocument implements [bot.DocumentStore].
func (s *Store) DeleteDocument(ctx context.Context, d *bot.Document) error {
	deleting, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	result, err := s.documents.DeleteOne(deleting, bson.D{{Key: "_id", Value: documentID(d.Kind, d.Key)}, {Key: "version", Value: d.Version}})
	if err != nil {
		return fmt.Errorf("delete document: %w", err)
	}
	if result.DeletedCount > 0 {
		return nil
	}
	if stored, err := s.Document(ctx, d.Kind, d.Key); err != nil || stored.Version > 0 {
		return errors.Join(err, bot.ErrConflict)
	}
	return nil
}

// Documents implements [bot.DocumentStore].
func (s *Store) Documents(ctx context.Context, q bot.DocumentQuery) ([]*bot.Document, error) {
	if q.Limit <= 0 { // to the server: without limit
		return nil, ctx.Err()
	}
	list, err := s.listDocuments(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("list documents: %w", err)
	}
	return list, nil
}

func (s *Store) listDocuments(ctx context.Context, q bot.DocumentQuery) ([]*bot.Document, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	filter := bson.D{{Key: "kind", Value: q.Kind}}
	if q.Chat != "" {
		filter = append(filter, bson.E{Key: "chat", Value: q.Chat})
	}
	if q.Open {
		filter = append(filter, bson.E{Key: "open", Value: true})
	}
	if q.Prefix != "" {
		after, before := q.Keys()
		filter = append(filter, bson.E{Key: "key", Value: bson.D{{Key: "$gt", Value: after}, {Key: "$lt", Value: before}}})
	}
	follows, order := "$lt", -1
	if q.Oldest {
		follows, order = "$gt", 1
	}
	if q.After != nil {
		filter = append(filter, bson.E{Key: "$or", Value: bson.A{
			bson.D{{Key: "at", Value: bson.D{{Key: follows, Value: q.After.At}}}},
			bson.D{{Key: "at", Value: q.After.At}, {Key: "key", Value: bson.D{{Key: follows, Value: q.After.Key}}}},
		}})
	}
	cursor, err := s.documents.Find(ctx, filter, options.Find().SetLimit(int64(q.Limit)).
		SetSort(bson.D{{Key: "at", Value: order}, {Key: "key", Value: order}}))
	if err != nil {
		return nil, err
	}
	var found []document
	if err := cursor.All(ctx, &found); err != nil {
		return nil, err
	}
	var list []*bot.Document
	for _, d := range found {
		list = append(list, d.document())
	}
	return list, nil
}
