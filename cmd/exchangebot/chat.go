package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"exchangebot/adapters/sqlite"
	"exchangebot/adapters/terminal"
	"exchangebot/bot"
	"exchangebot/locales"
)

type chatCmd struct {
	Lang string `enum:"${languages}" default:"${language}" help:"Language the chat begins in."`
}

// Run has a conversation that is forgotten when it ends.
func (chat *chatCmd) Run(ctx context.Context, c *Config, s streams) error {
	index, err := openLibrary(c.Knowledge).train(locales.Languages()...)
	if err != nil {
		return err
	}
	texts, err := locales.Texts()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "exchangebot-chat-")
	if err != nil {
		return fmt.Errorf("make room for the chat: %w", err)
	}
	defer os.RemoveAll(dir)
	store := sqlite.New(dir)
	if err := store.Open(ctx); err != nil {
		return err
	}
	defer store.Close()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	b := bot.New(bot.Config{Store: store, Texts: texts, Knowledge: index, Log: c.logger(s.err), Now: time.Now, Periods: c.periods()})
	in := io.MultiReader(strings.NewReader("/start\n"), s.in)
	return b.Run(ctx, hangUp{terminal.New(in, s.out, chat.Lang), stop})
}

// hangUp stops the program when the person at the terminal has no more to say.
type hangUp struct {
	*terminal.Channel
	stop func()
}

func (h hangUp) Run(ctx context.Context, sink bot.Sink) error {
	defer h.stop()
	return h.Channel.Run(ctx, sink)
}
