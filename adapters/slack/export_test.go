package slack

import (
	"encoding/json"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

// What the tests read and draw as the channel does.

func ReadEvent(data []byte, board string) (u bot.Update, forUs, onBoard bool) {
	var e event
	if json.Unmarshal(data, &e) != nil {
		return u, false, false
	}
	s, forUs := decodeMessage(&e, identity{user: "U0BOT", bot: "B0BOT"}, board)
	return s.update, forUs, s.board
}

func ReadInteraction(data []byte) (u bot.Update, forUs bool, values map[string][]string) {
	var i interaction
	if json.Unmarshal(data, &i) != nil {
		return u, false, nil
	}
	u, forUs = decodePress(&i)
	return u, forUs, submission(&i)
}

func ReadRequest(path string, body []byte) bool {
	_, readable := decodeRequest(path, body)
	return readable
}

// DrawMessages returns the blocks and the text of each message.
func DrawMessages(v bot.View, most int) (blocks [][]slackapi.Block, texts []string) {
	for _, m := range drawMessages(v, most) {
		blocks, texts = append(blocks, m.blocks), append(texts, m.text)
	}
	return blocks, texts
}

func DrawHome(v bot.View) []slackapi.Block { return drawBlocks(v.Blocks, maxViewBlocks) }

func DrawForm(f *bot.Form) slackapi.ModalViewRequest {
	return drawForm(f, "https://hooks.example.org/answer")
}

func Spoken(text string, nameOf func(string) string) (out string, calls bool) {
	return spoken(text, identity{user: "U0BOT", bot: "B0BOT"}, nameOf)
}
