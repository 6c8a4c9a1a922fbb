package bot_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"exchangebot/bot"
)

func TestPhrases(t *testing.T) {
	desk := newBot(t, filled(t, 0)).Desk()
	german, french := desk.Phrases(t.Context(), clara), desk.Phrases(t.Context(), denis)
	for i := range reflect.TypeFor[bot.Phrases]().NumField() {
		de, fr := reflect.ValueOf(german).Field(i).String(), reflect.ValueOf(french).Field(i).String()
		if de == "" || fr == "" || de == fr {
			t.Errorf("%s: %q and %q", reflect.TypeFor[bot.Phrases]().Field(i).Name, de, fr)
		}
	}
	if len([]rune(german.Close)) > 24 || len([]rune(french.Close)) > 24 {
		t.Errorf("too long: %q, %q", german.Close, french.Close)
	}
}

// TestFormSurvives submits a form while the store is away: it stays open, and
// can be opened again with what was entered.
func TestFormSurvives(t *testing.T) {
	h := newHall(t)
	id := strings.Fields(replyOf(h.asks().View))[1]
	reply := h.desk.Press(t.Context(), clara, "reply "+id).Form
	topic := h.desk.Command(t.Context(), clara, "antworten contact").Form
	teach := h.desk.Press(t.Context(), clara, "teach "+id).Form
	for _, test := range []struct {
		form  *bot.Form
		input string
	}{{reply, "text"}, {topic, "text-fr"}, {teach, "title-de"}} {
		entered := bot.Submission{Form: test.form.ID, Values: map[string][]string{test.input: {"Gern, am **Montag**."}}}
		for _, input := range test.form.Inputs {
			if entered.Values[input.Name] == nil && len(input.Value) > 0 {
				entered.Values[input.Name] = input.Value
			}
		}
		h.store.Fail(errors.New("away"))
		if r := h.desk.Submit(t.Context(), clara, entered); r.View != nil || len(r.Errors) == 0 {
			t.Errorf("%s: the form is gone: %+v", test.form.ID, r)
		}
		h.store.Fail(nil)
		r := h.desk.Reopen(t.Context(), clara, entered)
		if r.Form == nil || r.Form.ID != test.form.ID {
			t.Errorf("%s opens again as %+v", test.form.ID, r)
			continue
		}
		for _, input := range r.Form.Inputs {
			if input.Name == test.input && input.Value[0] != "Gern, am **Montag**." {
				t.Errorf("%s: what was entered is %q", test.form.ID, input.Value)
			}
		}
	}
	record := h.desk.Reopen(t.Context(), nobody, bot.Submission{Form: reply.ID})
	if record.Form != nil {
		t.Error("a stranger opens a form")
	}
	if r := h.desk.Reopen(t.Context(), clara, bot.Submission{Form: "nonsense"}); r.Notice == "" {
		t.Errorf("nonsense opens %+v", r)
	}
}
