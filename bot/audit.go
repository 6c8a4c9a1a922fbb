package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The actions of an [AuditEntry]. They are stored.
const (
	AuditRead    = "read"
	AuditChanged = "changed"
	AuditRefused = "refused"
)

// AuditEntry is what somebody did at the desk: not what they saw or wrote.
type AuditEntry struct {
	At      time.Time `json:"at"`
	Staff   string    `json:"staff"`
	Name    string    `json:"name,omitempty"`
	Action  string    `json:"action"`
	What    string    `json:"what"`              // the command
	Records []string  `json:"records,omitempty"` // references, ids of questions, topics
	Filter  string    `json:"filter,omitempty"`  // of an export, without the free words, which may name somebody
	Count   int       `json:"count,omitempty"`   // of an export: of all its entries together
}

// auditRecords is how many records one entry names: a larger export takes several.
const auditRecords = 10_000

// audit notes what the person is about to do. What cannot be noted is not done.
func (v *visit) audit(ctx context.Context, action, what string, records ...string) error {
	return v.note(ctx, AuditEntry{Action: action, What: what, Records: records})
}

// auditExport notes all the records that a file holds.
func (v *visit) auditExport(ctx context.Context, filter string, records []string) error {
	e := AuditEntry{Action: AuditRead, What: "export", Filter: filter, Count: len(records)}
	if len(records) == 0 {
		return v.note(ctx, e)
	}
	for part := range slices.Chunk(records, auditRecords) {
		e.Records = part
		if err := v.note(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func (v *visit) note(ctx context.Context, e AuditEntry) error {
	now := v.bot.now().UTC()
	e.At, e.Staff, e.Name = now, v.ID, v.Name
	i := 0
	return again(func() error {
		d := &Document{Kind: DocumentAudit, Key: fmt.Sprintf("%s %s %d", now.Format("2006-01-02T15:04:05.000000000"), v.ID, i), At: now}
		i++
		return saveDocument(ctx, v.bot.store, d, e)
	})
}

// audited is all that is noted: commands, and what is done besides them.
var audited = []string{
	"help", "signups", "find", "stats", "export", "questions", "answers", "me", "language", "audit", "count", "page", "record", "mark", "reply", "send", "drop",
	"teach", "publish", "restore", "close", "home", "thread", "command", "press", "form",
	"announce", "announcements", "announce-open", "announce-copy", "announce-discard", "announce-test", "announce-link", "announce-unlink", "announce-release",
	"announce-approve", "announce-pause", "announce-resume", "announce-cancel", "announce-again", "announce-failures",
}

// did names what was done; as it is stored, where another version has noted it.
func (v *visit) did(what string) string {
	if slices.Contains(audited, what) {
		return v.plain("desk-did-"+what, nil)
	}
	return what
}

const (
	auditPage   = 15  // how many entries are listed at once: a channel has room for so many of the longest
	auditAtOnce = 500 // how many are read at once where only some are wanted
)

// listAudit shows what was done, the newest first; rest is the page, or begins
// with the record that it was done with.
func listAudit(ctx context.Context, v *visit, rest string) (Response, error) {
	q := DocumentQuery{Kind: DocumentAudit, Limit: auditPage}
	record, mark, _ := strings.Cut(rest, " ")
	if isReference(strings.ToUpper(record)) {
		record = strings.ToUpper(record)
	} else if rest != "" && !isShortHash(record) && leafMark(strings.TrimPrefix(rest, "~")) == nil {
		return v.miss("desk-audit-unknown", Values{"Word": rest}), nil
	} else if !isShortHash(record) {
		docs, turn, err := v.leaf(ctx, q, "audit", rest)
		if err != nil {
			return Response{}, err
		}
		return v.showAudit(docs, turn, v.audit(ctx, AuditRead, "audit"))
	}
	q.After, q.Limit = leafMark(mark), auditAtOnce
	var found []*Document
	for d, err := range EachDocument(ctx, v.bot.store, q) {
		if err != nil {
			return Response{}, err
		}
		if strings.Contains(d.Data, strconv.Quote(record)) {
			found = append(found, d)
		}
		if len(found) > auditPage {
			break
		}
	}
	var turn []Button
	if len(found) > auditPage {
		found = found[:auditPage]
		turn = []Button{{Label: v.say("desk-button-older", nil), Data: "audit " + record + " " + markOf(found[auditPage-1])}}
	}
	return v.showAudit(found, turn, v.audit(ctx, AuditRead, "audit", record))
}

// showAudit is a page of entries, with the buttons that turn it, if it is
// noted that they are seen.
func (v *visit) showAudit(docs []*Document, turn []Button, err error) (Response, error) {
	if err != nil {
		return Response{}, err
	}
	table := &Table{Title: v.plain("desk-audit", nil), Header: strings.Split(v.plain("desk-audit-header", nil), ", ")}
	for _, d := range docs {
		var e AuditEntry
		if err := d.read(&e); err != nil {
			return Response{}, err
		}
		table.Rows = append(table.Rows, []string{e.At.In(here).Format("2006-01-02 15:04:05"), cmp.Or(e.Name, e.Staff), v.plain("desk-audit-"+e.Action, nil), v.did(e.What), v.which(e)})
	}
	view := &View{Text: table.Title, Blocks: []Block{{Table: table}}}
	if turn != nil {
		view.Blocks = append(view.Blocks, Block{Buttons: turn})
	}
	return Response{View: view}, nil
}

// auditShown is how many of an entry's records the list shows.
const auditShown = 15

// which says which records an entry is about.
func (v *visit) which(e AuditEntry) string {
	var parts []string
	if e.Count > 0 || e.What == "export" && e.Action == AuditRead && len(e.Records) == 0 {
		parts = append(parts, v.plain("desk-count", Values{"Count": e.Count}))
	}
	if e.Filter != "" {
		parts = append(parts, e.Filter)
	}
	if n := len(e.Records); n > auditShown {
		parts = append(parts, fmt.Sprintf("%s … (+%d)", strings.Join(e.Records[:auditShown], " "), n-auditShown))
	} else if n > 0 {
		parts = append(parts, strings.Join(e.Records, " "))
	}
	return strings.Join(parts, " · ")
}
