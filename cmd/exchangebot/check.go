package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"exchangebot/adapters/slack"
	"exchangebot/bot"
	"exchangebot/locales"
)

// reachWithin is how long store and platforms may take to answer a check.
const reachWithin = 10 * time.Second

type checkCmd struct {
	Running bool `help:"Only ask the program that runs at HTTP_ADDR whether it is ready, as a container's health check does."`
}

// Run lists every problem at once.
func (check checkCmd) Run(ctx context.Context, c *Config, s streams) error {
	if check.Running {
		return askRunning(ctx, c.HTTPAddr)
	}
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
	note(fmt.Sprintf("knowledge base (%s)", library), err)
	if err == nil && len(index.Base().Warnings()) > 0 {
		note("", fmt.Errorf("the knowledge base (%s) will disappoint:\n%w", library, index.Base().Warnings()))
	}
	if configured == nil {
		note("store", reachStore(ctx, c, newStore(c, c.logger(s.err))))
		if c.TelegramBotToken != "" && texts != nil {
			note("Telegram", reachTelegram(ctx, c, texts, c.logger(s.err)))
		}
		if c.SlackBotToken != "" {
			channel, err := slack.New(c.slack(c.logger(s.err)))
			if err == nil {
				err = channel.Check(ctx)
			}
			note("Slack", err)
		}
	}
	if len(problems) == 0 {
		return nil
	}
	fmt.Fprintln(s.err, errors.Join(problems...))
	return errTold
}

// reachStore asks the store until it answers, as MongoDB may be making indexes,
// and looks whether what it holds can be decrypted.
func reachStore(ctx context.Context, c *Config, store sealedStore) error {
	ctx, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	if err := openStore(ctx, c, store); err != nil {
		return err
	}
	for {
		err := store.Ping(ctx)
		if err == nil {
			return errors.Join(store.Check(ctx), store.Close())
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, store.Close())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func reachTelegram(ctx context.Context, c *Config, texts *bot.Texts, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	channel, err := newTelegram(c, log, texts)
	if err != nil {
		return err
	}
	return channel.Check(ctx)
}

// askRunning repeats what /readyz says.
func askRunning(ctx context.Context, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("HTTP_ADDR: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost" // a server that listens everywhere is asked here
	}
	ctx, cancel := context.WithTimeout(ctx, askStore+time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("ask /readyz: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("ask /readyz: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		reason, _ := io.ReadAll(io.LimitReader(response.Body, 4096))
		return fmt.Errorf("not ready: %s", bytes.TrimSpace(reason))
	}
	return nil
}
