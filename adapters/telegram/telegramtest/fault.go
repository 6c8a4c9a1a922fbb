package telegramtest

import (
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Fault breaks the next requests that it fits.
type Fault struct {
	Method string // empty: any
	Chat   int64  // zero: any
	// Kind is an HTTP status ("500", "502", "403", "429", …), "reset" (the
	// connection breaks), "garbage" (half an answer), "slow" (answers after
	// Delay) or "hang" (answers never). With "-after" behind it the request is
	// carried out and only its answer is lost.
	Kind       string
	Count      int     // how many requests; zero is one, -1 is all
	Skip       int     // let so many pass first
	Chance     float64 // of those, what share it hits; zero is all
	RetryAfter int     // seconds, with "429"; zero is one
	Delay      time.Duration
	Text       string // the description, where the usual one does not do
}

// Inject adds a fault behind those that are left.
func (s *Server) Inject(f Fault) {
	if f.Count == 0 {
		f.Count = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Heal takes away all faults that are left.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Seed begins the chances of faults anew. They are the same in every run, as
// far as requests come in the same order.
func (s *Server) Seed(seed uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chance = rand.New(rand.NewPCG(seed, seed))
}

func (s *Server) fault(method string, p params) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Count == 0 || f.Method != "" && f.Method != method || f.Chat != 0 && f.Chat != p.number("chat_id") {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Chance > 0 && s.chance.Float64() >= f.Chance {
			continue
		}
		if f.Count > 0 {
			f.Count--
		}
		hit := *f
		return &hit
	}
	return nil
}

// passes reports whether the request is carried out, after its delay.
func (f *Fault) passes(r *http.Request) bool {
	if f.Kind != "slow" {
		return strings.HasSuffix(f.Kind, "-after")
	}
	timer := time.NewTimer(f.Delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	}
}

// after reports whether it has answered instead of the method.
func (f *Fault) after(w http.ResponseWriter, r *http.Request) bool {
	kind, isAfter := strings.CutSuffix(f.Kind, "-after")
	if isAfter {
		f.fail(w, r, kind)
	}
	return isAfter
}

// reset breaks the connection, as hard as that is possible.
func reset(w http.ResponseWriter) {
	if h, hijackable := w.(http.Hijacker); hijackable {
		if conn, _, err := h.Hijack(); err == nil {
			if tcp, isTCP := conn.(*net.TCPConn); isTCP {
				_ = tcp.SetLinger(0)
			}
			_ = conn.Close()
			return
		}
	}
	panic(http.ErrAbortHandler)
}

func (f *Fault) fail(w http.ResponseWriter, r *http.Request, kind string) {
	switch kind {
	case "hang":
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case "reset":
		reset(w)
	case "garbage":
		_, _ = io.WriteString(w, `{"ok":true,"result":{"message_id":`)
	case "502":
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = io.WriteString(w, "<html><body><h1>502 Bad Gateway</h1></body></html>")
	case "429":
		answer(w, nil, tooMany(time.Duration(max(f.RetryAfter, 1))*time.Second))
	default:
		code, _ := strconv.Atoi(kind)
		text := f.Text
		if text == "" {
			text = http.StatusText(code)
		}
		answer(w, nil, &failure{code: code, desc: text})
	}
}
