package publish

import (
	"regexp"
	"strings"
	"testing"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// 911 is never said to be down: it is calls from some phones that may fail.
func TestHelpIsNeverDown(t *testing.T) {
	down := regexp.MustCompile(`(?i)911[^.]*\b(is|are) down\b|911[^.]*en panne`)
	for _, lang := range langs() {
		for _, s := range draw(lang).Sections {
			for _, l := range s.Lines {
				if m := down.FindString(l.Text); m != "" && !strings.Contains(loosen(m), "peut-être en panne") && l.Topic != "carrier-state" {
					t.Errorf("%s/%s: %q", lang, l.Topic, l.Text)
				}
			}
		}
	}
}

func TestAccessMayFail(t *testing.T) {
	for lang, want := range map[catalog.Lang]string{
		catalog.EN: "911 calls from Norda phones may fail across Canada, since 5:00 a.m. ET (10 h).",
		catalog.FR: "Les appels au 911 faits d’un téléphone de Norda peuvent échouer dans tout le pays (Canada), depuis 5 h (HE), soit 10 h.",
	} {
		l := line(t, draw(lang), SecEmergency, "emergency-access", about("norda/emergency-calls"))
		if !strings.HasPrefix(loosen(l.Text), want) || l.Region != "ca" || len(l.Sources) == 0 {
			t.Errorf("%s: %+v", lang, l)
		}
	}
}

// The newest word that calls get through stands against what the graph alone
// infers, but not against a reading.
func TestAccessSaidToWork(t *testing.T) {
	works := func(in *incident.Incident) {
		in.Said = append(in.Said, speech("metro-police", "19:40", both("Norda phones reach us", "On nous joint depuis Norda"), says(evidence.SaysUp, "norda/emergency-calls")))
	}
	for _, lang := range langs() {
		l := line(t, draw(lang, works), SecEmergency, "emergency-access", about("norda/emergency-calls"))
		if l.State != catalog.Up || l.Kind != incident.Stated || l.By != "metro-police" {
			t.Errorf("%s: %+v", lang, l)
		}
	}
	measured := draw(catalog.EN, works, func(in *incident.Incident) {
		for i := range in.Effects {
			if in.Effects[i].Node == "norda/emergency-calls" {
				in.Effects[i].Evidence = []incident.Citation{read(evidence.Reports, "norda/emergency-calls", 9, 0)}
			}
		}
	})
	if got := lines(measured, SecEmergency, "emergency-access", about("norda/emergency-calls")); len(got) != 2 || got[0].State != catalog.Down {
		t.Errorf("a reading and a word that disagree are both told: %+v", got)
	}
	overtaken := draw(catalog.EN, works, func(in *incident.Incident) {
		in.Said = append(in.Said, speech("north-police", "19:50", both("Calls fail", "Les appels échouent"), says(evidence.SaysDown, "norda/emergency-calls")))
	})
	if l := line(t, overtaken, SecEmergency, "emergency-access", about("norda/emergency-calls")); l.State != catalog.Down || l.By != "north-police" {
		t.Errorf("a newer warning goes before an older all-clear: %+v", l)
	}
}

func TestAccessUntouched(t *testing.T) {
	for _, lang := range langs() {
		r := draw(lang, func(in *incident.Incident) { in.Effects, in.Said = nil, nil })
		l := line(t, r, SecEmergency, "emergency-access", about("norda/emergency-calls"))
		if l.Kind != incident.Unseen || l.State != catalog.Unknown {
			t.Errorf("%s: no sign of trouble is no proof of none: %+v", lang, l)
		}
		if got := lines(r, SecEmergency, "emergency-advice"); len(got) != 0 {
			t.Errorf("%s: advice without need: %+v", lang, got)
		}
	}
}

// Advice about help needs a source, and stands once.
func TestEmergencyAdvice(t *testing.T) {
	for _, lang := range langs() {
		r := draw(lang, func(in *incident.Incident) {
			for i := range in.Effects {
				if in.Effects[i].Node == "vale/emergency-calls" { // the same advice for other phones
					in.Effects[i].Advice = testEffects()[5].Advice[:1]
				}
			}
		})
		found := lines(r, SecEmergency, "emergency-advice")
		if len(found) != 2 || found[0].Sources[0].ID != "guide" || found[1].By != "metro-police" {
			t.Fatalf("%s: advice %+v", lang, found)
		}
		for _, l := range append(section(r, SecEmergency), section(r, SecWorks)...) {
			if strings.Contains(l.Text, "Shout") || strings.Contains(l.Text, "Criez") {
				t.Errorf("%s: advice without a source: %q", lang, l.Text)
			}
		}
		gone := line(t, r, SecEmergency, "fallback-withdrawn")
		if len(gone.Path) != 1 || gone.Path[0] != "norda/core" {
			t.Errorf("%s: withdrawn advice says what it lacks: %+v", lang, gone)
		}
	}
}

func TestWarnings(t *testing.T) {
	r := draw(catalog.EN, func(in *incident.Incident) {
		in.Said = append(in.Said,
			speech("metro-police", "18:00", both("Still hard to reach", "Toujours difficile à joindre"), says(evidence.SaysDegraded, "norda/emergency-calls")),
			speech("press", "18:05", both("911 fails", "Le 911 ne répond plus"), says(evidence.SaysDown, "norda/emergency-calls")))
	})
	l := line(t, r, SecEmergency, "emergency-warning")
	if l.By != "metro-police" || !l.At.Equal(at("18:00")) || l.Node != "norda/emergency-calls" || l.State != catalog.Degraded {
		t.Errorf("the newest warning of those who answer calls, and theirs alone: %+v", l)
	}
	loose := line(t, draw(catalog.FR), SecEmergency, "emergency-warning")
	if !loose.Approx || loose.Region != "ca-on-1" || !strings.Contains(loosen(loose.Text), "du Service de police du Métro, vers 8 h 30 (HE)") {
		t.Errorf("a loose time stays loose: %+v", loose)
	}
}

func TestCentres(t *testing.T) {
	r := draw(catalog.EN)
	if got := lines(r, SecEmergency, "emergency-centre", about("north-police/mobile-911")); len(got) != 0 {
		t.Errorf("a way to reach help is no centre: %+v", got)
	}
	hit := draw(catalog.EN, func(in *incident.Incident) {
		in.Effects = append(in.Effects,
			incident.Effect{Node: "north-police/911-centre", Region: "ca-on-2", State: catalog.Degraded, Since: at("11:00"), Path: []catalog.NodeID{"north-police/911-centre", "norda/core"}},
			incident.Effect{Node: "metro-police/911-centre", Region: "ca-on-1", State: catalog.Down, Since: at("11:00")})
	})
	north := line(t, hit, SecEmergency, "emergency-centre", about("north-police/911-centre"))
	if north.State != catalog.Degraded || !strings.Contains(north.Text, "may have trouble") {
		t.Errorf("a centre that is itself hit: %+v", north)
	}
	metro := line(t, hit, SecEmergency, "emergency-centre", about("metro-police/911-centre"))
	if metro.State != catalog.Up || metro.By != "metro-police" {
		t.Errorf("a centre that says it works is not inferred away: %+v", metro)
	}
	silent := draw(catalog.FR, func(in *incident.Incident) { in.Said = nil })
	if got := lines(silent, SecEmergency, "emergency-centre"); len(got) != 2 || got[0].Kind != incident.Unseen {
		t.Errorf("centres of which nothing is heard: %+v", got)
	}
}

// Many quiet centres share a line, or they would hide the one that spoke.
func TestManyQuietCentres(t *testing.T) {
	in := testIncident()
	p := testPicture(in)
	w := catalog.World{Regions: testRegions(), Carriers: []catalog.Carrier{{ID: "norda", Name: both("Norda", "Norda")}}}
	for _, id := range []catalog.NodeID{"a/c", "b/c", "c/c", "d/c", "e/c", "f/c"} {
		w.Nodes = append(w.Nodes, catalog.Node{ID: id, Kind: catalog.Dependent, Sector: "911", Name: both("Centre "+string(id), "Centrale "+string(id)), Regions: []catalog.RegionID{"ca-on"}})
	}
	p.Edition = catalog.New(at("00:00"), "", w)
	for _, lang := range langs() {
		l := line(t, NewReport(p, in, lang), SecEmergency, "emergency-centre")
		if l.Value != 6 || len(l.Path) != 6 || l.Kind != incident.Unseen {
			t.Errorf("%s: %+v", lang, l)
		}
	}
}

// Without a catalogue of calls for help the question is still answered.
func TestNoEmergencyNodes(t *testing.T) {
	p := testPicture()
	p.Edition = catalog.New(at("00:00"), "", catalog.World{Regions: testRegions()})
	l := line(t, NewReport(p, testIncident(), catalog.EN), SecEmergency, "emergency-access")
	if l.Kind != incident.Unseen {
		t.Errorf("%+v", l)
	}
}

func TestFallbacks(t *testing.T) {
	for _, lang := range langs() {
		r := draw(lang)
		cash := line(t, r, SecWorks, "fallback", about("rail/card-sales"))
		if cash.Kind != incident.Inferred || cash.Sources[0].ID != "guide" {
			t.Errorf("%s: %+v", lang, cash)
		}
		gone := line(t, r, SecWorks, "fallback-withdrawn", about("rail/card-sales"))
		if len(gone.Path) != 1 || gone.Path[0] != "paykit/debit" {
			t.Errorf("%s: %+v", lang, gone)
		}
		told := line(t, r, SecWorks, "fallback", about("clinic/appointments"))
		if told.Kind != incident.Stated || told.By != "clinic" || !told.DayOnly {
			t.Errorf("%s: %+v", lang, told)
		}
		for _, l := range section(r, SecWorks) {
			if strings.Contains(l.Text, "Walk when") || strings.Contains(l.Text, "Marchez") {
				t.Errorf("%s: advice for another situation: %q", lang, l.Text)
			}
			if strings.Contains(l.Text, "landline") || strings.Contains(l.Text, "ligne fixe") {
				t.Errorf("%s: advice about help belongs to its own section: %q", lang, l.Text)
			}
		}
	}
}

func TestAssumedAdviceIsMarked(t *testing.T) {
	for lang, want := range map[catalog.Lang]string{catalog.EN: "assumed", catalog.FR: "supposition"} {
		r := draw(lang, func(in *incident.Incident) {
			for i := range in.Effects {
				if in.Effects[i].Node == "rail/card-sales" {
					in.Effects[i].Advice = []incident.Advice{{Text: both("Walk", "Marchez"), Stands: true, Assumed: true}}
				}
			}
		})
		if l := line(t, r, SecWorks, "fallback", about("rail/card-sales")); !strings.Contains(l.Text, want) {
			t.Errorf("%s: %q", lang, l.Text)
		}
	}
}
