package incident

import (
	"time"

	"tocsin/catalog"
)

// Op is what a change does.
type Op string

// The operations. Each is refused with ErrRefused where the life in [State]
// has no such step.
const (
	OpSuspect  Op = "suspect"  // opens: Carrier, Roots, P, Exercise; Event is the onset
	OpConfirm  Op = "confirm"  // suspected → confirmed
	OpDismiss  Op = "dismiss"  // suspected → dismissed
	OpRecover  Op = "recover"  // confirmed → recovering
	OpRelapse  Op = "relapse"  // recovering → confirmed; counted; Event is when it fell again
	OpResolve  Op = "resolve"  // recovering → resolved; Event is when service was back
	OpReview   Op = "review"   // resolved → reviewed
	OpReopen   Op = "reopen"   // resolved → confirmed, by an operator only
	OpRoots    Op = "roots"    // better roots
	OpRetime   Op = "retime"   // a better onset: Event, from late evidence or an operator
	OpJudge    Op = "judge"    // replaces P, Evidence and Verdicts
	OpAssess   Op = "assess"   // replaces Effects
	OpClear    Op = "clear"    // replaces Cleared
	OpLocate   Op = "locate"   // replaces Shares and Areas
	OpHear     Op = "hear"     // adds to Said
	OpBlind    Op = "blind"    // replaces Blind
	OpFacet    Op = "facet"    // a facet fell or came back: a line of the timeline
	OpAnnotate Op = "annotate" // a note by an operator
)

// Returning is the note of an OpFacet whose facet has begun to come back. Any
// other note of an OpFacet is the facet's state.
const Returning = "returning"

// Change is one step of an incident, as judged, kept and told. Only the fields
// that its Op names count.
type Change struct {
	Incident ID        `json:"incident"`
	Rev      int       `json:"rev"` // 1 for the first; Apply wants the next in order
	At       time.Time `json:"at"`  // when it was decided
	Event    time.Time `json:"event,omitzero"`
	Op       Op        `json:"op"`
	Author   string    `json:"author"`
	Note     string    `json:"note,omitempty"`

	Carrier  catalog.OrgID    `json:"carrier,omitempty"`
	Roots    []catalog.NodeID `json:"roots,omitempty"`
	P        float64          `json:"p,omitempty"`
	Evidence []Citation       `json:"evidence,omitempty"`
	Verdicts []Verdict        `json:"verdicts,omitempty"`
	Effects  []Effect         `json:"effects,omitempty"`
	Cleared  []Clearance      `json:"cleared,omitempty"`
	Shares   []Share          `json:"shares,omitempty"`
	Areas    []Area           `json:"areas,omitempty"`
	Said     []Said           `json:"said,omitempty"`
	Blind    []Blindness      `json:"blind,omitempty"`
	Facet    *Facet           `json:"facet,omitempty"`
	Exercise bool             `json:"exercise,omitempty"`
}
