package bot_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

var elodie = bot.Staff{ID: "test:elodie", Name: "Élodie", Locale: "fr-CA", Admin: true}

// admins is a desk where announcements are written.
type admins struct {
	*testing.T
	*bot.Desk
	bot       *bot.Bot
	store     *bottest.Store
	announcer *bottest.Announcer
	now       time.Time
}

func newAdmins(t *testing.T, subscribers int) *admins {
	a := &admins{T: t, store: bottest.NewStore(), announcer: bottest.NewAnnouncer("test", 30), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	subscribe(t, a.store, subscribers)
	config, drawn := newConfig(t, a.store, func() time.Time { return a.now }), 0
	config.Reference = func() string { drawn++; return fmt.Sprintf("R%05d", drawn) }
	a.bot = bot.New(config)
	a.bot.Know(a.announcer)
	a.Desk = a.bot.Desk()
	return a
}

// invitation is what an admin enters into the form.
func invitation(change map[string]string) map[string][]string {
	values := map[string][]string{"title": {"Einladung"}, "text-de": {"Kommen Sie **alle**!"}, "text-fr": {"Venez **tous**\u00a0!"},
		"link": {"https://example.org/fest"}, "audience": {"subscribers"}, "city": {"duesseldorf"}}
	for name, value := range change {
		values[name] = strings.Split(value, ",")
		if value == "" {
			delete(values, name)
		}
	}
	return values
}

// enter submits an open form.
func (a *admins) enter(who bot.Staff, form *bot.Form, values map[string][]string) bot.Response {
	a.Helper()
	if form == nil {
		a.Fatal("there is no form to fill in")
	}
	return a.Submit(a.Context(), who, bot.Submission{Form: form.ID, Values: values})
}

// drafted is an announcement that is ready to be released.
func (a *admins) drafted(who bot.Staff) (id string) {
	a.Helper()
	r := a.enter(who, a.Command(a.Context(), who, "announce").Form, invitation(nil))
	if r.Form == nil || len(r.Errors) > 0 {
		a.Fatalf("not saved: %+v", r)
	}
	return strings.Fields(r.Form.ID)[1]
}

// What is missing or wrong is said beside its input, and nothing is lost.
func TestAnnouncementProblems(t *testing.T) {
	for name, test := range map[string]struct {
		change map[string]string
		input  string
		want   string
	}{
		"a missing language":       {map[string]string{"text-fr": ""}, "text-fr", "In nur einer Sprache"},
		"no title":                 {map[string]string{"title": ""}, "title", "Titel fehlt"},
		"a text that is too long":  {map[string]string{"text-de": strings.Repeat("ü", 4100)}, "text-de", "4.100 von höchstens 4.096"},
		"too long for a caption":   {map[string]string{"text-fr": strings.Repeat("x", 1030), "picture": "https://example.org/a.png"}, "text-fr", "(Test): 1.030 von höchstens 1.024"},
		"an insecure picture":      {map[string]string{"picture": "http://example.org/a.png"}, "picture", "https://"},
		"an insecure link":         {map[string]string{"link": "ftp://example.org"}, "link", "https://"},
		"a label without a link":   {map[string]string{"link": "", "label-de": "Hier"}, "label-de", "fehlt der Link"},
		"a time in the past":       {map[string]string{"date": "2026-03-02", "time": "09:59"}, "time", "vorbei"},
		"a time without a day":     {map[string]string{"time": "12:00"}, "date", "fehlt der Tag"},
		"a day without a time":     {map[string]string{"date": "2026-03-05"}, "time", "fehlt die Uhrzeit"},
		"kinds of subscribers":     {map[string]string{"kinds": "school,museum"}, "kinds", "nur bei Angemeldeten"},
		"cities of subscribers":    {map[string]string{"cities": "montreal"}, "cities", "nur bei Angemeldeten"},
		"nobody who would get it":  {map[string]string{"audience": "volunteers"}, "audience", "niemanden"},
		"nobody who reads it so":   {map[string]string{"audience": "volunteers", "languages": "fr"}, "audience", "niemanden"},
		"a picture that is no URL": {map[string]string{"picture": "Sommerfest.png"}, "picture", "https://"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAdmins(t, 5)
			form := a.Command(t.Context(), boss, "ankündigen").Form
			r := a.enter(boss, form, invitation(test.change))
			if got := r.Errors[test.input]; !strings.Contains(got, test.want) || len(r.Errors) != 1 {
				t.Errorf("beside %s: %q, of %v", test.input, got, r.Errors)
			}
			if strings.ContainsAny(r.Errors[test.input], "*`") {
				t.Errorf("it is no plain text: %s", r.Errors[test.input])
			}
			if r.Form != nil || r.View != nil {
				t.Error("the form does not stay")
			}
			list := a.Command(t.Context(), boss, "entwürfe")
			item := list.View.Blocks[1].List.Items[0]
			again := a.Press(t.Context(), boss, "announce "+strings.Fields(item.Button.Data)[1]).Form
			for _, in := range again.Inputs {
				want := invitation(test.change)[in.Name]
				if strings.Join(in.Value, ",") != strings.Join(want, ",") {
					t.Errorf("%s holds %q instead of %q", in.Name, in.Value, want)
				}
			}
			if r := a.enter(boss, form, invitation(nil)); len(r.Errors) > 0 || !strings.Contains(answer(r), "Entwurf ist gespeichert") {
				t.Errorf("put right in the same form: %v %s", r.Errors, answer(r))
			}
			if n := len(a.Command(t.Context(), boss, "entwürfe").View.Blocks[1].List.Items); n != 1 {
				t.Errorf("%d drafts of one form", n)
			}
		})
	}
}

// boss is an admin who reads German.
var boss = bot.Staff{ID: "test:boss", Name: "Clara", Locale: "de-DE", Admin: true}

// answer is all that an answer shows.
func answer(r bot.Response) string {
	if r.Form != nil {
		return r.Notice + shown(&bot.View{Blocks: r.Form.Blocks}) + "<" + r.Form.Submit + ">"
	}
	return r.Notice + r.Errors[""] + shown(r.View)
}

func wantSaid(t *testing.T, r bot.Response, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(answer(r), want) {
			t.Errorf("it says:\n%s\nwant %q in it", answer(r), want)
		}
	}
}

// When the store is away, the form stays open.
func TestNothingTypedIsLostWithoutTheStore(t *testing.T) {
	a := newAdmins(t, 5)
	form := a.Command(t.Context(), boss, "announce").Form
	a.store.Fail(errors.New("away"))
	r := a.enter(boss, form, invitation(nil))
	a.store.Fail(nil)
	if !strings.Contains(r.Errors[""], "gleich noch einmal") || r.Form != nil || r.View != nil {
		t.Errorf("the form does not stay: %+v", r)
	}
	reopened := a.Reopen(t.Context(), boss, bot.Submission{Form: form.ID, Values: invitation(nil)}).Form
	if reopened == nil || reopened.Inputs[0].Value[0] != "Einladung" || !strings.HasPrefix(reopened.ID, form.ID[:len("announce 12345678")]) {
		t.Fatalf("opened again: %+v", reopened)
	}
	wantSaid(t, a.enter(boss, reopened, invitation(nil)), "Entwurf ist gespeichert")
}

// Two admins who edit one draft do not overwrite each other.
func TestTwoEditOneDraft(t *testing.T) {
	a, ctx := newAdmins(t, 5), t.Context()
	id := a.drafted(boss)
	mine, hers := a.Press(ctx, boss, "announce "+id).Form, a.Press(ctx, elodie, "announce "+id).Form
	a.now = a.now.Add(time.Minute)
	for range 2 { // delivered twice
		wantSaid(t, a.enter(elodie, hers, invitation(map[string]string{"title": "Fête"})), "brouillon est enregistré", "Fête")
	}
	r := a.enter(boss, mine, invitation(map[string]string{"title": "Fest", "text-de": ""}))
	wantSaid(t, r, "Jemand anderes hat den Entwurf geändert")
	if r.Form.Inputs[0].Value[0] != "Fest" {
		t.Errorf("what was typed is lost: %v", r.Form.Inputs[0].Value)
	}
	wantSaid(t, a.enter(boss, r.Form, invitation(map[string]string{"title": "Fest"})), "Fest")
	// Discarded meanwhile: saving makes it anew.
	form := a.Press(ctx, boss, "announce "+id).Form
	wantSaid(t, a.Submit(ctx, elodie, bot.Submission{Form: a.Press(ctx, elodie, "announce-discard "+id).Form.ID}), "supprimé")
	wantSaid(t, a.Press(ctx, boss, "announce-open "+id), "gibt es nicht")
	wantSaid(t, a.enter(boss, form, invitation(nil)), "Entwurf ist gespeichert")
}

// What is seen before it goes out.
func TestAnnouncementReview(t *testing.T) {
	a := newAdmins(t, 7)
	form := a.Command(t.Context(), boss, "announce").Form
	r := a.enter(boss, form, invitation(map[string]string{"date": "2026-03-29", "time": "02:30", "label-fr": "Le programme", "picture": "https://example.org/a.png"}))
	wantSaid(t, r, "{Wann, in Düsseldorf Sonntag, 29. März 2026, 3:30 Uhr} {Wann, in Montréal Samstag, 28. März 2026, 21:30 Uhr}",
		"gibt es an dem Tag in Düsseldorf nicht", "⚠️ In Montréal ist es dann", "⚠️ In Düsseldorf ist es dann",
		"[[Test Deutsch 4] [Test Französisch 3]]", "weniger als eine Minute", "20 von höchstens 1.024 Zeichen", "Kommen Sie **alle**!", "Mehr dazu", "Le programme", "Se désabonner",
		"https://example.org/a.png", "[Freigeben …|announce-release ")
	r = a.enter(boss, a.Press(t.Context(), boss, "announce-copy "+strings.Fields(r.Form.ID)[1]).Form, invitation(map[string]string{"date": "2026-03-29", "time": "02:30", "city": "now"}))
	wantSaid(t, r, "gleich nach der Freigabe (jetzt ist es Montag, 2. März 2026, 10:00 Uhr)", "In Montréal ist es dann Montag, 2. März 2026, 4:00 Uhr")
	if n := len(a.Command(t.Context(), boss, "announcements").View.Blocks[1].List.Items); n != 2 {
		t.Errorf("%d announcements, with the copy", n)
	}
}

// Nobody but admins writes, sees, releases or watches anything, whichever way
// they ask; and who is refused is noted.
func TestOnlyAdminsAnnounce(t *testing.T) {
	a, ctx := newAdmins(t, 5), t.Context()
	id := a.drafted(boss)
	names := bot.AdminCommands()
	if len(names) < 15 {
		t.Fatalf("only %v", names)
	}
	for _, who := range []bot.Staff{clara, nobody} {
		for _, name := range names {
			for way, r := range map[string]bot.Response{
				"command": a.Command(ctx, who, name+" "+id),
				"press":   a.Press(ctx, who, name+" "+id),
				"form":    a.Submit(ctx, who, bot.Submission{Form: name + " " + id + " 0-5", Values: invitation(nil)}),
			} {
				if way == "command" && strings.Contains(name, "-") {
					continue // it has no word
				}
				if said := answer(r); !strings.Contains(said, "nur Administratorinnen") && !strings.Contains(said, "nur für die Mitarbeitenden") && !strings.Contains(said, "gilt nicht mehr") ||
					r.Form != nil || r.File != nil || r.Replace {
					t.Errorf("%s by %s of %s: %+v %s", name, way, who.Name, r, said)
				}
			}
		}
	}
	if a.Press(ctx, boss, "announce-open "+id).Form == nil {
		t.Error("it is gone")
	}
	for _, name := range names {
		a.wantNoted("Clara refused " + name)
	}
	a.wantNoted("Nobody refused announce-open", "Nobody refused command")
}

// wantNoted checks that something stands in the audit log: who, what, which.
func (a *admins) wantNoted(wants ...string) {
	a.Helper()
	docs, err := a.store.Documents(a.Context(), bot.DocumentQuery{Kind: bot.DocumentAudit, Limit: 1000})
	if err != nil {
		a.Fatal(err)
	}
	var log strings.Builder
	for _, d := range docs {
		var e bot.AuditEntry
		if err := json.Unmarshal([]byte(d.Data), &e); err != nil {
			a.Fatal(err)
		}
		fmt.Fprintln(&log, e.Name, e.Action, e.What, strings.Join(e.Records, " "))
	}
	for _, want := range wants {
		if !strings.Contains(log.String(), want) {
			a.Errorf("the log lacks %q", want)
		}
	}
}

// More than a hundred wait for a second admin.
func TestReleaseAndApproval(t *testing.T) {
	a, ctx := newAdmins(t, 101), t.Context()
	id := a.drafted(boss)
	release := a.Press(ctx, boss, "announce-release "+id)
	wantSaid(t, release, "geht an **101 Personen**", "Bei mehr als 100 Personen muss eine zweite Person", "<An 101 Personen senden>")
	late := &bot.Subscriber{Chat: "test:late", State: bot.Subscribed, Language: bot.German}
	if err := a.store.SaveSubscriber(ctx, late); err != nil {
		t.Fatal(err)
	}
	changed := a.enter(boss, release.Form, map[string][]string{"unknown": {"again"}})
	wantSaid(t, changed, "inzwischen sind es 102", "<An 102 Personen senden>")
	if chosen := changed.Form.Inputs[0].Value; len(chosen) != 1 || chosen[0] != "again" {
		t.Errorf("what was chosen is lost: %v", chosen)
	}
	for range 2 { // delivered twice
		wantSaid(t, a.enter(boss, changed.Form, map[string][]string{"unknown": {"again"}}), "für 102 Personen freigegeben", "noch eine zweite Person")
	}
	for _, who := range []bot.Staff{boss} {
		wantSaid(t, a.Press(ctx, who, "announce-approve "+id), "Zustimmen muss jemand anderes")
		wantSaid(t, a.Submit(ctx, who, bot.Submission{Form: "announce-approve " + id}), "Zustimmen muss jemand anderes")
	}
	approval := a.Press(ctx, denis, "announce-approve "+id)
	wantSaid(t, approval, "Venez **tous**", "<Approuver (102)>")
	if err := a.store.SaveSubscriber(ctx, &bot.Subscriber{Chat: "test:later", State: bot.Subscribed, Language: bot.German}); err != nil {
		t.Fatal(err)
	}
	approval = a.enter(denis, approval.Form, nil)
	wantSaid(t, approval, "Venez **tous**", "<Approuver (103)>")
	if got, err := a.bot.Campaigns().Announcement(ctx, id); err != nil || got.State != bot.Proposed {
		t.Errorf("%+v %v", got, err)
	}
	for range 2 { // delivered twice
		wantSaid(t, a.enter(denis, approval.Form, nil), "envoi à 103 personnes")
	}
	got, err := a.bot.Campaigns().Announcement(ctx, id)
	if err != nil || got.State != bot.Sending || got.Author.Name != "Clara" || got.Releaser.Name != "Clara" || got.Approver.Name != "Denis" || !got.Repeat {
		t.Errorf("%+v %v", got, err)
	}
	a.wantNoted("Clara changed announce-release "+id, "Clara refused announce-approve "+id, "Denis read announce-approve "+id, "Denis changed announce-approve "+id)
	wantSaid(t, a.Press(ctx, boss, "announce "+id), "wird gerade gesendet", "Kopieren")
	wantSaid(t, a.Submit(ctx, boss, bot.Submission{Form: "announce " + id + " 0-x", Values: invitation(nil)}), "wird gerade gesendet")
}

// When nobody is left by the time it is approved, that is said, and nothing is sent.
func TestNobodyIsLeftToApproveFor(t *testing.T) {
	a, ctx := newAdmins(t, 101), t.Context()
	id := a.drafted(boss)
	a.enter(boss, a.Press(ctx, boss, "announce-release "+id).Form, nil)
	approval := a.Press(ctx, denis, "announce-approve "+id)
	for i := range 101 {
		unsubscribe(t, a.store, i)
	}
	wantSaid(t, a.enter(denis, approval.Form, nil), "personne ne recevrait l’annonce")
	empty := a.Press(ctx, denis, "announce-approve "+id)
	wantSaid(t, empty, "personne ne recevrait l’annonce", "announce-cancel "+id)
	if empty.Form.Submit != "" {
		t.Errorf("it can be approved: %s", empty.Form.Submit)
	}
	if got, err := a.bot.Campaigns().Announcement(ctx, id); err != nil || got.State != bot.Proposed {
		t.Errorf("%+v %v", got, err)
	}
	_, err := a.bot.Campaigns().Approve(ctx, id, approver)
	wantRefused(t, err, "announce-problem-empty")
}

// A draft that somebody has changed since it was shown is not released.
func TestOnlyWhatWasSeenIsReleased(t *testing.T) {
	a, ctx := newAdmins(t, 5), t.Context()
	id := a.drafted(boss)
	release := a.Press(ctx, boss, "announce-release "+id).Form
	a.now = a.now.Add(time.Minute)
	a.enter(denis, a.Press(ctx, denis, "announce "+id).Form, invitation(map[string]string{"text-de": "Etwas ganz anderes"}))
	wantSaid(t, a.enter(boss, release, nil), "inzwischen geändert", "Etwas ganz anderes")
	got, err := a.bot.Campaigns().Announcement(ctx, id)
	if err != nil || got.State != bot.Drafted {
		t.Errorf("%+v %v", got, err)
	}

	// Nor one that somebody changes at that very moment.
	release = a.Press(ctx, boss, "announce-release "+id).Form
	store := &meanwhile{a.store, bot.DocumentAudit, func() {
		a.now = a.now.Add(time.Minute)
		a.enter(denis, a.Press(ctx, denis, "announce "+id).Form, invitation(map[string]string{"text-de": "Noch etwas anderes"}))
	}}
	desk := newBotAt(t, store, func() time.Time { return a.now })
	desk.Know(a.announcer)
	wantSaid(t, desk.Desk().Submit(ctx, boss, bot.Submission{Form: release.ID}), "inzwischen geändert", "Noch etwas anderes")
	if got, err := a.bot.Campaigns().Announcement(ctx, id); err != nil || got.State != bot.Drafted {
		t.Errorf("%+v %v", got, err)
	}
}
