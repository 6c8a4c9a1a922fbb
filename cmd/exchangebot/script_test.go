package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"exchangebot/adapters/sqlite"
	"exchangebot/adapters/telegram/telegramtest"
)

// TestScripts plays the sessions at a terminal in testdata/script.
func TestScripts(t *testing.T) {
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	server := telegramtest.New(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv(asProgram, "1")
			e.Setenv("PROGRAM", executable)
			e.Setenv("TELEGRAM", server.URL())
			e.Setenv("TOKEN", telegramtest.Token)
			e.Setenv("LOCALES", absolute(t, "../../locales"))
			e.Setenv("TESTDATA", absolute(t, "../../bot/knowledge/testdata"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// subscribers N stores so many in data, where DATA_DIR is by default.
			"subscribers": func(ts *testscript.TestScript, neg bool, args []string) {
				n, err := strconv.Atoi(args[0])
				ts.Check(err)
				server.Meet(1, n)
				store := sqlite.New(ts.MkAbs("data"))
				ts.Check(store.Open(context.Background()))
				for user := range n {
					ts.Check(store.SaveSubscriber(context.Background(), subscriber(user+1)))
				}
				ts.Check(store.Close())
			},
			// blocks USER has a person block the bot.
			"blocks": func(ts *testscript.TestScript, neg bool, args []string) {
				user, err := strconv.ParseInt(args[0], 10, 64)
				ts.Check(err)
				server.Block(user, true, false)
			},
			// got N checks how many messages a person has.
			"got": func(ts *testscript.TestScript, neg bool, args []string) {
				if got := fmt.Sprint(len(server.Replies(1))); got != args[0] {
					ts.Fatalf("%s messages, want %s", got, args[0])
				}
			},
			// exits CODE ARG… runs the program and expects the exit code.
			"exits": func(ts *testscript.TestScript, neg bool, args []string) {
				err := ts.Exec(executable, args[1:]...)
				code := "0"
				if err != nil {
					code = err.Error()[len("exit status "):]
				}
				if code != args[0] {
					ts.Fatalf("exit code %s, want %s", code, args[0])
				}
			},
		},
	})
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	absolute, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return absolute
}
