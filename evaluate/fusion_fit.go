package evaluate

import (
	"math"

	"tocsin/attribute"
)

// Fit is what the filter's figures would be if they were fitted to these worlds:
// what [attribute.Tuned] holds comes from such a fit on other seeds.
type Fit struct {
	Points  int        `json:"points"` // forecasts of carriers of which something is believed
	Failed  int        `json:"failed"`
	A       float64    `json:"a"` // Platt's two, for the weights as they are
	B       float64    `json:"b"`
	LogLoss float64    `json:"log_loss"`       // of these points, as tuned
	Platt   float64    `json:"log_loss_platt"` // with A and B
	Brier   float64    `json:"brier"`
	Planes  []PlaneFit `json:"planes"`
	// Weighed is the log loss with the weights of the planes fitted as well, and
	// A and B that go with them.
	Weighed  float64 `json:"log_loss_weighed"`
	WeighedA float64 `json:"weighed_a"`
	WeighedB float64 `json:"weighed_b"`
}

// PlaneFit is what was found of one plane.
type PlaneFit struct {
	Plane  string  `json:"plane"`
	Pairs  int     `json:"pairs"`          // readings one after the other that misled
	Lag1   float64 `json:"lag1"`           // their correlation
	Memory float64 `json:"memory_minutes"` // from it; 0 where there are too few
	Weight float64 `json:"weight"`
}

// noise gathers what planes say of carriers that stand: pairs of readings, one
// after the other.
type noise [len(attribute.Ratios{})]pairs

// pairs are sums over x and the y after it, and over the minutes between.
type pairs struct{ n, x, y, xx, yy, xy, gap float64 }

func (n *noise) add(was, now attribute.Ratios) {
	for k := range n {
		a, b := was[k], now[k]
		if gap := b.At.Sub(a.At).Minutes(); a.Heard && b.Heard && gap > 0 {
			p := &n[k]
			p.n++
			p.gap += gap
			p.x, p.y = p.x+a.Nats, p.y+b.Nats
			p.xx, p.yy, p.xy = p.xx+a.Nats*a.Nats, p.yy+b.Nats*b.Nats, p.xy+a.Nats*b.Nats
		}
	}
}

func (p *pairs) plus(o pairs) {
	p.n, p.x, p.y, p.gap = p.n+o.n, p.x+o.x, p.y+o.y, p.gap+o.gap
	p.xx, p.yy, p.xy = p.xx+o.xx, p.yy+o.yy, p.xy+o.xy
}

// fewPairs is too little to tell a correlation from.
const fewPairs = 30

// memory is the time over which the noise forgets, from the correlation.
func (p *pairs) memory() (lag1, minutes float64) {
	if p.n < fewPairs {
		return 0, 0
	}
	cov := p.xy/p.n - p.x/p.n*p.y/p.n
	vx, vy := p.xx/p.n-p.x/p.n*p.x/p.n, p.yy/p.n-p.y/p.n*p.y/p.n
	if vx < 1e-9 || vy < 1e-9 {
		return 0, 0
	}
	lag1 = cov / math.Sqrt(vx*vy)
	if lag1 <= 0 || lag1 >= 1 {
		return lag1, 0
	}
	return lag1, -p.gap / p.n / math.Log(lag1)
}

// fit finds the figures of the filter on the points of some worlds.
func fit(worlds []playedWorld) Fit {
	var lives []life
	var all noise
	for _, w := range worlds {
		lives = append(lives, w.lives...)
		for k := range all {
			all[k].plus(w.noise[k])
		}
	}
	f := Fit{Points: len(lives)}
	tuned := attribute.Tuned()
	for _, l := range lives {
		f.Failed += int(l.y)
		p := tuned.P(l.filter(&tuned))
		f.Brier += (p - l.y) * (p - l.y) / float64(len(lives))
		f.LogLoss += logLoss(p, l.y) / float64(len(lives))
	}
	f.A, f.B, f.Platt = calibrate(lives, &tuned)
	f.WeighedA, f.WeighedB, f.Weighed = f.A, f.B, f.Platt
	weighed := weigh(lives, tuned)
	if len(lives) > 0 {
		f.WeighedA, f.WeighedB, f.Weighed = calibrate(lives, &weighed)
	}
	for k := range all {
		p := PlaneFit{Plane: string(attribute.PlaneAt(k)), Pairs: int(all[k].n), Weight: weighed.Weight[k]}
		p.Lag1, p.Memory = all[k].memory()
		f.Planes = append(f.Planes, p)
	}
	return f
}

// filter is the belief at the end of a life, by a tuning.
func (l *life) filter(t *attribute.Tuning) *attribute.Filter {
	var f attribute.Filter
	for _, b := range l.beats {
		f.StepBy(t, b.at, b.ratios)
	}
	return &f
}

// calibrate fits the line on the filters' log-odds and gives the mean log loss.
// Targets are Platt's: never quite 0 and 1.
func calibrate(lives []life, t *attribute.Tuning) (a, b, loss float64) {
	n, failed := float64(len(lives)), 0.0
	x, came := make([]float64, len(lives)), make([]float64, len(lives))
	for i := range lives {
		x[i] = lives[i].filter(t).LogOdds()
		failed += lives[i].y
	}
	for i := range lives {
		if came[i] = 1 / (n - failed + 2); lives[i].y > 0 {
			came[i] = (failed + 1) / (failed + 2)
		}
	}
	a, b = line(x, came)
	for i := range x {
		loss += logLoss(attribute.Probability(a*x[i]+b), lives[i].y) / n
	}
	return a, b, loss
}

// line finds the slope and the offset of log-odds that fit what came true best, by
// Newton's method on the log loss, beside a prior of one nat around 1 and 0, so
// that a perfect filter has a fit too.
func line(odds, came []float64) (slope, offset float64) {
	slope = 1
	for range 50 {
		ga, gb, haa, hab, hbb := slope-1, offset, 1.0, 0.0, 1.0
		for i, x := range odds {
			q := attribute.Probability(slope*x + offset)
			d, v := q-came[i], q*(1-q)
			ga, gb = ga+d*x, gb+d
			haa, hab, hbb = haa+v*x*x, hab+v*x, hbb+v
		}
		det := haa*hbb - hab*hab
		da, db := (hbb*ga-hab*gb)/det, (haa*gb-hab*ga)/det
		size := max(1, math.Abs(da)+math.Abs(db))
		slope, offset = slope-da/size, offset-db/size
	}
	return slope, offset
}

// weigh fits the weights of the planes, one after the other and round again: the
// increments are weighed before they are summed, so this is the logistic
// regression of the shared method notes, §b, through the filter.
func weigh(lives []life, t attribute.Tuning) attribute.Tuning {
	if len(lives) == 0 {
		return t
	}
	_, _, best := calibrate(lives, &t)
	for _, step := range []float64{1.5, 1.2} {
		for k := range t.Weight {
			for _, by := range []float64{step, 1 / step} {
				for range 4 {
					try := t
					try.Weight[k] *= by
					_, _, loss := calibrate(lives, &try)
					if loss >= best-1e-5 {
						break
					}
					t, best = try, loss
				}
			}
		}
	}
	return t
}
