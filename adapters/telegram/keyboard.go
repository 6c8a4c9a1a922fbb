package telegram

import (
	"encoding/json"
	"log/slog"
	"net/url"
	"strings"

	"exchangebot/bot"
)

// What Telegram takes of inline buttons; maxLabel is what a telephone shows.
const (
	maxData     = 64 // bytes
	maxLabel    = 64 // UTF-16 units
	maxRow      = 8
	maxButtons  = 100
	maxKeyboard = 10 << 10 // bytes of JSON
)

// keyboard is an inline keyboard. The library's own type puts an empty
// copy_text into every button.
type keyboard struct {
	Rows [][]key `json:"inline_keyboard"`
}

type key struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// newKeyboard is nil without buttons, as the library's parameter wants it.
// A button that Telegram would refuse is the program's mistake: it is left
// out, for the message is worth more.
func newKeyboard(log *slog.Logger, buttons [][]bot.Button) any {
	var k keyboard
	count := 0
	for _, row := range buttons {
		var keys []key
		for _, b := range row {
			problem := ""
			button := key{Text: shorten(b.Label, maxLabel), Data: b.Data, URL: b.URL}
			switch {
			case button.Text == "" || blank(button.Text):
				problem = "no label"
			case len(b.Data) > maxData:
				problem = "data over 64 bytes"
			case (b.Data == "") == (b.URL == ""):
				problem = "not one action"
			case b.URL != "" && !leads(b.URL):
				problem = "not an address"
			case count == maxButtons:
				problem = "more than 100"
			}
			if problem != "" {
				log.Error("button left out", "problem", problem)
				continue
			}
			count++
			keys = append(keys, button)
			if len(keys) == maxRow {
				k.Rows, keys = append(k.Rows, keys), nil
			}
		}
		if len(keys) > 0 {
			k.Rows = append(k.Rows, keys)
		}
	}
	for {
		if len(k.Rows) == 0 {
			return nil
		}
		if j, err := json.Marshal(k); err == nil && len(j) <= maxKeyboard {
			return k
		}
		log.Error("row of buttons left out", "problem", "over 10 kB")
		k.Rows = k.Rows[:len(k.Rows)-1]
	}
}

// leads tells whether a button may lead to an address.
func leads(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && !strings.ContainsAny(address, " \n") &&
		(u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "tg")
}
