package bot

import (
	"cmp"
	"context"
	"strings"
	"time"
)

// Desk is where city staff work. A channel calls it for everything that its
// people do there, and shows what it answers to that person alone. Every call
// checks the rights of the person anew, and notes what was done.
//
// Every call may be repeated: what was done already is not done again.
type Desk struct{ bot *Bot }

// Desk is the bot's.
func (b *Bot) Desk() *Desk { return &Desk{b} }

// Response is what the person who did something sees, and nobody else. Its
// zero value shows nothing new.
type Response struct {
	View    *View // a message
	Replace bool  // View takes the place of what the pressed button stood in
	Form    *Form // opens, or takes the place of the form that the button stood in
	// Errors keep the submitted form open, with what was entered: by
	// [Input.Name], or by the empty name about all of it; plain text.
	Errors map[string]string
	Notice string // one line of plain text that passes
	File   *File  // sent with View, which tells what it is
}

// Submission is a form that was filled in. It is kept in buttons that open the
// form again, so its fields are never renamed.
type Submission struct {
	Form   string              `json:"form"`             // its ID
	Values map[string][]string `json:"values,omitempty"` // by [Input.Name]; an empty input is missing or empty
	At     time.Time           `json:"-"`                // when it was entered; zero: now
}

// first is the value of an input that has one at most.
func (s Submission) first(name string) string {
	if list := s.Values[name]; len(list) > 0 {
		return strings.TrimSpace(list[0])
	}
	return ""
}

// ThreadMessage is what somebody wrote under a post of the [Board].
type ThreadMessage struct {
	ID     string // the same when it is delivered again, otherwise unique
	Thread string // the id of the post, as [Board.Post] returned it
	Text   string // plain: names and links written out
	Calls  bool   // somebody is called by name in it, who may be meant instead of the citizen
	Files  bool   // there were files with it, which nobody passes on
	Change Change // what has become of it since; empty: it is new
}

// Change is what somebody does to what they have written.
type Change string

// The changes.
const (
	Edited  Change = "edited" // [ThreadMessage.Text] is the new one
	Removed Change = "removed"
)

// deskCommand is something that staff can call. Its name is stored in buttons,
// so it never changes.
type deskCommand struct {
	name   string
	admin  bool // for admins alone
	hidden bool // only buttons call it
	slow   bool // it may take longer than others
	run    func(ctx context.Context, v *visit, rest string) (Response, error)
	submit func(ctx context.Context, v *visit, rest string, form Submission) (Response, error) // takes the form that run opens
	keep   func(ctx context.Context, v *visit, rest string, form Submission) (Response, error) // likewise, for [Desk.Keep]
}

// deskCommands lists them all, those with words of their own first, in the
// order in which the help shows them: the words are the messages "desk-word-"
// and the name, what they do "desk-help-" and the name.
func deskCommands() []deskCommand {
	return []deskCommand{
		{name: "help", run: deskHelp},
		{name: "signups", run: listSignUps},
		{name: "find", run: findSignUps},
		{name: "stats", run: showStats, slow: true},
		{name: "export", run: exportSignUps, slow: true},
		{name: "questions", run: listQuestions},
		{name: "answers", run: openAnswer},
		{name: "me", run: aboutMe},
		{name: "language", run: chooseDeskLanguage},
		{name: "announce", admin: true, slow: true, run: writeAnnouncement, submit: saveAnnouncement, keep: keepAnnouncement},
		{name: "announcements", admin: true, run: listAnnouncements},
		{name: "audit", admin: true, slow: true, run: listAudit},

		{name: "count", hidden: true, run: countSignUps},
		{name: "page", hidden: true, run: pageSignUps},
		{name: "record", hidden: true, run: openRecord, submit: saveRecord},
		{name: "mark", hidden: true, run: markRecord},
		{name: "reply", hidden: true, run: openReply, submit: sendReply},
		{name: "send", hidden: true, run: sendDraft},
		{name: "drop", hidden: true, run: dropDraft},
		{name: "teach", hidden: true, slow: true, run: teachFromQuestion, submit: publishAnswer},
		{name: "restore", hidden: true, slow: true, run: restoreAnswer},
		{name: "close", hidden: true, run: closeQuestion},
		{name: "announce-open", admin: true, hidden: true, slow: true, run: openAnnouncement},
		{name: "announce-copy", admin: true, hidden: true, run: copyAnnouncement},
		{name: "announce-discard", admin: true, hidden: true, run: openDiscard, submit: discardAnnouncement},
		{name: "announce-test", admin: true, hidden: true, slow: true, run: testAnnouncement},
		{name: "announce-link", admin: true, hidden: true, run: openLink},
		{name: "announce-unlink", admin: true, hidden: true, run: dropLink},
		{name: "announce-release", admin: true, hidden: true, slow: true, run: openRelease, submit: releaseAnnouncement},
		{name: "announce-approve", admin: true, hidden: true, slow: true, run: openApproval, submit: approveAnnouncement},
		{name: "announce-pause", admin: true, hidden: true, run: pauseAnnouncement},
		{name: "announce-resume", admin: true, hidden: true, run: resumeAnnouncement},
		{name: "announce-cancel", admin: true, hidden: true, run: openCancel, submit: cancelAnnouncement},
		{name: "announce-again", admin: true, hidden: true, run: repeatAnnouncement},
		{name: "announce-failures", admin: true, hidden: true, slow: true, run: listFailures},
	}
}

// Command does what a line says, such as "signups museums since march".
func (d *Desk) Command(ctx context.Context, s Staff, line string) Response {
	line = strings.TrimSpace(line)
	word, rest, _ := strings.Cut(line, " ")
	if word == "" {
		word = "help"
	}
	c, known := d.bot.deskWord(word)
	v, refusal := d.enter(ctx, s, cmp.Or(c.name, "command"), rest)
	switch {
	case refusal != nil:
		return *refusal
	case !known:
		return v.unknownCommand(line)
	}
	return v.do(ctx, c, rest)
}

// Press does what a button's Data says.
func (d *Desk) Press(ctx context.Context, s Staff, data string) Response {
	word, rest, _ := strings.Cut(data, " ")
	c, known := d.bot.deskCommands[word]
	v, refusal := d.enter(ctx, s, cmp.Or(c.name, "press"), rest)
	switch {
	case refusal != nil:
		return *refusal
	case !known:
		return Response{Notice: v.say("stale", nil)}
	}
	r := v.do(ctx, c, rest)
	r.Replace = r.View != nil && r.File == nil && !v.failed
	return r
}

// Submit takes a form that was filled in.
func (d *Desk) Submit(ctx context.Context, s Staff, form Submission) Response {
	word, rest, _ := strings.Cut(form.Form, " ")
	c, known := d.bot.deskCommands[word]
	v, refusal := d.enter(ctx, s, cmp.Or(c.name, "form"), rest)
	switch {
	case refusal != nil:
		return *refusal
	case !known || c.submit == nil:
		return Response{Notice: v.say("stale", nil)}
	}
	c.run = func(ctx context.Context, v *visit, rest string) (Response, error) {
		return c.submit(ctx, v, rest, form)
	}
	v.submits = true
	return v.do(ctx, c, rest)
}

// Keep stores what stands in a [Form] of drafts that is not submitted, as it
// is: while somebody fills it in, or when they close it. What was entered
// before what is stored changes nothing. A Notice is for who closes it; a Form,
// which is the same one, says while it is open what is to be said of what was
// entered so far.
func (d *Desk) Keep(ctx context.Context, s Staff, form Submission) Response {
	word, rest, _ := strings.Cut(form.Form, " ")
	c, known := d.bot.deskCommands[word]
	if !known || c.keep == nil {
		return Response{}
	}
	v, refusal := d.enter(ctx, s, c.name, rest)
	if refusal != nil {
		return *refusal
	}
	c.run = func(ctx context.Context, v *visit, rest string) (Response, error) { return c.keep(ctx, v, rest, form) }
	return v.do(ctx, c, rest)
}

// Ask answers what a member of staff asks in plain words: about the sign-ups,
// the numbers, the open questions, or for help. asked is false for everybody
// else's words and for everything else: that is a question as citizens ask it,
// for the channel's [Sink].
func (d *Desk) Ask(ctx context.Context, s Staff, text string) (r Response, asked bool) {
	if !s.May() {
		return Response{}, false
	}
	v := d.visit(ctx, s)
	if c, known := d.bot.deskWord(strings.TrimRight(strings.TrimSpace(text), " !?.")); known && c.name == "help" {
		return v.do(ctx, c, ""), true // they cannot know of the rest
	}
	if c, rest, said := v.saidAtDesk(text); said {
		return v.do(ctx, c, rest), true
	}
	reading := v.read(text)
	if !reading.Asked {
		return Response{}, false
	}
	return v.do(ctx, deskCommand{name: "ask", run: func(ctx context.Context, v *visit, _ string) (Response, error) {
		return v.answerReading(ctx, reading)
	}}, ""), true
}

// Home is the page that a person opens. Who has no rights sees there what
// citizens can do: the platform shows everybody a page, who has asked for nothing.
func (d *Desk) Home(ctx context.Context, s Staff) View {
	v := d.visit(ctx, s)
	if !s.May() {
		return *v.citizenHome()
	}
	r := v.do(ctx, deskCommand{name: "home", run: home}, "")
	return *r.View
}
