package slack

import (
	"encoding/json"
	"strings"
)

// scopes are what the bot may do (docs.slack.dev/reference/scopes).
var scopes = []string{
	"app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "files:write",
	"groups:history", "groups:read", "im:history", "im:read", "im:write", "metadata.message:read", "mpim:history", "usergroups:read", "users:read",
}

// events are what Slack tells the bot about.
var events = []string{"app_home_opened", "app_mention", "message.channels", "message.groups", "message.im"}

// Manifest is what an app is set up from in Slack, as JSON.
type Manifest struct {
	Name        string // at most 35 characters
	Description string // at most 140 characters
	Command     string // such as "/exchange"
	About       string // what the command does
	Usage       string // what may stand behind it
	// URL is the public base address for HTTP; Socket Mode when it is empty.
	URL string
}

// JSON is the manifest as Slack takes it (docs.slack.dev/reference/app-manifest).
func (m Manifest) JSON() []byte {
	type object = map[string]any
	base := strings.TrimRight(m.URL, "/")
	command := object{"command": m.Command, "description": m.About, "usage_hint": m.Usage, "should_escape": false}
	interactivity := object{"is_enabled": true}
	subscriptions := object{"bot_events": events}
	if base != "" {
		command["url"] = base + CommandPath
		interactivity["request_url"] = base + InteractionPath
		subscriptions["request_url"] = base + EventPath
	}
	data, _ := json.MarshalIndent(object{ // of strings and booleans: it cannot fail
		"display_information": object{"name": m.Name, "description": m.Description},
		"features": object{
			"app_home":       object{"home_tab_enabled": true, "messages_tab_enabled": true, "messages_tab_read_only_enabled": false},
			"bot_user":       object{"display_name": m.Name, "always_online": true},
			"slash_commands": []object{command},
		},
		"oauth_config": object{"scopes": object{"bot": scopes}},
		"settings": object{
			"event_subscriptions":    subscriptions,
			"interactivity":          interactivity,
			"org_deploy_enabled":     false,
			"socket_mode_enabled":    base == "",
			"token_rotation_enabled": false,
		},
	}, "", "  ")
	return append(data, '\n')
}
