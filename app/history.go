package app

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"tocsin/store"
)

// history puts the recorded outages that were over before a time into the
// store, each whole or not at all. One that is there already is left alone: a
// newer version may judge it otherwise, and what was kept was told.
func (v *view) history(ctx context.Context, db store.Store, until time.Time, log *slog.Logger) error {
	if _, err := v.follower.Catch(ctx); err != nil {
		return fmt.Errorf("read the store: %w", err)
	}
	names, err := before(until)
	if err != nil {
		return err
	}
	for _, name := range names {
		day, ed, err := v.world.Outage(name, time.Time{})
		if err != nil {
			return err
		}
		if v.holds(day.From, day.Until) {
			continue
		}
		began := time.Now()
		changes, err := changesOf(ctx, day, ed)
		if err != nil {
			return stopped(ctx, err)
		}
		if _, err := db.Append(ctx, changes); err != nil {
			return input("free some space, or choose another directory with --data", fmt.Errorf("keep %s: %w", name, err))
		}
		log.Info("recorded outage replayed into the history", "outage", name, "changes", len(changes),
			"took", time.Since(began).Round(time.Millisecond))
	}
	return nil
}

// holds tells whether an incident of that time is kept already.
func (v *view) holds(from, until time.Time) bool {
	for _, in := range v.follower.Incidents() {
		if !in.Onset.Before(from) && in.Onset.Before(until) {
			return true
		}
	}
	return false
}
