package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"exchangebot/adapters/telegram/telegramtest"
)

// serving runs the whole program in this process, by webhook against the fake
// platform, whose own limits are off.
func serving(b *testing.B) *telegramtest.Server {
	b.Helper()
	server := telegramtest.New(b)
	server.Limit(telegramtest.Limits{})
	address := freeAddress(b)
	c := &Config{
		TelegramBotToken:      telegramtest.Token,
		TelegramAPIURL:        server.URL(),
		TelegramWebhookURL:    "http://" + address,
		TelegramWebhookSecret: "secret",
		TelegramRate:          "100000",
		DataDir:               b.TempDir(),
		HTTPAddr:              address,
	}
	library := openLibrary("")
	index, err := library.train()
	if err != nil {
		b.Fatal(err)
	}
	p, err := newProgram(c, slog.New(slog.DiscardHandler), library, index)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- p.run(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			b.Error(err)
		}
	})
	if err := server.Wait(b.Context(), func() bool { return server.Webhook().URL != "" }); err != nil {
		b.Fatal(err)
	}
	return server
}

// shipped builds the program as it is shipped and tells its size.
func shipped(b *testing.B) string {
	b.Helper()
	executable := filepath.Join(b.TempDir(), "exchangebot")
	build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", executable, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	info, err := os.Stat(executable)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/(1<<20), "MB-binary")
	return executable
}

// BenchmarkStart is the time from the start of the process to a ready bot, on
// the embedded store.
func BenchmarkStart(b *testing.B) {
	server := telegramtest.New(b)
	executable := shipped(b)
	for b.Loop() {
		p := startProgram(b, executable, append(telegramSettings(server), "DATA_DIR="+b.TempDir())...)
		for status := 0; status != http.StatusOK; status, _ = p.get("/readyz") {
			time.Sleep(time.Millisecond)
		}
		b.StopTimer()
		p.stop()
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/start")
}

// BenchmarkMemory is what stays resident after 10,000 chats.
func BenchmarkMemory(b *testing.B) {
	const chats = 10_000
	executable := shipped(b)
	for b.Loop() {
		server := telegramtest.New(b)
		server.Limit(telegramtest.Limits{})
		p := startProgram(b, executable, append(webhookSettings(b, server), "DATA_DIR="+b.TempDir(), "TELEGRAM_RATE=100000")...)
		p.waitReady()
		for i := range chats {
			server.SendText(int64(i+1), "Worum geht es bei dem Austausch?")
		}
		if err := server.Wait(b.Context(), func() bool { return server.Pending() == 0 }); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(p.resident(b), "MB-resident")
		p.stop()
	}
}

var residentLine = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// resident is the process's memory in MB, as Linux counts it.
func (p *process) resident(b *testing.B) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		b.Skip("no /proc here: ", err)
	}
	kilobytes, err := strconv.Atoi(string(residentLine.FindSubmatch(status)[1]))
	if err != nil {
		b.Fatal(err)
	}
	return float64(kilobytes) / 1024
}

const question = "Wie weit ist Montréal von Düsseldorf entfernt?"

// BenchmarkEndToEnd is how many updates a second come in over HTTP, are
// answered, stored and said over HTTP.
func BenchmarkEndToEnd(b *testing.B) {
	server := serving(b)
	b.ResetTimer()
	for i := range b.N {
		server.SendText(int64(i+1), question)
	}
	if err := server.Wait(b.Context(), func() bool { return server.Pending() == 0 }); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
}

// BenchmarkEndToEndLatency is how long an answer takes at 750 updates a second.
func BenchmarkEndToEndLatency(b *testing.B) {
	server := serving(b)
	const rate = 750
	sent := make([]time.Time, b.N)
	b.ResetTimer()
	start := time.Now()
	for i := range b.N {
		time.Sleep(time.Until(start.Add(time.Duration(i) * time.Second / rate)))
		sent[i] = time.Now()
		server.SendText(int64(i+1), question)
	}
	if err := server.Wait(b.Context(), func() bool { return server.Pending() == 0 }); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	took := make([]time.Duration, 0, b.N)
	seen := map[string]bool{}
	for _, call := range server.Calls("sendMessage") {
		user, err := strconv.Atoi(call.Params["chat_id"])
		if err != nil || seen[call.Params["chat_id"]] {
			continue
		}
		seen[call.Params["chat_id"]] = true
		took = append(took, call.Time.Sub(sent[user-1]))
	}
	if len(took) != b.N {
		b.Fatal(fmt.Errorf("%d of %d answered", len(took), b.N))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
