package slacktest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Ack is how the bot acknowledged a delivery.
type Ack struct {
	OK      bool
	Took    time.Duration
	Status  int    // of HTTP mode
	Payload object // what the bot wants Slack to do next
}

// envelope is something on its way to the bot.
type envelope struct {
	id, kind string
	payload  object
	attempt  int
	ack      chan object
}

// deliver hands something to the bot and waits for its acknowledgement.
func (s *Server) deliver(kind string, payload object) Ack {
	if s.App != nil {
		return s.deliverHTTP(kind, payload, 0, time.Now())
	}
	return s.deliverSocket(&envelope{kind: kind, payload: payload})
}

// retry delivers an event again that was not acknowledged.
func (s *Server) retry(kind string, attempt int, again func()) {
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if kind == "events_api" && attempt < len(s.Retries) && !closed {
		time.AfterFunc(s.Retries[attempt], again)
	}
}

// deliverHTTP signs a request as of a time and makes it.
func (s *Server) deliverHTTP(kind string, payload object, attempt int, signedAt time.Time) Ack {
	r := Request(kind, payload, Secret, signedAt)
	w := httptest.NewRecorder()
	over := make(chan struct{})
	start := time.Now()
	go func() {
		defer close(over)
		s.App.ServeHTTP(w, r)
	}()
	timer := time.NewTimer(s.AckWithin)
	defer timer.Stop()
	select {
	case <-over:
	case <-timer.C:
		s.violate(kind, "not acknowledged in time")
		s.retry(kind, attempt, func() { s.deliverHTTP(kind, payload, attempt+1, time.Now()) })
		<-over
		return Ack{Took: time.Since(start)}
	}
	a := Ack{OK: w.Code == http.StatusOK, Took: time.Since(start), Status: w.Code}
	_ = json.Unmarshal(w.Body.Bytes(), &a.Payload)
	if !a.OK {
		s.retry(kind, attempt, func() { s.deliverHTTP(kind, payload, attempt+1, time.Now()) })
	}
	return a
}

// Request is a delivery by HTTP, signed with a secret as of a time.
func Request(kind string, payload any, secret string, at time.Time) *http.Request {
	data, _ := json.Marshal(payload)
	path, media, body := "/slack/events", "application/json", data
	if kind != "events_api" {
		form := url.Values{"payload": {string(data)}}
		path, media = "/slack/interactions", "application/x-www-form-urlencoded"
		if kind == "slash_commands" {
			path, form = "/slack/commands", url.Values{}
			for name, value := range asObject(decode(payload)) {
				form.Set(name, fmt.Sprint(value))
			}
		}
		body = []byte(form.Encode())
	}
	r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	r.Header.Set("Content-Type", media)
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	return r
}

// deliverSocket sends an envelope through one of the sockets.
func (s *Server) deliverSocket(e *envelope) Ack {
	e.ack = make(chan object, 1)
	s.mu.Lock()
	e.id = s.id("E")
	if len(s.conns) == 0 {
		if e.kind == "events_api" {
			s.unacked = append(s.unacked, e)
		}
		s.mu.Unlock()
		return Ack{}
	}
	c := s.conns[s.turn%len(s.conns)]
	s.turn++
	s.flying[e.id] = e
	s.mu.Unlock()
	start := time.Now()
	c.send(object{"envelope_id": e.id, "type": e.kind, "payload": e.payload, "accepts_response_payload": true, "retry_attempt": e.attempt})
	timer := time.NewTimer(s.AckWithin)
	defer timer.Stop()
	again := &envelope{kind: e.kind, payload: e.payload, attempt: e.attempt + 1}
	select {
	case payload := <-e.ack:
		return Ack{OK: true, Took: time.Since(start), Payload: payload}
	case <-timer.C:
		s.violate(e.kind, "not acknowledged in time")
		s.retry(e.kind, e.attempt, func() { s.deliverSocket(again) })
	case <-c.over:
		s.mu.Lock()
		delete(s.flying, e.id)
		if e.kind == "events_api" {
			s.unacked = append(s.unacked, again)
		}
		waiting := s.takeUnacked()
		s.mu.Unlock()
		s.redeliver(waiting)
	}
	return Ack{Took: time.Since(start)}
}

// takeUnacked takes what waits for a socket, when there is one; s.mu is held.
func (s *Server) takeUnacked() []*envelope {
	if len(s.conns) == 0 {
		return nil
	}
	waiting := s.unacked
	s.unacked = nil
	return waiting
}

func (s *Server) redeliver(list []*envelope) {
	for _, e := range list {
		go s.deliverSocket(e)
	}
}

// acked takes an acknowledgement from a socket.
func (s *Server) acked(id string, payload object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.flying[id]
	delete(s.flying, id)
	if e == nil {
		s.note("socket", "an acknowledgement of nothing that is on its way")
		return
	}
	e.ack <- payload
}

// Sockets is how many are open.
func (s *Server) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

func (s *Server) each(do func(*conn)) {
	s.mu.Lock()
	list := slices.Clone(s.conns)
	s.mu.Unlock()
	for _, c := range list {
		do(c)
	}
}

// Disconnect asks the bot to replace its sockets, and closes them when it has.
func (s *Server) Disconnect() {
	s.each(func(c *conn) { c.send(object{"type": "disconnect", "reason": "refresh_requested"}) })
}

// Drop cuts all sockets without a word.
func (s *Server) Drop() { s.each(func(c *conn) { _ = c.ws.NetConn().Close() }) }
