package bot_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"exchangebot/bot"
)

func TestCellsAreNoFormulas(t *testing.T) {
	for cell, want := range map[string]string{
		"":                              "",
		"Müller-Côté":                   "Müller-Côté",
		"a=1":                           "a=1",
		`=HYPERLINK("http://evil","x")`: `'=HYPERLINK("http://evil","x")`,
		"+cmd|' /C calc'!A0":            "'+cmd|' /C calc'!A0",
		"-2+3":                          "'-2+3",
		"@SUM(1+1)":                     "'@SUM(1+1)",
		"\t=1+1":                        "'\t=1+1",
		"\r=1+1":                        "'\r=1+1",
		"\n=1+1":                        "'\n=1+1",
		"＝1+1":                          "'＝1+1",
		"'=1+1":                         "'=1+1",
		"- Musik\n- Tanz":               "'- Musik\n- Tanz",
		"+49 211 8991":                  "(+49) 211 8991",
		"+1 514-872-0311":               "(+1) 514-872-0311",
		"+492118991":                    "'+492118991",
		"+1 =cmd|' /C calc'!A0":         "(+1) =cmd|' /C calc'!A0",
	} {
		if got := bot.Inert(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}

// FuzzCSV holds what is written against what a spreadsheet reads.
func FuzzCSV(f *testing.F) {
	f.Add("Müller;\"Côté\"\r\n\u2028", "=1+1")
	f.Add("+49 211 8991", "\ufeff")
	f.Add("\xff=1+1", "\xc3") // not UTF-8
	f.Fuzz(func(t *testing.T, a, b string) {
		data := bot.CSVFile([][]string{{"Nummer", "Name"}, {a, b}})
		if !bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
			t.Error("no mark of UTF-8")
		}
		r := csv.NewReader(bytes.NewReader(data[3:]))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		// Lines end in one way in the file; the library leaves out every other CR.
		lines := func(cell string) string { return strings.ReplaceAll(cell, "\r", "") }
		want := []string{lines(bot.Inert(a)), lines(bot.Inert(b))}
		if a+b != "" && (len(rows) != 2 || !slices.Equal(rows[1], want)) {
			t.Errorf("read %q, want %q", rows, want)
		}
		for _, cell := range rows[len(rows)-1] {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("%q may be a formula", cell)
			}
		}
	})
}
