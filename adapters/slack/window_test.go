package slack_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exchangebot/adapters/slack/slacktest"
	"exchangebot/bot"
)

// noteForm asks for two texts.
func noteForm(id string) *bot.Form {
	return &bot.Form{ID: id, Title: "Notiz", Submit: "OK", Cancel: "X", Inputs: []bot.Input{
		{Name: "a", Kind: bot.InputLine, Label: "Kurz", Optional: true}, {Name: "b", Kind: bot.InputText, Label: "Lang", Optional: true},
	}}
}

// opens has ann open a form in a channel.
func (r *rig) opens(f *bot.Form) {
	r.t.Helper()
	r.desk.answer(bot.Response{Form: f}, 0)
	r.api.Command(ann, "C0GEN", "open")
	synctest.Wait()
	if r.api.Modal(ann) == nil {
		r.t.Fatalf("no modal\n%s", r.logs)
	}
}

func (r *rig) submits(values map[string]string) map[string]any {
	r.t.Helper()
	a, err := r.api.Submit(ann, values)
	if err != nil || !a.OK || a.Took > 3*time.Second {
		r.t.Fatalf("%v %+v", err, a)
	}
	return a.Payload
}

func (r *rig) presses(channel, label string) {
	r.t.Helper()
	if a, err := r.api.Press(ann, channel, label); err != nil || !a.OK {
		r.t.Fatalf("%v %+v\n%s", err, a, text(r.api.Modal(ann)))
	}
	synctest.Wait()
}

// wantModal fails when ann does not have a modal before her that holds all of want.
func (r *rig) wantModal(want ...string) {
	r.t.Helper()
	for _, w := range want {
		if got := text(r.api.Modal(ann)); !strings.Contains(got, w) {
			r.t.Errorf("the modal does not show %q: %s\n%s", w, got, r.logs)
		}
	}
}

// TestSlowForm submits forms that take longer than Slack waits: what was
// entered stays where it is until they are taken.
func TestSlowForm(t *testing.T) {
	typed := map[string]string{"a": "eins", "b": "zwei"}
	for name, test := range map[string]struct {
		then bot.Response
		want []string
	}{
		"taken":   {bot.Response{Notice: "gespeichert"}, []string{"gespeichert", `"Notiz"`}},
		"a view":  {bot.Response{View: view("Ergebnis")}, []string{"Ergebnis"}},
		"silence": {bot.Response{}, []string{"done"}},
		"wrong":   {bot.Response{Errors: map[string]string{"b": "zu kurz", "": "gar nicht"}}, []string{"zu kurz", "gar nicht", "eins", "zwei", `"OK"`}},
		"changed": {bot.Response{Form: noteForm("f 2")}, []string{"f 2"}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(r *rig) {
				r.run(r.echo)
				r.opens(noteForm("f 1"))
				r.desk.answer(test.then, 5*time.Second)
				if p := r.submits(typed); p["response_action"] != "errors" || !strings.Contains(text(p), "pending…") {
					t.Errorf("acknowledged with %v", p)
				}
				r.wantModal("eins", "zwei")
				if p := r.submits(nil); p["response_action"] != "errors" || r.desk.asked() != 2 {
					t.Errorf("submitted once more: %v, %d calls", p, r.desk.asked())
				}
				time.Sleep(10 * time.Second)
				r.wantModal(test.want...)
			})
		})
	}
}

// TestWrongAgain is told late what is wrong, and late once more: what was wrong
// before stands there no more.
func TestWrongAgain(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		r.opens(noteForm("f 1"))
		for _, errs := range []map[string]string{{"a": "zu kurz", "": "gar nicht"}, {"a": "zu lang"}} {
			r.desk.answer(bot.Response{Errors: errs}, 5*time.Second)
			r.submits(map[string]string{"a": "eins", "b": "zwei"})
			time.Sleep(10 * time.Second)
			r.wantModal(errs["a"], errs[""])
		}
		if got := text(r.api.Modal(ann)); strings.Contains(got, "zu kurz") || strings.Contains(got, "gar nicht") {
			t.Errorf("it still shows %s", got)
		}
	})
}

// TestNextForm submits the form that comes next while what else the first one
// led to is still being told.
func TestNextForm(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		r.opens(noteForm("f 1"))
		r.api.Inject(slacktest.Fault{Method: "response_url", Kind: "429", RetryAfter: 10})
		r.desk.answer(bot.Response{Form: noteForm("f 2"), Notice: "gespeichert"}, 0)
		if p := r.submits(map[string]string{"a": "eins", "b": "zwei"}); p["response_action"] != "update" {
			t.Errorf("acknowledged with %v", p)
		}
		r.desk.answer(bot.Response{}, 0)
		if p := r.submits(map[string]string{"a": "eins", "b": "drei"}); p["response_action"] == "errors" || r.desk.asked() != 3 {
			t.Errorf("the next one: %v, %d calls", p, r.desk.asked())
		}
		r.waitReplies("C0GEN", ann, 1)
	})
}

// TestFormTooLargeToAcknowledge answers with more than an acknowledgement may
// hold: it is shown all the same.
func TestFormTooLargeToAcknowledge(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		r.opens(noteForm("f 1"))
		large := noteForm("f 2")
		for range 10 {
			large.Blocks = append(large.Blocks, bot.Block{Text: strings.Repeat("Wort ", 500)})
		}
		r.desk.answer(bot.Response{Form: large}, 0)
		if p := r.submits(nil); !strings.Contains(text(p), "pending…") {
			t.Errorf("acknowledged with %.300s", text(p))
		}
		synctest.Wait()
		r.wantModal("f 2")
	})
}

// TestFormThatIsClosed closes a form that is still being taken.
func TestFormThatIsClosed(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		r.opens(noteForm("f 1"))
		r.desk.answer(bot.Response{Errors: map[string]string{"b": "zu *kurz*"}}, 5*time.Second)
		r.submits(map[string]string{"a": "eins", "b": "zwei <Zeilen>\n> drei"})
		r.api.Close(ann, true)
		time.Sleep(10 * time.Second)
		got := r.waitReplies("C0GEN", ann, 1)[0]
		for _, want := range []string{"not saved", "zu *\u2060kurz", "*Lang*", "zwei &lt;Zeilen&gt;", "drei", "Again"} {
			if !strings.Contains(text(got.Blocks), strings.Trim(text(want), `"`)) {
				t.Errorf("%q is not given back: %s", want, text(got.Blocks))
			}
		}
		r.desk.answer(bot.Response{Form: noteForm("f 2")}, 0)
		r.presses("C0GEN", "Again")
		if r.desk.last() != "reopen f 1" || r.desk.values["b"][0] != "zwei <Zeilen>\n> drei" {
			t.Errorf("%q with %q", r.desk.last(), r.desk.values)
		}
		r.wantModal("f 2")
		r.api.Forgive() // the modal that was closed
	})
}

// TestFormThatComesTooLate takes longer than a trigger lives.
func TestFormThatComesTooLate(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		r.desk.answer(bot.Response{Form: noteForm("f 1")}, 4*time.Second)
		r.api.Command(ann, "C0GEN", "antworten contact")
		got := r.waitReplies("C0GEN", ann, 2)
		if r.api.Modal(ann) != nil || got[0].Text != "working…" || got[1].Text != "did not open" || got[1].Only != ann {
			t.Errorf("%+v", got)
		}
		r.desk.answer(bot.Response{Form: noteForm("f 1")}, 0)
		r.presses("C0GEN", "Again")
		if r.wantModal("f 1"); r.desk.last() != "command antworten contact" {
			t.Errorf("asked %q", r.desk.last())
		}
		r.api.Close(ann, true)

		r.desk.answer(bot.Response{View: view("Karte")}, 0)
		r.api.Command(ann, "C0GEN", "find")
		r.waitReplies("C0GEN", ann, 3)
		r.desk.answer(bot.Response{Form: noteForm("f 3")}, 4*time.Second)
		r.presses("C0GEN", "Weiter")
		r.waitReplies("C0GEN", ann, 5)
		r.desk.answer(bot.Response{Form: noteForm("f 3")}, 0)
		r.presses("C0GEN", "Again")
		if r.wantModal("f 3"); r.desk.last() != "press next" {
			t.Errorf("asked %q", r.desk.last())
		}
	})
}

// TestHomeOpensWindows does everything from the home page: lists are shown in
// a modal, forms on top of them, and what comes of a form in its place.
func TestHomeOpensWindows(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		r.api.Home(ann)
		synctest.Wait()
		r.desk.answer(bot.Response{View: view("Seite 1"), Replace: true}, 0)
		r.presses("", "Liste")
		r.wantModal("Seite 1", `"Liste"`, `"Close"`)
		r.desk.answer(bot.Response{View: view("Seite 2"), Replace: true}, 0)
		r.presses("", "Weiter")
		r.wantModal("Seite 2")
		r.desk.answer(bot.Response{Form: noteForm("f 1")}, 0)
		r.presses("", "Weiter")
		r.wantModal("f 1")
		r.desk.answer(bot.Response{Notice: "gespeichert"}, 0)
		if p := r.submits(nil); p["response_action"] != "update" {
			t.Errorf("acknowledged with %v", p)
		}
		r.wantModal("gespeichert")
		r.api.Close(ann, true)
		r.wantModal("Seite 2")
		r.desk.answer(bot.Response{Notice: "veraltet"}, 0)
		r.presses("", "Weiter")
		r.wantModal("veraltet")
		r.api.Close(ann, true)
		r.wantModal("Seite 2")
		if got := r.api.Replies(annDM, ann); len(got) != 0 {
			t.Errorf("messages besides: %+v", got)
		}
	})
}

// TestSlowWindow shows that something is going on, in windows as well, and
// takes nothing away for it.
func TestSlowWindow(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		r.api.Home(ann)
		synctest.Wait()
		r.desk.answer(bot.Response{View: view("Seite 1"), Replace: true}, 5*time.Second)
		r.presses("", "Liste")
		time.Sleep(1500 * time.Millisecond)
		r.wantModal("working…")
		time.Sleep(5 * time.Second)
		r.wantModal("Seite 1")
		r.desk.answer(bot.Response{Form: noteForm("f 1")}, 5*time.Second)
		r.presses("", "Weiter")
		time.Sleep(1500 * time.Millisecond)
		r.wantModal("working…")
		time.Sleep(5 * time.Second)
		r.wantModal("f 1")
		r.api.Close(ann, true)
		r.wantModal("Seite 1")
	})
}

// TestHomeOfTwo has two processes draw the same page: each knows what the
// other has drawn.
func TestHomeOfTwo(t *testing.T) {
	replicas(t, func(first, second *rig) {
		first.run(first.echo)
		second.run(second.echo)
		first.api.Home(ann)
		time.Sleep(time.Second)
		first.api.App = second
		first.api.Home(ann)
		time.Sleep(time.Second)
		first.Refresh()
		time.Sleep(10 * time.Second)
		second.Refresh()
		time.Sleep(10 * time.Second)
		if n := len(first.api.Calls("views.publish")); n != 4 {
			t.Errorf("drawn %d times", n)
		}
		// Somebody has drawn it, and died before that was stored.
		page, err := first.store.Document(t.Context(), bot.DocumentHome, ann)
		if err != nil {
			t.Fatal(err)
		}
		page.Data = `{"hash":"of old"}`
		if err := first.store.SaveDocument(t.Context(), page); err != nil {
			t.Fatal(err)
		}
		first.Refresh()
		time.Sleep(10 * time.Second)
		calls := first.api.Calls("views.publish")
		if n := len(calls); n != 6 || calls[4].Error != "hash_conflict" || calls[5].Error != "" {
			t.Errorf("drawn %d times", n)
		}
		first.api.Forgive()
		first.Refresh()
		time.Sleep(10 * time.Second)
		first.end()
	})
}

// TestHomeOpenedTwice opens the page again while it is drawn: Slack tells its
// hash of before.
func TestHomeOpenedTwice(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		r.api.Home(ann)
		synctest.Wait()
		r.desk.answer(bot.Response{}, time.Second)
		for range 3 {
			r.api.Home(ann)
		}
		time.Sleep(10 * time.Second)
		if n := len(r.api.Calls("views.publish")); n != 4 {
			t.Errorf("drawn %d times", n)
		}
	})
}

// TestHomeInATrouble draws the page that somebody has opened in the end.
func TestHomeInATrouble(t *testing.T) {
	for kind, count := range map[string]int{"500": 2, "429": 2, "reset-after": 2} {
		bubble(t, func(r *rig) {
			r.run(r.echo)
			r.api.Home(ann)
			synctest.Wait()
			r.api.Inject(slacktest.Fault{Method: "views.publish", Kind: kind, Count: count})
			r.api.Home(ann)
			time.Sleep(10 * time.Second)
			calls := r.api.Calls("views.publish")
			if last := calls[len(calls)-1]; len(calls) < 2+count || last.Error != "" {
				t.Errorf("after %s: %d calls, the last: %s", kind, len(calls), last.Error)
			}
			if slices.ContainsFunc(calls, func(c slacktest.Call) bool { return c.Error == "hash_conflict" }) {
				t.Errorf("after %s: drawn over one that was not known", kind)
			}
			r.api.Forgive()
		})
	}
}

// TestStoreIsAway acknowledges in time what cannot be stored, and has it done:
// whoever wrote it is told that the store is away.
func TestStoreIsAway(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		synctest.Wait()
		r.store.Fail(context.DeadlineExceeded)
		if a := r.api.Say(ann, annDM, "", "hallo").Ack; !a.OK || a.Took > 3*time.Second {
			t.Errorf("acknowledged %+v", a)
		}
		r.waitReplies(annDM, ann, 1)
		if a := r.api.Command(ann, "C0GEN", "signups"); !a.OK {
			t.Errorf("acknowledged %+v", a)
		}
		synctest.Wait()
		if r.desk.last() != "command signups" {
			t.Errorf("the desk was asked %q", r.desk.last())
		}
		r.store.Fail(nil)
		r.api.Home(ann)
	})
}
