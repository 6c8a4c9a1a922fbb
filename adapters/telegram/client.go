package telegram

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// callTimeout is how long a call other than getUpdates may take.
const callTimeout = 20 * time.Second

// newTransport keeps enough connections for a thousand messages a second.
func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 0, 256
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true) // with HTTP/2, one connection would carry, and lose, everything
	return t
}

// wire is the library's way out. It writes the forms, which the library makes
// in a pipe, in one piece, and notes down each answer's status.
type wire struct{ client *http.Client }

func (w wire) Do(r *http.Request) (*http.Response, error) {
	form, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(form, []byte("Content-Disposition")) { // a form without a field is none to Telegram
		form = nil
		r.Header.Del("Content-Type")
	}
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(form)), nil }
	r.Body, _ = r.GetBody()
	r.ContentLength = int64(len(form))
	res, err := w.client.Do(r)
	if err != nil {
		var address *url.Error
		if errors.As(err, &address) {
			err = address.Err // without the URL, which holds the token
		}
		return nil, err
	}
	if x, noted := r.Context().Value(exchangeKey{}).(*exchange); noted {
		x.status = res.StatusCode
	}
	return res, nil
}

// call is one use of the API, with the chat that it counts against and is
// sent to, or zero.
type call struct {
	method string
	chat   int64
	once   bool // never repeated when it may have been carried out
	retry  bool // but repeated when Telegram says that it failed (5xx)
	do     func(ctx context.Context, chat int64) error
}

// try makes a call once.
func (c *Channel) try(ctx context.Context, k call) *problem {
	var x exchange
	noted := httptrace.WithClientTrace(context.WithValue(ctx, exchangeKey{}, &x), x.trace())
	timed, cancel := context.WithTimeout(noted, callTimeout)
	defer cancel()
	err := k.do(timed, k.chat)
	p := judge(err, x)
	if ctx.Err() == nil {
		c.health.met(k.method, p)
	}
	return p
}

// send makes a call in its time and repeats it until it succeeds, fails for
// good or ctx ends.
func (c *Channel) send(ctx context.Context, k call) error {
	wait := newBackOff(500*time.Millisecond, 15*time.Second)
	for {
		k.chat = c.moved(k.chat)
		counted, err := c.pace.wait(ctx, k.chat)
		if err != nil {
			return err
		}
		p := c.try(ctx, k)
		now := time.Now()
		c.pace.arrived(k.chat, counted, now)
		if p == nil || p.done {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		switch p.kind {
		case limited:
			c.hold(ctx, k.method, p.retry, now)
		case migrated:
			c.move(k.chat, p.migrate)
		case temporary, conflict:
			if k.once && (p.maybeDone || p.failed && !k.retry) {
				return nil
			}
			if err := sleep(ctx, wait.NextBackOff()); err != nil {
				return err
			}
		case unauthorized:
			if err := sleep(ctx, slowly); err != nil {
				return err
			}
		default:
			return p
		}
	}
}

// hold keeps everything back for d. What was under way is refused as well:
// once is enough in the log.
func (c *Channel) hold(ctx context.Context, method string, d time.Duration, now time.Time) {
	if c.pace.hold(d, now) {
		c.log.WarnContext(ctx, "telegram wants to hear nothing for a while", "method", method, "retry_after", d)
	}
}

// slowly is how often a call is tried that needs a person to put something right.
const slowly = 30 * time.Second

// insist makes a call of the set-up until it succeeds, is refused or ctx ends.
// What Telegram limits here holds nothing else up.
func (c *Channel) insist(ctx context.Context, method string, do func(context.Context) error) error {
	k := call{method: method, do: func(ctx context.Context, _ int64) error { return do(ctx) }}
	wait := newBackOff(time.Second, time.Minute)
	for {
		p := c.try(ctx, k)
		if p == nil {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		pause := wait.NextBackOff()
		switch p.kind {
		case limited:
			pause = max(p.retry, time.Second)
			c.log.WarnContext(ctx, "telegram puts a call off", "method", method, "retry_after", p.retry)
		case unauthorized:
			pause = slowly
		case temporary, conflict:
		default:
			return p
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

func newBackOff(first, most time.Duration) *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval, b.Multiplier = first, most, 2
	return b
}

// moved is a chat's id by now.
func (c *Channel) moved(chat int64) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if to, found := c.moves[chat]; found {
		return to
	}
	return chat
}

// move remembers a group's new id, to save a refused call each time.
func (c *Channel) move(from, to int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.moves) > 10_000 {
		clear(c.moves)
	}
	c.moves[from] = to
	c.log.Info("a group has become a supergroup", slog.Int("moved", len(c.moves)))
}
