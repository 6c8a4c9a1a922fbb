package slack

import (
	"cmp"
	"encoding/json"
	"strings"

	"exchangebot/bot"
)

// decodePress reads a press of a button that the bot has set under a reply.
func decodePress(i *interaction) (bot.Update, bool) {
	if len(i.Actions) == 0 || !strings.HasPrefix(i.Actions[0].ID, replyAction) || i.Container.Message == "" {
		return bot.Update{}, false
	}
	a := i.Actions[0]
	where := place{cmp.Or(i.Channel.ID, i.Container.Channel), i.Container.Thread}
	if where.thread == i.Container.Message { // it has become the head of a thread
		where.thread = ""
	}
	if where.channel == "" {
		return bot.Update{}, false
	}
	direct := strings.HasPrefix(where.channel, "D")
	return bot.Update{
		ID:    a.TS + "/" + i.User.ID,
		Chat:  where.chat(),
		Kind:  bot.KindPress,
		Group: !direct,
		Time:  stamp(a.TS),
		Press: bot.Press{
			ID:      i.User.ID + "/" + a.TS,
			Data:    strings.ToValidUTF8(a.Value, "\uFFFD"),
			Message: i.Container.Message,
			Buttons: buttons(i.Message.Blocks),
		},
	}, true
}

// buttons are those of a message, one row for each block of them. Slack tells
// their labels escaped (github.com/slackapi/bolt-python/issues/513).
func buttons(blocks json.RawMessage) [][]bot.Button {
	var list []json.RawMessage
	rows := [][]bot.Button{}
	if json.Unmarshal(blocks, &list) != nil {
		return rows
	}
	for _, data := range list {
		var b struct {
			Type     string `json:"type"`
			Elements []struct {
				Type string `json:"type"`
				Text struct {
					Text string `json:"text"`
				} `json:"text"`
				Value string `json:"value"`
				URL   string `json:"url"`
			} `json:"elements"`
		}
		if json.Unmarshal(data, &b) != nil || b.Type != "actions" {
			continue
		}
		var row []bot.Button
		for _, e := range b.Elements {
			if e.Type == "button" {
				row = append(row, bot.Button{Label: unescape.Replace(e.Text.Text), Data: e.Value, URL: e.URL})
			}
		}
		if row != nil {
			rows = append(rows, row)
		}
	}
	return rows
}

// submission reads what was entered into a view's inputs.
func submission(i *interaction) map[string][]string {
	values := map[string][]string{}
	for _, inputs := range i.View.State.Values {
		for name, e := range inputs {
			switch {
			case e.Option != nil:
				values[name] = []string{e.Option.Value}
			case e.Options != nil:
				for _, o := range e.Options {
					values[name] = append(values[name], o.Value)
				}
			default:
				if text := cmp.Or(e.Value, e.Date, e.Time); text != "" {
					values[name] = []string{strings.ToValidUTF8(text, "\uFFFD")}
				}
			}
		}
	}
	return values
}
