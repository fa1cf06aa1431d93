package roster

import (
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
)

// canary stands in every cell of these tests that a fault must not repeat.
const canary = "Zqcanary"

// small is a country of two carriers and two provinces, one of which has a
// carrier's service of its own.
func small() *Directory {
	text := func(en, fr string) catalog.Text { return catalog.Text{EN: en, FR: fr} }
	offering := func(id catalog.NodeID, s catalog.ServiceID, regions ...catalog.RegionID) catalog.Node {
		return catalog.Node{ID: id, Kind: catalog.Offering, Service: s, Regions: regions, Name: text(string(id), string(id))}
	}
	return NewDirectory(catalog.New(time.Date(2024, 5, 2, 0, 0, 0, 0, time.UTC), "", catalog.World{
		Regions: []catalog.Region{
			{ID: "xx", Level: catalog.Country, Name: text("Smallland", "Petipays")},
			{ID: "xx-e", Level: catalog.Province, Parent: "xx", Name: text("East", "Est")},
			{ID: "xx-w", Level: catalog.Province, Parent: "xx", Name: text("Québec West", "Québec-Ouest")},
			{ID: "xx-w-1", Level: catalog.Division, Parent: "xx-w", Name: text("Twin", "Jumelle")},
			{ID: "xx-e-1", Level: catalog.Division, Parent: "xx-e", Name: text("Twin", "Jumelle")},
		},
		Carriers: []catalog.Carrier{
			{ID: "red", Name: text("Red", "Rouge"), Brands: []catalog.Brand{{Name: "Pink"}, {Name: "Both"}}},
			{ID: "blue", Name: text("Blue", "Bleu"), Brands: []catalog.Brand{{Name: "Both"}}},
		},
		Nodes: []catalog.Node{
			offering("red/mobile-voice", "mobile-voice", "xx"),
			offering("red/mobile-data", "mobile-data", "xx"),
			offering("red/home-phone", "home-phone", "xx"),
			offering("blue/mobile-voice", "mobile-voice", "xx"),
			offering("blue/home-internet-e", "home-internet", "xx-e"),
			offering("blue/home-internet-w", "home-internet", "xx-w"),
			{ID: "red/paging", Kind: catalog.Core, Name: text("paging", "recherche de personnes"), Regions: []catalog.RegionID{"xx"}},
			{ID: "clinic/video", Kind: catalog.Support, Name: text("video", "vidéo"), Regions: []catalog.RegionID{"xx"}},
		},
	}))
}

// told are the faults of a reading, a line each; none may repeat the canary.
func told(t *testing.T, r *Reading, err error) string {
	t.Helper()
	var lines []string
	if err != nil {
		lines = append(lines, err.Error())
	}
	if r != nil {
		for _, f := range r.Faults {
			lines = append(lines, f.Error())
		}
	}
	all := strings.Join(lines, "\n")
	if strings.Contains(strings.ToLower(all), strings.ToLower(canary)) {
		t.Errorf("a fault repeats what stands in the file:\n%s", all)
	}
	return all
}

// wants checks that a text holds words.
func wants(t *testing.T, what, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%s: no %q in:\n%s", what, w, text)
		}
	}
}
