package publish

import (
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// english speaks Canadian English.
type english struct{ dial }

func (w english) incidentState(s incident.State) string {
	switch s {
	case incident.Suspected:
		return "Possible outage"
	case incident.Confirmed:
		return "Confirmed outage"
	case incident.Recovering:
		return "Coming back"
	case incident.Resolved:
		return "Resolved"
	case incident.Reviewed:
		return "Resolved and reviewed"
	case incident.Dismissed:
		return "Not an outage"
	}
	return "No sign of an outage"
}

func (w english) nodeState(s catalog.State) string {
	switch s {
	case catalog.Up:
		return "working"
	case catalog.Degraded:
		return "partly working"
	case catalog.Down:
		return "down"
	}
	return "not known"
}

func (w english) kind(k incident.Kind, by string) string {
	switch k {
	case incident.Observed:
		return "observed"
	case incident.Inferred:
		return "inferred"
	case incident.Stated:
		if by == "" {
			return "stated"
		}
		return "stated by " + by
	}
	return "no sign seen"
}

func (w english) section(id SectionID, over bool) string {
	if over {
		switch id {
		case SecDown:
			return "What was down"
		case SecWhen:
			return "When it came back"
		case SecAffected:
			return "Who was affected"
		}
	}
	switch id {
	case SecDown:
		return "What is down"
	case SecEmergency:
		return "Can I call " + emergencyNumber + "?"
	case SecWorks:
		return "What still works"
	case SecWhen:
		return "When will it be back?"
	case SecSaid:
		return "What has been said"
	case SecWhere:
		return "Where reports come from"
	case SecAffected:
		return "Who is affected, and why"
	case SecPeers:
		return "Other carriers"
	case SecHistory:
		return "The last such event"
	case SecUnknown:
		return "What we don’t know"
	case SecEvidence:
		return "How we know"
	case SecTimeline:
		return "What happened, newest first"
	}
	return string(id)
}

func (w english) likely(p float64) string {
	word := [...]string{"", "possible", "likely", "confirmed"}[likelihood(p)]
	if word == "" {
		return ""
	}
	return word + ", " + Percent(w.lang, p)
}

func (w english) basis(b evidence.Basis) string {
	switch b {
	case evidence.Measured:
		return "measured"
	case evidence.Stated:
		return "stated"
	case evidence.Reported:
		return "reported"
	case evidence.Reconstructed:
		return "reconstructed from sourced totals"
	}
	return "basis not said"
}

// at is a time in a sentence: "at 4:44 a.m. ET", "on July 7 at about 4:40 p.m. ET".
func (w english) at(m moment) string {
	switch {
	case m.dayOnly:
		return "on " + w.calendar(m)
	case m.approx:
		return w.on(m.t) + "at about " + Clock(w.lang, w.zone, m.t)
	}
	return w.on(m.t) + "at " + Clock(w.lang, w.zone, m.t)
}

func (w english) on(t time.Time) string {
	if w.sameDay(t, w.now) {
		return ""
	}
	if t.In(w.zone).Year() != w.now.In(w.zone).Year() {
		return "on " + w.date(t) + ", " // a year stands between commas
	}
	return "on " + w.date(t) + " "
}

func (w english) since(m moment) string {
	about := ""
	if m.approx {
		about = "about "
	}
	if m.dayOnly {
		return "since " + w.calendar(m)
	}
	return "since " + about + When(w.lang, w.zone, m.t, w.now)
}

// in is a place with a space before it, or nothing.
func (w english) in(p place) string {
	switch {
	case p.country != "":
		return " across " + p.country
	case len(p.names) > 8:
		return " in " + Number(w.lang, float64(len(p.names))) + " regions, among them " + list(p.names[:3], "and")
	case len(p.names) > 0:
		return " in " + list(p.names, "and")
	}
	return ""
}

func (w english) stretch(st stretch) string {
	s := w.in(st.where)
	if !st.since.t.IsZero() {
		s += ", " + w.since(st.since)
	}
	if st.lasted > 0 {
		s += " (" + Span(w.lang, st.lasted) + ")"
	}
	return s
}

// plural guesses the number of a name from its head: the last word before a
// preposition. Proper names count as one.
func (w english) plural(name string) bool {
	if strings.Contains(name, ", ") {
		return true // a list
	}
	for _, sep := range []string{" from ", " at ", " of ", " for ", " in ", " on ", " by ", " with ", " over ", " that ", " and ", " ("} {
		name, _, _ = strings.Cut(name, sep)
	}
	words := strings.Fields(name)
	if len(words) == 0 {
		return false
	}
	head := words[len(words)-1]
	for _, one := range []string{"ss", "us", "is"} {
		if strings.HasSuffix(head, one) {
			return false
		}
	}
	return strings.HasSuffix(head, "s") && head == strings.ToLower(head)
}

// begin makes a name begin a sentence. A description gets its capital; a single
// word is a name, and some are written small.
func (w english) begin(name string) string {
	if strings.Contains(name, " ") {
		return upper(name)
	}
	return name
}

// pick chooses the form of a verb by the number of its subject.
func (w english) pick(name, one, many string) string {
	if w.plural(name) {
		return many
	}
	return one
}

// the names a thing inside a sentence.
func (w english) the(t thing) string {
	if t.role == partRole {
		return "the " + t.name
	}
	return t.name
}

func (w english) things(ts []thing, and string) string {
	names := make([]string, len(ts))
	for i, t := range ts {
		names[i] = w.the(t)
	}
	return list(names, and)
}

// is says what a name does in a state; one that is only suspected may do so.
func (w english) is(name string, s catalog.State, maybe bool) string {
	maybe = maybe || w.maybe
	switch {
	case s == catalog.Down && maybe:
		return "may be down"
	case s == catalog.Down:
		return w.pick(name, "is down", "are down")
	case s == catalog.Degraded && maybe:
		return "may work only in part"
	case s == catalog.Degraded:
		return w.pick(name, "works only in part", "work only in part")
	case s == catalog.Up:
		return w.pick(name, "works", "work")
	}
	return "can’t be seen from here"
}

func (w english) headline(h headline) string {
	sure := ""
	if l := w.likely(h.p); l != "" {
		sure = " Outage " + l + "."
	}
	switch h.state {
	case incident.Dismissed:
		return "We were wrong: there was no outage at " + h.carrier + "."
	case incident.Resolved, incident.Reviewed:
		s := h.carrier + " is back to normal"
		if !h.back.t.IsZero() {
			s += ": service has been back " + w.since(h.back)
		}
		if h.lasted > 0 {
			s += ", after an outage of " + Span(w.lang, h.lasted)
		}
		return s + "."
	case incident.Recovering:
		return h.carrier + " is coming back: some service has returned, expect drops. It failed" +
			w.in(h.where) + " " + w.at(h.since) + "."
	}
	subject := h.carrier
	if len(h.only) > 0 {
		subject = "Some " + h.carrier + " services"
		if len(h.only) == 1 {
			subject = "One " + h.carrier + " service"
		}
	}
	s := subject + " " + w.is(subject, h.worst, h.maybe) + w.stretch(h.stretch)
	if len(h.only) > 0 {
		s += ": " + list(h.only, "and")
	}
	return s + "." + sure
}

func (w english) standing(t thing, s catalog.State, st stretch) string {
	return upper(w.the(t)) + " " + w.is(t.name, s, st.maybe) + w.stretch(st.beside(t.name)) + "."
}

func (w english) back(t thing, m moment) string {
	return upper(w.the(t)) + " " + w.pick(t.name, "has been", "have been") + " back " + w.since(m) + "."
}

func (w english) family(t thing, f evidence.Family, s catalog.State, st stretch) string {
	state, be := "down", w.pick(t.name, "is", "are")
	if st.maybe || w.maybe {
		be = "may be"
	}
	switch s {
	case catalog.Up:
		state = "back"
	case catalog.Degraded:
		state = "working only in part"
	case catalog.Unknown:
		state = "out of our sight"
	}
	return "Over " + familyName(f) + " alone, " + w.the(t) + " " + be + " " + state + w.stretch(st) + "."
}

func familyName(f evidence.Family) string {
	switch f {
	case evidence.IPv4:
		return "IPv4"
	case evidence.IPv6:
		return "IPv6"
	}
	return "IPv4 + IPv6"
}

func (w english) why(path []thing) string {
	if len(path) < 2 {
		return ""
	}
	steps := []string{"Why: " + w.pick(path[0].name, "it rests on ", "they rest on ") + w.the(path[1])}
	for i, t := range path[2:] {
		steps = append(steps, "which "+w.pick(path[i+1].name, "rests on ", "rest on ")+w.the(t))
	}
	return strings.Join(steps, ", ") + "."
}

func (w english) assumed() string {
	return "Part of this is assumed: no source was found for it."
}

func (w english) roots(ts []thing, p float64) string {
	s := "What failed, as seen from outside: " + w.the(ts[0])
	if len(ts) > 1 {
		s = "What failed, as seen from outside: either " + w.things(ts, "or") + "; they can’t be told apart from here"
	}
	if l := w.likely(p); l != "" {
		s += " (" + l + ")"
	}
	return s + "."
}

// was says what had failed, once the outage is over. Each may have come back
// before its end.
func (w english) was(ts []thing, s catalog.State, from, until moment) string {
	how := "Down"
	switch s {
	case catalog.Degraded:
		how = "Worked only in part"
	case catalog.Unknown:
		how = "May have been hit"
	}
	return how + " at some time " + w.between(from, until) + ": " + w.things(ts, "and") + "."
}

// between is a span of time: both ends have their day unless both are today.
func (w english) between(from, until moment) string {
	if w.sameDay(from.t, w.now) && w.sameDay(until.t, w.now) {
		return "between " + Clock(w.lang, w.zone, from.t) + " and " + Clock(w.lang, w.zone, until.t)
	}
	return "between " + w.date(from.t) + ", " + Clock(w.lang, w.zone, from.t) + " and " + w.date(until.t) + ", " + Clock(w.lang, w.zone, until.t)
}
