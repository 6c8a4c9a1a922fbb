package eval

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"exchangebot/bot/knowledge"
)

// WriteText writes the report for people. With explain, each miss is followed
// by its best candidates and what spoke for them.
func (r Report) WriteText(w io.Writer, explain bool) error {
	out := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	p := func(format string, args ...any) { fmt.Fprintf(out, format, args...) }
	if r.Covered > 0 {
		p("%s: %d questions that a topic answers\n", r.Language, r.Covered)
		p("  right topic first\t%s\n", percent(r.Right, r.Covered))
		p("  first or among suggestions\t%s\n", percent(r.Found, r.Covered))
		p("  wrong topic answered\t%s\n", percent(r.Wrong, r.Covered))
		p("  told \"not covered\"\t%s\n", percent(r.Declined, r.Covered))
	}
	if r.Uncovered > 0 {
		p("%s: %d messages that no topic answers\n", r.Language, r.Uncovered)
		p("  not answered\t%s\n", percent(r.Refused, r.Uncovered))
		p("  of these told \"not covered\"\t%s\n", percent(r.Plainly, r.Uncovered))
		if n := r.NearMiss.Uncovered; n > 0 {
			p("  near misses not answered\t%s\n", percent(r.NearMiss.Refused, n))
		}
	}
	if len(r.Kinds) > 0 {
		p("\nkind\tmessages\tright or refused\tsuggested\twrong\n")
		writeGroups(p, r.Kinds)
	}
	p("\ntopic\tmessages\tright or refused\tsuggested\twrong\n")
	writeGroups(p, r.Topics)
	if len(r.Confusions) > 0 {
		p("\ntimes\texpected\tcame first\n")
		for _, c := range r.Confusions {
			p("%d\t%s\t%s\n", c.Count, c.Expected, c.Got)
		}
	}
	if len(r.Misses) > 0 {
		p("\nmisses\n")
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	for _, m := range r.Misses {
		if err := m.write(w, explain); err != nil {
			return fmt.Errorf("write report: %w", err)
		}
	}
	return nil
}

func writeGroups(p func(string, ...any), groups []Group) {
	for _, g := range groups {
		p("%s\t%d\t%s\t%d\t%d\n", g.Name, g.Covered+g.Uncovered,
			percent(g.Right+g.Refused, g.Covered+g.Uncovered), g.Found-g.Right, g.Wrong+g.Uncovered-g.Refused)
	}
}

func (m Miss) write(w io.Writer, explain bool) error {
	where := ""
	if m.Line > 0 {
		where = fmt.Sprintf("line %d: ", m.Line)
	}
	if _, err := fmt.Fprintf(w, "  %s%q: expected %s, action %s\n", where, m.Text, strings.Join(m.Expected, " or "), m.Action); err != nil {
		return err
	}
	if !explain {
		return nil
	}
	return WriteExplanations(w, m.Candidates)
}

// WriteExplanations writes one line for each candidate and, below it, what
// spoke for it and what share that had in its score.
func WriteExplanations(w io.Writer, candidates []knowledge.Explanation) error {
	for _, c := range candidates {
		var evidence []string
		for _, e := range c.Evidence {
			evidence = append(evidence, fmt.Sprintf("%s %q %.0f %%", e.Kind, e.Text, 100*e.Share))
		}
		if _, err := fmt.Fprintf(w, "      %.2f %s: %s\n", c.Score, c.Topic, strings.Join(evidence, ", ")); err != nil {
			return err
		}
	}
	return nil
}

func percent(n, of int) string {
	return fmt.Sprintf("%.1f %% (%d)", 100*float64(n)/float64(max(1, of)), n)
}
