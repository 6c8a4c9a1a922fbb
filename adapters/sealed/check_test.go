package sealed_test

import (
	"errors"
	"testing"
	"time"

	"exchangebot/adapters/sealed"
	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

func TestStoreWithoutKeys(t *testing.T) {
	bottest.TestStore(t, func(t *testing.T) bot.Store { return sealed.New(bottest.NewStore(), nil) })
}

// Without the key nothing that is sealed is handed out or written over, and
// everything can be deleted.
func TestAMissingKey(t *testing.T) {
	for name, keys := range map[string]sealed.Keys{"no key": nil, "another key": keys(t, second)} {
		t.Run(name, func(t *testing.T) {
			ctx, inner := t.Context(), bottest.NewStore()
			right, v := sealed.New(inner, sealedKeys(t)), bottest.Signed(1)
			s := sealed.New(inner, keys)
			if err := s.Check(ctx); err != nil {
				t.Errorf("check of an empty store: %v", err)
			}
			want := func(what string, err error) {
				t.Helper()
				if missing := (*sealed.MissingKeyError)(nil); !errors.As(err, &missing) || len(missing.ID) != 8 {
					t.Errorf("%s: error %v, want the missing key", what, err)
				}
			}
			d := &bot.Document{Kind: bot.DocumentAudit, Key: "1", Data: "{}"}
			if err := right.SaveDocument(ctx, d); err != nil {
				t.Fatal(err)
			}
			want("check with a document", s.Check(ctx))
			if err := errors.Join(right.DeleteDocument(ctx, d), right.SaveConversation(ctx, bottest.Full(v.Chat))); err != nil {
				t.Fatal(err)
			}
			want("check with a conversation", s.Check(ctx))
			if err := right.SaveVolunteer(ctx, v); err != nil {
				t.Fatal(err)
			}
			want("check", s.Check(ctx))
			if err := right.Check(ctx); err != nil {
				t.Errorf("check with the key: %v", err)
			}
			_, err := s.Conversation(ctx, v.Chat)
			want("conversation", err)
			_, err = s.Volunteer(ctx, v.Chat)
			want("volunteer", err)
			_, err = s.Volunteers(ctx, bot.VolunteerQuery{})
			want("volunteers", err)
			if err := s.SaveVolunteer(ctx, bottest.Signed(2)); err != nil {
				t.Fatal(err)
			}
			list, err := s.SilentVolunteers(ctx, time.Now().AddDate(100, 0, 0), nil, 10)
			if err != nil || len(list) != 2 || list[0].Chat != v.Chat || list[0].Name != "" || list[1].Name == "" {
				t.Errorf("silent volunteers: %v, error %v", list, err)
			}
			if err := errors.Join(s.DeleteVolunteer(ctx, v.Chat), s.DeleteConversation(ctx, v.Chat)); err != nil {
				t.Errorf("delete: %v", err)
			}
			if c, err := s.Conversation(ctx, v.Chat); err != nil || c.Version != 0 {
				t.Errorf("deleted, and still there: %v", err)
			}
		})
	}
}

func sealedKeys(t *testing.T) sealed.Keys { return keys(t, first) }
