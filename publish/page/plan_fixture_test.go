package page

import (
	"context"
	"slices"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
	"tocsin/publish"
)

// planWorld is a small country in which things rest on things: groups of every
// sort, a waist, a circle of needs, a place of its own, and a node of nothing.
func planWorld() *catalog.Edition {
	w := catalog.World{
		Regions: []catalog.Region{
			{ID: "ca", Level: catalog.Country, Name: both("Canada", "Canada"), Zone: "America/Toronto"},
			{ID: "ca-on", Level: catalog.Province, Parent: "ca", Name: both("Ontario", "Ontario")},
			{ID: "ca-qc", Level: catalog.Province, Parent: "ca", Name: both("Quebec", "Québec")},
			{ID: "ca-on-south", Level: catalog.Area, Name: both("southern Ontario", "sud de l’Ontario"), Members: []catalog.RegionID{"ca-on"}},
		},
		Services: []catalog.Service{
			{ID: "mobile-voice", Name: both("mobile calls", "appels mobiles")}, {ID: "emergency-calls", Name: both("911 calls", "appels au 911")},
		},
		Carriers: []catalog.Carrier{{ID: "rogers", Name: both("Rogers", "Rogers")}, {ID: "bell", Name: both("Bell", "Bell")}},
		Organisations: []catalog.Organisation{
			{ID: "clinic", Name: both("The Clinic", "La Clinique"), Sector: "hospital"},
			{ID: "bank", Name: both("The Bank", "La Banque"), Sector: "bank"},
			{ID: "odd", Name: both("Odd Works", "Ateliers Drôles"), Sector: "balloons"},
		},
		Sources: []catalog.Source{cited("paper", "The Paper, 3 May 2022"), cited("advice", "Advice of the clinic")},
		Nodes:   planNodes(),
	}
	return catalog.New(at(0, 0), "plan", w)
}

func planNodes() []catalog.Node {
	ca, on := []catalog.RegionID{"ca"}, []catalog.RegionID{"ca-on"}
	said := catalog.Provenance{Sources: []catalog.SourceID{"paper"}, AsOf: at(0, 0), Confidence: catalog.Confirmed}
	need := func(k int, lost catalog.State, members ...catalog.NodeID) catalog.Requirement {
		return catalog.Requirement{Members: members, AtLeast: k, Lost: lost, Provenance: said}
	}
	core := catalog.Node{ID: "rogers/ip-core", Kind: catalog.Core, Name: both("Rogers IP core", "cœur IP de Rogers"), Regions: ca, RecoversWith: []catalog.NodeID{"rogers/noc"}}
	noc := catalog.Node{ID: "rogers/noc", Kind: catalog.Support, Name: both("Rogers operations centre", "centre d’exploitation de Rogers"), Regions: ca, Needs: []catalog.Requirement{need(1, catalog.Down, "rogers/ip-core")}}
	radio := catalog.Node{ID: "rogers/radio", Kind: catalog.Radio, Name: both("Rogers radio network", "réseau radio de Rogers"), Regions: ca, Needs: []catalog.Requirement{need(1, catalog.Degraded, "rogers/clock")}}
	clock := catalog.Node{ID: "rogers/clock", Kind: catalog.Support, Name: both("Rogers clock", "horloge de Rogers"), Regions: ca, Needs: []catalog.Requirement{need(1, catalog.Degraded, "rogers/radio")}}
	voice := catalog.Node{ID: "rogers/mobile-voice", Kind: catalog.Offering, Service: "mobile-voice", Name: both("Rogers mobile calls", "appels mobiles de Rogers"), Regions: ca, Needs: []catalog.Requirement{need(2, catalog.Down, "rogers/ip-core", "rogers/radio")}}
	help := catalog.Node{ID: "rogers/emergency-calls", Kind: catalog.Offering, Service: "emergency-calls", Name: both("911 calls from Rogers phones", "appels au 911 depuis les téléphones de Rogers"), Regions: ca, Needs: []catalog.Requirement{need(1, catalog.Down, "rogers/ip-core")}}
	bell := catalog.Node{ID: "bell/mobile-voice", Kind: catalog.Offering, Service: "mobile-voice", Name: both("Bell mobile calls", "appels mobiles de Bell"), Regions: ca}
	onCall := catalog.Node{
		ID: "clinic/on-call", Kind: catalog.Dependent, Name: both("calling in staff of the clinic", "rappel du personnel de la clinique"), Regions: on, People: 120,
		Needs: []catalog.Requirement{
			{Members: []catalog.NodeID{"rogers/mobile-voice", "bell/mobile-voice"}, AtLeast: 1, Lost: catalog.Degraded, Holdover: 90 * time.Minute, At: "ca-on", Provenance: said},
			{Members: []catalog.NodeID{"rogers/radio", "rogers/clock", "rogers/noc"}, AtLeast: 2, Lost: catalog.Down, Note: both("Two of three sites.", "Deux sites sur trois."), Provenance: catalog.Provenance{AsOf: at(0, 0), Confidence: catalog.Assumed}},
		},
		Fallbacks: []catalog.Fallback{
			{Text: both("Use the pagers.", "Utilisez les téléavertisseurs."), Provenance: catalog.Provenance{Confidence: catalog.Assumed}},
			{Text: both("Call on Bell phones.", "Appelez avec les téléphones de Bell."), Needs: []catalog.Requirement{need(1, catalog.Down, "bell/mobile-voice")}, OnlyIf: catalog.Condition{Up: []catalog.NodeID{"rogers/radio"}, Down: []catalog.NodeID{"rogers/ip-core"}}, Provenance: catalog.Provenance{Sources: []catalog.SourceID{"advice"}, AsOf: at(0, 0), Confidence: catalog.Confirmed}},
		},
		Note: both("Three sites.", "Trois sites."), Provenance: said,
	}
	cards := catalog.Node{ID: "bank/cards", Kind: catalog.Dependent, Name: both("card payments at the bank", "paiements par carte à la banque"), Regions: ca, Needs: []catalog.Requirement{need(1, catalog.Down, "rogers/ip-core")}, Provenance: said}
	centre := catalog.Node{ID: "clinic/911-centre", Kind: catalog.Dependent, Sector: "911", Name: both("the 911 centre", "la centrale 911"), Regions: on, Needs: []catalog.Requirement{need(1, catalog.Down, "rogers/emergency-calls")}, Provenance: said}
	balloons := catalog.Node{ID: "odd/balloons", Kind: catalog.Dependent, Name: both("balloon rides", "tours de montgolfière"), Regions: on, Provenance: said}
	return []catalog.Node{core, noc, radio, clock, voice, help, bell, onCall, cards, centre, balloons}
}

// planPicture is a quiet day there, or one with an outage of the core.
func planPicture(open bool) *publish.Picture {
	p := &publish.Picture{
		Now: at(19, 10), Edition: planWorld(),
		Feeds: []evidence.Feed{{ID: "kentik", Name: both("Kentik", "Kentik")}},
		Weak: &publish.Weakness{
			Edition: "plan", Tried: 7, Paired: true,
			Singles:  []publish.Blow{{Fail: []catalog.NodeID{"rogers/ip-core"}, Lost: 5, Dependents: 2, Harm: 12345}},
			Pairs:    []publish.Blow{{Fail: []catalog.NodeID{"bell/mobile-voice", "rogers/ip-core"}, Lost: 6, Dependents: 3, Harm: 12346, Emergent: true}},
			Joint:    []publish.Blow{{Fail: []catalog.NodeID{"rogers/clock", "rogers/noc"}, Lost: 1, Dependents: 1, Harm: 120, Emergent: true}},
			Alone:    map[catalog.NodeID][]catalog.NodeID{"bank/cards": {"rogers/ip-core"}, "clinic/911-centre": {"rogers/emergency-calls", "rogers/ip-core"}},
			Pairwise: map[catalog.NodeID]int64{"clinic/on-call": 3},
		},
	}
	if open {
		p.Incidents = []incident.Incident{planOutage()}
	}
	return p
}

func planOutage() incident.Incident {
	in := outage(incident.Confirmed, 0, 0)
	path := func(ids ...catalog.NodeID) []catalog.NodeID { return ids }
	in.Effects = []incident.Effect{
		{Node: "rogers/ip-core", Region: "ca", State: catalog.Down, Since: at(8, 45), Path: path("rogers/ip-core")},
		{Node: "bank/cards", Region: "ca", State: catalog.Down, Since: at(8, 45), Path: path("bank/cards", "rogers/ip-core"), Assumed: true},
		{Node: "clinic/911-centre", Region: "ca-on", State: catalog.Down, Since: at(8, 45), Path: path("clinic/911-centre", "rogers/emergency-calls", "rogers/ip-core")},
		{
			Node: "clinic/on-call", Region: "ca-on", State: catalog.Up, Since: at(8, 45), Fails: at(20, 15), Path: path("clinic/on-call", "rogers/mobile-voice", "rogers/ip-core"),
			Advice: []incident.Advice{
				{Text: both("Use the pagers.", "Utilisez les téléavertisseurs."), Stands: true, Assumed: true},
				{Text: both("Call on Bell phones.", "Appelez avec les téléphones de Bell."), Lost: []catalog.NodeID{"bell/mobile-voice"}},
			},
		},
	}
	in.Reach = []incident.Reach{{Node: "bank/cards", State: catalog.Down}}
	return in
}

// drilled answers every question the same: what falls with the core.
func drilled(_ context.Context, a publish.Ask) (publish.Rehearsal, error) {
	out := publish.Rehearsal{Ask: a}
	for i, s := range a.Sides {
		if slices.Contains(s.Fail, "rogers/ipcore") {
			return out, &publish.BadAsk{Field: []string{"", publish.Beside}[i] + publish.FieldFail, Value: "rogers/ipcore", Near: "rogers/ip-core", Says: both("is not in the catalogue", "ne figure pas au catalogue")}
		}
		side := publish.Side{
			Edition: planWorld(), From: at(19, 0), Until: at(19, 0).Add(a.For), Roots: []publish.Root{{Node: "rogers/ip-core"}},
			Weak: planPicture(false).Weak, Circles: [][]catalog.NodeID{{"rogers/ip-core", "rogers/noc"}}, BreakIn: []catalog.NodeID{"rogers/noc"},
			Order: []publish.Return{{Node: "rogers/ip-core", After: 4 * time.Hour, Assumed: true}},
		}
		for _, e := range planOutage().Effects {
			if e.Since = at(19, 0); e.State == catalog.Up {
				e.State, e.Since, e.Fails = catalog.Degraded, at(20, 30), time.Time{}
			}
			if i == 1 && e.Node == "bank/cards" {
				e.State, e.Fails, e.Since = catalog.Up, at(23, 0), at(19, 0)
			}
			people := 0
			if e.Node == "clinic/on-call" {
				people = 120
			}
			side.Fallen = append(side.Fallen, publish.Fallen{Effect: e, People: people})
		}
		side.Fallen = append(side.Fallen,
			publish.Fallen{Effect: incident.Effect{Node: "rogers/mobile-voice", Region: "ca", State: catalog.Down, Since: at(19, 0), Path: []catalog.NodeID{"rogers/mobile-voice", "rogers/ip-core"}}},
			publish.Fallen{Effect: incident.Effect{Node: "rogers/noc", Region: "ca", State: catalog.Down, Since: at(19, 0), Path: []catalog.NodeID{"rogers/noc", "rogers/ip-core"}}})
		out.Sides = append(out.Sides, side)
	}
	return out, nil
}

// planned are options in which failures can be rehearsed.
func planned() Options {
	o := fake()
	o.Rehearse = drilled
	return o
}

// planPages are the addresses of the pages about dependents and rehearsals below
// a language, with and without a question.
func planPages() []string {
	return []string{
		"dependents", "dependents/clinic/on-call", "dependents/bank/cards", "dependents/clinic/911-centre", "dependents/odd/balloons",
		"rehearse", "rehearse?fail=rogers%2Fip-core", "rehearse?fail=rogers%2Fip-core&b.fail=bell&b.in=ca-on", "rehearse?fail=rogers%2Fipcore", "rehearse?in=ca-on",
	}
}

// everyPlanPage calls f for each language and page, on a quiet day and on one
// with an outage.
func everyPlanPage(t *testing.T, f func(t *testing.T, address string, lang catalog.Lang, html []byte)) {
	for _, open := range []bool{false, true} {
		site := &Site{}
		site.Swap(rendered(t, planPicture(open), planned()))
		for _, lang := range langs() {
			for _, path := range planPages() {
				address := "/" + string(lang) + "/" + path
				name := map[bool]string{false: "quiet", true: "open"}[open] + address
				t.Run(name, func(t *testing.T) { f(t, address, lang, asked(t, site, address).Body.Bytes()) })
			}
		}
	}
}
