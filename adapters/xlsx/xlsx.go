// Package xlsx writes workbooks, as Excel and its like read them.
package xlsx

import (
	"errors"
	"fmt"
	"os"

	"github.com/xuri/excelize/v2"
)

// sheet is what the library calls the one that a new workbook has.
const sheet = "Sheet1"

// Write makes a workbook with one sheet, all in memory. Its cells are texts,
// which no spreadsheet takes for formulas.
func Write(rows [][]string) (data []byte, err error) {
	// The library would put what is large into a file for as long, which a crash
	// leaves behind for others to read. In this place it can make none.
	f := excelize.NewFile(excelize.Options{TmpDir: os.DevNull})
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
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
	return b.Bytes(), nil
}
