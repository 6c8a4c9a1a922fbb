// Package eval measures how well an index finds the right answers.
package eval

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"exchangebot/bot/knowledge"
)

// Case is one labelled message.
type Case struct {
	Line     int      `json:"line,omitempty"` // in its file, from 1; 0 when it comes from no file
	Expected []string `json:"expected"`       // topics of which each is right, or knowledge.NoneID
	Kind     string   `json:"kind,omitempty"`
	Text     string   `json:"text"`
}

// covered reports whether some topic answers the message.
func (c Case) covered() bool {
	return slices.ContainsFunc(c.Expected, func(e string) bool { return e != knowledge.NoneID })
}

func (c Case) accepts(topic string) bool { return slices.Contains(c.Expected, topic) }

// ReadTSV reads tab-separated cases below a header line that names the columns
// "expected" and "text", and perhaps "kind" and others, in any order. Several
// topics are joined by "|". Empty lines and lines that begin with # are skipped.
// All faulty lines are reported at once.
func ReadTSV(r io.Reader) ([]Case, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	columns := map[string]int{}
	var cases []Case
	var faults []error
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimPrefix(strings.TrimRight(lines.Text(), "\r"), "\ufeff")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(columns) == 0 {
			for i, name := range fields {
				columns[strings.ToLower(strings.TrimSpace(name))] = i
			}
			for _, name := range []string{"expected", "text"} {
				if _, ok := columns[name]; !ok {
					return nil, fmt.Errorf("line %d: the header names no column %q", n, name)
				}
			}
			continue
		}
		c, err := parse(fields, columns)
		if err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", n, err))
			continue
		}
		c.Line = n
		cases = append(cases, c)
	}
	if err := lines.Err(); err != nil {
		faults = append(faults, fmt.Errorf("read cases: %w", err))
	} else if len(columns) == 0 {
		faults = append(faults, errors.New("line 1: a header line with the columns expected and text is missing"))
	}
	return cases, errors.Join(faults...)
}

func parse(fields []string, columns map[string]int) (Case, error) {
	field := func(name string) string {
		if i, ok := columns[name]; ok && i < len(fields) {
			return strings.TrimSpace(fields[i])
		}
		return ""
	}
	c := Case{Kind: field("kind"), Text: field("text")}
	for _, e := range strings.Split(field("expected"), "|") {
		if e = strings.TrimSpace(e); e != "" {
			c.Expected = append(c.Expected, e)
		}
	}
	switch {
	case len(fields) > len(columns):
		return c, fmt.Errorf("%d fields, but the header has %d", len(fields), len(columns))
	case len(c.Expected) == 0:
		return c, errors.New("expected is empty: name a topic, or none")
	case c.Text == "":
		return c, errors.New("text is empty")
	}
	return c, nil
}
