package evaluate

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/impact"
)

// Method names roots, the likeliest first, from what is known. It is made for
// one edition, is used by one goroutine, and sees nothing of the truth.
type Method struct {
	Name  string
	Roots func(attribute.Input) []attribute.Root
}

// Methods makes every method for an edition: ours first, then the peers' named
// baselines.
func Methods(ed *catalog.Edition) []Method {
	engine := attribute.New(ed, Falls(ed))
	p := newPeers(ed)
	return []Method{
		{"tocsin", engine.Suspects},
		{"max-volume", p.maxVolume},
		{"max-ratio", p.maxRatio},
		{"score-cover", p.cover},
		{"noisy-or", p.noisyOr},
	}
}

// Falls says what a failure takes down in an edition, the worst of any region,
// holdovers run out.
func Falls(ed *catalog.Edition) attribute.Falls {
	engine := impact.New(ed)
	return func(node catalog.NodeID, region catalog.RegionID, state catalog.State) map[catalog.NodeID]catalog.State {
		down := map[catalog.NodeID]catalog.State{}
		f := impact.Failure{Node: node, Region: region, State: state, Since: epoch()}
		for _, e := range engine.Assess([]impact.Failure{f}, aftermath()) {
			st := e.State
			if st == catalog.Up || e.Load != "" { // stands on a backup, or is slow by others' users
				continue
			}
			if have, ok := down[e.Node]; ok {
				st = catalog.Worse(have, st)
			}
			down[e.Node] = st
		}
		return down
	}
}

// peers are the methods that others are known to use, over one edition.
type peers struct {
	ed    *catalog.Edition
	falls attribute.Falls
	roots []suspect
}

// suspect is a component that a baseline may name, with what falls with it.
type suspect struct {
	node catalog.NodeID
	fall map[catalog.NodeID]catalog.State
}

func newPeers(ed *catalog.Edition) *peers {
	p := &peers{ed: ed, falls: Falls(ed)}
	for _, n := range ed.Nodes() {
		if n.Kind != catalog.Dependent && ed.Carrier(n.Owner()) != nil {
			p.roots = append(p.roots, suspect{n.ID, p.falls(n.ID, "", catalog.Down)})
		}
	}
	return p
}

// symptom is one reading, aimed at the nodes it speaks of.
type symptom struct {
	read  evidence.Reading
	nodes []catalog.NodeID
	crowd bool
	bad   bool // at Warning or worse
}

// symptoms are the readings that a peer would look at: whole series, of feeds
// that are not silent.
func (p *peers) symptoms(in attribute.Input) []symptom {
	var out []symptom
	for _, r := range in.Readings {
		if q := in.Quiet[r.Series.Feed]; q > 0 && in.Now.Sub(r.Heard) > q || r.Level == evidence.Blind {
			continue
		}
		s := symptom{read: r, crowd: r.Series.Measure == evidence.Reports, bad: r.Level >= evidence.Warning}
		if r.Series.Measure == evidence.ReportsOwn || s.crowd && r.Series.Region != p.ed.Root() {
			continue
		}
		if s.nodes = p.aim(r.Series.Subject); len(s.nodes) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// aim finds the nodes that a subject speaks of.
func (p *peers) aim(subject evidence.Subject) []catalog.NodeID {
	if as, ok := strings.CutPrefix(string(subject), "as"); ok {
		if n, err := strconv.ParseUint(as, 10, 32); err == nil {
			return p.ed.ByASN(catalog.ASN(n))
		}
	}
	if n := p.ed.Node(catalog.NodeID(subject)); n != nil {
		return []catalog.NodeID{n.ID}
	}
	var out []catalog.NodeID
	for _, n := range p.ed.Nodes() {
		if n.Kind == catalog.Offering && n.Owner() == catalog.OrgID(subject) {
			out = append(out, n.ID)
		}
	}
	return out
}

// hit tells whether a failure reaches a symptom: its node, or half of those of a
// carrier as a whole.
func hit(fall map[catalog.NodeID]catalog.State, nodes []catalog.NodeID) bool {
	n := 0
	for _, id := range nodes {
		if st, ok := fall[id]; ok && st != catalog.Up {
			n++
		}
	}
	return n > 0 && 2*n >= len(nodes)
}

// chief is the component of an organisation that takes most down with it.
func (p *peers) chief(org catalog.OrgID, otherwise catalog.NodeID) catalog.NodeID {
	best, most := otherwise, 0
	for _, s := range p.roots {
		if s.node.Owner() == org && len(s.fall) > most {
			best, most = s.node, len(s.fall)
		}
	}
	return best
}

// loudest names the subject of reports that a measure of loudness puts first,
// if it stands out at all: each company alone, no graph.
func (p *peers) loudest(in attribute.Input, loudness func(evidence.Reading) float64) []attribute.Root {
	type voice struct {
		subject catalog.NodeID
		volume  float64
	}
	var voices []voice
	sum := 0.0
	for _, s := range p.symptoms(in) {
		if s.crowd && s.bad {
			v := voice{catalog.NodeID(s.read.Series.Subject), loudness(s.read)}
			voices = append(voices, v)
			sum += v.volume
		}
	}
	slices.SortStableFunc(voices, func(a, b voice) int {
		if a.volume > b.volume {
			return -1
		}
		return 1
	})
	var roots []attribute.Root
	for i, v := range voices {
		if i == 3 {
			break
		}
		org := v.subject.Owner()
		r := attribute.Root{
			Nodes: []catalog.NodeID{p.chief(org, v.subject)}, Carrier: org, Region: p.ed.Root(),
			P: v.volume / sum, State: catalog.Down,
		}
		if i == 0 {
			r.P = math.Max(r.P, attribute.Possible) // it is shown as down, whatever the others do
		}
		roots = append(roots, r)
	}
	return roots
}

// maxVolume names whoever is reported most.
func (p *peers) maxVolume(in attribute.Input) []attribute.Root {
	return p.loudest(in, func(r evidence.Reading) float64 { return r.Value })
}

// maxRatio names whoever is reported most against the usual, as complaint
// sites do.
func (p *peers) maxRatio(in attribute.Input) []attribute.Root {
	return p.loudest(in, func(r evidence.Reading) float64 { return r.Value / math.Max(r.Expected, 1.0/window) })
}

// scoreHits is SCORE's hit ratio: the least share of what hangs on a component
// that must be bad before the component is (Kompella et al., 2005).
const scoreHits = 0.6

// cover is SCORE: the components that cover most of what is bad, as long as most
// of what hangs on them is bad.
func (p *peers) cover(in attribute.Input) []attribute.Root {
	left := p.symptoms(in)
	var roots []attribute.Root
	for len(roots) < 4 {
		var best []suspect
		covers, ratio := 0, 0.0
		for _, s := range p.roots {
			bad, all := 0, 0
			for _, sym := range left {
				if hit(s.fall, sym.nodes) {
					all++
					if sym.bad {
						bad++
					}
				}
			}
			if bad == 0 || float64(bad)/float64(all) < scoreHits {
				continue
			}
			switch share := float64(bad) / float64(all); {
			case bad > covers || bad == covers && share > ratio:
				best, covers, ratio = []suspect{s}, bad, share
			case bad == covers && share == ratio:
				best = append(best, s)
			}
		}
		if len(best) == 0 {
			break
		}
		roots = append(roots, p.set(best, ratio))
		left = slices.DeleteFunc(left, func(sym symptom) bool { return hit(best[0].fall, sym.nodes) })
	}
	return roots
}

// set makes a root of suspects that a method can't tell apart.
func (p *peers) set(alike []suspect, probability float64) attribute.Root {
	r := attribute.Root{Carrier: alike[0].node.Owner(), Region: p.ed.Root(), P: probability, State: catalog.Down}
	for _, s := range alike {
		r.Nodes = append(r.Nodes, s.node)
	}
	return r
}

// Figures of the noisy-OR: how often a bad component shows, and how often a
// symptom shows by itself; then the prior of a component, one day in sixty.
const (
	showsCrowd, leakCrowd = 0.8, 0.03
	showsPlane, leakPlane = 0.9, 0.005
	priorRoot             = -4.8
)

// noisyOr is the binary Bayesian net of Shrink and Sherlock, grown greedily:
// a symptom stands if any of its causes shows, or by itself.
func (p *peers) noisyOr(in attribute.Input) []attribute.Root {
	syms := p.symptoms(in)
	clear := make([]float64, len(syms)) // probability that no chosen cause shows
	leak, shows := make([]float64, len(syms)), make([]float64, len(syms))
	for i, s := range syms {
		clear[i], leak[i], shows[i] = 1, leakPlane, showsPlane
		if s.crowd {
			leak[i], shows[i] = leakCrowd, showsCrowd
		}
	}
	var roots []attribute.Root
	for len(roots) < 4 {
		var best []suspect
		most := 0.0
		for _, s := range p.roots {
			gain := priorRoot
			for i, sym := range syms {
				if !hit(s.fall, sym.nodes) {
					continue
				}
				before, after := (1-leak[i])*clear[i], (1-leak[i])*clear[i]*(1-shows[i])
				switch {
				case sym.bad:
					gain += math.Log((1 - after) / (1 - before))
				case sym.crowd || sym.read.Series.Measure != evidence.Prefixes:
					gain += math.Log(after / before)
				}
			}
			switch {
			case gain > most+1e-9:
				best, most = []suspect{s}, gain
			case len(best) > 0 && gain > most-1e-9:
				best = append(best, s)
			}
		}
		if len(best) == 0 {
			break
		}
		roots = append(roots, p.set(best, 1/(1+math.Exp(-most))))
		for i, sym := range syms {
			if hit(best[0].fall, sym.nodes) {
				clear[i] *= 1 - shows[i]
			}
		}
	}
	return roots
}
