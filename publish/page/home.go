package page

import (
	"net/url"
	"slices"

	"tocsin/catalog"
	"tocsin/health"
	"tocsin/incident"
	"tocsin/publish"
)

// home is the body of the first page.
type home struct {
	Headline string
	Mark     mark // how the headline is known, when nothing is open
	Open     []open
	Quiet    []row // what else can be said when nothing is open
	Warnings []string
	Watched  string
	Feeds    []watcher
	History  []past
}

// open is what the first page says of an open incident.
type open struct {
	Headline string
	Href     string
	Tag      tag
	Services []service
	Urgent   []row
	More     int  // further lines about 911, on the page behind the link
	Mark     mark // how the headline is known
}

// service is a row of the table of services.
type service struct {
	Name string
	Tag  tag
	Mark mark
}

// watcher is an observer, and what it can't see.
type watcher struct{ Name, Blind string }

// past is a row of the table of outages on record.
type past struct {
	Began       stamp
	Who, Lasted string
	Tag         tag
	Href, Text  string
}

// home draws the first page.
func (b *builder) home(v *view) {
	h := &home{Warnings: v.warnings(b.p), History: v.history(b.p.Incidents)}
	for _, in := range b.p.Open() {
		h.Open = append(h.Open, v.open(in, b.o.tell.report(b.p, in, v.lang)))
	}
	h.Watched = v.must("watched-none")
	if len(b.p.Feeds) > 0 {
		h.Watched = v.must("watched-n", publish.Number(v.lang, float64(len(v.edition.Carriers()))))
	}
	for _, f := range b.p.Feeds {
		h.Feeds = append(h.Feeds, watcher{Name: v.text(f.Name), Blind: v.text(f.Blind)})
	}
	switch len(h.Open) {
	case 0:
		quiet := b.o.tell.quiet(b.p, v.lang)
		h.Headline = quiet.Title
		if h.Headline == "" {
			h.Headline = v.must("nobody")
		}
		for _, sec := range quiet.Sections {
			if sec.ID == publish.SecDown || sec.ID == publish.SecHistory {
				h.quiet(v, sec.Lines)
			}
		}
		v.Title = h.Headline
	case 1:
		h.Headline = h.Open[0].Headline
		v.Title, v.Icon = h.Open[0].Tag.Word+v.colon()+h.Headline, h.Open[0].Tag.Class
	default:
		h.Headline = v.must("open", len(h.Open))
		v.Title, v.Icon = h.Headline, h.Open[0].Tag.Class
	}
	v.Body = h
}

// quiet takes the lines of a report about nothing; the page has its own list of
// what is watched.
func (h *home) quiet(v *view, lines []publish.Line) {
	lines, known := v.headline(lines, h.Headline)
	if known.Word != "" {
		h.Mark = known
	}
	for _, l := range lines {
		if l.Topic != "watched" {
			h.Quiet = append(h.Quiet, v.row(l))
		}
	}
}

// openUrgent is how many lines about 911 stand open on the first page.
const openUrgent = 6

func (v *view) open(in incident.Incident, r publish.Report) open {
	o := open{
		Headline: r.Title, Href: v.incidentHref(in.ID), Tag: v.stateTag(in.State),
	}
	for _, sec := range r.Sections {
		switch sec.ID {
		case publish.SecDown:
			_, o.Mark = v.headline(sec.Lines, r.Title)
			o.Services = v.services(sec.Lines)
		case publish.SecEmergency:
			var lines []publish.Line
			lines, o.More = cut(sec.Lines, openUrgent)
			o.Urgent = v.rows(lines)
		}
	}
	return o
}

func (v *view) incidentHref(id incident.ID) string {
	return (&url.URL{Path: v.Home + "incidents/" + string(id)}).EscapedPath()
}

// services makes the short table of services from the lines that speak of one.
// A service that comes twice keeps its first line: the page behind the link
// has them all.
func (v *view) services(lines []publish.Line) []service {
	var rows []service
	for _, l := range lines {
		n := v.edition.Node(l.Node)
		if l.Topic != "service-state" || n == nil || n.Service == "" || l.State == "" {
			continue
		}
		name := string(n.Service)
		if s := v.edition.Service(n.Service); s != nil {
			name = v.text(s.Name)
		}
		if l.Region != "" && l.Region != v.edition.Root() {
			name += ", " + v.regionName(l.Region)
		}
		name = capital(name)
		if slices.ContainsFunc(rows, func(s service) bool { return s.Name == name }) {
			continue
		}
		rows = append(rows, service{Name: name, Tag: v.lineTag(l), Mark: v.markOf(l)})
	}
	return rows
}

func (v *view) history(all []incident.Incident) []past {
	rows := make([]past, 0, len(all))
	for _, in := range all {
		rows = append(rows, past{
			Began: stamp{Text: v.day(in.Onset), ISO: v.stamp(in.Onset).ISO},
			Who:   v.text(v.edition.OrgName(in.Carrier)), Lasted: v.lasted(in),
			Tag: v.stateTag(in.State), Href: v.incidentHref(in.ID), Text: string(in.ID),
		})
	}
	return rows
}

// warnings are the standing warnings about ourselves, in words.
func (v *view) warnings(p *publish.Picture) []string {
	var all []string
	for _, w := range p.Health {
		name := w.Subject
		if w.Code == health.FeedSilent {
			for _, f := range p.Feeds {
				if string(f.ID) == w.Subject {
					name = v.text(f.Name)
				}
			}
		}
		if _, ok := v.all[string(w.Code)]; ok {
			all = append(all, v.must(string(w.Code), name, v.stamp(w.Since).Text))
		} else {
			all = append(all, string(w.Code)+": "+name)
		}
	}
	return all
}

// about draws the page that says what this is.
func (b *builder) about(lang catalog.Lang) *view {
	v := b.view(lang, "about")
	v.Title = v.must("about")
	states := []tag{}
	for _, s := range []incident.State{
		incident.Suspected, incident.Confirmed, incident.Recovering, incident.Resolved, incident.Dismissed,
	} {
		states = append(states, v.stateTag(s))
	}
	nodes := []tag{}
	for _, s := range []catalog.State{catalog.Up, catalog.Degraded, catalog.Down, catalog.Unknown} {
		nodes = append(nodes, v.nodeTag(s))
	}
	kinds := map[string]string{}
	for _, k := range []incident.Kind{incident.Observed, incident.Inferred, incident.Stated, incident.Unseen} {
		kinds[string(k)] = publish.KindName(lang, k, "…")
	}
	v.Body = aboutBody{States: states, Nodes: nodes, Kinds: kinds}
	return v
}

// aboutBody holds the tags and the marks that the page explains.
type aboutBody struct {
	States, Nodes []tag
	Kinds         map[string]string
}
