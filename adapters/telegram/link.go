package telegram

import "exchangebot/bot"

var _ bot.Linker = (*Channel)(nil)

// Link implements [bot.Linker], by a deep link
// (core.telegram.org/bots/features#deep-linking).
func (c *Channel) Link(payload string) string {
	me := c.me.Load()
	if me == nil {
		return ""
	}
	return "https://t.me/" + me.Username + "?start=" + payload
}
