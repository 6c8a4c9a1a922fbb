package sqlite_test

import (
	"testing"

	"exchangebot/bot/bottest"
)

func BenchmarkStore(b *testing.B) {
	bottest.BenchmarkStore(b, open(b, b.TempDir()))
}
