package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tocsin/incident"
	"tocsin/store"
	"tocsin/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Test(t, func(t *testing.T, dir string) store.Store {
		return opened(t, filepath.Join(dir, "tocsin.db"))
	})
}

// opened opens a store and closes it at the end of the test at the latest.
func opened(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// filled is the path of a closed store with n changes of incident x.
func filled(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tocsin.db")
	s := opened(t, path)
	if _, err := s.Append(t.Context(), storetest.Changes("x", 1, n)); err != nil {
		t.Fatal(err)
	}
	closed(t, s)
	return path
}

func closed(t *testing.T, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, s *Store, want int) {
	t.Helper()
	got, err := s.After(t.Context(), 0, want+10)
	if err != nil || len(got) != want {
		t.Fatalf("%d changes, %v; want %d", len(got), err, want)
	}
	for i, k := range got {
		if k.Seq != int64(i+1) {
			t.Fatalf("place %d has sequence number %d", i+1, k.Seq)
		}
	}
}

// files reads a directory whole.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(b)
	}
	return out
}

// refused opens a file that must be refused with an error that names it, and
// must lie in its directory afterwards as it did before.
func refused(t *testing.T, path string, want error) {
	t.Helper()
	before := files(t, filepath.Dir(path))
	s, err := Open(t.Context(), path)
	if !errors.Is(err, want) {
		t.Fatalf("Open = %v, %v; want %v", s, err, want)
	}
	if s != nil || !strings.Contains(err.Error(), path) {
		t.Errorf("Open = %v, %q; want nil and an error that names the file", s, err)
	}
	after := files(t, filepath.Dir(path))
	for name := range after {
		if after[name] != before[name] {
			t.Errorf("%s is not as it was", name)
		}
	}
	if len(after) != len(before) {
		t.Errorf("%d files, before %d", len(after), len(before))
	}
}

func TestNewerStoreIsLeftAlone(t *testing.T) {
	path := filled(t, 3)
	future := append(migrations(), `CREATE TABLE marvels (id INTEGER PRIMARY KEY) STRICT`)
	s, err := open(t.Context(), path, future)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, s)
	refused(t, path, store.ErrNewer)

	// A newer version may have been killed before its version reached the file
	// itself: the log beside it tells.
	s, err = open(t.Context(), path, append(future, `CREATE TABLE wonders (id INTEGER PRIMARY KEY) STRICT`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.ExecContext(t.Context(), `PRAGMA user_version = 9`); err != nil {
		t.Fatal(err)
	}
	if late, err := open(t.Context(), path, future); !errors.Is(err, store.ErrNewer) {
		t.Errorf("Open = %v, %v; want ErrNewer", late, err)
	}
	closed(t, s)
}

func TestOlderStoreIsBroughtForward(t *testing.T) {
	path := filled(t, 3)
	future := append(migrations(),
		`ALTER TABLE changes ADD COLUMN day TEXT NOT NULL DEFAULT ''`,
		`UPDATE changes SET day = substr(incident, 1, 10)`)
	s, err := open(t.Context(), path, future)
	if err != nil {
		t.Fatal(err)
	}
	count(t, s, 3)
	closed(t, s)
	s, err = open(t.Context(), path, future) // once is enough
	if err != nil {
		t.Fatal(err)
	}
	count(t, s, 3)
	closed(t, s)
	refused(t, path, store.ErrNewer)
}

func TestFailedMigrationChangesNothing(t *testing.T) {
	path := filled(t, 3)
	bad := append(migrations(), `CREATE TABLE marvels (id INTEGER PRIMARY KEY) STRICT`, `CREATE TABLE changes (again INTEGER)`)
	s, err := open(t.Context(), path, bad)
	if err == nil || !strings.Contains(err.Error(), "migration to schema 4") || !strings.Contains(err.Error(), path) {
		t.Fatalf("open = %v, %v; want an error that names the migration and the file", s, err)
	}
	count(t, opened(t, path), 3)
}

func TestForeignFileIsLeftAlone(t *testing.T) {
	for name, content := range map[string]string{
		"text":             "carrier,onset\nrogers,08:44\n",
		"long text":        strings.Repeat("not a database ", 1000),
		"torn header":      magic + "\x10\x00",
		"zeros":            string(make([]byte, 8192)),
		"header of others": magic + strings.Repeat("\x00", 8176),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "data.db")
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, path, store.ErrForeign)
		})
	}
}

func TestDatabaseOfAnotherProgramIsLeftAlone(t *testing.T) {
	for _, statement := range []string{`CREATE TABLE changes (seq INTEGER PRIMARY KEY)`, `PRAGMA application_id = 7`, `PRAGMA user_version = 1`} {
		path := filepath.Join(t.TempDir(), "other.db")
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		refused(t, path, store.ErrForeign)
	}
}

func TestEmptyFileBecomesAStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tocsin.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	count(t, opened(t, path), 0)
}

// TestFullDisk lets SQLite believe that the disk ends, which it answers just as
// it answers ENOSPC.
func TestFullDisk(t *testing.T) {
	path := filled(t, 50)
	s := opened(t, path)
	var pages int
	if err := s.write.QueryRowContext(t.Context(), `PRAGMA page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit := func(n int) {
		if _, err := s.write.ExecContext(t.Context(), fmt.Sprintf(`PRAGMA max_page_count = %d`, n)); err != nil {
			t.Fatal(err)
		}
	}
	limit(pages + 2)
	more := storetest.Changes("x", 51, 2000)
	for range 3 { // trying again is no help, and no harm
		last, err := s.Append(t.Context(), more)
		if !errors.Is(err, store.ErrFull) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "free space") {
			t.Fatalf("Append = %d, %v; want ErrFull with the file and the cure", last, err)
		}
		count(t, s, 50)
	}
	limit(1 << 30)
	if last, err := s.Append(t.Context(), more); err != nil || last != 2050 {
		t.Fatalf("Append = %d, %v once there is room; want 2050", last, err)
	}
	closed(t, s)
	count(t, opened(t, path), 2050)
}

func TestFilesAreForTheUserAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	path := filepath.Join(dir, "tocsin.db")
	s := opened(t, path)
	if _, err := s.Append(t.Context(), storetest.Changes("x", 1, 1)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{
		filepath.Dir(dir): 0o700, dir: 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600,
	} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", filepath.Base(name), info.Mode().Perm(), want)
		}
	}
	closed(t, s)
	if left := files(t, dir); len(left) != 1 {
		t.Errorf("%d files after closing, want the store alone", len(left))
	}
}

func TestOddNames(t *testing.T) {
	for _, name := range []string{"with space.db", "a?mode=memory.db", "50%25.db", "#1.db", "été & hiver;.db", "file:x.db", ":memory:"} {
		path := filepath.Join(t.TempDir(), "d?r é", name)
		s := opened(t, path)
		if _, err := s.Append(t.Context(), storetest.Changes("x", 1, 2)); err != nil {
			t.Fatal(err)
		}
		closed(t, s)
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%q: %v, %v; the store is somewhere else", name, info, err)
		}
		count(t, opened(t, path), 2)
	}
}

func TestPathThatCannotBe(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, filepath.Join(file, "tocsin.db")} {
		if s, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "check that") {
			t.Errorf("Open = %v, %v; want an error with the path and a cure", s, err)
		}
	}
}

func TestAnotherProcess(t *testing.T) {
	path := filled(t, 1)
	a, b := opened(t, path), opened(t, path)
	all := storetest.Changes("x", 1, 4)
	if last, err := a.Append(t.Context(), all[1:2]); err != nil || last != 2 {
		t.Fatalf("Append = %d, %v", last, err)
	}
	count(t, b, 2)
	other := all[2]
	other.Author = "the-other-process"
	if last, err := b.Append(t.Context(), []incident.Change{other}); err != nil || last != 3 {
		t.Fatalf("Append = %d, %v", last, err)
	}
	if last, err := a.Append(t.Context(), all[2:]); !errors.Is(err, store.ErrConflict) || !strings.Contains(err.Error(), path) {
		t.Errorf("Append = %d, %v; want ErrConflict with the file", last, err)
	}
	count(t, a, 3)

	// One that holds the file for long is named as the cause.
	if _, err := a.write.ExecContext(t.Context(), `PRAGMA busy_timeout = 0`); err != nil {
		t.Fatal(err)
	}
	tx, err := b.write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if last, err := a.Append(t.Context(), storetest.Changes("y", 1, 1)); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("Append = %d, %v; want the other process named", last, err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if last, err := a.Append(t.Context(), storetest.Changes("y", 1, 1)); err != nil || last != 4 {
		t.Errorf("Append = %d, %v", last, err)
	}
}

// TestOpenedAtOnce has several open a store that isn't there yet.
func TestOpenedAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tocsin.db")
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			s, err := Open(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			_, err = s.Append(t.Context(), storetest.Changes(incident.ID(rune('a'+i)), 1, 2))
			if err := errors.Join(err, s.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	count(t, opened(t, path), 12)
}

func TestSettings(t *testing.T) {
	s := opened(t, filepath.Join(t.TempDir(), "tocsin.db"))
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2",
		"application_id": fmt.Sprint(applicationID), "user_version": fmt.Sprint(len(migrations())),
	} {
		for name, db := range map[string]*sql.DB{"writer": s.write, "reader": s.read} {
			var got string
			if err := db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s: %s is %q, %v; want %s", name, pragma, got, err, want)
			}
		}
	}
	if _, err := s.read.ExecContext(t.Context(), `DELETE FROM changes`); err == nil {
		t.Error("a reader may write")
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := opened(b, filepath.Join(b.TempDir(), "tocsin.db"))
			rev := 1
			for b.Loop() {
				if _, err := s.Append(b.Context(), storetest.Changes("x", rev, n)); err != nil {
					b.Fatal(err)
				}
				rev += n
			}
			b.ReportMetric(float64(rev-1)/b.Elapsed().Seconds(), "changes/s")
		})
	}
}

func BenchmarkAfter(b *testing.B) {
	s := opened(b, filepath.Join(b.TempDir(), "tocsin.db"))
	if _, err := s.Append(b.Context(), storetest.Changes("x", 1, 10_000)); err != nil {
		b.Fatal(err)
	}
	for _, limit := range []int{1, 1000} {
		b.Run(fmt.Sprint(limit), func(b *testing.B) {
			for b.Loop() {
				if got, err := s.After(b.Context(), 5000, limit); err != nil || len(got) != limit {
					b.Fatal(len(got), err)
				}
			}
		})
	}
}
