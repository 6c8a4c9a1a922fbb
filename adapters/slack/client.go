package slack

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// callTimeout is how long one request may take.
	callTimeout = 20 * time.Second
	// libraryRetries is how often the library itself repeats a request that
	// Slack has put off with 429, after the time that it was told to wait.
	libraryRetries = 3
	// slowly is how often a call is tried that needs a person to put something right.
	slowly = 30 * time.Second
)

// call is one use of the Web API.
type call struct {
	method  string
	channel string // where the call posts, and counts against the channel's rate; else empty
	do      func(ctx context.Context) error
	// sent tells, before a repetition, whether the call was carried out after
	// all although its answer was lost. Nil: it does no harm twice.
	sent func(ctx context.Context) bool
}

type callKey struct{}

// wire is the library's way out. It tells pace what Slack limits.
type wire struct {
	next http.RoundTripper
	pace *pace
}

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := w.next.RoundTrip(r)
	k, paced := r.Context().Value(callKey{}).(call)
	if err == nil && paced && k.channel != "" && res.StatusCode == http.StatusTooManyRequests {
		seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
		w.pace.hold(k.channel, time.Duration(max(seconds, 1))*time.Second, time.Now())
	}
	return res, err
}

// try makes a call once, apart from what the library repeats.
func (c *Channel) try(ctx context.Context, k call) *problem {
	p := judge(k.do(context.WithValue(ctx, callKey{}, k)))
	if ctx.Err() == nil {
		c.health.met(k.method, p)
	}
	return p
}

// once is try with an error that may be nil.
func (c *Channel) once(ctx context.Context, k call) error {
	if p := c.try(ctx, k); p != nil {
		return p
	}
	return nil
}

// send makes a call in its time and repeats it until it succeeds, fails for
// good or ctx ends.
func (c *Channel) send(ctx context.Context, k call) error {
	wait := newBackOff(500*time.Millisecond, 15*time.Second)
	for {
		if k.channel != "" {
			if err := c.pace.wait(ctx, k.channel); err != nil {
				return err
			}
		}
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
			pause = p.retry
			c.log.WarnContext(ctx, "slack puts a call off", "method", k.method, "retry_after", p.retry)
		case unauthorized:
			pause = slowly
		case temporary:
		default:
			return p
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
		if p.maybeDone && k.sent != nil && k.sent(ctx) {
			return nil
		}
	}
}

func newBackOff(first, most time.Duration) *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval, b.Multiplier = first, most, 2
	return b
}
