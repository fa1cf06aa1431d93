package publish

import (
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// saidSentences are what was said and not said, who is hit, and whose fault it is not.
func saidSentences() []sentence {
	return []sentence{
		{
			"firstWord", "", func(v voice) string { return v.firstWord("Norda", v.noon(), 250*time.Minute) },
			"The first public word from Norda came at 12:00 p.m. ET, 4 h 10 min after the start.",
			"La première déclaration publique de Norda est venue à 12 h (HE), 4 h 10 min après le début.",
		},
		{
			"firstWord", "an institution", func(v voice) string { return v.firstWord(v.police(), v.about(), 20*time.Minute) },
			"The first public word from Metro Police Service came at about 8:30 a.m. ET, 20 min after the start.",
			"La première déclaration publique du Service de police du Métro est venue vers 8 h 30 (HE), 20 min après le début.",
		},
		{
			"noWord", "", func(v voice) string { return v.noWord("Norda", 6*time.Minute) },
			"We have heard no public word from Norda, 6 min after the start.",
			"Nous n’avons entendu aucune parole publique de Norda, 6 min après le début.",
		},
		{
			"noWord", "elision", func(v voice) string { return v.noWord("Interac", 26*time.Hour) },
			"We have heard no public word from Interac, 26 h after the start.",
			"Nous n’avons entendu aucune parole publique d’Interac, 26 h après le début.",
		},
		{
			"noCause", "no statement", func(v voice) string { return v.noCause("Norda", 0) },
			"Norda has given no cause.",
			"Norda n’a donné aucune cause.",
		},
		{
			"noCause", "one", func(v voice) string { return v.noCause("Norda", 1) },
			"Norda has given no cause in its one statement so far.",
			"Norda n’a donné aucune cause dans sa seule déclaration jusqu’ici.",
		},
		{
			"noCause", "several", func(v voice) string { return v.noCause(v.police(), 5) },
			"Metro Police Service has given no cause in its 5 statements so far.",
			"Le Service de police du Métro n’a donné aucune cause dans ses 5 déclarations jusqu’ici.",
		},
		{
			"cause", "", func(v voice) string {
				return v.cause("Norda", v.about(), v.say("a software update", "une mise à jour logicielle"))
			},
			"The cause, as Norda gave it at about 8:30 a.m. ET: a software update.",
			"La cause, selon Norda, vers 8 h 30 (HE) : une mise à jour logicielle.",
		},
		{
			"cause", "several", func(v voice) string { return v.cause(v.venues(), v.day(), v.say("a fire", "un incendie")) },
			"The cause, as concert venues in Toronto gave it on March 3: a fire.",
			"La cause, selon les salles de concert de Toronto, le 3 mars : un incendie.",
		},
		{
			"noETA", "no statement", func(v voice) string { return v.noETA("Norda", 0) },
			"Norda has given no time of return.",
			"Norda n’a donné aucune heure de retour.",
		},
		{
			"noETA", "one", func(v voice) string { return v.noETA(v.venues(), 1) },
			"Concert venues in Toronto have given no time of return in their one statement so far.",
			"Les salles de concert de Toronto n’ont donné aucune heure de retour dans leur seule déclaration jusqu’ici.",
		},
		{
			"noCause", "of several", func(v voice) string { return v.noCause(v.venues(), 3) },
			"Concert venues in Toronto have given no cause in their 3 statements so far.",
			"Les salles de concert de Toronto n’ont donné aucune cause dans leurs 3 déclarations jusqu’ici.",
		},
		{
			"noETA", "very many", func(v voice) string { return v.noETA("Norda", 1234) },
			"Norda has given no time of return in its 1,234 statements so far.",
			"Norda n’a donné aucune heure de retour dans ses 1 234 déclarations jusqu’ici.",
		},
		{
			"newest", "", func(v voice) string {
				return v.newest("Interac", v.about(), v.say("We make progress", "Nous progressons"))
			},
			"The newest statement by Interac, at about 8:30 a.m. ET: We make progress.",
			"La plus récente déclaration d’Interac, vers 8 h 30 (HE) : Nous progressons.",
		},
		{
			"statement", "a brand", func(v voice) string { return v.statement("Norda", v.noon(), v.say("We know", "Nous le savons")) },
			"Norda said at 12:00 p.m. ET: We know.",
			"Déclaration de Norda, à 12 h (HE) : Nous le savons.",
		},
		{
			"statement", "an institution", func(v voice) string {
				return v.statement(v.police(), v.yesterday(), v.say("All is well.", "Tout va bien."))
			},
			"Metro Police Service said on March 2 at 4:40 p.m. ET: All is well.",
			"Déclaration du Service de police du Métro, le 2 mars à 16 h 40 (HE) : Tout va bien.",
		},
		{
			"statement", "written small", func(v voice) string {
				return v.statement(v.venues(), v.day(), v.say("Print your tickets…", "Imprimez vos billets…"))
			},
			"Concert venues in Toronto said on March 3: Print your tickets…",
			"Déclaration des salles de concert de Toronto, le 3 mars : Imprimez vos billets…",
		},
		{
			"share", "most", func(v voice) string {
				return v.share(shareOf{region: v.say("southern Ontario", "sud de l’Ontario"), part: 0.72, from: v.dawn(), until: v.noon(), basis: evidence.Reconstructed})
			},
			"Between 4:44 a.m. ET and 12:00 p.m. ET, most reports (72%) came from southern Ontario (reconstructed from sourced totals).",
			"Entre 4 h 44 (HE) et 12 h (HE), la plupart des signalements (72 %) sont venus de cette région : sud de l’Ontario (donnée reconstituée à partir de totaux sourcés).",
		},
		{
			"share", "some, over two days", func(v voice) string {
				return v.share(shareOf{region: v.say("Quebec", "Québec"), part: 0.07, from: v.yesterday(), until: v.noon(), basis: evidence.Measured})
			},
			"Between March 2, 4:40 p.m. ET and March 3, 12:00 p.m. ET, 7% of the reports came from Quebec (measured).",
			"Entre le 2 mars à 16 h 40 (HE) et le 3 mars à 12 h (HE), 7 % des signalements sont venus de cette région : Québec (donnée mesurée).",
		},
		{
			"share", "no times", func(v voice) string { return v.share(shareOf{region: "Ontario", part: 0.5}) },
			"50% of the reports came from Ontario (basis not said).",
			"50 % des signalements sont venus de cette région : Ontario (origine non précisée).",
		},
		{
			"area", "the first", func(v voice) string {
				return v.area(areaOf{
					first: true, regions: []string{v.say("southern Ontario", "sud de l’Ontario"), v.say("Quebec", "Québec")}, factor: 12.4,
					from: v.dawn(), until: v.noon(), basis: evidence.Measured,
				})
			},
			"Between 4:44 a.m. ET and 12:00 p.m. ET, most affected: southern Ontario and Quebec, with 12 times as many reports as usual (measured).",
			"Le plus touché entre 4 h 44 (HE) et 12 h (HE) : sud de l’Ontario et Québec, avec 12 fois le nombre habituel de signalements (donnée mesurée).",
		},
		{
			"area", "another, of two services, in small places", func(v voice) string {
				return v.area(areaOf{
					regions: []string{"Manitoba"}, atLeast: []string{"Manitoba"}, factor: 2.25, basis: evidence.Reconstructed,
					about: []string{v.home().name, v.calls().name},
				})
			},
			"Affected too: Manitoba, with 2.3 times as many reports as usual, about Norda home internet and Norda mobile calls (reconstructed from sourced totals). In Manitoba it is at least one of the small places; the counts can’t tell which.",
			"Touché aussi : Manitoba, avec 2,3 fois le nombre habituel de signalements, à propos de ceci : Internet résidentiel de Norda et appels mobiles de Norda (donnée reconstituée à partir de totaux sourcés). Là où les petits endroits sont comptés ensemble (Manitoba), au moins un d’eux est touché, sans qu’on sache lequel.",
		},
		{
			"area", "where hardly anybody complains, and more than fit", func(v voice) string {
				return v.area(areaOf{first: true, regions: []string{"Manitoba", "Alberta"}, more: 1, rare: true, count: 40, factor: 400, basis: evidence.Measured})
			},
			"Most affected: Manitoba, Alberta and 1 more place, with 40 reports where hardly any are usual (measured).",
			"Le plus touché : Manitoba, Alberta et 1 autre endroit, avec 40 signalements là où il n’y en a presque jamais (donnée mesurée).",
		},
		{
			"area", "many more", func(v voice) string {
				return v.area(areaOf{first: true, regions: []string{"Manitoba"}, more: 1200, factor: 1273.4, basis: evidence.Measured})
			},
			"Most affected: Manitoba and 1,200 more places, with 1,273 times as many reports as usual (measured).",
			"Le plus touché : Manitoba et 1 200 autres endroits, avec 1 273 fois le nombre habituel de signalements (donnée mesurée).",
		},
		{
			"regionState", "", func(v voice) string { return v.regionState(v.say("Quebec", "Québec"), catalog.Down, v.since()) },
			"Quebec: service is down, since 4:44 a.m. ET (5 h 16 min).",
			"Québec : le service est en panne, depuis 4 h 44 (HE), soit 5 h 16 min.",
		},
		{
			"regionState", "in part", func(v voice) string { return v.regionState("Toronto", catalog.Degraded, v.since()) },
			"Toronto: service works only in part, since 4:44 a.m. ET (5 h 16 min).",
			"Toronto : le service ne fonctionne qu’en partie, depuis 4 h 44 (HE), soit 5 h 16 min.",
		},
		{
			"regionState", "works", func(v voice) string { return v.regionState("Toronto", catalog.Up, stretch{}) },
			"Toronto: service works.",
			"Toronto : le service fonctionne.",
		},
		{
			"regionState", "perhaps", func(v voice) string { return v.regionState("Toronto", catalog.Down, stretch{maybe: true}) },
			"Toronto: service may be down.",
			"Toronto : le service est peut-être en panne.",
		},
		{
			"people", "one", func(v voice) string { return v.people(v.home(), 1) },
			"Up to 1 person relies on it.",
			"Jusqu’à 1 personne en dépend.",
		},
		{
			"people", "of one thing", func(v voice) string { return v.people(v.home(), 300000) },
			"Up to 300,000 people rely on it.",
			"Jusqu’à 300 000 personnes en dépendent.",
		},
		{
			"people", "of several", func(v voice) string { return v.people(v.pools(), 40000) },
			"Up to 40,000 people rely on them.",
			"Jusqu’à 40 000 personnes en dépendent.",
		},
		{
			"fails", "to come", func(v voice) string { return v.fails(v.core(), v.evening(), false) },
			"Its reserve runs out at 6:30 p.m. ET; then things get worse.",
			"Sa réserve s’épuisera à 18 h 30 (HE) ; ensuite, la situation s’aggravera.",
		},
		{
			"fails", "passed, several", func(v voice) string { return v.fails(v.calls(), v.noon(), true) },
			"Their reserve ran out at 12:00 p.m. ET.",
			"Sa réserve s’est épuisée à 12 h (HE).",
		},
		{
			"everyone", "service", func(v voice) string { return v.everyone(v.debit(), catalog.Down, "Norda") },
			"Paykit Debit is down for everyone, also for people who are not customers of Norda.",
			"Le service « Débit Paykit » est en panne pour tout le monde, y compris pour les personnes qui ne sont pas clientes de Norda.",
		},
		{
			"everyone", "activity, elision", func(v voice) string { return v.everyone(v.pools(), catalog.Degraded, "Interac") },
			"Wading pools that need a phone work only in part for everyone, also for people who are not customers of Interac.",
			"L’activité « pataugeoires qui exigent un téléphone » n’est assurée qu’en partie pour tout le monde, y compris pour les personnes qui ne sont pas clientes d’Interac.",
		},
		{
			"supplier", "", func(v voice) string { return v.supplier(v.home()) },
			"There is one supplier and no second: Norda home internet.",
			"Il y a un seul fournisseur, sans second : « Internet résidentiel de Norda ».",
		},
		{
			"supplier", "part", func(v voice) string { return v.supplier(v.core()) },
			"There is one supplier and no second: the Norda core.",
			"Il y a un seul fournisseur, sans second : « cœur de Norda ».",
		},
		{
			"peer", "cleared", func(v voice) string {
				return v.peer(peerCase{org: "Meridio", carrier: "Norda", state: catalog.Up, class: incident.SpillOver, p: 0.004, accused: 141.4, expected: 7, level: 0.998})
			},
			"Meridio is operational. Its own network, measured, is at over 99% of normal. Complaints about it rose from the usual 7 to 141 in the same length of time. The complaints are explained: they come with the calls and texts to Norda customers, which may fail. Probability of a fault of its own: under 1%.",
			"Le réseau de Meridio fonctionne. Ce réseau, selon les mesures, est à plus de 99 % de la normale. Les plaintes à son sujet sont passées de 7, le nombre habituel, à 141 pour une même durée. Les plaintes s’expliquent : elles viennent des appels et des textos vers la clientèle de Norda, qui peuvent échouer. Probabilité d’une défaillance qui lui soit propre : moins de 1 %.",
		},
		{
			"peer", "cleared, no complaint", func(v voice) string {
				return v.peer(peerCase{org: "Interac", carrier: "Norda", state: catalog.Up, class: incident.SpillOver, accused: 3, expected: 7, level: -1})
			},
			"Interac is operational.",
			"Le réseau d’Interac fonctionne.",
		},
		{
			"peer", "load", func(v voice) string {
				return v.peer(peerCase{org: "Meridio", carrier: "Norda", state: catalog.Degraded, class: incident.Load, p: 0.03, level: 1.3})
			},
			"Meridio works only in part. Its own network, measured, is at 130% of normal. It carries more load than usual because Norda fails, so data may be slow; that is no fault of its own. Probability of a fault of its own: 3%.",
			"Le réseau de Meridio ne fonctionne qu’en partie. Ce réseau, selon les mesures, est à 130 % de la normale. Il porte plus de charge que d’habitude à cause de la panne chez Norda, d’où des données parfois lentes ; ce n’est pas sa faute. Probabilité d’une défaillance qui lui soit propre : 3 %.",
		},
		{
			"peer", "rests on it", func(v voice) string {
				return v.peer(peerCase{org: "Interac", carrier: "Norda", state: catalog.Down, class: incident.Dependency, level: -1})
			},
			"Interac is down. It rests in part on what failed at Norda; that is no fault of its own.",
			"Le réseau d’Interac est en panne. Il repose en partie sur ce qui est en panne chez Norda ; ce n’est pas sa faute.",
		},
		{
			"peer", "hit, no telling how", func(v voice) string {
				return v.peer(peerCase{org: "Meridio", carrier: "Norda", state: catalog.Unknown, class: incident.Affected, level: -1})
			},
			"We can’t see the state of the Meridio network. It says that it is hit; whether by load or because it rests on Norda can’t be told from here.",
			"Nous ne voyons pas dans quel état est le réseau de Meridio. Ce fournisseur se dit touché ; d’ici, on ne peut pas dire si c’est à cause de la charge ou parce qu’il repose sur Norda.",
		},
		{
			"peer", "own fault", func(v voice) string {
				return v.peer(peerCase{org: "Meridio", carrier: "Norda", state: catalog.Down, class: incident.OwnFault, p: 0.97, level: 0})
			},
			"Meridio is down. Its own network, measured, is at 0% of normal. The evidence points to a fault of its own. Probability of a fault of its own: 97%.",
			"Le réseau de Meridio est en panne. Ce réseau, selon les mesures, est à 0 % de la normale. Les indices pointent vers une défaillance qui lui est propre. Probabilité d’une défaillance qui lui soit propre : 97 %.",
		},
		{
			"lastEvent", "whole", func(v voice) string {
				return v.lastEvent(pastEvent{carrier: "Norda", onset: v.lastYear(), lasted: 23 * time.Hour, where: place{country: "Canada"}, hit: v.names(2), spared: v.names(1), help: true, cause: v.say("a rotten cable", "un câble pourri")})
			},
			"The last outage on record at Norda began on March 1, 2030, at 12:15 a.m. ET and lasted 23 h. Hit across Canada: mobile calls and home internet. No sign that these were hit: mobile calls. 911 calls from its phones may have failed. Cause, as stated: a rotten cable.",
			"La dernière panne consignée chez Norda a commencé le 1er mars 2030 à 0 h 15 (HE) et a duré 23 h. Services touchés dans tout le pays (Canada) : appels mobiles et Internet résidentiel. Rien n’indique que ceci ait été touché : appels mobiles. Les appels au 911 faits de ses téléphones ont pu échouer. Cause déclarée : un câble pourri.",
		},
		{
			"lastEvent", "little known", func(v voice) string {
				return v.lastEvent(pastEvent{carrier: "Norda", onset: moment{t: at("00:00").AddDate(-1, 0, 0), dayOnly: true}})
			},
			"The last outage on record at Norda began on March 3, 2030. No stated cause is kept here.",
			"La dernière panne consignée chez Norda a commencé le 3 mars 2030. Aucune cause déclarée n’est conservée ici.",
		},
		{
			"lastEvent", "two regions", func(v voice) string {
				return v.lastEvent(pastEvent{carrier: "Norda", onset: v.lastYear(), where: place{names: []string{"Ontario", v.say("Quebec", "Québec")}}, hit: v.names(1)})
			},
			"The last outage on record at Norda began on March 1, 2030, at 12:15 a.m. ET. Hit in Ontario and Quebec: mobile calls. No stated cause is kept here.",
			"La dernière panne consignée chez Norda a commencé le 1er mars 2030 à 0 h 15 (HE). Services touchés (régions : Ontario et Québec) : appels mobiles. Aucune cause déclarée n’est conservée ici.",
		},
		{
			"noHistory", "", func(v voice) string { return v.noHistory("Interac") },
			"No earlier outage of Interac is kept here.",
			"Aucune panne antérieure d’Interac n’est conservée ici.",
		},
		{
			"noHistory", "nobody", func(v voice) string { return v.noHistory("") },
			"No earlier outage is kept here.",
			"Aucune panne antérieure n’est conservée ici.",
		},
	}
}
