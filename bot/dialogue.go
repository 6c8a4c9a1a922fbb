package bot

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// dialogue is a table of steps that are asked one after the other. Where a
// chat stands in it is a [Position]: nothing else is remembered between turns.
type dialogue struct {
	name  string
	steps []step
	// end is what happens when no step is left to answer. It clears the
	// position, or names in it the step that has to be answered again.
	end func(t *Turn)
}

// step asks for one thing. Its name is stored in positions and in buttons, so
// it never changes. Its question is the message "ask-" and the name; "label-"
// names it and "why-" tells what the answer is for.
type step struct {
	name     string
	optional bool
	free     bool                   // almost any text may be the answer
	long     bool                   // and it may be long
	when     func(p *Position) bool // nil: always
	// read enters what a text says, press what a button says; an
	// [InvalidInput] is told. They may enter what other steps ask for as well.
	// press tells whether that was the answer, and not only a part of it.
	read    func(t *Turn, text string) error
	press   func(t *Turn, value string) (done bool, err error)
	buttons func(t *Turn) [][]Button             // nil: none of its own
	show    func(t *Turn, value string) Markdown // nil: as it was entered
	intro   func(t *Turn) string                 // nil: the question itself
	again   string                               // what is asked instead of a long intro, once that was seen; a message
}

// away is how long nobody has to answer until they are asked whether they want
// to go on, instead of being asked the question once more.
const away = 6 * time.Hour

func (d *dialogue) find(name string) (*step, int) {
	i := slices.IndexFunc(d.steps, func(s step) bool { return s.name == name })
	if i < 0 {
		return nil, i
	}
	return &d.steps[i], i
}

func (s *step) applies(p *Position) bool { return s.when == nil || s.when(p) }

// open is the step that the chat waits at; nil when there is none.
func (t *Turn) open() *step {
	p := t.Conversation.Position
	if p == nil || p.Paused || t.Group {
		return nil
	}
	s, _ := t.bot.dialogues[p.Dialogue].find(p.Step)
	return s
}

// enter notes an answer.
func (t *Turn) enter(step, value string) {
	p := t.Conversation.Position
	if p.Values == nil {
		p.Values = map[string]string{}
	}
	p.Values[step] = value
	p.Touched, p.Maybe = t.bot.now().UTC(), ""
}

// proceed asks the first step that is not answered, or ends the dialogue.
func (t *Turn) proceed() {
	p := t.Conversation.Position
	d := t.bot.dialogues[p.Dialogue]
	for i := range d.steps {
		if _, answered := p.Values[d.steps[i].name]; !answered && d.steps[i].applies(p) {
			p.Step = d.steps[i].name
			t.askStep()
			return
		}
	}
	d.end(t)
}

// askStep asks what the chat waits for.
func (t *Turn) askStep() { t.Say(t.question()) }

// question is the open step's, with what was answered before and the ways on.
func (t *Turn) question() Message {
	p := t.Conversation.Position
	d := t.bot.dialogues[p.Dialogue]
	s, _ := d.find(p.Step)
	var text string
	if s.intro != nil {
		text = s.intro(t)
	} else {
		text = t.Text("ask-"+s.name, nil)
	}
	if len(t.noted) > 0 {
		text = t.Text("noted", Values{"What": Markdown(strings.Join(t.noted, ", "))}) + "\n\n" + text
		t.noted = nil
	}
	if value := p.Values[s.name]; value != "" {
		text += "\n\n" + t.Text("so-far", Values{"Value": t.shown(s, value)})
	}
	return Message{Text: text, Buttons: t.stepButtons(s)}
}

// stepButtons are a step's own and the ways on.
func (t *Turn) stepButtons(s *step) [][]Button {
	p := t.Conversation.Position
	var rows [][]Button
	if s.buttons != nil {
		rows = s.buttons(t)
	}
	var ways []Button
	if t.before(s) != nil {
		ways = append(ways, Button{Label: t.Text("button-back", nil), Data: "/back " + s.name})
	}
	if value, answered := p.Values[s.name]; answered && (value != "" || s.optional) {
		ways = append(ways, Button{Label: t.Text("button-keep", nil), Data: "/keep " + s.name})
	} else if s.optional {
		ways = append(ways, Button{Label: t.Text("button-skip", nil), Data: "/skip " + s.name})
	}
	if value := p.Values[s.name]; value != "" && s.optional {
		ways = append(ways, Button{Label: t.Text("button-empty", nil), Data: "/skip " + s.name})
	}
	return append(rows, append(ways, Button{Label: t.Text("button-cancel", nil), Data: "/cancel"}))
}

// before is the step that was asked before s; nil at the first one, and where
// only one answer of a stored record is changed.
func (t *Turn) before(s *step) *step {
	p := t.Conversation.Position
	d := t.bot.dialogues[p.Dialogue]
	_, i := d.find(s.name)
	for i--; i >= 0 && !p.Record; i-- {
		if d.steps[i].applies(p) {
			return &d.steps[i]
		}
	}
	return nil
}

// shown is a value as people read it.
func (t *Turn) shown(s *step, value string) Markdown {
	switch {
	case value == "":
		return "–"
	case s.show != nil:
		return s.show(t, value)
	}
	return Markdown(escapeLines(value))
}

// escapeLines is [Escape] that keeps the lines of a longer text.
func escapeLines(value string) string {
	var lines []string
	for line := range strings.Lines(value) {
		if line = Escape(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\\\n")
}

// reply takes a text in an open dialogue: a word for a button, a question in
// the middle, or the answer.
func (t *Turn) reply(s *step, text string) {
	words := t.bot.words
	said := tokens(text)
	switch edited := t.editWord(said); {
	case t.isAway() && (t.says("words-yes", said) || t.says("words-continue", said)): // to going on, not to the question
		t.startSignUp(nil)
	case t.isAway() && t.says("words-no", said):
		t.cancel(nil)
	case t.says("words-back", said):
		t.stepBack(s)
	case t.says("words-cancel", said):
		t.cancel(nil)
	case (t.says("words-keep", said) || s.optional && t.saysNothingMore(said)) && t.Conversation.Position.Values[s.name] != "":
		t.proceed()
	case t.says("words-skip", said), s.optional && t.saysNothingMore(said):
		t.stepSkip(s)
	case t.says("words-edit", said):
		t.offerEdits()
	case edited == s:
		t.askStep()
	case edited != nil:
		t.edit([]string{edited.name})
	case (!s.long || len(said) > 1) && t.says("words-language-de", said):
		t.chooseLanguage([]string{string(German)})
		t.askAgain()
	case (!s.long || len(said) > 1) && t.says("words-language-fr", said):
		t.chooseLanguage([]string{string(French)})
		t.askAgain()
	case t.isAside(s, text):
		t.aside(s, text)
	case !s.long && words.wantsToSignUp(text):
		t.askAgain()
	case s.free && (t.saysNothingMore(said) || t.says("words-yes", said) || t.says("words-help", said)):
		t.refuse(s, invalid("no-answer-yet", Values{"Why": Markdown(t.Text("why-"+s.name, nil))}))
	default:
		t.answerStep(s, text)
	}
}

// saysNothingMore reports words that only go on: "weiter", "nein", "fertig".
func (t *Turn) saysNothingMore(said []string) bool {
	return t.says("words-keep", said) || t.says("words-no", said) || t.says("words-confirm", said)
}

func (t *Turn) says(list string, said []string) bool {
	_, is := t.bot.words.is(list, said)
	return is
}

// answerStep reads a text as the answer. Where it is none, a question that
// does not look like one may still be answered.
func (t *Turn) answerStep(s *step, text string) {
	err := s.read(t, text)
	if err == nil {
		t.proceed()
		return
	}
	// "invalid-" and the step says that nothing of it was understood.
	var wrong *InvalidInput
	if !s.free && errors.As(err, &wrong) && wrong.Message == "invalid-"+s.name && t.bot.sureOf(text, t.asked()) {
		t.aside(s, text)
		return
	}
	t.refuse(s, err)
}

// refuse tells what is wrong with an answer, and leaves the dialogue where it is.
func (t *Turn) refuse(s *step, err error) {
	var wrong *InvalidInput
	if !errors.As(err, &wrong) {
		panic(err) // a step reads or refuses
	}
	t.Say(Message{Text: t.Text(wrong.Message, wrong.Values), Buttons: t.stepButtons(s)})
}

// fill takes the press of a step's own button: "/fill", the step, the value.
func (t *Turn) fill(args []string) {
	s := t.pressed(args)
	if s == nil || len(args) < 2 || s.press == nil {
		t.stale()
		return
	}
	done, err := s.press(t, args[1])
	var wrong *InvalidInput
	switch {
	case errors.As(err, &wrong):
		t.Acknowledge(t.Text(wrong.Message, wrong.Values))
	case done:
		t.settle(s)
		t.proceed()
	}
}

// pressed is the open step, when the button belongs to it. Who presses a
// button of a dialogue that was put aside goes on with it.
func (t *Turn) pressed(args []string) *step {
	if p := t.Conversation.Position; p == nil || len(args) == 0 || p.Step != args[0] || t.Kind != KindPress {
		return nil
	}
	t.Conversation.Position.Paused = false
	return t.open()
}

// settle puts the answer in the place of a question whose button was pressed.
func (t *Turn) settle(s *step) {
	t.Show(Message{Text: t.labelled(s.name, t.shown(s, t.Conversation.Position.Values[s.name]))})
}

// labelled is an answer with the name of what was asked.
func (t *Turn) labelled(step string, value Markdown) string {
	return t.Text("answered", Values{"Label": Markdown(t.label(step)), "Value": value})
}

func (t *Turn) label(step string) string { return t.Text("label-"+step, nil) }

// stale answers the press of a button that means nothing any more.
func (t *Turn) stale() {
	if t.Kind == KindPress {
		t.Acknowledge(t.Text("stale", nil))
		return
	}
	t.Say(Message{Text: t.Text("nothing-to-cancel", nil), Buttons: t.ways()})
}

func (t *Turn) back(args []string) { t.onStep(args, (*Turn).stepBack) }

func (t *Turn) skip(args []string) { t.onStep(args, (*Turn).stepSkip) }

func (t *Turn) keep(args []string) { t.onStep(args, func(t *Turn, _ *step) { t.proceed() }) }

// onStep does what a button under the open step's question says, and takes the
// buttons away.
func (t *Turn) onStep(args []string, do func(*Turn, *step)) {
	s := t.pressed(args)
	if s == nil {
		t.stale()
		return
	}
	t.Say(Message{Edit: t.Press.Message})
	do(t, s)
}

// stepBack asks the step before once more; its answer stays until there is another.
func (t *Turn) stepBack(s *step) {
	p := t.Conversation.Position
	previous := t.before(s)
	switch {
	case p.Record:
		t.cancel(nil)
		return
	case previous == nil:
		t.Say(Message{Text: t.Text("first-step", nil), Buttons: t.stepButtons(s)})
		return
	}
	p.Step, p.Maybe = previous.name, ""
	t.askStep()
}

// stepSkip leaves a step out, where that is possible.
func (t *Turn) stepSkip(s *step) {
	if !s.optional {
		t.Say(Message{Text: t.Text("not-skippable", Values{"Why": Markdown(t.Text("why-"+s.name, nil))}), Buttons: t.stepButtons(s)})
		return
	}
	t.enter(s.name, "")
	t.proceed()
}

// cancel puts an open dialogue aside: what was entered stays until it is
// forgotten. A change of a stored record is given up.
func (t *Turn) cancel([]string) {
	p := t.Conversation.Position
	if p == nil || t.Group {
		t.Say(Message{Text: t.Text("nothing-to-cancel", nil), Buttons: t.ways()})
		return
	}
	if t.Kind == KindPress && t.Press.Message != "" {
		t.Say(Message{Edit: t.Press.Message})
	}
	if p.Record {
		t.Conversation.Position = nil
		t.Say(Message{Text: t.Text("edit-cancelled", nil), Buttons: t.ways()})
		return
	}
	p.Paused = true
	t.Say(Message{Text: t.Text("signup-paused", Values{"Days": t.bot.periods.UnfinishedDays}), Buttons: t.resumeOffer().Buttons})
}

// discard forgets what was entered and not sent.
func (t *Turn) discard([]string) {
	if t.Conversation.Position == nil {
		t.stale()
		return
	}
	t.Conversation.Position, t.Conversation.Pending = nil, nil // earlier replies may say what was entered
	t.Show(Message{Text: t.Text("discarded", nil), Buttons: t.ways()})
}
