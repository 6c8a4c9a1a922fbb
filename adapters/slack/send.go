package slack

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

// Send implements [bot.Channel]. A text that is too long for one message comes
// in several, with the buttons under the last. A post whose answer is lost is
// looked for before it is repeated.
func (c *Channel) Send(ctx context.Context, chat bot.ChatID, m bot.Message) error {
	where, err := splitChat(chat)
	if err != nil {
		return fmt.Errorf("%w: %w", bot.ErrRejected, err)
	}
	switch {
	case m.Press != "":
		return c.notice(ctx, where, m.Press, m.Text)
	case m.File != nil:
		return c.file(ctx, where, m.File, c.readable(m.Text).plain())
	}
	list := c.drawReply(m)
	switch {
	case len(list) > 0:
		return c.reply(ctx, where, m.Edit, list)
	case m.Edit != "":
		return c.editButtons(ctx, where, m.Edit, m.Buttons)
	case len(m.Buttons) > 0:
		c.log.ErrorContext(ctx, "buttons left out", "problem", "no text to stand under")
	}
	return nil
}

// readable is a text for people who talk to the bot.
func (c *Channel) readable(commonMark string) rich { return c.calls.bare(read(commonMark)) }

// maxReply is how many bytes of text go into one message.
const maxReply = maxBytes - 2000

// drawReply makes as many messages of a reply as it takes, the first with its
// picture; none, of one without words.
func (c *Channel) drawReply(m bot.Message) []message {
	var list []message
	size := 0
	for _, p := range c.readable(m.Text).parts(maxSection) {
		part := p.written()
		if len(list) == 0 || size+len(part) > maxReply {
			list, size = append(list, message{blocks: picture(m, len(list) == 0)}), 0
		}
		last := &list[len(list)-1]
		last.blocks = append(last.blocks, slackapi.NewSectionBlock(markup(part), nil, nil))
		last.text = cmp.Or(last.text, fallback(p.plain()))
		size += len(part)
	}
	if len(list) > 0 {
		p := pen{action: replyAction}
		last := &list[len(list)-1]
		rows := p.rows(m.Buttons)
		last.blocks = append(last.blocks, rows[:min(len(rows), maxBlocks-len(last.blocks))]...)
	}
	return list
}

// picture draws what m shows above its text. Slack wants words for those who do
// not see it: these are how the text begins.
func picture(m bot.Message, first bool) []slackapi.Block {
	if !first || !strings.HasPrefix(safe(m.Picture), "https://") {
		return nil
	}
	return []slackapi.Block{slackapi.NewImageBlock(m.Picture, shorten(oneLine(Plain(m.Text)), 200), "", nil)}
}

// reply posts messages one after the other, the first in place of an older one
// where edit names one.
func (c *Channel) reply(ctx context.Context, where place, edit string, list []message) error {
	if edit != "" {
		err := c.update(ctx, where.channel, edit, list[0])
		if err == nil {
			list = list[1:]
		} else if !is(err, uneditable) {
			return fmt.Errorf("edit message: %w", err)
		}
	}
	for _, m := range list {
		if err := c.post(ctx, where, rand.Text(), m); err != nil {
			return fmt.Errorf("post message: %w", err)
		}
	}
	return nil
}

// keyed is the kind of the metadata that tell one message from another.
const keyed = "exchangebot_message"

// post repeats a message until Slack has taken it.
func (c *Channel) post(ctx context.Context, where place, key string, m message) error {
	if err := c.inThread(ctx, where); err != nil {
		return err
	}
	begun := time.Now()
	return c.send(ctx, call{
		method:  "chat.postMessage",
		channel: where.channel,
		do: func(ctx context.Context) error {
			_, _, err := c.api.PostMessageContext(ctx, where.channel, options(where, key, m)...)
			return err
		},
		sent: func(ctx context.Context) bool {
			found, err := c.find(ctx, c.send, where, key, begun)
			return err == nil && found != ""
		},
	})
}

func options(where place, key string, m message) []slackapi.MsgOption {
	list := []slackapi.MsgOption{
		slackapi.MsgOptionText(m.text, false),
		slackapi.MsgOptionBlocks(m.blocks...),
		slackapi.MsgOptionDisableLinkUnfurl(),
		slackapi.MsgOptionDisableMediaUnfurl(),
	}
	if where.thread != "" {
		list = append(list, slackapi.MsgOptionTS(where.thread))
	}
	if key != "" {
		list = append(list, slackapi.MsgOptionMetadata(slackapi.SlackMetadata{EventType: keyed, EventPayload: map[string]any{"key": key}}))
	}
	return list
}

// inThread makes sure that a thread is there: to one that is not, Slack would
// answer at the top of the channel, for all to see.
func (c *Channel) inThread(ctx context.Context, where place) error {
	if where.thread == "" {
		return nil
	}
	return c.send(ctx, c.lookUp(where))
}

func (c *Channel) lookUp(thread place) call {
	return call{method: "conversations.replies", do: func(ctx context.Context) error {
		list, _, _, err := c.api.GetConversationRepliesContext(ctx, &slackapi.GetConversationRepliesParameters{
			ChannelID: thread.channel, Timestamp: thread.thread, Limit: 1, Inclusive: true,
		})
		if err == nil && len(list) == 0 {
			return slackapi.SlackErrorResponse{Err: "thread_not_found"}
		}
		return err
	}}
}

// update puts m in the place of a message of the bot's.
func (c *Channel) update(ctx context.Context, channel, id string, m message) error {
	return c.send(ctx, call{method: "chat.update", do: func(ctx context.Context) error {
		_, _, _, err := c.api.UpdateMessageContext(ctx, channel, id, slackapi.MsgOptionText(m.text, false), slackapi.MsgOptionBlocks(m.blocks...))
		return err
	}})
}

// editButtons replaces the buttons of a message, and nothing where that is no more.
func (c *Channel) editButtons(ctx context.Context, where place, id string, rows [][]bot.Button) error {
	m := message{}
	err := c.send(ctx, call{method: "conversations.replies", do: func(ctx context.Context) error {
		list, _, _, err := c.api.GetConversationRepliesContext(ctx, &slackapi.GetConversationRepliesParameters{
			ChannelID: where.channel, Timestamp: cmp.Or(where.thread, id), Oldest: id, Latest: id, Inclusive: true, Limit: 2,
		})
		for _, found := range list {
			if found.Timestamp == id {
				m = message{text: found.Text, blocks: found.Blocks.BlockSet}
			}
		}
		return err
	}})
	if err == nil && m.blocks != nil {
		p := pen{action: replyAction}
		kept := message{text: cmp.Or(m.text, "…")}
		for _, b := range m.blocks {
			if b.BlockType() != slackapi.MBTAction {
				kept.blocks = append(kept.blocks, b)
			}
		}
		kept.blocks = append(kept.blocks, p.rows(rows)...)
		err = c.update(ctx, where.channel, id, kept)
	}
	if err != nil && !is(err, uneditable) && !is(err, gone) {
		return fmt.Errorf("edit buttons: %w", err)
	}
	return nil
}

// notice tells one person something in passing. The press itself was
// acknowledged when it came.
func (c *Channel) notice(ctx context.Context, where place, press, text string) error {
	user, _, _ := strings.Cut(press, "/")
	text = oneLine(c.calls.bare(rich{{text: text}}).plain())
	if text == "" || user == "" {
		return nil
	}
	err := c.whisper(ctx, where, user, plainMessage(text))
	if errors.Is(err, bot.ErrGone) || errors.Is(err, bot.ErrRejected) {
		return nil // in passing
	}
	return err
}

// whisper posts what only one person sees.
func (c *Channel) whisper(ctx context.Context, where place, user string, m message) error {
	return c.send(ctx, call{method: "chat.postEphemeral", channel: where.channel, do: func(ctx context.Context) error {
		_, err := c.api.PostEphemeralContext(ctx, where.channel, user, options(where, "", m)...)
		return err
	}})
}

// maxUploads is how often a document is sent that does not arrive.
const maxUploads = 3

// file sends a document by the upload in three steps, with a text of plain
// words beside it.
func (c *Channel) file(ctx context.Context, where place, f *bot.File, text string) error {
	upload := func() error {
		return c.send(ctx, call{method: "files.completeUploadExternal", channel: where.channel, do: func(ctx context.Context) error {
			_, err := c.api.UploadFileContext(ctx, slackapi.UploadFileParameters{
				Filename:        f.Name,
				Title:           f.Name,
				FileSize:        len(f.Data),
				Content:         string(f.Data),
				Channel:         where.channel,
				ThreadTimestamp: where.thread,
				InitialComment:  fallback(text),
			})
			return err
		}})
	}
	err := upload()
	for range maxUploads - 1 {
		if is(err, absent) {
			err = upload()
		}
	}
	if err != nil {
		return fmt.Errorf("send document: %w", err)
	}
	return nil
}
