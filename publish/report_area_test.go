package publish

import (
	"fmt"
	"strings"
	"testing"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// TestAreas: the areas follow the shares, the strongest first, few of them and
// few names of each; an area of one service says which.
func TestAreas(t *testing.T) {
	for _, lang := range langs() {
		found := lines(draw(lang), SecWhere, "area")
		if len(found) != 1 || found[0].Value != 20 || found[0].P != 0.99 || found[0].Kind != incident.Inferred || found[0].Org != "norda" {
			t.Fatalf("%s: %+v", lang, found)
		}
		if text := loosen(found[0].Text); !strings.Contains(text, "20") || !strings.Contains(text, "Ontario") {
			t.Errorf("%s: %q", lang, text)
		}
	}
}

func TestManyAreas(t *testing.T) {
	many := func(in *incident.Incident) {
		in.Areas = nil
		for i := range 6 {
			a := incident.Area{Count: 50, Expected: 5, Subjects: []evidence.Subject{"norda/home-internet"}, From: at("10:00"), Until: at("19:45"), Basis: evidence.Measured}
			for n := range 9 {
				a.Regions = append(a.Regions, catalog.RegionID(fmt.Sprintf("zz-%d-%d", i, n)))
			}
			in.Areas = append(in.Areas, a)
		}
	}
	found := lines(draw(catalog.EN, many), SecWhere, "area")
	if len(found) != fewAreas {
		t.Fatalf("%d areas are told, want %d", len(found), fewAreas)
	}
	if !strings.Contains(found[0].Text, "most affected") || !strings.Contains(found[1].Text, "affected too") {
		t.Errorf("%q, %q", found[0].Text, found[1].Text)
	}
	if !strings.Contains(found[0].Text, "and 4 more places") || !strings.Contains(found[0].Text, "about Norda home internet") {
		t.Errorf("%q", found[0].Text)
	}
	if none := lines(draw(catalog.EN, func(in *incident.Incident) { in.Areas = []incident.Area{{Count: 5}} }), SecWhere, "area"); len(none) != 0 {
		t.Errorf("an area without a region is told: %+v", none)
	}
}
