// Package bot is what the exchange bot is and does, on no platform: the types
// it speaks in, the ports it needs, and the turn of a chat.
package bot

import (
	"context"
	"errors"
	"strings"
	"time"
)

// ChatID names a chat on any channel: the channel's name, a colon, and the
// platform's own id, such as "telegram:4711". It is opaque outside its channel.
type ChatID string

// NewChatID joins a channel's name and the platform's id of a chat.
func NewChatID(channel, id string) ChatID { return ChatID(channel + ":" + id) }

// Split gives back what [NewChatID] joined.
func (c ChatID) Split() (channel, id string) {
	channel, id, _ = strings.Cut(string(c), ":")
	return channel, id
}

// Channel is one place where people meet the bot.
type Channel interface {
	// Name is the first part of the channel's [ChatID]s. It is stored, so it never changes.
	Name() string

	// Run hands every update of the channel to sink until ctx ends, which is
	// no error. It calls sink in the order in which the updates of a chat
	// came, and confirms an update to the platform only after its done(nil).
	Run(ctx context.Context, sink Sink) error

	// Send says one message in a chat and returns when the platform has taken
	// it. It obeys the platform's rates and repeats what failed temporarily,
	// until ctx ends. [ErrGone] and [ErrRejected] are final.
	Send(ctx context.Context, chat ChatID, m Message) error

	// Ready is nil while the platform can be reached. It asks nothing over
	// the network: it reports what the last calls met.
	Ready() error
}

// Sink takes one update and returns at once. done is called once, from any
// goroutine: with nil when the update's turn is stored and its replies are
// sent, otherwise with the reason for which it has to be delivered again.
type Sink func(u Update, done func(error))

var (
	// ErrGone says that nobody will read the message: the bot is blocked, or the chat is no more.
	ErrGone = errors.New("chat is gone")
	// ErrRejected says that the platform will never take this message.
	ErrRejected = errors.New("message rejected")
)

// Kind is what an update brings.
type Kind int

const (
	KindText    Kind = iota // Text
	KindPress               // Press
	KindOther               // something that the bot does not read: a sticker, a photo, an edited message
	KindBlocked             // the citizen has blocked the bot or removed it from the group
	KindBack                // the citizen has unblocked the bot
)

// Update is one thing that happened in a chat and is meant for the bot: in a
// group, a channel hands on only what is addressed to it, and no [KindOther].
type Update struct {
	ID     string // the same when it is delivered again, otherwise unique within the chat
	Chat   ChatID
	Kind   Kind
	Text   string // valid UTF-8, without the bot's name where that was only the address
	Press  Press
	Group  bool      // several people read the chat
	Locale string    // the sender's language setting, such as "fr-CA"; may be empty
	Time   time.Time // when it happened
}

// Press is the use of a button.
type Press struct {
	ID      string     // what the platform calls the press; names it in [Message.Press]
	Data    string     // the button's, as received: anybody can send anything
	Message string     // the id of the message the button stands under
	Buttons [][]Button // that message's buttons at the moment; nil when the platform does not tell
}

// Message is one thing the bot does in a chat. Its zero value does nothing.
// It is stored with the turn that said it, so its fields are never renamed.
type Message struct {
	// Text is CommonMark: paragraphs, lists, **bold**, *italic*, `code` and
	// links. Values in it are escaped already.
	Text string `json:"text,omitempty"`
	// Buttons are rows under the text.
	Buttons [][]Button `json:"buttons,omitempty"`
	// Edit is the id of the message to replace; one that cannot be edited any
	// more is said anew. With Text empty, only the buttons are replaced, and
	// nothing is said where that is impossible.
	Edit string `json:"edit,omitempty"`
	// Press is the id of the press to acknowledge, with Text as a short plain
	// notice that passes, or without words. Edit and Buttons are empty then.
	Press string `json:"press,omitempty"`
	// File is sent as a document, with Text, which is short then, as its
	// caption. Edit and Press are empty then.
	File *File `json:"file,omitempty"`
	// Picture is the https address of a picture that is shown with Text. Edit,
	// Press and File are empty then.
	Picture string `json:"picture,omitempty"`
}

// File is a document to send.
type File struct {
	Name      string `json:"name"`       // such as "data.json", without a path
	MediaType string `json:"media_type"` // such as "application/json"
	Data      []byte `json:"data"`       // at most 1 MB: it is stored with the turn
}

// Button does what Data says when it is pressed, or opens URL.
type Button struct {
	Label string `json:"label"`
	Data  string `json:"data,omitempty"` // at most 64 bytes
	URL   string `json:"url,omitempty"`
}
