package sqlite

import (
	"context"
	"fmt"
	"strings"
	"time"

	zsqlite "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exchangebot/bot"
)

// What a week is, in milliseconds. The first one of Unix time began on the
// Monday three days before it; in Düsseldorf, each begins one hour earlier than
// in UTC, in summer two. What is in the same week both ways is.
const (
	hour   = 3_600_000
	week   = 7 * 24 * hour
	monday = 3 * 24 * hour
)

// TallyVolunteers implements [bot.TallyStore]. Each sort is counted in one
// pass through the index that lists are made with.
func (s *Store) TallyVolunteers(ctx context.Context, q bot.VolunteerQuery) (bot.Tally, error) {
	tally := bot.NewTally()
	w := volunteerFilter(q)
	err := s.read(ctx, func(conn *zsqlite.Conn) error {
		tally = bot.NewTally()
		err := sqlitex.Execute(conn, "select kind, city, status, language, count(*) from volunteers"+w.String()+" group by 1, 2, 3, 4", &sqlitex.ExecOptions{
			Args: w.args,
			ResultFunc: func(stmt *zsqlite.Stmt) error {
				n := stmt.ColumnInt64(4)
				tally.Total += n
				tally.Kinds[bot.VolunteerKind(stmt.ColumnText(0))] += n
				tally.Cities[bot.City(stmt.ColumnText(1))] += n
				tally.Statuses[bot.Status(stmt.ColumnText(2))] += n
				tally.Languages[bot.Language(stmt.ColumnText(3))] += n
				return nil
			},
		})
		if err != nil {
			return err
		}
		return sqlitex.Execute(conn, fmt.Sprintf("select min(created), fields, count(*) from volunteers%s group by (created + %d) / %d, (created + %d) / %d, fields",
			w.String(), monday+hour, week, monday+2*hour, week), &sqlitex.ExecOptions{
			Args: w.args,
			ResultFunc: func(stmt *zsqlite.Stmt) error {
				n := stmt.ColumnInt64(2)
				tally.Weeks[bot.Week(time.UnixMilli(stmt.ColumnInt64(0)))] += n
				for field := range strings.SplitSeq(strings.Trim(stmt.ColumnText(1), ","), ",") {
					if field != "" {
						tally.Fields[bot.Field(field)] += n
					}
				}
				return nil
			},
		})
	})
	if err != nil {
		return bot.NewTally(), fmt.Errorf("count volunteers: %w", err)
	}
	return tally, nil
}
