package main

import (
	"context"
	"fmt"
	"time"

	"exchangebot/bot"
)

const (
	watchAnnounce = 500 * time.Millisecond // how often it is looked at
	sayEvery      = 10 * time.Second       // how often it is told where nobody sees a bar move
	// attendAfter is how long a running serve may take to begin to send: it
	// looks twice a second, but its store may be slow.
	attendAfter = 4 * time.Second
)

// watch shows how far an announcement is until nothing more is to come of it,
// and sends it, as long as no other process does.
func (a *announcing) watch(ctx context.Context, id string) error {
	sender := &attendant{announcing: a}
	defer sender.stop()
	line := &progressLine{announcing: a, moves: isTerminal(a.err)}
	tick := time.NewTicker(watchAnnounce)
	defer tick.Stop()
	for {
		of, err := a.campaigns.Announcement(ctx, id)
		if err == nil && of == nil {
			return bot.ErrNoAnnouncement
		}
		var p bot.Progress
		if err == nil {
			p, err = a.campaigns.Progress(ctx, id)
		}
		if err == nil {
			err = sender.attend(ctx, of)
		}
		switch {
		case ctx.Err() != nil:
			line.end()
			return a.fail("cli-announce-left", bot.Values{"Command": bot.Markdown("`exchangebot announce --watch " + id + "`")})
		case err != nil && sender.sends(): // which waits for the store, too
		case err != nil:
			line.end()
			return err
		case of.State == bot.Sending || of.State == bot.Scheduled:
			line.show(of, p, sender.idle())
		default:
			line.end()
			return a.report(ctx, of)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// report says what came of an announcement; it ends with code 1 when that is
// not what was wanted.
func (a *announcing) report(ctx context.Context, of *bot.Announcement) error {
	sheet, err := a.campaigns.Sheet(ctx, of, a.lang)
	if err != nil {
		return err
	}
	a.print(sheet.Text)
	draw(a.out, sheet)
	if of.State != bot.Finished {
		return errTold
	}
	return nil
}

// attendant sends where nobody else does.
type attendant struct {
	*announcing
	alone  time.Time // since when nobody has sent what is due
	cancel context.CancelFunc
	done   chan struct{}
}

// attend begins to send when a due announcement has been left alone for so
// long that no serve can be running.
func (t *attendant) attend(ctx context.Context, of *bot.Announcement) error {
	if t.sends() {
		return nil
	}
	attended, err := t.campaigns.Attended(ctx)
	now := time.Now()
	switch {
	case err != nil:
		return err
	case attended || !of.Due(now):
		t.alone = time.Time{}
	case t.alone.IsZero():
		t.alone = now
	case now.Sub(t.alone) >= attendAfter:
		sending, cancel := context.WithCancel(ctx)
		t.cancel, t.done = cancel, make(chan struct{})
		go func() {
			defer close(t.done)
			_ = t.bot.Broadcast(sending) // ends with sending alone, and logs what it meets
		}()
	}
	return nil
}

// sends reports whether this process does.
func (t *attendant) sends() bool { return t.done != nil }

// idle reports whether nobody sends yet.
func (t *attendant) idle() bool { return !t.sends() && !t.alone.IsZero() }

// stop lets the calls under way end.
func (t *attendant) stop() {
	if t.sends() {
		t.cancel()
		<-t.done
	}
}

// progressLine is a line at a terminal that is written over, or a line now and
// then where nobody sees it move.
type progressLine struct {
	*announcing
	moves  bool
	told   time.Time
	drawn  bool
	at     time.Time
	before int64
	rate   float64
}

func (l *progressLine) show(of *bot.Announcement, p bot.Progress, idle bool) {
	done, total, now := p.Total-p.Waiting, max(p.Total, of.Released), time.Now()
	if since := now.Sub(l.at).Seconds(); l.at.IsZero() || since >= 3 {
		if !l.at.IsZero() {
			l.rate = float64(done-l.before) / since
		}
		l.at, l.before = now, done
	}
	if !l.moves && (now.Sub(l.told) < sayEvery || of.State == bot.Scheduled && !l.told.IsZero()) {
		return
	}
	l.told = now
	text := l.campaigns.Headline(of, l.lang)
	if of.State == bot.Sending {
		pace := l.campaigns.Pace(of, p, l.rate, l.lang)
		if idle {
			pace = l.say("cli-announce-idle", nil)
		}
		text = fmt.Sprintf("%s %d/%d  %s", bot.Bar(done, total), done, total, pace)
	}
	if !l.moves {
		l.print(text)
		return
	}
	// A line that a narrow terminal would break could not be written over.
	const eraseLine, keepLine, breakLines = "\r\x1b[K", "\x1b[?7l", "\x1b[?7h"
	fmt.Fprint(l.err, eraseLine, keepLine, text, breakLines)
	l.drawn = true
}

func (l *progressLine) end() {
	if l.drawn {
		fmt.Fprintln(l.err)
		l.drawn = false
	}
}
