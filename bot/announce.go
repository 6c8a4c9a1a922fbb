package bot

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"exchangebot/bot/query"
)

// announcementsPage is how many announcements are listed at once.
const announcementsPage = 10

// person is who they are in an announcement.
func (v *visit) person() Person { return Person{ID: v.ID, Name: v.Name} }

// announcement reads one, and tells it where there is none.
func (v *visit) announcement(ctx context.Context, id string) (*Announcement, *Response, error) {
	a, err := v.bot.announcement(ctx, id)
	if err == nil && a == nil {
		none := v.pass("announce-none", nil)
		return nil, &none, nil
	}
	return a, nil, err
}

// refused tells why something was refused; any other error stays one.
func (v *visit) refused(err error, tell func(id string, values Values) Response) (Response, error) {
	if message, values, is := Explain(err); is {
		return tell(message, values), nil
	}
	return Response{}, err
}

// pass tells it in a line that passes.
func (v *visit) pass(id string, values Values) Response { return Response{Notice: v.plain(id, values)} }

// listAnnouncements lists them, the newest first; rest is the id that the page follows.
func listAnnouncements(ctx context.Context, v *visit, rest string) (Response, error) {
	found, err := v.bot.Campaigns().Announcements(ctx, rest, announcementsPage+1)
	if err != nil {
		return Response{}, err
	}
	page := found[:min(len(found), announcementsPage)]
	list, ids := &List{}, make([]string, len(page))
	for i, a := range page {
		ids[i] = a.ID
		list.Items = append(list.Items, Item{Text: v.announcementLine(a), Button: &Button{Label: v.say("desk-button-open", nil), Data: "announce-open " + a.ID}})
	}
	id := "desk-announcements"
	if len(page) == 0 {
		id = "desk-announcements-none"
	}
	view := v.view(v.say(id, nil))
	if len(page) > 0 {
		view.Blocks = append(view.Blocks, Block{List: list})
	}
	turn := []Button{{Label: v.say("desk-button-announce", nil), Data: "announce"}}
	if rest != "" {
		turn = append(turn, Button{Label: v.say("desk-button-newest", nil), Data: "announcements"})
	}
	if len(found) > announcementsPage {
		turn = append(turn, Button{Label: v.say("desk-button-older", nil), Data: "announcements " + page[announcementsPage-1].ID})
	}
	view.Blocks = append(view.Blocks, Block{Buttons: turn})
	return Response{View: view}, v.audit(ctx, AuditRead, "announcements", ids...)
}

// announcementLine is one in a list.
func (v *visit) announcementLine(a *Announcement) string {
	text := "**" + Escape(v.titleOf(a)) + "** · " + v.stateOf(a)
	if a.Released > 0 {
		text += " · " + v.say("desk-announce-people", Values{"Count": a.Released})
	}
	when := a.Changed
	if !a.Started.IsZero() {
		when = a.Started
	}
	return text + " · " + v.say("desk-announce-line", Values{"Date": when, "Name": a.Author.Name})
}

func (v *visit) titleOf(a *Announcement) string {
	if a.Title == "" {
		return v.plain("desk-announce-untitled", nil)
	}
	return a.Title
}

func (v *visit) stateOf(a *Announcement) string { return v.say("desk-state-"+string(a.State), nil) }

// channelName is what people call a channel.
func channelName(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

// moment writes a time as the clock of a city shows it; on is the same in a sentence.
func (v *visit) moment(at time.Time, city City) string { return v.dated("desk-moment", at, city) }
func (v *visit) on(at time.Time, city City) string     { return v.dated("desk-moment-on", at, city) }

func (v *visit) dated(message string, at time.Time, city City) string {
	zone, err := city.Zone()
	if err != nil {
		return ""
	}
	local := at.In(zone)
	day := time.Date(local.Year(), local.Month(), local.Day(), 12, 0, 0, 0, time.UTC) // the same one, wherever it is written
	return v.say(message, Values{"Weekday": Markdown(v.say(fmt.Sprintf("weekday-%d", local.Weekday()), nil)), "Date": day,
		"Hour": local.Hour(), "Minute": Markdown(local.Format("04"))})
}

// headline says in plain text how it stands with one that was released.
func (v *visit) headline(a *Announcement) string {
	return v.plain("desk-posted-"+string(a.State), v.standing(a))
}

// standing is what there is to say of one that was released.
func (v *visit) standing(a *Announcement) Values {
	values := Values{"Title": v.titleOf(a), "Count": a.Released, "Name": a.Releaser.Name}
	if at, _, err := a.Schedule.Resolve(); err == nil {
		values["Moment"], values["City"] = Markdown(v.on(at, a.Schedule.City)), Markdown(v.say("city-"+string(a.Schedule.City), nil))
	}
	return values
}

// when says at what time it goes out, in both cities.
func (v *visit) when(a *Announcement) []Pair {
	at, now := a.Started, false
	soon := v.plain("desk-announce-soon", nil)
	if a.State == Proposed {
		soon = v.plain("desk-announce-approved", nil)
	}
	switch {
	case !at.IsZero():
	case a.Schedule.Now() && v.ID == "": // on the board, where a clock would stand still
		return []Pair{{v.plain("desk-announce-when", nil), soon}}
	case a.Schedule.Now():
		at, now = v.bot.now(), true
	default:
		resolved, _, err := a.Schedule.Resolve()
		if err != nil {
			return []Pair{{v.plain("desk-announce-when", nil), v.plain("desk-announce-when-open", nil)}}
		}
		at = resolved
	}
	var list []Pair
	for _, city := range Clocks() {
		value := plainText(v.moment(at, city))
		if now {
			value = v.plain("desk-announce-now", Values{"When": soon, "Moment": Markdown(v.moment(at, city))})
		}
		list = append(list, Pair{v.plain("desk-announce-when-in", Values{"City": Markdown(v.say("city-"+string(city), nil))}), value})
	}
	return list
}

// warnings are what to think about before it goes out.
func (v *visit) warnings(a *Announcement) []string {
	if !a.Started.IsZero() {
		return nil
	}
	at, change := v.bot.now(), ClockChange("")
	if !a.Schedule.Now() {
		var err error
		if at, change, err = a.Schedule.Resolve(); err != nil {
			return nil
		}
	}
	var list []string
	if change != "" {
		list = append(list, v.say("desk-warn-clock-"+string(change), Values{"City": Markdown(v.say("city-"+string(a.Schedule.City), nil)), "Moment": Markdown(v.on(at, a.Schedule.City))}))
	}
	for _, city := range Clocks() {
		if !city.ByDay(at) {
			list = append(list, v.say("desk-warn-night", Values{"City": Markdown(v.say("city-"+string(city), nil)), "Moment": Markdown(v.moment(at, city)),
				"From": DayBegins, "To": DayEnds}))
		}
	}
	return list
}

// whom says who gets an announcement.
func (v *visit) whom(a Audience) string {
	parts := []string{v.plain("desk-audience-subscribers", nil)}
	if a.Volunteers {
		parts[0] = v.plain("desk-audience-volunteers", nil)
	}
	add := func(label string, names []string) {
		if len(names) > 0 {
			parts = append(parts, v.plain(label, nil)+" "+strings.Join(names, " "+v.plain("desk-or", nil)+" "))
		}
	}
	add("desk-facet-field", v.names("field-", stringsOf(a.Fields)))
	add("desk-facet-kind", v.names("kind-", stringsOf(a.Kinds)))
	add("desk-facet-city", v.names("city-", stringsOf(a.Cities)))
	var languages, channels []string
	for _, lang := range a.Languages {
		languages = append(languages, v.languageName(lang))
	}
	for _, name := range a.Channels {
		channels = append(channels, channelName(name))
	}
	add("desk-facet-language", languages)
	add("desk-announce-channel", channels)
	return strings.Join(parts, " · ")
}

func (v *visit) names(prefix string, values []string) []string {
	var list []string
	for _, value := range values {
		list = append(list, v.plain(prefix+value, nil))
	}
	return list
}

func (v *visit) languageName(lang Language) string {
	if !v.bot.texts.Speaks(lang) {
		return string(lang)
	}
	return v.valueName(query.Language, string(lang))
}

// lasts says how long something takes, roughly.
func (v *visit) lasts(d time.Duration) string {
	minutes := int((d + time.Minute - time.Second) / time.Minute)
	switch {
	case d < time.Minute:
		return v.say("desk-lasts-moment", nil)
	case minutes < 120:
		return v.say("desk-lasts-minutes", Values{"Count": minutes})
	}
	return v.say("desk-lasts-hours", Values{"Count": (minutes + 30) / 60})
}

// took says how long something has taken.
func (v *visit) took(d time.Duration) string {
	if d < time.Minute {
		return v.say("desk-took-seconds", Values{"Count": int64(max(1, d.Round(time.Second)/time.Second))})
	}
	return v.lasts(d)
}

func orNone(r *Response) Response {
	if r == nil {
		return Response{}
	}
	return *r
}
