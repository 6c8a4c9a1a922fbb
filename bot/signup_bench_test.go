package bot_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"exchangebot/bot"
)

// BenchmarkSignUp measures a complete sign-up on the embedded store: twelve
// messages, from the first to the confirmation. It reports the processor time
// of all of it, with everything that goes on beside.
func BenchmarkSignUp(b *testing.B) {
	sink := serving(b)
	signUp := func(n int) {
		chat := bot.NewChatID("nowhere", fmt.Sprint(n))
		for i, what := range append(toSummary, "absenden") {
			done := make(chan error, 1)
			sink(bot.Update{ID: fmt.Sprint(i), Chat: chat, Text: what, Locale: "de"}, func(err error) { done <- err })
			if err := <-done; err != nil {
				b.Fatal(err)
			}
		}
	}
	signUp(-1)
	before := processorTime(b)
	for n := 0; b.Loop(); n++ {
		signUp(n)
	}
	b.ReportMetric(float64((processorTime(b)-before).Microseconds())/1000/float64(b.N), "cpu-ms/signup")
}

// processorTime is what the process has used so far.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
