package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"exchangebot/bot"
	"exchangebot/locales"
)

// labelKey is before the language in the key of a link's label.
const labelKey = "label-"

// misreading is a line of a file that does not say anything the command knows.
type misreading struct {
	line    int
	message string // its id in the locales
	values  bot.Values
}

// unreadable is the error of a file with a [misreading].
type unreadable []misreading

func (u unreadable) Error() string {
	return fmt.Sprintf("announcement has %d unreadable lines", len(u))
}

// readAnnouncement reads a file. What is missing in it is said later, with
// everything else that keeps it from being sent.
func readAnnouncement(name string) (*bot.Announcement, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read announcement: %w", err)
	}
	a := &bot.Announcement{Texts: map[bot.Language]string{}, Labels: map[bot.Language]string{}}
	var at string // such as "2027-03-29 09:00"; missing: now
	var city bot.City
	keys, into := []string{}, map[string]any{}
	known := func(key string, target any) { keys, into[key] = append(keys, key), target }
	known("title", &a.Title)
	texts, labels := map[bot.Language]*string{}, map[bot.Language]*string{}
	for _, lang := range locales.Languages() {
		texts[lang], labels[lang] = new(string), new(string)
		known(string(lang), texts[lang])
		known(labelKey+string(lang), labels[lang])
	}
	known("link", &a.Link)
	known("picture", &a.Picture)
	known("volunteers", &a.Audience.Volunteers)
	known("fields", &a.Audience.Fields)
	known("kinds", &a.Audience.Kinds)
	known("cities", &a.Audience.Cities)
	known("languages", &a.Audience.Languages)
	known("channels", &a.Audience.Channels)
	known("at", &at)
	known("city", &city)
	lines, wrong := readKeys(data, keys, into)
	for lang := range texts {
		if *texts[lang] != "" {
			a.Texts[lang] = *texts[lang]
		}
		if *labels[lang] != "" {
			a.Labels[lang] = *labels[lang]
		}
	}
	if at == "" && city != "" {
		wrong = append(wrong, misreading{lines["city"], "cli-file-city", nil})
	}
	if at != "" {
		date, clock, _ := strings.Cut(strings.Replace(strings.TrimSpace(at), "T", " ", 1), " ")
		a.Schedule = bot.NewSchedule(date, strings.TrimSpace(clock), city)
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	return a, nil
}

// readKeys reads a YAML mapping: each key into what is meant for it, and tells
// in which line it stands.
func readKeys(data []byte, keys []string, into map[string]any) (lines map[string]int, wrong unreadable) {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, unreadable{{lineOf(err), "cli-file-syntax", nil}}
	}
	lines = map[string]int{}
	if len(document.Content) == 0 { // an empty file
		return lines, nil
	}
	root := document.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, unreadable{{root.Line, "cli-file-keys", bot.Values{"Keys": strings.Join(keys, ", ")}}}
	}
	for pair := range slices.Chunk(root.Content, 2) {
		key, target := pair[0].Value, into[pair[0].Value]
		say := func(message string, values bot.Values) {
			values["Key"] = key
			wrong = append(wrong, misreading{pair[0].Line, message, values})
		}
		switch before, twice := lines[key]; {
		case target == nil:
			say("cli-file-unknown", bot.Values{"Keys": strings.Join(keys, ", ")})
		case twice:
			say("cli-file-twice", bot.Values{"Before": before})
		case pair[1].Decode(target) != nil:
			say(expected(target), bot.Values{})
		}
		lines[key] = pair[0].Line
	}
	return lines, wrong
}

// expected is the message that says what has to stand there.
func expected(target any) string {
	switch target.(type) {
	case *string, *bot.City:
		return "cli-file-text"
	case *bool:
		return "cli-file-bool"
	}
	return "cli-file-list"
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// lineOf is the line that the YAML library complains about; what is wrong may
// stand next to it.
func lineOf(err error) int {
	line := 1
	if found := yamlLine.FindStringSubmatch(err.Error()); found != nil {
		line, _ = strconv.Atoi(found[1]) // the expression takes digits only
	}
	return line
}

// key is what an input of the form is called in the file.
func key(field string) string {
	switch field {
	case "date", "time":
		return "at"
	case "audience":
		return "volunteers"
	}
	return strings.TrimPrefix(field, "text-")
}
