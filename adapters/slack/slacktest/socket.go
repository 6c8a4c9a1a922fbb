package slacktest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

type conn struct {
	ws   *websocket.Conn
	mu   sync.Mutex // of writes
	over chan struct{}
}

func (c *conn) send(v any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ws.SetWriteDeadline(time.Now().Add(2 * time.Second))
	_ = c.ws.WriteJSON(v)
}

const (
	maxSockets = 10        // an app may have at once
	maxAck     = 20 * 1024 // bytes of an acknowledgement
)

func (s *Server) openConnection(args) (object, *refusal) {
	if s.App != nil {
		return nil, refuse("socket_mode_not_enabled")
	}
	if len(s.conns) >= maxSockets {
		return nil, refuse("too_many_websockets")
	}
	ticket := s.id("K")
	s.tickets[ticket] = true
	return object{"url": "ws" + strings.TrimPrefix(s.base(), "http") + "/socket?ticket=" + ticket}, nil
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	known := s.tickets[ticket]
	delete(s.tickets, ticket)
	s.mu.Unlock()
	if !known {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &conn{ws: ws, over: make(chan struct{})}
	c.send(object{"type": "hello"})
	s.mu.Lock()
	s.conns = append(s.conns, c)
	waiting := s.takeUnacked()
	s.change()
	s.mu.Unlock()
	s.redeliver(waiting)
	for {
		_, data, err := ws.ReadMessage()
		if err != nil {
			break
		}
		var a struct {
			ID      string `json:"envelope_id"`
			Payload object `json:"payload"`
		}
		if json.Unmarshal(data, &a) != nil || a.ID == "" {
			s.violate("socket", "something that is no acknowledgement")
			continue
		}
		if len(data) > maxAck {
			s.violate("socket", "an acknowledgement that is too long: Slack drops it without a word")
			continue
		}
		s.acked(a.ID, a.Payload)
	}
	s.mu.Lock()
	s.conns = slices.DeleteFunc(s.conns, func(other *conn) bool { return other == c })
	s.change()
	s.mu.Unlock()
	close(c.over)
	_ = ws.Close()
}
