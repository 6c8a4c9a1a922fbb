// Command ferretdb runs FerretDB, which speaks MongoDB's wire protocol, on
// SQLite in a temporary folder, for tests. It prints the address it listens on
// as its only line of standard output, and runs until its standard input ends:
// however the test ends, neither it nor its folder outlives it.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "run FerretDB:", err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "exchangebot-ferretdb-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	// The package never reports telemetry, and switches it off besides.
	f, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
		Handler:   "sqlite",
		SQLiteURL: "file:" + dir + "/",
	})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	go func() {
		if u, err := url.Parse(f.MongoDBURI()); err == nil {
			fmt.Println(u.Host)
		}
	}()
	return f.Run(ctx)
}
