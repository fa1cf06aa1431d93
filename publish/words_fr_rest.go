package publish

import (
	"math"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

func (w french) people(_ thing, n int) string {
	if n < 2 {
		return "Jusqu’à " + Number(w.lang, float64(n)) + " personne en dépend."
	}
	return "Jusqu’à " + Number(w.lang, float64(n)) + " personnes en dépendent."
}

func (w french) fails(_ thing, m moment, passed bool) string {
	if passed {
		return "Sa réserve s’est épuisée " + w.at(m) + "."
	}
	return "Sa réserve s’épuisera " + w.at(m) + " ; ensuite, la situation s’aggravera."
}

func (w french) everyone(t thing, s catalog.State, carrier string) string {
	return upper(w.subject(t)) + " " + w.is(t.role, s, false) + " pour tout le monde, y compris pour les personnes qui ne sont pas clientes " + w.of(carrier) + "."
}

func (w french) supplier(t thing) string {
	return "Il y a un seul fournisseur, sans second : " + w.the(t) + "."
}

func (w french) peer(p peerCase) string {
	var s []string
	switch p.state {
	case catalog.Up:
		s = append(s, "Le réseau "+w.of(p.org)+" fonctionne.")
	case catalog.Degraded:
		s = append(s, "Le réseau "+w.of(p.org)+" ne fonctionne qu’en partie.")
	case catalog.Down:
		s = append(s, "Le réseau "+w.of(p.org)+" est en panne.")
	default:
		s = append(s, "Nous ne voyons pas dans quel état est le réseau "+w.of(p.org)+".")
	}
	if p.level >= 0 {
		s = append(s, "Ce réseau, selon les mesures, est à "+Percent(w.lang, p.level)+" de la normale.")
	}
	if p.accused > p.expected {
		s = append(s, "Les plaintes à son sujet sont passées de "+Number(w.lang, math.Round(p.expected))+", le nombre habituel, à "+
			Number(w.lang, math.Round(p.accused))+" pour une même durée.")
	}
	if r := w.reason(p); r != "" {
		s = append(s, r)
	}
	if p.p > 0 {
		s = append(s, "Probabilité d’une défaillance qui lui soit propre : "+Percent(w.lang, p.p)+".")
	}
	return strings.Join(s, " ")
}

// reason explains the complaints, or the trouble, by class.
func (w french) reason(p peerCase) string {
	switch p.class {
	case incident.SpillOver:
		if p.accused <= p.expected {
			return ""
		}
		return "Les plaintes s’expliquent : elles viennent des appels et des textos vers la clientèle " + w.of(p.carrier) + ", qui peuvent échouer."
	case incident.Load:
		return "Il porte plus de charge que d’habitude à cause de la panne chez " + p.carrier + ", d’où des données parfois lentes ; ce n’est pas sa faute."
	case incident.Dependency:
		return "Il repose en partie sur ce qui est en panne chez " + p.carrier + " ; ce n’est pas sa faute."
	case incident.Affected:
		return "Ce fournisseur se dit touché ; d’ici, on ne peut pas dire si c’est à cause de la charge ou parce qu’il repose sur " + p.carrier + "."
	case incident.OwnFault:
		return "Les indices pointent vers une défaillance qui lui est propre."
	}
	return ""
}

func (w french) lastEvent(e pastEvent) string {
	s := "La dernière panne consignée chez " + e.carrier + " a commencé " + w.at(e.onset)
	if e.lasted > 0 {
		s += " et a duré " + Span(w.lang, e.lasted)
	}
	s += "."
	if len(e.hit) > 0 {
		s += " Services touchés" + w.in(e.where) + " : " + list(e.hit, "et") + "."
	}
	if len(e.spared) > 0 {
		s += " Rien n’indique que ceci ait été touché : " + list(e.spared, "et") + "."
	}
	if e.help {
		s += " Les appels au " + emergencyNumber + " faits de ses téléphones ont pu échouer."
	}
	if e.cause == "" {
		return s + " Aucune cause déclarée n’est conservée ici."
	}
	return s + " Cause déclarée : " + stop(e.cause)
}

func (w french) noHistory(org string) string {
	if org == "" {
		return "Aucune panne antérieure n’est conservée ici."
	}
	return "Aucune panne antérieure " + w.of(org) + " n’est conservée ici."
}

func (w french) feedSilent(feed string, m moment) string {
	if m.t.IsZero() {
		return "Une de nos sources ne nous montre rien : " + feed + ". Rien n’en est venu."
	}
	return "Une de nos sources ne nous montre plus rien : " + feed + ". Elle se tait " + w.since(m) + "."
}

func (w french) feedLate(feed string, late time.Duration) string {
	return "Une de nos sources a " + Span(w.lang, late) + " de retard : " + feed + "."
}

func (w french) feedLimit(feed, text string) string {
	return "Limite de la source « " + feed + " » : " + stop(text)
}

func (w french) nobody(ts []thing) string {
	return "Aucune de nos sources n’observe ceci : " + w.things(ts) + "."
}

func (w french) cannotSee(t thing) string {
	return "L’état de ceci nous échappe : " + w.the(t) + "."
}

func (w french) health(code, subject string, m moment) string {
	what := "Un avertissement sur nous-mêmes (" + code + ")"
	switch code {
	case "feed-silent":
		what = "Une de nos sources se tait"
	case "store-late":
		what = "Nous n’arrivons pas à conserver nos données en ce moment"
	}
	if subject != "" {
		what += " : " + subject
	}
	if !m.t.IsZero() {
		what += ", " + w.since(m)
	}
	return what + "."
}

func (w french) noIncident(country string) string {
	if country == "" {
		return "Aucun signe de grande panne en ce moment."
	}
	return "Aucun signe de grande panne en ce moment (" + country + ")."
}

func (w french) seesNothing() string {
	return "Nous ne voyons aucun réseau en ce moment : aucun observateur ne nous renseigne. Cela ne veut pas dire que tout va bien."
}

func (w french) watched(carriers, feeds int) string {
	return "Sous observation : " + w.count(carriers, "fournisseur", "fournisseurs") + ", avec " +
		w.count(feeds, "source", "sources") + " de données."
}

func (w french) count(n int, one, many string) string {
	if n < 2 {
		return Number(w.lang, float64(n)) + " " + one
	}
	return Number(w.lang, float64(n)) + " " + many
}

func (w french) measure(m evidence.Measure) string {
	switch m {
	case evidence.Traffic:
		return "Trafic"
	case evidence.TrafficV4:
		return "Trafic IPv4"
	case evidence.TrafficV6:
		return "Trafic IPv6"
	case evidence.Prefixes:
		return "Routes annoncées"
	case evidence.Withdrawals:
		return "Routes retirées"
	case evidence.Announcements:
		return "Annonces de routes"
	case evidence.Blocks:
		return "Blocs d’adresses qui répondent"
	case evidence.Reports:
		return "Signalements du public"
	}
	return string(m)
}

func (w french) reading(r readingOf) string {
	s := w.measure(r.measure) + ", " + r.subject
	if r.region != "" {
		s += ", " + r.region
	}
	s += " : " + figure(w.lang, r.value) + " contre " + figure(w.lang, r.expected) + " d’habitude, " + w.at(r.m)
	if r.method != "" {
		s += " ; méthode : " + r.method
	}
	return s + " ; poids " + figure(w.lang, r.weight) + " ; " + w.basis(r.basis) + "."
}

func (w french) weighed(org string, m moment, weight float64) string {
	s := "La déclaration " + w.of(org) + ", " + w.at(m) + ", "
	switch {
	case weight > 0:
		return s + "plaide pour une panne, avec un poids de " + figure(w.lang, weight) + "."
	case weight < 0:
		return s + "plaide contre une panne, avec un poids de " + figure(w.lang, -weight) + "."
	}
	return s + "n’a aucun poids dans le jugement."
}

func (w french) chance(ts []thing, p float64, still bool) string {
	what := "Probabilité d’une défaillance : "
	if still {
		what = "Probabilité que la défaillance dure encore : "
	}
	return what + Percent(w.lang, p) + " (" + list(w.quoted(ts), "ou") + ")."
}

func (w french) about(s subjectOf) string {
	switch s.kind {
	case "as":
		if s.of != "" {
			return "réseau AS" + s.name + " (" + s.of + ")"
		}
		return "réseau AS" + s.name
	case "collector":
		return "tous les réseaux, vus du collecteur " + s.name
	case "any":
		return s.name + ", tous fournisseurs confondus"
	}
	return s.name
}

func (w french) step(op incident.Op, carrier string, m moment) string {
	what := ""
	switch op {
	case incident.OpSuspect:
		what = "une panne est soupçonnée chez " + carrier
	case incident.OpConfirm:
		what = "la panne est confirmée chez " + carrier
	case incident.OpDismiss:
		what = "le soupçon est levé pour " + carrier
	case incident.OpRecover:
		what = "le service commence à revenir chez " + carrier
	case incident.OpRelapse:
		what = "le service retombe chez " + carrier
	case incident.OpResolve:
		what = "le service est revenu à la normale chez " + carrier
	case incident.OpReview:
		what = "la panne est revue chez " + carrier
	case incident.OpReopen:
		what = "la panne est rouverte chez " + carrier
	case incident.OpRoots:
		what = "le lieu de la défaillance est mieux connu chez " + carrier
	case incident.OpRetime:
		what = "le début de la panne est corrigé pour " + carrier
	}
	if what == "" {
		return ""
	}
	return upper(w.at(m)) + ", " + what + "."
}

func (w french) facet(f facetOf) string {
	name := w.subject(f.thing)
	if f.family != evidence.Both {
		name += " en " + familyNameFR(f.family)
	}
	if f.region != "" {
		name += " (" + f.region + ")"
	}
	return upper(w.at(f.m)) + ", " + name + " " + w.went(f) + "."
}

// went says what a part did; a timeline is told in the present.
func (w french) went(f facetOf) string {
	switch {
	case f.coming:
		return "commence à revenir"
	case f.state == catalog.Up:
		return "revient en service"
	case f.state == catalog.Down:
		return "tombe en panne"
	case f.state == catalog.Degraded:
		return "ne fonctionne plus qu’en partie"
	case f.state == "":
		return "change d’état"
	}
	return w.is(f.thing.role, f.state, false)
}

func (w french) note(author string, m moment, text string) string {
	return "Note " + w.of(author) + ", " + w.at(m) + " : " + stop(text)
}
