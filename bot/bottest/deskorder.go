package bottest

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"exchangebot/bot"
)

// order does what a line that begins with ! says.
func (p *hall) order(words []string) {
	switch order := words[0]; order {
	case "staff", "admin", "stranger":
		p.people[words[1]] = &clerk{Staff: bot.Staff{ID: "test:" + words[1], Name: words[1], Locale: words[2], Staff: order != "stranger", Admin: order == "admin"}}
	case "citizen":
		p.locale = words[1]
	case "volunteers":
		p.each(words[1], func(i int) error {
			v := Signed(i)
			if len(words) > 2 && i%3 == 0 {
				v.City, v.Place = bot.City(words[2]), ""
			}
			return p.store.SaveVolunteer(p.t.Context(), v)
		})
	case "subscribers":
		p.each(words[1], func(i int) error {
			s := &bot.Subscriber{Chat: bot.NewChatID("test", fmt.Sprint("subscriber-", i)), State: bot.Subscribed, Language: bot.German}
			if i%3 == 0 {
				s.Language = bot.French
			}
			return p.store.SaveSubscriber(p.t.Context(), s)
		})
	case "again":
		p.last()
	case "restart":
		p.stop()
		p.start()
	case "wait":
		d, err := time.ParseDuration(words[1])
		if err != nil {
			p.t.Fatal(err)
		}
		p.now.Add(int64(d))
	case "retain":
		if _, err := p.bot.Retain(p.t.Context(), p.board); err != nil {
			p.t.Error(err)
		}
	case "away":
		p.away = true
		p.board.Away(errors.New("away"))
	case "back":
		p.away = false
		p.board.Away(nil)
	case "removed":
		p.board.Remove(p.question())
	case "blocked":
		p.deliver(bot.Update{Kind: bot.KindBlocked})
		p.board.Fail(func(bot.ChatID, bot.Message) error { return bot.ErrGone })
	case "unblocked":
		p.board.Fail(nil)
		p.deliver(bot.Update{Kind: bot.KindBack})
	default:
		p.t.Fatalf("unknown order %q", words)
	}
}

// each stores so many of something.
func (p *hall) each(many string, save func(i int) error) {
	n, err := strconv.Atoi(many)
	for i := 0; err == nil && i < n; i++ {
		err = save(i)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}
