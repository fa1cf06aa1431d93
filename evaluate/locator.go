package evaluate

import (
	"cmp"
	"math"
	"slices"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
)

// locatorsOf makes every locator over a stage: ours first, then the baselines.
func locatorsOf(s *stage, near [][]int) []Locator {
	engine := attribute.New(s.given, Falls(s.given))
	m := &mapper{s.land, near}
	return []Locator{
		{"tocsin", func(t []Tally) Place { return scanned(engine, t) }},
		{"top-10", m.top},
		{"alone", m.alone},
		{"circles", m.circles},
	}
}

// scanned asks package attribute.
func scanned(e *attribute.Engine, tallies []Tally) Place {
	cells := make([]attribute.Cell, len(tallies))
	for i, t := range tallies {
		cells[i] = attribute.Cell(t)
	}
	var p Place
	for _, a := range e.Locate(cells) {
		for _, r := range a.Regions {
			if slices.Contains(a.RolledUp, r) {
				p.Unsure = append(p.Unsure, r)
			} else {
				p.Regions = append(p.Regions, r)
			}
		}
		p.Subjects = append(p.Subjects, a.Subjects...)
	}
	slices.Sort(p.Subjects)
	p.Subjects = slices.Compact(p.Subjects)
	return p
}

// mapper is what maps of complaints do.
type mapper struct {
	land *land
	near [][]int // the cells by their distance from each
}

// neighbours orders all cells by their distance from each.
func (l *land) neighbours() [][]int {
	all := make([]int, len(l.leaves))
	for i := range all {
		all[i] = i
	}
	out := make([][]int, len(all))
	far := make([]float64, len(all))
	for i := range out {
		for j := range far {
			far[j] = l.apart(i, j)
		}
		out[i] = slices.Clone(all)
		slices.SortStableFunc(out[i], func(a, b int) int { return cmp.Compare(far[a], far[b]) })
	}
	return out
}

// pin is all that is counted in a cell.
type pin struct {
	leaf            int
	count, expected float64
}

// pins adds the subjects up, cell by cell.
func (m *mapper) pins(tallies []Tally) []pin {
	at := map[catalog.RegionID]int{}
	var out []pin
	for _, t := range tallies {
		i, ok := at[t.Region]
		if !ok {
			i = len(out)
			at[t.Region] = i
			leaf := slices.Index(m.land.leaves, t.Region)
			out = append(out, pin{leaf: leaf})
		}
		out[i].count += t.Count
		out[i].expected += t.Expected
	}
	return out
}

// Thresholds of the baselines: a map that stands for itself says nothing while
// its whole is usual; one cell of three hundred passes 9 nats by chance about
// once in a hundred maps.
const (
	mapStands  = 8.0
	cellStands = 9.0
)

// place turns pins into an answer, with every subject that is loud there.
func (m *mapper) place(pins []pin, tallies []Tally) Place {
	var p Place
	in := map[catalog.RegionID]bool{}
	for _, pin := range pins {
		id := m.land.leaves[pin.leaf]
		in[id] = true
		p.Regions = append(p.Regions, id)
	}
	slices.Sort(p.Regions)
	type sum struct{ count, expected float64 }
	sums := map[evidence.Subject]sum{}
	for _, t := range tallies {
		if in[t.Region] {
			s := sums[t.Subject]
			sums[t.Subject] = sum{s.count + t.Count, s.expected + t.Expected}
		}
	}
	for subject, s := range sums {
		if excess(s.count, math.Max(s.expected, 1e-3)) >= mapStands {
			p.Subjects = append(p.Subjects, subject)
		}
	}
	slices.Sort(p.Subjects)
	return p
}

// top is the list of the ten places with the most reports, shown when the whole
// is unusual.
func (m *mapper) top(tallies []Tally) Place {
	pins := m.pins(tallies)
	count, expected := 0.0, 0.0
	for _, p := range pins {
		count, expected = count+p.count, expected+p.expected
	}
	if excess(count, math.Max(expected, 1e-3)) < mapStands {
		return Place{}
	}
	slices.SortStableFunc(pins, func(a, b pin) int { return cmp.Compare(b.count, a.count) })
	pins = pins[:min(10, len(pins))]
	return m.place(slices.DeleteFunc(pins, func(p pin) bool { return p.count == 0 }), tallies)
}

// alone judges every cell by itself.
func (m *mapper) alone(tallies []Tally) Place {
	pins := slices.DeleteFunc(m.pins(tallies), func(p pin) bool {
		return excess(p.count, math.Max(p.expected, 1e-3)) < cellStands
	})
	return m.place(pins, tallies)
}

// circles is Kulldorff's scan in its expectation-based form: the circle round
// any place, of at most thirty places, with the largest likelihood ratio.
func (m *mapper) circles(tallies []Tally) Place {
	pins := m.pins(tallies)
	at := map[int]int{} // of each leaf among the pins
	for i, p := range pins {
		at[p.leaf] = i
	}
	var best []pin
	most := cellStands
	for _, centre := range pins {
		if excess(centre.count, math.Max(centre.expected, 1e-3)) == 0 {
			continue // a circle round a quiet place is better drawn round another
		}
		var round []pin
		count, expected := 0.0, 0.0
		for _, leaf := range m.near[centre.leaf] {
			i, ok := at[leaf]
			if !ok {
				continue // the carrier has no users there
			}
			round = append(round, pins[i])
			count, expected = count+pins[i].count, expected+pins[i].expected
			if v := excess(count, math.Max(expected, 1e-3)); v > most {
				best, most = slices.Clone(round), v
			}
			if len(round) == 30 {
				break
			}
		}
	}
	return m.place(best, tallies)
}

// score compares an answer with what is hit.
func (w *spotWorld) score(l *land, p Place) spotMark {
	var m spotMark
	if len(p.Regions)+len(p.Unsure) > 0 {
		m.found = 1
	}
	m.named, m.hit = float64(len(p.Regions)), float64(len(w.hit))
	for _, r := range w.hit {
		switch {
		case slices.Contains(p.Regions, r):
			m.right++
			m.covered++
		case slices.ContainsFunc(p.Unsure, func(u catalog.RegionID) bool { return l.ed.Within(r, u) }):
			m.covered++
		}
	}
	m.overlap = part(m.right, m.named+m.hit-m.right)
	m.serviceF1 = w.services1(p)
	if m.found == 1 && len(w.hit) > 0 {
		lat, lon := l.centre(append(slices.Clone(p.Regions), p.Unsure...))
		lat2, lon2 := l.centre(w.hit)
		m.distance = kilometres(lat, lon, lat2, lon2)
	}
	return m
}

// services1 is the F1 of the services named; the carrier as a whole is none.
func (w *spotWorld) services1(p Place) float64 {
	named, right := 0.0, 0.0
	for _, s := range p.Subjects {
		if catalog.OrgID(s) == catalog.NodeID(s).Owner() {
			continue
		}
		named++
		if slices.Contains(w.services, s) {
			right++
		}
	}
	if named+float64(len(w.services)) == 0 {
		return 1
	}
	return 2 * right / (named + float64(len(w.services)))
}

// centre is where the people of some regions live, on average.
func (l *land) centre(regions []catalog.RegionID) (lat, lon float64) {
	people := 0.0
	for _, leaf := range l.ground(regions) {
		r := l.ed.Region(l.leaves[leaf])
		lat, lon = lat+r.Lat*l.people[leaf], lon+r.Lon*l.people[leaf]
		people += l.people[leaf]
	}
	return lat / max(people, 1), lon / max(people, 1)
}

// spotRow adds up the marks of all worlds.
func spotRow(scenario, method string, marks []spotMark, d *dice) LocalisationRow {
	r := LocalisationRow{Scenario: scenario, Method: method, Worlds: len(marks)}
	var sum spotMark
	for _, m := range marks {
		sum.found += m.found
		sum.named += m.named
		sum.hit += m.hit
		sum.right += m.right
		sum.covered += m.covered
		sum.overlap += m.overlap
		sum.serviceF1 += m.serviceF1
		sum.distance += m.distance
	}
	n := float64(max(1, len(marks)))
	r.Found, r.Overlap, r.ServiceF1 = sum.found/n, sum.overlap/n, sum.serviceF1/n
	r.Precision, r.Recall = part(sum.right, sum.named), part(sum.covered, sum.hit)
	if r.Precision+r.Recall > 0 {
		r.F1 = 2 * r.Precision * r.Recall / (r.Precision + r.Recall)
	}
	r.Distance = sum.distance / max(1, sum.found)
	r.FoundRange = bootstrap(d, len(marks), func(i int) float64 { return marks[i].found })
	return r
}
