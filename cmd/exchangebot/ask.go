package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"exchangebot/adapters/terminal"
	"exchangebot/bot"
	"exchangebot/bot/knowledge"
	"exchangebot/bot/knowledge/eval"
	"exchangebot/locales"
)

// maxAlternatives is how many candidates are told.
const maxAlternatives = 5

type askCmd struct {
	Lang     string   `help:"Language of the questions, two letters. Unset: each question's own."`
	JSON     bool     `name:"json" help:"One JSON object a line."`
	Explain  bool     `help:"Tell what spoke for the best candidates."`
	Question []string `arg:"" optional:"" help:"The question. Unset: one a line from standard input."`
}

// asked is one answered question, as --json prints it.
type asked struct {
	Text         string             `json:"text"`
	Lang         knowledge.Language `json:"lang"`
	Action       knowledge.Action   `json:"action"`
	Topic        string             `json:"topic"` // empty unless Action is answer
	Score        float64            `json:"score"` // the best candidate's
	Alternatives []alternative      `json:"alternatives"`
	Answer       string             `json:"answer"` // Markdown
}

// alternative is a candidate, the answered topic included.
type alternative struct {
	Topic string  `json:"topic"`
	Score float64 `json:"score"`
}

func (a *askCmd) Run(c *Config, s streams) error {
	index, err := openLibrary(c.Knowledge).train(languages(a.Lang)...)
	if err != nil {
		return err
	}
	texts, err := locales.Texts()
	if err != nil {
		return err
	}
	if len(a.Question) > 0 {
		return a.ask(index, texts, strings.Join(a.Question, " "), s.out)
	}
	out := bufio.NewWriter(s.out)
	in := bufio.NewReader(s.in)
	for {
		line, err := in.ReadString('\n')
		if line != "" {
			if err := a.ask(index, texts, strings.TrimRight(line, "\r\n"), out); err != nil {
				return err
			}
			if in.Buffered() == 0 { // nobody types ahead: show the answer now
				if err := out.Flush(); err != nil {
					return err
				}
			}
		}
		if err == io.EOF {
			return out.Flush()
		}
		if err != nil {
			return fmt.Errorf("read questions: %w", err)
		}
	}
}

// languages is what --lang asks for: nothing means every language there is.
func languages(flag string) []bot.Language {
	if flag == "" {
		return nil
	}
	return []bot.Language{bot.Language(flag)}
}

// ask answers one question.
func (a *askCmd) ask(index *knowledge.Index, texts *bot.Texts, question string, w io.Writer) error {
	lang := bot.Language(a.Lang)
	if lang == "" {
		lang = language(index, question)
	}
	match := index.Match(question, lang)
	result := asked{Text: question, Lang: lang, Action: match.Action, Alternatives: []alternative{}}
	for _, candidate := range match.Candidates[:min(len(match.Candidates), maxAlternatives)] {
		result.Alternatives = append(result.Alternatives, alternative(candidate))
	}
	if len(match.Candidates) > 0 {
		result.Score = match.Candidates[0].Score
	}
	switch match.Action {
	case knowledge.Answer:
		topic, _ := index.Base().Topic(lang, match.Candidates[0].Topic)
		result.Topic, result.Answer = topic.ID, topic.Answer
	case knowledge.None:
		result.Answer = index.Base().None(lang).Answer
	}
	if a.JSON {
		line, err := json.Marshal(result)
		if err != nil {
			return fmt.Errorf("write answer: %w", err)
		}
		_, err = fmt.Fprintf(w, "%s\n", line)
		return err
	}
	return a.write(index, texts, result, w)
}

// write tells an answer to a person.
func (a *askCmd) write(index *knowledge.Index, texts *bot.Texts, result asked, w io.Writer) error {
	spoken := texts.ForLocale(string(result.Lang))
	var text string
	switch result.Action {
	case knowledge.Answer:
		topic, _ := index.Base().Topic(result.Lang, result.Topic)
		text = texts.Answer(topic)
	case knowledge.Suggest:
		text = texts.Say(spoken, "suggest", nil) + "\n"
		for _, candidate := range result.Alternatives[:min(len(result.Alternatives), 3)] {
			topic, _ := index.Base().Topic(result.Lang, candidate.Topic)
			text += "\n- " + bot.Escape(topic.Title)
		}
	default:
		text = result.Answer
		if text == "" {
			text = texts.Say(spoken, "no-answer", nil)
		}
	}
	if _, err := fmt.Fprintln(w, terminal.Render(text)); err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	if a.Explain {
		return eval.WriteExplanations(w, index.Explain(result.Text, result.Lang))
	}
	return nil
}

// language is the one a question is written in, or else the first of the base
// that the bot speaks.
func language(index *knowledge.Index, question string) bot.Language {
	if lang := index.Detect(question, ""); lang != "" {
		return lang
	}
	return index.Base().Languages()[0]
}
