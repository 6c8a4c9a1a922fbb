package sqlite_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	zsqlite "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exchangebot/adapters/sqlite"
	"exchangebot/bot/bottest"
)

func TestForOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	s := open(t, dir)
	if err := s.SaveConversation(t.Context(), bottest.Full("test:1")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, s.Path(), s.Path() + "-wal", s.Path() + "-shm"} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		want := fs.FileMode(0o600)
		if info.IsDir() {
			want = 0o700
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", path, info.Mode().Perm(), want)
		}
	}
}

// execute runs SQL on a store's file, as somebody else would.
func execute(t *testing.T, path string, queries ...string) {
	t.Helper()
	conn, err := zsqlite.OpenConn(path, zsqlite.OpenReadWrite|zsqlite.OpenCreate)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	for _, query := range queries {
		if err := sqlitex.ExecuteTransient(conn, query, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpenFails(t *testing.T) {
	for _, test := range []struct {
		name    string
		prepare func(t *testing.T, path string)
		want    string
	}{
		{"directory is a file", func(t *testing.T, path string) {
			write(t, filepath.Dir(path), "")
		}, "make directory"},
		{"file is a directory", func(t *testing.T, path string) {
			mkdir(t, path)
		}, "cannot be opened"},
		{"no database", func(t *testing.T, path string) {
			mkdir(t, filepath.Dir(path))
			write(t, path, strings.Repeat("Lorem ipsum dolor sit amet. ", 100))
		}, "damaged, or no database at all"},
		{"of another program", func(t *testing.T, path string) {
			mkdir(t, filepath.Dir(path))
			execute(t, path, "create table songs (name text)")
		}, "the file of another program"},
		{"with the mark of another program", func(t *testing.T, path string) {
			mkdir(t, filepath.Dir(path))
			execute(t, path, "pragma application_id = 17")
		}, "the file of another program"},
		{"of a newer version", func(t *testing.T, path string) {
			if err := openOnce(t, filepath.Dir(path)); err != nil {
				t.Fatal(err)
			}
			execute(t, path, "pragma user_version = 1000")
		}, "newer version of this program (schema 1000"},
		{"locked", func(t *testing.T, path string) {
			if err := openOnce(t, filepath.Dir(path)); err != nil {
				t.Fatal(err)
			}
			execute(t, path, "begin immediate")
		}, "locked by another process"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "data")
			test.prepare(t, filepath.Join(dir, sqlite.File))
			err := openOnce(t, dir)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), dir) {
				t.Errorf("got error %v, want one that names the file and says %q", err, test.want)
			}
		})
	}
}

func openOnce(t *testing.T, dir string) error {
	t.Helper()
	s := sqlite.New(dir)
	if err := s.Open(t.Context()); err != nil {
		return err
	}
	return s.Close()
}

func mkdir(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
