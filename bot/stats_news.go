package bot

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"exchangebot/bot/query"
)

// readers are those who get announcements at the moment.
type readers struct {
	total   int64
	reached []Reached
	fields  map[Field]int64 // interested in one of them, or in all
}

// countReaders asks the store for all of them at once: it counts through all
// subscribers each time.
func (b *Bot) countReaders(ctx context.Context) (readers, error) {
	r := readers{fields: map[Field]int64{}}
	byField := make([][]Reached, len(fields))
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		r.reached, err = b.store.TallySubscribers(ctx, SubscriberQuery{})
		return err
	})
	for i, f := range fields {
		group.Go(func() (err error) {
			byField[i], err = b.store.TallySubscribers(ctx, SubscriberQuery{Fields: []Field{f}})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return readers{}, fmt.Errorf("count subscribers: %w", err)
	}
	r.total = sum(r.reached)
	for i, f := range fields {
		r.fields[f] = sum(byField[i])
	}
	return r, nil
}

func sum(reached []Reached) (n int64) {
	for _, r := range reached {
		n += r.N
	}
	return n
}

// newsStats shows how many get announcements, and how many have begun and
// ended that in the period of the counts.
func (v *visit) newsStats(r readers, counts []Count) []Block {
	var begun, ended int64
	for _, c := range counts {
		switch c.Event {
		case EventSubscribed:
			begun += c.N
		case EventUnsubscribed:
			ended += c.N
		}
	}
	blocks := []Block{{Text: v.say("desk-stats-news", Values{"Count": int(r.total), "Begun": begun, "Ended": ended})}}
	if r.total == 0 {
		return blocks
	}
	table := &Table{Title: v.plain("desk-stats-news-title", nil), Header: strings.Split(v.plain("desk-stats-shares-header", nil), ", "), Numbers: []bool{false, false, true, true}}
	add := func(what, value string, n int64) {
		table.Rows = append(table.Rows, []string{what, value, fmt.Sprint(n), string(v.share(n, r.total))})
	}
	for _, reached := range r.reached {
		add(v.plain("desk-stats-news-reached", nil), channelName(reached.Channel)+", "+v.valueName(query.Language, string(reached.Language)), reached.N)
	}
	for _, f := range fields {
		add(v.facetName(query.Field), v.valueName(query.Field, string(f)), r.fields[f])
	}
	return append(blocks, Block{Table: table})
}
