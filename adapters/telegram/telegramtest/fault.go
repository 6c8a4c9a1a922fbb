package telegramtest

import (
	"io"
	"net/http"
	"strconv"
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
	Count      int // how many requests; zero is one, -1 is all
	Skip       int // let so many pass first
	RetryAfter int // seconds, with "429"; zero is one
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
		if f.Count > 0 {
			f.Count--
		}
		hit := *f
		return &hit
	}
	return nil
}

// before reports whether it has answered instead of the method.
func (f *Fault) before(w http.ResponseWriter, r *http.Request) bool {
	switch f.Kind {
	case "slow", "hang":
		var over <-chan time.Time
		if f.Kind == "slow" {
			timer := time.NewTimer(f.Delay)
			defer timer.Stop()
			over = timer.C
		}
		select {
		case <-over:
			return false
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
	case "reset-after", "garbage-after", "500-after", "502-after":
		return false
	}
	f.fail(w, f.Kind)
	return true
}

func (f *Fault) after(w http.ResponseWriter) bool {
	const suffix = "-after"
	if n := len(f.Kind) - len(suffix); n > 0 && f.Kind[n:] == suffix {
		f.fail(w, f.Kind[:n])
		return true
	}
	return false
}

func (f *Fault) fail(w http.ResponseWriter, kind string) {
	switch kind {
	case "reset":
		panic(http.ErrAbortHandler)
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
