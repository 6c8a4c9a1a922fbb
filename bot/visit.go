package bot

import (
	"context"
	"maps"
	"strings"
	"time"
)

const (
	deskPatience = storePatience // for a call at the desk
	slowPatience = time.Minute   // for one that has much to do
)

// visit is one call of somebody at the desk.
type visit struct {
	Staff
	bot      *Bot
	habits   habits
	language Language
	submits  bool // a form, which stays open when it cannot be taken
	failed   bool // what was wanted is not done
}

// visit begins one call.
func (d *Desk) visit(ctx context.Context, s Staff) *visit {
	v := &visit{Staff: s, bot: d.bot}
	if _, err := loadDocument(ctx, d.bot.store, DocumentStaff, s.ID, &v.habits); err != nil {
		d.bot.log.WarnContext(ctx, "habits not read", "error", err)
	}
	v.language = v.habits.Language
	if !d.bot.texts.Speaks(v.language) {
		v.language = d.bot.texts.ForLocale(s.Locale)
	}
	return v
}

// enter begins one call of somebody who needs the rights of staff. Who has
// none gets one sentence, and an entry in the audit log.
func (d *Desk) enter(ctx context.Context, s Staff, what, rest string) (*visit, *Response) {
	v := d.visit(ctx, s)
	if s.May() {
		return v, nil
	}
	return v, v.refuse(ctx, what, rest, "desk-refused")
}

// refuse notes which record was asked for, where the first word names one:
// anybody can send anything.
func (v *visit) refuse(ctx context.Context, what, rest, message string) *Response {
	var records []string
	if word, _, _ := strings.Cut(rest, " "); isReference(word) || isShortHash(word) {
		records = []string{word}
	}
	if err := v.audit(ctx, AuditRefused, what, records...); err != nil {
		v.bot.log.ErrorContext(ctx, "refusal not noted", "error", err)
	}
	v.failed = true
	return v.tell(message, nil)
}

// do runs a command for those who may.
func (v *visit) do(ctx context.Context, c deskCommand, rest string) Response {
	if c.admin && !v.Admin {
		return *v.refuse(ctx, c.name, rest, "desk-admins-only")
	}
	patience := deskPatience
	if c.slow {
		patience = slowPatience
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var r Response
	err := safely(func() (err error) {
		r, err = c.run(ctx, v, strings.TrimSpace(rest))
		return err
	})
	if err != nil {
		v.failed = true
		v.bot.log.ErrorContext(ctx, "desk command not done", "command", c.name, "error", err)
		if v.submits {
			return v.keepOpen("desk-try-again", nil)
		}
		return *v.tell("desk-try-again", nil)
	}
	return r
}

// keepOpen says why a submitted form is not taken, and loses nothing of it.
func (v *visit) keepOpen(id string, values Values) Response {
	return Response{Errors: map[string]string{"": v.plain(id, values)}}
}

// say is a message in the person's language. Days in it are those of
// Düsseldorf, which is never behind UTC: a whole day stays the one that it is.
func (v *visit) say(id string, values Values) string {
	values = maps.Clone(values)
	for name, value := range values {
		if t, is := value.(time.Time); is {
			values[name] = t.In(here)
		}
	}
	return v.bot.texts.Say(v.language, id, values)
}

// plain is a message without its marks, for what shows plain text.
func (v *visit) plain(id string, values Values) string { return plainText(v.say(id, values)) }

// tell answers with one message.
func (v *visit) tell(id string, values Values) *Response {
	return &Response{View: v.view(v.say(id, values))}
}

// miss is told where what a button is about is no more. What the button stands
// in stays: it may be everybody's.
func (v *visit) miss(id string, values Values) Response {
	v.failed = true
	return *v.tell(id, values)
}

// view is a paragraph of CommonMark.
func (v *visit) view(text string) *View {
	return &View{Text: plainText(text), Blocks: []Block{{Text: text}}}
}

// plainText leaves out the marks of CommonMark.
func plainText(text string) string {
	var b strings.Builder
	escaped := false
	for _, r := range strings.ReplaceAll(text, "**", "") {
		switch {
		case escaped:
			escaped = false
			b.WriteRune(r)
		case r == '\\':
			escaped = true
		case r != '*' && r != '`':
			b.WriteRune(r)
		}
	}
	return b.String()
}
