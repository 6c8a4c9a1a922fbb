package telegramtest

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

type chat struct {
	id          int64
	title       string
	language    string
	blocked     bool
	deactivated bool
	migrated    int64
	messages    []*Message
	sent        bucket
}

func (c *chat) group() bool { return c.id < 0 }

func (c *chat) json() map[string]any {
	if c.group() {
		return map[string]any{"id": c.id, "type": "supergroup", "title": c.title}
	}
	return map[string]any{"id": c.id, "type": "private", "first_name": c.title}
}

func (c *chat) user() map[string]any {
	return map[string]any{"id": c.id, "is_bot": false, "first_name": c.title, "language_code": c.language}
}

func (c *chat) message(id int) *Message {
	i := slices.IndexFunc(c.messages, func(m *Message) bool { return m.ID == id })
	if i < 0 {
		return nil
	}
	return c.messages[i]
}

var me = map[string]any{"id": botID, "is_bot": true, "first_name": "Exchange", "username": Username}

func (s *Server) getMe(params) (any, *failure) { return me, nil }

// chat is made when it is new; s.mu is held.
func (s *Server) chat(id int64) *chat {
	c := s.chats[id]
	if c == nil {
		c = &chat{id: id, title: "Chat " + strconv.FormatInt(id, 10), language: "de"}
		s.chats[id] = c
	}
	return c
}

// Meet makes n people, from the id first on, who have started the bot before.
func (s *Server) Meet(first int64, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range n {
		s.chat(first + int64(i))
	}
}

// Speak sets the language of a person's Telegram, which is "de" at first.
func (s *Server) Speak(user int64, language string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chat(user).language = language
}

// SendText writes to the bot in private and gives the update's id.
func (s *Server) SendText(user int64, text string) int64 { return s.SendTo(user, user, text) }

// SendTo writes in a chat. A negative id makes it a group.
func (s *Server) SendTo(chat, user int64, text string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, from := s.chat(chat), s.chat(user)
	s.nextID++
	m := &Message{ID: s.nextID, Text: text}
	c.messages = append(c.messages, m)
	j := s.json(c, m)
	j["from"] = from.user()
	return s.push(chat, "message", j)
}

// Push makes an update of any kind, such as "message", out of a payload that
// becomes JSON. Updates of one chat are delivered in order.
func (s *Server) Push(chat int64, kind string, payload any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chat(chat)
	return s.push(chat, kind, payload)
}

// Press uses the newest button with this text or data in a person's chat and
// gives the update's id.
func (s *Server) Press(user int64, button string) (int64, error) {
	return s.PressIn(user, user, button)
}

// PressIn is [Server.Press] in a group.
func (s *Server) PressIn(chat, user int64, button string) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, from := s.chat(chat), s.chat(user)
	for _, m := range slices.Backward(c.messages) {
		for _, row := range m.Buttons {
			for _, b := range row {
				if b.Data != "" && (b.Text == button || b.Data == button) {
					return s.pressed(c, from, m, b.Data), nil
				}
			}
		}
	}
	return 0, fmt.Errorf("no button %q in the chat", button)
}

// PressAt presses a button that may be long gone: any data, under any message
// of the chat.
func (s *Server) PressAt(user int64, message int, data string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chat(user)
	m := c.message(message)
	if m == nil {
		m = &Message{ID: message, FromBot: true, Text: "…"}
	}
	return s.pressed(c, c, m, data)
}

func (s *Server) pressed(c, from *chat, m *Message, data string) int64 {
	cb := &Callback{ID: strconv.Itoa(len(s.callbacks) + 1), User: from.id, Data: data}
	s.callbacks = append(s.callbacks, cb)
	s.press[cb.ID] = cb
	return s.push(c.id, "callback_query", map[string]any{
		"id": cb.ID, "from": from.user(), "message": s.json(c, m), "chat_instance": "1", "data": data,
	})
}

// Block makes a person block the bot (or a group remove it), or take it back,
// and tells the bot so when notify is set.
func (s *Server) Block(chat int64, blocked, notify bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chat(chat)
	status := map[bool]string{false: "member", true: "kicked"}
	before := c.blocked
	c.blocked = blocked
	if notify {
		member := func(blocked bool) map[string]any {
			m := map[string]any{"user": me, "status": status[blocked]}
			if blocked {
				m["until_date"] = 0
			}
			return m
		}
		s.push(chat, "my_chat_member", map[string]any{
			"chat": c.json(), "from": c.user(), "date": time.Now().Unix(),
			"old_chat_member": member(before), "new_chat_member": member(blocked),
		})
	}
}

// Deactivate deletes a person's account.
func (s *Server) Deactivate(user int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chat(user).deactivated = true
}

// Migrate turns a group into a supergroup with another id.
func (s *Server) Migrate(from, to int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chat(to)
	s.chat(from).migrated = to
}
