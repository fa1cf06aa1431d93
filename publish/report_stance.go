package publish

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// stance is a node in one state, over all the regions where it is in it: what
// verdicts and effects say of it together.
type stance struct {
	node    catalog.NodeID
	state   catalog.State
	regions []catalog.RegionID
	since   time.Time
	until   time.Time // when it came back; of an up standing
	p       float64
	cites   []incident.Citation
	effect  *incident.Effect // the graph's explanation, if there is one
}

// bad tells whether the node is hit.
func (s stance) bad() bool { return s.state == catalog.Down || s.state == catalog.Degraded }

// spot is a node in one region.
type spot struct {
	node   catalog.NodeID
	region catalog.RegionID
}

// stand sums up verdicts and effects, in the order of node and of severity.
func (d *draft) stand() []stance {
	verdicts := map[spot][]incident.Verdict{}
	effects := map[catalog.NodeID][]*incident.Effect{}
	var spots []spot
	for _, v := range d.in.Verdicts {
		for _, region := range d.footprint(v.Node, v.Region) {
			at := spot{v.Node, region}
			verdicts[at] = append(verdicts[at], v)
			spots = append(spots, at)
		}
	}
	for i := range d.in.Effects {
		e := &d.in.Effects[i]
		effects[e.Node] = append(effects[e.Node], e)
		spots = append(spots, spot{e.Node, e.Region})
	}
	slices.SortFunc(spots, func(a, b spot) int {
		return cmp.Or(strings.Compare(string(a.node), string(b.node)), strings.Compare(string(a.region), string(b.region)))
	})
	var all []stance
	for _, at := range slices.Compact(spots) {
		all = merge(all, standAt(at, verdicts[at], d.effectAt(at, effects[at.node])))
	}
	slices.SortStableFunc(all, func(a, b stance) int {
		return cmp.Or(strings.Compare(string(a.node), string(b.node)), severity(a.state)-severity(b.state))
	})
	return all
}

// footprint is where a verdict for a place holds: a series of the whole country
// speaks of a node only where the node is.
func (d *draft) footprint(node catalog.NodeID, region catalog.RegionID) []catalog.RegionID {
	n := d.e.Node(node)
	if n == nil || slices.Contains(n.Regions, region) {
		return []catalog.RegionID{region}
	}
	var inside []catalog.RegionID
	for _, r := range n.Regions {
		if d.e.Within(r, region) {
			inside = append(inside, r)
		}
	}
	if len(inside) == 0 {
		return []catalog.RegionID{region}
	}
	return inside
}

// effectAt is the worst effect that covers a place.
func (d *draft) effectAt(at spot, effects []*incident.Effect) *incident.Effect {
	var worst *incident.Effect
	for _, e := range effects {
		if d.e.Within(at.region, e.Region) && (worst == nil || severity(e.State) < severity(worst.State)) {
			worst = e
		}
	}
	return worst
}

// severity orders states from the worst.
func severity(s catalog.State) int {
	switch s {
	case catalog.Down:
		return 0
	case catalog.Degraded:
		return 1
	case catalog.Unknown:
		return 2
	}
	return 3
}

// standAt is how a node stands in one region: the worst of what is seen of it
// and of what the graph makes of its needs. Where it is seen to work, that goes
// before the graph.
func standAt(at spot, verdicts []incident.Verdict, effect *incident.Effect) stance {
	s := stance{node: at.node, regions: []catalog.RegionID{at.region}, state: together(verdicts), effect: effect}
	if len(verdicts) == 0 {
		s.state = catalog.Unknown
	}
	if effect != nil && s.state != catalog.Up {
		s.state = catalog.Worse(s.state, effect.State)
		if len(verdicts) == 0 {
			s.state = effect.State
		}
		s.since, s.cites = effect.Since, slices.Clone(effect.Evidence)
	}
	for _, v := range verdicts {
		s.cites = append(s.cites, v.Evidence...)
		s.p = max(s.p, v.P)
		if s.state == catalog.Up {
			s.until = latest(s.until, v.Until)
		} else if v.State != catalog.Up {
			s.since = earliest(s.since, v.Since)
		}
	}
	return s
}

// together is the state of a place that verdicts for one or two address
// families speak of. One family that works, if only in part, and one that
// doesn't make it degraded: people get some service.
func together(verdicts []incident.Verdict) catalog.State {
	up, state, v4, v6 := false, catalog.Up, catalog.Up, catalog.Up
	for _, v := range verdicts {
		up = up || v.State == catalog.Up
		switch v.Family {
		case evidence.IPv4:
			v4 = catalog.Worse(v4, v.State)
		case evidence.IPv6:
			v6 = catalog.Worse(v6, v.State)
		default:
			state = catalog.Worse(state, v.State)
		}
	}
	if pair := catalog.Worse(v4, v6); pair == catalog.Down && (v4 == catalog.Degraded || v6 == catalog.Degraded) {
		state = catalog.Worse(state, catalog.Degraded)
	} else {
		state = catalog.Worse(state, pair)
	}
	if up && state == catalog.Down {
		return catalog.Degraded
	}
	return state
}

// merge adds a standing, joining it with the same node's in the same state.
func merge(all []stance, s stance) []stance {
	for i := range all {
		a := &all[i]
		if a.node != s.node || a.state != s.state {
			continue
		}
		a.regions = append(a.regions, s.regions...)
		a.since, a.until = earliest(a.since, s.since), latest(a.until, s.until)
		a.p = max(a.p, s.p)
		a.cites = append(a.cites, s.cites...)
		if a.effect == nil {
			a.effect = s.effect
		}
		return all
	}
	return append(all, s)
}

// earliest is the earlier of two times; a zero one is not known.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// services gives the nodes of the carrier that people use, in the order of the
// catalogue.
func (d *draft) services() []*catalog.Node {
	var all []*catalog.Node
	for _, n := range d.e.Nodes() {
		if n.Kind == catalog.Offering && n.Owner() == d.in.Carrier {
			all = append(all, n)
		}
	}
	return all
}

// own tells whether a node is a service of the failed carrier.
func (d *draft) own(id catalog.NodeID) bool {
	n := d.e.Node(id)
	return n != nil && n.Kind == catalog.Offering && n.Owner() == d.in.Carrier
}

// known says how a standing is known: by a reading, by a statement that is
// cited or that names the node, or from the graph alone.
func (d *draft) known(s stance) proof {
	pr := prove(s.cites)
	if pr.kind == incident.Observed {
		return pr
	}
	if said, ok := d.claimed(s); ok {
		return proof{kind: incident.Stated, by: said.By, at: saidAt(said), basis: []evidence.Basis{said.Basis}, sources: said.Sources}
	}
	// A cited statement that says something milder, or something else, is
	// evidence, but its speaker did not say this.
	pr.kind, pr.by, pr.at = incident.Inferred, "", moment{}
	pr.sources = append(pr.sources, d.pathSources(s.path())...)
	return pr
}

// claimed finds who says that a node stands as it does: the newest word of its
// owner, or else of anybody. A speaker's older words and words about a smaller
// place don't count.
func (d *draft) claimed(s stance) (incident.Said, bool) {
	var other incident.Said
	heard := map[catalog.OrgID]bool{}
	for _, said := range d.said {
		i := slices.IndexFunc(said.Claims, func(c evidence.Claim) bool {
			return c.Target == string(s.node) && claimState(c.Kind) != "" && d.covers(c.Region, s.regions)
		})
		if i < 0 || heard[said.By] {
			continue
		}
		heard[said.By] = true
		if claimState(said.Claims[i].Kind) != s.state {
			continue
		}
		if said.By == s.node.Owner() {
			return said, true
		}
		if other.By == "" {
			other = said
		}
	}
	return other, other.By != ""
}

// covers tells whether a claim's region holds all of some regions; "" is the
// whole footprint of what it speaks of.
func (d *draft) covers(claim catalog.RegionID, regions []catalog.RegionID) bool {
	return claim == "" || !slices.ContainsFunc(regions, func(r catalog.RegionID) bool { return !d.e.Within(r, claim) })
}

// claimState is the state that a claim gives its target; "" if none.
func claimState(k evidence.ClaimKind) catalog.State {
	switch k {
	case evidence.SaysDown:
		return catalog.Down
	case evidence.SaysDegraded, evidence.SaysLoad, evidence.SaysRecovering:
		return catalog.Degraded
	case evidence.SaysUp, evidence.SaysRestored:
		return catalog.Up
	}
	return ""
}

// path is the explanation of a standing, if it has one.
func (s stance) path() []catalog.NodeID {
	if s.effect == nil {
		return nil
	}
	return s.effect.Path
}

// join makes one paragraph of sentences; the empty ones fall out.
func join(sentences ...string) string {
	return strings.Join(slices.DeleteFunc(sentences, func(s string) bool { return s == "" }), " ")
}
