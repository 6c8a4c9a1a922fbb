package knowledge

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// minQuestions is the number of examples below which a topic is hard to find.
const minQuestions = 5

// idForm is what buttons and links can name: Telegram's 64 bytes of callback
// data less the longest command before it, in the letters of its deep links.
var idForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,50}$`)

// Load reads the base laid out as <lang>/<topic>.md in fsys: the given
// languages, or all that have a folder. Every problem is reported at once, as
// [Problems]; when there is only what is likely to disappoint, it is left to
// [Base.Warnings].
func Load(fsys fs.FS, langs ...Language) (*Base, error) {
	all := len(langs) == 0
	if all {
		entries, err := fs.ReadDir(fsys, ".")
		if err != nil {
			return nil, fmt.Errorf("read knowledge base: %w", err)
		}
		for _, e := range entries {
			if e.IsDir() && len(e.Name()) == 2 {
				langs = append(langs, Language(e.Name()))
			}
		}
	}
	var sources []source
	var problems Problems
	for _, lang := range langs {
		entries, err := fs.ReadDir(fsys, string(lang))
		if err != nil {
			problems = append(problems, Problem{string(lang), 0, "there is no such folder of answers"})
			continue
		}
		for _, e := range entries {
			id, isMarkdown := strings.CutSuffix(e.Name(), ".md")
			if e.IsDir() || !isMarkdown || strings.HasPrefix(id, ".") {
				continue
			}
			file := path.Join(string(lang), e.Name())
			data, err := fs.ReadFile(fsys, file)
			if err != nil {
				problems = append(problems, Problem{file, 0, "cannot be read: " + errors.Unwrap(err).Error()})
				continue
			}
			s, found := parse(file, lang, id, data)
			sources = append(sources, s)
			problems = append(problems, found...)
		}
	}
	if len(sources) == 0 && len(problems) == 0 {
		problems = append(problems, Problem{Text: "no answers found: expected files such as de/contact.md"})
	}
	crossProblems, warnings := crossCheck(sources, langs)
	problems = append(problems, crossProblems...)
	if len(problems) > 0 {
		problems = append(problems, warnings...)
		problems.sort()
		return nil, problems
	}
	topics := make([]Topic, len(sources))
	for i, s := range sources {
		topics[i] = s.Topic
	}
	b, err := New(topics)
	if err != nil {
		return nil, err
	}
	warnings.sort()
	b.warnings = append(b.warnings, warnings...)
	return b, nil
}

// crossCheck finds what only shows when all files are seen together.
func crossCheck(sources []source, langs []Language) (problems, warnings Problems) {
	files := map[Language]map[string]bool{}
	ids := map[string]string{} // id: a file that has it
	asked := map[Language]map[string]source{}
	for _, lang := range langs {
		files[lang], asked[lang] = map[string]bool{}, map[string]source{}
	}
	for _, s := range sources {
		files[s.Language][s.ID] = true
		if ids[s.ID] == "" {
			ids[s.ID] = s.File
		}
	}
	for _, s := range sources {
		for i, r := range s.Related {
			if !files[s.Language][r] || r == NoneID {
				problems = append(problems, Problem{s.File, s.related[i], fmt.Sprintf("related topic %q does not exist in this language", r)})
			}
		}
		for i, q := range s.Questions {
			key := plain(q)
			if first, ok := asked[s.Language][key]; ok {
				warnings = append(warnings, Problem{s.File, s.questions[i], fmt.Sprintf("the question %q stands in %s already: it cannot tell the two apart", q, first.File)})
			}
			asked[s.Language][key] = s
		}
		if n := len(s.Questions); s.ID != NoneID && n < minQuestions && len(s.line) > 0 {
			warnings = append(warnings, Problem{s.File, s.line["questions"], fmt.Sprintf("%d example questions: with fewer than %d this answer is seldom found", n, minQuestions)})
		}
		if !idForm.MatchString(s.ID) {
			warnings = append(warnings, Problem{s.File, 1, "buttons and links cannot name this topic: call the file by at most 50 of A-Z a-z 0-9 _ -"})
		}
	}
	for id, file := range ids {
		for _, lang := range langs {
			if len(files[lang]) > 0 && !files[lang][id] {
				problems = append(problems, Problem{file, 1, fmt.Sprintf("the translation %s/%s.md is missing", lang, id)})
			}
		}
	}
	for _, lang := range langs {
		if len(files[lang]) > 0 && !files[lang][NoneID] {
			warnings = append(warnings, Problem{string(lang), 0, "there is no none.md: nothing shows what is not covered, and refusals are guesses"})
		}
		if n := len(files[lang]); n == 1 || n == 2 && files[lang][NoneID] {
			warnings = append(warnings, Problem{string(lang), 0, "there is one topic only: whatever is not refused gets this answer"})
		}
	}
	return problems, warnings
}

// plain is a question without case and punctuation.
func plain(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsSymbol(r)
	}), " ")
}

func (p Problems) sort() {
	slices.SortStableFunc(p, func(a, b Problem) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
}
