package slacktest

import (
	"slices"
	"strings"
	"time"
)

// User is a person of the workspace.
type User struct {
	ID, Name, Locale string
}

// Message is what people see in a channel.
type Message struct {
	ID       string // its timestamp
	Thread   string // the id of the one it stands under
	User     string
	Only     string // the only user who sees it; empty: everybody
	Text     string
	Blocks   []any
	Files    []File
	Metadata object
	Edited   int // how often
}

// File is a document in a message.
type File struct{ Name, Data string }

type channel struct {
	id, kind string
	members  []string
	messages []*Message
	tokens   float64
	counted  time.Time
}

func (m *Message) json() object {
	o := object{"type": "message", "ts": m.ID, "user": m.User, "text": m.Text}
	if m.User == BotUser {
		o["bot_id"] = botID
	}
	if m.Blocks != nil {
		o["blocks"] = m.Blocks
	}
	if m.Thread != "" {
		o["thread_ts"] = m.Thread
	}
	if m.Metadata != nil {
		o["metadata"] = m.Metadata
	}
	return o
}

func (c *channel) find(id string) *Message {
	i := slices.IndexFunc(c.messages, func(m *Message) bool { return id != "" && m.ID == id })
	if i < 0 {
		return nil
	}
	return c.messages[i]
}

// add shows a message; s.mu is held.
func (s *Server) add(c *channel, m *Message) {
	m.ID = s.stamp()
	c.messages = append(c.messages, m)
	s.change()
}

// direct is the chat of a user with the bot; s.mu is held.
func (s *Server) direct(user string) *channel {
	id := "D" + strings.TrimPrefix(user, "U")
	if s.channels[id] == nil {
		s.channels[id] = &channel{id: id, kind: "im", members: []string{user, BotUser}}
	}
	return s.channels[id]
}

// AddUser makes a person, and returns the id of their chat with the bot.
func (s *Server) AddUser(u User) (chat string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[u.ID] = &u
	return s.direct(u.ID).id
}

// AddChannel makes a channel with the bot and the given users in it.
func (s *Server) AddChannel(id string, users ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[id] = &channel{id: id, kind: "channel", members: append(users, BotUser)}
}

// SetGroup makes a user group, or changes who is in it.
func (s *Server) SetGroup(id string, users ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[id] = users
}

// Delete takes a message away, as a person can.
func (s *Server) Delete(channel, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	c.messages = slices.DeleteFunc(c.messages, func(m *Message) bool { return m.ID == id })
}

// echo tells the bot about what itself has done, as Slack does; s.mu is held.
func (s *Server) echo(c *channel, m *Message, subtype string) {
	e := asObject(decode(m.json()))
	e["channel"], e["channel_type"] = c.id, c.kind
	switch subtype {
	case "message_changed": // the outer event names nobody
		e = object{"type": "message", "subtype": subtype, "hidden": true, "channel": c.id, "channel_type": c.kind, "ts": s.stamp(), "message": e}
	case "":
	default:
		e["subtype"] = subtype
	}
	go s.Event(e, "")
}
