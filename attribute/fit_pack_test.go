package attribute

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// provinces is a country of four provinces, people evenly spread, with two carriers
// of two services each on one core.
func provinces() *catalog.Edition {
	w := catalog.World{Regions: []catalog.Region{{ID: "xx", Level: catalog.Country}}}
	var here []catalog.RegionID
	for _, id := range parts() {
		w.Regions = append(w.Regions, catalog.Region{ID: id, Level: catalog.Province, Parent: "xx", Population: 1000, Counted: true})
		here = append(here, id)
	}
	for k, org := range []catalog.OrgID{"ash", "birch"} {
		core := catalog.NodeID(org + "/core")
		need := []catalog.Requirement{{Members: []catalog.NodeID{core}, AtLeast: 1, Lost: catalog.Down}}
		w.Carriers = append(w.Carriers, catalog.Carrier{ID: org})
		w.Nodes = append(w.Nodes,
			catalog.Node{ID: core, Kind: catalog.Core, Regions: here, ASNs: []catalog.ASN{catalog.ASN(k + 1)}},
			catalog.Node{ID: catalog.NodeID(org + "/voice"), Kind: catalog.Offering, Service: "voice", Regions: here, Needs: need},
			catalog.Node{ID: catalog.NodeID(org + "/data"), Kind: catalog.Offering, Service: "data", Regions: here, Needs: need},
		)
	}
	return catalog.New(eve, "provinces", w)
}

func parts() []catalog.RegionID { return []catalog.RegionID{"xx-a", "xx-b", "xx-c", "xx-d"} }

// counts is an evening in the provinces: each carrier's reports that name no
// service, cut into four or not, and the usual ones about its services.
func counts(cut bool, whole map[catalog.OrgID]float64) Input {
	in := Input{Now: eve}
	for _, org := range []catalog.OrgID{"ash", "birch"} {
		y := whole[org]
		in.Readings = append(in.Readings, reads(evidence.Reports, string(org), y, 4))
		for i, part := range parts() {
			if !cut {
				break
			}
			r := reads(evidence.Reports, string(org), math.Floor((y+float64(i))/4), 1)
			r.Series.Region = part
			in.Readings = append(in.Readings, r)
		}
		for _, s := range []string{"/voice", "/data"} {
			in.Readings = append(in.Readings, reads(evidence.Reports, string(org)+s, 4, 4))
		}
	}
	return in
}

// TestPacks: the cuts of one series are one pack and stand for it; what is rare is
// spread over them.
func TestPacks(t *testing.T) {
	t.Parallel()
	e := engine(provinces())
	sc := e.scene(counts(true, map[catalog.OrgID]float64{"ash": 80, "birch": 4}))
	if len(sc.packs) != 6 || len(sc.tallies) != 12 {
		t.Fatalf("%d packs of %d tallies, want 6 of 12", len(sc.packs), len(sc.tallies))
	}
	for k, p := range sc.packs {
		pot, y := 0.0, 0.0
		for i := p.from; i < p.to; i++ {
			pot, y = pot+sc.tallies[i].pot, y+sc.tallies[i].y
			if sc.of[i] != k {
				t.Errorf("tally %d is of pack %d, not %d", i, sc.of[i], k)
			}
		}
		if math.Abs(pot-p.b-rare) > 1e-9 || math.Abs(p.pot-pot) > 1e-9 || y != p.y {
			t.Errorf("pack %d: its cuts could make %v of %v, and count %v of %v", k, pot, p.pot, y, p.y)
		}
	}
}

// TestCutsSpeakOnce: talk about one carrier in four provinces is one surprise, not
// four. Cuts that rise alike say no more than the series that they are cut from.
func TestCutsSpeakOnce(t *testing.T) {
	t.Parallel()
	e := engine(provinces())
	for _, y := range []float64{40, 200, 1000} {
		gain := func(cut bool) float64 {
			sc := e.scene(counts(cut, map[catalog.OrgID]float64{"ash": y, "birch": 4}))
			for _, c := range sc.cands {
				if c.h == (hypothesis{"ash/core", "xx"}) {
					return sc.weigh([]*cause{c}).sum - sc.weigh(nil).sum
				}
			}
			t.Fatal("ash/core is no candidate")
			return 0
		}
		if one, four := gain(false), gain(true); math.Abs(one-four) > 1 {
			t.Errorf("%v reports whole bring %.2f nats, cut into four %.2f", y, one, four)
		}
	}
}

// TestSplit: the chances of all the ways in which a small sum may fall on its cuts
// add up to about one.
func TestSplit(t *testing.T) {
	t.Parallel()
	e := engine(provinces())
	sc := e.scene(counts(true, map[catalog.OrgID]float64{"ash": 40, "birch": 4}))
	p := &sc.packs[slices.IndexFunc(sc.packs, func(p pack) bool { return p.to-p.from == 4 })]
	for _, means := range [][]float64{{1, 1, 1, 1}, {4, 2, 1, 1}, {10, 0.1, 0.1, 0.1}} {
		total := 0.0
		for _, m := range means {
			total += m
		}
		for _, y := range []float64{1, 3, 6} {
			chances := 0.0
			var fall func(at int, left float64)
			fall = func(at int, left float64) {
				if at == 3 {
					sc.tallies[p.from+3].y = left
					chances += math.Exp(sc.split(p, means, y/total))
					return
				}
				for n := 0.0; n <= left; n++ {
					sc.tallies[p.from+at].y = n
					fall(at+1, left-n)
				}
			}
			fall(0, y)
			if chances < 0.5 || chances > 1.5 {
				t.Errorf("%v reports on cuts of %v: the chances add up to %.2f", y, means, chances)
			}
		}
	}
}

// TestShift: what a column adds to a fit, and what it took, is what the likelihood
// is with it less what it is without.
func TestShift(t *testing.T) {
	t.Parallel()
	e := engine(provinces())
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 21))
		sc := e.scene(counts(true, map[catalog.OrgID]float64{"ash": 20 + float64(rng.IntN(200)), "birch": float64(rng.IntN(30))}))
		c := sc.cands[rng.IntN(len(sc.cands))]
		f := sc.fit(nil)
		sev := 20 * rng.Float64()
		with := sc.fit(nil)
		with.bend(sc, c.falls)
		with.expect(sc)
		with.add(sc, c.falls, sev, spreadOwn)
		want := 0.0
		for k := range sc.packs {
			want += sc.likelihood(k, &with.packs[k], with.cuts(sc, k), f.news) - f.ll[k]
		}
		if got := sc.shift(f, c.falls, sev, spreadOwn); math.Abs(got-want) > 1e-9 {
			t.Errorf("seed %d: %s adds %v, want %v", seed, c.h.node, got, want)
		}
	}
}

// TestHung: a core is named though the graph lacks half of what rests on it.
func TestHung(t *testing.T) {
	t.Parallel()
	ed := country()
	w := catalog.World{Regions: []catalog.Region{{ID: "xx", Level: catalog.Country}}}
	for _, c := range ed.Carriers() {
		w.Carriers = append(w.Carriers, *c)
	}
	for _, n := range ed.Nodes() {
		node := *n
		if n.ID == "cedar/voice" || n.ID == "cedar/home" {
			node.Needs = nil
		}
		w.Nodes = append(w.Nodes, node)
	}
	full, torn := engine(ed), engine(catalog.New(eve, "torn", w))
	right, wrong := 0, 0
	const evenings = 100
	for seed := range uint64(evenings) {
		in := draw(rand.New(rand.NewPCG(seed, 22)), full, 0, true, "cedar/core")
		for i, r := range torn.Superpose(in) {
			switch {
			case r.Carrier != "cedar":
				wrong++
			case i == 0 && slices.Contains(r.Nodes, "cedar/core"):
				right++
			}
		}
	}
	if right < 80 || wrong > 1 {
		t.Errorf("with two of four edges missing the core is named on %d of %d evenings, an innocent on %d", right, evenings, wrong)
	}
}

// TestBlindEye: an observer that lost its sight doesn't hide a loss that goes
// deeper than what it shows of everybody.
func TestBlindEye(t *testing.T) {
	t.Parallel()
	e := engine(country())
	in := Input{Now: eve}
	for k, org := range orgs() {
		r := reads(evidence.Blocks, fmt.Sprint("as", k+1), 60, 100)
		r.Level, r.Onset = evidence.Warning, eve.Add(-30*time.Minute)
		if org == "cedar" {
			r.Value, r.Level = 3, evidence.Critical
		}
		in.Readings = append(in.Readings, r)
		for _, s := range []string{"", "/voice", "/data", "/home", "/tv"} {
			in.Readings = append(in.Readings, reads(evidence.Reports, string(org)+s, 1, 1))
		}
	}
	roots := e.Superpose(in)
	if len(roots) != 1 || roots[0].Carrier != "cedar" {
		t.Errorf("%+v", roots)
	}
}
