package publish

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// Every sentence that a report can make, as it is to read. The French ones are
// written here with plain spaces; [setWell] looks after the others.
//
// A row that changes is a sentence that readers will see changed: read both.
type sentence struct {
	method, name string
	say          func(voice) string
	en, fr       string
}

// sentences are all tables, by what they speak of.
func sentences() map[string][]sentence {
	return map[string][]sentence{
		"names": nameSentences(), "down": downSentences(), "help": helpSentences(), "said": saidSentences(), "known": knownSentences(),
	}
}

func TestSentences(t *testing.T) {
	for table, rows := range sentences() {
		for _, row := range rows {
			t.Run(table+"/"+row.method+"/"+row.name, func(t *testing.T) {
				if en := row.say(speaker(catalog.EN)); en != row.en {
					t.Errorf("reads\n%s\nwant\n%s", en, row.en)
				}
				fr := typeset(catalog.FR, row.say(speaker(catalog.FR)))
				if loosen(fr) != row.fr {
					t.Errorf("reads\n%s\nwant\n%s", loosen(fr), row.fr)
				}
				setWell(t, fr)
			})
		}
	}
}

// No method of the sentence interfaces goes unread.
func TestEverySentenceIsReviewed(t *testing.T) {
	var read []string
	for _, rows := range sentences() {
		for _, row := range rows {
			read = append(read, row.method)
		}
	}
	all := reflect.TypeFor[words]()
	for m := range all.Methods() {
		if name := m.Name; !slices.Contains(read, name) {
			t.Errorf("no row reads %q", name)
		}
	}
}

// badlySet are spaces that let a line break in the wrong place, and marks of
// another language.
var badlySet = sync.OnceValue(func() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		"a plain space before a mark":       regexp.MustCompile(` [:;?!»%]`),
		"no space before a mark":            regexp.MustCompile(`[^\x{a0}\d][:;?!»%](\s|$)`),
		"a plain space after «":             regexp.MustCompile(`«[^\x{a0}]`),
		"a number parted from its unit":     regexp.MustCompile(`\d (h|min|jours|%)\b`),
		"a day parted from its month":       regexp.MustCompile(`\d (janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)`),
		"a typewriter's mark":               regexp.MustCompile(`['"“”]`),
		"an article that wants elision":     regexp.MustCompile(`(?i)\b(de|le|la|que|ne|se) [aeiouéèêâîôû]\pL`),
		"an article that wants contracting": regexp.MustCompile(`(?i)(^|[ (])(de le|de les|à le|à les) `),
		"an English figure":                 regexp.MustCompile(`\d\.\d|[1-9]\d{0,2},\d{3}\b`),
	}
})

// setWell holds a French line to the rules of its setting.
func setWell(t *testing.T, fr string) {
	t.Helper()
	for what, wrong := range badlySet() {
		if m := wrong.FindString(fr); m != "" {
			t.Errorf("%s: %q in %q", what, m, fr)
		}
	}
}

// voice is a language with the things, the times and the places that the
// sentences are about.
type voice struct {
	words
	lang catalog.Lang
}

func speaker(lang catalog.Lang) voice { return voice{speak(dialIn(lang)), lang} }

func (v voice) say(en, fr string) string { return both(en, fr).In(v.lang) }

func (v voice) core() thing { return thing{v.say("Norda core", "cœur de Norda"), partRole} }
func (v voice) radio() thing {
	return thing{v.say("Norda radio network", "réseau radio de Norda"), partRole}
}

func (v voice) home() thing {
	return thing{v.say("Norda home internet", "Internet résidentiel de Norda"), serviceRole}
}

func (v voice) calls() thing {
	return thing{v.say("Norda mobile calls", "appels mobiles de Norda"), serviceRole}
}
func (v voice) debit() thing { return thing{v.say("Paykit Debit", "Débit Paykit"), serviceRole} }
func (v voice) pools() thing {
	return thing{v.say("wading pools that need a phone", "pataugeoires qui exigent un téléphone"), activityRole}
}

func (v voice) cars() thing {
	return thing{v.say("shared cars in Toronto", "véhicules partagés de Toronto"), activityRole}
}

func (v voice) links() thing {
	return thing{v.say("link of the defibrillators", "liaison des défibrillateurs"), activityRole}
}

func (v voice) bank() thing {
	return thing{v.say("e-Transfers, bank machines and phone banking at BMO", "virements, guichets et services par téléphone de BMO"), activityRole}
}

func (v voice) centre() thing {
	return thing{v.say("Metro 911 centre", "centrale 911 du Métro"), activityRole}
}

func (v voice) north() thing {
	return thing{v.say("911 by mobile phone in the North", "accès au 911 par cellulaire dans le Nord"), activityRole}
}

func (v voice) police() string { return v.say("Metro Police Service", "Service de police du Métro") }

func (v voice) venues() string {
	return v.say("concert venues in Toronto", "salles de concert de Toronto")
}

// names are the first of some services.
func (v voice) names(n int) []string {
	return []string{v.say("mobile calls", "appels mobiles"), v.say("home internet", "Internet résidentiel"), v.say("text messages", "textos")}[:n]
}

// It is 15:00 in Toronto on 3 March 2031.

func (voice) dawn() moment      { return moment{t: at("09:44")} }
func (voice) noon() moment      { return moment{t: at("17:00")} }
func (voice) evening() moment   { return moment{t: at("23:30")} }
func (voice) about() moment     { return moment{t: at("13:30"), approx: true} }
func (voice) yesterday() moment { return moment{t: at("21:40").AddDate(0, 0, -1)} }
func (voice) lastYear() moment  { return moment{t: at("05:15").AddDate(-1, 0, -2)} }
func (voice) day() moment       { return moment{t: at("00:00"), dayOnly: true} }

func (v voice) since() stretch {
	return stretch{since: v.dawn(), lasted: 5*time.Hour + 16*time.Minute}
}

func (v voice) nation() stretch {
	st := v.since()
	st.where.country = "Canada"
	return st
}

func (v voice) at1() stretch {
	return stretch{where: place{names: []string{"Toronto"}}, since: v.yesterday(), lasted: 22*time.Hour + 20*time.Minute}
}

func (v voice) at3() stretch {
	return stretch{where: place{names: []string{
		"Ontario", v.say("Newfoundland and Labrador", "Terre-Neuve-et-Labrador"), v.say("Quebec", "Québec"),
	}}, since: v.dawn()}
}

func (voice) at9() stretch {
	return stretch{where: place{names: strings.Split("A B C D E F G H I", " ")}}
}

func (v voice) perhaps() stretch {
	st := v.since()
	st.maybe = true
	return st
}

func (v voice) head(s incident.State, worst catalog.State) headline {
	return headline{carrier: "Norda", state: s, worst: worst, p: 0.998, stretch: v.nation()}
}

// naming is the sentence of a subject; [voice.about] is a time.
func (v voice) naming(s subjectOf) string { return v.words.about(s) }

// nameSentences are the names of states, of kinds of knowledge and of sections.
func nameSentences() []sentence {
	return []sentence{
		{
			"incidentState", "suspected", func(v voice) string { return v.incidentState(incident.Suspected) },
			"Possible outage",
			"Panne possible",
		},
		{
			"incidentState", "confirmed", func(v voice) string { return v.incidentState(incident.Confirmed) },
			"Confirmed outage",
			"Panne confirmée",
		},
		{
			"incidentState", "recovering", func(v voice) string { return v.incidentState(incident.Recovering) },
			"Coming back",
			"Rétablissement",
		},
		{
			"incidentState", "resolved", func(v voice) string { return v.incidentState(incident.Resolved) },
			"Resolved",
			"Terminé",
		},
		{
			"incidentState", "reviewed", func(v voice) string { return v.incidentState(incident.Reviewed) },
			"Resolved and reviewed",
			"Terminé et revu",
		},
		{
			"incidentState", "dismissed", func(v voice) string { return v.incidentState(incident.Dismissed) },
			"Not an outage",
			"Fausse alerte",
		},
		{
			"incidentState", "none", func(v voice) string { return v.incidentState("") },
			"No sign of an outage",
			"Aucun signe de panne",
		},
		{
			"nodeState", "catalog.Up", func(v voice) string { return v.nodeState(catalog.Up) },
			"working",
			"en service",
		},
		{
			"nodeState", "catalog.Degraded", func(v voice) string { return v.nodeState(catalog.Degraded) },
			"partly working",
			"en service réduit",
		},
		{
			"nodeState", "catalog.Down", func(v voice) string { return v.nodeState(catalog.Down) },
			"down",
			"en panne",
		},
		{
			"nodeState", "catalog.Unknown", func(v voice) string { return v.nodeState(catalog.Unknown) },
			"not known",
			"état inconnu",
		},
		{
			"kind", "observed", func(v voice) string { return v.kind(incident.Observed, "") },
			"observed",
			"observé",
		},
		{
			"kind", "inferred", func(v voice) string { return v.kind(incident.Inferred, "") },
			"inferred",
			"déduit",
		},
		{
			"kind", "stated", func(v voice) string { return v.kind(incident.Stated, "") },
			"stated",
			"déclaré",
		},
		{
			"kind", "stated by a brand", func(v voice) string { return v.kind(incident.Stated, "Interac") },
			"stated by Interac",
			"selon Interac",
		},
		{
			"kind", "stated by an institution", func(v voice) string { return v.kind(incident.Stated, v.police()) },
			"stated by Metro Police Service",
			"selon le Service de police du Métro",
		},
		{
			"kind", "stated by several", func(v voice) string { return v.kind(incident.Stated, v.venues()) },
			"stated by concert venues in Toronto",
			"selon les salles de concert de Toronto",
		},
		{
			"kind", "unseen", func(v voice) string { return v.kind(incident.Unseen, "") },
			"no sign seen",
			"aucun signe vu",
		},
		{
			"section", "SecDown", func(v voice) string { return v.section(SecDown, false) },
			"What is down",
			"Ce qui est en panne",
		},
		{
			"section", "SecEmergency", func(v voice) string { return v.section(SecEmergency, false) },
			"Can I call 911?",
			"Puis-je appeler le 911 ?",
		},
		{
			"section", "SecWorks", func(v voice) string { return v.section(SecWorks, false) },
			"What still works",
			"Ce qui fonctionne encore",
		},
		{
			"section", "SecWhen", func(v voice) string { return v.section(SecWhen, false) },
			"When will it be back?",
			"Quand le service reviendra-t-il ?",
		},
		{
			"section", "SecSaid", func(v voice) string { return v.section(SecSaid, false) },
			"What has been said",
			"Ce qui a été dit",
		},
		{
			"section", "SecWhere", func(v voice) string { return v.section(SecWhere, false) },
			"Where reports come from",
			"D’où viennent les signalements",
		},
		{
			"section", "SecAffected", func(v voice) string { return v.section(SecAffected, false) },
			"Who is affected, and why",
			"Qui est touché, et pourquoi",
		},
		{
			"section", "SecPeers", func(v voice) string { return v.section(SecPeers, false) },
			"Other carriers",
			"Les autres fournisseurs",
		},
		{
			"section", "SecHistory", func(v voice) string { return v.section(SecHistory, false) },
			"The last such event",
			"Le dernier événement semblable",
		},
		{
			"section", "SecUnknown", func(v voice) string { return v.section(SecUnknown, false) },
			"What we don’t know",
			"Ce que nous ne savons pas",
		},
		{
			"section", "SecEvidence", func(v voice) string { return v.section(SecEvidence, false) },
			"How we know",
			"Comment nous le savons",
		},
		{
			"section", "SecTimeline", func(v voice) string { return v.section(SecTimeline, false) },
			"What happened, newest first",
			"Le fil des événements, du plus récent au plus ancien",
		},
		{
			"section", "SecDown, over", func(v voice) string { return v.section(SecDown, true) },
			"What was down",
			"Ce qui était en panne",
		},
		{
			"section", "SecEmergency, over", func(v voice) string { return v.section(SecEmergency, true) },
			"Can I call 911?",
			"Puis-je appeler le 911 ?",
		},
		{
			"section", "SecWhen, over", func(v voice) string { return v.section(SecWhen, true) },
			"When it came back",
			"Quand le service est revenu",
		},
		{
			"section", "SecAffected, over", func(v voice) string { return v.section(SecAffected, true) },
			"Who was affected",
			"Qui a été touché",
		},
		{
			"likely", "not likely", func(v voice) string { return v.likely(0.2) },
			"",
			"",
		},
		{
			"likely", "possible", func(v voice) string { return v.likely(0.5) },
			"possible, 50%",
			"possible, 50 %",
		},
		{
			"likely", "likely", func(v voice) string { return v.likely(0.8) },
			"likely, 80%",
			"probable, 80 %",
		},
		{
			"likely", "almost sure", func(v voice) string { return v.likely(0.999) },
			"confirmed, over 99%",
			"confirmée, plus de 99 %",
		},
		{
			"basis", "evidence.Measured", func(v voice) string { return v.basis(evidence.Measured) },
			"measured",
			"donnée mesurée",
		},
		{
			"basis", "evidence.Stated", func(v voice) string { return v.basis(evidence.Stated) },
			"stated",
			"donnée déclarée",
		},
		{
			"basis", "evidence.Reported", func(v voice) string { return v.basis(evidence.Reported) },
			"reported",
			"donnée rapportée",
		},
		{
			"basis", "evidence.Reconstructed", func(v voice) string { return v.basis(evidence.Reconstructed) },
			"reconstructed from sourced totals",
			"donnée reconstituée à partir de totaux sourcés",
		},
		{
			"basis", "none", func(v voice) string { return v.basis("") },
			"basis not said",
			"origine non précisée",
		},
	}
}
