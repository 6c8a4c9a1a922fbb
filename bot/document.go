package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"
	"unicode"
)

// DocumentKind is what a [Document] is. Its values are stored.
type DocumentKind string

// The kinds of document.
const (
	DocumentQuestion DocumentKind = "question" // see [Question]; by its id
	DocumentTask     DocumentKind = "task"     // what staff are still to be told; by what it is about
	DocumentHandover DocumentKind = "handover" // likewise: what is to be told about a question; by its id
	DocumentLease    DocumentKind = "lease"    // which replica does a job that only one may do; by the job
	DocumentCard     DocumentKind = "card"     // where a card stands on the board; by a volunteer's reference
	DocumentAudit    DocumentKind = "audit"    // see [AuditEntry]; by its id
	DocumentStaff    DocumentKind = "staff"    // what a member of staff has chosen; by their id
	DocumentAnswer   DocumentKind = "answer"   // see [Published]; by its topic
	DocumentInbox    DocumentKind = "inbox"    // what a channel has confirmed and is still to be done; by the platform's id of it
	DocumentHome     DocumentKind = "home"     // a home page that somebody has open; by who
	DocumentCode     DocumentKind = "code"     // links a chat with a member of staff; by a hash of what they say there

	DocumentAnnouncement DocumentKind = "announcement" // see [Announcement]; by its id
	DocumentAudience     DocumentKind = "audience"     // a batch of its recipients; by its id, a slash, and the batch's number
	DocumentBatch        DocumentKind = "batch"        // what came of them; likewise
	DocumentProgress     DocumentKind = "progress"     // see [DocumentTask]: its progress is to be shown; by its id
)

// DocumentKinds lists them all.
func DocumentKinds() []DocumentKind {
	return []DocumentKind{DocumentQuestion, DocumentTask, DocumentHandover, DocumentLease, DocumentCard, DocumentAudit, DocumentStaff, DocumentAnswer,
		DocumentInbox, DocumentHome, DocumentCode, DocumentAnnouncement, DocumentAudience, DocumentBatch, DocumentProgress}
}

// Document is something small that is kept besides conversations and
// volunteers: found by its key, or listed by its time.
type Document struct {
	Kind    DocumentKind
	Key     string // unique within the kind
	Version int64  // 0: not stored yet; counted up by the store
	Chat    ChatID // the citizen it is about; empty: nobody
	Open    bool   // something is still to be done with it
	At      time.Time
	Data    string // JSON
	Sealed  string // names the key with which Data is encrypted; always empty outside the stores
}

// DocumentQuery says which documents are wanted. Several conditions mean all of them.
type DocumentQuery struct {
	Kind   DocumentKind
	Chat   ChatID // empty: of anybody
	Prefix string // of Key, which it is shorter than; empty: any
	Open   bool   // only those that are
	Oldest bool   // first; otherwise the newest

	After *Document // those that follow it in the list; nil: from the first
	Limit int       // how many at most
}

// Keys are the two keys between which all those lie that Prefix stands for.
func (q DocumentQuery) Keys() (after, before string) {
	return q.Prefix, q.Prefix + string(unicode.MaxRune) // which Unicode assigns to nothing
}

// DocumentStore keeps documents.
type DocumentStore interface {
	// Document reads one; of one that is not stored, Version is 0 and only
	// Kind and Key are set.
	Document(ctx context.Context, kind DocumentKind, key string) (*Document, error)

	// SaveDocument stores d if the stored version is still d.Version (0: none
	// is stored) and counts d.Version up. Otherwise it stores nothing and
	// returns [ErrConflict].
	SaveDocument(ctx context.Context, d *Document) error

	// DeleteDocument forgets d if the stored version is still d.Version;
	// otherwise it returns [ErrConflict], unless none is stored.
	DeleteDocument(ctx context.Context, d *Document) error

	// Documents lists those of a query, by At, which counts in whole
	// milliseconds, then by Key.
	Documents(ctx context.Context, q DocumentQuery) ([]*Document, error)
}

// EachDocument goes through all those of a query, Limit of them at a time. An
// error is the last that it yields.
func EachDocument(ctx context.Context, s DocumentStore, q DocumentQuery) iter.Seq2[*Document, error] {
	return func(yield func(*Document, error) bool) {
		for {
			list, err := s.Documents(ctx, q)
			if err != nil {
				yield(nil, fmt.Errorf("list %s: %w", q.Kind, err))
				return
			}
			for _, d := range list {
				if !yield(d, nil) {
					return
				}
			}
			if len(list) == 0 || len(list) < q.Limit {
				return
			}
			q.After = list[len(list)-1]
		}
	}
}

// loadDocument reads a document and what it holds into value.
func loadDocument(ctx context.Context, s DocumentStore, kind DocumentKind, key string, value any) (*Document, error) {
	d, err := s.Document(ctx, kind, key)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", kind, err)
	}
	return d, d.read(value)
}

func (d *Document) read(value any) error {
	if d.Version == 0 {
		return nil
	}
	if err := json.Unmarshal([]byte(d.Data), value); err != nil {
		return fmt.Errorf("read %s: %w", d.Kind, err)
	}
	return nil
}

// saveDocument stores value in d.
func saveDocument(ctx context.Context, s DocumentStore, d *Document, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("save %s: %w", d.Kind, err)
	}
	d.Data = string(data)
	if err := s.SaveDocument(ctx, d); err != nil {
		return fmt.Errorf("save %s: %w", d.Kind, err)
	}
	return nil
}

// againAtMost is how often somebody else may have been quicker: every time,
// one of them has come through.
const againAtMost = 100

// again does what somebody else was quicker with once more. It gives up in the
// end, and then returns no [ErrConflict].
func again(do func() error) error {
	for range againAtMost {
		if err := do(); !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("given up after %d conflicts", againAtMost)
}
