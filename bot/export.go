package bot

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"time"

	"exchangebot/bot/query"
)

// exportAtOnce is how many sign-ups are read at once.
const exportAtOnce = 1000

// exportSignUps makes a file of those that the words ask for: "csv" or "xlsx"
// first, the one if neither is said.
func exportSignUps(ctx context.Context, v *visit, rest string) (Response, error) {
	format, words, _ := strings.Cut(rest, " ")
	format = strings.ToLower(format)
	if format != "csv" && (format != "xlsx" || v.bot.workbook == nil) {
		format, words = "csv", rest
	}
	r := v.read(words)
	if len(r.Unknown) > 0 {
		return v.notUnderstood(r), nil
	}
	rows := [][]string{v.columns()}
	q := volunteerQuery(r.Query)
	for q.Limit = exportAtOnce; ; {
		page, err := v.bot.store.Volunteers(ctx, q)
		if err != nil {
			return Response{}, err
		}
		for _, p := range page.Volunteers {
			rows = append(rows, v.row(p))
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	if err := v.audit(ctx, AuditRead, "export", fmt.Sprint(len(rows)-1)); err != nil {
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
	view.Blocks = append(view.Blocks, Block{Note: v.readAs(r.Query)})
	if v.bot.workbook != nil {
		view.Blocks = append(view.Blocks, Block{Buttons: []Button{{Label: strings.ToUpper(other), Data: strings.TrimSpace("export " + other + " " + r.String())}}})
	}
	return Response{View: view, File: file}, err
}

func (v *visit) columns() []string {
	return []string{v.plain("desk-reference", nil), v.say("label-kind", nil), v.say("label-organisation", nil), v.say("label-name", nil), v.say("label-city", nil),
		v.say("label-fields", nil), v.say("label-offers", nil), v.say("label-seeks", nil), v.say("label-email", nil), v.say("label-phone", nil),
		v.facetName(query.Language), v.facetName(query.Status), v.plain("desk-created", nil), v.plain("desk-changed", nil), v.plain("desk-notes-short", nil)}
}

func (v *visit) row(p *Volunteer) []string {
	return []string{p.Reference, v.valueName(query.Kind, string(p.Kind)), p.Organisation, p.Name, v.cityOf(p), v.fieldNames(p), p.Offers, p.Seeks, p.Email, p.Phone,
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

// inert keeps a spreadsheet from taking a cell for a formula
// (owasp.org/www-community/attacks/CSV_Injection).
func inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}
