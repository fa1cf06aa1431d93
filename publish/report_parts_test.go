package publish

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

func TestAffected(t *testing.T) {
	r := draw(catalog.EN)
	effects := lines(r, SecAffected, "effect")
	if last := effects[len(effects)-1]; last.Node != "norda/noc" {
		t.Errorf("the carrier's own parts go last, not %s", last.Node)
	}
	for _, l := range effects {
		if l.Node == "norda/core" || l.Node == "norda/mobile-voice" {
			t.Errorf("%s is told elsewhere", l.Node)
		}
		if len(l.Path) < 2 || !strings.Contains(l.Text, "Why: ") {
			t.Errorf("%s without its path: %q", l.Node, l.Text)
		}
	}
	sales := line(t, r, SecAffected, "effect", about("rail/card-sales"))
	for _, want := range []string{"rest on Paykit Debit, which rests on Norda business internet, which rests on the Norda core", "assumed"} {
		if !strings.Contains(sales.Text, want) {
			t.Errorf("%q lacks %q", sales.Text, want)
		}
	}
	clinic := line(t, r, SecAffected, "effect", about("clinic/appointments"))
	if !clinic.Until.Equal(at("22:00")) || !clinic.DayOnly || !strings.Contains(clinic.Text, "12,000") || !strings.Contains(clinic.Text, "5:00 p.m. ET") {
		t.Errorf("holdover, people, day: %+v", clinic)
	}
	scope := line(t, r, SecAffected, "effect-scope")
	if !strings.Contains(scope.Text, "not customers of Norda") || !strings.Contains(scope.Text, "one supplier and no second: Norda business internet") {
		t.Errorf("why everybody is hit: %q", scope.Text)
	}
	quote := line(t, r, SecAffected, "statement", about("paykit/debit"))
	if quote.By != "paykit" || quote.State != catalog.Degraded {
		t.Errorf("what the organisation itself says stands beside what is inferred: %+v", quote)
	}
}

// A milder word is evidence, but its speaker did not say the graver one.
func TestNobodyIsMisquoted(t *testing.T) {
	r := draw(catalog.EN, func(in *incident.Incident) {
		for i := range in.Effects {
			if in.Effects[i].Node == "paykit/debit" {
				in.Effects[i].Evidence = []incident.Citation{cited("paykit", "paykit-13:44")}
			}
		}
	})
	if l := line(t, r, SecAffected, "effect", about("paykit/debit")); l.Kind != incident.Inferred || l.By != "" || len(l.Sources) == 0 {
		t.Errorf("Paykit said degraded, not down: %+v", l)
	}
	narrow := draw(catalog.EN, func(in *incident.Incident) { // the police speak of one town
		for i := range in.Effects {
			if in.Effects[i].Node == "norda/emergency-calls" {
				in.Effects[i].State = catalog.Degraded
			}
		}
	})
	if l := line(t, narrow, SecEmergency, "emergency-access", about("norda/emergency-calls")); l.Kind != incident.Inferred {
		t.Errorf("a word about one town is not about the country: %+v", l)
	}
}

// Of a speaker's words about one thing, the newest counts.
func TestNewestWordCounts(t *testing.T) {
	r := draw(catalog.EN, func(in *incident.Incident) {
		in.Said = append(in.Said, speech("norda", "19:45", both("Calls are coming back", "Les appels reviennent"), says(evidence.SaysRecovering, "norda/mobile-voice")))
	})
	if l := line(t, r, SecDown, "service-state", about("norda/mobile-voice")); l.Kind != incident.Inferred {
		t.Errorf("an old word of Norda's is told as its present one: %+v", l)
	}
}

func TestPeers(t *testing.T) {
	r := draw(catalog.EN)
	tests := map[catalog.OrgID][]string{
		"meridio": {"Meridio is operational", "98% of normal", "from the usual 8 to 170", "explained", "under", "1%"},
		"zefir":   {"load", "no fault of its own", "130%"},
		"lumo":    {"It says that it is hit"},
		"vale":    {"rests in part on what failed at Norda"},
		"ebon":    {"can’t see the state of the Ebon network", "70%"},
	}
	for org, wants := range tests {
		l := line(t, r, SecPeers, "peer-verdict", ofOrg(org))
		for _, want := range wants {
			if want == "under" { // exactly one percent is not under it
				continue
			}
			if !strings.Contains(l.Text, want) {
				t.Errorf("%s: %q lacks %q", org, l.Text, want)
			}
		}
	}
	if l := line(t, r, SecPeers, "peer-verdict", ofOrg("meridio")); l.Class != incident.SpillOver || len(l.Sources) != 2 {
		t.Errorf("the peer's word is cited beside its traffic: %+v", l)
	}
	if l := line(t, r, SecPeers, "statement"); l.By != "meridio" {
		t.Errorf("the peer's own statement: %+v", l)
	}
	if len(lines(r, SecWorks, "peer-works")) != 2 {
		t.Error("only peers that work are told to work")
	}
}

func TestHistory(t *testing.T) {
	for lang, wants := range map[catalog.Lang][]string{
		catalog.EN: {"March 3, 2030", "20 h", "across Canada: mobile calls", "home internet", "a rotten cable"},
		catalog.FR: {"3 mars 2030", "20 h", "appels mobiles", "Internet résidentiel", "un câble pourri"},
	} {
		l := line(t, draw(lang), SecHistory, "last-event")
		for _, want := range wants {
			if !strings.Contains(loosen(l.Text), want) {
				t.Errorf("%s: %q lacks %q", lang, l.Text, want)
			}
		}
	}
	in := testIncident()
	other := pastIncident()
	other.Carrier = "meridio"
	if l := line(t, NewReport(testPicture(in, other), in, catalog.EN), SecHistory, "last-event"); l.Kind != incident.Unseen {
		t.Errorf("another carrier's past is not this one's: %+v", l)
	}
}

// An incident of the past is told by the names of its own day.
func TestHistoryHasItsOwnEdition(t *testing.T) {
	in, old := testIncident(), pastIncident()
	p := testPicture(in, old)
	w := catalog.World{
		Regions: testRegions(), Nodes: testNodes(), Carriers: []catalog.Carrier{{ID: "norda", Name: both("Old Norda", "Ancienne Norda")}},
		Services: []catalog.Service{{ID: "mobile-voice", Name: both("wireless", "sans-fil")}},
	}
	p.Past = map[incident.ID]*catalog.Edition{old.ID: catalog.New(old.Onset, "old", w)}
	if l := line(t, NewReport(p, in, catalog.EN), SecHistory, "last-event"); !strings.Contains(l.Text, "Old Norda") || !strings.Contains(l.Text, "wireless") {
		t.Errorf("%q", l.Text)
	}
}

func TestUnknown(t *testing.T) {
	for _, lang := range langs() {
		blind := lines(draw(lang), SecUnknown, "blind")
		if len(blind) != 5 {
			t.Fatalf("%s: %d blind spots, want 5", lang, len(blind))
		}
		if blind[0].Value != 60 || blind[1].Value != 300 || !blind[1].At.Equal(at("15:00")) {
			t.Errorf("%s: late by an hour, silent for five: %+v", lang, blind[:2])
		}
		if got := lines(draw(lang), SecUnknown, "health"); len(got) != 1 || got[0].At != at("19:00") {
			t.Errorf("%s: the silent feed is told once: %+v", lang, got)
		}
	}
	many := draw(catalog.EN, func(in *incident.Incident) {
		in.Blind = nil
		for _, n := range testNodes()[:8] {
			in.Blind = append(in.Blind, incident.Blindness{Node: n.ID})
		}
	})
	if l := line(t, many, SecUnknown, "blind"); l.Value != 8 || len(l.Path) != 8 {
		t.Errorf("many unobserved nodes share a line: %+v", l)
	}
}

func TestEvidence(t *testing.T) {
	r := draw(catalog.EN)
	if l := line(t, r, SecEvidence, "root-probability"); l.P != 0.998 {
		t.Errorf("%+v", l)
	}
	for _, want := range []string{"network AS65010 (Norda)", "0.02 against 1 usually", "method: ratio", "weight 3.5", "reconstructed"} {
		if l := line(t, r, SecEvidence, "reading", func(l Line) bool { return strings.HasPrefix(l.Text, "Traffic,") }); !strings.Contains(l.Text, want) {
			t.Errorf("%q lacks %q", l.Text, want)
		}
	}
}

func TestSubjects(t *testing.T) {
	d := newDraft(testPicture(), testIncident(), catalog.EN)
	for subject, want := range map[evidence.Subject]string{
		"as65010": "network AS65010 (Norda)", "as9": "network AS9", "norda": "Norda", "norda/core": "Norda core", "country/ca": "Canada",
		"collector/rrc04": "all networks, as collector rrc04 sees them", "any/mobile-voice": "mobile calls, whoever the carrier",
		"asia": "asia", "as": "as", "nobody/thing": "nobody/thing",
	} {
		if got := d.subject(subject); got != want {
			t.Errorf("subject(%q) = %q, want %q", subject, got, want)
		}
	}
}

func TestTimeline(t *testing.T) {
	r := draw(catalog.EN)
	all := section(r, SecTimeline)
	if !slices.IsSortedFunc(all, func(a, b Line) int { return b.At.Compare(a.At) }) {
		t.Error("the timeline is not newest first")
	}
	if l := line(t, r, SecTimeline, "facet"); l.Kind != incident.Observed || l.State != catalog.Down || l.Family != evidence.IPv6 {
		t.Errorf("a facet is known as its verdict is: %+v", l)
	}
	if l := line(t, r, SecTimeline, "note"); l.Kind != incident.Stated || l.ByName != "ana" {
		t.Errorf("an operator's note is the operator's: %+v", l)
	}
	if got := len(lines(r, SecTimeline, "event")); got != 3 {
		t.Errorf("%d events, want 3: a new judgement is no step", got)
	}
	early := testIncident()
	p := testPicture(early)
	p.Now = at("10:06")
	if got := len(lines(NewReport(p, early, catalog.EN), SecTimeline, "event")); got != 1 {
		t.Errorf("%d events by 10:06, want 1", got)
	}
}

func TestNoIncident(t *testing.T) {
	for lang, want := range map[catalog.Lang]string{catalog.EN: "No sign of a large outage", catalog.FR: "Aucun signe de grande panne"} {
		r := NoIncident(testPicture(pastIncident()), lang)
		if !strings.HasPrefix(r.Title, want) || r.Incident.ID != "" {
			t.Errorf("%s: title %q", lang, r.Title)
		}
		for _, s := range r.Sections {
			for _, l := range s.Lines {
				checkLine(t, string(lang)+"/none/"+l.Topic, l)
			}
		}
		if l := line(t, r, SecDown, "no-incident"); l.Kind != incident.Unseen || l.State != catalog.Unknown {
			t.Errorf("%s: no sign is not good news: %+v", lang, l)
		}
		if l := line(t, r, SecDown, "watched"); l.Value != 6 {
			t.Errorf("%s: %+v", lang, l)
		}
		if l := line(t, r, SecHistory, "last-event"); l.Org != "norda" {
			t.Errorf("%s: %+v", lang, l)
		}
		if len(lines(r, SecUnknown, "blind")) != 1 || len(lines(r, SecUnknown, "health")) != 2 {
			t.Errorf("%s: what can't be seen is told: %+v", lang, section(r, SecUnknown))
		}
	}
}

// With nothing to go on, a report is short, and still says what it can.
func TestEmptyHands(t *testing.T) {
	for _, lang := range langs() {
		for name, r := range map[string]Report{
			"nil picture":    NewReport(nil, incident.Incident{}, lang),
			"no edition":     NewReport(&Picture{Now: at("20:00")}, testIncident(), lang),
			"empty incident": NewReport(testPicture(), incident.Incident{ID: "x", State: incident.Confirmed}, lang),
			"no incident":    NoIncident(nil, lang),
			"other language": NewReport(testPicture(), testIncident(), "xx"),
		} {
			if r.Title == "" || len(r.Sections) == 0 || r.At.IsZero() {
				t.Errorf("%s: %s: %+v", lang, name, r)
			}
			for _, s := range r.Sections {
				for _, l := range s.Lines {
					if l.At.IsZero() || l.Kind == "" {
						t.Errorf("%s: %s: %s/%s has no time or kind", lang, name, s.ID, l.Topic)
					}
				}
			}
		}
	}
}

func TestReportIsTheSameTwice(t *testing.T) {
	for _, lang := range langs() {
		if a, b := draw(lang), draw(lang); !reflect.DeepEqual(a, b) {
			t.Errorf("%s: two reports of one incident differ", lang)
		}
	}
}

// A report must not write into the incident that others read.
func TestReportLeavesTheIncidentAlone(t *testing.T) {
	in := testIncident()
	NewReport(testPicture(in), in, catalog.EN)
	if !reflect.DeepEqual(in, testIncident()) {
		t.Error("NewReport changed its incident")
	}
}

func TestReportTime(t *testing.T) {
	if got := reportTime(&Picture{}, testIncident()); !got.Equal(at("17:00")) {
		t.Errorf("without a picture's time the newest event counts, got %s", got)
	}
	if got := reportTime(&Picture{}, incident.Incident{}); got.IsZero() {
		t.Error("a report has a time")
	}
	if got := reportTime(&Picture{Now: at("12:00")}, testIncident()); !got.Equal(at("12:00")) {
		t.Errorf("got %s", got)
	}
}
