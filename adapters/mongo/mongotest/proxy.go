package mongotest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// exchange is held while a command is with the server: see the package's comment.
var exchange sync.Mutex

// Proxy hands commands on to the server, one at a time, and can be broken.
type Proxy struct {
	listener net.Listener
	server   string
	serving  sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]struct{}
	down  bool
	lose  string // the name of the command whose next answer is lost
	count map[string]int
}

func newProxy(server string) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start proxy: %w", err)
	}
	p := &Proxy{listener: l, server: server, conns: map[net.Conn]struct{}{}, count: map[string]int{}}
	p.serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			p.serving.Go(func() { p.serve(conn) })
		}
	})
	return p, nil
}

// URI is the proxy's. The driver asks for no streams of answers then, and
// does not go on to the addresses that a replica set names.
func (p *Proxy) URI() string {
	return fmt.Sprintf("mongodb://%s/?directConnection=true&serverMonitoringMode=poll", p.listener.Addr())
}

// Down breaks every connection and takes no new ones until [Proxy.Up].
func (p *Proxy) Down() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = true
	for conn := range p.conns {
		_ = conn.Close()
	}
}

// Up ends [Proxy.Down].
func (p *Proxy) Up() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = false
}

// LoseAnswer breaks the connection instead of handing on the answer to the
// next command of that name, such as "insert", which the server has done.
func (p *Proxy) LoseAnswer(command string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lose = command
}

// Count is how many commands of that name have come.
func (p *Proxy) Count(command string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count[command]
}

func (p *Proxy) close() {
	_ = p.listener.Close()
	p.Down()
	p.serving.Wait()
}

// enter notes an open connection, unless the proxy is down.
func (p *Proxy) enter(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.down {
		p.conns[conn] = struct{}{}
	}
	return !p.down
}

func (p *Proxy) leave(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, conn)
	_ = conn.Close()
}

func (p *Proxy) serve(client net.Conn) {
	defer p.leave(client)
	if !p.enter(client) {
		return
	}
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	defer server.Close()
	for {
		command, err := readMessage(client)
		if err != nil {
			return
		}
		answer, err := p.forward(server, command)
		if err != nil || p.loses(command) {
			return
		}
		if _, err := client.Write(answer); err != nil {
			return
		}
	}
}

// forward hands on one command and waits for its answer, if it has one.
func (p *Proxy) forward(server net.Conn, command []byte) ([]byte, error) {
	exchange.Lock()
	defer exchange.Unlock()
	if err := server.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return nil, err
	}
	if _, err := server.Write(command); err != nil {
		return nil, err
	}
	const moreToCome = 1 << 1
	if isMessage(command) && binary.LittleEndian.Uint32(command[16:])&moreToCome != 0 {
		return nil, nil // nobody waits for an answer
	}
	return readMessage(server)
}

func (p *Proxy) loses(command []byte) bool {
	name := commandName(command)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count[name]++
	if p.lose == "" || name != p.lose {
		return false
	}
	p.lose = ""
	return true
}

// readMessage reads one message of the wire protocol: its length and the rest,
// little-endian (https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/).
func readMessage(r io.Reader) ([]byte, error) {
	header := make([]byte, 16)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, err
	}
	const most = 48 << 20 // bytes, the protocol's limit
	length := binary.LittleEndian.Uint32(header)
	if length < 16 || length > most {
		return nil, errors.New("no message of the wire protocol")
	}
	message := append(header, make([]byte, length-16)...)
	_, err := io.ReadFull(r, message[16:])
	return message, err
}

// isMessage tells whether it is an OP_MSG; the rest is a driver's first hello.
func isMessage(m []byte) bool {
	return len(m) > 26 && binary.LittleEndian.Uint32(m[12:]) == 2013
}

// commandName is the first key of the body, which follows the flags and the
// kind of the first section. Drivers send the body first.
func commandName(m []byte) string {
	if !isMessage(m) || m[20] != 0 {
		return ""
	}
	first, err := bson.Raw(m[21:]).IndexErr(0)
	if err != nil {
		return ""
	}
	return first.Key()
}
