package telegram

import (
	"bytes"
	"context"
	"fmt"

	tgbot "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"exchangebot/bot"
)

// maxCaption is the length of the text under a document in UTF-16 units after
// entities are parsed (core.telegram.org/bots/api#senddocument).
const maxCaption = 1024

// document sends a file. A text that is too long for a caption, or that has to
// be cut, follows as messages of its own.
func (c *Channel) document(ctx context.Context, id int64, thread int, m bot.Message) error {
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
	err := c.send(ctx, call{method: "sendDocument", chat: id, do: func(ctx context.Context, chat int64) error {
		_, err := c.tg.SendDocument(ctx, &tgbot.SendDocumentParams{
			ChatID:          chat,
			MessageThreadID: thread,
			Document:        &models.InputFileUpload{Filename: m.File.Name, Data: bytes.NewReader(m.File.Data)},
			Caption:         caption,
			ParseMode:       models.ParseModeHTML,
			ReplyMarkup:     under,
		})
		return err
	}})
	if err != nil {
		return fmt.Errorf("send document: %w", err)
	}
	if follows {
		return c.text(ctx, id, thread, "", Render(m.Text), keys)
	}
	return nil
}
