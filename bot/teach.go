package bot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"exchangebot/bot/knowledge"
)

const (
	maxTitle     = 40 // characters: more is cut on buttons
	minQuestions = 3  // examples, in each language
)

// topicForm is what a topic's id looks like: the name of a file, and a part of buttons.
var topicForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,51}$`)

// teachFromQuestion opens the form that makes an answer of a question.
func teachFromQuestion(ctx context.Context, v *visit, id string) (Response, error) {
	q, err := v.bot.question(ctx, id)
	if err != nil {
		return Response{}, err
	}
	if why := q.gone(); why != "" {
		return *v.tell(why, nil), nil
	}
	p := Published{Texts: map[Language]PublishedText{q.Language: {Questions: []string{strings.Join(strings.Fields(q.text()), " ")}}}}
	return Response{Form: v.teachForm("teach "+id+" -", p, 0)}, v.audit(ctx, AuditRead, "teach", id)
}

// openAnswer lists what is published, or opens one topic: as it was published,
// or as the files have it.
func openAnswer(ctx context.Context, v *visit, topic string) (Response, error) {
	if topic == "" {
		return v.listAnswers(ctx)
	}
	var p Published
	d, err := loadDocument(ctx, v.bot.store, DocumentAnswer, topic, &p)
	if err != nil {
		return Response{}, err
	}
	if d.Version == 0 {
		p = Published{Topic: topic, Texts: map[Language]PublishedText{}}
		for _, lang := range v.bot.texts.Languages() {
			file, found := v.bot.knowledge.Load().Base().Topic(lang, topic)
			if !found {
				return *v.tell("desk-answer-none", Values{"Topic": topic}), nil
			}
			p.Texts[lang] = PublishedText{file.Title, file.Answer, file.Questions}
		}
	}
	return Response{Form: v.teachForm("teach - "+topic, p, d.Version)}, nil
}

func (v *visit) listAnswers(ctx context.Context) (Response, error) {
	published, err := PublishedAnswers(ctx, v.bot.store)
	if err != nil {
		return Response{}, err
	}
	if len(published) == 0 {
		return *v.tell("desk-answers-none", nil), nil
	}
	view, list := v.view(v.say("desk-answers", nil)), &List{}
	for _, p := range published[:min(len(published), 15)] {
		list.Items = append(list.Items, Item{
			Text:   v.say("desk-answer-line", Values{"Title": p.Texts[v.language].Title, "Topic": p.Topic, "Name": p.By, "Date": p.At}),
			Button: &Button{Label: v.say("desk-button-open", nil), Data: "answers " + p.Topic},
		})
	}
	view.Blocks = append(view.Blocks, Block{List: list})
	return Response{View: view}, nil
}

func (v *visit) teachForm(id string, p Published, version int64) *Form {
	form := &Form{ID: id + " " + fmt.Sprint(version), Title: v.plain("desk-teach", nil), Submit: v.say("desk-button-publish", nil), Cancel: v.say("desk-button-close", nil),
		Blocks: []Block{{Note: v.say("desk-teach-note", nil)}}}
	if version > 0 {
		form.Blocks = append(form.Blocks, Block{Text: v.say("desk-answer-line", Values{"Title": p.Texts[v.language].Title, "Topic": p.Topic, "Name": p.By, "Date": p.At})},
			Block{Buttons: []Button{{Label: v.say("desk-button-restore", nil), Data: "restore " + p.Topic}}})
	}
	if p.Topic == "" {
		form.Inputs = append(form.Inputs, Input{Name: "topic", Kind: InputLine, Label: v.plain("desk-teach-topic", nil), Hint: v.plain("desk-teach-topic-hint", nil), Max: 52})
	}
	for _, lang := range v.bot.texts.Languages() {
		text, name := p.Texts[lang], Values{"Language": Markdown(v.bot.texts.Say(lang, "language-name", nil))}
		form.Inputs = append(form.Inputs,
			Input{Name: "title-" + string(lang), Kind: InputLine, Label: v.plain("desk-teach-title", name), Value: []string{text.Title}, Max: maxTitle},
			Input{Name: "text-" + string(lang), Kind: InputText, Label: v.plain("desk-teach-text", name), Value: []string{text.Answer}, Max: 3000},
			Input{Name: "questions-" + string(lang), Kind: InputText, Label: v.plain("desk-teach-questions", name), Hint: v.plain("desk-teach-questions-hint", Values{"Count": minQuestions}),
				Value: []string{cut(strings.Join(text.Questions, "\n"), 3000)}, Max: 3000})
	}
	return form
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
	for _, lang := range v.bot.texts.Languages() {
		v.readText(p, lang, form, errs)
	}
	if done, err := v.bot.isPublished(ctx, p); err != nil || done { // by this very form, submitted again
		return *v.tell("desk-published", Values{"Title": p.Texts[v.language].Title, "Topic": p.Topic}), err
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
	err := v.bot.publish(ctx, p, version)
	if errors.Is(err, ErrConflict) {
		return v.keepOpen("desk-answer-meanwhile", Values{"Topic": p.Topic}), nil
	}
	if err == nil && parts[0] != "-" {
		err = v.bot.editQuestion(ctx, parts[0], func(q *Question) bool {
			q.note("desk-question-taught", p.At)
			return q.Chat != ""
		})
	}
	return *v.tell("desk-published", Values{"Title": p.Texts[v.language].Title, "Topic": p.Topic}), err
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
func (v *visit) readText(p Published, lang Language, form Submission, errs map[string]string) {
	name := func(input string) string { return input + "-" + string(lang) }
	text := PublishedText{form.first(name("title")), form.first(name("text")), listOf(form.first(name("questions")))}
	p.Texts[lang] = text
	if text.Title == "" || len([]rune(text.Title)) > maxTitle {
		errs[name("title")] = v.plain("desk-teach-title-length", Values{"Max": maxTitle})
	}
	if text.Answer == "" {
		errs[name("text")] = v.plain("desk-teach-both", nil)
	} else if len(text.Questions) > 0 && text.Title != "" {
		for _, problem := range knowledge.Check(p.topic(v.bot.texts, lang, knowledge.Topic{})) {
			errs[name("text")] = v.plain("desk-teach-problem", Values{"Problem": problem.Text})
		}
	}
	if len(text.Questions) < minQuestions {
		errs[name("questions")] = v.plain("desk-teach-questions-hint", Values{"Count": minQuestions})
	}
}

// restoreAnswer takes a published answer back.
func restoreAnswer(ctx context.Context, v *visit, topic string) (Response, error) {
	if err := v.audit(ctx, AuditChanged, "restore", topic); err != nil {
		return Response{}, err
	}
	return *v.tell("desk-restored", Values{"Topic": topic}), v.bot.restore(ctx, topic)
}
