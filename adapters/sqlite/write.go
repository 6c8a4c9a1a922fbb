package sqlite

import (
	"context"
	"errors"

	zsqlite "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exchangebot/bot"
)

// maxBatch bounds a transaction, and with it how long a write can wait.
const maxBatch = 256

// write is one change that waits for the writer.
type write struct {
	do      func(*zsqlite.Conn) error
	forgets bool // what was there before must not be left in the log either
	err     error
	done    chan struct{} // closed when the change is on disk, or err says why not
}

// write lets the writer do a change and waits until it is on disk. A context
// that ends is heeded until the change is queued: then it has its outcome
// within milliseconds, and nobody has to guess it.
//
// do may run twice. When it returns [bot.ErrConflict], it has changed nothing.
func (s *Store) write(ctx context.Context, do func(*zsqlite.Conn) error) error {
	return s.await(ctx, &write{do: do})
}

// forget is write for a change after which nothing of what was there before
// is left in any file, unless somebody reads meanwhile: then a later write
// sees to it.
func (s *Store) forget(ctx context.Context, do func(*zsqlite.Conn) error) error {
	return s.await(ctx, &write{do: do, forgets: true})
}

func (s *Store) await(ctx context.Context, w *write) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w.done = make(chan struct{})
	if err := s.queue(ctx, w); err != nil {
		return err
	}
	<-w.done
	return w.err
}

func (s *Store) queue(ctx context.Context, w *write) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if !s.open {
		return ErrClosed
	}
	select {
	case s.writes <- w:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run is the writer: it commits what is waiting until writes is closed.
func run(conn *zsqlite.Conn, writes <-chan *write, stopped chan<- struct{}) {
	defer close(stopped)
	batch := make([]*write, 0, maxBatch)
	forgets := true // a process that was killed may have left it to this one
	for w := range writes {
		batch = append(batch[:0], w)
		for len(batch) < maxBatch && len(writes) > 0 {
			batch = append(batch, <-writes)
		}
		commit(conn, batch)
		for _, w := range batch {
			forgets = forgets || w.forgets && w.err == nil
		}
		if forgets {
			forgets = !emptyLog(conn)
		}
		for i, w := range batch {
			close(w.done)
			batch[i] = nil
		}
	}
}

// commit does the batch in one transaction and notes each write's outcome.
func commit(conn *zsqlite.Conn, batch []*write) {
	if err := sqlitex.Execute(conn, "begin immediate", nil); err != nil {
		fail(conn, batch, err)
		return
	}
	for _, w := range batch {
		w.err = w.do(conn)
		if w.err == nil || errors.Is(w.err, bot.ErrConflict) {
			continue
		}
		if len(batch) == 1 {
			fail(conn, batch, w.err)
			return
		}
		// One write that cannot be done does not take the others with it.
		rollback(conn)
		for i := range batch {
			commit(conn, batch[i:i+1])
		}
		return
	}
	if err := sqlitex.Execute(conn, "commit", nil); err != nil {
		fail(conn, batch, err)
	}
}

// emptyLog moves the log into the file and cuts it to nothing, and reports
// whether it could: it cannot while somebody reads what the log holds.
func emptyLog(conn *zsqlite.Conn) bool {
	conn.SetBusyTimeout(readWait)
	defer conn.SetBusyTimeout(lockWait)
	busy, err := number(conn, "pragma wal_checkpoint(truncate)") // the first column
	return err == nil && busy == 0
}

func fail(conn *zsqlite.Conn, batch []*write, err error) {
	rollback(conn)
	for _, w := range batch {
		w.err = explain(err)
	}
}

// rollback ends the transaction where SQLite has not done so itself, as it
// does on a full disk. Whether that succeeds shows at the next "begin".
func rollback(conn *zsqlite.Conn) {
	if !conn.AutocommitEnabled() {
		_ = sqlitex.Execute(conn, "rollback", nil)
	}
}
