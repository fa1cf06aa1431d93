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
		return stopped(ctx, unkept(fmt.Errorf("read the history: %w", err)))
	}
	earlier, err := v.world.before(until)
	if err != nil {
		return err
	}
	for _, past := range earlier {
		day := past.day
		if v.holds(day.From, day.Until) {
			continue
		}
		began := time.Now()
		changes, err := changesOf(ctx, day, past.edition)
		if err != nil {
			return stopped(ctx, err)
		}
		if _, err := db.Append(ctx, changes); err != nil {
			return stopped(ctx, unkept(fmt.Errorf("keep %s: %w", day.ID, err)))
		}
		log.Info("recorded outage replayed into the history", "outage", day.ID, "changes", len(changes),
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
