package bot

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"exchangebot/bot/query"
)

// newQueryReader knows the words for what sign-ups are filtered by.
func newQueryReader(texts *Texts) *query.Reader {
	values := map[query.Facet][]string{
		query.Field: stringsOf(fields), query.Kind: stringsOf(kinds), query.City: stringsOf(cities), query.Status: stringsOf(statuses),
		query.Language: stringsOf(texts.Languages()),
	}
	return query.NewReader(values, stringsOf(texts.Languages()), func(lang, list string) string {
		return texts.Say(Language(lang), "query-"+list, nil)
	})
}

func stringsOf[T ~string](list []T) []string { return typed[string](list) }

func typed[T, S ~string](list []S) []T {
	var out []T
	for _, s := range list {
		out = append(out, T(s))
	}
	return out
}

// read reads what the person asks about the sign-ups.
func (v *visit) read(text string) query.Reading {
	r := v.bot.queries().Read(text, string(v.language), dayOf(v.bot.now()))
	for _, word := range typedWords(text) { // shown as it was typed
		if i := slices.Index(r.Words, fold(word)); i >= 0 {
			r.Words[i] = word
		}
	}
	return r
}

// typedWords are the words of a text as they are.
func typedWords(text string) []string {
	return strings.FieldsFunc(norm.NFC.String(text), func(r rune) bool { return !isWordRune(r) })
}

// volunteerQuery is a query as the stores take it.
func volunteerQuery(q query.Query) VolunteerQuery {
	return VolunteerQuery{
		Fields: typed[Field](q.Values[query.Field]), Kinds: typed[VolunteerKind](q.Values[query.Kind]), Cities: typed[City](q.Values[query.City]),
		Statuses: typed[Status](q.Values[query.Status]), Languages: typed[Language](q.Values[query.Language]),
		From: begin(q.From), To: begin(q.To), Words: tokens(strings.Join(q.Words, " ")),
	}
}

// valueName is what a value of a facet is called.
func (v *visit) valueName(f query.Facet, value string) string {
	switch f {
	case query.Field:
		return v.say("field-"+value, nil)
	case query.Kind:
		return v.say("kind-"+value, nil)
	case query.City:
		return v.say("city-"+value, nil)
	case query.Status:
		return v.say("status-"+value, nil)
	}
	return v.say("desk-language-"+value, nil)
}

// facetName is what a facet is called.
func (v *visit) facetName(f query.Facet) string { return v.say("desk-facet-"+string(f), nil) }

// readAs says back what was understood: what is done with the sign-ups, the
// last part of a message's name, and with which.
func (v *visit) readAs(verb string, q query.Query) string {
	parts := []string{v.say("desk-read-"+verb, nil)}
	for _, f := range query.Facets() {
		var names []string
		for _, value := range q.Values[f] {
			names = append(names, v.valueName(f, value))
		}
		if len(names) > 0 {
			parts = append(parts, v.facetName(f)+" "+strings.Join(names, " "+v.say("desk-or", nil)+" "))
		}
	}
	if period := v.period(q.From, q.To); period != "" {
		parts = append(parts, period)
	}
	for _, word := range q.Words {
		parts = append(parts, v.say("desk-read-word", Values{"Word": word}))
	}
	return v.say("desk-read-as", Values{"Query": Markdown(strings.Join(parts, " · "))})
}

// period says from when to when, the last day included.
func (v *visit) period(from, to time.Time) string {
	last := to.AddDate(0, 0, -1)
	switch {
	case from.IsZero() && to.IsZero():
		return ""
	case to.IsZero():
		return v.say("desk-since", Values{"From": from})
	case from.IsZero():
		return v.say("desk-until", Values{"To": last})
	case from.Equal(last):
		return v.say("desk-on", Values{"Date": from})
	}
	return v.say("desk-between", Values{"From": from, "To": last})
}

// corrections are the buttons that change what was read, in rows: not how it
// is shown where there is none to show.
func (v *visit) corrections(r query.Reading, none bool) []Block {
	call := func(q query.Query) string {
		if q.Count {
			return "count " + q.String()
		}
		return "signups " + q.String()
	}
	instead, without := v.otherwise(r, call)
	other := r.Query
	other.Count = !other.Count
	switch {
	case none:
	case other.Count:
		instead = append(instead, Button{Label: v.say("desk-button-count", nil), Data: call(other)})
	default:
		instead = append(instead, Button{Label: v.say("desk-button-list", nil), Data: call(other)})
	}
	return rowsOf(append(instead, without...))
}

// otherwise are the buttons that read something as what it may have meant
// instead, and those that leave something out; call is what they do with it.
func (v *visit) otherwise(r query.Reading, call func(query.Query) string) (instead, without []Button) {
	leave := func(label string, q query.Query) {
		without = append(without, Button{Label: "✕ " + label, Data: call(q)})
	}
	for _, e := range r.Either {
		f, value := query.Kind, e.Kind
		if e.AsKind {
			f, value = query.Field, e.Field
		}
		what := Markdown(v.facetName(f) + " " + v.valueName(f, value))
		instead = append(instead, Button{Label: v.say("desk-button-instead", Values{"What": what}), Data: call(e.Other(r.Query))})
	}
	for _, f := range query.Facets() {
		for _, value := range r.Values[f] {
			leave(v.valueName(f, value), r.Query.Without(f, value))
		}
	}
	if !r.From.IsZero() || !r.To.IsZero() {
		q := r.Query
		q.From, q.To = time.Time{}, time.Time{}
		leave(plainText(v.period(r.From, r.To)), q)
	}
	for i, word := range r.Words {
		q := r.Query
		q.Words = slices.Concat(r.Words[:i], r.Words[i+1:])
		leave(v.plain("desk-read-word", Values{"Word": word}), q)
	}
	return instead, without
}

// rowsOf puts buttons into rows, without those that are too long for one.
func rowsOf(buttons []Button) (rows []Block) {
	buttons = slices.DeleteFunc(buttons, func(b Button) bool { return len(b.Data) > 1500 })
	for row := range slices.Chunk(buttons, 5) {
		rows = append(rows, Block{Buttons: row})
	}
	return rows
}

// filters lists what can be filtered by.
func (v *visit) filters() string {
	var lines []string
	for _, f := range query.Facets() {
		var names []string
		for _, value := range v.bot.queryValues(f) {
			names = append(names, v.valueName(f, value))
		}
		lines = append(lines, "- "+v.say("desk-filters-facet", Values{"Facet": Markdown(v.facetName(f)), "Names": Markdown(strings.Join(names, ", "))}))
	}
	return v.say("desk-filters", nil) + "\n\n" + strings.Join(append(lines, "- "+v.say("desk-filters-period", nil), "- "+v.say("desk-filters-words", nil)), "\n")
}

func (b *Bot) queryValues(f query.Facet) []string {
	switch f {
	case query.Field:
		return stringsOf(fields)
	case query.Kind:
		return stringsOf(kinds)
	case query.City:
		return stringsOf(cities)
	case query.Status:
		return stringsOf(statuses)
	}
	return stringsOf(b.texts.Languages())
}

// notUnderstood names what was not, and lists what is. The command does
// without it at a press.
func (v *visit) notUnderstood(command string, r query.Reading) Response {
	view := v.view(v.say("desk-not-understood", Values{"Words": strings.Join(r.Unknown, ", ")}))
	view.Blocks = append(view.Blocks, Block{Note: v.filters()})
	if r.String() != "" {
		verb, _, _ := strings.Cut(command, " ")
		if verb == "signups" {
			verb = "list"
		}
		view.Blocks = append(view.Blocks, Block{Text: v.readAs(verb, r.Query)}, Block{Buttons: []Button{{Label: v.say("desk-button-anyway", nil), Data: command + " " + r.String()}}})
	}
	return Response{View: view}
}
