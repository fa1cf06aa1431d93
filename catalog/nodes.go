package catalog

import (
	"slices"
	"strings"
)

// node makes what components and dependents share.
func (r *resolver) node(n *rawNode, kind Kind) Node {
	made := Node{
		ID: NodeID(n.ID.text), Kind: kind, Name: r.text(n.Name, n.At, "name"),
		Regions:      refs[RegionID](r, n.Regions, r.regions),
		RecoversWith: r.others(n, n.RecoversWith), Note: r.note(n.Note), Private: n.Private.yes,
		Provenance: r.provenance(n.claim, n.At, nil),
	}
	if len(n.Regions) == 0 {
		r.problem(n.At, "say where it exists", "%q has no regions", n.ID.text)
	}
	made.Needs = r.needs(n.Needs, n.ID.text, &made.Provenance)
	return made
}

func (r *resolver) component(c *rawComponent) Node {
	if c.Kind.line == 0 {
		r.problem(c.At, "write kind: core, access, radio, management, database, support or service", "%q has no kind", c.ID.text)
	}
	kind := choice(r, c.Kind, "kind", Core, Access, Radio, Management, Database, Support, Offering)
	made := r.node(&c.rawNode, kind)
	made.People = c.Users.n
	r.demand(c, &made)
	r.attaches(c, &made)
	made.Interconnects = r.others(&c.rawNode, c.Interconnects)
	switch {
	case kind == Offering && c.Service.text == "":
		r.problem(c.At, "name the service", "%q is of kind service but delivers none", c.ID.text)
	case kind != Offering && c.Service.text != "":
		r.problem(c.Service.place, "write kind: service", "%q names a service but is of kind %s", c.ID.text, kind)
	case kind == Offering && r.ref(c.Service, r.services):
		made.Service = ServiceID(c.Service.text)
	}
	for _, as := range c.ASNs {
		if r.asn(made.Owner(), as); !slices.Contains(made.ASNs, ASN(as.n)) {
			made.ASNs = append(made.ASNs, ASN(as.n))
		}
	}
	made.Fallbacks = r.fallbacks(c.Fallbacks, &made)
	return made
}

// asn checks that a carrier's component is seen through a network of that
// carrier: anything else would blame the wrong one.
func (r *resolver) asn(owner OrgID, as number) {
	c := r.rawCarrier[string(owner)]
	if c == nil {
		return
	}
	for _, n := range c.Networks {
		if n.ASN.n == as.n && n.on(r.day) {
			return
		}
	}
	r.problem(as.place, "add it to the networks of the carrier", "asn %d is no network of %q", as.n, owner)
}

func (r *resolver) dependent(d *rawDependent) Node {
	made := r.node(&d.rawNode, Dependent)
	made.Sector, made.People = d.Sector.text, d.People.n
	made.Fallbacks = r.fallbacks(d.Fallbacks, &made)
	return made
}

// others gives the known nodes of a list in which the node itself can't stand.
func (r *resolver) others(n *rawNode, list []word) []NodeID {
	for _, w := range list {
		if w.text == n.ID.text {
			r.problem(w.place, "take it out", "%q names itself", w.text)
		}
	}
	return refs[NodeID](r, list, r.nodes)
}

// needs makes the requirements of something that exist on the day.
func (r *resolver) needs(raw []*rawNeed, self string, around *Provenance) []Requirement {
	var made []Requirement
	for _, n := range raw {
		if r.period(n.period, n.At); n.on(r.day) {
			made = append(made, r.need(n, self, around))
		}
	}
	return made
}

// fallbacks makes the advice for a node. What touches emergency calls is shown
// only with its own source.
func (r *resolver) fallbacks(raw []*rawFallback, n *Node) []Fallback {
	var made []Fallback
	for _, f := range raw {
		if r.period(f.period, f.At); !f.on(r.day) {
			continue
		}
		a := Fallback{
			Text: r.text(f.Text, f.At, "text"), Provenance: r.provenance(f.claim, f.At, &n.Provenance),
			OnlyIf: r.condition(f.OnlyIf),
		}
		a.Needs = r.needs(f.Needs, "", &a.Provenance)
		if r.emergency(n, a.Text) && (len(f.Source) == 0 || a.Confidence == Assumed) {
			r.problem(f.At, "name the source that gives it, or take it out", "advice about emergency calls without a source of its own")
		}
		if len(a.OnlyIf.Attached) > 0 && (len(f.Source) == 0 || a.Confidence == Assumed) {
			r.problem(f.At, "name the source that gives it, or take it out", "advice for phones that are attached but dead, without a source of its own")
		}
		made = append(made, a)
	}
	return made
}

// emergency tells whether advice touches emergency calls, by whom it is for or
// by what it says.
func (r *resolver) emergency(n *Node, advice Text) bool {
	sector := n.Sector
	if o := r.rawOrg[string(n.Owner())]; sector == "" && o != nil {
		sector = o.Sector.text
	}
	if n.Service == "emergency-calls" || slices.Contains([]string{"911", "police", "psap"}, sector) {
		return true
	}
	return slices.ContainsFunc([]string{"911", "9-1-1", "9‑1‑1"}, func(number string) bool {
		return strings.Contains(advice.EN+advice.FR, number)
	})
}
