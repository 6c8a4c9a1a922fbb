package slack

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"exchangebot/bot"
)

// The types here hold of what Slack sends what matters to somebody. The
// library's own refuse a whole delivery for one field that is newer than they are.

// event is a delivery of the Events API.
type event struct {
	Type      string `json:"type"`
	Challenge string `json:"challenge"`
	ID        string `json:"event_id"`
	Event     struct {
		Type        string     `json:"type"`
		Subtype     string     `json:"subtype"`
		Hidden      bool       `json:"hidden"`
		User        string     `json:"user"`
		BotID       string     `json:"bot_id"`
		Text        string     `json:"text"`
		Channel     string     `json:"channel"`
		ChannelType string     `json:"channel_type"`
		TS          string     `json:"ts"`
		Thread      string     `json:"thread_ts"`
		Tab         string     `json:"tab"`
		Files       []struct{} `json:"files,omitempty"`
		Deleted     string     `json:"deleted_ts,omitempty"`
		Message     *post      `json:"message,omitempty"`          // as it is since it was changed
		Previous    *post      `json:"previous_message,omitempty"` // as it was before
		View        struct {
			Hash string `json:"hash"`
		} `json:"view"`
	} `json:"event"`
}

// post is a message that something was done to.
type post struct {
	User   string    `json:"user"`
	BotID  string    `json:"bot_id,omitempty"`
	Text   string    `json:"text"`
	TS     string    `json:"ts"`
	Thread string    `json:"thread_ts"`
	Edited *struct{} `json:"edited,omitempty"` // by a person; Slack changes messages too, such as by a preview of a link
}

// command is a slash command.
type command struct {
	User        string `json:"user_id"`
	Channel     string `json:"channel_id"`
	Text        string `json:"text"`
	ResponseURL string `json:"response_url"`
	Trigger     string `json:"trigger_id"`
}

// interaction is a press or a submitted view.
type interaction struct {
	Type string `json:"type"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
	Trigger     string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	Channel     struct {
		ID string `json:"id"`
	} `json:"channel"`
	Container struct {
		Message string `json:"message_ts"`
		Thread  string `json:"thread_ts"`
		Channel string `json:"channel_id"`
	} `json:"container"`
	Message struct {
		Blocks json.RawMessage `json:"blocks,omitempty"`
	} `json:"message"`
	Actions []action `json:"actions"`
	View    struct {
		ID       string          `json:"id"`
		Type     string          `json:"type"`
		Callback string          `json:"callback_id"`
		Hash     string          `json:"hash"`
		Metadata string          `json:"private_metadata"`
		Keeps    bool            `json:"notify_on_close,omitempty"` // what is entered is kept: see [bot.Form]
		Title    plainText       `json:"title"`
		Submit   plainText       `json:"submit"`
		Close    plainText       `json:"close"`
		Blocks   json.RawMessage `json:"blocks,omitempty"`
		State    struct {
			Values map[string]map[string]entered `json:"values"`
		} `json:"state"`
	} `json:"view"`
}

type plainText struct {
	Text string `json:"text"`
}

type action struct {
	ID    string    `json:"action_id"`
	Value string    `json:"value"`
	Text  plainText `json:"text"`
	TS    string    `json:"action_ts"`
}

// entered is what stands in an input.
type entered struct {
	Value   string   `json:"value"`
	Option  *option  `json:"selected_option"`
	Options []option `json:"selected_options"`
	Date    string   `json:"selected_date"`
	Time    string   `json:"selected_time"`
}

type option struct {
	Value string `json:"value"`
}

// place is where something was said and is answered.
type place struct {
	channel string
	thread  string // empty: not in a thread
}

func (p place) chat() bot.ChatID {
	id := p.channel
	if p.thread != "" {
		id += "/" + p.thread
	}
	return bot.NewChatID(name, id)
}

// splitChat gives back what chat joined.
func splitChat(c bot.ChatID) (place, error) {
	channel, id := c.Split()
	where, thread, _ := strings.Cut(id, "/")
	if channel != name || where == "" {
		return place{}, errors.New("chat is none of Slack's")
	}
	return place{where, thread}, nil
}

// said is a message to the bot, or in a thread of the board.
type said struct {
	place
	update  bot.Update
	user    string
	message string // its own id
	mention bool   // addressed to the bot
	board   bool   // in a thread of the board
	text    string // as Slack has it
	files   bool
	change  bot.Change // what has become of it
}

// decodeMessage reads a message event. It is false for what is not meant for
// the bot: talk in a channel, its own messages and those of other programs,
// and everything that has become of older messages.
//
// A mention in a channel comes twice, as a message and as a mention: the
// second counts, but in the board's threads the first, which all have.
func decodeMessage(e *event, me identity, board string) (said, bool) {
	m := &e.Event
	if s, is := decodeChange(e, me, board); is {
		return s, true
	}
	if m.User == "" || m.User == me.user || m.BotID != "" || m.Hidden {
		return said{}, false
	}
	if m.Subtype != "" && m.Subtype != "file_share" && m.Subtype != "thread_broadcast" {
		return said{}, false
	}
	direct := m.ChannelType == "im" || m.ChannelType == "" && strings.HasPrefix(m.Channel, "D")
	s := said{place: place{m.Channel, m.Thread}, user: m.User, message: m.TS, text: m.Text, files: len(m.Files) > 0 || m.Subtype == "file_share"}
	if s.thread == m.TS {
		s.thread = ""
	}
	s.board = board != "" && m.Channel == board && s.thread != ""
	s.mention = direct || m.Type == "app_mention" || strings.Contains(m.Text, "<@"+me.user)
	switch {
	case m.Type == "message" && (direct || s.board):
	case m.Type == "app_mention" && !direct && !s.board:
		if s.thread == "" {
			s.thread = m.TS
		}
	default:
		return said{}, false
	}
	s.update = bot.Update{
		ID:    e.ID,
		Chat:  s.chat(),
		Text:  plain(m.Text, me),
		Group: !direct,
		Time:  stamp(m.TS),
	}
	if s.update.Text == "" {
		s.update.Kind = bot.KindOther
		if !direct && m.Subtype == "" {
			s.update.Kind = bot.KindText // called by name, and nothing else
		}
	}
	return s, true
}

// decodeChange reads what a person does to their message in a thread of the
// board. Whoever removes it, it is told to who has written it.
func decodeChange(e *event, me identity, board string) (s said, is bool) {
	m := &e.Event
	now, was := m.Message, m.Previous
	switch {
	case board == "" || m.Channel != board || was == nil:
		return said{}, false
	case m.Subtype == "message_changed" && now != nil && now.Edited != nil && now.TS == was.TS && now.Text != was.Text:
		s.change, s.text = bot.Edited, now.Text
	case m.Subtype == "message_deleted" && m.Deleted == was.TS:
		s.change = bot.Removed
	default:
		return said{}, false
	}
	if was.User == "" || was.User == me.user || was.BotID != "" || was.Thread == "" || was.Thread == was.TS {
		return said{}, false
	}
	s.place, s.user, s.message, s.board = place{m.Channel, was.Thread}, was.User, was.TS, true
	s.update = bot.Update{ID: e.ID, Chat: s.chat(), Group: true, Time: stamp(m.TS)}
	return s, true
}

// stamp is the time in a message's id.
func stamp(ts string) time.Time {
	seconds, _, _ := strings.Cut(ts, ".")
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}
