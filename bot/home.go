package bot

import (
	"context"
	"strings"
	"time"

	"exchangebot/bot/query"
)

// homeNewest is how many sign-ups the home page shows.
const homeNewest = 5

// home shows today's numbers, the open questions, the newest sign-ups and shortcuts.
func home(ctx context.Context, v *visit, _ string) (Response, error) {
	today := dayOf(v.bot.now())
	signedUp, err := v.bot.store.TallyVolunteers(ctx, VolunteerQuery{From: begin(today)})
	if err != nil {
		return Response{}, err
	}
	open, err := v.bot.store.TallyVolunteers(ctx, VolunteerQuery{Statuses: []Status{StatusNew}})
	if err != nil {
		return Response{}, err
	}
	counts, err := v.bot.store.Counts(ctx, today.Format(time.DateOnly), today.Format(time.DateOnly))
	if err != nil {
		return Response{}, err
	}
	asked := newAsked(counts)
	page, err := v.bot.store.Volunteers(ctx, VolunteerQuery{Limit: homeNewest})
	if err != nil {
		return Response{}, err
	}
	view := &View{Text: v.plain("desk-home", nil), Blocks: []Block{
		{Heading: v.plain("desk-home", nil)},
		{Text: v.say("desk-home-today", Values{"Date": today, "SignUps": Markdown(v.say("desk-home-signups", Values{"Count": int(signedUp.Total)})),
			"New": Markdown(v.say("desk-home-new", Values{"Count": int(open.Total)})), "Asked": Markdown(v.asked(asked))})},
		{Buttons: []Button{
			{Label: v.say("desk-button-new", nil), Data: "signups " + string(query.Status) + ":" + string(StatusNew)},
			{Label: v.say("desk-button-newest", nil), Data: "signups"},
			{Label: v.say("desk-button-questions", nil), Data: "questions"},
			{Label: v.say("desk-button-help", nil), Data: "help"},
		}},
	}}
	docs, err := v.bot.store.Documents(ctx, DocumentQuery{Kind: DocumentQuestion, Open: true, Oldest: true, Limit: homeNewest})
	if err != nil {
		return Response{}, err
	}
	questions, records, err := v.questions(docs)
	if err != nil {
		return Response{}, err
	}
	if len(questions.Items) > 0 {
		view.Blocks = append(view.Blocks, Block{Heading: v.plain("desk-home-questions", nil)}, Block{List: questions})
	}
	list, references := v.lines(page.Volunteers)
	if len(list.Items) > 0 {
		view.Blocks = append(view.Blocks, Block{Heading: v.plain("desk-home-newest", nil)}, Block{List: list})
	}
	return Response{View: view}, v.audit(ctx, AuditRead, "home", append(records, references...)...)
}

// citizenHome says what people without rights can do.
func (v *visit) citizenHome() *View {
	view, lines := v.view(v.say("welcome", nil)), []string{v.say("home-citizen", nil) + "\n"}
	for _, entry := range Menu(v.bot.texts, v.language)[1:] { // all but "start"
		lines = append(lines, "- **"+entry.Command+"** – "+Escape(entry.About))
	}
	view.Blocks = append(view.Blocks, Block{Text: strings.Join(lines, "\n")})
	return view
}

// asked is how often citizens asked, and what came of it.
type asked struct{ answered, suggested, refused, helped, unhelpful int64 }

func newAsked(counts []Count) asked {
	var a asked
	for _, c := range counts {
		switch c.Event {
		case EventAnswered:
			a.answered += c.N
		case EventSuggested:
			a.suggested += c.N
		case EventRefused:
			a.refused += c.N
		case EventHelped:
			a.helped += c.N
		case EventUnhelpful:
			a.unhelpful += c.N
		}
	}
	return a
}

func (a asked) total() int64 { return a.answered + a.suggested + a.refused }
