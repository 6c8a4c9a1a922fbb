package main

import (
	"log/slog"
	"testing"
	"time"

	"exchangebot/adapters/sqlite"
	"exchangebot/bot"
	"exchangebot/bot/bottest"
	"exchangebot/bot/knowledge"
	"exchangebot/locales"
)

func BenchmarkDesk(b *testing.B) {
	texts, err := locales.Texts()
	if err != nil {
		b.Fatal(err)
	}
	base, err := knowledge.Load(locales.Knowledge())
	if err != nil {
		b.Fatal(err)
	}
	store := sqlite.New(b.TempDir())
	if err := store.Open(b.Context()); err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	desk := bot.New(bot.Config{Store: store, Texts: texts, Knowledge: knowledge.Train(base), Log: slog.New(slog.DiscardHandler), Now: time.Now}).Desk()
	bottest.BenchmarkDesk(b, store, desk)
}
