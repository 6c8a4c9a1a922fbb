package mongo_test

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	mongodriver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"exchangebot/adapters/mongo/mongotest"
	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// schema is the part of MongoDB's JSON Schema that the schema documents use.
type schema struct {
	Type       string            `json:"bsonType"`
	Required   []string          `json:"required"`
	Properties map[string]schema `json:"properties"`
	Items      *schema           `json:"items"`
	Enum       []string          `json:"enum"`
}

var typeNames = map[bson.Type]string{bson.TypeString: "string", bson.TypeInt64: "long", bson.TypeDateTime: "date",
	bson.TypeArray: "array", bson.TypeEmbeddedDocument: "object"}

// check tells what of a value is not as the schema says.
func (s schema) check(t *testing.T, at string, v bson.RawValue) {
	t.Helper()
	if got := typeNames[v.Type]; got != s.Type {
		t.Errorf("%s is of type %q, the schema says %q", at, got, s.Type)
		return
	}
	switch s.Type {
	case "string":
		if len(s.Enum) > 0 && !slices.Contains(s.Enum, v.StringValue()) {
			t.Errorf("%s is %q, which the schema does not have", at, v.StringValue())
		}
	case "array":
		values, _ := v.Array().Values()
		for _, item := range values {
			s.Items.check(t, at+"[]", item)
		}
	case "object":
		elements, _ := v.Document().Elements()
		var keys []string
		for _, e := range elements {
			property, known := s.Properties[e.Key()]
			if !known {
				t.Errorf("%s.%s is not in the schema", at, e.Key())
				continue
			}
			keys = append(keys, e.Key())
			property.check(t, at+"."+e.Key(), e.Value())
		}
		for _, key := range s.Required {
			if !slices.Contains(keys, key) {
				t.Errorf("%s.%s is missing", at, key)
			}
		}
	}
}

// readSchema reads a schema document.
func readSchema(t *testing.T, name string) schema {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Schema schema `json:"$jsonSchema"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if got := len(file.Schema.Properties["fields"].Items.Enum); got != len(bot.Fields()) {
		t.Errorf("%s has %d fields", name, got)
	}
	return file.Schema
}

// checkStored tells what of the stored documents of chats is not as the schema says.
func (s schema) checkStored(t *testing.T, uri, database, collection string, chats ...bot.ChatID) {
	t.Helper()
	client, err := mongodriver.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(context.Background()) }()
	for _, chat := range chats {
		raw, err := client.Database(database).Collection(collection).FindOne(t.Context(), bson.D{{Key: "_id", Value: chat}}).Raw()
		if err != nil {
			t.Fatal(err)
		}
		s.check(t, string(chat), bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: raw})
	}
}

// TestVolunteersAreAsTheSchemaSays holds the stored documents and the schema
// document together.
func TestVolunteersAreAsTheSchemaSays(t *testing.T) {
	schema := readSchema(t, "volunteer.schema.json")
	for property, values := range map[string]int{"kind": len(bot.Kinds()), "city": len(bot.Cities()), "status": len(bot.Statuses())} {
		if got := len(schema.Properties[property].Enum); got != values {
			t.Errorf("%s has %d values in the schema, %d in the program", property, got, values)
		}
	}
	uri, database := mongotest.URI(t), mongotest.Database(t)
	s := openClosing(t, uri, database)
	full, bare := bottest.Signed(1), bottest.Signed(2)
	full.Consent.Withdrawn, full.Sealed = full.Created, "0a1b2c3d"
	bare.Organisation, bare.Place, bare.Offers, bare.Seeks, bare.Phone, bare.Notes, bare.Source.Payload = "", "", "", "", "", "", ""
	bare.Asked, bare.Claimed = time.Time{}, time.Time{}
	for _, v := range []*bot.Volunteer{full, bare} {
		if err := s.SaveVolunteer(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	schema.checkStored(t, uri, database, "volunteers", full.Chat, bare.Chat)
}

// TestSubscribersAreAsTheSchemaSays does the same for subscribers.
func TestSubscribersAreAsTheSchemaSays(t *testing.T) {
	schema := readSchema(t, "subscriber.schema.json")
	uri, database := mongotest.URI(t), mongotest.Database(t)
	s := openClosing(t, uri, database)
	var chats []bot.ChatID
	for i, state := range []bot.SubscriberState{bot.Subscribed, bot.Unsubscribed, bot.Lost} {
		sub := bottest.Subscribing(i)
		sub.State = state
		if state == bot.Lost {
			sub.Fields, sub.Update = nil, ""
		}
		if err := s.SaveSubscriber(t.Context(), sub); err != nil {
			t.Fatal(err)
		}
		chats = append(chats, sub.Chat)
	}
	schema.checkStored(t, uri, database, "subscribers", chats...)
}
