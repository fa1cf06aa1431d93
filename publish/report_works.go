package publish

import (
	"slices"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// works says what still stands and what to do instead of what fell.
func (d *draft) works() {
	if d.over() {
		return // all works again, and no advice is needed
	}
	d.stated()
	for _, s := range d.ranked() {
		if s.effect != nil && !d.callsHelp(s.node) {
			for _, a := range s.effect.Advice {
				d.advice(s, a)
			}
		}
	}
	d.statedAdvice()
	for _, c := range d.in.Cleared {
		if c.State != catalog.Up && (c.State != catalog.Degraded || c.Class != incident.Load) {
			continue
		}
		pr := prove(c.Evidence)
		d.add(Line{
			Topic: "peer-works", Kind: pr.kind, By: pr.by, At: newestOf(c.Evidence), Text: d.w.peerWorks(d.org(c.Org), c.State),
			Org: c.Org, State: c.State, Class: c.Class, Basis: pr.basis, Sources: pr.sources,
		})
	}
	d.spared()
}

// newestOf is the event time of the newest citation.
func newestOf(cites []incident.Citation) time.Time {
	var at time.Time
	for _, c := range cites {
		at = latest(at, c.At)
	}
	return at
}

// advice adds a fallback that stands, or says why one is withdrawn.
func (d *draft) advice(s stance, a incident.Advice) {
	l := Line{
		Topic: "fallback", Kind: incident.Inferred, Node: s.node, Region: d.first(s.regions), Sources: d.sourcesOf(a.Sources),
		Text: d.w.fallback(d.thing(s.node), a.Text.In(d.lang)),
	}
	if !a.Stands && len(a.Lost) == 0 {
		return // it is for another situation; nothing that it needs is lost
	}
	if !a.Stands {
		l.Topic, l.Path = "fallback-withdrawn", a.Lost
		l.Text = d.w.withdrawn(d.thing(s.node), a.Text.In(d.lang), d.things(a.Lost))
	}
	if a.Assumed {
		l.Text = join(l.Text, d.w.assumed())
	}
	d.add(l)
}

// statedAdvice adds what organisations told people to do, calls for help apart.
func (d *draft) statedAdvice() {
	for _, s := range d.said {
		for _, c := range s.Claims {
			if c.Kind != evidence.SaysAdvice || d.isEmergency(c.Target) || rescue(d.sector(s.By)) {
				continue
			}
			l := d.saidLine("fallback", s)
			l.Text = d.w.adviceBy(d.org(s.By), saidAt(s), claimText(c, s).In(d.lang))
			if d.e.Node(catalog.NodeID(c.Target)) != nil {
				l.Node = catalog.NodeID(c.Target)
			}
			d.add(l)
		}
	}
}

// stated adds the dependents that are said to work, newest word first, each
// once. Centres for help and other carriers have sections of their own.
func (d *draft) stated() {
	told := map[catalog.NodeID]bool{}
	for _, s := range d.said {
		for _, c := range s.Claims {
			n := d.e.Node(catalog.NodeID(c.Target))
			if n == nil || told[n.ID] || claimState(c.Kind) == "" {
				continue
			}
			told[n.ID] = true // an older word than the newest doesn't count
			if claimState(c.Kind) != catalog.Up || n.Kind != catalog.Dependent || d.isEmergency(c.Target) || d.hit(n.ID) {
				continue
			}
			l := d.saidLine("stands", s)
			l.Text = d.w.stands(d.thing(n.ID), d.org(s.By), saidAt(s))
			l.Node, l.Org, l.State, l.Region = n.ID, n.Owner(), catalog.Up, d.first(n.Regions)
			d.add(l)
		}
	}
}

// spared adds the carrier's own services of which nothing bad is known.
func (d *draft) spared() {
	for _, n := range d.services() {
		if n.Service == emergencyCalls || slices.ContainsFunc(d.standings, func(s stance) bool {
			return s.node == n.ID && (s.state != catalog.Up || !s.until.IsZero())
		}) {
			continue
		}
		d.add(Line{
			Topic: "service-stands", Kind: incident.Unseen, Text: d.w.standsNoSign(d.thing(n.ID)), Node: n.ID, Org: d.in.Carrier,
			Region: d.first(n.Regions), State: catalog.Unknown,
		})
	}
}

// when says what is known of the return.
func (d *draft) when() {
	if d.in.State.Open() {
		d.add(Line{Topic: "forecast", Kind: incident.Unseen, At: d.at, Text: d.w.noForecast(), Org: d.in.Carrier})
	}
	for _, s := range d.said {
		for _, c := range s.Claims {
			if c.Kind == evidence.SaysETA {
				d.add(d.etaLine(s, c))
			}
		}
	}
	switch pr := prove(d.in.Evidence); {
	case d.in.State == incident.Recovering:
		at := d.recovering()
		d.add(d.lifeLine("recovering", at, d.w.comingBack(d.orNow(at)), pr))
	case (d.in.State == incident.Resolved || d.in.State == incident.Reviewed) && !d.ended().IsZero():
		d.add(d.lifeLine("back", d.ended(), d.w.backSince(moment{t: d.ended()}), pr))
	}
	d.relapses()
}

func (d *draft) etaLine(s incident.Said, c evidence.Claim) Line {
	l := d.saidLine("eta", s)
	l.Until = c.Time
	l.Text = d.w.statement(d.org(s.By), saidAt(s), claimText(c, s).In(d.lang))
	if !c.Time.IsZero() {
		l.Text = d.w.eta(d.org(s.By), saidAt(s), moment{t: c.Time}, d.in.State.Open() && c.Time.Before(d.at))
	}
	return l
}

// recovering is when service began to come back: as evidence has it, or else
// when that was judged.
func (d *draft) recovering() time.Time {
	for _, ev := range slices.Backward(d.in.Timeline) {
		if ev.Op == incident.OpRecover && !ev.Event.IsZero() && !ev.At.After(d.at) {
			return ev.Event
		}
	}
	return d.in.Life.Recovering
}

// orNow is a time as a moment, the present if it is not known.
func (d *draft) orNow(t time.Time) moment {
	if t.IsZero() {
		return moment{t: d.at}
	}
	return moment{t: t}
}

// lifeLine is a line about a step of the incident's life.
func (d *draft) lifeLine(topic string, at time.Time, text string, pr proof) Line {
	return Line{
		Topic: topic, Kind: pr.kind, By: pr.by, At: at, Text: text, Org: d.in.Carrier,
		Basis: pr.basis, Sources: pr.sources,
	}
}

// relapses counts the false recoveries and gives each.
func (d *draft) relapses() {
	n := len(d.in.Life.Relapses)
	if n == 0 {
		return
	}
	pr := prove(d.in.Evidence)
	sum := d.lifeLine("false-recoveries", d.in.Life.Relapses[n-1], d.w.falseRecoveries(n), pr)
	sum.Value = float64(n)
	d.add(sum)
	for i, at := range d.in.Life.Relapses {
		l := d.lifeLine("relapse", at, d.w.relapse(i+1, moment{t: at}), pr)
		l.Value = float64(i + 1)
		d.add(l)
	}
}
