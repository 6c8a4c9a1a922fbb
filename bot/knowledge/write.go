package knowledge

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// frontMatter is what stands above an answer, in the order of the files.
type frontMatter struct {
	Title     string   `yaml:"title"`
	Questions []string `yaml:"questions"`
	AsOf      string   `yaml:"as-of,omitempty"`
	Source    string   `yaml:"source,omitempty"`
	Related   []string `yaml:"related,omitempty,flow"`
	Offer     []string `yaml:"offer,omitempty,flow"`
}

// Format is the file that [Load] reads as the topic.
func Format(t Topic) []byte {
	var b bytes.Buffer
	b.WriteString("---\n")
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(frontMatter{t.Title, t.Questions, t.AsOf, t.Source, t.Related, t.Offer}); err != nil {
		panic(err) // there is nothing in it that cannot be written
	}
	fmt.Fprintf(&b, "---\n%s\n", t.Answer)
	return b.Bytes()
}

// Check finds what keeps a topic by itself from being used, as [Load] would;
// what it says about other topics is not looked at.
func Check(t Topic) Problems {
	_, problems := parse(t.ID+".md", t.Language, t.ID, Format(t))
	return problems
}
