package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Campaigns is where announcements are written, released and watched. What it
// refuses, it refuses with an error that [Explain] can put into words.
type Campaigns struct{ bot *Bot }

// Campaigns is safe for concurrent use, also by several processes on one store.
func (b *Bot) Campaigns() *Campaigns { return &Campaigns{b} }

// Save stores a draft, however incomplete: a new one, which gets its ID, where
// that is empty, otherwise what is written of one that is a draft still.
// Afterwards a is as it is stored.
func (c *Campaigns) Save(ctx context.Context, a *Announcement) error {
	if a.ID == "" {
		return c.create(ctx, a)
	}
	written := *a
	stored, err := c.edit(ctx, a.ID, func(a *Announcement) error {
		if a.State != Drafted {
			return refuseState(a)
		}
		a.write(&written)
		return nil
	})
	if err != nil {
		return err
	}
	*a = *stored
	return nil
}

// write takes over what people write.
func (a *Announcement) write(from *Announcement) {
	a.Title, a.Link, a.Picture = strings.TrimSpace(from.Title), strings.TrimSpace(from.Link), strings.TrimSpace(from.Picture)
	a.Texts, a.Labels = trimmed(from.Texts), trimmed(from.Labels)
	a.Audience, a.Schedule = from.Audience, from.Schedule
}

func trimmed(texts map[Language]string) map[Language]string {
	list := map[Language]string{}
	for lang, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			list[lang] = text
		}
	}
	return list
}

// create stores a new one, under an id that sorts by its time where it has none.
func (c *Campaigns) create(ctx context.Context, a *Announcement) error {
	now := c.bot.moment()
	draft := Announcement{ID: a.ID, State: Drafted, Author: a.Author, Form: a.Form, Entered: a.Entered, Created: now, Changed: now}
	draft.write(a)
	for n := now.UnixMilli(); ; n++ {
		if a.ID == "" {
			draft.ID = strconv.FormatInt(n, 36)
		}
		d := &Document{Kind: DocumentAnnouncement, Key: draft.ID, At: draft.Created}
		err := saveDocument(ctx, c.bot.store, d, &draft)
		if errors.Is(err, ErrConflict) && a.ID == "" {
			continue
		}
		if err == nil {
			*a = draft
		}
		return err
	}
}

// Announcement reads one; nil when there is none.
func (c *Campaigns) Announcement(ctx context.Context, id string) (*Announcement, error) {
	return c.bot.announcement(ctx, id)
}

func (b *Bot) announcement(ctx context.Context, id string) (*Announcement, error) {
	a := new(Announcement)
	d, err := loadDocument(ctx, b.store, DocumentAnnouncement, id, a)
	if err != nil || d.Version == 0 {
		return nil, err
	}
	return a, nil
}

// known reads one that there is: [ErrNoAnnouncement] otherwise.
func (c *Campaigns) known(ctx context.Context, id string) (*Announcement, error) {
	a, err := c.bot.announcement(ctx, id)
	if err == nil && a == nil {
		err = ErrNoAnnouncement
	}
	return a, err
}

// Announcements lists those that follow the one with the given id (empty: from
// the first), the newest first.
func (c *Campaigns) Announcements(ctx context.Context, after string, limit int) ([]*Announcement, error) {
	q := DocumentQuery{Kind: DocumentAnnouncement, Limit: limit}
	if after != "" {
		d, err := c.bot.store.Document(ctx, DocumentAnnouncement, after)
		if err != nil {
			return nil, fmt.Errorf("list announcements: %w", err)
		}
		if d.Version > 0 {
			q.After = d
		}
	}
	return c.bot.announcements(ctx, q)
}

func (b *Bot) announcements(ctx context.Context, q DocumentQuery) ([]*Announcement, error) {
	docs, err := b.store.Documents(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("list announcements: %w", err)
	}
	list := make([]*Announcement, len(docs))
	for i, d := range docs {
		list[i] = new(Announcement)
		if err := d.read(list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Discard deletes a draft. Discarding one that is not stored is no error.
func (c *Campaigns) Discard(ctx context.Context, id string, _ Person) error {
	return again(func() error {
		a := new(Announcement)
		d, err := loadDocument(ctx, c.bot.store, DocumentAnnouncement, id, a)
		switch {
		case err != nil || d.Version == 0:
			return err
		case a.State != Drafted:
			return refuseState(a)
		}
		if err := c.bot.store.DeleteDocument(ctx, d); err != nil {
			return fmt.Errorf("discard announcement: %w", err)
		}
		return nil
	})
}

// errUnchanged ends an edit that has nothing to store.
var errUnchanged = errors.New("nothing to change")

// edit changes an announcement, and returns it as it is stored then. change
// may run several times.
func (c *Campaigns) edit(ctx context.Context, id string, change func(*Announcement) error) (*Announcement, error) {
	return c.bot.editAnnouncement(ctx, id, change)
}

func (b *Bot) editAnnouncement(ctx context.Context, id string, change func(*Announcement) error) (*Announcement, error) {
	var a *Announcement
	var was AnnouncementState
	err := again(func() error {
		a = new(Announcement)
		d, err := loadDocument(ctx, b.store, DocumentAnnouncement, id, a)
		if err != nil {
			return err
		}
		if d.Version == 0 {
			return ErrNoAnnouncement
		}
		was = a.State
		if err := change(a); err != nil {
			return err
		}
		a.Changed = b.moment()
		d.Open = a.State == Scheduled || a.State == Sending
		return saveDocument(ctx, b.store, d, a)
	})
	unchanged := errors.Is(err, errUnchanged) // whoever changed it may have been stopped before they told anybody
	if err != nil && !unchanged {
		return nil, err
	}
	if was != a.State || unchanged && a.State != Drafted {
		b.rouse(DocumentAnnouncement)
		return a, b.due(ctx, DocumentProgress, id)
	}
	return a, nil
}
