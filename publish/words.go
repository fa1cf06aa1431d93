package publish

import (
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// emergencyNumber is what people dial for help in the country whose languages
// the words below speak.
const emergencyNumber = "911"

// words is every sentence that a report can make. A language that lacks one
// does not compile, so neither can fall behind the other.
//
// Names come from the catalogue in the right language; the sentences must not
// ask for their gender, and for their number only where a language can tell.
type words interface {
	nameWords
	downWords
	emergencyWords
	worksWords
	saidWords
	affectedWords
	peerWords
	unknownWords
	evidenceWords
}

type nameWords interface {
	incidentState(s incident.State) string
	nodeState(s catalog.State) string
	kind(k incident.Kind, by string) string
	section(id SectionID, over bool) string // over: the outage is in the past
	likely(p float64) string                // word and number together; "" below one half
	basis(b evidence.Basis) string
}

type downWords interface {
	headline(h headline) string
	standing(t thing, s catalog.State, st stretch) string
	back(t thing, m moment) string
	family(t thing, f evidence.Family, s catalog.State, st stretch) string
	why(path []thing) string
	assumed() string
	roots(ts []thing, p float64) string
	was(ts []thing, s catalog.State, from, until moment) string
}

type emergencyWords interface {
	access(carrier string, s catalog.State, st stretch) string
	accessUp(carrier, by string, m moment) string
	accessNoSign(carrier string) string
	accessWas(carrier string, from, until moment) string
	wayIn(t thing, s catalog.State, st stretch) string
	centreUp(t thing, by string, m moment) string
	centreNoSign(ts []thing) string
	centreTrouble(t thing) string
	warned(org string, m moment, text string) string
	advice(text string) string
	adviceBy(org string, m moment, text string) string
}

type worksWords interface {
	fallback(t thing, text string) string
	withdrawn(t thing, text string, lost []thing) string
	peerWorks(org string, s catalog.State) string
	stands(t thing, by string, m moment) string
	standsNoSign(t thing) string
	noForecast() string
	eta(org string, said, eta moment, passed bool) string
	comingBack(m moment) string
	backSince(m moment) string
	falseRecoveries(n int) string
	relapse(n int, m moment) string
}

type saidWords interface {
	firstWord(org string, m moment, after time.Duration) string
	noWord(org string, lasted time.Duration) string
	noCause(org string, statements int) string
	cause(org string, m moment, text string) string
	noETA(org string, statements int) string
	newest(org string, m moment, text string) string
	statement(org string, m moment, text string) string
	share(s shareOf) string
	area(a areaOf) string
	regionState(region string, s catalog.State, st stretch) string
}

type affectedWords interface {
	people(t thing, n int) string
	fails(t thing, m moment, passed bool) string
	everyone(t thing, s catalog.State, carrier string) string
	supplier(t thing) string
}

type peerWords interface {
	peer(p peerCase) string
	lastEvent(e pastEvent) string
	noHistory(org string) string
}

type unknownWords interface {
	feedSilent(feed string, m moment) string
	feedLate(feed string, late time.Duration) string
	feedLimit(feed, text string) string
	nobody(ts []thing) string
	cannotSee(t thing) string
	health(code, subject string, m moment) string
	noIncident(country string) string
	seesNothing() string
	watched(carriers, feeds int) string
}

type evidenceWords interface {
	reading(r readingOf) string
	weighed(org string, m moment, weight float64) string
	chance(ts []thing, p float64, still bool) string // still: the question is whether it goes on
	about(s subjectOf) string
	step(op incident.Op, carrier string, m moment) string
	facet(f facetOf) string
	note(author string, m moment, text string) string
}

// thing is a node as a sentence names it.
type thing struct {
	name string
	role role
}

// role tells languages which noun or article a name can stand with.
type role int

const (
	plainRole    role = iota
	partRole          // a part of a network
	serviceRole       // what a carrier or another supplier sells
	activityRole      // what an organisation does
)

// moment is a time with how well it is known. The zero moment is not known.
type moment struct {
	t       time.Time
	approx  bool
	dayOnly bool
}

// place is where something is so; the zero place is not said.
type place struct {
	country string   // set when it is so in the whole country
	names   []string // else the regions
}

// stretch is where, since when and for how long something is so.
type stretch struct {
	where  place
	since  moment
	lasted time.Duration // 0: not said
	maybe  bool          // it is too grave to be said for certain
}

// beside leaves out a place that the name of the thing has in it already.
func (st stretch) beside(name string) stretch {
	if len(st.where.names) == 1 && strings.Contains(name, st.where.names[0]) {
		st.where = place{}
	}
	return st
}

// headline is what the first sentence of a report is made of.
type headline struct {
	stretch
	carrier string
	state   incident.State
	worst   catalog.State // of the carrier's services
	only    []string      // the services that are hit, when not all are
	p       float64
	back    moment // when service was back
}

// shareOf is a region's part of the reports.
type shareOf struct {
	region      string
	part        float64 // 0 to 1
	from, until moment
	basis       evidence.Basis
}

// peerCase is the verdict about another carrier, with what it rests on.
type peerCase struct {
	org, carrier      string
	state             catalog.State
	class             incident.Class
	p                 float64
	accused, expected float64
	level             float64 // its own network against normal; negative: not measured
}

// pastEvent is an earlier incident in a line.
type pastEvent struct {
	carrier string
	onset   moment
	lasted  time.Duration // 0: not known
	where   place
	hit     []string // services
	spared  []string
	help    bool   // calls for help may have failed
	cause   string // as the carrier stated it; "": none kept
}

// readingOf is one measured value beside its baseline.
type readingOf struct {
	measure         evidence.Measure
	subject, region string
	value, expected float64
	method          string
	weight          float64
	basis           evidence.Basis
	m               moment
}

// subjectOf says what a series is about, when the catalogue has no name for it.
type subjectOf struct {
	kind string // "as", "collector", "any", "" (a name)
	name string
	of   string // the carrier of an autonomous system
}

// facetOf is a facet that changed.
type facetOf struct {
	thing  thing
	family evidence.Family
	region string
	state  catalog.State // "": not said
	coming bool          // it began to come back
	m      moment
}

// dial is the clock that the sentences are written by.
type dial struct {
	lang  catalog.Lang
	zone  *time.Location
	now   time.Time
	maybe bool // the incident is only suspected: every state is a "may"
}

// speak gives the sentences of a language.
func speak(d dial) words {
	if d.lang == catalog.FR {
		return french{d}
	}
	return english{d}
}

// StateName is the name of an incident's state: "Confirmed outage".
func StateName(lang catalog.Lang, s incident.State) string {
	return speak(dial{lang: lang}).incidentState(s)
}

// NodeStateName is the name of a component's state, for a tag: "down".
func NodeStateName(lang catalog.Lang, s catalog.State) string {
	return speak(dial{lang: lang}).nodeState(s)
}

// KindName says how a line is known: "observed", "stated by Interac". By is
// the speaker's name and counts for [incident.Stated] alone.
func KindName(lang catalog.Lang, k incident.Kind, by string) string {
	return speak(dial{lang: lang}).kind(k, by)
}

// SectionName is the title of a section.
func SectionName(lang catalog.Lang, id SectionID) string {
	return typeset(lang, speak(dial{lang: lang}).section(id, false))
}
