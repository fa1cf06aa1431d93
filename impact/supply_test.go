package impact_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
)

// weighed gives a requirement's members shares, of which so much is enough.
func weighed(r catalog.Requirement, enough int, shares ...int) catalog.Requirement {
	r.Shares, r.Enough = shares, enough
	return r
}

// backedUp gives a requirement a backup of all of a list.
func backedUp(r catalog.Requirement, serves catalog.State, fuel time.Duration, members string) catalog.Requirement {
	b := all(members)
	r.Backup = &catalog.Backup{Members: b.Members, AtLeast: b.AtLeast, Serves: serves, Holdover: fuel}
	return r
}

func TestShares(t *testing.T) {
	lines := []catalog.Node{node("x/a", "ca-nb"), node("x/b", "ca-nb"), node("x/c", "ca-nb")}
	with := func(r catalog.Requirement) []catalog.Node { return append(lines[:3:3], node("x/v", "ca-nb", r)) }
	run(t, []row{
		{
			"a part of the load is lost", with(weighed(anyOf("x/a x/b"), 100, 60, 40)), fails("x/b down 09:00"), "",
			[]string{"x/b ca-nb down 09:00", "x/v ca-nb degraded 09:00 by x/b"},
		},
		{
			"enough is left", with(weighed(anyOf("x/a x/b"), 60, 60, 40)), fails("x/b down 09:00"), "",
			[]string{"x/b ca-nb down 09:00"},
		},
		{
			"the second loss is too much", with(weighed(anyOf("x/a x/b x/c"), 70, 60, 20, 20)), fails("x/b down 09:00", "x/c down 10:00"), "",
			[]string{"x/b ca-nb down 09:00", "x/c ca-nb down 10:00", "x/v ca-nb degraded 10:00 by x/b"},
		},
		{
			"the largest share alone is too much", with(weighed(anyOf("x/a x/b x/c"), 70, 60, 20, 20)), fails("x/a down 09:00"), "",
			[]string{"x/a ca-nb down 09:00", "x/v ca-nb degraded 09:00 by x/a"},
		},
		{
			"a degraded member carries nothing for sure", with(weighed(anyOf("x/a x/b"), 100, 60, 40)), fails("x/a degraded 09:00"), "",
			[]string{"x/a ca-nb degraded 09:00", "x/v ca-nb degraded 09:00 by x/a"},
		},
		{
			"all is lost", with(weighed(anyOf("x/a x/b"), 100, 60, 40)), fails("x/a down 09:00", "x/b down 11:00"), "",
			[]string{"x/a ca-nb down 09:00", "x/b ca-nb down 11:00", "x/v ca-nb down 11:00 by x/a"},
		},
		{
			"lost by number before by share", with(weighed(atLeast(2, "x/a x/b x/c"), 10, 60, 20, 20)), fails("x/b down 09:00", "x/c down 10:00"), "",
			[]string{"x/b ca-nb down 09:00", "x/c ca-nb down 10:00", "x/v ca-nb down 10:00 by x/b"},
		},
		{
			"a holdover delays a partial loss", with(holding(weighed(anyOf("x/a x/b"), 100, 60, 40), 4*time.Hour)), fails("x/b down 09:00"), "",
			[]string{"x/b ca-nb down 09:00", "x/v ca-nb up 09:00 fails 13:00 by x/b"},
		},
		{
			"members that the edition lacks carry their shares", with(weighed(anyOf("x/gone x/b"), 60, 60, 40)), fails("x/b down 09:00"), "",
			[]string{"x/b ca-nb down 09:00"},
		},
		{
			"perhaps", with(weighed(anyOf("x/a x/b"), 100, 60, 40)), fails("x/b unknown 09:00"), "",
			[]string{"x/b ca-nb unknown 09:00", "x/v ca-nb unknown 09:00 by x/b"},
		},
	})
}

func TestBackups(t *testing.T) {
	parts := []catalog.Node{node("x/grid", "ca-nb"), node("x/gen", "ca-nb"), node("x/tank", "ca-nb")}
	with := func(r catalog.Requirement) []catalog.Node { return append(parts[:3:3], node("x/v", "ca-nb", r)) }
	grid := all("x/grid")
	const gone = "x/grid down 09:00"
	run(t, []row{
		{
			"it carries all, without limit", with(backedUp(grid, catalog.Up, 0, "x/gen")), fails(gone), "",
			[]string{"x/grid ca-nb down 09:00", "x/v ca-nb up 09:00 by x/grid on x/gen"},
		},
		{
			"it carries a part", with(backedUp(grid, catalog.Degraded, 0, "x/gen")), fails(gone), "",
			[]string{"x/grid ca-nb down 09:00", "x/v ca-nb degraded 09:00 by x/grid on x/gen"},
		},
		{
			"fuel for eight hours", with(backedUp(grid, catalog.Up, 8*time.Hour, "x/gen")), fails(gone), "",
			[]string{"x/grid ca-nb down 09:00", "x/v ca-nb up 09:00 fails 17:00 by x/grid on x/gen"},
		},
		{
			"a part, with fuel for eight hours", with(backedUp(grid, catalog.Degraded, 8*time.Hour, "x/gen")), fails(gone), "",
			[]string{"x/grid ca-nb down 09:00", "x/v ca-nb degraded 09:00 fails 17:00 by x/grid on x/gen"},
		},
		{
			"the tank is empty", with(backedUp(grid, catalog.Up, 2*time.Hour, "x/gen")), fails(gone), "",
			[]string{"x/grid ca-nb down 09:00", "x/v ca-nb down 11:00 by x/grid"},
		},
		{
			"batteries after the fuel", with(holding(backedUp(grid, catalog.Up, 2*time.Hour, "x/gen"), 4*time.Hour)), fails(gone), "",
			[]string{"x/grid ca-nb down 09:00", "x/v ca-nb up 09:00 fails 15:00 by x/grid"},
		},
		{
			"it fails in its turn", with(backedUp(grid, catalog.Up, 8*time.Hour, "x/gen")), fails(gone, "x/gen down 10:00"), "",
			[]string{"x/gen ca-nb down 10:00", "x/grid ca-nb down 09:00", "x/v ca-nb down 10:00 by x/grid"},
		},
		{
			"it had failed before", with(backedUp(grid, catalog.Up, 0, "x/gen")), fails(gone, "x/gen down 08:50"), "",
			[]string{"x/gen ca-nb down 08:50", "x/grid ca-nb down 09:00", "x/v ca-nb down 09:00 by x/grid"},
		},
		{
			"it is degraded itself", with(backedUp(grid, catalog.Up, 0, "x/gen")), fails(gone, "x/gen degraded 10:00"), "",
			[]string{"x/gen ca-nb degraded 10:00", "x/grid ca-nb down 09:00", "x/v ca-nb degraded 10:00 by x/grid on x/gen"},
		},
		{
			"it stands in for what is degraded", with(backedUp(grid, catalog.Up, 0, "x/gen")), fails("x/grid degraded 09:00"), "",
			[]string{"x/grid ca-nb degraded 09:00", "x/v ca-nb up 09:00 by x/grid on x/gen"},
		},
		{
			"it alone is no loss", with(backedUp(grid, catalog.Up, 0, "x/gen")), fails("x/gen down 09:00"), "",
			[]string{"x/gen ca-nb down 09:00"},
		},
		{
			"it needs all of its parts", with(backedUp(grid, catalog.Up, 0, "x/gen x/tank")), fails(gone, "x/tank down 09:30"), "",
			[]string{"x/grid ca-nb down 09:00", "x/tank ca-nb down 09:30", "x/v ca-nb down 09:30 by x/grid"},
		},
		{
			"perhaps", with(backedUp(grid, catalog.Up, 0, "x/gen")), fails(gone, "x/gen unknown 09:30"), "",
			[]string{"x/gen ca-nb unknown 09:30", "x/grid ca-nb down 09:00", "x/v ca-nb unknown 09:30 by x/grid on x/gen"},
		},
		{
			"one that rests on what it backs up is none",
			[]catalog.Node{node("x/gen", "ca-nb", all("x/grid")), node("x/grid", "ca-nb"), node("x/v", "ca-nb", backedUp(grid, catalog.Up, 0, "x/gen"))},
			fails(gone), "",
			[]string{"x/gen ca-nb down 09:00 by x/grid", "x/grid ca-nb down 09:00", "x/v ca-nb down 09:00 by x/grid"},
		},
	})
}

// lent makes a service of so many users.
func lent(id catalog.NodeID, where string, users int) catalog.Node {
	n := node(id, where)
	n.People = users
	return n
}

// taking makes a service that takes parts of the users of others: "x/a 50%1h".
func taking(n catalog.Node, spare int, from ...string) catalog.Node {
	n.Spare = &catalog.Spare{Users: spare}
	for _, f := range from {
		var id string
		var percent, lag int
		if _, err := fmt.Sscanf(f, "%s %d%%%dh", &id, &percent, &lag); err != nil {
			panic(err)
		}
		n.Shifts = append(n.Shifts, catalog.Shift{From: catalog.NodeID(id), Part: float64(percent) / 100, Lag: time.Duration(lag) * time.Hour})
	}
	return n
}

func TestDemand(t *testing.T) {
	red := lent("x/red", "ca", 1000)
	run(t, []row{
		{
			"there is room",
			[]catalog.Node{red, taking(node("x/blue", "ca"), 200, "x/red 20%0h")},
			fails("x/red down 09:00"), "",
			[]string{"x/red ca down 09:00"},
		},
		{
			"there is none",
			[]catalog.Node{red, taking(node("x/blue", "ca"), 199, "x/red 20%0h")},
			fails("x/red down 09:00"), "",
			[]string{"x/blue ca degraded 09:00 by x/red load x/blue", "x/red ca down 09:00"},
		},
		{
			"they come later",
			[]catalog.Node{red, taking(node("x/blue", "ca"), 100, "x/red 20%2h")},
			fails("x/red down 09:00"), "10:59",
			[]string{"x/blue ca up 09:00 fails 11:00 by x/red load x/blue", "x/red ca down 09:00"},
		},
		{
			"who is only slow keeps his users",
			[]catalog.Node{red, taking(node("x/blue", "ca"), 100, "x/red 20%0h")},
			fails("x/red degraded 09:00"), "",
			[]string{"x/red ca degraded 09:00"},
		},
		{
			"two together",
			[]catalog.Node{red, lent("x/pink", "ca", 1000), taking(node("x/blue", "ca"), 300, "x/red 20%0h", "x/pink 20%1h")},
			fails("x/red down 09:00", "x/pink down 10:00"), "",
			[]string{"x/blue ca degraded 11:00 by x/pink load x/blue", "x/pink ca down 10:00", "x/red ca down 09:00"},
		},
		{
			// 20 of 100 went to either; of the 20 that can't, a quarter comes here: 0.2/0.8.
			"who finds the other down chooses again",
			[]catalog.Node{red, taking(node("x/blue", "ca"), 249, "x/red 20%0h"), taking(node("x/green", "ca"), 1000, "x/red 20%0h")},
			fails("x/red down 09:00", "x/green down 10:00"), "",
			[]string{"x/blue ca degraded 10:00 by x/red load x/blue", "x/green ca down 10:00", "x/red ca down 09:00"},
		},
		{
			"in one province",
			[]catalog.Node{red, taking(node("x/blue", "ca"), 199, "x/red 20%0h")},
			fails("x/red@ca-on down 09:00"), "",
			[]string{"x/blue ca-on degraded 09:00 by x/red load x/blue", "x/red ca-on down 09:00"},
		},
		{
			// A rival of one leaf in six gets a sixth of the users, and has to have room for them.
			"to a rival of one province",
			[]catalog.Node{red, taking(node("x/blue", "ca-nb"), 33, "x/red 20%0h")},
			fails("x/red down 09:00"), "",
			[]string{"x/blue ca-nb degraded 09:00 by x/red load x/blue", "x/red ca down 09:00"},
		},
		{
			"and has it",
			[]catalog.Node{red, taking(node("x/blue", "ca-nb"), 34, "x/red 20%0h")},
			fails("x/red down 09:00"), "",
			[]string{"x/red ca down 09:00"},
		},
		{
			"it goes on by needs, and is no more than slow",
			[]catalog.Node{red, taking(node("x/blue", "ca"), 10, "x/red 20%0h"), node("x/shop", "ca", all("x/blue"))},
			fails("x/red down 09:00"), "",
			[]string{"x/blue ca degraded 09:00 by x/red load x/blue", "x/red ca down 09:00", "x/shop ca degraded 09:00 by x/blue < x/red load x/blue"},
		},
		{
			"each takes the other's users: neither falls by itself",
			[]catalog.Node{taking(lent("x/blue", "ca", 1000), 10, "x/red 50%0h"), taking(lent("x/red", "ca", 1000), 10, "x/blue 50%0h")},
			fails("x/red down 09:00"), "",
			[]string{"x/blue ca degraded 09:00 by x/red load x/blue", "x/red ca down 09:00"},
		},
		{
			"perhaps",
			[]catalog.Node{red, taking(node("x/blue", "ca"), 10, "x/red 20%0h")},
			fails("x/red unknown 09:00"), "",
			[]string{"x/blue ca unknown 09:00 by x/red load x/blue", "x/red ca unknown 09:00"},
		},
	})
}

// Whose word a path rests on: the weakest of the nodes and needs along it.
func TestConfidence(t *testing.T) {
	said := func(n catalog.Node, of, need catalog.Confidence) catalog.Node {
		n.Confidence = of
		for i := range n.Needs {
			n.Needs[i].Confidence = need
		}
		return n
	}
	c, r, a := catalog.Confirmed, catalog.Reported, catalog.Assumed
	for _, k := range []struct {
		node, need, root, want catalog.Confidence
	}{
		{c, c, c, c}, {r, c, c, r}, {c, r, c, r}, {c, c, r, r}, {a, r, c, a}, {c, a, r, a}, {r, c, a, a}, {"", "", "", ""}, {"", c, "", c},
	} {
		ed := world(said(node("x/core", "ca"), k.root, ""), said(node("x/v", "ca", all("x/core")), k.node, k.need))
		for _, e := range assess(ed, "x/core down 09:00") {
			if e.Node == "x/v" && (e.Confidence != k.want || e.Assumed != (k.want == a)) {
				t.Errorf("%+v: got %q, assumed %v", k, e.Confidence, e.Assumed)
			}
		}
	}
	// Of two needs that explain equally well the better known one does.
	twice := node("x/v", "ca", all("x/core"), all("x/core"))
	twice.Needs[0].Confidence, twice.Needs[1].Confidence = a, r
	for _, e := range assess(world(node("x/core", "ca"), twice), "x/core down 09:00") {
		if e.Node == "x/v" && e.Confidence != r {
			t.Errorf("of an assumed and a reported need: %q", e.Confidence)
		}
	}
}

// The people behind a node are spread as all people are.
func TestPeople(t *testing.T) {
	land := regions()
	for i := range land {
		land[i].Population, land[i].Counted = map[catalog.RegionID]int{"ca-nb": 100, "ca-on-1": 300, "ca-on-2": 200, "ca-on-3": 100, "ca-qc-1": 200}[land[i].ID], true
	}
	edition := func(counted bool) *catalog.Edition {
		for i := range land {
			land[i].Counted = counted || land[i].ID != "ca-nb"
		}
		return catalog.New(start(), "test", catalog.World{Regions: land, Nodes: []catalog.Node{lent("x/v", "ca", 900), lent("x/w", "ca-on ca-nb", 70)}})
	}
	for _, c := range []struct {
		where   string
		counted bool
		want    string
	}{
		{"", true, "x/v ca 900; x/w ca-nb 10; x/w ca-on 60"},
		{"@ca-on", true, "x/v ca-on 600; x/w ca-on 60"},
		{"@south", true, "x/v south 500; x/w south 50"},
		{"@ca-qc-2", true, "x/v ca-qc-2 0"},
		{"@ca-on", false, "x/v ca-on 0; x/w ca-on 0"},
		{"", false, "x/v ca 900; x/w ca-nb 0; x/w ca-on 0"},
	} {
		var got []string
		for _, e := range impact.Assess(edition(c.counted), fails("x/v"+c.where+" down 09:00", "x/w"+c.where+" down 09:00"), at("12:00")) {
			got = append(got, fmt.Sprintf("%s %s %d", e.Node, e.Region, e.People))
		}
		if g := strings.Join(got, "; "); g != c.want {
			t.Errorf("in %q: %s, want %s", c.where, g, c.want)
		}
	}
}
