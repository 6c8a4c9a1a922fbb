package slacktest

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Fault breaks the next calls that it fits.
type Fault struct {
	Method  string // "upload" and "response_url" too; empty: any
	Channel string // empty: any
	// Kind is an HTTP status ("500", "429", …), an error code of Slack's
	// ("token_revoked", …), "reset" (the connection breaks), "garbage" (half an
	// answer) or "hang" (answers never). With "-after" behind it the call is
	// carried out and only its answer is lost.
	Kind       string
	Count      int // how many calls; zero is one, -1 is all
	Skip       int // let so many pass first
	RetryAfter int // seconds, with "429"; zero is one
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

func (s *Server) fault(method, channel string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Count == 0 || f.Method != "" && f.Method != method || f.Channel != "" && f.Channel != channel {
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

const after = "-after"

// late reports whether the method is carried out all the same.
func (f *Fault) late() bool { return strings.HasSuffix(f.Kind, after) }

func (f *Fault) after(w http.ResponseWriter, r *http.Request) bool {
	kind, lost := strings.CutSuffix(f.Kind, after)
	if lost {
		f.fail(w, r, kind)
	}
	return lost
}

func (f *Fault) fail(w http.ResponseWriter, r *http.Request, kind string) {
	switch kind {
	case "reset":
		panic(http.ErrAbortHandler)
	case "hang":
		select {
		case <-r.Context().Done():
		case <-time.After(time.Minute):
		}
		panic(http.ErrAbortHandler)
	case "garbage":
		_, _ = io.WriteString(w, `{"ok":true,"ts":`)
	case "429":
		answer(w, nil, &refusal{code: "ratelimited", retry: max(f.RetryAfter, 1)})
	default:
		if status, err := strconv.Atoi(kind); err == nil {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "<html><body>"+http.StatusText(status)+"</body></html>")
			return
		}
		answer(w, nil, refuse(kind))
	}
}
