package telegram

import (
	"bytes"
	"context"
	"fmt"

	tgbot "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"exchangebot/bot"
)

// maxCaption is the length of the text under a document or a picture in UTF-16
// units after entities are parsed (core.telegram.org/bots/api#senddocument).
const maxCaption = 1024

// captioned sends a file or a picture, as call says. A text that is too long
// for a caption, or that has to be cut, follows as messages of its own.
func (c *Channel) captioned(ctx context.Context, id int64, thread int, m bot.Message, call captionedCall) error {
	keys := newKeyboard(c.log, m.Buttons)
	caption := ""
	parts := read(m.Text).split(maxCaption)
	follows := len(parts) > 1
	under := keys
	switch {
	case follows:
		under = nil
	case len(parts) == 1:
		caption = parts[0].html()
	}
	k := call(id, thread, m, caption, under)
	if err := c.send(ctx, k); err != nil {
		return fmt.Errorf("%s: %w", k.method, err)
	}
	if follows {
		return c.text(ctx, id, thread, "", Render(m.Text), keys)
	}
	return nil
}

type captionedCall func(id int64, thread int, m bot.Message, caption string, keys any) call

func (c *Channel) document(id int64, thread int, m bot.Message, caption string, keys any) call {
	return call{method: "sendDocument", chat: id, do: func(ctx context.Context, chat int64) error {
		_, err := c.tg.SendDocument(ctx, &tgbot.SendDocumentParams{
			ChatID:          chat,
			MessageThreadID: thread,
			Document:        &models.InputFileUpload{Filename: m.File.Name, Data: bytes.NewReader(m.File.Data)},
			Caption:         caption,
			ParseMode:       models.ParseModeHTML,
			ReplyMarkup:     keys,
		})
		return err
	}}
}
