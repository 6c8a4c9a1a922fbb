package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"exchangebot/adapters/mongo"
	"exchangebot/adapters/slack"
	"exchangebot/bot"
	"exchangebot/locales"
)

// Config are the program's settings. They are read as text, so that all
// mistakes in them are told at once.
type Config struct {
	TelegramBotToken      string `env:"TELEGRAM_BOT_TOKEN" placeholder:"TOKEN" help:"Turns Telegram on."`
	TelegramAPIURL        string `name:"telegram-api-url" env:"TELEGRAM_API_URL" default:"https://api.telegram.org" help:"Bot API server."`
	TelegramWebhookURL    string `name:"telegram-webhook-url" env:"TELEGRAM_WEBHOOK_URL" placeholder:"URL" help:"Public base address: webhook at /telegram/webhook. Unset: long polling."`
	TelegramWebhookSecret string `env:"TELEGRAM_WEBHOOK_SECRET" placeholder:"SECRET" help:"Required with a webhook."`
	TelegramRate          string `env:"TELEGRAM_RATE" default:"30" help:"Messages a second in all. Above 30, announcements cost Telegram Stars."`

	SlackBotToken      string `env:"SLACK_BOT_TOKEN" placeholder:"TOKEN" help:"Turns Slack on."`
	SlackAppToken      string `env:"SLACK_APP_TOKEN" placeholder:"TOKEN" help:"Socket Mode."`
	SlackSigningSecret string `env:"SLACK_SIGNING_SECRET" placeholder:"SECRET" help:"HTTP mode: /slack/commands, /slack/interactions, /slack/events."`
	SlackAPIURL        string `name:"slack-api-url" env:"SLACK_API_URL" default:"https://slack.com/api/" help:"Web API base."`
	SlackChannel       string `env:"SLACK_CHANNEL" placeholder:"ID" help:"The channel where sign-ups and open questions are posted."`
	SlackLanguage      string `env:"SLACK_LANGUAGE" default:"${language}" placeholder:"${languages}" help:"The language of what is posted there."`
	SlackStaff         string `env:"SLACK_STAFF" placeholder:"ID,…" help:"User ids and user-group ids of staff. Unset: nobody."`
	SlackAdmins        string `env:"SLACK_ADMINS" placeholder:"ID,…" help:"Likewise of admins, who are staff too."`

	AnnounceApproval string `env:"ANNOUNCE_APPROVAL" default:"100" placeholder:"N" help:"Announcements to more recipients than this wait for a second admin."`

	MongodbURI      string `name:"mongodb-uri" env:"MONGODB_URI" placeholder:"URI" help:"MongoDB as the store. Unset: the embedded store."`
	MongodbDatabase string `name:"mongodb-database" env:"MONGODB_DATABASE" default:"exchangebot" help:"Its database."`
	DataDir         string `env:"DATA_DIR" default:"data" help:"Where the embedded store keeps its file."`

	DataKey            string `env:"DATA_KEY" placeholder:"KEY,…" help:"Encrypts what names people: 32 bytes in Base64 each, the newest first. Unset: it is stored readable."`
	DataKeyFile        string `env:"DATA_KEY_FILE" placeholder:"FILE" help:"The same from a file, one key a line."`
	RetentionMonths    string `env:"RETENTION_MONTHS" default:"24" help:"Months without a sign of life until a volunteer is asked whether to stay."`
	RetentionGraceDays string `env:"RETENTION_GRACE_DAYS" default:"30" help:"Days without an answer to that until they are deleted."`
	UnfinishedDays     string `env:"UNFINISHED_DAYS" default:"30" help:"Days until an unfinished sign-up, or what is left of a withdrawn one, or a closed question, is forgotten."`
	AuditMonths        string `env:"AUDIT_MONTHS" default:"12" help:"Months for which it is kept who did what at the desk."`

	HTTPAddr  string `name:"http-addr" env:"HTTP_ADDR" default:"127.0.0.1:8080" help:"Address of the HTTP server."`
	LogLevel  string `env:"LOG_LEVEL" default:"info" help:"debug, info, warn or error."`
	LogFormat string `env:"LOG_FORMAT" default:"text" help:"text or json."`
	Knowledge string `env:"KNOWLEDGE" placeholder:"DIR" help:"Folder of the knowledge base. Unset: locales/knowledge where that exists, else the one built in."`
}

var (
	tokenForm  = regexp.MustCompile(`^\d+:[A-Za-z0-9_-]+$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`) // core.telegram.org/bots/api#setwebhook
)

// mistakes are collected, to be told at once.
type mistakes []error

func (m *mistakes) report(wrong bool, format string, args ...any) {
	if wrong {
		*m = append(*m, fmt.Errorf(format, args...))
	}
}

// validate lists every mistake. It never repeats a secret.
func (c *Config) validate() error {
	var problems mistakes
	report := problems.report
	report(c.TelegramBotToken != "" && !tokenForm.MatchString(c.TelegramBotToken),
		"TELEGRAM_BOT_TOKEN is not a bot token: it looks like 123456:ABC-def, as BotFather shows it")
	report(!isWebAddress(c.TelegramAPIURL), "TELEGRAM_API_URL %q is not an http:// or https:// address", c.TelegramAPIURL)
	report(c.TelegramWebhookURL != "" && !isWebAddress(c.TelegramWebhookURL), "TELEGRAM_WEBHOOK_URL %q is not an https:// address", c.TelegramWebhookURL)
	report(c.TelegramWebhookURL != "" && c.TelegramBotToken == "", "TELEGRAM_WEBHOOK_URL is set, but TELEGRAM_BOT_TOKEN is not")
	report(c.TelegramWebhookURL != "" && c.TelegramWebhookSecret == "", "TELEGRAM_WEBHOOK_SECRET is required with TELEGRAM_WEBHOOK_URL")
	report(c.TelegramWebhookSecret != "" && !secretForm.MatchString(c.TelegramWebhookSecret),
		"TELEGRAM_WEBHOOK_SECRET must be 1 to 256 of A-Z, a-z, 0-9, _ and -")
	rate := c.telegramRate()
	report(!(rate > 0) || math.IsInf(rate, 0), "TELEGRAM_RATE %q is not a number above 0", c.TelegramRate)
	for _, setting := range []struct{ name, value string }{
		{"SLACK_APP_TOKEN", c.SlackAppToken}, {"SLACK_SIGNING_SECRET", c.SlackSigningSecret}, {"SLACK_CHANNEL", c.SlackChannel},
		{"SLACK_STAFF", c.SlackStaff}, {"SLACK_ADMINS", c.SlackAdmins},
	} {
		report(setting.value != "" && c.SlackBotToken == "", "%s is set, but SLACK_BOT_TOKEN is not", setting.name)
	}
	report(!slices.Contains(locales.Languages(), bot.Language(c.SlackLanguage)), "SLACK_LANGUAGE %q is none of %s", c.SlackLanguage, spoken())
	if c.SlackBotToken != "" {
		if _, err := slack.New(c.slack(nil)); err != nil {
			problems = append(problems, err)
		}
	}
	_, port, err := net.SplitHostPort(c.HTTPAddr)
	_, portErr := strconv.ParseUint(port, 10, 16)
	report(err != nil || portErr != nil, "HTTP_ADDR %q is not host:port, with a port up to %d", c.HTTPAddr, math.MaxUint16)
	return errors.Join(append(problems, c.validateData())...)
}

// validateData lists the mistakes that matter to commands which reach the
// store, and no platform.
func (c *Config) validateData() error {
	var problems mistakes
	report := problems.report
	report(c.MongodbURI != "" && !mongo.ValidURI(c.MongodbURI), "MONGODB_URI is not a MongoDB address such as mongodb://host:27017")
	report(c.MongodbDatabase == "" || strings.ContainsAny(c.MongodbDatabase, `/\. "$*<>:|?`), "MONGODB_DATABASE %q is not a name that MongoDB takes", c.MongodbDatabase)
	report(c.DataDir == "", "DATA_DIR is empty")
	_, keyErr := c.keys()
	report(keyErr != nil, "%w", keyErr)
	for _, number := range []struct{ name, value string }{
		{"ANNOUNCE_APPROVAL", c.AnnounceApproval}, {"RETENTION_MONTHS", c.RetentionMonths}, {"RETENTION_GRACE_DAYS", c.RetentionGraceDays}, {"UNFINISHED_DAYS", c.UnfinishedDays},
		{"AUDIT_MONTHS", c.AuditMonths},
	} {
		n, err := strconv.Atoi(number.value)
		report(err != nil || n < 1, "%s %q is not a whole number above 0", number.name, number.value)
	}
	report(!slices.Contains([]string{"debug", "info", "warn", "error"}, strings.ToLower(c.LogLevel)), "LOG_LEVEL %q is none of debug, info, warn, error", c.LogLevel)
	report(!slices.Contains([]string{"text", "json"}, c.LogFormat), "LOG_FORMAT %q is neither text nor json", c.LogFormat)
	if c.Knowledge != "" {
		info, err := os.Stat(c.Knowledge)
		report(err != nil || !info.IsDir(), "KNOWLEDGE %q is not a folder", c.Knowledge)
	}
	return errors.Join(problems...)
}

// slack are the settings of the channel, without the desk behind it.
func (c *Config) slack(log *slog.Logger) slack.Config {
	ids := func(list string) []string {
		return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	}
	return slack.Config{
		BotToken:      c.SlackBotToken,
		AppToken:      c.SlackAppToken,
		SigningSecret: c.SlackSigningSecret,
		APIURL:        c.SlackAPIURL,
		Board:         c.SlackChannel,
		Staff:         ids(c.SlackStaff),
		Admins:        ids(c.SlackAdmins),
		Logger:        log,
	}
}

// telegramRate is 0 when the setting is no number.
func (c *Config) telegramRate() float64 {
	rate, _ := strconv.ParseFloat(c.TelegramRate, 64)
	return rate
}

// periods are how long what names a citizen is kept.
func (c *Config) periods() (p bot.Periods) {
	p.Months, _ = strconv.Atoi(c.RetentionMonths) // validated
	p.GraceDays, _ = strconv.Atoi(c.RetentionGraceDays)
	p.UnfinishedDays, _ = strconv.Atoi(c.UnfinishedDays)
	p.AuditMonths, _ = strconv.Atoi(c.AuditMonths)
	return p
}

// approval is how many recipients one admin may release for alone.
func (c *Config) approval() int64 {
	n, _ := strconv.ParseInt(c.AnnounceApproval, 10, 64) // validated
	return n
}

// logger writes to w as the settings say.
func (c *Config) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: new(slog.LevelVar)}
	var level slog.Level
	if level.UnmarshalText([]byte(c.LogLevel)) == nil {
		options.Level = level
	}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
