// Package telegram is the bot's channel on Telegram: it decodes updates from
// long polling or a webhook, renders and sends replies within Telegram's
// rates, and confirms an update once its turn is over.
package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	tgbot "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"golang.org/x/sync/errgroup"

	"exchangebot/bot"
)

// Config is what a [Channel] needs. Only Token is required.
type Config struct {
	Token         string
	APIURL        string // of the Bot API server; the public one when empty
	WebhookURL    string // public base address; long polling when empty
	WebhookSecret string // required with WebhookURL
	// Rate is how many messages a second go out in all; zero is 30, which
	// Telegram allows to those who do not pay.
	Rate float64
	// NoChatLimit lifts the rates of single chats, for measurements.
	NoChatLimit bool
	Profiles    []Profile
	Logger      *slog.Logger // slog.Default() when nil
	// Transport carries every request; one of its own when nil.
	Transport http.RoundTripper
	// Grace is how long Run waits, when it ends, for turns that are under way
	// and have to be confirmed; zero is 5 seconds.
	Grace time.Duration
}

const publicAPI = "https://api.telegram.org"

// WebhookPath is where [Channel.ServeHTTP] belongs, below the public address.
const WebhookPath = "/telegram/webhook"

// Channel implements [bot.Channel] and, for the webhook, [http.Handler].
type Channel struct {
	cfg    Config
	log    *slog.Logger
	tg     *tgbot.Bot
	client *http.Client
	pace   *pace
	health *health
	me     atomic.Pointer[models.User]
	hook   *webhook

	drawings drawings

	mu     sync.Mutex
	moves  map[int64]int64   // groups that have become supergroups
	albums map[string]string // the update with the first picture of each
}

var _ bot.Channel = (*Channel)(nil)

var (
	tokenForm  = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
)

// New reports every mistake in cfg at once. It asks nothing over the network.
func New(cfg Config) (*Channel, error) {
	if cfg.APIURL == "" {
		cfg.APIURL = publicAPI
	}
	cfg.APIURL = strings.TrimRight(cfg.APIURL, "/")
	if cfg.Rate == 0 {
		cfg.Rate = 30
	}
	if cfg.Grace == 0 {
		cfg.Grace = 5 * time.Second
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if err := errors.Join(cfg.problems()...); err != nil {
		return nil, err
	}
	if cfg.Transport == nil {
		cfg.Transport = newTransport()
	}
	client := &http.Client{
		Transport: cfg.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // the address holds the token
		},
	}
	tg, err := tgbot.New(cfg.Token,
		tgbot.WithSkipGetMe(),
		tgbot.WithServerURL(cfg.APIURL),
		tgbot.WithHTTPClient(callTimeout, wire{client}),
		tgbot.WithErrorsHandler(func(error) {}), // all of them are returned as well
	)
	if err != nil {
		return nil, fmt.Errorf("set up the library: %w", err)
	}
	return &Channel{
		cfg:    cfg,
		log:    cfg.Logger,
		tg:     tg,
		client: client,
		pace:   newPace(cfg.Rate, !cfg.NoChatLimit),
		health: newHealth(cfg.Logger),
		hook:   newWebhook(),
		moves:  map[int64]int64{},
		albums: map[string]string{},
	}, nil
}

func (cfg Config) problems() []error {
	var list []error
	add := func(wrong bool, problem string) {
		if wrong {
			list = append(list, errors.New(problem))
		}
	}
	address := func(s string) bool {
		u, err := url.Parse(s)
		return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
	}
	add(!tokenForm.MatchString(cfg.Token), "TELEGRAM_BOT_TOKEN is not a token such as 123456:ABC-def")
	add(!address(cfg.APIURL), "TELEGRAM_API_URL is not an address")
	add(cfg.Rate < 0, "TELEGRAM_RATE is below zero")
	if cfg.WebhookURL != "" {
		add(!address(cfg.WebhookURL), "TELEGRAM_WEBHOOK_URL is not an address")
		add(!secretForm.MatchString(cfg.WebhookSecret), "TELEGRAM_WEBHOOK_SECRET has to be 1 to 256 of A-Z a-z 0-9 _ -")
	}
	for _, p := range cfg.Profiles {
		list = append(list, p.problems()...)
	}
	return list
}

// Name implements [bot.Channel].
func (c *Channel) Name() string { return name }

// Ready implements [bot.Channel].
func (c *Channel) Ready() error { return c.health.ready() }

// Run implements [bot.Channel]; it is called once. When ctx ends it takes nothing new, waits for
// the turns under way, confirms them, and returns nil.
func (c *Channel) Run(ctx context.Context, sink bot.Sink) error {
	if err := c.identify(ctx); err != nil {
		return nil // only the end of ctx stops it
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		c.present(ctx)
		return nil
	})
	g.Go(func() error {
		if c.cfg.WebhookURL != "" {
			c.listen(ctx, sink)
		} else {
			c.poll(ctx, sink)
		}
		return nil
	})
	return g.Wait()
}

// identify learns the bot's name, without which nothing in a group can be
// understood.
func (c *Channel) identify(ctx context.Context) error {
	for {
		err := c.insist(ctx, "getMe", func(ctx context.Context) error {
			me, err := c.tg.GetMe(ctx)
			if err == nil {
				c.me.Store(me)
			}
			return err
		})
		if err == nil || ctx.Err() != nil {
			return err
		}
		c.log.ErrorContext(ctx, "telegram does not tell who the bot is", "error", err)
		if err := sleep(ctx, slowly); err != nil {
			return err
		}
	}
}

// decode reads an update. Of an album, which comes as many messages, only the
// first is for the bot. A press that is not for it is answered, or its button
// would keep spinning.
func (c *Channel) decode(ctx context.Context, u *models.Update) (bot.Update, bool) {
	d, forUs := Decode(u, c.me.Load(), time.Now())
	if forUs && u.Message != nil && u.Message.MediaGroupID != "" {
		forUs = c.opens(u.Message.MediaGroupID, d.ID)
	}
	if !forUs && u.CallbackQuery != nil {
		go func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
			defer cancel()
			_ = c.answer(ctx, u.CallbackQuery.ID, "")
		}()
	}
	return d, forUs
}

// opens tells whether an update brings the first picture of an album that is
// seen. It forgets what is long past.
func (c *Channel) opens(album, update string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	first, known := c.albums[album]
	if !known {
		if len(c.albums) >= 1000 {
			clear(c.albums)
		}
		c.albums[album] = update
	}
	return !known || first == update
}
