package telegram

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// awayAfter is how long every call has to fail until Telegram is taken to be
// away: of many calls a few fail on any day.
const awayAfter = 10 * time.Second

// health is what the last calls met.
type health struct {
	log *slog.Logger

	mu     sync.Mutex
	fails  time.Time // since when every call does; zero: the last one did not
	reach  error     // whether Telegram answers
	intake error     // whether updates come in
}

func newHealth(log *slog.Logger) *health {
	return &health{log: log, intake: errors.New("telegram has not been reached yet")}
}

func (h *health) ready() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.reach != nil {
		return h.reach
	}
	return h.intake
}

// met notes down how a call went, and logs once when Telegram is away, and
// once when it is back: in an outage, thousands of calls fail alike.
func (h *health) met(method string, p *problem) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now, before := time.Now(), h.reach
	switch {
	case p != nil && (p.kind == limited || p.kind == conflict):
		return
	case p == nil || p.kind != temporary && p.kind != unauthorized: // an answer, if no pleasant one
		h.fails, h.reach = time.Time{}, nil
	case h.fails.IsZero():
		h.fails = now
		fallthrough
	default:
		if p.kind == unauthorized || now.Sub(h.fails) >= awayAfter {
			h.reach = fmt.Errorf("telegram: %s: %s", method, p.text)
		}
	}
	switch {
	case before == nil && h.reach != nil && p.kind == unauthorized:
		h.log.Error("telegram does not know the bot: check TELEGRAM_BOT_TOKEN", "error", h.reach)
	case before == nil && h.reach != nil:
		h.log.Warn("telegram cannot be reached, trying on", "error", h.reach)
	case before != nil && h.reach == nil:
		h.log.Info("telegram can be reached again")
	}
}

// receives notes down whether updates come in, nil meaning that they do.
func (h *health) receives(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.intake = err
}
