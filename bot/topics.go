package bot

import (
	"strconv"

	"exchangebot/bot/knowledge"
)

// pageSize is how many topics fit a keyboard that needs no scrolling on a phone.
const pageSize = 8

// listTopics shows a page of the topics, as buttons.
func (t *Turn) listTopics(args []string) {
	var topics []knowledge.Topic
	for _, topic := range t.base().Topics(t.Language) {
		if !topic.SmallTalk() {
			topics = append(topics, topic)
		}
	}
	pages := max(1, (len(topics)+pageSize-1)/pageSize)
	page := 1
	if len(args) > 0 {
		page, _ = strconv.Atoi(args[0])
	}
	page = min(max(page, 1), pages)
	m := Message{Text: t.Text("topics", Values{"Count": len(topics), "Page": page, "Pages": pages})}
	for _, topic := range topics[(page-1)*pageSize : min(page*pageSize, len(topics))] {
		m.Buttons = append(m.Buttons, []Button{{Label: topic.Title, Data: "/open " + topic.ID + " " + strconv.Itoa(page)}})
	}
	var turn []Button
	if page > 1 {
		turn = append(turn, Button{Label: t.Text("button-previous", nil), Data: "/topics " + strconv.Itoa(page-1)})
	}
	if page < pages {
		turn = append(turn, Button{Label: t.Text("button-next", nil), Data: "/topics " + strconv.Itoa(page+1)})
	}
	if turn != nil {
		m.Buttons = append(m.Buttons, turn)
	}
	t.Show(m)
}
