// Package mongo keeps what the bot knows in MongoDB.
//
// It needs no transactions, no TTL, partial or text indexes and no pipeline
// updates, so that it works on every server that speaks the protocol. A turn
// costs two round trips, a read and a write, whatever the number of documents:
// every query has its index. A chat's version is checked by the write itself.
//
// The driver repeats a read, and a write where the server can tell that it is
// the same one (replica sets), once. A save whose answer was lost may have been
// stored: saved again, it is a version conflict.
package mongo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	mongodriver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"exchangebot/bot"
)

// A citizen waits while the database is asked: one that is down shows soon.
const (
	selectTimeout = 3 * time.Second // for a server that can be written to
	timeout       = 5 * time.Second // for an operation in all
)

// Store is a [bot.Store] in a MongoDB database.
type Store struct {
	uri, database string
	log           *slog.Logger
	options       []*options.ClientOptions

	client        *mongodriver.Client
	conversations *mongodriver.Collection
	volunteers    *mongodriver.Collection
	counts        *mongodriver.Collection
	documents     *mongodriver.Collection
	subscribers   *mongodriver.Collection
	counter       *counter

	indexed    atomic.Bool
	background sync.WaitGroup
	stop       context.CancelFunc
}

var _ bot.Store = (*Store)(nil)

// New returns the store in a database of the server at uri. Options given
// besides override what the uri and the store itself set. [Store.Open] comes
// before everything else.
func New(uri, database string, log *slog.Logger, opts ...*options.ClientOptions) *Store {
	return &Store{uri: uri, database: database, log: log, options: opts}
}

// ValidURI reports whether a server's address can be understood. Of the names
// that mongodb+srv:// looks up, it asks nobody.
func ValidURI(uri string) bool {
	if rest, isSRV := strings.CutPrefix(uri, "mongodb+srv://"); isSRV {
		return rest != ""
	}
	return strings.HasPrefix(uri, "mongodb://") && options.Client().ApplyURI(uri).Validate() == nil
}

// Open starts connecting and does not wait for it: a server that is down is
// tried until it is there, and [Store.Ping] tells. An error says that the uri
// is wrong.
func (s *Store) Open(ctx context.Context) error {
	base := options.Client().
		SetServerSelectionTimeout(selectTimeout).
		ApplyURI(s.uri).
		SetAppName("exchangebot").
		SetWriteConcern(writeconcern.Majority()).
		SetReadPreference(readpref.Primary())
	client, err := mongodriver.Connect(append([]*options.ClientOptions{base}, s.options...)...)
	if err != nil {
		return fmt.Errorf("connect to MongoDB: %w", err)
	}
	s.client = client
	db := client.Database(s.database)
	s.conversations, s.volunteers, s.counts = db.Collection("conversations"), db.Collection("volunteers"), db.Collection("counts")
	s.documents, s.subscribers = db.Collection("documents"), db.Collection("subscribers")
	s.counter = newCounter(s.counts, s.log)

	ctx, stop := context.WithCancel(context.WithoutCancel(ctx)) // it goes on until Close
	s.stop = stop
	s.background.Go(func() { s.makeIndexes(ctx, db) })
	s.background.Go(func() { s.counter.run(ctx) })
	return nil
}

// Close adds the counts that are waiting and disconnects. It takes some 5 s at
// most, when the server is down.
func (s *Store) Close() error {
	if s.client == nil {
		return nil
	}
	s.stop()
	s.background.Wait()
	flushErr := s.counter.flush(context.Background())
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := errors.Join(flushErr, s.client.Disconnect(ctx)); err != nil {
		return fmt.Errorf("close MongoDB store: %w", err)
	}
	return nil
}

// Ping implements [bot.Store]: the server can be written to and the indexes
// are made.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := s.client.Ping(ctx, readpref.Primary()); err != nil {
		return fmt.Errorf("ping MongoDB: %w", err)
	}
	if !s.indexed.Load() {
		return errors.New("ping MongoDB: the indexes are not made yet")
	}
	return nil
}
