package telegramtest

import (
	"encoding/json"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Message is what stands in a chat, as the people in it see it.
type Message struct {
	ID       int
	FromBot  bool
	Text     string // after the entities were parsed; of a document or a picture, its caption
	Entities []Entity
	Buttons  [][]Button
	Thread   int64
	Edits    int // how often it was edited
	File     *File
	Picture  string // its address

	preview string
}

// File is a document.
type File struct{ Name, Content string }

// Button is an inline one.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// Callback is a press of a button.
type Callback struct {
	ID       string
	User     int64
	Data     string
	Answers  int // how often the bot has answered it
	Notice   string
	Answered time.Time
}

// target is the chat that a request writes to; s.mu is held.
func (s *Server) target(p params) (*chat, *failure) {
	c := s.chats[p.number("chat_id")]
	switch {
	case c == nil:
		return nil, bad("chat not found")
	case c.migrated != 0:
		return nil, &failure{code: 400, desc: "Bad Request: group chat was upgraded to a supergroup chat", migrate: c.migrated}
	case c.deactivated:
		return nil, forbidden("user is deactivated")
	case c.blocked && c.group():
		return nil, forbidden("bot was kicked from the supergroup chat")
	case c.blocked:
		return nil, forbidden("bot was blocked by the user")
	}
	return c, nil
}

func (s *Server) sendMessage(p params) (any, *failure) {
	c, failed := s.target(p)
	if failed != nil {
		return nil, failed
	}
	m := &Message{preview: p["link_preview_options"]}
	return s.post(c, m, "sendMessage", p)
}

func (s *Server) sendDocument(p params) (any, *failure) {
	c, failed := s.target(p)
	if failed != nil {
		return nil, failed
	}
	name, content, uploaded := strings.Cut(p["document"], "\n")
	if !uploaded || content == "" {
		s.note("sendDocument", "no file, or an empty one")
		return nil, bad("file must be non-empty")
	}
	return s.post(c, &Message{File: &File{name, content}}, "sendDocument", p)
}

func (s *Server) sendPhoto(p params) (any, *failure) {
	c, failed := s.target(p)
	if failed != nil {
		return nil, failed
	}
	if u, err := url.Parse(p["photo"]); err != nil || u.Scheme != "https" || u.Host == "" {
		s.note("sendPhoto", "no address of a picture")
		return nil, bad("wrong file identifier/HTTP URL specified")
	}
	return s.post(c, &Message{Picture: p["photo"]}, "sendPhoto", p)
}

// post sends a message with what is the same in all kinds; s.mu is held.
func (s *Server) post(c *chat, m *Message, method string, p params) (any, *failure) {
	m.FromBot, m.Thread = true, p.number("message_thread_id")
	if failed := s.fill(m, method, p); failed != nil {
		return nil, failed
	}
	if failed := s.allow(c, method, p); failed != nil {
		return nil, failed
	}
	s.nextID++
	m.ID = s.nextID
	c.messages = append(c.messages, m)
	return s.json(c, m), nil
}

func (s *Server) editMessage(p params) (any, *failure) {
	c, failed := s.target(p)
	if failed != nil {
		return nil, failed
	}
	old := c.message(int(p.number("message_id")))
	if old == nil {
		return nil, bad("message to edit not found")
	}
	if !old.FromBot {
		s.note("editMessageText", "edit of a foreign message")
		return nil, bad("message can't be edited")
	}
	if p["text"] != "" && old.captioned() {
		return nil, bad("there is no text in the message to edit")
	}
	m := *old
	if p["text"] != "" {
		m.preview = p["link_preview_options"]
	}
	if failed := s.fill(&m, "editMessageText", p); failed != nil {
		return nil, failed
	}
	if reflect.DeepEqual(&m, old) {
		s.note("editMessageText", "message is not modified")
		return nil, bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	*old = m
	old.Edits++
	return s.json(c, old), nil
}

// fill reads text and keyboard into m; s.mu is held.
func (s *Server) fill(m *Message, method string, p params) *failure {
	refuse := func(desc string) *failure {
		s.note(method, desc)
		return bad("%s", desc)
	}
	raw, most := p["text"], 4096
	if m.captioned() {
		raw, most = p["caption"], 1024
	}
	if raw != "" {
		text, entities := raw, []Entity(nil)
		switch p["parse_mode"] {
		case "":
		case "HTML":
			var err error
			if text, entities, err = ParseHTML(raw); err != nil {
				return refuse(err.Error())
			}
		default:
			return refuse("unsupported parse_mode")
		}
		text = strings.TrimRight(text, " \t\r\n")
		if strings.Trim(text, " \t\r\n\u200b\u2060\u00a0") == "" {
			return refuse("message text is empty")
		}
		if Units(text) > most && m.captioned() {
			return refuse("message caption is too long")
		}
		if Units(text) > most {
			return refuse("message is too long")
		}
		m.Text, m.Entities = text, entities
	}
	m.Buttons = nil
	if p["reply_markup"] == "" {
		return nil
	}
	var markup struct {
		Rows [][]Button `json:"inline_keyboard"`
	}
	if err := json.Unmarshal([]byte(p["reply_markup"]), &markup); err != nil {
		return refuse("can't parse reply keyboard markup JSON object")
	}
	count := 0
	for _, row := range markup.Rows {
		for _, b := range row {
			count++
			if problem := b.problem(); problem != "" {
				return refuse(problem)
			}
		}
		if len(row) > 8 {
			return refuse("more than 8 buttons in a row")
		}
	}
	if count > 100 || len(p["reply_markup"]) > 10<<10 {
		return refuse("reply markup is too long")
	}
	if count > 0 {
		m.Buttons = markup.Rows
	}
	return nil
}

func (m *Message) captioned() bool { return m.File != nil || m.Picture != "" }

func (b Button) problem() string {
	switch {
	case b.Text == "":
		return "inline keyboard button text must be non-empty"
	case len(b.Data) > 64:
		return "BUTTON_DATA_INVALID"
	case (b.Data == "") == (b.URL == ""):
		return "can't parse inline keyboard button: one action is needed"
	case b.URL != "":
		u, err := url.Parse(b.URL)
		if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "tg"}, u.Scheme) {
			return "inline keyboard button URL is invalid: Wrong HTTP URL"
		}
	}
	return ""
}

func (s *Server) answerCallback(p params) (any, *failure) {
	c := s.press[p["callback_query_id"]]
	if c == nil || c.ID == "" {
		s.note("answerCallbackQuery", "unknown callback query")
		return nil, bad("query is too old and response timeout expired or query ID is invalid")
	}
	if Units(p["text"]) > 200 {
		s.note("answerCallbackQuery", "text is too long")
		return nil, bad("MESSAGE_TOO_LONG")
	}
	if c.Answers++; c.Answers > 1 {
		s.note("answerCallbackQuery", "callback query answered twice")
		return true, nil
	}
	c.Notice, c.Answered = p["text"], time.Now()
	return true, nil
}

// json is a message as updates and answers carry it; s.mu is held.
func (s *Server) json(c *chat, m *Message) map[string]any {
	j := map[string]any{"message_id": m.ID, "chat": c.json(), "date": time.Now().Unix()}
	text, entities := "text", "entities"
	switch {
	case m.File != nil:
		j["document"] = map[string]any{"file_id": "x", "file_name": m.File.Name}
	case m.Picture != "":
		j["photo"] = []map[string]any{{"file_id": "x", "width": 640, "height": 480}}
	}
	if m.captioned() {
		text, entities = "caption", "caption_entities"
	}
	j[text] = m.Text
	if m.FromBot {
		j["from"] = me
	}
	if len(m.Entities) > 0 {
		j[entities] = m.Entities
	}
	if m.Thread != 0 {
		j["message_thread_id"], j["is_topic_message"] = m.Thread, true
	}
	if m.Buttons != nil {
		j["reply_markup"] = map[string]any{"inline_keyboard": m.Buttons}
	}
	return j
}
