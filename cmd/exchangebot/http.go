package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"exchangebot/bot"
)

// askStore is how long /readyz waits for the store.
const askStore = 2 * time.Second

// health serves /healthz and /readyz: whether the process lives, and whether
// store and channels answer. A reason never names a person or a secret.
func health(mux *http.ServeMux, store bot.Store, channels []bot.Channel) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "ok\n")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), askStore)
		defer cancel()
		var problems []error
		if err := store.Ping(ctx); err != nil {
			problems = append(problems, fmt.Errorf("store: %w", err))
		}
		for _, channel := range channels {
			if err := channel.Ready(); err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", channel.Name(), err))
			}
		}
		if err := errors.Join(problems...); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprintln(w, err)
			return
		}
		io.WriteString(w, "ready\n")
	})
}

// listen serves HTTP until ctx ends, and then lets requests under way finish.
func listen(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	stopped := make(chan error, 1)
	context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		stopped <- server.Shutdown(ctx)
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve HTTP: %w", err)
	}
	return <-stopped
}
