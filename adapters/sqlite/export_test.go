package sqlite

import (
	"context"

	zsqlite "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// How queries are asked.
var (
	DocumentList    = documentList
	SubscriberList  = subscriberList
	SubscriberTally = subscriberTally
)

// Plan is how SQLite goes about a query, step by step.
func (s *Store) Plan(ctx context.Context, query string, args []any) (steps []string, err error) {
	err = s.read(ctx, func(conn *zsqlite.Conn) error {
		return sqlitex.Execute(conn, "explain query plan "+query, &sqlitex.ExecOptions{
			Args: args,
			ResultFunc: func(stmt *zsqlite.Stmt) error {
				steps = append(steps, stmt.ColumnText(3))
				return nil
			},
		})
	})
	return steps, err
}

// Waiting is how many writes the writer has not taken yet.
func (s *Store) Waiting() int { return len(s.writes) }

// Write does a change of the test's own.
func (s *Store) Write(ctx context.Context, do func(*zsqlite.Conn) error) error {
	return s.write(ctx, do)
}
