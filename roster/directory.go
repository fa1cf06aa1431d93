package roster

import (
	"slices"
	"strings"

	"tocsin/catalog"
)

// Directory finds the nodes that a file of people names in its own words: a
// carrier by its id, its name in either language or one of its brands, a region
// by its id or its name. It is made once for an edition and never changed, so
// any number of goroutines may ask it.
type Directory struct {
	ed       *catalog.Edition
	carriers map[string][]catalog.OrgID
	regions  map[string][]catalog.RegionID
	offers   map[offer][]*catalog.Node
	names    []string // of carriers, for slips of the pen
	nodes    []string
	places   []string
}

// offer is a service as one carrier delivers it.
type offer struct {
	by      catalog.OrgID
	service catalog.ServiceID
}

// NewDirectory makes the directory of an edition.
func NewDirectory(ed *catalog.Edition) *Directory {
	d := &Directory{
		ed: ed, carriers: map[string][]catalog.OrgID{}, regions: map[string][]catalog.RegionID{}, offers: map[offer][]*catalog.Node{},
	}
	for _, c := range ed.Carriers() {
		names := []string{string(c.ID), c.Name.EN, c.Name.FR}
		for _, b := range c.Brands {
			names = append(names, b.Name)
		}
		d.names = append(d.names, names...)
		enter(d.carriers, c.ID, names)
	}
	for _, r := range ed.Regions() {
		names := []string{string(r.ID), r.Name.EN, r.Name.FR}
		d.places = append(d.places, names...)
		enter(d.regions, r.ID, names)
	}
	for _, n := range ed.Nodes() {
		d.nodes = append(d.nodes, string(n.ID))
		if n.Kind == catalog.Offering {
			o := offer{n.Owner(), n.Service}
			d.offers[o] = append(d.offers[o], n)
		}
	}
	return d
}

// Knows tells whether the edition holds a node.
func (d *Directory) Knows(id catalog.NodeID) bool { return d.ed.Node(id) != nil }

func enter[ID comparable](into map[string][]ID, id ID, names []string) {
	for _, name := range names {
		if k := fold(name); !slices.Contains(into[k], id) {
			into[k] = append(into[k], id)
		}
	}
}

// fold makes one word of the ways in which people write it: capitals, accents,
// spaces and dashes make no difference.
func fold(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case strings.ContainsRune(" \t\u00a0\u202f_-–.'’", r):
		case r >= 0x80:
			b.WriteString(plain(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plain is a letter without its accent.
func plain(r rune) string {
	for _, group := range []string{"aàâäáã", "cç", "eéèêë", "iîïí", "nñ", "oôöóõ", "uùûüú", "yÿ"} {
		if strings.ContainsRune(group, r) {
			return group[:1]
		}
	}
	switch r {
	case 'œ':
		return "oe"
	case 'æ':
		return "ae"
	}
	return string(r)
}

// blank tells whether a cell says that there is nothing.
func blank(cell string) bool {
	return slices.Contains([]string{"", "none", "aucun", "aucune", "no", "non", "na", "n/a", "s/o"}, fold(cell))
}

// path finds what a cell of a column of paths rests on. What is wrong comes
// back in words that don't repeat the cell.
func (d *Directory) path(col column, cell string, region catalog.RegionID) (node catalog.NodeID, wrong, cure string) {
	cell = strings.TrimSpace(cell)
	if strings.Contains(cell, "/") {
		if d.ed.Node(catalog.NodeID(cell)) == nil {
			return "", "no node of the catalogue is called this", nearest(cell, d.nodes)
		}
		return catalog.NodeID(cell), "", ""
	}
	found := d.carriers[fold(cell)]
	switch {
	case isNumber(cell) || strings.Contains(cell, "@"):
		return "", "a number or an address", "write whom the line is with: a carrier, or a node as owner/name"
	case len(found) == 0:
		if col.service == "" {
			return "", "no node of the catalogue is called this", "name a node, as owner/name; 'tocsin catalog show' lists them"
		}
		return "", "no carrier of the catalogue is called this", nearest(cell, d.names)
	case len(found) > 1:
		return "", "several carriers are called this", "write the carrier's id, or a node as owner/name"
	}
	if n := d.offering(found[0], col.service, region); n != "" {
		return n, "", ""
	}
	return "", "the catalogue has no such service of this carrier", "name a node, as owner/name; 'tocsin catalog show' lists them"
}

// isNumber tells whether a cell is a telephone number: they stand where the
// carrier should in many a roster.
func isNumber(cell string) bool {
	digits := 0
	for _, r := range cell {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune(" +-.()/\u00a0x#", r):
			return false
		}
	}
	return digits >= 3
}

// offering is the carrier's node that delivers a service, where the person is if
// there are several.
func (d *Directory) offering(carrier catalog.OrgID, service catalog.ServiceID, region catalog.RegionID) catalog.NodeID {
	all := d.offers[offer{carrier, service}]
	for _, n := range all {
		if region != "" && slices.ContainsFunc(n.Regions, func(r catalog.RegionID) bool { return d.ed.Overlap(region, r) }) {
			return n.ID
		}
	}
	if len(all) > 0 {
		return all[0].ID
	}
	return ""
}

// region finds a place.
func (d *Directory) region(cell string) (id catalog.RegionID, wrong, cure string) {
	if blank(cell) {
		return "", "", ""
	}
	found := d.regions[fold(cell)]
	switch {
	case len(found) == 0:
		return "", "no region of the catalogue is called this", nearest(strings.TrimSpace(cell), d.places)
	case len(found) > 1: // a city and its division, say: the id decides
		if r := catalog.RegionID(strings.TrimSpace(cell)); slices.Contains(found, r) {
			return r, "", ""
		}
		return "", "several regions are called this", "write the region's id; 'tocsin catalog explain' tells of one"
	}
	return found[0], "", ""
}

// nearest is the cure for a name that isn't known.
func nearest(cell string, known []string) string {
	if near := catalog.Nearest(cell, known); near != "" {
		return "did you mean “" + near + "”?"
	}
	return "'tocsin catalog show' lists what there is"
}
