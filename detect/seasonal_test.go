package detect

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// curve is a day that people report on, with quieter weekends.
func curve(at int64) float64 {
	hour := floorDiv(at, hourSeconds)
	day := (hour/24 + 3) % 7 // 0 is Monday
	f := 1 + 0.8*math.Sin(float64(hour%24-9)/24*2*math.Pi)
	if day >= 5 {
		f *= 0.6
	}
	return f
}

// taught is a baseline that has learned so many weeks of bins.
func taught(rate float64, weeks, bin int64, rng *rand.Rand) (*Seasonal, int64) {
	s := NewSeasonal(SeasonalOptions{})
	at := start().Unix()
	for end := at + weeks*7*daySeconds; at < end; at += bin {
		s.Learn(at, poisson(rng, rate*float64(bin)/60*curve(at)), false)
	}
	return s, at
}

// slowSeason keeps every bin and works the posterior out from all of them.
type slowSeason struct {
	at   []int64
	seen []float64
	full []float64 // exposure of the bin when it was learned
}

func (s *slowSeason) posterior(forget float64) (shape, rate float64) {
	for i := range s.at {
		w := math.Pow(1-forget, float64(len(s.at)-1-i))
		shape += w * s.seen[i]
		rate += w * s.full[i]
	}
	return shape, rate
}

// The level is a Gamma posterior over all bins, each fading with a time constant
// of 14 days; hours add up their own bins.
func TestSeasonalAgreesWithItsSlowTwin(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const bin = 900
	s, slow := NewSeasonal(SeasonalOptions{Bin: bin}), &slowSeason{}
	hours := map[int64]Tally{}
	at := start().Unix()
	for i := range int64(6 * 7 * 96) {
		now := at + i*bin
		y := poisson(rng, 4*curve(now))
		s.Learn(now, y, false)
		exposure := 15.0
		if s.state.Weekly {
			exposure *= s.shape
		}
		slow.at, slow.seen, slow.full = append(slow.at, now), append(slow.seen, y), append(slow.full, exposure)
		if !s.state.Weekly {
			h := hours[floorDiv(now, hourSeconds)]
			hours[floorDiv(now, hourSeconds)] = Tally{h.Seen + y, h.Due + 15}
		}
		if i%500 != 0 {
			continue
		}
		shape, rate := s.Posterior()
		wantShape, wantRate := slow.posterior(float64(bin) / levelMemory)
		if !near(shape, wantShape) || !near(rate, wantRate) {
			t.Fatalf("bin %d: Gamma(%g, %g), want Gamma(%g, %g)", i, shape, rate, wantShape, wantRate)
		}
		for hour, want := range hours {
			if got := s.state.Hours[(hour+monday)%weekHours]; !s.state.Weekly && !(near(got.Seen, want.Seen) && near(got.Due, want.Due)) {
				t.Fatalf("bin %d, hour %d: %+v, want %+v", i, hour, got, want)
			}
		}
	}
}

// To ask leaves no trace in what is learned, whatever time is asked about.
func TestExpectLeavesNoTrace(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 12))
	asked, quiet := NewSeasonal(SeasonalOptions{Calendar: toronto()}), NewSeasonal(SeasonalOptions{Calendar: toronto()})
	at := start().Unix()
	for range 10 * 7 * 24 * 4 {
		asked.Expect(at)
		y := poisson(rng, 3*curve(at))
		asked.Learn(at, y, false)
		quiet.Learn(at, y, false)
		asked.Expect(at + 900)
		at += 900
	}
	if asked.State() != quiet.State() {
		t.Error("the states have parted")
	}
}

// Hours forget what is long past: half a year of it is all that counts.
func TestHoursForget(t *testing.T) {
	s, at := NewSeasonal(SeasonalOptions{}), start().Unix()
	for range 80 * weekHours {
		s.Expect(at)
		s.Learn(at, 10, false)
		at += hourSeconds
	}
	for h, tally := range s.state.Hours {
		if tally.Due < 200 || tally.Due > 261 {
			t.Fatalf("hour %d holds %g reports due, of 26 weeks of ten", h, tally.Due)
		}
	}
}

// After some weeks the expected count is the true one, by hour of the week.
func TestSeasonalLearnsTheWeek(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for _, bin := range []int64{60, 300, 900} {
		s, at := taught(5, 8, bin, rng)
		worst := 0.0
		for i := range int64(weekHours) {
			now := at + i*hourSeconds
			want := 5 * float64(bin) / 60 * curve(now)
			worst = max(worst, math.Abs(math.Log(s.Expect(now)/want)))
		}
		if worst > 0.25 {
			t.Errorf("bins of %d s: an hour is off by a factor of %.2f", bin, math.Exp(worst))
		}
		if s.alpha > 0.06 {
			t.Errorf("bins of %d s: a Poisson series seems to have a dispersion of %.3f", bin, s.alpha)
		}
	}
}

// A small town's hours are its province's until it has reports of its own.
func TestSeasonalLeansOnItsParent(t *testing.T) {
	var parent [weekHours]float64
	for h := range parent {
		parent[h] = curve(int64(h-monday) * hourSeconds)
	}
	with := NewSeasonal(SeasonalOptions{Parent: &parent, Bin: 60})
	alone := NewSeasonal(SeasonalOptions{Bin: 60})
	rng := rand.New(rand.NewPCG(3, 3))
	at := start().Unix()
	for range 14 * dayMinutes {
		y := poisson(rng, 0.02*curve(at))
		with.Learn(at, y, false)
		alone.Learn(at, y, false)
		at += 60
	}
	off := func(s *Seasonal) (sum float64) {
		for i := range int64(weekHours) {
			now := at + i*hourSeconds
			sum += math.Abs(s.Expect(now)/(0.02*curve(now)) - 1)
		}
		return sum / weekHours
	}
	if a, b := off(with), off(alone); a > 0.25 || a > b/2 {
		t.Errorf("with its parent a town is off by %.2f, alone by %.2f", a, b)
	}
}

func TestSeasonalLearnsTheDispersion(t *testing.T) {
	rows := []struct{ rate, alpha float64 }{{2, 0.3}, {20, 0.05}, {0.5, 1}, {5, 0}}
	for _, row := range rows {
		rng := rand.New(rand.NewPCG(4, 4))
		s := NewSeasonal(SeasonalOptions{Bin: 60})
		at := start().Unix()
		for range 28 * dayMinutes {
			s.Learn(at, negbin(rng, row.rate, row.alpha), false)
			at += 60
		}
		if math.Abs(s.alpha-row.alpha) > 0.03+0.15*row.alpha {
			t.Errorf("at %g a minute a dispersion of %g was learned as %.3f", row.rate, row.alpha, s.alpha)
		}
	}
}

// The shifts that the simulation asked for: see DESIGN.md.
func TestShiftFollowsTheSimulation(t *testing.T) {
	rows := []struct{ due, alpha, want float64 }{
		{20, 0.05, 1.5},
		{2, 0.3, 3.3},
		{0.2, 1, 4.4},
		{0.02, 0.3, 0.13},
		{2, 0.001, 0},
	}
	for _, row := range rows {
		s := NewSeasonal(SeasonalOptions{Alpha: row.alpha})
		if got := s.Shift(row.due); math.Abs(got-row.want) > 0.06 {
			t.Errorf("due %g, dispersion %g: %.2f, want %g", row.due, row.alpha, got, row.want)
		}
		if got := s.Phi(row.due); !near(got, 1+row.alpha*row.due) {
			t.Errorf("phi of %g at %g: %g", row.alpha, row.due, got)
		}
	}
}

// While alarmed, what is far off is replaced by what was due, and what is near
// is learned.
func TestSeasonalDoesNotLearnTheOutage(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	s, at := taught(2, 4, 60, rng)
	before := s.level()
	alpha := s.alpha
	for range 24 * 60 {
		s.Learn(at, 200, true)
		at += 60
	}
	if got := s.level(); math.Abs(got/before-1) > 0.02 {
		t.Errorf("a day at a hundred times: the level went from %g to %g", before, got)
	}
	if s.alpha > alpha*1.01+1e-9 {
		t.Errorf("the dispersion went from %g to %g", alpha, s.alpha)
	}
	for range 24 * 60 {
		s.Learn(at, s.Expect(at)*1.5, true)
		at += 60
	}
	if got := s.level(); got < before*1.02 {
		t.Errorf("a day at half as much again was not learned: from %g to %g", before, got)
	}
	s.Jump(3)
	if got := s.level(); got < before*2.9 || got > before*3.3 {
		t.Errorf("a jump by three went from %g to %g", before, got)
	}
}

func TestSeasonalCountsABinOnce(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	s, at := taught(2, 2, 60, rng)
	last := at - 60
	state := s.State()
	for _, again := range []int64{last, last - 60, last - 3600, last - lateMinutes*60, last - 30*daySeconds} {
		if s.Learn(again, 5, false) {
			t.Errorf("the bin %d s before the newest was learned twice", last-again)
		}
	}
	if s.State() != state {
		t.Error("what was told twice left a trace")
	}
	// A gap of ten minutes, filled late in another order.
	s.Learn(last+600, 2, false)
	for _, k := range []int64{5, 2, 9, 5, 2} {
		before := s.State()
		fresh := s.Learn(last+k*60, 3, false)
		repeated := before != s.State()
		if fresh != repeated {
			t.Errorf("minute %d of the gap: said %v, changed %v", k, fresh, repeated)
		}
	}
	// What is odd may be of an outage that nobody can judge any more.
	shape, _ := s.Posterior()
	if s.Learn(last+240, 500, false) {
		t.Error("five hundred reports came late and were learned")
	}
	if now, _ := s.Posterior(); now != shape {
		t.Error("what was refused left a trace")
	}
}

func TestSeasonalStandsAnyNumber(t *testing.T) {
	s := NewSeasonal(SeasonalOptions{})
	for i, y := range []float64{math.NaN(), -1, math.Inf(1), math.Inf(-1), 1e300} {
		if s.Learn(int64(i)*60, y, false) {
			t.Errorf("%g was learned", y)
		}
	}
	if s.Learn(math.MaxInt64, 1, false) || s.Learn(math.MinInt64, 1, false) {
		t.Error("a time beyond all time was learned")
	}
	if b := s.Expect(0); !(b > 0) {
		t.Errorf("with nothing learned, %g is due", b)
	}
}

// A state survives being written and read, and goes on as if nothing had been.
func TestSeasonalStateSurvivesARestart(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	one, at := taught(3, 3, 300, rng)
	text, err := json.Marshal(one.State())
	if err != nil {
		t.Fatal(err)
	}
	var state SeasonalState
	if err := json.Unmarshal(text, &state); err != nil {
		t.Fatal(err)
	}
	two := NewSeasonal(SeasonalOptions{})
	if err := two.Restore(state); err != nil {
		t.Fatal(err)
	}
	one.now = local{} // both look the hour up anew
	for range 2000 {
		y := poisson(rng, 15*curve(at))
		if a, b := one.Expect(at), two.Expect(at); a != b {
			t.Fatalf("at %d: %g before the restart, %g after", at, a, b)
		}
		one.Learn(at, y, false)
		two.Learn(at, y, false)
		at += 300
	}
	if one.State() != two.State() {
		t.Error("the states have parted")
	}
}

func TestRestoreRefusesWhatCannotBe(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	s, _ := taught(3, 1, 300, rng)
	sound := s.State()
	rows := map[string]func(*SeasonalState){
		"a negative sum":         func(st *SeasonalState) { st.Count = -1 },
		"no number":              func(st *SeasonalState) { st.Hours[3].Due = math.NaN() },
		"an infinite day":        func(st *SeasonalState) { st.Daily[2] = math.Inf(1) },
		"an infinite excess":     func(st *SeasonalState) { st.Excess = math.Inf(-1) },
		"a bin of two days":      func(st *SeasonalState) { st.Bin = 2 * daySeconds },
		"a negative bin":         func(st *SeasonalState) { st.Bin = -60 },
		"an end before its time": func(st *SeasonalState) { st.First = st.Newest + 1 },
		"beyond all time":        func(st *SeasonalState) { st.Newest = math.MaxInt64 },
		"a day to come":          func(st *SeasonalState) { st.Day += 2 },
	}
	for name, spoil := range rows {
		state := sound
		spoil(&state)
		if err := s.Restore(state); err == nil {
			t.Errorf("%s was taken", name)
		}
		if s.State() != sound {
			t.Errorf("%s: refused, and changed all the same", name)
		}
	}
	if err := NewSeasonal(SeasonalOptions{}).Restore(SeasonalState{}); err != nil {
		t.Errorf("a state that has learned nothing: %v", err)
	}
}

// Any bytes as a state: refused, or a baseline that gives sound figures.
func FuzzRestore(f *testing.F) {
	s, _ := taught(3, 1, 900, rand.New(rand.NewPCG(9, 9)))
	text, err := json.Marshal(s.State())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text, int64(60), 3.0)
	f.Add([]byte(`{"Begun":true,"Count":1e99,"Minutes":1e-99,"Bin":1}`), int64(1), 1e30)
	f.Add([]byte(`{"Begun":true,"Excess":-1e99,"Square":1e-300,"Weekly":true,"Day":-2147483648}`), int64(86400), 0.0)
	f.Fuzz(func(t *testing.T, text []byte, step int64, y float64) {
		var state SeasonalState
		if json.Unmarshal(text, &state) != nil {
			t.Skip()
		}
		c := NewCrowd(CrowdOptions{})
		if c.season.Restore(state) != nil {
			return
		}
		at := state.Newest
		for range 50 {
			at += step
			if at < -maxTime || at > maxTime {
				return
			}
			if due := c.season.Expect(at); !(due > 0) || math.IsInf(due, 0) {
				t.Fatalf("%g is due", due)
			}
			r := take(c, value(time.Unix(at, 0).UTC(), y))
			if math.IsNaN(r.Score) || math.IsNaN(r.Expected) {
				t.Fatalf("%+v", r)
			}
		}
	})
}

func toronto() Calendar {
	unix := func(y int, m time.Month, d, h int) int64 { return time.Date(y, m, d, h, 0, 0, 0, time.UTC).Unix() }
	return Calendar{
		Shifts: []Shift{
			{From: unix(2022, 3, 13, 7), Offset: -4 * 3600},
			{From: unix(2022, 11, 6, 6), Offset: -5 * 3600},
			{From: unix(2023, 3, 12, 7), Offset: -4 * 3600},
		},
		Holidays: []int32{int32(unix(2022, 7, 1, 0) / daySeconds), int32(unix(2022, 12, 25, 0) / daySeconds)},
	}
}

func TestCalendarKnowsTheLocalHour(t *testing.T) {
	c := toronto()
	rows := []struct {
		at      string
		hour    int
		holiday bool
	}{
		{"2022-07-04T04:00:00Z", 0, false},           // a Monday's midnight
		{"2022-07-04T03:59:59Z", 6*24 + 23, false},   // still Sunday
		{"2022-07-08T08:44:00Z", 4*24 + 4, false},    // a Friday, 04:44
		{"2022-07-01T16:00:00Z", sunday + 12, true},  // Canada Day, a Friday, is like a Sunday
		{"2022-11-06T05:30:00Z", 6*24 + 1, false},    // 01:30, the first time
		{"2022-11-06T06:30:00Z", 6*24 + 1, false},    // 01:30, once more
		{"2023-03-12T06:59:00Z", 6*24 + 1, false},    // 01:59
		{"2023-03-12T07:00:00Z", 6*24 + 3, false},    // 03:00
		{"2022-12-26T04:30:00Z", sunday + 23, true},  // Christmas, a Sunday
		{"2019-01-01T00:00:00Z", 0*24 + 20, false},   // before the first shift, its offset holds
		{"2024-01-01T00:00:00Z", sunday + 20, false}, // after the last too
		{"1969-12-29T04:00:00Z", 0, false},           // before 1970
	}
	for _, row := range rows {
		at, err := time.Parse(time.RFC3339, row.at)
		if err != nil {
			t.Fatal(err)
		}
		l := c.at(at.Unix())
		if l.hour != row.hour || l.holiday != row.holiday {
			t.Errorf("%s is hour %d (holiday %v), want %d (%v)", row.at, l.hour, l.holiday, row.hour, row.holiday)
		}
		if l.from > at.Unix() || l.until <= at.Unix() || l.until-l.from > hourSeconds {
			t.Errorf("%s: from %d until %d", row.at, l.from, l.until)
		}
		if first, last := c.at(l.from), c.at(l.until-1); first != l || last != l {
			t.Errorf("%s: its hour begins as %+v and ends as %+v", row.at, first, last)
		}
	}
}

// When the clocks change, people's habits go with the clock, and so does what is
// due; without a calendar it is off for weeks.
func TestSeasonalFollowsTheClock(t *testing.T) {
	c := toronto()
	with, without := NewSeasonal(SeasonalOptions{Calendar: c}), NewSeasonal(SeasonalOptions{})
	rng := rand.New(rand.NewPCG(10, 10))
	at := time.Date(2022, 9, 5, 4, 0, 0, 0, time.UTC).Unix()
	wall := func(at int64) int64 { offset, _, _ := c.offset(at); return at + int64(offset) }
	for end := time.Date(2022, 11, 7, 5, 0, 0, 0, time.UTC).Unix(); at < end; at += 300 {
		y := poisson(rng, 20*curve(wall(at)))
		with.Learn(at, y, false)
		without.Learn(at, y, false)
	}
	off := func(s *Seasonal) (worst float64) {
		for i := range int64(24) {
			now := at + i*hourSeconds
			worst = max(worst, math.Abs(math.Log(s.Expect(now)/(20*curve(wall(now))))))
		}
		return worst
	}
	if a, b := off(with), off(without); a > 0.2 || b < 2*a {
		t.Errorf("the day after the change: off by %.2f with the calendar, by %.2f without", a, b)
	}
}

func TestSeasonalKnowsHolidays(t *testing.T) {
	c := Calendar{}
	first := start().Unix()
	for d := range int32(20) {
		c.Holidays = append(c.Holidays, int32(first/daySeconds)+5+7*d) // every Wednesday
	}
	with, without := NewSeasonal(SeasonalOptions{Calendar: c}), NewSeasonal(SeasonalOptions{})
	rng := rand.New(rand.NewPCG(11, 11))
	at := first
	for ; at < first+(6*7+5)*daySeconds; at += 300 {
		like := at
		if slices.Contains(c.Holidays, int32(at/daySeconds)) {
			like += 4 * daySeconds // as quiet as a Sunday
		}
		y := poisson(rng, 10*curve(like))
		with.Learn(at, y, false)
		without.Learn(at, y, false)
	}
	noon := at + 15*hourSeconds
	if got, want := with.Expect(noon), 10*curve(noon+4*daySeconds); math.Abs(got/want-1) > 0.15 {
		t.Errorf("on a holiday %g is due, want about %g", got, want)
	}
}
