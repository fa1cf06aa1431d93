package publish

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // zones must not depend on the machine

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/health"
	"tocsin/incident"
)

// The world of these tests is small and invented: a carrier, norda, whose core
// fails; peers that are accused, loaded, hit and dependent; and those who rest
// on norda without buying from it.

func both(en, fr string) catalog.Text { return catalog.Text{EN: en, FR: fr} }

// at is a time of the day of the failure, 3 March 2031, in UTC. Toronto is five
// hours behind.
func at(clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", "2031-03-03 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

func sourced(ids ...catalog.SourceID) catalog.Provenance {
	return catalog.Provenance{Sources: ids, Confidence: catalog.Confirmed}
}

func all(ids ...catalog.NodeID) catalog.Requirement {
	return catalog.Requirement{Members: ids, AtLeast: len(ids), Lost: catalog.Down, Provenance: sourced("books")}
}

func anyOf(ids ...catalog.NodeID) catalog.Requirement {
	return catalog.Requirement{Members: ids, AtLeast: 1, Lost: catalog.Degraded, Provenance: sourced("books")}
}

func testEdition() *catalog.Edition {
	return catalog.New(at("00:00"), "test", catalog.World{
		Regions: testRegions(), Nodes: testNodes(),
		Services: []catalog.Service{
			{ID: "mobile-voice", Name: both("mobile calls", "appels mobiles")},
			{ID: "home-internet", Name: both("home internet", "Internet résidentiel")},
			{ID: "cable-tv", Name: both("cable TV", "télévision par câble")},
			{ID: "business-internet", Name: both("business internet", "Internet d’affaires")},
			{ID: "emergency-calls", Name: both("911 calls", "appels au 911")},
			{ID: "debit", Name: both("debit payments", "paiements par débit")},
		},
		Carriers: []catalog.Carrier{
			{ID: "norda", Name: both("Norda", "Norda"), Networks: []catalog.Network{{ASN: 65010}}},
			{ID: "meridio", Name: both("Meridio", "Méridio")},
			{ID: "zefir", Name: both("Zefir", "Zéfir")},
			{ID: "lumo", Name: both("Lumo", "Lumo")},
			{ID: "vale", Name: both("Vale", "Vale")},
			{ID: "ebon", Name: both("Ebon", "Ébon")},
		},
		Organisations: []catalog.Organisation{
			{ID: "paykit", Name: both("Paykit", "Paykit"), Sector: "payments"},
			{ID: "metro-police", Name: both("Metro Police Service", "Service de police du Métro"), Sector: "police"},
			{ID: "north-police", Name: both("North Police", "Police du Nord"), Sector: "police"},
			{ID: "rail", Name: both("Rail", "Rail"), Sector: "transit"},
			{ID: "clinic", Name: both("City Clinic", "Clinique de la ville"), Sector: "hospital"},
			{ID: "grocer", Name: both("Grocer", "Épicier"), Sector: "retail"},
			{ID: "press", Name: both("The Daily", "Le Quotidien"), Sector: "press"},
		},
		Sources: []catalog.Source{
			{ID: "books", Title: "The books of Norda", URL: "https://books.example/norda"},
			{ID: "guide", Title: "The guide to help", URL: "https://guide.example/"},
		},
	})
}

func testRegions() []catalog.Region {
	return []catalog.Region{
		{ID: "ca", Level: catalog.Country, Name: both("Canada", "Canada"), Zone: "America/Toronto", Population: 100, Counted: true},
		{ID: "ca-on", Level: catalog.Province, Parent: "ca", Name: both("Ontario", "Ontario"), Population: 60, Counted: true},
		{ID: "ca-qc", Level: catalog.Province, Parent: "ca", Name: both("Quebec", "Québec"), Population: 30, Counted: true},
		{ID: "ca-nl", Level: catalog.Province, Parent: "ca", Name: both("Newfoundland and Labrador", "Terre-Neuve-et-Labrador"), Population: 10, Counted: true},
		{ID: "ca-on-1", Level: catalog.Division, Parent: "ca-on", Name: both("Toronto", "Toronto"), Population: 40, Counted: true},
		{ID: "ca-on-2", Level: catalog.Division, Parent: "ca-on", Name: both("Kenora", "Kenora"), Population: 20, Counted: true},
		{ID: "ca-on-south", Level: catalog.Area, Name: both("southern Ontario", "sud de l’Ontario"), Members: []catalog.RegionID{"ca-on-1"}},
	}
}

func testNodes() []catalog.Node {
	service := func(id catalog.NodeID, s catalog.ServiceID, name catalog.Text, regions []catalog.RegionID, needs ...catalog.Requirement) catalog.Node {
		return catalog.Node{ID: id, Kind: catalog.Offering, Service: s, Name: name, Regions: regions, Needs: needs, Provenance: sourced("books")}
	}
	does := func(id catalog.NodeID, name catalog.Text, region catalog.RegionID, needs ...catalog.Requirement) catalog.Node {
		return catalog.Node{ID: id, Kind: catalog.Dependent, Name: name, Regions: []catalog.RegionID{region}, Needs: needs, Provenance: sourced("books")}
	}
	country := []catalog.RegionID{"ca"}
	two := []catalog.RegionID{"ca-on", "ca-qc"}
	nodes := []catalog.Node{
		{ID: "norda/core", Kind: catalog.Core, Name: both("Norda core", "cœur de Norda"), ASNs: []catalog.ASN{65010}, Regions: country, Provenance: sourced("books")},
		{ID: "norda/radio", Kind: catalog.Radio, Name: both("Norda radio network", "réseau radio de Norda"), Regions: country, Provenance: sourced("books")},
		{ID: "norda/noc", Kind: catalog.Support, Name: both("Norda control room", "salle de contrôle de Norda"), Regions: country, Needs: []catalog.Requirement{all("norda/core")}, Provenance: sourced("books")},
		service("norda/mobile-voice", "mobile-voice", both("Norda mobile calls", "appels mobiles de Norda"), country, all("norda/core", "norda/radio")),
		service("norda/home-internet", "home-internet", both("Norda home internet", "Internet résidentiel de Norda"), two, all("norda/core")),
		service("norda/cable-tv", "cable-tv", both("Norda cable TV", "télévision par câble de Norda"), two),
		service("norda/business", "business-internet", both("Norda business internet", "Internet d’affaires de Norda"), country, all("norda/core")),
		service("norda/emergency-calls", "emergency-calls", both("911 calls from Norda phones", "appels au 911 depuis les téléphones de Norda"), country, all("norda/core")),
		service("vale/emergency-calls", "emergency-calls", both("911 calls from Vale phones", "appels au 911 depuis les téléphones de Vale"), []catalog.RegionID{"ca-nl"}, all("norda/emergency-calls")),
		service("meridio/mobile-voice", "mobile-voice", both("Meridio mobile calls", "appels mobiles de Méridio"), country),
		service("paykit/debit", "debit", both("Paykit Debit", "Débit Paykit"), country, all("norda/business")),
		does("rail/card-sales", both("Rail ticket sales by card", "vente de billets du Rail par carte"), "ca-on", anyOf("paykit/debit")),
		does("clinic/appointments", both("virtual appointments at City Clinic", "rendez-vous virtuels de la Clinique de la ville"), "ca-on-1", anyOf("norda/home-internet")),
		does("grocer/tills", both("Grocer tills", "caisses de l’Épicier"), "ca-on", anyOf("paykit/debit")),
		does("metro-police/911-centre", both("Metro 911 centre", "centrale 911 du Métro"), "ca-on-1"),
		does("north-police/911-centre", both("North 911 centre", "centrale 911 du Nord"), "ca-on-2"),
		does("north-police/mobile-911", both("911 by mobile phone in the North", "accès au 911 par cellulaire dans le Nord"), "ca-on-2", all("vale/emergency-calls")),
	}
	for i := range nodes {
		switch nodes[i].ID {
		case "metro-police/911-centre", "north-police/911-centre", "north-police/mobile-911":
			nodes[i].Sector = "911"
		case "clinic/appointments":
			nodes[i].People = 12000
		}
	}
	return nodes
}

// read is a citation of a reading.
func read(m evidence.Measure, subject evidence.Subject, value, expected float64) incident.Citation {
	s := evidence.SeriesID{Feed: "flow", Measure: m, Subject: subject, Region: "ca"}
	return incident.Citation{
		Kind: incident.Observed, Plane: m.Plane(), Series: &s, At: at("15:00"), Heard: at("15:01"), Value: value, Expected: expected,
		Method: "ratio", Weight: 3.5, Basis: evidence.Reconstructed, Sources: []catalog.Source{{ID: "meter", Title: "A meter", URL: "https://meter.example/"}},
	}
}

// cited is a citation of a statement.
func cited(by catalog.OrgID, id string) incident.Citation {
	return incident.Citation{
		Kind: incident.Stated, Plane: evidence.PlaneWords, Statement: id, By: by, At: at("13:00"), Heard: at("13:00"), Weight: 2.5,
		Basis: evidence.Stated, Sources: wire(),
	}
}

func wire() []catalog.Source {
	return []catalog.Source{{ID: "wire", Title: "The wire", URL: "https://wire.example/"}}
}

func speech(by catalog.OrgID, clock string, text catalog.Text, claims ...evidence.Claim) incident.Said {
	return incident.Said{
		ID: string(by) + "-" + clock, By: by, At: at(clock), Heard: at(clock), Text: text, Claims: claims, Basis: evidence.Stated, Sources: wire(),
	}
}

func says(kind evidence.ClaimKind, target string) evidence.Claim {
	return evidence.Claim{Kind: kind, Target: target}
}

// testIncident is a confirmed outage at 20:00 UTC that holds something for every
// line of a report.
func testIncident() incident.Incident {
	return incident.Incident{
		ID: "2031-03-03-norda", Rev: 40, State: incident.Confirmed, Carrier: "norda", Roots: []catalog.NodeID{"norda/core"},
		P: 0.998, Onset: at("10:00"),
		Life:     incident.Life{Suspected: at("10:05"), Confirmed: at("10:10"), Relapses: []time.Time{at("16:20"), at("18:00")}},
		Evidence: []incident.Citation{read(evidence.Traffic, "as65010", 0.02, 1), read(evidence.Prefixes, "as65010", 12, 970), cited("norda", "norda-14:10")},
		Verdicts: testVerdicts(), Effects: testEffects(), Cleared: testClearances(), Said: testSaid(),
		Shares: []incident.Share{
			{Region: "ca", Count: 100, Total: 100, From: at("10:00"), Until: at("19:45"), Basis: evidence.Reconstructed, Source: wire()},
			{Region: "ca-on", Count: 76, Total: 100, From: at("10:00"), Until: at("19:45"), Basis: evidence.Reconstructed, Source: wire()},
			{Region: "ca-on-south", Count: 71, Total: 100, From: at("10:00"), Until: at("19:45"), Basis: evidence.Reconstructed, Source: wire()},
			{Region: "ca-qc", Count: 9, Total: 100, From: at("10:00"), Until: at("19:45"), Basis: evidence.Reconstructed, Source: wire()},
			{Region: "ca-nl", Count: 1, Total: 100, From: at("10:00"), Until: at("19:45"), Basis: evidence.Reconstructed, Source: wire()},
		},
		Areas: []incident.Area{{
			Regions: []catalog.RegionID{"ca-on-south", "ca-qc"}, AtLeast: []catalog.RegionID{"ca-qc"}, Subjects: []evidence.Subject{"norda"},
			Count: 80, Expected: 4, P: 0.99, From: at("10:00"), Until: at("19:45"), Basis: evidence.Reconstructed, Source: wire(),
		}},
		Blind: []incident.Blindness{
			{Feed: "probe", Late: time.Hour},
			{Feed: "ris", Since: at("15:00"), Text: both("Routes of one city", "Les routes d’une seule ville")},
			{Feed: "crowd", Text: both("People sleep at night", "La nuit, les gens dorment")},
			{Node: "norda/business"},
			{Text: both("Nothing is heard from the sea", "Rien ne vient de la mer")},
		},
		Timeline: []incident.Event{
			{At: at("10:05"), Event: at("10:00"), Op: incident.OpSuspect, Author: "tocsin"},
			{At: at("10:10"), Event: at("10:00"), Op: incident.OpConfirm, Author: "tocsin"},
			{At: at("10:11"), Op: incident.OpJudge, Author: "tocsin"},
			{At: at("10:12"), Event: at("10:01"), Op: incident.OpFacet, Author: "tocsin", Facet: &incident.Facet{Node: "norda/core", Region: "ca", Family: evidence.IPv6}, Note: "down"},
			{At: at("16:30"), Event: at("16:20"), Op: incident.OpRelapse, Author: "tocsin"},
			{At: at("17:00"), Op: incident.OpAnnotate, Author: "ana", Note: "Checked by phone"},
		},
	}
}

func testVerdicts() []incident.Verdict {
	v := func(node catalog.NodeID, f evidence.Family, s catalog.State, p float64, cites ...incident.Citation) incident.Verdict {
		kind := incident.Observed
		if len(cites) == 0 {
			kind = incident.Inferred
		}
		return incident.Verdict{Facet: incident.Facet{Node: node, Region: "ca", Family: f}, State: s, P: p, Since: at("10:00"), Kind: kind, Evidence: cites}
	}
	v4 := v("norda/core", evidence.IPv4, catalog.Degraded, 0.9, read(evidence.TrafficV4, "as65010", 0.3, 1))
	v4.Since = at("18:30")
	return []incident.Verdict{
		v4,
		v("norda/core", evidence.IPv6, catalog.Down, 0.99, read(evidence.TrafficV6, "as65010", 0, 1)),
		v("norda/home-internet", evidence.Both, catalog.Degraded, 0.97, read(evidence.Reports, "norda/home-internet", 170, 8)),
		v("norda/radio", evidence.Both, catalog.Unknown, 0.5),
	}
}

func testEffects() []incident.Effect {
	e := func(node catalog.NodeID, region catalog.RegionID, s catalog.State, path ...catalog.NodeID) incident.Effect {
		return incident.Effect{Node: node, Region: region, State: s, Since: at("10:00"), Path: append([]catalog.NodeID{node}, path...)}
	}
	help := e("norda/emergency-calls", "ca", catalog.Down, "norda/core")
	help.Advice = []incident.Advice{
		{Text: both("Try again, or call from a landline", "Réessayez, ou appelez d’une ligne fixe"), Stands: true, Sources: []catalog.SourceID{"guide"}},
		{Text: both("Shout", "Criez"), Stands: true, Assumed: true},
		{Text: both("Use your other Norda phone", "Prenez votre autre téléphone Norda"), Lost: []catalog.NodeID{"norda/core"}, Sources: []catalog.SourceID{"guide"}},
	}
	sales := e("rail/card-sales", "ca-on", catalog.Degraded, "paykit/debit", "norda/business", "norda/core")
	sales.Assumed = true
	sales.Evidence = []incident.Citation{cited("rail", "rail-15:30")}
	sales.Advice = []incident.Advice{
		{Text: both("Pay in cash", "Payez comptant"), Stands: true, Sources: []catalog.SourceID{"guide"}},
		{Text: both("Pay by debit", "Payez par débit"), Lost: []catalog.NodeID{"paykit/debit"}, Sources: []catalog.SourceID{"guide"}},
		{Text: both("Walk when only the radio fails", "Marchez si seule la radio tombe")},
	}
	clinic := e("clinic/appointments", "ca-on-1", catalog.Degraded, "norda/home-internet", "norda/core")
	clinic.Fails = at("22:00")
	return []incident.Effect{
		e("norda/mobile-voice", "ca", catalog.Down, "norda/core"), e("norda/home-internet", "ca-on", catalog.Down, "norda/core"),
		e("norda/home-internet", "ca-qc", catalog.Down, "norda/core"), e("norda/business", "ca", catalog.Down, "norda/core"),
		e("norda/noc", "ca", catalog.Down, "norda/core"), help,
		e("vale/emergency-calls", "ca-nl", catalog.Down, "norda/emergency-calls", "norda/core"),
		e("north-police/mobile-911", "ca-on-2", catalog.Down, "vale/emergency-calls", "norda/emergency-calls", "norda/core"),
		e("paykit/debit", "ca", catalog.Down, "norda/business", "norda/core"), sales, clinic,
	}
}

func testClearances() []incident.Clearance {
	return []incident.Clearance{
		{Org: "meridio", State: catalog.Up, Class: incident.SpillOver, P: 0.01, Accused: 170, Expected: 8, Evidence: []incident.Citation{read(evidence.Traffic, "meridio", 0.98, 1), cited("meridio", "m")}},
		{Org: "zefir", State: catalog.Degraded, Class: incident.Load, P: 0.02, Accused: 60, Expected: 6, Evidence: []incident.Citation{read(evidence.Traffic, "zefir", 1.3, 1)}},
		{Org: "lumo", State: catalog.Degraded, Class: incident.Affected, P: 0.1, Accused: 5, Expected: 5, Evidence: []incident.Citation{cited("lumo", "l")}},
		{Org: "vale", State: catalog.Degraded, Class: incident.Dependency, P: 0.1, Evidence: []incident.Citation{cited("vale", "v")}},
		{Org: "ebon", State: catalog.Unknown, Class: incident.OwnFault, P: 0.7, Evidence: []incident.Citation{read(evidence.Reports, "ebon", 50, 5)}},
	}
}

func testSaid() []incident.Said {
	advice := evidence.Claim{Kind: evidence.SaysAdvice, Target: "norda/emergency-calls", Text: both("Use a neighbour’s phone", "Prenez le téléphone d’un voisin")}
	later := evidence.Claim{Kind: evidence.SaysAdvice, Target: "clinic/appointments", Text: both("Wait for our call", "Attendez notre appel")}
	warned := evidence.Claim{Kind: evidence.SaysDegraded, Target: "norda/emergency-calls", Region: "ca-on-1"}
	day := speech("clinic", "00:00", both("Virtual appointments are disrupted", "Les rendez-vous virtuels sont perturbés"), says(evidence.SaysDegraded, "clinic/appointments"), later)
	day.DayOnly, day.Heard, day.ID = true, at("16:00"), "clinic-day"
	loose := speech("metro-police", "13:30", both("Our centre works; Norda users may not reach it", "Notre centrale fonctionne ; les clients de Norda peuvent ne pas la joindre"),
		says(evidence.SaysUp, "metro-police/911-centre"), warned, advice)
	loose.Approx = true
	future := speech("norda", "19:00", both("All is well", "Tout va bien"), evidence.Claim{Kind: evidence.SaysETA, Time: at("21:00")})
	future.Heard = at("20:30")
	return []incident.Said{
		speech("press", "12:00", both("No word from Norda", "Aucune nouvelle de Norda")),
		loose, day, future,
		speech("norda", "14:10", both("We know of trouble", "Nous savons qu’il y a un problème"), says(evidence.SaysProgress, "norda")),
		speech("norda", "19:30", both("We make progress", "Nous progressons"), says(evidence.SaysDown, "norda/mobile-voice")),
		speech("meridio", "14:30", both("Our network works", "Notre réseau fonctionne"), says(evidence.SaysUp, "meridio")),
		speech("paykit", "13:44", both("A supplier’s outage hits us", "La panne d’un fournisseur nous touche"), says(evidence.SaysDegraded, "paykit/debit")),
		speech("rail", "15:30", both("Cards don’t work", "Les cartes ne passent pas"), says(evidence.SaysDegraded, "rail/card-sales")),
		speech("grocer", "15:40", both("Our tills work", "Nos caisses fonctionnent"), says(evidence.SaysUp, "grocer/tills")),
	}
}

// pastIncident is an earlier outage at norda, over and explained.
func pastIncident() incident.Incident {
	onset := at("10:00").AddDate(-1, 0, 0)
	return incident.Incident{
		ID: "2030-03-03-norda", State: incident.Reviewed, Carrier: "norda", Roots: []catalog.NodeID{"norda/radio"}, P: 0.99, Onset: onset,
		Life:     incident.Life{Ended: onset.Add(20 * time.Hour)},
		Evidence: []incident.Citation{read(evidence.Traffic, "as65010", 0.5, 1)},
		Verdicts: []incident.Verdict{{Facet: incident.Facet{Node: "norda/mobile-voice", Region: "ca"}, State: catalog.Up, Since: onset, Until: onset.Add(20 * time.Hour)}},
		Said: []incident.Said{{
			ID: "old", By: "norda", At: onset.Add(9 * time.Hour), Heard: onset.Add(9 * time.Hour), Text: both("It was a rotten cable", "C’était un câble pourri"),
			Claims: []evidence.Claim{{Kind: evidence.SaysCause, Text: both("a rotten cable", "un câble pourri")}}, Basis: evidence.Stated, Sources: wire(),
		}},
	}
}

func testPicture(ins ...incident.Incident) *Picture {
	slices.SortFunc(ins, func(a, b incident.Incident) int { return b.Onset.Compare(a.Onset) })
	return &Picture{
		Now: at("20:00"), Edition: testEdition(), Incidents: ins,
		Feeds: []evidence.Feed{
			{ID: "flow", Name: both("Traffic", "Trafic")},
			{ID: "probe", Name: both("Probes", "Sondes")},
			{ID: "ris", Name: both("Routes", "Routes")},
			{ID: "crowd", Name: both("Reports", "Signalements"), Blind: both("People sleep at night", "La nuit, les gens dorment")},
		},
		Health: []health.Warning{{Code: health.StoreLate, Since: at("19:00")}, {Code: health.FeedSilent, Subject: "ris", Since: at("15:05")}},
	}
}

// draw makes the report of the test incident, changed by the caller, in a language.
func draw(lang catalog.Lang, change ...func(*incident.Incident)) Report {
	in := testIncident()
	for _, c := range change {
		c(&in)
	}
	return NewReport(testPicture(in, pastIncident()), in, lang)
}

// section gives the lines of a section of a report.
func section(r Report, id SectionID) []Line {
	for _, s := range r.Sections {
		if s.ID == id {
			return s.Lines
		}
	}
	return nil
}

// lines gives the lines of a section that are about a topic and pass a filter.
func lines(r Report, id SectionID, topic string, keep ...func(Line) bool) []Line {
	var out []Line
	for _, l := range section(r, id) {
		if l.Topic == topic && !slices.ContainsFunc(keep, func(k func(Line) bool) bool { return !k(l) }) {
			out = append(out, l)
		}
	}
	return out
}

func about(node catalog.NodeID) func(Line) bool { return func(l Line) bool { return l.Node == node } }

func ofOrg(org catalog.OrgID) func(Line) bool { return func(l Line) bool { return l.Org == org } }

// line is the one line that lines finds.
func line(t *testing.T, r Report, id SectionID, topic string, keep ...func(Line) bool) Line {
	t.Helper()
	found := lines(r, id, topic, keep...)
	if len(found) != 1 {
		t.Fatalf("%s: %d lines on %s, want 1: %+v", id, len(found), topic, found)
	}
	return found[0]
}

func langs() []catalog.Lang { return []catalog.Lang{catalog.EN, catalog.FR} }
