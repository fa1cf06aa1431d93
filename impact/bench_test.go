package impact_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
)

// canada is a world of the size of the Canadian catalogue: 13 provinces, 293
// divisions, two areas; carriers with national and provincial components,
// services on them, and dependents, most of them in one division.
func canada() *catalog.Edition {
	r := rand.New(rand.NewPCG(1, 1))
	w := catalog.World{Regions: []catalog.Region{{ID: "ca", Level: catalog.Country}}}
	var provinces, divisions []catalog.RegionID
	for p := range 13 {
		id := catalog.RegionID(fmt.Sprintf("ca-%02d", p))
		provinces = append(provinces, id)
		w.Regions = append(w.Regions, catalog.Region{ID: id, Parent: "ca", Level: catalog.Province})
	}
	for d := range 293 {
		p := provinces[d%13]
		id := catalog.RegionID(fmt.Sprintf("%s-%03d", p, d))
		divisions = append(divisions, id)
		w.Regions = append(w.Regions, catalog.Region{ID: id, Parent: p, Level: catalog.Division})
	}
	for a := range 2 {
		area := catalog.Region{ID: catalog.RegionID(fmt.Sprintf("area-%d", a)), Level: catalog.Area}
		for range 20 {
			area.Members = append(area.Members, pick(r, divisions...))
		}
		w.Regions = append(w.Regions, area)
	}
	var offers []catalog.NodeID
	for c := range 15 {
		owner := fmt.Sprintf("carrier-%02d/", c)
		core := node(catalog.NodeID(owner+"core"), "ca")
		radio := node(catalog.NodeID(owner+"radio"), "ca", holding(all(string(core.ID)), time.Hour))
		access := node(catalog.NodeID(owner+"access"), fmt.Sprintf("%s %s", pick(r, provinces...), pick(r, provinces...)), all(string(core.ID)))
		w.Nodes = append(w.Nodes, core, radio, access)
		for s := range 6 {
			o := node(catalog.NodeID(fmt.Sprintf("%sservice-%d", owner, s)), "ca", all(string(core.ID)+" "+string(radio.ID)))
			if s > 3 {
				o.Regions = access.Regions
				o.Needs = append(o.Needs, all(string(access.ID)))
			}
			w.Nodes = append(w.Nodes, o)
			offers = append(offers, o.ID)
		}
	}
	for d := range 120 {
		where := string(pick(r, divisions...))
		if d%4 == 0 {
			where = "ca"
		}
		n := node(catalog.NodeID(fmt.Sprintf("org-%03d/function", d)), where,
			lostDegraded(anyOf(fmt.Sprintf("%s %s", pick(r, offers[:12]...), pick(r, offers...)))), holding(all(string(pick(r, offers[:24]...))), 2*time.Hour))
		w.Nodes = append(w.Nodes, advised(n, needing(all(string(pick(r, offers...))))))
	}
	return catalog.New(start(), "canada", w)
}

func BenchmarkAssess(b *testing.B) {
	for name, lines := range map[string][]string{
		"national":   {"carrier-00/core down 08:44"},
		"provincial": {"carrier-00/core@ca-03 down 08:44"},
		"scattered":  {"carrier-00/core@area-0 down 08:44", "carrier-01/core@ca-05 degraded 08:44", "carrier-02/core unknown 08:44"},
		"local":      {"org-001/function down 08:44"},
	} {
		b.Run(name, func(b *testing.B) {
			engine := impact.New(canada())
			roots := fails(lines...)
			n := 0
			for b.Loop() {
				n = len(engine.Assess(roots, at("12:00")))
			}
			b.ReportMetric(float64(n), "effects")
		})
	}
}

// The catalogue that comes with the program, as it stood on the day.
func BenchmarkRogers(b *testing.B) {
	ed, err := catalog.Load(catalog.Canada(), start())
	if err != nil {
		b.Fatal(err)
	}
	engine := impact.New(ed)
	roots := fails("rogers/ip-core down 08:44")
	n := 0
	for b.Loop() {
		n = len(engine.Assess(roots, at("19:10")))
	}
	b.ReportMetric(float64(n), "effects")
}

func BenchmarkNew(b *testing.B) {
	ed := canada()
	for b.Loop() {
		impact.New(ed)
	}
}
