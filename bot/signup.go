package bot

import (
	"regexp"
	"strings"
	"time"
)

// ConsentWording is the version of the message "consent". Whoever changes that
// message changes this too: it is stored what people agreed to.
const ConsentWording = "2026-11"

// signup is the dialogue in which a volunteer signs up, and in which they
// change what is stored.
func signup() *dialogue {
	isElsewhere := func(p *Position) bool { return p.Values["city"] == string(Elsewhere) }
	return &dialogue{
		name: "signup",
		steps: []step{
			{name: "kind", read: readKind, press: pressOf("kind", kinds), buttons: buttonsOf("kind", "kind-", kinds), show: showOf("kind-")},
			{name: "organisation", free: true, read: lineStep("organisation", readOrganisation), when: func(p *Position) bool { return p.Values["kind"] != string(Private) }},
			{name: "name", free: true, read: readContact},
			{name: "city", free: true, read: readCity, press: pressCity, buttons: buttonsOf("city", "city-", cities), show: showOf("city-")},
			{name: "place", free: true, read: readCity, when: isElsewhere},
			{name: "fields", read: readFields, press: pressField, buttons: fieldButtons, show: showFields},
			{name: "offers", optional: true, free: true, long: true, read: lineStep("offers", readFree)},
			{name: "seeks", optional: true, free: true, long: true, read: lineStep("seeks", readFree)},
			{name: "email", read: readMail, press: pressMail, buttons: mailButtons},
			{name: "phone", optional: true, read: readTelephone, show: func(_ *Turn, value string) Markdown { return Markdown(Escape(showPhone(value))) }},
			{name: "consent", read: readConsent, press: pressConsent, buttons: consentButtons, show: showConsent, again: "ask-consent-again",
				intro: func(t *Turn) string {
					return t.Text("ask-consent", nil) + "\n\n" + t.Text("consent", Values{"Months": t.bot.periods.Months})
				}},
			{name: "summary", read: readSummary, buttons: summaryButtons, intro: (*Turn).summary, again: "ask-summary-again", when: func(p *Position) bool { return !p.Record }},
		},
		end: (*Turn).signedUp,
	}
}

// payloadForm is what a deep link may carry (core.telegram.org/bots/features#deep-linking).
var payloadForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// startSignUp begins, goes on with what is unfinished, or shows what is there.
func (t *Turn) startSignUp(args []string) {
	c := t.Conversation
	payload := ""
	if len(args) > 0 && payloadForm.MatchString(args[0]) {
		payload = args[0]
	}
	if p := c.Position; p != nil && p.Dialogue == "signup" {
		p.Paused, p.Touched = false, t.bot.now().UTC()
		if t.Kind == KindPress {
			t.Say(Message{Edit: t.Press.Message})
		}
		m := t.question()
		m.Text = t.Text("signup-continued", nil) + "\n\n" + m.Text
		t.Say(m)
		return
	}
	values := valuesOf(t.Volunteer)
	id := "signup-intro"
	switch {
	case t.Volunteer.Status == StatusWithdrawn:
		id = "signup-again"
	case t.Volunteer.Version > 0:
		t.Say(Message{Text: t.Text("signup-exists", Values{"Reference": t.Volunteer.Reference})})
		t.showMyData(nil)
		return
	}
	c.Position = &Position{Dialogue: "signup", Values: values, Payload: payload, Touched: t.bot.now().UTC()}
	t.Say(Message{Text: t.Text(id, nil)})
	t.proceed()
}

// summary shows everything that was entered.
func (t *Turn) summary() string {
	return t.Text("ask-summary", nil) + "\n\n" + t.list(t.Conversation.Position.Values)
}

// list names the steps with their values, one a line.
func (t *Turn) list(values map[string]string) string {
	var lines []string
	p := &Position{Dialogue: "signup", Values: values}
	for i := range t.bot.dialogues["signup"].steps {
		s := &t.bot.dialogues["signup"].steps[i]
		value, answered := values[s.name]
		if answered && s.applies(p) && (s.name != "city" || value != string(Elsewhere)) {
			lines = append(lines, t.labelled(s.name, t.shown(s, value)))
		}
	}
	return strings.Join(lines, "\\\n")
}

func summaryButtons(t *Turn) [][]Button {
	return append([][]Button{{{Label: t.Text("button-confirm", nil), Data: "/confirm"}}}, t.editButtons(t.Conversation.Position.Values)...)
}

// editButtons change one answer each.
func (t *Turn) editButtons(values map[string]string) [][]Button {
	var buttons []Button
	p := &Position{Values: values}
	for i := range t.bot.dialogues["signup"].steps {
		s := &t.bot.dialogues["signup"].steps[i]
		if _, answered := values[s.name]; answered && s.applies(p) && s.name != "consent" && s.name != "place" {
			buttons = append(buttons, Button{Label: "✏️ " + t.label(s.name), Data: "/edit " + s.name})
		}
	}
	return pairs(buttons)
}

func (t *Turn) offerEdits() {
	t.Say(Message{Text: t.Text("edit-which", nil), Buttons: t.editButtons(t.Conversation.Position.Values)})
}

// edit asks one step again: of what is being entered, or of the stored record.
func (t *Turn) edit(args []string) {
	c := t.Conversation
	p := c.Position
	if p == nil && t.Volunteer != nil && t.Volunteer.Version > 0 && t.Volunteer.Status != StatusWithdrawn {
		p = &Position{Dialogue: "signup", Values: valuesOf(t.Volunteer), Record: true}
	}
	if p == nil || len(args) == 0 {
		t.stale()
		return
	}
	s, _ := t.bot.dialogues["signup"].find(args[0])
	if _, answered := p.Values[args[0]]; s == nil || !answered || !s.applies(p) || s.name == "summary" || p.Record && s.name == "consent" {
		t.stale()
		return
	}
	c.Position = p
	p.Step, p.Paused, p.Maybe, p.Touched = s.name, false, "", t.bot.now().UTC()
	t.askStep()
}

// confirm sends the sign-up. Pressed once more, it says so and does nothing.
func (t *Turn) confirm([]string) {
	p := t.Conversation.Position
	switch {
	case p != nil && p.Dialogue == "signup" && p.Step == "summary":
		p.Paused = false
		t.Say(Message{Edit: t.Press.Message})
		t.enter("summary", "yes")
		t.proceed()
	case p == nil && t.Volunteer.Version > 0 && t.Volunteer.Status != StatusWithdrawn:
		t.Acknowledge(t.Text("confirmed-already", Values{"Reference": Markdown(t.Volunteer.Reference)}))
	default:
		t.stale()
	}
}

// signedUp is the end of the dialogue: the record is stored with the turn.
// Applied once more to what it has stored, it changes nothing.
func (t *Turn) signedUp() {
	c := t.Conversation
	p := c.Position
	v := t.Volunteer
	now := t.bot.now().UTC().Truncate(time.Millisecond)
	isNew := v.Version == 0 || v.Status == StatusWithdrawn
	if v.Version == 0 {
		channel, _ := c.Chat.Split()
		v.Reference, v.Created = t.bot.reference(), now
		v.Source = Source{Channel: channel, Payload: p.Payload}
	}
	if isNew {
		v.Status = StatusNew
	}
	fillVolunteer(v, p.Values)
	v.Language = t.Language
	v.Changed, v.Seen, v.Asked, v.Claimed = now, now, time.Time{}, time.Time{}
	t.save, t.unsaved = true, "not-saved"
	c.Position, c.Pending = nil, nil // the summary is in the replies
	id := "signup-done"
	if p.Record {
		id, t.unsaved = "edit-done", "not-changed"
	} else {
		t.Count(EventSignedUp, "", t.Language)
	}
	t.Say(Message{Text: t.Text(id, Values{"Reference": v.Reference}), Buttons: [][]Button{{
		{Label: t.Text("button-mydata", nil), Data: "/mydata"},
		{Label: t.Text("button-topics", nil), Data: "/topics"},
	}}})
}

// valuesOf is what a record has answered already.
func valuesOf(v *Volunteer) map[string]string {
	values := map[string]string{}
	if v == nil || v.Version == 0 {
		return values
	}
	values["kind"], values["city"], values["fields"] = string(v.Kind), string(v.City), joinFields(v.Fields)
	if v.City == Elsewhere {
		values["place"] = v.Place
	}
	if v.Status == StatusWithdrawn {
		return values
	}
	if v.Kind != Private {
		values["organisation"] = v.Organisation
	}
	values["name"], values["email"] = v.Name, v.Email
	values["offers"], values["seeks"], values["phone"] = v.Offers, v.Seeks, v.Phone
	values["consent"] = strings.Join([]string{v.Consent.Wording, string(v.Consent.Language), v.Consent.Given.Format(time.RFC3339Nano)}, " ")
	return values
}

// fillVolunteer puts what was entered into the record.
func fillVolunteer(v *Volunteer, values map[string]string) {
	v.Kind, v.City = VolunteerKind(values["kind"]), City(values["city"])
	v.Organisation, v.Place = "", ""
	if v.Kind != Private {
		v.Organisation = values["organisation"]
	}
	if v.City == Elsewhere {
		v.Place = values["place"]
	}
	v.Name, v.Email, v.Phone = values["name"], values["email"], values["phone"]
	v.EmailKey = EmailKey(v.Email)
	v.Fields = splitFields(values["fields"])
	v.Offers, v.Seeks = values["offers"], values["seeks"]
	v.Consent = readConsentValue(values["consent"])
}
