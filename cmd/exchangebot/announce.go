package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/mattn/go-isatty"

	"exchangebot/bot"
	"exchangebot/locales"
)

type announceCmd struct {
	File     string `placeholder:"FILE" xor:"what" help:"Send the announcement in this YAML file."`
	List     bool   `xor:"what" help:"List announcements, the newest first."`
	Watch    string `placeholder:"ID" xor:"what" help:"Watch one until it is over."`
	Approve  string `placeholder:"ID" xor:"what" help:"Approve one as a second admin, and watch it."`
	Pause    string `placeholder:"ID" xor:"what" help:"Let nothing more of one go out for now."`
	Resume   string `placeholder:"ID" xor:"what" help:"Go on with a paused one, and watch it."`
	Cancel   string `placeholder:"ID" xor:"what" help:"End one for good."`
	Again    string `placeholder:"ID" xor:"what" help:"Try those again whom a finished one did not reach for the moment, and watch it."`
	Failures string `placeholder:"ID" xor:"what" help:"Write a table (CSV) of who did not get it and why to standard output."`

	DryRun bool    `xor:"how" help:"With --file: show what would be sent to how many, and change nothing."`
	Test   *string `placeholder:"CHAT" xor:"how" help:"With --file: send it to this chat alone, such as telegram:4711, marked as a test."`
	Yes    bool    `help:"With --file or --approve: for as many as there are, without asking."`
	Anew   bool    `help:"With --file: release it although it was released before."`
	Repeat bool    `help:"With --file: send again what may have arrived already, rather than leave it."`
	NoWait bool    `help:"Do not wait until it is sent: a running serve sends it."`
	As     string  `env:"USER" default:"admin" placeholder:"NAME" help:"Who does it. It is recorded, not checked: whoever may start the program may announce."`
	Lang   string  `enum:"${languages}" default:"${language}" help:"Language of what is said here."`
}

// Help shows how to go about it.
func (*announceCmd) Help() string {
	return "Look first, then send:\n\n  exchangebot announce --file invitation.yaml --dry-run\n  exchangebot announce --file invitation.yaml\n\n" +
		"The README shows what stands in such a file."
}

// Validate refuses what cannot be meant.
func (cmd *announceCmd) Validate() error {
	switch {
	case !cmd.List && cmd.File+cmd.Watch+cmd.Approve+cmd.Pause+cmd.Resume+cmd.Cancel+cmd.Again+cmd.Failures == "":
		return errors.New("announce needs --file, --list, --watch, --approve, --pause, --resume, --cancel, --again or --failures")
	case cmd.File == "" && (cmd.DryRun || cmd.Anew || cmd.Repeat || cmd.Test != nil):
		return errors.New("--dry-run, --test, --anew and --repeat go with --file")
	case cmd.File+cmd.Approve == "" && cmd.Yes:
		return errors.New("--yes goes with --file or --approve")
	case cmd.Test != nil && strings.TrimSpace(*cmd.Test) == "": // a variable that is not set must not reach everybody
		return errors.New("--test needs a chat")
	case strings.TrimSpace(cmd.As) == "":
		return errors.New("--as needs a name")
	}
	return nil
}

// announcing is one call of the command.
type announcing struct {
	*announceCmd
	streams
	bot       *bot.Bot
	campaigns *bot.Campaigns
	texts     *bot.Texts
	lang      bot.Language
	by        bot.Person
}

// Run works beside a running serve on the same store, which sends then, and
// without one.
func (cmd *announceCmd) Run(ctx context.Context, c *Config, s streams) (err error) {
	texts, err := locales.Texts()
	if err := errors.Join(err, c.validate()); err != nil {
		return err
	}
	a := &announcing{announceCmd: cmd, streams: s, texts: texts, lang: bot.Language(cmd.Lang), by: cmd.person()}
	quiet := *c
	if quiet.LogLevel == "info" { // what happens is told in words
		quiet.LogLevel = "warn"
	}
	log := quiet.logger(s.err)
	store := newStore(c, log)
	if err := openStore(ctx, c, store); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := errors.Join(awaitStore(ctx, store), store.Check(ctx)); err != nil {
		return err
	}
	a.bot = bot.New(bot.Config{Store: store, Texts: texts, Log: log, Now: time.Now, Periods: c.periods(), Approval: c.approval()})
	a.campaigns = a.bot.Campaigns()
	if err := know(c, log, texts, a.bot, store); err != nil {
		return err
	}
	err = a.do(ctx)
	if message, values, ok := bot.Explain(err); ok {
		return a.fail(message, values)
	}
	return err
}

// person is the same however the name is written.
func (cmd *announceCmd) person() bot.Person {
	name := strings.TrimSpace(cmd.As)
	return bot.Person{ID: "cli:" + strings.ToLower(name), Name: name}
}

// know makes the channels known that announcements can be sent on: the same as
// those of a running serve, which may be the one that sends.
func know(c *Config, log *slog.Logger, texts *bot.Texts, b *bot.Bot, store bot.Store) error {
	var channels []bot.Channel
	if c.TelegramBotToken != "" {
		channel, err := newTelegram(c, log, texts)
		if err != nil {
			return err
		}
		channels = append(channels, channel)
	}
	if c.SlackBotToken != "" {
		channel, err := newSlack(c, log, texts, b, store)
		if err != nil {
			return err
		}
		channels = append(channels, channel)
	}
	b.Know(channels...)
	return nil
}

func (a *announcing) do(ctx context.Context) error {
	type action func(context.Context, string, bot.Person) (*bot.Announcement, error)
	for _, wanted := range []struct {
		id, what string
		do       action
		watch    bool
	}{
		{a.Approve, "announce-approve", a.approve, true}, {a.Pause, "announce-pause", a.campaigns.Pause, false},
		{a.Resume, "announce-resume", a.campaigns.Resume, true}, {a.Cancel, "announce-cancel", a.end, false},
		{a.Again, "announce-again", a.campaigns.Again, true},
	} {
		if wanted.id == "" {
			continue
		}
		if err := a.campaigns.Note(ctx, a.by, wanted.what, wanted.id); err != nil {
			return err
		}
		changed, err := wanted.do(ctx, wanted.id, a.by)
		if err != nil {
			return err
		}
		return a.released(ctx, changed, wanted.watch)
	}
	switch {
	case a.List:
		return a.list(ctx)
	case a.Failures != "":
		return a.failures(ctx)
	case a.Watch != "":
		return a.watch(ctx, a.Watch)
	}
	return a.announce(ctx)
}

// approve shows what was proposed, and asks for the number of recipients.
func (a *announcing) approve(ctx context.Context, id string, by bot.Person) (*bot.Announcement, error) {
	of, err := a.campaigns.Announcement(ctx, id)
	if err != nil {
		return nil, err
	}
	if a.Yes || of == nil || of.State != bot.Proposed || by.ID == of.Author.ID || by.ID == of.Releaser.ID {
		return a.campaigns.Approve(ctx, id, by)
	}
	size, err := a.campaigns.Size(ctx, of.Audience)
	if err != nil {
		return nil, err
	}
	n := bot.SumReached(size)
	if confirmed, err := a.confirmed(ctx, of, n); err != nil || !confirmed {
		return nil, errors.Join(err, a.fail("cli-announce-nothing-sent", nil))
	}
	return a.campaigns.ApproveFor(ctx, id, by, n)
}

// end cancels an announcement, or discards it where it was a draft still: one
// that a killed command has left, for instance.
func (a *announcing) end(ctx context.Context, id string, by bot.Person) (*bot.Announcement, error) {
	of, err := a.campaigns.Announcement(ctx, id)
	if err == nil && of != nil && of.State == bot.Drafted {
		return of, a.campaigns.Discard(ctx, id, by)
	}
	return a.campaigns.Cancel(ctx, id, by)
}

// released says how it stands with an announcement, and goes on with it.
func (a *announcing) released(ctx context.Context, of *bot.Announcement, watch bool) error {
	fmt.Fprintln(a.out, of.ID)
	a.print(a.campaigns.Headline(of, a.lang))
	switch {
	case of.State == bot.Proposed:
		a.tell("cli-announce-approve", bot.Values{"Command": bot.Markdown("`exchangebot announce --approve " + of.ID + " --as …`")})
	case watch && !a.NoWait:
		return a.watch(ctx, of.ID)
	}
	return nil
}

// listed is how many are listed.
const listed = 50

func (a *announcing) list(ctx context.Context) error {
	list, err := a.campaigns.Announcements(ctx, "", listed)
	if err != nil {
		return err
	}
	for _, of := range list {
		number := of.Released
		if of.Listed {
			number = of.Total
		}
		fmt.Fprintf(a.out, "%s\t%s\t%s\t%d\t%s\n", of.ID, of.State, of.Created.Format(time.RFC3339), number, strings.Join(strings.Fields(of.Title), " "))
	}
	return nil
}

// failures writes who did not get an announcement.
func (a *announcing) failures(ctx context.Context) error {
	csv, n, err := a.campaigns.FailureList(ctx, a.Failures, a.by, a.lang)
	if err != nil {
		return err
	}
	switch {
	case n == 0:
		a.tell("desk-failures-none", nil)
	case n > bot.MaxFailures:
		a.tell("desk-failures-cut", bot.Values{"Count": bot.MaxFailures})
	}
	_, err = a.out.Write(csv)
	return err
}

// say is a message in plain text.
func (a *announcing) say(id string, values bot.Values) string {
	return plain(a.texts.Say(a.lang, id, values))
}

func (a *announcing) print(text string) { fmt.Fprintln(a.err, text) }

func (a *announcing) tell(id string, values bot.Values) { a.print(a.say(id, values)) }

// fail tells why the command ends with code 1.
func (a *announcing) fail(id string, values bot.Values) error {
	a.tell(id, values)
	return errTold
}

// isTerminal reports whether somebody sits at the other end.
func isTerminal(stream any) bool {
	f, is := stream.(*os.File)
	return is && isatty.IsTerminal(f.Fd())
}
