package bot

import (
	"context"
	"fmt"
	"slices"
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
}

// audit notes what the person is about to do. What cannot be noted is not done.
func (v *visit) audit(ctx context.Context, action, what string, records ...string) error {
	now := v.bot.now().UTC()
	entry := AuditEntry{At: now, Staff: v.ID, Name: v.Name, Action: action, What: what, Records: records}
	i := 0
	return again(func() error {
		d := &Document{Kind: DocumentAudit, Key: fmt.Sprintf("%s %s %d", now.Format("2006-01-02T15:04:05.000000000"), v.ID, i), At: now}
		i++
		return saveDocument(ctx, v.bot.store, d, entry)
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

// auditPage is how many entries are listed at once.
const auditPage = 30

// listAudit shows what was done, the newest first; rest is the page.
func listAudit(ctx context.Context, v *visit, rest string) (Response, error) {
	list, turn, err := v.leaf(ctx, DocumentQuery{Kind: DocumentAudit, Limit: auditPage}, "audit", rest)
	if err != nil {
		return Response{}, err
	}
	table := &Table{Title: v.plain("desk-audit", nil), Header: strings.Split(v.plain("desk-audit-header", nil), ", ")}
	for _, d := range list {
		var e AuditEntry
		if err := d.read(&e); err != nil {
			return Response{}, err
		}
		name := e.Name
		if name == "" {
			name = e.Staff
		}
		table.Rows = append(table.Rows, []string{e.At.In(here).Format("2006-01-02 15:04:05"), name, v.plain("desk-audit-"+e.Action, nil), v.did(e.What), strings.Join(e.Records, " ")})
	}
	view := &View{Text: table.Title, Blocks: []Block{{Heading: table.Title}, {Table: table}}}
	if turn != nil {
		view.Blocks = append(view.Blocks, Block{Buttons: turn})
	}
	return Response{View: view}, v.audit(ctx, AuditRead, "audit")
}
