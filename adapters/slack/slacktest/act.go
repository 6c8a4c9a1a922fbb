package slacktest

import (
	"fmt"
	"slices"
	"strings"
)

// Event delivers an event, under an id of its own when id is empty.
func (s *Server) Event(e map[string]any, id string) Ack {
	s.mu.Lock()
	if id == "" {
		id = s.id("Ev")
	}
	s.mu.Unlock()
	return s.deliver("events_api", object{"type": "event_callback", "event_id": id, "event": e})
}

// Said is a message that a person has written.
type Said struct {
	ID  string
	Ack Ack // of the event that counts: the mention, where there is one
}

// Say has a person write in a channel, in a thread when one is named.
func (s *Server) Say(user, channel, thread, text string) Said {
	s.mu.Lock()
	c := s.channels[channel]
	m := &Message{User: user, Text: text, Thread: thread}
	s.add(c, m)
	e := asObject(decode(m.json()))
	e["channel"], e["channel_type"] = c.id, c.kind
	id, mention := m.ID, c.kind != "im" && strings.Contains(text, "<@"+BotUser+">")
	s.mu.Unlock()
	said := Said{ID: id, Ack: s.Event(e, "")}
	if mention {
		e = asObject(decode(e))
		e["type"] = "app_mention"
		delete(e, "channel_type")
		said.Ack = s.Event(e, "")
	}
	return said
}

// Edit has a person change what they have written, or take it away where text
// is empty.
func (s *Server) Edit(channel, id, text string) Ack {
	s.mu.Lock()
	c := s.channels[channel]
	m := c.find(id)
	was := decode(m.json())
	e := object{"type": "message", "subtype": "message_deleted", "hidden": true, "channel": c.id, "channel_type": c.kind, "ts": s.stamp(), "previous_message": was}
	if text == "" {
		e["deleted_ts"] = id
		c.messages = slices.DeleteFunc(c.messages, func(m *Message) bool { return m.ID == id })
	} else {
		m.Text = text
		now := asObject(decode(m.json()))
		now["edited"] = object{"user": m.User, "ts": e["ts"]}
		e["subtype"], e["message"] = "message_changed", now
	}
	s.mu.Unlock()
	return s.Event(e, "")
}

// Command has a person use the slash command in a channel.
func (s *Server) Command(user, channel, text string) Ack {
	s.mu.Lock()
	payload := object{
		"command": "/exchange", "text": text, "user_id": user, "channel_id": channel, "trigger_id": s.newTrigger(user),
		"response_url": s.newResponse(responseURL{channel: channel, user: user}),
	}
	s.mu.Unlock()
	return s.deliver("slash_commands", payload)
}

// Home has a person open the home page.
func (s *Server) Home(user string) Ack {
	e := object{"type": "app_home_opened", "tab": "home", "user": user}
	if v := s.HomeView(user); v != nil {
		e["view"] = v
	}
	return s.Event(e, "")
}

// Press has a person press the button with a label: under the newest message
// in a channel that shows it to them, or in their open modal or home page when
// channel is empty. It fails when there is none.
func (s *Server) Press(user, channel, label string) (Ack, error) {
	s.mu.Lock()
	payload := object{"type": "block_actions", "user": object{"id": user}, "trigger_id": s.newTrigger(user)}
	var button object
	if channel == "" {
		for _, v := range s.viewsOf(user) {
			blocks, _ := v.JSON["blocks"].([]any)
			if button = find(blocks, label); button != nil {
				payload["view"], payload["container"] = v.json(), object{"type": "view", "view_id": v.ID}
				break
			}
		}
	} else {
		c := s.channels[channel]
		for _, m := range slices.Backward(c.messages) {
			if button = find(m.Blocks, label); button == nil || m.Only != "" && m.Only != user {
				button = nil
				continue
			}
			payload["channel"] = object{"id": channel}
			payload["container"] = object{"type": "message", "message_ts": m.ID, "channel_id": channel, "thread_ts": m.Thread, "is_ephemeral": m.Only != ""}
			payload["response_url"] = s.newResponse(responseURL{channel: channel, user: user, message: m.ID, thread: m.Thread})
			if m.Only == "" {
				payload["message"] = m.json()
			}
			break
		}
	}
	if button == nil {
		s.mu.Unlock()
		return Ack{}, fmt.Errorf("there is no button %q for %s", label, user)
	}
	payload["actions"] = []any{object{"action_id": button["action_id"], "value": button["value"], "text": button["text"], "action_ts": s.stamp(), "type": "button"}}
	s.mu.Unlock()
	return s.deliver("interactive", payload), nil
}

// Submit has a person fill in the open modal, by the names of the inputs, and
// submit it. A text is entered, or an option chosen by its value. What the bot
// wants next is done, and refused where Slack would.
func (s *Server) Submit(user string, values map[string]string) (Ack, error) {
	s.mu.Lock()
	open := s.modals[user]
	if len(open) == 0 {
		s.mu.Unlock()
		return Ack{}, fmt.Errorf("%s has no modal open", user)
	}
	v := s.views[open[len(open)-1]]
	v.enter(values)
	payload := object{"type": "view_submission", "user": object{"id": user}, "trigger_id": s.newTrigger(user), "view": v.json()}
	s.mu.Unlock()
	a := s.deliver("interactive", payload)
	if !a.OK {
		return a, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.change()
	switch action := asText(a.Payload["response_action"]); action {
	case "":
		s.modals[user] = slices.DeleteFunc(slices.Clone(s.modals[user]), func(id string) bool { return id == v.ID })
	case "errors":
		wrong := asObject(a.Payload["errors"])
		for block, text := range wrong {
			if v.values[block] == nil || asText(text) == "" {
				s.note("view_submission", "an error without a text, or at "+block+", which is no input")
			}
		}
	case "update":
		next := asObject(a.Payload["view"])
		if found := checkView(inModal, next); len(found) > 0 {
			s.note("view_submission", fmt.Sprint(found))
			break
		}
		s.install(next, inModal, user, v.ID)
	default:
		s.note("view_submission", "unknown response_action "+action)
	}
	return a, nil
}

// viewsOf are what a person has before them, the uppermost first; s.mu is held.
func (s *Server) viewsOf(user string) []*View {
	var list []*View
	for _, id := range slices.Backward(s.modals[user]) {
		list = append(list, s.views[id])
	}
	if home := s.homes[user]; home != "" {
		list = append(list, s.views[home])
	}
	return list
}

// find is the button with a label; none: nil.
func find(blocks []any, label string) object {
	for _, b := range blocks {
		o := asObject(b)
		elements, _ := o["elements"].([]any)
		for _, e := range append(slices.Clone(elements), o["accessory"]) {
			if button := asObject(e); asText(asObject(button["text"])["text"]) == label {
				return button
			}
		}
	}
	return nil
}
