package slack

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"sync"
)

// health is what the last calls met.
type health struct {
	log *slog.Logger

	mu      sync.Mutex
	reach   error // whether Slack answers
	intake  error // whether anything comes in
	sockets int   // that are open
	posting error // whether the board takes anything
}

func newHealth(log *slog.Logger) *health {
	return &health{log: log, intake: errors.New("not reached yet")}
}

// ready is what keeps the channel from its work; it does not name the channel.
func (h *health) ready() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return cmp.Or(h.reach, h.intake, h.posting)
}

// board notes down whether something could be posted on the board.
func (h *health) board(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.posting = err
}

// met notes down how a call went, and logs when that is another way than
// before: in an outage, many calls fail alike.
func (h *health) met(method string, p *problem) {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.reach
	switch {
	case p == nil:
		h.reach = nil
	case p.kind == temporary, p.kind == unauthorized:
		h.reach = fmt.Errorf("%s: %s", method, p.text)
	case p.kind == limited:
		return
	default: // an answer, if no pleasant one
		h.reach = nil
	}
	switch {
	case before == nil && h.reach != nil && p.kind == unauthorized:
		h.log.Error("slack refuses the bot: check SLACK_BOT_TOKEN and SLACK_APP_TOKEN", "error", h.reach)
	case before == nil && h.reach != nil:
		h.log.Warn("slack cannot be reached, trying on", "error", h.reach)
	case before != nil && h.reach == nil:
		h.log.Info("slack can be reached again")
	}
}

// receives notes down whether events come in, nil meaning that they do.
func (h *health) receives(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.intake = err
}

// socket counts an opened or, with -1, a closed socket.
func (h *health) socket(change int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sockets += change
	h.intake = nil
	if h.sockets == 0 {
		h.intake = errors.New("no socket is open")
	}
}
