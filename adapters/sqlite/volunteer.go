package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	zsqlite "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exchangebot/bot"
)

// Volunteer implements [bot.VolunteerStore].
func (s *Store) Volunteer(ctx context.Context, chat bot.ChatID) (*bot.Volunteer, error) {
	v := &bot.Volunteer{Chat: chat}
	list, err := s.volunteers(ctx, "select doc from volunteers where chat = ?", string(chat))
	if err != nil {
		return nil, fmt.Errorf("read volunteer: %w", err)
	}
	if len(list) > 0 {
		v = list[0]
	}
	return v, nil
}

// volunteers reads the documents that a query results in.
func (s *Store) volunteers(ctx context.Context, query string, args ...any) ([]*bot.Volunteer, error) {
	var list []*bot.Volunteer
	err := s.read(ctx, func(conn *zsqlite.Conn) error {
		list = nil
		return sqlitex.Execute(conn, query, &sqlitex.ExecOptions{
			Args: args,
			ResultFunc: func(stmt *zsqlite.Stmt) error {
				doc := make([]byte, stmt.ColumnLen(0))
				stmt.ColumnBytes(0, doc)
				v := new(bot.Volunteer)
				list = append(list, v)
				return json.Unmarshal(doc, v)
			},
		})
	})
	return list, err
}

// SaveVolunteer implements [bot.VolunteerStore].
func (s *Store) SaveVolunteer(ctx context.Context, v *bot.Volunteer) error {
	next := *v
	next.Version++
	doc, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("save volunteer: %w", err)
	}
	query := `update or ignore volunteers set version = ?2, reference = ?3, created = ?4, seen = ?5, kind = ?6, city = ?7,
		status = ?8, language = ?9, fields = ?10, email_key = ?11, search = ?12, doc = ?13 where chat = ?1 and version = ?2 - 1`
	if v.Version == 0 {
		query = `insert into volunteers (chat, version, reference, created, seen, kind, city, status, language, fields, email_key, search, doc)
			values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) on conflict do nothing`
	}
	args := []any{string(v.Chat), next.Version, v.Reference, v.Created.UnixMilli(), v.Seen.UnixMilli(), string(v.Kind), string(v.City),
		string(v.Status), string(v.Language), fieldList(v.Fields), v.EmailKey, v.Search(), string(doc)}
	write := s.write
	if v.Status == bot.StatusWithdrawn {
		write = s.forget
	}
	err = write(ctx, func(conn *zsqlite.Conn) error {
		if err := sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args}); err != nil {
			return err
		}
		if conn.Changes() == 0 {
			return bot.ErrConflict
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save volunteer: %w", err)
	}
	v.Version = next.Version
	return nil
}

// fieldList is the column in which a field is found between two commas.
func fieldList(fields []bot.Field) string {
	var b strings.Builder
	b.WriteByte(',')
	for _, f := range fields {
		b.WriteString(string(f) + ",")
	}
	return b.String()
}

// DeleteVolunteer implements [bot.VolunteerStore].
func (s *Store) DeleteVolunteer(ctx context.Context, chat bot.ChatID) error {
	err := s.forget(ctx, func(conn *zsqlite.Conn) error {
		return sqlitex.Execute(conn, "delete from volunteers where chat = ?", &sqlitex.ExecOptions{Args: []any{string(chat)}})
	})
	if err != nil {
		return fmt.Errorf("delete volunteer: %w", err)
	}
	return nil
}

// Volunteers implements [bot.VolunteerStore]. Every filter but the words is
// answered from one index that holds the columns themselves: at worst it is
// read through, some 15 ms for 100,000 volunteers.
func (s *Store) Volunteers(ctx context.Context, q bot.VolunteerQuery) (bot.VolunteerPage, error) {
	w := volunteerFilter(q)
	if created, reference, ok := bot.ReadPageMark(q.After); ok {
		w.and("(created, reference) < (" + w.arg(created.UnixMilli()) + ", " + w.arg(reference) + ")")
	}
	limit := q.PageLimit()
	query := "select doc from volunteers" + w.String() + " order by created desc, reference desc limit " + w.arg(limit+1)
	list, err := s.volunteers(ctx, query, w.args...)
	if err != nil {
		return bot.VolunteerPage{}, fmt.Errorf("list volunteers: %w", err)
	}
	page := bot.VolunteerPage{Volunteers: list}
	if len(list) > limit {
		page.Volunteers = list[:limit]
		page.Next = bot.PageMark(list[limit-1])
	}
	return page, nil
}

// volunteerFilter is what a query asks for, whatever its page.
func volunteerFilter(q bot.VolunteerQuery) where {
	var w where
	in(&w, "kind", q.Kinds)
	in(&w, "city", q.Cities)
	in(&w, "status", q.Statuses)
	in(&w, "language", q.Languages)
	in(&w, "email_key", q.EmailKeys)
	if len(q.Fields) > 0 {
		var any []string
		for _, f := range q.Fields {
			any = append(any, "instr(fields, "+w.arg(fieldList([]bot.Field{f}))+")")
		}
		w.and("(" + strings.Join(any, " or ") + ")")
	}
	if !q.From.IsZero() {
		w.and("created >= " + w.arg(q.From.UnixMilli()))
	}
	if !q.To.IsZero() {
		w.and("created < " + w.arg(q.To.UnixMilli()))
	}
	if q.Reference != "" {
		w.and("reference = " + w.arg(q.Reference))
	}
	for _, word := range q.Words {
		w.and("instr(search, " + w.arg(word) + ")")
	}
	return w
}

// where is a clause of conditions that grows with its arguments.
type where struct {
	conditions []string
	args       []any
}

func (w *where) and(condition string) { w.conditions = append(w.conditions, condition) }

func (w *where) arg(value any) string {
	w.args = append(w.args, value)
	return fmt.Sprintf("?%d", len(w.args))
}

func (w *where) String() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " where " + strings.Join(w.conditions, " and ")
}

// in wants the column to be one of values, if there are any.
func in[T ~string](w *where, column string, values []T) {
	if len(values) == 0 {
		return
	}
	var list []string
	for _, v := range values {
		list = append(list, w.arg(string(v)))
	}
	w.and(column + " in (" + strings.Join(list, ", ") + ")")
}

// SilentVolunteers implements [bot.VolunteerStore].
func (s *Store) SilentVolunteers(ctx context.Context, before time.Time, after *bot.Volunteer, limit int) ([]*bot.Volunteer, error) {
	w := where{}
	w.and("seen < " + w.arg(before.UnixMilli()))
	if after != nil {
		w.and("(seen, chat) > (" + w.arg(after.Seen.UnixMilli()) + ", " + w.arg(string(after.Chat)) + ")")
	}
	query := "select doc from volunteers" + w.String() + " order by seen, chat limit " + w.arg(max(limit, 0))
	list, err := s.volunteers(ctx, query, w.args...)
	if err != nil {
		return nil, fmt.Errorf("list silent volunteers: %w", err)
	}
	return list, nil
}
