package bot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"exchangebot/bot/knowledge"
	"exchangebot/bot/query"
)

const (
	maxTitle     = 40   // characters: more is cut on buttons
	maxEntered   = 3000 // characters of a text: more fits into no input
	minQuestions = 3    // examples, in each language
)

// topicForm is what a topic's id looks like: the name of a file, and a part of buttons.
var topicForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,49}$`)

// teachFromQuestion opens the form that makes an answer of a question.
func teachFromQuestion(ctx context.Context, v *visit, id string) (Response, error) {
	q, err := v.bot.question(ctx, id)
	if err != nil {
		return Response{}, err
	}
	if why := q.gone(); why != "" {
		return v.miss(why, nil), nil
	}
	var said []string
	text := PublishedText{Questions: []string{strings.Join(strings.Fields(q.text()), " ")}}
	for _, s := range q.Said {
		if s.From == CityHall {
			said = append(said, s.Text)
		}
	}
	text.Answer = cut(strings.Join(said, "\n\n"), maxEntered)
	p := Published{Texts: map[Language]PublishedText{q.Language: text}}
	return Response{Form: v.teachForm("teach "+id+" -", p, 0)}, v.audit(ctx, AuditRead, "teach", id)
}

// openAnswer lists what is published, or opens one topic: as it was published,
// or as the files have it.
func openAnswer(ctx context.Context, v *visit, topic string) (Response, error) {
	if page, is := strings.CutPrefix(topic, answersPage); is || topic == "" {
		n, _ := strconv.Atoi(page)
		return v.listAnswers(ctx, max(n, 0))
	}
	p, version, err := v.bot.answerOf(ctx, topic)
	if err != nil {
		return Response{}, err
	}
	if len(p.Texts) == 0 {
		return v.nearAnswers(topic), nil
	}
	return Response{Form: v.teachForm("teach - "+topic, p, version)}, nil
}

// nearAnswers lists the topics that somebody may mean who knows no more of one
// than a part of its title.
func (v *visit) nearAnswers(what string) Response {
	list := &List{}
	for _, topic := range v.bot.knowledge.Load().Base().Topics(v.language) {
		if strings.Contains(fold(topic.Title+" "+topic.ID), fold(what)) && len(list.Items) < answersAtOnce {
			list.Items = append(list.Items, Item{Text: "**" + Escape(topic.Title) + "** (`" + topic.ID + "`)",
				Button: &Button{Label: v.say("desk-button-open", nil), Data: "answers " + topic.ID}})
		}
	}
	if len(list.Items) == 0 {
		r := v.miss("desk-answer-none", Values{"Topic": what})
		r.View.Blocks = append(r.View.Blocks, Block{Note: v.say("desk-answer-titles", nil)})
		return r
	}
	r := v.miss("desk-answer-near", Values{"Topic": what})
	r.View.Blocks = append(r.View.Blocks, Block{List: list})
	return r
}

// answerOf is what a topic says: as it was published, or else, with version 0,
// as the files have it. Its Texts are empty where there is no such topic.
func (b *Bot) answerOf(ctx context.Context, topic string) (p Published, version int64, err error) {
	d, err := loadDocument(ctx, b.store, DocumentAnswer, topic, &p)
	if err != nil {
		return p, 0, err
	}
	if d.Version > 0 {
		return p, d.Version, nil
	}
	p = Published{Topic: topic, Texts: map[Language]PublishedText{}}
	for _, lang := range b.texts.Languages() {
		file, found := b.files.Load().Base().Topic(lang, topic)
		if !found {
			return Published{}, 0, nil
		}
		p.Texts[lang] = PublishedText{file.Title, file.Answer, file.Questions}
	}
	return p, 0, nil
}

const (
	answersPage   = "page:" // and from the how manieth on
	answersAtOnce = 15
)

func (v *visit) listAnswers(ctx context.Context, from int) (Response, error) {
	published, err := PublishedAnswers(ctx, v.bot.store)
	if err != nil {
		return Response{}, err
	}
	if len(published) == 0 {
		return *v.tell("desk-answers-none", nil), nil
	}
	if from >= len(published) { // some were taken back
		from = 0
	}
	published = published[from:]
	view, list := v.view(v.say("desk-answers", nil)), &List{}
	for _, p := range published[:min(len(published), answersAtOnce)] {
		list.Items = append(list.Items, Item{
			Text:   v.say("desk-answer-line", Values{"Title": p.Texts[v.language].Title, "Topic": Markdown(p.Topic), "Name": p.By, "Date": p.At}),
			Button: &Button{Label: v.say("desk-button-open", nil), Data: "answers " + p.Topic},
		})
	}
	view.Blocks = append(view.Blocks, Block{List: list})
	var turn []Button
	if from > 0 {
		turn = append(turn, Button{Label: v.say("desk-button-newer", nil), Data: "answers " + answersPage + strconv.Itoa(max(0, from-answersAtOnce))})
	}
	if len(published) > answersAtOnce {
		turn = append(turn, Button{Label: v.say("desk-button-older", nil), Data: "answers " + answersPage + strconv.Itoa(from+answersAtOnce)})
	}
	if turn != nil {
		view.Blocks = append(view.Blocks, Block{Buttons: turn})
	}
	return Response{View: view}, nil
}

func (v *visit) teachForm(id string, p Published, version int64) *Form {
	form := &Form{ID: id + " " + fmt.Sprint(version), Title: v.plain("desk-teach", nil), Submit: v.say("desk-button-publish", nil), Cancel: v.say("desk-button-close", nil),
		Blocks: []Block{{Note: v.say("desk-teach-note", nil)}}}
	if version > 0 {
		form.Blocks = append(form.Blocks, Block{Text: v.say("desk-answer-line", Values{"Title": p.Texts[v.language].Title, "Topic": Markdown(p.Topic), "Name": p.By, "Date": p.At})},
			Block{Buttons: []Button{{Label: v.say("desk-button-restore", nil), Data: fmt.Sprintf("restore %s %d", p.Topic, version)}}})
	}
	if p.Topic != "" {
		form.Title = v.plain("desk-teach-edit", nil)
	} else {
		form.Inputs = append(form.Inputs, Input{Name: "topic", Kind: InputLine, Label: v.plain("desk-teach-topic", nil), Hint: v.plain("desk-teach-topic-hint", nil), Max: 50})
	}
	for _, lang := range v.bot.texts.Languages() {
		text, name := p.Texts[lang], Values{"Language": Markdown(v.valueName(query.Language, string(lang)))}
		shown, hidden := shownQuestions(text.Questions)
		hint := v.plain("desk-teach-questions-hint", Values{"Count": minQuestions})
		if len(hidden) > 0 {
			hint = v.plain("desk-teach-questions-more", Values{"Count": len(hidden)})
		}
		form.Inputs = append(form.Inputs,
			Input{Name: "title-" + string(lang), Kind: InputLine, Label: v.plain("desk-teach-title", name), Value: []string{text.Title}, Max: maxTitle},
			Input{Name: "text-" + string(lang), Kind: InputText, Label: v.plain("desk-teach-text", name), Hint: v.plain("desk-teach-text-hint", nil), Value: []string{text.Answer}, Max: maxEntered},
			Input{Name: "questions-" + string(lang), Kind: InputText, Label: v.plain("desk-teach-questions", name), Hint: hint,
				Value: []string{strings.Join(shown, "\n")}, Max: maxEntered})
	}
	return form
}

// shownQuestions are as many examples as a form has room for, and those that stay as they are.
func shownQuestions(all []string) (shown, hidden []string) {
	room := maxEntered
	for i, question := range all {
		if room -= len([]rune(question)) + 1; room < 0 {
			return all[:i], all[i:]
		}
	}
	return all, nil
}

// publishAnswer takes the form: "<question or -> <topic or -> <version>".
func publishAnswer(ctx context.Context, v *visit, rest string, form Submission) (Response, error) {
	parts := strings.Fields(rest)
	if len(parts) != 3 {
		return Response{Notice: v.say("stale", nil)}, nil
	}
	p := Published{Topic: parts[1], By: v.Name, At: v.bot.now().UTC(), Texts: map[Language]PublishedText{}}
	errs := map[string]string{}
	isNew := p.Topic == "-"
	if isNew {
		p.Topic = strings.ToLower(form.first("topic"))
	}
	was, _, err := v.bot.answerOf(ctx, p.Topic)
	if err != nil {
		return Response{}, err
	}
	for _, lang := range v.bot.texts.Languages() {
		_, hidden := shownQuestions(was.Texts[lang].Questions)
		v.readText(p, lang, form, hidden, errs)
	}
	if done, err := v.bot.isPublished(ctx, p); err != nil || done { // by this very form, submitted again
		return *v.tell("desk-published", Values{"Title": p.Texts[v.language].Title, "Topic": Markdown(p.Topic)}), err
	}
	if message := v.topicProblem(p.Topic); isNew && message != "" {
		errs["topic"] = v.plain(message, Values{"Topic": p.Topic})
	}
	if len(errs) > 0 {
		return Response{Errors: errs}, nil
	}
	if err := v.audit(ctx, AuditChanged, "publish", p.Topic); err != nil {
		return Response{}, err
	}
	version, _ := strconv.ParseInt(parts[2], 10, 64)
	err = v.bot.publish(ctx, p, version)
	if errors.Is(err, ErrConflict) {
		return v.keepOpen("desk-answer-meanwhile", Values{"Topic": p.Topic}), nil
	}
	if err == nil && parts[0] != "-" {
		err = v.bot.editQuestion(ctx, parts[0], func(q *Question) bool {
			q.note("desk-question-taught", p.At)
			return q.Chat != ""
		})
	}
	return *v.tell("desk-published", Values{"Title": p.Texts[v.language].Title, "Topic": Markdown(p.Topic)}), err
}

// topicProblem is the message that says why a new topic cannot be called so.
func (v *visit) topicProblem(topic string) string {
	base := v.bot.knowledge.Load().Base()
	_, taken := base.Topic(v.language, topic)
	switch {
	case !topicForm.MatchString(topic) || topic == knowledge.NoneID:
		return "desk-topic-form"
	case taken:
		return "desk-topic-taken"
	}
	return ""
}

// readText reads one language of the form, and notes what is wrong with it.
// hidden are examples that it had no room for.
func (v *visit) readText(p Published, lang Language, form Submission, hidden []string, errs map[string]string) {
	name := func(input string) string { return input + "-" + string(lang) }
	text := PublishedText{form.first(name("title")), form.first(name("text")), append(listOf(form.first(name("questions"))), hidden...)}
	p.Texts[lang] = text
	if text.Title == "" || len([]rune(text.Title)) > maxTitle {
		errs[name("title")] = v.plain("desk-teach-title-length", Values{"Max": maxTitle})
	}
	if text.Answer == "" {
		errs[name("text")] = v.plain("desk-teach-both", nil)
	} else if len(text.Questions) > 0 && text.Title != "" {
		if problems := knowledge.Check(p.topic(v.bot.texts, lang, knowledge.Topic{})); len(problems) > 0 { // all else is looked at here
			errs[name("text")] = v.plain("desk-teach-problem", nil)
		}
	}
	if len(text.Questions) < minQuestions {
		errs[name("questions")] = v.plain("desk-teach-questions-hint", Values{"Count": minQuestions})
	}
}

// restoreAnswer takes a published answer back, "<topic> <version>": what the
// files say counts again, if they say anything. Of one that somebody else has
// changed since the button was shown, it takes nothing back.
func restoreAnswer(ctx context.Context, v *visit, rest string) (Response, error) {
	topic, shown, _ := strings.Cut(rest, " ")
	p, version, err := v.bot.answerOf(ctx, topic)
	switch {
	case err != nil:
		return Response{}, err
	case len(p.Texts) == 0 && shown == "":
		return v.miss("desk-answer-none", Values{"Topic": topic}), nil
	case version > 0 && fmt.Sprint(version) != shown:
		return v.miss("desk-answer-meanwhile", Values{"Topic": topic}), nil
	}
	if err := v.audit(ctx, AuditChanged, "restore", topic); err != nil {
		return Response{}, err
	}
	err = v.bot.restore(ctx, topic, version)
	if errors.Is(err, ErrConflict) {
		return v.miss("desk-answer-meanwhile", Values{"Topic": topic}), nil
	}
	message := "desk-restored"
	if _, found := v.bot.files.Load().Base().Topic(v.language, topic); !found {
		message = "desk-removed"
	}
	return *v.tell(message, Values{"Topic": Markdown(topic)}), err
}
