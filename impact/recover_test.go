package impact_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
)

// mender is the slow twin of the way back: it knows who is down from the twin
// that plays through time, begins with nothing back, and goes round all nodes
// and leaves until no time gets any earlier. It knows no cells and no heap.
type mender struct {
	*twin
	repairs impact.Repairs
	free    map[catalog.NodeID]bool
	back    map[spot][3]time.Duration // by level; forever until it comes back
}

const forever = time.Duration(1<<63 - 1)

func newMender(w *twin, repairs impact.Repairs, free ...catalog.NodeID) *mender {
	m := &mender{twin: w, repairs: repairs, free: map[catalog.NodeID]bool{}, back: map[spot][3]time.Duration{}}
	for _, id := range free {
		m.free[id] = true
	}
	for _, s := range m.spots() {
		m.back[s] = [3]time.Duration{0, forever, forever}
	}
	for again := true; again; {
		again = false
		for _, s := range m.spots() {
			for level := 1; level <= 2; level++ {
				if t := m.when(s, level); t < m.back[s][level] {
					times := m.back[s]
					times[level] = t
					m.back[s], again = times, true
				}
			}
		}
	}
	return m
}

func (m *mender) spots() []spot {
	var out []spot
	for _, n := range m.ed.Nodes() {
		for _, leaf := range m.leaves {
			if m.exists(n.ID, leaf) {
				out = append(out, spot{n.ID, leaf})
			}
		}
	}
	return out
}

// bad tells whether a time has come.
func (m *mender) bad(t time.Time) bool { return !t.IsZero() && !t.After(m.now) }

// when is the definition: what has not fallen is there; what fell with others
// waits for its groups; what failed itself waits for those and for its helpers,
// and then for its own repair.
func (m *mender) when(s spot, level int) time.Duration {
	if !m.bad(m.known.since[s][level]) {
		return 0
	}
	root := m.bad(m.known.own[s][level])
	n := m.ed.Node(s.node)
	repair, said := m.repairs[s.node]
	if !said {
		repair = impact.AssumedRepair
	}
	worst := time.Duration(0)
	if !m.free[s.node] {
		for i := range n.Needs {
			if r := &n.Needs[i]; level == 1 || r.Lost != catalog.Degraded {
				worst = max(worst, m.group(r, m.place(r, s.leaf), level))
			}
		}
		for _, helper := range n.RecoversWith {
			if root {
				worst = max(worst, m.look(helper, func(l catalog.RegionID) bool { return l == s.leaf }, 2))
			}
		}
	}
	if root && worst != forever {
		worst += repair
	}
	return worst
}

// group is when at least k members are back: it tries the times of all.
func (m *mender) group(r *catalog.Requirement, in func(catalog.RegionID) bool, level int) time.Duration {
	best := forever
	for _, t := range append(m.times(r, in, level), 0) {
		back := 0
		for _, other := range m.times(r, in, level) {
			if other <= t {
				back++
			}
		}
		if back >= r.AtLeast {
			best = min(best, t)
		}
	}
	return best
}

func (m *mender) times(r *catalog.Requirement, in func(catalog.RegionID) bool, level int) []time.Duration {
	var out []time.Duration
	for _, id := range r.Members {
		out = append(out, m.look(id, in, level))
	}
	return out
}

// look is when a node is back as seen over some leaves: from down when it is in
// one of them, from degraded when it is in all.
func (m *mender) look(id catalog.NodeID, in func(catalog.RegionID) bool, level int) time.Duration {
	first, last := forever, time.Duration(0)
	for _, leaf := range m.lookAt(id, in) {
		first = min(first, m.back[spot{id, leaf}][level])
		last = max(last, m.back[spot{id, leaf}][level])
	}
	if level == 2 {
		return first
	}
	return last
}

func (m *mender) stuck() bool {
	for _, times := range m.back {
		if times[1] == forever || times[2] == forever {
			return true
		}
	}
	return false
}

// mended is a random world in which repairs need other nodes.
func mended(r *rand.Rand) (*catalog.Edition, impact.Repairs) {
	ed := randomEdition(r)
	var nodes []catalog.Node
	repairs := impact.Repairs{}
	for _, n := range ed.Nodes() {
		made := *n
		for range r.IntN(3) {
			made.RecoversWith = append(made.RecoversWith, name(r.IntN(len(ed.Nodes()))))
		}
		if r.IntN(3) > 0 {
			repairs[n.ID] = time.Duration(r.IntN(5)) * time.Hour
		}
		nodes = append(nodes, made)
	}
	return catalog.New(start(), "random", catalog.World{Regions: regions(), Nodes: nodes}), repairs
}

// The way back and its slow twin agree on every node, leaf, level and time, and
// no set smaller than the break-in set would do, whatever its members.
func TestRecoverTwin(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(cases) {
		r := rand.New(rand.NewPCG(seed, 11))
		ed, repairs := mended(r)
		fails := randomFailures(r, ed)
		now := start().Add(time.Duration(r.IntN(16)) * 30 * time.Minute)
		w := newTwin(ed, fails, now)
		m := newMender(w, repairs)
		got := impact.New(ed).Recover(fails, now, repairs)
		compareReturns(t, seed, m, got)
		if seed%8 == 0 {
			smallestSets(t, seed, w, repairs, got, seen)
		}
		for _, c := range got.Circles {
			checkCircle(t, seed, ed, c, seen)
		}
		if len(got.Returns) > 0 {
			seen["return"]++
		}
		for _, ret := range got.Returns {
			if len(ret.Hurry) > 0 {
				seen["hurry"]++
			}
		}
	}
	for _, what := range []string{"return", "hurry", "stuck", "free", "two to break in", "helpers", "no helpers", "circle", "open circle", "cold", "around", "clears"} {
		if seen[what] < 5 {
			t.Errorf("%s: seen %d times; the worlds are too tame: %v", what, seen[what], seen)
		}
	}
}

func compareReturns(t *testing.T, seed uint64, m *mender, got impact.Recovery) {
	t.Helper()
	told := map[spot]impact.Return{}
	for _, ret := range got.Returns {
		for _, s := range m.spots() {
			if s.node == ret.Node && m.ed.Within(s.leaf, ret.Region) {
				told[s] = ret
			}
		}
	}
	at := func(d time.Duration) time.Time {
		if d == forever {
			return time.Time{}
		}
		return m.now.Add(d)
	}
	for _, s := range m.spots() {
		ret, listed := told[s]
		if listed != m.bad(m.known.since[s][1]) {
			t.Fatalf("seed %d: %v is listed: %v", seed, s, listed)
		}
		if listed && (!ret.Back.Equal(at(m.back[s][2])) || !ret.Full.Equal(at(m.back[s][1]))) {
			t.Fatalf("seed %d: %v is back at %v, full at %v; the twin has %v", seed, s, ret.Back, ret.Full, m.back[s])
		}
	}
	if !slices.IsSortedFunc(got.Returns, func(a, b impact.Return) int {
		switch {
		case a.Back.Equal(b.Back):
			return 0
		case b.Back.IsZero() || !a.Back.IsZero() && a.Back.Before(b.Back):
			return -1
		}
		return 1
	}) {
		t.Fatalf("seed %d: the returns are in no order of time", seed)
	}
}

// smallestSets tries every set of nodes at all.
func smallestSets(t *testing.T, seed uint64, w *twin, repairs impact.Repairs, got impact.Recovery, seen map[string]int) {
	t.Helper()
	if !newMender(w, repairs).stuck() {
		seen["free"]++
		if got.BreakIn != nil || got.Helpers != nil {
			t.Fatalf("seed %d: nothing is stuck, yet %v and %v are to break in at", seed, got.BreakIn, got.Helpers)
		}
		return
	}
	seen["stuck"]++
	var all, helpers []catalog.NodeID
	for _, n := range w.ed.Nodes() {
		all = append(all, n.ID)
		root := slices.ContainsFunc(w.leaves, func(l catalog.RegionID) bool {
			return w.exists(n.ID, l) && !w.known.own[spot{n.ID, l}][1].IsZero() && !w.known.own[spot{n.ID, l}][1].After(w.now)
		})
		if !root {
			helpers = append(helpers, n.ID)
		}
	}
	least := func(of []catalog.NodeID) int {
		best := -1
		for set := range 1 << len(of) {
			var free []catalog.NodeID
			for i, id := range of {
				if set>>i&1 == 1 {
					free = append(free, id)
				}
			}
			if (best < 0 || len(free) < best) && !newMender(w, repairs, free...).stuck() {
				best = len(free)
			}
		}
		return best
	}
	if len(got.BreakIn) > 1 {
		seen["two to break in"]++
	}
	if newMender(w, repairs, got.BreakIn...).stuck() || !got.Exact {
		t.Fatalf("seed %d: breaking in at %v doesn't free all", seed, got.BreakIn)
	}
	if want := least(all); len(got.BreakIn) != want {
		t.Fatalf("seed %d: break in at %v, but %d would do", seed, got.BreakIn, want)
	}
	switch want := least(helpers); {
	case want < 0:
		seen["no helpers"]++
		if got.Helpers != nil {
			t.Fatalf("seed %d: helpers %v, but none would do", seed, got.Helpers)
		}
	default:
		seen["helpers"]++
		if len(got.Helpers) != want || newMender(w, repairs, got.Helpers...).stuck() {
			t.Fatalf("seed %d: helpers %v, %d would do", seed, got.Helpers, want)
		}
	}
}

// checkCircle holds a circle to its definition.
func checkCircle(t *testing.T, seed uint64, ed *catalog.Edition, c impact.Circle, seen map[string]int) {
	t.Helper()
	seen["circle"]++
	if !c.Stuck {
		seen["open circle"]++
	}
	repairs := false
	for i, tie := range c.Ties {
		if tie.From != c.Nodes[i] || tie.To != c.Nodes[(i+1)%len(c.Nodes)] {
			t.Fatalf("seed %d: tie %d of %v leads from %s to %s", seed, i, c.Nodes, tie.From, tie.To)
		}
		n := ed.Node(tie.From)
		needs := slices.ContainsFunc(n.Needs, func(r catalog.Requirement) bool { return slices.Contains(r.Members, tie.To) })
		if !needs && !slices.Contains(n.RecoversWith, tie.To) || tie.Repair && !slices.Contains(n.RecoversWith, tie.To) {
			t.Fatalf("seed %d: %s doesn't wait for %s", seed, tie.From, tie.To)
		}
		repairs = repairs || tie.Repair
		if !tie.Clears {
			t.Fatalf("seed %d: breaking %s -> %s leaves the circle %v", seed, tie.From, tie.To, c.Nodes)
		}
		if tie.Clears {
			seen["clears"]++
		}
		if len(tie.Around) > 0 {
			seen["around"]++
			if slices.Contains(tie.Around, tie.To) {
				t.Fatalf("seed %d: %s stands in for itself", seed, tie.To)
			}
		}
	}
	if repairs == c.Cold || c.Cold && !c.Stuck {
		t.Fatalf("seed %d: circle %+v is cold: %v", seed, c.Nodes, c.Cold)
	}
	if c.Cold {
		seen["cold"]++
	}
}

// The order of the failures makes no difference to the way back.
func TestRecoverOrder(t *testing.T) {
	for seed := range uint64(cases / 5) {
		r := rand.New(rand.NewPCG(seed, 12))
		ed, repairs := mended(r)
		fails := randomFailures(r, ed)
		now := start().Add(5 * time.Hour)
		want := impact.New(ed).Recover(fails, now, repairs)
		shuffled := append(slices.Clone(fails), fails[0])
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got := impact.New(ed).Recover(shuffled, now, repairs); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: shuffled failures give\n%+v\nwant\n%+v", seed, got, want)
		}
	}
}
