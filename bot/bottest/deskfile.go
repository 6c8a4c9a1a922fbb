package bottest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"exchangebot/bot"
)

// file writes what a spreadsheet shows of a file: of a CSV, which has to say
// that it is UTF-8, the lines; of a workbook the rows. What is neither is not read.
func (p page) file(f bot.File) error {
	switch {
	case f.MediaType == "text/csv":
		data, marked := bytes.CutPrefix(f.Data, []byte("\ufeff"))
		p.line("%s", strings.ReplaceAll(string(data), "\r\n", "\n"))
		if !marked {
			return errors.New("a CSV file without the mark of UTF-8")
		}
	case strings.HasSuffix(f.MediaType, ".spreadsheetml.sheet"):
		return p.workbook(f.Data)
	}
	return nil
}

func (p page) workbook(data []byte) error {
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("open workbook: %w", err)
	}
	defer book.Close()
	sheet := book.GetSheetName(0)
	rows, err := book.GetRows(sheet)
	if err != nil {
		return fmt.Errorf("read workbook: %w", err)
	}
	for i, row := range rows {
		p.line("| %s |", strings.ReplaceAll(strings.Join(row, " | "), "\n", `\n`))
		for j := range row {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return err
			}
			if formula, err := book.GetCellFormula(sheet, cell); formula != "" || err != nil {
				return fmt.Errorf("%s is a formula: %q, %w", cell, formula, err)
			}
		}
	}
	return nil
}
