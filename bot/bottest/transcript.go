package bottest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"exchangebot/bot"
)

var update = flag.Bool("update", false, "rewrite the transcripts with what the bot says now")

// chat is where transcripts take place.
var chat = bot.NewChatID("test", "1")

// RunTranscript plays a conversation, and compares what the bot says with what
// the file says; -update rewrites the file. A transcript reads like the chat:
//
//	# a comment
//	> what the citizen writes
//	> [Label]          the citizen presses the newest button with that label; one
//	                   that is gone as well, as a slow telephone does
//	< what the bot says
//	< [Label] [Label]  a row of buttons under it
//	~ what the bot writes in the place of an earlier message
//	* a notice that passes
//	! locale fr        the citizen's device is set to French
//	! restart          the program is stopped and started on the same store
//	! again            the last update is delivered once more
//	! stranger DATA    a press of a button that the bot never showed
//	! sticker          something that is not text
//	! blocked, ! back  the citizen blocks the bot, unblocks it
//	! wait 40h         so much time passes
//	! down, ! up       the store cannot be used, can be used again
//	! frozen, ! thawed volunteers cannot be stored, can be stored again
//	! retain           the job that forgets what is old comes by
//
// newBot makes the bot under test on the given store and clock.
func RunTranscript(t *testing.T, file string, newBot func(bot.Store, func() time.Time) *bot.Bot) {
	t.Helper()
	run(t, file, newBot, false)
}

// RunRestarting plays a transcript with a restart before every line of it: what
// is said must be the same. It rewrites nothing.
func RunRestarting(t *testing.T, file string, newBot func(bot.Store, func() time.Time) *bot.Bot) {
	t.Helper()
	run(t, file, newBot, true)
}

func run(t *testing.T, file string, newBot func(bot.Store, func() time.Time) *bot.Bot, restarting bool) {
	t.Helper()
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := &player{t: t, store: NewStore(), channel: NewAnnouncer("test", 30), newBot: newBot, past: map[string]bot.Press{}, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	p.start()
	var got strings.Builder
	for line := range strings.Lines(string(want)) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "> ") || strings.HasPrefix(line, "! "):
			fmt.Fprintln(&got, line)
			if restarting && line != "! again" { // which this process may answer with silence, and another may not
				p.stop()
				p.start()
			}
			got.WriteString(p.play(line))
		case line == "" || strings.HasPrefix(line, "#"):
			fmt.Fprintln(&got, line)
		}
	}
	p.stop()
	if *update && !restarting {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got.String() != string(want) {
		t.Errorf("%s: the conversation goes differently now (-update accepts it):\n%s", file, diff(string(want), got.String()))
	}
}

// player takes the part of the citizen.
type player struct {
	t       *testing.T
	store   *Store
	channel *Announcer
	newBot  func(bot.Store, func() time.Time) *bot.Bot
	bot     *bot.Bot
	stop    func()
	now     time.Time

	locale string
	last   bot.Update
	seen   []Shown
	past   map[string]bot.Press // by label: buttons that were shown
	count  int
}

func (p *player) start() {
	ctx, cancel := context.WithCancel(p.t.Context())
	done := make(chan error, 1)
	now := p.now
	p.bot = p.newBot(p.store, func() time.Time { return now })
	go func() { done <- p.bot.Run(ctx, p.channel) }()
	p.stop = func() {
		cancel()
		if err := <-done; err != nil {
			p.t.Errorf("run: %v", err)
		}
	}
}

// play does what one line says, and tells what the bot said to it.
func (p *player) play(line string) string {
	order, rest, _ := strings.Cut(line[2:], " ")
	u := bot.Update{Kind: bot.KindText, Text: line[2:]}
	switch {
	case line[0] == '>' && strings.HasPrefix(line, "> [") && strings.HasSuffix(line, "]"):
		u = p.press(line[3 : len(line)-1])
	case line[0] == '>':
	case order == "locale":
		p.locale = rest
		return ""
	case order == "restart":
		p.stop()
		p.start()
		return ""
	case order == "wait":
		d, err := time.ParseDuration(rest)
		if err != nil {
			p.t.Fatalf("%q: %v", line, err)
		}
		p.now = p.now.Add(d)
		p.stop()
		p.start()
		return ""
	case order == "down":
		p.store.Fail(errors.New("down"))
		return ""
	case order == "up":
		p.store.Fail(nil)
		return ""
	case order == "frozen":
		p.store.FreezeVolunteers(errors.New("frozen"))
		return ""
	case order == "thawed":
		p.store.FreezeVolunteers(nil)
		return ""
	case order == "retain":
		if _, err := p.bot.Retain(p.t.Context(), p.channel); err != nil {
			p.t.Error(err)
		}
		return p.news()
	case order == "again":
		return p.deliver(p.last)
	case order == "stranger":
		u = bot.Update{Kind: bot.KindPress, Press: bot.Press{Data: rest, Message: "1"}}
	case order == "sticker":
		u = bot.Update{Kind: bot.KindOther}
	case order == "blocked":
		u = bot.Update{Kind: bot.KindBlocked}
	case order == "back":
		u = bot.Update{Kind: bot.KindBack}
	default:
		p.t.Fatalf("unknown order %q", line)
	}
	p.count++
	u.ID, u.Chat, u.Locale, u.Time = fmt.Sprint(p.count), chat, p.locale, time.Unix(int64(p.count), 0)
	if u.Kind == bot.KindPress {
		u.Press.ID = "press-" + u.ID
	}
	return p.deliver(u)
}

func (p *player) press(label string) bot.Update {
	for _, m := range slices.Backward(p.channel.Messages(chat)) {
		for _, row := range m.Buttons {
			for _, b := range row {
				if spaces(b.Label) == spaces(label) {
					return bot.Update{Kind: bot.KindPress, Press: bot.Press{Data: b.Data, Message: m.ID, Buttons: m.Buttons}}
				}
			}
		}
	}
	if past, known := p.past[spaces(label)]; known {
		return bot.Update{Kind: bot.KindPress, Press: past}
	}
	p.t.Fatalf("no button %q was shown", label)
	return bot.Update{}
}

// spaces lets a label be written without the spaces that do not break.
func spaces(label string) string { return strings.ReplaceAll(label, "\u00a0", " ") }

// remember keeps the buttons in mind that are shown now.
func (p *player) remember() {
	for _, m := range p.seen {
		for _, row := range m.Buttons {
			for _, b := range row {
				p.past[spaces(b.Label)] = bot.Press{Data: b.Data, Message: m.ID, Buttons: m.Buttons}
			}
		}
	}
}

func (p *player) deliver(u bot.Update) string {
	p.last = u
	if err := <-p.channel.Deliver(u); err != nil {
		p.t.Errorf("update %s: %v", u.ID, err)
	}
	return p.news()
}

// news is what the chat shows now and did not show before.
func (p *player) news() string {
	var b strings.Builder
	now := p.channel.Messages(chat)
	for i, m := range now {
		switch {
		case i >= len(p.seen) && m.Press != "" && m.Text != "":
			fmt.Fprintf(&b, "* %s\n", m.Text)
		case i >= len(p.seen) && m.Press == "":
			writeMessage(&b, "<", m)
		case i < len(p.seen) && (m.Text != p.seen[i].Text || fmt.Sprint(m.Buttons) != fmt.Sprint(p.seen[i].Buttons)):
			writeMessage(&b, "~", m)
		}
	}
	p.seen = now
	p.remember()
	return b.String()
}

func writeMessage(b *strings.Builder, mark string, m Shown) {
	for line := range strings.Lines(m.Text) {
		fmt.Fprintln(b, strings.TrimRight(mark+" "+line, "\n "))
	}
	if m.File != nil {
		fmt.Fprintf(b, "%s {%s}\n", mark, m.File.Name)
	}
	for _, row := range m.Buttons {
		b.WriteString(mark)
		for _, button := range row {
			fmt.Fprintf(b, " [%s]", button.Label)
		}
		b.WriteString("\n")
	}
}

// diff shows the first lines that differ.
func diff(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d\n  want %s\n  got  %s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("want %d lines, got %d", len(w), len(g))
}
