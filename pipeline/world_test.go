package pipeline_test

import (
	"time"

	"tocsin/catalog"
)

// world is the small country of the transcripts: red has one core under
// wireless and wireline, blue stands beside it, shop rests on red alone, bank
// on red or blue, clinic on red with two hours of batteries.
func world() *catalog.Edition {
	xx := []catalog.RegionID{"xx"}
	all := func(ids ...catalog.NodeID) catalog.Requirement {
		return catalog.Requirement{Members: ids, AtLeast: len(ids), Lost: catalog.Down}
	}
	offering := func(id catalog.NodeID, s catalog.ServiceID, needs ...catalog.Requirement) catalog.Node {
		return catalog.Node{ID: id, Kind: catalog.Offering, Service: s, Regions: xx, Needs: needs}
	}
	anyOf := all("red/data", "blue/data")
	anyOf.AtLeast = 1
	batteries := all("red/data")
	batteries.Holdover = 2 * time.Hour
	blueData := offering("blue/data", "mobile-data", all("blue/core"))
	blueData.Interconnects = []catalog.NodeID{"red/voice"}
	return catalog.New(midnight, "small", catalog.World{
		Regions: []catalog.Region{
			{ID: "xx", Level: catalog.Country, Population: 100, Counted: true},
			{ID: "xx-e", Level: catalog.Province, Parent: "xx", Population: 60, Counted: true},
			{ID: "xx-w", Level: catalog.Province, Parent: "xx", Population: 40, Counted: true},
		},
		Carriers:      []catalog.Carrier{{ID: "red"}, {ID: "blue"}},
		Organisations: []catalog.Organisation{{ID: "shop"}, {ID: "bank"}, {ID: "clinic"}},
		Nodes: []catalog.Node{
			{ID: "red/core", Kind: catalog.Core, ASNs: []catalog.ASN{1}, Regions: xx},
			{ID: "red/wireless", Kind: catalog.Core, Regions: xx, Needs: []catalog.Requirement{all("red/core")}},
			offering("red/voice", "mobile-voice", all("red/wireless")),
			offering("red/data", "mobile-data", all("red/wireless")),
			offering("red/home", "home-internet", all("red/core")),
			{ID: "blue/core", Kind: catalog.Core, ASNs: []catalog.ASN{2}, Regions: xx},
			blueData,
			{ID: "shop/tills", Kind: catalog.Dependent, Regions: xx, Needs: []catalog.Requirement{all("red/data")}, Fallbacks: []catalog.Fallback{
				{Text: catalog.Text{EN: "cash"}},
				{Text: catalog.Text{EN: "phone"}, Needs: []catalog.Requirement{all("red/voice")}},
			}},
			{ID: "bank/cards", Kind: catalog.Dependent, Regions: xx, Needs: []catalog.Requirement{anyOf}},
			{ID: "clinic/booking", Kind: catalog.Dependent, Regions: xx, Needs: []catalog.Requirement{batteries}},
		},
	})
}
