package mongo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"go.mongodb.org/mongo-driver/v2/bson"
	mongodriver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// indexes are all that the queries need besides the one on _id, which every
// collection has.
var indexes = []struct {
	collection string
	unique     bool
	keys       bson.D
}{
	{"conversations", false, keys("changed")}, // ExpireConversations
	{"conversations", false, keys("open")},    // Conversations with an open dialogue
	{"counts", false, keys("day", "event", "topic", "language")},

	// Volunteers: one value, then the order of the list.
	{"volunteers", true, keys("reference")},
	{"volunteers", false, keys("email_key")},
	{"volunteers", false, keys("-created", "-reference")},
	{"volunteers", false, keys("fields", "-created", "-reference")},
	{"volunteers", false, keys("kind", "-created", "-reference")},
	{"volunteers", false, keys("city", "-created", "-reference")},
	{"volunteers", false, keys("status", "-created", "-reference")},
	{"volunteers", false, keys("language", "-created", "-reference")},
	{"volunteers", false, keys("fields", "city", "-created", "-reference")},
	{"volunteers", false, keys("seen", "_id")}, // SilentVolunteers

	{"documents", false, keys("kind", "at", "key")},
	{"documents", false, keys("kind", "open", "at", "key")},
	{"documents", false, keys("chat", "kind", "at", "key")},

	{"subscribers", false, keys("state", "_id")},                          // Subscribers
	{"subscribers", false, keys("state", "channel", "language", "since")}, // TallySubscribers
}

// keys are those of an index: fields, falling ones with a minus before them.
func keys(fields ...string) bson.D {
	var d bson.D
	for _, field := range fields {
		if name, falling := strings.CutPrefix(field, "-"); falling {
			d = append(d, bson.E{Key: name, Value: -1})
		} else {
			d = append(d, bson.E{Key: field, Value: 1})
		}
	}
	return d
}

// makeIndexes makes the indexes that are missing, and tries until it has
// succeeded or ctx ends.
func (s *Store) makeIndexes(ctx context.Context, db *mongodriver.Database) {
	wait := backoff.NewExponentialBackOff()
	wait.MaxInterval = 10 * time.Second
	try := func() (struct{}, error) {
		for _, index := range indexes {
			if err := makeIndex(ctx, db.Collection(index.collection), index.keys, index.unique); err != nil {
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

func makeIndex(ctx context.Context, c *mongodriver.Collection, keys bson.D, unique bool) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute) // long on a large collection that lacks it
	defer cancel()
	if _, err := c.Indexes().CreateOne(ctx, mongodriver.IndexModel{Keys: keys, Options: options.Index().SetUnique(unique)}); err != nil {
		return fmt.Errorf("make index of %s: %w", c.Name(), err)
	}
	return nil
}
