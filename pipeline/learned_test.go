package pipeline_test

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/detect"
	"tocsin/evidence"
	"tocsin/incident"
	"tocsin/pipeline"
)

// deep makes the detectors that the program runs.
func deep(id evidence.SeriesID) pipeline.Detector {
	if makes, ok := detect.ForDeep(id.Measure); ok {
		return makes()
	}
	return nil
}

// TestLearned stops the judgement of every script all over it, and goes on with a new
// one that knows what was kept of the incidents and what was learned: what is told is the
// same to the last byte, and so is what is known in the end.
func TestLearned(t *testing.T) {
	t.Parallel()
	eachScript(t, func(t *testing.T, p *play) {
		opt := pipeline.Options{Edition: world(), Feeds: p.feeds, Detector: deep, HoldDown: p.hold}
		minutes := p.minutes()
		whole := pipeline.New(opt)
		want := through(t, whole, minutes, nil)
		pl := pipeline.New(opt)
		var all []incident.Change
		changed := false
		for i, h := range minutes {
			if i%stopsEvery == 0 || changed {
				opt.Resume = fold(t, all)
				pl = resumed(t, opt, pl.Learned())
			}
			changes, err := pl.Step(midnight.Add(time.Duration(i)*time.Minute), h)
			if err != nil {
				t.Fatal(err)
			}
			same(t, want[len(all):min(len(all)+len(changes), len(want))], changes)
			all, changed = append(all, changes...), len(changes) > 0
		}
		same(t, want, all)
		if !reflect.DeepEqual(pl.Learned(), whole.Learned()) {
			t.Error("what is known in the end is not the same")
		}
	})
}

// stopsEvery is how many minutes go between two stops, beside those after each change:
// prime to the quarters of an hour by which things are told. With 1 it holds too, in
// some ten seconds.
const stopsEvery = 29

// ofSeries is what was learned of series, without what is believed.
func ofSeries(all []pipeline.Learned) []pipeline.Learned {
	return slices.DeleteFunc(slices.Clone(all), func(l pipeline.Learned) bool { return l.Name == "beliefs" })
}

func resumed(t *testing.T, opt pipeline.Options, learned []pipeline.Learned) *pipeline.Pipeline {
	t.Helper()
	pl := pipeline.New(opt)
	for _, l := range learned {
		if err := pl.Recall(l.State); err != nil {
			t.Fatal(err)
		}
	}
	return pl
}

// A series whose counts are cut by region keeps them, to the nanosecond.
func TestLearnedCounts(t *testing.T) {
	t.Parallel()
	id := evidence.SeriesID{Feed: "crowd", Measure: evidence.Reports, Subject: "red", Region: "xx-e"}
	opt := pipeline.Options{Edition: world(), Detector: deep}
	pl := pipeline.New(opt)
	var h evidence.Heard
	for i := range 300 {
		at := midnight.Add(time.Duration(i)*time.Minute + time.Duration(i%3))
		h.Observations = append(h.Observations, evidence.Observation{Series: id, At: at, Heard: at, Value: float64(i%5) / 3})
	}
	if _, err := pl.Step(midnight.Add(6*time.Hour), h); err != nil {
		t.Fatal(err)
	}
	before := pl.Learned()
	if before = ofSeries(before); len(before) != 1 || before[0].Name != id.String() {
		t.Fatalf("%d series are learned", len(before))
	}
	if !reflect.DeepEqual(resumed(t, opt, before).Learned(), before) {
		t.Error("the counts came back otherwise")
	}
}

// What was not written by a pipeline, belongs to nobody or is there twice is refused,
// and the judgement goes on without it. What can't be written is left out.
func TestRecallRefuses(t *testing.T) {
	t.Parallel()
	id := evidence.SeriesID{Feed: "f", Measure: evidence.Traffic, Subject: "as1", Region: "xx"}
	opt := pipeline.Options{Edition: world(), Detector: deep}
	pl := pipeline.New(opt)
	o := evidence.Observation{Series: id, At: midnight, Heard: midnight, Value: 1}
	if _, err := pl.Step(midnight, evidence.Heard{Observations: []evidence.Observation{o}}); err != nil {
		t.Fatal(err)
	}
	state := string(pl.Learned()[0].State)
	rows := map[string]string{
		"no bytes":           "",
		"another text":       "null null",
		"nothing":            "{}",
		"another's reading":  strings.Replace(state, `"as1"`, `"as2"`, 1),
		"a measure unknown":  strings.ReplaceAll(state, `"traffic"`, `"smell"`),
		"another detector":   strings.ReplaceAll(state, `"traffic"`, `"bgp-prefixes"`),
		"counts of no cut":   strings.Replace(state, `"Detector"`, `"Counts":"AAAA","Detector"`, 1),
		"a detector cut off": strings.Replace(state, `"Detector":"`, `"Detector":"AAAA`, 1),
	}
	for name, text := range rows {
		fresh := pipeline.New(opt)
		if err := fresh.Recall([]byte(text)); err == nil {
			t.Errorf("%s is taken", name)
		}
		if len(fresh.Learned()) != 0 {
			t.Errorf("%s left something behind", name)
		}
	}
	if err := pl.Recall([]byte(state)); !errors.Is(err, pipeline.ErrLearned) {
		t.Errorf("a series that is known: %v", err)
	}
	o.At, o.Value = o.At.Add(time.Minute), math.MaxFloat64
	o.Series.Measure = evidence.Blocks
	if _, err := pl.Step(midnight.Add(time.Minute), evidence.Heard{Observations: []evidence.Observation{o}}); err != nil {
		t.Fatal(err)
	}
	if got := len(ofSeries(pl.Learned())); got != 2 {
		t.Errorf("%d series are learned, want 2", got)
	}
}

// Any bytes: refused, or a series that is judged on.
func FuzzRecall(f *testing.F) {
	ed := world()
	opt := pipeline.Options{Edition: ed, Detector: deep}
	ids := []evidence.SeriesID{
		{Feed: "f", Measure: evidence.Traffic, Subject: "as1", Region: "xx"},
		{Feed: "crowd", Measure: evidence.Reports, Subject: "red", Region: "xx-e"},
	}
	pl := pipeline.New(opt)
	var h evidence.Heard
	for i := range 100 {
		at := midnight.Add(time.Duration(i) * time.Minute)
		h.Observations = append(h.Observations, evidence.Observation{Series: ids[i%2], At: at, Heard: at, Value: 1})
	}
	if _, err := pl.Step(midnight.Add(2*time.Hour), h); err != nil {
		f.Fatal(err)
	}
	for _, l := range pl.Learned() {
		f.Add(l.State)
	}
	f.Fuzz(func(t *testing.T, state []byte) {
		pl := pipeline.New(opt)
		if pl.Recall(state) != nil {
			return
		}
		var all []incident.Change
		for i := range 3 {
			at := midnight.Add(time.Duration(i)*time.Minute + 24*time.Hour)
			h := evidence.Heard{Observations: []evidence.Observation{{Series: ids[i%2], At: at, Heard: at, Value: 2}}}
			changes, err := pl.Step(at, h)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, changes...)
		}
		if _, err := incident.Fold(all); err != nil {
			t.Fatal(err)
		}
	})
}
