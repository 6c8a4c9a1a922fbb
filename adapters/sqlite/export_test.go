package sqlite

import (
	"context"

	zsqlite "zombiezen.com/go/sqlite"
)

// Waiting is how many writes the writer has not taken yet.
func (s *Store) Waiting() int { return len(s.writes) }

// Write does a change of the test's own.
func (s *Store) Write(ctx context.Context, do func(*zsqlite.Conn) error) error {
	return s.write(ctx, do)
}
