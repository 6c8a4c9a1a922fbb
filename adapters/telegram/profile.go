package telegram

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	tgbot "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// Profile is what Telegram shows of the bot to people of one language. What is
// empty is left as it is on Telegram.
type Profile struct {
	Language    string // two letters; empty for everybody else
	Name        string // 64 characters
	Description string // 512, shown before the first message
	About       string // 120, shown in the bot's profile
	Commands    []Command
}

// Command is a line of the menu.
type Command struct {
	Name        string // 1 to 32 of a-z 0-9 _, without the slash
	Description string // 1 to 256 characters
}

var (
	languageCode = regexp.MustCompile(`^([a-z]{2})?$`)
	commandName  = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
)

func (p Profile) problems() []error {
	var list []error
	add := func(wrong bool, what string, args ...any) {
		if wrong {
			list = append(list, fmt.Errorf("telegram profile %q: %s", p.Language, fmt.Sprintf(what, args...)))
		}
	}
	add(!languageCode.MatchString(p.Language), "the language is not two letters")
	for _, f := range []struct {
		name, text string
		most       int
	}{{"name", p.Name, 64}, {"description", p.Description, 512}, {"about", p.About, 120}} {
		add(utf8.RuneCountInString(f.text) > f.most, "the %s is longer than %d characters", f.name, f.most)
	}
	add(len(p.Commands) > 100, "more than 100 commands")
	for _, command := range p.Commands {
		n := utf8.RuneCountInString(command.Description)
		add(!commandName.MatchString(command.Name), "%q is not the name of a command", command.Name)
		add(n < 1 || n > 256, "the description of /%s has not 1 to 256 characters", command.Name)
	}
	return list
}

// present sets the profiles where they differ from what Telegram has. It may
// take long: Telegram lets names be changed only a few times a day.
func (c *Channel) present(ctx context.Context) {
	for _, p := range c.cfg.Profiles {
		for _, s := range c.settings(p) {
			same := false
			err := c.insist(ctx, "get"+s.name, func(ctx context.Context) (err error) {
				same, err = s.same(ctx)
				return err
			})
			if err == nil && !same {
				err = c.insist(ctx, "set"+s.name, s.set)
			}
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				c.log.ErrorContext(ctx, "profile left as it is", "setting", s.name, "language", p.Language, "error", err)
			}
		}
	}
}

// setting is a part of a profile.
type setting struct {
	name string // of the API's methods, without get or set
	same func(context.Context) (bool, error)
	set  func(context.Context) error
}

func (c *Channel) settings(p Profile) []setting {
	var list []setting
	if p.Commands != nil {
		var menu []models.BotCommand
		for _, command := range p.Commands {
			menu = append(menu, models.BotCommand{Command: command.Name, Description: command.Description})
		}
		list = append(list, setting{"MyCommands",
			func(ctx context.Context) (bool, error) {
				got, err := c.tg.GetMyCommands(ctx, &tgbot.GetMyCommandsParams{LanguageCode: p.Language})
				return slices.Equal(got, menu), err
			},
			func(ctx context.Context) error {
				_, err := c.tg.SetMyCommands(ctx, &tgbot.SetMyCommandsParams{Commands: menu, LanguageCode: p.Language})
				return err
			}})
	}
	if p.Description != "" {
		list = append(list, setting{"MyDescription",
			func(ctx context.Context) (bool, error) {
				got, err := c.tg.GetMyDescription(ctx, &tgbot.GetMyDescriptionParams{LanguageCode: p.Language})
				return got.Description == p.Description, err
			},
			func(ctx context.Context) error {
				_, err := c.tg.SetMyDescription(ctx, &tgbot.SetMyDescriptionParams{Description: p.Description, LanguageCode: p.Language})
				return err
			}})
	}
	if p.About != "" {
		list = append(list, setting{"MyShortDescription",
			func(ctx context.Context) (bool, error) {
				got, err := c.tg.GetMyShortDescription(ctx, &tgbot.GetMyShortDescriptionParams{LanguageCode: p.Language})
				return got.ShortDescription == p.About, err
			},
			func(ctx context.Context) error {
				_, err := c.tg.SetMyShortDescription(ctx, &tgbot.SetMyShortDescriptionParams{ShortDescription: p.About, LanguageCode: p.Language})
				return err
			}})
	}
	if p.Name != "" {
		list = append(list, setting{"MyName",
			func(ctx context.Context) (bool, error) {
				got, err := c.tg.GetMyName(ctx, &tgbot.GetMyNameParams{LanguageCode: p.Language})
				return got.Name == p.Name, err
			},
			func(ctx context.Context) error {
				_, err := c.tg.SetMyName(ctx, &tgbot.SetMyNameParams{Name: p.Name, LanguageCode: p.Language})
				return err
			}})
	}
	return list
}
