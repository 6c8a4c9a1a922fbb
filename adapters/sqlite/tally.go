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

// TallyVolunteers implements [bot.TallyStore], in one pass through the index
// that lists are made with, and counts here: to group them, SQLite would sort
// them first.
func (s *Store) TallyVolunteers(ctx context.Context, q bot.VolunteerQuery) (bot.Tally, error) {
	tally := bot.NewTally()
	w := volunteerFilter(q)
	err := s.read(ctx, func(conn *zsqlite.Conn) error {
		tally = bot.NewTally()
		fields := map[string]int64{} // by all that one has
		hours := map[int64]int64{}   // since 1970: a week begins with one of them, in summer and in winter
		err := sqlitex.Execute(conn, "select created, kind, city, status, language, fields from volunteers"+w.String(), &sqlitex.ExecOptions{
			Args: w.args,
			ResultFunc: func(stmt *zsqlite.Stmt) error {
				tally.Total++
				hours[stmt.ColumnInt64(0)/time.Hour.Milliseconds()]++
				tally.Kinds[bot.VolunteerKind(stmt.ColumnText(1))]++
				tally.Cities[bot.City(stmt.ColumnText(2))]++
				tally.Statuses[bot.Status(stmt.ColumnText(3))]++
				tally.Languages[bot.Language(stmt.ColumnText(4))]++
				fields[stmt.ColumnText(5)]++
				return nil
			},
		})
		for hour, n := range hours {
			tally.Weeks[bot.Week(time.UnixMilli(hour*time.Hour.Milliseconds()))] += n
		}
		for list, n := range fields {
			for field := range strings.SplitSeq(strings.Trim(list, ","), ",") {
				if field != "" {
					tally.Fields[bot.Field(field)] += n
				}
			}
		}
		return err
	})
	if err != nil {
		return bot.NewTally(), fmt.Errorf("count volunteers: %w", err)
	}
	return tally, nil
}
