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

// Subscriber implements [bot.SubscriberStore].
func (s *Store) Subscriber(ctx context.Context, chat bot.ChatID) (*bot.Subscriber, error) {
	list, err := s.subscribers(ctx, selectSubscribers+" where chat = ?", string(chat))
	if err != nil {
		return nil, fmt.Errorf("read subscriber: %w", err)
	}
	if len(list) == 0 {
		return &bot.Subscriber{Chat: chat}, nil
	}
	return list[0], nil
}

const selectSubscribers = "select chat, version, state, language, fields, since, turn from subscribers"

// subscribers reads those that a query results in.
func (s *Store) subscribers(ctx context.Context, query string, args ...any) ([]*bot.Subscriber, error) {
	var list []*bot.Subscriber
	err := s.read(ctx, func(conn *zsqlite.Conn) error {
		list = nil
		return sqlitex.Execute(conn, query, &sqlitex.ExecOptions{
			Args: args,
			ResultFunc: func(stmt *zsqlite.Stmt) error {
				list = append(list, &bot.Subscriber{
					Chat:     bot.ChatID(stmt.ColumnText(0)),
					Version:  stmt.ColumnInt64(1),
					State:    bot.SubscriberState(stmt.ColumnText(2)),
					Language: bot.Language(stmt.ColumnText(3)),
					Fields:   fieldsOf(stmt.ColumnText(4)),
					Since:    time.UnixMilli(stmt.ColumnInt64(5)).UTC(),
					Update:   stmt.ColumnText(6),
				})
				return nil
			},
		})
	})
	return list, err
}

// fieldsOf is what [fieldList] was made of.
func fieldsOf(list string) (fields []bot.Field) {
	for field := range strings.SplitSeq(strings.Trim(list, ","), ",") {
		if field != "" {
			fields = append(fields, bot.Field(field))
		}
	}
	return fields
}

// SaveSubscriber implements [bot.SubscriberStore].
func (s *Store) SaveSubscriber(ctx context.Context, sub *bot.Subscriber) error {
	query := `update subscribers set version = ?2, state = ?3, language = ?4, fields = ?6, since = ?7, turn = ?8 where chat = ?1 and version = ?2 - 1`
	if sub.Version == 0 {
		query = "insert into subscribers (chat, version, state, language, channel, fields, since, turn) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict do nothing"
	}
	channel, _ := sub.Chat.Split()
	err := s.change(ctx, query, string(sub.Chat), sub.Version+1, string(sub.State), string(sub.Language), channel, fieldList(sub.Fields), sub.Since.UnixMilli(), sub.Update)
	if err != nil {
		return fmt.Errorf("save subscriber: %w", err)
	}
	sub.Version++
	return nil
}

// DeleteSubscriber implements [bot.SubscriberStore].
func (s *Store) DeleteSubscriber(ctx context.Context, chat bot.ChatID) error {
	err := s.forget(ctx, func(conn *zsqlite.Conn) error {
		return sqlitex.Execute(conn, "delete from subscribers where chat = ?", &sqlitex.ExecOptions{Args: []any{string(chat)}})
	})
	if err != nil {
		return fmt.Errorf("delete subscriber: %w", err)
	}
	return nil
}

// Subscribers implements [bot.SubscriberStore].
func (s *Store) Subscribers(ctx context.Context, q bot.SubscriberQuery) ([]*bot.Subscriber, error) {
	query, args := subscriberList(q)
	list, err := s.subscribers(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list subscribers: %w", err)
	}
	return list, nil
}

// subscriberList is how a page is asked for. The rows are read in their own
// order, from the one after the last page's on: the plus signs keep the index
// of the tally out of it, whose rows would have to be sorted. Those who get no
// announcements have an index of their own.
func subscriberList(q bot.SubscriberQuery) (query string, args []any) {
	w := subscriberFilter(q, "+")
	w.and("chat > " + w.arg(string(q.After)))
	order := " order by chat limit " + w.arg(max(q.Limit, 0))
	return selectSubscribers + w.String() + order, w.args
}

// subscriberTally is how a tally is asked for. One index is read through,
// which has the order and all that is asked for: some 0.1 s for 1,000,000.
func subscriberTally(q bot.SubscriberQuery) (query string, args []any) {
	w := subscriberFilter(q, "")
	return "select channel, language, count(*) from subscribers" + w.String() + " group by 1, 2 order by 1, 2", w.args
}

// TallySubscribers implements [bot.SubscriberStore].
func (s *Store) TallySubscribers(ctx context.Context, q bot.SubscriberQuery) ([]bot.Reached, error) {
	query, args := subscriberTally(q)
	var list []bot.Reached
	err := s.read(ctx, func(conn *zsqlite.Conn) error {
		list = nil
		return sqlitex.Execute(conn, query, &sqlitex.ExecOptions{
			Args: args,
			ResultFunc: func(stmt *zsqlite.Stmt) error {
				list = append(list, bot.Reached{Channel: stmt.ColumnText(0), Language: bot.Language(stmt.ColumnText(1)), N: stmt.ColumnInt64(2)})
				return nil
			},
		})
	})
	if err != nil {
		return nil, fmt.Errorf("count subscribers: %w", err)
	}
	return list, nil
}

// subscriberFilter is what a query asks for, whatever its page. The prefix is
// put before the columns.
func subscriberFilter(q bot.SubscriberQuery, prefix string) where {
	var w where
	if q.Wanted() == bot.Subscribed {
		w.and(prefix + "state = 'subscribed'") // literally as the index has it
	} else {
		w.and("state = " + w.arg(string(q.Wanted())))
		w.and("state <> 'subscribed'") // likewise
	}
	in(&w, prefix+"channel", q.Channels)
	in(&w, prefix+"language", q.Languages)
	if len(q.Fields) > 0 {
		any := []string{"fields = ','"}
		for _, f := range q.Fields {
			any = append(any, "instr(fields, "+w.arg(fieldList([]bot.Field{f}))+")")
		}
		w.and("(" + strings.Join(any, " or ") + ")")
	}
	if !q.Before.IsZero() {
		w.and(prefix + "since <= " + w.arg(q.Before.UnixMilli()))
	}
	return w
}
