// Package store says what is kept and how it is asked for. Kinds of store are
// its children; store/storetest holds each to the same behaviour.
//
// It keeps the changes of incidents in the order they were decided, and notes of
// what the judgement has learned. It is not a cache of pictures (package publish)
// nor a place for raw evidence.
package store

import (
	"context"
	"errors"

	"tocsin/incident"
)

// Errors that every kind of store returns, wrapped with the place.
var (
	// ErrNewer: the store was written by a newer Tocsin and is left untouched.
	ErrNewer = errors.New("store is from a newer version")
	// ErrFull: the disk is full; nothing of the batch was kept.
	ErrFull = errors.New("disk is full")
	// ErrForeign: the file is not a store of ours; it is left untouched.
	ErrForeign = errors.New("not a Tocsin store")
	// ErrConflict: another writer has used a change's place in its incident.
	ErrConflict = errors.New("another change has that revision")
	// ErrDamaged: what was kept can't be read back; a backup is needed.
	ErrDamaged = errors.New("store is damaged")
	// ErrInUse: another process has claimed the store for itself.
	ErrInUse = errors.New("store is in use by another tocsin")
)

// Kept is a change with its place in the store's order.
type Kept struct {
	Seq    int64 // from 1, without gaps
	Change incident.Change
}

// Note is what its writer wants to know again after a restart, under a name. The
// bytes are the writer's own affair.
type Note struct {
	Name string
	Body []byte
}

// Store keeps changes and notes. Methods may be called from any goroutine; there is one
// writer at a time.
type Store interface {
	// Append keeps all changes, durably, or none. A change that is kept already
	// (same incident, revision and content) is skipped, so telling twice is
	// harmless; one that differs is ErrConflict. It returns the last sequence
	// number in the store.
	Append(ctx context.Context, changes []incident.Change) (int64, error)
	// After gives at most limit changes that follow seq, in order; seq 0 is
	// the beginning. What Append has returned for is seen.
	After(ctx context.Context, seq int64, limit int) ([]Kept, error)
	// Remember keeps notes of different names, all or none, in place of all that
	// were kept before: they belong to one moment.
	Remember(ctx context.Context, notes []Note) error
	// Recall gives the notes of the last Remember, by name.
	Recall(ctx context.Context) ([]Note, error)
	// Close ends the use of the store.
	Close() error
}
