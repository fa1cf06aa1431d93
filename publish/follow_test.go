package publish

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/store"
	"tocsin/store/storetest"
)

func morning() time.Time { return time.Date(2022, 7, 8, 8, 44, 0, 0, time.UTC) }

// opening is the first change of an incident whose onset is some hours after
// the morning of the day.
func opening(id incident.ID, hours int) incident.Change {
	onset := morning().Add(time.Duration(hours) * time.Hour)
	return incident.Change{
		Incident: id, Rev: 1, At: onset.Add(6 * time.Minute), Event: onset, Op: incident.OpSuspect, Author: incident.Tocsin,
		Carrier: "rogers", Roots: []catalog.NodeID{"rogers/ip-core"}, P: 0.7,
	}
}

func step(id incident.ID, rev int, op incident.Op) incident.Change {
	at := morning().Add(time.Duration(rev) * time.Hour)
	return incident.Change{Incident: id, Rev: rev, At: at, Event: at, Op: op, Author: incident.Tocsin, Note: "as seen"}
}

func keep(t *testing.T, s store.Store, changes ...incident.Change) {
	t.Helper()
	if _, err := s.Append(t.Context(), changes); err != nil {
		t.Fatal(err)
	}
}

func catchUp(t *testing.T, f *Follower, want bool) {
	t.Helper()
	if changed, err := f.Catch(t.Context()); err != nil || changed != want {
		t.Fatalf("Catch = %v, %v; want %v", changed, err, want)
	}
}

// standing is what a follower holds, in order.
func standing(f *Follower) string {
	var out []string
	for _, in := range f.Incidents() {
		out = append(out, fmt.Sprintf("%s %d %s", in.ID, in.Rev, in.State))
	}
	return strings.Join(out, ", ")
}

func TestFollowerReadsOnFromItsPlace(t *testing.T) {
	s := &storetest.Memory{}
	f := Follow(s)
	catchUp(t, f, false)
	if got := f.Incidents(); len(got) != 0 || f.Seq() != 0 {
		t.Errorf("an empty store holds %v at %d", got, f.Seq())
	}
	keep(t, s, opening("a", 0), opening("c", 2), step("a", 2, incident.OpConfirm))
	catchUp(t, f, true)
	catchUp(t, f, false)
	if got, want := standing(f), "c 1 suspected, a 2 confirmed"; got != want || f.Seq() != 3 {
		t.Errorf("got %s at %d; want %s at 3", got, f.Seq(), want)
	}
	keep(t, s, step("c", 2, incident.OpDismiss), opening("b", 1), step("a", 3, incident.OpRecover))
	catchUp(t, f, true)
	if got, want := standing(f), "c 2 dismissed, b 1 suspected, a 3 recovering"; got != want {
		t.Errorf("got %s; want %s", got, want)
	}

	late := Follow(s)
	catchUp(t, late, true)
	a, err := json.Marshal(f.Incidents())
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(late.Incidents())
	if err != nil {
		t.Fatal(err)
	}
	if string(a) != string(b) {
		t.Errorf("a late follower holds\n%s\nthe first\n%s", b, a)
	}
}

func TestFollowerOrderIsStable(t *testing.T) {
	s := &storetest.Memory{}
	for _, id := range []incident.ID{"m", "k", "z", "a", "q"} {
		keep(t, s, opening(id, 0))
	}
	f := Follow(s)
	catchUp(t, f, true)
	for range 20 {
		if got, want := standing(f), "z 1 suspected, q 1 suspected, m 1 suspected, k 1 suspected, a 1 suspected"; got != want {
			t.Fatalf("got %s; want %s", got, want)
		}
	}
}

func TestFollowerReadsManyPages(t *testing.T) {
	for _, n := range []int{page - 1, page, page + 1, 2*page + 7} {
		s := &storetest.Memory{}
		keep(t, s, storetest.Changes("x", 1, n)...)
		f := Follow(s)
		catchUp(t, f, true)
		if in := f.Incidents(); len(in) != 1 || in[0].Rev != n || f.Seq() != int64(n) {
			t.Errorf("%d changes: at %d, %s", n, f.Seq(), standing(f))
		}
		catchUp(t, f, false)
	}
}

func TestFollowerStaysOnAChangeThatDoesNotApply(t *testing.T) {
	s := &storetest.Memory{}
	keep(t, s, opening("a", 0))
	f := Follow(s)
	catchUp(t, f, true)
	before := standing(f)
	keep(t, s, step("a", 2, incident.OpConfirm), opening("b", 1), step("b", 2, incident.OpResolve))
	for range 2 {
		changed, err := f.Catch(t.Context())
		if changed || !errors.Is(err, incident.ErrRefused) {
			t.Fatalf("Catch = %v, %v; want ErrRefused", changed, err)
		}
		for _, part := range []string{"change 4", "incident b", "revision 2"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q doesn't name %s", err, part)
			}
		}
		if standing(f) != before || f.Seq() != 1 {
			t.Errorf("it moved to %s at %d", standing(f), f.Seq())
		}
	}
}

// faulty is a store whose reads can be spoiled.
type faulty struct {
	storetest.Memory
	spoil func(seq int64, kept []store.Kept) ([]store.Kept, error)
}

func (s *faulty) After(ctx context.Context, seq int64, limit int) ([]store.Kept, error) {
	kept, err := s.Memory.After(ctx, seq, limit)
	if err == nil && s.spoil != nil {
		return s.spoil(seq, kept)
	}
	return kept, err
}

func TestFollowerStaysOnAFailedRead(t *testing.T) {
	broken := errors.New("the disk is on fire")
	s := &faulty{}
	keep(t, s, storetest.Changes("x", 1, page+50)...)
	s.spoil = func(seq int64, kept []store.Kept) ([]store.Kept, error) {
		if seq >= page { // the first page is read well
			return nil, broken
		}
		return kept, nil
	}
	f := Follow(s)
	if changed, err := f.Catch(t.Context()); changed || !errors.Is(err, broken) || !strings.Contains(err.Error(), fmt.Sprintf("after change %d", page)) {
		t.Errorf("Catch = %v, %v; want the store's error and the place", changed, err)
	}
	if f.Seq() != 0 || len(f.Incidents()) != 0 {
		t.Errorf("it moved to %s at %d", standing(f), f.Seq())
	}
	s.spoil = nil
	catchUp(t, f, true)
	if f.Seq() != page+50 {
		t.Errorf("it ended at %d", f.Seq())
	}
}

func TestFollowerNoticesAGap(t *testing.T) {
	s := &faulty{}
	keep(t, s, opening("a", 0), opening("b", 1), opening("c", 2))
	s.spoil = func(_ int64, kept []store.Kept) ([]store.Kept, error) { return slices.Delete(kept, 1, 2), nil }
	f := Follow(s)
	if changed, err := f.Catch(t.Context()); changed || err == nil || !strings.Contains(err.Error(), "change 3 (incident c, revision 1) came after change 1") {
		t.Errorf("Catch = %v, %v; want the gap named", changed, err)
	}
}

func TestFollowerCancelled(t *testing.T) {
	s := &storetest.Memory{}
	keep(t, s, opening("a", 0))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := Follow(s)
	if changed, err := f.Catch(ctx); changed || !errors.Is(err, context.Canceled) {
		t.Errorf("Catch = %v, %v; want Canceled", changed, err)
	}
	catchUp(t, f, true)
}

func TestPictureIsFixed(t *testing.T) {
	s := &storetest.Memory{}
	keep(t, s, opening("a", 0), opening("b", 1))
	f := Follow(s)
	catchUp(t, f, true)
	about := Picture{Now: morning().Add(2 * time.Hour), Replay: &Replay{Outage: "rogers-2022-07-08", Speed: 60}}
	p := f.Picture(about)
	keep(t, s, step("a", 2, incident.OpConfirm), opening("c", 2))
	catchUp(t, f, true)

	if len(p.Incidents) != 2 || p.Incidents[1].State != incident.Suspected {
		t.Errorf("a picture changed after it was made: %+v", p.Incidents)
	}
	if p.Now != about.Now || p.Replay != about.Replay || about.Incidents != nil {
		t.Errorf("the picture is not what it was to be: %+v of %+v", p, about)
	}
	var b Board
	b.Swap(f.Picture(about))
	if in, ok := b.Picture().Incident("a"); !ok || in.State != incident.Confirmed {
		t.Errorf("incident a is %+v, %v", in, ok)
	}
	if open := b.Picture().Open(); len(open) != 3 || open[0].ID != "c" {
		t.Errorf("open are %+v", open)
	}
}
