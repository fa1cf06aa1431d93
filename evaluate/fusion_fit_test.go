package evaluate

import (
	"math"
	"testing"
	"time"

	"tocsin/attribute"
)

// life1 is a life of one beat that brings a carrier to some log-odds by its words.
func life1(nats, y float64) life {
	at := time.Date(2030, 5, 1, 0, 0, 0, 0, time.UTC)
	var r attribute.Ratios
	r[len(r)-1] = attribute.Ratio{Nats: nats, At: at, Heard: true}
	return life{[]beat{{at, r}}, at, y}
}

// TestCalibrate finds the line that the truth was drawn by.
func TestCalibrate(t *testing.T) {
	t.Parallel()
	tuned := attribute.Tuned()
	tuned.Weight[len(tuned.Weight)-1] = 1
	d := chance(1, "platt")
	const a, b = 0.6, -0.4
	var lives []life
	for range 4000 {
		l := life1(5.3*d.Float64(), 0)
		x := l.filter(&tuned).LogOdds()
		if d.happens(attribute.Probability(a*x + b)) {
			l.y = 1
		}
		lives = append(lives, l)
	}
	ga, gb, loss := calibrate(lives, &tuned)
	if math.Abs(ga-a) > 0.1 || math.Abs(gb-b) > 0.25 {
		t.Errorf("A = %.2f and B = %.2f, want %v and %v", ga, gb, a, b)
	}
	asIs := 0.0
	for _, l := range lives {
		asIs += logLoss(attribute.Probability(l.filter(&tuned).LogOdds()), l.y) / float64(len(lives))
	}
	if loss >= asIs {
		t.Errorf("log loss %v, without the line %v", loss, asIs)
	}
	if ga, gb, _ := calibrate(nil, &tuned); ga != 1 || gb != 0 {
		t.Errorf("of nothing A = %v and B = %v", ga, gb)
	}
}

// TestWeigh: a plane that says the same of the guilty and the innocent loses its
// weight, one that tells them apart keeps it.
func TestWeigh(t *testing.T) {
	t.Parallel()
	d := chance(2, "weigh")
	at := time.Date(2030, 5, 1, 0, 0, 0, 0, time.UTC)
	var lives []life
	for i := range 600 {
		y := float64(i % 2)
		var r attribute.Ratios
		r[0] = attribute.Ratio{Nats: 3 * d.NormFloat64(), At: at, Heard: true}
		r[2] = attribute.Ratio{Nats: 5*y + d.NormFloat64(), At: at, Heard: true}
		lives = append(lives, life{[]beat{{at, r}}, at, y})
	}
	start := attribute.Tuned()
	for k := range start.Weight {
		start.Weight[k] = 1
	}
	got := weigh(lives, start)
	if got.Weight[0] > 0.5 || got.Weight[2] < 0.8 {
		t.Errorf("weights %v", got.Weight)
	}
	_, _, before := calibrate(lives, &start)
	if _, _, after := calibrate(lives, &got); after >= before {
		t.Errorf("log loss %v, before %v", after, before)
	}
	if none := weigh(nil, start); none != start {
		t.Errorf("of nothing %v", none)
	}
}

// TestMemory: the time over which an autoregression forgets is found again.
func TestMemory(t *testing.T) {
	t.Parallel()
	d := chance(3, "memory")
	at := time.Date(2030, 5, 1, 0, 0, 0, 0, time.UTC)
	for _, want := range []float64{5, 30, 60} {
		var n noise
		r := math.Exp(-1 / want)
		x := 0.0
		var was attribute.Ratios
		for m := range 60000 {
			x = r*x + math.Sqrt(1-r*r)*d.NormFloat64()
			now := was
			now[1] = attribute.Ratio{Nats: x - 0.5, At: at.Add(time.Duration(m) * time.Minute), Heard: true}
			n.add(was, now)
			was = now
		}
		lag1, got := n[1].memory()
		if math.Abs(got-want) > 0.2*want || math.Abs(lag1-r) > 0.02 {
			t.Errorf("memory %.1f min and lag-1 %.3f, want %v and %.3f", got, lag1, want, r)
		}
		if _, none := n[0].memory(); none != 0 || n[0].n != 0 {
			t.Errorf("a silent plane remembers for %v", none)
		}
	}
	if _, m := (&pairs{n: 100, xx: 1, yy: 1, xy: -0.5}).memory(); m != 0 {
		t.Errorf("noise that swings back remembers for %v", m)
	}
}
