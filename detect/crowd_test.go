package detect

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"tocsin/evidence"
)

// The trailing windows are sums over what came in their minutes.
func TestTrailAgreesWithItsSlowTwin(t *testing.T) {
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var quick trail
		all := map[int64]Tally{}
		minute := int64(-500)
		for range 5000 {
			minute += []int64{0, 1, 1, 1, 1, 5, 15, 15, 61, 200}[rng.IntN(10)]
			x, b := float64(rng.IntN(5)), rng.Float64()
			quick.add(minute, x, b)
			s := all[minute]
			all[minute] = Tally{s.Seen + x, s.Due + b}
			for _, w := range []struct {
				width int64
				got   Tally
			}{{shortTrail, quick.short}, {longTrail, quick.long}} {
				var want Tally
				for m := minute - w.width + 1; m <= minute; m++ {
					want.Seen += all[m].Seen
					want.Due += all[m].Due
				}
				if !near(w.got.Seen, want.Seen) || !near(w.got.Due, want.Due) {
					t.Fatalf("seed %d, minute %d, width %d: %+v, want %+v", seed, minute, w.width, w.got, want)
				}
			}
		}
	}
}

// crowdAt is a detector that knows its series: three weeks of a rate a minute.
func crowdAt(rate, alpha float64, rng *rand.Rand) (*Crowd, time.Time) {
	c := NewCrowd(CrowdOptions{})
	at := start()
	for range 21 * dayMinutes {
		take(c, value(at, negbin(rng, rate, alpha)))
		at = at.Add(time.Minute)
	}
	return c, at
}

// A rise is told at the rate and ratio, in the time, that the study promises,
// with margin; its onset lies near the true one.
func TestCrowdTellsARise(t *testing.T) {
	rows := []struct {
		rate, ratio float64
		within      time.Duration
	}{{0.02, 50, 30 * time.Minute}, {0.2, 10, 20 * time.Minute}, {2, 3, 20 * time.Minute}, {2, 10, 8 * time.Minute}, {20, 2, 10 * time.Minute}}
	for _, row := range rows {
		rng := rand.New(rand.NewPCG(1, 2))
		c, at := crowdAt(row.rate, 0, rng)
		c.alarmed = false
		c.focus.Reset()
		onset := at
		var r evidence.Reading
		for r.Level < evidence.Warning && at.Before(onset.Add(4*time.Hour)) {
			r = take(c, value(at, poisson(rng, row.rate*row.ratio)))
			at = at.Add(time.Minute)
		}
		if took := at.Sub(onset); took > row.within || r.Score < slowWatch {
			t.Errorf("%g x%g: told after %v with a score of %.1f", row.rate, row.ratio, took, r.Score)
		}
		if off := r.Onset.Sub(onset).Abs(); off > row.within {
			t.Errorf("%g x%g: the onset is off by %v", row.rate, row.ratio, off)
		}
	}
}

// In a quiet quarter there are as few warnings as the study says, for Poisson
// and for bursty series.
func TestCrowdIsQuietInQuietTimes(t *testing.T) {
	rows := []struct{ rate, alpha float64 }{{0.02, 0}, {0.2, 0}, {2, 0}, {2, 0.3}, {20, 0.05}, {0.2, 1}}
	for _, row := range rows {
		rng := rand.New(rand.NewPCG(2, 3))
		c, at := crowdAt(row.rate, row.alpha, rng)
		warnings, criticals := 0, 0
		last := evidence.Normal
		for range 90 * dayMinutes {
			r := take(c, value(at, negbin(rng, row.rate, row.alpha)))
			if r.Level >= evidence.Warning && last < evidence.Warning {
				warnings++
			}
			if r.Level == evidence.Critical && last < evidence.Critical {
				criticals++
			}
			last = r.Level
			at = at.Add(time.Minute)
		}
		if warnings > 60 || criticals > 4 {
			t.Errorf("%g a minute, dispersion %g: %d warnings and %d criticals in 90 days", row.rate, row.alpha, warnings, criticals)
		}
		t.Logf("%g a minute, dispersion %g (learned %.3f): %d warnings, %d criticals in 90 days", row.rate, row.alpha, c.season.alpha, warnings, criticals)
	}
}

// An alarm lasts as long as the rise does and ends soon after; what it held is
// not learned, and the next one is a new one.
func TestCrowdEndsWhatIsOver(t *testing.T) {
	for _, hours := range []int{1, 6, 30} {
		rng := rand.New(rand.NewPCG(3, 4))
		c, at := crowdAt(2, 0, rng)
		level := c.season.level()
		onset := at
		var r evidence.Reading
		runs := 0
		for end := at.Add(time.Duration(hours) * time.Hour); at.Before(end); at = at.Add(time.Minute) {
			before := r.Level
			r = take(c, value(at, poisson(rng, 2*20)))
			if r.Level >= evidence.Warning && before < evidence.Warning {
				runs++
			}
		}
		if r.Level != evidence.Critical || runs != 1 || r.Onset.Sub(onset).Abs() > 3*time.Minute || r.Peak < 15 {
			t.Errorf("%d h: %s, %d runs, since %v, peak %.1f", hours, r.Level, runs, r.Onset.Sub(onset), r.Peak)
		}
		end := at
		for r.Level >= evidence.Warning {
			r = take(c, value(at, poisson(rng, 2)))
			at = at.Add(time.Minute)
		}
		if took := at.Sub(end); took > 20*time.Minute {
			t.Errorf("%d h: it ended %v after its end", hours, took)
		}
		if now := c.season.level(); math.Abs(now/level-1) > 0.05 {
			t.Errorf("%d h: the level went from %g to %g", hours, level, now)
		}
		for range 120 {
			if r = take(c, value(at, poisson(rng, 2))); r.Level >= evidence.Warning {
				t.Fatalf("%d h: it rings after its end: %+v", hours, r)
			}
			at = at.Add(time.Minute)
		}
	}
}

func TestCrowdAcceptsANewLevelAfterSevenDays(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 5))
	c, at := crowdAt(2, 0, rng)
	var r evidence.Reading
	step := func(d time.Duration) {
		for end := at.Add(d); at.Before(end); at = at.Add(time.Minute) {
			r = take(c, value(at, poisson(rng, 6)))
		}
	}
	if step(6 * 24 * time.Hour); r.Level < evidence.Warning {
		t.Errorf("after six days of three times: %s", r.Level)
	}
	if step(2 * 24 * time.Hour); r.Level != evidence.Normal || math.Abs(r.Ratio()-1) > 0.5 {
		t.Errorf("after eight days of three times: %s, ratio %.2f", r.Level, r.Ratio())
	}
}

// Fewer than five reports in four weeks, before the last hour: never an alarm.
func TestCrowdIsBlindWhereNothingIsKnown(t *testing.T) {
	rows := []struct {
		name, script, want string
	}{
		{"a first day", "3*100", "b96 n4"},
		{"a flood on the first day", "3*50 90*40", "b90"},
		{"a place that never reports", "0*700 9*4", "b704"},
		{"a place that once did", "2*3 0*290 9*4", "b96 n197 c4"},
		{"forgotten after four weeks", "2*3 0*2784 9*3", "b96 n2593 b101"},
		{"an outage through a gap", "3*200 90*4 -*3 90*4 3*6", "b96 n104 c4 b3 c6 n4"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := transcript(t, NewCrowd(CrowdOptions{}), start(), 15*time.Minute, row.script); got != row.want {
				t.Errorf("%s\nwant %s", got, row.want)
			}
		})
	}
}

// Three friends are no outage, however little is due.
func TestCrowdWantsEnoughReports(t *testing.T) {
	rows := []struct {
		reports float64
		want    evidence.Level
	}{{3, evidence.Normal}, {4, evidence.Normal}, {5, evidence.Warning}, {7, evidence.Warning}, {8, evidence.Critical}}
	for _, row := range rows {
		c := NewCrowd(CrowdOptions{})
		at := start()
		for i := range 20 * dayMinutes {
			v := 0.0
			if i%2000 == 0 {
				v = 1
			}
			take(c, value(at, v))
			at = at.Add(time.Minute)
		}
		if r := take(c, value(at, row.reports)); r.Level != row.want {
			t.Errorf("%g reports against %g: %s, want %s", row.reports, r.Expected, r.Level, row.want)
		}
	}
}

// The reading tells the present: a quarter of an hour of it.
func TestCrowdReadsTheLastQuarter(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	c, at := crowdAt(2, 0, rng)
	var r evidence.Reading
	for range 15 {
		r = take(c, value(at, 7))
		at = at.Add(time.Minute)
	}
	if r.Value != 105 || math.Abs(r.Expected-30) > 5 {
		t.Errorf("a quarter of an hour of seven: %g against %g", r.Value, r.Expected)
	}
}
