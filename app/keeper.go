package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"tocsin/health"
	"tocsin/incident"
	"tocsin/replay"
	"tocsin/store"
	"tocsin/store/sqlite"
)

// openStore opens the store of the observatory. A replay has one of its own,
// begun anew, and claimed: what it plays did not happen today, and two that play
// one day would clear each other's.
func openStore(ctx context.Context, dir string, day *replay.Outage) (store.Store, error) {
	if day == nil {
		db, err := sqlite.Open(ctx, filepath.Join(dir, "tocsin.db"))
		if err != nil {
			return nil, unkept(err)
		}
		return db, nil
	}
	name := filepath.Join(dir, "replay-"+day.ID+".db")
	claim, err := sqlite.Claimed(ctx, name)
	if err != nil {
		return nil, unkept(err)
	}
	if err := discard(ctx, name); err != nil {
		return nil, errors.Join(err, claim.Close())
	}
	db, err := sqlite.Open(ctx, name)
	if err != nil {
		return nil, errors.Join(unkept(err), claim.Close())
	}
	return claimed{db, claim}, nil
}

// claimed is a store that nobody else may begin anew.
type claimed struct {
	store.Store
	claim io.Closer
}

// Close ends the use of the store, and then gives it up.
func (c claimed) Close() error { return errors.Join(c.Store.Close(), c.claim.Close()) }

// discard removes the store of the last replay, once it has turned out to be
// one: what somebody else keeps under that name stays.
func discard(ctx context.Context, name string) error {
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	switch db, err := sqlite.Open(ctx, name); {
	case err == nil:
		_ = db.Close() // it goes now
	case !errors.Is(err, store.ErrDamaged):
		return unkept(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(name + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return input("choose another directory with --data", fmt.Errorf("clear the last replay: %w", err))
		}
	}
	return nil
}

// unkept says what to do about a store that can't be used.
func unkept(err error) error {
	cure := "choose another directory with --data"
	switch {
	case errors.Is(err, store.ErrNewer):
		cure = "start the newer version, or " + cure + "; this store was left as it is"
	case errors.Is(err, store.ErrForeign):
		cure += "; this file was left as it is"
	case errors.Is(err, store.ErrDamaged):
		cure = "put the newest backup in its place, or " + cure
	case errors.Is(err, store.ErrInUse):
		cure = "stop the other tocsin that plays this outage, or " + cure
	case errors.Is(err, store.ErrFull):
		cure = "free some space, or " + cure
	}
	return input(cure, err)
}

// keeper keeps changes and what was learned, and remembers those that it could not keep: nothing is
// told that was not kept, and nothing is lost while the disk is full.
type keeper struct {
	store   store.Store
	log     *slog.Logger
	pending []incident.Change
	failed  time.Time // since when, as the judgement has it; zero while all is well
	reason  string
	// remembered is when it was last tried to keep what was learned.
	remembered time.Time
}

// append keeps what is pending and the changes of one step.
func (k *keeper) append(ctx context.Context, now time.Time, changes []incident.Change) {
	k.pending = append(k.pending, changes...)
	if len(k.pending) == 0 {
		return
	}
	if _, err := k.store.Append(ctx, k.pending); err != nil {
		if k.failed.IsZero() && ctx.Err() == nil {
			k.failed = now
			k.log.Error("changes can't be kept; the pages stay as they were, and it is tried again", "err", err)
		}
		k.reason = err.Error()
		return
	}
	if !k.failed.IsZero() {
		k.log.Info("changes are kept again", "changes", len(k.pending), "late_since", stamp(k.failed))
	}
	k.pending, k.failed = nil, time.Time{}
}

// reached is the time up to which all is kept, and readers may be told: while
// there is something to keep, a page of now would say that nothing happened.
func (k *keeper) reached(now time.Time) time.Time {
	if k.failed.IsZero() {
		return now
	}
	return k.failed
}

// health says that the store is late, while it is.
func (k *keeper) health() []health.Warning {
	if k.failed.IsZero() {
		return nil
	}
	return []health.Warning{{Code: health.StoreLate, Subject: "store", Since: k.failed, Detail: k.reason}}
}
