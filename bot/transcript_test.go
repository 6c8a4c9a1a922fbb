package bot_test

import (
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"exchangebot/adapters/xlsx"
	"exchangebot/bot"
	"exchangebot/bot/bottest"
	"exchangebot/bot/knowledge"
	"exchangebot/locales"
)

// index is trained once for all tests of the package.
var index = sync.OnceValues(func() (*knowledge.Index, error) {
	base, err := knowledge.Load(locales.Knowledge())
	if err != nil {
		return nil, err
	}
	return knowledge.Train(base), nil
})

// fewTopics is a base of which is learned fast.
var fewTopics = sync.OnceValues(func() (*knowledge.Index, error) {
	base, err := knowledge.Load(locales.Knowledge())
	if err != nil {
		return nil, err
	}
	var topics []knowledge.Topic
	for _, lang := range base.Languages() {
		topics = append(topics, base.None(lang))
		for _, id := range []string{"contact", "distance", "help", "museums"} {
			topic, _ := base.Topic(lang, id)
			topics = append(topics, topic)
		}
	}
	few, err := knowledge.New(topics)
	if err != nil {
		return nil, err
	}
	return knowledge.Train(few), nil
})

// texts are read once, too.
var texts = sync.OnceValues(locales.Texts)

func newBot(t testing.TB, store bot.Store) *bot.Bot {
	t.Helper()
	return newBotAt(t, store, func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) })
}

func newBotAt(t testing.TB, store bot.Store, now func() time.Time) *bot.Bot {
	t.Helper()
	return bot.New(newConfig(t, store, now))
}

func newConfig(t testing.TB, store bot.Store, now func() time.Time) bot.Config {
	t.Helper()
	texts, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	trained, err := index()
	if err != nil {
		t.Fatal(err)
	}
	return bot.Config{
		Store:     store,
		Texts:     texts,
		Knowledge: trained,
		Log:       slog.New(slog.DiscardHandler),
		Now:       now,
		Reference: func() string { return "K7M4QX" },
		Workbook:  xlsx.Write,
	}
}

func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			bottest.RunTranscript(t, file, func(s bot.Store, now func() time.Time) *bot.Bot { return newBotAt(t, s, now) })
		})
		t.Run(filepath.Base(file)+" with restarts", func(t *testing.T) {
			t.Parallel()
			bottest.RunRestarting(t, file, func(s bot.Store, now func() time.Time) *bot.Bot { return newBotAt(t, s, now) })
		})
	}
}

// TestDeskTranscripts plays what happens at the desk: the board speaks the
// language that the file is named after.
func TestDeskTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/desk/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	few, err := fewTopics()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		newBot := func(store bot.Store, now func() time.Time) *bot.Bot {
			c := newConfig(t, store, now)
			if strings.HasSuffix(file, ".fr.txt") {
				c.Board = bot.French
			}
			if strings.HasPrefix(filepath.Base(file), "answers.") { // it is learned anew at every restart
				c.Knowledge = few
			}
			return bot.New(c)
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			bottest.RunDesk(t, file, newBot)
		})
		t.Run(filepath.Base(file)+" with restarts", func(t *testing.T) {
			t.Parallel()
			bottest.RunDeskRestarting(t, file, newBot)
		})
	}
}
