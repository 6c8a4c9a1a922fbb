package slack_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"exchangebot/adapters/slack/slacktest"
	"exchangebot/bot"
)

// fakeDesk answers as the test tells it to, and notes down what it was asked.
type fakeDesk struct {
	mu     sync.Mutex
	calls  []string
	staff  bot.Staff
	values map[string][]string
	delay  time.Duration
	block  chan struct{} // until it is closed, no call returns; nil: there is none
	next   bot.Response
}

func (d *fakeDesk) note(s bot.Staff, what string) bot.Response {
	d.mu.Lock()
	d.calls, d.staff = append(d.calls, what), s
	delay, block, next := d.delay, d.block, d.next
	d.mu.Unlock()
	time.Sleep(delay)
	if block != nil {
		<-block
	}
	return next
}

func (d *fakeDesk) answer(r bot.Response, delay time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.next, d.delay = r, delay
}

// all is what it was asked so far.
func (d *fakeDesk) all() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.calls)
}

// entered is what came last of the input of its form.
func (d *fakeDesk) entered() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.values["a"]
}

// asked is how often it was.
func (d *fakeDesk) asked() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.calls)
}

func (d *fakeDesk) last() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.calls) == 0 {
		return ""
	}
	return d.calls[len(d.calls)-1]
}

func (d *fakeDesk) Command(_ context.Context, s bot.Staff, line string) bot.Response {
	return d.note(s, "command "+line)
}

func (d *fakeDesk) Press(_ context.Context, s bot.Staff, data string) bot.Response {
	return d.note(s, "press "+data)
}

func (d *fakeDesk) Submit(_ context.Context, s bot.Staff, f bot.Submission) bot.Response {
	d.mu.Lock()
	d.values = f.Values
	d.mu.Unlock()
	return d.note(s, "submit "+f.Form)
}

func (d *fakeDesk) Ask(_ context.Context, s bot.Staff, text string) (bot.Response, bool) {
	if !strings.HasPrefix(text, "liste") {
		return bot.Response{}, false
	}
	return d.note(s, "ask "+text), true
}

func (d *fakeDesk) Home(_ context.Context, s bot.Staff) bot.View {
	d.note(s, "home")
	return bot.View{Text: "home", Blocks: []bot.Block{{Heading: "Heute"}, {Chart: &bot.Chart{Labels: []string{"a"}, Series: []bot.Series{{Name: "x", Values: []int64{3}}}}}, {Buttons: []bot.Button{{Label: "Liste", Data: "signups"}}}}}
}

func (d *fakeDesk) Thread(_ context.Context, s bot.Staff, m bot.ThreadMessage) (bot.Response, bool) {
	return d.note(s, strings.TrimSpace(string(m.Change)+" thread ")+" "+m.Thread+" "+m.Text), true
}

func (d *fakeDesk) Reopen(_ context.Context, s bot.Staff, f bot.Submission) bot.Response {
	d.mu.Lock()
	d.values = f.Values
	d.mu.Unlock()
	return d.note(s, "reopen "+f.Form)
}

func (d *fakeDesk) Keep(_ context.Context, s bot.Staff, f bot.Submission) bot.Response {
	d.mu.Lock()
	d.values = f.Values
	d.mu.Unlock()
	return d.note(s, "keep "+f.Form)
}

func (d *fakeDesk) Phrases(context.Context, bot.Staff) bot.Phrases {
	return bot.Phrases{Working: "working…", Pending: "pending…", Done: "done", Unopened: "did not open", Unsaved: "not saved", Failed: "failed", Again: "Again", Close: "Close"}
}

func view(text string) *bot.View {
	return &bot.View{Text: text, Blocks: []bot.Block{{Card: &bot.Card{Title: text, Buttons: []bot.Button{{Label: "Weiter", Data: "next"}}}}}}
}

func text(v any) string {
	data, _ := json.Marshal(v)
	return string(data)
}

func TestCommandAndPaging(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		r.desk.answer(bot.Response{View: view("Seite 1")}, 0)
		if a := r.api.Command(ann, "C0GEN", "signups museums"); !a.OK || a.Took > 100*time.Millisecond {
			t.Errorf("acknowledged %+v", a)
		}
		got := r.waitReplies("C0GEN", ann, 1)
		if got[0].Only != ann || got[0].Text != "Seite 1" || r.desk.last() != "command signups museums" {
			t.Errorf("%+v after %q", got[0], r.desk.last())
		}
		if s := r.desk.staff; s.ID != "slack:"+ann || !s.Staff || s.Admin || s.Name != "ann" || s.Locale != "fr-CA" {
			t.Errorf("staff %+v", s)
		}
		r.desk.answer(bot.Response{View: view("Seite 2"), Replace: true}, 0)
		if _, err := r.api.Press(ann, "C0GEN", "Weiter"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := r.api.Replies("C0GEN", ann); len(got) != 1 || got[0].Text != "Seite 2" || r.desk.last() != "press next" {
			t.Errorf("after the press: %+v", got)
		}
		if got := r.api.Replies("C0GEN", "U0OUT"); len(got) != 0 {
			t.Errorf("others see %+v", got)
		}
	})
}

func TestSlowCommand(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		r.desk.answer(bot.Response{View: view("Ergebnis"), File: &bot.File{Name: "a.csv", Data: []byte("x")}}, 4*time.Second)
		if a := r.api.Command(ann, "C0GEN", "export"); !a.OK || a.Took > 100*time.Millisecond {
			t.Errorf("acknowledged %+v", a)
		}
		got := r.waitReplies("C0GEN", ann, 2)
		if got[0].Text != "working…" || got[1].Text != "Ergebnis" {
			t.Errorf("%+v", got)
		}
		if files := r.waitReplies(annDM, ann, 1); len(files[0].Files) != 1 {
			t.Errorf("no file: %+v", files)
		}
	})
}

// In the chat with the bot, too, the view comes with the file: it tells how the
// command was read, and its buttons are needed.
func TestFileInDirectMessage(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		r.desk.answer(bot.Response{View: view("Ergebnis"), File: &bot.File{Name: "a.csv", Data: []byte("x")}}, 0)
		r.api.Command(ann, annDM, "export")
		got := r.waitReplies(annDM, ann, 2)
		var files int
		for _, m := range got {
			if files += len(m.Files); len(m.Files) > 0 && m.Text != "" {
				t.Errorf("said twice: %+v", got)
			}
		}
		if text := got[0].Text + got[1].Text; files != 1 || text != "Ergebnis" {
			t.Errorf("%d files and %q", files, text)
		}
	})
}

// TestFileThatSlackRefuses does not say that there is one.
func TestFileThatSlackRefuses(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		r.api.Inject(slacktest.Fault{Method: "files.completeUploadExternal", Kind: "file_type_not_allowed"})
		r.desk.answer(bot.Response{View: view("Ergebnis"), File: &bot.File{Name: "a.csv", Data: []byte("x")}}, 0)
		r.api.Command(ann, "C0GEN", "export")
		if got := r.waitReplies("C0GEN", ann, 1); len(got) != 1 || got[0].Text != "failed" || got[0].Only != ann {
			t.Errorf("%+v", got)
		}
	})
}

func TestSlowQuestion(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		r.desk.answer(bot.Response{View: view("drei Museen")}, 4*time.Second)
		r.api.Say(ann, annDM, "", "liste des musées")
		time.Sleep(2 * time.Second)
		if got := r.api.Replies(annDM, ann); len(got) != 1 || got[0].Text != "working…" || got[0].Only != ann {
			t.Errorf("after two seconds: %+v", got)
		}
		if got := r.waitReplies(annDM, ann, 2); got[1].Text != "drei Museen" {
			t.Errorf("%+v", got)
		}
	})
}

func TestForm(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		form := &bot.Form{ID: "signup 7 v1", Title: "Ein Verein mit einem langen Namen", Submit: "Speichern", Cancel: "Abbrechen",
			Blocks: []bot.Block{{Card: &bot.Card{Title: "A", Buttons: []bot.Button{{Label: "Mehr", Data: "more"}}}}},
			Inputs: []bot.Input{
				{Name: "status", Kind: bot.InputChoice, Label: "Status", Value: []string{"new"}, Options: []bot.Option{{Value: "new", Label: "neu"}, {Value: "active", Label: "aktiv"}}},
				{Name: "notes", Kind: bot.InputText, Label: "Notizen", Optional: true, Value: []string{strings.Repeat("x", 5000)}},
				{Name: "empty", Kind: bot.InputChoices, Label: "Nichts"},
			}}
		r.desk.answer(bot.Response{Form: form}, 0)
		r.api.Command(ann, "C0GEN", "open 7")
		synctest.Wait()
		if r.api.Modal(ann) == nil {
			t.Fatalf("no modal\n%s", r.logs)
		}
		r.desk.answer(bot.Response{Errors: map[string]string{"notes": "zu lang"}}, 0)
		if a, err := r.api.Submit(ann, map[string]string{"status": "active"}); err != nil || a.Payload["response_action"] != "errors" || r.api.Modal(ann) == nil {
			t.Errorf("%v %+v", err, a)
		}
		if r.desk.last() != "submit signup 7 v1" || r.desk.values["status"][0] != "active" || utf8.RuneCountInString(r.desk.values["notes"][0]) > 3000 {
			t.Errorf("%q %v", r.desk.last(), r.desk.values["status"])
		}
		fresh := *form
		fresh.ID = "signup 7 v2"
		r.desk.answer(bot.Response{Form: &fresh}, 0)
		if a, err := r.api.Submit(ann, nil); err != nil || a.Payload["response_action"] != "update" {
			t.Errorf("%v %+v", err, a)
		}
		r.desk.answer(bot.Response{Form: form}, 0)
		if _, err := r.api.Press(ann, "", "Mehr"); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		r.desk.answer(bot.Response{Notice: "gespeichert"}, 0)
		if _, err := r.api.Submit(ann, map[string]string{"notes": "kurz"}); err != nil {
			t.Error(err)
		}
		if got := r.waitReplies("C0GEN", ann, 1); got[0].Text != "gespeichert" || got[0].Only != ann || r.api.Modal(ann) != nil {
			t.Errorf("%+v, %v", got, r.api.Modal(ann))
		}
	})
}

// A form that only asks whether one is sure has no place for what went wrong.
func TestFormWithoutInputs(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		r.desk.answer(bot.Response{Form: &bot.Form{ID: "sure 7 v1", Title: "Sicher?", Submit: "Ja", Cancel: "Nein", Blocks: []bot.Block{{Text: "Sicher?"}}}}, 0)
		r.api.Command(ann, "C0GEN", "drop 7")
		synctest.Wait()
		r.desk.answer(bot.Response{Errors: map[string]string{"": "geht gerade nicht"}}, 0)
		if a, err := r.api.Submit(ann, nil); err != nil || !a.OK {
			t.Errorf("%v %+v", err, a)
		}
		if got := r.waitReplies("C0GEN", ann, 1); got[0].Text != "geht gerade nicht" || got[0].Only != ann {
			t.Errorf("%+v", got)
		}
		r.desk.answer(bot.Response{Form: &bot.Form{ID: "sure 7 v1", Title: "Sicher?", Submit: "Ja", Cancel: "Nein", Blocks: []bot.Block{{Text: "Sicher?"}}}}, 0)
		r.api.Command(ann, "C0GEN", "drop 7")
		synctest.Wait()
		r.desk.answer(bot.Response{Notice: "erledigt"}, 5*time.Second)
		if a, err := r.api.Submit(ann, nil); err != nil || !a.OK {
			t.Errorf("%v %+v", err, a)
		}
		if got := r.waitReplies("C0GEN", ann, 2); got[1].Text != "erledigt" || got[1].Only != ann {
			t.Errorf("%+v", got)
		}
	})
}

func TestAskThreadAndHome(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		r.desk.answer(bot.Response{View: view("drei Museen")}, 0)
		r.api.Say(ann, annDM, "", "liste des musées")
		if got := r.waitReplies(annDM, ann, 1); got[0].Text != "drei Museen" || len(r.got()) != 0 {
			t.Errorf("%+v", got)
		}
		r.api.Say(ann, "C0GEN", "", "<@"+slacktest.BotUser+"> liste der Museen")
		if got := r.waitReplies("C0GEN", ann, 1); got[0].Only != ann {
			t.Errorf("shown to all: %+v", got)
		}
		id, err := r.Post(r.t.Context(), bot.Post{Key: "q1", View: *view("Eine Frage")})
		if err != nil {
			t.Fatal(err)
		}
		_, head, _ := strings.Cut(id, "/")
		r.desk.answer(bot.Response{Notice: "gesendet"}, 0)
		r.api.Say(ann, desk, head, "<@"+slacktest.BotUser+"> Ja, gern.")
		synctest.Wait()
		if r.desk.last() != "thread "+id+" Ja, gern." {
			t.Errorf("the desk was asked %q", r.desk.last())
		}
		if got := r.api.Replies(desk, ann); len(got) != 2 || got[1].Only != ann || got[1].Thread != head {
			t.Errorf("%+v", got)
		}
		r.api.Home(ann)
		synctest.Wait()
		if got := text(r.api.HomeView(ann)); !strings.Contains(got, "Heute") {
			t.Errorf("home: %s", got)
		}
		homes := len(r.api.Calls("views.publish"))
		r.Refresh()
		r.Refresh()
		time.Sleep(10 * time.Second)
		if n := len(r.api.Calls("views.publish")) - homes; n != 1 {
			t.Errorf("drawn %d times after changes", n)
		}
		r.desk.answer(bot.Response{View: view("Liste")}, 0)
		if _, err := r.api.Press(ann, "", "Liste"); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if got := text(r.api.Modal(ann)); !strings.Contains(got, "*Liste*") || len(r.api.Replies(annDM, ann)) != 1 {
			t.Errorf("a list of the home page is shown as %s", got)
		}
	})
}

func TestRights(t *testing.T) {
	bubble(t, func(r *rig) {
		r.run(r.echo)
		r.api.Command("U0OUT", "C0GEN", "signups")
		synctest.Wait()
		if r.desk.staff.May() {
			t.Errorf("anybody may: %+v", r.desk.staff)
		}
		r.api.SetGroup("S0OPS", "U0OUT")
		time.Sleep(2 * time.Minute)
		r.api.Command("U0OUT", "C0GEN", "signups")
		synctest.Wait()
		if !r.desk.staff.Staff {
			t.Errorf("a new member may not: %+v", r.desk.staff)
		}
		r.api.Inject(slacktest.Fault{Method: "usergroups.users.list", Kind: "500", Count: -1})
		time.Sleep(20 * time.Minute)
		r.api.Command("U0OUT", "C0GEN", "signups")
		synctest.Wait()
		if r.desk.staff.May() {
			t.Errorf("rights that are long not confirmed: %+v", r.desk.staff)
		}
	})
}
