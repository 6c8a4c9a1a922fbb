package slack

import (
	"context"
	"errors"
	"fmt"

	slackapi "github.com/slack-go/slack"
)

// Check asks Slack once whether it knows the bot, its app-level token, and the
// channel of the board. It needs no running channel.
func (c *Channel) Check(ctx context.Context) error {
	var problems []error
	note := func(what string, k call) {
		if p := c.try(ctx, k); p != nil {
			problems = append(problems, fmt.Errorf("%s: %w", what, p))
		}
	}
	note("SLACK_BOT_TOKEN", call{method: "auth.test", do: func(ctx context.Context) error {
		_, err := c.api.AuthTestContext(ctx)
		return err
	}})
	if c.cfg.AppToken != "" {
		note("SLACK_APP_TOKEN", call{method: "apps.connections.open", do: func(ctx context.Context) error {
			_, _, err := c.api.StartSocketModeContext(ctx)
			return err
		}})
	}
	if c.cfg.Board != "" {
		note("SLACK_CHANNEL", call{method: "conversations.info", do: func(ctx context.Context) error {
			channel, err := c.api.GetConversationInfoContext(ctx, &slackapi.GetConversationInfoInput{ChannelID: c.cfg.Board})
			if err == nil && !channel.IsMember {
				return slackapi.SlackErrorResponse{Err: "not_in_channel"}
			}
			return err
		}})
	}
	return errors.Join(problems...)
}
