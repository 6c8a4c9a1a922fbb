package slack

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/sync/errgroup"
)

const (
	// sockets is how many connections are kept open: while one is replaced or
	// breaks, Slack delivers through the other. An app may have ten in all
	// (docs.slack.dev/apis/events-api/using-socket-mode).
	sockets = 2
	// silence is how long a connection may bring nothing, not even a ping,
	// before it counts as dead. Slack pings several times a minute.
	silence = 45 * time.Second
	// leaving is how long a connection that Slack wants replaced is still read.
	leaving = 30 * time.Second
	// maxAck is what an acknowledgement may be long, in bytes: Slack drops
	// longer ones without a word.
	maxAck = 20 * 1024
)

// envelope is what comes through a socket.
type envelope struct {
	ID      string          `json:"envelope_id"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

// socket is one connection. The library has a client for sockets too, which
// is not used: it acknowledges through whichever connection is open by then,
// and closes the old one before the new one is there.
type socket struct {
	conn *websocket.Conn
	mu   sync.Mutex // of writes
}

// listen keeps the sockets open until ctx ends and what is in hand is done.
func (c *Channel) listen(ctx context.Context, take func(delivery)) {
	var group errgroup.Group
	for range sockets {
		group.Go(func() error {
			c.keep(ctx, take)
			return nil
		})
	}
	_ = group.Wait()
}

// keep opens one connection after the other, each before the last one is
// closed where Slack leaves the time for it.
func (c *Channel) keep(ctx context.Context, take func(delivery)) {
	var open sync.WaitGroup
	defer open.Wait()
	wait := newBackOff(200*time.Millisecond, 15*time.Second)
	for ctx.Err() == nil {
		s, p := c.dial(ctx)
		if p != nil {
			pause := wait.NextBackOff()
			switch p.kind {
			case limited:
				pause = p.retry
			case unauthorized, rejected:
				pause = slowly
			}
			_ = sleep(ctx, pause) // the loop sees the end of ctx
			continue
		}
		over := make(chan struct{})
		opened := time.Now()
		open.Go(func() { c.receive(ctx, s, over, take) })
		select {
		case <-over:
		case <-ctx.Done():
		}
		if time.Since(opened) > leaving {
			wait.Reset()
		} else { // a server that closes at once is not asked without a pause
			_ = sleep(ctx, wait.NextBackOff())
		}
	}
}

func (c *Channel) dial(ctx context.Context) (*socket, *problem) {
	address := ""
	p := c.try(ctx, call{method: "apps.connections.open", do: func(ctx context.Context) error {
		_, url, err := c.api.StartSocketModeContext(ctx)
		address = url
		return err
	}})
	if p != nil {
		return nil, p
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	conn, res, err := c.dialer.DialContext(ctx, address, nil)
	if res != nil {
		_ = res.Body.Close()
	}
	if err != nil {
		return nil, network(err)
	}
	s := &socket{conn: conn}
	alive := func() error { return conn.SetReadDeadline(time.Now().Add(silence)) }
	conn.SetPingHandler(func(data string) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		_ = conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(time.Second))
		return alive()
	})
	_ = alive()
	return s, nil
}

// receive hands on what a connection brings until it ends. It closes over as
// soon as another connection is needed.
func (c *Channel) receive(ctx context.Context, s *socket, over chan struct{}, take func(delivery)) {
	c.changes(1)
	defer c.changes(-1)
	var once sync.Once
	replace := func() { once.Do(func() { close(over) }) }
	defer replace()
	defer func() { _ = s.conn.Close() }()
	stop := context.AfterFunc(ctx, func() {
		c.work.settle(c.cfg.Grace) // so that what is in hand can still be acknowledged here
		_ = s.conn.Close()
	})
	defer stop()
	for {
		_, data, err := s.conn.ReadMessage()
		if err != nil {
			if ctx.Err() == nil {
				c.log.DebugContext(ctx, "socket closed")
			}
			return
		}
		var e envelope
		if json.Unmarshal(data, &e) != nil {
			c.log.WarnContext(ctx, "socket brought something that is no envelope", "bytes", len(data))
			continue
		}
		switch e.Type {
		case "hello":
		case "disconnect":
			replace()
			_ = s.conn.SetReadDeadline(time.Now().Add(leaving))
			s.conn.SetPingHandler(nil)
		default:
			_ = s.conn.SetReadDeadline(time.Now().Add(silence))
			if ctx.Err() == nil {
				take(delivery{kind: e.Type, payload: e.Payload, answer: func(payload any) { s.ack(e.ID, payload) }})
			}
		}
	}
}

// changes notes that a socket was opened or lost.
func (c *Channel) changes(by int) {
	now := time.Now()
	c.broke.Store(&now)
	c.health.socket(by)
}

// ack acknowledges an envelope. Where the connection is gone, so is the
// envelope, and what matters comes again through another one.
func (s *socket) ack(envelope string, payload any) {
	answer := map[string]any{"envelope_id": envelope}
	if payload != nil {
		answer["payload"] = payload
	}
	data, err := json.Marshal(answer)
	if err != nil || len(data) >= maxAck {
		data, _ = json.Marshal(map[string]any{"envelope_id": envelope})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.conn.SetWriteDeadline(time.Now().Add(2 * time.Second))
	_ = s.conn.WriteMessage(websocket.TextMessage, data)
}
