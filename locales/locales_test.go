package locales_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"exchangebot/bot"
	"exchangebot/bot/knowledge"
	"exchangebot/locales"
)

// messages reads a message file as go-i18n does: by id, plural forms joined.
func messages(t *testing.T, lang bot.Language) map[string]string {
	t.Helper()
	var raw map[string]any
	if _, err := toml.DecodeFile("messages."+string(lang)+".toml", &raw); err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for id, value := range raw {
		switch v := value.(type) {
		case string:
			texts[id] = v
		case map[string]any:
			for _, form := range []string{"one", "other"} {
				text, _ := v[form].(string)
				if text == "" {
					t.Errorf("%s: %s lacks the plural form %q", lang, id, form)
				}
				texts[id] += text + "\n"
			}
		}
		if strings.TrimSpace(texts[id]) == "" {
			t.Errorf("%s: %s is empty", lang, id)
		}
	}
	return texts
}

var placeholder = regexp.MustCompile(`\{\{[^}]*\}\}`)

func TestEveryLanguageSaysTheSame(t *testing.T) {
	first := messages(t, locales.Languages()[0])
	for _, lang := range locales.Languages()[1:] {
		other := messages(t, lang)
		for _, id := range slices.Sorted(maps.Keys(first)) {
			if other[id] == "" {
				t.Errorf("messages.%s.toml lacks %s", lang, id)
				continue
			}
			for _, name := range placeholder.FindAllString(first[id], -1) {
				if bare := strings.Trim(name, "{} "); strings.HasPrefix(bare, ".") && !strings.Contains(other[id], bare) {
					t.Errorf("%s: %s lacks %s", lang, id, name)
				}
			}
		}
		for id := range other {
			if first[id] == "" {
				t.Errorf("messages.%s.toml lacks %s", locales.Languages()[0], id)
			}
		}
	}
}

// TestMessagesAndCodeAgree finds messages that the code calls for and nobody
// wrote, and messages that nobody calls for.
func TestMessagesAndCodeAgree(t *testing.T) {
	written := messages(t, locales.Languages()[0])
	called, literals := map[string]string{}, map[string]bool{}
	for _, dir := range []string{"../bot", "../cmd/exchangebot"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("no code in %s", dir)
		}
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") {
				collect(t, file, called, literals)
			}
		}
	}
	for id, file := range called {
		if written[id] == "" {
			t.Errorf("%s calls for the message %q, which is not written", file, id)
		}
	}
	for id := range written {
		used := literals[id]
		for i := range id { // "month-1" is put together of "month-%d"
			used = used || literals[id[:i]] && strings.HasSuffix(id[:i], "-") || literals[id[:i]+"%d"] || literals[id[:i]+"%s"]
		}
		if !used {
			t.Errorf("nothing calls for the message %q", id)
		}
	}
}

// collect notes the string literals of a file, and those that name a message.
func collect(t *testing.T, file string, called map[string]string, literals map[string]bool) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	value := func(n ast.Expr) string {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			s, _ := strconv.Unquote(lit.Value)
			return s
		}
		return ""
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			literals[value(n)] = true
		case *ast.CallExpr:
			method, ok := n.Fun.(*ast.SelectorExpr)
			switch {
			case ok && method.Sel.Name == "Text" && len(n.Args) == 2:
				called[value(n.Args[0])] = file
			case ok && method.Sel.Name == "Say" && len(n.Args) == 3:
				called[value(n.Args[1])] = file
			}
		}
		return true
	})
	delete(called, "")
}

func TestNumbersDatesAndPlurals(t *testing.T) {
	texts, err := locales.Texts()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		lang   bot.Language
		id     string
		values bot.Values
		want   string
	}{
		{"de", "topics", bot.Values{"Count": 1, "Page": 1, "Pages": 1}, "Zu **einem Thema** habe ich eine geprüfte Antwort:"},
		{"de", "topics", bot.Values{"Count": 1800000, "Page": 2, "Pages": 3}, "Zu **1.800.000 Themen** habe ich geprüfte Antworten (Seite 2 von 3):"},
		{"fr", "topics", bot.Values{"Count": 0, "Page": 1, "Pages": 1}, "J’ai une réponse approuvée sur **un sujet**\u00a0:"},
		{"fr", "topics", bot.Values{"Count": 1800000, "Page": 2, "Pages": 3}, "J’ai des réponses approuvées sur **1\u00a0800\u00a0000 sujets** (page 2 sur 3)\u00a0:"},
		{"fr", "desk-lasts-minutes", bot.Values{"Count": 1_000_000}, "environ 1\u00a0000\u00a0000 minutes"},
		{"de", "desk-posted-finished", bot.Values{"Count": 1, "Title": "Fest"}, "„Fest“ ist gesendet."},
		{"de", "settings-chosen", bot.Values{"Language": "*x* [y](z) <b> 1. & `"}, "**Ihre Einstellungen**\n\nSprache: \\*x\\* \\[y\\]\\(z\\) \\<b\\> 1\\. \\& \\`"},
	} {
		if got := texts.Say(test.lang, test.id, test.values); got != test.want {
			t.Errorf("%s %s %v\n got %s\nwant %s", test.lang, test.id, test.values, got, test.want)
		}
	}
	for _, test := range []struct{ lang, asOf, want string }{
		{"de", "2016-05", "Stand: Mai 2016"}, {"fr", "2016-05", "Mise à jour\u00a0: mai 2016"},
		{"de", "2026-03-01", "Stand: 1. März 2026"}, {"fr", "2026-08-01", "Mise à jour\u00a0: 1er août 2026"}, {"fr", "2026-08-02", "Mise à jour\u00a0: 2 août 2026"},
	} {
		answer := texts.Answer(knowledge.Topic{Language: bot.Language(test.lang), AsOf: test.asOf, Source: "x", Answer: "y"})
		if !strings.Contains(answer, test.want+" ") {
			t.Errorf("%s %s: %s", test.lang, test.asOf, answer)
		}
	}
}

var menuWord = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

func TestWhatTelegramShowsFits(t *testing.T) {
	texts, err := locales.Texts()
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	for _, lang := range locales.Languages() {
		for i, entry := range bot.Menu(texts, lang) {
			if n := len([]rune(entry.About)); !menuWord.MatchString(entry.Command) || n > 256 {
				t.Errorf("%s: the menu takes no /%s with %d characters", lang, entry.Command, n)
			}
			name := strconv.Itoa(i)
			if other, ok := words[entry.Command]; ok && other != name {
				t.Errorf("/%s calls two commands", entry.Command)
			}
			words[entry.Command] = name
		}
		for id, max := range map[string]int{"profile-name": 64, "profile-about": 120, "profile-description": 512} {
			if n := len([]rune(texts.Say(lang, id, nil))); n > max {
				t.Errorf("%s: %s has %d characters, %d are allowed", lang, id, n, max)
			}
		}
	}
}

func TestTheKnowledgeBaseIsComplete(t *testing.T) {
	base, err := knowledge.Load(locales.Knowledge())
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range base.Warnings() {
		t.Error(w)
	}
	for _, lang := range locales.Languages() {
		if base.None(lang).Answer == "" {
			t.Errorf("%s: no none.md", lang)
		}
		for _, topic := range base.Topics(lang) {
			if len(topic.Questions) < 12 {
				t.Errorf("%s has %d questions", topic.File, len(topic.Questions))
			}
			if n := len([]rune(topic.Title)); n > 40 {
				t.Errorf("%s: a title of %d characters is cut on buttons", topic.File, n)
			}
		}
	}
	de, fr := base.Topics("de"), base.Topics("fr")
	for _, topic := range de {
		i := slices.IndexFunc(fr, func(other knowledge.Topic) bool { return other.ID == topic.ID })
		if i < 0 || fr[i].AsOf != topic.AsOf || !slices.Equal(fr[i].Related, topic.Related) {
			t.Errorf("%s and its translation differ in date or related topics", topic.File)
		}
	}
}

func TestTheBuiltInBaseIsTheOneInTheFolder(t *testing.T) {
	onDisk := os.DirFS("knowledge")
	err := fs.WalkDir(onDisk, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		_, err = fs.Stat(locales.Knowledge(), path)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
