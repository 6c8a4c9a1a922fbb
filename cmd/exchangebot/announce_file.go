package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"exchangebot/bot"
	"exchangebot/locales"
)

// announcementFile is how an announcement is written for the command line,
// besides its texts, which stand under the language ("de"), and the labels of
// its link ("label-de").
type announcementFile struct {
	Title   string `yaml:"title"`
	Link    string `yaml:"link"`
	Picture string `yaml:"picture"`

	Volunteers bool                `yaml:"volunteers"`
	Fields     []bot.Field         `yaml:"fields"`
	Kinds      []bot.VolunteerKind `yaml:"kinds"`
	Cities     []bot.City          `yaml:"cities"`
	Languages  []bot.Language      `yaml:"languages"`
	Channels   []string            `yaml:"channels"`

	At   string   `yaml:"at"` // such as "2027-03-29 09:00"; missing: now
	City bot.City `yaml:"city"`

	Texts map[string]yaml.Node `yaml:",inline"`
}

// labelKey is before the language in the key of a link's label.
const labelKey = "label-"

// readAnnouncement reads a file. What is missing in it is said later, with
// everything else that keeps it from being sent.
func readAnnouncement(name string) (*bot.Announcement, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read announcement: %w", err)
	}
	var f announcementFile
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	a := &bot.Announcement{
		Title: f.Title, Link: f.Link, Picture: f.Picture, Texts: map[bot.Language]string{}, Labels: map[bot.Language]string{},
		Audience: bot.Audience{Volunteers: f.Volunteers, Fields: f.Fields, Kinds: f.Kinds, Cities: f.Cities, Languages: f.Languages, Channels: f.Channels},
	}
	for _, lang := range locales.Languages() {
		for key, texts := range map[string]map[bot.Language]string{string(lang): a.Texts, labelKey + string(lang): a.Labels} {
			if node := f.Texts[key]; node.Kind == yaml.ScalarNode {
				texts[lang] = node.Value
				delete(f.Texts, key)
			}
		}
	}
	var problems []error
	for _, key := range slices.Sorted(maps.Keys(f.Texts)) {
		problems = append(problems, fmt.Errorf("read %s: line %d: %q says nothing here", name, f.Texts[key].Line, key))
	}
	if f.At == "" && f.City != "" {
		problems = append(problems, fmt.Errorf("read %s: city without at", name))
	}
	if f.At != "" {
		date, clock, _ := strings.Cut(strings.Replace(strings.TrimSpace(f.At), "T", " ", 1), " ")
		a.Schedule = bot.NewSchedule(date, strings.TrimSpace(clock), f.City)
	}
	return a, errors.Join(problems...)
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
