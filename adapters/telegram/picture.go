package telegram

import (
	"context"
	"errors"
	"net/url"

	tgbot "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"exchangebot/bot"
)

var errPicture = errors.New("picture has no https address")

// secure tells whether Telegram is sent for a picture: what is no address, it
// takes for the name of a file of its own.
func secure(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.Host != ""
}

// photo is the call that shows a picture, which Telegram fetches by itself,
// with a text under it; paid is as in message.
func (c *Channel) photo(id int64, thread int, address, caption string, keys any, paid bool) call {
	return call{method: "sendPhoto", chat: id, do: func(ctx context.Context, chat int64) error {
		_, err := c.tg.SendPhoto(ctx, &tgbot.SendPhotoParams{
			ChatID:             chat,
			MessageThreadID:    thread,
			Photo:              &models.InputFileString{Data: address},
			Caption:            caption,
			ParseMode:          models.ParseModeHTML,
			AllowPaidBroadcast: paid,
			ReplyMarkup:        keys,
		})
		return err
	}}
}

func (c *Channel) picture(id int64, thread int, m bot.Message, caption string, keys any) call {
	return c.photo(id, thread, m.Picture, caption, keys, false)
}
