package sqlite_test

import (
	"testing"

	"exchangebot/bot/bottest"
)

func BenchmarkStore(b *testing.B) {
	bottest.BenchmarkStore(b, open(b, b.TempDir()))
}

func BenchmarkVolunteers(b *testing.B) {
	bottest.BenchmarkVolunteers(b, open(b, b.TempDir()))
}
