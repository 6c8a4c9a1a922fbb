package bot

import (
	"bytes"
	"context"
	"encoding/csv"
	"regexp"
	"slices"
	"strings"
	"time"

	"exchangebot/bot/query"
)

// exportAtOnce is how many sign-ups are read at once.
const exportAtOnce = 1000

// formatWords are what kinds of files are called: those that can be made, and
// those that cannot, lest one is taken for a word to look for.
var formatWords = map[string]string{"csv": "csv", "xlsx": "xlsx", "excel": "xlsx", "xls": "xls", "ods": "ods", "pdf": "pdf", "doc": "doc", "docx": "docx",
	"json": "json", "xml": "xml", "txt": "txt", "html": "html", "vcf": "vcf", "zip": "zip"}

// exportFormats finds the kinds of files that a line names, wherever it does,
// and the line without them.
func exportFormats(line string) (formats []string, rest string) {
	var words []string
	for _, word := range strings.Fields(line) {
		switch format := formatWords[strings.ToLower(strings.Trim(word, ".,;:!?"))]; {
		case format == "":
			words = append(words, word)
		case !slices.Contains(formats, format):
			formats = append(formats, format)
		}
	}
	return formats, strings.Join(words, " ")
}

// exportSignUps makes a file of those that the words ask for: "csv" or "xlsx"
// among them, the one if neither is said.
func exportSignUps(ctx context.Context, v *visit, rest string) (Response, error) {
	formats, words := exportFormats(rest)
	if formats == nil {
		formats = []string{"csv"}
	}
	format := formats[0]
	if known := v.bot.exportFormats(); len(formats) > 1 || !slices.Contains(known, format) {
		return v.otherFormat(formats, known, words), nil
	}
	r := v.read(words)
	if len(r.Unknown) > 0 {
		return v.notUnderstood("export "+format, r), nil
	}
	rows, references := [][]string{v.columns()}, []string(nil)
	q := volunteerQuery(r.Query)
	for q.Limit = exportAtOnce; ; {
		page, err := v.bot.store.Volunteers(ctx, q)
		if err != nil {
			return Response{}, err
		}
		for _, p := range page.Volunteers {
			rows, references = append(rows, v.row(p)), append(references, p.Reference)
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	chosen := r.Query
	chosen.Words = nil // they may name somebody
	if err := v.auditExport(ctx, chosen.String(), references); err != nil {
		return Response{}, err
	}
	file := &File{Name: v.say("desk-export-name", nil) + "-" + dayOf(v.bot.now()).Format(time.DateOnly) + "." + format}
	other := "xlsx"
	var err error
	if format == "csv" {
		file.MediaType, file.Data = "text/csv", csvFile(rows)
	} else {
		other = "csv"
		file.MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		file.Data, err = v.bot.workbook(rows)
	}
	view := v.view(v.say("desk-export", Values{"Count": len(rows) - 1}))
	view.Blocks = append(view.Blocks, Block{Note: v.readAs("export", r.Query)})
	instead, without := v.otherwise(r, func(q query.Query) string { return "export " + format + " " + q.String() })
	if v.bot.workbook != nil {
		instead = append(instead, Button{Label: strings.ToUpper(other), Data: strings.TrimSpace("export " + other + " " + r.String())})
	}
	view.Blocks = append(view.Blocks, rowsOf(append(instead, without...))...)
	return Response{View: view, File: file}, err
}

// exportFormats are the kinds of files that can be made.
func (b *Bot) exportFormats() []string {
	if b.workbook == nil {
		return []string{"csv"}
	}
	return []string{"csv", "xlsx"}
}

// otherFormat asks for one format that there is.
func (v *visit) otherFormat(said, known []string, words string) Response {
	view := v.view(v.say("desk-export-format", Values{"Said": strings.ToUpper(strings.Join(said, ", ")), "Known": strings.ToUpper(strings.Join(known, ", "))}))
	var buttons []Button
	for _, format := range known {
		buttons = append(buttons, Button{Label: strings.ToUpper(format), Data: strings.TrimSpace("export " + format + " " + cut(words, 1000))})
	}
	view.Blocks = append(view.Blocks, Block{Buttons: buttons})
	return Response{View: view}
}

func (v *visit) columns() []string {
	return []string{v.plain("desk-reference", nil), v.say("label-kind", nil), v.say("label-organisation", nil), v.say("label-name", nil), v.say("label-city", nil),
		v.say("label-fields", nil), v.plain("desk-offers", nil), v.plain("desk-seeks", nil), v.say("label-email", nil), v.say("label-phone", nil),
		v.facetName(query.Language), v.facetName(query.Status), v.plain("desk-created", nil), v.plain("desk-changed", nil), v.plain("desk-notes-short", nil)}
}

func (v *visit) row(p *Volunteer) []string {
	return []string{p.Reference, v.valueName(query.Kind, string(p.Kind)), p.Organisation, p.Name, v.cityOf(p), v.fieldNames(p), p.Offers, p.Seeks, p.Email, showPhone(p.Phone),
		v.valueName(query.Language, string(p.Language)), v.valueName(query.Status, string(p.Status)),
		p.Created.In(here).Format("2006-01-02 15:04"), p.Changed.In(here).Format("2006-01-02 15:04"), p.Notes}
}

// csvFile is what spreadsheets of German and French settings open by a double
// click: UTF-8 with a mark that says so, parted by semicolons.
func csvFile(rows [][]string) []byte {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = inert(cell)
		}
		_ = w.Write(safe) // to memory
	}
	w.Flush()
	return b.Bytes()
}

// dialled is a telephone number with the code of a country, or what begins as one.
var dialled = regexp.MustCompile(`^\+(\d+) `)

// inert keeps a spreadsheet from taking a cell for a formula
// (owasp.org/www-community/attacks/CSV_Injection). A telephone number stays one:
// "(+49) 211 8991" is no formula, whatever the language that is set.
func inert(cell string) string {
	cell = dialled.ReplaceAllString(cell, "(+$1) ")
	if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}
