package publish

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/health"
	"tocsin/incident"
)

// FuzzNewReport draws random incidents, of which many can't be: a report is
// made of whatever was kept, and must never fail at the worst moment.
func FuzzNewReport(f *testing.F) {
	for seed := range uint64(40) {
		f.Add(seed, seed*7919)
	}
	f.Fuzz(func(t *testing.T, a, b uint64) {
		g := gen{rand.New(rand.NewPCG(a, b))}
		in := g.incident()
		p := testPicture(in, pastIncident(), g.incident())
		if g.one(4) {
			p.Now = time.Time{}
		}
		p.Health = append(p.Health, health.Warning{Code: "new", Subject: g.text().EN})
		for _, lang := range langs() {
			for _, r := range []Report{NewReport(p, in, lang), NoIncident(p, lang)} {
				if r.Title == "" {
					t.Errorf("no title for %+v", in)
				}
				for _, s := range r.Sections {
					for _, l := range s.Lines {
						if l.Text == "" || l.Kind == "" || l.At.IsZero() || l.Topic == "" || math.IsNaN(l.Value) || math.IsInf(l.P, 0) {
							t.Errorf("%s: %+v", s.ID, l)
						}
					}
				}
			}
		}
	})
}

// gen makes values without sense.
type gen struct{ *rand.Rand }

func (g gen) one(n int) bool { return g.IntN(n) == 0 }

func pick[T any](g gen, of ...T) T { return of[g.IntN(len(of))] }

// some makes up to n values.
func some[T any](g gen, n int, make func() T) []T {
	var out []T
	for range g.IntN(n + 1) {
		out = append(out, make())
	}
	return out
}

func (g gen) time() time.Time {
	if g.one(6) {
		return time.Time{}
	}
	return at("00:00").Add(time.Duration(g.IntN(3000)-300) * time.Minute)
}

func (g gen) num() float64 {
	return pick(g, 0, 1, 0.5, 0.97, -1, 1e12, math.NaN(), math.Inf(1), g.Float64())
}

func (g gen) node() catalog.NodeID {
	nodes := testNodes()
	return pick(g, nodes[g.IntN(len(nodes))].ID, nodes[g.IntN(len(nodes))].ID, "", "no/such", "odd")
}

func (g gen) org() catalog.OrgID {
	return pick[catalog.OrgID](g, "norda", "norda", "meridio", "paykit", "metro-police", "clinic", "", "nobody")
}

func (g gen) region() catalog.RegionID {
	return pick[catalog.RegionID](g, "ca", "ca-on", "ca-qc", "ca-on-1", "ca-on-south", "", "mars")
}

func (g gen) state() catalog.State {
	return pick(g, catalog.Up, catalog.Down, catalog.Degraded, catalog.Unknown, "", "odd")
}

func (g gen) text() catalog.Text {
	return pick(g, catalog.Text{}, both("words", "mots"), both("%s %d \x00", "« » \xff"))
}

func (g gen) cite() incident.Citation {
	c := incident.Citation{
		Kind: pick(g, incident.Observed, incident.Stated, "", "odd"), Plane: pick(g, evidence.PlaneTraffic, evidence.PlaneCrowd, ""),
		By: g.org(), At: g.time(), Value: g.num(), Expected: g.num(), Weight: g.num(), Sources: some(g, 2, func() catalog.Source { return catalog.Source{ID: "s"} }),
	}
	if g.one(2) {
		c.Series = &evidence.SeriesID{Measure: pick(g, evidence.Traffic, evidence.Reports, "odd"), Subject: evidence.Subject(pick(g, "as65010", "as99999999999999999999", "norda", "any/x", "collector/", "country/ca", "", "a/b")), Region: g.region()}
	}
	return c
}

func (g gen) facet() incident.Facet {
	return incident.Facet{Node: g.node(), Region: g.region(), Family: pick(g, evidence.Both, evidence.IPv4, evidence.IPv6)}
}

func (g gen) said() incident.Said {
	return incident.Said{
		ID: pick(g, "a", "b", ""), By: g.org(), At: g.time(), Heard: g.time(), Approx: g.one(3), DayOnly: g.one(3), Text: g.text(),
		Claims: some(g, 3, func() evidence.Claim {
			return evidence.Claim{
				Kind:   pick(g, evidence.SaysDown, evidence.SaysUp, evidence.SaysCause, evidence.SaysETA, evidence.SaysAdvice, evidence.SaysLoad, "odd"),
				Target: pick(g, string(g.node()), string(g.org())), Region: g.region(), Text: g.text(), Time: g.time(),
			}
		}),
	}
}

func (g gen) effect() incident.Effect {
	return incident.Effect{
		Node: g.node(), Region: g.region(), State: g.state(), Since: g.time(), Path: some(g, 4, g.node), Fails: g.time(), Assumed: g.one(2),
		Evidence: some(g, 2, g.cite),
		Advice: some(g, 2, func() incident.Advice {
			return incident.Advice{Text: g.text(), Stands: g.one(2), Lost: some(g, 2, g.node), Assumed: g.one(2), Sources: some(g, 2, func() catalog.SourceID { return pick[catalog.SourceID](g, "guide", "none") })}
		}),
	}
}

func (g gen) incident() incident.Incident {
	return incident.Incident{
		ID:      pick[incident.ID](g, "x", "", "y"),
		State:   pick(g, incident.Suspected, incident.Confirmed, incident.Recovering, incident.Resolved, incident.Reviewed, incident.Dismissed, "", "odd"),
		Carrier: g.org(), Roots: some(g, 3, g.node), P: g.num(), Onset: g.time(), Exercise: g.one(5),
		Life: incident.Life{Recovering: g.time(), Resolved: g.time(), Ended: g.time(), Relapses: some(g, 3, g.time)},
		Verdicts: some(g, 6, func() incident.Verdict {
			return incident.Verdict{Facet: g.facet(), State: g.state(), P: g.num(), Since: g.time(), Until: g.time(), Evidence: some(g, 2, g.cite)}
		}),
		Effects: some(g, 8, g.effect),
		Cleared: some(g, 3, func() incident.Clearance {
			return incident.Clearance{
				Org: g.org(), State: g.state(), P: g.num(), Accused: g.num(), Expected: g.num(), Evidence: some(g, 2, g.cite),
				Class: pick(g, incident.OwnFault, incident.Load, incident.Dependency, incident.SpillOver, incident.Affected, ""),
			}
		}),
		Shares: some(g, 4, func() incident.Share {
			return incident.Share{Region: g.region(), Count: g.num(), Total: g.num(), From: g.time(), Until: g.time()}
		}),
		Areas: some(g, 4, func() incident.Area {
			return incident.Area{
				Regions: some(g, 8, g.region), AtLeast: some(g, 2, g.region), Count: g.num(), Expected: g.num(), P: g.num(), From: g.time(), Until: g.time(),
				Subjects: []evidence.Subject{evidence.Subject(g.org()), evidence.Subject(g.node())},
			}
		}),
		Said: some(g, 8, g.said),
		Blind: some(g, 8, func() incident.Blindness {
			return incident.Blindness{Feed: pick[evidence.FeedID](g, "", "ris", "none"), Since: g.time(), Late: pick(g, 0, time.Hour, -time.Hour), Text: g.text(), Node: g.node()}
		}),
		Timeline: some(g, 6, func() incident.Event {
			e := incident.Event{At: g.time(), Event: g.time(), Op: pick(g, incident.OpSuspect, incident.OpFacet, incident.OpAnnotate, incident.OpJudge, incident.OpResolve, "odd"), Author: pick(g, "tocsin", "", "ana"), Note: pick(g, "", "down", "note")}
			if g.one(2) {
				f := g.facet()
				e.Facet = &f
			}
			return e
		}),
		Evidence: some(g, 4, g.cite),
	}
}
