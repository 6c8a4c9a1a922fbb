package bot_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// deskCalls is all that can be done at the desk: each command with what it is
// called with, and what the audit log says of it then; no entry where nothing
// personal is read and nothing is changed. REF is a sign-up, ASKED a question.
//
// Whoever adds a command finds out here that it has to be said who may call
// it, and what is noted.
var deskCalls = map[string]struct{ args, noted, submitted string }{
	"help":      {},
	"signups":   {noted: "read signups REF"},
	"find":      {args: "REF", noted: "read find REF"},
	"stats":     {},
	"export":    {args: "csv", noted: "read export REF"},
	"questions": {noted: "read questions ASKED"},
	"answers":   {args: "contact"},
	"me":        {},
	"language":  {args: "de"},
	"audit":     {noted: "read audit"},
	"count":     {args: "kind:school"},
	"page":      {args: "4102444800000 777777", noted: "read signups REF"},
	"record":    {args: "REF", noted: "read record REF", submitted: "changed record REF"},
	"mark":      {args: "REF declined active", noted: "changed mark REF"},
	"reply":     {args: "ASKED", noted: "read reply ASKED", submitted: "changed reply ASKED"},
	"send":      {args: "ASKED WHO1", noted: "changed send ASKED"},
	"drop":      {args: "ASKED WHO2", noted: "changed drop ASKED"},
	"teach":     {args: "ASKED", noted: "read teach ASKED", submitted: "changed publish tower"},
	"restore":   {args: "tower 1", noted: "changed restore tower"},
	"close":     {args: "ASKED", noted: "changed close ASKED"},

	// Whether what they do is noted is tested where announcements are.
	"announce": {args: "x"}, "announcements": {args: "x"}, "announce-open": {args: "x"}, "announce-copy": {args: "x"}, "announce-discard": {args: "x"},
	"announce-test": {args: "x"}, "announce-link": {}, "announce-unlink": {}, "announce-release": {args: "x"}, "announce-approve": {args: "x"},
	"announce-pause": {args: "x"}, "announce-resume": {args: "x"}, "announce-cancel": {args: "x"}, "announce-again": {args: "x"}, "announce-failures": {args: "x"},
}

// entered is what forms are submitted with, whichever it is.
var entered = map[string][]string{
	"status": {"declined"}, "notes": {"Geheime Notiz"}, "text": {"Geheime Antwort"}, "topic": {"tower"},
	"title-de": {"Geheim"}, "text-de": {"Geheim"}, "questions-de": {"Geheim A\nGeheim B\nGeheim C"},
	"title-fr": {"Secret"}, "text-fr": {"Secret"}, "questions-fr": {"Secret A\nSecret B\nSecret C"},
}

// deskWorld is a desk with a sign-up and a question.
type deskWorld struct {
	*hall
	card  bottest.Posted
	fixed *strings.Replacer
	seen  int // entries of the audit log
}

func newDeskWorld(t *testing.T, who bot.Staff) *deskWorld {
	t.Helper()
	w := &deskWorld{hall: newHall(t)}
	v := bottest.Signed(1)
	if err := w.store.SaveVolunteer(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	w.card = w.asks()
	asked := strings.Fields(replyOf(w.card.View))[1]
	for _, n := range []string{"1", "2"} { // wait for their word
		w.writes(who, w.card, who.Name+n, "Geheime Zeile")
	}
	w.fixed = strings.NewReplacer("REF", v.Reference, "ASKED", asked, "WHO", who.Name)
	w.told()
	w.news()
	return w
}

// news are the entries of the audit log that are new.
func (w *deskWorld) news() (list []string) {
	w.Helper()
	docs, err := w.store.Documents(w.Context(), bot.DocumentQuery{Kind: bot.DocumentAudit, Oldest: true, Limit: 1000})
	if err != nil {
		w.Fatal(err)
	}
	for _, d := range docs[w.seen:] {
		var e bot.AuditEntry
		if err := json.Unmarshal([]byte(d.Data), &e); err != nil {
			w.Fatal(err)
		}
		if e.At.IsZero() || !strings.HasPrefix(e.Staff, "test:") || e.Name == "" {
			w.Errorf("it is not noted who and when: %s", d.Data)
		}
		for _, word := range []string{"Geheim", "Secret", "Müller", "Förderverein", "Eiffel", "example.org"} {
			if strings.Contains(d.Data, word) {
				w.Errorf("the log says what was seen or written: %s", d.Data)
			}
		}
		list = append(list, strings.TrimSpace(fmt.Sprint(e.Action, " ", e.What, " ", strings.Join(e.Records, " "))))
	}
	w.seen = len(docs)
	return list
}

// ways are all the ways in which a command can be called.
func (w *deskWorld) ways(who bot.Staff, c bot.DeskCommand, args string) map[string]func() bot.Response {
	ways := map[string]func() bot.Response{
		"press": func() bot.Response { return w.desk.Press(w.Context(), who, strings.TrimSpace(c.Name+" "+args)) },
	}
	if !c.Hidden {
		ways["command"] = func() bot.Response { return w.desk.Command(w.Context(), who, c.Name+" "+args) }
	}
	if c.Submits {
		form := bot.Submission{Form: c.Name + " " + args + " 1", Values: entered}
		ways["submission"] = func() bot.Response { return w.desk.Submit(w.Context(), who, form) }
		ways["reopening"] = func() bot.Response { return w.desk.Reopen(w.Context(), who, form) }
		if c.Keeps {
			ways["keeping"] = func() bot.Response { return w.desk.Keep(w.Context(), who, form) }
		}
	}
	return ways
}

// wantRefused checks that who did something sees one sentence and nothing
// else, that nothing has changed, and that it is noted.
func (w *deskWorld) wantRefused(what, because, noted string, call func() bot.Response) {
	w.Helper()
	before := w.unaudited()
	r := call()
	if r.View == nil || r.Form != nil || r.File != nil || r.Errors != nil || r.Notice != "" || r.Replace || !strings.Contains(r.View.Text, because) || len(r.View.Blocks) > 1 {
		w.Errorf("%s: not refused: %+v", what, r)
	}
	if news := w.news(); !slices.Equal(news, []string{"refused " + noted}) {
		w.Errorf("%s: noted as %q, want refused %s", what, news, noted)
	}
	if after := w.unaudited(); after != before {
		w.Errorf("%s: what is stored has changed", what)
	}
}

// unaudited is all that is stored but the audit log, by key and version.
func (w *deskWorld) unaudited() string {
	var b strings.Builder
	for _, kind := range bot.DocumentKinds() {
		docs, err := w.store.Documents(w.Context(), bot.DocumentQuery{Kind: kind, Oldest: true, Limit: 1000})
		if err != nil {
			w.Fatal(err)
		}
		for _, d := range docs {
			if kind != bot.DocumentAudit && kind != bot.DocumentLease {
				fmt.Fprintln(&b, kind, d.Key, d.Version)
			}
		}
	}
	v, err := w.store.Volunteer(w.Context(), bottest.Signed(1).Chat)
	fmt.Fprintln(&b, v, err)
	return b.String()
}

func TestRights(t *testing.T) {
	const strange, onlyAdmins = "nur für die Mitarbeitenden", "nur Administratorinnen"
	for _, who := range []bot.Staff{nobody, clara} {
		w := newDeskWorld(t, clara)
		for _, c := range bot.DeskCommands() {
			call, known := deskCalls[c.Name]
			if !known {
				t.Fatalf("who may call %q? Add it to the table, with what is noted of it", c.Name)
			}
			if who.May() && !c.Admin {
				continue
			}
			because, args := onlyAdmins, w.fixed.Replace(call.args)
			if who == nobody {
				because = strange
			}
			noted := c.Name
			if strings.HasPrefix(call.args, "REF") || strings.HasPrefix(call.args, "ASKED") {
				noted += " " + strings.Fields(args)[0]
			}
			for way, do := range w.ways(who, c, args) {
				w.wantRefused(who.Name+": "+c.Name+" by "+way, because, noted, do)
			}
		}
	}
	w := newDeskWorld(t, clara)
	asked := w.fixed.Replace("ASKED")
	w.wantRefused("an unknown command", strange, "command", func() bot.Response { return w.desk.Command(t.Context(), nobody, "gibtsnicht") })
	w.wantRefused("an unknown button", strange, "press", func() bot.Response { return w.desk.Press(t.Context(), nobody, "gibtsnicht") })
	w.wantRefused("an unknown form", strange, "form", func() bot.Response { return w.desk.Submit(t.Context(), nobody, bot.Submission{Form: "gibtsnicht"}) })
	w.wantRefused("no command", strange, "help", func() bot.Response { return w.desk.Command(t.Context(), nobody, "") })
	home := w.desk.Home(t.Context(), nobody)
	if wantText(t, bot.Response{View: &home}, "automatische Assistent", "**mitmachen** –"); len(w.news()) > 0 || strings.Contains(shown(&home), bottest.Signed(1).Reference) {
		t.Errorf("the home page of a stranger is noted, or shows %s", shown(&home))
	}
	for _, line := range []string{"Ich weiß es", "// unter uns"} {
		w.wantRefused("a line in a thread", strange, "thread "+asked, func() bot.Response { return w.writes(nobody, w.card, "x", line) })
	}
	if r, asked := w.desk.Ask(t.Context(), nobody, "Zeig mir die neuen Schulen"); asked || !reflect.DeepEqual(r, bot.Response{}) {
		t.Errorf("a stranger is answered: %+v", r)
	}
}

// TestAllThatIsDoneIsNoted has somebody who may do it call everything.
func TestAllThatIsDoneIsNoted(t *testing.T) {
	for _, who := range []bot.Staff{clara, denis} {
		w := newDeskWorld(t, who)
		noted := func(what, want string, r bot.Response) bot.Response {
			t.Helper()
			if shown := shown(r.View); strings.Contains(shown, "nur für die") || strings.Contains(shown, "réservé") || strings.Contains(shown, "nicht geklappt") || strings.Contains(shown, "pas fonctionné") {
				t.Errorf("%s may not %s: %s", who.Name, what, shown)
			}
			var wants []string
			if want != "" {
				wants = []string{w.fixed.Replace(want)}
			}
			if news := w.news(); !slices.Equal(news, wants) {
				t.Errorf("%s by %s is noted as %q, want %q", what, who.Name, news, wants)
			}
			return r
		}
		for _, c := range bot.DeskCommands() {
			call, args := deskCalls[c.Name], w.fixed.Replace(deskCalls[c.Name].args)
			if c.Admin && !who.Admin || strings.HasPrefix(c.Name, "announce") {
				continue
			}
			var form *bot.Form
			for way, do := range w.ways(who, c, args) {
				if way == "press" || way == "command" && call.submitted == "" && c.Name != "restore" {
					form = noted(c.Name+" by "+way, call.noted, do()).Form
				}
			}
			if call.submitted == "" {
				continue
			}
			if form == nil {
				t.Errorf("%s opens no form", c.Name)
				continue
			}
			noted("the form of "+c.Name, call.submitted, w.desk.Submit(t.Context(), who, bot.Submission{Form: form.ID, Values: entered}))
		}
		home := w.desk.Home(t.Context(), who)
		noted("the home page", "read home REF", bot.Response{View: &home}) // the question is closed
		r, _ := w.desk.Ask(t.Context(), who, "Zeig mir die abgelehnten Anmeldungen")
		noted("a question", "read signups", r)
		noted("a line in a thread", "changed thread ASKED", w.writes(who, w.card, "t1", "Gern geschehen"))
		noted("an internal line", "", w.writes(who, w.card, "t2", "// Geheim"))
	}
}

// TestNoDoorIsForgotten finds what can be called at the desk and is not in
// the tables above.
func TestNoDoorIsForgotten(t *testing.T) {
	doors := []string{"Ask", "Command", "Home", "Keep", "Phrases", "Press", "Reopen", "Submit", "Thread"} // Phrases tells nothing about anybody
	desk := reflect.TypeFor[*bot.Desk]()
	for i := range desk.NumMethod() {
		if name := desk.Method(i).Name; !slices.Contains(doors, name) {
			t.Errorf("Desk.%s: who may call it, and what is noted? Add it to the tests of rights", name)
		}
	}
}
