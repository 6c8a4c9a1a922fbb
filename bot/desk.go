package bot

import "context"

// Desk is where city staff work. A channel calls it for everything that its
// people do there, and shows what it answers to that person alone. Every call
// checks the rights of the person anew, and notes what was done.
//
// Every call may be repeated: what was done already is not done again.
type Desk struct{ *Bot }

// Desk is the bot's.
func (b *Bot) Desk() *Desk { return &Desk{b} }

// Response is what the person who did something sees, and nobody else. Its
// zero value shows nothing new.
type Response struct {
	View    *View             // a message
	Replace bool              // View takes the place of what the pressed button stood in
	Form    *Form             // opens, or takes the place of the form that the button stood in
	Errors  map[string]string // the submitted form stays open; by [Input.Name], plain text
	Notice  string            // one line of plain text that passes
	File    *File             // sent with View, which tells what it is
}

// Submission is a form that was filled in.
type Submission struct {
	Form   string              // its ID
	Values map[string][]string // by [Input.Name]; an empty input is missing or empty
}

// ThreadMessage is what somebody wrote under a post of the [Board].
type ThreadMessage struct {
	ID     string // the same when it is delivered again, otherwise unique
	Thread string // the id of the post, as [Board.Post] returned it
	Text   string // plain: names and links written out
}

// Command does what a line says, such as "signups museums since march".
func (d *Desk) Command(ctx context.Context, s Staff, line string) Response {
	return Response{}
}

// Press does what a button's Data says.
func (d *Desk) Press(ctx context.Context, s Staff, data string) Response {
	return Response{}
}

// Submit takes a form that was filled in.
func (d *Desk) Submit(ctx context.Context, s Staff, form Submission) Response {
	return Response{}
}

// Ask answers what a member of staff asks in plain words about the sign-ups.
// asked is false for everybody else's words and for everything else: that is a
// question as citizens ask it, for the channel's [Sink].
func (d *Desk) Ask(ctx context.Context, s Staff, text string) (r Response, asked bool) {
	return Response{}, false
}

// Home is the page that a person opens.
func (d *Desk) Home(ctx context.Context, s Staff) View {
	return View{}
}

// Thread takes what somebody wrote in a thread. mine is false when the thread
// does not belong to a question: nothing was done then.
func (d *Desk) Thread(ctx context.Context, s Staff, m ThreadMessage) (r Response, mine bool) {
	return Response{}, false
}

// Working says that an answer takes a moment longer.
func (d *Desk) Working(ctx context.Context, s Staff) string {
	return "…"
}
