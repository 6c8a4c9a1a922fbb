package sqlite_test

import (
	"strings"
	"testing"
	"time"

	"exchangebot/adapters/sqlite"
	"exchangebot/bot"
)

// Lists that may be long are read in the order of an index, and nothing is sorted.
func TestPlans(t *testing.T) {
	s := open(t, t.TempDir())
	document := func(q bot.DocumentQuery) func() (string, []any) {
		q.Kind, q.Limit = bot.DocumentBatch, 10
		return func() (string, []any) { return sqlite.DocumentList(q) }
	}
	all := bot.SubscriberQuery{Limit: 500}
	some := bot.SubscriberQuery{Fields: bot.Fields()[:2], Languages: []bot.Language{bot.German}, Channels: []string{"test"}, Before: time.Now(), After: "test:1", Limit: 500}
	lost := bot.SubscriberQuery{State: bot.Lost, Before: time.Now(), Limit: 500}
	for _, test := range []struct {
		name  string
		query func() (string, []any)
		want  string
	}{
		{"documents", document(bot.DocumentQuery{}), "documents_by_at (kind=?)"},
		{"documents by prefix", document(bot.DocumentQuery{Prefix: "a/"}), "documents_by_at (kind=?)"},
		{"documents by prefix that follow", document(bot.DocumentQuery{Prefix: "a/", Oldest: true, After: &bot.Document{}}), "documents_by_at (kind=? AND (at,key)>(?,?))"},
		{"open documents by prefix", document(bot.DocumentQuery{Prefix: "a/", Open: true}), "documents_by_open (kind=?)"},
		{"subscribers", func() (string, []any) { return sqlite.SubscriberList(all) }, "PRIMARY KEY (chat>?)"},
		{"some subscribers", func() (string, []any) { return sqlite.SubscriberList(some) }, "PRIMARY KEY (chat>?)"},
		{"lost subscribers", func() (string, []any) { return sqlite.SubscriberList(lost) }, "subscribers_by_state (state=? AND chat>?)"},
		{"tally", func() (string, []any) { return sqlite.SubscriberTally(all) }, "COVERING INDEX subscribers_by_reach"},
		{"tally of some", func() (string, []any) { return sqlite.SubscriberTally(some) }, "COVERING INDEX subscribers_by_reach (channel=? AND language=?)"},
	} {
		query, args := test.query()
		plan, err := s.Plan(t.Context(), query, args)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if len(plan) != 1 || !strings.HasSuffix(plan[0], test.want) {
			t.Errorf("%s: %q, want one step that ends with %q", test.name, plan, test.want)
		}
	}
}
