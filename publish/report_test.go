package publish

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// Every topic that an incident can call for is there, in its section, in both
// languages.
func TestEveryTopic(t *testing.T) {
	want := map[SectionID][]string{
		SecDown:      {"carrier-state", "service-state", "family-state", "cause"},
		SecEmergency: {"emergency-access", "emergency-advice", "fallback-withdrawn", "emergency-warning", "emergency-centre"},
		SecWorks:     {"stands", "fallback", "fallback-withdrawn", "peer-works", "service-stands"},
		SecWhen:      {"forecast", "false-recoveries", "relapse"},
		SecSaid:      {"first-word", "no-cause", "no-eta", "newest-statement", "statement"},
		SecWhere:     {"report-share", "area", "region-state"},
		SecAffected:  {"effect", "effect-scope", "statement"},
		SecPeers:     {"peer-verdict", "statement"},
		SecHistory:   {"last-event"},
		SecUnknown:   {"no-cause", "no-eta", "blind", "unknown-state", "health"},
		SecEvidence:  {"root-probability", "reading", "weighed-statement"},
		SecTimeline:  {"event", "facet", "note", "statement"},
	}
	for _, lang := range langs() {
		r := draw(lang)
		if len(r.Sections) != len(want) {
			t.Errorf("%s: %d sections, want %d", lang, len(r.Sections), len(want))
		}
		for id, topics := range want {
			for _, topic := range topics {
				if len(lines(r, id, topic)) == 0 {
					t.Errorf("%s: section %s has no line on %s", lang, id, topic)
				}
			}
		}
	}
}

// Whatever a line says, it says how it is known and since when, in a whole
// sentence; what is seen or told has its source.
func TestLinesAreWhole(t *testing.T) {
	for _, lang := range langs() {
		for _, s := range draw(lang).Sections {
			if s.Title == "" || s.Title == string(s.ID) {
				t.Errorf("%s: section %s has no title", lang, s.ID)
			}
			for _, l := range s.Lines {
				checkLine(t, string(lang)+"/"+string(s.ID)+"/"+l.Topic, l)
			}
		}
	}
}

func checkLine(t *testing.T, where string, l Line) {
	t.Helper()
	if l.Kind == "" || l.At.IsZero() || l.Topic == "" {
		t.Errorf("%s: a line without topic, kind or time: %+v", where, l)
	}
	if first, last := l.Text, l.Text; !strings.ContainsAny(last[max(0, len(last)-1):], ".!?") || strings.TrimSpace(first) != first {
		t.Errorf("%s: not a whole sentence: %q", where, l.Text)
	}
	if strings.Contains(l.Text, "  ") || strings.Contains(l.Text, "..") || strings.Contains(l.Text, "%!") {
		t.Errorf("%s: badly put together: %q", where, l.Text)
	}
	if l.Kind == incident.Stated && l.By == "" && l.ByName == "" {
		t.Errorf("%s: stated by nobody: %+v", where, l)
	}
	ourselves := l.Topic == "health" || l.Topic == "watched" || l.Topic == "note"
	if (l.Kind == incident.Observed || l.Kind == incident.Stated) && len(l.Sources) == 0 && !ourselves {
		t.Errorf("%s: %s without a source: %q", where, l.Kind, l.Text)
	}
}

// The two languages say the same things: only the words differ.
func TestLanguagesAreEqual(t *testing.T) {
	en, fr := draw(catalog.EN), draw(catalog.FR)
	if len(en.Sections) != len(fr.Sections) {
		t.Fatalf("%d sections in English, %d in French", len(en.Sections), len(fr.Sections))
	}
	for i, s := range en.Sections {
		other := fr.Sections[i]
		if s.ID != other.ID || len(s.Lines) != len(other.Lines) {
			t.Fatalf("section %s has %d lines, %s has %d", s.ID, len(s.Lines), other.ID, len(other.Lines))
		}
		for j, l := range s.Lines {
			f := other.Lines[j]
			if l.Text == f.Text {
				t.Errorf("%s/%s: the same words in both languages: %q", s.ID, l.Topic, l.Text)
			}
			l.Text, l.ByName, f.Text, f.ByName = "", "", "", ""
			if !reflect.DeepEqual(l, f) {
				t.Errorf("%s: line %d differs\nen %+v\nfr %+v", s.ID, j, l, f)
			}
		}
	}
}

func TestFrenchIsFrench(t *testing.T) {
	english := regexp.MustCompile(`(?i)\b(down|up|unknown|degraded|confirmed|suspected|recovering|resolved|since|across|stated|observed|inferred|reports|the|of|and|because|calls)\b`)
	loose := regexp.MustCompile(`[^\x{a0}] ?[:;?!»](\s|$)| [:;?!»%]|« |\d (?:h|min|%|jours)\b`)
	r := draw(catalog.FR)
	texts := []string{r.Title, r.StateName}
	for _, s := range r.Sections {
		texts = append(texts, s.Title)
		for _, l := range s.Lines {
			texts = append(texts, l.Text)
		}
	}
	for _, text := range texts {
		if m := english.FindString(text); m != "" && !strings.Contains(text, "Checked by phone") {
			t.Errorf("English %q in %q", m, text)
		}
		if m := loose.FindString(text); m != "" {
			t.Errorf("%q wants a no-break space in %q", m, text)
		}
		if strings.ContainsRune(text, '\'') {
			t.Errorf("a typewriter's apostrophe in %q", text)
		}
	}
}

// The meaning of single lines, whatever their words.
func TestMeaning(t *testing.T) {
	r := draw(catalog.EN)
	up, down, degraded, unknown := catalog.Up, catalog.Down, catalog.Degraded, catalog.Unknown
	tests := []struct {
		name    string
		section SectionID
		topic   string
		keep    func(Line) bool
		state   catalog.State
		kind    incident.Kind
		value   float64
	}{
		{"the carrier is down", SecDown, "carrier-state", ofOrg("norda"), down, incident.Observed, 600},
		{"a service that its owner says is down", SecDown, "service-state", about("norda/mobile-voice"), down, incident.Stated, 600},
		{"a service that reports show", SecDown, "service-state", about("norda/home-internet"), down, incident.Observed, 600},
		{"a service that only the graph shows", SecDown, "service-state", about("norda/business"), down, incident.Inferred, 600},
		{"the cause as seen from outside", SecDown, "cause", about("norda/core"), down, incident.Inferred, 0},
		{"calls for help", SecEmergency, "emergency-access", about("norda/emergency-calls"), down, incident.Inferred, 0},
		{"calls for help on another carrier", SecEmergency, "emergency-access", about("vale/emergency-calls"), down, incident.Inferred, 0},
		{"the centre itself", SecEmergency, "emergency-centre", about("metro-police/911-centre"), up, incident.Stated, 0},
		{"a quiet centre", SecEmergency, "emergency-centre", about("north-police/911-centre"), unknown, incident.Unseen, 0},
		{"a spared service", SecWorks, "service-stands", about("norda/cable-tv"), unknown, incident.Unseen, 0},
		{"a dependent that works", SecWorks, "stands", about("grocer/tills"), up, incident.Stated, 0},
		{"a peer that works", SecWorks, "peer-works", ofOrg("meridio"), up, incident.Observed, 0},
		{"no forecast", SecWhen, "forecast", nil, "", incident.Unseen, 0},
		{"false recoveries", SecWhen, "false-recoveries", nil, "", incident.Observed, 2},
		{"first word", SecSaid, "first-word", nil, "", incident.Stated, 250},
		{"no cause", SecSaid, "no-cause", nil, "", incident.Inferred, 2},
		{"no time of return", SecSaid, "no-eta", nil, "", incident.Inferred, 2},
		{"payments", SecAffected, "effect", about("paykit/debit"), down, incident.Inferred, 0},
		{"payments for everyone", SecAffected, "effect-scope", about("paykit/debit"), down, incident.Inferred, 0},
		{"a dependent that says so", SecAffected, "effect", about("rail/card-sales"), degraded, incident.Stated, 0},
		{"a dependent with people", SecAffected, "effect", about("clinic/appointments"), degraded, incident.Stated, 12000},
		{"a cleared peer", SecPeers, "peer-verdict", ofOrg("meridio"), up, incident.Observed, 170},
		{"a loaded peer", SecPeers, "peer-verdict", ofOrg("zefir"), degraded, incident.Observed, 60},
		{"a peer that can't be seen", SecPeers, "peer-verdict", ofOrg("ebon"), unknown, incident.Observed, 0},
		{"the last event", SecHistory, "last-event", ofOrg("norda"), down, incident.Observed, 1200},
		{"what can't be seen", SecUnknown, "unknown-state", about("norda/radio"), unknown, incident.Unseen, 0},
		{"an unobserved node", SecUnknown, "blind", about("norda/business"), unknown, incident.Unseen, 0},
		{"the country", SecWhere, "region-state", func(l Line) bool { return l.Region == "ca" }, degraded, incident.Observed, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			keep := tt.keep
			if keep == nil {
				keep = func(Line) bool { return true }
			}
			l := line(t, r, tt.section, tt.topic, keep)
			if l.State != tt.state || l.Kind != tt.kind || l.Value != tt.value {
				t.Errorf("state %q kind %q value %v, want %q %q %v\n%s", l.State, l.Kind, l.Value, tt.state, tt.kind, tt.value, l.Text)
			}
		})
	}
}

func TestHeadline(t *testing.T) {
	tests := []struct {
		name   string
		change func(*incident.Incident)
		en, fr []string
	}{
		{"part of a carrier", func(*incident.Incident) {}, []string{"Some Norda services are down", "mobile calls", "5:00 a.m. ET", "10 h", "confirmed, over 99%"}, []string{"Certains services de Norda sont en panne", "appels mobiles", "5 h (HE)", "10 h", "confirmée, plus de 99 %"}},
		{"suspected", func(in *incident.Incident) { in.State, in.P = incident.Suspected, 0.66 }, []string{"may be down", "possible, 66%"}, []string{"peut-être en panne", "possible, 66 %"}},
		{"likely", func(in *incident.Incident) { in.State, in.P = incident.Suspected, 0.9 }, []string{"likely, 90%"}, []string{"probable, 90 %"}},
		{"recovering", func(in *incident.Incident) { in.State = incident.Recovering }, []string{"is coming back", "5:00 a.m. ET"}, []string{"se rétablit", "5 h (HE)"}},
		{"resolved", func(in *incident.Incident) { in.State, in.Life.Ended = incident.Resolved, at("19:00") }, []string{"is back to normal: service has been back since 2:00 p.m. ET", "after an outage of 9 h"}, []string{"revenu à la normale : le service est de retour depuis 14 h (HE)", "après une panne de 9 h"}},
		{"reviewed", func(in *incident.Incident) { in.State, in.Life.Resolved = incident.Reviewed, at("19:30") }, []string{"back since 2:30 p.m. ET"}, []string{"depuis 14 h 30 (HE)"}},
		{"dismissed", func(in *incident.Incident) { in.State = incident.Dismissed }, []string{"We were wrong"}, []string{"Nous avions tort"}},
		{"roots alone", func(in *incident.Incident) { in.Verdicts, in.Effects = nil, nil }, []string{"Norda is down across Canada"}, []string{"Norda est en panne dans tout le pays"}},
		{"degraded", func(in *incident.Incident) {
			in.Effects = nil
			in.Verdicts = in.Verdicts[2:3]
		}, []string{"One Norda service works only in part", "in Ontario and Quebec"}, []string{"Un service de Norda ne fonctionne qu’en partie", "régions : Ontario et Québec"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for lang, wants := range map[catalog.Lang][]string{catalog.EN: tt.en, catalog.FR: tt.fr} {
				title := draw(lang, tt.change).Title
				for _, want := range wants {
					if !strings.Contains(loosen(title), want) {
						t.Errorf("%s: %q lacks %q", lang, title, want)
					}
				}
			}
		})
	}
}

// loosen makes every space a plain one.
func loosen(s string) string { return strings.ReplaceAll(s, nbsp, " ") }

// All services of a carrier down is the carrier down.
func TestWholeCarrier(t *testing.T) {
	r := draw(catalog.EN, func(in *incident.Incident) {
		for _, region := range []catalog.RegionID{"ca-on", "ca-qc"} {
			in.Effects = append(in.Effects, incident.Effect{Node: "norda/cable-tv", Region: region, State: catalog.Down, Since: at("10:00")})
		}
	})
	if !strings.HasPrefix(r.Title, "Norda is down across Canada") {
		t.Errorf("title %q", r.Title)
	}
	l := line(t, r, SecDown, "carrier-state")
	if l.Region != "ca" || l.P != 0.998 || !l.At.Equal(at("10:00")) {
		t.Errorf("carrier-state %+v", l)
	}
}

func TestRootsAsASet(t *testing.T) {
	for lang, want := range map[catalog.Lang]string{catalog.EN: "either the Norda core or the Norda radio network", catalog.FR: "soit « cœur de Norda », soit « réseau radio de Norda »"} {
		r := draw(lang, func(in *incident.Incident) { in.Roots = []catalog.NodeID{"norda/core", "norda/radio"} })
		l := line(t, r, SecDown, "cause")
		if !strings.Contains(loosen(l.Text), want) || l.Kind != incident.Inferred || len(l.Path) != 2 {
			t.Errorf("%s: %+v", lang, l)
		}
	}
}

func TestServiceRegions(t *testing.T) {
	r := draw(catalog.EN)
	l := line(t, r, SecDown, "service-state", about("norda/home-internet"))
	if l.Region != "" || !strings.Contains(l.Text, "in Ontario and Quebec") {
		t.Errorf("a verdict for the country about a service of two provinces: %+v", l)
	}
	voice := line(t, r, SecDown, "service-state", about("norda/mobile-voice"))
	if voice.Region != "ca" || voice.By != "norda" || !voice.At.Equal(at("19:30")) {
		t.Errorf("what the carrier says bears the time at which it said so: %+v", voice)
	}
	business := line(t, r, SecDown, "service-state", about("norda/business"))
	if !slices.Equal(business.Path, []catalog.NodeID{"norda/business", "norda/core"}) || !strings.Contains(business.Text, "rests on the Norda core") {
		t.Errorf("an inference gives its path: %+v", business)
	}
}

func TestFamilies(t *testing.T) {
	found := lines(draw(catalog.FR), SecDown, "family-state")
	if len(found) != 2 || found[0].Family != evidence.IPv4 || found[0].State != catalog.Degraded || found[1].Family != evidence.IPv6 || found[1].State != catalog.Down {
		t.Fatalf("families %+v", found)
	}
	same := draw(catalog.EN, func(in *incident.Incident) { in.Verdicts[0].State = catalog.Down })
	if got := lines(same, SecDown, "family-state"); len(got) != 0 {
		t.Errorf("families that agree need no lines: %+v", got)
	}
}

func TestServiceBack(t *testing.T) {
	r := draw(catalog.EN, func(in *incident.Incident) {
		in.State = incident.Recovering
		in.Life.Recovering = at("19:00")
		in.Effects = nil
		in.Verdicts = in.Verdicts[2:3]
		in.Verdicts[0].State, in.Verdicts[0].Until = catalog.Up, at("19:00")
	})
	l := line(t, r, SecDown, "service-state")
	if l.State != catalog.Up || !l.At.Equal(at("19:00")) || !strings.Contains(l.Text, "back since 2:00 p.m. ET") {
		t.Errorf("a service that came back: %+v", l)
	}
	if got := line(t, r, SecWhen, "recovering"); !got.At.Equal(at("19:00")) {
		t.Errorf("recovering %+v", got)
	}
	over := draw(catalog.FR, func(in *incident.Incident) { in.State, in.Life.Ended = incident.Resolved, at("19:00") })
	if line(t, over, SecWhen, "back").At != at("19:00") || len(lines(over, SecWhen, "forecast")) != 0 {
		t.Error("a resolved incident says when service was back and forecasts nothing")
	}
}

func TestSaid(t *testing.T) {
	r := draw(catalog.EN)
	first := line(t, r, SecSaid, "first-word")
	if first.By != "norda" || !first.At.Equal(at("14:10")) || !strings.Contains(first.Text, "4 h 10 min after the start") {
		t.Errorf("first word %+v", first)
	}
	if newest := line(t, r, SecSaid, "newest-statement"); !newest.At.Equal(at("19:30")) || !strings.Contains(newest.Text, "We make progress") {
		t.Errorf("a statement that is heard after the report's time is not in it: %+v", newest)
	}
	told := lines(r, SecSaid, "statement")
	if len(told) != 8 {
		t.Fatalf("%d other statements, want 8", len(told))
	}
	if !slices.IsSortedFunc(told, func(a, b Line) int { return b.At.Compare(a.At) }) {
		t.Error("statements are not newest first")
	}
}

func TestSaidNothing(t *testing.T) {
	for _, lang := range langs() {
		r := draw(lang, func(in *incident.Incident) { in.Said = nil })
		if l := line(t, r, SecSaid, "first-word"); l.Kind != incident.Unseen || l.Value != 600 {
			t.Errorf("%s: no word yet: %+v", lang, l)
		}
		if l := line(t, r, SecSaid, "no-cause"); l.Kind != incident.Unseen {
			t.Errorf("%s: no statement to infer from: %+v", lang, l)
		}
	}
}

// What the carrier said before the outage is not about it.
func TestFirstWordIsAfterTheStart(t *testing.T) {
	r := draw(catalog.EN, func(in *incident.Incident) {
		in.Said = append(in.Said, speech("norda", "08:00", both("A fine day", "Belle journée")))
		day := speech("norda", "00:00", both("We are aware", "Nous savons"))
		day.DayOnly = true
		in.Said = append(in.Said, day)
	})
	if l := line(t, r, SecSaid, "first-word"); !l.At.Equal(at("14:10")) {
		t.Errorf("first word %+v", l)
	}
}

func TestCauseAndETA(t *testing.T) {
	for _, lang := range langs() {
		r := draw(lang, func(in *incident.Incident) {
			in.Said = append(in.Said, speech("norda", "15:00", both("It is a router; back at noon", "C’est un routeur ; retour à midi"),
				evidence.Claim{Kind: evidence.SaysCause, Text: both("a router", "un routeur")},
				evidence.Claim{Kind: evidence.SaysETA, Time: at("17:00")}, evidence.Claim{Kind: evidence.SaysETA, Time: at("23:00")}))
		})
		if l := line(t, r, SecSaid, "cause"); l.Kind != incident.Stated || l.By != "norda" {
			t.Errorf("%s: cause %+v", lang, l)
		}
		etas := lines(r, SecWhen, "eta")
		if len(etas) != 2 || !etas[0].Until.Equal(at("17:00")) {
			t.Fatalf("%s: etas %+v", lang, etas)
		}
		passed := map[catalog.Lang]string{catalog.EN: "That time has passed.", catalog.FR: "Cette heure est passée."}[lang]
		if !strings.HasSuffix(etas[0].Text, passed) || strings.HasSuffix(etas[1].Text, passed) {
			t.Errorf("%s: only a time that has passed is said to: %q %q", lang, etas[0].Text, etas[1].Text)
		}
		if len(lines(r, SecUnknown, "no-cause"))+len(lines(r, SecUnknown, "no-eta"))+len(lines(r, SecSaid, "no-cause")) != 0 {
			t.Errorf("%s: what was said is still called unknown", lang)
		}
	}
}

func TestShares(t *testing.T) {
	for lang, want := range map[catalog.Lang]string{catalog.EN: "reconstructed from sourced totals", catalog.FR: "reconstituée à partir de totaux sourcés"} {
		found := lines(draw(lang), SecWhere, "report-share")
		if len(found) != 3 || found[0].Region != "ca-on-south" || found[0].Value != 0.71 {
			t.Fatalf("%s: the smallest place with most reports goes first, tiny ones and the country are left out: %+v", lang, found)
		}
		if !strings.Contains(loosen(found[0].Text), want) || !strings.Contains(loosen(found[0].Text), "71") {
			t.Errorf("%s: %q", lang, found[0].Text)
		}
	}
}
