package bottest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"testing"

	"exchangebot/bot"
)

// crashPlace is the environment variable that makes a process the one to be killed.
const crashPlace = "BOTTEST_CRASH_PLACE"

// TestStoreCrash tests that a store keeps what it has answered when its process
// is killed in the middle of many saves: it starts the test again in a process
// of its own, several times, and kills that. place makes an empty place to
// store in, and is called once; open opens what is stored there, in either
// process, and close closes it. A transactional store has counted exactly the
// saves that are stored; any other, no more than those.
//
// It is called by a test function itself, not by a subtest.
func TestStoreCrash(t *testing.T, place func() string, transactional bool, open func(place string) (s bot.Store, close func() error, err error)) {
	if place := os.Getenv(crashPlace); place != "" {
		s, _, err := open(place)
		if err != nil {
			t.Fatal(err)
		}
		saveUntilKilled(t.Context(), s)
		return
	}
	const rounds, saves, chats = 3, 300, crashWriters
	where := place()
	for round := range rounds {
		acknowledged := killAmidSaves(t, where, saves)
		s, closeStore, err := open(where)
		if err != nil {
			t.Fatalf("open after a crash: %v", err)
		}
		var stored int64
		for i := range chats {
			c := load(t, s, crashChat(i))
			if c.Version < acknowledged[c.Chat] {
				t.Errorf("round %d: %s has version %d, but %d was acknowledged", round, c.Chat, c.Version, acknowledged[c.Chat])
			}
			stored += c.Version
		}
		counts, err := s.Counts(t.Context(), crashCount.Day, crashCount.Day)
		if err != nil {
			t.Fatal(err)
		}
		var counted int64
		for _, c := range counts {
			counted += c.N
		}
		if counted > stored || transactional && counted < stored {
			t.Errorf("round %d: %d saves are stored and %d counted", round, stored, counted)
		}
		if err := closeStore(); err != nil {
			t.Error(err)
		}
	}
}

const crashWriters = 8

var crashCount = count("2026-11-22", bot.EventAnswered, "cost", bot.German, 1)

func crashChat(i int) bot.ChatID { return bot.NewChatID("test", fmt.Sprint(i)) }

// saveUntilKilled tells every save that was acknowledged on standard output.
// It ends by itself only when whoever started it is gone.
func saveUntilKilled(ctx context.Context, s bot.Store) {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	var wg sync.WaitGroup
	for i := range crashWriters {
		wg.Go(func() {
			c, err := s.Conversation(ctx, crashChat(i))
			for err == nil {
				if err = s.SaveConversation(ctx, c, crashCount); err == nil {
					fmt.Printf("saved %s %d\n", c.Chat, c.Version)
				}
			}
			fmt.Println(err)
		})
	}
	wg.Wait()
}

// killAmidSaves returns the newest version of each chat that a process had
// acknowledged when it was killed, after so many saves.
func killAmidSaves(t *testing.T, place string, saves int) map[bot.ChatID]int64 {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+regexp.QuoteMeta(t.Name())+"$")
	cmd.Env = append(os.Environ(), crashPlace+"="+place)
	if _, err := cmd.StdinPipe(); err != nil { // closed when this process ends
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[bot.ChatID]int64{}
	n := 0
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		var chat bot.ChatID
		var version int64
		if _, err := fmt.Sscanf(lines.Text(), "saved %s %d", &chat, &version); err != nil {
			t.Log(lines.Text())
			continue
		}
		acknowledged[chat] = max(acknowledged[chat], version)
		if n++; n == saves {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); n < saves {
		t.Fatalf("it ended after %d saves: %v\n%s", n, err, stderr.Bytes())
	}
	return acknowledged
}
