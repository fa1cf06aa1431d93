package impact_test

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
)

func loaded(t *testing.T, files fs.FS, day string) *catalog.Edition {
	t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	ed, err := catalog.Load(files, at)
	if err != nil {
		t.Fatal(err)
	}
	return ed
}

func down(ids ...catalog.NodeID) []impact.Failure {
	var fails []impact.Failure
	for _, id := range ids {
		fails = append(fails, impact.Failure{Node: id, State: catalog.Down, Since: start()})
	}
	return fails
}

// named writes circles as "a > b > c", those that are stuck first.
func named(circles []impact.Circle, stuck bool) []string {
	var out []string
	for _, c := range circles {
		if c.Stuck != stuck {
			continue
		}
		var words []string
		for _, id := range c.Nodes {
			words = append(words, strings.TrimPrefix(string(id), string(id.Owner())+"/"))
		}
		out = append(out, strings.Join(words, " > "))
	}
	slices.Sort(out)
	return out
}

// The repair of Rogers' core in 2022 waited for itself by two ways, and by a third
// one round which there were emergency SIM cards; on a later edition none is stuck.
func TestRogersWaitsForItself(t *testing.T) {
	ed := loaded(t, catalog.Canada(), "2022-07-08")
	r := impact.New(ed).Recover(down("rogers/ip-core"), start(), nil)
	if got, want := named(r.Circles, true), []string{"ip-core > management-network", "ip-core > noc"}; !slices.Equal(got, want) {
		t.Errorf("stuck circles %q, want %q", got, want)
	}
	if got, want := named(r.Circles, false), []string{"ip-core > staff-phones > wireless-core"}; !slices.Equal(got, want) {
		t.Errorf("open circles %q, want %q", got, want)
	}
	sims := false
	for _, c := range r.Circles {
		for _, tie := range c.Ties {
			sims = sims || tie.From == "rogers/staff-phones" && slices.Equal(tie.Around, []catalog.NodeID{"rogers/emergency-sims"})
			if len(tie.Sources) == 0 || tie.Confidence == "" {
				t.Errorf("tie %s -> %s has no source", tie.From, tie.To)
			}
		}
	}
	if !sims {
		t.Error("nobody says that emergency SIM cards stood in for staff phones")
	}
	if !slices.Equal(r.BreakIn, []catalog.NodeID{"rogers/ip-core"}) || !r.Exact ||
		!slices.Equal(r.Helpers, []catalog.NodeID{"rogers/management-network", "rogers/noc"}) {
		t.Errorf("break in at %v, helpers %v", r.BreakIn, r.Helpers)
	}
	later := impact.New(loaded(t, catalog.Canada(), "2026-11-28")).Recover(down("rogers/ip-core"), start(), nil)
	if got := named(later.Circles, true); got != nil || later.BreakIn != nil {
		t.Errorf("in 2026 stuck: %q, break in at %v", got, later.BreakIn)
	}
	for _, ret := range later.Returns {
		if ret.Node == "rogers/ip-core" && !ret.Full.Equal(start().Add(impact.AssumedRepair)) {
			t.Errorf("the core is back at %v", ret.Full)
		}
	}
}

// With bell and telus down as well, the SIM cards are no way round.
func TestNoWayRoundWithoutTheOthers(t *testing.T) {
	ed := loaded(t, catalog.Canada(), "2022-07-08")
	r := impact.New(ed).Recover(down("rogers/ip-core", "bell/core", "telus/core"), start(), impact.Repairs{"bell/core": time.Hour, "telus/core": 2 * time.Hour})
	open := named(r.Circles, false)
	if !slices.Equal(open, []string{"ip-core > staff-phones > wireless-core"}) {
		t.Errorf("open circles %q: Bell's return reopens the way", open)
	}
	for _, ret := range r.Returns {
		if ret.Node == "rogers/emergency-sims" && (!ret.Back.Equal(start().Add(time.Hour)) || !ret.Full.Equal(start().Add(time.Hour))) {
			t.Errorf("SIM cards back at %v, fully at %v; one of two is enough", ret.Back, ret.Full)
		}
	}
}

// Facebook's repair of 2021 waited for itself by every way, and each tie ends its
// circle; the name servers are the one helper that would have freed it.
func TestFacebookWaitsForItself(t *testing.T) {
	ed := loaded(t, os.DirFS("../testdata/catalogues/facebook-2021"), "2021-10-04")
	r := impact.New(ed).Recover(down("facebook/backbone"), start(), nil)
	want := []string{
		"backbone > internal-tools > dns",
		"backbone > router-access > on-site-access > badges > dns",
		"backbone > router-access > out-of-band",
		"backbone > router-access > remote-access",
	}
	if got := named(r.Circles, true); !slices.Equal(got, want) || len(r.Circles) != len(want) {
		t.Errorf("circles %q\nwant %q", got, want)
	}
	for _, c := range r.Circles {
		for _, tie := range c.Ties {
			if !tie.Clears || tie.Frees != (tie.From == "facebook/dns") {
				t.Errorf("%v: breaking %s -> %s clears: %v, frees: %v", c.Nodes, tie.From, tie.To, tie.Clears, tie.Frees)
			}
		}
	}
	if !slices.Equal(r.BreakIn, []catalog.NodeID{"facebook/backbone"}) || !slices.Equal(r.Helpers, []catalog.NodeID{"facebook/dns"}) {
		t.Errorf("break in at %v, helpers %v", r.BreakIn, r.Helpers)
	}
	for _, f := range ed.Findings() {
		if f.Kind == catalog.NeedCycle {
			t.Errorf("the catalogue has a circle of need: %s", f.Text)
		}
	}
}

// everywhere is an edition of nodes that all are everywhere.
func everywhere(nodes ...catalog.Node) *catalog.Edition {
	for i := range nodes {
		nodes[i].Regions = []catalog.RegionID{"ca"}
	}
	return catalog.New(start(), "made", catalog.World{Regions: regions(), Nodes: nodes})
}

func needsAll(ids ...catalog.NodeID) []catalog.Requirement {
	return []catalog.Requirement{{Members: ids, AtLeast: len(ids), Lost: catalog.Down}}
}

// Beyond the candidates that can all be tried, sets are found greedily; they free
// everything, and no member of them can be spared.
func TestBreakInBeyondExact(t *testing.T) {
	const pairs = 9
	var nodes []catalog.Node
	var roots []catalog.NodeID
	for i := range pairs {
		core, mgmt := catalog.NodeID(fmt.Sprintf("x/core%d", i)), catalog.NodeID(fmt.Sprintf("x/mgmt%d", i))
		nodes = append(nodes,
			catalog.Node{ID: core, RecoversWith: []catalog.NodeID{mgmt}},
			catalog.Node{ID: mgmt, Needs: needsAll(core)})
		roots = append(roots, core)
	}
	r := impact.New(everywhere(nodes...)).Recover(down(roots...), start(), nil)
	if r.Exact || len(r.BreakIn) != pairs || len(r.Helpers) != pairs || len(r.Circles) != pairs {
		t.Errorf("exact: %v, break in at %v, helpers %v, %d circles; want %d of each", r.Exact, r.BreakIn, r.Helpers, len(r.Circles), pairs)
	}
}

// A star of circles has a hub that frees all, and greed finds it.
func TestGreedFindsTheHub(t *testing.T) {
	nodes := []catalog.Node{{ID: "x/hub", Needs: needsAll("x/core")}, {ID: "x/core"}}
	for i := range 20 {
		id := catalog.NodeID(fmt.Sprintf("x/tool%02d", i))
		nodes = append(nodes, catalog.Node{ID: id, Needs: needsAll("x/hub")})
		nodes[1].RecoversWith = append(nodes[1].RecoversWith, id)
	}
	r := impact.New(everywhere(nodes...)).Recover(down("x/core"), start(), nil)
	if r.Exact || !slices.Equal(r.Helpers, []catalog.NodeID{"x/hub"}) || len(r.BreakIn) != 1 {
		t.Errorf("exact: %v, break in at %v, helpers %v", r.Exact, r.BreakIn, r.Helpers)
	}
}

// Circles without number are told up to a limit, the shortest first, and don't
// hang.
func TestManyCircles(t *testing.T) {
	var nodes []catalog.Node
	core := catalog.Node{ID: "x/core"}
	for i := range 3 * impact.MostCircles {
		id := catalog.NodeID(fmt.Sprintf("x/tool%03d", i))
		nodes = append(nodes, catalog.Node{ID: id, Needs: needsAll("x/core")})
		core.RecoversWith = append(core.RecoversWith, id)
	}
	r := impact.New(everywhere(append(nodes, core)...)).Recover(down("x/core"), start(), nil)
	if len(r.Circles) != impact.MostCircles || r.Circles[0].Nodes[1] != "x/tool000" {
		t.Errorf("%d circles", len(r.Circles))
	}
}

// Two nodes that need each other to start are told apart from a circle of
// repair.
func TestColdStart(t *testing.T) {
	ed := everywhere(catalog.Node{ID: "x/power", Needs: needsAll("x/control")}, catalog.Node{ID: "x/control", Needs: needsAll("x/power")})
	r := impact.New(ed).Recover(down("x/power"), start(), nil)
	if len(r.Circles) != 1 || !r.Circles[0].Cold || !r.Circles[0].Stuck {
		t.Errorf("circles %+v", r.Circles)
	}
}

// A chain comes back in order, each with what it waited for.
func TestReturnsInOrder(t *testing.T) {
	ed := everywhere(
		catalog.Node{ID: "x/core", RecoversWith: []catalog.NodeID{"x/tool"}},
		catalog.Node{ID: "x/tool"},
		catalog.Node{ID: "x/voice", Needs: needsAll("x/core")},
		catalog.Node{ID: "x/crew", Needs: []catalog.Requirement{{Members: []catalog.NodeID{"x/tool"}, AtLeast: 1, Lost: catalog.Down, Holdover: time.Hour}}},
	)
	r := impact.New(ed).Recover(down("x/core", "x/tool"), start(), impact.Repairs{"x/core": 3 * time.Hour, "x/tool": 2 * time.Hour})
	var got []string
	for _, ret := range r.Returns {
		got = append(got, fmt.Sprint(ret.Node, ret.Full.Sub(start()), ret.Waits))
	}
	want := []string{"x/tool2h0m0s []", "x/core5h0m0s [x/core x/tool]", "x/voice5h0m0s [x/voice x/core x/tool]"}
	if !slices.Equal(got, want) {
		t.Errorf("returns %q\nwant %q", got, want)
	}
}

// A helper on batteries that run out before the repair is done is named.
func TestHurry(t *testing.T) {
	need := []catalog.Requirement{{Members: []catalog.NodeID{"x/core"}, AtLeast: 1, Lost: catalog.Down, Holdover: time.Hour}}
	ed := everywhere(catalog.Node{ID: "x/core", RecoversWith: []catalog.NodeID{"x/crew"}}, catalog.Node{ID: "x/crew", Needs: need})
	for repair, want := range map[time.Duration]int{30 * time.Minute: 0, 2 * time.Hour: 1} {
		r := impact.New(ed).Recover(down("x/core"), start(), impact.Repairs{"x/core": repair})
		if len(r.Returns) != 1 || len(r.Returns[0].Hurry) != want || r.Returns[0].Back.IsZero() {
			t.Errorf("a repair of %v: %+v", repair, r.Returns)
		}
	}
	// Once they have run out, the repair waits for itself.
	if r := impact.New(ed).Recover(down("x/core"), start().Add(2*time.Hour), nil); len(named(r.Circles, true)) != 1 {
		t.Errorf("two hours later: %+v", r)
	}
}

func TestNothingToRecover(t *testing.T) {
	r := impact.New(everywhere(catalog.Node{ID: "x/core"})).Recover(nil, start(), nil)
	if len(r.Returns) != 0 || r.Circles != nil || !r.Exact {
		t.Errorf("%+v", r)
	}
}

func BenchmarkRecoverRogers(b *testing.B) {
	ed, err := catalog.Load(catalog.Canada(), start())
	if err != nil {
		b.Fatal(err)
	}
	e, fails := impact.New(ed), down("rogers/ip-core")
	for b.Loop() {
		e.Recover(fails, start(), nil)
	}
}
