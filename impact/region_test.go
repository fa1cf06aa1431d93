package impact_test

import (
	"testing"

	"tocsin/catalog"
)

func TestRegions(t *testing.T) {
	core := node("rogers/core", "ca")
	run(t, []row{
		{
			"a failure in one province",
			[]catalog.Node{core, node("interac/debit", "ca", all("rogers/core"))},
			fails("rogers/core@ca-on down 08:44"), "",
			[]string{"interac/debit ca-on down 08:44 by rogers/core", "rogers/core ca-on down 08:44"},
		},
		{
			"a national failure reaches a footprint of two",
			[]catalog.Node{core, node("rogers/home-internet", "ca-on ca-nb", all("rogers/core"))},
			fails("rogers/core@ca down 08:44"), "",
			[]string{
				"rogers/core ca down 08:44",
				"rogers/home-internet ca-nb down 08:44 by rogers/core", "rogers/home-internet ca-on down 08:44 by rogers/core",
			},
		},
		{
			"all provinces are the country",
			[]catalog.Node{node("rogers/core", "ca-on ca-nb ca-qc")},
			fails("rogers/core down 08:44"), "",
			[]string{"rogers/core ca down 08:44"},
		},
		{
			"so are all of its failures",
			[]catalog.Node{core, node("a/a", "ca", all("rogers/core"))},
			fails("rogers/core@ca-qc down 08:44", "rogers/core@ca-on down 08:44", "rogers/core@ca-nb down 08:44"), "",
			[]string{"a/a ca down 08:44 by rogers/core", "rogers/core ca down 08:44"},
		},
		{
			"at other times they are told apart",
			[]catalog.Node{core},
			fails("rogers/core@ca down 09:00", "rogers/core@ca-on down 08:44"), "",
			[]string{"rogers/core ca-nb down 09:00", "rogers/core ca-on down 08:44", "rogers/core ca-qc down 09:00"},
		},
		{
			"for other reasons too",
			[]catalog.Node{node("a/a", "ca"), node("b/b", "ca"), node("c/c", "ca", all("a/a b/b"))},
			fails("a/a@ca-on down 08:44", "b/b@ca-qc down 08:44"), "",
			[]string{
				"a/a ca-on down 08:44", "b/b ca-qc down 08:44", "c/c ca-on down 08:44 by a/a", "c/c ca-qc down 08:44 by b/b",
			},
		},
		{
			"a failure elsewhere",
			[]catalog.Node{core, node("sickkids/video", "ca-on-1", all("rogers/core"))},
			fails("rogers/core@ca-qc down 08:44"), "",
			[]string{"rogers/core ca-qc down 08:44"},
		},
		{
			"a failure wider than the footprint",
			[]catalog.Node{node("rogers/cable", "ca-on"), node("a/a", "ca-on-1", all("rogers/cable"))},
			fails("rogers/cable@ca down 08:44"), "",
			[]string{"a/a ca-on-1 down 08:44 by rogers/cable", "rogers/cable ca-on down 08:44"},
		},
		{
			"an area has its own name",
			[]catalog.Node{core, node("a/a", "ca-on", all("rogers/core"))},
			fails("rogers/core@south down 08:44"), "",
			[]string{"a/a south down 08:44 by rogers/core", "rogers/core south down 08:44"},
		},
		{
			"unless a province is the same",
			[]catalog.Node{core},
			fails("rogers/core@all-quebec down 08:44"), "",
			[]string{"rogers/core ca-qc down 08:44"},
		},
		{
			"the part of an area that counts",
			[]catalog.Node{core, node("a/a", "ca-on", all("rogers/core"))},
			fails("rogers/core@capital down 08:44"), "",
			[]string{"a/a ca-on-1 down 08:44 by rogers/core", "rogers/core capital down 08:44"},
		},
	})
}

// A requirement that names a place, or whose member isn't where the needer is.
func TestOtherPlaces(t *testing.T) {
	core := node("rogers/core", "ca")
	run(t, []row{
		{
			"at a place: down there, down everywhere",
			[]catalog.Node{core, node("interac/debit", "ca", located(all("rogers/core"), "ca-on"))},
			fails("rogers/core@ca-on down 08:44"), "",
			[]string{"interac/debit ca down 08:44 by rogers/core", "rogers/core ca-on down 08:44"},
		},
		{
			"failed in part of the place: degraded",
			[]catalog.Node{core, node("interac/debit", "ca", located(all("rogers/core"), "ca-on"))},
			fails("rogers/core@ca-on-1 down 08:44"), "",
			[]string{"interac/debit ca degraded 08:44 by rogers/core", "rogers/core ca-on-1 down 08:44"},
		},
		{
			"failed in all of the place where it is: down",
			[]catalog.Node{node("rogers/core", "ca-on-1 ca-qc"), node("interac/debit", "ca", located(all("rogers/core"), "ca-on"))},
			fails("rogers/core@ca-on-1 down 08:44"), "",
			[]string{"interac/debit ca down 08:44 by rogers/core", "rogers/core ca-on-1 down 08:44"},
		},
		{
			"failed piece by piece: down with the last",
			[]catalog.Node{core, node("a/a", "ca-nb", located(all("rogers/core"), "capital"))},
			fails("rogers/core@ca-on-1 down 08:44", "rogers/core@ca-qc down 10:00"), "",
			[]string{"a/a ca-nb down 10:00 by rogers/core", "rogers/core ca-on-1 down 08:44", "rogers/core ca-qc down 10:00"},
		},
		{
			"failed elsewhere",
			[]catalog.Node{core, node("interac/debit", "ca", located(all("rogers/core"), "ca-on"))},
			fails("rogers/core@ca-qc down 08:44"), "",
			[]string{"rogers/core ca-qc down 08:44"},
		},
		{
			"a national service on a local part",
			[]catalog.Node{node("interac/switch", "ca-on-1"), node("interac/debit", "ca", all("interac/switch"))},
			fails("interac/switch down 08:44"), "",
			[]string{"interac/debit ca down 08:44 by interac/switch", "interac/switch ca-on-1 down 08:44"},
		},
		{
			"a service in Ontario on a part in Quebec",
			[]catalog.Node{node("a/part", "ca-qc"), node("b/b", "ca-on", all("a/part"))},
			fails("a/part down 08:44"), "",
			[]string{"a/part ca-qc down 08:44", "b/b ca-on down 08:44 by a/part"},
		},
		{
			"and when half of that part fails",
			[]catalog.Node{node("a/part", "ca-qc"), node("b/b", "ca-on", all("a/part"))},
			fails("a/part@ca-qc-1 down 08:44"), "",
			[]string{"a/part ca-qc-1 down 08:44", "b/b ca-on degraded 08:44 by a/part"},
		},
		{
			"members in different provinces serve each its own",
			[]catalog.Node{node("a/a", "ca"), node("b/b", "ca"), node("c/c", "ca", anyOf("a/a b/b"))},
			fails("a/a@ca-on down 08:44", "b/b@ca-qc down 08:44"), "",
			[]string{"a/a ca-on down 08:44", "b/b ca-qc down 08:44"},
		},
	})
}

// Regions that make no sense end in nothing said, never in a panic or a hang.
func TestOddRegions(t *testing.T) {
	odd := []catalog.Region{
		{ID: "ca", Level: catalog.Country},
		{ID: "loop", Level: catalog.Area, Members: []catalog.RegionID{"loop"}},
		{ID: "hollow", Level: catalog.Area, Members: []catalog.RegionID{"atlantis"}},
	}
	nodes := []catalog.Node{node("a/a", "loop"), node("b/b", "hollow atlantis"), node("c/c", "ca", all("a/a b/b"))}
	ed := catalog.New(start(), "odd", catalog.World{Regions: odd, Nodes: nodes})
	if got := assess(ed, "a/a down 08:44", "b/b down 08:44"); got != nil {
		t.Errorf("effects without ground: %v", got)
	}
	if got := assess(catalog.New(start(), "empty", catalog.World{}), "a/a down 08:44"); got != nil {
		t.Errorf("effects in an empty world: %v", got)
	}
}
