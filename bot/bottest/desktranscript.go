package bottest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"exchangebot/bot"
)

// RunDesk plays what happens at the desk, and compares what everybody sees with
// what the file says; -update rewrites the file. It begins with who is there,
// and reads like this:
//
//	! staff Clara de         somebody with the rights of staff; "admin", "stranger" likewise
//	Clara > /exchange fragen a command
//	Clara > [Label]          she presses the newest button with that label, on the board
//	                         as well; a word behind it says in which line or card
//	Clara > Wie viele …?     she asks in plain words
//	Clara > home             she opens her home page
//	Clara @ text             she writes in the thread of the newest question; \n is a new line
//	Clara = Label: value     she enters something into the open form
//	Citizen > text           the citizen writes; "Citizen > [Label]" presses
//	< …  ~ …  * …            what whoever did it sees: a message, one in the place of
//	                         another, a notice that passes
//	board < …  thread < …    what is posted, or updated with ~, in the channel of all staff
//	citizen < …              what the citizen sees
//	! volunteers 25          so many have signed up
//	! subscribers 25         so many have subscribed, every third of them in French
//	! again                  what was done last is delivered once more
//	! restart                the program is stopped and started on the same store
//	! wait 3m, ! retain      time passes; the job that forgets what is old comes by
//	! away, ! back           the board cannot be reached, can be reached again
//	! removed                somebody removes the card of the newest question
//	! blocked, ! unblocked   the citizen blocks the bot, and does no more
//
// newBot makes the bot under test on the given store and clock.
func RunDesk(t *testing.T, file string, newBot func(bot.Store, func() time.Time) *bot.Bot) {
	t.Helper()
	playDesk(t, file, newBot, false)
}

// RunDeskRestarting plays it with a restart before every line: what is seen
// must be the same. It rewrites nothing.
func RunDeskRestarting(t *testing.T, file string, newBot func(bot.Store, func() time.Time) *bot.Bot) {
	t.Helper()
	playDesk(t, file, newBot, true)
}

func playDesk(t *testing.T, file string, newBot func(bot.Store, func() time.Time) *bot.Bot, restarting bool) {
	t.Helper()
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := &hall{t: t, store: NewStore(), board: NewBoard(), newBot: newBot, people: map[string]*clerk{}}
	p.now.Store(time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC).UnixNano())
	p.start()
	for line := range strings.Lines(string(want)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			fmt.Fprintln(&p.out, line)
		} else if act := p.act(line); act != nil {
			fmt.Fprintln(&p.out, line)
			if restarting && line != "! again" {
				p.stop()
				p.start()
			}
			act()
			p.settle()
		}
	}
	p.stop()
	if got := p.out.String(); *update && !restarting {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got != string(want) {
		t.Errorf("%s: it goes differently now (-update accepts it):\n%s", file, diff(string(want), got))
	}
}

// hall is the city hall, and a citizen.
type hall struct {
	t      *testing.T
	store  *Store
	board  *Board
	newBot func(bot.Store, func() time.Time) *bot.Bot
	bot    *bot.Bot
	stop   func()
	now    atomic.Int64
	people map[string]*clerk
	out    strings.Builder

	count  int
	last   func() // what was done last
	away   bool
	locale string     // of the citizen
	posted []Posted   // what the board showed last
	past   []bot.View // all that it has shown, as a slow telephone still does
	shown  []Shown    // what the citizen saw last
}

// clerk is somebody at the desk.
type clerk struct {
	bot.Staff
	seen   []bot.View
	form   *bot.Form
	values map[string][]string
}

const citizen = bot.ChatID("test:citizen")

func (p *hall) start() {
	ctx, cancel := context.WithCancel(p.t.Context())
	done := make(chan error, 1)
	p.bot = p.newBot(p.store, func() time.Time { return time.Unix(0, p.now.Load()).UTC() })
	p.bot.Know(voice{p.board}) // before anybody does anything
	go func() { done <- p.bot.Run(ctx, voice{p.board}) }()
	p.stop = func() {
		cancel()
		if err := <-done; err != nil {
			p.t.Errorf("run: %v", err)
		}
	}
}

// act is what a line of the file has somebody do; nil: it tells what is seen.
func (p *hall) act(line string) func() {
	if order, is := strings.CutPrefix(line, "! "); is {
		return func() { p.order(strings.Fields(order)) }
	}
	name, rest, _ := strings.Cut(line, " ")
	if len(rest) < 2 || !strings.Contains(">@=", rest[:1]) {
		return nil
	}
	what, text := rest[0], strings.ReplaceAll(strings.TrimSpace(rest[1:]), `\n`, "\n")
	if name == "Citizen" {
		return func() { p.update(text) }
	}
	who := p.people[name]
	if who == nil {
		return nil
	}
	switch what {
	case '@':
		return func() { p.write(who, text) }
	case '=':
		return func() { p.enter(who, text) }
	}
	return func() { p.say(who, text) }
}

func (p *hall) order(words []string) {
	switch order := words[0]; order {
	case "staff", "admin", "stranger":
		p.people[words[1]] = &clerk{Staff: bot.Staff{ID: "test:" + words[1], Name: words[1], Locale: words[2], Staff: order != "stranger", Admin: order == "admin"}}
	case "citizen":
		p.locale = words[1]
	case "volunteers":
		n := 0
		fmt.Sscan(words[1], &n)
		for i := range n {
			if err := p.store.SaveVolunteer(p.t.Context(), Signed(i)); err != nil {
				p.t.Fatal(err)
			}
		}
	case "subscribers":
		n := 0
		fmt.Sscan(words[1], &n)
		for i := range n {
			s := &bot.Subscriber{Chat: bot.NewChatID("test", fmt.Sprint("subscriber-", i)), State: bot.Subscribed, Language: bot.German}
			if i%3 == 0 {
				s.Language = bot.French
			}
			if err := p.store.SaveSubscriber(p.t.Context(), s); err != nil {
				p.t.Fatal(err)
			}
		}
	case "again":
		p.last()
	case "restart":
		p.stop()
		p.start()
	case "wait":
		d, err := time.ParseDuration(words[1])
		if err != nil {
			p.t.Fatal(err)
		}
		p.now.Add(int64(d))
	case "retain":
		if _, err := p.bot.Retain(p.t.Context(), p.board); err != nil {
			p.t.Error(err)
		}
	case "away":
		p.away = true
		p.board.Away(errors.New("away"))
	case "back":
		p.away = false
		p.board.Away(nil)
	case "removed":
		p.board.Remove(p.question())
	case "blocked":
		p.deliver(bot.Update{Kind: bot.KindBlocked})
		p.board.Fail(func(bot.ChatID, bot.Message) error { return bot.ErrGone })
	case "unblocked":
		p.board.Fail(nil)
		p.deliver(bot.Update{Kind: bot.KindBack})
	default:
		p.t.Fatalf("unknown order %q", words)
	}
}

// update has the citizen write or press something.
func (p *hall) update(text string) {
	label, pressed := strings.CutPrefix(text, "[")
	if !pressed {
		p.deliver(bot.Update{Kind: bot.KindText, Text: text})
		return
	}
	for _, m := range slices.Backward(p.board.Messages(citizen)) {
		for _, row := range m.Buttons {
			for _, b := range row {
				if spaces(b.Label)+"]" == spaces(label) {
					p.deliver(bot.Update{Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: b.Data, Message: m.ID, Buttons: m.Buttons}})
					return
				}
			}
		}
	}
	p.t.Fatalf("the citizen sees no button %q", text)
}

func (p *hall) deliver(u bot.Update) {
	p.count++
	u.ID, u.Chat, u.Locale, u.Time = fmt.Sprint(p.count), citizen, p.locale, time.Unix(int64(p.count), 0)
	p.do(func() {
		if err := <-p.board.Deliver(u); err != nil {
			p.t.Errorf("update %s: %v", u.ID, err)
		}
		p.hear("")
	})
}

func (p *hall) do(act func()) {
	p.last = act
	act()
}

// settle waits until everybody is told, and writes what they see.
func (p *hall) settle() {
	if !p.away {
		ctx, cancel := context.WithTimeout(p.t.Context(), 20*time.Second)
		defer cancel()
		wind := func() { p.now.Add(int64(4 * time.Second)) } // the board is not written on more often
		if err := errors.Join(p.store.AwaitTold(ctx), p.store.AwaitSent(ctx, wind)); err != nil {
			p.t.Error(err)
		}
	}
	posts := p.board.Posts()
	for i, post := range posts {
		where, mark := "board", "<"
		if post.Thread != "" {
			where = "thread"
		}
		if i < len(p.posted) {
			if mark = "~"; fmt.Sprint(drawn(p.posted[i].View)) == fmt.Sprint(drawn(post.View)) {
				continue
			}
		}
		page{&p.out, where + " " + mark}.view(post.View)
		p.past = append(p.past, post.View)
	}
	p.posted = posts
	p.hear("citizen ")
}

func drawn(v bot.View) string {
	var b strings.Builder
	page{&b, ""}.view(v)
	return b.String()
}

// hear writes what the citizen's chat shows, and did not show before.
func (p *hall) hear(who string) {
	now := p.board.Messages(citizen)
	for i, m := range now {
		switch {
		case i >= len(p.shown) && m.Press != "" && m.Text != "":
			fmt.Fprintf(&p.out, "%s* %s\n", who, m.Text)
		case i >= len(p.shown) && m.Press == "":
			writeMessage(&p.out, who+"<", m)
		case i < len(p.shown) && (m.Text != p.shown[i].Text || fmt.Sprint(m.Buttons) != fmt.Sprint(p.shown[i].Buttons)):
			writeMessage(&p.out, who+"~", m)
		}
	}
	p.shown = now
}

// question is the newest one on the board.
func (p *hall) question() string {
	for _, post := range slices.Backward(p.board.Posts()) {
		if post.Thread == "" && strings.HasPrefix(post.Key, "question:") {
			return post.ID
		}
	}
	p.t.Fatal("there is no question on the board")
	return ""
}

// write has somebody write in its thread.
func (p *hall) write(who *clerk, text string) {
	p.count++
	m := bot.ThreadMessage{ID: fmt.Sprint("t", p.count), Thread: p.question(), Text: text}
	p.do(func() {
		r, mine := p.bot.Desk().Thread(p.t.Context(), who.Staff, m)
		if !mine {
			p.t.Errorf("%q stands in no thread of a question", text)
		}
		p.see(who, r)
	})
}

// say has somebody call, press, submit or ask something.
func (p *hall) say(who *clerk, text string) {
	ctx, desk := p.t.Context(), p.bot.Desk
	switch line, command := strings.CutPrefix(text, "/exchange"); {
	case command:
		p.do(func() { p.see(who, desk().Command(ctx, who.Staff, line)) })
	case text == "home":
		p.do(func() {
			v := desk().Home(ctx, who.Staff)
			p.see(who, bot.Response{View: &v})
		})
	case strings.HasPrefix(text, "["):
		label, about, _ := strings.Cut(text[1:], "]")
		if f := who.form; f != nil && f.Submit == label && about == "" {
			form := bot.Submission{Form: f.ID, Values: who.values}
			p.do(func() { p.see(who, desk().Submit(ctx, who.Staff, form)) })
			return
		}
		data := p.find(who, label, strings.TrimSpace(about))
		p.do(func() { p.see(who, desk().Press(ctx, who.Staff, data)) })
	default:
		p.do(func() {
			r, asked := desk().Ask(ctx, who.Staff, text)
			if !asked {
				fmt.Fprintln(&p.out, "* (taken for a citizen’s question)")
			}
			p.see(who, r)
		})
	}
}

// find is what the newest button with a label does, in the line or card that
// tells about something.
func (p *hall) find(who *clerk, label, about string) string {
	views := slices.Concat(p.past, who.seen)
	if who.form != nil {
		views = append(views, bot.View{Blocks: who.form.Blocks})
	}
	for _, v := range slices.Backward(views) {
		for _, b := range v.Blocks {
			buttons, text := b.Buttons, drawn(bot.View{Blocks: []bot.Block{b}})
			if b.Card != nil {
				buttons = append(slices.Clone(buttons), b.Card.Buttons...)
			}
			if b.List != nil {
				for _, item := range b.List.Items {
					if item.Button != nil && strings.Contains(item.Text, about) {
						buttons = append(slices.Clone(buttons), *item.Button)
					}
				}
			}
			i := slices.IndexFunc(buttons, func(b bot.Button) bool { return spaces(b.Label) == spaces(label) })
			if i >= 0 && strings.Contains(text, about) {
				return buttons[i].Data
			}
		}
	}
	p.t.Fatalf("%s sees no button %q", who.Name, label)
	return ""
}

// enter puts something into the open form, by the label of the input.
func (p *hall) enter(who *clerk, text string) {
	label, value, _ := strings.Cut(text, ":")
	value = strings.TrimSpace(value)
	if who.form == nil {
		p.t.Fatalf("%s sees no form", who.Name)
	}
	for _, in := range who.form.Inputs {
		if !strings.HasPrefix(spaces(in.Label), label) {
			continue
		}
		who.values[in.Name] = nil
		if value != "" {
			who.values[in.Name] = []string{value}
		}
		for _, o := range in.Options {
			if o.Label == value {
				who.values[in.Name] = []string{o.Value}
			}
		}
		return
	}
	p.t.Fatalf("the form asks for no %q", label)
}

// see writes what somebody sees, and keeps it in mind.
func (p *hall) see(who *clerk, r bot.Response) {
	out := page{&p.out, "<"}
	if r.Replace {
		out.mark = "~"
	}
	if r.Form != nil {
		if err := CheckForm(*r.Form); err != nil {
			p.t.Error(err)
		}
		out.form(*r.Form)
	}
	switch {
	case r.Form != nil:
		who.form, who.values = r.Form, map[string][]string{}
		for _, in := range r.Form.Inputs {
			who.values[in.Name] = in.Value
		}
	case len(r.Errors) == 0:
		who.form = nil
	}
	if r.View != nil {
		if err := CheckView(*r.View); err != nil {
			p.t.Error(err)
		}
		out.view(*r.View)
		who.seen = append(who.seen, *r.View)
	}
	if r.File != nil {
		out.line("{%s}", r.File.Name)
		if r.File.MediaType == "text/csv" {
			out.line("%s", bytes.TrimPrefix(r.File.Data, []byte("\ufeff")))
		}
	}
	out.mark = "!"
	if who.form != nil {
		for _, in := range who.form.Inputs {
			if wrong := r.Errors[in.Name]; wrong != "" {
				out.mark = "*"
				out.line("%s: %s", in.Label, wrong)
			}
		}
	}
	if r.Notice != "" {
		out.mark = "*"
		out.line("%s", r.Notice)
	}
}
