package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	tgbot "github.com/go-telegram/bot"

	"exchangebot/bot"
)

// kind is what to do about a call that failed.
type kind int

const (
	temporary    kind = iota // try again
	limited                  // send nothing for a while
	unauthorized             // the token is wrong
	conflict                 // somebody else takes the updates
	migrated                 // the group has another id now
	unchanged                // the edit changes nothing
	uneditable               // there is nothing to edit
	expired                  // the press has been too long ago
	gone                     // nobody will read it
	rejected                 // never try again
)

// problem is a call that failed. Its text holds neither the token nor
// anything that the call said.
type problem struct {
	kind      kind
	text      string
	retry     time.Duration // limited
	migrate   int64         // migrated
	maybeDone bool          // the call may have been carried out, only its answer is lost
	failed    bool          // Telegram says that it failed (5xx), which seldom is untrue
	done      bool          // it has been, only its result is nothing that the library knows
}

func (p *problem) Error() string { return p.text }

// Is makes a problem the core's error of the same meaning.
func (p *problem) Is(target error) bool {
	return target == bot.ErrGone && p.kind == gone || target == bot.ErrRejected && p.kind == rejected
}

// exchange notes down what the library does not tell of a call.
type exchange struct{ status int }

type exchangeKey struct{}

// judge turns an error of the library into a problem. The library's texts
// quote answers and so what the bot has said: they go no further.
func judge(err error, x exchange) *problem {
	var limit *tgbot.TooManyRequestsError
	var migrate *tgbot.MigrateError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &limit):
		return refusal(http.StatusTooManyRequests, "", limit.RetryAfter, 0)
	case errors.As(err, &migrate):
		return refusal(http.StatusBadRequest, "", 0, int64(migrate.MigrateToChatID))
	case x.status == http.StatusOK:
		done := strings.HasPrefix(err.Error(), "error decode response result")
		return &problem{kind: temporary, text: "unreadable answer", maybeDone: true, done: done}
	case x.status != 0:
		_, desc, _ := strings.Cut(err.Error(), ", ")
		return refusal(x.status, desc, 0, 0)
	default:
		return network(err)
	}
}

// refusal is an answer of Telegram's, or of a server in between, that is not ok.
func refusal(status int, desc string, retryAfter int, migrate int64) *problem {
	desc = strings.TrimPrefix(strings.ToLower(desc), "bad request: ")
	p := &problem{kind: rejected, text: fmt.Sprintf("status %d", status)}
	has := func(texts ...string) bool {
		for _, t := range texts {
			if strings.Contains(desc, t) {
				return true
			}
		}
		return false
	}
	switch {
	case status == http.StatusTooManyRequests:
		p.kind, p.retry = limited, time.Duration(max(retryAfter, 1))*time.Second
	case status >= 500 || status < 400:
		p.kind, p.failed = temporary, true
	case status == http.StatusUnauthorized || status == http.StatusNotFound:
		p.kind, p.text = unauthorized, p.text+": TELEGRAM_BOT_TOKEN is wrong, or TELEGRAM_API_URL"
	case status == http.StatusConflict:
		p.kind = conflict
	case migrate != 0:
		p.kind, p.migrate = migrated, migrate
	case status == http.StatusForbidden, has("chat not found", "user is deactivated", "peer_id_invalid", "group chat was deactivated"):
		p.kind, p.text = gone, p.text+": "+hint(desc)
	case has("message is not modified"):
		p.kind = unchanged
	case has("message to edit not found", "message can't be edited", "no text in the message to edit", "message_id_invalid"):
		p.kind = uneditable
	case has("query is too old", "query_id_invalid"):
		p.kind = expired
	default:
		p.text += ": " + hint(desc)
	}
	return p
}

// hint is what of a description may be logged: it quotes what was wrong, and
// that may be a citizen's.
func hint(desc string) string {
	desc, _, _ = strings.Cut(desc, `"`)
	desc, _, _ = strings.Cut(desc, " '")
	return strings.TrimSpace(desc[:min(len(desc), 100)])
}

// network is a call without an answer.
func network(err error) *problem {
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err // without the URL, which holds the token
	}
	p := &problem{kind: temporary, text: "no answer", maybeDone: true}
	var op *net.OpError
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		p.text = "no answer in time"
	case errors.As(err, &op):
		p.text = op.Op + ": " + op.Err.Error()
		p.maybeDone = op.Op != "dial"
	case errors.As(err, &syntax):
		p.text = "unreadable answer"
	}
	return p
}
