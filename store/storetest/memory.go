package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"tocsin/incident"
	"tocsin/store"
)

// Memory is a store that keeps nothing beyond the process, for the tests of
// those who use one. The zero value is empty and ready. It passes [Test], so a
// test that uses it sees what a real store would do.
type Memory struct {
	mu     sync.Mutex
	bodies [][]byte // by sequence number less one
	places map[place]int
	notes  map[string][]byte
	closed bool
}

// place is where a change stands in its incident.
type place struct {
	incident incident.ID
	rev      int
}

var errClosed = errors.New("memory store: it is closed")

// Append is as [store.Store] has it.
func (m *Memory) Append(ctx context.Context, changes []incident.Change) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ready(ctx); err != nil {
		return 0, err
	}
	var fresh [][]byte
	places := map[place]int{}
	for _, c := range changes {
		body, err := store.Encode(c)
		if err != nil {
			return 0, fmt.Errorf("memory store: %w", err)
		}
		at := place{c.Incident, c.Rev}
		kept := m.find(at, places, fresh)
		if kept == nil {
			places[at] = len(m.bodies) + len(fresh)
			fresh = append(fresh, body)
			continue
		}
		if same, err := store.Same(kept, body); err != nil || !same {
			return 0, fmt.Errorf("memory store: incident %s, revision %d: %w", c.Incident, c.Rev, errors.Join(store.ErrConflict, err))
		}
	}
	if m.places == nil {
		m.places = map[place]int{}
	}
	maps.Copy(m.places, places)
	m.bodies = append(m.bodies, fresh...)
	return int64(len(m.bodies)), nil
}

// find gives the change at a place, of the store or of the batch so far.
func (m *Memory) find(at place, places map[place]int, fresh [][]byte) []byte {
	if i, ok := m.places[at]; ok {
		return m.bodies[i]
	}
	if i, ok := places[at]; ok {
		return fresh[i-len(m.bodies)]
	}
	return nil
}

// After is as [store.Store] has it.
func (m *Memory) After(ctx context.Context, seq int64, limit int) ([]store.Kept, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	var out []store.Kept
	for i := max(seq, 0); i < int64(len(m.bodies)) && len(out) < limit; i++ {
		c, err := store.Decode(m.bodies[i])
		if err != nil {
			return nil, fmt.Errorf("memory store: change %d: %w", i+1, err)
		}
		out = append(out, store.Kept{Seq: i + 1, Change: c})
	}
	return out, nil
}

// Remember is as [store.Store] has it.
func (m *Memory) Remember(ctx context.Context, notes []store.Note) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ready(ctx); err != nil {
		return err
	}
	kept := map[string][]byte{}
	for _, n := range notes {
		if _, taken := kept[n.Name]; taken {
			return fmt.Errorf("memory store: two notes are called %q", n.Name)
		}
		kept[n.Name] = bytes.Clone(n.Body)
	}
	m.notes = kept
	return nil
}

// Recall is as [store.Store] has it.
func (m *Memory) Recall(ctx context.Context) ([]store.Note, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	var notes []store.Note
	for _, name := range slices.Sorted(maps.Keys(m.notes)) {
		notes = append(notes, store.Note{Name: name, Body: bytes.Clone(m.notes[name])})
	}
	return notes, nil
}

// Close ends the use of the store until [Memory.Reopen].
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

// Reopen makes a closed store usable again, with what it kept.
func (m *Memory) Reopen() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = false
}

func (m *Memory) ready(ctx context.Context) error {
	if m.closed {
		return errClosed
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("memory store: %w", err)
	}
	return nil
}
