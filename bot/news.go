package bot

import (
	"slices"
	"strings"
)

// news shows which announcements the citizen gets, as one of the settings, and
// changes it: "on" and "off", "all" fields, "+sport" and "-sport". So a press
// that comes twice does no harm.
func (t *Turn) news(args []string) {
	if !t.bot.announces(t.Chat) {
		t.Show(Message{Text: t.Text("no-news-here", nil), Buttons: t.ways()})
		return
	}
	if len(args) == 1 && !t.setNews(args[0]) {
		return
	}
	t.Show(t.newsSettings())
}

// setNews reports whether there is something to show.
func (t *Turn) setNews(value string) bool {
	s := t.Subscriber
	field := Field(strings.TrimLeft(value, "+-"))
	known := slices.Contains(fields, field)
	switch {
	case value == "on" && t.become(Subscribed):
		t.Count(EventSubscribed, "", t.Language)
	case value == "off" && t.getsAny() && t.become(Unsubscribed):
		t.Count(EventUnsubscribed, "", t.Language)
	case s.State != Subscribed: // the buttons are older than that
	case value == "all":
		t.setNewsFields(nil)
	case known && value[0] == '+':
		t.setNewsFields(append(slices.Clone(s.Fields), field))
	case known && value[0] == '-' && slices.Equal(s.Fields, []Field{field}):
		t.Acknowledge(t.Text("news-one-field", nil)) // none would mean all
		return false
	case known && value[0] == '-':
		t.setNewsFields(slices.DeleteFunc(slices.Clone(s.Fields), func(f Field) bool { return f == field }))
	}
	return true
}

// setNewsFields chooses what the announcements are about. All of them is the
// same as no choice, which holds for fields that are added one day as well.
func (t *Turn) setNewsFields(chosen []Field) {
	chosen = splitFields(joinFields(chosen))
	if len(chosen) == len(fields) {
		chosen = nil
	}
	t.saveSubscriber = t.saveSubscriber || !slices.Equal(chosen, t.Subscriber.Fields)
	t.Subscriber.Fields = chosen
}

// newsFields are the names of what was chosen.
func (t *Turn) newsFields() Markdown {
	if len(t.Subscriber.Fields) == 0 {
		return Markdown(t.Text("news-all-fields", nil))
	}
	return showFields(t, joinFields(t.Subscriber.Fields))
}

// newsState names in which of three states announcements are, for messages.
func (t *Turn) newsState() string {
	switch {
	case t.Subscriber.State == Subscribed:
		return "on"
	case t.Subscriber.Version == 0 && t.isVolunteer():
		return "volunteer"
	}
	return "off"
}

func (t *Turn) newsSettings() Message {
	state := t.newsState()
	m := Message{Text: t.Text("news-"+state, Values{"Fields": t.newsFields(), "Language": t.Text("language-name", nil)})}
	if state == "on" {
		m.Buttons = t.newsFieldButtons()
	} else {
		m.Buttons = [][]Button{{{Label: t.Text("button-subscribe", nil), Data: "/news on"}}}
	}
	if state != "off" {
		m.Buttons = append(m.Buttons, []Button{{Label: t.Text("button-unsubscribe", nil), Data: "/news off"}})
	}
	m.Buttons = append(m.Buttons, []Button{{Label: t.Text("button-back-to-settings", nil), Data: "/settings"}})
	return m
}

func (t *Turn) newsFieldButtons() [][]Button {
	chosen := t.Subscriber.Fields
	all := Button{Label: t.Text("button-news-all", nil), Data: "/news all"}
	if len(chosen) == 0 {
		all.Label = "✓ " + all.Label
	}
	var buttons []Button
	for _, f := range fields {
		b := Button{Label: t.Text("field-"+string(f), nil), Data: "/news +" + string(f)}
		if slices.Contains(chosen, f) {
			b = Button{Label: "✓ " + b.Label, Data: "/news -" + string(f)}
		}
		buttons = append(buttons, b)
	}
	return append([][]Button{{all}}, pairs(buttons)...)
}
