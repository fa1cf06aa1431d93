package publish

import (
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// downSentences are what is down, where and since when.
func downSentences() []sentence {
	return []sentence{
		{
			"headline", "down", func(v voice) string { return v.headline(v.head(incident.Confirmed, catalog.Down)) },
			"Norda is down across Canada, since 4:44 a.m. ET (5 h 16 min). Outage confirmed, over 99%.",
			"Norda est en panne dans tout le pays (Canada), depuis 4 h 44 (HE), soit 5 h 16 min. Panne confirmée, plus de 99 %.",
		},
		{
			"headline", "degraded, likely", func(v voice) string {
				return v.headline(headline{carrier: "Norda", state: incident.Confirmed, worst: catalog.Degraded, p: 0.9, stretch: v.nation()})
			},
			"Norda works only in part across Canada, since 4:44 a.m. ET (5 h 16 min). Outage likely, 90%.",
			"Norda ne fonctionne qu’en partie dans tout le pays (Canada), depuis 4 h 44 (HE), soit 5 h 16 min. Panne probable, 90 %.",
		},
		{
			"headline", "one service", func(v voice) string {
				return v.headline(headline{carrier: "Norda", state: incident.Confirmed, worst: catalog.Down, p: 0.3, stretch: v.at1(), only: v.names(1)})
			},
			"One Norda service is down in Toronto, since March 2, 4:40 p.m. ET (22 h 20 min): mobile calls.",
			"Un service de Norda est en panne (région : Toronto), depuis le 2 mars à 16 h 40 (HE), soit 22 h 20 min : appels mobiles.",
		},
		{
			"headline", "some services, possible", func(v voice) string {
				return v.headline(headline{carrier: "Interac", state: incident.Suspected, worst: catalog.Down, p: 0.6, stretch: v.nation(), only: v.names(3)})
			},
			"Some Interac services are down across Canada, since 4:44 a.m. ET (5 h 16 min): mobile calls, home internet and text messages. Outage possible, 60%.",
			"Certains services d’Interac sont en panne dans tout le pays (Canada), depuis 4 h 44 (HE), soit 5 h 16 min : appels mobiles, Internet résidentiel et textos. Panne possible, 60 %.",
		},
		{
			"headline", "some services in part", func(v voice) string {
				return v.headline(headline{carrier: "Norda", state: incident.Confirmed, worst: catalog.Degraded, stretch: v.at3(), only: v.names(2)})
			},
			"Some Norda services work only in part in Ontario, Newfoundland and Labrador, and Quebec, since 4:44 a.m. ET: mobile calls and home internet.",
			"Certains services de Norda ne fonctionnent qu’en partie (régions : Ontario, Terre-Neuve-et-Labrador et Québec), depuis 4 h 44 (HE) : appels mobiles et Internet résidentiel.",
		},
		{
			"headline", "calls for help alone", func(v voice) string {
				return v.headline(headline{carrier: "Norda", state: incident.Confirmed, worst: catalog.Down, only: v.names(1), stretch: stretch{maybe: true}})
			},
			"One Norda service may be down: mobile calls.",
			"Un service de Norda est peut-être en panne : appels mobiles.",
		},
		{
			"headline", "calls for help alone, in part", func(v voice) string {
				return v.headline(headline{carrier: "Norda", state: incident.Confirmed, worst: catalog.Degraded, only: v.names(2), stretch: stretch{maybe: true}})
			},
			"Some Norda services may work only in part: mobile calls and home internet.",
			"Certains services de Norda ne fonctionnent peut-être qu’en partie : appels mobiles et Internet résidentiel.",
		},
		{
			"headline", "recovering", func(v voice) string { return v.headline(v.head(incident.Recovering, catalog.Degraded)) },
			"Norda is coming back: some service has returned, expect drops. It failed across Canada at 4:44 a.m. ET.",
			"Chez Norda, le service se rétablit en partie ; attendez-vous à des coupures. La panne a commencé à 4 h 44 (HE) dans tout le pays (Canada).",
		},
		{
			"headline", "recovering, since yesterday", func(v voice) string {
				return v.headline(headline{carrier: "Norda", state: incident.Recovering, stretch: stretch{where: place{country: "Canada"}, since: moment{t: at("09:44").AddDate(0, 0, -1)}}})
			},
			"Norda is coming back: some service has returned, expect drops. It failed across Canada on March 2 at 4:44 a.m. ET.",
			"Chez Norda, le service se rétablit en partie ; attendez-vous à des coupures. La panne a commencé le 2 mars à 4 h 44 (HE) dans tout le pays (Canada).",
		},
		{
			"headline", "resolved", func(v voice) string {
				return v.headline(headline{carrier: "Norda", state: incident.Resolved, back: moment{t: at("14:15")}, stretch: stretch{lasted: 28*time.Hour + 31*time.Minute}})
			},
			"Norda is back to normal: service has been back since 9:15 a.m. ET, after an outage of 28 h 31 min.",
			"Chez Norda, tout est revenu à la normale : le service est de retour depuis 9 h 15 (HE), après une panne de 28 h 31 min.",
		},
		{
			"headline", "reviewed, end not known", func(v voice) string { return v.headline(headline{carrier: "Norda", state: incident.Reviewed}) },
			"Norda is back to normal.",
			"Chez Norda, tout est revenu à la normale.",
		},
		{
			"headline", "dismissed", func(v voice) string { return v.headline(v.head(incident.Dismissed, catalog.Down)) },
			"We were wrong: there was no outage at Norda.",
			"Nous avions tort : il n’y a pas eu de panne chez Norda.",
		},
		{
			"standing", "one service down", func(v voice) string { return v.standing(v.home(), catalog.Down, v.nation()) },
			"Norda home internet is down across Canada, since 4:44 a.m. ET (5 h 16 min).",
			"Le service « Internet résidentiel de Norda » est en panne dans tout le pays (Canada), depuis 4 h 44 (HE), soit 5 h 16 min.",
		},
		{
			"standing", "several in part", func(v voice) string { return v.standing(v.calls(), catalog.Degraded, v.at1()) },
			"Norda mobile calls work only in part in Toronto, since March 2, 4:40 p.m. ET (22 h 20 min).",
			"Le service « appels mobiles de Norda » ne fonctionne qu’en partie (région : Toronto), depuis le 2 mars à 16 h 40 (HE), soit 22 h 20 min.",
		},
		{
			"standing", "part of a network, three regions", func(v voice) string { return v.standing(v.core(), catalog.Down, v.at3()) },
			"The Norda core is down in Ontario, Newfoundland and Labrador, and Quebec, since 4:44 a.m. ET.",
			"L’élément « cœur de Norda » est en panne (régions : Ontario, Terre-Neuve-et-Labrador et Québec), depuis 4 h 44 (HE).",
		},
		{
			"standing", "nine regions", func(v voice) string { return v.standing(v.core(), catalog.Degraded, v.at9()) },
			"The Norda core works only in part in 9 regions, among them A, B and C.",
			"L’élément « cœur de Norda » ne fonctionne qu’en partie (9 régions, dont A, B et C).",
		},
		{
			"standing", "activity down", func(v voice) string { return v.standing(v.pools(), catalog.Down, v.at1()) },
			"Wading pools that need a phone are down in Toronto, since March 2, 4:40 p.m. ET (22 h 20 min).",
			"L’activité « pataugeoires qui exigent un téléphone » est interrompue (région : Toronto), depuis le 2 mars à 16 h 40 (HE), soit 22 h 20 min.",
		},
		{
			"standing", "activity in part", func(v voice) string { return v.standing(v.pools(), catalog.Degraded, v.at1()) },
			"Wading pools that need a phone work only in part in Toronto, since March 2, 4:40 p.m. ET (22 h 20 min).",
			"L’activité « pataugeoires qui exigent un téléphone » n’est assurée qu’en partie (région : Toronto), depuis le 2 mars à 16 h 40 (HE), soit 22 h 20 min.",
		},
		{
			"standing", "activity perhaps down", func(v voice) string { return v.standing(v.links(), catalog.Down, v.perhaps()) },
			"Link of the defibrillators may be down, since 4:44 a.m. ET (5 h 16 min).",
			"L’activité « liaison des défibrillateurs » est peut-être interrompue, depuis 4 h 44 (HE), soit 5 h 16 min.",
		},
		{
			"standing", "activity perhaps in part", func(v voice) string { return v.standing(v.links(), catalog.Degraded, v.perhaps()) },
			"Link of the defibrillators may work only in part, since 4:44 a.m. ET (5 h 16 min).",
			"L’activité « liaison des défibrillateurs » n’est peut-être assurée qu’en partie, depuis 4 h 44 (HE), soit 5 h 16 min.",
		},
		{
			"standing", "perhaps down", func(v voice) string { return v.standing(v.home(), catalog.Down, v.perhaps()) },
			"Norda home internet may be down, since 4:44 a.m. ET (5 h 16 min).",
			"Le service « Internet résidentiel de Norda » est peut-être en panne, depuis 4 h 44 (HE), soit 5 h 16 min.",
		},
		{
			"standing", "perhaps in part", func(v voice) string { return v.standing(v.calls(), catalog.Degraded, v.perhaps()) },
			"Norda mobile calls may work only in part, since 4:44 a.m. ET (5 h 16 min).",
			"Le service « appels mobiles de Norda » ne fonctionne peut-être qu’en partie, depuis 4 h 44 (HE), soit 5 h 16 min.",
		},
		{
			"standing", "works", func(v voice) string { return v.standing(v.calls(), catalog.Up, stretch{}) },
			"Norda mobile calls work.",
			"Le service « appels mobiles de Norda » fonctionne.",
		},
		{
			"standing", "not known", func(v voice) string { return v.standing(v.core(), catalog.Unknown, stretch{}) },
			"The Norda core can’t be seen from here.",
			"L’élément « cœur de Norda » échappe à nos mesures.",
		},
		{
			"standing", "the name has the place in it", func(v voice) string { return v.standing(v.cars(), catalog.Down, v.at1()) },
			"Shared cars in Toronto are down, since March 2, 4:40 p.m. ET (22 h 20 min).",
			"L’activité « véhicules partagés de Toronto » est interrompue, depuis le 2 mars à 16 h 40 (HE), soit 22 h 20 min.",
		},
		{
			"standing", "a node of no kind", func(v voice) string { return v.standing(thing{name: "norda/odd"}, catalog.Down, stretch{}) },
			"Norda/odd is down.",
			"« Norda/odd » est en panne.",
		},
		{
			"standing", "about a time", func(v voice) string {
				return v.standing(v.home(), catalog.Down, stretch{since: moment{t: at("09:44"), approx: true}})
			},
			"Norda home internet is down, since about 4:44 a.m. ET.",
			"Le service « Internet résidentiel de Norda » est en panne, depuis environ 4 h 44 (HE).",
		},
		{
			"standing", "since a day", func(v voice) string {
				return v.standing(v.home(), catalog.Down, stretch{since: moment{t: at("00:00"), dayOnly: true}})
			},
			"Norda home internet is down, since March 3.",
			"Le service « Internet résidentiel de Norda » est en panne, depuis le 3 mars.",
		},
		{
			"back", "one", func(v voice) string { return v.back(v.home(), v.noon()) },
			"Norda home internet has been back since 12:00 p.m. ET.",
			"Le service « Internet résidentiel de Norda » fonctionne de nouveau depuis 12 h (HE).",
		},
		{
			"back", "several", func(v voice) string { return v.back(v.calls(), v.yesterday()) },
			"Norda mobile calls have been back since March 2, 4:40 p.m. ET.",
			"Le service « appels mobiles de Norda » fonctionne de nouveau depuis le 2 mars à 16 h 40 (HE).",
		},
		{
			"back", "part", func(v voice) string { return v.back(v.core(), v.noon()) },
			"The Norda core has been back since 12:00 p.m. ET.",
			"L’élément « cœur de Norda » fonctionne de nouveau depuis 12 h (HE).",
		},
		{
			"back", "activity", func(v voice) string { return v.back(v.pools(), v.noon()) },
			"Wading pools that need a phone have been back since 12:00 p.m. ET.",
			"L’activité « pataugeoires qui exigent un téléphone » fonctionne de nouveau depuis 12 h (HE).",
		},
		{
			"family", "IPv6 down", func(v voice) string { return v.family(v.core(), evidence.IPv6, catalog.Down, v.nation()) },
			"Over IPv6 alone, the Norda core is down across Canada, since 4:44 a.m. ET (5 h 16 min).",
			"En IPv6 seulement, l’élément « cœur de Norda » est en panne dans tout le pays (Canada), depuis 4 h 44 (HE), soit 5 h 16 min.",
		},
		{
			"family", "IPv4 back", func(v voice) string { return v.family(v.core(), evidence.IPv4, catalog.Up, v.nation()) },
			"Over IPv4 alone, the Norda core is back across Canada, since 4:44 a.m. ET (5 h 16 min).",
			"En IPv4 seulement, l’élément « cœur de Norda » fonctionne dans tout le pays (Canada), depuis 4 h 44 (HE), soit 5 h 16 min.",
		},
		{
			"family", "in part", func(v voice) string { return v.family(v.calls(), evidence.IPv4, catalog.Degraded, stretch{}) },
			"Over IPv4 alone, Norda mobile calls are working only in part.",
			"En IPv4 seulement, le service « appels mobiles de Norda » ne fonctionne qu’en partie.",
		},
		{
			"family", "not seen", func(v voice) string { return v.family(v.home(), evidence.IPv6, catalog.Unknown, stretch{}) },
			"Over IPv6 alone, Norda home internet is out of our sight.",
			"En IPv6 seulement, le service « Internet résidentiel de Norda » échappe à nos mesures.",
		},
		{
			"family", "perhaps", func(v voice) string { return v.family(v.core(), evidence.IPv6, catalog.Down, stretch{maybe: true}) },
			"Over IPv6 alone, the Norda core may be down.",
			"En IPv6 seulement, l’élément « cœur de Norda » est peut-être en panne.",
		},
		{
			"why", "nothing", func(v voice) string { return v.why([]thing{v.home()}) },
			"",
			"",
		},
		{
			"why", "one step", func(v voice) string { return v.why([]thing{v.home(), v.core()}) },
			"Why: it rests on the Norda core.",
			"Pourquoi : ce service repose sur « cœur de Norda ».",
		},
		{
			"why", "many steps", func(v voice) string { return v.why([]thing{v.pools(), v.calls(), v.core()}) },
			"Why: they rest on Norda mobile calls, which rest on the Norda core.",
			"Pourquoi : cette activité repose sur « appels mobiles de Norda », qui repose sur « cœur de Norda ».",
		},
		{
			"why", "part of a network", func(v voice) string { return v.why([]thing{v.core(), v.home()}) },
			"Why: it rests on Norda home internet.",
			"Pourquoi : cet élément repose sur « Internet résidentiel de Norda ».",
		},
		{
			"why", "no kind", func(v voice) string { return v.why([]thing{{name: "norda/odd"}, v.core()}) },
			"Why: it rests on the Norda core.",
			"Pourquoi : ceci repose sur « cœur de Norda ».",
		},
		{
			"assumed", "", func(v voice) string { return v.assumed() },
			"Part of this is assumed: no source was found for it.",
			"Ceci est en partie une supposition : aucune source n’a été trouvée.",
		},
		{
			"roots", "one", func(v voice) string { return v.roots([]thing{v.core()}, 0.998) },
			"What failed, as seen from outside: the Norda core (confirmed, over 99%).",
			"Ce qui a cessé de fonctionner, vu de l’extérieur : « cœur de Norda » (panne confirmée, plus de 99 %).",
		},
		{
			"roots", "two", func(v voice) string { return v.roots([]thing{v.core(), v.radio()}, 0.7) },
			"What failed, as seen from outside: either the Norda core or the Norda radio network; they can’t be told apart from here (possible, 70%).",
			"Ce qui a cessé de fonctionner, vu de l’extérieur : soit « cœur de Norda », soit « réseau radio de Norda » ; d’ici, on ne peut pas les départager (panne possible, 70 %).",
		},
		{
			"roots", "three, not likely", func(v voice) string { return v.roots([]thing{v.core(), v.radio(), v.home()}, 0.2) },
			"What failed, as seen from outside: either the Norda core, the Norda radio network or Norda home internet; they can’t be told apart from here.",
			"Ce qui a cessé de fonctionner, vu de l’extérieur : soit « cœur de Norda », soit « réseau radio de Norda », soit « Internet résidentiel de Norda » ; d’ici, on ne peut pas les départager.",
		},
		{
			"was", "down", func(v voice) string {
				return v.was([]thing{v.home(), v.calls()}, catalog.Down, v.yesterday(), v.noon())
			},
			"Down at some time between March 2, 4:40 p.m. ET and March 3, 12:00 p.m. ET: Norda home internet and Norda mobile calls.",
			"En panne à un moment ou à un autre entre le 2 mars à 16 h 40 (HE) et le 3 mars à 12 h (HE) : « Internet résidentiel de Norda » et « appels mobiles de Norda ».",
		},
		{
			"was", "in part, today", func(v voice) string { return v.was([]thing{v.pools()}, catalog.Degraded, v.dawn(), v.noon()) },
			"Worked only in part at some time between 4:44 a.m. ET and 12:00 p.m. ET: wading pools that need a phone.",
			"En service réduit à un moment ou à un autre entre 4 h 44 (HE) et 12 h (HE) : « pataugeoires qui exigent un téléphone ».",
		},
		{
			"was", "perhaps", func(v voice) string { return v.was([]thing{v.links(), v.core()}, catalog.Unknown, v.dawn(), v.noon()) },
			"May have been hit at some time between 4:44 a.m. ET and 12:00 p.m. ET: link of the defibrillators and the Norda core.",
			"Peut-être touché à un moment ou à un autre entre 4 h 44 (HE) et 12 h (HE) : « liaison des défibrillateurs » et « cœur de Norda ».",
		},
		{
			"was", "a list of lists", func(v voice) string { return v.was([]thing{v.bank(), v.home()}, catalog.Down, v.dawn(), v.noon()) },
			"Down at some time between 4:44 a.m. ET and 12:00 p.m. ET: e-Transfers, bank machines and phone banking at BMO; and Norda home internet.",
			"En panne à un moment ou à un autre entre 4 h 44 (HE) et 12 h (HE) : « virements, guichets et services par téléphone de BMO » et « Internet résidentiel de Norda ».",
		},
	}
}
