// Package incident holds one outage from suspicion to resolution: the only
// thing here that has a life. [Apply] is the only way it may change, and every
// change is an event with its time, its author and its evidence.
//
// It does not decide anything: judgement (package pipeline) makes the changes,
// the store keeps them, and publishers fold them back into incidents.
package incident

import (
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// ID names an incident for ever: the UTC day of its onset, the carrier, and a
// number from the second of that day on: "2022-07-08-rogers".
type ID string

// State is a step of an incident's life.
//
//	            ┌────────────── dismissed
//	suspected ──┤
//	            └─ confirmed ─→ recovering ─→ resolved ─→ reviewed
//	                   ↑             │
//	                   └── relapse ──┘
type State string

// The states of an incident.
const (
	Suspected  State = "suspected"
	Confirmed  State = "confirmed"
	Recovering State = "recovering"
	Resolved   State = "resolved"
	Reviewed   State = "reviewed"
	Dismissed  State = "dismissed"
)

// Open tells whether the incident still needs watching.
func (s State) Open() bool { return s == Suspected || s == Confirmed || s == Recovering }

// Kind says how a line is known. Every line that people read carries one.
type Kind string

// Kinds of knowledge. Unseen means that nothing was heard either way.
const (
	Observed Kind = "observed"
	Inferred Kind = "inferred"
	Stated   Kind = "stated"
	Unseen   Kind = "unseen"
)

// Facet is the smallest part that can fail and come back by itself: a node in
// a region, for one address family or for both.
type Facet struct {
	Node   catalog.NodeID   `json:"node"`
	Region catalog.RegionID `json:"region"`
	Family evidence.Family  `json:"family,omitempty"`
}

// Citation is one piece of evidence under a line: a reading or a statement.
type Citation struct {
	Kind      Kind               `json:"kind"` // Observed or Stated
	Plane     evidence.Plane     `json:"plane"`
	Series    *evidence.SeriesID `json:"series,omitempty"`    // of a reading
	Statement string             `json:"statement,omitempty"` // id of a statement
	By        catalog.OrgID      `json:"by,omitempty"`        // who said it
	At        time.Time          `json:"at"`
	Heard     time.Time          `json:"heard"`
	Value     float64            `json:"value"`    // of a reading
	Expected  float64            `json:"expected"` // its baseline
	Method    string             `json:"method,omitempty"`
	Weight    float64            `json:"weight"` // log-likelihood ratio for "down", nats, clipped
	Basis     evidence.Basis     `json:"basis"`
	Sources   []catalog.Source   `json:"sources,omitempty"`
}

// Verdict is the state of one facet with its probability, its evidence and
// what could not be seen.
type Verdict struct {
	Facet
	State    catalog.State `json:"state"`
	P        float64       `json:"p"` // probability of down or degraded
	Since    time.Time     `json:"since"`
	Until    time.Time     `json:"until,omitzero"` // when it came back; zero while it has not
	Kind     Kind          `json:"kind"`
	Evidence []Citation    `json:"evidence,omitempty"`
}

// Advice is a fallback of an affected node, as checked against the graph now.
type Advice struct {
	Text    catalog.Text       `json:"text"`
	Stands  bool               `json:"stands"`
	Lost    []catalog.NodeID   `json:"lost,omitempty"` // what it needs that is down, when it doesn't stand
	Sources []catalog.SourceID `json:"sources,omitempty"`
	Assumed bool               `json:"assumed,omitempty"` // the catalogue has no source for it
}

// Effect is a node that an incident touches, and why.
type Effect struct {
	Node   catalog.NodeID   `json:"node"`
	Region catalog.RegionID `json:"region"`
	State  catalog.State    `json:"state"`
	Since  time.Time        `json:"since"`
	// Path is the shortest explanation, from the node to a root.
	Path []catalog.NodeID `json:"path"`
	// Fails is when a holdover runs out and the state worsens; zero if it won't.
	Fails   time.Time `json:"fails,omitzero"`
	Advice  []Advice  `json:"advice,omitempty"`
	Assumed bool      `json:"assumed,omitempty"` // some edge of Path has no source
	// Confidence is that of the weakest claim on Path; "" if nothing was said.
	Confidence catalog.Confidence `json:"confidence,omitempty"`
	People     int                `json:"people,omitempty"` // behind the node in Region; 0: not known
	// Load is the first node on Path that is slow only because others' users
	// came to it: neither its fault nor a false report; "" if there is none.
	Load   catalog.NodeID   `json:"load,omitempty"`
	Backup []catalog.NodeID `json:"backup,omitempty"` // what carries the node in place of what fell
	// Evidence is what was heard of the node itself; with none the effect is
	// inferred from the graph alone.
	Evidence []Citation `json:"evidence,omitempty"`
}

// Kind says how the effect is known, best first: observed, stated, inferred.
func (e Effect) Kind() Kind {
	kind := Inferred
	for _, c := range e.Evidence {
		if c.Kind == Observed {
			return Observed
		}
		kind = c.Kind
	}
	return kind
}

// Class says why a peer of the failed carrier is talked about.
type Class string

// Three classes for a peer (design: own fault, dependency or load, spill-over
// of complaints), and one for what can't be told yet.
const (
	OwnFault   Class = "own-fault"
	Load       Class = "load"       // slower because others' users came
	Dependency Class = "dependency" // rests on what failed
	SpillOver  Class = "spill-over" // complaints about calls to the failed carrier
	Affected   Class = "affected"   // says it is hit; whether by dependency or load isn't known
)

// Clearance is the explicit verdict about a peer: operational or not, why it
// is accused, and the evidence.
type Clearance struct {
	Org      catalog.OrgID `json:"org"`
	State    catalog.State `json:"state"`
	Class    Class         `json:"class"`
	P        float64       `json:"p"` // probability of a fault of its own
	Accused  float64       `json:"accused"`
	Expected float64       `json:"expected"` // reports per bin that are usual; Accused is what came
	Evidence []Citation    `json:"evidence"`
}

// Share is a region's part of the reports about an incident.
type Share struct {
	Region catalog.RegionID `json:"region"`
	Count  float64          `json:"count"`
	Total  float64          `json:"total"`
	From   time.Time        `json:"from"`
	Until  time.Time        `json:"until"`
	Basis  evidence.Basis   `json:"basis"`
	Source []catalog.Source `json:"sources,omitempty"`
}

// Area is a place where more is reported than usual, as far as the counts can
// tell one place from another.
type Area struct {
	Regions []catalog.RegionID `json:"regions"` // in the fewest names
	// AtLeast are those of Regions that are named for their small places alone,
	// counted together: at least one of them is hit, and which can't be told.
	AtLeast  []catalog.RegionID `json:"at_least,omitempty"`
	Subjects []evidence.Subject `json:"subjects"` // what the reports are about
	Count    float64            `json:"count"`
	Expected float64            `json:"expected"` // reports that are usual in such a time
	P        float64            `json:"p"`        // probability that it is no chance
	People   int                `json:"people"`   // who live there, where that is known
	Share    float64            `json:"share"`    // of the country's people, weighed by how much of the reports is unusual
	From     time.Time          `json:"from"`
	Until    time.Time          `json:"until"`
	Basis    evidence.Basis     `json:"basis"`
	Source   []catalog.Source   `json:"sources,omitempty"`
}

// Factor is how many times the usual was reported; 0 where nothing is usual.
func (a Area) Factor() float64 {
	if a.Expected <= 0 {
		return 0
	}
	return a.Count / a.Expected
}

// Said is a statement as the incident's ledger keeps it.
type Said struct {
	ID      string           `json:"id"`
	By      catalog.OrgID    `json:"by"`
	At      time.Time        `json:"at"`
	Approx  bool             `json:"approx,omitempty"`
	DayOnly bool             `json:"day_only,omitempty"`
	Heard   time.Time        `json:"heard"`
	Text    catalog.Text     `json:"text"`
	Claims  []evidence.Claim `json:"claims,omitempty"`
	Basis   evidence.Basis   `json:"basis"`
	Sources []catalog.Source `json:"sources,omitempty"`
}

// Blindness is something that no feed shows now.
type Blindness struct {
	Feed  evidence.FeedID `json:"feed,omitempty"` // a feed that is silent or late
	Since time.Time       `json:"since,omitzero"` // its newest event time
	Late  time.Duration   `json:"late,omitempty"` // how far behind it usually is
	Text  catalog.Text    `json:"text"`           // what can't be seen
	Node  catalog.NodeID  `json:"node,omitempty"` // a node that nobody observes
}

// Incident is one outage. It is a value: Apply makes a new one.
type Incident struct {
	ID       ID               `json:"id"`
	Rev      int              `json:"rev"` // number of changes applied
	State    State            `json:"state"`
	Carrier  catalog.OrgID    `json:"carrier"`
	Roots    []catalog.NodeID `json:"roots"` // more than one: they can't be told apart
	P        float64          `json:"p"`     // probability that the roots failed
	Onset    time.Time        `json:"onset"`
	Life     Life             `json:"life"`
	Verdicts []Verdict        `json:"verdicts,omitempty"`
	Effects  []Effect         `json:"effects,omitempty"`
	Cleared  []Clearance      `json:"cleared,omitempty"`
	Shares   []Share          `json:"shares,omitempty"`
	Areas    []Area           `json:"areas,omitempty"`
	Said     []Said           `json:"said,omitempty"`
	Blind    []Blindness      `json:"blind,omitempty"`
	Timeline []Event          `json:"timeline,omitempty"`
	Exercise bool             `json:"exercise,omitempty"`
	// Reach is the worst state that each node was put in, over the whole life,
	// in the order of their ids: what remains to be told when all is back.
	Reach    []Reach    `json:"reach,omitempty"`
	Evidence []Citation `json:"evidence,omitempty"` // under the roots
}

// Reach is the worst state of one node during an incident.
type Reach struct {
	Node  catalog.NodeID `json:"node"`
	State catalog.State  `json:"state"`
}

// Life holds the times of an incident's steps; zero for a step not taken.
type Life struct {
	Suspected  time.Time   `json:"suspected,omitzero"`
	Confirmed  time.Time   `json:"confirmed,omitzero"`
	Recovering time.Time   `json:"recovering,omitzero"` // of the present recovery
	Resolved   time.Time   `json:"resolved,omitzero"`
	Reviewed   time.Time   `json:"reviewed,omitzero"`
	Dismissed  time.Time   `json:"dismissed,omitzero"`
	Relapses   []time.Time `json:"relapses,omitempty"`
	Ended      time.Time   `json:"ended,omitzero"` // when service was back, as evidence has it
}

// Event is a line of the incident's own timeline.
type Event struct {
	At     time.Time `json:"at"`    // when the change was made
	Event  time.Time `json:"event"` // what time it speaks of
	Op     Op        `json:"op"`
	Author string    `json:"author"` // "tocsin" or an operator
	Facet  *Facet    `json:"facet,omitempty"`
	Note   string    `json:"note,omitempty"`
}
