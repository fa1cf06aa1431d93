package attribute

import (
	"tocsin/catalog"
	"tocsin/evidence"
)

// Reason says why a piece of evidence counts, or why it doesn't.
type Reason string

// Reasons of what counts.
const (
	WhyFalls  Reason = "falls-with-it"
	WhyPartly Reason = "falls-in-part" // of a carrier as a whole: the part of its services that fall
	WhyStands Reason = "stands"        // it should have fallen, and has not
	WhyNoSign Reason = "says-nothing"  // it would have to do with it, and weighs nothing: routes that stand
	WhyOwn    Reason = "its-own"       // about the peer that is judged
	WhyTalks  Reason = "calls-failed"  // complaints of those who call the users of what failed
)

// Reasons of what doesn't count.
const (
	WhyContext    Reason = "names-no-carrier"
	WhyBlind      Reason = "no-baseline"
	WhyCut        Reason = "regional-cut" // the same reports as a national series
	WhySilent     Reason = "feed-silent"
	WhyUnknown    Reason = "names-nothing-known"
	WhyStale      Reason = "too-old"
	WhyElsewhere  Reason = "elsewhere"
	WhyUnrelated  Reason = "does-not-fall"
	WhyBefore     Reason = "before-it-fell"
	WhyExplained  Reason = "explained-by-another"
	WhyOldWord    Reason = "said-too-long-ago"
	WhySuperseded Reason = "said-otherwise-since"
	WhyNoClaim    Reason = "claims-no-state"
	WhyHearsay    Reason = "not-the-owner"
	WhyNoCarrier  Reason = "not-about-a-carrier"
	WhyOther      Reason = "about-another" // of a peer's verdict
)

// Counts tells whether a piece with this reason entered the sum.
func (r Reason) Counts() bool {
	switch r {
	case WhyFalls, WhyPartly, WhyStands, WhyNoSign, WhyOwn, WhyTalks:
		return true
	}
	return false
}

// readingAside says why a reading makes no signal, in the order in which
// signals leaves readings out.
func (e *Engine) readingAside(in Input, r evidence.Reading) Reason {
	quiet := in.Quiet[r.Series.Feed]
	nodes, _, _ := e.aim(r.Series.Subject, r.Series.Region)
	switch {
	case context(r.Series):
		return WhyContext
	case r.Level == evidence.Blind:
		return WhyBlind
	case e.regionalCut(r.Series):
		return WhyCut
	case quiet > 0 && in.Now.Sub(r.Heard) > quiet:
		return WhySilent
	case len(nodes) == 0:
		return WhyUnknown
	}
	return WhyStale
}

// wordAside says why a claim makes no signal.
func (e *Engine) wordAside(s *evidence.Statement, c evidence.Claim) Reason {
	switch c.Kind {
	case evidence.SaysUp, evidence.SaysRestored:
		if s.By != ownerOf(c.Target) {
			return WhyHearsay
		}
	case evidence.SaysDown, evidence.SaysDegraded, evidence.SaysRecovering:
	default:
		return WhyNoClaim
	}
	target := c.Target
	if s.By == ownerOf(target) && c.Because != "" {
		target = c.Because
	}
	if e.ed.Carrier(ownerOf(target)) == nil {
		return WhyNoCarrier
	}
	return WhyUnknown
}

// unreached says why a hypothesis doesn't account for a signal.
func (e *Engine) unreached(h hypothesis, sig signal) Reason {
	if !e.ed.Within(sig.region, h.region) {
		return WhyElsewhere
	}
	return WhyUnrelated
}

// counted says how a piece entered the sum.
func counted(p *piece) Reason {
	switch {
	case p.sig.weight < 0:
		return WhyStands
	case p.sig.weight == 0:
		return WhyNoSign
	case p.part < 1:
		return WhyPartly
	}
	return WhyFalls
}

// ExplainPeer tells how the verdict about another carrier than the root's came
// about. It is [Engine.Clear] with its reasons.
func (e *Engine) ExplainPeer(in Input, root Root, org catalog.OrgID) Explanation {
	fall := e.fallOf(root)
	pieces := e.pieces(Input{Now: in.Now, Readings: in.Readings, Statements: in.Statements, Quiet: in.Quiet})
	talks := e.talksTo(org, fall)
	sums := map[evidence.Plane]float64{}
	for i := range pieces {
		p := &pieces[i]
		switch {
		case p.why == WhyNoClaim && p.term.Claim == evidence.SaysLoad && p.term.Cite.By == org:
			p.part, p.why = 1, WhyOwn // it weighs nothing and makes the class
		case p.why != "":
		case p.sig.org != org:
			p.why = WhyOther
		case talks && p.sig.read != nil && p.sig.cite.Plane == evidence.PlaneCrowd:
			p.part, p.why = 1, WhyTalks
			sums[p.sig.cite.Plane] += 0
		default:
			p.part, p.nats, p.why = 1, p.sig.weight, WhyOwn
			sums[p.sig.cite.Plane] += p.nats
		}
	}
	x := Explanation{At: in.Now, Carrier: org, Region: root.Region, Prior: prior, LogOdds: prior, Bar: bar(), Terms: terms(pieces)}
	for _, p := range allPlanes() {
		x.LogOdds += clip(p, sums[p])
	}
	cl, mentioned := e.clearance(in, org, e.signals(in), fall)
	x.Peer = &Peer{
		State: cl.State, Class: cl.Class, Root: root.Nodes, Rests: e.rests(org, fall), Accused: cl.Accused, Expected: cl.Expected,
		Talks: talks, Silent: !mentioned,
	}
	if !mentioned {
		x.Peer.State, x.Peer.Class = catalog.Unknown, ""
	}
	e.edged(&x, in, org)
	x.P = chance(x.LogOdds)
	x.Planes = planeSums(sums, x.LogOdds)
	x.Stance = StanceUnlikely
	if x.P >= Possible {
		x.Stance = StancePossible
	}
	for _, s := range x.Planes {
		if s.Counted > 0 {
			x.Kinds++
		}
	}
	e.vary(&x, in, func(in Input) outcome {
		cl, ok := e.clearance(in, org, e.signals(in), fall)
		if !ok {
			cl.State, cl.Class = catalog.Unknown, ""
		}
		return outcome{p: cl.P, state: cl.State, class: cl.Class, peer: true}
	})
	return x
}

// edged adds the cost of the rival story where the clearance has it, and notes
// whether anything says that the peer works.
func (e *Engine) edged(x *Explanation, in Input, org catalog.OrgID) {
	var p peer
	lost := false
	for _, t := range x.Terms {
		instrument := t.Why == WhyOwn && t.Cite.Series != nil && t.Cite.Plane != evidence.PlaneCrowd
		lost = lost || instrument && t.Nats > 0
		p.alive = p.alive || instrument && t.Nats < 0
	}
	p.listen(in, org)
	x.Peer.Alive = p.alive
	if p.saysHit && !lost {
		x.Extras = []Extra{{EdgeExtra, -edge}}
		x.LogOdds -= edge
	}
}
