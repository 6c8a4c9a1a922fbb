package bot

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxTitleLength = 150
	maxLabel       = 64 // characters of a button that phones still show

	tooLong = "announce-problem-text-long" // the problem of a text that does not fit into one message
)

// Problems are all that keep it from being released, but for an audience in
// which nobody is. A Field is "title", "text-" or "label-" and a language,
// "link", "picture", "fields", "kinds", "cities", "languages", "channels",
// "date", "time" or "city".
func (c *Campaigns) Problems(a *Announcement) []Problem {
	var list []Problem
	report := func(wrong bool, field, message string, values Values) {
		if wrong && !slices.ContainsFunc(list, func(p Problem) bool { return p.Field == field }) {
			list = append(list, Problem{field, message, values})
		}
	}
	report(a.Title == "", "title", "announce-problem-title", nil)
	report(utf8.RuneCountInString(a.Title) > maxTitleLength, "title", "announce-problem-title-long", Values{"Count": maxTitleLength})
	report(a.Link != "" && !isSecureAddress(a.Link), "link", "announce-problem-address", nil)
	report(a.Picture != "" && !isSecureAddress(a.Picture), "picture", "announce-problem-address", nil)
	for _, lang := range c.bot.texts.Languages() {
		label := "label-" + string(lang)
		report(a.Texts[lang] == "", "text-"+string(lang), "announce-problem-text", nil)
		report(a.Labels[lang] != "" && a.Link == "", label, "announce-problem-label", nil)
		report(utf8.RuneCountInString(a.Labels[lang]) > maxLabel, label, "announce-problem-label-long", Values{"Count": maxLabel})
	}
	for _, shown := range c.Previews(a) {
		report(!shown.Fits(), "text-"+string(shown.Language), tooLong,
			Values{"Channel": channelName(shown.Channel), "Count": shown.Length, "Length": shown.Length, "Limit": shown.Limit})
	}
	c.checkAudience(a.Audience, report)
	c.checkSchedule(a.Schedule, report)
	return list
}

type reporter func(wrong bool, field, message string, values Values)

func (c *Campaigns) checkAudience(a Audience, report reporter) {
	report(!a.Volunteers && len(a.Kinds) > 0, "kinds", "announce-problem-volunteers", nil)
	report(!a.Volunteers && len(a.Cities) > 0, "cities", "announce-problem-volunteers", nil)
	reportUnknown(report, "fields", a.Fields, fields)
	reportUnknown(report, "kinds", a.Kinds, kinds)
	reportUnknown(report, "cities", a.Cities, cities)
	reportUnknown(report, "languages", a.Languages, c.bot.texts.Languages())
	channels := c.Channels()
	report(len(channels) == 0, "channels", "announce-problem-no-channel", nil)
	reportUnknown(report, "channels", a.Channels, channels)
}

// reportUnknown reports the first value that there is not.
func reportUnknown[T ~string](report reporter, field string, chosen, known []T) {
	var names []string
	for _, value := range known {
		names = append(names, string(value))
	}
	for _, value := range chosen {
		report(!slices.Contains(known, value), field, "announce-problem-unknown", Values{"Value": string(value), "Known": strings.Join(names, ", ")})
	}
}

func (c *Campaigns) checkSchedule(s Schedule, report reporter) {
	if s.Now() {
		return
	}
	_, err := time.Parse(scheduleForm, s.Local)
	report(err != nil, "date", "announce-problem-date", nil)
	report(!slices.Contains(Clocks(), s.City), "city", "announce-problem-city", nil)
	if at, _, err := s.Resolve(); err == nil {
		report(!at.After(c.bot.now()), "time", "announce-problem-past", nil)
	}
}

func isSecureAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && len(s) <= 2048
}

func (c *Campaigns) incomplete(a *Announcement) error {
	if problems := c.Problems(a); len(problems) > 0 {
		return &Incomplete{problems}
	}
	return nil
}

// empty is the error of an audience in which nobody is.
func (a *Announcement) empty() error {
	field := "fields"
	switch {
	case len(a.Audience.Channels) > 0:
		field = "channels"
	case len(a.Audience.Languages) > 0:
		field = "languages"
	}
	return &Incomplete{[]Problem{{field, "announce-problem-empty", nil}}}
}
