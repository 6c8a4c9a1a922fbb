package telegramtest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"time"
)

// Webhook is where the bot wants its updates.
type Webhook struct {
	URL, Secret    string
	MaxConnections int
	Allowed        []string
	LastError      string
}

type hook struct {
	Webhook
	ctx    context.Context
	stop   context.CancelFunc
	slots  chan struct{}
	queues map[int64][]update
	count  int
}

// Webhook is empty while none is set.
func (s *Server) Webhook() Webhook {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.updates.hook == nil {
		return Webhook{}
	}
	w := s.updates.hook.Webhook
	w.Allowed = s.updates.allowed
	return w
}

var secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

func (s *Server) setWebhook(p params) (any, *failure) {
	q := &s.updates
	now := time.Now()
	soon := now.Sub(q.setAt) < time.Second
	q.setAt = now
	u, err := url.Parse(p["url"])
	switch {
	case soon:
		s.note("setWebhook", "more than once a second")
		return nil, tooMany(time.Second)
	case err != nil || u.Host == "":
		s.note("setWebhook", "bad address")
		return nil, bad("bad webhook: An HTTPS URL must be provided for webhook")
	case !secretForm.MatchString(p["secret_token"]):
		s.note("setWebhook", "secret token missing or malformed")
		return nil, bad("secret token contains unallowed characters")
	case q.poller != nil:
		s.note("setWebhook", "set while polling")
		close(q.poller)
		q.poller = nil
	}
	connections := int(p.number("max_connections"))
	if connections == 0 {
		connections = 40
	}
	if connections < 1 || connections > 100 {
		s.note("setWebhook", "max_connections outside 1-100")
		return nil, bad("max_connections is out of range")
	}
	s.dropHook()
	s.setAllowed(p)
	h := &hook{
		Webhook: Webhook{URL: p["url"], Secret: p["secret_token"], MaxConnections: connections},
		slots:   make(chan struct{}, connections),
		queues:  map[int64][]update{},
	}
	h.ctx, h.stop = context.WithCancel(context.Background())
	q.hook = h
	waiting := q.pending
	q.pending = nil
	for _, u := range waiting {
		s.hookPush(u)
	}
	return true, nil
}

func (s *Server) deleteWebhook(p params) (any, *failure) {
	s.dropHook()
	if p["drop_pending_updates"] == "true" {
		s.updates.pending = nil
	}
	return true, nil
}

// dropHook gives what is undelivered back to polling; s.mu is held.
func (s *Server) dropHook() {
	q := &s.updates
	if q.hook == nil {
		return
	}
	q.hook.stop()
	for _, list := range q.hook.queues {
		q.pending = append(q.pending, list...)
	}
	slices.SortFunc(q.pending, func(a, b update) int { return int(a.id - b.id) })
	q.hook = nil
}

func (s *Server) getWebhookInfo(params) (any, *failure) {
	info := map[string]any{"url": "", "has_custom_certificate": false, "pending_update_count": len(s.updates.pending)}
	if h := s.updates.hook; h != nil {
		info["url"], info["max_connections"], info["pending_update_count"] = h.URL, h.MaxConnections, h.count
		if h.LastError != "" {
			info["last_error_message"], info["last_error_date"] = h.LastError, time.Now().Unix()
		}
	}
	if s.updates.allowed != nil {
		info["allowed_updates"] = s.updates.allowed
	}
	return info, nil
}

// hookPush queues an update for delivery; s.mu is held.
func (s *Server) hookPush(u update) {
	h := s.updates.hook
	list, active := h.queues[u.chat]
	h.queues[u.chat] = append(list, u)
	h.count++
	if !active {
		go s.drain(h, u.chat)
	}
}

// drain delivers what one chat has, in order, each until it is taken.
func (s *Server) drain(h *hook, chat int64) {
	for wait := s.RetryDelay; ; {
		s.mu.Lock()
		if len(h.queues[chat]) == 0 {
			delete(h.queues, chat)
			s.mu.Unlock()
			return
		}
		u := h.queues[chat][0]
		s.mu.Unlock()
		select {
		case h.slots <- struct{}{}:
		case <-h.ctx.Done():
			return
		}
		problem := s.deliver(h, u)
		<-h.slots
		s.mu.Lock()
		if h.ctx.Err() == nil {
			if h.LastError = problem; problem == "" {
				h.queues[chat] = h.queues[chat][1:]
				h.count--
				wait = s.RetryDelay
			}
			s.change()
		}
		s.mu.Unlock()
		if problem == "" {
			continue
		}
		select {
		case <-time.After(wait):
		case <-h.ctx.Done():
			return
		}
		wait = min(2*wait, time.Minute)
	}
}

func (s *Server) deliver(h *hook, u update) string {
	r, err := http.NewRequestWithContext(h.ctx, http.MethodPost, h.URL, bytes.NewReader(u.body))
	if err != nil {
		return err.Error()
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", h.Secret)
	res, err := s.Deliver.Do(r)
	if err != nil {
		return "Connection failed"
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, res.Body)
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return "Wrong response from the webhook: " + res.Status
	}
	return ""
}
