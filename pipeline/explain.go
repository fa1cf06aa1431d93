package pipeline

import (
	"errors"
	"fmt"
	"slices"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/incident"
)

// ErrNoIncident means that there is nothing to explain: no incident of that
// name, or none at all.
var ErrNoIncident = errors.New("no such incident")

// Question says which verdict to explain. The zero value asks for the roots of
// the newest incident that is open, else of the newest that still changes.
type Question struct {
	Incident incident.ID
	// Node asks why a node is a root, or is not, whatever the incidents say.
	Node catalog.NodeID
	// Carrier asks about a carrier: the roots of its incident, or else why it is
	// cleared beside the incident of another.
	Carrier catalog.OrgID
}

// Explain tells how a verdict came about, as of the last step: with the same
// evidence, and explaining away the same other incidents, as that step did.
func (p *Pipeline) Explain(q Question) (attribute.Explanation, error) {
	s := &step{p: p, now: p.now, in: p.input(p.now)}
	w := p.asked(q)
	if q.Incident != "" && w == nil {
		return attribute.Explanation{}, fmt.Errorf("explain %s: %w", q.Incident, ErrNoIncident)
	}
	in := s.in
	in.Held, in.Past = s.held(w), s.past()
	if w != nil && w.in.State == incident.Resolved { // its own tail is no other incident
		in.Past = slices.DeleteFunc(in.Past, func(r attribute.Root) bool {
			return r.Carrier == w.in.Carrier && r.Ended.Equal(w.in.Life.Ended)
		})
	}
	switch {
	case q.Node != "":
		n := p.ed.Node(q.Node)
		if n == nil || len(n.Regions) == 0 {
			return attribute.Explanation{}, fmt.Errorf("explain: no node is called %q", q.Node)
		}
		region := n.Regions[0]
		switch {
		case w == nil:
		case n.Owner() == w.in.Carrier:
			region = w.root.Region
		default: // beside the incident, as roots are sought
			in.Held = s.held(nil)
		}
		return p.attr.Explain(in, []catalog.NodeID{q.Node}, region), nil
	case w == nil:
		return attribute.Explanation{}, fmt.Errorf("explain: %w", ErrNoIncident)
	case q.Carrier != "" && q.Carrier != w.in.Carrier:
		if p.ed.Carrier(q.Carrier) == nil {
			return attribute.Explanation{}, fmt.Errorf("explain: no carrier is called %q", q.Carrier)
		}
		in.Past = nil
		return p.attr.ExplainPeer(in, w.root, q.Carrier), nil
	}
	in.Believed = attribute.Lasts(w.root.P, p.attr.Judge(in, w.root.Nodes, w.root.Region))
	return p.attr.Explain(in, w.root.Nodes, w.root.Region), nil
}

// asked finds the incident of a question: by its id; else that of the carrier;
// else the newest open one, else the newest. Nil if there is none.
func (p *Pipeline) asked(q Question) *watch {
	var best *watch
	for _, w := range p.watch { // oldest first
		switch {
		case q.Incident != "":
			if w.in.ID == q.Incident {
				return w
			}
		case best == nil, w.in.Carrier == q.Carrier && best.in.Carrier != q.Carrier:
			best = w
		case best.in.Carrier == q.Carrier && w.in.Carrier != q.Carrier:
		case w.in.State.Open() || !best.in.State.Open():
			best = w
		}
	}
	return best
}
