package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
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
	blocked                  // by the person, or the group has removed the bot
	deactivated              // the account or the group is no more
	notFound                 // there is no such chat
	unfetched                // Telegram cannot get at the picture
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
	switch p.kind {
	case blocked, deactivated, notFound:
		return target == bot.ErrGone
	case unfetched, rejected:
		return target == bot.ErrRejected
	}
	return false
}

// reason is what a problem means to who announces.
func (p *problem) reason() bot.Reason {
	switch p.kind {
	case blocked:
		return bot.ReasonBlocked
	case deactivated:
		return bot.ReasonDeactivated
	case notFound:
		return bot.ReasonNotFound
	case limited:
		return bot.ReasonLimited
	case temporary:
		if p.maybeDone {
			return bot.ReasonUnknown
		}
		return bot.ReasonUnreachable
	case unauthorized, conflict, migrated, unfetched:
		return bot.ReasonUnreachable
	}
	return bot.ReasonRejected
}

// exchange notes down what the library does not tell of a call.
type exchange struct {
	status            int
	asked, connection bool // whether a connection was asked for, and was there
}

type exchangeKey struct{}

// trace fills x. Its functions are called by the goroutine that makes the
// request: unlike WroteRequest, which may come after the request has failed.
func (x *exchange) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { x.asked = true },
		GotConn: func(httptrace.GotConnInfo) { x.connection = true },
	}
}

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
		return network(err, x)
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
	case has("user is deactivated", "input_user_deactivated", "group chat was deactivated"):
		p.kind, p.text = deactivated, p.text+": "+hint(desc)
	case has("chat not found", "user not found", "peer_id_invalid", "can't initiate conversation", "can't send messages to bots"):
		p.kind, p.text = notFound, p.text+": "+hint(desc)
	case status == http.StatusForbidden:
		p.kind, p.text = blocked, p.text+": "+hint(desc)
	case has("failed to get http url content", "webpage_curl_failed"):
		p.kind, p.text = unfetched, p.text+": "+hint(desc)
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

// network is a call without an answer. It cannot have been carried out when
// there was no connection, or when that did not take the whole request.
func network(err error, x exchange) *problem {
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err // without the URL, which holds the token
	}
	p := &problem{kind: temporary, text: "no answer", maybeDone: x.connection || !x.asked}
	var op *net.OpError
	var syntax *json.SyntaxError
	if errors.As(err, &op) && (op.Op == "dial" || op.Op == "write") {
		p.maybeDone = false
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		p.text = "no answer in time"
	case op != nil:
		p.text = op.Op + ": " + op.Err.Error()
	case errors.As(err, &syntax):
		p.text = "unreadable answer"
	}
	return p
}
