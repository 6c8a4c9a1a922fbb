package bot

import (
	"context"
	"encoding/json"
)

// What the command line shows of announcements is what the desk shows of them.

// Sheet is all that staff see of an announcement before it is sent, and of how
// it went, in a language. It has no buttons. Its Text is the state in one line.
func (c *Campaigns) Sheet(ctx context.Context, a *Announcement, lang Language) (View, error) {
	v := c.visit(lang)
	view := View{Text: c.Headline(a, lang), Blocks: []Block{{Card: v.announcementCard(a)}}}
	for _, warning := range v.warnings(a) {
		view.Blocks = append(view.Blocks, Block{Text: warning})
	}
	if a.Started.IsZero() {
		reach, err := v.reach(ctx, a)
		if err != nil {
			return View{}, err
		}
		view.Blocks = append(view.Blocks, reach...)
		view.Blocks = append(view.Blocks, v.previews(a)...)
		return view, nil
	}
	p, err := c.bot.progress(ctx, a)
	if err != nil {
		return View{}, err
	}
	view.Blocks = append(view.Blocks, v.course(a, p, 0)...)
	return view, nil
}

// Headline says how it stands with an announcement, in plain text.
func (c *Campaigns) Headline(a *Announcement, lang Language) string {
	v := c.visit(lang)
	if a.State == Drafted {
		return v.titleOf(a)
	}
	return v.headline(a)
}

// Pace says in a line of plain text how fast it goes and how long it takes
// still, why it does not go on, or how long it took. rate is how many a second
// go out; 0: not known. It may be empty.
func (c *Campaigns) Pace(a *Announcement, p Progress, rate float64, lang Language) string {
	return plainText(c.visit(lang).pace(a, p, rate))
}

// FailureList is a table of who did not get an announcement, or may not have,
// and why: a file for spreadsheets, with a row for each of n people, but for no
// more than [MaxFailures]. That it was read is noted in the audit log.
func (c *Campaigns) FailureList(ctx context.Context, id string, by Person, lang Language) (csv []byte, n int, err error) {
	v := c.visit(lang)
	v.ID, v.Name = by.ID, by.Name
	return v.failures(ctx, id)
}

// Note keeps in the audit log what somebody is about to do with an
// announcement, such as "announce-pause", as the desk does of what is done there.
func (c *Campaigns) Note(ctx context.Context, by Person, what, id string) error {
	v := &visit{bot: c.bot, Staff: Staff{ID: by.ID, Name: by.Name}}
	return v.audit(ctx, AuditChanged, what, id)
}

// ReleasedBefore finds an announcement of late that says the same to the same
// people, and has been released; nil when there is none.
func (c *Campaigns) ReleasedBefore(ctx context.Context, a *Announcement) (*Announcement, error) {
	list, err := c.Announcements(ctx, "", announcementsAtOnce)
	if err != nil {
		return nil, err
	}
	for _, of := range list {
		if of.State != Drafted && of.State != Cancelled && of.content() == a.content() {
			return of, nil
		}
	}
	return nil, nil
}

// announcementsAtOnce is how many are looked through.
const announcementsAtOnce = 50

// content is what is said to whom.
func (a *Announcement) content() string {
	var written Announcement
	written.write(a)
	written.Schedule = Schedule{}
	data, _ := json.Marshal(written) // of strings
	return string(data)
}

func (c *Campaigns) visit(lang Language) *visit { return &visit{bot: c.bot, language: lang} }
