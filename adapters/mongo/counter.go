package mongo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"go.mongodb.org/mongo-driver/v2/bson"
	mongodriver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"exchangebot/bot"
)

// maxBulk is how many counters are added to at once. The driver sends so few
// in one command, whose error then speaks for all of them.
const maxBulk = 1000

// counter adds counts in the background: turns do not wait for them, and those
// of many turns go together, as what has gathered during the last addition.
type counter struct {
	collection *mongodriver.Collection
	log        *slog.Logger
	wake       chan struct{} // holds a value when counts are waiting

	mu      sync.Mutex
	waiting map[bot.Count]int64 // by a count without its N

	flushing sync.Mutex // one bulk at a time
}

func newCounter(c *mongodriver.Collection, log *slog.Logger) *counter {
	return &counter{collection: c, log: log, wake: make(chan struct{}, 1), waiting: map[bot.Count]int64{}}
}

// add takes counts that happened.
func (c *counter) add(counts []bot.Count) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, count := range counts {
		n := count.N
		count.N = 0
		if n != 0 {
			c.waiting[count] += n
		}
	}
	if len(c.waiting) > 0 {
		select {
		case c.wake <- struct{}{}:
		default:
		}
	}
}

// take hands out some of the waiting counts.
func (c *counter) take() []bot.Count {
	c.mu.Lock()
	defer c.mu.Unlock()
	var batch []bot.Count
	for count, n := range c.waiting {
		delete(c.waiting, count)
		count.N = n
		if batch = append(batch, count); len(batch) == maxBulk {
			break
		}
	}
	return batch
}

// run adds what comes until ctx ends, and tries again what fails.
func (c *counter) run(ctx context.Context) {
	wait := backoff.NewExponentialBackOff()
	wait.MaxInterval = 10 * time.Second
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		}
		try := func() (struct{}, error) { return struct{}{}, c.flush(ctx) }
		_, _ = backoff.Retry(ctx, try, // fails when ctx ends: the rest is for the last flush
			backoff.WithBackOff(wait),
			backoff.WithMaxElapsedTime(0),
			backoff.WithNotify(func(err error, next time.Duration) {
				c.log.WarnContext(ctx, "counts are not added yet, trying again", "error", err, "in", next)
			}))
	}
}

// flush adds all that is waiting. What was certainly not added waits again
// after an error; what may have been is never added a second time.
func (c *counter) flush(ctx context.Context) error {
	c.flushing.Lock()
	defer c.flushing.Unlock()
	for {
		batch := c.take()
		if len(batch) == 0 {
			return nil
		}
		err := c.write(ctx, batch)
		if err == nil {
			continue
		}
		rest, known := missing(err, batch)
		c.add(rest)
		if !known {
			c.log.WarnContext(ctx, "counts may be lost: the database did not say whether it added them", "counters", len(batch), "error", err)
		}
		if len(rest) > 0 {
			return fmt.Errorf("add counts: %w", err)
		}
	}
}

// write is not cancelled with ctx: then nobody would know whether the counts
// were added.
func (c *counter) write(ctx context.Context, batch []bot.Count) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	models := make([]mongodriver.WriteModel, len(batch))
	for i, count := range batch {
		models[i] = mongodriver.NewUpdateOneModel().
			SetFilter(bson.D{{Key: "_id", Value: countID(count)}}).
			SetUpdate(bson.D{
				{Key: "$inc", Value: bson.D{{Key: "n", Value: count.N}}},
				{Key: "$setOnInsert", Value: bson.D{
					{Key: "day", Value: count.Day}, {Key: "event", Value: count.Event},
					{Key: "topic", Value: count.Topic}, {Key: "language", Value: count.Language},
				}},
			}).
			SetUpsert(true)
	}
	_, err := c.collection.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
	return err
}

// missing are those of a batch that err says were not added, if it tells.
func missing(err error, batch []bot.Count) (rest []bot.Count, known bool) {
	var bulk mongodriver.BulkWriteException
	switch {
	case errors.As(err, &bulk):
		for _, e := range bulk.WriteErrors {
			rest = append(rest, batch[e.Index])
		}
		return rest, true
	case errors.As(err, new(topology.ServerSelectionError)):
		return batch, true // there was no server to send it to
	}
	return nil, false
}
