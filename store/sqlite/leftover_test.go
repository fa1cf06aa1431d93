package sqlite

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/incident"
	"tocsin/store/storetest"
)

// crashed is a directory as a writer leaves it that was cut off: the file and
// its log, of a store with batches of three changes that no checkpoint has
// folded in. The first batch is in the file.
func crashed(t *testing.T, batches int) string {
	t.Helper()
	path := filled(t, 3)
	s := opened(t, path)
	if _, err := s.write.ExecContext(t.Context(), `PRAGMA wal_autocheckpoint = 0`); err != nil {
		t.Fatal(err)
	}
	for i := 1; i < batches; i++ {
		if last, err := s.Append(t.Context(), storetest.Changes("x", 3*i+1, 3)); err != nil || last != int64(3*i+3) {
			t.Fatalf("Append = %d, %v", last, err)
		}
	}
	return copied(t, path, "", "-wal")
}

// copied copies a store with some of the files beside it, and gives its new path.
func copied(t *testing.T, path string, sides ...string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), filepath.Base(path))
	for _, side := range sides {
		body, err := os.ReadFile(path + side)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to+side, body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func TestLogIsLeftOver(t *testing.T) {
	path := crashed(t, 20)
	s := opened(t, path)
	count(t, s, 60)
	if last, err := s.Append(t.Context(), storetest.Changes("x", 61, 3)); err != nil || last != 63 {
		t.Fatalf("Append = %d, %v; want 63", last, err)
	}
	closed(t, s)
	if left := files(t, filepath.Dir(path)); len(left) != 1 {
		t.Errorf("%d files after closing, want the store alone", len(left))
	}
	count(t, opened(t, path), 63)
}

// TestLogIsTorn cuts the log anywhere, as the loss of power does: what is left
// is the batches up to some one, whole, and the store takes the rest again.
func TestLogIsTorn(t *testing.T) {
	const batches = 8
	path := crashed(t, batches)
	log, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	all := storetest.Changes("x", 1, 3*batches)
	seen := map[int]bool{}
	for cut := 0; cut <= len(log); cut += 1531 {
		torn := copied(t, path, "")
		if err := os.WriteFile(torn+"-wal", log[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		s := opened(t, torn)
		kept, err := s.After(t.Context(), 0, 100)
		if err != nil || len(kept) < 3 || len(kept)%3 != 0 {
			t.Fatalf("log cut at %d of %d: %d changes, %v; want whole batches of 3", cut, len(log), len(kept), err)
		}
		seen[len(kept)] = true
		holds(t, s, all[:len(kept)])
		if last, err := s.Append(t.Context(), all); err != nil || last != int64(len(all)) {
			t.Fatalf("log cut at %d: told again: %d, %v; want %d", cut, last, err, len(all))
		}
		holds(t, s, all)
		closed(t, s)
	}
	if len(seen) < batches-1 {
		t.Errorf("only %d lengths were met: the cuts do nothing", len(seen))
	}
}

// TestIndexOfTheLogIsGarbage: -shm is made from the log again, whatever it holds.
func TestIndexOfTheLogIsGarbage(t *testing.T) {
	path := crashed(t, 10)
	if err := os.WriteFile(path+"-shm", []byte(strings.Repeat("garbage ", 4096)), 0o600); err != nil {
		t.Fatal(err)
	}
	count(t, opened(t, path), 30)
}

// TestLogThatFailsItsChecks: a log whose salt is not that of its frames, as one
// is that began to be used again, brings nothing in.
func TestLogThatFailsItsChecks(t *testing.T) {
	path := filled(t, 3)
	other := filepath.Join(t.TempDir(), "tocsin.db")
	s := opened(t, other)
	if _, err := s.Append(t.Context(), storetest.Changes("other", 1, 50)); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(other + "-wal")
	if err != nil || len(log) == 0 {
		t.Fatalf("log of %d bytes, %v", len(log), err)
	}
	log[16] ^= 0xff // the first byte of the salt in its header
	if err := os.WriteFile(path+"-wal", log, 0o600); err != nil {
		t.Fatal(err)
	}
	holds(t, opened(t, path), storetest.Changes("x", 1, 3))
}

func TestHugeChange(t *testing.T) {
	path := filled(t, 1)
	s := opened(t, path)
	huge := storetest.Changes("x", 2, 1)
	huge[0].Note = strings.Repeat("panne « généralisée » \u2028", 1<<18) // some 7 MB
	if last, err := s.Append(t.Context(), huge); err != nil || last != 2 {
		t.Fatalf("Append = %d, %v; want 2", last, err)
	}
	more := storetest.Changes("x", 3, 1)
	if last, err := s.Append(t.Context(), more); err != nil || last != 3 {
		t.Fatalf("Append = %d, %v; want 3", last, err)
	}
	closed(t, s)
	s = opened(t, path)
	holds(t, s, []incident.Change{storetest.Changes("x", 1, 1)[0], huge[0], more[0]})
	closed(t, s)
	if left := files(t, filepath.Dir(path)); len(left) != 1 {
		t.Errorf("%d files after closing: the log of the burst is left", len(left))
	}
}
