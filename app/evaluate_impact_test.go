package app

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evaluate"
	"tocsin/impact"
	"tocsin/incident"
)

// TestImpactOfJuly holds the graph to what is known of 8 July 2022: precision and
// recall of 0.9 at least, and a reason for every miss.
func TestImpactOfJuly(t *testing.T) {
	var out bytes.Buffer
	o := EvaluateImpactOptions{Outage: "rogers-2022-07-08", Style: Style{Lang: "en", Format: "json"}}
	if err := EvaluateImpact(&out, o); err != nil {
		t.Fatal(err)
	}
	var r evaluate.ImpactResult
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	t.Logf("precision %.3f, recall %.3f, by sources alone %.3f; %d hits, %d stood of which %d apart", r.Precision, r.Recall, r.Sourced, len(r.Hits), len(r.Stood), r.Apart)
	if r.Precision < 0.9 || r.Recall < 0.9 || len(r.Hits) < 50 || len(r.Stood) < 20 {
		t.Errorf("precision %.3f, recall %.3f, %d hits, %d stood", r.Precision, r.Recall, len(r.Hits), len(r.Stood))
	}
	for _, m := range r.Misses {
		if m.Reason.EN == "" || m.Reason.FR == "" {
			t.Errorf("%s is missed for no reason", m.Node)
		}
	}
	for _, h := range r.Hits {
		if h.Line.EN == "" || h.Line.FR == "" || len(h.Sources) == 0 || h.Confidence == "" {
			t.Errorf("%s: line %q, sources %v, %q", h.Node, h.Line.EN, h.Sources, h.Confidence)
		}
	}
	stood := map[catalog.NodeID]bool{}
	for _, s := range r.Stood {
		stood[s.Node] = true
	}
	for _, id := range []catalog.NodeID{"hamilton-health-sciences/clinical-systems", "peavey-mart/stores", "montfort/hospital", "rvh/clinical-systems", "bell", "telus"} {
		if !stood[id] {
			t.Errorf("%s isn't among those that stood", id)
		}
	}
}

func TestEvaluateImpactText(t *testing.T) {
	for lang, want := range map[string]string{"en": "\nFalse alarms (0)\n", "fr": "\nFausses alertes (0)\n"} {
		var out bytes.Buffer
		o := EvaluateImpactOptions{Outage: "rogers-2022-07-08", Style: Style{Lang: lang, Format: "text"}}
		if err := EvaluateImpact(&out, o); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s lacks %q:\n%s", lang, want, out.String())
		}
	}
	for _, o := range []EvaluateImpactOptions{
		{Outage: "rogers-2022-07-08", Style: Style{Lang: "en", Format: "csv"}},
		{Outage: "rogers-2022-07-09", Style: Style{Lang: "en", Format: "text"}},
	} {
		var out bytes.Buffer
		if err := EvaluateImpact(&out, o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
}

// coreFails gives the effects of the core's failure on an edition, one for each node:
// the worst.
func coreFails(t *testing.T, asOf string) (*catalog.Edition, map[catalog.NodeID]incident.Effect) {
	t.Helper()
	day, err := time.Parse(time.DateOnly, asOf)
	if err != nil {
		t.Fatal(err)
	}
	ed, err := World{}.Edition(day)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Date(2022, 7, 8, 8, 44, 0, 0, time.UTC)
	worst := map[catalog.NodeID]incident.Effect{}
	fails := []impact.Failure{{Node: "rogers/ip-core", State: catalog.Down, Since: began}}
	for _, e := range impact.Assess(ed, fails, time.Date(2022, 7, 8, 19, 10, 0, 0, time.UTC)) {
		if have, ok := worst[e.Node]; !ok || catalog.Worse(have.State, e.State) != have.State {
			worst[e.Node] = e
		}
	}
	return ed, worst
}

// TestArticleFromTheGraph: the dependents of the article come out right by the
// graph alone, each explained in one line.
func TestArticleFromTheGraph(t *testing.T) {
	ed, got := coreFails(t, "2022-07-08")
	for id, want := range map[catalog.NodeID]catalog.Text{
		"rogers/emergency-calls": {
			EN: "911 calls from Rogers phones: down. First Rogers IP core.",
			FR: "appels au 911 depuis les téléphones de Rogers : en panne. D’abord « cœur IP de Rogers ».",
		},
		"thunder-bay-police/mobile-911-access": {
			EN: "911 from mobile phones in Thunder Bay: down. First Rogers IP core, then 911 calls from Rogers phones, then 911 calls from Tbaytel phones.",
			FR: "accès au 911 par cellulaire à Thunder Bay : en panne. D’abord « cœur IP de Rogers », puis « appels au 911 depuis les téléphones de Rogers », puis « appels au 911 depuis les téléphones de Tbaytel ».",
		},
		"interac/debit": {
			EN: "Interac Debit: down. First Rogers IP core, then Rogers business internet.",
			FR: "Débit Interac : en panne. D’abord « cœur IP de Rogers », puis « Internet d’affaires de Rogers ».",
		},
		"interac/e-transfer": {
			EN: "Interac e-Transfer: down. First Rogers IP core, then Rogers business internet.",
			FR: "Virement Interac : en panne. D’abord « cœur IP de Rogers », puis « Internet d’affaires de Rogers ».",
		},
		"metrolinx/card-sales": {
			EN: "GO Transit ticket sales by debit or credit: down. First Rogers IP core, then Rogers business internet (in part assumed).",
			FR: "vente de billets GO Transit par débit ou crédit : en panne. D’abord « cœur IP de Rogers », puis « Internet d’affaires de Rogers » (en partie supposé).",
		},
		"venues/mobile-tickets": {
			EN: "tickets on phones at Toronto concert venues: degraded. First Rogers IP core, then Rogers wireless core, then Rogers mobile data.",
			FR: "billets sur cellulaire aux salles de concert de Toronto : service réduit. D’abord « cœur IP de Rogers », puis « cœur sans fil de Rogers », puis « données mobiles de Rogers ».",
		},
		"sickkids/virtual-appointments": {
			EN: "virtual appointments at SickKids: degraded. First Rogers IP core, then Rogers home internet (in part assumed).",
			FR: "rendez-vous virtuels à SickKids : service réduit. D’abord « cœur IP de Rogers », puis « Internet résidentiel de Rogers » (en partie supposé).",
		},
		"shn/on-call-staff": {
			EN: "contact with on-call physicians and staff of Scarborough Health Network: degraded. First Rogers IP core, then Rogers wireless core, then Rogers mobile calls.",
			FR: "rappel du personnel de garde du Réseau de santé de Scarborough : service réduit. D’abord « cœur IP de Rogers », puis « cœur sans fil de Rogers », puis « appels mobiles de Rogers ».",
		},
		"service-canada/call-centres": {
			EN: "Service Canada call centres: degraded. First Rogers IP core, then Rogers business internet (in part assumed).",
			FR: "centres d’appels de Service Canada : service réduit. D’abord « cœur IP de Rogers », puis « Internet d’affaires de Rogers » (en partie supposé).",
		},
		"cbsa/arrivecan": {
			EN: "ArriveCAN submissions: degraded. First Rogers IP core, then Rogers wireless core, then Rogers mobile data (in part assumed).",
			FR: "envois par ArriveCAN : service réduit. D’abord « cœur IP de Rogers », puis « cœur sans fil de Rogers », puis « données mobiles de Rogers » (en partie supposé).",
		},
		"teksavvy/home-internet": {
			EN: "TekSavvy home internet over Rogers’ cable: down. First Rogers IP core, then Rogers wholesale internet access.",
			FR: "Internet résidentiel de TekSavvy sur le câble de Rogers : en panne. D’abord « cœur IP de Rogers », puis « accès Internet de gros de Rogers ».",
		},
		"tbaytel/mobile-voice": {
			EN: "Tbaytel mobile calls: down. First Rogers IP core, then Rogers wireless core.",
			FR: "appels mobiles de Tbaytel : en panne. D’abord « cœur IP de Rogers », puis « cœur sans fil de Rogers ».",
		},
		"rvh/clinical-systems": {
			EN: "clinical systems of Royal Victoria in Barrie: up on back-up link of Royal Victoria in Barrie. First Rogers IP core, then Rogers business internet.",
			FR: "systèmes cliniques du Royal Victoria à Barrie : en service grâce à « lien de secours du Royal Victoria à Barrie ». D’abord « cœur IP de Rogers », puis « Internet d’affaires de Rogers ».",
		},
		"telus/mobile-data": {
			EN: "Telus mobile data: degraded by the load of those who come from Rogers mobile data. First Rogers IP core, then Rogers wireless core, then Rogers mobile data (in part assumed).",
			FR: "données mobiles de Telus : service réduit par l’affluence des clients de « données mobiles de Rogers ». D’abord « cœur IP de Rogers », puis « cœur sans fil de Rogers », puis « données mobiles de Rogers » (en partie supposé).",
		},
	} {
		e := got[id]
		if line := strings.ReplaceAll(e.Line(ed, catalog.FR), "\u00a0", " "); e.Line(ed, catalog.EN) != want.EN || line != want.FR {
			t.Errorf("%s:\n%s\n%s\nwant\n%s\n%s", id, e.Line(ed, catalog.EN), line, want.EN, want.FR)
		}
	}
	for _, id := range []catalog.NodeID{
		"hamilton-health-sciences/clinical-systems", "peavey-mart/stores", "montfort/hospital", "bell/mobile-voice", "telus/mobile-voice",
		"toronto-police/911-centre", "peel-police/911-centre", "ottawa-police/911-centre", "e-comm/911-centre", "thunder-bay-police/911-centre",
	} {
		if e, ok := got[id]; ok {
			t.Errorf("%s stood: %s", id, e.Line(ed, catalog.EN))
		}
	}
	// What callers are told is for phones that are attached to a dead core, and has
	// a source; of the police services, this is what falls.
	if a := got["rogers/emergency-calls"].Advice; len(a) == 0 || !a[0].Stands || a[0].Assumed || len(a[0].Sources) == 0 {
		t.Errorf("advice to callers: %+v", a)
	}
}

// The same failure on today's edition leaves Interac up and the management
// network in reach, and whoever pays with it.
func TestJulyToday(t *testing.T) {
	ed, got := coreFails(t, "2026-01-01")
	for _, id := range []catalog.NodeID{"interac/debit", "interac/e-transfer", "rogers/management-network", "rogers/noc", "sqdc/debit-sales", "td/banking"} {
		if e, ok := got[id]; ok {
			t.Errorf("%s: %s", id, e.Line(ed, catalog.EN))
		}
	}
	for _, id := range []catalog.NodeID{"rogers/mobile-voice", "shn/on-call-staff", "teksavvy/home-internet"} {
		if e := got[id]; e.State == catalog.Up || e.State == "" {
			t.Errorf("%s stands on today's edition", id)
		}
	}
}
