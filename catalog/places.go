package catalog

import (
	"slices"
	"strings"
	"time"

	"tocsin/graph"
)

// source, service, region, carrier and organisation make entries of the edition
// out of what is written; component and dependent stand in nodes.go.

func (r *resolver) source(s *rawSource) Source {
	if strings.TrimSpace(s.Title.text) == "" {
		r.problem(s.At, "", "source %q has no title", s.ID.text)
	}
	if u := s.URL.text; u != "" && !strings.HasPrefix(u, "https://") && !strings.HasPrefix(u, "http://") {
		r.problem(s.URL.place, "write it from https:// on", "%q is not a web address", u)
	}
	return Source{ID: SourceID(s.ID.text), Title: s.Title.text, URL: s.URL.text}
}

func (r *resolver) service(s *rawService) Service {
	return Service{ID: ServiceID(s.ID.text), Name: r.text(s.Name, s.At, "name")}
}

func (r *resolver) organisation(o *rawOrganisation) Organisation {
	return Organisation{
		ID: OrgID(o.ID.text), Name: r.text(o.Name, o.At, "name"), Sector: o.Sector.text, Private: o.Private.yes,
		Provenance: r.provenance(o.claim, o.At, nil),
	}
}

func (r *resolver) carrier(c *rawCarrier) Carrier {
	made := Carrier{
		ID: OrgID(c.ID.text), Name: r.text(c.Name, c.At, "name"), Users: c.Users.n,
		Provenance: r.provenance(c.claim, c.At, nil),
	}
	if c.Parent.text != "" && r.ref(c.Parent, r.carriers) {
		made.Parent = OrgID(c.Parent.text)
	}
	for _, b := range c.Brands {
		if b.Name.text == "" {
			r.problem(b.At, "", "brand without a name")
		}
		if r.period(b.period, b.At); b.on(r.day) {
			made.Brands = append(made.Brands, Brand{Name: b.Name.text})
		}
	}
	for _, n := range c.Networks {
		if r.period(n.period, n.At); n.on(r.day) {
			made.Networks = append(made.Networks, Network{
				ASN: ASN(n.ASN.n), Note: n.Note.text,
				Provenance: r.provenance(n.claim, n.At, &made.Provenance),
			})
		}
	}
	return made
}

// owners checks the carriers together: nobody owns itself, and a network has
// one owner.
func (r *resolver) owners(carriers []*rawCarrier) {
	var owned []graph.Edge
	owner := map[int]string{}
	for _, c := range carriers {
		if c.Parent.text != "" {
			owned = append(owned, graph.Edge{From: c.ID.text, To: c.Parent.text})
		}
		for _, n := range c.Networks {
			if n.on(r.day) {
				r.network(n, c, owner)
			}
		}
	}
	for _, set := range graph.New(owned).Components() {
		for _, id := range set {
			if c := r.rawCarrier[id]; c != nil && (len(set) > 1 || c.Parent.text == id) {
				r.problem(c.Parent.place, "", "carrier %q owns itself", id)
			}
		}
	}
}

// network checks an autonomous system of a carrier, and notes whose it is.
func (r *resolver) network(n *rawNetwork, of *rawCarrier, owner map[int]string) {
	first, taken := owner[n.ASN.n]
	switch {
	case n.ASN.n < 1 || n.ASN.n > 1<<32-1:
		r.problem(n.At, "", "asn %d is not the number of a network", n.ASN.n)
	case taken:
		r.problem(n.At, "a network has one owner at a time: use from and until",
			"asn %d belongs to %q already", n.ASN.n, first)
	default:
		owner[n.ASN.n] = of.ID.text
	}
}

func (r *resolver) region(g *rawRegion) Region {
	made := Region{
		ID: RegionID(g.ID.text), Level: choice(r, g.Level, "level", Country, Province, Division, Area),
		SGC: g.SGC.text, Parent: RegionID(g.Parent.text), Name: r.text(g.Name, g.At, "name"),
		Zone: g.Zone.text, Members: refs[RegionID](r, g.Members, r.regions),
		Provenance: r.provenance(r.claimOf(g), g.At, nil),
	}
	if g.Population != nil {
		made.Population, made.Counted = g.Population.n, true
	}
	for _, w := range g.Holidays {
		h, err := ParseHoliday(w.text)
		if err != nil {
			r.problem(w.place, `write "07-01", "easter -2", "monday before 05-25" or "monday 1 of 09"`, "%v", err)
		}
		made.Holidays = append(made.Holidays, h)
	}
	if (g.Lat == nil) != (g.Lon == nil) {
		r.problem(g.At, "", "lat and lon stand together or not at all")
	} else if g.Lat != nil {
		made.Lat, made.Lon = *g.Lat, *g.Lon
		if made.Lat < -90 || made.Lat > 90 {
			r.problem(g.At, "", "lat is between -90 and 90")
		}
	}
	return made
}

// claimOf is the claim of a region, or else that of the nearest region above
// which has one: a census is one source for hundreds of places.
func (r *resolver) claimOf(g *rawRegion) claim {
	for up := g; up != nil; up = r.above(up) {
		if len(up.Source) > 0 || up.Confidence.line > 0 {
			return up.claim
		}
	}
	return g.claim
}

// above is the parent of a region if it stands on a higher rung: so that a
// walk up ends, whatever is written.
func (r *resolver) above(g *rawRegion) *rawRegion {
	if up := r.rawRegions[g.Parent.text]; up != nil && rung(up) < rung(g) {
		return up
	}
	return nil
}

// rung orders the levels, the country first; an area is below all, and so is
// what has no level that we know.
func rung(g *rawRegion) int {
	levels := []Level{Country, Province, Division, Area}
	if i := slices.Index(levels, Level(g.Level.text)); i >= 0 {
		return i
	}
	return len(levels)
}

// tree checks the regions together: one country, everything else below it.
func (r *resolver) tree(regions []*rawRegion) {
	countries := 0
	for _, g := range regions {
		level := Level(g.Level.text)
		switch {
		case g.Level.line == 0:
			r.problem(g.At, "write level: country, province, division or area", "region %q has no level", g.ID.text)
		case level == Country && g.Parent.text != "":
			r.problem(g.Parent.place, "", "a country has no parent")
		case level == Country:
			if countries++; countries > 1 {
				r.problem(g.At, "a catalogue describes one country", "a second country %q", g.ID.text)
			}
		case g.Parent.text == "":
			r.problem(g.At, "name the region around it", "region %q has no parent", g.ID.text)
		case r.ref(g.Parent, r.regions) && r.above(g) == nil:
			r.problem(g.Parent.place, "divisions lie in provinces, provinces in the country, areas in any of them",
				"%s %q can't lie in %s %q", level, g.ID.text, r.rawRegions[g.Parent.text].Level.text, g.Parent.text)
		}
		r.members(g)
	}
	if countries == 0 {
		r.problem(place{}, "add a region with level: country", "no country on %s", r.day.Format(time.DateOnly))
	}
}

// members checks what an area is made of.
func (r *resolver) members(g *rawRegion) {
	area := Level(g.Level.text) == Area
	if area && len(g.Members) == 0 {
		r.problem(g.At, "name its divisions", "area %q has no members", g.ID.text)
	}
	if !area && len(g.Members) > 0 {
		r.problem(g.Members[0].place, "name it as the parent of these instead", "only an area has members")
		return
	}
	for _, w := range g.Members {
		m := r.rawRegions[w.text]
		if m == nil {
			continue // an unknown name; refs says so
		}
		if Level(m.Level.text) == Area {
			r.problem(w.place, "name its divisions", "area %q can't be part of an area", w.text)
			continue
		}
		for m != nil && m.ID.text != g.Parent.text {
			m = r.above(m)
		}
		if m == nil {
			r.problem(w.place, "", "%q doesn't lie in %q, as its area does", w.text, g.Parent.text)
		}
	}
}
