package telegram

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
)

// health is what the last calls met.
type health struct {
	log *slog.Logger

	mu     sync.Mutex
	reach  error // whether Telegram answers
	intake error // whether updates come in
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

// met notes down how a call went, and logs when that is another way than
// before: in an outage, thousands of calls fail alike.
func (h *health) met(method string, p *problem) {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.reach
	switch {
	case p == nil:
		h.reach = nil
	case p.kind == temporary, p.kind == unauthorized:
		h.reach = fmt.Errorf("telegram: %s: %s", method, p.text)
	case p.kind == limited, p.kind == conflict:
		return
	default: // an answer, if no pleasant one
		h.reach = nil
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
