package impact_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
	"tocsin/incident"
)

// cases is how many random worlds each comparison draws.
const cases = 1500

func start() time.Time { return time.Date(2022, 7, 8, 8, 44, 0, 0, time.UTC) }

// regions is a small country: one province of three divisions, one of two, one
// that is a leaf, two areas that cross them and one that is a province.
func regions() []catalog.Region {
	tree := func(id, parent catalog.RegionID, level catalog.Level) catalog.Region {
		return catalog.Region{ID: id, Parent: parent, Level: level}
	}
	return []catalog.Region{
		tree("ca", "", catalog.Country),
		tree("ca-nb", "ca", catalog.Province), tree("ca-on", "ca", catalog.Province), tree("ca-qc", "ca", catalog.Province),
		tree("ca-on-1", "ca-on", catalog.Division), tree("ca-on-2", "ca-on", catalog.Division), tree("ca-on-3", "ca-on", catalog.Division),
		tree("ca-qc-1", "ca-qc", catalog.Division), tree("ca-qc-2", "ca-qc", catalog.Division),
		{ID: "all-quebec", Level: catalog.Area, Members: []catalog.RegionID{"ca-qc-1", "ca-qc-2"}},
		{ID: "capital", Level: catalog.Area, Members: []catalog.RegionID{"ca-on-1", "ca-qc-1"}},
		{ID: "south", Level: catalog.Area, Members: []catalog.RegionID{"ca-on-1", "ca-on-2"}},
	}
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func randomRegion(r *rand.Rand) catalog.RegionID {
	return pick[catalog.RegionID](r, "ca", "ca", "ca", "ca-on", "ca-on", "ca-qc", "ca-nb", "ca-on-1", "ca-on-2", "ca-qc-2", "south", "capital")
}

func randomNeed(r *rand.Rand, nodes int) catalog.Requirement {
	need := catalog.Requirement{
		Lost:     pick(r, catalog.Down, catalog.Down, catalog.Degraded),
		Holdover: pick(r, 0, 0, time.Hour, 2*time.Hour),
	}
	for range 1 + r.IntN(3) {
		need.Members = append(need.Members, name(r.IntN(nodes)))
	}
	need.AtLeast = 1 + r.IntN(len(need.Members))
	if r.IntN(5) == 0 {
		need.At = randomRegion(r)
	}
	if r.IntN(3) == 0 {
		total := 0
		for range need.Members {
			need.Shares = append(need.Shares, 1+r.IntN(4))
			total += need.Shares[len(need.Shares)-1]
		}
		need.Enough = 1 + r.IntN(total)
	}
	if r.IntN(3) == 0 {
		need.Backup = randomBackup(r, nodes)
	}
	return need
}

func randomBackup(r *rand.Rand, nodes int) *catalog.Backup {
	b := &catalog.Backup{
		Serves:   pick(r, catalog.Up, catalog.Degraded),
		Holdover: pick(r, 0, 0, time.Hour, 3*time.Hour),
	}
	for range 1 + r.IntN(2) {
		b.Members = append(b.Members, name(r.IntN(nodes)))
	}
	b.AtLeast = 1 + r.IntN(len(b.Members))
	if r.IntN(5) == 0 {
		b.At = randomRegion(r)
	}
	return b
}

// randomDemand lets some nodes absorb the users of others.
func randomDemand(r *rand.Rand, nodes []catalog.Node) {
	left := map[catalog.NodeID]float64{}
	for i := range nodes {
		n := &nodes[i]
		if n.People = 100 * r.IntN(4); r.IntN(3) > 0 {
			continue
		}
		n.Spare = &catalog.Spare{Users: 20 * r.IntN(10)}
		for range 1 + r.IntN(2) {
			from := name(r.IntN(len(nodes)))
			part := float64(1+r.IntN(4)) / 10
			if left[from] += part; from == n.ID || left[from] > 1 || slices.ContainsFunc(n.Shifts, func(s catalog.Shift) bool { return s.From == from }) {
				left[from] -= part
				continue
			}
			n.Shifts = append(n.Shifts, catalog.Shift{From: from, Part: part, Lag: pick(r, 0, time.Hour, 2*time.Hour)})
		}
	}
}

func name(i int) catalog.NodeID { return catalog.NodeID(fmt.Sprintf("x/n%d", i)) }

func randomEdition(r *rand.Rand) *catalog.Edition {
	count := 2 + r.IntN(7)
	var nodes []catalog.Node
	for i := range count {
		n := catalog.Node{ID: name(i), Regions: []catalog.RegionID{randomRegion(r)}, Attaches: name(r.IntN(count))}
		if r.IntN(4) == 0 {
			n.Regions = append(n.Regions, randomRegion(r))
		}
		for range r.IntN(3) {
			n.Needs = append(n.Needs, randomNeed(r, count))
		}
		if r.IntN(3) == 0 {
			f := catalog.Fallback{Text: catalog.Text{EN: "do", FR: "faire"}}
			for range r.IntN(3) {
				need := randomNeed(r, count)
				need.Holdover = 0 // the twin plays holdovers of nodes only
				if need.Backup != nil {
					need.Backup.Holdover = 0
				}
				f.Needs = append(f.Needs, need)
			}
			if r.IntN(2) == 0 {
				f.OnlyIf.Up = append(f.OnlyIf.Up, name(r.IntN(count)))
			}
			if r.IntN(2) == 0 {
				f.OnlyIf.Down = append(f.OnlyIf.Down, name(r.IntN(count)))
			}
			if r.IntN(4) == 0 {
				f.OnlyIf.Attached = append(f.OnlyIf.Attached, name(r.IntN(count)))
			}
			n.Fallbacks = append(n.Fallbacks, f)
		}
		nodes = append(nodes, n)
	}
	randomDemand(r, nodes)
	land := regions()
	for i := range land {
		land[i].Population, land[i].Counted = 100*r.IntN(5), r.IntN(12) > 0
	}
	return catalog.New(start(), "random", catalog.World{Regions: land, Nodes: nodes})
}

func randomFailures(r *rand.Rand, ed *catalog.Edition) []impact.Failure {
	var out []impact.Failure
	for range 1 + r.IntN(4) {
		f := impact.Failure{
			Node:  name(r.IntN(len(ed.Nodes()))),
			State: pick(r, catalog.Down, catalog.Down, catalog.Degraded, catalog.Unknown),
			Since: start().Add(time.Duration(r.IntN(5)) * time.Hour),
		}
		if r.IntN(3) > 0 {
			f.Region = randomRegion(r)
		}
		out = append(out, f)
	}
	return out
}

// spread lays effects out leaf by leaf.
func spread(t *testing.T, w *twin, effects []incident.Effect) map[spot]incident.Effect {
	t.Helper()
	out := map[spot]incident.Effect{}
	for _, e := range effects {
		some := false
		for _, leaf := range w.leaves {
			if !w.ed.Within(leaf, e.Region) {
				continue
			}
			some = true
			s := spot{e.Node, leaf}
			if !w.exists(e.Node, leaf) {
				t.Fatalf("%s is said to be %s in %s, where it isn't", e.Node, e.State, e.Region)
			}
			if old, twice := out[s]; twice && (old.State != e.State || !old.Since.Equal(e.Since) || !old.Fails.Equal(e.Fails)) {
				t.Fatalf("two effects differ over %v: %+v, %+v", s, old, e)
			}
			out[s] = e
		}
		if !some {
			t.Fatalf("effect without ground: %+v", e)
		}
	}
	return out
}

// The engine and its slow twin agree on every node, leaf, time, path length,
// first step and piece of advice of many small worlds.
func TestTwin(t *testing.T) {
	seen := map[catalog.State]int{}
	loads, backups := 0, 0
	for seed := range uint64(cases) {
		r := rand.New(rand.NewPCG(seed, 1))
		ed := randomEdition(r)
		fails := randomFailures(r, ed)
		now := start().Add(time.Duration(r.IntN(16)) * 30 * time.Minute)
		w := newTwin(ed, fails, now)
		effects := impact.Assess(ed, fails, now)
		got := spread(t, w, effects)
		for _, n := range ed.Nodes() {
			for _, leaf := range w.leaves {
				if !w.exists(n.ID, leaf) {
					continue
				}
				s := spot{n.ID, leaf}
				e, listed := got[s]
				want := w.view(s)
				if listed != want.listed() {
					t.Fatalf("seed %d: %v listed: %v, expected %+v", seed, s, listed, want)
				}
				if !listed {
					continue
				}
				seen[e.State]++
				if e.State != want.state || !e.Fails.Equal(want.fails) || e.State != catalog.Up && !e.Since.Equal(want.since) || !slices.Equal(e.Backup, want.backup) {
					t.Fatalf("seed %d: %v is %+v\nexpected %+v", seed, s, e, want)
				}
				checkPath(t, w, s, e, want)
				if e.Load != "" {
					loads++
				}
				if e.Backup != nil {
					backups++
				}
			}
		}
		for _, e := range effects {
			if want := w.advice(e.Node, e.Region); !reflect.DeepEqual(e.Advice, want) {
				t.Fatalf("seed %d: %s in %s: advice %+v, expected %+v", seed, e.Node, e.Region, e.Advice, want)
			}
			if want := w.people(e.Node, e.Region); e.People != want {
				t.Fatalf("seed %d: %s in %s: %d people, expected %d", seed, e.Node, e.Region, e.People, want)
			}
		}
	}
	for _, state := range []catalog.State{catalog.Up, catalog.Degraded, catalog.Down, catalog.Unknown} {
		if seen[state] < cases/20 {
			t.Errorf("only %d effects are %s: the worlds are too tame", seen[state], state)
		}
	}
	if loads < cases/20 || backups < cases/20 {
		t.Errorf("only %d effects of demand and %d backups that carry: the worlds are too tame", loads, backups)
	}
}

// checkPath holds a path to be one: every step needs the next, the last one
// failed by itself, and there is no shorter one or one of an earlier name.
func checkPath(t *testing.T, w *twin, s spot, e incident.Effect, want view) {
	t.Helper()
	least := w.steps(want.course, want.level)[s]
	if want.state == catalog.Up && want.fails.IsZero() {
		least = w.lean(s)
	}
	if e.Path[0] != s.node || len(e.Path) != least.hops+1 || least.hops > 0 && e.Path[1] != least.next {
		t.Fatalf("%v: path %v, expected %d hops over %s", s, e.Path, least.hops, least.next)
	}
	flooded := e.Load == ""
	for i, id := range e.Path[1:] {
		n := w.ed.Node(e.Path[i])
		needs := slices.ContainsFunc(n.Needs, func(r catalog.Requirement) bool { return slices.Contains(r.Members, id) })
		comes := slices.ContainsFunc(n.Shifts, func(f catalog.Shift) bool { return f.From == id })
		flooded = flooded || n.ID == e.Load && comes
		if !needs && (!comes || e.Load == "") {
			t.Fatalf("%v: %s doesn't need %s", s, e.Path[i], id)
		}
	}
	if !flooded {
		t.Fatalf("%v: path %v: nobody comes to %s", s, e.Path, e.Load)
	}
	last := e.Path[len(e.Path)-1]
	if !slices.ContainsFunc(w.fails, func(f impact.Failure) bool { return f.Node == last && !f.Since.After(w.now) }) {
		t.Fatalf("%v: path %v ends at no failure", s, e.Path)
	}
}

// The order in which failures are named makes no difference, nor does naming
// one twice, nor asking one engine again.
func TestOrderOfFailures(t *testing.T) {
	for seed := range uint64(cases / 4) {
		r := rand.New(rand.NewPCG(seed, 2))
		ed := randomEdition(r)
		fails := randomFailures(r, ed)
		now := start().Add(5 * time.Hour)
		engine := impact.New(ed)
		want := engine.Assess(fails, now)
		shuffled := append(slices.Clone(fails), fails[0])
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got := engine.Assess(shuffled, now); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: shuffled failures give\n%+v\nexpected\n%+v", seed, got, want)
		}
	}
}

// One failure more, or a worse one, never makes anything look better.
func TestMonotone(t *testing.T) {
	for seed := range uint64(cases / 4) {
		r := rand.New(rand.NewPCG(seed, 3))
		ed := randomEdition(r)
		fails := randomFailures(r, ed)
		now := start().Add(5 * time.Hour)
		w := &twin{ed: ed}
		for _, reg := range ed.Regions() {
			if reg.Level != catalog.Area && len(ed.Children(reg.ID)) == 0 {
				w.leaves = append(w.leaves, reg.ID)
			}
		}
		before := spread(t, w, impact.Assess(ed, fails, now))
		after := spread(t, w, impact.Assess(ed, append(fails, randomFailures(r, ed)...), now))
		for s, e := range before {
			a, ok := after[s]
			if !ok {
				a.State = catalog.Up
			}
			if catalog.Worse(a.State, e.State) != a.State {
				t.Fatalf("seed %d: more failures turn %v from %s to %s", seed, s, e.State, a.State)
			}
		}
	}
}
