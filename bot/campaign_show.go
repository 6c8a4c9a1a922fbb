package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// announced is an announcement as people of a language get it.
func (b *Bot) announced(a *Announcement, lang Language) Message {
	m := Message{Text: a.Texts[lang], Picture: a.Picture}
	if a.Link != "" {
		label := a.Labels[lang]
		if label == "" {
			label = b.texts.Say(lang, "button-announced-link", nil)
		}
		m.Buttons = append(m.Buttons, []Button{{Label: label, URL: a.Link}})
	}
	m.Buttons = append(m.Buttons, []Button{{Label: b.texts.Say(lang, "button-unsubscribe", nil), Data: "/unsubscribe"}})
	return m
}

// announcers are the channels that carry announcements, by name.
func (b *Bot) announcers() map[string]Announcer {
	list := map[string]Announcer{}
	if channels := b.channels.Load(); channels != nil {
		for name, channel := range *channels {
			if announcer, is := channel.(Announcer); is {
				list[name] = announcer
			}
		}
	}
	return list
}

// Channels names the channels that carry announcements, sorted.
func (c *Campaigns) Channels() []string { return slices.Sorted(maps.Keys(c.bot.announcers())) }

// Shown is an announcement as a channel shows it to people of a language.
type Shown struct {
	Channel  string
	Language Language
	Message  Message
	Preview
}

// Previews are all that will be seen of it, by channel and language.
func (c *Campaigns) Previews(a *Announcement) []Shown {
	var list []Shown
	announcers := c.bot.announcers()
	for _, name := range c.Channels() {
		if len(a.Audience.Channels) > 0 && !slices.Contains(a.Audience.Channels, name) {
			continue
		}
		for _, lang := range c.bot.texts.Languages() {
			m := c.bot.announced(a, lang)
			list = append(list, Shown{name, lang, m, announcers[name].Preview(m)})
		}
	}
	return list
}

// Test sends an announcement to one chat at once, in every language: what is
// written of it, with a line before that says so.
func (c *Campaigns) Test(ctx context.Context, id string, chat ChatID) error {
	a, err := c.known(ctx, id)
	if err != nil {
		return err
	}
	name, _ := chat.Split()
	announcer := c.bot.announcers()[name]
	if announcer == nil {
		return &Refusal{Message: "announce-no-chat"}
	}
	for _, lang := range c.bot.texts.Languages() {
		m := c.bot.announced(a, lang)
		if !announcer.Preview(m).Fits() {
			return c.incomplete(a)
		}
		for _, m := range []Message{{Text: c.bot.texts.Say(lang, "announce-test", Values{"Title": a.Title})}, m} {
			if err := announcer.Send(ctx, chat, m); errors.Is(err, ErrGone) || errors.Is(err, ErrRejected) {
				return fmt.Errorf("%w: %w", &Refusal{Message: "announce-test-failed"}, err)
			} else if err != nil {
				return fmt.Errorf("send test: %w", err)
			}
		}
	}
	return nil
}

// Size counts the recipients that there are at the moment, by channel and language.
func (c *Campaigns) Size(ctx context.Context, audience Audience) ([]Reached, error) {
	return c.bot.audienceSize(ctx, audience)
}

// Duration is how long it takes to reach so many at the channels' rates.
func (c *Campaigns) Duration(size []Reached) time.Duration {
	announcers := c.bot.announcers()
	var seconds float64
	for _, r := range size {
		if announcer := announcers[r.Channel]; announcer != nil && announcer.Rate() > 0 {
			seconds += float64(r.N) / announcer.Rate()
		}
	}
	return time.Duration(seconds * float64(time.Second)).Round(time.Second)
}

// SumReached is how many they are in all.
func SumReached(size []Reached) (n int64) {
	for _, r := range size {
		n += r.N
	}
	return n
}
