package bottest

import (
	"context"
	"fmt"
	"os"
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
//	! volunteers 25          so many have signed up; with "montreal" behind it, every third
//	                         of them lives there
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

// do has somebody do something that can be delivered once more.
func (p *hall) do(act func()) {
	p.last = act
	act()
}
