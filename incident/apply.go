package incident

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
)

// Tocsin is the author of the changes that nobody but the program made. Any
// other author is an operator.
const Tocsin = "tocsin"

// Errors of [Apply], wrapped with the incident, the revision and the operation.
var (
	// ErrOrder: the change is not the next one of its incident.
	ErrOrder = errors.New("out of order")
	// ErrRefused: the incident's life has no such step, or the change lacks
	// what its operation needs.
	ErrRefused = errors.New("refused")
)

// Apply makes the incident that a change leads to. It is the only way an
// incident may change: judgement, the store's followers and replay all call it,
// so all hold the same incident. The first change applies to the zero
// Incident.
//
// It writes to neither argument; the result shares their slices, so whoever
// holds one of the three must not write to them afterwards. On an error the
// incident comes back as it was.
func Apply(in Incident, c Change) (Incident, error) {
	if c.Rev != in.Rev+1 {
		return in, wrap(c, ErrOrder, fmt.Sprintf("the incident is at revision %d", in.Rev))
	}
	if why := refusal(in, c); why != "" {
		return in, wrap(c, ErrRefused, why)
	}
	out := in
	out.Rev = c.Rev
	if to, alive := next(in.State, c.Op); alive {
		out.State = to
		out.step(c)
	} else {
		out.refine(c)
	}
	if told(c.Op) {
		out.Timeline = append(slices.Clip(in.Timeline), line(c))
	}
	return out, nil
}

func wrap(c Change, kind error, why string) error {
	return fmt.Errorf("incident %s, revision %d, %s: %w: %s", c.Incident, c.Rev, c.Op, kind, why)
}

// next is the life in [State] as a table: the state that a step leads to from
// s, and whether there is such a step.
func next(s State, op Op) (State, bool) {
	switch op {
	case OpSuspect:
		return Suspected, s == ""
	case OpConfirm:
		return Confirmed, s == Suspected
	case OpDismiss:
		return Dismissed, s == Suspected
	case OpRecover:
		return Recovering, s == Confirmed
	case OpRelapse:
		return Confirmed, s == Recovering
	case OpResolve:
		return Resolved, s == Recovering
	case OpReview:
		return Reviewed, s == Resolved
	case OpReopen:
		return Confirmed, s == Resolved
	}
	return s, false
}

// refinable tells whether an operation that is not a step of life may be done
// in a state. Evidence refines the past of an open incident alone. A closed
// one still takes what is said of it, for causes are often told days later,
// and the corrections of an operator until it is reviewed.
func refinable(s State, c Change) bool {
	switch c.Op {
	case OpJudge, OpAssess, OpClear, OpLocate, OpBlind, OpFacet:
		return s.Open()
	case OpRoots, OpRetime:
		return s.Open() || s == Resolved && c.Author != Tocsin
	case OpHear:
		return s.Open() || s == Resolved || s == Reviewed
	case OpAnnotate:
		return s != ""
	}
	return false
}

// refusal says why a change can't be applied, "" if it can.
func refusal(in Incident, c Change) string {
	switch {
	case c.Incident == "":
		return "it names no incident"
	case in.Rev > 0 && c.Incident != in.ID:
		return "it belongs to another incident than " + string(in.ID)
	case c.Author == "":
		return "it has no author"
	case c.At.IsZero():
		return "it has no time"
	}
	if _, alive := next(in.State, c.Op); !alive && !refinable(in.State, c) {
		return "no such step from " + stateName(in.State)
	}
	if c.Op == OpReopen && c.Author == Tocsin {
		return "only an operator may reopen"
	}
	return lack(c)
}

// lack says what a change lacks that its operation needs, "" if nothing.
func lack(c Change) string {
	switch c.Op {
	case OpSuspect, OpRelapse, OpResolve, OpRetime:
		if c.Event.IsZero() {
			return "it lacks the time of the event"
		}
	case OpFacet:
		if c.Facet == nil {
			return "it names no facet"
		}
	case OpAnnotate:
		if strings.TrimSpace(c.Note) == "" {
			return "the note is empty"
		}
	}
	if (c.Op == OpSuspect || c.Op == OpRoots) && len(c.Roots) == 0 {
		return "it names no root"
	}
	if (c.Op == OpSuspect || c.Op == OpJudge) && !(c.P >= 0 && c.P <= 1) { // NaN too
		return fmt.Sprintf("%v is not a probability", c.P)
	}
	return ""
}

func stateName(s State) string {
	if s == "" {
		return "nothing"
	}
	return string(s)
}

// step does what a step of life does besides the new state.
func (in *Incident) step(c Change) {
	l := &in.Life
	switch c.Op {
	case OpSuspect:
		in.ID, in.Carrier, in.Exercise = c.Incident, c.Carrier, c.Exercise
		in.Roots, in.Onset, in.P = c.Roots, c.Event, c.P
		l.Suspected = c.At
	case OpConfirm:
		l.Confirmed = c.At
	case OpDismiss:
		l.Dismissed = c.At
	case OpRecover:
		l.Recovering = c.At
	case OpRelapse:
		l.Recovering = time.Time{}
		l.Relapses = append(slices.Clip(l.Relapses), c.Event)
	case OpResolve:
		l.Resolved, l.Ended = c.At, c.Event
	case OpReview:
		l.Reviewed = c.At
	case OpReopen: // the timeline remembers what the life forgets
		l.Recovering, l.Resolved, l.Ended = time.Time{}, time.Time{}, time.Time{}
	}
}

// refine does an operation that leaves the state as it is. Facets and notes
// are lines of the timeline and nothing else.
func (in *Incident) refine(c Change) {
	switch c.Op {
	case OpRoots:
		in.Roots = c.Roots
	case OpRetime:
		in.Onset = c.Event
	case OpJudge:
		in.P, in.Evidence, in.Verdicts = c.P, c.Evidence, c.Verdicts
	case OpAssess:
		in.Effects, in.Reach = c.Effects, widen(in.Reach, c.Effects)
	case OpClear:
		in.Cleared = c.Cleared
	case OpLocate:
		in.Shares, in.Areas = c.Shares, c.Areas
	case OpHear:
		in.Said = hear(in.Said, c.Said)
	case OpBlind:
		in.Blind = c.Blind
	}
}

// widen keeps the worst state that each node was put in. It makes a new list.
func widen(old []Reach, effects []Effect) []Reach {
	out := slices.Clone(old)
	for _, e := range effects {
		if e.State != catalog.Down && e.State != catalog.Degraded {
			continue
		}
		i, known := slices.BinarySearchFunc(out, e.Node, func(r Reach, id catalog.NodeID) int {
			return strings.Compare(string(r.Node), string(id))
		})
		if !known {
			out = slices.Insert(out, i, Reach{Node: e.Node, State: e.State})
			continue
		}
		out[i].State = catalog.Worse(out[i].State, e.State)
	}
	return out
}

// hear adds statements to a ledger. One that is there already is dropped: the
// ledger keeps what was heard first, so that hearing twice is harmless.
func hear(ledger, heard []Said) []Said {
	out := slices.Clip(ledger)
	for _, s := range heard {
		if !slices.ContainsFunc(out, func(o Said) bool { return o.ID == s.ID }) {
			out = append(out, s)
		}
	}
	return out
}

// told tells whether an operation is a line of the timeline. What is replaced
// at every step of judgement is not: it would bury the rest.
func told(op Op) bool {
	switch op {
	case OpJudge, OpAssess, OpClear, OpLocate, OpHear, OpBlind:
		return false
	}
	return true
}

func line(c Change) Event {
	e := Event{At: c.At, Event: c.Event, Op: c.Op, Author: c.Author, Note: c.Note}
	if e.Event.IsZero() {
		e.Event = c.At // it speaks of the moment when it was decided
	}
	if c.Op == OpFacet {
		f := *c.Facet
		e.Facet = &f
	}
	return e
}

// Compare orders incidents by onset, then by id.
func Compare(a, b Incident) int {
	if d := a.Onset.Compare(b.Onset); d != 0 {
		return d
	}
	return strings.Compare(string(a.ID), string(b.ID))
}

// Fold applies the changes of any number of incidents, each incident's in
// order, and gives the incidents, oldest onset first. It stops at the first
// change that doesn't apply.
func Fold(changes []Change) ([]Incident, error) {
	byID := map[ID]Incident{}
	for i, c := range changes {
		in, err := Apply(byID[c.Incident], c)
		if err != nil {
			return nil, fmt.Errorf("change %d of %d: %w", i+1, len(changes), err)
		}
		byID[c.Incident] = in
	}
	out := make([]Incident, 0, len(byID))
	for _, in := range byID {
		out = append(out, in)
	}
	slices.SortFunc(out, Compare)
	return out, nil
}
