package pipeline_test

import (
	"errors"
	"slices"
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
		tape := record(t, p)
		want := fold(t, tape.changes)
		for _, stop := range tape.stops() {
			alike(t, hhmm(midnight.Add(time.Duration(stop)*time.Minute)), fold(t, tape.resume(t, stop)), want)
		}
	})
}

// tape is a judgement that was never stopped: what was told, and what each detector
// made of each value.
type tape struct {
	play     *play
	minutes  []evidence.Heard
	changes  []incident.Change
	readings map[evidence.SeriesID][]evidence.Reading
	played   map[evidence.SeriesID][]int // how many readings there were before each minute
}

// taping writes down the readings of a detector.
type taping struct {
	pipeline.Detector
	id   evidence.SeriesID
	tape *tape
}

func (d taping) Step(o *evidence.Observation) *evidence.Reading {
	r := d.Detector.Step(o)
	d.tape.readings[d.id] = append(d.tape.readings[d.id], *r)
	return r
}

// told is a detector that says again what another said.
type told struct{ left []evidence.Reading }

func (d *told) Step(*evidence.Observation) *evidence.Reading {
	r := &d.left[0]
	d.left = d.left[1:]
	return r
}

func record(t *testing.T, p *play) *tape {
	t.Helper()
	tp := &tape{play: p, minutes: p.minutes(), readings: map[evidence.SeriesID][]evidence.Reading{}, played: map[evidence.SeriesID][]int{}}
	opt := tp.options()
	opt.Detector = func(id evidence.SeriesID) pipeline.Detector {
		d := detector(id)
		if d == nil {
			return nil
		}
		return taping{d, id, tp}
	}
	tp.changes = through(t, pipeline.New(opt), tp.minutes, func(time.Time, *pipeline.Pipeline, []incident.Change) {
		for _, id := range p.series {
			tp.played[id] = append(tp.played[id], len(tp.readings[id]))
		}
	})
	return tp
}

func (tp *tape) options() pipeline.Options {
	return pipeline.Options{Edition: world(), Feeds: tp.play.feeds, HoldDown: tp.play.hold}
}

// resume goes on from a minute with what was kept before it, and gives all changes.
func (tp *tape) resume(t *testing.T, stop int) []incident.Change {
	t.Helper()
	now := midnight.Add(time.Duration(stop) * time.Minute)
	n, _ := slices.BinarySearchFunc(tp.changes, now, func(c incident.Change, now time.Time) int { return c.At.Compare(now) })
	all := slices.Clone(tp.changes[:n])
	opt := tp.options()
	opt.Resume = fold(t, all)
	opt.Detector = func(id evidence.SeriesID) pipeline.Detector {
		if detector(id) == nil {
			return nil
		}
		return &told{tp.readings[id][tp.played[id][stop-1]:]}
	}
	pl := pipeline.New(opt)
	for i, h := range tp.minutes[stop:] {
		changes, err := pl.Step(now.Add(time.Duration(i)*time.Minute), h)
		if err != nil {
			t.Fatalf("stopped at %s, %d minutes on: %v", hhmm(now), i, err)
		}
		all = append(all, changes...)
	}
	return all
}

// stops are three minutes spread over what happened, each just after something did.
func (tp *tape) stops() []int {
	var moved []int
	for _, c := range tp.changes {
		switch c.Op {
		case incident.OpSuspect, incident.OpConfirm, incident.OpFacet, incident.OpRecover, incident.OpRelapse, incident.OpResolve:
			moved = append(moved, int(c.At.Sub(midnight)/time.Minute)+1)
		}
	}
	var stops []int
	for k := range min(3, len(moved)) {
		stops = append(stops, min(moved[(2*k+1)*len(moved)/6], len(tp.minutes)-1))
	}
	return slices.Compact(stops)
}

// TestResumeBeforeRelapse: whenever judgement is stopped in a return, and nothing but
// the incident was kept, the relapse is seen: the trough of the loss is not the level
// that was told last.
func TestResumeBeforeRelapse(t *testing.T) {
	t.Parallel()
	tp := record(t, script(t, "hold-down"))
	want := fold(t, tp.changes)
	for at := clock("11:58"); at.Before(clock("12:46")); at = at.Add(time.Minute) {
		alike(t, hhmm(at), fold(t, tp.resume(t, int(at.Sub(midnight)/time.Minute))), want)
	}
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
// there are, what they are about, how they ended and when, within twenty minutes:
// how bad the complaints were is not in the incident, and they calm in bins of five.
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
		if d := g.Life.Ended.Sub(w.Life.Ended).Abs(); d > 20*time.Minute {
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
