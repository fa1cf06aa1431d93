package attribute

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// Log-likelihood ratios for "down", in nats. The caps are those of the shared
// method notes for fusion (BGP 5, probe 6, crowd 4, statement ln 200 = 5.3,
// traffic 4); a warning counts half of a critical reading.
const (
	capTraffic = 4.0
	capRoutes  = 5.0
	capProbes  = 6.0
	capCrowd   = 4.0
	capWords   = 5.3 // ln 200: the owner admits it
	named      = 2.3 // ln 10: somebody else names it; or the owner says that it is up
	quietCrowd = 1.2 // -ln 0.3: what silence of the crowd can cost, at most

	// An anomaly that lasts counts up to half as much again after half an hour:
	// the stand-in for a filter that adds evidence up over time.
	persistence = 0.5
	persistsIn  = 30 * time.Minute

	// Evidence about the past weighs less for the present: full for the first
	// 20 minutes, nothing after four hours more.
	fresh = 20 * time.Minute
	stale = 4 * time.Hour

	// A statement counts for half a day, or until its speaker says otherwise.
	statementLives = 12 * time.Hour
)

// planeCap is the most that all evidence of a plane may weigh, persistence
// included: series of one plane fail together.
func planeCap(p evidence.Plane) float64 {
	switch p {
	case evidence.PlaneTraffic:
		return capTraffic * (1 + persistence)
	case evidence.PlaneRoutes:
		return capRoutes * (1 + persistence)
	case evidence.PlaneProbes:
		return capProbes * (1 + persistence)
	case evidence.PlaneCrowd:
		return capCrowd * (1 + persistence)
	}
	return capWords
}

// clip bounds what a plane may say. Silence of the crowd is weak evidence,
// however many series are silent: people sleep.
func clip(p evidence.Plane, sum float64) float64 {
	least := -planeCap(p)
	if p == evidence.PlaneCrowd {
		least = -quietCrowd
	}
	return math.Max(least, math.Min(planeCap(p), sum))
}

// signal is one piece of evidence, aimed at the nodes it speaks of.
type signal struct {
	nodes  []catalog.NodeID // any of them failing would explain it
	whole  bool             // it speaks of a carrier as a whole: explained by the share of nodes that fall
	region catalog.RegionID
	weight float64 // > 0 for down, < 0 for up
	onset  time.Time
	org    catalog.OrgID // the carrier it is about; "" for any
	cite   incident.Citation
	read   *evidence.Reading
	claim  evidence.ClaimKind
	ack    bool // the owner itself says so
	at     *target
	count  counter // of reports through a carrier's own network
}

// weigh gives the weight of a reading at now.
func weigh(r *evidence.Reading, now time.Time) float64 {
	var critical, normal float64
	switch r.Series.Measure.Plane() {
	case evidence.PlaneTraffic:
		critical, normal = capTraffic, -capTraffic
	case evidence.PlaneRoutes:
		// Announced is not alive: routes that stand say nothing.
		critical, normal = capRoutes, 0
	case evidence.PlaneProbes:
		critical, normal = capProbes, -capProbes
	case evidence.PlaneCrowd:
		critical, normal = capCrowd, -quietCrowd
	}
	w := 0.0
	switch r.Level {
	case evidence.Critical:
		w = critical
	case evidence.Warning:
		w = critical / 2
	case evidence.Normal:
		w = normal
	}
	if w > 0 {
		run := r.At.Sub(r.Onset)
		w *= 1 + persistence*math.Min(1, float64(run)/float64(persistsIn))
	}
	if age := now.Sub(r.At); age > fresh {
		w *= math.Max(0, 1-float64(age-fresh)/float64(stale))
	}
	return w
}

// context tells whether a series only colours the picture: a collector's
// counts and a country's total name no carrier.
func context(s evidence.SeriesID) bool {
	return strings.HasPrefix(string(s.Subject), "collector/") || strings.HasPrefix(string(s.Subject), "country/")
}

// aim finds the nodes that a subject speaks of.
func (e *Engine) aim(subject evidence.Subject, region catalog.RegionID) (nodes []catalog.NodeID, org catalog.OrgID, whole bool) {
	s := string(subject)
	if as, ok := strings.CutPrefix(s, "as"); ok {
		if n, err := strconv.ParseUint(as, 10, 32); err == nil {
			nodes = e.ed.ByASN(catalog.ASN(n))
			if len(nodes) > 0 {
				org = nodes[0].Owner()
			}
			return nodes, org, false
		}
	}
	if service, ok := strings.CutPrefix(s, "any/"); ok {
		for _, n := range e.ed.Nodes() {
			if n.Service == catalog.ServiceID(service) && e.present(n, region) {
				nodes = append(nodes, n.ID)
			}
		}
		return nodes, "", false
	}
	if n := e.ed.Node(catalog.NodeID(s)); n != nil {
		return []catalog.NodeID{n.ID}, n.Owner(), false
	}
	org = catalog.OrgID(s)
	return e.offerings(org), org, true
}

func (e *Engine) present(n *catalog.Node, region catalog.RegionID) bool {
	return slices.ContainsFunc(n.Regions, func(r catalog.RegionID) bool { return e.ed.Overlap(r, region) })
}

// offerings are the services that a carrier sells, by node.
func (e *Engine) offerings(org catalog.OrgID) []catalog.NodeID {
	if e.ed.Carrier(org) == nil {
		return nil
	}
	var ids []catalog.NodeID
	for _, n := range e.ed.Nodes() {
		if n.Kind == catalog.Offering && n.Owner() == org {
			ids = append(ids, n.ID)
		}
	}
	return ids
}

// Cite turns a reading into a citation with its weight at now.
func Cite(r *evidence.Reading, now time.Time) incident.Citation {
	series := r.Series
	return incident.Citation{
		Kind: incident.Observed, Plane: series.Measure.Plane(), Series: &series,
		At: r.At, Heard: r.Heard, Value: r.Value, Expected: r.Expected, Method: r.Method,
		Weight: weigh(r, now), Basis: r.Basis, Sources: r.Sources,
	}
}

// CiteStatement turns a statement into a citation.
func CiteStatement(s *evidence.Statement, weight float64) incident.Citation {
	return incident.Citation{
		Kind: incident.Stated, Plane: evidence.PlaneWords, Statement: s.ID, By: s.By,
		At: s.At, Heard: s.Heard, Weight: weight, Basis: s.Basis, Sources: s.Sources,
	}
}

// signals gathers all evidence that speaks at now, in a fixed order.
func (e *Engine) signals(in Input) []signal {
	out := make([]signal, 0, len(in.Readings))
	for i := range in.Readings {
		r := &in.Readings[i]
		// One cut of the reports is enough: the regional series are the same
		// reports again, for the map.
		if context(r.Series) || r.Level == evidence.Blind || e.regionalCut(r.Series) || r.Series.Measure == evidence.ReportsOwn {
			continue
		}
		if silent(in, r) {
			continue // a silent feed makes things unknown
		}
		at := e.target(r.Series.Subject, r.Series.Region)
		if len(at.nodes) == 0 {
			continue
		}
		c := Cite(r, in.Now)
		if c.Weight == 0 && r.Level != evidence.Normal {
			continue
		}
		out = append(out, signal{
			nodes: at.nodes, whole: at.whole, region: r.Series.Region, weight: c.Weight,
			onset: r.Onset, org: at.org, cite: c, read: r, at: at,
		})
	}
	return append(out, e.words(in)...)
}

// regionalCut tells whether a series is a part, by region, of reports that a
// national series counts whole.
func (e *Engine) regionalCut(s evidence.SeriesID) bool {
	if s.Measure != evidence.Reports {
		return false
	}
	r := e.ed.Region(s.Region)
	return r != nil && r.Level != catalog.Country
}

// words turns the newest claim of each speaker about each target into signals.
func (e *Engine) words(in Input) []signal {
	type key struct {
		by     catalog.OrgID
		target string
	}
	newest := map[key]int{}
	var all []signal
	for i := range in.Statements {
		s := &in.Statements[i]
		if in.Now.Sub(s.Heard) > statementLives {
			continue
		}
		for _, c := range s.Claims {
			sig, ok := e.word(s, c)
			if !ok {
				continue
			}
			k := key{s.By, c.Target}
			if j, seen := newest[k]; seen {
				all[j].weight = 0 // the speaker has said otherwise since
			}
			newest[k] = len(all)
			all = append(all, sig)
		}
	}
	return slices.DeleteFunc(all, func(s signal) bool { return s.weight == 0 })
}

// word weighs one claim.
func (e *Engine) word(s *evidence.Statement, c evidence.Claim) (signal, bool) {
	target, owner := c.Target, ownerOf(c.Target)
	own := s.By == owner
	weight := 0.0
	switch c.Kind {
	case evidence.SaysDown, evidence.SaysDegraded:
		weight = named
		if own {
			weight = capWords
		}
		if own && c.Because != "" {
			// It blames another: evidence about that one, not about itself.
			target, owner, own, weight = c.Because, ownerOf(c.Because), false, named
		}
	case evidence.SaysUp, evidence.SaysRestored:
		if !own {
			return signal{}, false
		}
		weight = -named
	case evidence.SaysRecovering:
		weight = named // still not whole, by its owner's word
	default:
		return signal{}, false
	}
	region := c.Region
	if region == "" {
		region = e.ed.Root()
	}
	at := e.target(evidence.Subject(target), region)
	if len(at.nodes) == 0 || e.ed.Carrier(owner) == nil {
		return signal{}, false // only a carrier can be a root here
	}
	return signal{
		nodes: at.nodes, whole: at.whole, region: region, weight: weight, onset: s.At, org: owner,
		cite: CiteStatement(s, weight), claim: c.Kind, ack: own && weight > 0, at: at,
	}, true
}

// ownerOf is the organisation that a claim's target names.
func ownerOf(target string) catalog.OrgID { return catalog.NodeID(target).Owner() }
