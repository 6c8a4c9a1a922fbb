package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

// kind is what to do about a call that failed.
type kind int

const (
	temporary    kind = iota // try again
	limited                  // try again after a while
	unauthorized             // the token is wrong, or lacks a scope
	uneditable               // there is nothing to edit
	stale                    // somebody else has changed the view meanwhile
	expired                  // the press has been too long ago to open a view
	gone                     // nobody will read it
	absent                   // a file has not arrived, though nobody has said so
	rejected                 // never try again
)

// problem is a call that failed. Its text holds neither a token nor anything
// that the call said.
type problem struct {
	kind      kind
	text      string
	retry     time.Duration // limited
	maybeDone bool          // the call may have been carried out, only its answer is lost
}

func (p *problem) Error() string { return p.text }

// Is makes a problem the core's error of the same meaning.
func (p *problem) Is(target error) bool {
	return target == bot.ErrGone && p.kind == gone || target == bot.ErrRejected && (p.kind == rejected || p.kind == absent)
}

func is(err error, k kind) bool {
	var p *problem
	return errors.As(err, &p) && p.kind == k
}

// isLost reports a call of which nobody knows whether it was carried out.
func isLost(err error) bool {
	var p *problem
	return errors.As(err, &p) && p.maybeDone
}

// codes are Slack's error codes that mean something other than that the call
// will never succeed (docs.slack.dev/reference/methods, under each method).
var codes = map[kind][]string{
	temporary: {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org",
		"accesslimited", "failed_sending_message", "external_channel_migrating"},
	limited: {"ratelimited", "rate_limited", "message_limit_exceeded"},
	unauthorized: {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired",
		"not_allowed_token_type", "org_login_required", "ekm_access_denied", "no_permission"},
	uneditable: {"message_not_found", "cant_update_message", "edit_window_closed", "update_failed"},
	stale:      {"hash_conflict"},
	absent:     {"file_not_found"},
	expired:    {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired", "trigger_exchanged", "push_limit_reached"},
	gone: {"channel_not_found", "not_in_channel", "is_archived", "user_not_found", "user_disabled", "users_not_found",
		"cannot_dm_bot", "messages_tab_disabled", "restricted_action", "user_not_in_channel", "user_not_visible", "thread_not_found"},
}

// judge turns an error of the library into a problem. The library's texts may
// quote what the bot has said: they go no further.
func judge(err error) *problem {
	var limit *slackapi.RateLimitedError
	var status slackapi.StatusCodeError
	var refused slackapi.SlackErrorResponse
	switch {
	case err == nil:
		return nil
	case errors.As(err, &limit):
		return &problem{kind: limited, text: "rate limited", retry: max(limit.RetryAfter, time.Second)}
	case errors.As(err, &status):
		p := &problem{kind: rejected, text: fmt.Sprintf("status %d", status.Code), maybeDone: status.Code >= 500}
		switch {
		case status.Code == http.StatusTooManyRequests:
			p.kind, p.retry = limited, time.Second
		case status.Code >= 500 || status.Code < 400:
			p.kind = temporary
		case status.Code == http.StatusUnauthorized || status.Code == http.StatusForbidden || status.Code == http.StatusNotFound:
			p.kind = unauthorized
		}
		return p
	case errors.As(err, &refused):
		return refusal(refused)
	default:
		return network(err)
	}
}

// refusal is an answer of Slack's that is not ok.
func refusal(r slackapi.SlackErrorResponse) *problem {
	p := &problem{kind: rejected, text: r.Err}
	for k, list := range codes {
		if slices.Contains(list, r.Err) {
			p.kind = k
		}
	}
	switch {
	case p.kind == limited:
		p.retry = time.Second
	case p.kind == temporary:
		p.maybeDone = true
	case r.Err == "missing_scope":
		p.kind, p.text = unauthorized, "the app lacks the scope "+r.Needed
	case p.kind == rejected:
		p.text += pointers(r.ResponseMetadata.Messages)
	}
	return p
}

// pointers are the places in what was sent that Slack names. What it says
// about them may quote it.
func pointers(messages []string) string {
	var b strings.Builder
	for _, m := range messages {
		if _, at, found := strings.Cut(m, "[json-pointer:"); found {
			b.WriteString(" " + strings.TrimSuffix(at, "]"))
		}
	}
	return b.String()
}

// network is a call without an answer, or with one that cannot be read.
func network(err error) *problem {
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err // without the URL, which may be secret
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
