package publish

import (
	"math"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

func (w english) people(t thing, n int) string {
	it := w.pick(t.name, "it", "them")
	if n == 1 {
		return "Up to 1 person relies on " + it + "."
	}
	return "Up to " + Number(w.lang, float64(n)) + " people rely on " + it + "."
}

func (w english) fails(t thing, m moment, passed bool) string {
	its := w.pick(t.name, "Its", "Their")
	if passed {
		return its + " reserve ran out " + w.at(m) + "."
	}
	return its + " reserve runs out " + w.at(m) + "; then things get worse."
}

func (w english) everyone(t thing, s catalog.State, carrier string) string {
	return upper(w.the(t)) + " " + w.is(t.name, s, false) + " for everyone, also for people who are not customers of " + carrier + "."
}

func (w english) supplier(t thing) string {
	return "There is one supplier and no second: " + w.the(t) + "."
}

func (w english) peer(p peerCase) string {
	var s []string
	switch p.state {
	case catalog.Up:
		s = append(s, p.org+" is operational.")
	case catalog.Degraded:
		s = append(s, p.org+" works only in part.")
	case catalog.Down:
		s = append(s, p.org+" is down.")
	default:
		s = append(s, "We can’t see the state of the "+p.org+" network.")
	}
	if p.level >= 0 {
		s = append(s, "Its own network, measured, is at "+Percent(w.lang, p.level)+" of normal.")
	}
	if p.accused > p.expected {
		s = append(s, "Complaints about it rose from the usual "+Number(w.lang, math.Round(p.expected))+" to "+Number(w.lang, math.Round(p.accused))+" in the same length of time.")
	}
	if r := w.reason(p); r != "" {
		s = append(s, r)
	}
	if p.p > 0 {
		s = append(s, "Probability of a fault of its own: "+Percent(w.lang, p.p)+".")
	}
	return strings.Join(s, " ")
}

// reason explains the complaints, or the trouble, by class.
func (w english) reason(p peerCase) string {
	switch p.class {
	case incident.SpillOver:
		if p.accused <= p.expected {
			return ""
		}
		return "The complaints are explained: they come with the calls and texts to " + p.carrier + " customers, which may fail."
	case incident.Load:
		return "It carries more load than usual because " + p.carrier + " fails, so data may be slow; that is no fault of its own."
	case incident.Dependency:
		return "It rests in part on what failed at " + p.carrier + "; that is no fault of its own."
	case incident.Affected:
		return "It says that it is hit; whether by load or because it rests on " + p.carrier + " can’t be told from here."
	case incident.OwnFault:
		return "The evidence points to a fault of its own."
	}
	return ""
}

func (w english) lastEvent(e pastEvent) string {
	s := "The last outage on record at " + e.carrier + " began " + w.at(e.onset)
	if e.lasted > 0 {
		s += " and lasted " + Span(w.lang, e.lasted)
	}
	s += "."
	if len(e.hit) > 0 {
		s += " Hit" + w.in(e.where) + ": " + list(e.hit, "and") + "."
	}
	if len(e.spared) > 0 {
		s += " No sign that these were hit: " + list(e.spared, "and") + "."
	}
	if e.help {
		s += " " + emergencyNumber + " calls from its phones may have failed."
	}
	if e.cause == "" {
		return s + " No stated cause is kept here."
	}
	return s + " Cause, as stated: " + stop(e.cause)
}

func (w english) noHistory(org string) string {
	if org == "" {
		return "No earlier outage is kept here."
	}
	return "No earlier outage of " + org + " is kept here."
}

func (w english) feedSilent(feed string, m moment) string {
	if m.t.IsZero() {
		return "We are blind on “" + feed + "”: nothing has come from it."
	}
	return "We are blind on “" + feed + "”: it has been silent " + w.since(m) + "."
}

func (w english) feedLate(feed string, late time.Duration) string {
	return "What comes from “" + feed + "” is " + Span(w.lang, late) + " late."
}

func (w english) feedLimit(feed, text string) string {
	return "Limits of “" + feed + "”: " + stop(text)
}

func (w english) nobody(ts []thing) string {
	return "None of our feeds observes " + w.things(ts, "or") + "."
}

func (w english) cannotSee(t thing) string {
	return "We can’t see the state of " + w.the(t) + "."
}

func (w english) health(code, subject string, m moment) string {
	what := "A warning about ourselves (" + code + ")"
	switch code {
	case "feed-silent":
		what = "One of our feeds is silent"
	case "store-late":
		what = "We can’t keep our records at present"
	}
	if subject != "" {
		what += ": " + subject
	}
	if !m.t.IsZero() {
		what += ", " + w.since(m)
	}
	return what + "."
}

func (w english) noIncident(country string) string {
	if country == "" {
		return "No sign of a large outage right now."
	}
	return "No sign of a large outage in " + country + " right now."
}

func (w english) seesNothing() string {
	return "We can’t see any network now: no observer reports to us. That is no sign that all is well."
}

func (w english) watched(carriers, feeds int) string {
	return "Watched: " + w.count(carriers, "carrier", "carriers") + ", with " + w.count(feeds, "feed", "feeds") + "."
}

func (w english) count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(w.lang, float64(n)) + " " + many
}

func (w english) measure(m evidence.Measure) string {
	switch m {
	case evidence.Traffic:
		return "Traffic"
	case evidence.TrafficV4:
		return "IPv4 traffic"
	case evidence.TrafficV6:
		return "IPv6 traffic"
	case evidence.Prefixes:
		return "Announced routes"
	case evidence.Withdrawals:
		return "Routes withdrawn"
	case evidence.Announcements:
		return "Route announcements"
	case evidence.Blocks:
		return "Address blocks that answer"
	case evidence.Reports:
		return "Reports by people"
	}
	return string(m)
}

func (w english) reading(r readingOf) string {
	s := w.measure(r.measure) + ", " + r.subject
	if r.region != "" {
		s += ", " + r.region
	}
	s += ": " + figure(w.lang, r.value) + " against " + figure(w.lang, r.expected) + " usually, " + w.at(r.m)
	if r.method != "" {
		s += "; method: " + r.method
	}
	return s + "; weight " + figure(w.lang, r.weight) + "; " + w.basis(r.basis) + "."
}

func (w english) weighed(org string, m moment, weight float64) string {
	s := "The statement by " + org + " " + w.at(m)
	switch {
	case weight > 0:
		return s + " counts for an outage, with weight " + figure(w.lang, weight) + "."
	case weight < 0:
		return s + " counts against an outage, with weight " + figure(w.lang, -weight) + "."
	}
	return s + " has no weight in the judgement."
}

func (w english) chance(ts []thing, p float64, still bool) string {
	failed := " failed: "
	if still {
		failed = w.pick(ts[0].name, " is", " are") + " still failing: "
		if len(ts) > 1 {
			failed = " is still failing: "
		}
	}
	return "Probability that " + w.things(ts, "or") + failed + Percent(w.lang, p) + "."
}

func (w english) about(s subjectOf) string {
	switch s.kind {
	case "as":
		if s.of != "" {
			return "network AS" + s.name + " (" + s.of + ")"
		}
		return "network AS" + s.name
	case "collector":
		return "all networks, as collector " + s.name + " sees them"
	case "any":
		return s.name + ", whoever the carrier"
	}
	return s.name
}

func (w english) step(op incident.Op, carrier string, m moment) string {
	what := ""
	switch op {
	case incident.OpSuspect:
		what = "an outage at " + carrier + " was suspected"
	case incident.OpConfirm:
		what = "the outage at " + carrier + " was confirmed"
	case incident.OpDismiss:
		what = "the suspicion about " + carrier + " was dropped"
	case incident.OpRecover:
		what = "service at " + carrier + " began to come back"
	case incident.OpRelapse:
		what = "service at " + carrier + " failed again"
	case incident.OpResolve:
		what = "service at " + carrier + " was back to normal"
	case incident.OpReview:
		what = "the outage at " + carrier + " was reviewed"
	case incident.OpReopen:
		what = "the outage at " + carrier + " was opened again"
	case incident.OpRoots:
		what = "the place of the failure at " + carrier + " was better known"
	case incident.OpRetime:
		what = "the start of the outage at " + carrier + " was corrected"
	}
	if what == "" {
		return ""
	}
	return upper(w.at(m)) + ", " + what + "."
}

func (w english) facet(f facetOf) string {
	name := w.the(f.thing)
	if f.family != evidence.Both {
		name += " over " + familyName(f.family)
	}
	if f.region != "" {
		name += " (" + f.region + ")"
	}
	return upper(w.at(f.m)) + ", " + name + " " + w.went(f) + "."
}

// went says what a part did at a time that is past.
func (w english) went(f facetOf) string {
	switch {
	case f.coming:
		return "began to come back"
	case f.state == catalog.Up:
		return "came back"
	case f.state == catalog.Degraded:
		return "worked only in part"
	case f.state == catalog.Down:
		return "went down"
	case f.state == catalog.Unknown:
		return "went out of our sight"
	}
	return "changed " + w.pick(f.thing.name, "its", "their") + " state"
}

func (w english) note(author string, m moment, text string) string {
	return "Note by " + author + ", " + w.at(m) + ": " + stop(text)
}
