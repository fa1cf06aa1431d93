package publish

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"tocsin/incident"
	"tocsin/store"
)

// Follower holds the incidents as a store has them. It reads on from its own
// place in the store's order, so any number may follow one store, each at its
// own pace, and one that starts anew ends where the others are.
//
// It runs no goroutine and is for one at a time: whoever owns it calls Catch
// when there may be news, then swaps the picture.
type Follower struct {
	store store.Store
	seq   int64
	held  map[incident.ID]incident.Incident
}

// Follow makes a follower that stands before the first change.
func Follow(s store.Store) *Follower { return &Follower{store: s} }

// page is how many changes are read at once.
const page = 1000

// Catch reads everything that was kept since the last time and tells whether
// there was anything. On an error the follower stays where it was, and the next
// Catch reads the same again: a picture never shows half of what was decided.
func (f *Follower) Catch(ctx context.Context) (changed bool, err error) {
	seq, held := f.seq, maps.Clone(f.held)
	if held == nil {
		held = map[incident.ID]incident.Incident{}
	}
	for {
		kept, err := f.store.After(ctx, seq, page)
		if err != nil {
			return false, fmt.Errorf("follow after change %d: %w", seq, err)
		}
		for _, k := range kept {
			if err := fold(held, seq, k); err != nil {
				return false, err
			}
			seq = k.Seq
		}
		if len(kept) < page {
			break
		}
	}
	changed = seq > f.seq
	f.seq, f.held = seq, held
	return changed, nil
}

// fold applies the change that follows seq.
func fold(held map[incident.ID]incident.Incident, seq int64, k store.Kept) error {
	c := k.Change
	if k.Seq != seq+1 {
		return fmt.Errorf("follow: change %d (incident %s, revision %d) came after change %d", k.Seq, c.Incident, c.Rev, seq)
	}
	in, err := incident.Apply(held[c.Incident], c)
	if err != nil {
		return fmt.Errorf("follow: change %d: %w", k.Seq, err) // Apply names the incident and the revision
	}
	held[c.Incident] = in
	return nil
}

// Seq is the sequence number of the last change that the incidents hold.
func (f *Follower) Seq() int64 { return f.seq }

// Incidents are all incidents, newest onset first. The slice is the caller's.
func (f *Follower) Incidents() []incident.Incident {
	return slices.SortedFunc(maps.Values(f.held), func(a, b incident.Incident) int { return incident.Compare(b, a) })
}

// Picture is a new picture with the incidents as they stand and everything else
// as in about.
func (f *Follower) Picture(about Picture) *Picture {
	about.Incidents = f.Incidents()
	return &about
}
