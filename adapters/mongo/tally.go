package mongo

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	mongodriver "go.mongodb.org/mongo-driver/v2/mongo"
	"golang.org/x/sync/errgroup"

	"exchangebot/bot"
)

// TallyVolunteers implements [bot.TallyStore]. The server groups by one field
// at a time, each by its index, all at once.
func (s *Store) TallyVolunteers(ctx context.Context, q bot.VolunteerQuery) (bot.Tally, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	q.After = ""
	tally, filter := bot.NewTally(), volunteerFilter(q)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		n, err := s.volunteers.CountDocuments(ctx, filter)
		tally.Total = n
		return err
	})
	group.Go(func() error { return groupBy(ctx, s.volunteers, filter, "kind", tally.Kinds) })
	group.Go(func() error { return groupBy(ctx, s.volunteers, filter, "city", tally.Cities) })
	group.Go(func() error { return groupBy(ctx, s.volunteers, filter, "status", tally.Statuses) })
	group.Go(func() error { return groupBy(ctx, s.volunteers, filter, "language", tally.Languages) })
	group.Go(func() error { return groupBy(ctx, s.volunteers, filter, "week", tally.Weeks) })
	group.Go(func() error {
		unwind := bson.D{{Key: "$unwind", Value: "$fields"}}
		return groupBy(ctx, s.volunteers, filter, "fields", tally.Fields, unwind)
	})
	if err := group.Wait(); err != nil {
		return bot.NewTally(), fmt.Errorf("count volunteers: %w", err)
	}
	return tally, nil
}

// groupBy counts the values of a field among what a filter finds.
func groupBy[T ~string](ctx context.Context, c *mongodriver.Collection, filter bson.D, field string, into map[T]int64, before ...bson.D) error {
	pipeline := append(mongodriver.Pipeline{{{Key: "$match", Value: filter}}}, before...)
	pipeline = append(pipeline, bson.D{{Key: "$group", Value: bson.D{
		{Key: "_id", Value: "$" + field}, {Key: "n", Value: bson.D{{Key: "$sum", Value: int64(1)}}}}}})
	cursor, err := c.Aggregate(ctx, pipeline)
	if err != nil {
		return err
	}
	var found []struct {
		Value T     `bson:"_id"`
		N     int64 `bson:"n"`
	}
	if err := cursor.All(ctx, &found); err != nil {
		return err
	}
	for _, f := range found {
		if f.Value != "" { // stored before there was such a field
			into[f.Value] = f.N
		}
	}
	return nil
}
