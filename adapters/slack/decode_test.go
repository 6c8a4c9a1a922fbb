package slack_test

import (
	"encoding/json"
	"os"
	"testing"

	"exchangebot/adapters/slack"
	"exchangebot/bot"
)

// TestReadEvent reads events as Slack sends them.
func TestReadEvent(t *testing.T) {
	for name, test := range map[string]struct {
		event string
		want  bot.Update // of which ID, Chat, Kind, Text and Group are compared
		forUs bool
		board bool
	}{
		"direct":    {`{"type":"message","channel":"D1","channel_type":"im","user":"U1","text":"a &lt; b","ts":"1.1"}`, bot.Update{Chat: "slack:D1", Text: "a < b"}, true, false},
		"in thread": {`{"type":"message","channel":"D1","channel_type":"im","user":"U1","text":"a","ts":"1.2","thread_ts":"1.1"}`, bot.Update{Chat: "slack:D1/1.1", Text: "a"}, true, false},
		"mention":   {`{"type":"app_mention","channel":"C1","user":"U1","text":"<@U0BOT> hallo <@U2> in <#C2|allgemein>","ts":"1.1"}`, bot.Update{Chat: "slack:C1/1.1", Text: "hallo @U2 in #allgemein", Group: true}, true, false},
		"mention in thread": {`{"type":"app_mention","channel":"C1","user":"U1","text":"hallo <@U0BOT>","ts":"1.2","thread_ts":"1.1"}`,
			bot.Update{Chat: "slack:C1/1.1", Text: "hallo", Group: true}, true, false},
		"only a mention": {`{"type":"app_mention","channel":"C1","user":"U1","text":"<@U0BOT>","ts":"1.1"}`, bot.Update{Chat: "slack:C1/1.1", Group: true}, true, false},
		"picture":        {`{"type":"message","subtype":"file_share","channel":"D1","channel_type":"im","user":"U1","ts":"1.1"}`, bot.Update{Chat: "slack:D1", Kind: bot.KindOther}, true, false},
		"mail":           {`{"type":"message","channel":"D1","channel_type":"im","user":"U1","text":"<mailto:a@b.de|a@b.de> <https://x.de|dort>","ts":"1.1"}`, bot.Update{Chat: "slack:D1", Text: "a@b.de dort (https://x.de)"}, true, false},
		"board":          {`{"type":"message","channel":"C9","channel_type":"channel","user":"U1","text":"Ja.","ts":"1.2","thread_ts":"1.1"}`, bot.Update{Chat: "slack:C9/1.1", Text: "Ja.", Group: true}, true, true},
		"board, top":     {`{"type":"message","channel":"C9","channel_type":"channel","user":"U1","text":"Ja.","ts":"1.2"}`, bot.Update{}, false, false},
		"board, again":   {`{"type":"app_mention","channel":"C9","user":"U1","text":"<@U0BOT> Ja.","ts":"1.2","thread_ts":"1.1"}`, bot.Update{}, false, true},
		"own":            {`{"type":"message","channel":"D1","channel_type":"im","user":"U0BOT","text":"a","ts":"1.1"}`, bot.Update{}, false, false},
		"program":        {`{"type":"app_mention","channel":"C1","user":"U1","bot_id":"B7","text":"<@U0BOT> a","ts":"1.1"}`, bot.Update{}, false, false},
		"edited":         {`{"type":"message","subtype":"message_changed","hidden":true,"channel":"D1","channel_type":"im","ts":"1.2","message":{"user":"U1","text":"b"}}`, bot.Update{}, false, false},
		"board, edited": {`{"type":"message","subtype":"message_changed","hidden":true,"channel":"C9","ts":"1.3","message":{"user":"U1","text":"b","ts":"1.2","thread_ts":"1.1","edited":{"user":"U1","ts":"1.3"}},"previous_message":{"user":"U1","text":"a","ts":"1.2","thread_ts":"1.1"}}`,
			bot.Update{Chat: "slack:C9/1.1", Group: true}, true, true},
		"board, previewed": {`{"type":"message","subtype":"message_changed","hidden":true,"channel":"C9","ts":"1.3","message":{"user":"U1","text":"a","ts":"1.2","thread_ts":"1.1"},"previous_message":{"user":"U1","text":"a","ts":"1.2","thread_ts":"1.1"}}`,
			bot.Update{}, false, false},
		"board, own edited": {`{"type":"message","subtype":"message_changed","hidden":true,"channel":"C9","ts":"1.3","message":{"user":"U0BOT","text":"b","ts":"1.2","thread_ts":"1.1","edited":{}},"previous_message":{"user":"U0BOT","text":"a","ts":"1.2","thread_ts":"1.1"}}`,
			bot.Update{}, false, false},
		"board, removed": {`{"type":"message","subtype":"message_deleted","hidden":true,"channel":"C9","ts":"1.3","deleted_ts":"1.2","previous_message":{"user":"U1","text":"a","ts":"1.2","thread_ts":"1.1"}}`,
			bot.Update{Chat: "slack:C9/1.1", Group: true}, true, true},
		"joined":       {`{"type":"message","subtype":"channel_join","channel":"C1","channel_type":"channel","user":"U1","text":"x","ts":"1.1"}`, bot.Update{}, false, false},
		"channel talk": {`{"type":"message","channel":"C1","channel_type":"channel","user":"U1","text":"<@U0BOT> a","ts":"1.1"}`, bot.Update{}, false, false},
	} {
		u, forUs, board := slack.ReadEvent([]byte(`{"type":"event_callback","event_id":"Ev1","event":`+test.event+`}`), "C9")
		got := bot.Update{Chat: u.Chat, Kind: u.Kind, Text: u.Text, Group: u.Group}
		if text(got) != text(test.want) || forUs != test.forUs || test.forUs && (u.ID != "Ev1" || board != test.board) {
			t.Errorf("%s: %+v, for us %v, on the board %v", name, u, forUs, board)
		}
	}
}

func FuzzEvent(f *testing.F) {
	f.Add([]byte(`{"type":"event_callback","event_id":"Ev1","event":{"type":"app_mention","channel":"C1","user":"U1","text":"<@U0BOT> <http://x|y> &amp;","ts":"1.1"}}`))
	f.Add([]byte(`{"event":{"type":"message","channel":"D","channel_type":"im","user":"U","text":"<<>|>","ts":"x","thread_ts":"y"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		u, forUs, _ := slack.ReadEvent(data, "C9")
		if forUs && (u.Chat == "" || !valid(u.Text)) {
			t.Errorf("%+v", u)
		}
	})
}

func FuzzInteraction(f *testing.F) {
	press, err := os.ReadFile("testdata/press.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(press)
	f.Add([]byte(`{"type":"view_submission","user":{"id":"U1"},"view":{"state":{"values":{"b":{"a":{"value":"x"},"c":{"selected_option":{"value":"y"}},"d":{"selected_options":[{"value":"z"}]},"e":{"selected_date":"2027-03-29"},"f":{"selected_time":"09:00"}}}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		u, forUs, values := slack.ReadInteraction(data)
		if forUs && (u.Chat == "" || u.Press.Message == "" || !valid(u.Press.Data)) {
			t.Errorf("%+v", u)
		}
		for _, list := range values {
			for _, v := range list {
				if !valid(v) {
					t.Errorf("%q", v)
				}
			}
		}
	})
}

func FuzzRequest(f *testing.F) {
	f.Add("/slack/commands", []byte("user_id=U1&text=a%20b"))
	f.Add("/slack/interactions", []byte(`payload={"type":"x"}`))
	f.Add("/slack/events", []byte(`{"type":"url_verification"}`))
	f.Fuzz(func(_ *testing.T, path string, body []byte) { slack.ReadRequest(path, body) })
}

// valid tells whether s goes through JSON unharmed.
func valid(s string) bool {
	data, _ := json.Marshal(s)
	var back string
	return json.Unmarshal(data, &back) == nil && back == s
}

// TestReadSubmission reads every kind of input, filled in and left empty.
func TestReadSubmission(t *testing.T) {
	_, _, values := slack.ReadInteraction([]byte(`{"type":"view_submission","user":{"id":"U1"},"view":{"state":{"values":{
		"b1":{"line":{"type":"plain_text_input","value":"Fest"}},"b2":{"empty":{"type":"plain_text_input","value":null}},
		"b3":{"one":{"type":"static_select","selected_option":{"value":"de"}}},"b4":{"none":{"type":"static_select","selected_option":null}},
		"b5":{"many":{"type":"multi_static_select","selected_options":[{"value":"a"},{"value":"b"}]}},
		"b6":{"date":{"type":"datepicker","selected_date":"2027-03-29"}},"b7":{"time":{"type":"timepicker","selected_time":"09:00"}},
		"b8":{"never":{"type":"datepicker","selected_date":null}}}}}}`))
	want := map[string][]string{"line": {"Fest"}, "one": {"de"}, "many": {"a", "b"}, "date": {"2027-03-29"}, "time": {"09:00"}}
	if text(values) != text(want) {
		t.Errorf("got  %s\nwant %s", text(values), text(want))
	}
}

func TestReadPress(t *testing.T) {
	press, err := os.ReadFile("testdata/press.json")
	if err != nil {
		t.Fatal(err)
	}
	u, forUs, _ := slack.ReadInteraction(press)
	want := bot.Update{ID: "1500000002.000200/U1", Chat: "slack:C1/1500000000.000100", Kind: bot.KindPress, Group: true, Time: u.Time,
		Press: bot.Press{ID: "U1/1500000002.000200", Data: "/helped de museums", Message: "1500000001.000100",
			Buttons: [][]bot.Button{{{Label: "Ja", Data: "/helped de museums"}, {Label: "Nein", Data: "/unhelpful de museums"}}, {{Label: "Seite", URL: "https://example.org"}}}}}
	if !forUs || text(u) != text(want) || u.Time.Unix() != 1500000002 {
		t.Errorf("got  %s\nwant %s", text(u), text(want))
	}
}

// TestSpoken reads what is meant for somebody outside of Slack.
func TestSpoken(t *testing.T) {
	names := map[string]string{"U2": "Denis"}
	for said, want := range map[string]struct {
		text  string
		calls bool
	}{
		"Um *zwölf* _oder_ ~elf~ `heute`":  {"Um zwölf oder elf heute", false},
		"*a* *b*, *_beides_*":              {"a b, beides", false},
		"2*3*4 und snake_case_name, 5 * 6": {"2*3*4 und snake_case_name, 5 * 6", false},
		"*Siehe <https://x.de/_a_/|dort>*": {"Siehe dort (https://x.de/_a_/)", false},
		"<@U2> kannst du?":                 {"@Denis kannst du?", true},
		"<@U9> kannst du?":                 {"@U9 kannst du?", true},
		"<@U0BOT> stats":                   {"stats", true},
		"<!here> wer weiß das? &lt;3":      {"@here wer weiß das? <3", true},
		"<#C2|allgemein> <mailto:a@b|a@b>": {"#allgemein a@b", false},
	} {
		if text, calls := slack.Spoken(said, func(user string) string { return names[user] }); text != want.text || calls != want.calls {
			t.Errorf("%q is read as %q, %v", said, text, calls)
		}
	}
}
