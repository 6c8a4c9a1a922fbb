package slacktest

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// spec is a method of the Web API.
type spec struct {
	run  func(*Server, args) (object, *refusal)
	app  bool // takes the app-level token
	open bool // takes none
}

var methods map[string]spec

func init() {
	methods = map[string]spec{
		"auth.test":                    {run: (*Server).authTest},
		"apps.connections.open":        {run: (*Server).openConnection, app: true},
		"chat.postMessage":             {run: (*Server).postMessage},
		"chat.postEphemeral":           {run: (*Server).postEphemeral},
		"chat.update":                  {run: (*Server).updateMessage},
		"views.open":                   {run: (*Server).openView},
		"views.push":                   {run: (*Server).pushView},
		"views.update":                 {run: (*Server).updateView},
		"views.publish":                {run: (*Server).publishView},
		"users.info":                   {run: (*Server).userInfo},
		"usergroups.users.list":        {run: (*Server).groupUsers},
		"conversations.open":           {run: (*Server).openConversation},
		"conversations.info":           {run: (*Server).conversationInfo},
		"conversations.history":        {run: (*Server).history},
		"conversations.replies":        {run: (*Server).replies},
		"files.getUploadURLExternal":   {run: (*Server).uploadURL},
		"files.completeUploadExternal": {run: (*Server).completeUpload},
		"upload":                       {run: (*Server).upload, open: true},
		"response_url":                 {run: (*Server).respond, open: true},
	}
}

func (s *Server) authTest(args) (object, *refusal) {
	return object{"user_id": BotUser, "bot_id": botID, "team_id": "T0TEST", "team": "test", "user": "bot", "url": s.base()}, nil
}

// maxBlockBytes of a message Slack has been seen to take, and more not
// (github.com/slackapi/bolt-js/issues/2509): its documents give no number.
const maxBlockBytes = 13_000

// content reads and checks what a message says; s.mu is held.
func (s *Server) content(method string, a args, limit int) (*Message, *refusal) {
	m := &Message{Text: a.text("text")}
	m.Blocks, _ = a.value("blocks").([]any)
	if found := checkBlocks(inMessage, m.Blocks); len(found) > 0 {
		return nil, refuse("invalid_blocks", found...)
	}
	if size := len(encode(m.Blocks)); size > maxBlockBytes {
		s.note(method, fmt.Sprintf("%d bytes of blocks, which may be too many", size))
	}
	n := utf8.RuneCountInString(m.Text)
	switch {
	case n == 0 && len(m.Blocks) == 0:
		return nil, refuse("no_text")
	case n == 0:
		s.note(method, "blocks without the text that stands for them")
	case n > limit:
		return nil, refuse("msg_too_long")
	case n > 4000:
		s.note(method, fmt.Sprintf("a text of %d characters, which Slack advises against", n))
	}
	return m, nil
}

// at finds where a call posts; s.mu is held.
func (s *Server) at(a args) (*channel, *refusal) {
	c := s.channels[a.text("channel")]
	switch {
	case c == nil:
		return nil, refuse("channel_not_found")
	case !slices.Contains(c.members, BotUser):
		return nil, refuse("not_in_channel")
	}
	return c, nil
}

// prepare reads a message and where it goes; s.mu is held.
func (s *Server) prepare(method string, a args) (*channel, *Message, *refusal) {
	c, refused := s.at(a)
	if refused != nil {
		return nil, nil, refused
	}
	m, refused := s.content(method, a, 40_000)
	if refused != nil {
		return nil, nil, refused
	}
	m.Thread, m.User = a.text("thread_ts"), BotUser
	switch head := c.find(m.Thread); {
	case m.Thread == "":
	case head == nil:
		s.note(method, "a thread that is not there: Slack answers at the top of the channel")
		m.Thread = ""
	case head.Thread != "":
		s.note(method, "a thread by the id of what stands in it")
	}
	if data, isObject := a.value("metadata").(object); isObject {
		m.Metadata = data
	}
	return c, m, nil
}

func (s *Server) postMessage(a args) (object, *refusal) {
	c, m, refused := s.prepare("chat.postMessage", a)
	if refused != nil {
		return nil, refused
	}
	if wait := c.limit(time.Now()); wait > 0 {
		return nil, &refusal{code: "ratelimited", retry: wait}
	}
	s.add(c, m)
	s.echo(c, m, "")
	return object{"channel": c.id, "ts": m.ID, "message": m.json()}, nil
}

func (s *Server) postEphemeral(a args) (object, *refusal) {
	c, m, refused := s.prepare("chat.postEphemeral", a)
	if refused != nil {
		return nil, refused
	}
	if m.Only = a.text("user"); !slices.Contains(c.members, m.Only) {
		return nil, refuse("user_not_in_channel")
	}
	s.add(c, m)
	return object{"message_ts": m.ID}, nil
}

func (s *Server) updateMessage(a args) (object, *refusal) {
	c, refused := s.at(a)
	if refused != nil {
		return nil, refused
	}
	old := c.find(a.text("ts"))
	if old == nil || old.Only != "" {
		return nil, refuse("message_not_found")
	}
	if old.User != BotUser {
		return nil, refuse("cant_update_message")
	}
	m, refused := s.content("chat.update", a, 4000)
	if refused != nil {
		return nil, refused
	}
	old.Text, old.Blocks, old.Edited = m.Text, m.Blocks, old.Edited+1
	s.echo(c, old, "message_changed")
	return object{"channel": c.id, "ts": old.ID, "text": old.Text}, nil
}

// limit is how many seconds a channel has to wait: a message a second, four at
// once.
func (c *channel) limit(now time.Time) int {
	const burst = 4
	c.tokens = min(burst, c.tokens+now.Sub(c.counted).Seconds())
	if c.counted.IsZero() {
		c.tokens = burst
	}
	c.counted = now
	if c.tokens < 1 {
		return max(1, int(math.Ceil(1-c.tokens)))
	}
	c.tokens--
	return 0
}

func (s *Server) userInfo(a args) (object, *refusal) {
	u := s.users[a.text("user")]
	if u == nil {
		return nil, refuse("user_not_found")
	}
	user := object{"id": u.ID, "name": u.Name, "profile": object{"display_name": u.Name}}
	if a.flag("include_locale") {
		user["locale"] = u.Locale
	}
	return object{"user": user}, nil
}

func (s *Server) groupUsers(a args) (object, *refusal) {
	users, known := s.groups[a.text("usergroup")]
	if !known {
		return nil, refuse("no_such_subteam")
	}
	return object{"users": users}, nil
}

func (s *Server) openConversation(a args) (object, *refusal) {
	u := s.users[a.text("users")]
	if u == nil {
		return nil, refuse("user_not_found")
	}
	return object{"channel": object{"id": s.direct(u.ID).id}}, nil
}

func (s *Server) conversationInfo(a args) (object, *refusal) {
	c := s.channels[a.text("channel")]
	if c == nil {
		return nil, refuse("channel_not_found")
	}
	return object{"channel": object{"id": c.id, "is_member": slices.Contains(c.members, BotUser)}}, nil
}

func (s *Server) history(a args) (object, *refusal) {
	c, refused := s.at(a)
	if refused != nil {
		return nil, refused
	}
	list := []any{}
	for _, m := range slices.Backward(c.messages) {
		if m.Only == "" && m.Thread == "" && m.ID >= a.text("oldest") {
			list = append(list, m.listed(a))
		}
	}
	return page(list, a)
}

func (s *Server) replies(a args) (object, *refusal) {
	c, refused := s.at(a)
	if refused != nil {
		return nil, refused
	}
	head := a.text("ts")
	if c.find(head) == nil {
		return nil, refuse("thread_not_found")
	}
	list := []any{}
	for _, m := range c.messages {
		if m.Only == "" && (m.ID == head || m.Thread == head) && (m.ID >= a.text("oldest") || m.ID == head) {
			list = append(list, m.listed(a))
		}
	}
	return page(list, a)
}

// listed is a message as a list of them tells it: with its metadata only where
// that is asked for.
func (m *Message) listed(a args) object {
	o := m.json()
	if !a.flag("include_all_metadata") {
		delete(o, "metadata")
	}
	return o
}

// page is the part of a list that a cursor names, and the next one.
func page(list []any, a args) (object, *refusal) {
	from, _ := strconv.Atoi(a.text("cursor"))
	limit, err := strconv.Atoi(a.text("limit"))
	if err != nil {
		limit = 100
	}
	if limit < 1 || limit > 999 || from > len(list) {
		return nil, refuse("invalid_limit_or_cursor")
	}
	to, next := min(from+limit, len(list)), ""
	if to < len(list) {
		next = strconv.Itoa(to)
	}
	return object{"messages": list[from:to], "has_more": next != "", "response_metadata": object{"next_cursor": next}}, nil
}

// responseURL answers a command or a press.
type responseURL struct {
	channel, user, message, thread string
	made                           time.Time
	uses                           int
}

func (s *Server) respond(a args) (object, *refusal) {
	r := s.responses[a.text("id")]
	delete(a, "id")
	if r == nil || time.Since(r.made) > 30*time.Minute {
		return nil, &refusal{code: "expired_url", status: 404}
	}
	if r.uses++; r.uses > 5 {
		return nil, &refusal{code: "used_url", status: 404}
	}
	m, refused := s.content("response_url", a, 40_000)
	if refused != nil {
		refused.status = 400
		return nil, refused
	}
	c := s.channels[r.channel]
	if old := c.find(r.message); old != nil && a.flag("replace_original") {
		old.Text, old.Blocks, old.Edited = m.Text, m.Blocks, old.Edited+1
		return nil, nil
	}
	switch kind := a.text("response_type"); kind {
	case "", "ephemeral":
		m.Only = r.user
	case "in_channel":
	default:
		return nil, refuse("invalid_response_type " + kind)
	}
	m.User, m.Thread = BotUser, r.thread
	s.add(c, m)
	return nil, nil
}

// newResponse makes a response_url; s.mu is held.
func (s *Server) newResponse(r responseURL) string {
	id := s.id("R")
	r.made = time.Now()
	s.responses[id] = &r
	return fmt.Sprintf("%s/response/%s", s.base(), id)
}
