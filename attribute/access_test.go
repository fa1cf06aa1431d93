package attribute

import (
	"math"
	"slices"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// TestCounter: the smaller the part that is down, the less the counter says, for and
// against; of a failure that reaches nobody it says nothing.
func TestCounter(t *testing.T) {
	t.Parallel()
	for _, c := range []counter{{0, 60, 0.6}, {36, 60, 0.6}, {0, 3, 0.6}, {2, 3, 0.6}, {1, 4, 0.05}, {0, 4, 0.95}} {
		if w := c.nats(0); math.Abs(w) > 1e-12 {
			t.Errorf("%+v: %v nats about nobody", c, w)
		}
		for part := 0.1; part <= 1; part += 0.1 {
			w := c.nats(part)
			if math.Abs(w) > capAccess {
				t.Errorf("%+v: %v nats are beyond the cap", c, w)
			}
			if before := c.nats(part - 0.1); c.own == 0 && w < before-1e-9 || c.own > c.all*c.share && w > before+1e-9 {
				t.Errorf("%+v: %v nats of %.1f, %v of less", c, w, part, before)
			}
		}
	}
}

// TestAccessElsewhere: reports that come from where nothing failed come through the
// network and clear it there, not where it failed.
func TestAccessElsewhere(t *testing.T) {
	t.Parallel()
	e := engine(provinces())
	in := counts(true, map[catalog.OrgID]float64{"ash": 30, "birch": 4})
	for i := range in.Readings {
		if r := &in.Readings[i]; r.Series.Subject == "ash" && r.Series.Region != "xx" {
			if r.Value = 0; r.Series.Region == "xx-b" {
				r.Value = 30
			}
		}
	}
	in.Readings = append(in.Readings, reads(evidence.ReportsOwn, "ash", 20, 2.4))
	blocks := reads(evidence.Blocks, "as1", 2, 100)
	blocks.Series.Region, blocks.Level, blocks.Onset = "xx-a", evidence.Critical, eve.Add(-20*time.Minute)
	in.Readings = append(in.Readings, blocks)
	sc := e.scene(in)
	k := slices.IndexFunc(sc.sigs, func(s signal) bool { return s.read != nil && s.read.Series.Measure == evidence.ReportsOwn })
	if k < 0 {
		t.Fatal("the counter makes no signal")
	}
	for region, want := range map[catalog.RegionID]float64{"xx-a": 0, "xx-b": 1} {
		got := sc.apply(e.shape(hypothesis{"ash/core", region}), nil).parts[k]
		if math.Abs(got-want) > 0.05 {
			t.Errorf("of a failure in %s the counter's %.1f nats hold to %.2f, want %.0f", region, sc.sigs[k].weight, got, want)
		}
	}
	if part := sc.apply(e.shape(hypothesis{"birch/core", "xx"}), nil).parts[k]; part != 0 {
		t.Errorf("the counter of one carrier tells of another: %v", part)
	}
}

// TestAccessDatesNothing: that nobody complains through a network is no anomaly with
// an onset. It must not hide what instruments saw, nor date it.
func TestAccessDatesNothing(t *testing.T) {
	t.Parallel()
	e := engine(country())
	began := eve.Add(-20 * time.Minute)
	in := Input{Now: eve}
	for _, s := range []string{"/voice", "/data", "/home", "/tv", ""} {
		in.Readings = append(in.Readings, reads(evidence.Reports, "elm"+s, 1, 0.1))
	}
	in.Readings = append(in.Readings, reads(evidence.ReportsOwn, "elm", 0, 0.06))
	gone := reads(evidence.TrafficV4, "as5", 0.02, 1)
	gone.Level, gone.Onset = evidence.Critical, began
	blocks := reads(evidence.Blocks, "as5", 2, 100)
	blocks.Level, blocks.Onset = evidence.Critical, began
	in.Readings = append(in.Readings, gone, blocks)
	roots := e.Superpose(in)
	if len(roots) != 1 || roots[0].Carrier != "elm" || !roots[0].Onset.Equal(began) {
		t.Fatalf("%+v", roots)
	}
}

// TestCutOff: only more reports than bots get through tell that nobody comes through
// a network.
func TestCutOff(t *testing.T) {
	t.Parallel()
	e := engine(country())
	for _, tc := range []struct {
		all, own float64
		want     bool
	}{{18, 0, false}, {30, 0, false}, {60, 0, true}, {60, 30, false}, {600, 5, true}} {
		in := Input{Now: eve, Readings: []evidence.Reading{
			reads(evidence.Reports, "cedar", tc.all, 2), reads(evidence.Reports, "cedar/voice", 60, 2),
			reads(evidence.Reports, "ash", 2, 2), reads(evidence.ReportsOwn, "cedar", tc.own, 1.2),
		}}
		sc := e.scene(in)
		i := slices.IndexFunc(sc.cands, func(c *cause) bool { return c.h.node == "cedar/core" })
		if i < 0 {
			t.Fatal("cedar/core is no candidate")
		}
		if got := sc.cutOff(sc.cands[i]); got != tc.want {
			t.Errorf("%v of %v reports through the network: cut off %v", tc.own, tc.all, got)
		}
	}
}
