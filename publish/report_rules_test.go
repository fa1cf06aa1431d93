package publish

import (
	"slices"
	"strings"
	"testing"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// The headline leaves calls for help to their own lines; if nothing else is
// hit it says "may".
func TestHeadlineAndCallsForHelp(t *testing.T) {
	alone := func(in *incident.Incident) {
		in.Verdicts = nil
		in.Effects = []incident.Effect{effect("norda/emergency-calls", "ca", catalog.Down)}
	}
	for lang, want := range map[catalog.Lang]string{
		catalog.EN: "One Norda service may be down across Canada, since 5:00 a.m. ET (10 h): 911 calls. Outage confirmed, over 99%.",
		catalog.FR: "Un service de Norda est peut-être en panne dans tout le pays (Canada), depuis 5 h (HE), soit 10 h : appels au 911. Panne confirmée, plus de 99 %.",
	} {
		if got := loosen(draw(lang, alone).Title); got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
	with := func(in *incident.Incident) {
		alone(in)
		in.Effects = append(in.Effects, effect("norda/mobile-voice", "ca", catalog.Down))
	}
	if got := draw(catalog.EN, with).Title; !strings.Contains(got, "One Norda service is down across Canada") || strings.Contains(got, "911") {
		t.Errorf("%q", got)
	}
}

// A dismissed suspicion leaves nothing standing that it once made of things.
func TestDismissed(t *testing.T) {
	r := draw(catalog.EN, func(in *incident.Incident) { in.State = incident.Dismissed })
	for _, s := range r.Sections {
		for _, l := range s.Lines {
			if (l.State == catalog.Down || l.State == catalog.Degraded) && l.Kind != incident.Stated && s.ID != SecHistory && s.ID != SecTimeline {
				t.Errorf("%s/%s: %q", s.ID, l.Topic, l.Text)
			}
		}
	}
	if len(r.Incident.Effects) == 0 {
		t.Error("the incident itself is kept as it was")
	}
}

// A region inside another is told where it differs for the better or stands
// alone; a town is not better off for having been looked at by itself.
func TestRegionsThatSayNothingNew(t *testing.T) {
	for _, tt := range []struct {
		country, town catalog.State
		want          []catalog.RegionID
	}{
		{catalog.Down, catalog.Degraded, []catalog.RegionID{"ca"}},
		{catalog.Down, catalog.Down, []catalog.RegionID{"ca"}},
		{catalog.Up, catalog.Up, []catalog.RegionID{"ca"}},
		{catalog.Degraded, catalog.Down, []catalog.RegionID{"ca", "ca-on-1"}},
		{catalog.Degraded, catalog.Up, []catalog.RegionID{"ca", "ca-on-1"}},
		{catalog.Up, catalog.Degraded, []catalog.RegionID{"ca", "ca-on-1"}},
		{catalog.Unknown, catalog.Up, []catalog.RegionID{"ca", "ca-on-1"}},
		{"", catalog.Down, []catalog.RegionID{"ca-on-1"}},
	} {
		r := draw(catalog.EN, func(in *incident.Incident) {
			in.Verdicts = []incident.Verdict{verdict("norda/home-internet", "ca-on-1", evidence.Both, tt.town)}
			if tt.country != "" {
				in.Verdicts = append(in.Verdicts, verdict("norda/core", "ca", evidence.Both, tt.country))
			}
		})
		var got []catalog.RegionID
		for _, l := range lines(r, SecWhere, "region-state") {
			got = append(got, l.Region)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s around %s: %v", tt.country, tt.town, got)
		}
	}
}

// Who is told with the emergency number is not told again among the others.
func TestCallsForHelpAreToldOnce(t *testing.T) {
	r := draw(catalog.EN)
	for _, l := range section(r, SecAffected) {
		if l.Node == "vale/emergency-calls" || l.Node == "norda/emergency-calls" {
			t.Errorf("%q", l.Text)
		}
	}
	l := line(t, draw(catalog.FR, func(in *incident.Incident) {
		in.Effects = append(in.Effects, effect("north-police/mobile-911", "ca-on-2", catalog.Down))
	}), SecAffected, "effect", about("north-police/mobile-911"))
	if !strings.HasPrefix(loosen(l.Text), "« Accès au 911 par cellulaire dans le Nord » : les appels peuvent échouer (région : Kenora)") {
		t.Errorf("%q", l.Text)
	}
}

// The owner's word about its own goes before another's.
func TestOwnersWordFirst(t *testing.T) {
	r := draw(catalog.EN, func(in *incident.Incident) {
		in.Said = append(in.Said, speech("press", "19:40", both("Norda is out", "Norda est hors service"), says(evidence.SaysDown, "norda/mobile-voice")))
	})
	if l := line(t, r, SecDown, "service-state", about("norda/mobile-voice")); l.By != "norda" {
		t.Errorf("by %q: %q", l.By, l.Text)
	}
	r = draw(catalog.EN, func(in *incident.Incident) {
		in.Said = []incident.Said{speech("press", "19:40", both("Norda is out", "Norda est hors service"), says(evidence.SaysDown, "norda/mobile-voice"))}
	})
	if l := line(t, r, SecDown, "service-state", about("norda/mobile-voice")); l.By != "press" {
		t.Errorf("by %q: %q", l.By, l.Text)
	}
}

// A peer's level is its newest, and only what is measured of its network.
func TestPeerLevel(t *testing.T) {
	old, now := read(evidence.Traffic, "as1", 0.5, 1), read(evidence.Traffic, "as1", 0.9, 1)
	old.At = at("12:00")
	noise := read(evidence.Reports, "meridio", 300, 10)
	none := read(evidence.Traffic, "as1", 0.1, 0)
	for _, tt := range []struct {
		cites []incident.Citation
		want  float64
	}{
		{nil, -1}, {[]incident.Citation{noise, none}, -1}, {[]incident.Citation{old, now, noise}, 0.9}, {[]incident.Citation{now, old}, 0.9},
	} {
		if got := level(tt.cites); got != tt.want {
			t.Errorf("%v, want %v", got, tt.want)
		}
	}
}

// One supplier is one that there is no doing without: one of two is not.
func TestSoleSupplier(t *testing.T) {
	d := newDraft(testPicture(), testIncident(), catalog.EN)
	two := catalog.Requirement{Members: []catalog.NodeID{"a/x", "b/y"}, AtLeast: 1}
	for name, tt := range map[string]struct {
		need catalog.Requirement
		want bool
	}{
		"the only one": {all("a/x"), true}, "both are needed": {all("a/x", "b/y"), true}, "one of two": {two, false}, "another": {all("b/y"), false},
	} {
		if got := d.sole(&catalog.Node{Needs: []catalog.Requirement{tt.need}}, "a/x"); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A statement of which only the day is known has no hour among the evidence.
func TestWeighedDays(t *testing.T) {
	r := draw(catalog.EN, func(in *incident.Incident) {
		in.Evidence = append(in.Evidence, cited("clinic", "clinic-day"), cited("metro-police", "metro-police-13:30"))
	})
	day := line(t, r, SecEvidence, "weighed-statement", func(l Line) bool { return l.By == "clinic" })
	if !day.DayOnly || day.Text != "The statement by City Clinic on March 3 counts for an outage, with weight 2.5." {
		t.Errorf("%+v", day)
	}
	loose := line(t, r, SecEvidence, "weighed-statement", func(l Line) bool { return l.By == "metro-police" })
	if !loose.Approx || !strings.Contains(loose.Text, "at about 8:30 a.m. ET") {
		t.Errorf("%+v", loose)
	}
}

// A reading of a whole country is not "Canada, Canada".
func TestReadingOfItsOwnRegion(t *testing.T) {
	r := draw(catalog.EN, func(in *incident.Incident) {
		in.Evidence = []incident.Citation{read(evidence.Traffic, "country/ca", 0.7, 1)}
	})
	if l := line(t, r, SecEvidence, "reading", func(l Line) bool { return strings.HasPrefix(l.Text, "Traffic,") }); !strings.HasPrefix(l.Text, "Traffic, Canada: 0.7") || l.Region != "ca" {
		t.Errorf("%+v", l)
	}
}

// Parts that a repair needs are named as parts.
func TestRolesOfNodes(t *testing.T) {
	d := newDraft(testPicture(), testIncident(), catalog.EN)
	for id, want := range map[catalog.NodeID]role{
		"norda/core": partRole, "norda/noc": partRole, "norda/mobile-voice": serviceRole, "paykit/debit": serviceRole,
		"rail/card-sales": activityRole, "no/such": plainRole,
	} {
		if got := d.thing(id).role; got != want {
			t.Errorf("%s: %v", id, got)
		}
	}
}
