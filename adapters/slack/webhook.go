package slack

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"time"

	slackapi "github.com/slack-go/slack"
)

// Where [Channel.ServeHTTP] belongs, below the public address.
const (
	CommandPath     = "/slack/commands"
	InteractionPath = "/slack/interactions"
	EventPath       = "/slack/events"
)

const (
	maxBody   = 1 << 20 // bytes; what Slack sends has some kilobytes
	startWait = time.Second
)

// ServeHTTP takes what Slack sends to the three paths. What is not signed with
// the secret, or was signed more than five minutes ago, is refused with 401.
func (c *Channel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case c.cfg.SigningSecret == "":
		w.WriteHeader(http.StatusNotFound)
		return
	case r.Method != http.MethodPost:
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if !signed(r.Header, body, c.cfg.SigningSecret) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if r.URL.Path == EventPath {
		var e event
		if json.Unmarshal(body, &e) == nil && e.Type == "url_verification" {
			writeJSON(w, map[string]string{"challenge": e.Challenge})
			return
		}
	}
	d, readable := decodeRequest(r.URL.Path, body)
	if !readable {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if !c.started(r) {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	answered := make(chan any, 1)
	d.answer = func(payload any) { answered <- payload }
	c.take(r.Context(), d)
	timer := time.NewTimer(2 * patience) // what has not been acknowledged by now will not be
	defer timer.Stop()
	select {
	case payload := <-answered:
		if payload != nil {
			writeJSON(w, payload)
		}
	case <-timer.C:
		w.WriteHeader(http.StatusServiceUnavailable)
	case <-r.Context().Done():
	}
}

// signed verifies Slack's signature and its age.
func signed(header http.Header, body []byte, secret string) bool {
	v, err := slackapi.NewSecretsVerifier(header, secret)
	if err != nil {
		return false
	}
	_, _ = v.Write(body) // a hash takes everything
	return v.Ensure() == nil
}

// decodeRequest makes of a request what a socket would have brought.
func decodeRequest(path string, body []byte) (delivery, bool) {
	if path == EventPath {
		return delivery{kind: "events_api", payload: body}, json.Valid(body)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return delivery{}, false
	}
	if path == InteractionPath {
		payload := []byte(form.Get("payload"))
		return delivery{kind: "interactive", payload: payload}, json.Valid(payload)
	}
	fields := map[string]string{}
	for name := range form {
		fields[name] = form.Get(name)
	}
	payload, err := json.Marshal(fields)
	return delivery{kind: "slash_commands", payload: payload}, err == nil && fields["user_id"] != ""
}

// started waits a moment for Run to begin.
func (c *Channel) started(r *http.Request) bool {
	timer := time.NewTimer(startWait)
	defer timer.Stop()
	select {
	case <-c.open:
		return !c.stopping()
	case <-timer.C:
	case <-r.Context().Done():
	}
	return false
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
