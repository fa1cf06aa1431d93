// Package storetest holds any kind of store to the same behaviour, so that the
// kinds can be exchanged: each runs [Test] in its own tests. It also has
// [Memory], the kind for the tests of others.
//
// It is a test kit and no part of the program; what is peculiar to one kind (a
// foreign file, a full disk) is tested beside that kind.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/store"
)

// Open opens the store that lies in a directory and makes it if there is none.
// Test closes what it opens, and opens the same directory again to see what
// lasted.
type Open func(t *testing.T, dir string) store.Store

// Test holds a kind of store to what [store.Store] promises.
func Test(t *testing.T, open Open) {
	for name, test := range map[string]func(*testing.T, bench){
		"order without gaps":         testOrder,
		"content comes back":         testContent,
		"what was kept lasts":        testDurable,
		"telling twice is harmless":  testTwice,
		"conflict keeps nothing":     testConflict,
		"unencodable keeps nothing":  testUnencodable,
		"limits":                     testLimits,
		"empty batch":                testEmpty,
		"big change":                 testBig,
		"big batch":                  testBigBatch,
		"cancelled":                  testCancelled,
		"closed":                     testClosed,
		"readers beside a writer":    testReaders,
		"many goroutines may append": testWriters,
		"notes in place of notes":    testNotes,
	} {
		t.Run(name, func(t *testing.T) {
			test(t, bench{open: open, dir: t.TempDir()})
		})
	}
}

// bench is a kind of store and a place for one.
type bench struct {
	open Open
	dir  string
}

// store opens the store, to be closed at the end of the test at the latest.
func (b bench) store(t *testing.T) store.Store {
	t.Helper()
	s := b.open(t, b.dir)
	t.Cleanup(func() { _ = s.Close() }) // most tests have closed it and checked
	return s
}

// Changes makes n changes of an incident from revision first on. They are the
// same at each call.
func Changes(id incident.ID, first, n int) []incident.Change {
	onset := time.Date(2022, 7, 8, 8, 44, 0, 123456789, time.UTC)
	out := make([]incident.Change, n)
	for i := range out {
		rev := first + i
		out[i] = incident.Change{
			Incident: id, Rev: rev, At: onset.Add(time.Duration(rev) * time.Minute), Op: incident.OpAnnotate,
			Author: "dana", Note: fmt.Sprintf("note %d, « écrite »\n", rev),
		}
		if rev == 1 {
			out[i].Op, out[i].Author, out[i].Note = incident.OpSuspect, incident.Tocsin, ""
			out[i].Carrier, out[i].Roots, out[i].P, out[i].Event = "rogers", []catalog.NodeID{"rogers/ip-core"}, 0.7, onset
		}
	}
	return out
}

func appendAll(t *testing.T, s store.Store, want int64, changes ...incident.Change) {
	t.Helper()
	last, err := s.Append(t.Context(), changes)
	if err != nil || last != want {
		t.Fatalf("Append of %d = %d, %v; want %d", len(changes), last, err, want)
	}
}

// expect reads everything and compares.
func expect(t *testing.T, s store.Store, want ...incident.Change) {
	t.Helper()
	got, err := s.After(t.Context(), 0, len(want)+10)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%d changes are kept, want %d", len(got), len(want))
	}
	for i, k := range got {
		if k.Seq != int64(i+1) {
			t.Errorf("change %d has sequence number %d", i+1, k.Seq)
		}
		if !reflect.DeepEqual(k.Change, want[i]) {
			t.Errorf("change %d came back as %+v; want %+v", i+1, k.Change, want[i])
		}
	}
}

func testOrder(t *testing.T, b bench) {
	s := b.store(t)
	x, y := Changes("b-first", 1, 4), Changes("a-second", 1, 3)
	appendAll(t, s, 1, x[0])
	appendAll(t, s, 3, x[1], y[0])
	appendAll(t, s, 4, y[1])
	appendAll(t, s, 7, y[2], x[2], x[3])
	expect(t, s, x[0], x[1], y[0], y[1], y[2], x[2], x[3])
}

func testContent(t *testing.T, b bench) {
	s := b.store(t)
	c := Changes("x", 1, 1)[0]
	c.Note = "\x01 \"quoted\" 'single' ; DROP TABLE changes; -- \u2028 🔔"
	c.P = 0.1 + 0.2
	c.At = time.Date(2022, 7, 8, 4, 44, 0, 1, time.UTC)
	c.Facet = &incident.Facet{Node: "rogers/sms", Region: "ca-qc", Family: "ipv6"}
	c.Verdicts = []incident.Verdict{{Facet: *c.Facet, State: catalog.Unknown, Kind: incident.Unseen}}
	c.Exercise = true
	appendAll(t, s, 1, c)
	expect(t, s, c)
}

func testDurable(t *testing.T, b bench) {
	all := Changes("x", 1, 9)
	for i := range 3 {
		s := b.store(t)
		expect(t, s, all[:3*i]...)
		appendAll(t, s, int64(3*i+3), all[3*i:3*i+3]...)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, b.store(t), all...)
}

func testTwice(t *testing.T, b bench) {
	all := Changes("x", 1, 5)
	s := b.store(t)
	appendAll(t, s, 2, all[:2]...)
	appendAll(t, s, 2, all[:2]...)
	appendAll(t, s, 4, all[:4]...)                      // some old, some new
	appendAll(t, s, 5, all[4], all[4])                  // within one batch
	appendAll(t, s, 6, all[0], Changes("y", 1, 1)[0])   // old first, new last
	appendAll(t, s, 6, Changes("y", 1, 1)[0], all[3])   // none new
	expect(t, s, append(all, Changes("y", 1, 1)...)...) // in the first order
	if err := s.Close(); err != nil {                   // and after a restart
		t.Fatal(err)
	}
	s = b.store(t)
	appendAll(t, s, 6, all...)
	expect(t, s, append(all, Changes("y", 1, 1)...)...)
}

func testConflict(t *testing.T, b bench) {
	all := Changes("x", 1, 4)
	s := b.store(t)
	appendAll(t, s, 2, all[:2]...)
	other := all[1]
	other.Author = "somebody-else"
	twin := all[3]
	twin.Note = "not the same"
	for name, batch := range map[string][]incident.Change{
		"alone": {other}, "last of a batch": {all[2], all[3], other}, "first of a batch": {other, all[2]},
		"after one that is kept": {all[0], other}, "within the batch": {all[2], all[3], twin},
	} {
		last, err := s.Append(t.Context(), batch)
		if !errors.Is(err, store.ErrConflict) {
			t.Fatalf("%s: Append = %d, %v; want ErrConflict", name, last, err)
		}
		if !strings.Contains(err.Error(), "incident x, revision") {
			t.Errorf("%s: %q doesn't name the incident and the revision", name, err)
		}
		expect(t, s, all[:2]...)
	}
	appendAll(t, s, 4, all[2:]...) // the numbers of what was refused are used
	expect(t, s, all...)
}

func testUnencodable(t *testing.T, b bench) {
	all := Changes("x", 1, 2)
	s := b.store(t)
	bad := all[1]
	zero := 0.0
	bad.P = zero / zero
	if last, err := s.Append(t.Context(), []incident.Change{all[0], bad}); err == nil {
		t.Fatalf("Append of a change that is not a number = %d", last)
	}
	expect(t, s)
}

func testLimits(t *testing.T, b bench) {
	all := Changes("x", 1, 10)
	s := b.store(t)
	appendAll(t, s, 10, all...)
	for _, tc := range []struct {
		after       int64
		limit       int
		first, last int64 // 0: none
	}{
		{0, 3, 1, 3},
		{3, 3, 4, 6},
		{9, 3, 10, 10},
		{10, 3, 0, 0},
		{11, 3, 0, 0},
		{1 << 62, 3, 0, 0},
		{0, 10, 1, 10},
		{0, 11, 1, 10},
		{0, 1 << 40, 1, 10},
		{-5, 2, 1, 2},
		{0, 0, 0, 0},
		{0, -1, 0, 0},
	} {
		got, err := s.After(t.Context(), tc.after, tc.limit)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		if tc.first > 0 {
			n = int(tc.last - tc.first + 1)
		}
		if len(got) != n {
			t.Errorf("After(%d, %d) gives %d changes, want %d", tc.after, tc.limit, len(got), n)
			continue
		}
		for i, k := range got {
			if k.Seq != tc.first+int64(i) || k.Change.Rev != int(k.Seq) {
				t.Errorf("After(%d, %d): place %d has number %d, revision %d", tc.after, tc.limit, i, k.Seq, k.Change.Rev)
			}
		}
	}
}

func testEmpty(t *testing.T, b bench) {
	s := b.store(t)
	expect(t, s)
	appendAll(t, s, 0)
	appendAll(t, s, 2, Changes("x", 1, 2)...)
	appendAll(t, s, 2)
}

func testBig(t *testing.T, b bench) {
	all := Changes("x", 1, 3)
	all[1].Note = strings.Repeat("mégaoctet ", 100_000)
	s := b.store(t)
	appendAll(t, s, 3, all...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = b.store(t)
	appendAll(t, s, 3, all[1])
	expect(t, s, all...)
}

func testBigBatch(t *testing.T, b bench) {
	all := Changes("x", 1, 2000)
	s := b.store(t)
	appendAll(t, s, 2000, all...)
	expect(t, s, all...)
}

func testCancelled(t *testing.T, b bench) {
	all := Changes("x", 1, 2)
	s := b.store(t)
	appendAll(t, s, 1, all[0])
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, batch := range [][]incident.Change{all[1:], nil} {
		if last, err := s.Append(ctx, batch); !errors.Is(err, context.Canceled) {
			t.Errorf("Append of %d = %d, %v; want Canceled", len(batch), last, err)
		}
	}
	if got, err := s.After(ctx, 0, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("After = %v, %v; want Canceled", got, err)
	}
	expect(t, s, all[0])
	appendAll(t, s, 2, all[1])
}

func testClosed(t *testing.T, b bench) {
	s := b.store(t)
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if last, err := s.Append(t.Context(), Changes("x", 1, 1)); err == nil {
		t.Errorf("Append to a closed store = %d", last)
	}
	if got, err := s.After(t.Context(), 0, 1); err == nil {
		t.Errorf("After of a closed store = %v", got)
	}
	expect(t, b.store(t))
}

// testReaders follows the store from several goroutines while batches come in:
// each reader must see every change once, in order.
func testReaders(t *testing.T, b bench) {
	const batches, each = 40, 5
	all := Changes("x", 1, batches*each)
	s := b.store(t)
	var acknowledged atomic.Int64
	var wg sync.WaitGroup
	for r := range 3 {
		wg.Go(func() {
			for seq := int64(0); seq < batches*each && !t.Failed(); runtime.Gosched() {
				due := acknowledged.Load()
				got, err := s.After(t.Context(), seq, 3+r)
				if err == nil && len(got) == 0 && seq < due {
					err = fmt.Errorf("nothing is there, though %d were acknowledged", due)
				}
				if err != nil {
					t.Errorf("reader %d after %d: %v", r, seq, err)
					return
				}
				for _, k := range got {
					seq++
					if k.Seq != seq || k.Change.Rev != int(seq) {
						t.Errorf("reader %d: change %d, revision %d where %d was due", r, k.Seq, k.Change.Rev, seq)
						return
					}
				}
			}
		})
	}
	for i := range batches {
		if last, err := s.Append(t.Context(), all[i*each:(i+1)*each]); err != nil || last != int64((i+1)*each) {
			t.Errorf("batch %d: Append = %d, %v", i, last, err)
			break
		}
		acknowledged.Store(int64((i + 1) * each))
	}
	wg.Wait()
}

func testWriters(t *testing.T, b bench) {
	const writers, each = 4, 15
	s := b.store(t)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for _, c := range Changes(incident.ID(rune('a'+w)), 1, each) {
				if _, err := s.Append(t.Context(), []incident.Change{c}); err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
			}
		})
	}
	wg.Wait()
	got, err := s.After(t.Context(), 0, writers*each+1)
	if err != nil || len(got) != writers*each {
		t.Fatalf("%d changes, %v; want %d", len(got), err, writers*each)
	}
	next := map[incident.ID]int{}
	for i, k := range got {
		next[k.Change.Incident]++
		if k.Seq != int64(i+1) || k.Change.Rev != next[k.Change.Incident] {
			t.Errorf("place %d: number %d, incident %s, revision %d", i+1, k.Seq, k.Change.Incident, k.Change.Rev)
		}
	}
}
