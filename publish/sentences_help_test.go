package publish

import (
	"tocsin/catalog"
)

// helpSentences are calls for help, what works and when the rest is back.
func helpSentences() []sentence {
	return []sentence{
		{
			"access", "down", func(v voice) string { return v.access("Norda", catalog.Down, v.nation()) },
			"911 calls from Norda phones may fail across Canada, since 4:44 a.m. ET (5 h 16 min).",
			"Les appels au 911 faits d’un téléphone de Norda peuvent échouer dans tout le pays (Canada), depuis 4 h 44 (HE), soit 5 h 16 min.",
		},
		{
			"access", "in part, one region", func(v voice) string { return v.access("Interac", catalog.Degraded, v.at1()) },
			"911 calls from Interac phones may take several tries in Toronto, since March 2, 4:40 p.m. ET (22 h 20 min).",
			"Les appels au 911 faits d’un téléphone d’Interac peuvent demander plusieurs essais (région : Toronto), depuis le 2 mars à 16 h 40 (HE), soit 22 h 20 min.",
		},
		{
			"accessUp", "", func(v voice) string { return v.accessUp("Norda", v.police(), v.about()) },
			"911 calls from Norda phones still work, said Metro Police Service at about 8:30 a.m. ET.",
			"Les appels au 911 faits d’un téléphone de Norda passent encore, selon le Service de police du Métro, vers 8 h 30 (HE).",
		},
		{
			"accessUp", "a day", func(v voice) string { return v.accessUp("Interac", "Norda", v.day()) },
			"911 calls from Interac phones still work, said Norda on March 3.",
			"Les appels au 911 faits d’un téléphone d’Interac passent encore, selon Norda, le 3 mars.",
		},
		{
			"accessNoSign", "", func(v voice) string { return v.accessNoSign("Norda") },
			"We see no sign that 911 calls from Norda phones fail.",
			"Rien n’indique que les appels au 911 faits d’un téléphone de Norda échouent.",
		},
		{
			"accessNoSign", "elision", func(v voice) string { return v.accessNoSign("Interac") },
			"We see no sign that 911 calls from Interac phones fail.",
			"Rien n’indique que les appels au 911 faits d’un téléphone d’Interac échouent.",
		},
		{
			"accessWas", "", func(v voice) string { return v.accessWas("Norda", v.yesterday(), v.noon()) },
			"911 calls from Norda phones may have failed between March 2, 4:40 p.m. ET and March 3, 12:00 p.m. ET.",
			"Les appels au 911 faits d’un téléphone de Norda ont pu échouer entre le 2 mars à 16 h 40 (HE) et le 3 mars à 12 h (HE).",
		},
		{
			"accessWas", "today", func(v voice) string { return v.accessWas("Interac", v.dawn(), v.noon()) },
			"911 calls from Interac phones may have failed between 4:44 a.m. ET and 12:00 p.m. ET.",
			"Les appels au 911 faits d’un téléphone d’Interac ont pu échouer entre 4 h 44 (HE) et 12 h (HE).",
		},
		{
			"wayIn", "down", func(v voice) string { return v.wayIn(v.north(), catalog.Down, v.nation()) },
			"911 by mobile phone in the North may fail across Canada, since 4:44 a.m. ET (5 h 16 min).",
			"« Accès au 911 par cellulaire dans le Nord » : les appels peuvent échouer dans tout le pays (Canada), depuis 4 h 44 (HE), soit 5 h 16 min.",
		},
		{
			"wayIn", "in part", func(v voice) string { return v.wayIn(v.north(), catalog.Degraded, v.at1()) },
			"911 by mobile phone in the North may take several tries in Toronto, since March 2, 4:40 p.m. ET (22 h 20 min).",
			"« Accès au 911 par cellulaire dans le Nord » : les appels peuvent demander plusieurs essais (région : Toronto), depuis le 2 mars à 16 h 40 (HE), soit 22 h 20 min.",
		},
		{
			"centreUp", "", func(v voice) string { return v.centreUp(v.centre(), v.police(), v.about()) },
			"Metro 911 centre is itself up, said Metro Police Service at about 8:30 a.m. ET.",
			"« Centrale 911 du Métro » fonctionne bel et bien, selon le Service de police du Métro, vers 8 h 30 (HE).",
		},
		{
			"centreNoSign", "one", func(v voice) string { return v.centreNoSign([]thing{v.centre()}) },
			"Metro 911 centre itself: we see no sign of a failure.",
			"« Centrale 911 du Métro » : rien n’indique de panne sur place.",
		},
		{
			"centreNoSign", "two", func(v voice) string { return v.centreNoSign([]thing{v.centre(), v.north()}) },
			"We see no sign of a failure at these centres themselves: Metro 911 centre and 911 by mobile phone in the North.",
			"Rien n’indique de panne dans ces centres eux-mêmes : « centrale 911 du Métro » et « accès au 911 par cellulaire dans le Nord ».",
		},
		{
			"centreTrouble", "one", func(v voice) string { return v.centreTrouble(v.centre()) },
			"Metro 911 centre may have trouble of its own; calls may still get through elsewhere.",
			"« Centrale 911 du Métro » a peut-être ses propres difficultés ; un appel peut encore aboutir ailleurs.",
		},
		{
			"centreTrouble", "several", func(v voice) string { return v.centreTrouble(v.calls()) },
			"Norda mobile calls may have trouble of their own; calls may still get through elsewhere.",
			"« Appels mobiles de Norda » a peut-être ses propres difficultés ; un appel peut encore aboutir ailleurs.",
		},
		{
			"warned", "an institution", func(v voice) string {
				return v.warned(v.police(), v.about(), v.say("Calls may fail", "Les appels peuvent échouer"))
			},
			"Metro Police Service warned at about 8:30 a.m. ET: Calls may fail.",
			"Avertissement du Service de police du Métro, vers 8 h 30 (HE) : Les appels peuvent échouer.",
		},
		{
			"warned", "a brand", func(v voice) string {
				return v.warned("Interac", v.yesterday(), v.say("Calls may fail!", "Les appels peuvent échouer !"))
			},
			"Interac warned on March 2 at 4:40 p.m. ET: Calls may fail!",
			"Avertissement d’Interac, le 2 mars à 16 h 40 (HE) : Les appels peuvent échouer !",
		},
		{
			"warned", "written small", func(v voice) string { return v.warned(v.venues(), v.day(), v.say("Beware.", "Prudence.")) },
			"Concert venues in Toronto warned on March 3: Beware.",
			"Avertissement des salles de concert de Toronto, le 3 mars : Prudence.",
		},
		{
			"advice", "", func(v voice) string { return v.advice(v.say("Try again", "Réessayez")) },
			"What to do: Try again.",
			"Que faire : Réessayez.",
		},
		{
			"adviceBy", "several", func(v voice) string {
				return v.adviceBy(v.venues(), v.day(), v.say("Bring printed tickets", "Apportez vos billets imprimés"))
			},
			"Concert venues in Toronto advised on March 3: Bring printed tickets.",
			"Conseil des salles de concert de Toronto, le 3 mars : Apportez vos billets imprimés.",
		},
		{
			"adviceBy", "an institution", func(v voice) string {
				return v.adviceBy(v.police(), v.noon(), v.say("Use a landline", "Prenez une ligne fixe"))
			},
			"Metro Police Service advised at 12:00 p.m. ET: Use a landline.",
			"Conseil du Service de police du Métro, à 12 h (HE) : Prenez une ligne fixe.",
		},
		{
			"adviceBy", "a brand written small", func(v voice) string { return v.adviceBy("oxio", v.noon(), v.say("Wait", "Patientez")) },
			"oxio advised at 12:00 p.m. ET: Wait.",
			"Conseil d’oxio, à 12 h (HE) : Patientez.",
		},
		{
			"fallback", "service", func(v voice) string { return v.fallback(v.debit(), v.say("Pay in cash", "Payez en argent comptant")) },
			"For Paykit Debit: Pay in cash.",
			"Pour le service « Débit Paykit » : Payez en argent comptant.",
		},
		{
			"fallback", "activity", func(v voice) string { return v.fallback(v.pools(), v.say("Call from the office", "Appelez du bureau")) },
			"For wading pools that need a phone: Call from the office.",
			"Pour l’activité « pataugeoires qui exigent un téléphone » : Appelez du bureau.",
		},
		{
			"fallback", "part", func(v voice) string { return v.fallback(v.core(), v.say("Wait", "Patientez")) },
			"For the Norda core: Wait.",
			"Pour l’élément « cœur de Norda » : Patientez.",
		},
		{
			"withdrawn", "one lost", func(v voice) string {
				return v.withdrawn(v.pools(), v.say("Pay by debit", "Payez par débit"), []thing{v.debit()})
			},
			"This advice for wading pools that need a phone no longer holds: “Pay by debit”, because it needs Paykit Debit, which doesn’t work now.",
			"Ce conseil pour l’activité « pataugeoires qui exigent un téléphone » ne tient plus : « Payez par débit », car il repose sur « Débit Paykit », qui ne fonctionne pas en ce moment.",
		},
		{
			"withdrawn", "a plural lost", func(v voice) string { return v.withdrawn(v.pools(), v.say("Call", "Appelez"), []thing{v.calls()}) },
			"This advice for wading pools that need a phone no longer holds: “Call”, because it needs Norda mobile calls, which don’t work now.",
			"Ce conseil pour l’activité « pataugeoires qui exigent un téléphone » ne tient plus : « Appelez », car il repose sur « appels mobiles de Norda », qui ne fonctionne pas en ce moment.",
		},
		{
			"withdrawn", "two lost", func(v voice) string {
				return v.withdrawn(v.debit(), v.say("Call", "Appelez"), []thing{v.home(), v.core()})
			},
			"This advice for Paykit Debit no longer holds: “Call”, because it needs Norda home internet and the Norda core, which don’t work now.",
			"Ce conseil pour le service « Débit Paykit » ne tient plus : « Appelez », car il repose sur « Internet résidentiel de Norda » et « cœur de Norda », qui ne fonctionnent pas en ce moment.",
		},
		{
			"withdrawn", "nothing named", func(v voice) string { return v.withdrawn(v.debit(), v.say("Call", "Appelez"), nil) },
			"This advice for Paykit Debit no longer holds: “Call”.",
			"Ce conseil pour le service « Débit Paykit » ne tient plus : « Appelez ».",
		},
		{
			"peerWorks", "up", func(v voice) string { return v.peerWorks("Meridio", catalog.Up) },
			"Meridio works.",
			"Meridio fonctionne.",
		},
		{
			"peerWorks", "slower", func(v voice) string { return v.peerWorks(v.say("The Daily", "Le Quotidien"), catalog.Degraded) },
			"The Daily works, but more slowly than usual for some.",
			"Le Quotidien fonctionne, mais plus lentement que d’habitude pour certains.",
		},
		{
			"stands", "service", func(v voice) string { return v.stands(v.calls(), v.police(), v.noon()) },
			"Norda mobile calls work, said Metro Police Service at 12:00 p.m. ET.",
			"Le service « appels mobiles de Norda » fonctionne, selon le Service de police du Métro, à 12 h (HE).",
		},
		{
			"stands", "activity", func(v voice) string { return v.stands(v.cars(), v.venues(), v.day()) },
			"Shared cars in Toronto work, said concert venues in Toronto on March 3.",
			"L’activité « véhicules partagés de Toronto » fonctionne, selon les salles de concert de Toronto, le 3 mars.",
		},
		{
			"standsNoSign", "", func(v voice) string { return v.standsNoSign(v.home()) },
			"We see no sign of trouble with Norda home internet.",
			"Rien n’indique de difficulté pour le service « Internet résidentiel de Norda ».",
		},
		{
			"standsNoSign", "part", func(v voice) string { return v.standsNoSign(v.core()) },
			"We see no sign of trouble with the Norda core.",
			"Rien n’indique de difficulté pour l’élément « cœur de Norda ».",
		},
		{
			"noForecast", "", func(v voice) string { return v.noForecast() },
			"There is no forecast yet: we can’t tell when service will be back.",
			"Il n’y a pas encore de prévision : nous ne pouvons pas dire quand le service reviendra.",
		},
		{
			"eta", "to come", func(v voice) string { return v.eta("Norda", v.dawn(), v.evening(), false) },
			"Norda said at 4:44 a.m. ET that service would be back at 6:30 p.m. ET.",
			"Norda a annoncé à 4 h 44 (HE) un retour du service à 18 h 30 (HE).",
		},
		{
			"eta", "passed", func(v voice) string { return v.eta(v.police(), v.yesterday(), v.noon(), true) },
			"Metro Police Service said on March 2 at 4:40 p.m. ET that service would be back at 12:00 p.m. ET. That time has passed.",
			"Le Service de police du Métro a annoncé le 2 mars à 16 h 40 (HE) un retour du service à 12 h (HE). Cette heure est passée.",
		},
		{
			"eta", "a day", func(v voice) string {
				return v.eta(v.venues(), v.noon(), moment{t: at("00:00").AddDate(0, 0, 1), dayOnly: true}, false)
			},
			"Concert venues in Toronto said at 12:00 p.m. ET that service would be back on March 4.",
			"Les salles de concert de Toronto ont annoncé à 12 h (HE) un retour du service le 4 mars.",
		},
		{
			"comingBack", "", func(v voice) string { return v.comingBack(v.noon()) },
			"Service has been coming back since 12:00 p.m. ET; it may drop again.",
			"Le service se rétablit depuis 12 h (HE) ; il peut encore tomber.",
		},
		{
			"comingBack", "yesterday", func(v voice) string { return v.comingBack(v.yesterday()) },
			"Service has been coming back since March 2, 4:40 p.m. ET; it may drop again.",
			"Le service se rétablit depuis le 2 mars à 16 h 40 (HE) ; il peut encore tomber.",
		},
		{
			"backSince", "", func(v voice) string { return v.backSince(v.noon()) },
			"Service has been back since 12:00 p.m. ET.",
			"Le service est de retour depuis 12 h (HE).",
		},
		{
			"falseRecoveries", "one", func(v voice) string { return v.falseRecoveries(1) },
			"Service came back once and failed again.",
			"Le service est revenu une fois, puis retombé.",
		},
		{
			"falseRecoveries", "three", func(v voice) string { return v.falseRecoveries(3) },
			"Service came back 3 times and failed again each time.",
			"Le service est revenu 3 fois, pour retomber chaque fois.",
		},
		{
			"relapse", "", func(v voice) string { return v.relapse(2, v.about()) },
			"False recovery 2: service failed again at about 8:30 a.m. ET.",
			"Faux rétablissement n° 2 : le service est retombé vers 8 h 30 (HE).",
		},
	}
}
