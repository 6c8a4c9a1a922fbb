package bot

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"exchangebot/bot/query"
)

const (
	statsDays  = 90 // the period when none is named
	statsWeeks = 20 // how many weeks a chart has room for
	statsRows  = 10 // how many topics that disappoint are listed
	minVotes   = 3  // below which a topic is not judged
)

// showStats shows the numbers of a period, of the sign-ups that the filters choose.
func showStats(ctx context.Context, v *visit, rest string) (Response, error) {
	r := v.read(rest)
	if len(r.Unknown) > 0 {
		return v.notUnderstood("stats", r), nil
	}
	instead, without := v.otherwise(r, func(q query.Query) string { return "stats " + q.String() })
	today := dayOf(v.bot.now())
	if r.From.IsZero() && r.To.IsZero() {
		r.From = today.AddDate(0, 0, 1-statsDays)
	}
	if r.To.IsZero() {
		r.To = today.AddDate(0, 0, 1)
	}
	tally, err := v.bot.store.TallyVolunteers(ctx, volunteerQuery(r.Query))
	if err != nil {
		return Response{}, err
	}
	first := "0000-00-00"
	if !r.From.IsZero() {
		first = r.From.Format(time.DateOnly)
	}
	counts, err := v.bot.store.Counts(ctx, first, r.To.AddDate(0, 0, -1).Format(time.DateOnly))
	if err != nil {
		return Response{}, err
	}
	readers, err := v.bot.countReaders(ctx)
	if err != nil {
		return Response{}, err
	}
	view := v.stats(r.Query, tally, counts)
	view.Blocks = append(view.Blocks, v.newsStats(readers, counts)...)
	note := v.say("desk-stats-note", nil)
	if len(r.Values) > 0 || len(r.Words) > 0 {
		note += "\n\n" + v.say("desk-stats-filtered", nil)
	}
	view.Blocks = append(view.Blocks, Block{Note: note})
	view.Blocks = append(view.Blocks, rowsOf(append(instead, without...))...)
	return Response{View: view}, nil
}

func (v *visit) stats(q query.Query, tally Tally, counts []Count) *View {
	a := newAsked(counts)
	text := v.say("desk-count", Values{"Count": int(tally.Total)}) + "\n\n" + v.asked(a)
	if votes := a.helped + a.unhelpful; votes > 0 {
		text += "\n\n" + v.say("desk-stats-votes", Values{"Count": int(votes), "Helpful": v.share(a.helped, votes)})
	}
	view := v.view(text)
	view.Text = plainText(text + "\n\n" + v.readAs("stats", q))
	if lines := v.byField(tally); lines != "" {
		view.Text += "\n\n" + lines
	}
	view.Blocks = append([]Block{{Heading: v.plain("desk-stats-title", nil)}}, view.Blocks...)
	view.Blocks = append(view.Blocks, Block{Note: v.readAs("stats", q)})
	if tally.Total > 0 {
		view.Blocks = append(view.Blocks, Block{Chart: v.weekChart(q, tally.Weeks)},
			Block{Chart: v.fieldChart(tally.Fields)},
			Block{Table: v.shares(tally)})
	}
	if table := v.disappointing(counts); len(table.Rows) > 0 {
		view.Blocks = append(view.Blocks, Block{Table: table})
	}
	return view
}

// asked says how many questions there were, and how many of them were answered.
func (v *visit) asked(a asked) string {
	if a.total() == 0 {
		return v.say("desk-stats-asked-none", nil)
	}
	return v.say("desk-stats-asked", Values{"Count": int(a.total()), "Answered": v.share(a.answered, a.total())})
}

// share is one part of a whole, in percent.
func (v *visit) share(part, whole int64) Markdown {
	if whole == 0 {
		return "–"
	}
	return Markdown(fmt.Sprintf("%d %%", (100*part+whole/2)/whole))
}

// weekChart shows the course of the sign-ups, in the newest weeks where there
// are many.
func (v *visit) weekChart(q query.Query, weeks map[string]int64) *Chart {
	first := slices.Min(slices.Collect(maps.Keys(weeks)))
	if !q.From.IsZero() {
		first = Week(begin(q.From))
	}
	chart := &Chart{Kind: ChartLine, Title: v.plain("desk-stats-weeks", nil), Series: []Series{{Name: v.plain("desk-stats-signups", nil)}}}
	last := q.To.AddDate(0, 0, -1)
	if today := dayOf(v.bot.now()); last.After(today) { // nobody signs up in a week to come
		last = today
	}
	monday, err := time.Parse(time.DateOnly, Week(begin(last)))
	for ; err == nil && len(chart.Labels) < statsWeeks && monday.Format(time.DateOnly) >= first; monday = monday.AddDate(0, 0, -7) {
		chart.Labels = append(chart.Labels, v.say("desk-day", Values{"Day": Markdown(monday.Format("02")), "Month": Markdown(monday.Format("01"))}))
		chart.Series[0].Values = append(chart.Series[0].Values, weeks[monday.Format(time.DateOnly)])
	}
	if err == nil && monday.Format(time.DateOnly) >= first {
		chart.Title = v.plain("desk-stats-newest", Values{"Count": statsWeeks})
	}
	slices.Reverse(chart.Labels)
	slices.Reverse(chart.Series[0].Values)
	return chart
}

// byField says in a line what the chart of the fields shows.
func (v *visit) byField(tally Tally) string {
	var parts []string
	for _, f := range fields {
		if n := tally.Fields[f]; n > 0 {
			parts = append(parts, fmt.Sprint(v.valueName(query.Field, string(f)), " ", n))
		}
	}
	return strings.Join(parts, " · ")
}

func (v *visit) fieldChart(tally map[Field]int64) *Chart {
	chart := &Chart{Kind: ChartBar, Title: v.plain("desk-stats-fields", nil), Series: []Series{{Name: v.plain("desk-stats-signups", nil)}}}
	for _, f := range fields {
		chart.Labels = append(chart.Labels, v.valueName(query.Field, string(f)))
		chart.Series[0].Values = append(chart.Series[0].Values, tally[f])
	}
	return chart
}

// shares are the sign-ups by kind, city, language and status.
func (v *visit) shares(tally Tally) *Table {
	table := &Table{Title: v.plain("desk-stats-shares", nil), Header: strings.Split(v.plain("desk-stats-shares-header", nil), ", "), Numbers: []bool{false, false, true, true}}
	add := func(f query.Facet, n func(string) int64) {
		for _, value := range v.bot.queryValues(f) {
			table.Rows = append(table.Rows, []string{v.facetName(f), v.valueName(f, value), fmt.Sprint(n(value)), string(v.share(n(value), tally.Total))})
		}
	}
	add(query.Kind, func(s string) int64 { return tally.Kinds[VolunteerKind(s)] })
	add(query.City, func(s string) int64 { return tally.Cities[City(s)] })
	add(query.Language, func(s string) int64 { return tally.Languages[Language(s)] })
	add(query.Status, func(s string) int64 { return tally.Statuses[Status(s)] })
	return table
}

// disappointing are the topics whose answers help least, of those that enough
// people have judged.
func (v *visit) disappointing(counts []Count) *Table {
	type votes struct{ helped, unhelpful int64 }
	topics := map[string]votes{}
	for _, c := range counts {
		n := topics[c.Topic]
		switch c.Event {
		case EventHelped:
			n.helped += c.N
		case EventUnhelpful:
			n.unhelpful += c.N
		default:
			continue
		}
		topics[c.Topic] = n
	}
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(topics)), func(id string) bool {
		n := topics[id]
		return n.helped+n.unhelpful < minVotes || n.unhelpful == 0
	})
	slices.SortStableFunc(ids, func(x, y string) int {
		a, b := topics[x], topics[y]
		return cmp.Or(cmp.Compare(b.unhelpful*(a.helped+a.unhelpful), a.unhelpful*(b.helped+b.unhelpful)), cmp.Compare(b.unhelpful, a.unhelpful))
	})
	table := &Table{Title: v.plain("desk-stats-topics", nil), Header: strings.Split(v.plain("desk-stats-topics-header", nil), ", "), Numbers: []bool{false, true, true, true}}
	for _, id := range ids[:min(len(ids), statsRows)] {
		title, n := id, topics[id]
		if topic, found := v.bot.knowledge.Load().Base().Topic(v.language, id); found {
			title = topic.Title
		}
		table.Rows = append(table.Rows, []string{title, fmt.Sprint(n.helped), fmt.Sprint(n.unhelpful), string(v.share(n.unhelpful, n.helped+n.unhelpful))})
	}
	return table
}
