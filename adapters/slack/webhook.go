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
	answerBy  = 2900 * time.Millisecond // what has not been acknowledged by then will not be
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
	answered := make(chan any, 1)
	d.answer = func(payload any) { answered <- payload }
	timer := time.NewTimer(answerBy)
	defer timer.Stop()
	if !c.arrives(r, d) {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
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

// arrives hands a delivery to Run, and waits a moment for that to begin.
func (c *Channel) arrives(r *http.Request, d delivery) bool {
	timer := time.NewTimer(startWait)
	defer timer.Stop()
	select {
	case c.arrivals <- d:
		return true
	case <-c.work.over:
	case <-timer.C:
	case <-r.Context().Done():
	}
	return false
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
