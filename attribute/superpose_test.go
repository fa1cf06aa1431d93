package attribute

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// The tests of the model look inside: they compare the search with all sets, and
// the likelihood with its exact form.

var eve = time.Date(2030, 5, 1, 18, 0, 0, 0, time.UTC)

// orgs are the carriers of the small country of these tests, largest first.
func orgs() []catalog.OrgID { return []catalog.OrgID{"ash", "birch", "cedar", "dogwood", "elm"} }

// country is a catalogue of five carriers with a core, an access network and four
// services each, and of twelve dependents on one or two of them.
func country() *catalog.Edition {
	here := []catalog.RegionID{"xx"}
	w := catalog.World{Regions: []catalog.Region{{ID: "xx", Level: catalog.Country}}}
	need := func(ids ...catalog.NodeID) []catalog.Requirement {
		return []catalog.Requirement{{Members: ids, AtLeast: len(ids), Lost: catalog.Down}}
	}
	for k, org := range orgs() {
		core, access := catalog.NodeID(org+"/core"), catalog.NodeID(org+"/access")
		as := catalog.ASN(k + 1)
		w.Carriers = append(w.Carriers, catalog.Carrier{ID: org})
		w.Nodes = append(w.Nodes,
			catalog.Node{ID: core, Kind: catalog.Core, Regions: here, ASNs: []catalog.ASN{as}},
			catalog.Node{ID: access, Kind: catalog.Access, Regions: here},
			catalog.Node{ID: catalog.NodeID(org + "/voice"), Kind: catalog.Offering, Service: "voice", Regions: here, Needs: need(core)},
			catalog.Node{ID: catalog.NodeID(org + "/data"), Kind: catalog.Offering, Service: "data", Regions: here, Needs: need(core)},
			catalog.Node{ID: catalog.NodeID(org + "/home"), Kind: catalog.Offering, Service: "home", Regions: here, Needs: need(core, access)},
			catalog.Node{ID: catalog.NodeID(org + "/tv"), Kind: catalog.Offering, Service: "tv", Regions: here, Needs: need(core, access)},
		)
	}
	for i := range 12 {
		on := []catalog.NodeID{catalog.NodeID(orgs()[i%5] + "/home")}
		if i%3 == 0 {
			on = append(on, catalog.NodeID(orgs()[(i+1)%5]+"/data"))
		}
		w.Nodes = append(w.Nodes, catalog.Node{ID: catalog.NodeID(fmt.Sprintf("shop%02d/till", i)), Kind: catalog.Dependent, Regions: here, Needs: need(on...)})
	}
	return catalog.New(eve, "country", w)
}

// engine is an engine over it; what falls follows all needs.
func engine(ed *catalog.Edition) *Engine {
	return New(ed, func(node catalog.NodeID, _ catalog.RegionID, state catalog.State) map[catalog.NodeID]catalog.State {
		down := map[catalog.NodeID]catalog.State{node: state}
		for grew := true; grew; {
			grew = false
			for _, n := range ed.Nodes() {
				for _, r := range n.Needs {
					if down[n.ID] == "" && slices.ContainsFunc(r.Members, func(m catalog.NodeID) bool { return down[m] != "" }) {
						down[n.ID], grew = state, true
					}
				}
			}
		}
		return down
	})
}

// draw makes an evening in the country: roots fail, everybody's attention is up by
// news. Weights are off by a factor, as the model's never are right.
func draw(rng *rand.Rand, e *Engine, news float64, planes bool, roots ...catalog.NodeID) Input {
	in := Input{Now: eve}
	about := func(sigma float64) float64 { return math.Exp(sigma * rng.NormFloat64()) }
	fell := map[catalog.NodeID]bool{}
	for _, r := range roots {
		for id := range e.fall(hypothesis{r, "xx"}) {
			fell[id] = true
		}
	}
	count := func(subject string, size float64, hit bool, reach float64) {
		b := size * about(0.3)
		mean := b * about(0.2) * (1 + news*about(0.4))
		if hit {
			mean += 60 * b * about(0.5)
		}
		in.Readings = append(in.Readings, reads(evidence.Reports, subject, math.Round(mean+math.Sqrt(mean)*rng.NormFloat64()+reach), b))
	}
	for k, org := range orgs() {
		size := 4 / float64(k+1)
		down := fell[catalog.NodeID(org+"/core")]
		astray := 0.0
		for _, r := range roots {
			if r.Owner() != org {
				astray += 2 * rng.Float64()
			}
		}
		for _, s := range []catalog.NodeID{"/voice", "/data", "/home", "/tv"} {
			count(string(org)+string(s), size, fell[catalog.NodeID(org)+s], 0)
		}
		count(string(org), size, down, astray)
		if planes {
			r := reads(evidence.TrafficV4, fmt.Sprint("as", k+1), 1, 1)
			if down {
				r.Value, r.Level, r.Onset = 0.05, evidence.Critical, eve.Add(-20*time.Minute)
			}
			in.Readings = append(in.Readings, r)
		}
	}
	for i := range 12 {
		id := fmt.Sprintf("shop%02d/till", i)
		count(id, 0.5, fell[catalog.NodeID(id)] && rng.Float64() < 0.6, 0)
	}
	return in
}

// reads makes a reading with the level that a detector would give it.
func reads(m evidence.Measure, subject string, value, expected float64) evidence.Reading {
	r := evidence.Reading{
		Series: evidence.SeriesID{Feed: "feed", Measure: m, Subject: evidence.Subject(subject), Region: "xx"},
		At:     eve, Heard: eve, Value: math.Max(0, value), Expected: expected, Level: evidence.Normal, Basis: evidence.Measured,
	}
	if m == evidence.Reports && r.Value >= 8 && r.Value*math.Log(r.Value/expected)-(r.Value-expected) > 12 {
		r.Level, r.Onset = evidence.Critical, eve.Add(-20*time.Minute)
	}
	return r
}

// TestFindsRoots: who failed is named, by reports alone and with traffic, on
// ordinary evenings and on those when everybody talks.
func TestFindsRoots(t *testing.T) {
	t.Parallel()
	ed := country()
	e := engine(ed)
	for _, tc := range []struct {
		name   string
		news   float64
		planes bool
		least  float64 // share of evenings on which the first root is right
	}{
		{"reports alone", 0, false, 0.8}, // the rest may be talk about one carrier
		{"with traffic", 0, true, 0.98},
		{"everybody talks", 8, false, 0.9},
		{"everybody talks, with traffic", 8, true, 0.97},
	} {
		right, wrong := 0, 0
		const evenings = 300
		for seed := range uint64(evenings) {
			rng := rand.New(rand.NewPCG(seed, 11))
			org := orgs()[rng.IntN(5)]
			in := draw(rng, e, tc.news, tc.planes, catalog.NodeID(org+"/core"))
			roots := e.Superpose(in)
			if len(roots) > 0 && slices.Contains(roots[0].Nodes, catalog.NodeID(org+"/core")) {
				right++
			}
			if slices.ContainsFunc(roots, func(r Root) bool { return r.Carrier != org }) {
				wrong++
			}
		}
		if share := float64(right) / evenings; share < tc.least || wrong > evenings/100 {
			t.Errorf("%s: right on %.1f %% of the evenings, an innocent is named on %d of %d", tc.name, 100*share, wrong, evenings)
		}
	}
}

// TestNewsAlone: when everybody talks and nothing fails, nobody is accused.
func TestNewsAlone(t *testing.T) {
	t.Parallel()
	e := engine(country())
	named := 0
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 12))
		if len(e.Superpose(draw(rng, e, 2+30*rng.Float64(), seed%2 == 0))) > 0 {
			named++
		}
	}
	if named > 3 {
		t.Errorf("somebody is accused on %d of 300 evenings of mere talk", named)
	}
}

// TestExact: the search is held to every set of one and of two roots.
func TestExact(t *testing.T) {
	t.Parallel()
	e := engine(country())
	worse, worst := 0, 0.0
	const evenings = 60
	for seed := range uint64(evenings) {
		rng := rand.New(rand.NewPCG(seed, 13))
		failed := []catalog.NodeID{catalog.NodeID(orgs()[rng.IntN(5)] + "/core")}
		if seed%2 == 1 {
			failed = append(failed, catalog.NodeID(orgs()[rng.IntN(5)]+"/access"))
		}
		sc := e.scene(draw(rng, e, 3*rng.Float64(), seed%3 == 0, failed...))
		got := sc.search().post
		best := exact(sc)
		if got < best-1e-6 {
			worse++
			worst = math.Max(worst, best-got)
		}
	}
	if worse > evenings/20 {
		t.Errorf("on %d of %d evenings some set of two is likelier than what the search found, by up to %.2f nats", worse, evenings, worst)
	}
}

// exact is the likeliest of no cause, of one and of two: the slow twin of the
// search.
func exact(sc *scene) float64 {
	best := sc.judge(nil).post
	for i, a := range sc.cands {
		best = math.Max(best, sc.judge([]*cause{a}).post)
		for _, b := range sc.cands[i+1:] {
			if !sc.bars([]*cause{a}, b) && !sc.bars([]*cause{b}, a) {
				best = math.Max(best, sc.judge([]*cause{a, b}).post)
			}
		}
	}
	return best
}

// TestNegBin: the saddlepoint is within a tenth of a nat of the exact negative
// binomial, and sums to one.
func TestNegBin(t *testing.T) {
	t.Parallel()
	exact := func(y, mean, alpha float64) float64 {
		r := 1 / alpha
		a, _ := math.Lgamma(y + r)
		b, _ := math.Lgamma(r)
		c, _ := math.Lgamma(y + 1)
		return a - b - c + r*math.Log(r/(r+mean)) + y*math.Log(mean/(r+mean))
	}
	for _, alpha := range []float64{0.05, 0.2, 0.5} {
		for _, mean := range []float64{0.05, 1, 30, 2000} {
			sum := 0.0
			for y := range 20000 {
				got, want := negBin(float64(y), mean, alpha), exact(float64(y), mean, alpha)
				if want > -50 && math.Abs(got-want) > 0.15 {
					t.Fatalf("negBin(%d; %g, %g) = %.3f, want %.3f", y, mean, alpha, got, want)
				}
				sum += math.Exp(got)
			}
			if math.Abs(sum-1) > 0.1 {
				t.Errorf("mean %g, alpha %g: the chances sum to %.3f", mean, alpha, sum)
			}
		}
	}
}

// TestOwnAccess: reports that arrive through the accused clear its access; that
// none does is a sign of its fall. Talk is told from outage by it.
func TestOwnAccess(t *testing.T) {
	t.Parallel()
	e := engine(country())
	base := func() Input {
		in := Input{Now: eve}
		for _, org := range orgs() {
			for _, s := range []string{"/voice", "/data", "/home", "/tv", ""} {
				in.Readings = append(in.Readings, reads(evidence.Reports, string(org)+s, 1, 1))
			}
		}
		for i := range in.Readings {
			if catalog.NodeID(in.Readings[i].Series.Subject).Owner() == "cedar" {
				in.Readings[i] = reads(evidence.Reports, string(in.Readings[i].Series.Subject), 60, 1)
			}
		}
		return in
	}
	p := func(own float64) float64 {
		in := base()
		in.Readings = append(in.Readings, reads(evidence.ReportsOwn, "cedar", own, 0.6))
		for _, r := range e.Superpose(in) {
			if r.Carrier == "cedar" {
				return r.P
			}
		}
		return 0
	}
	if none, many := p(0), p(36); none < 0.95 || many > 0.5 {
		t.Errorf("none of 60 through its own network: P %.3f; 36 of 60: P %.3f", none, many)
	}
	for _, tc := range []struct{ own, all, low, high float64 }{
		{0, 60, 3.9, 4}, {36, 60, -4, -3.9}, {0, 0, 0, 0}, {0, 2, 0.5, 2.5}, {1, 2, -2.5, -0.1},
	} {
		own := reads(evidence.ReportsOwn, "cedar", tc.own, 0.6)
		if w := newCounter(&own, tc.all, 1).nats(1); w < tc.low-1e-9 || w > tc.high+1e-9 {
			t.Errorf("%.0f of %.0f through the accused weigh %.2f, want %.1f to %.1f", tc.own, tc.all, w, tc.low, tc.high)
		}
	}
}

// TestObserver: a loss that one feed sees of everybody is the feed's own.
func TestObserver(t *testing.T) {
	t.Parallel()
	e := engine(country())
	in := Input{Now: eve}
	for k := range orgs() {
		r := reads(evidence.Prefixes, fmt.Sprint("as", k+1), 60, 100)
		r.Level, r.Onset = evidence.Warning, eve.Add(-30*time.Minute)
		in.Readings = append(in.Readings, r, reads(evidence.TrafficV4, fmt.Sprint("as", k+1), 1, 1))
	}
	if roots := e.Superpose(in); len(roots) > 0 {
		t.Errorf("a collector that lost its sessions accuses %+v", roots)
	}
}

// TestLead: of two that explain the same, the one that was hit first leads.
func TestLead(t *testing.T) {
	t.Parallel()
	e := engine(country())
	rng := rand.New(rand.NewPCG(1, 14))
	in := draw(rng, e, 0, false, "ash/core")
	lead := func(rest time.Duration) float64 {
		for i := range in.Readings {
			if r := &in.Readings[i]; r.Level > evidence.Normal && catalog.NodeID(r.Series.Subject).Owner() != "ash" {
				r.Onset = eve.Add(rest - 20*time.Minute)
			}
		}
		sc := e.scene(in)
		for _, c := range sc.cands {
			if c.h.node == "ash/core" {
				return sc.lead(c)
			}
		}
		t.Fatal("ash/core is no candidate")
		return 0
	}
	for rest, want := range map[time.Duration]float64{-time.Hour: -1.5, -5 * time.Minute: -0.75, 0: 0, 5 * time.Minute: 0.75, time.Hour: 1.5} {
		if got := lead(rest); math.Abs(got-want) > 1e-9 {
			t.Errorf("dependents hit %s after: %+.2f nats, want %+.2f", rest, got, want)
		}
	}
}

// TestColumns: shares of what falls, and what goes astray.
func TestColumns(t *testing.T) {
	t.Parallel()
	e := engine(country())
	in := Input{Now: eve, Readings: []evidence.Reading{
		reads(evidence.Reports, "ash", 50, 1), reads(evidence.Reports, "ash/home", 50, 1), reads(evidence.Reports, "ash/voice", 1, 1),
		reads(evidence.Reports, "birch", 1, 9), reads(evidence.Reports, "elm", 1, 0.5), reads(evidence.Reports, "shop00/till", 1, 1),
	}}
	sc := e.scene(in)
	i := slices.IndexFunc(sc.cands, func(c *cause) bool { return c.h.node == "ash/access" })
	if i < 0 {
		t.Fatal("ash/access is no candidate")
	}
	sc.ready(sc.cands[i])
	leak := make([]float64, len(sc.tallies))
	var strays []weight
	for _, s := range sc.cands[i].leak {
		sc.lay(leak[sc.packs[s.k].from:], &s, 1)
	}
	for j, w := range leak {
		strays = append(strays, weight{j, w})
	}
	got := map[evidence.Subject]float64{}
	for _, ws := range [2][]weight{strays, sc.cands[i].own} {
		for _, w := range ws {
			got[sc.tallies[w.i].read.Series.Subject] = w.w
		}
	}
	total := 0.5*(1+rare) + (1 + rare) // half of the services, and one of them
	for subject, want := range map[evidence.Subject]float64{
		"ash": 0.5 * (1 + rare), "ash/home": 1 + rare, "ash/voice": brand * total * (1 + rare) / (3 * (1 + rare)),
		"birch": stranger * total, "elm": stranger * total * (0.5 + rare) / (3 * (1 + rare)), "shop00/till": blame * (1 + rare),
	} {
		if math.Abs(got[subject]-want) > 1e-9 {
			t.Errorf("%s weighs %.4f, want %.4f", subject, got[subject], want)
		}
	}
}

func BenchmarkSuperpose(b *testing.B) {
	e := engine(country())
	for _, bench := range []struct {
		name string
		in   Input
	}{
		{"quiet", draw(rand.New(rand.NewPCG(1, 1)), e, 0, true)},
		{"outage", draw(rand.New(rand.NewPCG(1, 2)), e, 0, true, "birch/core")},
		{"outage and news", draw(rand.New(rand.NewPCG(1, 3)), e, 10, true, "birch/core")},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e.Superpose(bench.in)
			}
		})
		b.Run(bench.name+", all sets of two", func(b *testing.B) {
			for b.Loop() {
				if !e.calm(bench.in) {
					exact(e.scene(bench.in))
				}
			}
		})
	}
}
