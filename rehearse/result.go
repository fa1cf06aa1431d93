package rehearse

import (
	"time"

	"tocsin/catalog"
	"tocsin/impact"
	"tocsin/incident"
)

// Result is what a plan leads to. Exercise is always true: whoever passes a
// result on passes the mark on too.
type Result struct {
	Exercise bool       `json:"exercise"`
	Title    string     `json:"title,omitempty"`
	Edition  string     `json:"edition"` // a date
	Digest   string     `json:"digest"`  // of the edition's content
	From     time.Time  `json:"from"`
	Until    time.Time  `json:"until,omitzero"` // zero: for good
	Look     time.Time  `json:"at"`             // the moment of Affected and Totals
	Roots    []Root     `json:"roots"`          // what fails by itself
	Affected []Affected `json:"affected"`       // what falls with it, or will; ranked
	Timeline []Event    `json:"timeline"`       // in the order of time, from the first failure on
	Failing  []Failing  `json:"time_to_failure"`
	Totals   Totals     `json:"totals"`

	// Recovery is the way back, as it stands at Look. What the plan lets last for
	// a time is repaired by its end.
	Recovery impact.Recovery `json:"recovery"`
}

// Root is a node that the plan makes fail.
type Root struct {
	Node   catalog.NodeID   `json:"node"`
	Region catalog.RegionID `json:"region,omitempty"` // "": wherever it exists
	State  catalog.State    `json:"state"`
	From   time.Time        `json:"from"`
	Target string           `json:"target"` // as the plan names it
}

// Affected is how a node fares in a region at the moment looked at.
type Affected struct {
	Node    catalog.NodeID    `json:"node"`
	Name    catalog.Text      `json:"name"`
	Kind    catalog.Kind      `json:"kind"`
	Service catalog.ServiceID `json:"service,omitempty"`
	Sector  string            `json:"sector,omitempty"`
	Region  catalog.RegionID  `json:"region"`
	State   catalog.State     `json:"state"` // up: it still holds out
	Since   time.Time         `json:"since"` // of one that is up: when its root failed
	Path    []catalog.NodeID  `json:"path"`  // the shortest explanation, from the node to a root
	Fails   time.Time         `json:"fails,omitzero"`
	Left    Length            `json:"left,omitempty"` // until it fails, counted from the moment looked at
	// Back is when it is up again, by Result.Recovery, and Waits what it waits for,
	// from the node to a repair. Of one that isn't up, zero is never by itself.
	Back  time.Time        `json:"back,omitzero"`
	Waits []catalog.NodeID `json:"waits,omitempty"`
	// Advice that holds, and advice that rests on what is down itself.
	Standing   []incident.Advice  `json:"standing,omitempty"`
	Withdrawn  []incident.Advice  `json:"withdrawn,omitempty"`
	People     int                `json:"people,omitempty"` // who rest on it there; 0: not known
	Confidence catalog.Confidence `json:"confidence"`       // of the node itself
	Assumed    bool               `json:"assumed"`          // some step of Path has no source
}

// role orders what people use before what it is made of.
func (a Affected) role() int {
	switch a.Kind {
	case catalog.Dependent:
		return 0
	case catalog.Offering:
		return 1
	}
	return 2
}

// Event is a change of a node's state.
type Event struct {
	At     time.Time        `json:"at"`
	After  Length           `json:"after"` // since the plan's beginning
	Node   catalog.NodeID   `json:"node"`
	Region catalog.RegionID `json:"region"`
	State  catalog.State    `json:"state"`
	Cause  catalog.NodeID   `json:"cause"` // the root at the end of its path
}

// Failing is how long a node lasts: until it first suffers and until it is first
// down, anywhere.
type Failing struct {
	Node catalog.NodeID `json:"node"`
	Kind catalog.Kind   `json:"kind"`
	// Suffers and Down count from the plan's beginning; Goes tells whether it
	// comes to Down at all.
	Suffers Length `json:"suffers"`
	Down    Length `json:"down"`
	Goes    bool   `json:"goes_down"`
}

// Totals counts what is affected at the moment looked at, each node once.
type Totals struct {
	Dependents Count `json:"dependents"`
	Services   Count `json:"services"`
	Parts      Count `json:"parts"`
	People     int   `json:"people"`    // behind dependents that are not up; one person may count twice
	Uncounted  int   `json:"uncounted"` // dependents not up whose people nobody counted
}

// Count is how many nodes stand in each state, by the worst that each has.
type Count struct {
	Down     int `json:"down"`
	Degraded int `json:"degraded"`
	Unknown  int `json:"unknown"`
	Holding  int `json:"holding"` // still up, until a holdover runs out
}

// Length is a duration that machines read as people write it.
type Length = impact.Length
