package telegram

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	tgbot "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"exchangebot/bot"
)

// maxNotice is the length of the answer to a press, in UTF-16 units.
const maxNotice = 200

// Send implements [bot.Channel]. A text that is too long for one message comes
// in several, with the buttons under the last. Where the answer of Telegram is
// lost, a message is said again; a press and the change of buttons alone are
// not, since their repetition is refused and their loss does no harm.
func (c *Channel) Send(ctx context.Context, chat bot.ChatID, m bot.Message) error {
	id, thread, err := splitChat(chat)
	if err != nil {
		return fmt.Errorf("%w: %w", bot.ErrRejected, err)
	}
	switch {
	case m.Press != "":
		return c.answer(ctx, m.Press, m.Text)
	case m.File != nil:
		return c.captioned(ctx, id, thread, m, c.document)
	case m.Picture != "" && !secure(m.Picture):
		return fmt.Errorf("%w: %w", bot.ErrRejected, errPicture)
	case m.Picture != "":
		return c.captioned(ctx, id, thread, m, c.picture)
	}
	parts := Render(m.Text)
	keys := newKeyboard(c.log, m.Buttons)
	switch {
	case len(parts) > 0:
		return c.text(ctx, id, thread, m.Edit, parts, keys)
	case m.Edit != "":
		return c.editButtons(ctx, id, m.Edit, keys)
	case keys != nil:
		c.log.ErrorContext(ctx, "buttons left out", "problem", "no text to stand under")
	}
	return nil
}

// text says parts one after the other, the first in place of an older message
// where edit names one.
func (c *Channel) text(ctx context.Context, id int64, thread int, edit string, parts []string, keys any) error {
	for i, part := range parts {
		var under any
		if i == len(parts)-1 {
			under = keys
		}
		if i == 0 && edit != "" {
			edited, err := c.editText(ctx, id, edit, part, under)
			if err != nil {
				return err
			}
			if edited {
				continue
			}
		}
		if err := c.say(ctx, id, thread, part, under); err != nil {
			return err
		}
	}
	return nil
}

func (c *Channel) say(ctx context.Context, id int64, thread int, text string, keys any) error {
	if err := c.send(ctx, c.message(id, thread, text, keys, false)); err != nil {
		return fmt.Errorf("send message: %w", err)
	}
	return nil
}

// message is the call that says a text; paid, the rates for all do not count it.
func (c *Channel) message(id int64, thread int, text string, keys any, paid bool) call {
	return call{method: "sendMessage", chat: id, do: func(ctx context.Context, chat int64) error {
		_, err := c.tg.SendMessage(ctx, &tgbot.SendMessageParams{
			ChatID:             chat,
			MessageThreadID:    thread,
			Text:               text,
			ParseMode:          models.ParseModeHTML,
			LinkPreviewOptions: noPreview(0),
			AllowPaidBroadcast: paid,
			ReplyMarkup:        keys,
		})
		return err
	}}
}

// editText is false when the message cannot be edited.
func (c *Channel) editText(ctx context.Context, id int64, message, text string, keys any) (bool, error) {
	number, err := strconv.Atoi(message)
	if err != nil {
		return false, nil
	}
	tries := 0
	err = c.send(ctx, call{method: "editMessageText", chat: id, do: func(ctx context.Context, chat int64) error {
		params := &tgbot.EditMessageTextParams{
			ChatID:    chat,
			MessageID: number,
			Text:      text,
			ParseMode: models.ParseModeHTML,
			// An edit that was carried out while its answer was lost would be
			// refused when it is repeated to the letter.
			LinkPreviewOptions: noPreview(tries),
			ReplyMarkup:        keys,
		}
		tries++
		_, err := c.tg.EditMessageText(ctx, params)
		return err
	}})
	switch {
	case is(err, unchanged):
		return true, nil
	case is(err, uneditable):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("edit message: %w", err)
	}
	return true, nil
}

func (c *Channel) editButtons(ctx context.Context, id int64, message string, keys any) error {
	number, err := strconv.Atoi(message)
	if err != nil {
		return nil
	}
	err = c.send(ctx, call{method: "editMessageReplyMarkup", chat: id, once: true, do: func(ctx context.Context, chat int64) error {
		_, err := c.tg.EditMessageReplyMarkup(ctx, &tgbot.EditMessageReplyMarkupParams{ChatID: chat, MessageID: number, ReplyMarkup: keys})
		return err
	}})
	if err != nil && !is(err, unchanged) && !is(err, uneditable) {
		return fmt.Errorf("edit buttons: %w", err)
	}
	return nil
}

func (c *Channel) answer(ctx context.Context, press, notice string) error {
	err := c.send(ctx, call{method: "answerCallbackQuery", once: true, retry: true, do: func(ctx context.Context, _ int64) error {
		_, err := c.tg.AnswerCallbackQuery(ctx, &tgbot.AnswerCallbackQueryParams{CallbackQueryID: press, Text: shorten(notice, maxNotice)})
		return err
	}})
	if err != nil && !is(err, expired) {
		return fmt.Errorf("answer press: %w", err)
	}
	return nil
}

// noPreview shows no link's preview, in several ways that look the same.
func noPreview(variant int) *models.LinkPreviewOptions {
	o := &models.LinkPreviewOptions{IsDisabled: tgbot.True()}
	for bit, field := range []**bool{&o.PreferSmallMedia, &o.PreferLargeMedia, &o.ShowAboveText} {
		if variant&(1<<bit) != 0 {
			*field = tgbot.True()
		}
	}
	return o
}

func is(err error, k kind) bool {
	var p *problem
	return errors.As(err, &p) && p.kind == k
}
