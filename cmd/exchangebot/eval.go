package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"exchangebot/bot"
	"exchangebot/bot/knowledge"
	"exchangebot/bot/knowledge/eval"
)

type evalCmd struct {
	Lang        string   `help:"Language of the questions, two letters. Unset: that of the file's name (questions.de.tsv), else each question's own."`
	JSON        bool     `name:"json" help:"One JSON object for each language."`
	Explain     bool     `help:"Tell for each miss what spoke for the best candidates."`
	MinAccuracy float64  `placeholder:"SHARE" help:"Exit with 1 when the accuracy of a language is lower (0.9 or 90)."`
	File        []string `arg:"" optional:"" help:"Labelled questions. Unset: the knowledge base's own, by cross-validation."`
}

func (e *evalCmd) Run(c *Config, s streams) error {
	index, err := openLibrary(c.Knowledge).train(languages(e.Lang)...)
	if err != nil {
		return err
	}
	cases, err := e.read(index)
	if err != nil {
		return err
	}
	bar := e.MinAccuracy
	if bar > 1 {
		bar /= 100
	}
	var low []error
	for _, lang := range index.Base().Languages() {
		var report eval.Report
		switch {
		case len(e.File) == 0:
			report = eval.CrossValidate(index.Base(), lang)
		case len(cases[lang]) == 0:
			continue
		default:
			report = eval.Run(index, lang, cases[lang])
		}
		if err := e.write(report, s); err != nil {
			return err
		}
		if report.Accuracy < bar {
			low = append(low, fmt.Errorf("%s: accuracy %.1f %% is below %.1f %%", lang, 100*report.Accuracy, 100*bar))
		}
	}
	return errors.Join(low...)
}

// read sorts the labelled questions of all files by language.
func (e *evalCmd) read(index *knowledge.Index) (map[bot.Language][]eval.Case, error) {
	cases := map[bot.Language][]eval.Case{}
	for _, name := range e.File {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("read questions: %w", err)
		}
		list, err := eval.ReadTSV(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		fixed := e.language(index, name)
		for _, one := range list {
			lang := fixed
			if lang == "" {
				lang = language(index, one.Text)
			}
			cases[lang] = append(cases[lang], one)
		}
	}
	return cases, nil
}

// language is that of a whole file, or "".
func (e *evalCmd) language(index *knowledge.Index, file string) bot.Language {
	if e.Lang != "" {
		return bot.Language(e.Lang)
	}
	ending := filepath.Ext(strings.TrimSuffix(file, filepath.Ext(file)))
	lang := bot.Language(strings.TrimPrefix(ending, "."))
	if slices.Contains(index.Base().Languages(), lang) {
		return lang
	}
	return ""
}

func (e *evalCmd) write(report eval.Report, s streams) error {
	if !e.JSON {
		fmt.Fprintf(s.out, "== %s ==\n", report.Language)
		return report.WriteText(s.out, e.Explain)
	}
	line, err := json.Marshal(report)
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	_, err = fmt.Fprintf(s.out, "%s\n", line)
	return err
}
