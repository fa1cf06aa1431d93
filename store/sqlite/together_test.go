package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tocsin/incident"
	"tocsin/store/storetest"
)

// colleague is the variable that makes the test binary one of several writers
// to a store; its value is the incident that it tells of, and the path.
const colleague = "TOCSIN_TEST_COLLEAGUE"

// eachWriter is how many changes each of them tells, in batches of up to three.
const eachWriter = 60

// appendMine tells the changes of one incident, each batch twice.
func appendMine(ctx context.Context, id incident.ID, path string) error {
	s, err := Open(ctx, path)
	if err != nil {
		return err
	}
	for rev, n := 1, 1; err == nil && rev <= eachWriter; rev, n = rev+n, n%3+1 {
		batch := storetest.Changes(id, rev, min(n, eachWriter+1-rev))
		for range 2 {
			if _, again := s.Append(ctx, batch); again != nil {
				err = again
			}
		}
	}
	return errors.Join(err, s.Close())
}

// TestManyProcesses has three processes write to one store, while this one
// follows it: every change is kept once, in the order of its incident, and the
// order that a follower saw is the order that stays.
func TestManyProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tocsin.db")
	follower := opened(t, path)
	ids := []incident.ID{"one", "two", "three"}
	var wg sync.WaitGroup
	for _, id := range ids {
		wg.Go(func() {
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), colleague+"="+string(id)+" "+path)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("writer of %s: %v\n%s", id, err, out)
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	order := followed(t, follower, done)
	if len(order) != len(ids)*eachWriter {
		t.Fatalf("%d changes, want %d", len(order), len(ids)*eachWriter)
	}
	next := map[incident.ID]int{}
	for i, at := range order {
		id, rev, _ := strings.Cut(at, " ")
		if next[incident.ID(id)]++; rev != fmt.Sprint(next[incident.ID(id)]) {
			t.Errorf("place %d: %s, want revision %d", i+1, at, next[incident.ID(id)])
		}
	}
	kept, err := opened(t, path).After(t.Context(), 0, 1000)
	if err != nil || len(kept) != len(order) {
		t.Fatalf("%d changes, %v", len(kept), err)
	}
	for i, k := range kept {
		if got := fmt.Sprint(k.Change.Incident, " ", k.Change.Rev); got != order[i] || k.Seq != int64(i+1) {
			t.Errorf("place %d was %s and is %s, number %d", i+1, order[i], got, k.Seq)
		}
	}
}

// followed reads a store until its writers are done, and to its end; each change
// is given as "incident revision".
func followed(t *testing.T, s *Store, done <-chan struct{}) (order []string) {
	t.Helper()
	for last := false; ; {
		kept, err := s.After(t.Context(), int64(len(order)), 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range kept {
			if k.Seq != int64(len(order)+1) {
				t.Fatalf("change %d after %d", k.Seq, len(order))
			}
			order = append(order, fmt.Sprint(k.Change.Incident, " ", k.Change.Rev))
		}
		if last && len(kept) == 0 {
			return order
		}
		select {
		case <-done:
			last = true
		default:
		}
	}
}

// TestHandlesOfOneProcess has several handles tell the same changes at once: each
// is kept once, and none of the tellers gets an error.
func TestHandlesOfOneProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tocsin.db")
	all := storetest.Changes("x", 1, 40)
	var wg sync.WaitGroup
	for range 4 {
		s := opened(t, path)
		wg.Go(func() {
			for i := range all {
				if last, err := s.Append(t.Context(), all[:i+1]); err != nil || last < int64(i+1) {
					t.Errorf("Append of %d = %d, %v", i+1, last, err)
					return
				}
			}
		})
	}
	wg.Wait()
	holds(t, opened(t, path), all)
}
