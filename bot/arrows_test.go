package bot_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestArrowsRunOneWay keeps the core free of platforms and databases, and the
// knowledge free of the core.
func TestArrowsRunOneWay(t *testing.T) {
	for from, forbidden := range map[string][]string{
		"exchangebot/bot":           {"exchangebot/adapters", "exchangebot/locales", "exchangebot/cmd", "go-telegram", "slack-go", "mongo-driver", "sqlite", "net/http"},
		"exchangebot/bot/knowledge": {"exchangebot/bot", "os/exec", "net/http", "database/sql"},
		"exchangebot/locales":       {"exchangebot/adapters", "exchangebot/cmd"},
	} {
		out, err := exec.Command("go", "list", "-deps", from).Output()
		if err != nil {
			t.Fatalf("go list %s: %v", from, err)
		}
		for _, dep := range strings.Fields(string(out)) {
			for _, f := range forbidden {
				if strings.Contains(dep, f) && !strings.HasPrefix(dep, "exchangebot/bot/knowledge") {
					t.Errorf("%s depends on %s", from, dep)
				}
			}
		}
	}
}

// TestAdaptersDoNotKnowEachOther holds for all that will be added, too.
func TestAdaptersDoNotKnowEachOther(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, "exchangebot/adapters/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		packages := strings.Fields(line)
		own := strings.Join(strings.Split(packages[0], "/")[:3], "/")
		for _, dep := range packages[1:] {
			if strings.HasPrefix(dep, "exchangebot/adapters/") && dep != own && !strings.HasPrefix(dep, own+"/") {
				t.Errorf("%s imports %s", packages[0], dep)
			}
		}
	}
}
