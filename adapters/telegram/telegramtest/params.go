package telegramtest

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// params are a request's parameters, those that are JSON unread. An uploaded
// file is its name, a line end and its content.
type params map[string]string

func (p params) number(name string) int64 {
	n, _ := strconv.ParseInt(p[name], 10, 64)
	return n
}

// readParams takes the three forms that Telegram takes.
func readParams(r *http.Request) (params, error) {
	p := params{}
	kind, attrs, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		raw := map[string]json.RawMessage{}
		if err := json.NewDecoder(r.Body).Decode(&raw); err != nil {
			return nil, errors.New("can't parse JSON body")
		}
		for name, v := range raw {
			var text string
			if json.Unmarshal(v, &text) != nil {
				text = string(v)
			}
			p[name] = text
		}
	case "multipart/form-data":
		body := bufio.NewReader(r.Body)
		start, err := body.Peek(2)
		if errors.Is(err, io.EOF) {
			return p, nil
		}
		if string(start) != "--" {
			return nil, errors.New("can't parse multipart body")
		}
		parts := multipart.NewReader(body, attrs["boundary"])
		for {
			part, err := parts.NextPart()
			if errors.Is(err, io.EOF) {
				return p, nil
			}
			if err != nil {
				return nil, errors.New("can't parse multipart body")
			}
			value, err := io.ReadAll(part)
			if err != nil {
				return nil, errors.New("can't parse multipart body")
			}
			if name := part.FileName(); name != "" {
				value = append([]byte(name+"\n"), value...)
			}
			p[part.FormName()] = string(value)
		}
	case "application/x-www-form-urlencoded":
		body, _ := io.ReadAll(r.Body)
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, errors.New("can't parse form body")
		}
		for name := range form {
			p[name] = form.Get(name)
		}
	}
	return p, nil
}

// spec is what a method takes, separated by spaces, and what it does with
// s.mu held.
type spec struct {
	required, optional string
	run                func(*Server, params) (any, *failure)
}

var methods map[string]spec

func init() { // a map that is written down directly would refer to itself
	methods = map[string]spec{
		"getMe":                  {"", "", (*Server).getMe},
		"getUpdates":             {"", "offset limit timeout allowed_updates", nil},
		"getWebhookInfo":         {"", "", (*Server).getWebhookInfo},
		"setWebhook":             {"url", "max_connections allowed_updates drop_pending_updates secret_token", (*Server).setWebhook},
		"deleteWebhook":          {"", "drop_pending_updates", (*Server).deleteWebhook},
		"sendMessage":            {"chat_id text", "message_thread_id parse_mode link_preview_options disable_notification allow_paid_broadcast reply_markup", (*Server).sendMessage},
		"sendDocument":           {"chat_id document", "message_thread_id caption parse_mode disable_notification reply_markup", (*Server).sendDocument},
		"sendPhoto":              {"chat_id photo", "message_thread_id caption parse_mode disable_notification allow_paid_broadcast reply_markup", (*Server).sendPhoto},
		"editMessageText":        {"chat_id message_id text", "parse_mode link_preview_options reply_markup", (*Server).editMessage},
		"editMessageReplyMarkup": {"chat_id message_id", "reply_markup", (*Server).editMessage},
		"answerCallbackQuery":    {"callback_query_id", "text show_alert", (*Server).answerCallback},
		"setMyCommands":          {"commands", "language_code", (*Server).setCommands},
		"getMyCommands":          {"", "language_code", (*Server).getCommands},
	}
	for method, field := range map[string]string{"Name": "name", "Description": "description", "ShortDescription": "short_description"} {
		methods["getMy"+method] = spec{"", "language_code", func(s *Server, p params) (any, *failure) { return s.getText(field, p) }}
		methods["setMy"+method] = spec{"", field + " language_code", func(s *Server, p params) (any, *failure) { return s.setText(field, p) }}
	}
}

func (s *Server) check(method string, spec spec, p params) *failure {
	required, optional := strings.Fields(spec.required), strings.Fields(spec.optional)
	for _, name := range required {
		if p[name] == "" {
			s.violate(method, "parameter "+name+" is missing")
			return bad("parameter %q is required", name)
		}
	}
	for name := range p {
		if !slices.Contains(required, name) && !slices.Contains(optional, name) {
			s.violate(method, "unknown parameter "+name)
			return bad("unknown parameter %q", name)
		}
	}
	return nil
}
