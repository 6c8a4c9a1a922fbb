package bot_test

import (
	"strings"
	"testing"
	"time"

	"exchangebot/bot"
)

// What stands in the form is kept as it is written, and when it is closed: but
// nothing that is empty, older, or written over what somebody else has saved.
func TestAnnouncementKept(t *testing.T) {
	a, ctx := newAdmins(t, 5), t.Context()
	form := a.Command(ctx, boss, "announce").Form
	if !form.Draft {
		t.Error("the form does not ask for it")
	}
	at := a.now
	keep := func(who bot.Staff, form *bot.Form, at time.Time, title string) bot.Response {
		values := invitation(map[string]string{"title": title})
		if title == "" {
			values = map[string][]string{"audience": {"subscribers"}, "city": {"duesseldorf"}}
		}
		return a.Keep(ctx, who, bot.Submission{Form: form.ID, Values: values, At: at})
	}
	list := func() int {
		n := 0
		for _, b := range a.Command(ctx, boss, "entwürfe").View.Blocks {
			if b.List != nil {
				n += len(b.List.Items)
			}
		}
		return n
	}
	if r := keep(boss, form, at, ""); r.Notice != "" || list() != 0 {
		t.Errorf("nothing was entered, and %d drafts are kept: %+v", list(), r)
	}
	for i, title := range []string{"Fe", "Fest", "Fest"} { // of which the last is delivered twice
		if r := keep(boss, form, at.Add(time.Duration(i)), title); i < 2 && r.Notice == "" {
			t.Errorf("%q is not kept: %+v", title, r)
		}
	}
	keep(boss, form, at.Add(-time.Second), "F") // from another replica, late
	id := strings.Fields(form.ID)[1]
	wantTitle := func(want string) {
		t.Helper()
		if got := a.Press(ctx, boss, "announce "+id).Form.Inputs[0].Value[0]; got != want {
			t.Errorf("%q is kept, want %q", got, want)
		}
	}
	wantTitle("Fest")
	a.now = a.now.Add(time.Minute)
	hers := a.Press(ctx, elodie, "announce "+id).Form
	a.enter(elodie, hers, invitation(map[string]string{"title": "Fête"}))
	if r := keep(boss, form, a.now.Add(time.Second), "Festival"); r.Notice != "" {
		t.Errorf("kept over what a colleague has saved: %+v", r)
	}
	wantTitle("Fête")
}

// A text that is too long for a channel is said to be so while it is written,
// beside its input, in the form that is open.
func TestAnnouncementTooLongAsItIsWritten(t *testing.T) {
	a, ctx := newAdmins(t, 5), t.Context()
	form := a.Command(ctx, boss, "announce").Form
	for i, text := range []string{"Hallo", strings.Repeat("a", 4097), "Hallo"} {
		r := a.Keep(ctx, boss, bot.Submission{Form: form.ID, Values: invitation(map[string]string{"text-de": text}), At: a.now.Add(time.Duration(i))})
		if r.Form == nil || r.Form.ID != form.ID {
			t.Fatalf("another form: %+v", r)
		}
		for _, in := range r.Form.Inputs {
			if said := strings.Contains(in.Hint, "4.097 von höchstens 4.096"); said != (in.Name == "text-de" && len(text) > 4096) {
				t.Errorf("said beside %s with %d characters: %q", in.Name, len(text), in.Hint)
			}
		}
	}
}
