package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"exchangebot/adapters/mongo/mongotest"
	"exchangebot/adapters/telegram/telegramtest"
)

// announcer runs the command on a store of so many subscribers.
type announcer struct {
	*testing.T
	server   *telegramtest.Server
	hall     *hall
	file     string
	settings []string
	people   int
}

func newAnnouncer(t *testing.T, config *Config, people int) *announcer {
	a := &announcer{T: t, server: telegramtest.New(t), file: filepath.Join(t.TempDir(), "invitation.yaml"), people: people}
	a.server.Meet(1, people)
	config.DataDir, config.TelegramBotToken, config.TelegramAPIURL, config.TelegramRate = t.TempDir(), telegramtest.Token, a.server.URL(), "100"
	a.hall = newHall(t, config)
	a.hall.subscribe(people)
	a.settings = append(telegramSettings(a.server), "TELEGRAM_RATE=100", "DATA_DIR="+config.DataDir, "ANNOUNCE_APPROVAL=10000", "USER=clara")
	if config.MongodbURI != "" {
		a.settings = append(a.settings, "MONGODB_URI="+config.MongodbURI, "MONGODB_DATABASE="+config.MongodbDatabase)
	}
	if err := os.WriteFile(a.file, []byte("title: Einladung\nde: Kommen Sie!\nfr: Venez !\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return a
}

// command is the program with these arguments, not started yet.
func (a *announcer) command(args ...string) (cmd *exec.Cmd, out, err *safeBuffer) {
	executable, problem := os.Executable()
	if problem != nil {
		a.Fatal(problem)
	}
	cmd, out, err = exec.Command(executable, append([]string{"announce"}, args...)...), &safeBuffer{}, &safeBuffer{}
	cmd.Env = append([]string{asProgram + "=1", "PATH=" + os.Getenv("PATH")}, a.settings...)
	cmd.Stdout, cmd.Stderr = out, err
	return cmd, out, err
}

// run runs it to its end, and returns what it says.
func (a *announcer) run(code int, args ...string) (out, err string) {
	a.Helper()
	cmd, stdout, stderr := a.command(args...)
	_ = cmd.Run() // the code tells
	if got := cmd.ProcessState.ExitCode(); got != code {
		a.Errorf("%v ends with %d, want %d\n%s%s", args, got, code, stdout, stderr)
	}
	return stdout.String(), stderr.String()
}

// once checks that everybody got one message.
func (a *announcer) once() {
	a.Helper()
	for user := range int64(a.people) {
		if n := len(a.server.Replies(user + 1)); n != 1 {
			a.Errorf("user %d got it %d times", user+1, n)
		}
	}
	noViolations(a, a.server)
}

func (a *announcer) waitFor(what string, reached func() bool) {
	a.Helper()
	for deadline := time.Now().Add(patience); !reached(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			a.Fatalf("no %s", what)
		}
	}
}

func TestAnnounceBesideARunningServe(t *testing.T) {
	for name, config := range map[string]func(*testing.T) *Config{
		"embedded": func(*testing.T) *Config { return new(Config) },
		"MongoDB": func(t *testing.T) *Config {
			return &Config{MongodbURI: mongotest.URI(t), MongodbDatabase: mongotest.Database(t)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAnnouncer(t, config(t), 150)
			serve := start(t, a.settings...)
			serve.waitReady()
			out, said := a.run(0, "--file", a.file, "--yes")
			if !strings.Contains(said, "ist gesendet") || !strings.Contains(out, "150 von 150 gesendet") {
				t.Errorf("said:\n%s%s", out, said)
			}
			if !strings.Contains(serve.log.String(), "announcement: sent") {
				t.Errorf("serve has not sent it:\n%s", serve.log)
			}
			a.once()
		})
	}
}

func TestAnnounceIsSteeredAndGoesOn(t *testing.T) {
	a := newAnnouncer(t, new(Config), 300)
	cmd, out, said := a.command("--file", a.file, "--yes")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	some := func() bool { return len(a.server.Calls("sendMessage")) > 20 }
	a.waitFor("message", some)
	id, _, _ := strings.Cut(out.String(), "\n")
	a.run(0, "--pause", id)
	_ = cmd.Wait() // the code tells
	if code := cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(said.String(), "Noch sendet niemand") || !strings.Contains(said.String(), "ist angehalten") {
		t.Errorf("paused: ends with %d\n%s", code, said)
	}

	// Whoever goes on may be interrupted.
	cmd, _, said = a.command("--resume", id)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	before := len(a.server.Calls("sendMessage"))
	a.waitFor("message after resuming", func() bool { return len(a.server.Calls("sendMessage")) > before+20 })
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(said.String(), "--watch "+id) {
		t.Errorf("interrupted: ends with %d\n%s", code, said)
	}
	a.run(0, "--watch", id)
	a.once()
	if p := a.hall.finished(id, patience); p.Sent != 300 {
		t.Errorf("%+v", p)
	}
	a.run(1, "--cancel", id)
}

// Whoever watches goes on where a serve that was killed has stopped.
func TestAnnounceOutlivesServe(t *testing.T) {
	a := newAnnouncer(t, new(Config), 300)
	serve := start(t, a.settings...)
	serve.waitReady()
	cmd, out, said := a.command("--file", a.file, "--yes", "--repeat")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	a.waitFor("message", func() bool { return len(a.server.Calls("sendMessage")) > 20 })
	serve.kill()
	_ = cmd.Wait() // the code tells
	if code := cmd.ProcessState.ExitCode(); code != 0 || !strings.Contains(out.String(), "300 von 300 gesendet") {
		t.Errorf("ends with %d\n%s%s", code, out, said)
	}
	for user := range int64(a.people) {
		if len(a.server.Replies(user+1)) == 0 {
			t.Errorf("user %d has not got it", user+1)
		}
	}
}

// A database that is away for a moment does not end the only sender.
func TestAnnounceOutlivesItsStore(t *testing.T) {
	proxy := mongotest.NewProxy(t)
	a := newAnnouncer(t, &Config{MongodbURI: proxy.URI(), MongodbDatabase: mongotest.Database(t)}, 300)
	cmd, out, said := a.command("--file", a.file, "--yes")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	a.waitFor("message", func() bool { return len(a.server.Calls("sendMessage")) > 20 })
	proxy.Down()
	time.Sleep(4 * time.Second) // the driver waits for three of them
	proxy.Up()
	_ = cmd.Wait() // the code tells
	if code := cmd.ProcessState.ExitCode(); code != 0 || !strings.Contains(out.String(), "300 von 300 gesendet") {
		t.Errorf("ends with %d\n%s%s", code, out, said)
	}
	a.once()
}

func TestAnnounceSaysWhatItCannotRead(t *testing.T) {
	a := newAnnouncer(t, new(Config), 1)
	for name, test := range map[string]struct {
		file string
		want []string
	}{
		"unknown key":   {"title: X\nfeilds: [museums]\n", []string{"Zeile 2: Die Angabe „feilds“ gibt es nicht. Möglich sind: title, de, label-de, fr, label-fr, link, "}},
		"wrong types":   {"title: X\nde: [a]\nvolunteers: vielleicht\nfields: museums\n", []string{"Zeile 2: Bei „de“ muss ein einfacher Text", "Zeile 3: Bei „volunteers“ muss true", "Zeile 4: Bei „fields“ muss eine Liste"}},
		"key twice":     {"title: X\nde: a\ntitle: Y\n", []string{"Zeile 3: „title“ steht schon in Zeile 1."}},
		"no keys":       {"- a\n- b\n", []string{"Zeile 1: Jede Angabe braucht eine eigene Zeile"}},
		"open quote":    {"title: X\nfr: \"Venez\n", []string{"Zeile 2: Um diese Zeile herum ist die Datei nicht lesbar."}},
		"city for now":  {"title: X\nde: a\nfr: b\ncity: montreal\n", []string{"Zeile 4: „city“ sagt nur zusammen mit „at“ etwas"}},
		"empty":         {"", []string{"title: Der Titel fehlt.", "de: Der Text fehlt", "fr: Der Text fehlt"}},
		"unknown value": {"title: X\nde: a\nfr: b\nfields: [musees]\n", []string{"fields: „musees“ steht nicht zur Wahl."}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(a.file, []byte(test.file), 0o600); err != nil {
				t.Fatal(err)
			}
			_, said := a.run(1, "--file", a.file, "--dry-run")
			for _, want := range test.want {
				if !strings.Contains(said, want) {
					t.Errorf("%q is not in:\n%s", want, said)
				}
			}
			if strings.Contains(said, "yaml:") {
				t.Errorf("said in the library's words:\n%s", said)
			}
		})
	}
}
