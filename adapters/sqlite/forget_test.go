package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	zsqlite "zombiezen.com/go/sqlite"

	"exchangebot/adapters/sqlite"
	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

const marker = "Wilhelmine"

// holds lists the files of the open store in which the marker can be read.
func holds(t *testing.T, s *sqlite.Store) (found []string) {
	t.Helper()
	files, err := filepath.Glob(s.Path() + "*")
	if err != nil || len(files) != 3 {
		t.Fatalf("files %v, error %v; want the store, its log and the index of that", files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), marker) {
			found = append(found, filepath.Base(file))
		}
	}
	return found
}

// saveMarked stores a volunteer and a conversation with the marker, several
// times and among others.
func saveMarked(t *testing.T, s *sqlite.Store) *bot.Volunteer {
	t.Helper()
	v := bottest.Signed(7)
	v.Name = marker + " Groß"
	c := bottest.Full(v.Chat)
	c.Position.Values["name"] = v.Name
	for n := range 20 {
		other := bottest.Full(bot.NewChatID("other", bottest.Signed(n).Reference))
		for _, c := range []*bot.Conversation{c, other} {
			if err := s.SaveConversation(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.SaveVolunteer(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	if len(holds(t, s)) == 0 {
		t.Fatal("the marker is nowhere: the test looks for the wrong thing")
	}
	return v
}

func TestWhoIsForgottenIsInNoFile(t *testing.T) {
	for name, forget := range map[string]func(s *sqlite.Store, v *bot.Volunteer) error{
		"deleted": func(s *sqlite.Store, v *bot.Volunteer) error {
			if err := s.DeleteVolunteer(t.Context(), v.Chat); err != nil {
				return err
			}
			return s.DeleteConversation(t.Context(), v.Chat)
		},
		"withdrawn": func(s *sqlite.Store, v *bot.Volunteer) error {
			if err := s.DeleteConversation(t.Context(), v.Chat); err != nil {
				return err
			}
			v.Status, v.Name = bot.StatusWithdrawn, ""
			return s.SaveVolunteer(t.Context(), v)
		},
		"expired": func(s *sqlite.Store, v *bot.Volunteer) error {
			if err := s.DeleteVolunteer(t.Context(), v.Chat); err != nil {
				return err
			}
			_, err := s.ExpireConversations(t.Context(), time.Now().AddDate(100, 0, 0), 100)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir())
			if err := forget(s, saveMarked(t, s)); err != nil {
				t.Fatal(err)
			}
			if found := holds(t, s); len(found) > 0 {
				t.Errorf("the marker is still in %v", found)
			}
		})
	}
}

// Somebody who reads keeps the log as it is, but fails no write. The next
// write after that empties it.
func TestAReaderPutsForgettingOff(t *testing.T) {
	s := open(t, t.TempDir())
	v := saveMarked(t, s)
	reader, err := zsqlite.OpenConn(s.Path(), zsqlite.OpenReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	stmt, err := reader.Prepare("select chat from conversations")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stmt.Step(); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteVolunteer(t.Context(), v.Chat); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteConversation(t.Context(), v.Chat); err != nil {
		t.Fatal(err)
	}
	if err := stmt.Reset(); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveConversation(t.Context(), bottest.Full("test:next")); err != nil {
		t.Fatal(err)
	}
	if found := holds(t, s); len(found) > 0 {
		t.Errorf("the marker is still in %v", found)
	}
}
