package rehearse_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/rehearse"
)

func compare(t *testing.T, p rehearse.Plan, between []*catalog.Edition, eds ...*catalog.Edition) rehearse.Comparison {
	t.Helper()
	var stages []*rehearse.Stage
	for _, ed := range eds {
		stages = append(stages, rehearse.New(ed))
	}
	c, err := rehearse.Compare(stages, p, between)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Exercise {
		t.Fatal("a comparison that could be taken for an outage")
	}
	return c
}

func told(list []rehearse.Difference) []string {
	var out []string
	for _, d := range list {
		line := fmt.Sprintf("%s %s-%s", d.Node, d.Was, d.Is)
		for _, c := range d.Changes {
			line += fmt.Sprintf(" %s:%s@%s", c.Kind, c.Node, c.Since)
		}
		if d.Together {
			line += " together"
		}
		if d.Absent {
			line += " absent"
		}
		out = append(out, line)
	}
	return out
}

// A second supplier spares the payments and the shop that rests on them, and it
// is the payments' old requirement that ended.
func TestCompare(t *testing.T) {
	c := compare(t, plan("north/core"), []*catalog.Edition{town(2025), town(2027), town(2031)}, town(2024), town(2030))
	p := c.Pairs[0]
	want := []string{"shop/sales down-up requirement-ended:pay/debit@2027-01-01", "pay/debit down-up requirement-ended:pay/debit@2027-01-01"}
	if got := told(p.Spared); !slices.Equal(got, want) {
		t.Errorf("spared %q\nwant %q", got, want)
	}
	if p.Was != "2024-01-01" || p.Is != "2030-01-01" || len(p.Fallen) != 0 || p.Same != 2 {
		t.Errorf("pair %+v", p)
	}
	change := p.Spared[0].Changes[0]
	if len(change.Instead) != 1 || !slices.Equal(change.New, []catalog.NodeID{"pay/second"}) {
		t.Errorf("in its place: %+v, new: %v", change.Instead, change.New)
	}
}

// The other way round the same change lets them fall; without editions between
// it is dated by the later one.
func TestCompareBackwards(t *testing.T) {
	c := compare(t, plan("north/core"), nil, town(2030), town(2024))
	want := []string{"shop/sales up-down requirement-began:pay/debit@2030-01-01", "pay/debit up-down requirement-began:pay/debit@2030-01-01"}
	if got := told(c.Pairs[0].Fallen); !slices.Equal(got, want) {
		t.Errorf("fallen %q\nwant %q", got, want)
	}
}

func edit(id catalog.NodeID, change func(*catalog.Node)) func(*catalog.World) {
	return func(w *catalog.World) {
		for i := range w.Nodes {
			if w.Nodes[i].ID == id {
				change(&w.Nodes[i])
			}
		}
	}
}

// What came, what went and what moved is told as that.
func TestCompareKinds(t *testing.T) {
	drop := func(id catalog.NodeID) func(*catalog.World) {
		return func(w *catalog.World) {
			w.Nodes = slices.DeleteFunc(w.Nodes, func(n catalog.Node) bool { return n.ID == id })
		}
	}
	free := edit("shop/sales", func(n *catalog.Node) { n.Needs = nil })
	twice := edit("shop/sales", func(n *catalog.Node) {
		n.Needs = append(slices.Clone(n.Needs), n.Needs[0])
		n.Needs[1].Lost = catalog.Degraded
	})
	unpaid := edit("pay/debit", func(n *catalog.Node) { n.Needs = nil })
	moved := edit("shop/sales", func(n *catalog.Node) { n.Regions = []catalog.RegionID{"zz-a"} })
	for name, row := range map[string]struct {
		was, is []func(*catalog.World)
		spec    string
		want    string // of shop/sales
	}{
		"a node went":         {nil, []func(*catalog.World){drop("north/data")}, "north/core", "shop/sales down-up component-ended:north/data@2025-01-01"},
		"a node came":         {[]func(*catalog.World){drop("north/data")}, nil, "north/core", "shop/sales up-down component-began:north/data@2025-01-01"},
		"the needer went":     {nil, []func(*catalog.World){drop("shop/sales")}, "north/core", "shop/sales down- absent"},
		"the needer came":     {[]func(*catalog.World){drop("shop/sales")}, nil, "north/core", "shop/sales -down absent"},
		"a need came":         {[]func(*catalog.World){free}, nil, "north/core", "shop/sales up-down requirement-began:shop/sales@2025-01-01"},
		"only the worse need": {nil, []func(*catalog.World){twice, edit("shop/sales", func(n *catalog.Node) { n.Needs = n.Needs[1:] })}, "north/core", "shop/sales down-degraded requirement-ended:shop/sales@2025-01-01"},
		"it moved":            {nil, []func(*catalog.World){moved}, "north/core@zz-b", "shop/sales down-up regions:shop/sales@2025-01-01"},
		"two at once":         {nil, []func(*catalog.World){free, unpaid}, "north/core", "shop/sales down-up requirement-ended:shop/sales@2025-01-01 requirement-ended:pay/debit@2025-01-01 together"},
	} {
		c := compare(t, plan(row.spec), nil, town(2024, row.was...), town(2025, row.is...))
		var got []string
		for _, line := range told(append(slices.Clone(c.Pairs[0].Spared), c.Pairs[0].Fallen...)) {
			if strings.HasPrefix(line, "shop/sales") {
				got = append(got, line)
			}
		}
		if !slices.Equal(got, []string{row.want}) {
			t.Errorf("%s: %q\nwant %q", name, got, row.want)
		}
	}
}

// Three editions are two pairs; a plan that one of them can't play is refused.
func TestCompareMany(t *testing.T) {
	c := compare(t, plan("north/core"), nil, town(2024), town(2030), town(2031))
	if len(c.Results) != 3 || len(c.Pairs) != 2 || len(c.Pairs[1].Spared) != 0 {
		t.Errorf("%d results, pairs %+v", len(c.Results), c.Pairs)
	}
	if _, err := rehearse.Compare([]*rehearse.Stage{rehearse.New(town(2030)), rehearse.New(town(2024))}, plan("pay/second"), nil); err == nil {
		t.Error("a node that one edition lacks can fail on it")
	}
}

// scramble is a random world, and what became of it: some requirements, nodes and
// places changed.
func scramble(r *rand.Rand) (was, is *catalog.Edition) {
	id := func(i int) catalog.NodeID { return catalog.NodeID(fmt.Sprintf("x/n%d", i)) }
	const count = 7
	need := func(i int) catalog.Requirement {
		n := catalog.Requirement{Lost: catalog.Down}
		if r.IntN(4) == 0 {
			n.Lost = catalog.Degraded
		}
		for range 1 + r.IntN(2) {
			if m := id(r.IntN(count)); m != id(i) && !slices.Contains(n.Members, m) {
				n.Members = append(n.Members, m)
			}
		}
		n.AtLeast = min(1+r.IntN(2), max(len(n.Members), 1))
		return n
	}
	var nodes []catalog.Node
	for i := range count {
		n := catalog.Node{ID: id(i), Kind: catalog.Dependent, Regions: []catalog.RegionID{"zz"}}
		for range r.IntN(3) {
			n.Needs = append(n.Needs, need(i))
		}
		nodes = append(nodes, n)
	}
	later := slices.Clone(nodes)
	for range 1 + r.IntN(3) {
		i := 1 + r.IntN(count-1)
		switch n := &later[i]; r.IntN(4) {
		case 0:
			n.Needs = append(slices.Clone(n.Needs), need(i))
		case 1:
			n.Needs = nil
		case 2:
			n.Needs = []catalog.Requirement{need(i)}
		case 3:
			n.Regions = []catalog.RegionID{"zz-a"}
		}
	}
	edition := func(year int, nodes []catalog.Node) *catalog.Edition {
		return town(year, func(w *catalog.World) { w.Nodes = nodes })
	}
	return edition(2024, nodes), edition(2030, later)
}

// Of random worlds: whatever fares otherwise is listed with its two states, and
// every change that is blamed alone does it. The twin undoes it by hand.
func TestCompareTwin(t *testing.T) {
	alone, together, none := 0, 0, 0
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 21))
		was, is := scramble(r)
		p := plan("x/n0")
		before, after := states(t, was, p), states(t, is, p)
		c := compare(t, p, nil, was, is)
		listed := map[catalog.NodeID]rehearse.Difference{}
		for _, d := range append(slices.Clone(c.Pairs[0].Spared), c.Pairs[0].Fallen...) {
			listed[d.Node] = d
			if before[d.Node] != d.Was || after[d.Node] != d.Is {
				t.Fatalf("seed %d: %s is told %s-%s, is %s-%s", seed, d.Node, d.Was, d.Is, before[d.Node], after[d.Node])
			}
			switch {
			case d.Together:
				together++
			case len(d.Changes) == 0:
				none++
			}
			for _, change := range d.Changes {
				if d.Together {
					break
				}
				alone++
				now := states(t, byHand(is, was, change), p)[d.Node]
				if bad := rankOf(now) < rankOf(d.Was); bad && rankOf(d.Was) > rankOf(d.Is) || rankOf(d.Was) < rankOf(d.Is) && rankOf(now) > rankOf(d.Was) {
					t.Fatalf("seed %d: with %s of %s undone %s is %s; it was %s and is %s", seed, change.Kind, change.Node, d.Node, now, d.Was, d.Is)
				}
			}
		}
		for id := range before {
			if _, in := listed[id]; in != (before[id] != after[id]) {
				t.Fatalf("seed %d: %s %s-%s is listed: %v", seed, id, before[id], after[id], in)
			}
		}
	}
	if alone < 200 || together < 3 || none > alone/20 {
		t.Errorf("%d explained by one change, %d by several, %d by none", alone, together, none)
	}
}

func rankOf(s catalog.State) int {
	return slices.Index([]catalog.State{catalog.Up, catalog.Unknown, catalog.Degraded, catalog.Down}, s)
}

func states(t *testing.T, ed *catalog.Edition, p rehearse.Plan) map[catalog.NodeID]catalog.State {
	t.Helper()
	r, err := rehearse.New(ed).Run(p)
	if err != nil {
		t.Fatal(err)
	}
	out := map[catalog.NodeID]catalog.State{}
	for _, n := range ed.Nodes() {
		out[n.ID] = catalog.Up
	}
	for _, a := range r.Affected {
		if rankOf(a.State) > rankOf(out[a.Node]) {
			out[a.Node] = a.State
		}
	}
	return out
}

// byHand is the later edition with a node put back in the one respect.
func byHand(is, was *catalog.Edition, c rehearse.Change) *catalog.Edition {
	return town(2030, func(w *catalog.World) {
		w.Nodes = nil
		for _, n := range is.Nodes() {
			made := *n
			if n.ID == c.Node {
				switch c.Kind {
				case rehearse.NeedEnded:
					made.Needs = append(slices.Clone(n.Needs), *c.Need)
				case rehearse.NeedBegan:
					var kept []catalog.Requirement
					for _, need := range n.Needs {
						if fmt.Sprint(need) != fmt.Sprint(*c.Need) {
							kept = append(kept, need)
						}
					}
					made.Needs = kept
				case rehearse.PlaceChange:
					made.Regions = was.Node(c.Node).Regions
				}
			}
			w.Nodes = append(w.Nodes, made)
		}
	})
}

// A recorded day's roots begin when they did, even if the plan begins before.
func TestRootsOfTheirOwnTime(t *testing.T) {
	p := plan("north/core")
	p.Fails[0].From = begin().Add(time.Hour)
	r := run(t, p)
	if len(r.Affected) != 0 || r.Timeline[0].After != rehearse.Length(time.Hour) {
		t.Errorf("at the beginning: %+v, first event %+v", r.Affected, r.Timeline[0])
	}
}
