package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"

	"exchangebot/adapters/mongo"
	"exchangebot/adapters/slack"
	"exchangebot/adapters/sqlite"
	"exchangebot/adapters/telegram"
	"exchangebot/adapters/xlsx"
	"exchangebot/bot"
	"exchangebot/bot/knowledge"
	"exchangebot/locales"
)

// stopWithin is how long HTTP requests under way may take after the program
// was told to stop.
const stopWithin = 9 * time.Second

type serveCmd struct{}

func (serveCmd) Run(ctx context.Context, c *Config, s streams) error {
	tuned := os.Getenv("GOGC") == ""
	if tuned {
		debug.SetGCPercent(400) // what learning leaves is collected at its end
	}
	library := openLibrary(c.Knowledge)
	index, err := library.train(locales.Languages()...)
	if tuned {
		debug.SetGCPercent(20) // a little more work for a good deal less memory
	}
	if err := errors.Join(c.validate(), err); err != nil {
		return err
	}
	p, err := newProgram(c, c.logger(s.err), library, index)
	if err != nil {
		return err
	}
	return p.run(ctx)
}

// program is everything that serves, wired together.
type program struct {
	config   *Config
	log      *slog.Logger
	library  library
	store    sealedStore
	bot      *bot.Bot
	channels []bot.Channel
	mux      *http.ServeMux
}

// store is a [bot.Store] with a life of its own.
type store interface {
	bot.Store
	// Open is called once, before everything else.
	Open(ctx context.Context) error
	Close() error
}

// newProgram wires the program up. It opens and reaches nothing.
func newProgram(c *Config, log *slog.Logger, library library, index *knowledge.Index) (*program, error) {
	texts, err := locales.Texts()
	if err != nil {
		return nil, err
	}
	p := &program{config: c, log: log, library: library, mux: http.NewServeMux()}
	warn(context.Background(), log, index)
	p.store = newStore(c, log)
	p.bot = bot.New(bot.Config{Store: p.store, Texts: texts, Knowledge: index, Log: log, Now: time.Now, Periods: c.periods(), Workbook: xlsx.Write,
		Board: bot.Language(c.SlackLanguage), Approval: c.approval()})
	if c.TelegramBotToken != "" {
		channel, err := newTelegram(c, log, texts)
		if err != nil {
			return nil, err
		}
		p.channels = append(p.channels, channel)
		p.mux.Handle("POST /telegram/webhook", channel)
	}
	if c.SlackBotToken != "" {
		channel, err := newSlack(c, log, texts, p.bot, p.store)
		if err != nil {
			return nil, err
		}
		p.channels = append(p.channels, channel)
		for _, path := range []string{slack.CommandPath, slack.InteractionPath, slack.EventPath} {
			p.mux.Handle("POST "+path, channel)
		}
	}
	health(p.mux, p.store, p.channels)
	return p, nil
}

func newStore(c *Config, log *slog.Logger) sealedStore {
	if c.MongodbURI != "" {
		return c.seal(mongo.New(c.MongodbURI, c.MongodbDatabase, log))
	}
	return c.seal(sqlite.New(c.DataDir))
}

// openStore names the setting that may have to change.
func openStore(ctx context.Context, c *Config, store store) error {
	err := store.Open(ctx)
	switch {
	case err == nil:
		return nil
	case c.MongodbURI != "":
		return fmt.Errorf("MONGODB_URI: %w", err)
	}
	return fmt.Errorf("DATA_DIR: %w", err)
}

// newTelegram makes the channel, and introduces the bot in each language.
func newTelegram(c *Config, log *slog.Logger, texts *bot.Texts) (*telegram.Channel, error) {
	profiles := []telegram.Profile{newProfile(texts, texts.Languages()[0], "")} // for all other languages
	for _, lang := range texts.Languages() {
		profiles = append(profiles, newProfile(texts, lang, string(lang)))
	}
	return telegram.New(telegram.Config{
		Token:         c.TelegramBotToken,
		APIURL:        c.TelegramAPIURL,
		WebhookURL:    c.TelegramWebhookURL,
		WebhookSecret: c.TelegramWebhookSecret,
		Rate:          c.telegramRate(),
		Profiles:      profiles,
		Logger:        log,
	})
}

// newSlack makes the channel with the bot's desk behind it.
func newSlack(c *Config, log *slog.Logger, texts *bot.Texts, b *bot.Bot, store bot.DocumentStore) (*slack.Channel, error) {
	config := c.slack(log)
	config.Desk, config.Store = b.Desk(), store
	for _, lang := range texts.Languages() {
		for _, entry := range bot.Menu(texts, lang) {
			config.Commands = append(config.Commands, entry.Command)
		}
	}
	return slack.New(config)
}

// newProfile is what people of a language see of the bot.
func newProfile(texts *bot.Texts, lang bot.Language, code string) telegram.Profile {
	profile := telegram.Profile{
		Language:    code,
		Name:        texts.Say(lang, "profile-name", nil),
		About:       texts.Say(lang, "profile-about", nil),
		Description: texts.Say(lang, "profile-description", nil),
	}
	for _, entry := range bot.Menu(texts, lang) {
		profile.Commands = append(profile.Commands, telegram.Command{Name: entry.Command, Description: entry.About})
	}
	return profile
}

// run serves until ctx ends or something that cannot be mended fails. What
// sends is stopped before what it writes to.
func (p *program) run(ctx context.Context) (err error) {
	listener, err := p.open(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil // told to stop before anything was served
		}
		return err
	}
	defer func() { err = errors.Join(err, p.store.Close()) }()
	p.announce(ctx, listener.Addr())
	group, ctx := errgroup.WithContext(ctx)
	if p.config.MongodbURI != "" {
		group.Go(func() error { p.checkKeys(ctx); return nil })
	}
	group.Go(func() error { return listen(ctx, listener, p.mux) })
	group.Go(func() error { return p.bot.Run(ctx, p.channels...) })
	group.Go(func() error {
		return p.library.watch(ctx, p.log, func(index *knowledge.Index) { p.bot.Learn(index) })
	})
	return group.Wait()
}

// open opens the store, and the address that is listened on. Where it fails,
// nothing stays open.
func (p *program) open(ctx context.Context) (_ net.Listener, err error) {
	if err := openStore(ctx, p.config, p.store); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.store.Close())
		}
	}()
	if p.config.MongodbURI == "" { // MongoDB may be away, and is asked meanwhile
		if err := p.store.Check(ctx); err != nil {
			return nil, err
		}
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", p.config.HTTPAddr)
	if err != nil {
		return nil, fmt.Errorf("HTTP_ADDR: %w", err)
	}
	return listener, nil
}

// announce says in one line each what is on, what is off, and what would turn it on.
func (p *program) announce(ctx context.Context, address net.Addr) {
	c := p.config
	p.log.InfoContext(ctx, "knowledge base", "from", p.library.String())
	if c.MongodbURI != "" {
		p.log.InfoContext(ctx, "store: MongoDB", "database", c.MongodbDatabase)
	} else {
		p.log.InfoContext(ctx, "store: embedded (MONGODB_URI turns MongoDB on)", "folder", c.DataDir)
	}
	if p.store.HasKeys() {
		p.log.InfoContext(ctx, "personal data: encrypted in the store")
	} else {
		p.log.WarnContext(ctx, "personal data is stored readable (DATA_KEY encrypts it)")
	}
	switch {
	case c.TelegramBotToken == "":
		p.log.InfoContext(ctx, "Telegram: off (TELEGRAM_BOT_TOKEN turns it on)")
	case c.TelegramWebhookURL != "":
		p.log.InfoContext(ctx, "Telegram: on, by webhook", "address", c.TelegramWebhookURL)
	default:
		p.log.InfoContext(ctx, "Telegram: on, by long polling (TELEGRAM_WEBHOOK_URL turns the webhook on)")
	}
	switch {
	case c.SlackBotToken == "":
		p.log.InfoContext(ctx, "Slack: off (SLACK_BOT_TOKEN turns it on)")
	case c.SlackAppToken != "":
		p.log.InfoContext(ctx, "Slack: on, by Socket Mode")
	default:
		p.log.InfoContext(ctx, "Slack: on, by HTTP (SLACK_APP_TOKEN turns Socket Mode on)")
	}
	if c.SlackBotToken != "" && c.SlackChannel == "" {
		p.log.InfoContext(ctx, "Slack: staff are not told what happens (SLACK_CHANNEL names the channel for it)")
	}
	if c.SlackBotToken != "" && c.SlackStaff == "" && c.SlackAdmins == "" {
		p.log.InfoContext(ctx, "Slack: nobody may see sign-ups (SLACK_STAFF and SLACK_ADMINS name who may)")
	}
	p.log.InfoContext(ctx, "HTTP: on", "address", address.String())
	if len(p.channels) == 0 {
		p.log.InfoContext(ctx, "no channel is on: set TELEGRAM_BOT_TOKEN or SLACK_BOT_TOKEN, or try `exchangebot chat` in the terminal")
	}
}
