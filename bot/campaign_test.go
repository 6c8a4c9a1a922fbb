package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

var (
	writer   = bot.Person{ID: "test:writer", Name: "Clara"}
	releaser = bot.Person{ID: "test:releaser", Name: "Denis"}
	approver = bot.Person{ID: "test:approver", Name: "Élodie"}
)

// office is where announcements are written; nobody sends them.
type office struct {
	*testing.T
	*bot.Campaigns
	store     *bottest.Store
	announcer *bottest.Announcer
	now       time.Time
}

func newOffice(t *testing.T) *office {
	o := &office{T: t, store: bottest.NewStore(), announcer: bottest.NewAnnouncer("test", 30), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	b := newBotAt(t, o.store, func() time.Time { return o.now })
	b.Know(o.announcer)
	o.Campaigns = b.Campaigns()
	return o
}

// subscribe stores so many subscribers, every third of whom reads French.
func subscribe(t testing.TB, store bot.SubscriberStore, n int) {
	t.Helper()
	for i := range n {
		lang := bot.German
		if i%3 == 0 {
			lang = bot.French
		}
		s := &bot.Subscriber{Chat: bot.NewChatID("test", fmt.Sprintf("%06d", i)), State: bot.Subscribed, Language: lang}
		if err := store.SaveSubscriber(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
}

func written() *bot.Announcement {
	return &bot.Announcement{
		Title:  "Einladung",
		Texts:  map[bot.Language]string{bot.German: "Kommen Sie **alle**!", bot.French: "Venez **tous** !"},
		Author: writer,
	}
}

func (o *office) save(a *bot.Announcement) *bot.Announcement {
	o.Helper()
	if err := o.Save(o.Context(), a); err != nil {
		o.Fatal(err)
	}
	return a
}

// wantRefused checks what an error says to people.
func wantRefused(t *testing.T, err error, message string) {
	t.Helper()
	if got, _, ok := bot.Explain(err); !ok || got != message {
		t.Errorf("%q (%v) instead of %q", got, err, message)
	}
}

func TestADraftIsKeptHoweverIncomplete(t *testing.T) {
	o := newOffice(t)
	a := o.save(&bot.Announcement{Author: writer, Texts: map[bot.Language]string{bot.German: "  Komm "}})
	if a.ID == "" || a.State != bot.Drafted || a.Texts[bot.German] != "Komm" {
		t.Errorf("a new draft: %+v", a)
	}
	a.Title, a.Author, a.State, a.Released = "Neu", releaser, bot.Sending, 7
	if o.save(a); a.Author != writer || a.State != bot.Drafted || a.Released != 0 || a.Title != "Neu" {
		t.Errorf("a changed draft: %+v", a)
	}
	stored, err := o.Announcement(t.Context(), a.ID)
	if err != nil || stored.Title != "Neu" {
		t.Errorf("stored: %+v (%v)", stored, err)
	}
	if missing, err := o.Announcement(t.Context(), "nowhere"); missing != nil || err != nil {
		t.Errorf("found %+v (%v)", missing, err)
	}
	o.now = o.now.Add(time.Minute)
	next := o.save(written())
	for after, want := range map[string]string{"": next.ID + a.ID, next.ID: a.ID, a.ID: ""} {
		var got string
		list, err := o.Announcements(t.Context(), after, 5)
		for _, a := range list {
			got += a.ID
		}
		if got != want || err != nil {
			t.Errorf("after %q: %q instead of %q (%v)", after, got, want, err)
		}
	}
	for range 2 {
		if err := o.Discard(t.Context(), a.ID, writer); err != nil {
			t.Error(err)
		}
	}
	wantRefused(t, o.Save(t.Context(), a), "announce-none")
}

func TestTwoDraftsOfOneMomentAreTwo(t *testing.T) {
	o := newOffice(t)
	if a, b := o.save(written()), o.save(written()); a.ID == b.ID {
		t.Errorf("both are %s", a.ID)
	}
}

func TestProblemsStandBesideTheirFields(t *testing.T) {
	o := newOffice(t)
	long := strings.Repeat("a", 1025)
	for name, c := range map[string]struct {
		change func(*bot.Announcement)
		want   string
	}{
		"none":              {func(a *bot.Announcement) {}, ""},
		"everything":        {func(a *bot.Announcement) { *a = bot.Announcement{} }, "title text-de text-fr"},
		"one language":      {func(a *bot.Announcement) { delete(a.Texts, bot.French) }, "text-fr"},
		"too long":          {func(a *bot.Announcement) { a.Texts[bot.German] = strings.Repeat(long, 4) }, "text-de"},
		"caption":           {func(a *bot.Announcement) { a.Texts[bot.German] = long; a.Picture = "https://example.org/a.png" }, "text-de"},
		"as long as it may": {func(a *bot.Announcement) { a.Texts[bot.German] = long }, ""},
		"title":             {func(a *bot.Announcement) { a.Title = long }, "title"},
		"addresses":         {func(a *bot.Announcement) { a.Link, a.Picture = "http://example.org", "example" }, "link picture"},
		"label":             {func(a *bot.Announcement) { a.Labels = map[bot.Language]string{bot.French: "Ici"} }, "label-fr"},
		"kinds":             {func(a *bot.Announcement) { a.Audience.Kinds = []bot.VolunteerKind{bot.School} }, "kinds"},
		"volunteers": {func(a *bot.Announcement) {
			a.Audience = bot.Audience{Volunteers: true, Kinds: []bot.VolunteerKind{bot.School}, Cities: []bot.City{bot.Montreal}}
		}, ""},
		"unknown": {func(a *bot.Announcement) {
			a.Audience = bot.Audience{Fields: []bot.Field{"x"}, Languages: []bot.Language{"en"}, Channels: []string{"pigeon"}}
		}, "fields languages channels"},
		"past":      {func(a *bot.Announcement) { a.Schedule = bot.NewSchedule("2026-03-01", "12:59", bot.Duesseldorf) }, "time"},
		"future":    {func(a *bot.Announcement) { a.Schedule = bot.NewSchedule("2026-03-01", "13:01", bot.Duesseldorf) }, ""},
		"no time":   {func(a *bot.Announcement) { a.Schedule = bot.NewSchedule("2027-02-30", "10:00", bot.Duesseldorf) }, "date"},
		"no clock":  {func(a *bot.Announcement) { a.Schedule = bot.NewSchedule("2027-02-03", "10:00", bot.Elsewhere) }, "city"},
		"no moment": {func(a *bot.Announcement) { a.Schedule = bot.NewSchedule("", "10:00", "") }, "date city"},
	} {
		t.Run(name, func(t *testing.T) {
			a := written()
			c.change(a)
			var fields []string
			for _, p := range o.Problems(a) {
				fields = append(fields, p.Field)
			}
			if got := strings.Join(fields, " "); got != c.want {
				t.Errorf("problems with %q instead of %q", got, c.want)
			}
		})
	}
}

func TestAReleaseIsOfWhatWasConfirmed(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	a := o.save(written())
	_, err := o.Release(ctx, a.ID, releaser, 0, false)
	wantRefused(t, err, "announce-problem-empty")
	subscribe(t, o.store, 100)
	size, err := o.Size(ctx, a.Audience)
	if err != nil || fmt.Sprint(size) != "[{test de 66} {test fr 34}]" || o.Duration(size) != 3*time.Second {
		t.Errorf("%v, which take %v (%v)", size, o.Duration(size), err)
	}
	_, err = o.Release(ctx, a.ID, releaser, 99, false)
	var changed *bot.SizeChanged
	if !errors.As(err, &changed) || changed.Now != 100 {
		t.Errorf("a release for another number: %v", err)
	}
	a.Texts = nil
	o.save(a)
	_, err = o.Release(ctx, a.ID, releaser, 100, false)
	wantRefused(t, err, "announce-problem-text")
	a.Texts = written().Texts
	o.save(a)
	for range 2 {
		got, err := o.Release(ctx, a.ID, releaser, 100, true)
		if err != nil || got.State != bot.Sending || !got.Repeat || got.Releaser != releaser || got.Released != 100 || !got.Started.Equal(o.now) {
			t.Errorf("released: %+v (%v)", got, err)
		}
	}
	wantRefused(t, o.Save(ctx, a), "announce-is-sending")
	wantRefused(t, o.Discard(ctx, a.ID, writer), "announce-is-sending")
	_, err = o.Release(ctx, a.ID, approver, 100, true)
	wantRefused(t, err, "announce-is-sending")
	p, err := o.Progress(ctx, a.ID)
	if err != nil || p.Total != 0 {
		t.Errorf("nothing is listed yet: %+v (%v)", p, err)
	}
}

func TestMoreThanAHundredNeedASecondPerson(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	subscribe(t, o.store, 101)
	a := o.save(written())
	got, err := o.Release(ctx, a.ID, releaser, 101, false)
	if err != nil || got.State != bot.Proposed {
		t.Fatalf("%+v (%v)", got, err)
	}
	for _, by := range []bot.Person{writer, releaser} {
		_, err = o.Approve(ctx, a.ID, by)
		wantRefused(t, err, "announce-own-approval")
	}
	for range 2 {
		if got, err = o.Approve(ctx, a.ID, approver); err != nil || got.State != bot.Sending || got.Approver != approver {
			t.Errorf("approved: %+v (%v)", got, err)
		}
	}
	_, err = o.Approve(ctx, a.ID, writer)
	wantRefused(t, err, "announce-is-sending")
}

// Whoever is stopped right after the release does it again, and then the second
// person hears of it.
func TestAReleaseThatNobodyWasToldOfIsTold(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	subscribe(t, o.store, 101)
	a := o.save(written())
	store := &meanwhile{o.store, bot.DocumentAnnouncement, func() { o.store.Fail(errors.New("away")) }}
	stopped := newBotAt(t, store, func() time.Time { return o.now })
	stopped.Know(o.announcer)
	if _, err := stopped.Campaigns().Release(ctx, a.ID, releaser, 101, false); err == nil {
		t.Error("the store was away")
	}
	o.store.Fail(nil)
	if got, err := o.Release(ctx, a.ID, releaser, 101, false); err != nil || got.State != bot.Proposed {
		t.Errorf("%+v (%v)", got, err)
	}
	if n, _ := documents(t, o.store, bot.DocumentProgress, ""); n != 1 {
		t.Errorf("%d things are to be told", n)
	}
}

func TestWhatIsApprovedTooLateIsNotSent(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	subscribe(t, o.store, 101)
	a := written()
	a.Schedule = bot.NewSchedule("2026-03-02", "09:00", bot.Montreal)
	o.save(a)
	if _, err := o.Release(ctx, a.ID, releaser, 101, false); err != nil {
		t.Fatal(err)
	}
	o.now = o.now.Add(48 * time.Hour)
	_, err := o.Approve(ctx, a.ID, approver)
	wantRefused(t, err, "announce-problem-past")
	o.now = o.now.Add(-48 * time.Hour)
	got, err := o.Approve(ctx, a.ID, approver)
	if err != nil || got.State != bot.Scheduled || !got.Started.IsZero() {
		t.Errorf("approved: %+v (%v)", got, err)
	}
}

func TestWhatCanBeDoneWithAnAnnouncement(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	subscribe(t, o.store, 5)
	a := o.save(written())
	type action func(context.Context, string, bot.Person) (*bot.Announcement, error)
	for _, step := range []struct {
		name string
		do   action
		want string // the state afterwards, or why it is refused
	}{
		{"pause a draft", o.Pause, "announce-is-draft"},
		{"resume a draft", o.Resume, "announce-is-draft"},
		{"cancel a draft", o.Cancel, "announce-is-draft"},
		{"again, a draft", o.Again, "announce-is-draft"},
		{"approve a draft", o.Approve, "announce-is-draft"},
		{"release", func(ctx context.Context, id string, by bot.Person) (*bot.Announcement, error) {
			return o.Release(ctx, id, by, 5, false)
		}, "sending"},
		{"resume what is sending", o.Resume, "sending"},
		{"again while sending", o.Again, "announce-is-sending"},
		{"pause", o.Pause, "paused"},
		{"pause twice", o.Pause, "paused"},
		{"resume", o.Resume, "sending"},
		{"cancel", o.Cancel, "cancelled"},
		{"cancel twice", o.Cancel, "cancelled"},
		{"resume what is over", o.Resume, "announce-is-cancelled"},
		{"again when cancelled", o.Again, "announce-is-cancelled"},
	} {
		got, err := step.do(ctx, a.ID, releaser)
		if strings.HasPrefix(step.want, "announce-") {
			wantRefused(t, err, step.want)
		} else if err != nil || string(got.State) != step.want {
			t.Errorf("%s: %+v (%v)", step.name, got, err)
		}
	}
	if _, err := o.Pause(ctx, "nowhere", releaser); !errors.Is(err, bot.ErrNoAnnouncement) {
		t.Errorf("pause what is not there: %v", err)
	}
}

func TestATestSaysSo(t *testing.T) {
	o := newOffice(t)
	a := written()
	a.Link = "https://example.org"
	a.Labels = map[bot.Language]string{bot.French: "Programme"}
	o.save(a)
	chat := bot.NewChatID("test", "admin")
	if err := o.Test(t.Context(), a.ID, chat); err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, m := range o.announcer.Messages(chat) {
		said = append(said, m.Text)
		for _, row := range m.Buttons {
			said = append(said, fmt.Sprint(row[0]))
		}
	}
	want := []string{
		"**Nur ein Test** der Ankündigung „Einladung“. So sieht sie auf Deutsch aus:", "Kommen Sie **alle**!", "{Mehr dazu  https://example.org}", "{🔕 Abbestellen /unsubscribe }",
		"**Simple essai** de l’annonce «\u00a0Einladung\u00a0». La voici en français\u00a0:", "Venez **tous** !", "{Programme  https://example.org}", "{🔕 Se désabonner /unsubscribe }",
	}
	if fmt.Sprint(said) != fmt.Sprint(want) {
		t.Errorf("said:\n%s\nwant:\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
	wantRefused(t, o.Test(t.Context(), a.ID, "pigeon:1"), "announce-no-chat")
	o.announcer.Fail(func(bot.ChatID, bot.Message) error { return bot.ErrGone })
	wantRefused(t, o.Test(t.Context(), a.ID, chat), "announce-test-failed")
}
