package detect

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"tocsin/evidence"
)

// Bayes by hand, for the table of the formula.
func TestBelieveIsBayes(t *testing.T) {
	for _, up := range []float64{0.01, 0.1, 0.5, 0.9, 0.99} {
		for _, answer := range []float64{0.1, 0.5, 0.99} {
			for _, stray := range []float64{strayBlock, strayTarget} {
				yes := up * answer / (up*answer + (1-up)*stray)
				no := up * (1 - answer) / (up*(1-answer) + (1-up)*(1-stray))
				clamp := func(p float64) float64 { return math.Max(0.01, math.Min(p, 0.99)) }
				if got := Believe(up, answer, stray, true); !near(got, clamp(yes)) {
					t.Errorf("an answer moves %g to %g, want %g", up, got, clamp(yes))
				}
				if got := Believe(up, answer, stray, false); !near(got, clamp(no)) {
					t.Errorf("silence moves %g to %g, want %g", up, got, clamp(no))
				}
			}
		}
	}
}

// How many unanswered probes settle it depends on how well the target answers.
func TestSilenceNeededForDown(t *testing.T) {
	rows := []struct {
		answer float64
		want   int // probes in a row, unanswered, until it is down
	}{{0.99, 2}, {0.9, 3}, {0.5, 10}, {0.3, 20}}
	for _, row := range rows {
		d := NewTrinocular(BeliefOptions{Answer: row.answer, Block: true})
		at, n := start(), 0
		for d.last.Level != evidence.Critical && n < 100 {
			take(d, value(at, 0))
			at = at.Add(3 * time.Second)
			n++
		}
		if n < row.want-1 || n > row.want+2 {
			t.Errorf("a target that answers %g of probes is down after %d, want about %d", row.answer, n, row.want)
		}
		if !d.last.Onset.Equal(start()) || d.last.Score < 2 || d.last.Value > believesDown {
			t.Errorf("%g: down since %v, score %g, belief %g", row.answer, d.last.Onset, d.last.Score, d.last.Value)
		}
	}
}

func TestProbeTranscripts(t *testing.T) {
	rows := []struct{ name, script, want string }{
		{"one lost probe", "1*50 0 1*20", "n50 b1 n20"},
		{"a death and a return", "1*50 0*10 1*5", "n50 b2 c8 n5"},
		{"an offline vantage says nothing", "1*50 0*5 -*5 0*2 1", "n50 b2 c3 b5 c2 n1"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			d := NewTrinocular(BeliefOptions{Answer: 0.95})
			if got := transcript(t, d, start(), time.Minute, row.script); got != row.want {
				t.Errorf("%s\nwant %s", got, row.want)
			}
		})
	}
}

func TestAdviceAsksForWhatWouldTell(t *testing.T) {
	d := NewTrinocular(BeliefOptions{Answer: 0.5, Block: true})
	at := start()
	if a := d.Advice(); a != (Advice{}) {
		t.Errorf("of a target that is up: %+v", a)
	}
	for range 5 {
		take(d, value(at, 0))
		at = at.Add(time.Second)
	}
	used := d.used
	if a := d.Advice(); a.Probes != probeBudget-used {
		t.Errorf("in doubt after %d probes: %+v", used, a)
	}
	for range 30 {
		take(d, value(at, 0))
		at = at.Add(time.Second)
	}
	if a := d.Advice(); a != (Advice{}) {
		t.Errorf("of a target that has just gone down: %+v", a)
	}
	// Recovery probes in the first rounds, then ever more seldom.
	var asked []int
	for round := 1; round <= 40; round++ {
		at = start().Add(time.Duration(round) * probeRound * time.Second)
		take(d, value(at, 0))
		if a := d.Advice(); a.Probes > 0 {
			asked = append(asked, round)
			if a.Probes < 1 || a.Probes > 6 {
				t.Errorf("round %d: %+v", round, a)
			}
		}
	}
	want := []int{1, 2, 3, 4, 8, 16, 32}
	if len(asked) != len(want) {
		t.Fatalf("recovery is probed in rounds %v, want %v", asked, want)
	}
	for i := range want {
		if asked[i] != want[i] {
			t.Fatalf("recovery is probed in rounds %v, want %v", asked, want)
		}
	}
}

// A block that hardly answers is not judged by single probes.
func TestSparseBlocksWantAScan(t *testing.T) {
	d := NewTrinocular(BeliefOptions{Answer: 0.05, Block: true})
	if r := take(d, value(start(), 0)); r.Level != evidence.Blind || !d.Advice().Scan {
		t.Errorf("%s, %+v", r.Level, d.Advice())
	}
}

func TestTrinocularLearnsHowWellATargetAnswers(t *testing.T) {
	d := NewTrinocular(BeliefOptions{})
	rng := rand.New(rand.NewPCG(1, 1))
	at := start()
	alarms := 0
	for range 5000 {
		v := 0.0
		if rng.Float64() < 0.7 {
			v = 1
		}
		if take(d, value(at, v)).Level == evidence.Critical {
			alarms++
		}
		at = at.Add(10 * time.Second)
	}
	if math.Abs(d.answer()-0.7) > 0.1 || alarms > 100 {
		t.Errorf("answers %.2f of probes; %d critical readings of 5,000", d.answer(), alarms)
	}
}

func TestTailAgreesWithCounting(t *testing.T) {
	binomial := func(k, n int, p float64) (sum float64) {
		for bits := range 1 << n {
			chance, down := 1.0, 0
			for i := range n {
				if bits>>i&1 == 1 {
					chance *= p
					down++
				} else {
					chance *= 1 - p
				}
			}
			if down >= k {
				sum += chance
			}
		}
		return sum
	}
	for n := 1; n <= 7; n++ {
		for k := 0; k <= n; k++ {
			if got, want := Tail(k, n, 0.2, 0), binomial(k, n, 0.2); !near(got, want) {
				t.Errorf("%d of %d, independent: %g, want %g", k, n, got, want)
			}
			if k > 1 && Tail(k, n, 0.02, 0.05) <= Tail(k, n, 0.02, 0) {
				t.Errorf("%d of %d: likeness makes them fail together less often", k, n)
			}
		}
		if got := Tail(1, n, 0.2, 0.3) - Tail(n+1, n, 0.2, 0.3); got > 1 || got < 0.19 {
			t.Errorf("one or more of %d: %g", n, got)
		}
	}
	// With a Beta mixture drawn by hand.
	rng := rand.New(rand.NewPCG(2, 2))
	const p, rho, n, draws = 0.1, 0.2, 5, 200_000
	hits := 0
	for range draws {
		a, b := p*(1-rho)/rho, (1-p)*(1-rho)/rho
		x, y := a*gamma(rng, a), b*gamma(rng, b)
		down := 0
		for range n {
			if rng.Float64() < x/(x+y) {
				down++
			}
		}
		if down >= 3 {
			hits++
		}
	}
	if got, want := Tail(3, n, p, rho), float64(hits)/draws; math.Abs(got-want) > 0.002 {
		t.Errorf("three of five: %g, drawn %g", got, want)
	}
	for _, row := range []struct {
		k, n  int
		p     float64
		wants float64
	}{{0, 3, 0.5, 1}, {-1, 3, 0, 1}, {4, 3, 0.5, 0}, {1, 3, 0, 0}, {2, 3, 1, 1}} {
		if got := Tail(row.k, row.n, row.p, likeness); got != row.wants {
			t.Errorf("%d of %d at %g: %g, want %g", row.k, row.n, row.p, got, row.wants)
		}
	}
}

func TestTogetherWantsTwoNetworks(t *testing.T) {
	const (
		up, down, blind = evidence.Normal, evidence.Critical, evidence.Blind
	)
	rows := []struct {
		name  string
		votes []Vote
		want  evidence.Level
	}{
		{"nobody", nil, blind},
		{"one up", []Vote{{"a", up}}, blind},
		{"two up in one network", []Vote{{"a", up}, {"a", up}}, blind},
		{"two up in two", []Vote{{"a", up}, {"b", up}}, up},
		{"one down alone", []Vote{{"a", down}}, evidence.Warning},
		{"three down in one network", []Vote{{"a", down}, {"a", down}, {"a", down}}, evidence.Warning},
		{"two down in two networks", []Vote{{"a", down}, {"b", down}}, down},
		{"two of three", []Vote{{"a", down}, {"b", down}, {"c", up}}, down},
		{"two of four", []Vote{{"a", down}, {"b", down}, {"c", up}, {"d", up}}, evidence.Warning},
		{"the blind don't count", []Vote{{"a", down}, {"b", blind}, {"c", down}, {"d", blind}}, down},
		{"one of many", []Vote{{"a", down}, {"b", up}, {"c", up}, {"d", up}, {"e", up}}, evidence.Warning},
	}
	for _, row := range rows {
		a := Together(row.votes)
		if a.Level != row.want {
			t.Errorf("%s: %s, want %s (%+v)", row.name, a.Level, row.want, a)
		}
		if a.Score < 0 || a.Down > a.Known || a.NetworksDown > a.Down {
			t.Errorf("%s: %+v", row.name, a)
		}
	}
}
