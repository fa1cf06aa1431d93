package publish

import (
	"time"

	"tocsin/catalog"
)

func (w french) access(carrier string, s catalog.State, st stretch) string {
	verb := " peuvent échouer"
	if s == catalog.Degraded {
		verb = " peuvent demander plusieurs essais"
	}
	return "Les appels au " + emergencyNumber + " faits d’un téléphone " + w.of(carrier) + verb + w.stretch(st) + "."
}

func (w french) accessUp(carrier, by string, m moment) string {
	return "Les appels au " + emergencyNumber + " faits d’un téléphone " + w.of(carrier) +
		" passent encore, selon " + w.org(by) + ", " + w.at(m) + "."
}

func (w french) accessNoSign(carrier string) string {
	return "Rien n’indique que les appels au " + emergencyNumber + " faits d’un téléphone " + w.of(carrier) + " échouent."
}

func (w french) centreUp(t thing, by string, m moment) string {
	return w.first(t) + " fonctionne bel et bien, selon " + w.org(by) + ", " + w.at(m) + "."
}

func (w french) centreNoSign(ts []thing) string {
	if len(ts) == 1 {
		return w.first(ts[0]) + " : rien n’indique une panne sur place."
	}
	return "Rien n’indique une panne dans ces centres mêmes : " + w.things(ts, "et") + "."
}

func (w french) centreTrouble(t thing) string {
	return upper(w.subject(t)) + " a peut-être ses propres difficultés ; un appel peut encore aboutir ailleurs."
}

func (w french) warned(org string, m moment, text string) string {
	return "Avertissement " + w.of(org) + ", " + w.at(m) + " : " + stop(text)
}

func (w french) advice(text string) string { return "Que faire : " + stop(text) }

func (w french) adviceBy(org string, m moment, text string) string {
	return "Conseil " + w.of(org) + ", " + w.at(m) + " : " + stop(text)
}

func (w french) fallback(t thing, text string) string {
	return "Pour " + w.subject(t) + " : " + stop(text)
}

func (w french) withdrawn(t thing, text string, lost []thing) string {
	s := "Ce conseil pour " + w.subject(t) + " ne tient plus : « " + text + " »"
	if len(lost) > 0 {
		s += ", car il dépend de " + w.things(lost, "et") + ", qui ne fonctionne pas en ce moment"
	}
	return s + "."
}

func (w french) peerWorks(org string, s catalog.State) string {
	if s == catalog.Degraded {
		return upper(w.org(org)) + " fonctionne, mais plus lentement que d’habitude pour certains."
	}
	return upper(w.org(org)) + " fonctionne."
}

func (w french) stands(t thing, by string, m moment) string {
	return upper(w.subject(t)) + " fonctionne, selon " + w.org(by) + ", " + w.at(m) + "."
}

func (w french) standsNoSign(t thing) string {
	return "Rien n’indique de difficulté pour " + w.subject(t) + "."
}

func (w french) noForecast() string {
	return "Il n’y a pas encore de prévision : nous ne pouvons pas estimer la durée pour l’instant."
}

func (w french) eta(org string, said, eta moment, passed bool) string {
	s := upper(w.org(org)) + " a annoncé " + w.at(said) + " un retour du service " + w.at(eta) + "."
	if passed {
		s += " Cette heure est passée."
	}
	return s
}

func (w french) comingBack(m moment) string {
	return "Le service se rétablit " + w.since(m) + " ; il peut encore tomber."
}

func (w french) backSince(m moment) string {
	return "Le service est revenu " + w.since(m) + "."
}

func (w french) falseRecoveries(n int) string {
	if n == 1 {
		return "Le service est revenu une fois, puis retombé."
	}
	return "Le service est revenu " + Number(w.lang, float64(n)) + " fois, pour retomber chaque fois."
}

func (w french) relapse(n int, m moment) string {
	return "Faux rétablissement n° " + Number(w.lang, float64(n)) + " : le service est retombé " + w.at(m) + "."
}

func (w french) firstWord(org string, m moment, after time.Duration) string {
	return "La première déclaration publique " + w.of(org) + " est venue " + w.at(m) + ", " + Span(w.lang, after) + " après le début."
}

func (w french) noWord(org string, lasted time.Duration) string {
	return upper(w.org(org)) + " n’a rien dit que nous ayons entendu, " + Span(w.lang, lasted) + " après le début."
}

func (w french) noCause(org string, statements int) string {
	return upper(w.org(org)) + " n’a donné aucune cause" + w.inStatements(statements) + "."
}

func (w french) inStatements(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return " dans sa seule déclaration jusqu’ici"
	}
	return " dans ses " + Number(w.lang, float64(n)) + " déclarations jusqu’ici"
}

func (w french) cause(org string, m moment, text string) string {
	return "La cause, selon " + w.org(org) + ", " + w.at(m) + " : " + stop(text)
}

func (w french) noETA(org string, statements int) string {
	return upper(w.org(org)) + " n’a donné aucune heure de retour" + w.inStatements(statements) + "."
}

func (w french) newest(org string, m moment, text string) string {
	return "La plus récente déclaration " + w.of(org) + ", " + w.at(m) + " : " + stop(text)
}

func (w french) statement(org string, m moment, text string) string {
	return "Déclaration " + w.of(org) + ", " + w.at(m) + " : " + stop(text)
}

func (w french) share(s shareOf) string {
	text := Percent(w.lang, s.part) + " des signalements viennent de cette région : " + s.region
	if s.part > 0.5 {
		text = "La plupart des signalements (" + Percent(w.lang, s.part) + ") viennent de cette région : " + s.region
	}
	if !s.from.t.IsZero() && !s.until.t.IsZero() {
		text += ", pour la période du " + w.date(s.from.t) + ", " + Clock(w.lang, w.zone, s.from.t) +
			", au " + w.date(s.until.t) + ", " + Clock(w.lang, w.zone, s.until.t)
	}
	return text + " (" + w.basis(s.basis) + ")."
}

func (w french) regionState(region string, s catalog.State, st stretch) string {
	return region + " : le service " + w.is(s, st.maybe) + w.stretch(st) + "."
}
