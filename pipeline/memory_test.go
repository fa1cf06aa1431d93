package pipeline_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/health"
	"tocsin/incident"
	"tocsin/pipeline"
)

// stoppedAt judges a script up to a minute, and gives what was told and was learned,
// the latter as of an earlier minute.
func stoppedAt(t *testing.T, p *play, stop, learned time.Time) ([]incident.Change, []pipeline.Learned) {
	t.Helper()
	pl := pipeline.New(pipeline.Options{Edition: world(), Feeds: p.feeds, Detector: deep, HoldDown: p.hold})
	var known []pipeline.Learned
	all := through(t, pl, p.minutes()[:minute(stop)], func(now time.Time, pl *pipeline.Pipeline, _ []incident.Change) {
		if now.Equal(learned) {
			known = pl.Learned()
		}
	})
	return all, known
}

func minute(at time.Time) int { return int(at.Sub(midnight) / time.Minute) }

// goOn judges the rest of a script, from a minute on.
func goOn(t *testing.T, p *play, pl *pipeline.Pipeline, from time.Time) []incident.Change {
	t.Helper()
	var all []incident.Change
	for i, h := range p.minutes()[minute(from):] {
		changes, err := pl.Step(from.Add(time.Duration(i)*time.Minute), h)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, changes...)
	}
	return all
}

// TestLearnedEarlier: what was learned may be a quarter of an hour older than what was
// kept of the incident, as after a crash: the relapse is seen all the same.
func TestLearnedEarlier(t *testing.T) {
	t.Parallel()
	p := script(t, "hold-down")
	want := fold(t, p.run(t, nil))
	for at := clock("11:59"); at.Before(clock("13:00")); at = at.Add(5 * time.Minute) {
		all, known := stoppedAt(t, p, at, at.Add(-time.Minute).Truncate(15*time.Minute))
		opt := pipeline.Options{Edition: world(), Feeds: p.feeds, Detector: deep, HoldDown: p.hold, Resume: fold(t, all)}
		alike(t, hhmm(at), fold(t, append(all, goOn(t, p, resumed(t, opt, known), at)...)), want)
	}
}

// beliefsOf is what is believed, with some of it changed.
func beliefsOf(t *testing.T, known []pipeline.Learned, change func(map[string]any)) []byte {
	t.Helper()
	i := slices.IndexFunc(known, func(l pipeline.Learned) bool { return l.Name == "beliefs" })
	if i < 0 {
		t.Fatal("nothing is believed")
	}
	var all map[string]any
	if err := json.Unmarshal(known[i].State, &all); err != nil {
		t.Fatal(err)
	}
	change(all["Beliefs"].(map[string]any))
	return []byte(asJSON(t, all))
}

// TestBeliefsOfOtherVersions: beliefs of the first version, which had filters alone, are
// taken up, and lead to the same incidents; those of one that is to come are refused by
// its number, and change nothing.
func TestBeliefsOfOtherVersions(t *testing.T) {
	t.Parallel()
	p := script(t, "hold-down")
	at := clock("12:14")
	all, known := stoppedAt(t, p, at, at.Add(-time.Minute))
	opt := pipeline.Options{Edition: world(), Feeds: p.feeds, Detector: deep, HoldDown: p.hold, Resume: fold(t, all)}
	old := beliefsOf(t, known, func(b map[string]any) {
		for _, key := range []string{"Version", "At", "Feeds", "Said"} {
			delete(b, key)
		}
		for _, in := range b["Incidents"].(map[string]any) {
			delete(in.(map[string]any), "Watch")
		}
	})
	pl := resumed(t, opt, ofSeries(known))
	if err := pl.Recall(old); err != nil {
		t.Fatal(err)
	}
	if b := pl.Beliefs(); len(b) != 1 || b[0].P == opt.Resume[0].P {
		t.Errorf("believed: %+v", b)
	}
	alike(t, "12:14", fold(t, append(slices.Clone(all), goOn(t, p, pl, at)...)), fold(t, p.run(t, nil)))

	coming := beliefsOf(t, known, func(b map[string]any) { b["Version"] = 99 })
	pl = pipeline.New(opt)
	if err := pl.Recall(coming); !errors.Is(err, pipeline.ErrLearned) || len(pl.Learned()) > 0 {
		t.Errorf("beliefs of a version to come: %v", err)
	}
}

// TestLongStop: after a stop of an hour nothing is known of a facet until it is seen
// again, and no feed is called silent for what nobody listened to; before the first step
// nothing that was learned is lost.
func TestLongStop(t *testing.T) {
	t.Parallel()
	p := script(t, "hold-down")
	at := clock("11:00")
	all, known := stoppedAt(t, p, at, at.Add(-time.Minute))
	opt := pipeline.Options{Edition: world(), Feeds: p.feeds, Detector: deep, HoldDown: p.hold, Resume: fold(t, all)}
	if ids := resumed(t, opt, ofSeries(known)).Guessed(); len(ids) != 1 || ids[0] != opt.Resume[0].ID {
		t.Errorf("from the incident alone goes on %v", ids)
	}
	pl := resumed(t, opt, known)
	if ids := pl.Guessed(); len(ids) > 0 {
		t.Errorf("guessed, though remembered: %v", ids)
	}
	if got := pl.Learned(); asJSON(t, got) != asJSON(t, known) {
		t.Error("what was recalled is not what would be kept again")
	}
	minutes := p.minutes()
	at = at.Add(time.Hour)
	minutes[minute(at)].Observations = nil
	if _, err := pl.Step(at, minutes[minute(at)]); err != nil {
		t.Fatal(err)
	}
	if v := pl.Incidents()[0].Verdicts; v[len(v)-1].State != catalog.Unknown {
		t.Errorf("after an hour unseen it is %s", v[len(v)-1].State)
	}
	if w := pl.Health(); len(w) > 0 {
		t.Errorf("silent at once: %+v", w)
	}
	for range 16 {
		at = at.Add(time.Minute)
		if _, err := pl.Step(at, minutes[0]); err != nil {
			t.Fatal(err)
		}
	}
	if w := pl.Health(); len(w) != 1 || w[0].Code != health.FeedSilent || w[0].Subject != "flow" || !w[0].Since.Equal(clock("12:00")) {
		t.Errorf("after a quarter of an hour: %+v", w)
	}
}

// Any memory of an open incident: refused, or judged on with, to changes that fold.
func FuzzBeliefs(f *testing.F) {
	p := script(f, "hold-down")
	opt := pipeline.Options{Edition: world(), Feeds: p.feeds, Detector: deep, HoldDown: p.hold}
	minutes := p.minutes()
	stop := minute(clock("12:14"))
	pl := pipeline.New(opt)
	all := through(f, pl, minutes[:stop], nil)
	kept, err := incident.Fold(all)
	if err != nil {
		f.Fatal(err)
	}
	opt.Resume = kept
	for _, l := range pl.Learned() {
		f.Add(l.State)
	}
	f.Fuzz(func(t *testing.T, state []byte) {
		pl := pipeline.New(opt)
		if pl.Recall(state) != nil {
			return
		}
		later := slices.Clone(all)
		for i, h := range minutes[stop : stop+40] {
			changes, err := pl.Step(midnight.Add(time.Duration(stop+i)*time.Minute), h)
			if err != nil {
				t.Fatal(err)
			}
			later = append(later, changes...)
		}
		fold(t, later)
		pl.Learned()
	})
}
