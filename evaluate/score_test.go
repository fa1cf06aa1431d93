package evaluate

import (
	"math"
	"testing"

	"tocsin/attribute"
	"tocsin/catalog"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func named(p float64, nodes ...catalog.NodeID) attribute.Root {
	return attribute.Root{Nodes: nodes, Carrier: nodes[0].Owner(), P: p}
}

func truth(nodes ...catalog.NodeID) []Failure {
	var out []Failure
	for _, n := range nodes {
		out = append(out, Failure{Node: n, Alike: []catalog.NodeID{n}})
	}
	return out
}

// TestScore works each mark out by hand.
func TestScore(t *testing.T) {
	t.Parallel()
	alike := truth("a/core")
	alike[0].Alike = append(alike[0].Alike, "a/twin")
	rows := []struct {
		name  string
		truth []Failure
		roots []attribute.Root
		want  mark
		brier float64
	}{
		{"named", truth("a/core"), []attribute.Root{named(0.9, "a/core")}, mark{top1: 1, ac3: 1, truths: 1, met: 1, named: 1, right: 1}, 0.01},
		{"named by a twin", alike, []attribute.Root{named(0.9, "a/twin")}, mark{top1: 1, ac3: 1, truths: 1, met: 1, named: 1, right: 1}, 0.01},
		{"another part of the same", truth("a/core"), []attribute.Root{named(0.9, "a/radio")}, mark{truths: 1, named: 1}, 0.81 + 1},
		{"an innocent", truth("a/core"), []attribute.Root{named(0.8, "b/core")}, mark{truths: 1, named: 1, accused: 1}, 0.64 + 1},
		{"an innocent first", truth("a/core"), []attribute.Root{named(0.8, "b/core"), named(0.6, "a/core")}, mark{ac3: 1, truths: 1, met: 1, named: 2, right: 1, accused: 1}, 0.64 + 0.16},
		{"a set with an innocent", truth("a/core"), []attribute.Root{named(0.8, "a/core", "b/core")}, mark{truths: 1, named: 1, accused: 1}, 0.64 + 1},
		{"a set with a sibling", truth("a/core"), []attribute.Root{named(0.8, "a/core", "a/radio")}, mark{top1: 1, ac3: 1, truths: 1, met: 1, named: 1, right: 1}, 0.04},
		{"unlikely, so not named", truth("a/core"), []attribute.Root{named(0.4, "a/core"), named(0.1, "b/core")}, mark{ac3: 1, truths: 1}, 0.36 + 0.01},
		{"fourth", truth("a/core"), []attribute.Root{named(0.4, "b/core"), named(0.3, "c/core"), named(0.2, "d/core"), named(0.1, "a/core")}, mark{truths: 1}, 0.16 + 0.09 + 0.04 + 0.81},
		{"told twice", truth("a/core"), []attribute.Root{named(1, "a/core"), named(0.5, "a/core")}, mark{top1: 1, ac3: 1, truths: 1, met: 1, named: 2, right: 2}, 0.25},
		{"one of two", truth("a/core", "b/core"), []attribute.Root{named(1, "b/core")}, mark{top1: 1, ac3: 1, truths: 2, met: 1, named: 1, right: 1}, 1},
		{"nothing where something is", truth("a/core"), nil, mark{truths: 1}, 1},
		{"nothing where nothing is", nil, nil, mark{top1: 1, ac3: 1}, 0},
		{"something where nothing is", nil, []attribute.Root{named(0.7, "a/core")}, mark{named: 1, accused: 1}, 0.49},
		{"a murmur where nothing is", nil, []attribute.Root{named(0.2, "a/core")}, mark{top1: 1, ac3: 1}, 0.04},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			got := score(&World{Truth: r.truth, Carriers: 5}, r.roots)
			for _, f := range []struct {
				what      string
				got, want float64
			}{
				{"top1", got.top1, r.want.top1},
				{"ac3", got.ac3, r.want.ac3},
				{"truths", got.truths, r.want.truths},
				{"met", got.met, r.want.met},
				{"named", got.named, r.want.named},
				{"right", got.right, r.want.right},
				{"accused", got.accused, r.want.accused},
			} {
				near(t, f.what, f.got, f.want)
			}
			brier := 0.0
			for _, f := range got.forecasts {
				brier += (f.p - f.y) * (f.p - f.y)
			}
			near(t, "Brier", brier, r.brier)
			if len(got.forecasts) < 5 {
				t.Errorf("%d forecasts about 5 carriers", len(got.forecasts))
			}
		})
	}
}

// TestSummary adds two worlds up by hand.
func TestSummary(t *testing.T) {
	t.Parallel()
	w := &World{Truth: truth("a/core"), Carriers: 2}
	marks := []mark{score(w, []attribute.Root{named(0.8, "a/core")}), score(w, []attribute.Root{named(0.6, "b/core")})}
	r := summary("s", "m", marks, chance(1, "t"))
	near(t, "top1", r.Top1, 0.5)
	near(t, "recall", r.SetRecall, 0.5)
	near(t, "precision", r.SetPrecision, 0.5)
	near(t, "accused", r.FalseAccusation, 0.5)
	near(t, "Brier", r.Brier, (0.04+0.36+1)/2)
	near(t, "NLL", r.NLL, (-math.Log(0.8)-math.Log(faint))/2)
	near(t, "log loss", r.LogLoss, (-math.Log(0.8)-math.Log(1-faint)-math.Log(0.4)-math.Log(faint))/2)
	// Bins: two forecasts of 0 of which one came true, one of .6 that didn't, one of .8 that did.
	if len(r.Reliability) != 3 || r.Reliability[0].Count != 2 {
		t.Fatalf("bins %+v", r.Reliability)
	}
	near(t, "observed at 0", r.Reliability[0].Observed, 0.5)
	near(t, "reliability", r.Murphy.Reliability, 0.5*0.25+0.25*0.36+0.25*0.04)
	near(t, "resolution", r.Murphy.Resolution, 0.25*0.25+0.25*0.25)
	near(t, "uncertainty", r.Murphy.Uncertainty, 0.25)
	if r.Top1Range[0] > 0.5 || r.Top1Range[1] < 0.5 {
		t.Errorf("the interval %v leaves the figure out", r.Top1Range)
	}
}

// TestMurphyAddsUp: with one probability a bin, the parts are the score.
func TestMurphyAddsUp(t *testing.T) {
	t.Parallel()
	d := chance(3, "murphy")
	var all []forecast
	brier := 0.0
	for range 5000 {
		p := pick(d, []float64{0.01, 0.1, 0.3, 0.6, 0.92, 0.99})
		f := forecast{p: p}
		if d.happens(p) {
			f.y = 1
		}
		brier += (f.p - f.y) * (f.p - f.y) / 5000
		all = append(all, f)
	}
	m := murphy(reliability(all))
	if got := m.Reliability - m.Resolution + m.Uncertainty; math.Abs(got-brier) > 1e-9 {
		t.Errorf("the parts add to %v, the score is %v", got, brier)
	}
	for _, b := range reliability(all) {
		if b.Forecast < b.Range[0]-0.02 || b.Forecast > b.Range[1]+0.02 {
			t.Errorf("an honest forecaster falls out of its interval: %+v", b)
		}
	}
}

func TestMurphyOfNothing(t *testing.T) {
	t.Parallel()
	if m := murphy(nil); m != (Murphy{}) {
		t.Errorf("%+v", m)
	}
	if r := summary("s", "m", nil, chance(1, "")); r.Brier != 0 || r.SetRecall != 1 {
		t.Errorf("%+v", r)
	}
}

func TestWilson(t *testing.T) {
	t.Parallel()
	// 3 of 10: (0.1078, 0.6032), from the usual tables.
	got := wilson(0.3, 10)
	if math.Abs(got[0]-0.1078) > 1e-3 || math.Abs(got[1]-0.6032) > 1e-3 {
		t.Errorf("3 of 10 gives %v", got)
	}
	if got := wilson(0, 400); got[0] != 0 || math.Abs(got[1]-0.00951) > 1e-4 {
		t.Errorf("0 of 400 gives %v", got)
	}
	if got := wilson(0.5, 0); got != (Interval{0, 1}) {
		t.Errorf("nothing seen gives %v", got)
	}
}

// TestSpotScore works the marks of an answer out by hand.
func TestSpotScore(t *testing.T) {
	t.Parallel()
	ed := canadian(t)
	l := survey(ed)
	var ontario []catalog.RegionID
	for _, leaf := range l.under["ca-on"] {
		ontario = append(ontario, l.leaves[leaf])
	}
	w := &spotWorld{hit: ontario[:2], services: nil}
	w.services = append(w.services, "bell/sms")
	m := w.score(l, Place{Regions: []catalog.RegionID{ontario[0], ontario[5]}, Subjects: nil})
	near(t, "found", m.found, 1)
	near(t, "right", m.right, 1)
	near(t, "covered", m.covered, 1)
	near(t, "overlap", m.overlap, 1.0/3)
	near(t, "service F1", m.serviceF1, 0)
	m = w.score(l, Place{Unsure: []catalog.RegionID{"ca-on"}})
	near(t, "covered by a province", m.covered, 2)
	near(t, "right by a province", m.right, 0)
	near(t, "overlap by a province", m.overlap, 0)
	row := spotRow("s", "m", []spotMark{m, {}}, chance(1, ""))
	near(t, "found rate", row.Found, 0.5)
	near(t, "recall", row.Recall, 1)
	near(t, "precision of no name", row.Precision, 1)
}

func TestKilometres(t *testing.T) {
	t.Parallel()
	// Toronto to Montreal is 504 km, Halifax to Vancouver 4,430 km, by any atlas.
	if got := kilometres(43.65, -79.38, 45.50, -73.57); math.Abs(got-504) > 3 {
		t.Errorf("Toronto to Montreal is %.0f km", got)
	}
	if got := kilometres(44.65, -63.58, 49.28, -123.12); math.Abs(got-4430) > 30 {
		t.Errorf("Halifax to Vancouver is %.0f km", got)
	}
	near(t, "here to here", kilometres(50, -80, 50, -80), 0)
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	v := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	near(t, "median", quantile(v, 0.5), 5)
	near(t, "p90", quantile(v, 0.9), 9)
	near(t, "least", quantile(v, 0), 1)
	near(t, "most", quantile(v, 1), 10)
	near(t, "of nothing", quantile(nil, 0.5), 0)
}
