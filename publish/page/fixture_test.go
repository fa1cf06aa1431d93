package page

import (
	"fmt"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/health"
	"tocsin/incident"
	"tocsin/publish"
)

// at is a time of the recorded day.
func at(hour, minute int) time.Time { return time.Date(2022, 7, 8, hour, minute, 0, 0, time.UTC) }

func both(en, fr string) catalog.Text { return catalog.Text{EN: en, FR: fr} }

func cited(id, title string) catalog.Source {
	return catalog.Source{ID: catalog.SourceID(id), Title: title, URL: "https://example.org/2022/07/" + id}
}

// world is a small country: one carrier with six services, one peer, and
// dependents in many places.
func world(dependents int) *catalog.Edition {
	w := catalog.World{
		Regions: []catalog.Region{
			{ID: "ca", Level: catalog.Country, Name: both("Canada", "Canada"), Zone: "America/Toronto"},
			{ID: "ca-on", Level: catalog.Province, Parent: "ca", Name: both("Ontario", "Ontario")},
			{ID: "ca-qc", Level: catalog.Province, Parent: "ca", Name: both("Quebec", "Québec")},
		},
		Carriers: []catalog.Carrier{
			{ID: "rogers", Name: both("Rogers", "Rogers")},
			{ID: "bell", Name: both("Bell", "Bell")},
		},
		Organisations: []catalog.Organisation{{ID: "interac", Name: both("Interac", "Interac"), Sector: "payments"}},
		Nodes: []catalog.Node{
			{ID: "rogers/ip-core", Kind: catalog.Core, Name: both("Rogers IP core", "Cœur IP de Rogers"), Regions: []catalog.RegionID{"ca"}},
			{ID: "interac/debit", Kind: catalog.Dependent, Name: both("Interac debit", "Débit Interac"), Regions: []catalog.RegionID{"ca"}},
		},
		Sources: []catalog.Source{cited("transit-advice", "Transit agency, what to do during the outage")},
	}
	for _, s := range offerings() {
		w.Services = append(w.Services, catalog.Service{ID: s.id, Name: s.name})
		w.Nodes = append(w.Nodes, catalog.Node{
			ID: catalog.NodeID("rogers/" + s.id), Kind: catalog.Offering, Service: s.id, Name: s.name, Regions: []catalog.RegionID{"ca"},
		})
	}
	w.Nodes = append(w.Nodes, catalog.Node{
		ID: "rogers/emergency-calls", Kind: catalog.Offering, Service: "emergency-calls", Name: both("911 calls", "Appels au 911"), Regions: []catalog.RegionID{"ca"},
	})
	for i := range dependents {
		w.Nodes = append(w.Nodes, catalog.Node{
			ID: dependent(i), Kind: catalog.Dependent, Regions: []catalog.RegionID{"ca-on"},
			Name: both(dependentName(i), dependentNom(i)),
		})
	}
	return catalog.New(at(0, 0), "test", w)
}

type offered struct {
	id   catalog.ServiceID
	name catalog.Text
}

func offerings() []offered {
	return []offered{
		{"mobile-voice", both("Mobile calls", "Appels cellulaires")},
		{"sms", both("Text messages", "Messages texte")},
		{"mobile-data", both("Mobile data", "Données mobiles")},
		{"home-internet", both("Home internet", "Internet à la maison")},
		{"home-phone", both("Home phone", "Téléphone à la maison")},
		{"cable-tv", both("Cable television", "Télévision par câble")},
	}
}

func dependent(i int) catalog.NodeID { return catalog.NodeID(fmt.Sprintf("org-%02d/function", i)) }

// The names are as varied as real ones: like words compress too well.
func dependentName(i int) string {
	places := []string{"Hamilton", "Moncton", "Scarborough", "Thunder Bay", "Kitchener", "Gatineau", "St. John's", "Peel", "Saskatoon", "Barrie"}
	what := []string{"Health Sciences, virtual appointments", "Transit, sale of tickets by card", "Police Service, non-emergency line", "Library, public Wi-Fi", "Parking Authority, payment at meters", "Venue, tickets on phones"}
	return fmt.Sprintf("%s %s", places[i%len(places)], what[i%len(what)])
}

func dependentNom(i int) string {
	places := []string{"Hamilton", "Moncton", "Scarborough", "Thunder Bay", "Kitchener", "Gatineau", "Saint-Jean", "Peel", "Saskatoon", "Barrie"}
	what := []string{"rendez-vous virtuels des hôpitaux", "vente de billets par carte", "ligne non urgente de la police", "Wi-Fi public des bibliothèques", "paiement du stationnement", "billets sur téléphone"}
	return fmt.Sprintf("%s, %s", places[i%len(places)], what[i%len(what)])
}

// outage is an incident with a given number of effects and statements.
func outage(state incident.State, effects, statements int) incident.Incident {
	in := incident.Incident{
		ID: "2022-07-08-rogers", Rev: 12, State: state, Carrier: "rogers", P: 0.99,
		Roots: []catalog.NodeID{"rogers/ip-core"}, Onset: at(8, 45),
		Life: incident.Life{Suspected: at(8, 50), Confirmed: at(9, 5)},
		Evidence: []incident.Citation{
			reads("kentik", evidence.Traffic, "as812", 0.02, 1), reads("routeviews", evidence.Prefixes, "as812", 480, 970),
		},
		Shares: []incident.Share{{
			Region: "ca-on", Count: 5700, Total: 10000, From: at(9, 0), Until: at(19, 0),
			Basis: evidence.Reconstructed, Source: []catalog.Source{cited("share", "Outage tracker, by city")},
		}},
	}
	if state == incident.Resolved {
		in.Life.Resolved, in.Life.Ended = at(23, 30), at(22, 0)
	}
	for i := range effects {
		in.Effects = append(in.Effects, incident.Effect{
			Node: dependent(i), Region: "ca-on", State: []catalog.State{catalog.Down, catalog.Degraded}[i%2], Since: at(8, 45+i%15),
			Path: []catalog.NodeID{dependent(i), "interac/debit", "rogers/ip-core"}, Assumed: i%7 == 3,
			Advice: []incident.Advice{
				{Text: both(fmt.Sprintf("Pay cash, or ask at counter %d", i), fmt.Sprintf("Payez comptant, ou demandez au guichet %d", i)), Stands: true, Sources: []catalog.SourceID{"transit-advice"}},
				{Text: both("Call the line", "Appelez la ligne"), Stands: i%5 != 0, Lost: []catalog.NodeID{"rogers/mobile-voice"}},
			},
		})
	}
	for i := range statements {
		by := catalog.OrgID("rogers")
		if i%4 == 3 {
			by = "interac"
		}
		in.Said = append(in.Said, incident.Said{ID: fmt.Sprint("s", i), By: by, At: at(12, i), Heard: at(12, i)})
	}
	return in
}

func reads(feed evidence.FeedID, m evidence.Measure, subject evidence.Subject, value, usual float64) incident.Citation {
	return incident.Citation{
		Kind: incident.Observed, Plane: m.Plane(), At: at(19, 0), Heard: at(19, 5), Value: value, Expected: usual,
		Series: &evidence.SeriesID{Feed: feed, Measure: m, Subject: subject, Region: "ca"},
		Method: "ratio", Basis: evidence.Measured, Sources: []catalog.Source{cited(string(feed), "Network observer "+string(feed))},
	}
}

// prose is a made-up sentence of sixteen words, another for each number: words
// that repeat would compress better than real ones do.
func prose(i int, first, words string) string {
	vocabulary := strings.Fields(words)
	said := []string{first}
	for n := uint32(i + 1); len(said) < 16; {
		n = n*1664525 + 1013904223
		said = append(said, vocabulary[int(n>>8)%len(vocabulary)])
	}
	return strings.Join(said, " ") + "."
}

// picture shows some incidents at 19:10 UTC of the recorded day.
func picture(effects int, in ...incident.Incident) *publish.Picture {
	return &publish.Picture{
		Now: at(19, 10), Edition: world(effects), Incidents: in,
		Feeds:  []evidence.Feed{{ID: "kentik", Name: both("Kentik", "Kentik"), Blind: both("Only traffic that crosses its own networks.", "Seulement le trafic qui traverse ses propres réseaux.")}},
		Health: []health.Warning{{Code: health.FeedSilent, Subject: "kentik", Since: at(18, 0)}},
		Replay: &publish.Replay{Outage: "rogers-2022-07-08", Title: both("8 July 2022", "8 juillet 2022"), Speed: 60},
	}
}

// fake are options with reports that the tests write themselves.
func fake() Options { return Options{tell: teller{report: told, quiet: quiet}} }

func quiet(p *publish.Picture, lang catalog.Lang) publish.Report {
	return publish.Report{Lang: lang, At: p.Now, Title: both("No sign of a large outage in Canada right now", "Aucun signe de panne majeure au Canada en ce moment").In(lang)}
}

// told is a report in the shape of a real one, with every section.
func told(p *publish.Picture, in incident.Incident, lang catalog.Lang) publish.Report {
	say := func(en, fr string) string { return both(en, fr).In(lang) }
	r := publish.Report{
		Lang: lang, At: p.Now, Incident: in, StateName: publish.StateName(lang, in.State),
		Title: say("Rogers is down across Canada", "Rogers est en panne dans tout le Canada"),
	}
	line := func(en, fr string) publish.Line {
		return publish.Line{Topic: "text", Kind: incident.Observed, At: at(8, 45), Text: say(en, fr), Sources: []catalog.Source{cited("kentik", "Network observer kentik")}}
	}
	down := []publish.Line{line(r.Title, r.Title)}
	for _, s := range offerings() {
		l := line(s.name.EN+" do not work.", s.name.FR+" : hors service.")
		l.Topic, l.Node, l.Region, l.State = "service-state", catalog.NodeID("rogers/"+s.id), "ca", catalog.Down
		l.Basis = []evidence.Basis{evidence.Measured, evidence.Reconstructed}
		down = append(down, l)
	}
	unseen := line("Nobody observes the prairies.", "Personne n’observe les Prairies.")
	unseen.Kind, unseen.Sources = incident.Unseen, nil
	r.Sections = []publish.Section{
		{ID: publish.SecDown, Title: say("What is down", "Ce qui est en panne"), Lines: down},
		{ID: publish.SecEmergency, Title: say("Can I call 911?", "Puis-je appeler le 911 ?"), Lines: []publish.Line{line("Calls to 911 from Rogers phones may not connect.", "Les appels au 911 depuis un cellulaire de Rogers peuvent échouer.")}},
		{ID: publish.SecWorks, Title: say("What still works", "Ce qui fonctionne encore"), Lines: append(fallbacks(in, lang), line("Bell works.", "Bell fonctionne."))},
		{ID: publish.SecWhen, Title: say("When will it be back?", "Quand le service reviendra-t-il ?"), Lines: []publish.Line{line("No forecast yet.", "Pas encore de prévision.")}},
		{ID: publish.SecSaid, Title: say("What has been said", "Ce qui a été dit"), Lines: statements(in, lang)},
		{ID: publish.SecWhere, Title: say("Where reports come from", "D’où viennent les signalements"), Lines: shares(in, lang)},
		{ID: publish.SecAffected, Title: say("Who is affected", "Qui est touché"), Lines: affected(in, lang)},
		{ID: publish.SecPeers, Title: say("Whose fault it is not", "À qui n’est pas la faute"), Lines: []publish.Line{line("Bell is operational.", "Bell est opérationnel.")}},
		{ID: publish.SecHistory, Title: say("The last such outage", "La dernière panne semblable"), Lines: []publish.Line{line("April 2021, wireless only.", "Avril 2021, sans fil seulement.")}},
		{ID: publish.SecUnknown, Title: say("What is not known", "Ce qu’on ne sait pas"), Lines: []publish.Line{unseen}},
		{ID: publish.SecEvidence, Title: say("How we know", "Comment on le sait")},
		{ID: publish.SecTimeline, Title: say("What happened", "Chronologie"), Lines: steps(in, lang)},
	}
	return r
}

func statements(in incident.Incident, lang catalog.Lang) []publish.Line {
	var lines []publish.Line
	for i, s := range in.Said {
		lines = append(lines, publish.Line{
			Topic: "statement", Kind: incident.Stated, By: s.By, ByName: map[catalog.OrgID]string{"rogers": "Rogers", "interac": "Interac"}[s.By], At: s.At, Approx: i%3 == 0, DayOnly: i == 9 || i == 18,
			Text:    both(prose(i, "Service", "customers may not reach our agents crews work with partners network provider national interruption wireless wireline debit payment tonight update soon regret apologize restore progress branch office counter cash only free of charge schedule detour patients rebook"), prose(i, "Le service", "clients pourraient joindre nos agents équipes travaillent partenaires fournisseur réseau interruption nationale sans fil filaire paiement débit soirée nouvelles bientôt regrettons excuses rétablir progrès succursale comptoir comptant seulement gratuit horaire détour patients reporter")).In(lang),
			Sources: []catalog.Source{cited(fmt.Sprintf("%x/statement-%d", i*7919%65536, i), prose(i*3, "News:", "outage Rogers Interac police hospital transit live blog tweet Toronto Ottawa Moncton Barrie statement updates what we know"))},
		})
	}
	return lines
}

func fallbacks(in incident.Incident, lang catalog.Lang) []publish.Line {
	lines := []publish.Line{{Topic: "fallback", Kind: incident.Inferred, At: at(19, 10), Node: "rogers/home-phone", Text: both("Use a phone on another network.", "Utilisez un téléphone d’un autre réseau.").In(lang)}}
	for _, e := range in.Effects {
		lines = append(lines, publish.Line{Topic: "fallback", Kind: incident.Inferred, At: at(19, 10), Node: e.Node, Text: "y"})
	}
	return lines
}

func shares(in incident.Incident, lang catalog.Lang) []publish.Line {
	var lines []publish.Line
	for _, s := range in.Shares {
		lines = append(lines, publish.Line{
			Topic: "report-share", Kind: incident.Observed, At: s.Until, Region: s.Region, Value: s.Count / s.Total,
			Basis: []evidence.Basis{s.Basis}, Sources: s.Source, Text: "x",
		})
	}
	return append(lines, publish.Line{Topic: "region-state", Kind: incident.Observed, At: at(9, 0), State: catalog.Down, Text: both("Ontario is hit.", "L’Ontario est touché.").In(lang)})
}

func affected(in incident.Incident, lang catalog.Lang) []publish.Line {
	lines := []publish.Line{{Topic: "people", Kind: incident.Inferred, At: at(9, 0), Text: both("Up to 12 million people use the services.", "Jusqu’à 12 millions de personnes utilisent ces services.").In(lang)}}
	for i, e := range in.Effects {
		lines = append(lines, publish.Line{
			Topic: "effect", Kind: incident.Inferred, At: e.Since, Node: e.Node, Region: e.Region, State: e.State, Path: e.Path, Text: "x",
			Sources: []catalog.Source{cited(fmt.Sprintf("dep-%x", i/3*104729%65536), fmt.Sprintf("Local paper %d: what the outage stopped", i/3))},
		})
	}
	return lines
}

func steps(in incident.Incident, lang catalog.Lang) []publish.Line {
	var lines []publish.Line
	lines = append(lines, statements(in, lang)...)
	for i := range 4 * in.Rev {
		lines = append(lines, publish.Line{
			Topic: "step", Kind: incident.Observed, At: at(8, 45).Add(time.Duration(i) * 13 * time.Minute),
			Text: both(fmt.Sprintf("Step %d.", i), fmt.Sprintf("Étape %d.", i)).In(lang),
		})
	}
	return lines
}
