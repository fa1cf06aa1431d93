package rehearse_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
	"tocsin/rehearse"
)

// slow is a random world of needs with holdovers of whole hours.
func slow(r *rand.Rand) *catalog.Edition {
	const count = 7
	id := func(i int) catalog.NodeID { return catalog.NodeID(fmt.Sprintf("x/n%d", i)) }
	place := func() []catalog.RegionID {
		return []catalog.RegionID{[]catalog.RegionID{"zz", "zz", "zz-a", "zz-b"}[r.IntN(4)]}
	}
	return town(2024, func(w *catalog.World) {
		w.Nodes = nil
		for i := range count {
			n := catalog.Node{ID: id(i), Kind: catalog.Dependent, Regions: place(), People: r.IntN(3) * 10}
			if i == 0 {
				n.Regions = []catalog.RegionID{"zz"}
			}
			for range r.IntN(3) {
				need := catalog.Requirement{Members: []catalog.NodeID{id(r.IntN(count))}, AtLeast: 1, Lost: catalog.Down, Holdover: time.Duration(r.IntN(4)) * time.Hour}
				if r.IntN(3) == 0 {
					need.Lost = catalog.Degraded
				}
				n.Needs = append(n.Needs, need)
			}
			w.Nodes = append(w.Nodes, n)
		}
	})
}

// The time line tells what asking the engine every hour tells: whenever one looks,
// the last event of a place is the state that it is in.
func TestTimelineTwin(t *testing.T) {
	late := 0
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 31))
		ed := slow(r)
		p := plan("x/n0", "x/n1@zz-a=degraded")
		if ed.Node("x/n1").Regions[0] == "zz-b" {
			p = plan("x/n0")
		}
		p.Fails[0].From = begin().Add(time.Duration(r.IntN(3)) * time.Hour)
		if r.IntN(2) == 0 {
			p.For = time.Duration(3+r.IntN(6)) * time.Hour
		}
		p.After = time.Hour
		result, err := rehearse.New(ed).Run(p)
		if err != nil {
			t.Fatal(err)
		}
		end := 24
		if p.For > 0 {
			end = int(p.For / time.Hour)
		}
		var fails []impact.Failure
		for _, root := range result.Roots {
			fails = append(fails, impact.Failure{Node: root.Node, Region: root.Region, State: root.State, Since: root.From})
		}
		for hour := 0; hour <= end; hour++ {
			at := begin().Add(time.Duration(hour) * time.Hour)
			want := leaves(ed, func(tell func(catalog.NodeID, catalog.RegionID, catalog.State)) {
				for _, e := range impact.Assess(ed, fails, at) {
					tell(e.Node, e.Region, e.State)
				}
			})
			got := leaves(ed, func(tell func(catalog.NodeID, catalog.RegionID, catalog.State)) {
				for _, e := range result.Timeline {
					if !e.At.After(at) {
						tell(e.Node, e.Region, e.State)
					}
				}
			})
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d, hour %d: the time line has %v, the engine %v", seed, hour, got, want)
			}
		}
		for _, e := range result.Timeline {
			if e.After > rehearse.Length(time.Duration(end)*time.Hour) {
				t.Fatalf("seed %d: %+v after all is back", seed, e)
			}
			if e.After > 0 && e.Cause != e.Node {
				late++
			}
		}
		lasts(t, seed, result)
	}
	if late < 150 {
		t.Errorf("only %d events come later: the worlds are too tame", late)
	}
}

// leaves lays states out over the two provinces; what is up is left out.
func leaves(ed *catalog.Edition, tellAll func(func(catalog.NodeID, catalog.RegionID, catalog.State))) map[string]catalog.State {
	out := map[string]catalog.State{}
	tellAll(func(id catalog.NodeID, in catalog.RegionID, state catalog.State) {
		for _, leaf := range []catalog.RegionID{"zz-a", "zz-b"} {
			if ed.Within(leaf, in) && state != catalog.Up {
				out[string(id)+" "+string(leaf)] = state
			}
		}
	})
	return out
}

// lasts holds the times to failure to the time line.
func lasts(t *testing.T, seed uint64, r rehearse.Result) {
	t.Helper()
	for _, f := range r.Failing {
		suffers, goes := rehearse.Length(-1), rehearse.Length(-1)
		for _, e := range r.Timeline {
			if e.Node != f.Node || e.Cause == e.Node {
				continue
			}
			if suffers < 0 {
				suffers = e.After
			}
			if goes < 0 && e.State == catalog.Down {
				goes = e.After
			}
		}
		if f.Suffers != suffers || f.Goes != (goes >= 0) || f.Goes && f.Down != goes {
			t.Fatalf("seed %d: %+v, by the time line %v and %v", seed, f, suffers, goes)
		}
	}
}

// The totals count every node once, by its worst row, and the rows are in the
// order of what people use, how bad it is and how many they are.
func TestTotalsAndOrder(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 32))
		result, err := rehearse.New(slow(r)).Run(plan("x/n0", "x/n1"))
		if err != nil {
			t.Fatal(err)
		}
		worst, people := map[catalog.NodeID]int{}, 0
		for i, a := range result.Affected {
			worst[a.Node] = max(worst[a.Node], rankOf(a.State))
			if a.State != catalog.Up {
				people += a.People
			}
			if i > 0 {
				if b := result.Affected[i-1]; rankOf(b.State) < rankOf(a.State) || b.State == a.State && b.People < a.People {
					t.Fatalf("seed %d: %s %s stands before %s %s", seed, b.Node, b.State, a.Node, a.State)
				}
			}
		}
		var count rehearse.Count
		for _, rank := range worst {
			switch rank {
			case rankOf(catalog.Down):
				count.Down++
			case rankOf(catalog.Degraded):
				count.Degraded++
			case rankOf(catalog.Up):
				count.Holding++
			}
		}
		if result.Totals.Dependents != count || result.Totals.People != people {
			t.Fatalf("seed %d: totals %+v, want %+v and %d people", seed, result.Totals, count, people)
		}
	}
}

// Laid beside itself an edition differs in nothing; laid the other way round,
// what was spared falls.
func TestCompareIsAntisymmetric(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 33))
		was, is := scramble(r)
		p := plan("x/n0")
		if c := compare(t, p, nil, was, was); len(c.Pairs[0].Spared)+len(c.Pairs[0].Fallen) > 0 {
			t.Fatalf("seed %d: an edition differs from itself: %+v", seed, c.Pairs)
		}
		there, back := compare(t, p, nil, was, is).Pairs[0], compare(t, p, nil, is, was).Pairs[0]
		names := func(list []rehearse.Difference) (out []string) {
			for _, d := range list {
				out = append(out, string(d.Node))
			}
			return out
		}
		if !slices.Equal(names(there.Spared), names(back.Fallen)) || !slices.Equal(names(there.Fallen), names(back.Spared)) || there.Same != back.Same {
			t.Fatalf("seed %d: %+v\nand back %+v", seed, there, back)
		}
	}
}

// A backup, shares and demand that change are changes too.
func TestCompareSupply(t *testing.T) {
	second := func(w *catalog.World) {
		w.Nodes = append(w.Nodes, catalog.Node{ID: "pay/second", Kind: catalog.Access, Regions: []catalog.RegionID{"zz"}})
	}
	backed := edit("pay/debit", func(n *catalog.Node) {
		n.Needs = slices.Clone(n.Needs)
		n.Needs[0].Backup = &catalog.Backup{Members: []catalog.NodeID{"pay/second"}, AtLeast: 1, Serves: catalog.Up}
	})
	c := compare(t, plan("north/core"), nil, town(2024, second), town(2025, second, backed))
	want := []string{"shop/sales down-up requirement-ended:pay/debit@2025-01-01", "pay/debit down-up requirement-ended:pay/debit@2025-01-01"}
	if got := told(c.Pairs[0].Spared); !slices.Equal(got, want) {
		t.Errorf("with a backup %q\nwant %q", got, want)
	}
	r, err := rehearse.New(town(2025, second, backed)).Run(plan("north/core"))
	if err != nil {
		t.Fatal(err)
	}
	carried := false
	for _, a := range r.Affected {
		carried = carried || a.Node == "pay/debit" && a.State == catalog.Up && slices.Equal(a.Backup, []catalog.NodeID{"pay/second"})
	}
	if !carried {
		t.Errorf("nobody says what carries the payments: %+v", r.Affected)
	}

	rival := func(w *catalog.World) {
		w.Nodes = append(w.Nodes, catalog.Node{
			ID: "south/data", Kind: catalog.Offering, Service: "mobile-data", Regions: []catalog.RegionID{"zz"},
			Shifts: []catalog.Shift{{From: "north/data", Part: 0.5}}, Spare: &catalog.Spare{Users: 50},
		})
	}
	room := edit("south/data", func(n *catalog.Node) { n.Spare = &catalog.Spare{Users: 150} })
	c = compare(t, plan("north/core"), nil, town(2024, rival), town(2025, rival, room))
	if got := told(c.Pairs[0].Spared); !slices.Equal(got, []string{"south/data degraded-up demand:south/data@2025-01-01"}) {
		t.Errorf("with more room %q", got)
	}
}

// The words of a plan that its errors offer are all taken.
func TestEveryWordIsTaken(t *testing.T) {
	for _, word := range rehearse.Words() {
		var p rehearse.Plan
		err := p.Set(word, " ")
		if err == nil || !strings.Contains(err.Error(), "for example: "+word+" ") {
			t.Errorf("%s without a value: %v", word, err)
			continue
		}
		_, value, _ := strings.Cut(err.Error(), "for example: "+word+" ")
		if err := p.Set(word, value); err != nil || reflect.DeepEqual(p, rehearse.Plan{}) {
			t.Errorf("%s %s: %v", word, value, err)
		}
	}
}
