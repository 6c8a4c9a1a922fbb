package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-telegram/bot/models"

	"exchangebot/bot"
)

const name = "telegram"

// allowedUpdates are the kinds that Telegram is asked for.
var allowedUpdates = []string{
	models.AllowedUpdateMessage, models.AllowedUpdateEditedMessage,
	models.AllowedUpdateCallbackQuery, models.AllowedUpdateMyChatMember,
}

// Decode reads what me, the bot, is told. It is false for what is not meant
// for it: talk in a group, notices that somebody joined, kinds of updates that
// it does not know. A press has no time of its own and happens now.
func Decode(u *models.Update, me *models.User, now time.Time) (bot.Update, bool) {
	d := bot.Update{ID: strconv.FormatInt(u.ID, 10)}
	var forUs bool
	switch {
	case u.Message != nil:
		forUs = decodeMessage(&d, u.Message, me)
	case u.EditedMessage != nil:
		m := u.EditedMessage
		place(&d, m)
		d.Kind = bot.KindOther
		// A location that is shared live is edited every few seconds.
		forUs = m.Chat.Type == models.ChatTypePrivate && m.Location == nil && m.From != nil && !m.From.IsBot
	case u.CallbackQuery != nil:
		d.Time = now
		forUs = decodePress(&d, u.CallbackQuery)
	case u.MyChatMember != nil:
		forUs = decodeMember(&d, u.MyChatMember)
	}
	d.Text = strings.ToValidUTF8(d.Text, "\uFFFD")
	return d, forUs
}

func decodeMessage(d *bot.Update, m *models.Message, me *models.User) bool {
	place(d, m)
	switch m.Chat.Type {
	case models.ChatTypePrivate:
		switch {
		case service(m) || m.From != nil && m.From.ID == me.ID:
			return false
		case m.Text == "" || m.From != nil && m.From.IsBot:
			d.Kind = bot.KindOther
		default:
			d.Kind = bot.KindText
			d.Text, _ = address(m.Text, me.Username)
		}
		return true
	case models.ChatTypeGroup, models.ChatTypeSupergroup:
		if m.Text == "" || m.IsAutomaticForward || robot(m) {
			return false
		}
		d.Kind = bot.KindText
		text, named := address(m.Text, me.Username)
		d.Text = text
		return named || replyTo(m, me) || mentions(m, me)
	}
	return false // a channel, where nobody asks anything
}

// place says where and when a message was written, and by whom as far as the
// language goes.
func place(d *bot.Update, m *models.Message) {
	thread := 0
	if m.IsTopicMessage {
		thread = m.MessageThreadID
	}
	d.Chat = chatID(m.Chat.ID, thread)
	d.Group = m.Chat.Type != models.ChatTypePrivate
	d.Time = time.Unix(int64(m.Date), 0).UTC()
	if m.From != nil {
		d.Locale = m.From.LanguageCode
	}
}

// robot tells whether a program wrote a message in a group. Those who write as
// the group itself or as a channel come under the name of a bot of Telegram's.
func robot(m *models.Message) bool {
	return m.SenderChat == nil && (m.From == nil || m.From.IsBot)
}

func replyTo(m *models.Message, me *models.User) bool {
	r := m.ReplyToMessage
	// In a forum, what opens a topic replies to the notice of its creation.
	if r == nil || r.ForumTopicCreated != nil || strings.HasPrefix(m.Text, "/") {
		return false
	}
	if r.From == nil { // cut short: of replies, bots in privacy mode only get those to them
		return r.SenderChat == nil
	}
	return r.From.ID == me.ID
}

func mentions(m *models.Message, me *models.User) bool {
	for _, e := range m.Entities {
		if e.Type == models.MessageEntityTypeTextMention && e.User != nil && e.User.ID == me.ID {
			return true
		}
	}
	return false
}

// service tells whether a message is a notice of Telegram's and not anything
// that a person has sent.
func service(m *models.Message) bool {
	content := m.Text != "" || m.Caption != "" || m.Animation != nil || m.Audio != nil || m.Document != nil ||
		m.PaidMedia != nil || m.Photo != nil || m.Sticker != nil || m.Story != nil || m.Video != nil ||
		m.VideoNote != nil || m.Voice != nil || m.Checklist != nil || m.Contact != nil || m.Dice != nil ||
		m.Game != nil || m.Poll != nil || m.Venue != nil || m.Location != nil || m.Gift != nil ||
		m.UsersShared != nil || m.ChatShared != nil || m.WebAppData != nil
	return !content
}

func decodePress(d *bot.Update, q *models.CallbackQuery) bool {
	d.Kind, d.Locale = bot.KindPress, q.From.LanguageCode
	d.Press = bot.Press{ID: q.ID, Data: strings.ToValidUTF8(q.Data, "\uFFFD")}
	switch m, old := q.Message.Message, q.Message.InaccessibleMessage; {
	case m != nil && m.Chat.ID != 0:
		now := d.Time
		place(d, m)
		d.Time, d.Locale = now, q.From.LanguageCode
		d.Press.Message = strconv.Itoa(m.ID)
		d.Press.Buttons = buttons(m.ReplyMarkup)
	case old != nil && old.Chat.ID != 0:
		d.Chat = chatID(old.Chat.ID, 0)
		d.Group = old.Chat.Type != models.ChatTypePrivate
		d.Press.Message = strconv.Itoa(old.MessageID)
	default: // under a message that was sent through another chat's inline mode
		return false
	}
	return true
}

func buttons(markup *models.InlineKeyboardMarkup) [][]bot.Button {
	rows := [][]bot.Button{}
	if markup == nil {
		return rows
	}
	for _, row := range markup.InlineKeyboard {
		var list []bot.Button
		for _, b := range row {
			list = append(list, bot.Button{Label: b.Text, Data: b.CallbackData, URL: b.URL})
		}
		rows = append(rows, list)
	}
	return rows
}

// decodeMember tells who has blocked the bot or come back. Being added to a
// group is no reason to speak there.
func decodeMember(d *bot.Update, m *models.ChatMemberUpdated) bool {
	out := func(c models.ChatMember) bool {
		return c.Type == models.ChatMemberTypeBanned || c.Type == models.ChatMemberTypeLeft
	}
	d.Chat = chatID(m.Chat.ID, 0)
	d.Group = m.Chat.Type != models.ChatTypePrivate
	d.Time = time.Unix(int64(m.Date), 0).UTC()
	d.Locale = m.From.LanguageCode
	d.Kind = bot.KindBlocked
	if !out(m.NewChatMember) {
		d.Kind = bot.KindBack
		return !d.Group && out(m.OldChatMember)
	}
	return m.Chat.Type != models.ChatTypeChannel
}

// chatID names a chat, and in a forum one of its topics.
func chatID(id int64, thread int) bot.ChatID {
	s := strconv.FormatInt(id, 10)
	if thread != 0 {
		s += "/" + strconv.Itoa(thread)
	}
	return bot.NewChatID(name, s)
}

// splitChat gives back what chatID joined.
func splitChat(c bot.ChatID) (id int64, thread int, err error) {
	channel, s := c.Split()
	s, topic, inTopic := strings.Cut(s, "/")
	id, err = strconv.ParseInt(s, 10, 64)
	if err == nil && inTopic {
		thread, err = strconv.Atoi(topic)
	}
	if err != nil || channel != name {
		return 0, 0, errors.New("chat is none of Telegram's")
	}
	return id, thread, nil
}

// errNoUpdate says that something is no update at all.
var errNoUpdate = errors.New("no update")

// parse reads an update as Telegram sends it. The library's types refuse a
// whole update for one field whose kind is newer than they are, and most of
// the fields matter to nobody here: then only those that do are read.
func parse(data []byte) (*models.Update, error) {
	u := &models.Update{}
	if json.Unmarshal(data, u) == nil && u.ID > 0 {
		return u, nil
	}
	var id struct {
		ID int64 `json:"update_id"`
	}
	if err := json.Unmarshal(data, &id); err != nil || id.ID <= 0 {
		return nil, errNoUpdate
	}
	u = &models.Update{}
	if err := json.Unmarshal(prune(data, ""), u); err != nil {
		return &models.Update{ID: id.ID}, fmt.Errorf("decode update: %T", err) // its text would quote the update
	}
	return u, nil
}

// wanted are the fields of an update that are read, and within them.
var wanted = map[string]string{
	"":                 "update_id message edited_message callback_query my_chat_member",
	"message":          "message_id message_thread_id is_topic_message is_automatic_forward from sender_chat chat date text entities reply_to_message reply_markup location",
	"edited_message":   "message_id message_thread_id is_topic_message from sender_chat chat date text location",
	"reply_to_message": "message_id from chat date",
	"callback_query":   "id from message data",
	"from":             "id is_bot username language_code",
	"sender_chat":      "id type",
	"chat":             "id type",
}

func prune(data []byte, of string) []byte {
	fields := map[string]json.RawMessage{}
	if wanted[of] == "" || json.Unmarshal(data, &fields) != nil {
		return data
	}
	kept := map[string]json.RawMessage{}
	for _, field := range strings.Fields(wanted[of]) {
		if value, found := fields[field]; found {
			kept[field] = prune(value, field)
		}
	}
	pruned, _ := json.Marshal(kept)
	return pruned
}
