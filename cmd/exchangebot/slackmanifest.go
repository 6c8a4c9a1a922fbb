package main

import (
	"fmt"
	"unicode/utf8"

	"exchangebot/adapters/slack"
	"exchangebot/locales"
)

// slackCommand is the slash command of staff.
const slackCommand = "/exchange"

type slackManifestCmd struct {
	URL string `name:"url" placeholder:"URL" help:"Public base address, for HTTP. Unset: for Socket Mode."`
}

// Run prints the manifest.
func (m slackManifestCmd) Run(s streams) error {
	if m.URL != "" && !isWebAddress(m.URL) {
		return fmt.Errorf("--url %q is not an https:// address", m.URL)
	}
	texts, err := locales.Texts()
	if err != nil {
		return err
	}
	lang := texts.Languages()[0]
	manifest := slack.Manifest{
		Name:        texts.Say(lang, "profile-name", nil),
		Description: texts.Say(lang, "profile-about", nil),
		Command:     slackCommand,
		About:       texts.Say(lang, "profile-desk", nil),
		Usage:       "help",
		URL:         m.URL,
	}
	if utf8.RuneCountInString(manifest.Name) > 35 || utf8.RuneCountInString(manifest.Description) > 140 {
		return fmt.Errorf("profile-name or profile-about in locales/messages.%s.toml is too long for Slack", lang)
	}
	_, err = s.out.Write(manifest.JSON())
	return err
}
