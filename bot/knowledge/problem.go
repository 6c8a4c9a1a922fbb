package knowledge

import (
	"fmt"
	"strings"
)

// Problem is one finding in a knowledge base, in words for its editors.
type Problem struct {
	File string // relative to the base's folder; empty when it concerns no single file
	Line int    // from 1; 0 when it concerns the whole file
	Text string
}

func (p Problem) String() string {
	switch {
	case p.File == "":
		return p.Text
	case p.Line == 0:
		return fmt.Sprintf("%s: %s", p.File, p.Text)
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
}

// Problems is an error that lists findings, in the order of files and lines.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}
