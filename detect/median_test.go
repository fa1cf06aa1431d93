package detect

import (
	"math/rand/v2"
	"testing"
	"time"

	"tocsin/evidence"
)

// slowMedian says the same as median and keeps everything: each step walks all
// of the past and sorts it.
type slowMedian struct {
	s        settings
	at       []time.Time
	learned  []float64
	departed time.Time
}

// judge gives what is expected, and the level, of a value.
func (m *slowMedian) judge(at time.Time, v float64) (float64, evidence.Level) {
	var history []float64
	var oldest time.Time
	for i := range m.at {
		if at.Sub(m.at[i]) < m.s.history && len(m.at)-i <= maxSamples {
			if oldest.IsZero() {
				oldest = m.at[i]
			}
			history = append(history, m.learned[i])
		}
	}
	keep := v
	defer func() {
		m.at = append(m.at, at)
		m.learned = append(m.learned, keep)
	}()
	if len(history) < leastSamples || at.Sub(oldest) < warmUp {
		return 0, evidence.Blind
	}
	expected := sortedCopy(history)[(len(history)+1)/2-1]
	if expected < leastCount {
		return expected, evidence.Blind
	}
	ratio := v / expected
	if ratio < inpaintBelow || ratio > inpaintAbove {
		if m.departed.IsZero() {
			m.departed = at
		}
		if at.Sub(m.departed) <= acceptAfter {
			keep = expected
		}
	} else {
		m.departed = time.Time{}
	}
	b := m.s.bands
	switch {
	case !b.rise && ratio < b.critical, b.rise && ratio > b.critical:
		return expected, evidence.Critical
	case !b.rise && ratio < b.warning, b.rise && ratio > b.warning:
		return expected, evidence.Warning
	}
	return expected, evidence.Normal
}

func TestMedianAgreesWithItsSlowTwin(t *testing.T) {
	for _, name := range []string{"ioda-bgp", "ioda-probing", "count-bands"} {
		for seed := range uint64(3) {
			rng := rand.New(rand.NewPCG(seed, 7))
			fast := method(t, name)
			slow := &slowMedian{s: fast.(*median).settings}
			bin := []time.Duration{time.Minute, 10 * time.Minute, time.Hour}[seed%3]
			for i, o := range random(rng, 2600, bin, []float64{15, 30, 970}[rng.IntN(3)]) {
				r := take(fast, o)
				if o.Missing {
					continue
				}
				expected, level := slow.judge(o.At, o.Value)
				if r.Expected != expected || r.Level != level {
					t.Fatalf("%s seed %d, %d: %s against %g, want %s against %g", name, seed, i, r.Level, r.Expected, level, expected)
				}
			}
		}
	}
}

func TestMedianIsNearestRank(t *testing.T) {
	rows := []struct {
		values []float64
		want   float64
	}{
		{[]float64{5}, 5},
		{[]float64{5, 9}, 5}, // the lower of two, never a mean that nobody saw
		{[]float64{9, 5, 7}, 7},
		{[]float64{4, 1, 3, 2}, 2},
		{[]float64{2, 2, 2, 8, 8}, 2},
	}
	for _, row := range rows {
		w := newWindow(time.Hour, 16)
		for i, v := range row.values {
			w.add(clock(i, time.Minute), v)
		}
		if got := w.median(); got != row.want {
			t.Errorf("median of %v is %g, want %g", row.values, got, row.want)
		}
	}
}

func TestWindowForgets(t *testing.T) {
	w := newWindow(time.Hour, 4)
	for i := range 6 {
		w.add(clock(i, time.Minute), float64(i))
	}
	if w.count != 4 || w.sorted[0] != 2 {
		t.Errorf("a full window holds %v", w.sorted)
	}
	w.expire(clock(63, time.Minute))
	if w.count != 2 || w.sorted[0] != 4 {
		t.Errorf("after an hour the window holds %v", w.sorted)
	}
	w.expire(clock(600, time.Minute))
	if w.count != 0 || w.warm(clock(600, time.Minute)) {
		t.Errorf("an old window holds %v", w.sorted)
	}
}

func TestMedianIsBlindUntilWarm(t *testing.T) {
	d := method(t, "ioda-bgp")
	for i := range 12 {
		if r := take(d, value(clock(i, 5*time.Minute), 970)); r.Level != evidence.Blind {
			t.Fatalf("%s after %d minutes", r.Level, 5*i)
		}
	}
	if r := take(d, value(clock(12, 5*time.Minute), 970)); r.Level != evidence.Normal || r.Expected != 970 {
		t.Errorf("after an hour: %+v", r)
	}
	// A day without a sample leaves no history to judge by.
	if r := take(d, value(start().Add(30*time.Hour), 970)); r.Level != evidence.Blind {
		t.Errorf("after a day of silence: %s", r.Level)
	}
}

func TestMedianSaysNothingOfSmallCounts(t *testing.T) {
	for level, want := range map[float64]evidence.Level{19: evidence.Blind, 20: evidence.Critical} {
		d, at := trained(t, "ioda-bgp", level, 5*time.Minute, 24*time.Hour)
		if r := take(d, value(at, 0)); r.Level != want {
			t.Errorf("0 of %g is %s, want %s", level, r.Level, want)
		}
	}
}

// The baseline doesn't learn an outage, until seven days have made it the level.
func TestMedianDoesNotLearnTheOutage(t *testing.T) {
	d, at := trained(t, "ioda-bgp", 970, 10*time.Minute, 24*time.Hour)
	onset := at
	for ; at.Sub(onset) <= acceptAfter; at = at.Add(10 * time.Minute) {
		r := take(d, value(at, 300))
		if r.Level != evidence.Critical || r.Expected != 970 || !r.Onset.Equal(onset) {
			t.Fatalf("after %v: %s against %g", at.Sub(onset), r.Level, r.Expected)
		}
	}
	back, _ := trained(t, "ioda-bgp", 970, 10*time.Minute, 24*time.Hour)
	take(back, value(onset, 300))
	if r := take(back, value(onset.Add(10*time.Minute), 970)); r.Level != evidence.Normal {
		t.Errorf("on return: %s", r.Level)
	}
	for range 100 {
		take(d, value(at, 300))
		at = at.Add(10 * time.Minute)
	}
	if r := take(d, value(at, 300)); r.Level != evidence.Normal || r.Expected != 300 {
		t.Errorf("a level of seven days and more still reads %s against %g", r.Level, r.Expected)
	}
}

// A slow decline stays inside the inpainting band and is learned: the price of
// the method, which DESIGN.md names.
func TestMedianFollowsASlowDecline(t *testing.T) {
	d, at := trained(t, "ioda-probing", 1000, 10*time.Minute, 7*24*time.Hour)
	v := 1000.0
	for range 60 * 144 {
		v *= 0.9999
		if r := take(d, value(at, v)); r.Level >= evidence.Warning {
			t.Fatalf("%g of %g is %s", v, r.Expected, r.Level)
		}
		at = at.Add(10 * time.Minute)
	}
	if v > 500 {
		t.Fatalf("only down to %g", v)
	}
}

// Twice the values, the same levels: judgement is by ratio.
func TestMedianDoesNotMindTheScale(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	one, two := method(t, "ioda-bgp"), method(t, "ioda-bgp")
	for i, o := range random(rng, 2000, 5*time.Minute, 900) {
		double := o
		double.Value *= 2
		a, b := take(one, o), take(two, double)
		if a.Level != b.Level || a.Peak != b.Peak {
			t.Fatalf("%d: %s and %s", i, a.Level, b.Level)
		}
	}
}
