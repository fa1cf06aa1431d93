package replay

import (
	"maps"
	"slices"
	"strings"

	"tocsin/catalog"
)

// split writes the rows of a series whose values are split over regions, in
// proportion to population.
func (e *expander) split(s *series, c *curve) {
	if c == nil {
		return
	}
	if e.p.ed == nil {
		e.p.bad(s.line, "read the file with the catalogue edition that its head names", "a series can't be split over regions without an edition")
		return
	}
	leaves := e.leaves(s)
	factors := map[catalog.RegionID]float64{}
	for _, sh := range s.shares {
		e.share(sh, leaves, factors)
	}
	for _, id := range slices.Sorted(maps.Keys(factors)) {
		e.emit(s, id, c, factors[id])
	}
}

// leaves are the regions that get rows: those below the country, and in place
// of each that `leaves` names, those below it.
func (e *expander) leaves(s *series) []catalog.RegionID {
	ed := e.p.ed
	below := ed.Children(ed.Root())
	for _, id := range s.leaves {
		if !slices.Contains(below, id) {
			e.p.bad(s.line, advise(string(id), ids(below, func(r catalog.RegionID) string { return string(r) })),
				"leaves names %s, which does not lie right below the country", id)
		}
	}
	var out []catalog.RegionID
	for _, id := range below {
		if parts := ed.Children(id); slices.Contains(s.leaves, id) && len(parts) > 0 {
			out = append(out, parts...)
			continue
		}
		out = append(out, id)
	}
	return out
}

// share adds one spread line to the leaves' factors.
func (e *expander) share(sh share, leaves []catalog.RegionID, factors map[catalog.RegionID]float64) {
	ed := e.p.ed
	var in []catalog.RegionID
	for _, region := range sh.regions {
		found := false
		for _, leaf := range leaves {
			if ed.Within(leaf, region) {
				in, found = append(in, leaf), true
			}
		}
		if !found {
			e.p.bad(sh.line, "name its province in `leaves`, or spread over the province", "no leaf lies in %s", region)
		}
	}
	slices.Sort(in)
	in = slices.Compact(in) // a leaf of two named regions counts once
	total := 0
	for _, leaf := range in {
		r := ed.Region(leaf)
		if !r.Counted {
			e.p.bad(sh.line, "spread over regions whose population is known", "the population of %s is unknown", leaf)
			return
		}
		total += r.Population
	}
	if total == 0 {
		e.p.bad(sh.line, "spread over regions where people live", "nobody lives in %s", strings.Join(ids(sh.regions, func(r catalog.RegionID) string { return string(r) }), ","))
		return
	}
	for _, leaf := range in {
		factors[leaf] += float64(sh.part * (float64(ed.Region(leaf).Population) / float64(total)))
	}
}
