package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"exchangebot/adapters/mongo/mongotest"
	"exchangebot/adapters/telegram/telegramtest"
	"exchangebot/locales"
)

// asProgram in the environment makes the test binary the program itself, so
// that tests start, stop and kill it as an operator would.
const asProgram = "EXCHANGEBOT_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
		defer stop()
		os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
	}
	var err error
	if brief, err = os.MkdirTemp("", "exchangebot-knowledge-"); err != nil {
		panic(err)
	}
	shorten(brief)
	code := mongotest.Main(m)
	_ = os.RemoveAll(brief)
	os.Exit(code)
}

// brief is a copy of the knowledge base with every topic and a few questions
// each, which an instrumented program has learnt in no time.
var brief string

// shorten copies the knowledge base to dir with every 24th question.
func shorten(dir string) {
	err := fs.WalkDir(locales.Knowledge(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return errors.Join(err, os.MkdirAll(filepath.Join(dir, name), 0o700))
		}
		data, err := fs.ReadFile(locales.Knowledge(), name)
		if err != nil {
			return err
		}
		var kept []string
		questions := 0
		for line := range strings.SplitAfterSeq(string(data), "\n") {
			if strings.HasPrefix(line, "  - ") {
				if questions++; questions%24 != 1 {
					continue
				}
			}
			kept = append(kept, line)
		}
		return os.WriteFile(filepath.Join(dir, name), []byte(strings.Join(kept, "")), 0o600)
	})
	if err != nil {
		panic(err)
	}
}

// patience bounds what would otherwise hang; no test passes or fails by it.
const patience = 2 * time.Minute

// process is the program, running as a child.
type process struct {
	t       testing.TB
	cmd     *exec.Cmd
	address string // of its HTTP server
	log     *safeBuffer
	ended   chan error
}

// start runs the program with settings such as "DATA_DIR=…", which win over
// the test's own, on the brief knowledge base, and returns at once.
func start(t testing.TB, settings ...string) *process {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return startProgram(t, executable, append([]string{"KNOWLEDGE=" + brief}, settings...)...)
}

// startProgram is start with another executable than the test binary.
func startProgram(t testing.TB, executable string, settings ...string) *process {
	t.Helper()
	p := &process{t: t, address: freeAddress(t), log: &safeBuffer{}, ended: make(chan error, 1)}
	p.cmd = exec.Command(executable)
	p.cmd.Dir = t.TempDir()
	p.cmd.Env = append([]string{asProgram + "=1", "PATH=" + os.Getenv("PATH"), "HTTP_ADDR=" + p.address}, settings...)
	for _, setting := range settings {
		if address, found := bytes.CutPrefix([]byte(setting), []byte("HTTP_ADDR=")); found {
			p.address = string(address)
		}
	}
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("the program's log:\n%s", p.log)
		}
	})
	return p
}

// freeAddress is a loopback address that nobody listens on.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// get is the status and the body of one of the program's pages; 0 while it
// does not listen.
func (p *process) get(path string) (int, string) {
	response, err := http.Get("http://" + p.address + path)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(body)
}

// waitReady returns when /readyz says so.
func (p *process) waitReady() { p.waitStatus(http.StatusOK) }

func (p *process) waitStatus(want int) {
	p.t.Helper()
	p.waitFor(func() bool { status, _ := p.get("/readyz"); return status == want })
}

func (p *process) waitFor(reached func() bool) {
	p.t.Helper()
	deadline := time.After(patience)
	for !reached() {
		select {
		case err := <-p.ended:
			p.ended <- err
			p.t.Fatalf("the program ended: %v", err)
		case <-deadline:
			p.t.Fatal("waited in vain")
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// kill ends the program as kill -9 does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended by itself
	err := <-p.ended
	p.ended <- err
}

// stop asks the program to end and gives its exit code.
func (p *process) stop() int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case err := <-p.ended:
		p.ended <- err
	case <-time.After(patience):
		p.t.Fatal("the program does not stop")
	}
	return p.cmd.ProcessState.ExitCode()
}

// safeBuffer is written by one goroutine and read by another.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// telegramSettings let the program talk to the fake platform.
func telegramSettings(server *telegramtest.Server) []string {
	return []string{"TELEGRAM_BOT_TOKEN=" + telegramtest.Token, "TELEGRAM_API_URL=" + server.URL()}
}

// webhookSettings make it do so by webhook.
func webhookSettings(t testing.TB, server *telegramtest.Server) []string {
	address := freeAddress(t)
	return append(telegramSettings(server), "HTTP_ADDR="+address,
		"TELEGRAM_WEBHOOK_URL=http://"+address, "TELEGRAM_WEBHOOK_SECRET=a-test-secret")
}

// waitReplies returns when the bot has written n messages to a person.
func waitReplies(t testing.TB, server *telegramtest.Server, user int64, n int) []telegramtest.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := server.WaitReplies(ctx, user, n); err != nil {
		t.Fatalf("%d replies to %d, want %d: %v", len(server.Replies(user)), user, n, err)
	}
	return server.Replies(user)
}

// noViolations fails the test when the program did what Telegram does not like.
func noViolations(t testing.TB, server *telegramtest.Server) {
	t.Helper()
	if v := server.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
}
