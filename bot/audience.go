package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// defaultBatch is how many recipients are kept in one document.
const defaultBatch = 500

// recipient is one of an audience. It is stored.
type recipient struct {
	Chat      ChatID   `json:"chat"` // without the platform's id: nothing is sent there any more
	Language  Language `json:"language"`
	Reference string   `json:"reference,omitempty"` // of the volunteer, where that is known
}

// erased reports whether it is not known any more who it was.
func (r *recipient) erased() bool {
	_, id := r.Chat.Split()
	return id == ""
}

// erase forgets who it was, and keeps what the report is made of.
func (r *recipient) erase() {
	channel, _ := r.Chat.Split()
	r.Chat = NewChatID(channel, "")
}

// roll is a batch of recipients, as it is stored. It is written once, and then
// only made shorter.
type roll struct {
	Recipients []recipient `json:"recipients"`
	Next       string      `json:"next,omitempty"` // where the listing goes on; empty: nowhere
}

// batchKey names a batch of an announcement; keys sort as their numbers do.
func batchKey(id string, n int) string { return fmt.Sprintf("%s/%07d", id, n) }

// audienceOf lists at most limit recipients from a cursor on (empty: the
// first), of those that were there at a time; next is the cursor for what
// follows, empty when nothing does. The list may be empty before the end.
func (b *Bot) audienceOf(ctx context.Context, a Audience, at time.Time, cursor string, limit int) (list []recipient, next string, err error) {
	channels := a.Channels
	if len(channels) == 0 {
		channels = b.Campaigns().Channels()
	}
	if a.Volunteers {
		return b.volunteersOf(ctx, a, channels, at, cursor, limit)
	}
	q := SubscriberQuery{Fields: a.Fields, Languages: a.Languages, Channels: channels, Before: at, After: ChatID(cursor), Limit: limit}
	subscribers, err := b.store.Subscribers(ctx, q)
	if err != nil {
		return nil, "", fmt.Errorf("list audience: %w", err)
	}
	for _, s := range subscribers {
		list = append(list, recipient{Chat: s.Chat, Language: b.texts.ForLocale(string(s.Language))})
	}
	if len(list) == limit {
		next = string(list[limit-1].Chat)
	}
	return list, next, nil
}

// volunteersOf lists those who signed up and have not said that they want no
// announcements.
func (b *Bot) volunteersOf(ctx context.Context, a Audience, channels []string, at time.Time, cursor string, limit int) (list []recipient, next string, err error) {
	q := VolunteerQuery{
		Fields: a.Fields, Kinds: a.Kinds, Cities: a.Cities, Languages: a.Languages, After: cursor, Limit: limit,
		Statuses: slices.DeleteFunc(Statuses(), func(s Status) bool { return s == StatusWithdrawn }),
	}
	if !at.IsZero() {
		q.To = at.Add(time.Millisecond)
	}
	page, err := b.store.Volunteers(ctx, q)
	if err != nil {
		return nil, "", fmt.Errorf("list audience: %w", err)
	}
	willing := make([]bool, len(page.Volunteers))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i, v := range page.Volunteers {
		if channel, _ := v.Chat.Split(); !slices.Contains(channels, channel) {
			continue
		}
		group.Go(func() error {
			s, err := b.store.Subscriber(ctx, v.Chat)
			willing[i] = err == nil && (s.Version == 0 || s.State == Subscribed)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, "", fmt.Errorf("list audience: %w", err)
	}
	for i, v := range page.Volunteers {
		if willing[i] {
			list = append(list, recipient{v.Chat, b.texts.ForLocale(string(v.Language)), v.Reference})
		}
	}
	return list, page.Next, nil
}

// audienceSize counts the recipients of the moment.
func (b *Bot) audienceSize(ctx context.Context, a Audience) ([]Reached, error) {
	channels := b.Campaigns().Channels()
	if len(a.Channels) > 0 {
		channels = slices.DeleteFunc(channels, func(name string) bool { return !slices.Contains(a.Channels, name) })
	}
	if len(channels) == 0 {
		return nil, nil
	}
	a.Channels = channels
	if !a.Volunteers {
		size, err := b.store.TallySubscribers(ctx, SubscriberQuery{Fields: a.Fields, Languages: a.Languages, Channels: channels})
		if err != nil {
			return nil, fmt.Errorf("count audience: %w", err)
		}
		return size, nil
	}
	count := map[Reached]int64{}
	for cursor, more := "", true; more; more = cursor != "" {
		list, next, err := b.audienceOf(ctx, a, time.Time{}, cursor, b.batch)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			channel, _ := r.Chat.Split()
			count[Reached{Channel: channel, Language: r.Language}]++
		}
		cursor = next
	}
	var size []Reached
	for r, n := range count {
		r.N = n
		size = append(size, r)
	}
	slices.SortFunc(size, func(a, b Reached) int {
		return strings.Compare(a.Channel+" "+string(a.Language), b.Channel+" "+string(b.Language))
	})
	return size, nil
}

// list stores the next batch of recipients, unless all are listed. Whoever was
// at it before and was stopped is gone on from; two at once store each batch once.
func (b *Bot) list(ctx context.Context, a *Announcement) (*Announcement, error) {
	if a.Listed {
		return a, nil
	}
	key := batchKey(a.ID, a.Batches)
	var next roll
	d, err := loadDocument(ctx, b.store, DocumentAudience, key, &next)
	if err != nil {
		return nil, err
	}
	if d.Version == 0 {
		if next.Recipients, next.Next, err = b.audienceOf(ctx, a.Audience, a.Started, a.Cursor, b.batch); err != nil {
			return nil, err
		}
		if len(next.Recipients) > 0 {
			d.Open, d.At = true, a.Started
			switch err := saveDocument(ctx, b.store, d, &next); {
			case errors.Is(err, ErrConflict):
				return b.announcement(ctx, a.ID)
			case err != nil:
				return nil, err
			}
		}
	}
	return b.editAnnouncement(ctx, a.ID, func(stored *Announcement) error {
		if stored.Batches != a.Batches || stored.Cursor != a.Cursor || stored.Listed {
			return errUnchanged
		}
		if len(next.Recipients) > 0 {
			stored.Batches++
			stored.Total += int64(len(next.Recipients))
		}
		stored.Cursor, stored.Listed = next.Next, next.Next == ""
		return nil
	})
}
