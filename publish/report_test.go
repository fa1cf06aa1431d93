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
		SecWhere:     {"report-share", "region-state"},
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
		{"the country", SecWhere, "region-state", func(l Line) bool { return l.Region == "ca" }, down, incident.Observed, 0},
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
		{"part of a carrier", func(*incident.Incident) {}, []string{"Part of Norda", "mobile calls", "5:00 a.m. ET", "10 h", "confirmed, over 99%"}, []string{"Une partie des services de Norda", "appels mobiles", "5 h (HE)", "10 h", "confirmée, plus de 99 %"}},
		{"suspected", func(in *incident.Incident) { in.State, in.P = incident.Suspected, 0.66 }, []string{"may be down", "possible, 66%"}, []string{"peut-être en panne", "possible, 66 %"}},
		{"likely", func(in *incident.Incident) { in.State, in.P = incident.Suspected, 0.9 }, []string{"likely, 90%"}, []string{"probable, 90 %"}},
		{"recovering", func(in *incident.Incident) { in.State = incident.Recovering }, []string{"is coming back", "5:00 a.m. ET"}, []string{"se rétablit", "5 h (HE)"}},
		{"resolved", func(in *incident.Incident) { in.State, in.Life.Ended = incident.Resolved, at("19:00") }, []string{"back to normal since 2:00 p.m. ET", "after 9 h"}, []string{"revenu à la normale depuis 14 h (HE)", "après 9 h"}},
		{"reviewed", func(in *incident.Incident) { in.State, in.Life.Resolved = incident.Reviewed, at("19:30") }, []string{"since 2:30 p.m. ET"}, []string{"depuis 14 h 30 (HE)"}},
		{"dismissed", func(in *incident.Incident) { in.State = incident.Dismissed }, []string{"We were wrong"}, []string{"Nous avions tort"}},
		{"roots alone", func(in *incident.Incident) { in.Verdicts, in.Effects = nil, nil }, []string{"Norda is down across Canada"}, []string{"Norda est en panne partout au pays"}},
		{"degraded", func(in *incident.Incident) {
			in.Effects = nil
			in.Verdicts = in.Verdicts[2:3]
		}, []string{"works only in part", "in Ontario and Quebec"}, []string{"ne fonctionne qu’en partie", "régions : Ontario et Québec"}},
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
	for lang, want := range map[catalog.Lang]string{catalog.EN: "either the Norda core or the Norda radio network", catalog.FR: "« cœur de Norda » ou « réseau radio de Norda »"} {
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
		"ebon":    {"can’t see how Ebon stands", "70%"},
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
