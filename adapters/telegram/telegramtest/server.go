// Package telegramtest is a strict Telegram Bot API server for tests. It
// refuses what Telegram refuses, breaks when told to, and writes down every
// request that a correct client would not make.
package telegramtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	// Token is the only one that a [Server] takes.
	Token = "123456:TEST-TOKEN"
	// Username is how the bot is called, without the @.
	Username = "exchange_test_bot"
	botID    = 123456
)

// Server is the platform as the bot sees it, driven by the test through its
// methods, all of which are safe for concurrent use. People and chats that a
// test names are made on the way.
type Server struct {
	// Deliver makes the requests to a webhook; a test that listens nowhere
	// sets its Transport before the bot sets the webhook.
	Deliver *http.Client
	// RetryDelay is how long a webhook delivery that failed waits, doubling
	// each time. 10 ms by default.
	RetryDelay time.Duration

	once sync.Once
	web  *httptest.Server

	mu         sync.Mutex
	changed    chan struct{} // closed at every change
	closed     bool
	chats      map[int64]*chat
	nextID     int // of messages, over all chats
	limits     Limits
	all, paid  bucket
	faults     []*Fault
	chance     *rand.Rand
	calls      []Call
	quiet      bool
	violations []string
	callbacks  []*Callback
	press      map[string]*Callback
	texts      map[string]string // "name", a colon, the language
	commands   map[string]string
	updates    queue
}

// New makes a server that ends with the test. It listens only once [Server.URL]
// is asked for; [Server.Transport] works without.
func New(tb testing.TB) *Server {
	s := &Server{
		Deliver:    &http.Client{Timeout: time.Minute},
		RetryDelay: 10 * time.Millisecond,
		changed:    make(chan struct{}),
		chats:      map[int64]*chat{},
		press:      map[string]*Callback{},
		texts:      map[string]string{},
		commands:   map[string]string{},
		limits:     Real,
		chance:     rand.New(rand.NewPCG(1, 1)),
		updates:    queue{next: 100_000_001},
	}
	tb.Cleanup(s.close)
	return s
}

// URL is the address of the API server, for TELEGRAM_API_URL.
func (s *Server) URL() string {
	s.once.Do(func() { s.web = httptest.NewServer(s) })
	return s.web.URL
}

func (s *Server) close() {
	s.mu.Lock()
	s.closed = true
	s.dropHook()
	s.change()
	s.mu.Unlock()
	s.once.Do(func() {})
	if s.web != nil {
		s.web.CloseClientConnections()
		s.web.Close()
	}
}

// Transport reaches the server without a network, for tests in a bubble of
// testing/synctest.
func (s *Server) Transport() http.RoundTripper { return direct{s} }

// Direct sends requests to a handler without a network.
func Direct(h http.Handler) http.RoundTripper { return direct{h} }

type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	type result struct {
		res *http.Response
		err error
	}
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil {
		trace.GetConn(r.URL.Host)
		trace.GotConn(httptrace.GotConnInfo{})
	}
	answered := make(chan result, 1)
	go func() {
		defer func() {
			if recover() != nil {
				answered <- result{nil, errors.New("connection reset by peer")}
			}
		}()
		w := httptest.NewRecorder()
		if r.Body == nil {
			r.Body = http.NoBody
		}
		d.ServeHTTP(w, r)
		answered <- result{w.Result(), nil}
	}()
	select {
	case a := <-answered:
		return a.res, a.err
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// failure is an answer that is not ok.
type failure struct {
	code    int
	desc    string
	retry   int
	migrate int64
}

func bad(format string, args ...any) *failure {
	return &failure{code: 400, desc: "Bad Request: " + fmt.Sprintf(format, args...)}
}

func forbidden(desc string) *failure { return &failure{code: 403, desc: "Forbidden: " + desc} }

// ServeHTTP answers POST /bot<token>/<method>.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token, method, found := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	if !found || r.Method != http.MethodPost {
		answer(w, nil, &failure{code: 404, desc: "Not Found"})
		return
	}
	if token != Token {
		s.violate(method, "wrong token")
		answer(w, nil, &failure{code: 401, desc: "Unauthorized"})
		return
	}
	p, err := readParams(r)
	if err != nil {
		s.violate(method, err.Error())
		answer(w, nil, bad("%s", err))
		return
	}
	fault := s.fault(method, p)
	if fault != nil && !fault.passes(r) {
		s.record(method, p, fault.Kind)
		fault.fail(w, r, fault.Kind)
		return
	}
	result, failed := s.do(r, method, p, fault)
	if fault != nil && fault.after(w, r) {
		return
	}
	answer(w, result, failed)
}

func (s *Server) do(r *http.Request, method string, p params, fault *Fault) (any, *failure) {
	spec, found := methods[method]
	if !found {
		s.violate(method, "unknown method")
		return nil, &failure{code: 404, desc: "Not Found: method not found"}
	}
	if failed := s.check(method, spec, p); failed != nil {
		return nil, failed
	}
	if method == "getUpdates" {
		return s.getUpdates(r.Context(), p)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	result, failed := spec.run(s, p)
	if !s.quiet && method != "getMe" {
		c := Call{Method: method, Params: p, Time: time.Now()}
		if failed != nil {
			c.Code = failed.code
		}
		if fault != nil {
			c.Fault = fault.Kind
		}
		s.calls = append(s.calls, c)
	}
	s.change()
	return result, failed
}

func answer(w http.ResponseWriter, result any, failed *failure) {
	w.Header().Set("Content-Type", "application/json")
	if failed == nil {
		_ = json.NewEncoder(w).Encode(map[string]any{"ok": true, "result": result})
		return
	}
	body := map[string]any{"ok": false, "error_code": failed.code, "description": failed.desc}
	switch {
	case failed.retry > 0:
		w.Header().Set("Retry-After", strconv.Itoa(failed.retry))
		body["parameters"] = map[string]any{"retry_after": failed.retry}
	case failed.migrate != 0:
		body["parameters"] = map[string]any{"migrate_to_chat_id": failed.migrate}
	}
	w.WriteHeader(failed.code)
	_ = json.NewEncoder(w).Encode(body)
}

// change wakes everybody who waits for something; s.mu is held.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Server) violate(method, problem string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note(method, problem)
}

// note writes down a violation; s.mu is held.
func (s *Server) note(method, problem string) {
	s.violations = append(s.violations, method+": "+problem)
}
