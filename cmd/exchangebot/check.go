package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"exchangebot/locales"
)

// reachWithin is how long store and platforms may take to answer a check.
const reachWithin = 10 * time.Second

type checkCmd struct{}

// Run lists every problem at once.
func (checkCmd) Run(ctx context.Context, c *Config, s streams) error {
	var problems []error
	note := func(what string, err error) {
		if err != nil {
			problems = append(problems, err)
			return
		}
		fmt.Fprintln(s.out, "ok:", what)
	}
	configured := c.validate()
	note("settings", configured)
	texts, err := locales.Texts()
	note("messages", err)
	library := openLibrary(c.Knowledge)
	index, err := library.train(locales.Languages()...)
	note("knowledge base ("+library.where+")", err)
	if err == nil && len(index.Base().Warnings()) > 0 {
		note("", fmt.Errorf("the knowledge base (%s) will disappoint:\n%w", library.where, index.Base().Warnings()))
	}
	if configured == nil {
		ctx, cancel := context.WithTimeout(ctx, reachWithin)
		defer cancel()
		note("store", reachStore(ctx, newStore(c, c.logger(s.err))))
		if c.TelegramBotToken != "" && texts != nil {
			channel, err := newTelegram(c, c.logger(s.err), texts)
			if err == nil {
				err = channel.Check(ctx)
			}
			note("Telegram", err)
		}
	}
	if len(problems) == 0 {
		return nil
	}
	fmt.Fprintln(s.err, errors.Join(problems...))
	return errTold
}

func reachStore(ctx context.Context, store store) error {
	if err := store.Open(ctx); err != nil {
		return err
	}
	return errors.Join(store.Ping(ctx), store.Close())
}
