package telegram_test

import (
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-telegram/bot/models"
	"github.com/google/go-cmp/cmp"

	"exchangebot/adapters/telegram"
	"exchangebot/bot"
)

var (
	me  = &models.User{ID: 123456, IsBot: true, Username: "exchange_test_bot"}
	now = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
)

const (
	ann     = `"from":{"id":7,"is_bot":false,"first_name":"Ann","language_code":"fr-CA"}`
	private = `"chat":{"id":7,"first_name":"Ann","type":"private"},"date":1700000000`
	group   = `"chat":{"id":-1005,"title":"Exchange","type":"supergroup"},"date":1700000000`
	ours    = `"reply_to_message":{"message_id":3,"from":{"id":123456,"is_bot":true},"chat":{"id":-1005,"type":"supergroup"},"date":1}`
)

// message is an update with a message of these fields.
func message(fields ...string) string {
	return `{"update_id":42,"message":{"message_id":9,` + strings.Join(fields, ",") + `}}`
}

func TestDecode(t *testing.T) {
	sent := time.Unix(1700000000, 0).UTC()
	said := func(text string) *bot.Update {
		return &bot.Update{ID: "42", Chat: "telegram:7", Text: text, Locale: "fr-CA", Time: sent}
	}
	inGroup := func(text string) *bot.Update {
		u := said(text)
		u.Chat, u.Group = "telegram:-1005", true
		return u
	}
	other := said("")
	other.Kind = bot.KindOther
	topic := inGroup("/help")
	topic.Chat = "telegram:-1005/77"
	foreign := inGroup("when?")
	foreign.Locale = ""
	press := func(p bot.Press) *bot.Update {
		return &bot.Update{ID: "42", Chat: "telegram:7", Kind: bot.KindPress, Press: p, Locale: "fr-CA", Time: now}
	}
	member := func(kind bot.Kind, chat bot.ChatID) *bot.Update {
		return &bot.Update{ID: "42", Chat: chat, Kind: kind, Group: strings.Contains(string(chat), "-"), Locale: "fr-CA", Time: sent}
	}
	for _, c := range []struct {
		name, json string
		want       *bot.Update // nil: not for the bot
	}{
		{"text", message(ann, private, `"text":"Was kostet das?"`), said("Was kostet das?")},
		{"command", message(ann, private, `"text":"/start topic-1","entities":[{"type":"bot_command","offset":0,"length":6}]`), said("/start topic-1")},
		{"command by name", message(ann, private, `"text":"/Help@Exchange_Test_Bot"`), said("/Help")},
		{"broken UTF-16", message(ann, private, `"text":"a\ud83d b"`), said("a\ufffd b")},
		{"right to left", message(ann, private, `"text":"\u202eabc\u200f"`), said("\u202eabc\u200f")},
		{"photo", message(ann, private, `"photo":[{"file_id":"x","file_unique_id":"y","width":1,"height":1}],"caption":"look"`), other},
		{"sticker", message(ann, private, `"sticker":{"file_id":"x","type":"regular"}`), other},
		{"voice", message(ann, private, `"voice":{"file_id":"x","duration":1}`), other},
		{"location", message(ann, private, `"location":{"latitude":1.5,"longitude":2}`), other},
		{"contact", message(ann, private, `"contact":{"phone_number":"+49","first_name":"B"}`), other},
		{"another bot", message(`"from":{"id":8,"is_bot":true,"language_code":"fr-CA"}`, private, `"text":"hi"`), other},
		{"edited", `{"update_id":42,"edited_message":{"message_id":9,` + ann + `,` + private + `,"text":"x","edit_date":1700000001}}`, other},
		{"a live location moves", `{"update_id":42,"edited_message":{"message_id":9,` + ann + `,` + private + `,"location":{"latitude":1,"longitude":2,"live_period":60}}}`, nil},
		{"pinned", message(ann, private, `"pinned_message":{"message_id":1,"chat":{"id":7,"type":"private"},"date":0}`), nil},
		{"own words", message(`"from":{"id":123456,"is_bot":true}`, private, `"text":"hi"`), nil},
		{"a field newer than the library", message(ann, private, `"text":"hi","forward_origin":{"type":"from_mars"}`), said("hi")},

		{"talk in a group", message(ann, group, `"text":"hello all"`), nil},
		{"command in a group", message(ann, group, `"text":"/help"`), inGroup("/help")},
		{"command by name in a group", message(ann, group, `"text":"/help@exchange_test_bot me"`), inGroup("/help me")},
		{"another bot's command", message(ann, group, `"text":"/help@other_bot"`), nil},
		{"another bot's command as a reply", message(ann, group, ours, `"text":"/help@other_bot"`), nil},
		{"mention", message(ann, group, `"text":"@Exchange_test_bot, when?"`), inGroup("when?")},
		{"mention within", message(ann, group, `"text":"Hey @exchange_test_bot when is it?"`), inGroup("Hey when is it?")},
		{"mention at the end", message(ann, group, `"text":"when is it @exchange_test_bot?"`), inGroup("when is it?")},
		{"mention alone", message(ann, group, `"text":"@exchange_test_bot"`), inGroup("")},
		{"a name that only begins so", message(ann, group, `"text":"@exchange_test_bot2 hi"`), nil},
		{"a mail address", message(ann, group, `"text":"x@exchange_test_bot hi"`), nil},
		{"mention without a name", message(ann, group, `"text":"you! when?","entities":[{"type":"text_mention","offset":0,"length":3,"user":{"id":123456,"is_bot":true}}]`), inGroup("you! when?")},
		{"reply to the bot", message(ann, group, ours, `"text":"and then?"`), inGroup("and then?")},
		{"photo in a group", message(ann, group, ours, `"photo":[{"file_id":"x"}],"caption":"@exchange_test_bot"`), nil},
		{"edited in a group", `{"update_id":42,"edited_message":{"message_id":9,` + ann + `,` + group + `,"text":"@exchange_test_bot x"}}`, nil},
		{"topic of a forum", message(ann, group, `"message_thread_id":77,"is_topic_message":true,"text":"/help"`), topic},
		{"a bot in a group", message(`"from":{"id":8,"is_bot":true}`, group, `"text":"@exchange_test_bot hi"`), nil},
		{"an anonymous admin", message(`"from":{"id":1087968824,"is_bot":true},"sender_chat":{"id":-1005,"type":"supergroup"}`, group, `"text":"@exchange_test_bot when?"`), foreign},
		{"a channel's post that was forwarded", message(`"from":{"id":777000,"is_bot":false},"sender_chat":{"id":-1009,"type":"channel"},"is_automatic_forward":true`, group, `"text":"@exchange_test_bot when?"`), nil},
		{"somebody joined", message(ann, group, `"new_chat_members":[{"id":123456,"is_bot":true}]`), nil},
		{"channel post", `{"update_id":42,"channel_post":{"message_id":9,"chat":{"id":-1009,"type":"channel"},"date":1,"text":"@exchange_test_bot x"}}`, nil},

		{"press", `{"update_id":42,"callback_query":{"id":"77",` + ann + `,"message":{"message_id":5,` + private + `,"text":"?","reply_markup":{"inline_keyboard":[[{"text":"Yes","callback_data":"y"},{"text":"Site","url":"https://x.org"}]]}},"data":"y"}}`,
			press(bot.Press{ID: "77", Data: "y", Message: "5", Buttons: [][]bot.Button{{{Label: "Yes", Data: "y"}, {Label: "Site", URL: "https://x.org"}}}})},
		{"press under an old message", `{"update_id":42,"callback_query":{"id":"77",` + ann + `,"message":{"message_id":5,"chat":{"id":7,"type":"private"},"date":0},"data":"y"}}`,
			press(bot.Press{ID: "77", Data: "y", Message: "5"})},
		{"press under nothing", `{"update_id":42,"callback_query":{"id":"77",` + ann + `,"inline_message_id":"z","data":"y"}}`, nil},
		{"press under null", `{"update_id":42,"callback_query":{"id":"77",` + ann + `,"message":null,"data":"y"}}`, nil},

		{"blocked", `{"update_id":42,"my_chat_member":{` + ann + `,` + private + `,"old_chat_member":{"status":"member","user":{"id":1}},"new_chat_member":{"status":"kicked","user":{"id":1},"until_date":0}}}`, member(bot.KindBlocked, "telegram:7")},
		{"unblocked", `{"update_id":42,"my_chat_member":{` + ann + `,` + private + `,"old_chat_member":{"status":"kicked","user":{"id":1},"until_date":0},"new_chat_member":{"status":"member","user":{"id":1}}}}`, member(bot.KindBack, "telegram:7")},
		{"removed from a group", `{"update_id":42,"my_chat_member":{` + ann + `,` + group + `,"old_chat_member":{"status":"member","user":{"id":1}},"new_chat_member":{"status":"left","user":{"id":1}}}}`, member(bot.KindBlocked, "telegram:-1005")},
		{"added to a group", `{"update_id":42,"my_chat_member":{` + ann + `,` + group + `,"old_chat_member":{"status":"left","user":{"id":1}},"new_chat_member":{"status":"member","user":{"id":1}}}}`, nil},
		{"made an admin", `{"update_id":42,"my_chat_member":{` + ann + `,` + group + `,"old_chat_member":{"status":"member","user":{"id":1}},"new_chat_member":{"status":"administrator","user":{"id":1}}}}`, nil},
		{"an unknown kind", `{"update_id":42,"news_from_the_future":{}}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			u, err := telegram.Parse([]byte(c.json))
			if err != nil {
				t.Fatal(err)
			}
			got, forUs := telegram.Decode(u, me, now)
			if forUs != (c.want != nil) {
				t.Fatalf("for us: %t, %+v", forUs, got)
			}
			if forUs {
				if diff := cmp.Diff(*c.want, got); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestParseRefusesWhatIsNoUpdate(t *testing.T) {
	for _, data := range []string{"", "{", `[]`, `null`, `"x"`, `{}`, `{"update_id":0}`, `{"update_id":"x"}`, "\xff"} {
		if u, err := telegram.Parse([]byte(data)); err == nil || u != nil {
			t.Errorf("%s: %+v", data, u)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, fields := range []string{`"text":"/a@b c"`, `"text":"@exchange_test_bot\ud83d"`, `"sticker":{}`, ours, `"entities":[{"type":"mention","offset":-1,"length":9}]`} {
		f.Add([]byte(message(ann, private, fields)))
		f.Add([]byte(message(ann, group, fields)))
	}
	f.Add([]byte(`{"update_id":1,"callback_query":{"id":"1","data":"` + "\xff" + `","message":{"chat":{"id":1},"date":1,"reply_markup":{"inline_keyboard":[[],[{}]]}}}}`))
	f.Add([]byte(`{"update_id":1,"my_chat_member":{"new_chat_member":{"status":"kicked"},"old_chat_member":{}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		u, err := telegram.Parse(data)
		if u == nil {
			if err == nil {
				t.Fatal("neither an update nor an error")
			}
			return
		}
		d, forUs := telegram.Decode(u, me, now)
		if !forUs {
			return
		}
		if channel, id := d.Chat.Split(); channel != "telegram" || id == "" || d.ID == "" {
			t.Fatalf("%+v", d)
		}
		if !utf8.ValidString(d.Text) || !utf8.ValidString(d.Press.Data) {
			t.Fatalf("%q", d.Text)
		}
		if d.Kind == bot.KindOther && d.Group {
			t.Fatal("something else in a group")
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	data, err := os.ReadFile("testdata/update.json")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		u, err := telegram.Parse(data)
		if err != nil {
			b.Fatal(err)
		}
		telegram.Decode(u, me, now)
	}
}
