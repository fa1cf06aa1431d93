package publish

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// saying is the ledger: what the carrier said and did not say, then the rest.
func (d *draft) saying() {
	own := d.words(d.in.Carrier)
	d.firstWord(own)
	d.cause(own)
	d.eta(own)
	newest := ""
	if len(own) > 0 {
		newest = own[0].ID
		l := d.saidLine("newest-statement", own[0])
		l.Text = d.w.newest(d.carrier, saidAt(own[0]), own[0].Text.In(d.lang))
		d.add(l)
	}
	for _, s := range d.said {
		if s.By == d.in.Carrier && s.ID == newest {
			continue
		}
		d.add(d.statement(s))
	}
}

// statement is a line that tells what was said.
func (d *draft) statement(s incident.Said) Line {
	l := d.saidLine("statement", s)
	l.Text = d.w.statement(d.org(s.By), saidAt(s), s.Text.In(d.lang))
	return l
}

// words gives what an organisation said of this incident, newest first. What it
// said on an earlier day, or earlier that day, is about something else.
func (d *draft) words(org catalog.OrgID) []incident.Said {
	var own []incident.Said
	for _, s := range d.said {
		if s.By == org && (!s.At.Before(d.in.Onset) || (s.DayOnly && !s.At.Before(d.in.Onset.Truncate(24*time.Hour)))) {
			own = append(own, s)
		}
	}
	return own
}

// firstWord says when the carrier first spoke. A statement of which only the
// day is known can't be the first unless there is no other.
func (d *draft) firstWord(own []incident.Said) {
	timed := slices.DeleteFunc(slices.Clone(own), func(s incident.Said) bool { return s.DayOnly })
	if len(timed) == 0 {
		if len(own) == 0 {
			lasted := max(0, d.at.Sub(d.in.Onset))
			d.add(Line{
				Topic: "first-word", Kind: incident.Unseen, At: d.at, Text: d.w.noWord(d.carrier, lasted), Org: d.in.Carrier,
				Value: lasted.Minutes(),
			})
		}
		return
	}
	first := timed[len(timed)-1]
	after := first.At.Sub(d.in.Onset)
	l := d.saidLine("first-word", first)
	l.Value = after.Minutes()
	l.Text = d.w.firstWord(d.carrier, saidAt(first), after)
	d.add(l)
}

// cause gives the causes that the carrier stated, or says that it stated none.
func (d *draft) cause(own []incident.Said) {
	found := false
	for _, s := range own {
		for _, c := range s.Claims {
			if c.Kind == evidence.SaysCause {
				l := d.saidLine("cause", s)
				l.Text = d.w.cause(d.carrier, saidAt(s), claimText(c, s).In(d.lang))
				d.add(l)
				found = true
			}
		}
	}
	if !found {
		d.add(d.silence("no-cause", d.w.noCause(d.carrier, len(own)), own))
	}
}

// eta gives the times of return that the carrier stated, or says that it
// stated none.
func (d *draft) eta(own []incident.Said) {
	found := false
	for _, s := range own {
		for _, c := range s.Claims {
			if c.Kind == evidence.SaysETA {
				d.add(d.etaLine(s, c))
				found = true
			}
		}
	}
	if !found {
		d.add(d.silence("no-eta", d.w.noETA(d.carrier, len(own)), own))
	}
}

// silence is a line about what was not said. With statements to read it is
// inferred from all of them; with none, nothing was seen either way.
func (d *draft) silence(topic, text string, own []incident.Said) Line {
	l := Line{Topic: topic, Kind: incident.Unseen, At: d.at, Text: text, Org: d.in.Carrier, Value: float64(len(own))}
	for _, s := range own {
		l.Kind = incident.Inferred
		l.Basis = append(l.Basis, s.Basis)
		l.Sources = append(l.Sources, s.Sources...)
	}
	return l
}

// causeOf is the newest cause that an organisation stated about an incident.
func causeOf(in incident.Incident, by catalog.OrgID) (incident.Said, catalog.Text, bool) {
	said := slices.Clone(in.Said)
	slices.SortStableFunc(said, func(a, b incident.Said) int { return b.At.Compare(a.At) })
	for _, s := range said {
		for _, c := range s.Claims {
			if c.Kind == evidence.SaysCause && s.By == by {
				return s, claimText(c, s), true
			}
		}
	}
	return incident.Said{}, catalog.Text{}, false
}

// noticeable is the least part of the reports that earns a region a line.
const noticeable = 0.05

// where says where reports come from and where service is hit.
func (d *draft) where() {
	shares := slices.Clone(d.in.Shares)
	slices.SortStableFunc(shares, func(a, b incident.Share) int {
		return cmp.Or(cmp.Compare(part(b), part(a)), cmp.Compare(d.population(a.Region), d.population(b.Region)),
			strings.Compare(string(a.Region), string(b.Region)))
	})
	if i := d.majority(shares); i > 0 {
		s := shares[i]
		shares = slices.Insert(slices.Delete(shares, i, i+1), 0, s)
	}
	for _, s := range shares {
		if part(s) >= noticeable && s.Region != d.e.Root() {
			d.share(s)
		}
	}
	d.areas()
	d.regions()
}

func part(s incident.Share) float64 {
	if s.Total <= 0 {
		return 0
	}
	return finite(s.Count / s.Total)
}

func (d *draft) population(id catalog.RegionID) int {
	r := d.e.Region(id)
	if r == nil {
		return 0
	}
	if r.Counted || r.Level != catalog.Area {
		return r.Population
	}
	sum := 0
	for _, m := range r.Members {
		sum += d.population(m)
	}
	return sum
}

// majority is the index of the smallest place with more than half of the
// reports, -1 if there is none: it says more than the place around it.
func (d *draft) majority(shares []incident.Share) int {
	best := -1
	for i, s := range shares {
		if part(s) <= 0.5 || s.Region == d.e.Root() {
			continue
		}
		if best < 0 || d.e.Within(s.Region, shares[best].Region) {
			best = i
		}
	}
	return best
}

func (d *draft) share(s incident.Share) {
	d.add(Line{
		Topic: "report-share", Kind: incident.Observed, At: s.Until, Region: s.Region, Value: part(s), Org: d.in.Carrier,
		Text: d.w.share(shareOf{
			region: d.region(s.Region), part: part(s), basis: s.Basis,
			from: moment{t: s.From}, until: moment{t: s.Until},
		}),
		Basis: []evidence.Basis{s.Basis}, Sources: slices.Clone(s.Source),
	})
}

// regions gives the worst state of the carrier's services per region.
func (d *draft) regions() {
	byRegion := map[catalog.RegionID][]incident.Verdict{}
	for _, v := range d.in.Verdicts {
		if v.Node.Owner() == d.in.Carrier {
			byRegion[v.Region] = append(byRegion[v.Region], v)
		}
	}
	var ids []catalog.RegionID
	for id := range byRegion {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		state := worst(byRegion[id])
		if !slices.ContainsFunc(ids, func(around catalog.RegionID) bool {
			return around != id && d.e.Within(id, around) && tells(worst(byRegion[around]), state)
		}) {
			d.regionState(id, byRegion[id])
		}
	}
}

// worst is the worst state of the nodes that verdicts for one place speak of.
func worst(verdicts []incident.Verdict) catalog.State {
	nodes := map[catalog.NodeID][]incident.Verdict{}
	for _, v := range verdicts {
		nodes[v.Node] = append(nodes[v.Node], v)
	}
	state := catalog.Up
	for _, v := range verdicts {
		state = catalog.Worse(state, together(nodes[v.Node]))
	}
	return state
}

// tells tells whether the state of the place around says as much as that of a
// place inside: a town can't be better off for having been looked at alone.
func tells(around, inside catalog.State) bool {
	return around == inside || (around == catalog.Down && inside == catalog.Degraded)
}

func (d *draft) regionState(id catalog.RegionID, verdicts []incident.Verdict) {
	state, since, p := worst(verdicts), time.Time{}, 0.0
	var cites []incident.Citation
	for _, v := range verdicts {
		if v.State != catalog.Up {
			since = earliest(since, v.Since)
		}
		p = max(p, v.P)
		cites = append(cites, v.Evidence...)
	}
	pr := prove(cites)
	d.add(Line{
		Topic: "region-state", Kind: pr.kind, By: pr.by, At: since, Region: id, State: state, P: p, Org: d.in.Carrier,
		Text: d.w.regionState(d.region(id), state, d.stretch(nil, since)), Basis: pr.basis, Sources: pr.sources,
	})
}
