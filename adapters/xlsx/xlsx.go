// Package xlsx writes workbooks, as Excel and its like read them.
package xlsx

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// sheet is what the library calls the one that a new workbook has.
const sheet = "Sheet1"

// Write makes a workbook with one sheet. Its cells are texts, which no
// spreadsheet takes for formulas.
func Write(rows [][]string) (data []byte, err error) {
	f := excelize.NewFile()
	defer func() {
		if err != nil {
			err = fmt.Errorf("make workbook: %w", err)
		}
	}()
	w, err := f.NewStreamWriter(sheet)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		cells := make([]any, len(row))
		for j, cell := range row {
			cells[j] = cell
		}
		if err := w.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), f.Close()
}
