package knowledge

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// source is a parsed file with the lines of what may be wrong in it.
type source struct {
	Topic
	line      map[string]int // of each front matter key
	questions []int          // lines of Topic.Questions
	related   []int          // lines of Topic.Related
}

var (
	fence    = []byte("---")
	linkSpan = regexp.MustCompile(`\[[^\]]*\]\(([^)\s]*)[^)]*\)`)
	asOfForm = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$`)
)

// parse reads one file: YAML front matter between two lines of "---", then
// Markdown. What it could read is returned even when there are problems.
func parse(file string, lang Language, id string, data []byte) (source, Problems) {
	s := source{Topic: Topic{ID: id, Language: lang, File: file}, line: map[string]int{}}
	var problems Problems
	report := func(line int, format string, args ...any) {
		problems = append(problems, Problem{file, line, fmt.Sprintf(format, args...)})
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	lines := bytes.Split(data, []byte("\n"))
	end := -1
	if len(lines) > 0 && bytes.Equal(bytes.TrimSpace(lines[0]), fence) {
		for i, l := range lines[1:] {
			if bytes.Equal(bytes.TrimRight(l, " \t"), fence) {
				end = i + 1
				break
			}
		}
	}
	if end < 0 {
		report(1, "the file must begin with front matter between two lines of ---")
		return s, problems
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(bytes.Join(lines[1:end], []byte("\n")), &doc); err != nil {
		line, text := yamlProblem(err)
		report(line+1, "the front matter cannot be read: %s", text) // it begins in line 2
		return s, problems
	}
	s.Answer = strings.TrimSpace(string(bytes.Join(lines[end+1:], []byte("\n"))))
	s.line["answer"] = end + 2
	if len(doc.Content) > 0 {
		s.frontMatter(doc.Content[0], report)
	}
	s.check(report)
	for i, l := range lines[end+1:] {
		for _, m := range linkSpan.FindAllSubmatch(l, -1) {
			if err := checkLink(string(m[1])); err != nil {
				report(end+2+i, "broken link: %v", err)
			}
		}
	}
	return s, problems
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// yamlProblem takes the line out of the library's words.
func yamlProblem(err error) (line int, text string) {
	m := yamlLine.FindStringSubmatch(err.Error())
	if m == nil {
		return 1, err.Error()
	}
	line, _ = strconv.Atoi(m[1])
	return line, m[2]
}

// frontMatter fills the topic from the YAML mapping, whose lines count from
// the line after the opening fence.
func (s *source) frontMatter(node *yaml.Node, report func(int, string, ...any)) {
	if node.Kind != yaml.MappingNode {
		report(node.Line+1, "the front matter must be lines of `key: value`")
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if s.line[key.Value] != 0 {
			report(key.Line+1, "%s stands here twice", key.Value)
		}
		s.line[key.Value] = key.Line + 1
		switch key.Value {
		case "title":
			s.Title = scalar(value, report)
		case "as-of":
			s.AsOf = scalar(value, report)
		case "source":
			s.Source = scalar(value, report)
		case "questions":
			s.Questions, s.questions = list(value, report)
		case "related":
			s.Related, s.related = list(value, report)
		case "offer":
			s.Offer, _ = list(value, report)
		default:
			report(key.Line+1, "unknown field %q: known are title, questions, as-of, source, related, offer", key.Value)
		}
	}
}

// check reports the empty and malformed fields of one file.
func (s *source) check(report func(int, string, ...any)) {
	if s.Title == "" {
		report(max(1, s.line["title"]), "title is empty or missing")
	}
	if s.Answer == "" {
		report(s.line["answer"], "the answer is empty")
	}
	for key, value := range map[string]string{"as-of": s.AsOf, "source": s.Source} {
		if line, given := s.line[key]; given && value == "" {
			report(line, "%s is empty: fill it in, or leave out both as-of and source (small talk)", key)
		}
	}
	switch {
	case s.AsOf != "" && s.Source == "" && s.line["source"] == 0:
		report(s.line["as-of"], "source is missing beside as-of")
	case s.Source != "" && s.AsOf == "" && s.line["as-of"] == 0:
		report(s.line["source"], "as-of is missing beside source")
	}
	if s.AsOf != "" && !asOfForm.MatchString(s.AsOf) {
		report(s.line["as-of"], "as-of %q is not a date such as 2016-05 or 2016-05-31", s.AsOf)
	}
}

func scalar(n *yaml.Node, report func(int, string, ...any)) string {
	if n.Kind != yaml.ScalarNode {
		report(n.Line+1, "one line of text is expected here")
		return ""
	}
	return strings.TrimSpace(n.Value)
}

func list(n *yaml.Node, report func(int, string, ...any)) (values []string, lines []int) {
	if n.Kind == yaml.ScalarNode && n.Value == "" {
		return nil, nil
	}
	if n.Kind != yaml.SequenceNode {
		report(n.Line+1, "a list is expected here")
		return nil, nil
	}
	for _, item := range n.Content {
		value := scalar(item, report)
		if value == "" {
			report(item.Line+1, "an entry of the list is empty")
			continue
		}
		values, lines = append(values, value), append(lines, item.Line+1)
	}
	return values, lines
}

// checkLink accepts what every channel can open: absolute web and mail addresses.
func checkLink(link string) error {
	u, err := url.Parse(link)
	switch {
	case err != nil:
		return fmt.Errorf("%q is not an address", link)
	case (u.Scheme == "http" || u.Scheme == "https") && u.Host != "":
		return nil
	case u.Scheme == "mailto" && strings.Contains(u.Opaque, "@"):
		return nil
	}
	return fmt.Errorf("%q is neither an https:// nor a mailto: address", link)
}
