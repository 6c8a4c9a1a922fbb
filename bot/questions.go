package bot

import "context"

// listQuestions lists the open ones, the oldest first: they have waited longest.
func listQuestions(ctx context.Context, v *visit, rest string) (Response, error) {
	q := DocumentQuery{Kind: DocumentQuestion, Open: true, Oldest: true, Limit: signUpsPage}
	docs, turn, err := v.leaf(ctx, q, "questions", rest)
	if err != nil {
		return Response{}, err
	}
	list, ids, err := v.questions(docs)
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
	if turn != nil {
		view.Blocks = append(view.Blocks, Block{Buttons: turn})
	}
	return Response{View: view}, v.audit(ctx, AuditRead, "questions", ids...)
}

// questions lists some, and their ids.
func (v *visit) questions(docs []*Document) (list *List, ids []string, err error) {
	list = &List{}
	for _, d := range docs {
		var question Question
		if err := d.read(&question); err != nil {
			return nil, nil, err
		}
		text := v.say("desk-question-line", Values{"Asked": Markdown(v.clocks(question.Asked)), "Text": cut(question.text(), 200), "Status": Markdown(v.say(question.status()))})
		list.Items = append(list.Items, Item{Text: text, Button: &Button{Label: v.say("desk-button-reply", nil), Data: "reply " + question.ID}})
		ids = append(ids, question.ID)
	}
	return list, ids, nil
}
