package evaluate

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/pipeline"
)

// stance is what a method holds of a carrier at a minute.
type stance struct {
	p    float64
	told bool // as an outage, if only a suspected one
	sure bool // as a confirmed one
}

// view is what the methods of fusion look at in a minute.
type view struct {
	now     time.Time
	passed  float64 // minutes since the step before
	ed      *catalog.Edition
	known   []*known
	quiet   map[evidence.FeedID]time.Duration
	said    []evidence.Statement
	pl      *pipeline.Pipeline
	beliefs []pipeline.Belief
	planes  map[catalog.OrgID]map[evidence.Plane]departure
}

// departure is the worst that a plane shows of a carrier.
type departure struct {
	heard bool
	alarm bool
	gone  float64 // share, of an instrument
}

// fuser is one way to make one number of many planes. It is for one world.
type fuser struct {
	name  string
	rest  float64 // its forecast of those of whom it holds nothing
	judge func(*view) map[catalog.OrgID]stance
}

// fusers are what is compared: ours, the moment's sum without a memory, and
// what the peers do.
func fusers() []fuser {
	return []fuser{
		{"tocsin", attribute.Resting, filtered},
		{"moment", attribute.Resting, moment},
		{"ioda-product", 0, iodaProduct()},
		{"vote", 0, vote},
	}
}

// filtered is what the pipeline tells.
func filtered(v *view) map[catalog.OrgID]stance {
	out := map[catalog.OrgID]stance{}
	for _, b := range v.beliefs {
		s := out[b.Carrier]
		s.p = max(s.p, b.P)
		out[b.Carrier] = s
	}
	for _, in := range v.pl.Incidents() {
		if in.State.Open() {
			s := out[in.Carrier]
			s.told = true
			s.sure = s.sure || !in.Life.Confirmed.IsZero()
			out[in.Carrier] = s
		}
	}
	return out
}

// moment is the sum of the minute's evidence, as it was told before there was a
// filter: possible from one half, certain at 95 % by two planes.
func moment(v *view) map[catalog.OrgID]stance {
	out := map[catalog.OrgID]stance{}
	for _, b := range v.beliefs {
		r := b.Root
		r.P = b.Moment
		if have := out[b.Carrier]; r.P >= have.p {
			out[b.Carrier] = stance{p: r.P, told: r.P >= attribute.Possible, sure: r.P >= attribute.Possible && r.Sure()}
		}
	}
	return out
}

// iodaHalf is the product of alert areas, in per cent times minutes, that is
// taken for one half: a whole loss that one signal shows for ten minutes. The
// score ranks and is no probability; this scale is ours.
const iodaHalf = 1000

// iodaProduct is IODA's severity: the relative drop times the minutes it has
// lasted, multiplied over the signals that alert.
func iodaProduct() func(*view) map[catalog.OrgID]stance {
	type key struct {
		org   catalog.OrgID
		plane evidence.Plane
	}
	area := map[key]float64{}
	return func(v *view) map[catalog.OrgID]stance {
		out := map[catalog.OrgID]stance{}
		for org, planes := range v.planes {
			score := 0.0
			for _, p := range instruments() {
				k := key{org, p}
				if d := planes[p]; !d.alarm {
					delete(area, k)
					continue
				} else if d.gone > 0 {
					area[k] += 100 * d.gone * v.passed
				}
				score = max(score, 1) * area[k]
			}
			s := stance{p: score / (score + iodaHalf)}
			s.told, s.sure = s.p >= attribute.Possible, s.p >= attribute.Certain
			out[org] = s
		}
		return out
	}
}

func instruments() []evidence.Plane {
	return []evidence.Plane{evidence.PlaneTraffic, evidence.PlaneRoutes, evidence.PlaneProbes}
}

// Planes that must agree in a vote.
const (
	votesTold = 2
	votesSure = 3
)

// vote counts the planes that alarm among those that are heard.
func vote(v *view) map[catalog.OrgID]stance {
	out := map[catalog.OrgID]stance{}
	for org, planes := range v.planes {
		k, n := 0, 0
		for _, d := range planes {
			if d.heard {
				n++
			}
			if d.alarm {
				k++
			}
		}
		if n > 0 {
			out[org] = stance{float64(k) / float64(n), k >= votesTold, k >= votesSure}
		}
	}
	return out
}

// look gathers what each plane shows of each carrier.
func (v *view) look() {
	v.planes = map[catalog.OrgID]map[evidence.Plane]departure{}
	note := func(org catalog.OrgID, p evidence.Plane, alarm bool, gone float64) {
		if v.planes[org] == nil {
			v.planes[org] = map[evidence.Plane]departure{}
		}
		d := v.planes[org][p]
		d.heard = true
		if alarm {
			d.alarm, d.gone = true, max(d.gone, gone)
		}
		v.planes[org][p] = d
	}
	for _, k := range v.known {
		r := &k.read
		if q := v.quiet[r.Series.Feed]; r.Level == evidence.Blind || q > 0 && v.now.Sub(r.Heard) > q || r.Series.Measure == evidence.ReportsOwn {
			continue
		}
		plane := r.Series.Measure.Plane()
		if plane == evidence.PlaneCrowd && r.Series.Region != v.ed.Root() {
			continue // the same reports again
		}
		if org := v.carrier(r.Series.Subject); org != "" {
			note(org, plane, r.Level >= evidence.Warning, 1-r.Ratio())
		}
	}
	for i := range v.said {
		st := &v.said[i]
		for _, c := range st.Claims {
			if org := v.carrier(evidence.Subject(c.Target)); org != "" {
				note(org, evidence.PlaneWords, c.Kind == evidence.SaysDown || c.Kind == evidence.SaysDegraded, 0)
			}
		}
	}
}

// carrier is whose a subject is, "" for nobody's.
func (v *view) carrier(subject evidence.Subject) catalog.OrgID {
	if as, ok := strings.CutPrefix(string(subject), "as"); ok {
		if n, err := strconv.ParseUint(as, 10, 32); err == nil {
			if nodes := v.ed.ByASN(catalog.ASN(n)); len(nodes) > 0 {
				return nodes[0].Owner()
			}
			return ""
		}
	}
	if org := catalog.NodeID(subject).Owner(); v.ed.Carrier(org) != nil {
		return org
	}
	return ""
}

// carriers are all that could have failed, or did.
func (s *stage) carriers(w *World) []catalog.OrgID {
	var out []catalog.OrgID
	for org := range s.cells {
		out = append(out, org)
	}
	for _, f := range w.Truth {
		out = append(out, f.Node.Owner())
	}
	slices.Sort(out)
	return slices.Compact(out)
}
