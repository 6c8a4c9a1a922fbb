package xlsx_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"exchangebot/adapters/xlsx"
)

func TestWrite(t *testing.T) {
	want := [][]string{
		{"Nummer", "Name"},
		{"K7M4QX", `=HYPERLINK("http://evil";"x")`},
		{"+49", "Müller-Côté\n😀"},
		{"", " <b>&amp;\t", "007", "_x0041_", "in spaces "},
		nil,
		{strings.Repeat("é", 32_767)},
	}
	data, err := xlsx.Write(want)
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	got, err := book.GetRows("Sheet1")
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, rows (-want +got):\n%s", err, diff)
	}
	if formula, err := book.GetCellFormula("Sheet1", "B2"); formula != "" || err != nil {
		t.Errorf("a cell is a formula: %q, error %v", formula, err)
	}
}

// What is in a workbook stands in no other file meanwhile, however large it is.
func TestWriteLeavesNoTrace(t *testing.T) {
	dir, before := t.TempDir(), time.Unix(0, 0)
	t.Setenv("TMPDIR", dir)
	if err := os.Chtimes(dir, before, before); err != nil {
		t.Fatal(err)
	}
	rows := make([][]string, 600)
	for i := range rows {
		rows[i] = []string{strings.Repeat("a", 32_000)}
	}
	if _, err := xlsx.Write(rows); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dir)
	if err != nil || !info.ModTime().Equal(before) {
		t.Errorf("there was a file in %s, error %v", dir, err)
	}
}

// What no spreadsheet takes is left out, and the rest still written.
func TestWriteWhatCannotBe(t *testing.T) {
	data, err := xlsx.Write([][]string{{"zero\x00 and \xff", strings.Repeat("a", 32_766) + "😀b"}})
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	got, err := book.GetRows("Sheet1")
	want := [][]string{{"zero\uFFFD and \uFFFD", strings.Repeat("a", 32_766)}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, rows (-want +got):\n%s", err, diff)
	}
}
