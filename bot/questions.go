package bot

import "context"

// listQuestions lists the open ones, the oldest first: they have waited longest.
func listQuestions(ctx context.Context, v *visit, rest string) (Response, error) {
	q := DocumentQuery{Kind: DocumentQuestion, Open: true, Oldest: true, Limit: signUpsPage + 1}
	if rest != "" {
		after, err := v.bot.store.Document(ctx, DocumentQuestion, rest)
		if err != nil {
			return Response{}, err
		}
		if after.Version > 0 {
			q.After = after
		}
	}
	list, ids, next, err := v.questions(ctx, q)
	if err != nil {
		return Response{}, err
	}
	message := "desk-questions"
	if len(list.Items) == 0 {
		message = "desk-questions-none"
	}
	view := v.view(v.say(message, nil))
	if len(list.Items) > 0 {
		view.Blocks = append(view.Blocks, Block{List: list})
	}
	if next != "" {
		view.Blocks = append(view.Blocks, Block{Buttons: []Button{{Label: v.say("button-next", nil), Data: "questions " + next}}})
	}
	return Response{View: view}, v.audit(ctx, AuditRead, "questions", ids...)
}

// questions lists those of a query whose limit is one more than wanted; next
// names the last one where there are more.
func (v *visit) questions(ctx context.Context, q DocumentQuery) (list *List, ids []string, next string, err error) {
	docs, err := v.bot.store.Documents(ctx, q)
	if err != nil {
		return nil, nil, "", err
	}
	list = &List{}
	for _, d := range docs[:min(len(docs), q.Limit-1)] {
		var question Question
		if err := d.read(&question); err != nil {
			return nil, nil, "", err
		}
		text := v.say("desk-question-line", Values{"Asked": Markdown(v.clocks(question.Asked)), "Text": cut(question.text(), 200), "Status": Markdown(v.say(question.status()))})
		list.Items = append(list.Items, Item{Text: text, Button: &Button{Label: v.say("desk-button-reply", nil), Data: "reply " + question.ID}})
		ids = append(ids, question.ID)
	}
	if len(docs) == q.Limit {
		next = docs[q.Limit-2].Key
	}
	return list, ids, next, nil
}
