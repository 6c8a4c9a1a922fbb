package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	zsqlite "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exchangebot/bot"
)

// Document implements [bot.DocumentStore].
func (s *Store) Document(ctx context.Context, kind bot.DocumentKind, key string) (*bot.Document, error) {
	list, err := s.documents(ctx, selectDocuments+" where kind = ? and key = ?", string(kind), key)
	if err != nil {
		return nil, fmt.Errorf("read document: %w", err)
	}
	if len(list) == 0 {
		return &bot.Document{Kind: kind, Key: key}, nil
	}
	return list[0], nil
}

const selectDocuments = "select kind, key, version, chat, open, at, sealed, doc from documents"

// documents reads those that a query results in.
func (s *Store) documents(ctx context.Context, query string, args ...any) ([]*bot.Document, error) {
	var list []*bot.Document
	err := s.read(ctx, func(conn *zsqlite.Conn) error {
		list = nil
		return sqlitex.Execute(conn, query, &sqlitex.ExecOptions{
			Args: args,
			ResultFunc: func(stmt *zsqlite.Stmt) error {
				list = append(list, &bot.Document{
					Kind:    bot.DocumentKind(stmt.ColumnText(0)),
					Key:     stmt.ColumnText(1),
					Version: stmt.ColumnInt64(2),
					Chat:    bot.ChatID(stmt.ColumnText(3)),
					Open:    stmt.ColumnBool(4),
					At:      time.UnixMilli(stmt.ColumnInt64(5)).UTC(),
					Sealed:  stmt.ColumnText(6),
					Data:    stmt.ColumnText(7),
				})
				return nil
			},
		})
	})
	return list, err
}

// SaveDocument implements [bot.DocumentStore].
func (s *Store) SaveDocument(ctx context.Context, d *bot.Document) error {
	query := "update documents set version = ?3, chat = ?4, open = ?5, at = ?6, sealed = ?7, doc = ?8 where kind = ?1 and key = ?2 and version = ?3 - 1"
	if d.Version == 0 {
		query = `insert into documents (kind, key, version, chat, open, at, sealed, doc) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict do nothing`
	}
	err := s.change(ctx, query, string(d.Kind), d.Key, d.Version+1, string(d.Chat), d.Open, d.At.UnixMilli(), d.Sealed, d.Data)
	if err != nil {
		return fmt.Errorf("save document: %w", err)
	}
	d.Version++
	return nil
}

// DeleteDocument implements [bot.DocumentStore].
func (s *Store) DeleteDocument(ctx context.Context, d *bot.Document) error {
	err := s.change(ctx, "delete from documents where kind = ? and key = ? and version = ?", string(d.Kind), d.Key, d.Version)
	if errors.Is(err, bot.ErrConflict) {
		if stored, err := s.Document(ctx, d.Kind, d.Key); err == nil && stored.Version == 0 {
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("delete document: %w", err)
	}
	return nil
}

// change runs a query that has to change something: otherwise it is a conflict.
func (s *Store) change(ctx context.Context, query string, args ...any) error {
	return s.write(ctx, func(conn *zsqlite.Conn) error {
		if err := sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args}); err != nil {
			return err
		}
		if conn.Changes() == 0 {
			return bot.ErrConflict
		}
		return nil
	})
}

// Documents implements [bot.DocumentStore].
func (s *Store) Documents(ctx context.Context, q bot.DocumentQuery) ([]*bot.Document, error) {
	query, args := documentList(q)
	list, err := s.documents(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list documents: %w", err)
	}
	return list, nil
}

// documentList is how a query is asked.
func documentList(q bot.DocumentQuery) (query string, args []any) {
	var w where
	w.and("kind = " + w.arg(string(q.Kind)))
	if q.Chat != "" {
		w.and("chat = " + w.arg(string(q.Chat)))
	}
	if q.Open {
		w.and("open = 1")
	}
	if q.Prefix != "" {
		// The plus keeps it out of the choice of the index, which is the one
		// that gives the order: it holds the key as well.
		after, before := q.Keys()
		w.and("+key > " + w.arg(after))
		w.and("+key < " + w.arg(before))
	}
	follows, order := " < ", " order by at desc, key desc"
	if q.Oldest {
		follows, order = " > ", " order by at, key"
	}
	if q.After != nil {
		w.and("(at, key)" + follows + "(" + w.arg(q.After.At.UnixMilli()) + ", " + w.arg(q.After.Key) + ")")
	}
	order += " limit " + w.arg(max(q.Limit, 0))
	return selectDocuments + w.String() + order, w.args
}
