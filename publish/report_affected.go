package publish

import (
	"cmp"
	"slices"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// affected says who falls with the carrier, and by which path: others first,
// the worst first, the most people first; the carrier's own parts last.
func (d *draft) affected() {
	if d.over() {
		d.was(func(n *catalog.Node) bool { return n.Owner() != d.in.Carrier })
	}
	for _, s := range d.ranked() {
		if n := d.e.Node(s.node); n != nil && n.Service == emergencyCalls {
			continue // told with the emergency number
		}
		if !s.bad() || d.own(s.node) || slices.Contains(d.in.Roots, s.node) {
			continue
		}
		d.effect(s)
		d.everyone(s)
		if d.inside(s.node) == 0 {
			d.quote(s.node)
		}
	}
}

// ranked gives the standings in the order in which people ask for them.
func (d *draft) ranked() []stance {
	all := slices.Clone(d.standings)
	slices.SortStableFunc(all, func(a, b stance) int {
		return cmp.Or(d.inside(a.node)-d.inside(b.node), severity(a.state)-severity(b.state),
			cmp.Compare(d.peopleOf(b.node), d.peopleOf(a.node)))
	})
	return all
}

// inside is 1 for a part of the carrier itself.
func (d *draft) inside(id catalog.NodeID) int {
	if id.Owner() == d.in.Carrier {
		return 1
	}
	return 0
}

func (d *draft) peopleOf(id catalog.NodeID) int {
	if n := d.e.Node(id); n != nil {
		return n.People
	}
	return 0
}

func (d *draft) effect(s stance) {
	pr := d.known(s)
	since := s.since
	if since.IsZero() {
		since = d.in.Onset
	}
	l := Line{
		Topic: "effect", Kind: pr.kind, By: pr.by, At: since, Node: s.node, Org: s.node.Owner(), Region: d.first(s.regions),
		State: s.state, P: s.p, Path: s.path(), Basis: pr.basis, Sources: pr.sources,
	}
	people := ""
	if n := d.peopleOf(s.node); n > 0 {
		l.Value = float64(n)
		people = d.w.people(d.thing(s.node), n)
	}
	fails := ""
	if s.effect != nil && !s.effect.Fails.IsZero() {
		l.Until = s.effect.Fails
		fails = d.w.fails(d.thing(s.node), moment{t: l.Until}, !l.Until.After(d.at))
	}
	l.Text = join(d.so(s, since),
		d.w.why(d.things(s.path())), people, fails, d.assumed(s))
	d.add(pr.date(l))
}

// everyone says of a service that is not the carrier's, and that the whole
// country uses, that it fails for other carriers' customers as well, and why.
func (d *draft) everyone(s stance) {
	n := d.e.Node(s.node)
	if n == nil || d.e.Carrier(n.Owner()) != nil || !slices.Contains(n.Regions, d.e.Root()) ||
		(n.Service == "" && d.e.Sector(n) != "payments") {
		return
	}
	supplier := ""
	if path := s.path(); len(path) > 1 && d.sole(n, path[1]) {
		supplier = d.w.supplier(d.thing(path[1]))
	}
	pr := d.known(s)
	d.add(Line{
		Topic: "effect-scope", Kind: incident.Inferred, At: s.since, Node: s.node, Org: n.Owner(), Region: d.first(s.regions),
		State: s.state, Path: s.path(), Text: join(d.w.everyone(d.thing(s.node), s.state, d.carrier), supplier),
		Basis: pr.basis, Sources: append(d.pathSources(s.path()), pr.sources...),
	})
}

// sole tells whether a node can't do without another.
func (d *draft) sole(n *catalog.Node, supplier catalog.NodeID) bool {
	return slices.ContainsFunc(n.Needs, func(r catalog.Requirement) bool {
		return slices.Contains(r.Members, supplier) && r.AtLeast == len(r.Members) && r.Backup == nil
	})
}

// quote adds the newest thing that was said of a node that fell: by its owner,
// or else by somebody.
func (d *draft) quote(id catalog.NodeID) {
	about := func(s incident.Said, target string) int {
		return slices.IndexFunc(s.Claims, func(c evidence.Claim) bool { return c.Target == target && claimState(c.Kind) != "" })
	}
	add := func(s incident.Said, c evidence.Claim) {
		l := d.statement(s)
		l.Node, l.State, l.Region = id, claimState(c.Kind), c.Region
		d.add(l)
	}
	for _, s := range d.said {
		if s.By != id.Owner() {
			continue
		}
		if i := max(about(s, string(id)), about(s, string(id.Owner()))); i >= 0 {
			add(s, s.Claims[i])
			return
		}
	}
	for _, s := range d.said {
		if i := about(s, string(id)); i >= 0 {
			add(s, s.Claims[i])
			return
		}
	}
}

// peers gives the verdict about each carrier that is accused with this one.
func (d *draft) peers() {
	for _, c := range d.in.Cleared {
		pr := prove(c.Evidence)
		l := Line{
			Topic: "peer-verdict", Kind: pr.kind, By: pr.by, At: newestOf(c.Evidence), Org: c.Org, State: c.State, Class: c.Class,
			P: c.P, Value: c.Accused, Basis: pr.basis, Sources: pr.sources,
			Text: d.w.peer(peerCase{
				org: d.org(c.Org), carrier: d.carrier, state: c.State, class: c.Class, p: finite(c.P),
				accused: c.Accused, expected: c.Expected, level: level(c.Evidence),
			}),
		}
		for _, cite := range c.Evidence { // a peer's own word counts beside its traffic
			l.Basis = append(l.Basis, cite.Basis)
			l.Sources = append(l.Sources, cite.Sources...)
		}
		d.add(l)
		for _, s := range d.said {
			if s.By == c.Org {
				d.add(d.statement(s))
				break
			}
		}
	}
}

// level is how much of its usual a network carries, from the newest reading of
// the network itself (complaints are not); negative when there is none.
func level(cites []incident.Citation) float64 {
	best, found := incident.Citation{}, false
	for _, c := range cites {
		if c.Kind == incident.Observed && c.Plane == evidence.PlaneTraffic && c.Expected > 0 && (!found || c.At.After(best.At)) {
			best, found = c, true
		}
	}
	if !found {
		return -1
	}
	return finite(best.Value / best.Expected)
}

// history tells of the last earlier event at the same carrier.
func (d *draft) history() {
	var last incident.Incident
	found := false
	for _, in := range d.p.Incidents {
		if in.Carrier == d.in.Carrier && in.ID != d.in.ID && in.Onset.Before(d.in.Onset) && in.State != incident.Dismissed &&
			!in.Exercise && (!found || in.Onset.After(last.Onset)) {
			last, found = in, true
		}
	}
	if !found {
		d.add(Line{Topic: "last-event", Kind: incident.Unseen, At: d.at, Text: d.w.noHistory(d.carrier), Org: d.in.Carrier})
		return
	}
	d.add(d.past(last))
}

// within gives a draft that names things as an edition does, for an incident that
// happened in another one.
func (d *draft) within(e *catalog.Edition) *draft {
	if e == nil {
		return d
	}
	other := *d
	other.e = e
	return &other
}

// past is the line about an incident that is over.
func (d *draft) past(in incident.Incident) Line {
	d = d.within(d.p.EditionOf(in.ID))
	ev := pastEvent{carrier: d.org(in.Carrier), onset: moment{t: in.Onset}}
	if end := endOf(in); !end.IsZero() {
		ev.lasted = max(0, end.Sub(in.Onset))
	}
	hit, regions := d.everHit(in)
	for _, n := range d.e.Nodes() {
		if n.Kind != catalog.Offering || n.Owner() != in.Carrier {
			continue
		}
		if n.Service == emergencyCalls && slices.Contains(hit, n.ID) {
			ev.help = !toldToWork(in, n.ID) // never for certain
		} else if name := d.offer(n); slices.Contains(hit, n.ID) {
			ev.hit = appendNew(ev.hit, name)
		} else {
			ev.spared = appendNew(ev.spared, name)
		}
	}
	if len(ev.hit) == 0 { // what was spared can't be told from what wasn't judged
		ev.spared = nil
	}
	ev.spared = slices.DeleteFunc(ev.spared, func(name string) bool { return slices.Contains(ev.hit, name) })
	ev.where = d.place(regions)
	pr := prove(in.Evidence)
	l := Line{
		Topic: "last-event", Kind: pr.kind, By: pr.by, At: in.Onset, Org: in.Carrier, Region: d.first(regions), State: catalog.Down,
		P: in.P, Value: ev.lasted.Minutes(), Until: endOf(in), Basis: pr.basis, Sources: pr.sources, Path: in.Roots,
	}
	if said, text, ok := causeOf(in, in.Carrier); ok {
		ev.cause = text.In(d.lang)
		l.Basis = append(l.Basis, said.Basis)
		l.Sources = append(l.Sources, said.Sources...)
	}
	l.Text = d.w.lastEvent(ev)
	return l
}

// toldToWork tells whether the newest word about a node in an incident is that
// it works.
func toldToWork(in incident.Incident, id catalog.NodeID) bool {
	var at time.Time
	works := false
	for _, s := range in.Said {
		for _, c := range s.Claims {
			if state := claimState(c.Kind); c.Target == string(id) && state != "" && !s.At.Before(at) {
				at, works = s.At, state == catalog.Up
			}
		}
	}
	return works
}

func appendNew(names []string, name string) []string {
	if slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// everHit gives the carrier's services that were hit at any time of an
// incident, with the regions: its last verdicts may say that all is well again.
func (d *draft) everHit(in incident.Incident) ([]catalog.NodeID, []catalog.RegionID) {
	var hit []catalog.NodeID
	var regions []catalog.RegionID
	note := func(id catalog.NodeID, region catalog.RegionID) {
		if n := d.e.Node(id); n != nil && n.Kind == catalog.Offering && n.Owner() == in.Carrier {
			hit = append(hit, id)
			if region == "" { // the reach has no place of its own
				regions = append(regions, n.Regions...)
			} else {
				regions = append(regions, region)
			}
		}
	}
	for _, r := range in.Reach {
		note(r.Node, "")
	}
	for _, v := range in.Verdicts {
		if v.State == catalog.Down || v.State == catalog.Degraded || !v.Until.IsZero() {
			note(v.Node, v.Region)
		}
	}
	for _, e := range in.Effects {
		if e.State == catalog.Down || e.State == catalog.Degraded {
			note(e.Node, e.Region)
		}
	}
	for _, ev := range in.Timeline {
		if ev.Op == incident.OpFacet && ev.Facet != nil {
			note(ev.Facet.Node, ev.Facet.Region)
		}
	}
	return hit, regions
}
