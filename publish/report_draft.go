package publish

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// draft is a report being written. It only reads the picture.
type draft struct {
	p         *Picture
	e         *catalog.Edition
	in        incident.Incident
	w         words
	lang      catalog.Lang
	at        time.Time
	carrier   string          // its name
	said      []incident.Said // heard by now, newest first
	standings []stance
	lines     []Line // of the section at hand
}

// NewReport says what can be said of an incident at the picture's time.
func NewReport(p *Picture, in incident.Incident, lang catalog.Lang) Report {
	d := newDraft(p, in, lang)
	h := d.headline()
	r := Report{
		Lang: lang, At: d.at, Zone: d.zone(), Incident: in,
		Title:     typeset(lang, d.w.headline(h)),
		StateName: d.w.incidentState(in.State),
		Replay:    d.p.Replay,
	}
	r.Sections = d.sections([]chapter{
		{SecDown, d.down},
		{SecEmergency, d.emergency},
		{SecWorks, d.works},
		{SecWhen, d.when},
		{SecSaid, d.saying},
		{SecWhere, d.where},
		{SecAffected, d.affected},
		{SecPeers, d.peers},
		{SecHistory, d.history},
		{SecUnknown, d.unknown},
		{SecEvidence, d.evidence},
		{SecTimeline, d.timeline},
	})
	return r
}

// chapter is a section and what writes its lines.
type chapter struct {
	id   SectionID
	fill func()
}

// sections writes the chapters; one without a line is left out.
func (d *draft) sections(chapters []chapter) []Section {
	var all []Section
	for _, c := range chapters {
		d.lines = nil
		c.fill()
		if len(d.lines) > 0 {
			all = append(all, Section{ID: c.id, Title: typeset(d.lang, d.w.section(c.id, d.over())), Lines: d.lines})
		}
	}
	return all
}

// over tells whether the incident is one of the past.
func (d *draft) over() bool {
	return d.in.State == incident.Resolved || d.in.State == incident.Reviewed
}

func newDraft(p *Picture, in incident.Incident, lang catalog.Lang) *draft {
	if p == nil {
		p = &Picture{}
	}
	e := p.EditionOf(in.ID)
	if e == nil {
		e = catalog.New(time.Time{}, "", catalog.World{})
	}
	if in.State == incident.Dismissed { // nothing failed; what was judged before is void
		in.Roots, in.Verdicts, in.Effects, in.Cleared, in.Reach = nil, nil, nil, nil, nil
	}
	d := &draft{p: p, e: e, in: in, lang: lang, at: reportTime(p, in)}
	d.w = speak(dial{lang: lang, zone: Zone(d.zone()), now: d.at, maybe: in.State == incident.Suspected})
	d.carrier = d.org(in.Carrier)
	d.said = heardBy(in.Said, d.at)
	d.standings = d.stand()
	return d
}

// reportTime is the time of a report. A picture without one takes the newest
// time of the incident, so that no line is without a time.
func reportTime(p *Picture, in incident.Incident) time.Time {
	if !p.Now.IsZero() {
		return p.Now
	}
	at := in.Onset
	for _, ev := range in.Timeline {
		if ev.At.After(at) {
			at = ev.At
		}
	}
	if at.IsZero() {
		return time.Unix(0, 0).UTC()
	}
	return at
}

// heardBy gives the statements that were heard by a time, newest first.
func heardBy(said []incident.Said, at time.Time) []incident.Said {
	var heard []incident.Said
	for _, s := range said {
		if !s.Heard.After(at) {
			heard = append(heard, s)
		}
	}
	slices.SortStableFunc(heard, func(a, b incident.Said) int {
		return cmp.Or(b.At.Compare(a.At), b.Heard.Compare(a.Heard), strings.Compare(a.ID, b.ID))
	})
	return heard
}

func (d *draft) zone() string { return d.e.Zone(d.e.Root()) }

// add puts a line into the section at hand. A line without a time of its own
// holds at the time of the report.
func (d *draft) add(l Line) {
	if l.At.IsZero() {
		l.At, l.Approx, l.DayOnly = d.at, false, false
	}
	if l.By != "" && l.ByName == "" {
		l.ByName = d.org(l.By)
	}
	l.P, l.Value = finite(l.P), finite(l.Value)
	l.Text = typeset(d.lang, l.Text)
	l.Sources = distinct(l.Sources)
	slices.Sort(l.Basis)
	l.Basis = slices.Compact(l.Basis)
	d.lines = append(d.lines, l)
}

// finite keeps figures that can be written down; no format has a "not a number".
func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

func distinct(sources []catalog.Source) []catalog.Source {
	var out []catalog.Source
	for _, s := range sources {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Names in the language of the report.

func (d *draft) org(id catalog.OrgID) string { return d.e.OrgName(id).In(d.lang) }

func (d *draft) region(id catalog.RegionID) string {
	if r := d.e.Region(id); r != nil {
		return r.Name.In(d.lang)
	}
	return string(id)
}

func (d *draft) thing(id catalog.NodeID) thing {
	n := d.e.Node(id)
	if n == nil {
		return thing{name: string(id)}
	}
	t := thing{name: n.Name.In(d.lang)}
	switch n.Kind {
	case catalog.Core, catalog.Access, catalog.Radio, catalog.Management, catalog.Database, catalog.Support:
		t.role = partRole
	case catalog.Offering:
		t.role = serviceRole
	case catalog.Dependent:
		t.role = activityRole
	}
	return t
}

func (d *draft) things(ids []catalog.NodeID) []thing {
	ts := make([]thing, len(ids))
	for i, id := range ids {
		ts[i] = d.thing(id)
	}
	return ts
}

// offer is the everyday name of what a service node sells.
func (d *draft) offer(n *catalog.Node) string {
	if s := d.e.Service(n.Service); s != nil {
		return s.Name.In(d.lang)
	}
	return n.Name.In(d.lang)
}

// place says where: in the whole country, or in the regions named.
func (d *draft) place(regions []catalog.RegionID) place {
	root := d.e.Root()
	var names []string
	for _, id := range d.outermost(regions) {
		if id == root && root != "" {
			return place{country: d.region(root)}
		}
		names = append(names, d.region(id))
	}
	if all := d.e.Children(root); len(all) > 0 && !slices.ContainsFunc(all, func(id catalog.RegionID) bool {
		return !slices.Contains(regions, id)
	}) {
		return place{country: d.region(root)}
	}
	return place{names: names}
}

// outermost drops the regions that lie in another of the list.
func (d *draft) outermost(regions []catalog.RegionID) []catalog.RegionID {
	sorted := slices.Clone(regions)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	var out []catalog.RegionID
	for _, id := range sorted {
		if id == "" || slices.ContainsFunc(sorted, func(in catalog.RegionID) bool { return in != id && in != "" && d.e.Within(id, in) }) {
			continue
		}
		out = append(out, id)
	}
	return out
}

// first is the region of a line that is about several: the country when it is
// about all of it, the only one, or none.
func (d *draft) first(regions []catalog.RegionID) catalog.RegionID {
	if d.place(regions).country != "" {
		return d.e.Root()
	}
	if out := d.outermost(regions); len(out) == 1 {
		return out[0]
	}
	return ""
}

// since is from when to now; what has not begun lasts 0.
func (d *draft) stretch(regions []catalog.RegionID, since time.Time) stretch {
	st := stretch{where: d.place(regions), since: moment{t: since}}
	if !since.IsZero() {
		st.lasted = max(0, d.at.Sub(since))
	}
	return st
}

func saidAt(s incident.Said) moment { return moment{t: s.At, approx: s.Approx, dayOnly: s.DayOnly} }

// sourcesOf gives the catalogue's sources of a claim.
func (d *draft) sourcesOf(ids []catalog.SourceID) []catalog.Source {
	var out []catalog.Source
	for _, id := range ids {
		if s := d.e.Source(id); s != nil {
			out = append(out, *s)
		} else {
			out = append(out, catalog.Source{ID: id})
		}
	}
	return out
}

// pathSources gives the sources of the edges along a path.
func (d *draft) pathSources(path []catalog.NodeID) []catalog.Source {
	var out []catalog.Source
	for i := 0; i+1 < len(path); i++ {
		n := d.e.Node(path[i])
		if n == nil {
			continue
		}
		for _, need := range n.Needs {
			if slices.Contains(need.Members, path[i+1]) {
				out = append(out, d.sourcesOf(need.Sources)...)
			}
		}
		out = append(out, d.sourcesOf(n.Sources)...)
	}
	return out
}

// proof is what citations come to: how the line is known, and from what.
type proof struct {
	kind    incident.Kind
	by      catalog.OrgID
	at      moment // when it was stated; not set otherwise
	basis   []evidence.Basis
	sources []catalog.Source
}

// date gives a line the time at which its speaker spoke. Without a speaker it
// keeps the time of what happened.
func (pr proof) date(l Line) Line {
	if pr.kind == incident.Stated && !pr.at.t.IsZero() {
		l.At, l.Approx, l.DayOnly = pr.at.t, pr.at.approx, pr.at.dayOnly
	}
	return l
}

// prove sums citations up: a reading makes it observed, a statement alone
// stated, nothing inferred. It keeps only the sources of the kind that it names.
func prove(cites []incident.Citation) proof {
	pr := proof{kind: incident.Inferred}
	if slices.ContainsFunc(cites, func(c incident.Citation) bool { return c.Kind == incident.Observed }) {
		pr.kind = incident.Observed
	} else if i := slices.IndexFunc(cites, func(c incident.Citation) bool { return c.Kind == incident.Stated }); i >= 0 {
		pr.kind, pr.by, pr.at = incident.Stated, cites[i].By, moment{t: cites[i].At}
	}
	for _, c := range cites {
		if c.Kind == pr.kind && (c.Kind != incident.Stated || c.By == pr.by) {
			pr.basis = append(pr.basis, c.Basis)
			pr.sources = append(pr.sources, c.Sources...)
		}
	}
	return pr
}
