package sqlite

import (
	"context"
	"fmt"

	zsqlite "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exchangebot/bot"
)

// add adds counts within the writer's transaction.
func add(conn *zsqlite.Conn, counts []bot.Count) error {
	for _, c := range counts {
		err := sqlitex.Execute(conn, `insert into counts (day, event, topic, language, n) values (?, ?, ?, ?, ?)
			on conflict do update set n = n + excluded.n`,
			&sqlitex.ExecOptions{Args: []any{c.Day, string(c.Event), c.Topic, string(c.Language), c.N}})
		if err != nil {
			return fmt.Errorf("add counts: %w", err)
		}
	}
	return nil
}

// Counts implements [bot.CountStore].
func (s *Store) Counts(ctx context.Context, first, last string) ([]bot.Count, error) {
	var list []bot.Count
	err := s.read(ctx, func(conn *zsqlite.Conn) error {
		return sqlitex.Execute(conn, `select day, event, topic, language, n from counts
			where day between ? and ? and n <> 0 order by day, event, topic, language`,
			&sqlitex.ExecOptions{
				Args: []any{first, last},
				ResultFunc: func(stmt *zsqlite.Stmt) error {
					list = append(list, bot.Count{
						Day:      stmt.ColumnText(0),
						Event:    bot.Event(stmt.ColumnText(1)),
						Topic:    stmt.ColumnText(2),
						Language: bot.Language(stmt.ColumnText(3)),
						N:        stmt.ColumnInt64(4),
					})
					return nil
				},
			})
	})
	if err != nil {
		return nil, fmt.Errorf("list counts: %w", err)
	}
	return list, nil
}
