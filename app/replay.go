package app

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"tocsin/catalog"
	"tocsin/health"
	"tocsin/incident"
	"tocsin/pipeline"
	"tocsin/publish"
	"tocsin/publish/sitrep"
	"tocsin/replay"
)

// ReplayOptions says which day to play and what to report of it.
type ReplayOptions struct {
	World
	Outage  string    // a recorded outage by name, or a path
	At      time.Time // the moment to report; zero is the end of the window
	Edition time.Time // another edition of the catalogue; zero is the outage's own
	Style
	Notices string // a directory to write notices to; "" for none
	// Progress hears how far the replay has come, 0 to 1; nil for none.
	Progress func(done float64)
}

// Replay plays a recorded outage to a moment and writes the situation report.
func Replay(ctx context.Context, out io.Writer, o ReplayOptions) error {
	lang, format, err := o.Style.report()
	if err != nil {
		return err
	}
	p, err := Picture(ctx, o)
	if err != nil {
		return err
	}
	if o.Notices != "" {
		if _, err := writeNotices(o.Notices, p.Edition, noticesIn(p)); err != nil {
			return err
		}
	}
	return write(out, report(p, lang), format)
}

func write(out io.Writer, r publish.Report, f sitrep.Format) error {
	if err := sitrep.Write(out, r, f); err != nil {
		return unwritten(err)
	}
	return nil
}

// Picture plays a recorded outage to a moment and gives what readers would
// have seen then, with the recorded outages that were over before as history.
func Picture(ctx context.Context, o ReplayOptions) (*publish.Picture, error) {
	day, ed, err := o.World.Outage(o.Outage, o.Edition)
	if err != nil {
		return nil, err
	}
	at, err := within(day, o.At)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	told := make(chan history, 1)
	go func() { told <- o.World.history(ctx, day.From) }() // it shares nothing with the day itself
	pl, all, err := play(ctx, day, ed, at, o.Progress)
	if err != nil {
		return nil, err
	}
	earlier := <-told
	if earlier.err != nil {
		return nil, earlier.err
	}
	return earlier.picture(past{day, ed}, at, all, pl.Health()), nil
}

// history is what came of the recorded outages that were over before a time.
type history struct {
	incidents []incident.Incident
	editions  map[incident.ID]*catalog.Edition
	err       error
}

func (w World) history(ctx context.Context, until time.Time) history {
	h := history{editions: map[incident.ID]*catalog.Edition{}}
	earlier, err := w.before(until)
	if err != nil {
		return history{err: err}
	}
	for _, p := range earlier {
		_, all, err := play(ctx, p.day, p.edition, p.day.Until, nil)
		if err != nil {
			return history{err: err}
		}
		for _, in := range all {
			h.editions[in.ID] = p.edition
		}
		h.incidents = append(h.incidents, all...)
	}
	return h
}

// picture is a moment of a recorded day on the history before it.
func (h history) picture(today past, at time.Time, all []incident.Incident, warnings []health.Warning) *publish.Picture {
	p := &publish.Picture{
		Now: at, Edition: today.edition, Feeds: today.day.Feeds, Health: warnings, Past: h.editions,
		Incidents: slices.Concat(h.incidents, all),
		Replay:    &publish.Replay{Outage: today.day.ID, Title: today.day.Title, Ends: today.day.Until},
	}
	slices.SortFunc(p.Incidents, func(a, b incident.Incident) int { return incident.Compare(b, a) })
	return p
}

// within is a moment of a recorded outage; zero is its end.
func within(day *replay.Outage, at time.Time) (time.Time, error) {
	switch {
	case at.IsZero():
		return day.Until, nil
	case at.Before(day.From) || at.After(day.Until):
		return time.Time{}, usage(fmt.Sprintf("give --at a time between %s and %s", stamp(day.From), stamp(day.Until)),
			"%s holds no evidence for %s", day.ID, stamp(at))
	}
	return at, nil
}

// changesOf gives all changes of a recorded outage.
func changesOf(ctx context.Context, day *replay.Outage, ed *catalog.Edition) ([]incident.Change, error) {
	var changes []incident.Change
	_, err := replay.Run(day, pipeline.Options{Edition: ed, Detector: detectors(ed)}, day.Until,
		func(_ time.Time, step []incident.Change) error {
			changes = append(changes, step...)
			return ctx.Err()
		})
	return changes, err
}

// play runs an outage to a moment and folds its changes.
func play(ctx context.Context, day *replay.Outage, ed *catalog.Edition, at time.Time, progress func(float64)) (*pipeline.Pipeline, []incident.Incident, error) {
	var changes []incident.Change
	opt := pipeline.Options{Edition: ed, Detector: detectors(ed)}
	pl, err := replay.Run(day, opt, at, func(now time.Time, step []incident.Change) error {
		changes = append(changes, step...)
		if progress != nil {
			progress(float64(now.Sub(day.From)) / float64(at.Sub(day.From)))
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, nil, err
	}
	all, err := incident.Fold(changes)
	if err != nil {
		return nil, nil, fmt.Errorf("replay %s: %w", day.ID, err)
	}
	return pl, all, nil
}

// report tells of the incident that matters most: the newest open one, else
// one that was resolved within a day, else that there is none.
func report(p *publish.Picture, lang catalog.Lang) publish.Report {
	for _, in := range p.Open() {
		return publish.NewReport(p, in, lang)
	}
	for _, in := range p.Incidents {
		if in.State == incident.Resolved && p.Now.Sub(in.Life.Resolved) < 24*time.Hour {
			return publish.NewReport(p, in, lang)
		}
	}
	return publish.NoIncident(p, lang)
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
