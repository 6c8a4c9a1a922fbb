package sqlite

import (
	"context"
	"errors"
	"fmt"

	zsqlite "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"
	"zombiezen.com/go/sqlite/sqlitex"
)

// schema is what the file looks like. A migration that was released is never
// changed: what is new is added at the end. Each runs in a transaction, and
// the file's user_version is how many have run.
var schema = sqlitemigration.Schema{
	AppID: 0x45786342, // "ExcB", the file's application_id
	Migrations: []string{
		// The documents are long, so they stay out of the keys' trees (no
		// "without rowid"), and new ones are put at the end of theirs.
		`create table conversations (
			id      integer primary key,
			chat    text    not null unique,
			version integer not null,
			changed integer not null, -- Unix time in milliseconds
			doc     text    not null  -- JSON
		) strict;
		create index conversations_by_changed on conversations (changed);

		create table counts (
			day      text    not null,
			event    text    not null,
			topic    text    not null,
			language text    not null,
			n        integer not null,
			primary key (day, event, topic, language)
		) strict, without rowid;`,

		// The index by creation holds every column that is filtered by, so that
		// a filter needs none of the documents that it does not choose.
		`alter table conversations add column open integer; -- Unix time in milliseconds; null: no dialogue is open
		create index conversations_by_open on conversations (open) where open is not null;

		create table volunteers (
			id        integer primary key,
			chat      text    not null unique,
			version   integer not null,
			reference text    not null unique,
			created   integer not null, -- Unix time in milliseconds
			seen      integer not null, -- likewise
			kind      text    not null,
			city      text    not null,
			status    text    not null,
			language  text    not null,
			fields    text    not null, -- each between two commas
			email_key text    not null,
			search    text    not null,
			doc       text    not null  -- JSON
		) strict;
		create index volunteers_by_created on volunteers (created, reference, kind, city, status, language, fields);
		create index volunteers_by_email on volunteers (email_key);
		create index volunteers_by_seen on volunteers (seen, chat);`,

		`create table documents (
			kind    text    not null,
			key     text    not null,
			version integer not null,
			chat    text    not null,
			open    integer not null, -- 1: yes
			at      integer not null, -- Unix time in milliseconds
			sealed  text    not null,
			doc     text    not null, -- JSON
			primary key (kind, key)
		) strict;
		create index documents_by_at on documents (kind, at, key);
		create index documents_by_chat on documents (chat, kind, at) where chat <> '';
		create index documents_by_open on documents (kind, at, key) where open = 1;`,

		// Rows are short and listed by chat: they are their own index. Another
		// holds all that those who get announcements are counted by, and one
		// finds the few who do not.
		`create table subscribers (
			chat     text    not null primary key,
			version  integer not null,
			state    text    not null,
			language text    not null,
			channel  text    not null, -- the chat's
			fields   text    not null, -- each between two commas; a comma alone: all
			since    integer not null, -- Unix time in milliseconds
			turn     text    not null  -- the id of the update that changed the state
		) strict, without rowid;
		create index subscribers_by_reach on subscribers (channel, language, fields, since) where state = 'subscribed';
		create index subscribers_by_state on subscribers (state, chat, since) where state <> 'subscribed';`,
	},
}

// migrate brings the file up to date. A file of anybody else is left as it is.
func migrate(ctx context.Context, conn *zsqlite.Conn) error {
	app, err := number(conn, "pragma application_id")
	if err != nil {
		return err
	}
	tables, err := number(conn, "select count(*) from sqlite_schema")
	if err != nil {
		return err
	}
	if app != int64(schema.AppID) && (app != 0 || tables != 0) {
		return errors.New("it is the file of another program")
	}
	version, err := number(conn, "pragma user_version")
	if err != nil {
		return err
	}
	if known := len(schema.Migrations); version > int64(known) {
		return fmt.Errorf("it was written by a newer version of this program (schema %d, known up to %d)", version, known)
	}
	return sqlitemigration.Migrate(ctx, conn, schema)
}

// number is the one value that a query results in.
func number(conn *zsqlite.Conn, query string) (value int64, err error) {
	err = sqlitex.ExecuteTransient(conn, query, &sqlitex.ExecOptions{
		ResultFunc: func(stmt *zsqlite.Stmt) error {
			value = stmt.ColumnInt64(0)
			return nil
		},
	})
	return value, err
}

// hints say what the operator can do about what SQLite reports.
var hints = map[zsqlite.ResultCode]string{
	zsqlite.ResultBusy:     "it is locked by another process",
	zsqlite.ResultNotADB:   "it is damaged, or no database at all",
	zsqlite.ResultCorrupt:  "it is damaged",
	zsqlite.ResultCantOpen: "it cannot be opened: are the file and its directory readable and writable?",
	zsqlite.ResultPerm:     "it cannot be opened: are the file and its directory readable and writable?",
	zsqlite.ResultReadOnly: "it cannot be written: are the file and its directory writable?",
	zsqlite.ResultFull:     "the disk is full",
	zsqlite.ResultIOErr:    "the disk reports an error",
}

// explain adds the hint for an error of SQLite.
func explain(err error) error {
	if hint := hints[zsqlite.ErrCode(err).ToPrimary()]; hint != "" {
		return fmt.Errorf("%s: %w", hint, err)
	}
	return err
}
