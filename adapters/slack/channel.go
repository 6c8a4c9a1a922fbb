// Package slack is the bot's channel on Slack, and the desk and the board of
// city staff there: it takes what Slack delivers through sockets or by HTTP,
// acknowledges it in time, and draws what the bot answers within Slack's limits.
package slack

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

// Config is what a [Channel] needs: BotToken, and AppToken or SigningSecret.
type Config struct {
	BotToken      string
	AppToken      string // turns Socket Mode on
	SigningSecret string // turns HTTP on
	APIURL        string // of the Web API; the public one when empty
	Board         string // the id of the channel of [bot.Board]; there is none when empty
	Staff, Admins []string
	Commands      []string          // the words that people call the bot's commands by, without a slash
	Desk          Desk              // where staff work; nil: there is none
	Store         bot.DocumentStore // keeps what was acknowledged until it is done; [Channel.Run] needs it
	Logger        *slog.Logger      // slog.Default() when nil
	// Transport carries every request but the sockets; one of its own when nil.
	Transport http.RoundTripper
	// Grace is how long Run waits, when it ends, for what is in hand and has to
	// be acknowledged; zero is 5 seconds.
	Grace time.Duration
}

// Desk is [bot.Desk], as far as this channel uses it: all of it.
type Desk interface {
	Command(ctx context.Context, s bot.Staff, line string) bot.Response
	Press(ctx context.Context, s bot.Staff, data string) bot.Response
	Submit(ctx context.Context, s bot.Staff, form bot.Submission) bot.Response
	Ask(ctx context.Context, s bot.Staff, text string) (r bot.Response, asked bool)
	Home(ctx context.Context, s bot.Staff) bot.View
	Thread(ctx context.Context, s bot.Staff, m bot.ThreadMessage) (r bot.Response, mine bool)
	Reopen(ctx context.Context, s bot.Staff, entered bot.Submission) bot.Response
	Keep(ctx context.Context, s bot.Staff, form bot.Submission) bot.Response
	Phrases(ctx context.Context, s bot.Staff) bot.Phrases
}

const (
	name      = "slack"
	publicAPI = "https://slack.com/api/"
)

// Channel implements [bot.Channel], [bot.Board] and, for HTTP, [http.Handler].
type Channel struct {
	cfg       Config
	log       *slog.Logger
	api       *slackapi.Client
	client    *http.Client
	dialer    *websocket.Dialer
	pace      *pace
	health    *health
	people    *people
	calls     calls
	inbox     *inbox
	stale     chan struct{} // holds a value when home pages are to be drawn again
	me        atomic.Pointer[identity]
	lanes     lanes
	turnstile turnstile                 // to the desk
	seen      seen                      // deliveries
	broke     atomic.Pointer[time.Time] // when a socket was opened or lost last; nil: never
	typed     typed                     // in forms that are not submitted
	pending   seen                      // forms that are being taken, by their view and what they are

	arrivals chan delivery // by HTTP, for Run
	sink     bot.Sink      // set by Run before anything is taken
	work     *work
}

var (
	_ bot.Channel = (*Channel)(nil)
	_ bot.Board   = (*Channel)(nil)
)

// identity is who the bot is.
type identity struct{ user, bot string }

var (
	botTokenForm = regexp.MustCompile(`^xoxb-[A-Za-z0-9-]+$`)
	appTokenForm = regexp.MustCompile(`^xapp-[A-Za-z0-9-]+$`)
	channelForm  = regexp.MustCompile(`^[CG][A-Z0-9]+$`)
	personForm   = regexp.MustCompile(`^[UWS][A-Z0-9]+$`)
)

// New reports every mistake in cfg at once. It asks nothing over the network.
func New(cfg Config) (*Channel, error) {
	if cfg.APIURL == "" {
		cfg.APIURL = publicAPI
	}
	cfg.APIURL = strings.TrimRight(cfg.APIURL, "/") + "/"
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
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = 32
		cfg.Transport = transport
	}
	c := &Channel{cfg: cfg, log: cfg.Logger, pace: newPace(), health: newHealth(cfg.Logger), inbox: newInbox(cfg.Store, cfg.Logger), stale: make(chan struct{}, 1), arrivals: make(chan delivery), work: newWork(), turnstile: newTurnstile()}
	c.client = &http.Client{Transport: wire{cfg.Transport, c.pace}, Timeout: callTimeout}
	c.dialer = &websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		HandshakeTimeout: callTimeout,
		WriteBufferSize:  maxAck + 1024, // Slack does not put together what comes in several frames
	}
	c.api = slackapi.New(cfg.BotToken,
		slackapi.OptionAPIURL(cfg.APIURL),
		slackapi.OptionAppLevelToken(cfg.AppToken),
		slackapi.OptionHTTPClient(c.client),
		slackapi.OptionRetry(libraryRetries),
	)
	c.people = newPeople(cfg.Staff, cfg.Admins)
	c.calls = newCalls(cfg.Commands)
	return c, nil
}

func (cfg Config) problems() []error {
	var list []error
	add := func(wrong bool, problem string) {
		if wrong {
			list = append(list, errors.New(problem))
		}
	}
	add(!botTokenForm.MatchString(cfg.BotToken), "SLACK_BOT_TOKEN is not a bot token: it begins with xoxb-")
	add(cfg.AppToken != "" && !appTokenForm.MatchString(cfg.AppToken), "SLACK_APP_TOKEN is not an app-level token: it begins with xapp-")
	add(cfg.AppToken == "" && cfg.SigningSecret == "", "SLACK_BOT_TOKEN needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)")
	u, err := url.Parse(cfg.APIURL)
	add(err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http", "SLACK_API_URL is not an address")
	add(cfg.Board != "" && !channelForm.MatchString(cfg.Board), "SLACK_CHANNEL is not the id of a channel, such as C0123456789")
	for _, id := range slices.Concat(cfg.Staff, cfg.Admins) {
		add(!personForm.MatchString(id), "SLACK_STAFF and SLACK_ADMINS hold ids of users (U…) and of user groups (S…) only")
	}
	return list
}

// Name implements [bot.Channel].
func (c *Channel) Name() string { return name }

// Ready implements [bot.Channel].
func (c *Channel) Ready() error { return c.health.ready() }

// Run implements [bot.Channel]; it is called once. When ctx ends it takes
// nothing new, waits for what is in hand, acknowledges it, and returns nil.
func (c *Channel) Run(ctx context.Context, sink bot.Sink) error {
	if c.identify(ctx) != nil {
		return nil // only the end of ctx stops it
	}
	c.sink = sink
	doing, cancel := context.WithCancel(context.WithoutCancel(ctx)) // of what is in hand
	defer cancel()
	defer c.work.settle(c.cfg.Grace)
	take := func(d delivery) { c.take(doing, d) }
	var group sync.WaitGroup
	defer group.Wait()
	group.Go(func() { c.redraw(ctx) })
	group.Go(func() { c.inbox.tend(ctx, func(d *bot.Document, n entry) { c.resume(doing, d, n) }) })
	if c.cfg.AppToken != "" {
		group.Go(func() { c.listen(ctx, take) })
	} else {
		c.health.receives(nil)
	}
	for {
		select {
		case d := <-c.arrivals:
			take(d)
		case <-ctx.Done():
			return nil
		}
	}
}

// identify learns who the bot is, without which it would answer itself.
func (c *Channel) identify(ctx context.Context) error {
	for {
		err := c.send(ctx, call{method: "auth.test", do: func(ctx context.Context) error {
			me, err := c.api.AuthTestContext(ctx)
			if err == nil {
				c.me.Store(&identity{me.UserID, me.BotID})
			}
			return err
		}})
		if err == nil || ctx.Err() != nil {
			return err
		}
		c.log.ErrorContext(ctx, "slack does not tell who the bot is", "error", err)
		if err := sleep(ctx, slowly); err != nil {
			return err
		}
	}
}
