package bottest

import (
	"fmt"
	"slices"
	"strings"

	"exchangebot/bot"
)

// clerk is somebody at the desk.
type clerk struct {
	bot.Staff
	seen   []bot.View
	form   *bot.Form
	values map[string][]string
}

// say has somebody call, press, submit or ask something.
func (p *hall) say(who *clerk, text string) {
	ctx, desk := p.t.Context(), p.bot.Desk
	switch line, command := strings.CutPrefix(text, "/exchange"); {
	case command:
		p.do(func() { p.see(who, desk().Command(ctx, who.Staff, line)) })
	case text == "home":
		p.do(func() {
			v := desk().Home(ctx, who.Staff)
			p.see(who, bot.Response{View: &v})
		})
	case strings.HasPrefix(text, "["):
		label, about, _ := strings.Cut(text[1:], "]")
		if f := who.form; f != nil && f.Submit == label && about == "" {
			form := bot.Submission{Form: f.ID, Values: who.values}
			p.do(func() { p.see(who, desk().Submit(ctx, who.Staff, form)) })
			return
		}
		data := p.find(who, label, strings.TrimSpace(about))
		p.do(func() { p.see(who, desk().Press(ctx, who.Staff, data)) })
	default:
		p.do(func() {
			r, asked := desk().Ask(ctx, who.Staff, text)
			if !asked {
				fmt.Fprintln(&p.out, "* (taken for a citizen’s question)")
			}
			p.see(who, r)
		})
	}
}

// question is the newest one on the board.
func (p *hall) question() string {
	for _, post := range slices.Backward(p.board.Posts()) {
		if post.Thread == "" && strings.HasPrefix(post.Key, "question:") {
			return post.ID
		}
	}
	p.t.Fatal("there is no question on the board")
	return ""
}

// write has somebody write in its thread.
func (p *hall) write(who *clerk, text string) {
	p.count++
	m := bot.ThreadMessage{ID: fmt.Sprint("t", p.count), Thread: p.question(), Text: text}
	p.do(func() {
		r, mine := p.bot.Desk().Thread(p.t.Context(), who.Staff, m)
		if !mine {
			p.t.Errorf("%q stands in no thread of a question", text)
		}
		p.see(who, r)
	})
}

// find is what the newest button with a label does, in the line or card that
// tells about something.
func (p *hall) find(who *clerk, label, about string) string {
	views := slices.Concat(p.past, who.seen)
	if who.form != nil {
		views = append(views, bot.View{Blocks: who.form.Blocks})
	}
	for _, v := range slices.Backward(views) {
		for _, b := range v.Blocks {
			buttons, text := b.Buttons, drawn(bot.View{Blocks: []bot.Block{b}})
			if b.Card != nil {
				buttons = append(slices.Clone(buttons), b.Card.Buttons...)
			}
			if b.List != nil {
				for _, item := range b.List.Items {
					if item.Button != nil && strings.Contains(item.Text, about) {
						buttons = append(slices.Clone(buttons), *item.Button)
					}
				}
			}
			i := slices.IndexFunc(buttons, func(b bot.Button) bool { return spaces(b.Label) == spaces(label) })
			if i >= 0 && strings.Contains(text, about) {
				return buttons[i].Data
			}
		}
	}
	p.t.Fatalf("%s sees no button %q", who.Name, label)
	return ""
}

// enter puts something into the open form, by the label of the input.
func (p *hall) enter(who *clerk, text string) {
	label, value, _ := strings.Cut(text, ":")
	value = strings.TrimSpace(value)
	if who.form == nil {
		p.t.Fatalf("%s sees no form", who.Name)
	}
	for _, in := range who.form.Inputs {
		if !strings.HasPrefix(spaces(in.Label), label) {
			continue
		}
		who.values[in.Name] = nil
		if value != "" {
			who.values[in.Name] = []string{value}
		}
		for _, o := range in.Options {
			if o.Label == value {
				who.values[in.Name] = []string{o.Value}
			}
		}
		return
	}
	p.t.Fatalf("the form asks for no %q", label)
}
