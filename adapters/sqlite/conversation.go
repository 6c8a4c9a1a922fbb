package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	zsqlite "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exchangebot/bot"
)

// Conversation implements [bot.ConversationStore].
func (s *Store) Conversation(ctx context.Context, chat bot.ChatID) (*bot.Conversation, error) {
	c := &bot.Conversation{Chat: chat}
	err := s.read(ctx, func(conn *zsqlite.Conn) error {
		return sqlitex.Execute(conn, "select doc from conversations where chat = ?", &sqlitex.ExecOptions{
			Args: []any{string(chat)},
			ResultFunc: func(stmt *zsqlite.Stmt) error {
				doc := make([]byte, stmt.ColumnLen(0))
				stmt.ColumnBytes(0, doc)
				return json.Unmarshal(doc, c)
			},
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read conversation: %w", err)
	}
	return c, nil
}

// SaveConversation implements [bot.ConversationStore]. The conversation and
// its counts are stored together, or neither is.
func (s *Store) SaveConversation(ctx context.Context, c *bot.Conversation, counts ...bot.Count) error {
	next := *c
	next.Version++
	doc, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("save conversation: %w", err)
	}
	query := "update conversations set version = ?2, changed = ?3, doc = ?4, open = ?5 where chat = ?1 and version = ?2 - 1"
	if c.Version == 0 {
		query = "insert into conversations (chat, version, changed, doc, open) values (?1, ?2, ?3, ?4, ?5) on conflict do nothing"
	}
	var open any // null
	if since := c.OpenSince(); !since.IsZero() {
		open = since.UnixMilli()
	}
	args := []any{string(c.Chat), next.Version, c.Changed.UnixMilli(), string(doc), open}
	err = s.write(ctx, func(conn *zsqlite.Conn) error {
		if err := sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args}); err != nil {
			return err
		}
		if conn.Changes() == 0 {
			return bot.ErrConflict
		}
		return add(conn, counts)
	})
	if err != nil {
		return fmt.Errorf("save conversation: %w", err)
	}
	c.Version = next.Version
	return nil
}

// DeleteConversation implements [bot.ConversationStore].
func (s *Store) DeleteConversation(ctx context.Context, chat bot.ChatID) error {
	err := s.forget(ctx, func(conn *zsqlite.Conn) error {
		return sqlitex.Execute(conn, "delete from conversations where chat = ?",
			&sqlitex.ExecOptions{Args: []any{string(chat)}})
	})
	if err != nil {
		return fmt.Errorf("delete conversation: %w", err)
	}
	return nil
}

// Conversations implements [bot.ConversationStore].
func (s *Store) Conversations(ctx context.Context, q bot.ConversationQuery) ([]bot.ChatID, error) {
	query := "select chat from conversations where chat > ?1 order by chat limit ?2"
	args := []any{string(q.After), max(q.Limit, 0)}
	if !q.Open.IsZero() {
		query = "select chat from conversations where open < ?1 order by open limit ?2"
		args[0] = q.Open.UnixMilli()
	}
	var chats []bot.ChatID
	err := s.read(ctx, func(conn *zsqlite.Conn) error {
		chats = nil
		return sqlitex.Execute(conn, query, &sqlitex.ExecOptions{
			Args: args,
			ResultFunc: func(stmt *zsqlite.Stmt) error {
				chats = append(chats, bot.ChatID(stmt.ColumnText(0)))
				return nil
			},
		})
	})
	if err != nil {
		return nil, fmt.Errorf("list conversations: %w", err)
	}
	return chats, nil
}

// ExpireConversations implements [bot.ConversationStore]. Other writes wait
// meanwhile: some 10 ms for a limit of 1,000.
func (s *Store) ExpireConversations(ctx context.Context, before time.Time, limit int) (int, error) {
	n := 0
	err := s.forget(ctx, func(conn *zsqlite.Conn) error {
		err := sqlitex.Execute(conn, `delete from conversations where id in
			(select id from conversations where changed < ? order by changed limit ?)`,
			&sqlitex.ExecOptions{Args: []any{before.UnixMilli(), max(limit, 0)}}) // below 0: without limit
		n = conn.Changes()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("expire conversations: %w", err)
	}
	return n, nil
}
