package locales_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"exchangebot/bot"
	"exchangebot/locales"
)

var update = flag.Bool("update", false, "rewrite what the messages say now")

// counted are the messages in which something is counted at the desk.
var counted = regexp.MustCompile(`^(announce|desk)-`)

// families are those that stand side by side in a report, counted or not.
var families = regexp.MustCompile(`^desk-(course|reason|outcome)-`)

// TestCounts draws whatever counts at the desk with none, one and two, as the
// files in testdata show it: there, somebody who speaks the language can see
// whether it reads right.
func TestCounts(t *testing.T) {
	texts, err := locales.Texts()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range locales.Languages() {
		written, ids := messages(t, lang), map[string]bool{}
		for _, other := range locales.Languages() {
			for id, text := range messages(t, other) {
				ids[id] = ids[id] || families.MatchString(id) || counted.MatchString(id) && strings.HasSuffix(text, "\n")
			}
		}
		var b strings.Builder
		maps.DeleteFunc(ids, func(_ string, counts bool) bool { return !counts })
		for _, id := range slices.Sorted(maps.Keys(ids)) {
			values := bot.Values{}
			for _, name := range placeholder.FindAllString(written[id], -1) {
				name = strings.Trim(name, "{}. ")
				values[name] = bot.Markdown("<" + name + ">")
			}
			fmt.Fprintf(&b, "%s\n", id)
			for n := range 3 {
				values["Count"] = n
				if values["Length"] != nil {
					values["Length"] = n
				}
				fmt.Fprintf(&b, "  %d  %s\n", n, strings.ReplaceAll(texts.Say(lang, id, values), "\n", "\\n"))
				if !strings.HasSuffix(written[id], "\n") && !strings.Contains(written[id], "{{.Count}}") && !strings.Contains(written[id], "{{.Length}}") {
					break // it counts nothing
				}
			}
		}
		file := "testdata/counts." + string(lang) + ".txt"
		if *update {
			if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.String(); got != string(want) {
			t.Errorf("%s: counts read otherwise than in %s (-update rewrites it):\n%s", lang, file, firstDifference(got, string(want)))
		}
	}
}

func firstDifference(got, want string) string {
	is, was := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(is), len(was)) {
		if is[i] != was[i] {
			return fmt.Sprintf(" got %s\nwant %s", is[i], was[i])
		}
	}
	return fmt.Sprintf("%d lines instead of %d", len(is), len(was))
}

var (
	code  = regexp.MustCompile("`[^`]*`")
	loose = regexp.MustCompile(`[ \n][:;!?»]|« `)
	// Words that are looked for, and not shown.
	vocabulary = regexp.MustCompile(`^(query|words|desk-word|command)-`)
)

// In French, a space before these signs does not break the line: it is U+00A0,
// or the narrow U+202F.
func TestFrenchSpaces(t *testing.T) {
	for id, text := range messages(t, bot.French) {
		if vocabulary.MatchString(id) {
			continue
		}
		if at := loose.FindStringIndex(code.ReplaceAllString(text, "")); at != nil {
			t.Errorf("%s has an ordinary space: %q", id, text)
		}
	}
}
