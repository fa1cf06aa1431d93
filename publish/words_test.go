package publish

import (
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

func dialIn(lang catalog.Lang) dial {
	return dial{lang: lang, zone: Zone("America/Toronto"), now: at("20:00")}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		state  incident.State
		en, fr string
	}{
		{incident.Suspected, "Possible outage", "Panne possible"},
		{incident.Confirmed, "Confirmed outage", "Panne confirmée"},
		{incident.Recovering, "Coming back", "Rétablissement"},
		{incident.Resolved, "Resolved", "Terminé"},
		{incident.Reviewed, "Resolved and reviewed", "Terminé et revu"},
		{incident.Dismissed, "Not an outage", "Fausse alerte"},
		{"", "No sign of an outage", "Aucun signe de panne"},
	} {
		if en, fr := StateName(catalog.EN, tt.state), StateName(catalog.FR, tt.state); en != tt.en || fr != tt.fr {
			t.Errorf("%q: %q, %q", tt.state, en, fr)
		}
	}
	seen := map[string]bool{}
	for _, s := range []catalog.State{catalog.Up, catalog.Degraded, catalog.Down, catalog.Unknown} {
		for _, lang := range langs() {
			name := NodeStateName(lang, s)
			if name == "" || seen[name] {
				t.Errorf("%s %s: %q", lang, s, name)
			}
			seen[name] = true
		}
	}
	if NodeStateName(catalog.EN, "") != NodeStateName(catalog.EN, catalog.Unknown) {
		t.Error("a state that is not said is not known")
	}
}

func TestKindName(t *testing.T) {
	for _, tt := range []struct {
		kind       incident.Kind
		by, en, fr string
	}{
		{incident.Observed, "", "observed", "observé"},
		{incident.Inferred, "", "inferred", "déduit"},
		{incident.Stated, "Interac", "stated by Interac", "selon Interac"},
		{incident.Stated, "", "stated", "déclaré"},
		{incident.Stated, "Service de police de Québec", "stated by Service de police de Québec", "selon le Service de police de Québec"},
		{incident.Unseen, "", "no sign seen", "aucun signe vu"},
	} {
		if en, fr := KindName(catalog.EN, tt.kind, tt.by), KindName(catalog.FR, tt.kind, tt.by); en != tt.en || fr != tt.fr {
			t.Errorf("%s by %q: %q, %q", tt.kind, tt.by, en, fr)
		}
	}
}

func TestSectionNames(t *testing.T) {
	for _, id := range []SectionID{SecDown, SecEmergency, SecWorks, SecWhen, SecSaid, SecWhere, SecAffected, SecPeers, SecHistory, SecUnknown, SecEvidence, SecTimeline} {
		for _, lang := range langs() {
			if name := SectionName(lang, id); name == string(id) || name == "" {
				t.Errorf("%s has no title in %s", id, lang)
			}
		}
	}
	if SectionName(catalog.FR, SecWhen) != "Quand le service reviendra-t-il\u00a0?" {
		t.Errorf("%q", SectionName(catalog.FR, SecWhen))
	}
	if SectionName(catalog.EN, "other") != "other" {
		t.Error("an unknown section keeps its id")
	}
}

// Word and number go together; below one half nothing is said.
func TestLikely(t *testing.T) {
	for _, tt := range []struct {
		p      float64
		en, fr string
	}{
		{0.3, "", ""},
		{0.5, "possible, 50%", "possible, 50 %"},
		{0.79, "possible, 79%", "possible, 79 %"},
		{0.8, "likely, 80%", "probable, 80 %"},
		{0.95, "likely, 95%", "probable, 95 %"},
		{0.96, "confirmed, 96%", "confirmée, 96 %"},
		{0.9999, "confirmed, over 99%", "confirmée, plus de 99 %"},
		{1, "confirmed, 100%", "confirmée, 100 %"},
	} {
		if en, fr := speak(dialIn(catalog.EN)).likely(tt.p), loosen(speak(dialIn(catalog.FR)).likely(tt.p)); en != tt.en || fr != tt.fr {
			t.Errorf("%v: %q, %q", tt.p, en, fr)
		}
	}
}

func TestPlural(t *testing.T) {
	w := english{dialIn(catalog.EN)}
	for name, want := range map[string]bool{
		"Rogers mobile voice": false, "Acme text messages": true, "911 calls from Acme phones": true, "phones of the staff": true,
		"Acme home internet access": false, "passport offices": true, "Hamilton Health Sciences": false, "Acme": false, "": false,
		"wading pools that need a phone": true, "Bank: transfers, machines, telephone": true, "campus": false, "of": false,
		"Rogers": false, "link of the machines": false,
	} {
		if got := w.plural(name); got != want {
			t.Errorf("plural(%q) = %v", name, got)
		}
	}
}

func TestFrenchNames(t *testing.T) {
	w := french{dialIn(catalog.FR)}
	for _, tt := range []struct{ name, org, of string }{
		{"Rogers", "Rogers", "de Rogers"},
		{"Interac", "Interac", "d’Interac"},
		{"Ébon", "Ébon", "d’Ébon"},
		{"oxio", "oxio", "d’oxio"},
		{"Le Quotidien", "le Quotidien", "du Quotidien"},
		{"les Messageries", "les Messageries", "des Messageries"},
		{"L’Hôpital d’Ici", "l’Hôpital d’Ici", "de l’Hôpital d’Ici"},
		{"la Poste", "la Poste", "de la Poste"},
		{"Service de police", "le Service de police", "du Service de police"},
		{"Service Canada", "Service Canada", "de Service Canada"},
		{"Service", "Service", "de Service"},
		{"Police du Nord", "la Police du Nord", "de la Police du Nord"},
		{"Hôpital Montfort", "l’Hôpital Montfort", "de l’Hôpital Montfort"},
		{"Services paramédicaux", "les Services paramédicaux", "des Services paramédicaux"},
		{"Centre 911", "le Centre 911", "du Centre 911"},
		{"", "", "de "},
	} {
		if got := w.org(tt.name); got != tt.org {
			t.Errorf("org(%q) = %q", tt.name, got)
		}
		if got := w.of(tt.name); got != tt.of {
			t.Errorf("of(%q) = %q", tt.name, got)
		}
	}
}

func TestClock(t *testing.T) {
	summer, winter := time.Date(2022, 7, 8, 8, 44, 0, 0, time.UTC), time.Date(2022, 1, 8, 17, 5, 0, 0, time.UTC)
	for _, tt := range []struct {
		zone   string
		t      time.Time
		en, fr string
	}{
		{"America/Toronto", summer, "4:44 a.m. ET", "4 h 44 (HE)"},
		{"America/Toronto", winter, "12:05 p.m. ET", "12 h 05 (HE)"},
		{"America/St_Johns", summer, "6:14 a.m. NT", "6 h 14 (HT)"},
		{"America/Halifax", summer, "5:44 a.m. AT", "5 h 44 (HA)"},
		{"America/Winnipeg", winter, "11:05 a.m. CT", "11 h 05 (HC)"},
		{"America/Regina", summer, "2:44 a.m. CT", "2 h 44 (HC)"},
		{"America/Edmonton", summer, "2:44 a.m. MT", "2 h 44 (HR)"},
		{"America/Vancouver", summer, "1:44 a.m. PT", "1 h 44 (HP)"},
		{"Australia/Adelaide", winter, "3:35 a.m. UTC+10:30", "3 h 35 (UTC+10:30)"},
		{"America/Sao_Paulo", summer, "5:44 a.m. UTC-3", "5 h 44 (UTC-3)"},
		{"UTC", summer, "8:44 a.m. UTC", "8 h 44 (UTC)"},
		{"No/Where", summer, "8:44 a.m. UTC", "8 h 44 (UTC)"},
		{"", summer.Truncate(time.Hour), "8:00 a.m. UTC", "8 h (UTC)"},
		{"Local", summer, "8:44 a.m. UTC", "8 h 44 (UTC)"},
		{"America/Toronto", summer.Add(-4 * time.Hour), "12:44 a.m. ET", "0 h 44 (HE)"},
	} {
		if en, fr := Clock(catalog.EN, Zone(tt.zone), tt.t), loosen(Clock(catalog.FR, Zone(tt.zone), tt.t)); en != tt.en || fr != tt.fr {
			t.Errorf("%s: %q, %q; want %q, %q", tt.zone, en, fr, tt.en, tt.fr)
		}
	}
}

func TestDays(t *testing.T) {
	zone := Zone("America/Toronto")
	night := time.Date(2022, 7, 2, 3, 0, 0, 0, time.UTC) // still 1 July in Toronto
	if en, fr := Day(catalog.EN, zone, night), loosen(Day(catalog.FR, zone, night)); en != "July 1, 2022" || fr != "1er juillet 2022" {
		t.Errorf("%q, %q", en, fr)
	}
	for _, tt := range []struct {
		now    time.Time
		en, fr string
	}{
		{night.Add(30 * time.Minute), "11:00 p.m. ET", "23 h (HE)"},
		{night.Add(3 * time.Hour), "July 1, 11:00 p.m. ET", "1er juillet, 23 h (HE)"},
		{night.AddDate(1, 0, 0), "July 1, 2022, 11:00 p.m. ET", "1er juillet 2022, 23 h (HE)"},
	} {
		if en, fr := When(catalog.EN, zone, night, tt.now), loosen(When(catalog.FR, zone, night, tt.now)); en != tt.en || fr != tt.fr {
			t.Errorf("at %s: %q, %q", tt.now, en, fr)
		}
	}
}

func TestTimesInSentences(t *testing.T) {
	en, fr := english{dialIn(catalog.EN)}, french{dialIn(catalog.FR)}
	day := time.Date(2031, 3, 2, 0, 0, 0, 0, time.UTC) // a date; midnight UTC is 1 March in Toronto
	for _, tt := range []struct {
		m                        moment
		at, since, atFR, sinceFR string
	}{
		{moment{t: at("15:00")}, "at 10:00 a.m. ET", "since 10:00 a.m. ET", "à 10 h (HE)", "depuis 10 h (HE)"},
		{moment{t: at("15:00"), approx: true}, "at about 10:00 a.m. ET", "since about 10:00 a.m. ET", "vers 10 h (HE)", "depuis environ 10 h (HE)"},
		{moment{t: at("15:00").AddDate(0, 0, -1)}, "on March 2 at 10:00 a.m. ET", "since March 2, 10:00 a.m. ET", "le 2 mars à 10 h (HE)", "depuis le 2 mars à 10 h (HE)"},
		{moment{t: at("15:00").AddDate(0, 0, -1), approx: true}, "on March 2 at about 10:00 a.m. ET", "since about March 2, 10:00 a.m. ET", "le 2 mars vers 10 h (HE)", "depuis le 2 mars vers 10 h (HE)"},
		{moment{t: day, dayOnly: true}, "on March 2", "since March 2", "le 2 mars", "depuis le 2 mars"},
	} {
		if got := en.at(tt.m); got != tt.at {
			t.Errorf("%q, want %q", got, tt.at)
		}
		if got := en.since(tt.m); got != tt.since {
			t.Errorf("%q, want %q", got, tt.since)
		}
		if got := loosen(fr.at(tt.m)); got != tt.atFR {
			t.Errorf("%q, want %q", got, tt.atFR)
		}
		if got := loosen(fr.since(tt.m)); got != tt.sinceFR {
			t.Errorf("%q, want %q", got, tt.sinceFR)
		}
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration][2]string{
		0: {"0 min", "0 min"}, 20 * time.Second: {"0 min", "0 min"}, 40 * time.Minute: {"40 min", "40 min"},
		time.Hour: {"1 h", "1 h"}, 250 * time.Minute: {"4 h 10 min", "4 h 10 min"}, 26*time.Hour + 3*time.Minute: {"26 h 3 min", "26 h 3 min"},
		72 * time.Hour: {"3 days", "3 jours"}, 1500 * 24 * time.Hour: {"1,500 days", "1 500 jours"}, -time.Hour: {"1 h", "1 h"},
	} {
		if en, fr := Span(catalog.EN, d), loosen(Span(catalog.FR, d)); en != want[0] || fr != want[1] {
			t.Errorf("%s: %q, %q", d, en, fr)
		}
	}
	if strings.Contains(Span(catalog.FR, time.Hour), " ") {
		t.Error("a French unit can be parted from its number")
	}
}

func TestNumber(t *testing.T) {
	nan := finiteless()
	for v, want := range map[float64][2]string{
		0: {"0", "0"}, 1234: {"1,234", "1 234"}, 1234567: {"1,234,567", "1 234 567"}, 0.5: {"0.5", "0,5"}, -3: {"-3", "-3"},
		999: {"999", "999"}, 12345.67: {"12,345.7", "12 345,7"}, -0.01: {"0", "0"}, nan: {"?", "?"},
	} {
		if en, fr := Number(catalog.EN, v), loosen(Number(catalog.FR, v)); en != want[0] || fr != want[1] {
			t.Errorf("%v: %q, %q", v, en, fr)
		}
	}
	for v, want := range map[float64][2]string{0: {"0", "0"}, 0.0234: {"0.023", "0,023"}, 9.87: {"9.9", "9,9"}, -3.5: {"-3.5", "-3,5"}, 1e-9: {"0", "0"}, 970: {"970", "970"}} {
		if en, fr := figure(catalog.EN, v), figure(catalog.FR, v); en != want[0] || fr != want[1] {
			t.Errorf("figure %v: %q, %q", v, en, fr)
		}
	}
}

// finiteless is not a number.
func finiteless() float64 {
	zero := 0.0
	return zero / zero
}

func TestPercent(t *testing.T) {
	for v, want := range map[float64][2]string{
		0: {"0%", "0 %"}, 0.38: {"38%", "38 %"}, 0.004: {"under 1%", "moins de 1 %"}, 0.999: {"over 99%", "plus de 99 %"},
		1: {"100%", "100 %"}, 1.3: {"130%", "130 %"}, 0.01: {"1%", "1 %"}, 25: {"2,500%", "2 500 %"}, finiteless(): {"?", "?"},
	} {
		if en, fr := Percent(catalog.EN, v), loosen(Percent(catalog.FR, v)); en != want[0] || fr != want[1] {
			t.Errorf("%v: %q, %q", v, en, fr)
		}
	}
}

func TestMark(t *testing.T) {
	r := Report{Lang: catalog.EN, Zone: "America/Toronto", At: at("20:00")}
	fr := r
	fr.Lang = catalog.FR
	for _, tt := range []struct {
		l      Line
		en, fr string
	}{
		{Line{Kind: incident.Observed, At: at("09:44")}, "observed 04:44", "observé 4 h 44"},
		{Line{Kind: incident.Inferred, At: at("09:44").AddDate(0, 0, -1)}, "inferred 2031-03-02 04:44", "déduit 2031-03-02 4 h 44"},
		{Line{Kind: incident.Stated, ByName: "Interac", At: at("13:30"), Approx: true}, "stated by Interac, ~08:30", "selon Interac, ~8 h 30"},
		{Line{Kind: incident.Stated, ByName: "Bell", At: at("00:00"), DayOnly: true}, "stated by Bell, 2031-03-03", "selon Bell, 2031-03-03"},
		{Line{Kind: incident.Unseen, At: at("20:00")}, "no sign seen, 15:00", "aucun signe vu, 15 h"},
	} {
		if a, b := r.Mark(tt.l), loosen(fr.Mark(tt.l)); a != tt.en || b != tt.fr {
			t.Errorf("%q, %q; want %q, %q", a, b, tt.en, tt.fr)
		}
	}
}

func TestSmallWords(t *testing.T) {
	for in, want := range map[string]string{"": "", "a": "a.", "a.": "a.", "a!": "a!", "a? ": "a?", "a…": "a…", "é": "é."} {
		if got := stop(in); got != want {
			t.Errorf("stop(%q) = %q", in, got)
		}
	}
	for in, want := range map[string]string{"": "", "a": "A", "éclair": "Éclair", "911": "911", "\xff": "\xff"} {
		if got := upper(in); got != want {
			t.Errorf("upper(%q) = %q", in, got)
		}
	}
	for want, names := range map[string][]string{"": nil, "a": {"a"}, "a and b": {"a", "b"}, "a, b and c": {"a", "b", "c"}} {
		if got := list(names, "and"); got != want {
			t.Errorf("list(%q) = %q", names, got)
		}
	}
	if got := typeset(catalog.FR, "« a » : b ; c ? d ! 5 % https://x:1/?q 4:44"); strings.Count(got, nbsp) != 7 || !strings.Contains(got, "https://x:1/?q 4:44") {
		t.Errorf("%q", got)
	}
	if got := typeset(catalog.EN, "a : b"); got != "a : b" {
		t.Errorf("English keeps its spaces: %q", got)
	}
}

// Many regions are counted, not listed.
func TestManyRegions(t *testing.T) {
	names := strings.Split("a b c d e f g h i", " ")
	for lang, want := range map[catalog.Lang]string{catalog.EN: "in 9 regions, among them a, b and c", catalog.FR: "(9 régions, dont a, b et c)"} {
		if got := speak(dialIn(lang)).standing(thing{name: "x"}, catalog.Down, stretch{where: place{names: names}}); !strings.Contains(got, want) {
			t.Errorf("%s: %q", lang, got)
		}
	}
}

// A suspicion never says "is".
func TestMaybe(t *testing.T) {
	for lang, want := range map[catalog.Lang]string{catalog.EN: "may", catalog.FR: "peut-être"} {
		d := dialIn(lang)
		d.maybe = true
		for _, s := range []catalog.State{catalog.Down, catalog.Degraded} {
			if got := speak(d).standing(thing{name: "x"}, s, stretch{}); !strings.Contains(got, want) {
				t.Errorf("%s %s: %q", lang, s, got)
			}
			if got := speak(dialIn(lang)).standing(thing{name: "x"}, s, stretch{maybe: true}); !strings.Contains(got, want) {
				t.Errorf("%s %s: %q", lang, s, got)
			}
		}
	}
}

func TestSteps(t *testing.T) {
	for _, lang := range langs() {
		seen := map[string]bool{}
		for _, op := range []incident.Op{incident.OpSuspect, incident.OpConfirm, incident.OpDismiss, incident.OpRecover, incident.OpRelapse, incident.OpResolve, incident.OpReview, incident.OpReopen, incident.OpRoots, incident.OpRetime} {
			got := speak(dialIn(lang)).step(op, "Norda", moment{t: at("15:00")})
			if !strings.Contains(got, "Norda") || seen[got] {
				t.Errorf("%s %s: %q", lang, op, got)
			}
			seen[got] = true
		}
		for _, m := range []evidence.Measure{evidence.Traffic, evidence.TrafficV4, evidence.TrafficV6, evidence.Prefixes, evidence.Withdrawals, evidence.Announcements, evidence.Blocks, evidence.Reports} {
			got := speak(dialIn(lang)).reading(readingOf{measure: m, m: moment{t: at("15:00")}})
			if strings.HasPrefix(got, string(m)+",") || seen[got] {
				t.Errorf("%s %s: %q", lang, m, got)
			}
			seen[got] = true
		}
		for _, b := range []evidence.Basis{evidence.Measured, evidence.Stated, evidence.Reported, evidence.Reconstructed, ""} {
			if got := speak(dialIn(lang)).basis(b); got == "" || seen[got] {
				t.Errorf("%s %s: %q", lang, b, got)
			}
			seen[speak(dialIn(lang)).basis(b)] = true
		}
	}
}

func TestFacetSentence(t *testing.T) {
	f := facetOf{thing: thing{name: "Norda core", role: partRole}, family: evidence.IPv6, region: "Canada", state: catalog.Up, m: moment{t: at("15:00")}}
	if got := speak(dialIn(catalog.EN)).facet(f); got != "At 10:00 a.m. ET, the Norda core over IPv6 (Canada) came back." {
		t.Errorf("%q", got)
	}
	if got := loosen(speak(dialIn(catalog.FR)).facet(f)); got != "À 10 h (HE), l’élément « Norda core » en IPv6 (Canada) revient en service." {
		t.Errorf("%q", got)
	}
	f.state, f.family, f.region = "", evidence.Both, ""
	if got := speak(dialIn(catalog.EN)).facet(f); !strings.Contains(got, "changed its state") {
		t.Errorf("%q", got)
	}
}
