package bot

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const (
	maxWritten  = 3000 // characters that a form takes of a text
	maxAddress  = 2000
	atOnceClock = "now" // among the clocks: it goes out at once
)

// announcementID is what one looks like.
var announcementID = regexp.MustCompile(`^[0-9a-z]{8,10}$`)

// writeAnnouncement opens the form of the draft that is named, or of a new
// announcement: under that name, where it was entered and never stored.
func writeAnnouncement(ctx context.Context, v *visit, id string) (Response, error) {
	if !announcementID.MatchString(id) {
		var err error
		if id, err = v.bot.Campaigns().newID(ctx); err != nil {
			return Response{}, err
		}
	}
	a, err := v.bot.announcement(ctx, id)
	switch {
	case err != nil:
		return Response{}, err
	case a == nil:
		return Response{Form: v.announceForm(&Announcement{ID: id, State: Drafted})}, nil
	case a.State != Drafted:
		form, err := v.review(ctx, a, v.plain("announce-is-"+string(a.State), nil))
		return Response{Form: form}, err
	}
	return Response{Form: v.announceForm(a)}, v.audit(ctx, AuditRead, "announce", id)
}

// copyAnnouncement opens the form of a new one, in which stands what was
// written in another.
func copyAnnouncement(ctx context.Context, v *visit, id string) (Response, error) {
	a, none, err := v.announcement(ctx, id)
	if err != nil || none != nil {
		return orNone(none), err
	}
	draft := &Announcement{State: Drafted}
	draft.write(a)
	draft.Schedule = Schedule{}
	if draft.ID, err = v.bot.Campaigns().newID(ctx); err != nil {
		return Response{}, err
	}
	return Response{Form: v.announceForm(draft)}, v.audit(ctx, AuditRead, "announce-copy", id)
}

// announceForm asks for everything that makes an announcement. No input is
// required, so that what is there can be kept as a draft.
//
// Its version names the form itself besides: what a person saves several times
// from one form is no conflict.
func (v *visit) announceForm(a *Announcement) *Form {
	form := &Form{ID: fmt.Sprintf("announce %s %s-%s", a.ID, a.version(), v.bot.reference()), Title: v.plain("desk-announce", nil),
		Submit: v.say("desk-button-check", nil), Cancel: v.say("desk-button-close", nil), Draft: true, Blocks: []Block{{Note: v.say("desk-announce-note", nil)}}}
	add := func(in Input) {
		in.Optional = true
		form.Inputs = append(form.Inputs, in)
	}
	add(Input{Name: "title", Kind: InputLine, Label: v.plain("desk-announce-title", nil), Hint: v.plain("desk-announce-title-hint", nil), Value: []string{a.Title}, Max: maxTitleLength})
	problems := v.bot.Campaigns().Problems(a)
	for _, lang := range v.bot.texts.Languages() {
		in := Input{Name: "text-" + string(lang), Kind: InputText, Label: v.plain("desk-announce-text", Values{"Language": v.languageName(lang)}),
			Hint: v.plain("desk-announce-text-hint", Values{"Count": maxWritten}), Value: []string{a.Texts[lang]}, Max: maxWritten}
		for _, p := range problems {
			if p.Field == in.Name && p.Message == tooLong {
				in.Hint = v.plain(p.Message, p.Values) + " " + in.Hint
			}
		}
		add(in)
	}
	add(Input{Name: "link", Kind: InputLine, Label: v.plain("desk-announce-link", nil), Hint: v.plain("desk-announce-link-hint", nil), Value: []string{a.Link}, Max: maxAddress})
	for _, lang := range v.bot.texts.Languages() {
		add(Input{Name: "label-" + string(lang), Kind: InputLine, Label: v.plain("desk-announce-label", Values{"Language": v.languageName(lang)}), Value: []string{a.Labels[lang]}, Max: maxLabel})
	}
	add(Input{Name: "picture", Kind: InputLine, Label: v.plain("desk-announce-picture", nil), Hint: v.plain("desk-announce-picture-hint", nil), Value: []string{a.Picture}, Max: maxAddress})
	for _, in := range append(v.audienceInputs(a.Audience), v.timeInputs(a.Schedule)...) {
		add(in)
	}
	return form
}

func (v *visit) audienceInputs(a Audience) []Input {
	who := []string{"subscribers"}
	if a.Volunteers {
		who[0] = "volunteers"
	}
	var languages, channels []Option
	for _, lang := range v.bot.texts.Languages() {
		languages = append(languages, Option{string(lang), v.languageName(lang)})
	}
	for _, name := range v.bot.Campaigns().Channels() {
		channels = append(channels, Option{name, channelName(name)})
	}
	options := func(prefix string, values []string) (list []Option) {
		for i, label := range v.names(prefix, values) {
			list = append(list, Option{values[i], label})
		}
		return list
	}
	anybody, volunteers := v.plain("desk-announce-any-hint", nil), v.plain("desk-announce-volunteers-hint", nil)
	return []Input{
		{Name: "audience", Kind: InputChoice, Label: v.plain("desk-announce-whom", nil), Value: who, Options: options("desk-audience-", []string{"subscribers", "volunteers"})},
		{Name: "fields", Kind: InputChoices, Label: v.plain("desk-announce-fields", nil), Hint: anybody, Value: stringsOf(a.Fields), Options: options("field-", stringsOf(fields))},
		{Name: "kinds", Kind: InputChoices, Label: v.plain("desk-announce-kinds", nil), Hint: volunteers, Value: stringsOf(a.Kinds), Options: options("kind-", stringsOf(kinds))},
		{Name: "cities", Kind: InputChoices, Label: v.plain("desk-announce-cities", nil), Hint: volunteers, Value: stringsOf(a.Cities), Options: options("city-", stringsOf(cities))},
		{Name: "languages", Kind: InputChoices, Label: v.plain("desk-announce-languages", nil), Hint: anybody, Value: stringsOf(a.Languages), Options: languages},
		{Name: "channels", Kind: InputChoices, Label: v.plain("desk-announce-channels", nil), Hint: anybody, Value: a.Channels, Options: channels},
	}
}

// timeInputs ask for a day, a time and whose clock shows them. At once is one
// of the clocks as well: a day that was chosen cannot be emptied everywhere.
func (v *visit) timeInputs(s Schedule) []Input {
	date, clock, _ := strings.Cut(s.Local, "T")
	city := s.City
	if city == "" {
		city = Clocks()[0]
	}
	var clocks []Option
	for _, c := range Clocks() {
		clocks = append(clocks, Option{string(c), v.plain("desk-announce-clock", Values{"City": Markdown(v.say("city-"+string(c), nil))})})
	}
	clocks = append(clocks, Option{atOnceClock, v.plain("desk-announce-at-once", nil)})
	return []Input{
		{Name: "date", Kind: InputDate, Label: v.plain("desk-announce-date", nil), Hint: v.plain("desk-announce-date-hint", nil), Value: filled(date)},
		{Name: "time", Kind: InputTime, Label: v.plain("desk-announce-time", nil), Value: filled(clock)},
		{Name: "city", Kind: InputChoice, Label: v.plain("desk-announce-whose", nil), Value: []string{string(city)}, Options: clocks},
	}
}

func filled(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

// readAnnouncement is what was entered, as it is.
func (v *visit) readAnnouncement(form Submission) *Announcement {
	a := &Announcement{Title: form.first("title"), Link: form.first("link"), Picture: form.first("picture"),
		Texts: map[Language]string{}, Labels: map[Language]string{}}
	for _, lang := range v.bot.texts.Languages() {
		a.Texts[lang], a.Labels[lang] = form.first("text-"+string(lang)), form.first("label-"+string(lang))
	}
	a.Audience = Audience{
		Volunteers: form.first("audience") == "volunteers",
		Fields:     inOrder(fields, form.Values["fields"]), Kinds: inOrder(kinds, form.Values["kinds"]), Cities: inOrder(cities, form.Values["cities"]),
		Languages: inOrder(v.bot.texts.Languages(), form.Values["languages"]), Channels: inOrder(v.bot.Campaigns().Channels(), form.Values["channels"]),
	}
	date, clock, city := form.first("date"), form.first("time"), form.first("city")
	if date+clock != "" && city != atOnceClock {
		a.Schedule = NewSchedule(date, clock, City(city))
	}
	return a
}

// inOrder are those of the known values that were chosen.
func inOrder[T ~string](known []T, chosen []string) (list []T) {
	for _, value := range known {
		if slices.Contains(chosen, string(value)) {
			list = append(list, value)
		}
	}
	return list
}
