package publish

import (
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// knownSentences are what is not known, and how we know the rest.
func knownSentences() []sentence {
	return []sentence{
		{
			"feedSilent", "never", func(v voice) string { return v.feedSilent(v.say("Probes", "Sondes"), moment{}) },
			"We are blind on “Probes”: nothing has come from it.",
			"Une de nos sources ne nous montre rien : Sondes. Rien n’en est venu.",
		},
		{
			"feedSilent", "since", func(v voice) string { return v.feedSilent(v.say("Probes", "Sondes"), v.yesterday()) },
			"We are blind on “Probes”: it has been silent since March 2, 4:40 p.m. ET.",
			"Une de nos sources ne nous montre plus rien : Sondes. Elle se tait depuis le 2 mars à 16 h 40 (HE).",
		},
		{
			"feedLate", "", func(v voice) string { return v.feedLate(v.say("Probes", "Sondes"), time.Hour) },
			"What comes from “Probes” is 1 h late.",
			"Une de nos sources a 1 h de retard : Sondes.",
		},
		{
			"feedLimit", "", func(v voice) string {
				return v.feedLimit(v.say("Probes", "Sondes"), v.say("Fixed lines alone", "Lignes fixes seulement"))
			},
			"Limits of “Probes”: Fixed lines alone.",
			"Limite de la source « Sondes » : Lignes fixes seulement.",
		},
		{
			"nobody", "one", func(v voice) string { return v.nobody([]thing{v.home()}) },
			"None of our feeds observes Norda home internet.",
			"Aucune de nos sources n’observe ceci : « Internet résidentiel de Norda ».",
		},
		{
			"nobody", "two", func(v voice) string { return v.nobody([]thing{v.core(), v.calls()}) },
			"None of our feeds observes the Norda core or Norda mobile calls.",
			"Aucune de nos sources n’observe ceci : « cœur de Norda » et « appels mobiles de Norda ».",
		},
		{
			"cannotSee", "one", func(v voice) string { return v.cannotSee(v.core()) },
			"We can’t see the state of the Norda core.",
			"L’état de ceci nous échappe : « cœur de Norda ».",
		},
		{
			"cannotSee", "several", func(v voice) string { return v.cannotSee(v.calls()) },
			"We can’t see the state of Norda mobile calls.",
			"L’état de ceci nous échappe : « appels mobiles de Norda ».",
		},
		{
			"health", "silent", func(v voice) string { return v.health("feed-silent", v.say("Probes", "Sondes"), v.noon()) },
			"One of our feeds is silent: Probes, since 12:00 p.m. ET.",
			"Une de nos sources se tait : Sondes, depuis 12 h (HE).",
		},
		{
			"health", "store", func(v voice) string { return v.health("store-late", "", moment{}) },
			"We can’t keep our records at present.",
			"Nous n’arrivons pas à conserver nos données en ce moment.",
		},
		{
			"health", "a new code", func(v voice) string { return v.health("odd", "x", moment{}) },
			"A warning about ourselves (odd): x.",
			"Un avertissement sur nous-mêmes (odd) : x.",
		},
		{
			"noIncident", "", func(v voice) string { return v.noIncident("Canada") },
			"No sign of a large outage in Canada right now.",
			"Aucun signe de grande panne en ce moment (Canada).",
		},
		{
			"noIncident", "no country", func(v voice) string { return v.noIncident("") },
			"No sign of a large outage right now.",
			"Aucun signe de grande panne en ce moment.",
		},
		{
			"seesNothing", "", func(v voice) string { return v.seesNothing() },
			"We can’t see any network now: no observer reports to us. That is no sign that all is well.",
			"Nous ne voyons aucun réseau en ce moment : aucun observateur ne nous renseigne. Cela ne veut pas dire que tout va bien.",
		},
		{
			"watched", "none", func(v voice) string { return v.watched(0, 1) },
			"Watched: 0 carriers, with 1 feed.",
			"Sous observation : 0 fournisseur, avec 1 source de données.",
		},
		{
			"watched", "many", func(v voice) string { return v.watched(12, 1500) },
			"Watched: 12 carriers, with 1,500 feeds.",
			"Sous observation : 12 fournisseurs, avec 1 500 sources de données.",
		},
		{
			"reading", "", func(v voice) string {
				return v.reading(readingOf{measure: evidence.TrafficV4, subject: "AS65010", region: v.say("Quebec", "Québec"), value: 0.02, expected: 1, method: "ratio", weight: 3.54, basis: evidence.Measured, m: v.noon()})
			},
			"IPv4 traffic, AS65010, Quebec: 0.02 against 1 usually, at 12:00 p.m. ET; method: ratio; weight 3.5; measured.",
			"Trafic IPv4, AS65010, Québec : 0,02 contre 1 d’habitude, à 12 h (HE) ; méthode : ratio ; poids 3,5 ; donnée mesurée.",
		},
		{
			"reading", "little known", func(v voice) string {
				return v.reading(readingOf{measure: "odd", subject: "Norda", value: 1515, expected: 2.5, weight: -1.2, m: v.yesterday()})
			},
			"odd, Norda: 1,515 against 2.5 usually, on March 2 at 4:40 p.m. ET; weight -1.2; basis not said.",
			"odd, Norda : 1 515 contre 2,5 d’habitude, le 2 mars à 16 h 40 (HE) ; poids -1,2 ; origine non précisée.",
		},
		{
			"reading", "Traffic", func(v voice) string {
				return v.reading(readingOf{measure: evidence.Traffic, subject: "Norda", value: 1, expected: 2, m: v.noon()})
			},
			"Traffic, Norda: 1 against 2 usually, at 12:00 p.m. ET; weight 0; basis not said.",
			"Trafic, Norda : 1 contre 2 d’habitude, à 12 h (HE) ; poids 0 ; origine non précisée.",
		},
		{
			"reading", "TrafficV6", func(v voice) string {
				return v.reading(readingOf{measure: evidence.TrafficV6, subject: "Norda", value: 1, expected: 2, m: v.noon()})
			},
			"IPv6 traffic, Norda: 1 against 2 usually, at 12:00 p.m. ET; weight 0; basis not said.",
			"Trafic IPv6, Norda : 1 contre 2 d’habitude, à 12 h (HE) ; poids 0 ; origine non précisée.",
		},
		{
			"reading", "Prefixes", func(v voice) string {
				return v.reading(readingOf{measure: evidence.Prefixes, subject: "Norda", value: 1, expected: 2, m: v.noon()})
			},
			"Announced routes, Norda: 1 against 2 usually, at 12:00 p.m. ET; weight 0; basis not said.",
			"Routes annoncées, Norda : 1 contre 2 d’habitude, à 12 h (HE) ; poids 0 ; origine non précisée.",
		},
		{
			"reading", "Withdrawals", func(v voice) string {
				return v.reading(readingOf{measure: evidence.Withdrawals, subject: "Norda", value: 1, expected: 2, m: v.noon()})
			},
			"Routes withdrawn, Norda: 1 against 2 usually, at 12:00 p.m. ET; weight 0; basis not said.",
			"Routes retirées, Norda : 1 contre 2 d’habitude, à 12 h (HE) ; poids 0 ; origine non précisée.",
		},
		{
			"reading", "Announcements", func(v voice) string {
				return v.reading(readingOf{measure: evidence.Announcements, subject: "Norda", value: 1, expected: 2, m: v.noon()})
			},
			"Route announcements, Norda: 1 against 2 usually, at 12:00 p.m. ET; weight 0; basis not said.",
			"Annonces de routes, Norda : 1 contre 2 d’habitude, à 12 h (HE) ; poids 0 ; origine non précisée.",
		},
		{
			"reading", "Blocks", func(v voice) string {
				return v.reading(readingOf{measure: evidence.Blocks, subject: "Norda", value: 1, expected: 2, m: v.noon()})
			},
			"Address blocks that answer, Norda: 1 against 2 usually, at 12:00 p.m. ET; weight 0; basis not said.",
			"Blocs d’adresses qui répondent, Norda : 1 contre 2 d’habitude, à 12 h (HE) ; poids 0 ; origine non précisée.",
		},
		{
			"reading", "Reports", func(v voice) string {
				return v.reading(readingOf{measure: evidence.Reports, subject: "Norda", value: 1, expected: 2, m: v.noon()})
			},
			"Reports by people, Norda: 1 against 2 usually, at 12:00 p.m. ET; weight 0; basis not said.",
			"Signalements du public, Norda : 1 contre 2 d’habitude, à 12 h (HE) ; poids 0 ; origine non précisée.",
		},
		{
			"weighed", "for", func(v voice) string { return v.weighed("Interac", v.about(), 2.3) },
			"The statement by Interac at about 8:30 a.m. ET counts for an outage, with weight 2.3.",
			"La déclaration d’Interac, vers 8 h 30 (HE), plaide pour une panne, avec un poids de 2,3.",
		},
		{
			"weighed", "against", func(v voice) string { return v.weighed(v.police(), v.noon(), -2.3) },
			"The statement by Metro Police Service at 12:00 p.m. ET counts against an outage, with weight 2.3.",
			"La déclaration du Service de police du Métro, à 12 h (HE), plaide contre une panne, avec un poids de 2,3.",
		},
		{
			"weighed", "nothing", func(v voice) string { return v.weighed("Norda", v.day(), 0) },
			"The statement by Norda on March 3 has no weight in the judgement.",
			"La déclaration de Norda, le 3 mars, n’a aucun poids dans le jugement.",
		},
		{
			"chance", "one", func(v voice) string { return v.chance([]thing{v.core()}, 0.998, false) },
			"Probability that the Norda core failed: over 99%.",
			"Probabilité d’une défaillance : plus de 99 % (« cœur de Norda »).",
		},
		{
			"chance", "two, still", func(v voice) string { return v.chance([]thing{v.core(), v.radio()}, 0.004, true) },
			"Probability that the Norda core or the Norda radio network is still failing: under 1%.",
			"Probabilité que la défaillance dure encore : moins de 1 % (« cœur de Norda » ou « réseau radio de Norda »).",
		},
		{
			"chance", "three", func(v voice) string { return v.chance([]thing{v.core(), v.radio(), v.home()}, 0.5, false) },
			"Probability that the Norda core, the Norda radio network or Norda home internet failed: 50%.",
			"Probabilité d’une défaillance : 50 % (« cœur de Norda », « réseau radio de Norda » ou « Internet résidentiel de Norda »).",
		},
		{
			"chance", "several, still", func(v voice) string { return v.chance([]thing{v.calls()}, 0.5, true) },
			"Probability that Norda mobile calls are still failing: 50%.",
			"Probabilité que la défaillance dure encore : 50 % (« appels mobiles de Norda »).",
		},
		{
			"about", "network", func(v voice) string { return v.naming(subjectOf{kind: "as", name: "65010"}) },
			"network AS65010",
			"réseau AS65010",
		},
		{
			"about", "network of", func(v voice) string { return v.naming(subjectOf{kind: "as", name: "65010", of: "Norda"}) },
			"network AS65010 (Norda)",
			"réseau AS65010 (Norda)",
		},
		{
			"about", "collector", func(v voice) string { return v.naming(subjectOf{kind: "collector", name: "rrc04"}) },
			"all networks, as collector rrc04 sees them",
			"tous les réseaux, vus du collecteur rrc04",
		},
		{
			"about", "any", func(v voice) string { return v.naming(subjectOf{kind: "any", name: v.names(1)[0]}) },
			"mobile calls, whoever the carrier",
			"appels mobiles, tous fournisseurs confondus",
		},
		{
			"about", "name", func(v voice) string { return v.naming(subjectOf{name: "Norda"}) },
			"Norda",
			"Norda",
		},
		{
			"step", "Suspect", func(v voice) string { return v.step(incident.OpSuspect, "Norda", v.noon()) },
			"At 12:00 p.m. ET, an outage at Norda was suspected.",
			"À 12 h (HE), une panne est soupçonnée chez Norda.",
		},
		{
			"step", "Confirm", func(v voice) string { return v.step(incident.OpConfirm, "Norda", v.noon()) },
			"At 12:00 p.m. ET, the outage at Norda was confirmed.",
			"À 12 h (HE), la panne est confirmée chez Norda.",
		},
		{
			"step", "Dismiss", func(v voice) string { return v.step(incident.OpDismiss, "Norda", v.noon()) },
			"At 12:00 p.m. ET, the suspicion about Norda was dropped.",
			"À 12 h (HE), le soupçon est levé pour Norda.",
		},
		{
			"step", "Recover", func(v voice) string { return v.step(incident.OpRecover, "Norda", v.noon()) },
			"At 12:00 p.m. ET, service at Norda began to come back.",
			"À 12 h (HE), le service commence à revenir chez Norda.",
		},
		{
			"step", "Relapse", func(v voice) string { return v.step(incident.OpRelapse, "Norda", v.noon()) },
			"At 12:00 p.m. ET, service at Norda failed again.",
			"À 12 h (HE), le service retombe chez Norda.",
		},
		{
			"step", "Resolve", func(v voice) string { return v.step(incident.OpResolve, "Norda", v.noon()) },
			"At 12:00 p.m. ET, service at Norda was back to normal.",
			"À 12 h (HE), le service est revenu à la normale chez Norda.",
		},
		{
			"step", "Review", func(v voice) string { return v.step(incident.OpReview, "Norda", v.noon()) },
			"At 12:00 p.m. ET, the outage at Norda was reviewed.",
			"À 12 h (HE), la panne est revue chez Norda.",
		},
		{
			"step", "Reopen", func(v voice) string { return v.step(incident.OpReopen, "Norda", v.noon()) },
			"At 12:00 p.m. ET, the outage at Norda was opened again.",
			"À 12 h (HE), la panne est rouverte chez Norda.",
		},
		{
			"step", "Roots", func(v voice) string { return v.step(incident.OpRoots, "Norda", v.noon()) },
			"At 12:00 p.m. ET, the place of the failure at Norda was better known.",
			"À 12 h (HE), le lieu de la défaillance est mieux connu chez Norda.",
		},
		{
			"step", "Retime", func(v voice) string { return v.step(incident.OpRetime, "Norda", v.noon()) },
			"At 12:00 p.m. ET, the start of the outage at Norda was corrected.",
			"À 12 h (HE), le début de la panne est corrigé pour Norda.",
		},
		{
			"step", "Judge", func(v voice) string { return v.step(incident.OpJudge, "Norda", v.noon()) },
			"",
			"",
		},
		{
			"step", "yesterday", func(v voice) string { return v.step(incident.OpResolve, "Norda", v.yesterday()) },
			"On March 2 at 4:40 p.m. ET, service at Norda was back to normal.",
			"Le 2 mars à 16 h 40 (HE), le service est revenu à la normale chez Norda.",
		},
		{
			"facet", "down, one family", func(v voice) string {
				return v.facet(facetOf{thing: v.core(), family: evidence.IPv6, region: "Canada", state: catalog.Down, m: v.noon()})
			},
			"At 12:00 p.m. ET, the Norda core over IPv6 (Canada) went down.",
			"À 12 h (HE), l’élément « cœur de Norda » en IPv6 (Canada) tombe en panne.",
		},
		{
			"facet", "in part", func(v voice) string {
				return v.facet(facetOf{thing: v.calls(), region: "Canada", state: catalog.Degraded, m: v.noon()})
			},
			"At 12:00 p.m. ET, Norda mobile calls (Canada) worked only in part.",
			"À 12 h (HE), le service « appels mobiles de Norda » (Canada) ne fonctionne plus qu’en partie.",
		},
		{
			"facet", "coming back", func(v voice) string {
				return v.facet(facetOf{thing: v.home(), region: "Toronto", coming: true, m: v.yesterday()})
			},
			"On March 2 at 4:40 p.m. ET, Norda home internet (Toronto) began to come back.",
			"Le 2 mars à 16 h 40 (HE), le service « Internet résidentiel de Norda » (Toronto) commence à revenir.",
		},
		{
			"facet", "back", func(v voice) string { return v.facet(facetOf{thing: v.core(), state: catalog.Up, m: v.about()}) },
			"At about 8:30 a.m. ET, the Norda core came back.",
			"Vers 8 h 30 (HE), l’élément « cœur de Norda » revient en service.",
		},
		{
			"facet", "lost from sight", func(v voice) string { return v.facet(facetOf{thing: v.core(), state: catalog.Unknown, m: v.noon()}) },
			"At 12:00 p.m. ET, the Norda core went out of our sight.",
			"À 12 h (HE), l’élément « cœur de Norda » échappe à nos mesures.",
		},
		{
			"facet", "not said", func(v voice) string { return v.facet(facetOf{thing: v.calls(), m: v.noon()}) },
			"At 12:00 p.m. ET, Norda mobile calls changed their state.",
			"À 12 h (HE), le service « appels mobiles de Norda » change d’état.",
		},
		{
			"note", "", func(v voice) string {
				return v.note("ana", v.noon(), v.say("Checked by phone", "Vérifié par téléphone"))
			},
			"Note by ana, at 12:00 p.m. ET: Checked by phone.",
			"Note d’ana, à 12 h (HE) : Vérifié par téléphone.",
		},
	}
}
