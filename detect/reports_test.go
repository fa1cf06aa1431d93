package detect

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"tocsin/evidence"
)

// slowReports says the same as reports and keeps every observation. It reads the
// rule of DESIGN.md off the whole past at each step.
type slowReports struct {
	width time.Duration
	all   []slowReport
	index map[int64]int // of the minutes that have an observation
	onset time.Time     // of the open run
}

type slowReport struct {
	at    time.Time
	value float64
	out   bool
}

// onDay is one minute of one day.
func (s *slowReports) onDay(m time.Time) (held float64, seen, out bool) {
	i, seen := s.index[m.Unix()]
	if !seen {
		return 0, false, false
	}
	return s.all[i].value, true, s.all[i].out
}

// mean is that of a minute over the earlier days that were learned.
func (s *slowReports) mean(m time.Time) (float64, bool) {
	sum, days := 0.0, 0
	for day := m.AddDate(0, 0, -1); !day.Before(s.all[0].at); day = day.AddDate(0, 0, -1) {
		if v, seen, out := s.onDay(day); seen && !out {
			sum += v
			days++
		}
	}
	return sum / float64(max(days, 1)), days > 0
}

func (s *slowReports) judge(at time.Time, v float64) (value, expected float64, level evidence.Level) {
	s.index[at.Unix()] = len(s.all)
	s.all = append(s.all, slowReport{at: at, value: v})
	fourWeeks := 0.0
	for _, o := range s.all {
		if !o.at.Before(at.Truncate(24*time.Hour).AddDate(0, 0, 1-sparseDays)) {
			fourWeeks += o.value
		}
	}
	plain, known := 0.0, false
	for m := at.Add(time.Minute - s.width); !m.After(at); m = m.Add(time.Minute) {
		held, seen, _ := s.onDay(m)
		if !seen {
			continue
		}
		plain += held
		if mean, ok := s.mean(m); ok {
			value, expected, known = value+held, expected+mean, true
		}
	}
	if at.Sub(s.all[0].at) < firstDay || fourWeeks < sparseBelow || !known {
		return plain, 0, evidence.Blind
	}
	level = reportLevel(value, expected)
	if level == evidence.Normal {
		s.onset = time.Time{}
		return value, expected, level
	}
	if s.onset.IsZero() {
		s.onset = at
	}
	if at.Sub(s.onset) <= acceptAfter {
		for i := range s.all {
			if age := at.Sub(s.all[i].at); age < s.width {
				s.all[i].out = true
			}
		}
	}
	return value, expected, level
}

func TestReportsAgreeWithTheirSlowTwin(t *testing.T) {
	bins := []time.Duration{5 * time.Minute, 15 * time.Minute, 30 * time.Minute, 7 * time.Minute}
	counts := map[evidence.Level]int{}
	for _, name := range []string{"reports-15m", "reports-60m"} {
		for seed := range uint64(8) {
			rng := rand.New(rand.NewPCG(seed, 5))
			fast := method(t, name)
			slow := &slowReports{width: time.Duration(fast.(*reports).width) * time.Minute, index: map[int64]int{}}
			bin := bins[seed%4]
			for i, o := range random(rng, 900, bin, []float64{0.3, 2, 12}[rng.IntN(3)]) {
				r := take(fast, o)
				if o.Missing {
					continue
				}
				value, expected, level := slow.judge(o.At, o.Value)
				counts[level]++
				if math.Abs(r.Value-value) > 1e-9 || math.Abs(r.Expected-expected) > 1e-9 || r.Level != level {
					t.Fatalf("%s seed %d, %d: %s, %g against %g; want %s, %g against %g",
						name, seed, i, r.Level, r.Value, r.Expected, level, value, expected)
				}
			}
		}
	}
	for l := evidence.Blind; l <= evidence.Critical; l++ {
		if counts[l] < 20 {
			t.Errorf("the series made only %d readings at %s", counts[l], l)
		}
	}
}

func TestReportsAreBlindOnTheFirstDay(t *testing.T) {
	d := method(t, "reports-15m")
	for i := range 96 {
		if r := take(d, value(clock(i, 15*time.Minute), 500)); r.Level != evidence.Blind || r.Value != 500 {
			t.Fatalf("%s, %g after %d bins", r.Level, r.Value, i)
		}
	}
	if r := take(d, value(clock(96, 15*time.Minute), 500)); r.Level != evidence.Normal || r.Expected != 500 {
		t.Errorf("after a day: %+v", r)
	}
}

// A quiet hour is compared with quiet hours, a busy one with busy ones.
func TestReportsKnowTheTimeOfDay(t *testing.T) {
	shape := func(at time.Time) float64 {
		if at.Hour() < 9 {
			return 2
		}
		return 40
	}
	d := method(t, "reports-15m")
	for i := range 4 * 96 {
		at := clock(i, 15*time.Minute)
		if r := take(d, value(at, shape(at))); r.Level >= evidence.Warning {
			t.Fatalf("the shape of the day reads %s at %v", r.Level, at)
		}
	}
	night := clock(4*96+8, 15*time.Minute)
	if r := take(d, value(night, 40)); r.Level != evidence.Critical || r.Expected != 2 {
		t.Errorf("a day's count at night: %s against %g", r.Level, r.Expected)
	}
}

// At night nobody reports: few reports against almost none raise nothing.
func TestFewReportsRaiseNothing(t *testing.T) {
	rows := []struct {
		name  string
		level float64 // on each earlier quarter of an hour
		now   float64
		want  evidence.Level
	}{
		{"silence, then silence", 0, 0, evidence.Blind},
		{"silence, then four", 0, 4, evidence.Blind},
		{"silence, then seven", 0, 7, evidence.Normal},
		{"silence, then eight", 0, 8, evidence.Critical},
		{"a trickle, then seven", 0.1, 7, evidence.Normal},
		{"a trickle, then nine", 0.1, 9, evidence.Critical},
		{"a fifth more of many", 1000, 1200, evidence.Normal},
		{"half more of many", 1000, 1501, evidence.Critical},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			d, at := trained(t, "reports-15m", row.level, 15*time.Minute, 48*time.Hour)
			if r := take(d, value(at, row.now)); r.Level != row.want {
				t.Errorf("%s against %g, want %s", r.Level, r.Expected, row.want)
			}
		})
	}
}

// A series that was alive long ago is sparse again after four silent weeks.
func TestReportsForgetOldLife(t *testing.T) {
	d, at := trained(t, "reports-15m", 3, 15*time.Minute, 48*time.Hour)
	var r evidence.Reading
	for range 30 * 96 {
		r = take(d, value(at, 0))
		at = at.Add(15 * time.Minute)
	}
	if r.Level != evidence.Blind {
		t.Errorf("after thirty silent days: %s", r.Level)
	}
}

func TestReportsDoNotLearnTheOutage(t *testing.T) {
	d, at := trained(t, "reports-15m", 10, 15*time.Minute, 48*time.Hour)
	onset := at
	for ; at.Before(onset.Add(20 * time.Hour)); at = at.Add(15 * time.Minute) {
		if r := take(d, value(at, 900)); r.Level != evidence.Critical || !r.Onset.Equal(onset) {
			t.Fatalf("after %v: %s since %v", at.Sub(onset), r.Level, r.Onset)
		}
	}
	for ; at.Before(onset.Add(24 * time.Hour)); at = at.Add(15 * time.Minute) {
		take(d, value(at, 10))
	}
	r := take(d, value(at, 900))
	if r.Expected != 10 || r.Level != evidence.Critical {
		t.Errorf("the next day, at the same time: %s against %g", r.Level, r.Expected)
	}
	if r.Peak != 90 {
		t.Errorf("peak %g, want 90 times the expected", r.Peak)
	}
}

func TestReportsAcceptANewLevelAfterSevenDays(t *testing.T) {
	d, at := trained(t, "reports-15m", 10, 15*time.Minute, 48*time.Hour)
	for range 12 * 96 {
		take(d, value(at, 40))
		at = at.Add(15 * time.Minute)
	}
	before := take(d, value(at, 40)).Expected
	if before <= 10 {
		t.Errorf("after twelve days the baseline is still %g", before)
	}
}

// The mean weighs all days alike up to maxDays; beyond, old days fade.
func TestReportsRememberMaxDays(t *testing.T) {
	r := newReports15().(*reports)
	for day := range 400 {
		v := 10.0
		if day >= 200 {
			v = 13
		}
		take(r, value(start().AddDate(0, 0, day), v))
	}
	slot, _ := r.at(floorDiv(start().Unix(), 60))
	want := 13 - 3*math.Pow(1-1.0/maxDays, 199)
	if slot.days != maxDays || math.Abs(slot.mean-want) > 0.05 {
		t.Errorf("the mean of %d days is %g, want about %g", slot.days, slot.mean, want)
	}
}

// Sixty minutes gather what fifteen can't see, and lag where fifteen are enough.
func TestTheLongWindowSeesWeakRises(t *testing.T) {
	short, at := trained(t, "reports-15m", 5, 15*time.Minute, 72*time.Hour)
	long, _ := trained(t, "reports-60m", 5, 15*time.Minute, 72*time.Hour)
	var shortest, longest evidence.Reading
	for range 4 {
		shortest, longest = take(short, value(at, 11)), take(long, value(at, 11))
		at = at.Add(15 * time.Minute)
	}
	if shortest.Level != evidence.Normal || longest.Level < evidence.Warning {
		t.Errorf("15 min: %s; 60 min: %s, %g against %g", shortest.Level, longest.Level, longest.Value, longest.Expected)
	}
}

func TestBinsShorterThanTheWindowAddUp(t *testing.T) {
	d, at := trained(t, "reports-15m", 2, time.Minute, 25*time.Hour)
	r := take(d, value(at, 2))
	if r.Value != 30 || r.Expected != 30 {
		t.Errorf("fifteen minutes of two: %g against %g", r.Value, r.Expected)
	}
	// Half a minute is its minute's.
	r = take(d, value(at.Add(30*time.Second), 5))
	if r.Value != 35 {
		t.Errorf("with five more in the same minute: %g", r.Value)
	}
}

func TestTimesBefore1970(t *testing.T) {
	if floorDiv(-1, 60) != -1 || floorDiv(-60, 60) != -1 || floorDiv(59, 60) != 0 || floorMod(-1) != sparseDays-1 {
		t.Error("rounding goes the wrong way")
	}
}
