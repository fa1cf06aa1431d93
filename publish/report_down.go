package publish

import (
	"slices"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// headline sums the carrier's services up for the first sentence.
func (d *draft) headline() headline {
	h := headline{carrier: d.carrier, state: d.in.State, worst: catalog.Degraded, p: d.in.P}
	var hit []catalog.NodeID
	var regions []catalog.RegionID
	for _, s := range d.standings {
		if !d.own(s.node) || !s.bad() {
			continue
		}
		h.worst = catalog.Worse(h.worst, s.state)
		regions = append(regions, s.regions...)
		if !slices.Contains(hit, s.node) {
			hit = append(hit, s.node)
		}
	}
	if len(hit) == 0 {
		h.worst, regions = d.rootState()
	}
	h.only = d.only(hit)
	h.stretch = d.stretch(regions, d.in.Onset)
	if len(hit) > 0 && !slices.ContainsFunc(hit, func(id catalog.NodeID) bool { return !d.callsHelp(id) }) {
		h.maybe = true // of calls for help alone, never for certain
	}
	h.back = moment{t: d.ended()}
	if !h.back.t.IsZero() {
		h.lasted = max(0, h.back.t.Sub(d.in.Onset))
	}
	return h
}

// rootState is what is known of the roots, for an incident in which no service
// is judged yet. Roots that nothing is known of are down: an incident says so.
func (d *draft) rootState() (catalog.State, []catalog.RegionID) {
	state, regions := catalog.Up, []catalog.RegionID(nil)
	for _, s := range d.standings {
		if slices.Contains(d.in.Roots, s.node) && s.bad() {
			state = catalog.Worse(state, s.state)
			regions = append(regions, s.regions...)
		}
	}
	if state != catalog.Up {
		return state, regions
	}
	for _, id := range d.in.Roots {
		if n := d.e.Node(id); n != nil {
			regions = append(regions, n.Regions...)
		}
	}
	return catalog.Down, regions
}

// only names the services that are hit when others of the carrier are not.
// Calls for help are told apart, unless there is nothing else to tell.
func (d *draft) only(hit []catalog.NodeID) []string {
	var names, all []string
	alone := !slices.ContainsFunc(hit, func(id catalog.NodeID) bool { return !d.callsHelp(id) })
	for _, n := range d.services() {
		if n.Service == emergencyCalls && !alone {
			continue
		}
		all = appendNew(all, d.offer(n))
		if slices.Contains(hit, n.ID) {
			names = appendNew(names, d.offer(n))
		}
	}
	if len(names) == len(all) {
		return nil
	}
	return names
}

// ended is when service was back, as far as the incident has it.
func (d *draft) ended() time.Time { return endOf(d.in) }

func endOf(in incident.Incident) time.Time {
	if !in.Life.Ended.IsZero() {
		return in.Life.Ended
	}
	return in.Life.Resolved
}

func (d *draft) down() {
	h := d.headline()
	var regions []catalog.RegionID
	for _, s := range d.standings {
		if d.own(s.node) && s.bad() {
			regions = append(regions, s.regions...)
		}
	}
	if len(regions) == 0 {
		_, regions = d.rootState()
	}
	cites := slices.Clone(d.in.Evidence)
	for _, s := range d.standings {
		if len(d.in.Evidence) == 0 && (d.own(s.node) || slices.Contains(d.in.Roots, s.node)) {
			cites = append(cites, s.cites...)
		}
	}
	pr := prove(cites)
	state := h.worst
	if d.over() || d.in.State == incident.Dismissed {
		state = catalog.Up
	}
	d.add(Line{
		Topic: "carrier-state", Kind: pr.kind, By: pr.by, At: d.in.Onset, Text: d.w.headline(h), Org: d.in.Carrier,
		Region: d.first(regions), State: state, P: d.in.P, Until: d.ended(), Value: h.lasted.Minutes(),
		Basis: pr.basis, Sources: pr.sources,
	})
	for _, s := range d.standings {
		if d.own(s.node) {
			d.service(s)
		}
	}
	d.families()
	d.roots()
	if d.over() {
		d.was(func(n *catalog.Node) bool { return n.Kind == catalog.Offering && n.Owner() == d.in.Carrier })
	}
}

// was tells what had failed in an outage that is over, of those that count: a
// line for what was down, one for what worked in part, and one for what help
// rests on, of which neither is said for certain.
func (d *draft) was(counts func(*catalog.Node) bool) {
	for _, state := range []catalog.State{catalog.Down, catalog.Degraded, catalog.Unknown} {
		var ids []catalog.NodeID
		for _, r := range d.in.Reach {
			had := r.State
			if d.isEmergency(string(r.Node)) {
				had = catalog.Unknown
			}
			if n := d.e.Node(r.Node); n != nil && had == state && counts(n) && n.Service != emergencyCalls {
				ids = append(ids, r.Node)
			}
		}
		if len(ids) == 0 {
			continue
		}
		pr := prove(d.in.Evidence)
		d.add(Line{
			Topic: "was-hit", Kind: incident.Inferred, At: d.in.Onset, Org: d.in.Carrier, State: state, Path: ids,
			Until: d.ended(), Value: max(0, d.orNow(d.ended()).t.Sub(d.in.Onset).Minutes()), Basis: pr.basis, Sources: pr.sources,
			Text: d.w.was(d.things(ids), state, d.orNow(d.in.Onset), d.orNow(d.ended())),
		})
	}
}

// service adds the line of a service that is hit, or that came back.
func (d *draft) service(s stance) {
	since := s.since
	if since.IsZero() {
		since = d.in.Onset
	}
	text := ""
	switch {
	case s.bad():
		text = d.so(s, since)
	case s.state == catalog.Up && !s.until.IsZero():
		since = s.until
		text = d.w.back(d.thing(s.node), moment{t: s.until})
	default:
		return
	}
	pr := d.known(s)
	if pr.kind == incident.Inferred && s.bad() {
		text = join(text, d.w.why(d.things(s.path())), d.assumed(s))
	}
	d.add(pr.date(Line{
		Topic: "service-state", Kind: pr.kind, By: pr.by, At: since, Text: text, Node: s.node, Region: d.first(s.regions),
		State: s.state, P: s.p, Until: s.until, Value: max(0, d.at.Sub(since).Minutes()), Path: s.path(),
		Basis: pr.basis, Sources: pr.sources,
	}))
}

// so is the sentence that a node stands as it does. That help can't be called
// is never said for certain: some calls may get through.
func (d *draft) so(s stance, since time.Time) string {
	st := d.stretch(s.regions, since)
	n := d.e.Node(s.node)
	if n != nil && n.Service == emergencyCalls {
		return d.w.access(d.org(n.Owner()), s.state, st)
	}
	if n != nil && d.callsHelp(s.node) {
		return d.w.wayIn(d.thing(s.node), s.state, st)
	}
	st.maybe = d.isEmergency(string(s.node))
	return d.w.standing(d.thing(s.node), s.state, st)
}

func (d *draft) assumed(s stance) string {
	if s.effect != nil && s.effect.Assumed {
		return d.w.assumed()
	}
	return ""
}

// families adds a line per address family where the two differ.
func (d *draft) families() {
	for _, v4 := range d.in.Verdicts {
		if v4.Family != evidence.IPv4 || v4.Node.Owner() != d.in.Carrier {
			continue
		}
		for _, v6 := range d.in.Verdicts {
			if v6.Family == evidence.IPv6 && v6.Node == v4.Node && v6.Region == v4.Region && v6.State != v4.State {
				d.family(v4)
				d.family(v6)
			}
		}
	}
}

func (d *draft) family(v incident.Verdict) {
	at := v.Since
	if v.State == catalog.Up && !v.Until.IsZero() {
		at = v.Until
	}
	pr := prove(v.Evidence)
	d.add(Line{
		Topic: "family-state", Kind: pr.kind, By: pr.by, At: at, Node: v.Node, Region: v.Region, Family: v.Family, State: v.State, P: v.P,
		Text:  d.w.family(d.thing(v.Node), v.Family, v.State, d.stretch([]catalog.RegionID{v.Region}, at)),
		Until: v.Until, Basis: pr.basis, Sources: pr.sources,
	})
}

// roots adds what failed as seen from outside. It is an inference, whatever
// evidence lies under it, and it is no blame.
func (d *draft) roots() {
	if len(d.in.Roots) == 0 {
		return
	}
	pr := prove(d.in.Evidence)
	d.add(Line{
		Topic: "cause", Kind: incident.Inferred, At: d.in.Onset, Text: d.w.roots(d.things(d.in.Roots), d.in.P),
		Node: d.in.Roots[0], Org: d.in.Carrier, State: catalog.Down, P: d.in.P, Path: d.in.Roots,
		Basis: pr.basis, Sources: pr.sources,
	})
}
