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

func BenchmarkSubscribers(b *testing.B) {
	bottest.BenchmarkSubscribers(b, open(b, b.TempDir()), 1_000_000)
}

func BenchmarkDocuments(b *testing.B) {
	bottest.BenchmarkDocuments(b, open(b, b.TempDir()))
}
