package pipeline_test

import (
	"errors"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
	"tocsin/pipeline"
)

// TestResume stops the judgement of every script at moments all over it and goes
// on with a new one that knows only what was kept. Detectors go on, since it is
// not they that are tested. What readers are told must fold into the same
// incidents, with the same ends.
func TestResume(t *testing.T) {
	t.Parallel()
	eachScript(t, func(t *testing.T, p *play) {
		want := fold(t, p.run(t, nil))
		minutes := p.minutes()
		for stop := 7; stop < len(minutes); stop += len(minutes) / 9 {
			detectors := map[evidence.SeriesID]pipeline.Detector{}
			keep := func(id evidence.SeriesID) pipeline.Detector {
				if _, ok := detectors[id]; !ok {
					detectors[id] = detector(id)
				}
				return detectors[id]
			}
			opt := pipeline.Options{Edition: world(), Feeds: p.feeds, Detector: keep, HoldDown: p.hold}
			var all []incident.Change
			pl := pipeline.New(opt)
			for i, h := range minutes {
				if i == stop {
					opt.Resume = fold(t, all)
					pl = pipeline.New(opt)
				}
				changes, err := pl.Step(midnight.Add(time.Duration(i)*time.Minute), h)
				if err != nil {
					t.Fatalf("stopped at %d, at %d: %v", stop, i, err)
				}
				all = append(all, changes...)
			}
			alike(t, hhmm(midnight.Add(time.Duration(stop)*time.Minute)), fold(t, all), want)
		}
	})
}

func fold(t *testing.T, changes []incident.Change) []incident.Incident {
	t.Helper()
	all, err := incident.Fold(changes)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// alike holds incidents to those of a judgement that was never stopped: which
// there are, what they are about, how they ended and when, within a quarter of an
// hour.
func alike(t *testing.T, stop string, got, want []incident.Incident) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("stopped at %s: %d incidents, want %d", stop, len(got), len(want))
		return
	}
	for i := range want {
		g, w := got[i], want[i]
		if g.ID != w.ID || g.State != w.State || g.Carrier != w.Carrier || len(g.Life.Relapses) != len(w.Life.Relapses) {
			t.Errorf("stopped at %s: %s %s %v, want %s %s %v", stop, g.ID, g.State, g.Life.Relapses, w.ID, w.State, w.Life.Relapses)
		}
		if d := g.Life.Ended.Sub(w.Life.Ended).Abs(); d > 15*time.Minute {
			t.Errorf("stopped at %s: %s ended %s, want %s", stop, g.ID, g.Life.Ended, w.Life.Ended)
		}
	}
}

// TestResumeKeepsIDs: what was resolved long ago doesn't go on, and nobody else
// gets its name.
func TestResumeKeepsIDs(t *testing.T) {
	t.Parallel()
	p := script(t, "core-outage")
	before := fold(t, p.run(t, nil))
	if len(before) != 1 {
		t.Fatalf("%d incidents", len(before))
	}
	old := before[0]
	old.State, old.Life.Reviewed = incident.Reviewed, old.Life.Resolved.Add(time.Hour)
	opt := pipeline.Options{Edition: world(), Feeds: p.feeds, Detector: detector, HoldDown: p.hold, Resume: []incident.Incident{old}}
	after := fold(t, through(t, pipeline.New(opt), p.minutes(), nil))
	if len(after) != 1 || after[0].ID != old.ID+"-2" {
		t.Errorf("the same day again: %+v", after)
	}
}

// TestResumeThenBackwards: a pipeline that was resumed begins at any time.
func TestResumeThenBackwards(t *testing.T) {
	t.Parallel()
	p := script(t, "core-outage")
	pl := pipeline.New(pipeline.Options{Edition: world(), Feeds: p.feeds, Detector: detector, Resume: fold(t, p.run(t, nil))})
	if _, err := pl.Step(midnight, evidence.Heard{}); err != nil {
		t.Error(err)
	}
	if _, err := pl.Step(midnight.Add(-time.Minute), evidence.Heard{}); !errors.Is(err, pipeline.ErrBackwards) {
		t.Errorf("backwards: %v", err)
	}
}

// TestResumeForeign: an incident about nodes that the catalogue has no more is
// left alone, keeps its name, and is in nobody's way.
func TestResumeForeign(t *testing.T) {
	t.Parallel()
	p := script(t, "core-outage")
	var open []incident.Incident
	p.run(t, func(_ time.Time, pl *pipeline.Pipeline, _ []incident.Change) {
		if all := pl.Incidents(); open == nil && len(all) > 0 && all[0].State == incident.Confirmed {
			open = all
		}
	})
	if open == nil {
		t.Fatal("the script confirms nothing")
	}
	open[0].Roots = []catalog.NodeID{"red/gone"}
	opt := pipeline.Options{Edition: world(), Feeds: p.feeds, Detector: detector, HoldDown: p.hold, Resume: open}
	after := fold(t, through(t, pipeline.New(opt), p.minutes(), nil))
	if len(after) != 1 || after[0].ID != open[0].ID+"-2" || after[0].State != incident.Resolved {
		t.Errorf("beside an incident of another catalogue: %+v", after)
	}
}
