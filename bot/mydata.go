package bot

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// myData shows what is stored about the citizen, or sends it as a file.
func (t *Turn) myData(args []string) {
	if len(args) > 0 && args[0] == "file" {
		t.sendMyData()
		return
	}
	t.showMyData(args)
}

func (t *Turn) showMyData([]string) {
	c, v := t.Conversation, t.Volunteer
	text := t.Text("mydata-chat", Values{"Language": t.Text("language-name", nil), "Since": c.since(t.bot.now())})
	var buttons [][]Button
	switch {
	case v.Version > 0 && v.Status == StatusWithdrawn:
		text += "\n\n" + t.Text("mydata-withdrawn", Values{"Reference": v.Reference, "Date": v.Consent.Withdrawn, "List": Markdown(t.list(valuesOf(v)))})
		buttons = [][]Button{{{Label: t.Text("button-signup", nil), Data: "/signup"}}}
	case v.Version > 0:
		text += "\n\n" + t.Text("mydata-record", Values{"Reference": v.Reference, "Created": v.Created, "Changed": v.Changed,
			"Status": Markdown(t.Text("status-"+string(v.Status), nil)), "List": Markdown(t.list(valuesOf(v)))})
		if v.Notes != "" {
			text += "\n\n" + t.Text("mydata-notes", Values{"Notes": Markdown(escapeLines(v.Notes))})
		}
		buttons = append(t.editButtons(valuesOf(v)), []Button{{Label: t.Text("button-withdraw", nil), Data: "/withdraw"}})
	}
	if p := c.Position; p != nil && !p.Record {
		text += "\n\n" + t.Text("mydata-unfinished", Values{"List": Markdown(t.list(p.Values)), "Days": t.bot.periods.UnfinishedDays})
		buttons = [][]Button{{{Label: t.Text("button-continue", nil), Data: "/signup"}, {Label: t.Text("button-discard", nil), Data: "/discard"}}}
	} else if v.Version == 0 {
		text += "\n\n" + t.Text("mydata-none", nil)
	}
	if s := t.Subscriber; s.Version > 0 {
		text += "\n\n" + t.Text("mydata-news-"+string(s.State), Values{"Date": s.Since, "Fields": t.newsFields(), "Language": t.bot.texts.Say(t.bot.texts.ForLocale(string(s.Language)), "language-name", nil)})
	}
	if len(t.linked) > 0 {
		text += "\n\n" + t.Text("mydata-linked", nil)
	}
	text += t.myQuestions()
	buttons = append(buttons, []Button{
		{Label: t.Text("button-file", nil), Data: "/mydata file"},
		{Label: t.Text("button-delete", nil), Data: "/delete"},
	})
	t.Say(Message{Text: text, Buttons: buttons})
}

// myQuestions are those that were passed on, and those that still can be.
func (t *Turn) myQuestions() string {
	var text string
	if len(t.questions) > 0 {
		var lines []string
		for _, q := range t.questions[max(0, len(t.questions)-questionsShown):] {
			lines = append(lines, "- "+t.Text("mydata-question", Values{"Text": cut(q.text(), 200), "Date": q.Asked}))
		}
		text += "\n\n" + t.Text("mydata-questions", Values{"Count": len(t.questions), "List": Markdown(strings.Join(lines, "\n")), "Days": t.bot.periods.UnfinishedDays})
	}
	if n := len(t.Conversation.Unanswered); n > 0 {
		text += "\n\n" + t.Text("mydata-unanswered", Values{"Count": n})
	}
	return text
}

// questionsShown is how many questions are shown, the latest; the file has them all.
const questionsShown = 5

// since is when the chat began; for one that was not stored yet, now.
func (c *Conversation) since(now time.Time) time.Time {
	if c.Created.IsZero() {
		return now
	}
	return c.Created
}

// myFile is what the citizen takes along: everything that is stored.
type myFile struct {
	Chat          ChatID      `json:"chat"`
	Conversation  chatFile    `json:"conversation"`
	SignUp        *Volunteer  `json:"sign_up,omitempty"`
	Announcements *Subscriber `json:"announcements,omitempty"`
	Unfinished    *Position   `json:"unfinished_sign_up,omitempty"`
	Questions     []myTalk    `json:"questions_to_the_city,omitempty"`
	Linked        []string    `json:"linked_to_staff,omitempty"` // their ids
}

// myTalk is a question that was passed on, and what was said about it.
type myTalk struct {
	Asked time.Time `json:"asked"`
	Said  []Said    `json:"said"`
}

type chatFile struct {
	Created  time.Time    `json:"created,omitzero"`
	Changed  time.Time    `json:"changed,omitzero"`
	Chosen   Language     `json:"chosen_language,omitempty"`
	Spoken   Language     `json:"spoken_language,omitempty"`
	Handled  []string     `json:"handled_messages,omitempty"` // their numbers
	Pressed  []string     `json:"pressed_buttons,omitempty"`
	Asked    []Unanswered `json:"unanswered_questions,omitempty"`
	Unspoken []Reply      `json:"replies_under_way,omitempty"`
}

func (t *Turn) sendMyData() {
	c := t.Conversation
	file := myFile{Chat: c.Chat, Unfinished: c.Position, Linked: t.linked, Conversation: chatFile{
		Created: c.Created, Changed: c.Changed, Chosen: c.Chosen, Spoken: c.Spoken, Handled: c.Handled, Pressed: c.Spent, Asked: c.Unanswered, Unspoken: c.Pending}}
	if t.Volunteer.Version > 0 {
		file.SignUp = t.Volunteer
	}
	if t.Subscriber.Version > 0 {
		file.Announcements = t.Subscriber
	}
	for _, q := range t.questions {
		said := slices.DeleteFunc(slices.Clone(q.Said), func(s Said) bool { return s.From == Clerk })
		file.Questions = append(file.Questions, myTalk{q.Asked, said})
	}
	// An earlier copy of this file that is not known to be sent adds nothing.
	file.Conversation.Unspoken = slices.DeleteFunc(slices.Clone(c.Pending), func(r Reply) bool {
		return slices.ContainsFunc(r.Messages, func(m Message) bool { return m.File != nil })
	})
	data, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		panic(err) // nothing in it can be refused
	}
	t.Say(Message{Text: t.Text("mydata-file", nil), File: &File{Name: t.Text("mydata-file-name", nil), MediaType: "application/json", Data: data}})
}

// deleteMyData asks once, and then forgets all that names the citizen.
func (t *Turn) deleteMyData(args []string) {
	if len(args) == 1 && args[0] == "yes" && (t.Kind == KindPress || t.awaited == "delete") {
		t.messages, t.forget, t.unsaved = nil, true, "not-deleted" // pressed once more, it is no first contact
		t.Show(Message{Text: t.Text("deleted", nil)})
		return
	}
	if len(args) == 1 && args[0] == "no" {
		t.Show(Message{Text: t.Text("delete-kept", nil)})
		t.askAgain()
		return
	}
	t.askToDelete("delete-sure")
}

// askToDelete waits for a yes or no, pressed or written.
func (t *Turn) askToDelete(id string) {
	t.Conversation.Awaits = "delete"
	t.Say(Message{Text: t.Text(id, nil), Buttons: [][]Button{
		{{Label: t.Text("button-delete-yes", nil), Data: "/delete yes"}},
		{{Label: t.Text("button-delete-no", nil), Data: "/delete no"}},
	}})
}

// leave answers those who were asked whether to stay, and say no.
func (t *Turn) leave([]string) {
	t.leaves = true
	t.askToDelete("stay-no")
}

// withdraw takes the consent back, with one press as it was given: what says
// who the volunteer is, is gone at once.
func (t *Turn) withdraw([]string) {
	v := t.Volunteer
	if v.Version == 0 || v.Status == StatusWithdrawn {
		t.Say(Message{Text: t.Text("nothing-to-withdraw", nil), Buttons: t.ways()})
		return
	}
	v.withdraw(t.bot.now().UTC().Truncate(time.Millisecond))
	t.save = true
	t.Conversation.Position, t.Conversation.Pending = nil, nil // earlier replies may name them
	t.Count(EventWithdrawn, "", t.Language)
	if t.Kind == KindPress {
		t.Say(Message{Edit: t.Press.Message})
	}
	t.Say(Message{Text: t.Text("withdrawn", Values{"Reference": v.Reference, "Days": t.bot.periods.UnfinishedDays}), Buttons: [][]Button{{
		{Label: t.Text("button-delete", nil), Data: "/delete"},
		{Label: t.Text("button-signup", nil), Data: "/signup"},
	}}})
}

// withdraw leaves of a record what names nobody.
func (v *Volunteer) withdraw(now time.Time) {
	v.Organisation, v.Name, v.Email, v.Phone, v.Offers, v.Seeks, v.EmailKey, v.Notes = "", "", "", "", "", "", "", ""
	v.Status, v.Consent.Withdrawn, v.Changed, v.Seen = StatusWithdrawn, now, now, now
}
