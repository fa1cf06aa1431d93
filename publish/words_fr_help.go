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

func (w french) accessWas(carrier string, from, until moment) string {
	return "Les appels au " + emergencyNumber + " faits d’un téléphone " + w.of(carrier) + " ont pu échouer " + w.between(from, until) + "."
}

// wayIn says that a way to reach help is hit; some calls may get through.
func (w french) wayIn(t thing, s catalog.State, st stretch) string {
	verb := " : les appels peuvent échouer"
	if s == catalog.Degraded {
		verb = " : les appels peuvent demander plusieurs essais"
	}
	return w.first(t) + verb + w.stretch(st.beside(t.name)) + "."
}

func (w french) centreUp(t thing, by string, m moment) string {
	return w.first(t) + " fonctionne bel et bien, selon " + w.org(by) + ", " + w.at(m) + "."
}

func (w french) centreNoSign(ts []thing) string {
	if len(ts) == 1 {
		return w.first(ts[0]) + " : rien n’indique de panne sur place."
	}
	return "Rien n’indique de panne dans ces centres eux-mêmes : " + w.things(ts) + "."
}

func (w french) centreTrouble(t thing) string {
	return w.first(t) + " a peut-être ses propres difficultés ; un appel peut encore aboutir ailleurs."
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
		verb := "ne fonctionne"
		if len(lost) > 1 {
			verb = "ne fonctionnent"
		}
		s += ", car il repose sur " + w.things(lost) + ", qui " + verb + " pas en ce moment"
	}
	return s + "."
}

func (w french) peerWorks(org string, s catalog.State) string {
	if s == catalog.Degraded {
		return upper(w.org(org)) + w.pick(org, " fonctionne", " fonctionnent") + ", mais plus lentement que d’habitude pour certains."
	}
	return upper(w.org(org)) + w.pick(org, " fonctionne.", " fonctionnent.")
}

func (w french) stands(t thing, by string, m moment) string {
	return upper(w.subject(t)) + " fonctionne, selon " + w.org(by) + ", " + w.at(m) + "."
}

func (w french) standsNoSign(t thing) string {
	return "Rien n’indique de difficulté pour " + w.subject(t) + "."
}

func (w french) noForecast() string {
	return "Il n’y a pas encore de prévision : nous ne pouvons pas dire quand le service reviendra."
}

func (w french) eta(org string, said, eta moment, passed bool) string {
	s := upper(w.org(org)) + w.pick(org, " a", " ont") + " annoncé " + w.at(said) + " un retour du service " + w.at(eta) + "."
	if passed {
		s += " Cette heure est passée."
	}
	return s
}

func (w french) comingBack(m moment) string {
	return "Le service se rétablit " + w.since(m) + " ; il peut encore tomber."
}

func (w french) backSince(m moment) string {
	return "Le service est de retour " + w.since(m) + "."
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
	return "Nous n’avons entendu aucune parole publique " + w.of(org) + ", " + Span(w.lang, lasted) + " après le début."
}

func (w french) noCause(org string, statements int) string {
	return upper(w.org(org)) + w.pick(org, " n’a", " n’ont") + " donné aucune cause" + w.inStatements(org, statements) + "."
}

func (w french) inStatements(org string, n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return " dans " + w.pick(org, "sa", "leur") + " seule déclaration jusqu’ici"
	}
	return " dans " + w.pick(org, "ses", "leurs") + " " + Number(w.lang, float64(n)) + " déclarations jusqu’ici"
}

func (w french) cause(org string, m moment, text string) string {
	return "La cause, selon " + w.org(org) + ", " + w.at(m) + " : " + stop(text)
}

func (w french) noETA(org string, statements int) string {
	return upper(w.org(org)) + w.pick(org, " n’a", " n’ont") + " donné aucune heure de retour" + w.inStatements(org, statements) + "."
}

func (w french) newest(org string, m moment, text string) string {
	return "La plus récente déclaration " + w.of(org) + ", " + w.at(m) + " : " + stop(text)
}

func (w french) statement(org string, m moment, text string) string {
	return "Déclaration " + w.of(org) + ", " + w.at(m) + " : " + stop(text)
}

func (w french) share(s shareOf) string {
	text := Percent(w.lang, s.part) + " des signalements sont venus de cette région : " + s.region
	if s.part > 0.5 {
		text = "la plupart des signalements (" + Percent(w.lang, s.part) + ") sont venus de cette région : " + s.region
	}
	if !s.from.t.IsZero() && !s.until.t.IsZero() {
		text = w.between(s.from, s.until) + ", " + text
	}
	return upper(text) + " (" + w.basis(s.basis) + ")."
}

func (w french) regionState(region string, s catalog.State, st stretch) string {
	return region + " : le service " + w.is(serviceRole, s, st.maybe) + w.stretch(st) + "."
}

// was says what had failed, once the outage is over. Each may have come back
// before its end.
func (w french) was(ts []thing, s catalog.State, from, until moment) string {
	how := "En panne"
	switch s {
	case catalog.Degraded:
		how = "En service réduit"
	case catalog.Unknown:
		how = "Peut-être touché"
	}
	return how + " à un moment ou à un autre " + w.between(from, until) + " : " + w.things(ts) + "."
}

// between is a span of time: both ends have their day unless both are today.
func (w french) between(from, until moment) string {
	if w.sameDay(from.t, w.now) && w.sameDay(until.t, w.now) {
		return "entre " + Clock(w.lang, w.zone, from.t) + " et " + Clock(w.lang, w.zone, until.t)
	}
	return "entre le " + w.date(from.t) + " à " + Clock(w.lang, w.zone, from.t) + " et le " + w.date(until.t) + " à " + Clock(w.lang, w.zone, until.t)
}
