package publish

import (
	"time"

	"tocsin/catalog"
)

func (w english) access(carrier string, s catalog.State, st stretch) string {
	verb := "may fail"
	if s == catalog.Degraded {
		verb = "may take several tries"
	}
	return emergencyNumber + " calls from " + carrier + " phones " + verb + w.stretch(st) + "."
}

func (w english) accessUp(carrier, by string, m moment) string {
	return emergencyNumber + " calls from " + carrier + " phones still work, said " + by + " " + w.at(m) + "."
}

func (w english) accessNoSign(carrier string) string {
	return "We see no sign that " + emergencyNumber + " calls from " + carrier + " phones fail."
}

func (w english) accessWas(carrier string, from, until moment) string {
	return emergencyNumber + " calls from " + carrier + " phones may have failed " + w.between(from, until) + "."
}

// wayIn says that a way to reach help is hit; some calls may get through.
func (w english) wayIn(t thing, s catalog.State, st stretch) string {
	verb := " may fail"
	if s == catalog.Degraded {
		verb = " may take several tries"
	}
	return upper(w.the(t)) + verb + w.stretch(st.beside(t.name)) + "."
}

func (w english) centreUp(t thing, by string, m moment) string {
	return upper(t.name) + " is itself up, said " + by + " " + w.at(m) + "."
}

func (w english) centreNoSign(ts []thing) string {
	if len(ts) == 1 {
		return upper(ts[0].name) + " itself: we see no sign of a failure."
	}
	return "We see no sign of a failure at these centres themselves: " + w.things(ts, "and") + "."
}

func (w english) centreTrouble(t thing) string {
	return upper(w.the(t)) + " may have trouble of " + w.pick(t.name, "its", "their") + " own; calls may still get through elsewhere."
}

func (w english) warned(org string, m moment, text string) string {
	return w.begin(org) + " warned " + w.at(m) + ": " + stop(text)
}

func (w english) advice(text string) string { return "What to do: " + stop(text) }

func (w english) adviceBy(org string, m moment, text string) string {
	return w.begin(org) + " advised " + w.at(m) + ": " + stop(text)
}

func (w english) fallback(t thing, text string) string {
	return "For " + w.the(t) + ": " + stop(text)
}

func (w english) withdrawn(t thing, text string, lost []thing) string {
	s := "This advice for " + w.the(t) + " no longer holds: “" + text + "”"
	if len(lost) > 0 {
		verb := "don’t"
		if len(lost) == 1 {
			verb = w.pick(lost[0].name, "doesn’t", "don’t")
		}
		s += ", because it needs " + w.things(lost, "and") + ", which " + verb + " work now"
	}
	return s + "."
}

func (w english) peerWorks(org string, s catalog.State) string {
	if s == catalog.Degraded {
		return w.begin(org) + w.pick(org, " works", " work") + ", but more slowly than usual for some."
	}
	return w.begin(org) + w.pick(org, " works.", " work.")
}

func (w english) stands(t thing, by string, m moment) string {
	return upper(w.the(t)) + " " + w.pick(t.name, "works", "work") + ", said " + by + " " + w.at(m) + "."
}

func (w english) standsNoSign(t thing) string {
	return "We see no sign of trouble with " + w.the(t) + "."
}

func (w english) noForecast() string {
	return "There is no forecast yet: we can’t tell when service will be back."
}

func (w english) eta(org string, said, eta moment, passed bool) string {
	s := w.begin(org) + " said " + w.at(said) + " that service would be back " + w.at(eta) + "."
	if passed {
		s += " That time has passed."
	}
	return s
}

func (w english) comingBack(m moment) string {
	return "Service has been coming back " + w.since(m) + "; it may drop again."
}

func (w english) backSince(m moment) string {
	return "Service has been back " + w.since(m) + "."
}

func (w english) falseRecoveries(n int) string {
	if n == 1 {
		return "Service came back once and failed again."
	}
	return "Service came back " + Number(w.lang, float64(n)) + " times and failed again each time."
}

func (w english) relapse(n int, m moment) string {
	return "False recovery " + Number(w.lang, float64(n)) + ": service failed again " + w.at(m) + "."
}

func (w english) firstWord(org string, m moment, after time.Duration) string {
	return "The first public word from " + org + " came " + w.at(m) + ", " + Span(w.lang, after) + " after the start."
}

func (w english) noWord(org string, lasted time.Duration) string {
	return "We have heard no public word from " + org + ", " + Span(w.lang, lasted) + " after the start."
}

func (w english) noCause(org string, statements int) string {
	return w.begin(org) + w.pick(org, " has", " have") + " given no cause" + w.inStatements(org, statements) + "."
}

func (w english) inStatements(org string, n int) string {
	its := " in " + w.pick(org, "its ", "their ")
	switch n {
	case 0:
		return ""
	case 1:
		return its + "one statement so far"
	}
	return its + Number(w.lang, float64(n)) + " statements so far"
}

func (w english) cause(org string, m moment, text string) string {
	return "The cause, as " + org + " gave it " + w.at(m) + ": " + stop(text)
}

func (w english) noETA(org string, statements int) string {
	return w.begin(org) + w.pick(org, " has", " have") + " given no time of return" + w.inStatements(org, statements) + "."
}

func (w english) newest(org string, m moment, text string) string {
	return "The newest statement by " + org + ", " + w.at(m) + ": " + stop(text)
}

func (w english) statement(org string, m moment, text string) string {
	return w.begin(org) + " said " + w.at(m) + ": " + stop(text)
}

func (w english) share(s shareOf) string {
	text := Percent(w.lang, s.part) + " of the reports came from " + s.region
	if s.part > 0.5 {
		text = "most reports (" + Percent(w.lang, s.part) + ") came from " + s.region
	}
	if !s.from.t.IsZero() && !s.until.t.IsZero() {
		text = w.between(s.from, s.until) + ", " + text
	}
	return upper(text) + " (" + w.basis(s.basis) + ")."
}

func (w english) regionState(region string, s catalog.State, st stretch) string {
	return region + ": service " + w.is("service", s, st.maybe) + w.stretch(st) + "."
}
