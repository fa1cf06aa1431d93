package attribute

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// poisson draws a count.
func poisson(r *rand.Rand, mean float64) float64 {
	if mean > 50 {
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*r.NormFloat64()))
	}
	n, p, least := 0.0, 1.0, math.Exp(-mean)
	for p *= r.Float64(); p > least; p *= r.Float64() {
		n++
	}
	return n
}

func canada(t testing.TB) *catalog.Edition {
	t.Helper()
	ed, err := catalog.Load(catalog.Canada(), time.Date(2022, 7, 8, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return ed
}

// divisions spreads expected reports over all census divisions by population,
// and over subjects evenly.
func divisions(ed *catalog.Edition, subjects int, total float64) []Cell {
	var cells []Cell
	people := float64(ed.Region(ed.Root()).Population)
	for _, r := range ed.Regions() {
		if r.Level != catalog.Division {
			continue
		}
		for j := range subjects {
			cells = append(cells, Cell{
				Region: r.ID, Subject: evidence.Subject(fmt.Sprintf("s%d", j)),
				Expected: total * float64(r.Population) / people / float64(subjects),
			})
		}
	}
	return cells
}

// fill draws the counts of cells; factor says how many times the usual.
func fill(cells []Cell, r *rand.Rand, factor func(Cell) float64) []Cell {
	cells = slices.Clone(cells)
	for i := range cells {
		cells[i].Count = poisson(r, cells[i].Expected*factor(cells[i]))
	}
	return cells
}

func usually(Cell) float64 { return 1 }

// TestPrefixTwin: the best prefix by ratio is the best of all subsets.
func TestPrefixTwin(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for range 3000 {
		n := 1 + r.IntN(10)
		s := newScratch(n, 1).byPlace
		s.reset(n)
		for i := range n {
			s.usual[i] = math.Exp(3 * r.NormFloat64())
			s.count[i] = poisson(r, s.usual[i]*math.Exp(r.NormFloat64()))
		}
		best := 0.0
		for set := 1; set < 1<<n; set++ {
			c, b := 0.0, 0.0
			for rest := set; rest != 0; rest &= rest - 1 {
				i := bits.TrailingZeros(uint(rest))
				c, b = c+s.count[i], b+s.usual[i]
			}
			best = math.Max(best, excess(c, b))
		}
		s.rank()
		if _, got := s.prefix(make([]float64, n+1)); math.Abs(math.Max(0, got)-best) > 1e-9*(1+best) {
			t.Fatalf("counts %v of %v: prefix %v, best of all subsets %v", s.count, s.usual, got, best)
		}
	}
}

// TestSearchTwin: on small maps with one trouble, some places by some subjects,
// the search nearly always finds the best of all pairs of subsets, at the cost
// of its cheapest family, where that is worth telling. The turns between places and subjects may end on a
// lower hill, and the best of a penalised score need not be a prefix.
func TestSearchTwin(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 2))
	const rounds = 1000
	told, worse, lost := 0, 0, 0.0
	for range rounds {
		s := smallMap(r, 6, 3)
		got := s.search(math.Inf(-1)).score
		best := s.bruteForce()
		if got > best+1e-9 {
			t.Fatalf("the search finds %v where the best of all is %v", got, best)
		}
		if best < leastScore {
			continue
		}
		if told++; got < best-1e-9 {
			worse++
			lost = math.Max(lost, best-got)
		}
	}
	t.Logf("in %d of %d maps the search misses the best, by %.2f nats at most", worse, told, lost)
	if told < rounds/2 || worse > told/40 {
		t.Errorf("in %d of %d maps the search misses the best", worse, told)
	}
}

// smallMap is a map of places without centres: the country's tree alone. One
// trouble multiplies the counts of some places by some subjects.
func smallMap(r *rand.Rand, places, subjects int) *survey {
	w := catalog.World{Regions: []catalog.Region{{ID: "xx", Level: catalog.Country}}}
	var cells []Cell
	where, what := 1+r.IntN(1<<places-1), 1+r.IntN(1<<subjects-1)
	factor := 1 + 4*r.Float64()
	for i := range places {
		id := catalog.RegionID(fmt.Sprintf("xx-%d", i))
		w.Regions = append(w.Regions, catalog.Region{ID: id, Level: catalog.Province, Parent: "xx"})
		for j := range subjects {
			b, q := 0.5+math.Exp(2*r.NormFloat64()), 1.0
			if where>>i&1 == 1 && what>>j&1 == 1 {
				q = factor
			}
			cells = append(cells, Cell{id, evidence.Subject(fmt.Sprintf("s%d", j)), poisson(r, b*q), b})
		}
	}
	return New(catalog.New(time.Time{}, "small", w), nil).survey(cells)
}

// bruteForce scores every pair of subsets.
func (s *survey) bruteForce() float64 {
	n, m, best := len(s.places), len(s.subjects), math.Inf(-1)
	kind := math.Log(families)
	for ps := 1; ps < 1<<n; ps++ {
		for ss := 1; ss < 1<<m; ss++ {
			c, b := 0.0, 0.0
			for i := range n {
				for j := range m {
					if ps>>i&1 == 1 && ss>>j&1 == 1 {
						c, b = c+s.count[i*m+j], b+s.usual[i*m+j]
					}
				}
			}
			k := bits.OnesCount(uint(ps))
			cost := math.Log(float64(n+1)) + s.choice(n)[k]
			if k == n && s.evenAll(ss, c, b) {
				cost = 0 // the whole country: one node
			}
			if k == 1 {
				cost = math.Log(float64(n + 1)) // all that is near a place without a centre
			}
			if c < loudPlace {
				continue
			}
			best = math.Max(best, excess(c, b)-kind-cost-s.services()[bits.OnesCount(uint(ss))])
		}
	}
	return best
}

// evenAll asks whether the whole map holds without its loudest places.
func (s *survey) evenAll(subjects int, count, usual float64) bool {
	var places, some []int
	for i := range s.places {
		places = append(places, i)
	}
	for j := range s.subjects {
		if subjects>>j&1 == 1 {
			some = append(some, j)
		}
	}
	return s.even(places, some, found{count: count, usual: usual})
}

// TestCosts: over all areas that the search may take, exp(-cost) adds up to at
// most 1: the bound that makes costs comparable.
func TestCosts(t *testing.T) {
	t.Parallel()
	s := smallMap(rand.New(rand.NewPCG(3, 3)), 7, 4)
	for n := 1; n <= 7; n++ {
		sum := 0.0
		for set := 1; set < 1<<n; set++ {
			sum += math.Exp(-s.choice(n)[bits.OnesCount(uint(set))])
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("subsets of %d: %v, want 1", n, sum)
		}
	}
	services, sizes := 0.0, 0.0
	for set := 1; set < 1<<4; set++ {
		services += math.Exp(-s.services()[bits.OnesCount(uint(set))])
	}
	for n, size := range discs() {
		if size <= 0 {
			t.Errorf("disc %d has %d places", n, size)
		}
		sizes += 1 / (float64(n+1) * discSum)
	}
	if services > 1+1e-9 || sizes > 1 || sizes < 0.999 {
		t.Errorf("subjects %v, sizes %v, want no more than 1", services, sizes)
	}
}

// TestLeastScore measures the score that one search in a thousand goes beyond
// where nothing is wrong: 199 replicas of Poisson counts (fewer with -short) and
// a Gumbel fit by moments, for few and many reports and subjects.
func TestLeastScore(t *testing.T) {
	t.Parallel()
	e := New(canada(t), nil)
	const none = -8 // no area at all, below what any scores here
	replicas := 199
	if testing.Short() {
		replicas = 49
	}
	for _, subjects := range []int{1, 8} {
		for _, total := range []float64{50, 5000, 50000} {
			r := rand.New(rand.NewPCG(4, 4))
			cells := divisions(e.ed, subjects, total)
			var sum, squares, most float64
			for range replicas {
				v := e.survey(fill(cells, r, usually)).search(none).score
				sum, squares, most = sum+v, squares+v*v, math.Max(most, v)
			}
			n := float64(replicas)
			scale := math.Sqrt(squares/n-sum/n*sum/n) * math.Sqrt(6) / math.Pi
			rare := sum/n - 0.5772*scale - scale*math.Log(-math.Log(0.999))
			t.Logf("%d subjects, %g reports: mean %.2f, largest %.2f, one in a thousand %.2f", subjects, total, sum/n, most, rare)
			if rare > leastScore {
				t.Errorf("%d subjects, %g reports: one search in a thousand goes beyond %.2f, not %.2f", subjects, total, rare, leastScore)
			}
		}
	}
}

// TestBelief: the closed form is the integral that it stands for.
func TestBelief(t *testing.T) {
	t.Parallel()
	integral := func(count, usual, shape, rate float64) float64 {
		lg, _ := math.Lgamma(shape)
		const n, low, high = 200000, -40.0, 8.0 // of the multiplier's logarithm
		sum := 0.0
		for i := range n {
			ln := low + (float64(i)+0.5)*(high-low)/n
			q := math.Exp(ln)
			sum += math.Exp(count*ln-usual*(q-1)+shape*math.Log(rate)-lg+shape*ln-rate*q-20) * (high - low) / n
		}
		return math.Log(sum) + 20
	}
	for _, c := range []struct{ count, usual float64 }{{0, 1}, {3, 1}, {12, 4}, {40, 20}, {25, 24}} {
		want := integral(c.count, c.usual, alarmShape, alarmRate) - integral(c.count, c.usual, nullShape, nullRate)
		p := belief(c.count, c.usual, 2)
		if got := math.Log(p/(1-p)) + 2; math.Abs(got-want) > 1e-3 {
			t.Errorf("%v of %v: log odds %v, by integration %v", c.count, c.usual, got, want)
		}
	}
}

func BenchmarkLocate(b *testing.B) {
	e := New(canada(b), nil)
	ontario := func(c Cell) float64 {
		if e.ed.Within(c.Region, "ca-on") {
			return 20
		}
		return 1
	}
	for _, total := range []float64{500, 50000} {
		cells := divisions(e.ed, 8, total)
		for name, factor := range map[string]func(Cell) float64{"usual": usually, "ontario": ontario} {
			drawn := fill(cells, rand.New(rand.NewPCG(5, 5)), factor)
			b.Run(fmt.Sprintf("%s-%g-reports", name, total), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					e.Locate(drawn)
				}
			})
		}
	}
}
