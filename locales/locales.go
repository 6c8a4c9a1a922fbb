// Package locales holds all words that citizens see: the bot's messages and
// the approved answers, in German and in French.
package locales

import (
	"embed"
	"fmt"
	"io/fs"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"exchangebot/bot"
)

//go:embed messages.*.toml knowledge
var files embed.FS

// Languages lists what the bot speaks, the default first.
func Languages() []bot.Language { return []bot.Language{bot.German, bot.French} }

// Texts loads the messages of all languages.
func Texts() (*bot.Texts, error) {
	bundle := i18n.NewBundle(language.Make(string(Languages()[0])))
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for _, lang := range Languages() {
		if _, err := bundle.LoadMessageFileFS(files, fmt.Sprintf("messages.%s.toml", lang)); err != nil {
			return nil, fmt.Errorf("load messages: %w", err)
		}
	}
	return bot.NewTexts(bundle, Languages()...), nil
}

// Knowledge is the knowledge base as it was when the program was built.
func Knowledge() fs.FS {
	sub, err := fs.Sub(files, "knowledge")
	if err != nil {
		panic(err) // the folder's name is a constant
	}
	return sub
}
