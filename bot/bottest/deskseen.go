package bottest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"exchangebot/bot"
)

// settle waits until everybody is told, and writes what they see.
func (p *hall) settle() {
	if !p.away {
		ctx, cancel := context.WithTimeout(p.t.Context(), 20*time.Second)
		defer cancel()
		wind := func() { p.now.Add(int64(4 * time.Second)) } // the board is not written on more often
		if err := errors.Join(p.store.AwaitTold(ctx), p.store.AwaitSent(ctx, wind)); err != nil {
			p.t.Error(err)
		}
	}
	posts := p.board.Posts()
	for i, post := range posts {
		where, mark := "board", "<"
		if post.Thread != "" {
			where = "thread"
		}
		if i < len(p.posted) {
			if mark = "~"; fmt.Sprint(drawn(p.posted[i].View)) == fmt.Sprint(drawn(post.View)) {
				continue
			}
		}
		page{&p.out, where + " " + mark}.view(post.View)
		p.past = append(p.past, post.View)
	}
	p.posted = posts
	p.hear("citizen ")
}

func drawn(v bot.View) string {
	var b strings.Builder
	page{&b, ""}.view(v)
	return b.String()
}

// see writes what somebody sees, and keeps it in mind.
func (p *hall) see(who *clerk, r bot.Response) {
	out := page{&p.out, "<"}
	if r.Replace {
		out.mark = "~"
	}
	if r.Form != nil {
		if err := CheckForm(*r.Form); err != nil {
			p.t.Error(err)
		}
		out.form(*r.Form)
	}
	switch {
	case r.Form != nil:
		who.form, who.values = r.Form, map[string][]string{}
		for _, in := range r.Form.Inputs {
			who.values[in.Name] = in.Value
		}
	case len(r.Errors) == 0:
		who.form = nil
	}
	if r.View != nil {
		if err := CheckView(*r.View); err != nil {
			p.t.Error(err)
		}
		out.view(*r.View)
		who.seen = append(who.seen, *r.View)
	}
	if r.File != nil {
		out.line("{%s}", r.File.Name)
		if err := out.file(*r.File); err != nil {
			p.t.Error(err)
		}
	}
	out.mark = "*"
	out.text(r.Errors[""])
	if who.form != nil {
		for _, in := range who.form.Inputs {
			if wrong := r.Errors[in.Name]; wrong != "" {
				out.line("%s: %s", in.Label, wrong)
			}
		}
	}
	out.text(r.Notice)
}
