package mongo_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	mongodriver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"exchangebot/adapters/mongo"
	"exchangebot/adapters/mongo/mongotest"
	"exchangebot/bot"
)

// recorder keeps the commands that a store sends, by their collection.
type recorder struct {
	mu       sync.Mutex
	commands []bson.Raw
}

func (r *recorder) monitor() *event.CommandMonitor {
	return &event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.commands = append(r.commands, slices.Clone(e.Command))
	}}
}

// take hands out the commands since it was last called.
func (r *recorder) take() []bson.Raw {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.commands
	r.commands = nil
	return list
}

// name is what a command is and what it is about, such as "find conversations".
func name(t *testing.T, command bson.Raw) string {
	t.Helper()
	first, err := command.IndexErr(0)
	if err != nil {
		t.Fatal(err)
	}
	about, _ := first.Value().StringValueOK()
	return first.Key() + " " + about
}

// recorded opens a store whose commands are recorded, and its database.
func recorded(t *testing.T) (*mongo.Store, *recorder, *mongodriver.Database) {
	t.Helper()
	var r recorder
	uri, database := mongotest.URI(t), mongotest.Database(t)
	s := openClosing(t, uri, database, options.Client().SetMonitor(r.monitor()))
	r.take()
	client, err := mongodriver.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	return s, &r, client.Database(database)
}

// useAll does everything that a store can.
func useAll(t *testing.T, s *mongo.Store) {
	t.Helper()
	ctx := t.Context()
	for range 2 {
		c, err := s.Conversation(ctx, "test:1")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SaveConversation(ctx, c, one); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Counts(ctx, one.Day, one.Day); err != nil {
		t.Fatal(err)
	}
	for _, q := range []bot.ConversationQuery{{Limit: 1}, {Limit: 1, Open: time.Now()}} {
		if _, err := s.Conversations(ctx, q); err != nil {
			t.Fatal(err)
		}
	}
	useVolunteers(t, s)
	useDocuments(t, s)
	useSubscribers(t, s)
	if n, err := s.ExpireConversations(ctx, time.Now(), 10); err != nil || n != 1 {
		t.Fatalf("expired %d, error %v", n, err)
	}
	if err := s.DeleteConversation(ctx, "test:1"); err != nil {
		t.Fatal(err)
	}
}

// useVolunteers asks what city staff and the jobs ask.
func useVolunteers(t *testing.T, s *mongo.Store) {
	t.Helper()
	ctx := t.Context()
	for range 2 {
		v, err := s.Volunteer(ctx, "test:1")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SaveVolunteer(ctx, v); err != nil {
			t.Fatal(err)
		}
	}
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, q := range []bot.VolunteerQuery{
		{},
		{From: day, To: day},
		{Words: []string{"a"}},
		{Fields: bot.Fields()[:1]},
		{Fields: bot.Fields()[:1], Cities: bot.Cities()[:1]},
		{Kinds: bot.Kinds()[:1]},
		{Cities: bot.Cities()[:1]},
		{Statuses: bot.Statuses()[:1]},
		{Languages: []bot.Language{bot.German}},
		{Reference: "A"},
		{EmailKeys: []string{"a"}},
	} {
		for _, q.After = range []string{"", "1 A"} {
			if _, err := s.Volunteers(ctx, q); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := s.SilentVolunteers(ctx, day, &bot.Volunteer{Chat: "test:1"}, 1); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteVolunteer(ctx, "test:1"); err != nil {
		t.Fatal(err)
	}
}

// useDocuments asks what the desk asks.
func useDocuments(t *testing.T, s *mongo.Store) {
	t.Helper()
	ctx := t.Context()
	d := &bot.Document{Kind: bot.DocumentQuestion, Key: "1", Chat: "test:1", At: time.Unix(1, 0)}
	for range 2 {
		if err := s.SaveDocument(ctx, d); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []bot.DocumentQuery{{}, {Open: true}, {Chat: "test:1"}, {Prefix: "a/"}, {Prefix: "a/", Open: true}} {
		for _, q.After = range []*bot.Document{nil, d} {
			q.Kind, q.Limit = bot.DocumentQuestion, 1
			if _, err := s.Documents(ctx, q); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.DeleteDocument(ctx, d); err != nil {
		t.Fatal(err)
	}
}

// useSubscribers asks what announcements ask.
func useSubscribers(t *testing.T, s *mongo.Store) {
	t.Helper()
	ctx := t.Context()
	for range 2 {
		sub, err := s.Subscriber(ctx, "test:1")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SaveSubscriber(ctx, sub); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []bot.SubscriberQuery{{}, {After: "test:1"}, {Fields: bot.Fields()[:1], Channels: []string{"test"}, Before: time.Now()}, {State: bot.Lost}} {
		q.Limit = 1
		if _, err := s.Subscribers(ctx, q); err != nil {
			t.Fatal(err)
		}
		if _, err := s.TallySubscribers(ctx, q); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.DeleteSubscriber(ctx, "test:1"); err != nil {
		t.Fatal(err)
	}
}

func TestTwoRoundTripsATurn(t *testing.T) {
	s, r, _ := recorded(t)
	for _, save := range []string{"insert conversations", "update conversations", "update conversations"} {
		c, err := s.Conversation(t.Context(), "test:1")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SaveConversation(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, command := range r.take() {
			got = append(got, name(t, command))
		}
		if diff := cmp.Diff([]string{"find conversations", save}, got); diff != "" {
			t.Errorf("commands of a turn (-want +got):\n%s", diff)
		}
	}
}

func TestMajority(t *testing.T) {
	s, r, _ := recorded(t)
	useAll(t, s)
	writes := map[string]bool{}
	for _, command := range r.take() {
		what := name(t, command)
		switch command.Index(0).Key() {
		case "insert", "update", "delete":
			writes[what] = true
			if w, _ := command.Lookup("writeConcern", "w").StringValueOK(); w != "majority" {
				t.Errorf("%s with write concern %q, want majority", what, w)
			}
		}
	}
	want := map[string]bool{"insert conversations": true, "update conversations": true, "delete conversations": true, "update counts": true,
		"insert volunteers": true, "update volunteers": true, "delete volunteers": true,
		"insert documents": true, "update documents": true, "delete documents": true,
		"insert subscribers": true, "update subscribers": true, "delete subscribers": true}
	if diff := cmp.Diff(want, writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}

// query is what a command looks for.
type query struct {
	what         string // such as "find counts"
	collection   string
	filter, sort []string // fields
}

func queries(t *testing.T, command bson.Raw) (list []query) {
	t.Helper()
	what := name(t, command)
	collection, _ := command.Index(0).Value().StringValueOK()
	add := func(filter, sort bson.RawValue) {
		list = append(list, query{what, collection, fields(t, filter), fields(t, sort)})
	}
	each := func(key string) {
		values, err := command.Lookup(key).Array().Values()
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range values {
			add(v.Document().Lookup("q"), bson.RawValue{})
		}
	}
	switch command.Index(0).Key() {
	case "find":
		add(command.Lookup("filter"), command.Lookup("sort"))
	case "aggregate":
		add(command.Lookup("pipeline", "0", "$match"), bson.RawValue{})
	case "update":
		each("updates")
	case "delete":
		each("deletes")
	case "insert", "ping", "createIndexes", "endSessions":
	default:
		t.Errorf("%s: teach this test what it looks for", what)
	}
	return list
}

// fields are the keys of a document; of nothing, none.
func fields(t *testing.T, v bson.RawValue) (keys []string) {
	t.Helper()
	if v.IsZero() {
		return nil
	}
	elements, err := v.Document().Elements()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range elements {
		keys = append(keys, e.Key())
	}
	return keys
}

// answers tells how many leading fields of an index are in the query's filter;
// -1 when the index is of no use to it. One that is used gives the order the
// query asks for, unless at most one document is found.
func (q query) answers(index []string) int {
	n := 0
	for n < len(index) && slices.Contains(q.filter, index[n]) {
		n++
	}
	if slices.Contains([]string{"reference", "email_key"}, index[0]) && n > 0 {
		return len(index) + 1 // nothing is better
	}
	for k := n; k >= 0; k-- {
		if rest := index[k:]; len(q.sort) <= len(rest) && slices.Equal(q.sort, rest[:len(q.sort)]) && k+len(q.sort) > 0 {
			return k
		}
	}
	return -1
}

// Every query finds an index that starts with a field of its filter, or with
// its order, and has the order it asks for; every index has a query.
func TestIndexes(t *testing.T) {
	s, r, db := recorded(t)
	useAll(t, s)
	indexes := map[string][][]string{} // by collection: the fields of each
	unused := map[string]bool{}
	for _, collection := range []string{"conversations", "volunteers", "counts", "documents", "subscribers"} {
		specs, err := db.Collection(collection).Indexes().ListSpecifications(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range specs {
			index := fields(t, bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: spec.KeysDocument})
			indexes[collection] = append(indexes[collection], index)
			unused[collection+" "+strings.Join(index, " ")] = true
		}
	}
	for _, command := range r.take() {
		for _, q := range queries(t, command) {
			i, best := -1, -1
			for j, index := range indexes[q.collection] {
				if n := q.answers(index); n > best {
					i, best = j, n
				}
			}
			if i < 0 {
				t.Errorf("%s by %v, sorted by %v: none of the indexes %v", q.what, q.filter, q.sort, indexes[q.collection])
				continue
			}
			delete(unused, q.collection+" "+strings.Join(indexes[q.collection][i], " "))
		}
		explain(t, db, command)
	}
	for index := range unused {
		t.Errorf("no query uses index %s", index)
	}
}

// explain asks the server for its plan of a search. FerretDB has none to show.
func explain(t *testing.T, db *mongodriver.Database, command bson.Raw) {
	t.Helper()
	if command.Index(0).Key() != "find" {
		return
	}
	var search bson.D
	for _, key := range []string{"find", "filter", "sort", "limit", "projection", "hint"} {
		if v, err := command.LookupErr(key); err == nil {
			search = append(search, bson.E{Key: key, Value: v})
		}
	}
	var plan bson.Raw
	err := db.RunCommand(t.Context(), bson.D{{Key: "explain", Value: search}, {Key: "verbosity", Value: "queryPlanner"}}).Decode(&plan)
	if err != nil {
		t.Errorf("explain %s: %v", name(t, command), err)
	}
	winner, err := plan.LookupErr("queryPlanner", "winningPlan")
	if err != nil {
		t.Logf("no plan of %s is shown", name(t, command))
		return
	}
	for _, scan := range []string{"COLLSCAN", "SORT"} {
		if hasStage(winner, scan) {
			t.Errorf("plan of %s has %s:\n%s", name(t, command), scan, winner)
		}
	}
}

func hasStage(plan bson.RawValue, stage string) bool {
	doc, ok := plan.DocumentOK()
	if !ok {
		return false
	}
	if s, _ := doc.Lookup("stage").StringValueOK(); s == stage {
		return true
	}
	elements, _ := doc.Elements()
	return slices.ContainsFunc(elements, func(e bson.RawElement) bool { return hasStage(e.Value(), stage) })
}
