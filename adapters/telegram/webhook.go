package telegram

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"exchangebot/bot"
)

const (
	secretHeader = "X-Telegram-Bot-Api-Secret-Token"
	maxBody      = 1 << 20 // bytes; Telegram's updates have some kilobytes
	startWait    = 5 * time.Second
)

// webhook is what requests wait for.
type webhook struct {
	open  chan struct{} // closed once sink is set
	wrong chan struct{} // holds one signal: somebody came with another secret

	mu      sync.Mutex
	sink    bot.Sink
	closed  bool
	flights map[string]*flight
	idle    sync.WaitGroup // of flights
}

// flight is an update in hand.
type flight struct {
	over chan struct{}
	err  error // once over is closed
}

func newWebhook() *webhook {
	return &webhook{open: make(chan struct{}), wrong: make(chan struct{}, 1), flights: map[string]*flight{}}
}

// ServeHTTP takes the updates of the webhook, at [WebhookPath]. It answers 200
// once an update's turn is over, and 5xx when Telegram has to deliver it again.
// What comes again meanwhile waits for the same turn.
func (c *Channel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(c.take(w, r))
}

func (c *Channel) take(w http.ResponseWriter, r *http.Request) int {
	ctx := r.Context()
	secret := r.Header.Get(secretHeader)
	switch {
	case c.cfg.WebhookURL == "":
		return http.StatusNotFound
	case r.Method != http.MethodPost:
		return http.StatusMethodNotAllowed
	case subtle.ConstantTimeCompare([]byte(secret), []byte(c.cfg.WebhookSecret)) != 1:
		if secret != "" && c.hook.mistrust() {
			c.log.WarnContext(ctx, "webhook called with a wrong secret")
		}
		return http.StatusUnauthorized
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return http.StatusRequestEntityTooLarge
	}
	if err != nil {
		return http.StatusBadRequest
	}
	u, err := parse(body)
	if u == nil {
		// Telegram's own updates always parse. This one was cut off on the
		// way, and is right when it comes again, or is not from Telegram.
		c.log.WarnContext(ctx, "webhook called with something that is no update", "bytes", len(body))
		return http.StatusBadRequest
	}
	if err != nil {
		c.log.ErrorContext(ctx, "update left out", "error", err)
		return http.StatusOK
	}
	if !c.hook.started(ctx) {
		return http.StatusServiceUnavailable
	}
	update, forUs := c.decode(context.WithoutCancel(ctx), u)
	if !forUs {
		return http.StatusOK
	}
	return c.hook.hand(ctx, update)
}

// mistrust is true once for all the wrong secrets until listen looks into it.
func (h *webhook) mistrust() bool {
	select {
	case h.wrong <- struct{}{}:
		return true
	default:
		return false
	}
}

// started waits a moment for Run to begin: Telegram delivers from the last run's
// webhook on.
func (h *webhook) started(ctx context.Context) bool {
	timer := time.NewTimer(startWait)
	defer timer.Stop()
	select {
	case <-h.open:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

// hand calls the sink, unless the update is in hand already, and waits for the
// end of its turn.
func (h *webhook) hand(ctx context.Context, u bot.Update) int {
	h.mu.Lock()
	f, known := h.flights[u.ID]
	if !known {
		if h.closed {
			h.mu.Unlock()
			return http.StatusServiceUnavailable
		}
		f = &flight{over: make(chan struct{})}
		h.flights[u.ID] = f
		h.idle.Add(1)
	}
	h.mu.Unlock()
	if !known {
		var once sync.Once
		h.sink(u, func(err error) {
			once.Do(func() { h.settle(u.ID, f, err) })
		})
	}
	select {
	case <-f.over:
	case <-ctx.Done():
		return http.StatusServiceUnavailable // nobody listens any more
	}
	if f.err != nil {
		return http.StatusInternalServerError
	}
	return http.StatusOK
}

func (h *webhook) settle(id string, f *flight, err error) {
	h.mu.Lock()
	delete(h.flights, id)
	h.mu.Unlock()
	f.err = err
	close(f.over)
	h.idle.Done()
}

func (h *webhook) begin(sink bot.Sink) {
	h.mu.Lock()
	h.sink = sink
	h.mu.Unlock()
	close(h.open)
}

// end takes no more updates and waits for those in hand, for grace at most.
func (h *webhook) end(grace time.Duration) {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	idle := make(chan struct{})
	go func() {
		h.idle.Wait()
		close(idle)
	}()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-idle:
	case <-timer.C:
	}
}
