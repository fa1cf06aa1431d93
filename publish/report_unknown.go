package publish

import (
	"slices"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/health"
	"tocsin/incident"
)

// unknown says what nobody has told and what can't be seen from here.
func (d *draft) unknown() {
	own := d.words(d.in.Carrier)
	if !claims(own, evidence.SaysCause) {
		d.add(d.silence("no-cause", d.w.noCause(d.carrier, len(own)), own))
	}
	if !claims(own, evidence.SaysETA) && d.in.State.Open() {
		d.add(d.silence("no-eta", d.w.noETA(d.carrier, len(own)), own))
	}
	d.blind(d.in.Blind)
	for _, s := range d.standings {
		if s.state == catalog.Unknown {
			d.add(Line{
				Topic: "unknown-state", Kind: incident.Unseen, Text: d.w.cannotSee(d.thing(s.node)), Node: s.node,
				Region: d.first(s.regions), State: catalog.Unknown,
			})
		}
	}
	d.health()
}

func claims(said []incident.Said, kind evidence.ClaimKind) bool {
	return slices.ContainsFunc(said, func(s incident.Said) bool {
		return slices.ContainsFunc(s.Claims, func(c evidence.Claim) bool { return c.Kind == kind })
	})
}

// fewNodes is how many unobserved nodes get a line each; more share one, or the
// list would hide the rest of the section.
const fewNodes = 5

func (d *draft) blind(blind []incident.Blindness) {
	var nodes []catalog.NodeID
	for _, b := range blind {
		switch {
		case b.Feed != "":
			d.blindFeed(b)
		case b.Node != "":
			nodes = append(nodes, b.Node)
		case b.Text != (catalog.Text{}):
			d.add(Line{Topic: "blind", Kind: incident.Unseen, At: b.Since, Text: stop(b.Text.In(d.lang)), State: catalog.Unknown})
		}
	}
	if len(nodes) > fewNodes {
		d.add(Line{
			Topic: "blind", Kind: incident.Unseen, Text: d.w.nobody(d.things(nodes)), State: catalog.Unknown,
			Value: float64(len(nodes)), Path: nodes,
		})
		return
	}
	for _, id := range nodes {
		d.add(Line{
			Topic: "blind", Kind: incident.Unseen, Text: d.w.nobody(d.things([]catalog.NodeID{id})), Node: id, State: catalog.Unknown,
		})
	}
}

// blindFeed says that a feed is silent or late; Value is the minutes.
func (d *draft) blindFeed(b incident.Blindness) {
	l := Line{Topic: "blind", Kind: incident.Unseen, At: b.Since, State: catalog.Unknown}
	if b.Late > 0 {
		l.Value = b.Late.Minutes()
		l.Text = d.w.feedLate(d.feed(b.Feed), b.Late)
	} else if !b.Since.IsZero() {
		l.Value = max(0, d.at.Sub(b.Since).Minutes())
		l.Text = d.w.feedSilent(d.feed(b.Feed), moment{t: b.Since})
	}
	if text := b.Text.In(d.lang); text != "" {
		l.Text = join(l.Text, d.w.feedLimit(d.feed(b.Feed), text))
	}
	if l.Text == "" {
		l.Text = d.w.feedSilent(d.feed(b.Feed), moment{})
	}
	d.add(l)
}

func (d *draft) feed(id evidence.FeedID) string {
	for _, f := range d.p.Feeds {
		if f.ID == id && f.Name.In(d.lang) != "" {
			return f.Name.In(d.lang)
		}
	}
	return string(id)
}

// health shows the standing warnings about ourselves.
func (d *draft) health() {
	for _, h := range d.p.Health {
		if h.Code == health.FeedSilent && slices.ContainsFunc(d.in.Blind, func(b incident.Blindness) bool {
			return string(b.Feed) == h.Subject && !b.Since.IsZero() && b.Late == 0
		}) {
			continue // told as a blind spot of this incident
		}
		d.add(Line{
			Topic: "health", Kind: incident.Observed, At: h.Since, State: catalog.Unknown,
			Text: d.w.health(string(h.Code), d.feed(evidence.FeedID(h.Subject)), moment{t: h.Since}),
		})
	}
}

// NoIncident is the report when no incident is open: no sign of an outage is
// all that can be said, with what was watched and what could not be.
func NoIncident(p *Picture, lang catalog.Lang) Report {
	d := newDraft(p, incident.Incident{}, lang)
	country := ""
	if root := d.e.Root(); root != "" {
		country = d.region(root)
	}
	r := Report{
		Lang: lang, At: d.at, Zone: d.zone(), Replay: d.p.Replay, StateName: d.w.incidentState(""),
		Title: typeset(lang, d.w.noIncident(country)),
	}
	if d.p.Blind() {
		r.StateName, r.Title = NodeStateName(lang, catalog.Unknown), typeset(lang, d.w.seesNothing())
	}
	r.Sections = d.sections([]chapter{
		{SecDown, func() {
			d.add(Line{Topic: "no-incident", Kind: incident.Unseen, At: d.at, Text: r.Title, Region: d.e.Root(), State: catalog.Unknown})
			d.add(Line{
				Topic: "watched", Kind: incident.Observed, At: d.at, Value: float64(len(d.e.Carriers())),
				Text: d.w.watched(len(d.e.Carriers()), len(d.p.Feeds)),
			})
		}},
		{SecHistory, d.newest},
		{SecUnknown, func() {
			d.feedsBlind()
			d.health()
		}},
	})
	return r
}

// newest tells of the newest incident of any carrier.
func (d *draft) newest() {
	var last incident.Incident
	for _, in := range d.p.Incidents {
		if in.State != incident.Dismissed && !in.Exercise && (last.ID == "" || in.Onset.After(last.Onset)) {
			last = in
		}
	}
	if last.ID == "" {
		d.add(Line{Topic: "last-event", Kind: incident.Unseen, At: d.at, Text: d.w.noHistory("")})
		return
	}
	d.add(d.past(last))
}

// feedsBlind says what each feed can't see even when it speaks.
func (d *draft) feedsBlind() {
	for _, f := range d.p.Feeds {
		if text := f.Blind.In(d.lang); text != "" {
			d.add(Line{Topic: "blind", Kind: incident.Unseen, At: d.at, Text: d.w.feedLimit(d.feed(f.ID), text), State: catalog.Unknown})
		}
	}
}
