package slack_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exchangebot/bot"
)

// TestDraft types into a form of drafts and closes it: what was entered last
// is kept, whatever Slack tells when it is closed.
func TestDraft(t *testing.T) {
	for name, told := range map[string]bool{"closed with what was entered": true, "closed without": false} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(r *rig) {
				r.run(r.echo)
				form := noteForm("f 1")
				form.Draft = true
				r.opens(form)
				r.desk.answer(bot.Response{Notice: "Entwurf gespeichert"}, 0)
				for _, text := range []string{"e", "ei", "ein"} {
					if a := r.api.Type(ann, map[string]string{"a": text}); !a.OK {
						t.Fatalf("not acknowledged: %+v", a)
					}
					time.Sleep(time.Second)
				}
				if n := r.desk.asked(); n != 1 {
					t.Errorf("kept %d times while it was typed", n-1)
				}
				time.Sleep(5 * time.Second)
				if got := r.desk.all(); len(got) != 2 || got[1] != "keep f 1" || !slices.Equal(r.desk.entered(), []string{"ein"}) {
					t.Errorf("kept %q with %v", got, r.desk.entered())
				}
				if got := r.api.Replies("C0GEN", ann); len(got) != 0 {
					t.Errorf("told while typing: %+v", got)
				}
				r.api.Type(ann, map[string]string{"a": "eins"})
				synctest.Wait()
				if a := r.api.Close(ann, told); !a.OK {
					t.Fatalf("not acknowledged: %+v", a)
				}
				if got := r.waitReplies("C0GEN", ann, 1); got[0].Text != "Entwurf gespeichert" || got[0].Only != ann {
					t.Errorf("told %+v", got)
				}
				time.Sleep(5 * time.Second)
				if got := r.desk.all(); len(got) != 3 || !slices.Equal(r.desk.entered(), []string{"eins"}) {
					t.Errorf("kept %q with %v", got, r.desk.entered())
				}
			})
		})
	}
}

// TestDraftSubmitted submits right after the last letter, which is not kept
// behind it.
func TestDraftSubmitted(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		form := noteForm("f 1")
		form.Draft = true
		r.opens(form)
		r.api.Type(ann, map[string]string{"a": "ein"})
		synctest.Wait()
		r.desk.answer(bot.Response{}, 0)
		r.submits(map[string]string{"a": "eins", "b": "zwei"})
		time.Sleep(10 * time.Second)
		if got := r.desk.last(); got != "submit f 1" {
			t.Errorf("%q comes last", got)
		}
	})
}

// TestDraftThatIsWrong is told late what is wrong with a form: what is put right
// is kept as before.
func TestDraftThatIsWrong(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		form := noteForm("f 1")
		form.Draft = true
		r.opens(form)
		r.desk.answer(bot.Response{Errors: map[string]string{"a": "zu kurz"}}, 5*time.Second)
		r.submits(map[string]string{"a": "eins", "b": "zwei"})
		time.Sleep(10 * time.Second)
		r.wantModal("zu kurz")
		r.desk.answer(bot.Response{}, 0)
		r.api.Type(ann, map[string]string{"a": "eins und mehr"})
		time.Sleep(5 * time.Second)
		if got := r.desk.last(); got != "keep f 1" || !slices.Equal(r.desk.entered(), []string{"eins und mehr"}) {
			t.Errorf("%q comes last, with %q", got, r.desk.entered())
		}
	})
}

// TestDraftRemark has the desk say something of what is entered: it stands in
// the form, and nothing that was typed is lost.
func TestDraftRemark(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		form := noteForm("f 1")
		form.Draft = true
		r.opens(form)
		remarked := noteForm("f 1")
		remarked.Draft, remarked.Inputs[0].Hint = true, "zu lang"
		for _, c := range []struct {
			form    *bot.Form
			updates int
			hint    bool
		}{{form, 0, false}, {remarked, 1, true}, {remarked, 1, true}, {noteForm("f 2"), 1, true}, {form, 2, false}} {
			r.desk.answer(bot.Response{Notice: "Entwurf gespeichert", Form: c.form}, 0)
			r.api.Type(ann, map[string]string{"a": "ein langer Text"})
			time.Sleep(5 * time.Second)
			shown := strings.Contains(fmt.Sprint(r.api.Modal(ann)), "zu lang")
			if n := len(r.api.Calls("views.update")); n != c.updates || shown != c.hint {
				t.Errorf("updated %d times, want %d; shown: %t", n, c.updates, shown)
			}
		}
		r.api.Close(ann, true)
		r.waitReplies("C0GEN", ann, 1)
		if got := r.desk.entered(); !slices.Equal(got, []string{"ein langer Text"}) {
			t.Errorf("entered %q", got)
		}
	})
}
