package slack

import (
	"context"
	"fmt"
	"time"

	slackapi "github.com/slack-go/slack"
)

const (
	findPage = 200 // messages; Slack wants no more
	// maxFind bounds the search where nobody knows since when: a page each.
	maxFind = 25
	// clocksApart is how much this machine's clock and Slack's may differ.
	clocksApart = 5 * time.Minute
)

// find looks for a message of the bot's by its key, among all that were posted
// since then; none: empty. ask is [Channel.once] or [Channel.send].
func (c *Channel) find(ctx context.Context, ask func(context.Context, call) error, where place, key string, since time.Time) (id string, err error) {
	oldest := ""
	if !since.IsZero() {
		oldest = fmt.Sprintf("%d.000000", since.Add(-clocksApart).Unix())
	}
	cursor := ""
	for n := 0; n == 0 || cursor != "" && (oldest != "" || n < maxFind); n++ {
		var list []slackapi.Message
		err := ask(ctx, call{method: "conversations.history", do: func(ctx context.Context) error {
			found, next, err := c.history(ctx, where, oldest, cursor)
			if err == nil {
				list, cursor = found, next
			}
			return err
		}})
		if err != nil {
			return "", err
		}
		for _, m := range list {
			if keyOf(m, *c.me.Load()) == key {
				return m.Timestamp, nil
			}
		}
	}
	return "", nil
}

// keyOf is what the bot has posted a message with; empty: it has not.
func keyOf(m slackapi.Message, me identity) string {
	key, _ := m.Metadata.EventPayload["key"].(string)
	if m.Metadata.EventType != keyed || m.User != me.user {
		return ""
	}
	return key
}

// history is a part of what stands in a channel or thread, and the cursor of the next.
func (c *Channel) history(ctx context.Context, where place, oldest, cursor string) ([]slackapi.Message, string, error) {
	if where.thread != "" {
		list, _, next, err := c.api.GetConversationRepliesContext(ctx, &slackapi.GetConversationRepliesParameters{
			ChannelID: where.channel, Timestamp: where.thread, Oldest: oldest, Cursor: cursor, Limit: findPage, IncludeAllMetadata: true,
		})
		return list, next, err
	}
	h, err := c.api.GetConversationHistoryContext(ctx, &slackapi.GetConversationHistoryParameters{
		ChannelID: where.channel, Oldest: oldest, Cursor: cursor, Limit: findPage, IncludeAllMetadata: true,
	})
	if err != nil {
		return nil, "", err
	}
	return h.Messages, h.ResponseMetaData.NextCursor, nil
}
