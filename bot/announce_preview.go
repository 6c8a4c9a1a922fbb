package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// openAnnouncement shows one as it is, and what can be done with it.
func openAnnouncement(ctx context.Context, v *visit, id string) (Response, error) {
	a, none, err := v.announcement(ctx, id)
	if err != nil || none != nil {
		return orNone(none), err
	}
	form, err := v.review(ctx, a, "")
	if err != nil {
		return Response{}, err
	}
	return Response{Form: form}, v.audit(ctx, AuditRead, "announce-open", id)
}

// review shows what will be sent, to whom and when; how far it has come; and
// what can be done with it. notice is what has just been done.
func (v *visit) review(ctx context.Context, a *Announcement, notice string) (*Form, error) {
	form := &Form{ID: "announce-open " + a.ID + " " + a.version(), Title: v.plain("desk-announce", nil), Cancel: v.say("desk-button-close", nil)}
	if notice != "" {
		form.Blocks = append(form.Blocks, Block{Text: "**" + Escape(notice) + "**"})
	}
	errs := map[string]string{}
	if a.State == Drafted {
		var err error
		if errs, err = v.announceErrors(ctx, a); err != nil {
			return nil, err
		}
	}
	form.Blocks = append(form.Blocks, Block{Card: v.announcementCard(a)})
	if len(errs) > 0 {
		form.Blocks = append(form.Blocks, v.problems(v.announceForm(a), errs))
	}
	for _, warning := range v.warnings(a) {
		form.Blocks = append(form.Blocks, Block{Text: warning})
	}
	var p Progress
	if a.Started.IsZero() {
		reach, err := v.reach(ctx, a)
		if err != nil {
			return nil, err
		}
		form.Blocks = append(form.Blocks, reach...)
	} else {
		var err error
		if p, err = v.bot.Campaigns().Progress(ctx, a.ID); err != nil {
			return nil, err
		}
		form.Blocks = append(form.Blocks, v.course(a, p, 0)...)
	}
	form.Blocks = append(form.Blocks, Block{Buttons: v.ways(a, p, len(errs) == 0)})
	form.Blocks = append(form.Blocks, v.previews(a)...)
	return form, nil
}

// announcementCard is an announcement in short.
func (v *visit) announcementCard(a *Announcement) *Card {
	c := &Card{Title: v.titleOf(a), Fields: append([]Pair{{v.plain("desk-announce-whom", nil), v.whom(a.Audience)}}, v.when(a)...)}
	c.Fields = append(c.Fields, Pair{v.plain("desk-facet-status", nil), plainText(v.stateOf(a))})
	people := []string{v.say("desk-announce-author", Values{"Name": a.Author.Name, "Date": a.Created})}
	if a.Releaser.ID != "" {
		people = append(people, v.say("desk-announce-releaser", Values{"Name": a.Releaser.Name}))
	}
	if a.Approver.ID != "" {
		people = append(people, v.say("desk-announce-approver", Values{"Name": a.Approver.Name}))
	}
	c.Note = strings.Join(people, " · ")
	return c
}

// problems lists what is wrong, in the order of the form.
func (v *visit) problems(form *Form, errs map[string]string) Block {
	lines := []string{v.say("desk-announce-problems", nil), ""}
	for _, in := range form.Inputs {
		if text := errs[in.Name]; text != "" {
			lines = append(lines, "- **"+Escape(in.Label)+":** "+Escape(text))
		}
	}
	return Block{Text: strings.Join(lines, "\n")}
}

// reach says how many will get it, and how long that takes.
func (v *visit) reach(ctx context.Context, a *Announcement) ([]Block, error) {
	size, err := v.bot.Campaigns().Size(ctx, a.Audience)
	if err != nil {
		return nil, err
	}
	table := &Table{Title: v.plain("desk-announce-reach", Values{"Count": SumReached(size)}), Header: strings.Split(v.plain("desk-announce-reach-header", nil), ", "), Numbers: []bool{false, false, true}}
	for _, r := range size {
		table.Rows = append(table.Rows, []string{channelName(r.Channel), v.languageName(r.Language), fmt.Sprint(r.N)})
	}
	list := []Block{{Table: table}}
	if len(size) > 0 {
		list = append(list, Block{Note: v.say("desk-announce-lasts", Values{"Duration": Markdown(v.lasts(v.bot.Campaigns().Duration(size)))})})
	}
	return list, nil
}

// ways are what can be done with an announcement in its state.
func (v *visit) ways(a *Announcement, p Progress, complete bool) []Button {
	button := func(label, command string) Button {
		return Button{Label: v.say(label, nil), Data: command + " " + a.ID}
	}
	copied := button("desk-button-copy", "announce-copy")
	switch a.State {
	case Drafted:
		list := []Button{button("desk-button-edit", "announce"), button("desk-button-test", "announce-test")}
		if complete {
			list = append(list, button("desk-button-release", "announce-release"))
		}
		return append(list, copied, button("desk-button-discard", "announce-discard"))
	case Proposed:
		return []Button{button("desk-button-approve", "announce-approve"), button("desk-button-test", "announce-test"), button("desk-button-withdraw", "announce-cancel"), copied}
	}
	seen := func(b Button) bool { return strings.HasPrefix(b.Data, "announce-open ") }
	return append(slices.DeleteFunc(v.controls(a, p), seen), copied)
}

// previews show the announcement as each channel does, in each language.
func (v *visit) previews(a *Announcement) []Block {
	var list []Block
	for _, shown := range v.bot.Campaigns().Previews(a) {
		values := Values{"Channel": channelName(shown.Channel), "Language": v.languageName(shown.Language), "Count": shown.Length, "Length": shown.Length, "Limit": shown.Limit}
		list = append(list, Block{Heading: v.plain("desk-preview", values)})
		id := "desk-preview-length"
		if !shown.Fits() {
			id = "desk-preview-unfit"
		}
		list = append(list, Block{Note: v.say(id, values)})
		if a.Picture != "" {
			list = append(list, Block{Text: v.say("desk-preview-picture", Values{"Address": Markdown("<" + a.Picture + ">")})})
		}
		if shown.Text != "" {
			list = append(list, Block{Text: shown.Text})
		}
		var buttons []string
		for _, b := range slices.Concat(shown.Message.Buttons...) {
			label := "\\[ " + Escape(b.Label) + " \\]"
			if b.URL != "" {
				label = "[" + label + "](<" + b.URL + ">)"
			}
			buttons = append(buttons, label)
		}
		list = append(list, Block{Note: v.say("desk-preview-buttons", Values{"Buttons": Markdown(strings.Join(buttons, " "))})})
	}
	return list
}
