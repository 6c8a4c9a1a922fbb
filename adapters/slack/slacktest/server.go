// Package slacktest is a strict Slack for tests: the Web API, Socket Mode with
// redelivery, and signed HTTP. It refuses what Slack refuses, breaks when told
// to, and writes down everything that a correct client would not do.
package slacktest

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// What a [Server] takes and who the bot is on it.
const (
	BotToken = "xoxb-test-token"
	AppToken = "xapp-test-token"
	Secret   = "test-signing-secret"
	BotUser  = "U0BOT"
	botID    = "B0BOT"
)

type object = map[string]any

// Server is the platform as the bot sees it, driven by the test through its
// methods, all of which are safe for concurrent use.
type Server struct {
	// App takes the deliveries of HTTP mode; nil: Socket Mode. It is set before
	// anything is delivered.
	App http.Handler
	// AckWithin is how long an acknowledgement may take; 3 s by default.
	AckWithin time.Duration
	// Retries are the waits before an event is delivered again; 10, 20 and
	// 40 ms by default.
	Retries []time.Duration

	once sync.Once
	web  *httptest.Server

	mu         sync.Mutex
	changed    chan struct{} // closed at every change
	closed     bool
	users      map[string]*User
	channels   map[string]*channel
	groups     map[string][]string
	views      map[string]*View    // by id
	modals     map[string][]string // ids of the open ones of a user
	homes      map[string]string
	triggers   map[string]*trigger
	responses  map[string]*responseURL
	uploads    map[string]*upload
	tickets    map[string]bool
	conns      []*conn
	unacked    []*envelope
	flying     map[string]*envelope
	turn       int
	last       int64 // of the message ids, in microseconds
	serial     int
	origin     string // of the ids
	faults     []*Fault
	calls      []Call
	violations []string
}

// New makes a server that ends with the test. It listens only once [Server.URL]
// is asked for; [Server.Transport] works without, but not for sockets.
func New(tb testing.TB) *Server {
	s := &Server{
		AckWithin: 3 * time.Second,
		Retries:   []time.Duration{10 * time.Millisecond, 20 * time.Millisecond, 40 * time.Millisecond},
		changed:   make(chan struct{}),
		origin:    rand.Text()[:6],
		users:     map[string]*User{},
		channels:  map[string]*channel{},
		groups:    map[string][]string{},
		views:     map[string]*View{},
		modals:    map[string][]string{},
		homes:     map[string]string{},
		triggers:  map[string]*trigger{},
		responses: map[string]*responseURL{},
		uploads:   map[string]*upload{},
		tickets:   map[string]bool{},
		flying:    map[string]*envelope{},
	}
	tb.Cleanup(s.close)
	return s
}

// URL is the address of the Web API, for SLACK_API_URL.
func (s *Server) URL() string { return s.base() + "/api/" }

func (s *Server) base() string {
	s.once.Do(func() { s.web = httptest.NewServer(s) })
	if s.web == nil {
		return "http://slack.test"
	}
	return s.web.URL
}

func (s *Server) close() {
	s.mu.Lock()
	s.closed = true
	conns := slices.Clone(s.conns)
	s.mu.Unlock()
	for _, c := range conns {
		_ = c.ws.Close()
	}
	s.once.Do(func() {})
	if s.web != nil {
		s.web.CloseClientConnections()
		s.web.Close()
	}
}

// Transport reaches the server without a network, for tests in a bubble of
// testing/synctest, which ask for it before anything else. The address to use
// is then http://slack.test/api/.
func (s *Server) Transport() http.RoundTripper {
	s.once.Do(func() {})
	return direct{s}
}

type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	type result struct {
		res *http.Response
		err error
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

// ServeHTTP answers the Web API, uploads, response_urls and sockets.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/socket" {
		s.serveSocket(w, r)
		return
	}
	kind, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	method := map[string]string{"api": rest, "upload": "upload", "response": "response_url"}[kind]
	if method == "" || r.Method != http.MethodPost {
		http.NotFound(w, r)
		return
	}
	args, err := arguments(r, kind == "upload")
	if err != nil {
		s.violate(method, err.Error())
		answer(w, nil, refuse("invalid_form_data"))
		return
	}
	if kind != "api" {
		args["id"] = rest
	}
	fault := s.fault(method, args.text("channel"))
	if fault != nil && !fault.late() {
		s.record(Call{Method: method, Args: args, Fault: fault.Kind})
		fault.fail(w, r, fault.Kind)
		return
	}
	result, refused := s.call(r, method, args)
	if fault != nil && fault.after(w, r) {
		return
	}
	answer(w, result, refused)
}

// call does what a method asks for.
func (s *Server) call(r *http.Request, method string, a args) (object, *refusal) {
	spec, known := methods[method]
	if !known {
		s.violate(method, "unknown_method")
		return nil, refuse("unknown_method")
	}
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if t := a.text("token"); t != "" {
		token = t
	}
	delete(a, "token")
	want := BotToken
	if spec.app {
		want = AppToken
	}
	if !spec.open && token != want {
		s.violate(method, "invalid_auth")
		return nil, refuse("invalid_auth")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	result, refused := spec.run(s, a)
	c := Call{Method: method, Args: a, Time: time.Now()}
	if refused != nil {
		c.Error = refused.code
		if refused.retry == 0 {
			s.note(method, strings.TrimSpace(refused.code+" "+strings.Join(refused.messages, "; ")))
		}
	}
	s.calls = append(s.calls, c)
	s.change()
	return result, refused
}

// refusal is an answer that is not ok.
type refusal struct {
	code     string
	messages []string
	retry    int
	status   int
}

func refuse(code string, messages ...string) *refusal {
	return &refusal{code: code, messages: messages}
}

func answer(w http.ResponseWriter, result object, refused *refusal) {
	w.Header().Set("Content-Type", "application/json")
	body := object{"ok": refused == nil}
	for k, v := range result {
		body[k] = v
	}
	if refused != nil {
		body["error"] = refused.code
		if refused.messages != nil {
			body["response_metadata"] = object{"messages": refused.messages}
		}
		switch {
		case refused.retry > 0:
			w.Header().Set("Retry-After", strconv.Itoa(refused.retry))
			w.WriteHeader(http.StatusTooManyRequests)
		case refused.status != 0:
			w.WriteHeader(refused.status)
		}
	}
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
	s.change()
}

// stamp makes the id of a message, unique and rising; s.mu is held.
func (s *Server) stamp() string {
	s.last = max(time.Now().UnixMicro(), s.last+1)
	return fmt.Sprintf("%d.%06d", s.last/1e6, s.last%1e6)
}

// id makes a new one, which no other server makes; s.mu is held.
func (s *Server) id(prefix string) string {
	s.serial++
	return fmt.Sprintf("%s%s%06d", prefix, s.origin, s.serial)
}
