package bot

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// showEvery is how often a card on the board is drawn anew at most.
const showEvery = 3 * time.Second

// errSoon says that a task is not over, and nothing is wrong with it.
var errSoon = errors.New("there will be more to tell soon")

// watched is where the card of an announcement stands on the board, and what
// it showed last.
type watched struct {
	Post    string    `json:"post"`
	Shown   string    `json:"shown"`
	At      time.Time `json:"at"`      // when that was
	Done    int64     `json:"done"`    // recipients that were not waiting any more
	Counted time.Time `json:"counted"` // when that was; zero: nothing went out then
}

func watchKey(id string) string { return "announcement/" + id }

// tellProgress brings the card of an announcement up to date, at most every
// few seconds, for as long as something goes out.
func (b *Bot) tellProgress(ctx context.Context, board Board, id string) error {
	a, err := b.announcement(ctx, id)
	if err != nil {
		return err
	}
	if a == nil || a.State == Drafted {
		return nil
	}
	var at watched
	d, err := loadDocument(ctx, b.store, DocumentCard, watchKey(id), &at)
	if err != nil {
		return err
	}
	now := b.now().UTC()
	if now.Sub(at.At) < showEvery && !now.Before(at.At) {
		return errSoon
	}
	var p Progress
	if !a.Started.IsZero() {
		if p, err = b.Campaigns().Progress(ctx, id); err != nil {
			return err
		}
	}
	was := at
	view := b.clerk().announcementPost(a, p, at.rate(a, p, now))
	at.Shown = digest(view)
	switch {
	case at.Post == "":
		at.Post, err = board.Post(ctx, Post{Key: "announcement:" + id, View: *view})
	case at.Shown != was.Shown:
		err = board.Update(ctx, at.Post, *view)
	}
	if err != nil && (was.Post == "" || !errors.Is(err, ErrGone)) { // a card that somebody has removed is not missed
		return err
	}
	at.At, d.At = b.now().UTC(), a.Created // the call may have waited
	if err := saveDocument(ctx, b.store, d, at); err != nil && !errors.Is(err, ErrConflict) {
		return err
	}
	if a.State == Sending {
		return errSoon
	}
	return nil
}

// rate is how many a second go out: since they were counted last, unless it
// was paused then; 0: not known.
func (w *watched) rate(a *Announcement, p Progress, now time.Time) float64 {
	done, before, since := p.Total-p.Waiting, w.Done, w.Counted
	w.Done, w.Counted = done, now
	if a.State != Sending {
		w.Counted = time.Time{}
		return 0
	}
	if since.IsZero() && before == 0 {
		since = a.Started
	}
	if since.IsZero() || !now.After(since) || done < before {
		return 0
	}
	return float64(done-before) / now.Sub(since).Seconds()
}

// announcementPost is the card on the board.
func (v *visit) announcementPost(a *Announcement, p Progress, rate float64) *View {
	card := v.announcementCard(a)
	card.Title = v.headline(a)
	view := &View{Text: card.Title, Blocks: []Block{{Card: card}}}
	if !a.Started.IsZero() {
		view.Blocks = append(view.Blocks, v.course(a, p, rate)...)
	}
	if buttons := v.controls(a, p); len(buttons) > 0 {
		view.Blocks = append(view.Blocks, Block{Buttons: buttons})
	}
	return view
}

// controls are the buttons of what was released.
func (v *visit) controls(a *Announcement, p Progress) []Button {
	button := func(label, command string) Button {
		return Button{Label: v.say(label, nil), Data: command + " " + a.ID}
	}
	switch a.State {
	case Proposed:
		return []Button{button("desk-button-approve", "announce-approve"), button("desk-button-withdraw", "announce-cancel")}
	case Scheduled:
		return []Button{button("desk-button-look", "announce-open"), button("desk-button-cancel", "announce-cancel")}
	case Sending:
		return []Button{button("desk-button-pause", "announce-pause"), button("desk-button-cancel", "announce-cancel"), button("desk-button-look", "announce-open")}
	case Paused:
		list := []Button{button("desk-button-resume", "announce-resume"), button("desk-button-cancel", "announce-cancel")}
		if p.failed()+p.Unknown > 0 {
			list = append(list, button("desk-button-failures", "announce-failures"))
		}
		return list
	case Finished, Cancelled:
		var list []Button
		if again := v.again(a, p); again > 0 {
			list = append(list, Button{Label: v.say("desk-button-resend", Values{"Count": again}), Data: "announce-again " + a.ID})
		}
		if p.failed()+p.Unknown+p.Waiting > 0 {
			list = append(list, button("desk-button-failures", "announce-failures"))
		}
		return list
	}
	return nil
}

// again is how many would be tried once more.
func (v *visit) again(a *Announcement, p Progress) int64 {
	if a.State != Finished || v.bot.expired(a) {
		return 0
	}
	n := p.Failed[ReasonUnreachable]
	if a.Repeat {
		n += p.Unknown
	}
	return n
}

// barWidth is how many letters a bar is long.
const barWidth = 24

// Bar shows a part of a whole in letters.
func Bar(part, whole int64) string {
	full := 0
	if whole > 0 {
		full = int(min(part, whole) * barWidth / whole)
	}
	return strings.Repeat("█", full) + strings.Repeat("░", barWidth-full)
}

// course says how far the sending has come, or how it ended. rate is how many
// a second go out; 0: not known.
func (v *visit) course(a *Announcement, p Progress, rate float64) []Block {
	done, total := p.Total-p.Waiting, p.Total
	if !a.Listed && !a.Over() {
		total = max(total, a.Released)
	}
	list := []Block{{Text: "`" + Bar(done, total) + "` " + string(v.share(done, total))}}
	lines := []string{v.say("desk-course-sent", Values{"Count": p.Sent, "Total": total})}
	add := func(id string, n int64) {
		if n > 0 {
			lines = append(lines, v.say(id, Values{"Count": n}))
		}
	}
	if a.State == Cancelled {
		add("desk-course-unsent", p.Waiting)
	} else {
		add("desk-course-waiting", p.Waiting)
	}
	if failed := p.failed(); failed > 0 {
		var reasons []string
		for _, reason := range slices.Sorted(maps.Keys(p.Failed)) {
			if p.Failed[reason] > 0 {
				reasons = append(reasons, v.say("desk-reason-"+string(reason), Values{"Count": p.Failed[reason]}))
			}
		}
		lines = append(lines, v.say("desk-course-failed", Values{"Count": failed, "Reasons": Markdown(strings.Join(reasons, ", "))}))
	}
	add("desk-course-unknown", p.Unknown)
	add("desk-course-withdrawn", p.Withdrawn)
	list = append(list, Block{Text: "- " + strings.Join(lines, "\n- ")})
	if a.State == Cancelled && !a.Listed {
		list = append(list, Block{Note: v.say("desk-course-unlisted", Values{"Count": p.Total, "Released": a.Released})})
	}
	if note := v.pace(a, p, rate); note != "" {
		list = append(list, Block{Note: note})
	}
	return list
}

// pace says how fast it goes and how long it takes still; why it does not go
// on; or how long it took.
func (v *visit) pace(a *Announcement, p Progress, rate float64) string {
	switch {
	case a.State == Paused && a.Pause != "":
		return v.say(a.Pause, nil)
	case a.State == Paused:
		return v.say("desk-course-paused", nil)
	case !a.Ended.IsZero():
		return v.say("desk-course-took", Values{"Duration": Markdown(v.took(a.Took()))})
	case !a.Listed:
		return v.say("desk-course-listing", nil)
	case rate <= 0:
		return ""
	}
	left := time.Duration(float64(p.Waiting) / rate * float64(time.Second))
	return v.say("desk-course-rate", Values{"Count": int64(max(1, math.Round(rate))), "Duration": Markdown(v.lasts(left))})
}

// failed is how many it has not reached, for whichever reason.
func (p Progress) failed() (n int64) {
	for _, value := range p.Failed {
		n += value
	}
	return n
}
