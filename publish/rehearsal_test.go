package publish

import (
	"fmt"
	"strings"
	"testing"

	"tocsin/catalog"
	"tocsin/incident"
)

// fallenSide is a side of which much has fallen, in several places.
func fallenSide() Side {
	ca := []catalog.RegionID{"ca"}
	ed := catalog.New(hm(0, 0), "now", catalog.World{Nodes: []catalog.Node{
		{ID: "a/core", Kind: catalog.Core, Regions: ca},
		{ID: "a/radio", Kind: catalog.Radio, Regions: ca},
		{ID: "a/sms", Kind: catalog.Offering, Regions: ca},
		{ID: "b/sales", Kind: catalog.Dependent, People: 100, Regions: ca},
		{ID: "b/line", Kind: catalog.Dependent, Regions: ca},
		{ID: "b/site", Kind: catalog.Dependent, Regions: ca},
	}})
	fell := func(id catalog.NodeID, region catalog.RegionID, s catalog.State, people int) Fallen {
		return Fallen{Effect: incident.Effect{Node: id, Region: region, State: s, Path: []catalog.NodeID{id, "a/core"}}, People: people}
	}
	root := fell("a/core", "ca", catalog.Down, 0)
	root.Path = root.Path[1:]
	return Side{
		Edition: ed, Roots: []Root{{Node: "a/core"}},
		Fallen: []Fallen{
			root, fell("b/sales", "ca-on", catalog.Degraded, 60), fell("b/sales", "ca-qc", catalog.Down, 40), fell("b/line", "ca", catalog.Unknown, 0),
			fell("b/site", "ca", catalog.Up, 7), fell("a/sms", "ca", catalog.Down, 0), fell("a/radio", "ca", catalog.Degraded, 0),
		},
		Circles: [][]catalog.NodeID{{"a/core", "a/radio"}, {"a/core", "x/secret"}}, BreakIn: []catalog.NodeID{"a/core", "x/secret"},
		Order: []Return{{Node: "x/secret"}, {Node: "a/core"}},
	}
}

// Each node counts once, by its worst place; what fails by itself doesn't count.
func TestTotals(t *testing.T) {
	got := fallenSide().Totals()
	want := Totals{
		Dependents: Count{Down: 1, Unknown: 1, Holding: 1}, Services: Count{Down: 1}, Parts: Count{Degraded: 1},
		People: 100, Uncounted: 1,
	}
	if got != want || got.Dependents.All() != 3 {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestWorstPlaces(t *testing.T) {
	var got []string
	for _, f := range fallenSide().Worst() {
		got = append(got, fmt.Sprint(f.Node, "@", f.Region, "=", f.State))
	}
	if want := "b/sales@ca-qc=down b/line@ca=unknown b/site@ca=up a/sms@ca=down a/radio@ca=degraded"; strings.Join(got, " ") != want {
		t.Errorf("%s, want %s", strings.Join(got, " "), want)
	}
}

// What may not be shown leaves no trace, in paths neither; the rest stays whole.
func TestPublicSide(t *testing.T) {
	s := fallenSide()
	s.Roots = append(s.Roots, Root{Node: "x/secret"})
	through := s.Fallen[1]
	through.Path = []catalog.NodeID{"b/sales", "x/secret", "a/core"}
	s.Fallen = append(s.Fallen, through, Fallen{Effect: incident.Effect{Node: "x/secret", Path: []catalog.NodeID{"x/secret"}}})
	before := fmt.Sprint(s.Fallen)
	got := s.Public()
	if text := fmt.Sprint(got.Roots, got.Fallen, got.Circles, got.BreakIn, got.Order); strings.Contains(text, "secret") {
		t.Errorf("a secret is out: %s", text)
	}
	if len(got.Roots) != 1 || len(got.Fallen) != 7 || len(got.Circles) != 1 || len(got.BreakIn) != 1 || len(got.Order) != 1 {
		t.Errorf("too much is gone: %+v", got)
	}
	if fmt.Sprint(s.Fallen) != before {
		t.Error("the side itself was changed")
	}
}

func TestBadAskSaysItAll(t *testing.T) {
	bad := &BadAsk{Field: "fail", Value: "rogrs", Says: catalog.Text{EN: "is unknown"}, Near: "rogers"}
	if got := bad.Error(); got != `fail "rogrs": is unknown (did you mean "rogers"?)` {
		t.Errorf("it says %s", got)
	}
}
