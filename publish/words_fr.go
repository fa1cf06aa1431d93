package publish

import (
	"strings"
	"time"
	"unicode/utf8"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// french speaks Canadian French. Names of things stand in guillemets: their
// gender, number and article are not known, and a quoted title asks for none.
type french struct{ dial }

func (w french) incidentState(s incident.State) string {
	switch s {
	case incident.Suspected:
		return "Panne possible"
	case incident.Confirmed:
		return "Panne confirmée"
	case incident.Recovering:
		return "Rétablissement"
	case incident.Resolved:
		return "Terminé"
	case incident.Reviewed:
		return "Terminé et revu"
	case incident.Dismissed:
		return "Fausse alerte"
	}
	return "Aucun signe de panne"
}

func (w french) nodeState(s catalog.State) string {
	switch s {
	case catalog.Up:
		return "en service"
	case catalog.Degraded:
		return "en service réduit"
	case catalog.Down:
		return "en panne"
	}
	return "état inconnu"
}

func (w french) kind(k incident.Kind, by string) string {
	switch k {
	case incident.Observed:
		return "observé"
	case incident.Inferred:
		return "déduit"
	case incident.Stated:
		if by == "" {
			return "déclaré"
		}
		return "selon " + w.org(by)
	}
	return "aucun signe vu"
}

func (w french) section(id SectionID, over bool) string {
	if over {
		switch id {
		case SecDown:
			return "Ce qui était en panne"
		case SecWhen:
			return "Quand le service est revenu"
		case SecAffected:
			return "Qui a été touché"
		}
	}
	switch id {
	case SecDown:
		return "Ce qui est en panne"
	case SecEmergency:
		return "Puis-je appeler le " + emergencyNumber + " ?"
	case SecWorks:
		return "Ce qui fonctionne encore"
	case SecWhen:
		return "Quand le service reviendra-t-il ?"
	case SecSaid:
		return "Ce qui a été dit"
	case SecWhere:
		return "D’où viennent les signalements"
	case SecAffected:
		return "Qui est touché, et pourquoi"
	case SecPeers:
		return "Les autres fournisseurs"
	case SecHistory:
		return "Le dernier événement semblable"
	case SecUnknown:
		return "Ce que nous ne savons pas"
	case SecEvidence:
		return "Comment nous le savons"
	case SecTimeline:
		return "Le fil des événements, du plus récent au plus ancien"
	}
	return string(id)
}

func (w french) likely(p float64) string {
	word := [...]string{"", "possible", "probable", "confirmée"}[likelihood(p)]
	if word == "" {
		return ""
	}
	return word + ", " + Percent(w.lang, p)
}

func (w french) basis(b evidence.Basis) string {
	switch b {
	case evidence.Measured:
		return "donnée mesurée"
	case evidence.Stated:
		return "donnée déclarée"
	case evidence.Reported:
		return "donnée rapportée"
	case evidence.Reconstructed:
		return "donnée reconstituée à partir de totaux sourcés"
	}
	return "origine non précisée"
}

// at is a time in a sentence: « à 4 h 44 (HE) », « le 7 juillet vers 16 h 40 (HE) ».
func (w french) at(m moment) string {
	switch {
	case m.dayOnly:
		return "le " + w.calendar(m)
	case m.approx:
		return w.on(m.t) + "vers " + Clock(w.lang, w.zone, m.t)
	}
	return w.on(m.t) + "à " + Clock(w.lang, w.zone, m.t)
}

func (w french) on(t time.Time) string {
	if w.sameDay(t, w.now) {
		return ""
	}
	return "le " + w.date(t) + " "
}

func (w french) since(m moment) string {
	if m.dayOnly {
		return "depuis le " + w.calendar(m)
	}
	clock := Clock(w.lang, w.zone, m.t)
	same := w.sameDay(m.t, w.now)
	switch {
	case same && m.approx:
		return "depuis environ " + clock
	case same:
		return "depuis " + clock
	case m.approx:
		return "depuis le " + w.date(m.t) + " vers " + clock
	}
	return "depuis le " + w.date(m.t) + " à " + clock
}

// org is a name with the article that its first word asks for: « le Service de
// police de Toronto ». A brand has none.
func (w french) org(name string) string {
	article, name := articleFR(name)
	return article + name
}

// of is « de » before a name, with its elision and its contractions.
func (w french) of(name string) string {
	article, name := articleFR(name)
	switch article {
	case "le ":
		return "du " + name
	case "les ":
		return "des " + name
	case "":
		if first, _ := utf8.DecodeRuneInString(strings.ToLower(name)); strings.ContainsRune("aeiouâàéèêëîïôûœ", first) {
			return "d’" + name
		}
	}
	return "de " + article + name
}

// pick chooses the form of a verb by the number of the organisation that it
// belongs to: several have the article of several.
func (w french) pick(org, one, many string) string {
	if article, _ := articleFR(org); article == "les " {
		return many
	}
	return one
}

// articleFR parts a name from its article, which it may bring or which a common
// noun at its head asks for.
func articleFR(name string) (article, rest string) {
	for _, own := range []string{"le ", "la ", "les ", "l’"} {
		if len(name) > len(own) && strings.EqualFold(name[:len(own)], own) {
			return own, name[len(own):]
		}
	}
	head, rest, _ := strings.Cut(name, " ")
	switch strings.ToLower(head) {
	case "centre", "conseil", "ministère", "réseau", "bureau", "groupe", "tribunal":
		return "le ", name
	case "service":
		if rest != "" && rest == strings.ToLower(rest[:1])+rest[1:] { // a brand goes on with a capital
			return "le ", name
		}
	case "police", "ville", "brigade", "commission", "société", "régie", "banque":
		return "la ", name
	case "agence", "hôpital", "aéroport", "office", "université":
		return "l’", name
	case "services", "réseaux", "salles", "tribunaux", "vélos":
		return "les ", name
	}
	return "", name
}

// regions says where, after a sentence that is otherwise whole.
func (w french) regions(p place) string {
	n := len(p.names)
	switch {
	case n > 8:
		return " (" + Number(w.lang, float64(n)) + " régions, dont " + list(p.names[:3], "et") + ")"
	case n > 1:
		return " (régions : " + list(p.names, "et") + ")"
	case n == 1:
		return " (région : " + p.names[0] + ")"
	}
	return ""
}

func (w french) in(p place) string {
	if p.country != "" {
		return " dans tout le pays (" + p.country + ")"
	}
	return w.regions(p)
}

func (w french) stretch(st stretch) string {
	s := w.in(st.where)
	if !st.since.t.IsZero() {
		s += ", " + w.since(st.since)
	}
	if st.lasted > 0 {
		s += ", soit " + Span(w.lang, st.lasted)
	}
	return s
}

func (w french) the(t thing) string { return "« " + t.name + " »" }

// first is a thing at the head of a sentence.
func (w french) first(t thing) string { return "« " + upper(t.name) + " »" }

func (w french) things(ts []thing) string {
	return list(w.quoted(ts), "et")
}

func (w french) quoted(ts []thing) []string {
	names := make([]string, len(ts))
	for i, t := range ts {
		names[i] = w.the(t)
	}
	return names
}

// subject begins a sentence with a noun that the name stands beside.
func (w french) subject(t thing) string {
	switch t.role {
	case serviceRole:
		return "le service " + w.the(t)
	case activityRole:
		return "l’activité " + w.the(t)
	case partRole:
		return "l’élément " + w.the(t)
	}
	return w.first(t)
}

// is says what a name does in a state; one that is only suspected may do so.
func (w french) is(r role, s catalog.State, maybe bool) string {
	maybe = maybe || w.maybe
	if r == activityRole && (s == catalog.Down || s == catalog.Degraded) {
		return activityFR(s, maybe)
	}
	switch {
	case s == catalog.Down && maybe:
		return "est peut-être en panne"
	case s == catalog.Down:
		return "est en panne"
	case s == catalog.Degraded && maybe:
		return "ne fonctionne peut-être qu’en partie"
	case s == catalog.Degraded:
		return "ne fonctionne qu’en partie"
	case s == catalog.Up:
		return "fonctionne"
	}
	return "échappe à nos mesures"
}

// activityFR is for what an organisation does: it stops, a network breaks down.
func activityFR(s catalog.State, maybe bool) string {
	switch {
	case s == catalog.Down && maybe:
		return "est peut-être interrompue"
	case s == catalog.Down:
		return "est interrompue"
	case maybe:
		return "n’est peut-être assurée qu’en partie"
	}
	return "n’est assurée qu’en partie"
}

// are is the plural of [french.is], for services that are hit.
func (w french) are(s catalog.State, maybe bool) string {
	maybe = maybe || w.maybe
	switch {
	case s == catalog.Down && maybe:
		return "sont peut-être en panne"
	case s == catalog.Down:
		return "sont en panne"
	case maybe:
		return "ne fonctionnent peut-être qu’en partie"
	}
	return "ne fonctionnent qu’en partie"
}

func (w french) headline(h headline) string {
	sure := ""
	if l := w.likely(h.p); l != "" {
		sure = " Panne " + l + "."
	}
	switch h.state {
	case incident.Dismissed:
		return "Nous avions tort : il n’y a pas eu de panne chez " + h.carrier + "."
	case incident.Resolved, incident.Reviewed:
		s := "Chez " + h.carrier + ", tout est revenu à la normale"
		if !h.back.t.IsZero() {
			s += " : le service est de retour " + w.since(h.back)
		}
		if h.lasted > 0 {
			s += ", après une panne de " + Span(w.lang, h.lasted)
		}
		return s + "."
	case incident.Recovering:
		return "Chez " + h.carrier + ", le service se rétablit en partie ; attendez-vous à des coupures. La panne a commencé " +
			w.at(h.since) + w.in(h.where) + "."
	}
	subject := h.carrier + " " + w.is(plainRole, h.worst, h.maybe)
	switch len(h.only) {
	case 0:
	case 1:
		subject = "Un service " + w.of(h.carrier) + " " + w.is(serviceRole, h.worst, h.maybe)
	default:
		subject = "Certains services " + w.of(h.carrier) + " " + w.are(h.worst, h.maybe)
	}
	s := subject + w.stretch(h.stretch)
	if len(h.only) > 0 {
		s += " : " + list(h.only, "et")
	}
	return s + "." + sure
}

func (w french) standing(t thing, s catalog.State, st stretch) string {
	return upper(w.subject(t)) + " " + w.is(t.role, s, st.maybe) + w.stretch(st.beside(t.name)) + "."
}

func (w french) back(t thing, m moment) string {
	return upper(w.subject(t)) + " fonctionne de nouveau " + w.since(m) + "."
}

func (w french) family(t thing, f evidence.Family, s catalog.State, st stretch) string {
	return "En " + familyNameFR(f) + " seulement, " + w.subject(t) + " " + w.is(t.role, s, st.maybe) + w.stretch(st) + "."
}

func familyNameFR(f evidence.Family) string {
	switch f {
	case evidence.IPv4:
		return "IPv4"
	case evidence.IPv6:
		return "IPv6"
	}
	return "IPv4 et IPv6"
}

func (w french) why(path []thing) string {
	if len(path) < 2 {
		return ""
	}
	what := "ceci"
	switch path[0].role {
	case serviceRole:
		what = "ce service"
	case activityRole:
		what = "cette activité"
	case partRole:
		what = "cet élément"
	}
	return "Pourquoi : " + what + " repose sur " + strings.Join(w.quoted(path[1:]), ", qui repose sur ") + "."
}

func (w french) assumed() string {
	return "Ceci est en partie une supposition : aucune source n’a été trouvée."
}

func (w french) roots(ts []thing, p float64) string {
	s := "Ce qui a cessé de fonctionner, vu de l’extérieur : " + w.the(ts[0])
	if len(ts) > 1 {
		s = "Ce qui a cessé de fonctionner, vu de l’extérieur : soit " + strings.Join(w.quoted(ts), ", soit ") +
			" ; d’ici, on ne peut pas les départager"
	}
	if l := w.likely(p); l != "" {
		s += " (panne " + l + ")"
	}
	return s + "."
}
