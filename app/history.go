package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"tocsin/incident"
	"tocsin/store"
)

// remember puts recorded outages that are over into the store, each whole or
// not at all. One that is there already is left alone: a newer version may judge
// it otherwise, and what was kept was told.
func (v *view) remember(ctx context.Context, db store.Store, earlier []past, log *slog.Logger) error {
	if _, err := v.follower.Catch(ctx); err != nil {
		return stopped(ctx, unkept(fmt.Errorf("read the history: %w", err)))
	}
	missing := slices.DeleteFunc(slices.Clone(earlier), func(p past) bool { return v.holds(p.day.From, p.day.Until) })
	if len(missing) > 0 {
		log.Info("recorded outages are being replayed into the history; the pages come after", "outages", len(missing))
	}
	began := time.Now()
	changes, err := changesOfAll(ctx, missing)
	if err != nil {
		return stopped(ctx, err)
	}
	for i, p := range missing {
		if _, err := db.Append(ctx, changes[i]); err != nil {
			return stopped(ctx, unkept(fmt.Errorf("keep %s: %w", p.day.ID, err)))
		}
	}
	if len(missing) > 0 {
		log.Info("recorded outages replayed into the history", "outages", len(missing), "took", time.Since(began).Round(time.Millisecond))
	}
	return nil
}

// changesOfAll plays outages side by side: they know nothing of each other, and
// a newcomer waits for them.
func changesOfAll(ctx context.Context, days []past) ([][]incident.Change, error) {
	changes, errs := make([][]incident.Change, len(days)), make([]error, len(days))
	var wait sync.WaitGroup
	for i, p := range days {
		wait.Go(func() { changes[i], errs[i] = changesOf(ctx, p.day, p.edition) })
	}
	wait.Wait()
	return changes, errors.Join(errs...)
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
