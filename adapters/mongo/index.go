package mongo

import (
	"context"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
	"go.mongodb.org/mongo-driver/v2/bson"
	mongodriver "go.mongodb.org/mongo-driver/v2/mongo"
)

// indexes are all that the queries need besides the one on _id, which every
// collection has.
var indexes = []struct {
	collection string
	keys       bson.D
}{
	{"conversations", bson.D{{Key: "changed", Value: 1}}},                                                                       // ExpireConversations
	{"counts", bson.D{{Key: "day", Value: 1}, {Key: "event", Value: 1}, {Key: "topic", Value: 1}, {Key: "language", Value: 1}}}, // Counts
}

// makeIndexes makes the indexes that are missing, and tries until it has
// succeeded or ctx ends.
func (s *Store) makeIndexes(ctx context.Context, db *mongodriver.Database) {
	wait := backoff.NewExponentialBackOff()
	wait.MaxInterval = 10 * time.Second
	try := func() (struct{}, error) {
		for _, index := range indexes {
			if err := makeIndex(ctx, db.Collection(index.collection), index.keys); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, nil
	}
	_, err := backoff.Retry(ctx, try,
		backoff.WithBackOff(wait),
		backoff.WithMaxElapsedTime(0), // without end
		backoff.WithNotify(func(err error, next time.Duration) {
			s.log.WarnContext(ctx, "MongoDB cannot be used yet, trying again", "error", err, "in", next)
		}))
	if err != nil {
		return // ctx has ended
	}
	s.indexed.Store(true)
	s.log.InfoContext(ctx, "MongoDB is ready")
}

func makeIndex(ctx context.Context, c *mongodriver.Collection, keys bson.D) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute) // long on a large collection that lacks it
	defer cancel()
	if _, err := c.Indexes().CreateOne(ctx, mongodriver.IndexModel{Keys: keys}); err != nil {
		return fmt.Errorf("make index of %s: %w", c.Name(), err)
	}
	return nil
}
