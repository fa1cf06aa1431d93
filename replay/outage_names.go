package replay

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tocsin/catalog"
	"tocsin/evidence"
)

// measures are the measures that a series may have.
func measures() []string {
	return []string{
		string(evidence.Traffic), string(evidence.TrafficV4), string(evidence.TrafficV6),
		string(evidence.Prefixes), string(evidence.Withdrawals), string(evidence.Announcements),
		string(evidence.Blocks), string(evidence.Reports),
	}
}

// oneOf tells whether a name is among those known; if not, it reports so with
// the nearest of them.
func (p *parser) oneOf(no int, what, name string, known []string) bool {
	if slices.Contains(known, name) {
		return true
	}
	p.unknown(no, what, name, known)
	return false
}

// unknown reports a name that is not known, with the nearest that is.
func (p *parser) unknown(no int, what, name string, known []string) {
	cure := ""
	if len(p.troubles) < MaxTroubles { // beyond that nobody would read it
		cure = advise(name, known)
	}
	p.bad(no, cure, "unknown %s %s", what, shown(name))
}

// advise names the nearest of the known names, or all of a few.
func advise(name string, known []string) string {
	best, cost := "", len(name)/2+2
	for _, k := range known {
		if d := distance(name, k, cost); d < cost {
			best, cost = k, d
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	if len(known) > 0 && len(known) <= 16 {
		return "known are " + strings.Join(known, ", ")
	}
	return ""
}

// distance is the Levenshtein distance of two names in bytes, or limit when it
// is not below that.
func distance(a, b string, limit int) int {
	const longest = 128 // longer names are no typing errors of ours
	if len(a) > longest || len(b) > longest || len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			next := diagonal
			if a[i] != b[j] {
				next++
			}
			diagonal = row[j+1]
			row[j+1] = min(next, row[j]+1, diagonal+1)
		}
	}
	return min(row[len(b)], limit)
}

// wellFormed tells whether an id has the shape that all ids have: lower-case
// letters, digits, dots and dashes.
func wellFormed(id string) bool {
	if id == "" || len(id) > 120 {
		return false
	}
	for _, r := range id {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.' {
			return false
		}
	}
	return true
}

// formed checks the shape of an id that the file itself declares, or that
// can't be checked because there is no edition.
func (p *parser) formed(no int, what, id string) bool {
	if wellFormed(id) {
		return true
	}
	p.bad(no, "an id is made of lower-case letters, digits, dots and dashes", "%s %s is no id", what, shown(id))
	return false
}

// The checks below take "" for a word that was reported as missing.

// region checks the name of a place.
func (p *parser) region(no int, id string) catalog.RegionID {
	if id != "" && p.formed(no, "region", id) && p.ed != nil && p.ed.Region(catalog.RegionID(id)) == nil {
		p.unknown(no, "region", id, ids(p.ed.Regions(), func(r *catalog.Region) string { return string(r.ID) }))
	}
	return catalog.RegionID(id)
}

// node checks the name of a component or dependent.
func (p *parser) node(no int, id string) catalog.NodeID {
	owner, name, cut := strings.Cut(id, "/")
	switch {
	case id == "":
	case !cut || !wellFormed(owner) || !wellFormed(name):
		p.bad(no, "a node is owner/name, in lower case", "%s is no node", shown(id))
	case p.ed != nil && p.ed.Node(catalog.NodeID(id)) == nil:
		p.unknown(no, "node", id, ids(p.ed.Nodes(), func(n *catalog.Node) string { return string(n.ID) }))
	}
	return catalog.NodeID(id)
}

// organisation checks the name of a carrier or another organisation.
func (p *parser) organisation(no int, id string) catalog.OrgID {
	org := catalog.OrgID(id)
	if id != "" && p.formed(no, "organisation", id) && p.ed != nil && p.ed.Carrier(org) == nil && p.ed.Organisation(org) == nil {
		p.unknown(no, "organisation", id, append(
			ids(p.ed.Carriers(), func(c *catalog.Carrier) string { return string(c.ID) }),
			ids(p.ed.Organisations(), func(o *catalog.Organisation) string { return string(o.ID) })...))
	}
	return org
}

// target checks the name of a node or an organisation.
func (p *parser) target(no int, id string) string {
	if strings.Contains(id, "/") {
		return string(p.node(no, id))
	}
	return string(p.organisation(no, id))
}

// subject checks what a series is about.
func (p *parser) subject(no int, id string) evidence.Subject {
	kind, rest, cut := strings.Cut(id, "/")
	switch {
	case id == "":
	case cut && kind == "any":
		if p.formed(no, "service", rest) && p.ed != nil && p.ed.Service(catalog.ServiceID(rest)) == nil {
			p.unknown(no, "service", rest, ids(p.ed.Services(), func(s *catalog.Service) string { return string(s.ID) }))
		}
	case cut && kind == "collector":
		p.formed(no, "collector", rest)
	case cut && kind == "country" && rest != "":
		p.region(no, rest)
	case cut:
		p.node(no, id)
	case isASN(id):
		p.network(no, id)
	case !wellFormed(id):
		p.bad(no, "write as<number>, a carrier, a node, any/<service>, collector/<name> or country/<region>", "%s is no subject", shown(id))
	case p.ed != nil && p.ed.Carrier(catalog.OrgID(id)) == nil:
		p.unknown(no, "subject", id, ids(p.ed.Carriers(), func(c *catalog.Carrier) string { return string(c.ID) }))
	}
	return evidence.Subject(id)
}

// isASN tells whether a subject has the form as<number>.
func isASN(id string) bool {
	digits, ok := strings.CutPrefix(id, "as")
	if !ok || digits == "" || digits[0] == '0' {
		return false
	}
	_, err := strconv.ParseUint(digits, 10, 32)
	return err == nil
}

// network checks that some carrier of the edition runs an autonomous system.
func (p *parser) network(no int, id string) {
	if p.ed == nil {
		return
	}
	var known []string
	for _, c := range p.ed.Carriers() {
		for _, n := range c.Networks {
			known = append(known, "as"+strconv.FormatUint(uint64(n.ASN), 10))
		}
	}
	for _, n := range p.ed.Nodes() {
		for _, as := range n.ASNs {
			known = append(known, "as"+strconv.FormatUint(uint64(as), 10))
		}
	}
	p.oneOf(no, "network", id, known)
}

// ids lists the names of entries, for the nearest one.
func ids[E any](entries []E, id func(E) string) []string {
	out := make([]string, len(entries))
	for i, e := range entries {
		out[i] = id(e)
	}
	return out
}
