package evaluate

import (
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/replay"
)

// hillside is a small world whose core failed for six hours, with a dependent for
// every way in which the graph can be right or wrong of it.
func hillside() (*replay.Outage, *catalog.Edition) {
	began := time.Date(2022, 7, 8, 8, 0, 0, 0, time.UTC)
	need := func(r catalog.Requirement) []catalog.Requirement {
		r.Members, r.AtLeast, r.Lost = []catalog.NodeID{"red/core"}, 1, catalog.Down
		return []catalog.Requirement{r}
	}
	node := func(id catalog.NodeID, needs ...catalog.Requirement) catalog.Node {
		return catalog.Node{
			ID: id, Kind: catalog.Dependent, Regions: []catalog.RegionID{"xx"}, Needs: needs, People: 30,
			Name: catalog.Text{EN: "EN " + string(id), FR: "FR " + string(id)}, Provenance: catalog.Provenance{Confidence: catalog.Reported},
		}
	}
	backup := &catalog.Backup{Members: []catalog.NodeID{"shop/generator"}, AtLeast: 1, Serves: catalog.Up}
	guess := need(catalog.Requirement{Provenance: catalog.Provenance{Confidence: catalog.Assumed}})
	sure := need(catalog.Requirement{Provenance: catalog.Provenance{Confidence: catalog.Confirmed}})
	part := func(id catalog.NodeID, needs ...catalog.Requirement) catalog.Node {
		n := node(id, needs...)
		n.Kind = catalog.Core
		return n
	}
	ed := catalog.New(began, "test", catalog.World{
		Regions:  []catalog.Region{{ID: "xx", Level: catalog.Country}},
		Carriers: []catalog.Carrier{{ID: "red"}, {ID: "blue", Name: catalog.Text{EN: "Blue", FR: "Bleu"}}, {ID: "green"}},
		Nodes: []catalog.Node{
			part("red/core"), part("blue/core"), part("green/core", sure...), part("shop/generator"),
			node("a/sourced", sure...), node("b/assumed", guess...), node("c/apart"), node("d/backed", need(catalog.Requirement{Backup: backup})...),
			node("e/batteries", need(catalog.Requirement{Holdover: 24 * time.Hour})...), node("f/elsewhere", catalog.Requirement{
				Members: []catalog.NodeID{"blue/core"}, AtLeast: 1, Lost: catalog.Down,
			}),
			node("g/stood", sure...), node("h/backed", need(catalog.Requirement{Backup: backup})...), node("i/unspoken", sure...), node("j/fine"),
		},
	})
	o := &replay.Outage{Head: replay.Head{ID: "hillside"}, Truth: replay.Truth{
		Roots: []replay.Span{{Target: "red/core", State: catalog.Down, From: began, Until: began.Add(6 * time.Hour)}},
		Stood: []replay.Span{
			{Target: "blue", State: catalog.Degraded}, {Target: "green", State: catalog.Up}, {Target: "red/core", State: catalog.Down},
		},
		Dependents: []replay.Fate{
			{Node: "a/sourced", State: catalog.Down, Sources: []catalog.Source{{ID: "paper"}}},
			{Node: "b/assumed", State: catalog.Degraded},
			{Node: "c/apart", State: catalog.Down},
			{Node: "d/backed", State: catalog.Degraded},
			{Node: "e/batteries", State: catalog.Down},
			{Node: "f/elsewhere", State: catalog.Down},
			{Node: "z/gone", State: catalog.Down},
			{Node: "g/stood", State: catalog.Up},
			{Node: "h/backed", State: catalog.Degraded, Backup: "shop/generator"},
			{Node: "j/fine", State: catalog.Up},
		},
	}}
	return o, ed
}

func TestImpactOf(t *testing.T) {
	r := ImpactOf(hillside())
	list := func(rows []ImpactRow) string {
		var out []string
		for _, row := range rows {
			out = append(out, strings.TrimSpace(string(row.Node)+" "+row.Reason.EN))
		}
		return strings.Join(out, "; ")
	}
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"hits", list(r.Hits), "a/sourced; b/assumed"},
		{"misses", list(r.Misses), "blue nothing of it is known to need what failed; c/apart no source says what it rests on; " +
			"d/backed the catalogue has a backup for it that doesn’t fall; e/batteries its holdover lasts longer than the outage did; " +
			"f/elsewhere none of its needs falls with the roots; z/gone not in this edition"},
		{"false alarms", list(r.False), "g/stood; green"},
		{"stood", list(r.Stood), "h/backed; j/fine"},
		{"beyond", list(r.Beyond), "i/unspoken"},
		{"precision", r.Precision, 0.5},
		{"recall", r.Recall, 0.25},
		{"recall by sources alone", r.Sourced, 0.125},
		{"exact", r.Exact, 1},
		{"apart", r.Apart, 1},
		{"people", r.Hits[0].People, 30},
		{"confidence", r.Hits[0].Confidence, catalog.Reported}, // of the node itself
		{"a line", r.Hits[0].Line.FR, "FR a/sourced\u00a0: en panne. D’abord «\u00a0FR red/core\u00a0»."},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", c.what, c.got, c.want)
		}
	}
}

// A root that may have failed is no reason to say that anything did.
func TestImpactOfUnknown(t *testing.T) {
	o, ed := hillside()
	o.Truth.Roots[0].State = catalog.Unknown
	r := ImpactOf(o, ed)
	if len(r.Hits)+len(r.False)+len(r.Beyond) > 0 || r.Precision != 1 || r.Recall != 0 {
		t.Errorf("hits %v, false alarms %v, beyond %v", r.Hits, r.False, r.Beyond)
	}
	if got := r.In(catalog.EN); !strings.Contains(got, "Precision – (0 of 0 called hit). Recall 0.000 (") {
		t.Errorf("a share of nothing:\n%s", got)
	}
	if got := r.Misses[1].Reason.EN; got != "only possibly: a root’s state isn’t known" {
		t.Errorf("%s: %s", r.Misses[1].Node, got)
	}
}

func TestImpactText(t *testing.T) {
	r := ImpactOf(hillside())
	for l, want := range map[catalog.Lang][]string{
		catalog.EN: {
			"hillside, by the graph alone, on the edition of 2022-07-08. Roots: red/core.", "Precision 0.500 (2 of 4 called hit). Recall 0.250 (2 of 8 that were hit)",
			"every step, 0.125.", "\nMissed (6)\n", "  c/apart  EN c/apart: up. Reason: no source says what it rests on. In fact: down.",
			"  a/sourced  EN a/sourced: down. First EN red/core. [paper]", "In fact: degraded, on shop/generator.", "  blue  Blue: up.",
		},
		catalog.FR: {
			"Rappel 0,250 (2 sur 8 touchés)", "\nManqués (6)\n", "Raison : aucune source ne dit sur quoi cela repose. En fait : en panne.",
			"En fait : service réduit, grâce à shop/generator.", "  blue  Bleu : en service.",
		},
	} {
		got := strings.ReplaceAll(r.In(l), "\u00a0", " ")
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s lacks %q:\n%s", l, w, got)
			}
		}
	}
}
