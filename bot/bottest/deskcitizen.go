package bottest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"exchangebot/bot"
)

const citizen = bot.ChatID("test:citizen")

// update has the citizen write or press something.
func (p *hall) update(text string) {
	label, pressed := strings.CutPrefix(text, "[")
	if !pressed {
		p.deliver(bot.Update{Kind: bot.KindText, Text: text})
		return
	}
	for _, m := range slices.Backward(p.board.Messages(citizen)) {
		for _, row := range m.Buttons {
			for _, b := range row {
				if spaces(b.Label)+"]" == spaces(label) {
					p.deliver(bot.Update{Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: b.Data, Message: m.ID, Buttons: m.Buttons}})
					return
				}
			}
		}
	}
	p.t.Fatalf("the citizen sees no button %q", text)
}

func (p *hall) deliver(u bot.Update) {
	p.count++
	u.ID, u.Chat, u.Locale, u.Time = fmt.Sprint(p.count), citizen, p.locale, time.Unix(int64(p.count), 0)
	p.do(func() {
		if err := <-p.board.Deliver(u); err != nil {
			p.t.Errorf("update %s: %v", u.ID, err)
		}
		p.hear("")
	})
}

// hear writes what the citizen's chat shows, and did not show before.
func (p *hall) hear(who string) {
	now := p.board.Messages(citizen)
	for i, m := range now {
		switch {
		case i >= len(p.shown) && m.Press != "" && m.Text != "":
			fmt.Fprintf(&p.out, "%s* %s\n", who, m.Text)
		case i >= len(p.shown) && m.Press == "":
			writeMessage(&p.out, who+"<", m)
		case i < len(p.shown) && (m.Text != p.shown[i].Text || fmt.Sprint(m.Buttons) != fmt.Sprint(p.shown[i].Buttons)):
			writeMessage(&p.out, who+"~", m)
		}
	}
	p.shown = now
}
