// Command exchangebot is the bot of the Düsseldorf–Montréal exchange: one
// program that serves the channels, answers in the terminal, and checks and
// measures the knowledge base.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"exchangebot/locales"
)

// cli is the command line. Settings can be given as flags or in the environment.
type cli struct {
	Config `embed:""`

	Serve         serveCmd         `cmd:"" default:"withargs" help:"Run every channel that is configured, and the HTTP server (the default)."`
	Chat          chatCmd          `cmd:"" help:"Have the whole conversation in the terminal."`
	Ask           askCmd           `cmd:"" help:"Answer questions in the terminal."`
	Announce      announceCmd      `cmd:"" help:"Send an announcement to subscribers or volunteers, watch it, and steer it."`
	Eval          evalCmd          `cmd:"" help:"Measure the answering on labelled questions, or by cross-validation."`
	RotateKey     rotateKeyCmd     `cmd:"" name:"rotate-key" help:"Encrypt everything that is stored with the first key of DATA_KEY."`
	SlackManifest slackManifestCmd `cmd:"" name:"slack-manifest" help:"Print the manifest that a Slack app is set up from."`
	Published     knowledgeCmd     `cmd:"" name:"knowledge" help:"Work with the knowledge base."`
	Check         checkCmd         `cmd:"" help:"Validate settings, messages and knowledge base, and reach store and platforms."`
}

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// errTold ends a command with code 1 when what is wrong has been said already.
var errTold = errors.New("told")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// run is the program. It returns the exit code: 0 done, 1 a problem that is
// told on standard error, 2 wrong usage.
func run(ctx context.Context, args []string, s streams) int {
	var c cli
	parser, err := kong.New(&c,
		kong.Name("exchangebot"),
		kong.Description("The bot of the exchange between Düsseldorf and Montréal."),
		kong.Writers(s.out, s.err),
		kong.Vars{"language": string(locales.Languages()[0]), "languages": spoken()},
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(s, &c.Config),
	)
	if err != nil {
		fmt.Fprintln(s.err, "exchangebot:", err)
		return 2
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(s.err, "exchangebot: %v\nexchangebot --help tells what there is.\n", err)
		return 2
	}
	switch err := command.Run(); {
	case err == nil:
		return 0
	case errors.Is(err, errTold):
	default:
		fmt.Fprintln(s.err, "exchangebot:", err)
	}
	return 1
}

// spoken lists the languages as the command line wants them.
func spoken() string {
	var list []string
	for _, lang := range locales.Languages() {
		list = append(list, string(lang))
	}
	return strings.Join(list, ",")
}
