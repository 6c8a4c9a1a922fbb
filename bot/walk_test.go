package bot_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
	"exchangebot/bot/knowledge"
	"exchangebot/locales"
)

const steps = 9 // by chance, before the walker makes up their mind

// said is what people may write at any moment, fitting or not.
var saidAtRandom = []string{
	"Verein", "école", "Schule oder Museum", "Privatperson", "Sportverein aus Düsseldorf", "Firma und Sport", "quelque chose",
	"Turnverein Bilk 1893 e.V.", "Anna Müller", "安娜", "Anna Müller, anna@example.org", "Jean-Luc Côté; +1 514 872 0311", "A", "А\u200bnna", "Аnna",
	"Düsseldorf", "montreal", "Neuss bei Düsseldorf", "ailleurs", "Trois-Rivières", "Sport", "Schule und Sport", "sport, raquette", "tout", "fertig",
	"Wir bieten Proberäume.\nUnd *Kuchen*!", "nichts", "rien", strings.Repeat("lang ", 300), "anna@example.org", "anna@gmial.com", "anna@", "a@b@c",
	"müller@bücher.example", "anna@example.org 0211 8991234", "0211 899 1234", "514 872-0311", "12", "+49 211 8991 und +49 211 8992", "ja", "nein", "oui", "non",
	"zurück", "retour", "weiter", "überspringen", "passer", "abbrechen", "annuler", "ändern", "E-Mail ändern", "modifier le nom", "Telefon ändern", "auf Französisch bitte", "en allemand",
	"wozu braucht ihr meine E-Mail?", "c'est quoi le Roundtable ?", "Wer ist der Bürgermeister?", "Hallo", "merci", "absenden", "envoyer", "/mitmachen", "/participer",
	"/meinedaten", "/cancel", "/hilfe", "/start", "/start signup_flyer", "/language fr", "/language de", "/widerrufen", "/supprimer", "/settings", "/mydata file", "/nixda",
	"Wir wollen mitmachen", "je veux m'inscrire", "", " ", "😀😀😀", "\u202eabc", "/fill kind school", "/confirm", "1)", "?",
	"/abonnieren", "/desabonner", "abbestellen", "je voudrais m'abonner",
}

// pressedAtRandom is what nobody has to have shown.
var pressedAtRandom = []string{"/fill kind school", "/fill fields +sport", "/fill fields done", "/fill email meant", "/fill summary yes", "/skip email",
	"/back kind", "/keep name", "/edit consent", "/edit city", "/confirm", "/discard", "/delete yes", "/stay", "/withdraw", "/fill consent yes", "/fill city elsewhere", "/fill", "/edit",
	"/subscribe", "/subscribe yes", "/subscribe no", "/unsubscribe", "/news", "/news on", "/news off", "/news +sport", "/news -sport", "/news all", "/news x"}

// town is the channel of all walkers, of one process.
type town struct {
	sink    bot.Sink
	ready   chan struct{}
	walkers *sync.Map // by chat
}

func (*town) Name() string { return "test" }
func (*town) Ready() error { return nil }

func (c *town) Run(ctx context.Context, sink bot.Sink) error {
	c.sink = sink
	close(c.ready)
	<-ctx.Done()
	return nil
}

func (c *town) Send(_ context.Context, chat bot.ChatID, m bot.Message) error {
	w, _ := c.walkers.Load(chat)
	w.(*walker).hear(m)
	return nil
}

// Announce, Rate and Preview make an announcer of it, which nobody uses.
func (*town) Announce(context.Context, bot.ChatID, bot.Message, func() error) error { return nil }
func (*town) Rate() float64                                                         { return 1 }
func (*town) Preview(bot.Message) bot.Preview                                       { return bot.Preview{} }

// spy lets the walkers see what is stored for them, without reading it.
type spy struct {
	*bottest.Store
	walkers *sync.Map
}

func (s *spy) SaveConversation(ctx context.Context, c *bot.Conversation, counts ...bot.Count) error {
	err := s.Store.SaveConversation(ctx, c, counts...)
	if w, known := s.walkers.Load(c.Chat); err == nil && known {
		stored := &bot.Conversation{Chat: c.Chat, Version: c.Version, Awaits: c.Awaits}
		if c.Position != nil {
			p := *c.Position
			p.Values = maps.Clone(p.Values)
			stored.Position = &p
		}
		w.(*walker).stored = stored
	}
	return err
}

func (s *spy) SaveVolunteer(ctx context.Context, v *bot.Volunteer) error {
	if w, known := s.walkers.Load(v.Chat); known {
		if err := v.Validate(); err != nil {
			w.(*walker).fail("a record is stored that does not validate: %v", err)
		}
	}
	return s.Store.SaveVolunteer(ctx, v)
}

func (s *spy) SaveSubscriber(ctx context.Context, sub *bot.Subscriber) error {
	if w, known := s.walkers.Load(sub.Chat); known {
		inOrder := slices.DeleteFunc(bot.Fields(), func(f bot.Field) bool { return !slices.Contains(sub.Fields, f) })
		states := []bot.SubscriberState{bot.Subscribed, bot.Unsubscribed}
		if !slices.Contains(states, sub.State) || sub.Language == "" || sub.Since.IsZero() || !slices.Equal(sub.Fields, inOrder) || len(inOrder) == len(bot.Fields()) {
			w.(*walker).fail("a subscriber is stored that is none: %+v", sub)
		}
	}
	return s.Store.SaveSubscriber(ctx, sub)
}

func (s *spy) DeleteConversation(ctx context.Context, chat bot.ChatID) error {
	if w, known := s.walkers.Load(chat); known {
		w.(*walker).stored = &bot.Conversation{Chat: chat}
	}
	return s.Store.DeleteConversation(ctx, chat)
}

// TestWalks lets many people use the sign-up in every way that they can. None
// of them gets stuck, none loses what they entered, and no record is stored
// that does not validate.
func TestWalks(t *testing.T) {
	var walkers sync.Map
	defer debug.SetGCPercent(debug.SetGCPercent(1000)) // time for memory
	store := &spy{bottest.NewStore(), &walkers}
	var processes []*town
	ctx, cancel := context.WithCancel(t.Context())
	texts, err := locales.Texts()
	if err != nil {
		t.Fatal(err)
	}
	index := smallIndex(t)
	var running sync.WaitGroup
	for range 2 {
		c := &town{ready: make(chan struct{}), walkers: &walkers}
		b := bot.New(bot.Config{Store: store, Texts: texts, Knowledge: index, Log: slog.New(slog.DiscardHandler),
			Now: func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }})
		running.Go(func() { _ = b.Run(ctx, c) })
		<-c.ready
		processes = append(processes, c)
	}
	defer running.Wait()
	defer cancel()
	n := walks
	if testing.Short() {
		n /= 20
	}
	var done sync.WaitGroup
	side := 4 * runtime.GOMAXPROCS(0) // a walker waits while a turn is handled
	for part := range side {
		done.Go(func() {
			for i := part; i < n && !t.Failed(); i += side {
				w := &walker{t: t, store: store, processes: processes, chat: bot.NewChatID("test", fmt.Sprint(i)), stored: &bot.Conversation{}, rand: rand.New(rand.NewPCG(uint64(i), 4))}
				walkers.Store(w.chat, w)
				w.walk()
				walkers.Delete(w.chat)
			}
		})
	}
	done.Wait()
}

// smallIndex knows little, and finds it fast.
func smallIndex(t *testing.T) *knowledge.Index {
	t.Helper()
	files := fstest.MapFS{}
	for lang, topics := range map[string]map[string]string{
		"de": {"roundtable": "Was ist der Roundtable?", "privacy": "Was speichert ihr über mich?", "none": "Wie wird das Wetter?"},
		"fr": {"roundtable": "C'est quoi le Roundtable ?", "privacy": "Que gardez-vous sur moi ?", "none": "Quel temps fait-il ?"},
	} {
		for id, question := range topics {
			files[lang+"/"+id+".md"] = &fstest.MapFile{Data: []byte("---\ntitle: " + id + "\nquestions:\n  - \"" + question + "\"\nas-of: 2016-05\nsource: x\n---\nx")}
		}
	}
	base, err := knowledge.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return knowledge.Train(base)
}

// walker is one person.
type walker struct {
	t         *testing.T
	store     *spy
	processes []*town
	process   int
	chat      bot.ChatID
	rand      *rand.Rand

	trail  []string // what they did
	stored *bot.Conversation
	last   bot.Update
	count  int
	heard  []bot.Message // to the last update
	shown  []bot.Message // with buttons, the newest last; Edit is their id
}

func (w *walker) hear(m bot.Message) { w.heard = append(w.heard, m) }

func (w *walker) fail(format string, args ...any) {
	w.t.Errorf("%s: %s\nwhat was done:\n  %s", w.chat, fmt.Sprintf(format, args...), strings.Join(w.trail, "\n  "))
}

func (w *walker) walk() {
	for range steps {
		switch n := w.rand.IntN(20); {
		case n < 10:
			w.pressShown()
		case n < 17:
			w.say(saidAtRandom[w.rand.IntN(len(saidAtRandom))])
		case n < 18:
			w.press(pressedAtRandom[w.rand.IntN(len(pressedAtRandom))], "0")
		case n < 19:
			w.again()
		default:
			w.process = 1 - w.process
			w.trail = append(w.trail, "(restart)")
		}
		if w.t.Failed() {
			return
		}
	}
	w.finish()
}

// pressShown presses a button of one of the newest messages.
func (w *walker) pressShown() {
	if len(w.shown) == 0 {
		w.say("/mitmachen")
		return
	}
	m := w.shown[max(0, len(w.shown)-1-w.rand.IntN(3))]
	row := m.Buttons[w.rand.IntN(len(m.Buttons))]
	b := row[w.rand.IntN(len(row))]
	if strings.HasPrefix(b.Data, "/cancel") && w.rand.IntN(4) > 0 {
		return
	}
	w.press(b.Data, m.Edit)
}

func (w *walker) say(text string) {
	w.deliver(bot.Update{Kind: bot.KindText, Text: text})
}

func (w *walker) press(data, message string) {
	w.deliver(bot.Update{Kind: bot.KindPress, Press: bot.Press{ID: "p", Data: data, Message: message}})
}

// again delivers the last update once more, to another process perhaps.
func (w *walker) again() {
	if w.count == 0 {
		return
	}
	w.trail = append(w.trail, "(again)")
	before := w.stored
	w.hand(w.last)
	if after := w.stored; after.Version != before.Version {
		w.fail("an update was handled twice: version %d became %d", before.Version, after.Version)
	}
}

func (w *walker) hand(u bot.Update) {
	w.heard = nil
	result := make(chan error, 1)
	w.processes[w.process].sink(u, func(err error) { result <- err })
	if err := <-result; err != nil {
		w.fail("not handled: %v", err)
	}
}

func (w *walker) deliver(u bot.Update) {
	w.count++
	u.ID, u.Chat, u.Locale = fmt.Sprint(w.count), w.chat, []string{"de", "fr"}[int(w.chat[len(w.chat)-1])%2]
	w.last = u
	w.trail = append(w.trail, fmt.Sprintf("%q %s", u.Text, u.Press.Data))
	before := w.stored
	w.hand(u)
	w.look(u)
	w.compare(before, w.stored, u)
}

// look checks what was said, and keeps the buttons in mind.
func (w *walker) look(u bot.Update) {
	if len(w.heard) == 0 || u.Kind == bot.KindPress && (w.heard[0].Press == "" || len(w.heard) > 1 && w.heard[1].Press != "") {
		w.fail("no word to it, or a press that is not ended: %v", w.heard)
	}
	for i, m := range w.heard {
		if strings.Contains(m.Text, "gleich noch einmal") || strings.Contains(m.Text, "dans un instant") || strings.Contains(m.Text, "<no value>") {
			w.fail("said %q", m.Text)
		}
		for _, row := range m.Buttons {
			for _, b := range row {
				if len(b.Data) > 64 || b.Label == "" {
					w.fail("button %q %q", b.Label, b.Data)
				}
			}
		}
		if len(m.Buttons) > 0 {
			if m.Edit == "" {
				m.Edit = fmt.Sprintf("m%d.%d", w.count, i)
			}
			w.shown = append(w.shown, m)
		}
	}
}

func (w *walker) volunteer() *bot.Volunteer {
	v, err := w.store.Volunteer(w.t.Context(), w.chat)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// compare checks that an update has taken nothing away that was entered.
func (w *walker) compare(before, after *bot.Conversation, u bot.Update) {
	p, q := before.Position, after.Position
	command := strings.Fields(u.Text + u.Press.Data + " ")
	gone := len(command) > 0 && slices.Contains([]string{"/discard", "/withdraw", "/widerrufen", "/delete"}, command[0])
	switch {
	case p == nil || gone || before.Awaits != "": // perhaps the yes to a deletion
	case q == nil && p.Record: // a change that was given up, or stored
	case q == nil:
		w.compareRecord(p)
	default:
		mayChange := []string{p.Step, "fields", "ticked", "summary"}
		switch p.Step {
		case "city":
			mayChange = append(mayChange, "place")
		case "place": // one of the two cities, after all
			mayChange = append(mayChange, "city")
		}
		for _, step := range slices.Sorted(maps.Keys(p.Values)) {
			value, kept := q.Values[step]
			if !slices.Contains(mayChange, step) && (!kept || value != p.Values[step]) {
				w.fail("at step %s, %q of %s became %q", p.Step, p.Values[step], step, value)
			}
		}
		if q.Values["fields"]+q.Values["ticked"] == "" && p.Values["fields"] != "" {
			w.fail("the fields are gone")
		}
	}
}

// compareRecord checks that the record says what was entered.
func (w *walker) compareRecord(p *bot.Position) {
	v := w.volunteer()
	organisation, place := p.Values["organisation"], p.Values["place"]
	if v.Kind == bot.Private {
		organisation = ""
	}
	if v.City != bot.Elsewhere {
		place = ""
	}
	got := []string{string(v.Kind), v.Organisation, v.Name, string(v.City), v.Place, v.Offers, v.Seeks, v.Email, v.Phone}
	want := []string{p.Values["kind"], organisation, p.Values["name"], p.Values["city"], place, p.Values["offers"], p.Values["seeks"], p.Values["email"], p.Values["phone"]}
	if !slices.Equal(got, want) {
		w.fail("entered %q, stored %q", want, got)
	}
}

// finish signs up by the shortest way from wherever the walker is.
func (w *walker) finish() {
	answers := map[string]string{"kind": "Verein", "organisation": "Turnverein Bilk", "name": "Anna Müller", "city": "Düsseldorf", "place": "Neuss",
		"fields": "Sport", "offers": "überspringen", "seeks": "passer", "email": "anna@example.org", "phone": "+49 211 8991234", "consent": "ja", "summary": "absenden"}
	for range 30 {
		p := w.stored.Position
		if p == nil {
			if v := w.volunteer(); v.Version > 0 && v.Status != bot.StatusWithdrawn {
				return
			}
		}
		switch {
		case p == nil || p.Paused:
			w.say("/mitmachen")
		default:
			w.say(answers[p.Step])
		}
		if w.t.Failed() {
			return
		}
	}
	w.fail("stuck")
}
