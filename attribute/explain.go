package attribute

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// Explanation says how a verdict came about, so that anybody can add it up
// again: what counts and how much, what does not and why, what would change it,
// and what else was weighed. The log-odds are the prior, the counted sums of the
// planes and the extras together.
type Explanation struct {
	At      time.Time        `json:"at"`
	Nodes   []catalog.NodeID `json:"nodes,omitempty"` // more than one: they can't be told apart
	Carrier catalog.OrgID    `json:"carrier"`
	Region  catalog.RegionID `json:"region"`
	Prior   float64          `json:"prior"` // log-odds before any evidence
	LogOdds float64          `json:"log_odds"`
	P       float64          `json:"p"`
	Bar     Bar              `json:"thresholds"`
	Stance  Stance           `json:"stance"`
	Kinds   int              `json:"planes_for"` // planes that speak for it
	// Admitted: the owner itself says so.
	Admitted bool `json:"admitted"`
	// Barred: another carrier has failed, and no instrument saw a loss of this
	// one that the other doesn't explain; so it is no root, whatever P is.
	Barred bool       `json:"barred"`
	Missed int        `json:"missed"`        // signals about the same carrier that it leaves over
	Fit    *Fit       `json:"fit,omitempty"` // of a model that counts reports
	Planes []PlaneSum `json:"planes,omitempty"`
	Extras []Extra    `json:"extras,omitempty"`
	Terms  []Term     `json:"terms,omitempty"` // those that count first, the heaviest first
	Break  *Break     `json:"break,omitempty"` // nil: nothing that can be taken out changes the verdict
	Rivals []Rival    `json:"rivals,omitempty"`
	Peer   *Peer      `json:"peer,omitempty"` // of a verdict about a peer of the failed carrier
}

// Fit is what a model that counts reports found.
type Fit struct {
	Severity  float64 `json:"severity"`  // how many times the usual the root brings
	Attention float64 `json:"attention"` // how many times the usual everybody is complained of besides
}

// Bar is what a verdict must reach.
type Bar struct {
	Possible float64 `json:"possible"`
	Certain  float64 `json:"certain"`
	Planes   int     `json:"certain_planes"` // independent kinds of evidence for certain
}

// Stance is where a probability stands against the bar.
type Stance string

// The stances.
const (
	StanceUnlikely Stance = "unlikely"
	StancePossible Stance = "possible"
	StanceCertain  Stance = "certain"
)

// Term is one piece of evidence: a reading or a claim.
type Term struct {
	Cite   incident.Citation  `json:"cite"`
	Level  string             `json:"level,omitempty"` // of a reading
	Onset  time.Time          `json:"onset,omitzero"`  // of a reading that departs
	Claim  evidence.ClaimKind `json:"claim,omitempty"`
	Target string             `json:"target,omitempty"` // of a claim
	Part   float64            `json:"part"`             // how much of it the failure accounts for, 0 to 1
	Nats   float64            `json:"nats"`             // what it adds, before the cap of its plane
	Counts bool               `json:"counts"`
	Why    Reason             `json:"why"`
	// Without is the probability without this piece; of one that counts.
	Without float64 `json:"p_without"`

	piece int // readings first, then statements; -1 for none
}

// PlaneSum is what a plane adds.
type PlaneSum struct {
	Plane   evidence.Plane `json:"plane"`
	Sum     float64        `json:"sum"`
	Least   float64        `json:"least"` // what it may take away at most
	Most    float64        `json:"most"`
	Counted float64        `json:"counted"`
	Without float64        `json:"p_without"` // the probability without the whole plane
}

// Extra is what the model adds beside evidence.
type Extra struct {
	Name string  `json:"name"`
	Nats float64 `json:"nats"`
}

// EdgeExtra is the cost of the rival story that the graph lacks an edge.
const EdgeExtra = "edge"

// LastingExtra is what was seen before, and for how long, adds to the evidence
// of the moment; and calibration.
const LastingExtra = "lasting"

// Break is the smallest set of pieces without which the verdict is another.
type Break struct {
	Terms  []int   `json:"terms"` // places in Explanation.Terms
	P      float64 `json:"p"`
	Stance Stance  `json:"stance,omitempty"`
	// State and Class of a peer, without these pieces.
	State catalog.State  `json:"state,omitempty"`
	Class incident.Class `json:"class,omitempty"`
	Exact bool           `json:"exact"` // no smaller set does; false: none was found by taking the heaviest first
}

// Rival is another hypothesis, as it was weighed.
type Rival struct {
	Node    catalog.NodeID   `json:"node"`
	Region  catalog.RegionID `json:"region"`
	LogOdds float64          `json:"log_odds"`
	P       float64          `json:"p"`
	Missed  int              `json:"missed"` // each costs it a nat in the choice
}

// Peer is what decides about another carrier than the failed one.
type Peer struct {
	State    catalog.State    `json:"state"`
	Class    incident.Class   `json:"class"`
	Root     []catalog.NodeID `json:"root"` // what failed
	Rests    catalog.State    `json:"rests"`
	Accused  float64          `json:"accused"`
	Expected float64          `json:"expected"`
	Alive    bool             `json:"alive"` // an instrument, or its own word, says that it works
	Talks    bool             `json:"talks"` // its users call, or take in, those of what failed
	Silent   bool             `json:"unmentioned"`
}

func bar() Bar { return Bar{Possible: Possible, Certain: Certain, Planes: 2} }

func (r Root) stance() Stance {
	switch {
	case r.Sure():
		return StanceCertain
	case r.P >= Possible:
		return StancePossible
	}
	return StanceUnlikely
}

// Explain tells how the probability that nodes failed in a region came about.
// It is [Engine.Judge] with its reasons: both give the same probability.
func (e *Engine) Explain(in Input, nodes []catalog.NodeID, region catalog.RegionID) Explanation {
	h := hypothesis{nodes[0], region}
	root := e.Judge(in, nodes, region)
	x := Explanation{
		At: in.Now, Nodes: root.Nodes, Carrier: root.Carrier, Region: region, Prior: prior, P: root.P,
		Bar: bar(), Stance: root.stance(), Kinds: root.Planes, Admitted: root.Admitted,
	}
	pieces := e.pieces(in)
	sigs := live(pieces)
	s := e.weigh(h, sigs)
	x.LogOdds, x.Missed = in.Believed.odds(s.logOdds), s.missed
	if extra := x.LogOdds - s.logOdds; extra != 0 {
		x.Extras = []Extra{{LastingExtra, extra}}
	}
	x.Barred = len(in.Held) > 0 && !e.standsAlone(s, sigs, in.Held)
	e.reasons(h, pieces)
	x.Terms = terms(pieces)
	x.Planes = planeSums(s.planes, x.LogOdds)
	x.Rivals = e.rivals(root, sigs)
	e.vary(&x, in, func(in Input) outcome {
		r := e.Judge(in, nodes, region)
		return outcome{p: r.P, stance: r.stance()}
	})
	return x
}

// piece is one reading or claim on its way to a term.
type piece struct {
	sig   signal // the zero signal if it makes none
	why   Reason // why it makes none, or what came of it
	index int    // of the reading, or of the statement behind all readings
	part  float64
	nats  float64
	term  Term
}

// live are the signals of the pieces that make one.
func live(pieces []piece) []signal {
	var sigs []signal
	for _, p := range pieces {
		if p.why == "" {
			sigs = append(sigs, p.sig)
		}
	}
	return sigs
}

// pieces takes the input apart, as signals and words do, and keeps the reason
// for whatever they leave out. The rest has no reason yet.
func (e *Engine) pieces(in Input) []piece {
	var all []piece
	for i, r := range in.Readings {
		p := piece{index: i, term: Term{Cite: Cite(&in.Readings[i], in.Now), Level: r.Level.String()}}
		if r.Level >= evidence.Warning {
			p.term.Onset = r.Onset
		}
		one := in
		one.Readings, one.Statements = in.Readings[i:i+1], nil
		if sigs := e.signals(one); len(sigs) == 1 {
			p.sig = sigs[0]
		} else {
			p.why = e.readingAside(in, r)
		}
		all = append(all, p)
	}
	all = append(all, e.wordPieces(in)...)
	for i := range all {
		for _, other := range slices.Concat(in.Held, in.Past) {
			if p := &all[i]; p.why == "" && len(e.explainAway([]signal{p.sig}, other)) == 0 {
				p.why = WhyExplained
			}
		}
	}
	return all
}

// wordPieces are the claims of all statements.
func (e *Engine) wordPieces(in Input) []piece {
	type key struct {
		by     catalog.OrgID
		target string
	}
	newest := map[key]int{}
	var all []piece
	for i := range in.Statements {
		s := &in.Statements[i]
		for _, c := range s.Claims {
			p := piece{index: len(in.Readings) + i, term: Term{Cite: CiteStatement(s, 0), Claim: c.Kind, Target: c.Target}}
			sig, ok := e.word(s, c)
			switch {
			case in.Now.Sub(s.Heard) > statementLives:
				p.why = WhyOldWord
			case !ok:
				p.why = e.wordAside(s, c)
			default:
				p.sig, p.term.Cite = sig, sig.cite
				if j, seen := newest[key{s.By, c.Target}]; seen {
					all[j].why = WhySuperseded
				}
				newest[key{s.By, c.Target}] = len(all)
			}
			all = append(all, p)
		}
	}
	return all
}

// reasons weighs each piece as weigh does, and notes what came of it.
func (e *Engine) reasons(h hypothesis, pieces []piece) {
	fall := e.fall(h)
	var began []signal
	for i := range pieces {
		p := &pieces[i]
		if p.why != "" {
			continue
		}
		if p.part = e.explains(fall, h, p.sig); p.part > 0 && p.sig.weight > 0 {
			began = append(began, p.sig)
		}
	}
	since, _ := onset(began)
	for i := range pieces {
		p := &pieces[i]
		switch {
		case p.why != "":
		case p.sig.weight < 0 && !since.IsZero() && p.sig.cite.At.Before(since):
			p.why = WhyBefore
		case p.part == 0:
			p.why = e.unreached(h, p.sig)
		default:
			p.nats, p.why = p.sig.weight*p.part, counted(p)
		}
	}
}

// terms turns pieces into terms: those that count first, the heaviest first,
// the others by reason.
func terms(pieces []piece) []Term {
	var out []Term
	for _, p := range pieces {
		t := p.term
		t.Part, t.Nats, t.Why, t.Counts, t.piece = p.part, p.nats, p.why, p.why.Counts(), p.index
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b Term) int {
		switch {
		case a.Counts != b.Counts:
			if a.Counts {
				return -1
			}
			return 1
		case !a.Counts && a.Why != b.Why:
			return strings.Compare(string(a.Why), string(b.Why))
		}
		return cmp.Or(cmp.Compare(math.Abs(b.Nats), math.Abs(a.Nats)), strings.Compare(citeKey(a.Cite), citeKey(b.Cite)))
	})
	return out
}

// planeSums lists the planes that say anything, in their fixed order.
func planeSums(sums map[evidence.Plane]float64, logOdds float64) []PlaneSum {
	var out []PlaneSum
	for _, p := range allPlanes() {
		sum, ok := sums[p]
		if !ok {
			continue
		}
		counted := clip(p, sum)
		out = append(out, PlaneSum{
			Plane: p, Sum: sum, Least: clip(p, math.Inf(-1)), Most: planeCap(p), Counted: counted,
			Without: chance(logOdds - counted),
		})
	}
	return out
}

func chance(logOdds float64) float64 { return 1 / (1 + math.Exp(-logOdds)) }

// mostRivals are shown: who reads on further asks about one by name.
const mostRivals = 5

// rivals are the other hypotheses, the strongest first, each node once.
func (e *Engine) rivals(root Root, sigs []signal) []Rival {
	var all []score
	for _, h := range e.hypotheses(sigs) {
		if slices.Contains(root.Nodes, h.node) {
			continue
		}
		s := e.weigh(h, sigs)
		if slices.ContainsFunc(s.used, func(i int) bool { return sigs[i].weight > 0 }) {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b score) int {
		switch {
		case a.better(b):
			return -1
		case b.better(a):
			return 1
		}
		return 0
	})
	var out []Rival
	for _, s := range all {
		known := slices.ContainsFunc(out, func(r Rival) bool { return r.Node == s.h.node })
		if !known && len(out) < mostRivals {
			out = append(out, Rival{s.h.node, s.h.region, s.logOdds, chance(s.logOdds), s.missed})
		}
	}
	return out
}
