package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

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
	case len(found) == 0, words.has("words-except", tokens(text)):
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

// pressCity takes one of the options; which other place it is, is asked anew.
func pressCity(t *Turn, value string) (bool, error) {
	done, err := pressOf("city", cities)(t, value)
	if done {
		delete(t.Conversation.Position.Values, "place")
	}
	return done, err
}

// readCity reads one of the two cities, or takes what is written as another.
func readCity(t *Turn, text string) error {
	words := t.bot.words
	said := words.drop("words-filler", tokens(text))
	if _, is := words.is("words-city-elsewhere", said); is {
		_, err := pressCity(t, string(Elsewhere))
		return err
	}
	named, _, _ := choose(words, "words-city-", []City{Duesseldorf, Montreal}, said)
	if len(named) > 1 || words.has("words-except", said) {
		return invalid("invalid-city", nil)
	}
	for _, city := range []City{Duesseldorf, Montreal} {
		// "Düsseldorf-Bilk" is Düsseldorf, "Neuss bei Düsseldorf" is not.
		if _, at, found := words.find("words-city-"+string(city), said); found && at[0] == 0 {
			_, err := pressCity(t, string(city))
			return err
		}
	}
	place, err := readPlace(words.cut("words-place", text))
	if err != nil {
		return err
	}
	t.enter("city", string(Elsewhere))
	t.enter("place", place)
	return nil
}

// readMail reads an address. A number beside it is taken too; a likely slip is
// asked about first.
func readMail(t *Turn, text string) error {
	p := t.Conversation.Position
	if p.Maybe != "" {
		switch {
		case t.says("words-yes", tokens(text)):
			_, err := pressMail(t, mailButton("meant", p.Maybe))
			return err
		case t.says("words-no", tokens(text)):
			_, err := pressMail(t, mailButton("typed", p.Maybe))
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
	case p.Maybe != "" && value == mailButton("meant", p.Maybe):
		t.enter("email", meantEmail(p.Maybe))
	case p.Maybe != "" && value == mailButton("typed", p.Maybe):
		t.enter("email", p.Maybe)
	default:
		return false, invalid("stale", nil)
	}
	return true, nil
}

// mailButton is the value of a button that is about this address alone.
func mailButton(what, typed string) string {
	sum := sha256.Sum256([]byte(typed))
	return what + "-" + hex.EncodeToString(sum[:4])
}

func mailButtons(t *Turn) [][]Button {
	typed := t.Conversation.Position.Maybe
	if typed == "" {
		return nil
	}
	return [][]Button{
		{{Label: t.Text("button-meant", Values{"Email": Markdown(clipTo(meantEmail(typed), 50))}), Data: "/fill email " + mailButton("meant", typed)}},
		{{Label: t.Text("button-typed", Values{"Email": Markdown(clipTo(typed, 50))}), Data: "/fill email " + mailButton("typed", typed)}},
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
