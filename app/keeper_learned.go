package app

import (
	"context"
	"fmt"
	"time"

	"tocsin/pipeline"
	"tocsin/store"
)

const (
	// rememberEvery is how often what was learned is kept: what a crash loses, is
	// a gap of so long in each series at most.
	rememberEvery = 15 * time.Minute
	// rememberWithin is how long that may take when the program is asked to stop.
	rememberWithin = 10 * time.Second
)

// remember keeps what the judgement has learned. That it can't be kept is no trouble
// of today: it is said, and tried again.
func (k *keeper) remember(ctx context.Context, now time.Time, pl *pipeline.Pipeline) {
	k.remembered = now
	var notes []store.Note
	for _, l := range pl.Learned() {
		notes = append(notes, store.Note{Name: l.Name, Body: l.State})
	}
	if err := k.store.Remember(ctx, notes); err != nil && ctx.Err() == nil {
		k.log.Warn("what was learned can't be kept; after a restart, series that learn a baseline are blind until they have one", "series", len(notes), "err", err)
	}
}

// recall gives a new judgement what was learned before. What another version wrote,
// or about a series that nobody watches now, is learned anew.
func (k *keeper) recall(ctx context.Context, pl *pipeline.Pipeline) error {
	notes, err := k.store.Recall(ctx)
	if err != nil {
		return unkept(fmt.Errorf("read what was learned: %w", err))
	}
	refused := 0
	var first error
	for _, n := range notes {
		if err := pl.Recall(n.Body); err != nil {
			if refused++; first == nil {
				first = err
			}
		}
	}
	if refused > 0 {
		k.log.Warn("some of what was learned can't be taken up; these series learn anew", "series", refused, "of", len(notes), "first", first)
	}
	if ids := pl.Guessed(); len(ids) > 0 {
		k.log.Warn("incidents go on from what was kept of them alone; how deep they were is a guess, and a return or a relapse may be told late or not at all", "incidents", ids)
	}
	return nil
}
