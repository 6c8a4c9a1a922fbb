package bot

import (
	"regexp"
	"slices"
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
			{name: "city", free: true, read: readCity, press: pressOf("city", cities), buttons: buttonsOf("city", "city-", cities), show: showOf("city-")},
			{name: "place", free: true, read: lineStep("place", readPlace), when: isElsewhere},
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

// payloadForm is what a deep link may carry (core.telegram.org/bots/features#deep-linking).
var payloadForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// pressOf takes a button that stands for one of the options.
func pressOf[T ~string](step string, options []T) func(*Turn, string) (bool, error) {
	return func(t *Turn, value string) (bool, error) {
		if !slices.Contains(options, T(value)) {
			return false, invalid("stale", nil)
		}
		t.enter(step, value)
		return true, nil
	}
}

// buttonsOf are the options, labelled by the messages that begin with prefix.
func buttonsOf[T ~string](step, prefix string, options []T) func(*Turn) [][]Button {
	return func(t *Turn) [][]Button {
		var buttons []Button
		for _, o := range options {
			buttons = append(buttons, Button{Label: t.Text(prefix+string(o), nil), Data: "/fill " + step + " " + string(o)})
		}
		return pairs(buttons)
	}
}

func showOf(prefix string) func(*Turn, string) Markdown {
	return func(t *Turn, value string) Markdown { return Markdown(t.Text(prefix+value, nil)) }
}

// pairs puts two buttons in a row.
func pairs(buttons []Button) [][]Button { return slices.Collect(slices.Chunk(buttons, 2)) }

// lineStep takes the whole text as the answer.
func lineStep(step string, read func(string) (string, error)) func(*Turn, string) error {
	return func(t *Turn, text string) error {
		value, err := read(text)
		if err == nil {
			t.enter(step, value)
		}
		return err
	}
}

// readKind reads one kind. What else is said at once is taken as far as it is
// clear: "Sportverein aus Düsseldorf".
func readKind(t *Turn, text string) error {
	words := t.bot.words
	found, rest, _ := choose(words, "words-kind-", kinds, tokens(text))
	switch {
	case len(found) == 0:
		return invalid("invalid-kind", nil)
	case len(found) > 1:
		return invalid("invalid-kind-several", Values{"First": Markdown(t.Text("kind-"+string(found[0]), nil)), "Second": Markdown(t.Text("kind-"+string(found[1]), nil))})
	}
	t.enter("kind", string(found[0]))
	at, rest, _ := choose(words, "words-city-", []City{Duesseldorf, Montreal}, rest)
	if len(at) == 1 && t.missing("city") {
		t.enter("city", string(at[0]))
		t.note("city")
	}
	if interests, _, _ := choose(words, "words-field-", fields, rest); len(interests) > 0 && t.missing("fields") {
		t.tick(interests)
		t.noted = append(t.noted, t.labelled("fields", showFields(t, joinFields(interests))))
	}
	return nil
}

func (t *Turn) missing(step string) bool {
	_, answered := t.Conversation.Position.Values[step]
	return !answered
}

// note tells with the next question what was understood besides.
func (t *Turn) note(step string) {
	s, _ := t.bot.dialogues[t.Conversation.Position.Dialogue].find(step)
	t.noted = append(t.noted, t.labelled(step, t.shown(s, t.Conversation.Position.Values[step])))
}

// readContact reads a name. An address or a number beside it is taken too.
func readContact(t *Turn, text string) error {
	rest := strings.Split(text, "\n")
	if len(rest) == 1 {
		rest = strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' })
	}
	email, phone := "", ""
	rest = slices.DeleteFunc(rest, func(part string) bool {
		if address, err := readEmail(part); err == nil && email == "" && t.missing("email") && meantEmail(address) == "" && !strings.Contains(strings.TrimSpace(part), " ") {
			email = address
			return true
		}
		number, err := readPhone(part, "")
		if err == nil && phone == "" && t.missing("phone") && len(tokens(part)) == len(tokens(phoneForm.FindString(part))) {
			phone = number
			return true
		}
		return strings.TrimSpace(part) == ""
	})
	if email+phone != "" && len(rest) > 0 {
		text = strings.TrimSpace(strings.Join(rest, ", "))
	}
	name, err := readName(text)
	if err != nil {
		return err
	}
	t.enter("name", name)
	t.enterNoted("email", email)
	t.enterNoted("phone", phone)
	return nil
}

func (t *Turn) enterNoted(step, value string) {
	if value != "" {
		t.enter(step, value)
		t.note(step)
	}
}

// readCity reads one of the two cities, or takes what is written as another.
func readCity(t *Turn, text string) error {
	words := t.bot.words
	said := words.drop("words-filler", tokens(text))
	if _, is := words.is("words-city-elsewhere", said); is {
		t.enter("city", string(Elsewhere))
		return nil
	}
	for _, city := range []City{Duesseldorf, Montreal} {
		// "Düsseldorf-Bilk" is Düsseldorf, "Neuss bei Düsseldorf" is not.
		if _, at, found := words.find("words-city-"+string(city), said); found && at[0] == 0 {
			t.enter("city", string(city))
			return nil
		}
	}
	place, err := readPlace(text)
	if err != nil {
		return err
	}
	t.enter("city", string(Elsewhere))
	t.enter("place", place)
	return nil
}

// readFields reads all the fields that are named, if everything said is one.
func readFields(t *Turn, text string) error {
	words := t.bot.words
	said := words.drop("words-filler", tokens(text))
	if t.says("words-keep", tokens(text)) || t.says("words-confirm", tokens(text)) {
		_, err := pressField(t, "done")
		return err
	}
	if t.says("words-all", said) {
		t.enterFields(fields)
		return nil
	}
	found, rest, _ := choose(words, "words-field-", fields, said)
	t.tick(found)
	switch {
	case len(found) == 0:
		return invalid("invalid-fields", nil)
	case len(rest) > 0:
		return invalid("invalid-fields-some", Values{"Known": showFields(t, joinFields(t.ticked())), "Unknown": clipTo(strings.Join(rest, ", "), 60)})
	}
	t.enterFields(t.ticked())
	return nil
}

// pressField changes a check mark: "+sport" sets it, "-sport" takes it away,
// "done" ends the choice. So a press that comes twice does no harm.
func pressField(t *Turn, value string) (bool, error) {
	ticked := t.ticked()
	if value == "done" {
		if len(ticked) == 0 {
			return false, invalid("invalid-fields-none", nil)
		}
		t.enterFields(ticked)
		return true, nil
	}
	field := Field(strings.TrimLeft(value, "+-"))
	if !slices.Contains(fields, field) {
		return false, invalid("stale", nil)
	}
	if strings.HasPrefix(value, "-") {
		t.untick(field)
	} else {
		t.tick([]Field{field})
	}
	t.Show(t.question())
	return false, nil
}

// ticked are the fields with a check mark, in their order.
func (t *Turn) ticked() []Field {
	values := t.Conversation.Position.Values
	if marks, begun := values["ticked"]; begun {
		return splitFields(marks)
	}
	return splitFields(values["fields"])
}

func (t *Turn) tick(more []Field) { t.mark(append(t.ticked(), more...)) }

func (t *Turn) untick(field Field) {
	t.mark(slices.DeleteFunc(t.ticked(), func(f Field) bool { return f == field }))
}

// mark notes a choice that has not ended.
func (t *Turn) mark(chosen []Field) {
	t.enter("ticked", joinFields(chosen))
	delete(t.Conversation.Position.Values, "fields")
}

func (t *Turn) enterFields(chosen []Field) {
	t.enter("fields", joinFields(chosen))
	delete(t.Conversation.Position.Values, "ticked")
}

// joinFields writes fields in their order, each once.
func joinFields(chosen []Field) string {
	var list []string
	for _, f := range fields {
		if slices.Contains(chosen, f) {
			list = append(list, string(f))
		}
	}
	return strings.Join(list, ",")
}

func splitFields(list string) (chosen []Field) {
	for f := range strings.SplitSeq(list, ",") {
		if f != "" {
			chosen = append(chosen, Field(f))
		}
	}
	return chosen
}

func fieldButtons(t *Turn) [][]Button {
	var buttons []Button
	for _, f := range fields {
		b := Button{Label: t.Text("field-"+string(f), nil), Data: "/fill fields +" + string(f)}
		if slices.Contains(t.ticked(), f) {
			b = Button{Label: "✓ " + b.Label, Data: "/fill fields -" + string(f)}
		}
		buttons = append(buttons, b)
	}
	return append(pairs(buttons), []Button{{Label: t.Text("button-done", nil), Data: "/fill fields done"}})
}

func showFields(t *Turn, value string) Markdown {
	var names []string
	for _, f := range splitFields(value) {
		names = append(names, t.Text("field-"+string(f), nil))
	}
	return Markdown(strings.Join(names, ", "))
}

// readMail reads an address. A number beside it is taken too; a likely slip is
// asked about first.
func readMail(t *Turn, text string) error {
	p := t.Conversation.Position
	if p.Maybe != "" {
		switch {
		case t.says("words-yes", tokens(text)):
			_, err := pressMail(t, "meant")
			return err
		case t.says("words-no", tokens(text)):
			_, err := pressMail(t, "typed")
			return err
		}
	}
	email, err := readEmail(text)
	switch {
	case err != nil:
		return err
	case t.partOfAddress(text):
		return invalid("invalid-email-space", nil)
	}
	if meant := meantEmail(email); meant != "" && p.Maybe != email {
		p.Maybe = email
		return invalid("invalid-email-slip", Values{"Typed": email, "Meant": meant})
	}
	t.enter("email", email)
	rest := emailForm.ReplaceAllString(text, " ")
	if phone, err := readPhone(rest, City(p.Values["city"])); err == nil && t.missing("phone") {
		t.enterNoted("phone", phone)
	}
	return nil
}

// partOfAddress reports whether one word stands before an address that may be
// its first part: "eva klein@example.org".
func (t *Turn) partOfAddress(text string) bool {
	words := t.bot.words
	before, _, _ := strings.Cut(text, emailForm.FindString(text))
	if strings.ContainsAny(before, ":,;<(\n") {
		return false
	}
	said := tokens(before)
	for _, list := range []string{"words-step-email", "words-filler", "words-this", "words-yes"} {
		said = words.drop(list, said)
	}
	return len(said) == 1
}

func pressMail(t *Turn, value string) (bool, error) {
	p := t.Conversation.Position
	switch {
	case p.Maybe == "":
		return false, invalid("stale", nil)
	case value == "meant":
		t.enter("email", meantEmail(p.Maybe))
	default:
		t.enter("email", p.Maybe)
	}
	return true, nil
}

func mailButtons(t *Turn) [][]Button {
	typed := t.Conversation.Position.Maybe
	if typed == "" {
		return nil
	}
	return [][]Button{
		{{Label: t.Text("button-meant", Values{"Email": Markdown(clipTo(meantEmail(typed), 50))}), Data: "/fill email meant"}},
		{{Label: t.Text("button-typed", Values{"Email": Markdown(clipTo(typed, 50))}), Data: "/fill email typed"}},
	}
}

func readTelephone(t *Turn, text string) error {
	phone, err := readPhone(text, City(t.Conversation.Position.Values["city"]))
	if err == nil {
		t.enter("phone", phone)
	}
	return err
}

// readConsent takes a clear yes; a no is told what it means.
func readConsent(t *Turn, text string) error {
	said := tokens(text)
	switch {
	case t.says("words-yes", said):
		_, err := pressConsent(t, "yes")
		return err
	case t.says("words-no", said):
		return invalid("consent-no", nil)
	}
	return invalid("invalid-consent", nil)
}

func pressConsent(t *Turn, value string) (bool, error) {
	if value != "yes" {
		t.Say(Message{Text: t.Text("consent-no", nil), Buttons: t.stepButtons(t.open())})
		return false, nil
	}
	given := t.bot.now().UTC().Truncate(time.Millisecond)
	t.enter("consent", strings.Join([]string{ConsentWording, string(t.Language), given.Format(time.RFC3339Nano)}, " "))
	return true, nil
}

func consentButtons(t *Turn) [][]Button {
	return [][]Button{
		{{Label: t.Text("button-consent", nil), Data: "/fill consent yes"}},
		{{Label: t.Text("button-no-consent", nil), Data: "/fill consent no"}},
	}
}

func showConsent(t *Turn, value string) Markdown {
	return Markdown(t.Text("consent-given", Values{"Date": readConsentValue(value).Given}))
}

// readConsentValue is what [pressConsent] has entered.
func readConsentValue(value string) (c Consent) {
	if parts := strings.Split(value, " "); len(parts) == 3 {
		c.Wording, c.Language = parts[0], Language(parts[1])
		c.Given, _ = time.Parse(time.RFC3339Nano, parts[2]) // written by the bot itself
	}
	return c
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

func readSummary(t *Turn, text string) error {
	said := tokens(text)
	switch {
	case t.says("words-yes", said) || t.says("words-confirm", said):
		t.enter("summary", "yes")
		return nil
	case t.says("words-no", said):
		return invalid("summary-no", nil)
	}
	return invalid("invalid-summary", nil)
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
	c.Position = nil
	id := "signup-done"
	if p.Record {
		id = "edit-done"
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
