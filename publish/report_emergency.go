package publish

import (
	"slices"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// emergencyCalls is the service by which people reach help.
const emergencyCalls catalog.ServiceID = "emergency-calls"

// rescue tells whether a sector answers emergency calls.
func rescue(sector string) bool {
	return slices.Contains([]string{"police", "911", "ambulance", "fire", "emergency"}, sector)
}

// answers tells whether a sector takes the calls, rather than goes out on them.
func answers(sector string) bool { return sector == emergencyNumber || sector == "police" }

// emergency says whether help can be called, who says so, and what to do. It
// never says that a centre is down because its callers can't reach it.
func (d *draft) emergency() {
	before := len(d.lines)
	for _, n := range d.e.Nodes() {
		if n.Service == emergencyCalls {
			d.access(n)
		}
	}
	if len(d.lines) == before {
		d.add(Line{
			Topic: "emergency-access", Kind: incident.Unseen, At: d.at, Text: d.w.accessNoSign(d.carrier),
			Org: d.in.Carrier, State: catalog.Unknown,
		})
	}
	if !d.over() { // advice for an outage that is over would send people the wrong way
		d.emergencyAdvice()
		d.warnings()
	}
	d.centres()
}

// centres says how the places that answer calls stand: those of which something
// is known, then those of which nothing bad is.
func (d *draft) centres() {
	var quiet []*catalog.Node
	for _, n := range d.e.Nodes() {
		if n.Kind == catalog.Dependent && rescue(d.e.Sector(n)) && !d.wayIn(n) && !d.centre(n) && answers(d.e.Sector(n)) && !d.hit(n.ID) {
			quiet = append(quiet, n)
		}
	}
	if len(quiet) > fewNodes {
		var ids []catalog.NodeID
		for _, n := range quiet {
			ids = append(ids, n.ID)
		}
		d.add(Line{
			Topic: "emergency-centre", Kind: incident.Unseen, Text: d.w.centreNoSign(d.things(ids)), State: catalog.Unknown,
			Path: ids, Value: float64(len(ids)),
		})
		return
	}
	for _, n := range quiet {
		d.add(Line{
			Topic: "emergency-centre", Kind: incident.Unseen, Text: d.w.centreNoSign([]thing{d.thing(n.ID)}), Node: n.ID, Org: n.Owner(),
			Region: d.first(n.Regions), State: catalog.Unknown,
		})
	}
}

// callsHelp tells whether a node is a way to reach help.
func (d *draft) callsHelp(id catalog.NodeID) bool {
	n := d.e.Node(id)
	return n != nil && (n.Service == emergencyCalls || (n.Kind == catalog.Dependent && d.wayIn(n)))
}

// wayIn tells a way to reach help from the place that answers: it rests on
// somebody's calls for help.
func (d *draft) wayIn(n *catalog.Node) bool {
	return slices.ContainsFunc(n.Needs, func(r catalog.Requirement) bool {
		return slices.ContainsFunc(r.Members, func(id catalog.NodeID) bool {
			m := d.e.Node(id)
			return m != nil && m.Service == emergencyCalls
		})
	})
}

// access says whether calls for help from one carrier's phones get through. The
// newest word that they do stands against an inference, not against a reading.
func (d *draft) access(n *catalog.Node) {
	carrier := d.org(n.Owner())
	said, claim, claimed := d.latestClaim(n.ID)
	works := claimed && claimState(claim) == catalog.Up
	for _, s := range d.standings {
		if s.node != n.ID || !s.bad() || (works && prove(s.cites).kind != incident.Observed) {
			continue
		}
		pr := d.known(s)
		d.add(pr.date(Line{
			Topic: "emergency-access", Kind: pr.kind, By: pr.by, At: s.since, Node: n.ID, Org: n.Owner(),
			Text:   join(d.w.access(carrier, s.state, d.stretch(s.regions, s.since)), d.w.why(d.things(s.path())), d.assumed(s)),
			Region: d.first(s.regions), State: s.state, P: s.p, Path: s.path(), Basis: pr.basis, Sources: pr.sources,
		}))
	}
	switch {
	case works:
		d.add(Line{
			Topic: "emergency-access", Kind: incident.Stated, By: said.By, At: said.At, Approx: said.Approx, DayOnly: said.DayOnly,
			Text: d.w.accessUp(carrier, d.org(said.By), saidAt(said)), Node: n.ID, Org: n.Owner(), State: catalog.Up,
			Region: d.first(n.Regions), Basis: []evidence.Basis{said.Basis}, Sources: said.Sources,
		})
	case n.Owner() == d.in.Carrier && !d.hit(n.ID):
		d.add(Line{
			Topic: "emergency-access", Kind: incident.Unseen, Text: d.w.accessNoSign(carrier), Node: n.ID, Org: n.Owner(),
			Region: d.first(n.Regions), State: catalog.Unknown,
		})
	}
	if d.over() && !works {
		d.accessWas(n)
	}
}

// accessWas says of calls for help that they may have failed, once it is over.
func (d *draft) accessWas(n *catalog.Node) {
	if !slices.ContainsFunc(d.in.Reach, func(r incident.Reach) bool { return r.Node == n.ID }) {
		return
	}
	pr := prove(d.in.Evidence)
	d.add(Line{
		Topic: "emergency-was", Kind: incident.Inferred, At: d.in.Onset, Node: n.ID, Org: n.Owner(), Region: d.first(n.Regions),
		Text:  d.w.accessWas(d.org(n.Owner()), d.orNow(d.in.Onset), d.orNow(d.ended())),
		Until: d.ended(), Basis: pr.basis, Sources: pr.sources,
	})
}

// hit tells whether any standing of a node is bad.
func (d *draft) hit(id catalog.NodeID) bool {
	return slices.ContainsFunc(d.standings, func(s stance) bool { return s.node == id && s.bad() })
}

// latestClaim is the newest thing said about the state of a node.
func (d *draft) latestClaim(id catalog.NodeID) (incident.Said, evidence.ClaimKind, bool) {
	for _, s := range d.said {
		for _, c := range s.Claims {
			if c.Target == string(id) && claimState(c.Kind) != "" {
				return s, c.Kind, true
			}
		}
	}
	return incident.Said{}, "", false
}

// emergencyAdvice gives what to do, each piece with its source; advice without
// one is not given here, whatever else is.
func (d *draft) emergencyAdvice() {
	given := map[catalog.Text]bool{}
	for _, s := range d.standings {
		if !d.callsHelp(s.node) || s.effect == nil {
			continue
		}
		for _, a := range s.effect.Advice {
			switch {
			case given[a.Text]:
			case !a.Stands:
				d.advice(s, a)
			case !a.Assumed && len(a.Sources) > 0:
				given[a.Text] = true
				d.add(Line{
					Topic: "emergency-advice", Kind: incident.Inferred, Text: d.w.advice(a.Text.In(d.lang)), Node: s.node,
					Region: d.first(s.regions), Sources: d.sourcesOf(a.Sources),
				})
			}
		}
	}
	for _, s := range d.said {
		for _, c := range s.Claims {
			if c.Kind == evidence.SaysAdvice && len(s.Sources) > 0 && (d.isEmergency(c.Target) || rescue(d.sector(s.By))) {
				l := d.saidLine("emergency-advice", s)
				l.Text = d.w.adviceBy(d.org(s.By), saidAt(s), claimText(c, s).In(d.lang))
				d.add(l)
			}
		}
	}
}

// isEmergency tells whether a claim's target is calling for help, or a centre.
func (d *draft) isEmergency(target string) bool {
	n := d.e.Node(catalog.NodeID(target))
	return n != nil && (n.Service == emergencyCalls || rescue(d.e.Sector(n)))
}

func (d *draft) sector(id catalog.OrgID) string {
	if o := d.e.Organisation(id); o != nil {
		return o.Sector
	}
	return ""
}

// claimText is what a claim says; one without words of its own takes those of
// its statement.
func claimText(c evidence.Claim, s incident.Said) catalog.Text {
	if c.Text == (catalog.Text{}) {
		return s.Text
	}
	return c.Text
}

// saidLine is a line that a statement makes, still without its text.
func (d *draft) saidLine(topic string, s incident.Said) Line {
	l := Line{
		Topic: topic, Kind: incident.Stated, By: s.By, At: s.At, Approx: s.Approx, DayOnly: s.DayOnly, Org: s.By,
		Basis: []evidence.Basis{s.Basis}, Sources: slices.Clone(s.Sources),
	}
	for _, c := range s.Claims {
		if n := d.e.Node(catalog.NodeID(c.Target)); n != nil && l.Node == "" {
			l.Node, l.State, l.Region = n.ID, claimState(c.Kind), c.Region
		}
	}
	return l
}

// warnings gives the newest warning of each service that answers emergency
// calls: that people may not get through.
func (d *draft) warnings() {
	warned := map[catalog.OrgID]bool{}
	for _, s := range d.said {
		if warned[s.By] || !rescue(d.sector(s.By)) || !slices.ContainsFunc(s.Claims, d.warns) {
			continue
		}
		warned[s.By] = true
		l := d.saidLine("emergency-warning", s)
		l.Text = d.w.warned(d.org(s.By), saidAt(s), s.Text.In(d.lang))
		for _, c := range s.Claims {
			if d.warns(c) {
				l.Node, l.State, l.Region = catalog.NodeID(c.Target), claimState(c.Kind), c.Region
				break
			}
		}
		d.add(l)
	}
}

// warns tells whether a claim is about trouble in reaching help.
func (d *draft) warns(c evidence.Claim) bool {
	return (c.Kind == evidence.SaysDown || c.Kind == evidence.SaysDegraded) && d.isEmergency(c.Target)
}

// centre says how the place that answers calls stands by itself, if anything
// is known of it.
func (d *draft) centre(n *catalog.Node) bool {
	said, state, ok := d.centreSaid(n)
	for _, s := range d.standings {
		if s.node == n.ID && s.bad() && !(ok && state == catalog.Up) {
			if !answers(d.e.Sector(n)) {
				return false // told with all who are affected
			}
			pr := d.known(s)
			d.add(pr.date(Line{
				Topic: "emergency-centre", Kind: pr.kind, By: pr.by, At: s.since, Node: n.ID, Org: n.Owner(), State: s.state,
				Text: join(d.w.centreTrouble(d.thing(n.ID)), d.w.why(d.things(s.path()))), Region: d.first(s.regions),
				Path: s.path(), Basis: pr.basis, Sources: pr.sources,
			}))
			return true
		}
	}
	if ok && state == catalog.Up {
		l := d.saidLine("emergency-centre", said)
		l.Text = d.w.centreUp(d.thing(n.ID), d.org(said.By), saidAt(said))
		l.Node, l.Org, l.State, l.Region = n.ID, n.Owner(), catalog.Up, d.first(n.Regions)
		d.add(l)
		return true
	}
	return false
}

// centreSaid is the newest claim about a centre, by its node or its owner.
func (d *draft) centreSaid(n *catalog.Node) (incident.Said, catalog.State, bool) {
	for _, s := range d.said {
		for _, c := range s.Claims {
			about := c.Target == string(n.ID) || c.Target == string(n.Owner())
			if state := claimState(c.Kind); about && state != "" {
				return s, state, true
			}
		}
	}
	return incident.Said{}, "", false
}
