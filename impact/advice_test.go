package impact_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
	"tocsin/incident"
)

func assess(ed *catalog.Edition, lines ...string) []incident.Effect {
	return impact.Assess(ed, fails(lines...), at("12:00"))
}

// advised makes a node with one piece of advice.
func advised(n catalog.Node, f catalog.Fallback) catalog.Node {
	f.Text = catalog.Text{EN: "do this", FR: "faites ceci"}
	n.Fallbacks = append(n.Fallbacks, f)
	return n
}

func when(up, down string) catalog.Condition {
	c := catalog.Condition{}
	for id := range strings.FieldsSeq(up) {
		c.Up = append(c.Up, catalog.NodeID(id))
	}
	for id := range strings.FieldsSeq(down) {
		c.Down = append(c.Down, catalog.NodeID(id))
	}
	return c
}

func needing(needs ...catalog.Requirement) catalog.Fallback { return catalog.Fallback{Needs: needs} }

func TestAdvice(t *testing.T) {
	parts := []catalog.Node{
		node("rogers/core", "ca"), node("rogers/radio", "ca"), node("bell/core", "ca"), node("presto/cards", "ca-on", all("bell/core")),
	}
	sales := node("metrolinx/sales", "ca-on", all("rogers/core"))
	calls := node("rogers/calls", "ca", all("rogers/core"))
	cash := needing()
	card := needing(all("presto/cards"))
	either := needing(anyOf("presto/cards rogers/core"))
	slowly := needing(holding(all("bell/core"), 4*time.Hour))
	inQuebec := needing(located(all("bell/core"), "ca-qc"), all("rogers/radio"))
	parts[1].Attaches = "rogers/core"
	attached := catalog.Fallback{OnlyIf: catalog.Condition{Attached: []catalog.NodeID{"rogers/radio"}}}
	whileUp := catalog.Fallback{OnlyIf: when("rogers/radio", "rogers/core")}
	backed := needing(backedUp(all("presto/cards"), catalog.Up, 0, "rogers/radio"))
	brief := needing(backedUp(all("presto/cards"), catalog.Up, time.Hour, "rogers/radio"))
	rows := []struct {
		name  string
		node  catalog.Node
		fails []string
		want  []string // each region, "stands" or "lost" with names; empty: not listed
	}{
		{"needs nothing", advised(sales, cash), []string{"rogers/core down 08:44"}, []string{"ca-on stands"}},
		{"its need is up", advised(sales, card), []string{"rogers/core down 08:44"}, []string{"ca-on stands"}},
		{"its own need fell", advised(sales, card), []string{"rogers/core down 08:44", "bell/core down 09:00"}, []string{"ca-on lost presto/cards"}},
		{"its need is degraded", advised(sales, card), []string{"rogers/core down 08:44", "bell/core degraded 09:00"}, []string{"ca-on stands"}},
		{"its need is unknown", advised(sales, card), []string{"rogers/core down 08:44", "bell/core unknown 09:00"}, []string{"ca-on stands"}},
		{"its need fell in another province", advised(sales, card), []string{"rogers/core down 08:44", "bell/core@ca-qc down 09:00"}, []string{"ca-on stands"}},
		{"one of two needs is left", advised(sales, either), []string{"rogers/core down 08:44"}, []string{"ca-on stands"}},
		{"neither is left", advised(sales, either), []string{"rogers/core down 08:44", "bell/core down 09:00"}, []string{"ca-on lost presto/cards rogers/core"}},
		{"its need holds out", advised(sales, slowly), []string{"rogers/core down 08:44", "bell/core down 09:00"}, []string{"ca-on stands"}},
		{"its need held out", advised(sales, slowly), []string{"rogers/core down 07:00", "bell/core down 07:30"}, []string{"ca-on lost bell/core"}},
		{"a place named counts for that need alone", advised(sales, inQuebec), []string{"rogers/core down 07:00", "rogers/radio@ca-on down 07:30"}, []string{"ca-on lost rogers/radio"}},
		{"attached but dead", advised(calls, attached), []string{"rogers/core down 08:44"}, []string{"ca stands"}},
		{"dead and not attached", advised(calls, attached), []string{"rogers/core down 08:44", "rogers/radio down 08:44"}, nil},
		{"radio not known to be down", advised(calls, attached), []string{"rogers/core down 08:44", "rogers/radio unknown 08:44"}, []string{"ca stands"}},
		{"core only degraded", advised(calls, attached), []string{"rogers/core degraded 08:44"}, nil},
		{"while one is up and one is down", advised(calls, whileUp), []string{"rogers/core down 08:44"}, []string{"ca stands"}},
		{"its backup carries it", advised(sales, backed), []string{"rogers/core down 08:44", "bell/core down 09:00"}, []string{"ca-on stands"}},
		{"its backup is gone too", advised(sales, backed), []string{"rogers/core down 08:44", "bell/core down 09:00", "rogers/radio down 09:00"}, []string{"ca-on lost presto/cards"}},
		{"its backup is spent", advised(sales, brief), []string{"rogers/core down 08:44", "bell/core down 09:00"}, []string{"ca-on lost presto/cards"}},
		{"attached in the province where it is dead", advised(calls, attached), []string{"rogers/core@ca-on down 08:44", "rogers/radio@ca-qc down 08:44"}, []string{"ca-on stands"}},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			var got []string
			for _, e := range assess(world(append(slices.Clone(parts), r.node)...), r.fails...) {
				for _, a := range e.Advice {
					said := "stands"
					if !a.Stands {
						said = "lost"
						for _, id := range a.Lost {
							said += " " + string(id)
						}
					}
					got = append(got, fmt.Sprintf("%s %s", e.Region, said))
				}
			}
			if !slices.Equal(got, r.want) {
				t.Errorf("got %q, expected %q", got, r.want)
			}
		})
	}
}

// Advice for phones that are attached but dead says on which network.
func TestAttachedIsNamed(t *testing.T) {
	radio := node("rogers/radio", "ca")
	radio.Attaches = "rogers/core"
	calls := advised(node("rogers/calls", "ca", all("rogers/core")), catalog.Fallback{OnlyIf: catalog.Condition{Attached: []catalog.NodeID{"rogers/radio"}}})
	for _, e := range assess(world(radio, node("rogers/core", "ca"), calls), "rogers/core down 08:44") {
		if e.Node == "rogers/calls" && (len(e.Advice) != 1 || !slices.Equal(e.Advice[0].Attached, []catalog.NodeID{"rogers/radio"})) {
			t.Errorf("advice %+v", e.Advice)
		}
	}
}

// What the catalogue has no source for says so, in advice and in paths.
func TestAssumed(t *testing.T) {
	guess := catalog.Provenance{Confidence: catalog.Assumed}
	needs := func(p catalog.Provenance, members string) catalog.Requirement {
		r := all(members)
		r.Provenance = p
		return r
	}
	core := node("r/core", "ca")
	edge := node("a/edge", "ca", needs(guess, "r/core"))
	behind := node("b/behind", "ca", all("a/edge"))
	itself := node("c/itself", "ca", all("r/core"))
	itself.Provenance = guess
	both := node("d/both", "ca", needs(guess, "r/core"), all("r/core"))
	sound := node("e/sound", "ca", all("r/core"))
	sound.Fallbacks = []catalog.Fallback{
		{Provenance: guess}, {Provenance: catalog.Provenance{Confidence: catalog.Reported, Sources: []catalog.SourceID{"s"}}},
	}
	want := map[catalog.NodeID]bool{"r/core": false, "a/edge": true, "b/behind": true, "c/itself": true, "d/both": false, "e/sound": false}
	effects := assess(world(core, edge, behind, itself, both, sound), "r/core down 08:44")
	if len(effects) != len(want) {
		t.Fatalf("%d effects, expected %d", len(effects), len(want))
	}
	for _, e := range effects {
		if e.Assumed != want[e.Node] {
			t.Errorf("%s assumed: %v, expected %v", e.Node, e.Assumed, want[e.Node])
		}
		if e.Node == "e/sound" && (!e.Advice[0].Assumed || e.Advice[1].Assumed || !slices.Equal(e.Advice[1].Sources, []catalog.SourceID{"s"})) {
			t.Errorf("advice does not carry its source: %+v", e.Advice)
		}
	}
}

// A failure without a time began now; times come back in UTC and to the
// nanosecond.
func TestTimes(t *testing.T) {
	ed := world(node("a/a", "ca"), node("b/b", "ca"))
	toronto := time.FixedZone("EDT", -4*3600)
	since := at("08:44").Add(123456789)
	got := impact.Assess(ed, []impact.Failure{
		{Node: "a/a", State: catalog.Down},
		{Node: "b/b", State: catalog.Down, Since: since.In(toronto)},
	}, at("12:00").In(toronto))
	if len(got) != 2 || got[0].Since != at("12:00") || got[1].Since != since {
		t.Errorf("got %+v", got)
	}
}
