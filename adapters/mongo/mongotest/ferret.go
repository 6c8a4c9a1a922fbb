package mongotest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// ferret is a running FerretDB.
type ferret struct {
	addr   string
	cmd    *exec.Cmd
	stdin  io.Closer
	stderr bytes.Buffer
	ended  chan struct{}
}

// startFerret builds FerretDB, which takes a minute or two the first time,
// and runs it on a free port. Its module is not this one, so that the bot's
// requirements stay its own.
func startFerret() (*ferret, error) {
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", "exchangebot/adapters/mongo/mongotest").Output()
	if err != nil {
		return nil, fmt.Errorf("find FerretDB's module: %w", err)
	}
	f := &ferret{ended: make(chan struct{})}
	module := filepath.Join(strings.TrimSpace(string(out)), "ferretdb")
	f.cmd = exec.Command("go", "run", "-C", module, ".")
	f.cmd.Env = append(os.Environ(), "GOWORK=off")
	f.cmd.Stderr = &f.stderr
	// A group of its own, to be ended with whatever "go run" has started. When
	// this process is killed itself, FerretDB sees its standard input end.
	f.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdin, err := f.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start FerretDB: %w", err)
	}
	f.stdin = stdin
	stdout, err := f.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start FerretDB: %w", err)
	}
	if err := f.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start FerretDB: %w", err)
	}
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	go func() {
		_ = f.cmd.Wait()
		close(f.ended)
	}()
	if err != nil {
		return nil, fmt.Errorf("start FerretDB: %w\n%s", err, f.stop())
	}
	f.addr = strings.TrimSpace(addr)
	return f, nil
}

// stop ends FerretDB, which removes its data, and returns what it had to say.
func (f *ferret) stop() string {
	_ = f.stdin.Close()
	select {
	case <-f.ended:
	case <-time.After(10 * time.Second):
		_ = syscall.Kill(-f.cmd.Process.Pid, syscall.SIGKILL)
		<-f.ended
	}
	return f.stderr.String()
}
