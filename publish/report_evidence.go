package publish

import (
	"cmp"
	"slices"
	"strings"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// evidence shows how we know: the probability of the roots, then what each
// plane measured.
func (d *draft) evidence() {
	pr := prove(d.in.Evidence)
	if len(d.in.Roots) > 0 {
		d.add(Line{
			Topic: "root-probability", Kind: incident.Inferred, At: d.at, Text: d.w.chance(d.things(d.in.Roots), finite(d.in.P), d.over() || d.in.State == incident.Recovering),
			Node: d.in.Roots[0], Org: d.in.Carrier, P: d.in.P, Path: d.in.Roots, Basis: pr.basis, Sources: pr.sources,
		})
	}
	for _, c := range d.cites() {
		if c.Kind == incident.Stated {
			d.weighed(c)
		} else {
			d.reading(c)
		}
	}
}

// cites gives every citation of the incident once: by plane, then series, the
// newest of a series or statement alone.
func (d *draft) cites() []incident.Citation {
	all := slices.Clone(d.in.Evidence)
	for _, v := range d.in.Verdicts {
		all = append(all, v.Evidence...)
	}
	for _, e := range d.in.Effects {
		all = append(all, e.Evidence...)
	}
	slices.SortStableFunc(all, func(a, b incident.Citation) int {
		return cmp.Or(strings.Compare(string(a.Plane), string(b.Plane)), strings.Compare(citeKey(a), citeKey(b)), b.At.Compare(a.At))
	})
	return slices.CompactFunc(all, func(a, b incident.Citation) bool { return a.Plane == b.Plane && citeKey(a) == citeKey(b) })
}

func citeKey(c incident.Citation) string {
	if c.Series != nil {
		return c.Series.String()
	}
	return string(c.By) + "/" + c.Statement
}

func (d *draft) reading(c incident.Citation) {
	r := readingOf{
		value: finite(c.Value), expected: finite(c.Expected), method: c.Method, weight: finite(c.Weight), basis: c.Basis,
		m: d.orNow(c.At),
	}
	l := Line{
		Topic: "reading", Kind: incident.Observed, At: c.At, Value: c.Value, Basis: []evidence.Basis{c.Basis},
		Sources: slices.Clone(c.Sources),
	}
	if s := c.Series; s != nil {
		r.measure, r.subject = s.Measure, d.subject(s.Subject)
		l.Region, l.Family = s.Region, s.Measure.Family()
		if name := d.region(s.Region); d.e.Region(s.Region) != nil && name != r.subject {
			r.region = name
		}
		if n := d.e.Node(catalog.NodeID(s.Subject)); n != nil {
			l.Node = n.ID
		}
	}
	l.Text = d.w.reading(r)
	d.add(l)
}

func (d *draft) weighed(c incident.Citation) {
	m := d.orNow(c.At)
	if i := slices.IndexFunc(d.in.Said, func(s incident.Said) bool { return s.ID == c.Statement && s.By == c.By }); i >= 0 {
		m = saidAt(d.in.Said[i]) // a citation doesn't know how well its time is known
	}
	d.add(Line{
		Topic: "weighed-statement", Kind: incident.Stated, By: c.By, At: m.t, Approx: m.approx, DayOnly: m.dayOnly, Org: c.By,
		Text:  d.w.weighed(d.org(c.By), m, finite(c.Weight)),
		Value: c.Weight, Basis: []evidence.Basis{c.Basis}, Sources: slices.Clone(c.Sources),
	})
}

// subject names what a series is about.
func (d *draft) subject(s evidence.Subject) string {
	kind, name, cut := strings.Cut(string(s), "/")
	switch {
	case strings.HasPrefix(string(s), "as") && digits(string(s)[2:]):
		return d.w.about(subjectOf{kind: "as", name: string(s)[2:], of: d.holder(string(s)[2:])})
	case cut && kind == "collector":
		return d.w.about(subjectOf{kind: kind, name: name})
	case cut && kind == "country":
		return d.region(catalog.RegionID(name))
	case cut && kind == "any":
		if sv := d.e.Service(catalog.ServiceID(name)); sv != nil {
			name = sv.Name.In(d.lang)
		}
		return d.w.about(subjectOf{kind: kind, name: name})
	case cut:
		return d.thing(catalog.NodeID(s)).name
	}
	return d.org(catalog.OrgID(s))
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// holder is the carrier that an autonomous system belongs to, "" if none.
func (d *draft) holder(asn string) string {
	var n catalog.ASN
	for _, c := range asn {
		n = n*10 + catalog.ASN(c-'0')
	}
	for _, c := range d.e.Carriers() {
		for _, net := range c.Networks {
			if net.ASN == n {
				return c.Name.In(d.lang)
			}
		}
	}
	return ""
}

// timeline merges the incident's own events with what was said, newest first.
func (d *draft) timeline() {
	for _, ev := range slices.Backward(d.in.Timeline) { // so that of one minute, too, the newest is first
		d.event(ev)
	}
	for _, s := range d.said {
		d.add(d.statement(s))
	}
	slices.SortStableFunc(d.lines, func(a, b Line) int { return b.At.Compare(a.At) })
}

// event adds a step of the incident's life. What only replaces figures is no
// step that people follow.
func (d *draft) event(ev incident.Event) {
	if ev.At.After(d.at) {
		return
	}
	at := ev.Event
	if at.IsZero() || ours(ev.Op) {
		at = ev.At
	}
	l := Line{Topic: "event", Kind: incident.Inferred, At: at, Org: d.in.Carrier}
	if human(ev.Author) {
		l.Kind, l.ByName = incident.Stated, ev.Author
	}
	switch ev.Op {
	case incident.OpFacet:
		if ev.Facet == nil {
			return
		}
		d.proveFacet(&l, *ev.Facet)
		l.Topic, l.Node, l.Region, l.Family, l.State = "facet", ev.Facet.Node, ev.Facet.Region, ev.Facet.Family, noted(ev.Note)
		l.Text = d.w.facet(facetOf{
			thing: d.thing(l.Node), family: l.Family, region: d.region(l.Region), state: l.State, coming: ev.Note == incident.Returning, m: d.orNow(at),
		})
	case incident.OpAnnotate:
		if ev.Note == "" {
			return
		}
		l.Topic, l.Text = "note", d.w.note(ev.Author, d.orNow(at), ev.Note)
	case incident.OpJudge, incident.OpAssess, incident.OpClear, incident.OpLocate, incident.OpHear, incident.OpBlind:
		return
	default:
		l.Text = d.w.step(ev.Op, d.carrier, d.orNow(at))
		if l.Text == "" {
			return // a step that these words don't know yet
		}
	}
	if l.Kind == incident.Inferred && len(l.Sources) == 0 {
		pr := prove(d.in.Evidence)
		l.Basis, l.Sources = pr.basis, pr.sources
	}
	d.add(l)
}

// ours tells what we did, and when, from what happened to the network.
func ours(op incident.Op) bool {
	return slices.Contains([]incident.Op{
		incident.OpSuspect, incident.OpConfirm, incident.OpDismiss, incident.OpReview, incident.OpReopen, incident.OpRoots, incident.OpRetime,
	}, op)
}

// proveFacet gives a facet's line the evidence of the verdict on it.
func (d *draft) proveFacet(l *Line, f incident.Facet) {
	for _, v := range d.in.Verdicts {
		if v.Facet == f && l.Kind == incident.Inferred {
			pr := prove(v.Evidence)
			if pr.kind == incident.Observed {
				l.Kind = pr.kind
			}
			l.Basis, l.Sources = pr.basis, pr.sources
			return
		}
	}
}

// human tells whether an operator made a change.
func human(author string) bool { return author != "" && author != "tocsin" }

// noted reads the state that a facet's event names; "" if it names none.
func noted(note string) catalog.State {
	switch s := catalog.State(note); s {
	case catalog.Up, catalog.Degraded, catalog.Down, catalog.Unknown:
		return s
	}
	return ""
}
